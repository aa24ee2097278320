"""A network of the durable-rules package: created, fed, emptied and given back.

The package's documented layer (`durable.lang`) runs rules on a `Host`, which starts two timer threads that nothing
stops, and swallows what a rule raises, interrupts included: it is not used. Neither is `Ruleset.do_actions` of
`durable.engine`, which swallows in the same way, and rewrites a state fact after each match (a retraction, and those
lose other facts' matches). `Ruleset` itself is used to make a network and to assert into it; what matched is fetched by
the functions of the C module that `do_actions` would call. Nothing is ever retracted.

Three things that crash the interpreter are kept away: deleting a state before any rule of it has run (so one runs at
once), reading what is left after the C code has failed (so such a network is left alone), and rows that are taken for
one another (so each has a decimal number, below the first two whose hashes clash).
"""

from __future__ import annotations

import json
import weakref
from typing import TYPE_CHECKING, Any

import durable_rules_engine as native
from durable.engine import MessageNotHandledException, MessageObservedException
from durable.engine import Ruleset as NativeRuleset

from pow_rules.engine.matcher import MatcherFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pow_rules.engine.durable.ruleset import Ruleset
    from pow_rules.engine.store import Row

__all__ = ["BOUND", "Network"]

BOUND = 797_186
"""The least number whose hash is that of another."""

_FAULTS = (native.error, MessageObservedException, MemoryError)
_PRIME = -1  # no relation has this number


class _Handle:
    """What must be given back, kept apart from the network so that it can be when that is collected."""

    def __init__(self, ruleset: NativeRuleset) -> None:
        self.ruleset = ruleset
        self.number = ruleset._handle  # noqa: SLF001 - what the functions of the C module take
        self.is_primed = False
        self.is_broken = False

    def give_back(self) -> None:
        if self.is_broken:
            return
        if self.is_primed:
            self.ruleset.delete_state(None)
        native.delete_ruleset(self.number)


class Network:
    """A network for some joins.

    Attributes:
        count: how many rows it was given so far; each has this as its number.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.count = 0
        self._columns = {relation: [(c, f"a{c}") for c in columns] for relation, columns in ruleset.columns.items()}
        self._codes: dict[tuple[type, Any], int] = {}
        self._aliases = {
            f"j{number}": (number, [f"p{join.order.index(i)}" for i in range(len(join.order))])
            for number, join in enumerate(ruleset.joins)
        }
        definition = {"prime": {"all": [{"p0": {"t": _PRIME}}]}, **ruleset.definition(self._code)}
        try:
            made = NativeRuleset("joins", None, {name: {**rule, "run": _nothing} for name, rule in definition.items()})
        except _FAULTS as error:
            raise _fault(error) from error
        self._handle = handle = _Handle(made)
        finalizer = weakref.finalize(self, handle.give_back)
        # Not when the interpreter exits: what is registered for that, and other threads, may still use the session.
        finalizer.atexit = False
        self.close: Callable[[], object] = finalizer
        try:
            self._state = made.assert_fact({"t": _PRIME, "k": 1, "id": "0"})
            native.start_action_for_state(handle.number, self._state)
            handle.is_primed = True
            native.complete_and_start_action(handle.number, self._state)
        except _FAULTS as error:
            raise self._broken(error) from error

    def add(self, relation: int, row: Row) -> int:
        """Give the network a row, and get its number; there must be less than `BOUND`."""
        # Counted before it is there: an interrupt must not make two rows of one number.
        self.count += 1
        number, code = self.count, self._code
        fact: dict[str, int | str] = {"t": relation, "k": 1, "id": str(number)}
        for column, name in self._columns[relation]:
            fact[name] = code(row[column])
        try:
            self._handle.ruleset.assert_fact(fact)
        except MessageNotHandledException:
            # No pattern is about such a row, and it is not kept.
            pass
        except _FAULTS as error:
            raise self._broken(error) from error
        return number

    def matches(self) -> Iterator[tuple[int, list[int]]]:
        """Give what has matched since the last time: a join's number, and the numbers of rows in pattern order."""
        handle, state, aliases = self._handle.number, self._state, self._aliases
        try:
            # If the last time was broken off, its last match is still out; nothing comes until it is taken back.
            native.abandon_action(handle, state)
            started = native.start_action_for_state(handle, state)
            text = started[1] if started else None
            while text:
                ((name, rows),) = json.loads(text).items()
                join, names = aliases[name]
                yield join, [int(rows[alias]["id"]) for alias in names]
                text = native.complete_and_start_action(handle, state)
        except _FAULTS as error:
            raise self._broken(error) from error

    def _code(self, value: Any) -> int:
        return self._codes.setdefault((type(value), value), len(self._codes))

    def _broken(self, error: Exception) -> MatcherFault:
        self._handle.is_broken = True
        return _fault(error)


def _fault(error: Exception) -> MatcherFault:
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return MatcherFault(f"durable-rules failed: {said}")


def _nothing(_: Any) -> None:
    """Stand for a rule's action, which is never run."""

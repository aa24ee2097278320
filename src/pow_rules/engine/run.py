"""Running to fixpoint: components in order, each by semi-naive rounds.

In a round the clauses see the rows that are entered; what they conclude is entered before the next. A component that
looks into a changed relation for an absence or an aggregate, or that joins one which lost rows, is run again from the
givens; every other one only goes on from what is new.
"""

from __future__ import annotations

import gc
import heapq
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from pow_rules.engine.matcher import Round

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from pow_rules.engine.base import FactBase
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.components import Component
    from pow_rules.engine.machine import Machine
    from pow_rules.engine.matcher import Matcher
    from pow_rules.engine.store import Relation, Row

__all__ = ["Delta", "Exceeded", "Run"]

_STEP = 65_536


class Exceeded(Exception):  # noqa: N818 - internal: the session makes a LimitError of it
    """A limit was met: `facts`, `derivations` or `seconds`; by a clause that would still grow, where there is one."""

    def __init__(self, limit: str, clause: Clause | None = None, more: int = 0) -> None:
        super().__init__(limit)
        self.limit = limit
        self.clause = clause
        self.more = more


@attrs.frozen(eq=False, repr=False)
class Delta:
    """What a run changed in one relation."""

    relation: int
    added: Sequence[Row]
    removed: Sequence[Row]


class Run:
    """One run over a fact base, inside its undo record.

    Args:
        machine: the compiled program.
        matcher: what finds the matches.
        base: the fact base; `begin` has been called on it.
        facts: how many facts it may hold, or None.
        derivations: how many firings it may hold, or None.
        seconds: how long the run may take, or None.
    """

    def __init__(
        self,
        machine: Machine,
        matcher: Matcher,
        base: FactBase,
        *,
        facts: int | None,
        derivations: int | None,
        seconds: float | None,
    ) -> None:
        self.machine = machine
        self.matcher = matcher
        self.base = base
        self.most_facts = facts
        self.most_derivations = derivations
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.agenda: list[int] = []
        self.replaced: set[int] = set()
        # For a relation that was run again and came out as before with rows added: how many it had.
        self.kept: dict[int, int] = {}
        self.first = False
        self.counted = machine.counted

    def add(self, number: int, row: Row) -> None:
        """Add a given row."""
        if row not in self.base.relations[number].ids:
            self.base.touch_relation(number).add(row)
            self.base.facts += 1

    def start(self) -> None:
        """Put every component on the agenda: the program's first run."""
        self.first = True
        self.agenda = [component.index for component in self.machine.components]

    def fixpoint(self) -> list[Delta]:
        """Run until nothing new follows, and give what changed."""
        self._check()
        for number in tuple(self._touched()):
            own = self.machine.component_of.get(number)
            if own is None:
                self.base.relations[number].enter()
                self._schedule(self.machine.consumers.get(number, ()))
            else:
                self._schedule((own,))
        with _collector_paused():
            while self.agenda:
                component = self.machine.components[heapq.heappop(self.agenda)]
                while self.agenda and self.agenda[0] == component.index:
                    heapq.heappop(self.agenda)
                self._component(component)
        return [delta for number in sorted(self._touched()) if (delta := self._delta(number)) is not None]

    # ---- what has changed so far -----------------------------------------------------------------------------

    def _touched(self) -> dict[int, tuple[Relation, int]]:
        return {} if self.base.undo is None else self.base.undo.relations

    def _before(self, number: int) -> int:
        """Give how many of a relation's rows are not new; the relation has lost none."""
        if number in self.kept:
            return self.kept[number]
        touched = self._touched().get(number)
        return len(self.base.relations[number].rows) if touched is None else touched[1]

    def _changed(self, number: int) -> bool:
        return number in self.replaced or len(self.base.relations[number].rows) > self._before(number)

    def _schedule(self, components: Sequence[int]) -> None:
        for index in components:
            heapq.heappush(self.agenda, index)

    def _delta(self, number: int) -> Delta | None:
        old, length = self._touched()[number]
        rows = self.base.relations[number].rows
        if number not in self.replaced:
            added = rows[self._before(number) :]
            return Delta(number, added, ()) if added else None
        before = old.rows[:length]
        was, now = set(before), self.base.relations[number].ids
        added = [row for row in rows if row not in was]
        removed = [row for row in before if row not in now]
        return Delta(number, added, removed) if added or removed else None

    # ---- one component ---------------------------------------------------------------------------------------

    def _component(self, component: Component) -> None:
        outside = component.reads - component.relations
        again = not self.first and (
            any(r in self.replaced for r in outside) or any(self._changed(r) for r in component.tests)
        )
        if again:
            for number in component.relations:
                before = len(self.base.touch_relation(number).rows)
                self.base.facts += self.counted[number] * (len(self.base.renew(number).rows) - before)
                self.replaced.add(number)
            for clause in component.clauses:
                self.base.derivations -= self.counted[clause.head.relation] * len(self.base.touch_table(clause.index))
                self.base.renew_table(clause.index)
        first = again or self.first
        low = dict.fromkeys(component.reads, 0) if first else {r: self._before(r) for r in component.reads}
        self._rounds(component, low, first=first)
        for number in component.relations:
            if again:
                self._compare(number)
            if self._changed(number):
                self._schedule(self.machine.consumers.get(number, ()))

    def _compare(self, number: int) -> None:
        """Find out whether a relation that was run again has lost anything: if not, it has only grown."""
        old, length = self._touched()[number]
        if self.base.relations[number].rows[:length] == old.rows[:length]:
            self.replaced.discard(number)
            self.kept[number] = length

    def _rounds(self, component: Component, low: dict[int, int], *, first: bool) -> None:
        base, relations = self.base, self.base.relations
        growing = component.relations
        for number in growing:
            base.touch_relation(number)
        for clause in component.clauses:
            base.touch_table(clause.index)
        start = first
        while True:
            for number in growing:
                relations[number].enter()
            high = {number: relations[number].entered for number in component.reads}
            self.matcher.match(Round(base, component, low, high, start, self._watch, self._foresee))
            low, start = high, False
            if all(relations[number].entered == len(relations[number].rows) for number in growing):
                return

    def _watch(self, clause: Clause) -> Callable[[], int]:
        """Give the function that counts what a clause records, and checks the limits."""
        base = self.base
        table, head = base.tables[clause.index], base.relations[clause.head.relation]
        weight = self.counted[clause.head.relation]
        facts, derivations = base.facts - weight * len(head.rows), base.derivations - weight * len(table)

        def watch() -> int:
            base.facts, base.derivations = facts + weight * len(head.rows), derivations + weight * len(table)
            self._check()
            return len(table) + _STEP

        return watch

    def _foresee(self, clause: Clause, more: int) -> None:
        """Raise if as many more firings of a clause would meet the limit."""
        counted = more * self.counted[clause.head.relation]
        if self.most_derivations is not None and self.base.derivations + counted > self.most_derivations:
            raise Exceeded("derivations", clause, more)

    def _check(self) -> None:
        """Raise if a limit is met."""
        base = self.base
        if self.most_facts is not None and base.facts > self.most_facts:
            raise Exceeded("facts")
        if self.most_derivations is not None and base.derivations > self.most_derivations:
            raise Exceeded("derivations")
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise Exceeded("seconds")


@contextmanager
def _collector_paused() -> Generator[None]:
    """Pause the cyclic garbage collector: a run makes many tuples and no cycles."""
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()
        yield
    finally:
        gc.enable()

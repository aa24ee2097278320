"""What rules of which programs did in a process: every session watched, call by call."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import attrs

from pow_rules.explain.coverage.counting import Counting
from pow_rules.session.updates import Updates
from pow_rules.terms import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pow_rules.log import Log
    from pow_rules.program import Program

__all__ = ["Told", "Watching", "as_told", "told_of"]

Told = tuple[tuple[str, str, int, tuple[str, ...]], ...]
"""What a program is known by, in whatever process: the name, file, line and absences of each of its rules."""

Plain = list[tuple[Told, list[bool], list[list[bool]]]]
"""What was seen, as one process sends it to another."""


def told_of(program: Program) -> Told:
    """Give what a program is known by."""
    absences = Counting(program).absences
    pairs = zip(program.rules, absences, strict=True)
    return tuple((r.name, r.location.file, r.location.line, tuple(map(text, found))) for r, found in pairs)


def as_told(sent: Iterable[Sequence[Any]]) -> Told:
    """Give what a program is known by, as another process has sent it."""
    return tuple((name, file, line, tuple(absences)) for name, file, line, absences in sent)


@attrs.define(eq=False, repr=False)
class _Seen:
    """What was seen of a program.

    Attributes:
        fired: for each rule, whether it ever fired.
        blocked: for each rule, whether each of its absences ever blocked.
    """

    fired: list[bool]
    blocked: list[list[bool]]

    @classmethod
    def nothing(cls, told: Told) -> _Seen:
        """Give what there is before anything was seen."""
        return cls([False] * len(told), [[False] * len(absences) for *_, absences in told])

    def add(self, fired: Iterable[bool], blocked: Iterable[Iterable[bool]]) -> None:
        """Add what was seen elsewhere."""
        self.fired = [a or b for a, b in zip(self.fired, fired, strict=True)]
        rows = zip(self.blocked, blocked, strict=True)
        self.blocked = [[a or b for a, b in zip(mine, other, strict=True)] for mine, other in rows]


class Watching:
    """Watches every session of this process, from `start` to `stop`.

    After each call that changes a session, its log is looked at for the rules that never fired before, and for the
    absences that never blocked; what was seen once is not looked for again. Nothing of a session or a program is kept
    alive. What `what_if` tells of is not counted; what a transaction does is, whatever becomes of it.

    Attributes:
        seen: what was seen, by what programs are known by.
        only: the programs to watch; None for all.
    """

    def __init__(self) -> None:
        self.seen: dict[Told, _Seen] = {}
        self.only: frozenset[Told] | None = None
        self._known: WeakKeyDictionary[Program, tuple[Told, Counting]] = WeakKeyDictionary()
        self._stop: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        run, start = Updates.run, Updates.start

        # The first parameters have the names that `Updates` looks for on the stack, to know a call that is running.
        @functools.wraps(run)
        def watched_run(self: Updates, *args: Any, **kwargs: Any) -> Any:
            change = run(self, *args, **kwargs)
            if kwargs.get("keep", True):
                look(self._log)
            return change

        @functools.wraps(start)
        def watched_start(self: Updates, *args: Any, **kwargs: Any) -> None:
            start(self, *args, **kwargs)
            look(self._log)

        def stop() -> None:
            Updates.run, Updates.start = run, start  # type: ignore[method-assign]

        look = self.look
        self._stop = stop
        Updates.run, Updates.start = watched_run, watched_start  # type: ignore[method-assign]

    def stop(self) -> None:
        """Watch no longer."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def look(self, log: Log) -> None:
        """Look at a log for what was not seen before."""
        known = self._known.get(log.program)
        if known is None:
            known = self._known[log.program] = told_of(log.program), Counting(log.program)
        told, counting = known
        if self.only is not None and told not in self.only:
            return
        seen = self.of(told)
        for number, (fired, blocked) in enumerate(zip(seen.fired, seen.blocked, strict=True)):
            seen.fired[number] = fired or counting.has_fired(log, number)
            for position, was in enumerate(blocked):
                blocked[position] = was or counting.has_blocked(log, number, position)

    def of(self, told: Told) -> _Seen:
        """Give what was seen of a program."""
        found = self.seen.get(told)
        if found is None:
            found = self.seen[told] = _Seen.nothing(told)
        return found

    def plain(self) -> Plain:
        """Give what was seen, to be sent to another process."""
        return [(told, seen.fired, seen.blocked) for told, seen in self.seen.items()]

    def add(self, plain: Plain) -> None:
        """Add what was seen in another process."""
        for rules, fired, blocked in plain:
            self.of(as_told(rules)).add(fired, blocked)

"""Trials: changes made and undone, the smaller ones first, until some reach the goal.

Not every change is tried, and yet none is overlooked. Let a change fall short, and let a larger one that contains it
reach the goal. Then the larger one makes at least one move that the first does not make, and

- where a fact was to hold and does not, one of these moves is among those that could help it (see `influence`);
- where a fact was to fail and holds, they break the proof that it has after the first change: one of them retracts a
  given of that proof, or could upset one of its absences or aggregates;
- where the first change ended in an error, nothing is known, and any move will do.

So it is enough to add to each change that fell short one of these moves, from the empty change on. This is the tree of
hitting sets of Reiter (1987, "A theory of diagnosis from first principles"), with proofs in the place of conflicts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import attrs

from pow_rules.change import Change
from pow_rules.errors import ContradictionError, EvaluationError, LimitError
from pow_rules.explain.difference import difference
from pow_rules.explain.influence import MORE, wishes
from pow_rules.explain.smallest_change.moves import Moves
from pow_rules.explain.smallest_change.proof import Proof, proof_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol, TypeVar

    from pow_rules.explain.influence import Wish
    from pow_rules.explain.smallest_change.moves import Key, Move
    from pow_rules.log import Log

    T = TypeVar("T")

    class Trial(Protocol):
        """Makes a change in the session, looks, and undoes the change."""

        def __call__(
            self,
            asserting: Sequence[tuple[int, tuple[object, ...], None]],
            retracting: Sequence[tuple[int, tuple[object, ...], None]],
            seconds: float | None,
            look: Callable[[], T],
        ) -> T: ...


__all__ = ["Bounds", "Outcome", "Search", "Wanted"]

_INSTANT = 1e-6

Wanted = Literal["hold", "fail"]
Made = frozenset["Move"]


class Stopped(Exception):  # noqa: N818 - internal: the answer says that it was stopped, and by what
    """The runs or the seconds are used up."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


@attrs.frozen(repr=False)
class Bounds:
    """How far a search goes; None is without end.

    Attributes:
        limit: of how many single changes a change may be made.
        runs: how many changes may be tried.
        seconds: how long it may take.
    """

    limit: int | None
    runs: int | None
    seconds: float | None


@attrs.define(eq=False, repr=False)
class Outcome:
    """What a search has come to.

    Attributes:
        found: the changes that reach the goal, all of one size, with what each run told.
        finished: up to which size every change was tried or need not be.
        tried: how many changes were tried.
        errors: how many of them ended in an error.
        error: what the first of these errors said.
        stopped: the limit that stopped the search.
        is_exhausted: whether larger changes cannot reach the goal either.
    """

    found: list[tuple[Made, Change]] = attrs.field(factory=list)
    finished: int = 0
    tried: int = 0
    errors: int = 0
    error: str | None = None
    stopped: str | None = None
    is_exhausted: bool = False


class Search:
    """A search for the smallest changes.

    Args:
        log: the session's log, at rest.
        goal: the rows that are to hold, or to fail, all of them.
        wanted: which of the two.
        trial: tries a change.
        bounds: how far to go.
    """

    def __init__(self, log: Log, goal: Sequence[Key], wanted: Wanted, trial: Trial, bounds: Bounds) -> None:
        self._log = log
        self._goal = goal
        self._wanted: Wanted = wanted
        self._trial = trial
        self._bounds = bounds
        self._deadline = None if bounds.seconds is None else time.monotonic() + bounds.seconds
        # By size, the changes that fell short, each with the moves of which one must be added.
        self._short: list[list[tuple[Made, tuple[Move, ...]]]] = []
        self._reach: dict[frozenset[Wish], frozenset[Wish]] = {}
        self.outcome = Outcome()

    def run(self, allowed: Sequence[Key] | None) -> Outcome:
        """Search.

        Args:
            allowed: what may be changed; None for the givens and the facts of the open questions.
        """
        try:
            self._run(allowed)
        except Stopped as stopped:
            self.outcome.stopped = stopped.limit
        return self.outcome

    def _run(self, allowed: Sequence[Key] | None) -> None:
        outcome, limit = self.outcome, self._bounds.limit
        found = self._trial((), (), None, self._look)
        if isinstance(found, Change):
            outcome.found.append((frozenset(), found))
            return
        self._moves = Moves(self._log, allowed, most=limit, check=self._check)
        self._short.append([(frozenset(), self._following(found))])
        while self._goes_on() and (limit is None or outcome.finished < limit):
            self._try_all(outcome.finished + 1)
            outcome.finished += 1
            if outcome.found:
                return
        outcome.is_exhausted = self._moves.are_all and not self._goes_on()

    def _check(self) -> None:
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise Stopped("seconds")

    def _goes_on(self) -> bool:
        """Tell whether there is a larger change to be tried."""
        sizes = range(len(self._short), len(self._short) + self._moves.heaviest)
        return any(next(self._changes(size), None) is not None for size in sizes)

    def _try_all(self, size: int) -> None:
        """Try all changes of a size that need be."""
        short: list[tuple[Made, tuple[Move, ...]]] = []
        for made in self._changes(size):
            found = self._tried(made)
            if isinstance(found, Change):
                self.outcome.found.append((made, found))
            elif found:
                short.append((made, found))
        self._short.append(short)

    def _changes(self, size: int) -> Iterator[Made]:
        """Give the changes of a size that come of adding a move to one that fell short, each once."""
        seen: set[Made] = set()
        least = max(0, size - self._moves.heaviest)
        for smaller, short in enumerate(self._short[least:size], least):
            for made, following in short:
                units = {move.unit for move in made}
                for move in following:
                    if move.weight == size - smaller and move.unit not in units:
                        change = made | {move}
                        if change not in seen:
                            seen.add(change)
                            yield change

    # ---- one trial ---------------------------------------------------------------------------------------------

    def _tried(self, made: Made) -> Change | tuple[Move, ...]:
        """Try a change: give what it does if it reaches the goal, else the moves of which one must be added."""
        outcome, bounds = self.outcome, self._bounds
        self._check()
        if bounds.runs is not None and outcome.tried >= bounds.runs:
            raise Stopped("runs")
        moves = sorted(made, key=lambda move: move.order)
        asserting = [(*key, None) for move in moves for key in move.asserted]
        retracting = [(*key, None) for move in moves for key in move.retracted]
        left = None if self._deadline is None else max(self._deadline - time.monotonic(), _INSTANT)
        try:
            found = self._trial(asserting, retracting, left, self._look)
        except (ContradictionError, EvaluationError, LimitError) as error:
            # Stopped by what was left of the time, it may well have reached the goal.
            self._check()
            outcome.tried += 1
            outcome.errors += 1
            outcome.error = outcome.error or str(error)
            return self._moves.helping(None)
        outcome.tried += 1
        return found if isinstance(found, Change) else self._following(found)

    def _look(self) -> Change | Key | Proof:
        """Look whether the goal is reached; if not, give the first fact that does not hold, or how it does."""
        for key in self._goal:
            number = self._log.base.relations[key[0]].ids.get(key[1])
            if self._wanted == "hold" and number is None:
                return key
            if self._wanted == "fail" and number is not None:
                return proof_of(self._log, (key[0], number))
        return difference(self._log, self._log.base.current)

    def _following(self, found: Key | Proof) -> tuple[Move, ...]:
        """Give the moves of which one must be added, in order."""
        if not isinstance(found, Proof):
            return self._moves.helping(self._wishes(frozenset({(found[0], MORE)})))
        moves = dict.fromkeys(self._moves.retracting(found.givens))
        if found.breaking:
            moves.update(dict.fromkeys(self._moves.helping(self._wishes(found.breaking))))
        return tuple(sorted(moves, key=lambda move: move.order))

    def _wishes(self, wanted: frozenset[Wish]) -> frozenset[Wish]:
        found = self._reach.get(wanted)
        if found is None:
            found = self._reach[wanted] = wishes(self._log.program.machine, wanted)
        return found

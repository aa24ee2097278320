"""What would have to change for a conclusion to hold, or to fail? The smallest sets of assertions and retractions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.errors import ArgumentValueError
from pow_rules.explain.answer import Answer
from pow_rules.explain.arguments import check_count, check_seconds
from pow_rules.explain.smallest_change.trials import Bounds, Search
from pow_rules.facts import fact_type_of
from pow_rules.kinds import is_fact_class
from pow_rules.near import did_you_mean
from pow_rules.record import Record
from pow_rules.steps import FactStep, HeadingStep, NoteStep, Step
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.change import Change
    from pow_rules.explain.smallest_change.moves import Key, Move
    from pow_rules.explain.smallest_change.trials import Trial, Wanted
    from pow_rules.log import Log
    from pow_rules.program import Program

__all__ = ["Proposal", "SmallestChange", "bounds_of", "goal_of", "smallest_change"]

_SHOWN = 40


@attrs.frozen(repr=False)
class Proposal(Record):
    """A set of assertions and retractions that is enough, as a run has shown.

    Attributes:
        assertions: the facts to assert.
        retractions: the facts whose assertions to withdraw, whoever made them.
        change: all that the run changed.
    """

    assertions: tuple[Any, ...]
    retractions: tuple[Any, ...]
    change: Change

    def __str__(self) -> str:
        said = [*(f"assert: {fact}" for fact in self.assertions), *(f"retract: {fact}" for fact in self.retractions)]
        return "; ".join(said) or "nothing"


@attrs.frozen(repr=False)
class SmallestChange(Record, Answer):
    """The smallest changes that make some facts hold, or fail.

    An assertion counts as one change, and so does a retraction; to answer a `Choice`, or to answer it otherwise, counts
    as one, though the answer that there was is retracted for it.

    Attributes:
        goal: the facts that are all to hold, or all to fail.
        wanted: `"hold"` or `"fail"`.
        sets: the smallest sets, by their facts. No smaller set is enough; where `is_complete`, no other one of the same
            size is either. The empty set alone, where the goal is reached already.
        size: of how many changes they are made; None where there are none.
        searched: up to this size, no set that was left out is enough.
        limit: up to which size sets were looked for; None for any.
        tried: how many sets were tried in a run.
        stopped: what stopped the search before its end, `"runs"` or `"seconds"`; None if nothing did.
        is_hopeless: whether it is shown that no set of what may be changed is enough, however large.
        errors: how many runs ended in an error, in a `check` or at a limit of the session; they count as not enough.
        error: what the first of these errors said.
    """

    kind: ClassVar[str] = "smallest_change"

    goal: tuple[Any, ...]
    wanted: Wanted
    sets: tuple[Proposal, ...]
    size: int | None
    searched: int
    limit: int | None
    tried: int
    stopped: str | None
    is_hopeless: bool
    errors: int
    error: str | None

    @property
    def is_already(self) -> bool:
        """Whether the goal is reached as things are, and nothing has to change."""
        return self.size == 0

    @property
    def is_complete(self) -> bool:
        """Whether the search came to its end: then `sets` are all smallest sets, or there is none up to `limit`."""
        return self.stopped is None

    @property
    def cut(self) -> int:
        """Always 0: sets that are not shown are counted in a note."""
        return 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """The sets one after the other, with what to assert and to retract, then what there is to note."""
        goal = "; ".join(map(str, self.goal))
        it = "it" if len(self.goal) == 1 else "them all"
        said = [Step(0, HeadingStep(f"To make {it} {self.wanted}: {goal}", self._found()))]
        for number, proposal in enumerate(self.sets[:_SHOWN] if self.size else (), 1):
            said.append(Step(1, HeadingStep(f"set {number} of {len(self.sets):,}", _effects(proposal.change))))
            said += [Step(2, FactStep(fact, "to assert")) for fact in proposal.assertions]
            said += [Step(2, FactStep(fact, "to retract")) for fact in proposal.retractions]
        if len(self.sets) > _SHOWN:
            said.append(Step(1, NoteStep(f"and {len(self.sets) - _SHOWN:,} more sets")))
        said += [Step(1, NoteStep(note)) for note in self._notes()]
        return tuple(said)

    def _found(self) -> str:
        if self.size is None:
            return "nothing found"
        if self.is_already:
            return f"{_does(len(self.goal), self.wanted)} already"
        is_all = len(self.sets) == 1 and self.is_complete
        sets = "the smallest set" if is_all else _count(len(self.sets), "smallest set")
        return f"{sets}: {_count(self.size, 'change')}"

    def _notes(self) -> Iterator[str]:
        if self.stopped is not None:
            after = f"{'its time, and ' if self.stopped == 'seconds' else ''}{_count(self.tried, 'run')}"
            if self.size is not None:
                yield f"Stopped after {after}: no smaller set is enough, and there may be more of this size."
            else:
                least = f"no set of up to {_count(self.searched, 'change')} is enough, and " if self.searched else ""
                yield f"Stopped after {after}: {least}not all of {_count(self.searched + 1, 'change')} were tried."
        elif self.is_hopeless:
            yield "No set of the facts that may be changed is enough, however large."
        elif self.size is None and self.limit is not None:
            yield f"No set of up to {_count(self.limit, 'change')} is enough; a larger one may be."
        if self.errors:
            errors = _count(self.errors, "run")
            yield f"{errors} ended in an error, and did not count as enough; the first: {self.error}"


def _does(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _effects(change: Change) -> str:
    effects = (("concluded", change.concluded), ("withdrawn", change.withdrawals))
    return ", ".join(f"{len(facts):,} {word}" for word, facts in effects if facts)


def smallest_change(
    log: Log, goal: Sequence[Any], wanted: Wanted, allowed: Sequence[Key] | None, bounds: Bounds, trial: Trial
) -> SmallestChange:
    """Find the smallest changes that make some facts hold, or fail.

    Args:
        log: the session's log, at rest.
        goal: the facts.
        wanted: what they are to do.
        allowed: what may be changed; None for the givens and the facts of the open questions.
        bounds: how far to go.
        trial: tries a change in the session.
    """
    facts = sorted(dict.fromkeys(goal), key=canonical)
    keys = [_key(log.program, fact) for fact in facts]
    found = Search(log, keys, wanted, trial, bounds).run(allowed)
    sets = sorted((_proposal(log, made, change) for made, change in found.found), key=_order)
    size = sum(move.weight for move in found.found[0][0]) if found.found else None
    return SmallestChange(
        tuple(facts), wanted, tuple(sets), size, found.finished, bounds.limit, found.tried, found.stopped,
        found.is_exhausted, found.errors, found.error,
    )  # fmt: skip


def _proposal(log: Log, made: frozenset[Move], change: Change) -> Proposal:
    asserted = [log.schema.fact(*key) for move in made for key in move.asserted]
    retracted = [log.schema.fact(*key) for move in made for key in move.retracted]
    return Proposal(tuple(sorted(asserted, key=canonical)), tuple(sorted(retracted, key=canonical)), change)


def _order(proposal: Proposal) -> tuple[list[str], list[str]]:
    return list(map(canonical, proposal.assertions)), list(map(canonical, proposal.retractions))


def _key(program: Program, fact: Any) -> Key:
    described = fact_type_of(fact)
    relation = program.schema.numbers.get(described.cls)
    if relation is None:
        names = [cls.__name__ for cls in program.fact_types]
        msg = f"{fact!r}: no rule knows {described}{did_you_mean(described.name, names)}"
        raise ArgumentValueError(msg)
    return relation, program.schema.row(relation, fact)


# ---- arguments -------------------------------------------------------------------------------------------------------


def goal_of(to_hold: Any, to_fail: Any) -> tuple[tuple[Any, ...], Wanted]:
    """Give the facts that are wanted to hold or to fail, from the two arguments of which one is given.

    Raises:
        ArgumentValueError: for both arguments or neither, or no facts.
        NotAFactError: for something that is no fact.
    """
    if (to_hold is None) == (to_fail is None):
        msg = f"expected either to_hold or to_fail, got {'neither' if to_hold is None else 'both'}"
        raise ArgumentValueError(msg)
    wanted: Wanted = "fail" if to_hold is None else "hold"
    asked = to_fail if to_hold is None else to_hold
    several = isinstance(asked, tuple | list | set | frozenset)
    facts = tuple(asked) if several and not is_fact_class(type(asked)) else (asked,)
    for fact in facts:
        fact_type_of(fact)
    if not facts:
        msg = f"to_{wanted}: expected a fact or several, got none"
        raise ArgumentValueError(msg)
    return facts, wanted


def bounds_of(limit: int | None, runs: int | None, seconds: float | None) -> Bounds:
    """Check how far a search is to go.

    Raises:
        ArgumentTypeError: for something that is no number.
        ArgumentValueError: for a limit or runs below 1, or seconds below 0.
    """
    check_count("limit", limit)
    check_count("runs", runs)
    check_seconds(seconds)
    return Bounds(limit, runs, seconds)

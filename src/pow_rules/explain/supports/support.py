"""Supports: minimal sets of givens that are each enough for a fact, as data that prints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.explain.answer import Answer
from pow_rules.record import Record
from pow_rules.steps import AbsenceStep, AggregateStep, GivenStep, HeadingStep, NoteStep, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pow_rules.derivation import Absence, AggregateValue
    from pow_rules.explain.supports.budget import Why
    from pow_rules.steps import Said

__all__ = ["Support", "Supports", "supports_steps"]

_SHOWN = 100
"""How many lines are shown under one heading, and how many supports."""

_STOPPED: dict[Why, str] = {
    "limit": "stopped at the limit on supports",
    "seconds": "stopped when the time was over",
    "memory": "stopped because the search took too much memory",
}


@attrs.frozen(repr=False)
class Support(Record):
    """A minimal set of givens that is enough for a fact, with all else that one proof from these givens relies on.

    Attributes:
        givens: the givens, in canonical order; leave one out, and no recorded derivation leads to the fact any more.
        absences: what had to be absent.
        aggregates: the aggregates, held at these values; the givens below what they counted are among `givens`.
    """

    givens: tuple[Any, ...]
    absences: tuple[Absence, ...] = ()
    aggregates: tuple[AggregateValue, ...] = ()


@attrs.frozen(repr=False)
class Supports(Answer):
    """The minimal sets of givens that are each enough for a fact.

    A support is enough through recorded derivations, with absences and aggregates held at their present values: it
    stays enough as long as nothing comes to hold that must be absent or is counted, and nothing counted falls.

    Attributes:
        fact: the fact; None where what was asked for is no fact, as the match of a constraint.
        sets: the supports, the smallest first, then in canonical order.
        in_every: the givens that are in every support, those not listed among them: without one of these, nothing that
            is recorded leads to the fact. (Something new may, if an absence hangs on the given.)
        in_some: the givens that are in some support, as far as these are known: in one of `sets`, or in `in_every`.
        elsewhere: the givens in none of `in_some` which matter all the same: taking one back could bring about
            something that had to be absent, or that would be counted. They are the givens, of a fact type that counts
            that way, below a fact that stands in the way of such a thing. Not all of them need to make a difference;
            taking back one that is neither here nor in a support makes none.
        is_complete: whether `sets` has all supports.
        total: how many supports there are, where that is known.
        complete_to: all supports of so many givens, or fewer, are in `sets`; None where all are.
        knows_every: whether `in_every` is known to have all that belong there.
        knows_elsewhere: whether `elsewhere` is known to have all that belong there.
        stopped: why it stopped early: by the `"limit"` on sets, by `"seconds"`, or for `"memory"`; None if it did not.
    """

    kind: ClassVar[str] = "supports"

    fact: Any
    sets: tuple[Support, ...]
    in_every: tuple[Any, ...]
    in_some: tuple[Any, ...]
    elsewhere: tuple[Any, ...]
    total: int | None
    complete_to: int | None
    knows_every: bool
    knows_elsewhere: bool
    stopped: Why | None
    # A frozen field can be read as a property can, which is all that is asked of it.
    steps: tuple[Step, ...]  # pyright: ignore[reportIncompatibleMethodOverride]

    @property
    def is_complete(self) -> bool:
        """Whether all supports are in `sets`."""
        return self.stopped is None

    @property
    def cut(self) -> int:
        """How many supports are known to be there that are not in `sets`."""
        return 0 if self.total is None else self.total - len(self.sets)

    def __repr__(self) -> str:
        more = "" if self.is_complete else ", and there may be more"
        return f"<Supports of {self.fact!r}: {_counted(len(self.sets), 'set')}{more}>"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def supports_steps(answer: Supports, given: Callable[[Any], GivenStep]) -> tuple[Step, ...]:
    """Give the steps of an answer that has none yet.

    Args:
        answer: the answer.
        given: tells what is said of a given.
    """
    found = _number_of(answer)
    steps = [Step(0, HeadingStep("the match" if answer.fact is None else str(answer.fact), found))]
    if answer.in_every:
        steps.append(Step(1, HeadingStep("in every support", "it falls without one of these")))
        steps += _listed(answer.in_every, given)
    every = frozenset(answer.in_every)
    for number, support in enumerate(answer.sets[:_SHOWN], 1):
        steps += _of_support(support, f"support {number}", every, given)
    if len(answer.sets) > _SHOWN:
        steps.append(Step(1, NoteStep(f"… and {_counted(len(answer.sets) - _SHOWN, 'support')} more")))
    if answer.elsewhere:
        heading = HeadingStep("in no support", "may matter through an absence or an aggregate")
        steps += [Step(1, heading), *_listed(answer.elsewhere, given)]
    steps += [Step(1, NoteStep(text)) for text in _limits(answer)]
    return tuple(steps)


def _number_of(answer: Supports) -> str:
    found = len(answer.sets)
    if answer.total is not None:
        known = _counted(answer.total, "support")
        return known if found == answer.total else f"{found:,} of {known}"
    return f"{_counted(found, 'support')}, and there may be more"


def _of_support(
    support: Support, title: str, every: frozenset[Any], given: Callable[[Any], GivenStep]
) -> Iterator[Step]:
    besides = [fact for fact in support.givens if fact not in every]
    note = _counted(len(support.givens), "given")
    if every:
        above = "the one above" if len(every) == 1 else f"the {len(every):,} above"
        note += f": {'this' if len(besides) == 1 else 'these'} and {above}" if besides else f": {above}"
    yield Step(1, HeadingStep(title, note))
    yield from _listed(besides, given)
    yield from _listed(support.absences, AbsenceStep)
    yield from _listed(support.aggregates, AggregateStep)


def _listed(subjects: Sequence[Any], say: Callable[[Any], Said]) -> Iterator[Step]:
    for subject in subjects[:_SHOWN]:
        yield Step(2, say(subject))
    if len(subjects) > _SHOWN:
        yield Step(2, NoteStep(f"… and {len(subjects) - _SHOWN:,} more"))


def _limits(answer: Supports) -> Iterator[str]:
    """Tell what the answer may lack."""
    if answer.stopped is not None:
        upto = answer.complete_to or 0
        known = f"; all supports of up to {_counted(upto, 'given')} are here" if upto >= 1 else ""
        yield _STOPPED[answer.stopped] + known
    if not answer.knows_every:
        yield "more givens may be in every support: there was no time to find out"
    if not answer.knows_elsewhere:
        yield "more givens may matter through an absence or an aggregate: there was no time to find out"

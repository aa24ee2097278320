"""Origins: which of them a fact rests on, as data that prints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.explain.answer import Answer
from pow_rules.steps import HeadingStep, NoteStep, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.explain.supports.budget import Why

__all__ = ["UNNAMED", "Line", "Origins", "origins_steps"]

UNNAMED = "nobody who is named"
"""What all that is said without a source is traced to: one origin, which nobody knows."""

Line = tuple[str | None, ...]
"""Origins that are enough together, in order; None for what is said without a source, which stands last."""

_SHOWN = 20
_STOPPED: dict[Why, str] = {
    "limit": "stopped at the limit on sets",
    "seconds": "stopped when the time was over",
    "memory": "stopped because the search took too much memory",
}


@attrs.frozen(repr=False)
class Origins(Answer):
    """The origins that a fact rests on.

    Some origins are *enough* for a fact if it follows from what they say, and nobody else: through recorded
    derivations, with absences and aggregates held at their present values, as in `Session.supports`. What is said
    without a source counts as one origin, None, which is not known to be independent of itself.

    Attributes:
        fact: the fact.
        origins: the origins that matter: those in some set of `sets`, or in `needed`.
        needed: the origins that every derivation needs: if one of them is wrong, nothing recorded leads to the fact.
        lines: as many sets as there are no two of which share an origin: the independent lines. Of several such
            choices the first in order.
        sets: the minimal sets of origins that are enough, the smallest first, then in order.
        passed_on_by: for each of `origins`, the names of the sources that pass it on, below this fact.
        is_complete: whether `sets` has all of them.
        knows_needed: whether `needed` is known to have all that belong there.
        knows_lines: whether there are known to be no more independent lines.
        stopped: why it stopped early: by the `"limit"` on sets, by `"seconds"`, or for `"memory"`; None if it did not.
        is_looking: whether it rests on absences or aggregates: whose word those rest on is not told.
    """

    kind: ClassVar[str] = "origins"

    fact: Any
    origins: Line
    needed: Line
    lines: tuple[Line, ...]
    sets: tuple[Line, ...]
    passed_on_by: tuple[tuple[str, ...], ...]
    knows_needed: bool
    knows_lines: bool
    stopped: Why | None
    is_looking: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether all minimal sets are in `sets`."""
        return self.stopped is None

    @property
    def cut(self) -> int:
        """How many sets are known to be there that are not in `sets`: none is known of."""
        return 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps."""
        return tuple(origins_steps(self))

    def __repr__(self) -> str:
        return f"<Origins of {self.fact!r}: {_lines(self)}>"


def origins_steps(answer: Origins) -> Iterator[Step]:
    """Give an answer as steps.

    Args:
        answer: the answer.
    """
    yield Step(0, HeadingStep(str(answer.fact), _lines(answer)))
    if not answer.origins:
        if answer.is_complete:
            held = ", with absences and aggregates as they are" if answer.is_looking else ""
            yield Step(1, NoteStep(f"it follows without anybody's word{held}"))
        yield from _limits(answer)
        return
    if answer.needed:
        yield Step(1, HeadingStep("needed by every derivation", "it falls if one of these is wrong"))
        yield from _named(answer, answer.needed)
    for number, line in enumerate(answer.lines if len(answer.lines) > 1 else (), 1):
        yield Step(1, HeadingStep(f"independent line {number}"))
        yield from _named(answer, line)
    told = {name for line in answer.lines for name in line} if len(answer.lines) > 1 else set(answer.needed)
    others = tuple(name for name in answer.origins if name not in told)
    if others:
        with_these = "other lines share an origin with these" if len(answer.lines) > 1 else "in some lines, not in all"
        yield Step(1, HeadingStep("also", with_these))
        yield from _named(answer, others)
    yield from _limits(answer)


def _named(answer: Origins, line: Line) -> Iterator[Step]:
    by = dict(zip(answer.origins, answer.passed_on_by, strict=True))
    for name in line[:_SHOWN]:
        passing = [source for source in by.get(name, ()) if source != name]
        note = f"by way of {'; '.join(passing)}" if passing else ""
        yield Step(2, HeadingStep(UNNAMED if name is None else name, note))
    if len(line) > _SHOWN:
        yield Step(2, NoteStep(f"… and {len(line) - _SHOWN:,} more"))


def _lines(answer: Origins) -> str:
    found = len(answer.lines)
    if not found and answer.is_complete:
        return "no origin"
    counted = "1 independent line" if found == 1 else f"{found:,} independent lines"
    return counted if answer.knows_lines else f"{counted} or more"


def _limits(answer: Origins) -> Iterator[Step]:
    if len(answer.lines) > 1 and any(None in line for line in answer.lines):
        yield Step(1, NoteStep("whether who is not named is independent of the others is not known"))
    if answer.is_looking and answer.origins:
        yield Step(1, NoteStep("absences and aggregates are taken as they are, whoever they hang on"))
    if answer.stopped is not None:
        yield Step(1, NoteStep(f"{_STOPPED[answer.stopped]}: more origins may matter"))
    if not answer.knows_needed:
        yield Step(1, NoteStep("more origins may be needed by every derivation: there was no time to find out"))

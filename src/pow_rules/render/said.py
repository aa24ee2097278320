"""What each kind of step says: a text and a note beside it, for every form that is read by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import category

import attrs

from pow_rules.record import Record
from pow_rules.rules import Rule
from pow_rules.sources import given_by
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    ConclusionStep,
    ConditionStep,
    CutStep,
    FactStep,
    GivenStep,
    HeadingStep,
    NoteStep,
    PatternStep,
    PresenceStep,
    RuleStep,
    SeenStep,
)
from pow_rules.terms import pattern_text
from pow_rules.values import canonical, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.steps import Said, Step

__all__ = ["SAY", "Line", "cut_line", "line_of"]


@attrs.frozen(repr=False)
class Line(Record):
    """What one step says: the text, and the note that stands beside it."""

    text: str
    note: str = ""


def line_of(said: Said) -> Line:
    r"""Give what a step says, on one line: characters that would break it, or hide, are written as escapes.

    Args:
        said: the step, without its depth.

    >>> line_of(HeadingStep("two\nlines", "a note"))
    Line(text='two\\nlines', note='a note')
    """
    line = SAY[type(said)](said)
    return line if (line.text + line.note).isprintable() else Line(_visible(line.text), _visible(line.note))


def cut_line(steps: tuple[Step, ...], cut: int) -> str:
    """Give the line that says how much is not shown; empty if nothing is missing.

    Args:
        steps: the answer.
        cut: how much it leaves out.
    """
    if not cut:
        return ""
    if any(isinstance(step.said, CutStep) for step in steps):
        what = "conclusion is" if cut == 1 else "conclusions are"
        return f"… {cut:,} more {what} not explained here (cut by depth or size)"
    return f"… {cut:,} more {'is' if cut == 1 else 'are'} not shown here (cut by a limit)"


def _visible(text: str) -> str:
    # Spaces of other widths are spaces to a reader, also where they may not be broken.
    return show("".join(" " if category(c) == "Zs" else c for c in text))


def _given(said: GivenStep) -> Line:
    return Line(str(said.fact), f"{given_by(said.attestations)}{', also concluded' if said.concluded else ''}")


def _conclusion(said: ConclusionStep) -> Line:
    given = f", also {given_by(said.attestations)}" if said.given else ""
    hidden = f" (1 of {said.derivations:,} derivations)" if said.derivations > said.shown else ""
    return Line(str(said.fact), f"{' or '.join(said.hedges)}{hidden}{given}")


def _rule(said: RuleStep) -> Line:
    rule = said.rule
    notes = ", ".join([*([rule.attribution] if rule.attribution else []), *rule.cites])
    title = f"{rule.name} ({notes})" if notes else rule.name
    text = f"{title}: {rule.statement}" if rule.statement else title
    likelihood = rule.likelihood if isinstance(rule, Rule) else None
    return Line(text) if likelihood is None else Line(text, str(likelihood))


def _presence(said: PresenceStep) -> Line:
    return Line(str(said.presence), "there is 1" if said.count == 1 else f"the first of {said.count:,}")


def _in_role(said: FactStep | PatternStep) -> Line:
    shown = str(said.fact) if isinstance(said, FactStep) else pattern_text(said.pattern)
    return Line(shown, f"{said.role}, {said.note}" if said.note else said.role)


def _condition(said: ConditionStep) -> Line:
    values = ", ".join(f"{name} = {canonical(value)}" for name, value in said.values)
    text = f"{said.condition}; {values}" if values else said.condition
    return Line(text, "holds" if said.holds else "does not hold")


SAY: dict[type, Callable[[Any], Line]] = {
    GivenStep: _given,
    ConclusionStep: _conclusion,
    RuleStep: _rule,
    SeenStep: lambda said: Line(str(said.fact), "explained above"),
    CutStep: lambda said: Line(str(said.fact), "…"),
    AbsenceStep: lambda said: Line(str(said.absence), "absent"),
    PresenceStep: _presence,
    AggregateStep: lambda said: Line(str(said.aggregate)),
    HeadingStep: lambda said: Line(said.text, said.note),
    FactStep: _in_role,
    PatternStep: _in_role,
    ConditionStep: _condition,
    NoteStep: lambda said: Line(said.text),
}
"""What each kind of step says."""

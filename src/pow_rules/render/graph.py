"""Answers as graphs: nodes and edges, for the forms that draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from pow_rules.record import Record
from pow_rules.render.columns import wrapped
from pow_rules.render.said import cut_line, line_of
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
    Role,
    RuleStep,
    SeenStep,
)

if TYPE_CHECKING:
    from pow_rules.steps import Said, Step

__all__ = ["SHAPES", "GraphNode", "Look", "Shape", "edges", "nodes"]

Shape = Literal["fact", "rule", "pattern", "words"]
"""What a node is about, told by its outline."""
Look = Literal["plain", "given", "absent", "cut"]
"""How it is drawn: given ones filled, what is not there dashed, what is cut dotted."""

_WIDTH = 36
"""How many columns of a label stand on a line."""

SHAPES: dict[type, Shape] = {
    GivenStep: "fact",
    ConclusionStep: "fact",
    RuleStep: "rule",
    SeenStep: "fact",
    CutStep: "fact",
    AbsenceStep: "pattern",
    PresenceStep: "pattern",
    AggregateStep: "pattern",
    HeadingStep: "words",
    FactStep: "fact",
    PatternStep: "pattern",
    ConditionStep: "pattern",
    NoteStep: "words",
}
"""The shape of each kind of step. A `SeenStep` is drawn only where the step that it refers to is not there."""

_ROLES: dict[Role, Look] = {"given": "given", "missing": "absent", "gone": "absent"}


@attrs.frozen(repr=False)
class GraphNode(Record):
    """A node: its name, what it is about, how it looks, and the lines of its label."""

    name: str
    shape: Shape
    look: Look
    lines: tuple[str, ...]


def nodes(steps: tuple[Step, ...], cut: int) -> list[GraphNode]:
    """Give the nodes: one for every step that has no node yet, and one that says how much is cut.

    A conclusion that is explained above has a node, and so has a fact that was given above.

    Args:
        steps: the answer.
        cut: how much it leaves out.
    """
    found = [_node(at, steps[at].said) for at, drawn in enumerate(_drawn(steps)) if drawn == at]
    if cut:
        found.append(GraphNode("cut", "words", "cut", tuple(wrapped(cut_line(steps, cut), _WIDTH))))
    return found


def edges(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Give the edges, each from a step to the one above it, which rests on it.

    Args:
        steps: the answer.
    """
    found: list[tuple[str, str]] = []
    above: list[int] = []
    for step, drawn in zip(steps, _drawn(steps), strict=True):
        del above[step.depth :]
        if above:
            found.append((f"n{drawn}", f"n{above[-1]}"))
        above.append(drawn)
    return found


def _drawn(steps: tuple[Step, ...]) -> list[int]:
    """Give for each step the one whose node stands for it: itself, or one further up."""
    found: list[int] = []
    given: dict[GivenStep, int] = {}
    for at, step in enumerate(steps):
        match step.said:
            case SeenStep(_, above) if above < at and not isinstance(steps[above].said, SeenStep):
                found.append(above)
            case GivenStep() as said:
                found.append(given.setdefault(said, at))
            case _:
                found.append(at)
    return found


def _node(at: int, said: Said) -> GraphNode:
    line = line_of(said)
    lines = [part for text in (line.text, line.note) if text.strip() for part in wrapped(text, _WIDTH)]
    return GraphNode(f"n{at}", SHAPES[type(said)], _look(said), tuple(lines))


def _look(said: Said) -> Look:
    match said:
        case GivenStep():
            return "given"
        case AbsenceStep():
            return "absent"
        case CutStep():
            return "cut"
        case FactStep() | PatternStep():
            return _ROLES.get(said.role, "plain")
        case ConditionStep() if not said.holds:
            return "absent"
    return "plain"

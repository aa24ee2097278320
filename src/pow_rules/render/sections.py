"""Answers as trees on a page: what is nested too deep for it goes on in a section of its own, under a number."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import attrs

from pow_rules.record import Record
from pow_rules.steps import ConclusionStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.steps import Step

__all__ = ["Placed", "Section", "ends", "sections"]

_GRACE = 3
"""By how many levels what is no conclusion may be deeper. In a trace there is a conclusion on one of three levels."""


@attrs.frozen(repr=False)
class Placed(Record):
    """A step in its place.

    Attributes:
        at: which step it is.
        level: how deep it stands in its section.
        is_last: whether nothing on its level follows it.
        has_below: whether something stands below it, in this section.
        section: the number of the section that shows what is below it; 0 if that is this one.
    """

    at: int
    level: int
    is_last: bool
    has_below: bool
    section: int


@attrs.frozen(repr=False)
class Section(Record):
    """A part of an answer, under a number; the first part has none (0)."""

    number: int
    placed: tuple[Placed, ...]


def sections(steps: tuple[Step, ...], deepest: int) -> Iterator[Section]:
    """Divide an answer into sections, none of which is much deeper than so many levels.

    Args:
        steps: the answer.
        deepest: from which level on conclusions are moved to sections of their own; everything else may stand three
            levels deeper.

    Returns:
        The sections in their order. Each starts with the step that it shows what is below of.
    """
    if not steps:
        return
    after = ends(steps)
    numbers = 0
    waiting = deque([(0, 0)])
    while waiting:
        root, number = waiting.popleft()
        placed: list[Placed] = []
        at, base = root, steps[root].depth
        while at < after[root]:
            level, end = steps[at].depth - base, after[at]
            is_last = end >= after[root] or steps[end].depth != steps[at].depth
            has_below = end > at + 1
            limit = deepest if isinstance(steps[at].said, ConclusionStep) else deepest + _GRACE
            is_moved = has_below and level >= limit
            if is_moved:
                numbers += 1
                waiting.append((at, numbers))
            placed.append(Placed(at, level, is_last, has_below and not is_moved, numbers if is_moved else 0))
            at = end if is_moved else at + 1
        yield Section(number, tuple(placed))


def ends(steps: tuple[Step, ...]) -> list[int]:
    """Give for each step where the steps below it end."""
    found = [len(steps)] * len(steps)
    open_: list[int] = []
    for at, step in enumerate(steps):
        while open_ and steps[open_[-1]].depth >= step.depth:
            found[open_.pop()] = at
        open_.append(at)
    return found

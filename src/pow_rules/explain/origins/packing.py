"""Packing: as many sets as possible of which no two have anything in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pow_rules.explain.origins.answer import Line
    from pow_rules.explain.supports.budget import Budget

__all__ = ["packed"]

_STEPS = 100_000
"""How many branches are gone through: there may be very many (set packing is NP-hard; Karp 1972)."""


def packed(sets: Sequence[Line], budget: Budget) -> tuple[list[Line], bool]:
    """Give a largest choice of sets of which no two share an element.

    Args:
        sets: the sets, the smallest first.
        budget: what is left of the time.

    Returns:
        The choice, the first in the order of the sets among the largest; and whether there is surely no larger one.
        The empty set has no elements, and does not count.

    >>> from pow_rules.explain.supports.budget import Budget
    >>> packed([("a",), ("b", "c"), ("b", "d"), ("c", "d")], Budget(None))
    ([('a',), ('b', 'c')], True)
    """
    places = {name: place for place, name in enumerate(dict.fromkeys(name for line in sets for name in line))}
    masks = [sum(1 << places[name] for name in line) for line in sets]
    lines = [(mask, line) for mask, line in zip(masks, sets, strict=True) if mask]
    best: list[Line] = []
    stack: list[tuple[int, int, list[Line]]] = [(0, (1 << len(places)) - 1, [])]
    for _ in range(_STEPS):
        if not stack:
            return best, True
        if budget.is_over:
            break
        at, free, chosen = stack.pop()
        if len(chosen) > len(best):
            best = chosen
        fitting = next((i for i in range(at, len(lines)) if lines[i][0] & ~free == 0), None)
        # Sets come the smallest first, so that no more than so many have room.
        if fitting is None or len(chosen) + free.bit_count() // len(lines[fitting][1]) <= len(best):
            continue
        mask, line = lines[fitting]
        stack += [(fitting + 1, free, chosen), (fitting + 1, free & ~mask, [*chosen, line])]
    return best, not stack

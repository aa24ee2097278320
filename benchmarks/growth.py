"""How what an engine takes grows: the exponent of the power of its work that fits best."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["exponent", "geometric_mean"]


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """Fit a power.

    Args:
        points: pairs of work and of what it took, both above 0.

    Returns:
        The slope of the straight line through their logarithms (least squares), or None for fewer than three points.
    """
    if len({work for work, _ in points}) < 3:  # noqa: PLR2004 - through two points goes every line
        return None
    logarithms = [(math.log(work), math.log(taken)) for work, taken in points]
    return statistics.linear_regression(*zip(*logarithms, strict=True)).slope


def geometric_mean(ratios: Iterable[float]) -> float:
    """Give the mean of ratios."""
    return statistics.geometric_mean(ratios)

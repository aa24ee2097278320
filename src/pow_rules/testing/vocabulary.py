"""The fact types of generated programs: given ones, an abstract base, and three layers to conclude."""

from __future__ import annotations

from pow_rules import fact

__all__ = ["GIVEN", "LAYERS", "Both", "Maybe", "Mixed", "One", "Shape", "ShapeA", "ShapeB", "Two"]


@fact
class One:
    """one {x}"""

    x: int


@fact
class Two:
    """two {x} and {y}"""

    x: int
    y: int


@fact
class Maybe:
    """maybe {x} and {y}"""

    x: int
    y: int | None


@fact
class Mixed:
    """mixed {x} and {y}"""

    x: int
    y: int | bool


@fact(abstract=True)
class Shape:
    """shape {x}"""

    x: int


@fact
class ShapeA(Shape):
    """shape a {x}"""


@fact
class ShapeB(Shape):
    """shape b {x} and {y}"""

    y: int


@fact
class Both:
    """both hold"""


@fact
class Low:
    """low {x}"""

    x: int


@fact
class LowPair:
    """low pair {x} and {y}"""

    x: int
    y: int


@fact
class Mid:
    """mid {x}"""

    x: int


@fact
class MidPair:
    """mid pair {x} and {y}"""

    x: int
    y: int


@fact
class High:
    """high {x}"""

    x: int


@fact
class HighPair:
    """high pair {x} and {y}"""

    x: int
    y: int


GIVEN: tuple[type, ...] = (One, Two, Maybe, Mixed, Shape, Both)
"""What generated rules join and look into at any level."""

LAYERS: tuple[tuple[type, ...], ...] = ((Low, LowPair), (Mid, MidPair), (High, HighPair))
"""What the rules of each level conclude; absences and aggregates look only into lower ones."""

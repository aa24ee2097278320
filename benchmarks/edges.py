"""The rules that are measured. They are imported where they run: another engine's memory must not be counted."""

from __future__ import annotations

from pow_rules import Program, conclude, fact, rule, where

__all__ = ["PROGRAMS", "Edge", "Path", "Triangle"]


@fact
class Edge:
    """{start} leads to {end}"""

    start: int
    end: int


@fact
class Path:
    """{end} can be reached from {start}"""

    start: int
    end: int


@fact
class Triangle:
    """{a}, {b} and {c} lead to each other in a circle"""

    a: int
    b: int
    c: int


@rule
def first(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, start=e.start, end=e.end)


@rule
def further(p: Path, e: Edge) -> None:
    """An edge makes a path longer."""
    where(p.end == e.start)
    conclude(Path, start=p.start, end=e.end)


@rule
def siblings(a: Edge, b: Edge) -> None:
    """Children of one parent are of one generation."""
    where(a.start == b.start)
    conclude(Path, start=a.end, end=b.end)


@rule
def cousins(a: Edge, p: Path, b: Edge) -> None:
    """So are the children of parents of one generation."""
    where(a.start == p.start, p.end == b.start)
    conclude(Path, start=a.end, end=b.end)


@rule
def circles(a: Edge, b: Edge, c: Edge) -> None:
    """Three edges that lead back to where they begin are a triangle."""
    where(a.end == b.start, b.end == c.start, c.end == a.start)
    conclude(Triangle, a=a.start, b=b.start, c=c.start)


@rule
def pairs(a: Edge, b: Edge) -> None:
    """Two edges, one after the other, are a path."""
    where(a.end == b.start)
    conclude(Path, start=a.start, end=b.end)


@rule
def successors(a: Edge, b: Edge) -> None:
    """Edges from one number and from the next make a path."""
    where(b.start == a.start + 1)
    conclude(Path, start=a.start, end=b.end)


PROGRAMS = {
    "closure": Program([first, further]),
    "generation": Program([siblings, cousins]),
    "triangles": Program([circles]),
    "pairs": Program([pairs]),
    "successors": Program([successors]),
}
"""Named as in the workloads of the scripts."""

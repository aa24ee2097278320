"""Triangles: edges lead from the lower number to the higher one, and every second possible edge is there."""

from __future__ import annotations

import random

from workloads.workload import Built, Conclude, Facts, Row, Workload

__all__ = ["TRIANGLES"]

_DENSITY = 0.5


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule, where

    @fact
    class Edge:
        """{low} and {high} are joined"""

        low: int
        high: int

    @fact
    class Triangle:
        """{a}, {b} and {c} are joined with each other"""

        a: int
        b: int
        c: int

    @rule
    def three_edges(e: Edge, f: Edge, g: Edge) -> None:
        """Three edges make a triangle."""
        where(e.high == f.low, g.low == e.low, g.high == f.high)
        conclude(Triangle, a=e.low, b=e.high, c=f.high)

    return Built(Program([three_edges]), {"edge": Edge, "triangle": Triangle})


CLIPS = """
    (defrule triangle (edge (low ?a) (high ?b)) (edge (low ?b) (high ?c)) (edge (low ?a) (high ?c))
      => (assert (triangle (a ?a) (b ?b) (c ?c))))
"""
ASP = "triangle(A, B, C) :- edge(A, B), edge(B, C), edge(A, C)."
SQL = (
    "CREATE UNIQUE INDEX edge_both ON edge (low, high)",
    """
    CREATE TABLE triangle AS SELECT e.low AS a, e.high AS b, f.high AS c
    FROM edge e JOIN edge f ON f.low = e.high JOIN edge g ON g.low = e.low AND g.high = f.high
    """,
)


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively; the rule is not recursive."""
    edges = set(facts["edge"])
    highs: dict[int, list[int]] = {}
    for low, high in edges:
        highs.setdefault(low, []).append(high)
    return {"triangle": {(a, b, c) for a, b in edges for c in highs.get(b, ()) if (a, c) in edges}}


def durable(conclude: Conclude) -> None:
    """Define the rules of durable-rules."""
    from durable.lang import c, m, when_all

    @when_all(
        c.e << (m.type == "edge"),
        c.f << (m.type == "edge") & (m.low == c.e.high),
        c.g << (m.type == "edge") & (m.low == c.e.low) & (m.high == c.f.high),
    )
    def triangle(c: Conclude) -> None:
        conclude(c, "triangle", c.e.low, c.e.high, c.f.high)


def _facts(nodes: int) -> Facts:
    rng = random.Random(nodes)
    return {"edge": [(a, b) for a in range(nodes) for b in range(a + 1, nodes) if rng.random() < _DENSITY]}


TRIANGLES = Workload(
    name="triangles",
    title="triangles",
    size="nodes",
    sizes=(80, 140, 230, 370),
    quick=30,
    facts=_facts,
    columns={"edge": ("low", "high"), "triangle": ("a", "b", "c")},
    concluded=("triangle",),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    durable=durable,
    sql=SQL,
)

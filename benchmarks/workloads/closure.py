"""Transitive closure: which node can be reached from which, in three kinds of graphs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workloads.graphs import Pairs, chain, scale_free, scattered
from workloads.workload import Built, Conclude, Facts, Row, Workload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHAIN", "RANDOM", "SCALE_FREE"]


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule, where

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

    @rule
    def first(e: Edge) -> None:
        """An edge is a path."""
        conclude(Path, start=e.start, end=e.end)

    @rule
    def further(p: Path, e: Edge) -> None:
        """An edge makes a path longer."""
        where(p.end == e.start)
        conclude(Path, start=p.start, end=e.end)

    return Built(Program([first, further]), {"edge": Edge, "path": Path})


CLIPS = """
    (defrule first (edge (start ?x) (end ?y)) => (assert (path (start ?x) (end ?y))))
    (defrule further (path (start ?x) (end ?y)) (edge (start ?y) (end ?z)) => (assert (path (start ?x) (end ?z))))
"""
ASP = """
    path(X, Y) :- edge(X, Y).
    path(X, Z) :- path(X, Y), edge(Y, Z).
"""
SQL = (
    "CREATE INDEX edge_start ON edge (start)",
    """
    CREATE TABLE path AS WITH RECURSIVE reached (start, "end") AS (
        SELECT start, "end" FROM edge
        UNION SELECT reached.start, edge."end" FROM reached JOIN edge ON edge.start = reached."end"
    ) SELECT * FROM reached
    """,
)


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively."""
    ends: dict[int, list[int]] = {}
    for start, end in facts["edge"]:
        ends.setdefault(start, []).append(end)
    paths: set[Row] = set(facts["edge"])
    while True:
        found = {(start, end) for start, middle in paths for end in ends.get(middle, ())}
        if found <= paths:
            return {"path": paths}
        paths |= found


def durable(conclude: Conclude) -> None:
    """Define the rules of durable-rules."""
    from durable.lang import c, m, when_all

    @when_all(c.e << (m.type == "edge"))
    def first(c: Conclude) -> None:
        conclude(c, "path", c.e.start, c.e.end)

    @when_all(c.p << (m.type == "path"), c.e << (m.type == "edge") & (m.start == c.p.end))
    def further(c: Conclude) -> None:
        conclude(c, "path", c.p.start, c.e.end)


def _edges(graph: Callable[[int], Pairs], size: int) -> Facts:
    return {"edge": list(graph(size))}


def _closure(name: str, title: str, size: str, sizes: tuple[int, ...], graph: Callable[[int], Pairs]) -> Workload:
    return Workload(
        name=name,
        title=title,
        size=size,
        sizes=sizes[1:],
        quick=sizes[0],
        facts=partial(_edges, graph),
        columns={"edge": ("start", "end"), "path": ("start", "end")},
        concluded=("path",),
        program=program,
        clips=CLIPS,
        asp=ASP,
        naive=naive,
        durable=durable,
        sql=SQL,
    )


CHAIN = _closure("closure-chain", "transitive closure of a chain", "edges", (40, 150, 400, 800, 1_450), chain)
RANDOM = _closure(
    "closure-random",
    "transitive closure of a random graph, two edges for each node",
    "nodes",
    (40, 100, 250, 500, 1_000),
    lambda nodes: scattered(nodes, 2 * nodes),
)
SCALE_FREE = _closure(
    "closure-scale-free",
    "transitive closure of a scale-free graph",
    "nodes",
    (60, 120, 300, 600, 950),
    scale_free,
)

"""Reachability with negation: which pairs of nodes are connected, and then which are not."""

from __future__ import annotations

from workloads.graphs import scattered
from workloads.workload import Built, Facts, Row, Workload

__all__ = ["SEPARATION"]


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, absent, conclude, fact, rule, where

    @fact
    class Node:
        """{number} is a node"""

        number: int

    @fact
    class Edge:
        """{start} leads to {end}"""

        start: int
        end: int

    @fact
    class Reached:
        """{end} can be reached from {start}"""

        start: int
        end: int

    @fact
    class Unreached:
        """{end} cannot be reached from {start}"""

        start: int
        end: int

    @rule
    def first(e: Edge) -> None:
        """What an edge leads to is reached."""
        conclude(Reached, start=e.start, end=e.end)

    @rule
    def further(r: Reached, e: Edge) -> None:
        """What an edge leads to from there is reached, too."""
        where(r.end == e.start)
        conclude(Reached, start=r.start, end=e.end)

    @rule
    def unreached(a: Node, b: Node) -> None:
        """Everything else is not reached."""
        absent(Reached, lambda r: (r.start == a.number) & (r.end == b.number))
        conclude(Unreached, start=a.number, end=b.number)

    types = {"node": Node, "edge": Edge, "reached": Reached, "unreached": Unreached}
    return Built(Program([first, further, unreached]), types)


CLIPS = """
    (defrule first (edge (start ?x) (end ?y)) => (assert (reached (start ?x) (end ?y))))
    (defrule further (reached (start ?x) (end ?y)) (edge (start ?y) (end ?z))
      => (assert (reached (start ?x) (end ?z))))
    (defrule unreached (declare (salience -10)) (node (number ?x)) (node (number ?y))
        (not (reached (start ?x) (end ?y)))
      => (assert (unreached (start ?x) (end ?y))))
"""
ASP = """
    reached(X, Y) :- edge(X, Y).
    reached(X, Z) :- reached(X, Y), edge(Y, Z).
    unreached(X, Y) :- node(X), node(Y), not reached(X, Y).
"""
SQL = (
    "CREATE INDEX edge_start ON edge (start)",
    """
    CREATE TABLE reached AS WITH RECURSIVE found (start, "end") AS (
        SELECT start, "end" FROM edge
        UNION SELECT found.start, edge."end" FROM found JOIN edge ON edge.start = found."end"
    ) SELECT * FROM found
    """,
    'CREATE UNIQUE INDEX reached_both ON reached (start, "end")',
    """
    CREATE TABLE unreached AS SELECT a.number AS start, b.number AS "end" FROM node a JOIN node b
    ON NOT EXISTS (SELECT 1 FROM reached WHERE start = a.number AND "end" = b.number)
    """,
)


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively."""
    ends: dict[int, list[int]] = {}
    for start, end in facts["edge"]:
        ends.setdefault(start, []).append(end)
    reached: set[Row] = set(facts["edge"])
    while True:
        found = {(start, end) for start, middle in reached for end in ends.get(middle, ())}
        if found <= reached:
            break
        reached |= found
    nodes = [number for (number,) in facts["node"]]
    return {"reached": reached, "unreached": {(a, b) for a in nodes for b in nodes if (a, b) not in reached}}


def _facts(nodes: int) -> Facts:
    return {"node": [(number,) for number in range(nodes)], "edge": list(scattered(nodes, nodes * 3 // 2))}


SEPARATION = Workload(
    name="separation",
    title="reachability with negation",
    size="nodes",
    sizes=(100, 250, 500, 1_000),
    quick=40,
    facts=_facts,
    columns={
        "node": ("number",),
        "edge": ("start", "end"),
        "reached": ("start", "end"),
        "unreached": ("start", "end"),
    },
    concluded=("reached", "unreached"),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    sql=SQL,
    unable={
        "durable-rules": "its `none` cannot be trusted: what it says depends on the order of facts",
        "egglog": "no negation",
    },
    counts_firings=False,
)

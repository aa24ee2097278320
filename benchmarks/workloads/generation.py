"""Same generation: which people are of one generation, in eight generations where each child has two parents."""

from __future__ import annotations

from workloads.graphs import family
from workloads.workload import Built, Conclude, Facts, Row, Workload

__all__ = ["GENERATION"]


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule, where

    @fact
    class Parent:
        """{parent} is a parent of {child}"""

        parent: int
        child: int

    @fact
    class Same:
        """{one} and {other} are of one generation"""

        one: int
        other: int

    @rule
    def siblings(a: Parent, b: Parent) -> None:
        """Children of one parent are of one generation."""
        where(a.parent == b.parent)
        conclude(Same, one=a.child, other=b.child)

    @rule
    def cousins(a: Parent, s: Same, b: Parent) -> None:
        """So are the children of parents of one generation."""
        where(a.parent == s.one, s.other == b.parent)
        conclude(Same, one=a.child, other=b.child)

    return Built(Program([siblings, cousins]), {"parent": Parent, "same": Same})


CLIPS = """
    (defrule siblings (parent (parent ?p) (child ?x)) (parent (parent ?p) (child ?y))
      => (assert (same (one ?x) (other ?y))))
    (defrule cousins (parent (parent ?a) (child ?x)) (same (one ?a) (other ?b)) (parent (parent ?b) (child ?y))
      => (assert (same (one ?x) (other ?y))))
"""
ASP = """
    same(X, Y) :- parent(P, X), parent(P, Y).
    same(X, Y) :- parent(A, X), same(A, B), parent(B, Y).
"""
SQL = (
    "CREATE INDEX parent_parent ON parent (parent)",
    """
    CREATE TABLE same AS WITH RECURSIVE found (one, other) AS (
        SELECT a.child, b.child FROM parent a JOIN parent b ON a.parent = b.parent
        UNION SELECT a.child, b.child FROM found
            JOIN parent a ON a.parent = found.one JOIN parent b ON b.parent = found.other
    ) SELECT * FROM found
    """,
)


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively."""
    children: dict[int, list[int]] = {}
    for parent, child in facts["parent"]:
        children.setdefault(parent, []).append(child)
    same: set[Row] = {(a, b) for siblings in children.values() for a in siblings for b in siblings}
    while True:
        found = {(x, y) for a, b in same for x in children.get(a, ()) for y in children.get(b, ())}
        if found <= same:
            return {"same": same}
        same |= found


def durable(conclude: Conclude) -> None:
    """Define the rules of durable-rules."""
    from durable.lang import c, distinct, m, when_all

    @when_all(distinct(False), c.a << (m.type == "parent"), c.b << (m.type == "parent") & (m.parent == c.a.parent))
    def siblings(c: Conclude) -> None:
        conclude(c, "same", c.a.child, c.b.child)

    @when_all(
        distinct(False),
        c.a << (m.type == "parent"),
        c.r << (m.type == "same") & (m.one == c.a.parent),
        c.b << (m.type == "parent") & (m.parent == c.r.other),
    )
    def cousins(c: Conclude) -> None:
        conclude(c, "same", c.a.child, c.b.child)


def _facts(people: int) -> Facts:
    return {"parent": list(family(people))}


GENERATION = Workload(
    name="same-generation",
    title="same generation",
    size="people",
    sizes=(200, 500, 1_100, 2_400),
    quick=80,
    facts=_facts,
    columns={"parent": ("parent", "child"), "same": ("one", "other")},
    concluded=("same",),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    durable=durable,
    sql=SQL,
)

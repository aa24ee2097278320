"""Andersen's points-to analysis: what each variable of a program may point to. Loads and stores are three-way joins."""

from __future__ import annotations

import random

from workloads.workload import Built, Conclude, Facts, Row, Workload

__all__ = ["POINTS_TO"]


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule, where

    @fact
    class AddressOf:
        """{target} = &{source}"""

        target: int
        source: int

    @fact
    class Copy:
        """{target} = {source}"""

        target: int
        source: int

    @fact
    class Load:
        """{target} = *{source}"""

        target: int
        source: int

    @fact
    class Store:
        """*{target} = {source}"""

        target: int
        source: int

    @fact
    class PointsTo:
        """{pointer} may point to {place}"""

        pointer: int
        place: int

    @rule
    def address(s: AddressOf) -> None:
        """What has the address of a place points to it."""
        conclude(PointsTo, pointer=s.target, place=s.source)

    @rule
    def copied(s: Copy, p: PointsTo) -> None:
        """A copy points to what the original points to."""
        where(s.source == p.pointer)
        conclude(PointsTo, pointer=s.target, place=p.place)

    @rule
    def loaded(s: Load, p: PointsTo, q: PointsTo) -> None:
        """What is loaded through a pointer points to what the places that this points to point to."""
        where(s.source == p.pointer, p.place == q.pointer)
        conclude(PointsTo, pointer=s.target, place=q.place)

    @rule
    def stored(s: Store, p: PointsTo, q: PointsTo) -> None:
        """The places that a pointer points to point to what is stored through it."""
        where(s.target == p.pointer, s.source == q.pointer)
        conclude(PointsTo, pointer=p.place, place=q.place)

    types = {"address": AddressOf, "copy": Copy, "load": Load, "store": Store, "points": PointsTo}
    return Built(Program([address, copied, loaded, stored]), types)


CLIPS = """
    (defrule address (address (target ?x) (source ?y)) => (assert (points (pointer ?x) (place ?y))))
    (defrule copied (copy (target ?x) (source ?y)) (points (pointer ?y) (place ?z))
      => (assert (points (pointer ?x) (place ?z))))
    (defrule loaded (load (target ?x) (source ?y)) (points (pointer ?y) (place ?z)) (points (pointer ?z) (place ?w))
      => (assert (points (pointer ?x) (place ?w))))
    (defrule stored (store (target ?x) (source ?y)) (points (pointer ?x) (place ?z)) (points (pointer ?y) (place ?w))
      => (assert (points (pointer ?z) (place ?w))))
"""
ASP = """
    points(X, Y) :- address(X, Y).
    points(X, Z) :- copy(X, Y), points(Y, Z).
    points(X, W) :- load(X, Y), points(Y, Z), points(Z, W).
    points(Z, W) :- store(X, Y), points(X, Z), points(Y, W).
"""


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively."""
    points: set[Row] = set(facts["address"])
    while True:
        places: dict[int, list[int]] = {}
        for pointer, place in points:
            places.setdefault(pointer, []).append(place)

        def of(pointer: int, places: dict[int, list[int]] = places) -> list[int]:
            return places.get(pointer, [])

        found = {(x, z) for x, y in facts["copy"] for z in of(y)}
        found |= {(x, w) for x, y in facts["load"] for z in of(y) for w in of(z)}
        found |= {(z, w) for x, y in facts["store"] for z in of(x) for w in of(y)}
        if found <= points:
            return {"points": points}
        points |= found


def durable(conclude: Conclude) -> None:
    """Define the rules of durable-rules."""
    from durable.lang import c, distinct, m, when_all

    @when_all(c.line << (m.type == "address"))
    def address(c: Conclude) -> None:
        conclude(c, "points", c.line.target, c.line.source)

    @when_all(c.line << (m.type == "copy"), c.p << (m.type == "points") & (m.pointer == c.line.source))
    def copied(c: Conclude) -> None:
        conclude(c, "points", c.line.target, c.p.place)

    @when_all(
        distinct(False),
        c.line << (m.type == "load"),
        c.p << (m.type == "points") & (m.pointer == c.line.source),
        c.q << (m.type == "points") & (m.pointer == c.p.place),
    )
    def loaded(c: Conclude) -> None:
        conclude(c, "points", c.line.target, c.q.place)

    @when_all(
        distinct(False),
        c.line << (m.type == "store"),
        c.p << (m.type == "points") & (m.pointer == c.line.target),
        c.q << (m.type == "points") & (m.pointer == c.line.source),
    )
    def stored(c: Conclude) -> None:
        conclude(c, "points", c.p.place, c.q.place)


def _facts(variables: int) -> Facts:
    rng = random.Random(variables)

    def statements(number: int) -> list[Row]:
        found: dict[Row, None] = {}
        while len(found) < number:
            found[rng.randrange(variables), rng.randrange(variables)] = None
        return list(found)

    return {
        "address": statements(variables // 2),
        "copy": statements(variables),
        "load": statements(variables // 6),
        "store": statements(variables // 6),
    }


_STATEMENT = ("target", "source")
POINTS_TO = Workload(
    name="points-to",
    title="points-to analysis",
    size="variables",
    sizes=(80, 140, 220, 400),
    quick=40,
    facts=_facts,
    columns={
        "address": _STATEMENT,
        "copy": _STATEMENT,
        "load": _STATEMENT,
        "store": _STATEMENT,
        "points": ("pointer", "place"),
    },
    concluded=("points",),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    durable=durable,
    unable={"sqlite": "recursion with two recursive conditions"},
)

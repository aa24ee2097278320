"""A wide rule base: 1,000 rules, each a join of two of 100 fact types, which conclude facts of 200 others."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from workloads.workload import Built, Conclude, Facts, Row, Workload

if TYPE_CHECKING:
    from pow_rules import Rule

__all__ = ["WIDE"]

_GIVEN, _MADE, _RULES = 100, 200, 1_000
_JOINS = [(f"given{i % _GIVEN}", f"given{(7 * i + i // _GIVEN) % _GIVEN}", f"made{i % _MADE}") for i in range(_RULES)]
"""For each rule the two relations that it joins, and the one that it concludes."""
_NAMES = [f"given{i}" for i in range(_GIVEN)] + [f"made{i}" for i in range(_MADE)]


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule, where

    def fact_type(name: str) -> type:
        fields = {"__annotations__": {"start": int, "end": int}, "__doc__": f"{name}({{start}}, {{end}})"}
        return fact(type(name.title(), (), fields))

    types = {name: fact_type(name) for name in _NAMES}

    def join(number: int, left: type, right: type, made: type) -> Rule:
        def joined(a, b):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - annotated below
            where(a.end == b.start)
            conclude(made, start=a.start, end=b.end)

        joined.__annotations__ = {"a": left, "b": right, "return": None}
        joined.__name__ = f"joined{number}"
        return rule(joined)

    rules = [join(i, *(types[name] for name in names)) for i, names in enumerate(_JOINS)]
    return Built(Program(rules), types)


CLIPS = "\n".join(
    f"(defrule joined{i} ({a} (start ?x) (end ?y)) ({b} (start ?y) (end ?z)) => (assert ({c} (start ?x) (end ?z))))"
    for i, (a, b, c) in enumerate(_JOINS)
)
ASP = "\n".join(f"{c}(X, Z) :- {a}(X, Y), {b}(Y, Z)." for a, b, c in _JOINS)
SQL = (
    *(f"CREATE INDEX given{i}_start ON given{i} (start)" for i in range(_GIVEN)),
    *(f'CREATE TABLE made{i} (start INTEGER, "end" INTEGER, UNIQUE (start, "end"))' for i in range(_MADE)),
    *(
        f'INSERT OR IGNORE INTO {c} SELECT {a}.start, b."end" FROM {a} JOIN {b} AS b ON {a}."end" = b.start'
        for a, b, c in _JOINS
    ),
)


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively; the rules are not recursive."""
    ends: dict[str, dict[int, list[int]]] = {}
    for name, rows in facts.items():
        for start, end in rows:
            ends.setdefault(name, {}).setdefault(start, []).append(end)
    made: dict[str, set[Row]] = {}
    for a, b, c in _JOINS:
        made.setdefault(c, set()).update((x, z) for x, y in facts[a] for z in ends[b].get(y, ()))
    return made


def durable(conclude: Conclude) -> None:
    """Define the rules of durable-rules."""
    from durable.lang import c, distinct, m, when_all

    def join(left: str, right: str, made: str) -> None:
        @when_all(distinct(False), c.a << (m.type == left), c.b << (m.type == right) & (m.start == c.a.end))
        def joined(c: Conclude) -> None:
            conclude(c, made, c.a.start, c.b.end)

    for names in _JOINS:
        join(*names)


def _facts(rows: int) -> Facts:
    rng = random.Random(rows)
    values = max(rows // 3, 2)

    def some() -> list[Row]:
        found: dict[Row, None] = {}
        while len(found) < rows:
            found[rng.randrange(values), rng.randrange(values)] = None
        return list(found)

    return {f"given{i}": some() for i in range(_GIVEN)}


WIDE = Workload(
    name="wide",
    title="a wide rule base: 1,000 rules",
    size="facts of each of 100 types",
    sizes=(12, 40, 120, 360),
    quick=4,
    facts=_facts,
    columns=dict.fromkeys(_NAMES, ("start", "end")),
    concluded=tuple(f"made{i}" for i in range(_MADE)),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    durable=durable,
    sql=SQL,
)

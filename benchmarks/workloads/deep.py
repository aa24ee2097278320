"""A long chain of rules: each of 1,000 rules turns the facts of one type into facts of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workloads.workload import Built, Facts, Row, Workload

if TYPE_CHECKING:
    from pow_rules import Rule

__all__ = ["DEEP"]

_RULES = 1_000


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule

    def fact_type(number: int) -> type:
        fields = {"__annotations__": {"number": int}, "__doc__": f"{{number}} has taken step {number}"}
        return fact(type(f"Step{number}", (), fields))

    types = [fact_type(number) for number in range(_RULES + 1)]

    def step(number: int) -> Rule:
        def taken(s):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - annotated below
            conclude(types[number + 1], number=s.number)

        taken.__annotations__ = {"s": types[number], "return": None}
        taken.__name__ = f"taken{number}"
        return rule(taken)

    return Built(Program([step(i) for i in range(_RULES)]), {f"step{i}": made for i, made in enumerate(types)})


CLIPS = "\n".join(
    f"(defrule taken{i} (step{i} (number ?x)) => (assert (step{i + 1} (number ?x))))" for i in range(_RULES)
)
ASP = "\n".join(f"step{i + 1}(X) :- step{i}(X)." for i in range(_RULES))
SQL = tuple(f"CREATE TABLE step{i + 1} AS SELECT number FROM step{i}" for i in range(_RULES))


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively: all rules are tried, as often as there is something new. They stand in a lucky order here."""
    steps: dict[str, set[Row]] = {f"step{i}": set() for i in range(_RULES + 1)}
    steps["step0"] = set(facts["step0"])
    while True:
        is_done = True
        for i in range(_RULES):
            if not steps[f"step{i}"] <= steps[f"step{i + 1}"]:
                steps[f"step{i + 1}"] |= steps[f"step{i}"]
                is_done = False
        if is_done:
            del steps["step0"]
            return steps


def _facts(rows: int) -> Facts:
    return {"step0": [(number,) for number in range(rows)]}


DEEP = Workload(
    name="deep",
    title="a long chain of rules: 1,000 rules",
    size="facts",
    sizes=(10, 60, 250, 1_000),
    quick=3,
    facts=_facts,
    columns={f"step{i}": ("number",) for i in range(_RULES + 1)},
    concluded=tuple(f"step{i + 1}" for i in range(_RULES)),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    sql=SQL,
    unable={"durable-rules": "hangs with more than 511 kinds of facts"},
)

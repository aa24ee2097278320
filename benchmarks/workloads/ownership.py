"""Majority ownership: shares are added up by holder and company, and control is passed on: an aggregate, then closure.

Each company has a holder of the majority among the ten companies before it, in three lots, and three small holders.
"""

from __future__ import annotations

import random

from workloads.workload import Built, Facts, Row, Workload

__all__ = ["OWNERSHIP"]

_HALF = 50
_WINDOW = 10


def program() -> Built:
    """Make fact types and rules."""
    from pow_rules import Program, conclude, fact, rule, total, where

    @fact
    class Holding:
        """{holder} holds {percent} % of {company}, in {lot}"""

        holder: int
        company: int
        percent: int
        lot: int

    @fact
    class Majority:
        """{holder} holds a majority of {company}"""

        holder: int
        company: int

    @fact
    class Controls:
        """{holder} controls {company}"""

        holder: int
        company: int

    @rule
    def lots_make_a_majority(h: Holding) -> None:
        """Whoever holds more than half of a company, all lots together, holds a majority."""
        held = total(Holding, lambda x: x.percent, lambda x: (x.holder == h.holder) & (x.company == h.company))
        where(held > _HALF)
        conclude(Majority, holder=h.holder, company=h.company)

    @rule
    def majority_controls(m: Majority) -> None:
        """Whoever holds a majority of a company controls it."""
        conclude(Controls, holder=m.holder, company=m.company)

    @rule
    def control_is_passed_on(c: Controls, m: Majority) -> None:
        """Whoever controls a company controls what it holds a majority of."""
        where(c.company == m.holder)
        conclude(Controls, holder=c.holder, company=m.company)

    types = {"holding": Holding, "majority": Majority, "controls": Controls}
    return Built(Program([lots_make_a_majority, majority_controls, control_is_passed_on], given=[Holding]), types)


CLIPS = """
    (defrule begin (declare (salience 20)) (holding (holder ?h) (company ?c))
      => (assert (sum (holder ?h) (company ?c) (percent 0))))
    (defrule add (declare (salience 10)) (holding (holder ?h) (company ?c) (percent ?p) (lot ?l))
        (not (counted (lot ?l))) ?s <- (sum (holder ?h) (company ?c) (percent ?t))
      => (assert (counted (lot ?l))) (modify ?s (percent (+ ?t ?p))))
    (defrule majority (sum (holder ?h) (company ?c) (percent ?p&:(> ?p 50)))
      => (assert (majority (holder ?h) (company ?c))))
    (defrule controls (majority (holder ?h) (company ?c)) => (assert (controls (holder ?h) (company ?c))))
    (defrule passed-on (controls (holder ?h) (company ?c)) (majority (holder ?c) (company ?d))
      => (assert (controls (holder ?h) (company ?d))))
"""
ASP = """
    majority(H, C) :- holding(H, C, _, _), #sum { P, L : holding(H, C, P, L) } > 50.
    controls(H, C) :- majority(H, C).
    controls(H, D) :- controls(H, C), majority(C, D).
"""
SQL = (
    """
    CREATE TABLE majority AS SELECT holder, company FROM holding
    GROUP BY holder, company HAVING SUM(percent) > 50
    """,
    "CREATE INDEX majority_holder ON majority (holder)",
    """
    CREATE TABLE controls AS WITH RECURSIVE found (holder, company) AS (
        SELECT holder, company FROM majority
        UNION SELECT found.holder, majority.company FROM found JOIN majority ON majority.holder = found.company
    ) SELECT * FROM found
    """,
)


def naive(facts: Facts) -> dict[str, set[Row]]:
    """Compute it naively."""
    sums: dict[Row, int] = {}
    for holder, company, percent, _ in facts["holding"]:
        sums[holder, company] = sums.get((holder, company), 0) + percent
    majority = {pair for pair, percent in sums.items() if percent > _HALF}
    held: dict[int, list[int]] = {}
    for holder, company in majority:
        held.setdefault(holder, []).append(company)
    controls = set(majority)
    while True:
        found = {(holder, further) for holder, company in controls for further in held.get(company, ())}
        if found <= controls:
            return {"majority": majority, "controls": controls}
        controls |= found


def _facts(companies: int) -> Facts:
    rng = random.Random(companies)
    lots: list[Row] = []
    for company in range(1, companies):
        before = list(range(max(0, company - _WINDOW), company))
        rng.shuffle(before)
        holdings = [(before[0], percent) for percent in (20, 20, 15)]
        holdings += [(holder, 10) for holder in before[1:4]]
        lots += [(holder, company, percent, len(lots) + i) for i, (holder, percent) in enumerate(holdings)]
    return {"holding": lots}


OWNERSHIP = Workload(
    name="ownership",
    title="majority ownership",
    size="companies",
    sizes=(300, 750, 1_700, 3_400),
    quick=100,
    facts=_facts,
    columns={
        "holding": ("holder", "company", "percent", "lot"),
        "sum": ("holder", "company", "percent"),
        "counted": ("lot",),
        "majority": ("holder", "company"),
        "controls": ("holder", "company"),
    },
    concluded=("majority", "controls"),
    program=program,
    clips=CLIPS,
    asp=ASP,
    naive=naive,
    sql=SQL,
    unable={
        "clipspy logical": "sums are made by changing facts",
        "durable-rules": "no aggregates over joins",
        "egglog": "no aggregates",
    },
    counts_firings=False,
)

"""Influence: which facts, asserted or taken away, could help to bring about some others, or to take them away.

A premise helps in the direction of the conclusion, an absence in the other one, an aggregate in either. A program's
perfect model is monotone in this sense: where all that changes goes in a direction that does not help, what was wanted
does not come about (by induction over the strata; Apt, Blair and Walker 1988 for the model).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.clauses import Absence, Aggregation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.machine import Machine

__all__ = ["LESS", "MORE", "Wish", "tests", "wishes"]

Wish = tuple[int, int]
"""A relation, and whether `MORE` or `LESS` rows in it could help."""

MORE = 1
LESS = -1


def wishes(machine: Machine, wanted: Iterable[Wish]) -> frozenset[Wish]:
    """Give all that could help, by relation and direction: what is wanted, and what that may hang on.

    Args:
        machine: the program.
        wanted: what is wanted.
    """
    found = set(wanted)
    stack = list(found)
    while stack:
        relation, direction = stack.pop()
        for clause in machine.by_head.get(relation, ()):
            for needed in _needs(clause, direction):
                if needed not in found:
                    found.add(needed)
                    stack.append(needed)
    return frozenset(found)


def _needs(clause: Clause, direction: int) -> Iterator[Wish]:
    for relation in clause.reads:
        yield relation, direction
    for relation, breaking in tests(clause):
        yield relation, -direction * breaking


def tests(clause: Clause) -> Iterator[Wish]:
    """Give what could stop a firing of a clause through its absences and aggregates."""
    for condition in clause.conditions:
        match condition:
            case Absence(lookups):
                yield from ((lookup.relation, MORE) for lookup in lookups)
            case Aggregation(lookups=lookups):
                yield from ((lookup.relation, way) for lookup in lookups for way in (MORE, LESS))
            case _:
                continue

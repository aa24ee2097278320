"""What is said of a fact that does not hold: which ones nearly match it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.facts import fact_type_of
from pow_rules.near import did_you_mean, near_matches
from pow_rules.values import canonical

if TYPE_CHECKING:
    from pow_rules.log import Log, Node

__all__ = ["near_facts"]

_MOST = 100


def near_facts(log: Log, fact: Any) -> str:
    """Give the tail of a message: facts of the same type that hold and differ least.

    Args:
        log: the log of the session.
        fact: a fact that does not hold.
    """
    described = fact_type_of(fact)
    if described.cls not in log.schema.numbers:
        names = [cls.__name__ for cls in log.program.fact_types]
        return f": no rule knows {described}{did_you_mean(described.name, names)}"
    texts = [canonical(log.fact(node)) for node in _nearest(log, fact)]
    near = near_matches(repr(fact), texts) or texts[:3]
    return f"; near matches that hold: {', '.join(near)}" if near else f"; no {described} holds"


def _nearest(log: Log, fact: Any) -> list[Node]:
    relation = log.schema.numbers[type(fact)]
    wanted = log.schema.row(relation, fact)
    rows = log.base.relations[relation].rows

    def differences(node: Node) -> int:
        return sum(a != b for a, b in zip(rows[node[1]], wanted, strict=True))

    return sorted(log.nodes(relation), key=differences)[:_MOST]

"""Steadiness: whether absences and aggregates come out the same however the uncertain steps do.

In another case than that where all that holds does, fewer facts hold. Something new can come about then only because
something stands no longer in the way of an absence or an aggregate. So an absence is steady if all that stands in the
way of what would break it holds in any case, and an aggregate if besides all that it counted does. The facts that
stand in the way are found by their types (see `influence`): more may be refused than has to be, and never less. What
is in the way and sure to be there is only as sure as the absences that it rests on in turn; those are among what is
found, as what could help is followed through absences, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import LikelihoodError
from pow_rules.explain.influence import LESS, MORE, tests, wishes
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.constraints import Constraint
    from pow_rules.engine.clauses import Clause
    from pow_rules.explain.bounds.interval import Intervals
    from pow_rules.explain.fold.graph import Graph
    from pow_rules.explain.influence import Wish
    from pow_rules.log import Log
    from pow_rules.rules import Rule

__all__ = ["Upset", "can_be_upset", "require_steady", "upset_in"]


@attrs.frozen
class Upset:
    """An uncertain fact that stands in the way of what would upset an absence or an aggregate.

    Attributes:
        fact: the fact.
        blocked: what it stands in the way of.
        reader: what looks for the absence or aggregates; None where it is asked whether there could be more
            derivations.
    """

    fact: Any
    blocked: Rule | Constraint
    reader: Rule | Constraint | None


def require_steady(
    log: Log, graph: Graph, intervals: Intervals, check: Callable[[], object], *, is_closed: bool
) -> None:
    """Refuse where an uncertain step can change an absence or an aggregate.

    Args:
        log: the derivation log.
        graph: the fact that is asked about, and all that it rests on.
        intervals: the intervals of rows.
        check: is called now and then, and may raise.
        is_closed: whether the derivations recorded have to be all that there can be.

    Raises:
        LikelihoodError: naming the step.
    """
    for firing in graph.firings:
        check()
        for node in log.counted(firing):
            if not intervals.is_sure(node):
                rule = log.conditional(firing)
                msg = (
                    f"rule {rule.name} ({rule.location}) counts {log.fact(node)!r}, which is uncertain: its"
                    " aggregate could come out otherwise, and how likely that is cannot be told from the derivations"
                )
                raise LikelihoodError(msg)
    found = upset_in(log, graph, intervals, check, is_closed=is_closed)
    if found is not None:
        own, other = found.reader, found.blocked
        step = "there could be more derivations than are recorded"
        if own is not None:
            step = f"an absence or an aggregate of rule {own.name} ({own.location}) could come out otherwise"
        msg = (
            f"{step}: rule {other.name} ({other.location}) looks into facts as {found.fact!r}, which is uncertain. How"
            " likely that is cannot be told from the derivations"
        )
        raise LikelihoodError(msg)


def upset_in(
    log: Log, graph: Graph, intervals: Intervals, check: Callable[[], object], *, is_closed: bool = False
) -> Upset | None:
    """Find an uncertain fact without which an absence or an aggregate could come out otherwise; None without one.

    Args:
        log: the derivation log.
        graph: the fact that is asked about, and all that it rests on.
        intervals: the intervals of rows.
        check: is called now and then, and may raise.
        is_closed: whether more derivations than are recorded count as well.
    """
    wanted: dict[Wish, Clause | None] = {}
    if is_closed:
        wanted = dict.fromkeys(((node[0], MORE) for node in graph.nodes if not intervals.is_sure(node)), None)
    for clause in dict.fromkeys(firing.clause for firing in graph.firings):
        for relation, _ in tests(clause):
            wanted.setdefault((relation, MORE), clause)
    conditionals = log.program.conditionals
    sure: set[int] = set()
    for wish, reader in wanted.items():
        for relation, blocked in _in_the_way(log, (wish,)):
            if relation in sure:
                continue
            unsure = []
            for node in log.nodes(relation):
                check()
                if not intervals.is_sure(node):
                    unsure.append(node)
            if unsure:
                fact = min((log.fact(node) for node in unsure), key=canonical)
                return Upset(fact, conditionals[blocked.rule], None if reader is None else conditionals[reader.rule])
            sure.add(relation)
    return None


def can_be_upset(log: Log, relation: int) -> bool:
    """Tell whether there are absences or aggregates on the way to a relation that anything stands in the way of."""
    return any(True for _ in _in_the_way(log, {(relation, LESS)}))


def _in_the_way(log: Log, wanted: Iterable[Wish]) -> Iterable[tuple[int, Clause]]:
    """Give the relations whose rows stand in the way of what is wanted, each with the clause that looks there."""
    machine = log.program.machine
    for relation, direction in sorted(wishes(machine, wanted)):
        for clause in machine.by_head.get(relation, ()):
            for tested, breaking in tests(clause):
                if direction == breaking:
                    yield tested, clause

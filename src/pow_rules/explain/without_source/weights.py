"""Weights: how strongly each of many facts may be said, and which origins it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.explain.fold.evaluate import Valuation, evaluate
from pow_rules.explain.fold.graph import Graph
from pow_rules.explain.origins.packing import packed
from pow_rules.explain.origins.tracing import in_line, origin_of
from pow_rules.explain.supports.budget import SpentError
from pow_rules.hedges import HEDGES, hedge_of
from pow_rules.semirings import HEDGES as STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.engine.store import Row
    from pow_rules.explain.origins.answer import Line
    from pow_rules.explain.supports.budget import Budget
    from pow_rules.hedges import Hedge
    from pow_rules.log import Firing, Log, Node

    Key = tuple[int, Row]

__all__ = ["Rests", "Weights", "weighed"]

_MOST = 500
"""How many minimal sets of origins one fact may have, to be counted here."""

Rests = tuple["Line", "int | None"]
"""Origins, and on how many independent lines; None if that is not known."""

_Sets = frozenset[int]
"""Sets of origins, each as the bits of a number, none of which contains another one."""


@attrs.frozen(eq=False, repr=False)
class Weights:
    """What facts weigh.

    Attributes:
        hedges: how strongly each may be said.
        origins: the origins that each rests on, those in some minimal set that is enough, and how many independent
            lines these sets make (None if that is not known). None if there was no time or room to find them.
    """

    hedges: dict[Key, Hedge]
    origins: dict[Key, Rests] | None

    @staticmethod
    def is_stronger(one: Hedge, other: Hedge) -> bool:
        """Tell whether a hedge is stronger than another one."""
        return HEDGES.index(one) < HEDGES.index(other)


def weighed(log: Log, relations: Iterable[int], budget: Budget) -> Weights:
    """Weigh all facts of some relations.

    Args:
        log: the derivation log.
        relations: the relations.
        budget: how long to look for origins.
    """
    nodes = [node for relation in sorted(relations) for node in log.nodes(relation)]
    graph = Graph(log, nodes, ())
    hedges: dict[Node, Any] = {}
    evaluate(graph, _hedges(log), hedges)
    keys = {node: (node[0], log.base.relations[node[0]].rows[node[1]]) for node in nodes}
    made = {key: hedges[node] for node, key in keys.items()}
    names: dict[str | None, int] = {}
    sets: dict[Node, _Sets] = {}
    try:
        evaluate(graph, _origins(log, names, budget), sets)
        known: dict[_Sets, Rests] = {}
        for some in sets.values():
            if some not in known:
                budget.check()
                known[some] = _names(some, list(names)), _lines(some, budget)
    except SpentError:
        return Weights(made, None)
    return Weights(made, {key: known[sets[node]] for node, key in keys.items()})


def _hedges(log: Log) -> Valuation[Any]:
    def leaf(node: Node) -> Any:
        attestations = log.attestations(node)
        if attestations is None:
            return None
        return HEDGES[min(HEDGES.index(hedge_of(said)) for said in attestations)]

    def step(firing: Firing, below: list[Any]) -> Any:
        found: Hedge | None = hedge_of(log.rule(firing))
        for value in below:
            found = STRENGTHS.times(found, value)
        return found

    return Valuation(STRENGTHS.zero, STRENGTHS.plus, leaf, step, is_absorptive=True)


def _origins(log: Log, names: dict[str | None, int], budget: Budget) -> Valuation[_Sets]:
    """Fold into minimal sets of origins: why-provenance, of which only small parts are kept apart.

    As in `pow_rules.semirings.WHY`, with numbers in the place of sets.
    """

    def leaf(node: Node) -> _Sets | None:
        attestations = log.attestations(node)
        if attestations is None:
            return None
        return frozenset(1 << names.setdefault(origin_of(said), len(names)) for said in attestations)

    def plus(one: _Sets, other: _Sets) -> _Sets:
        return one if one == other else _least(one | other)

    def step(_: Firing, below: list[_Sets]) -> _Sets:
        found: _Sets = frozenset([0])
        for sets in set(below):
            if len(found) * len(sets) > _MOST * _MOST:
                raise SpentError("memory")
            found = _least(frozenset(a | b for a in found for b in sets))
        return found

    return Valuation(frozenset(), plus, leaf, step, is_absorptive=True, check=budget.check)


def _least(sets: _Sets) -> _Sets:
    if len(sets) == 1:
        return sets
    kept: list[int] = []
    for one in sorted(sets, key=int.bit_count):
        if not any(other & one == other for other in kept):
            kept.append(one)
    if len(kept) > _MOST:
        raise SpentError("memory")
    return frozenset(kept)


def _lines(sets: _Sets, budget: Budget) -> int | None:
    """Give how many sets there are no two of which share an origin; None where there are too many to tell."""
    if len(sets) == 1:
        return int(0 not in sets)
    places = (tuple(str(place) for place in range(one.bit_length()) if one >> place & 1) for one in sets)
    found, is_most = packed(sorted(places, key=lambda line: (len(line), line)), budget)
    return len(found) if is_most else None


def _names(sets: _Sets, names: list[str | None]) -> Line:
    every = 0
    for one in sets:
        every |= one
    return in_line(name for place, name in enumerate(names) if every >> place & 1)

"""What does a fact rest on? The minimal sets of givens that are each enough for it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.explain.arguments import check_count, check_seconds
from pow_rules.explain.influence import LESS, MORE, tests, wishes
from pow_rules.explain.supports.budget import Budget, SpentError
from pow_rules.explain.supports.cone import Cone
from pow_rules.explain.supports.minimal import Minimal
from pow_rules.explain.supports.support import Support, Supports, supports_steps
from pow_rules.sources import in_order
from pow_rules.steps import GivenStep
from pow_rules.terms import Absent
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.derivation import Absence, AggregateValue
    from pow_rules.explain.supports.budget import Why
    from pow_rules.log import Firing, Log, Node

__all__ = ["Support", "Supports", "supports"]

_COUNTED = 10**15
"""Up to where the number of supports is told."""


def supports(log: Log, node: Node, *, limit: int | None, seconds: float | None) -> Supports:
    """Give the minimal sets of givens that are each enough for a row.

    The recorded firings are propositional Horn clauses, so the sets that are enough are the implicants of a monotone
    function, and its prime implicants are wanted: the label of a node in an assumption-based truth maintenance system
    (de Kleer 1986). See `minimal` for how they are found.

    Args:
        log: the derivation log.
        node: the row, which may be a hidden one.
        limit: after how many sets to stop; None for all.
        seconds: after how long to stop; None for no end.

    Raises:
        ArgumentTypeError: for a number that is none.
        ArgumentValueError: for a limit below 1, or seconds below 0.
    """
    check_count("limit", limit)
    check_seconds(seconds)
    # The cyclic garbage collector is paused: a search makes many sets, and no cycles.
    is_collecting = gc.isenabled()
    try:
        gc.disable()
        return _Asked(log, node, Budget(seconds)).answered(limit)
    finally:
        if is_collecting:
            gc.enable()


class _Asked:
    """One question: the cone of a row, and what is found in it."""

    def __init__(self, log: Log, node: Node, budget: Budget) -> None:
        self.log = log
        self.node = node
        self.budget = budget
        self.cone: Cone | None = None
        self.facts: dict[Node, tuple[str, Any]] = {}
        self.looking: dict[int, bool] = {}

    def answered(self, limit: int | None) -> Supports:
        """Give the answer."""
        sets: list[tuple[tuple[Node, ...], Support]] = []
        search: Minimal | None = None
        why: Why | None = None
        try:
            cone = self.cone = Cone(self.log, (self.node,), self.budget)
            search = Minimal(cone, lambda n: (cone.levels[n], self.fact(cone.nodes[n])[0]), self.budget)
            for numbers in search.sets():
                # One support is told even when the time is over: it takes little more.
                sets.append(self.support(cone, numbers, self.budget if sets else Budget(None)))
                if len(sets) == limit:
                    break
            why = search.why or ("limit" if search.total != len(sets) else None)
        except SpentError as spent:
            why = spent.why
        sets.sort(key=lambda one: (len(one[0]), [self.fact(node)[0] for node in one[0]]))
        every: set[Node] = set()
        if self.cone is not None and search is not None:
            every = {self.cone.nodes[number] for number in search.always}
        some = every.union(*(nodes for nodes, _ in sets))
        elsewhere, knows_elsewhere = self.elsewhere(some)
        total = None if search is None else search.total
        answer = Supports(
            fact=None if self.log.is_hidden(self.node[0]) else self.log.fact(self.node),
            sets=tuple(support for _, support in sets),
            in_every=self.told(every),
            in_some=self.told(some),
            elsewhere=self.told(elsewhere),
            total=None if total is None or total > _COUNTED else total,
            complete_to=None if why is None else 0 if search is None else search.complete_to,
            knows_every=search is not None and search.knows_always,
            knows_elsewhere=knows_elsewhere,
            stopped=why,
            steps=(),
        )
        return attrs.evolve(answer, steps=supports_steps(answer, self.given))

    # ---- facts -------------------------------------------------------------------------------------------------

    def fact(self, node: Node) -> tuple[str, Any]:
        """Give a row's canonical text, and its fact."""
        found = self.facts.get(node)
        if found is None:
            fact = self.log.fact(node)
            found = self.facts[node] = (canonical(fact), fact)
        return found

    def told(self, nodes: Iterable[Node]) -> tuple[Any, ...]:
        """Give the facts of some rows in canonical order."""
        return tuple(fact for _, fact in sorted(map(self.fact, nodes), key=lambda pair: pair[0]))

    def given(self, fact: Any) -> GivenStep:
        """Say who gives a fact."""
        node = self.log.node(fact)
        if node is None:
            raise AssertionError(fact)
        said = in_order(self.log.attestations(node) or ())
        return GivenStep(fact, said, next(self.log.firings(node), None) is not None)

    # ---- supports ----------------------------------------------------------------------------------------------

    def support(self, cone: Cone, numbers: frozenset[int], budget: Budget) -> tuple[tuple[Node, ...], Support]:
        """Tell of one support, with its rows in canonical order."""
        nodes = sorted((cone.nodes[number] for number in numbers), key=lambda node: self.fact(node)[0])
        absences: dict[Absence, None] = {}
        aggregates: dict[AggregateValue, None] = {}
        for number in cone.proof(numbers, budget):
            firing = cone.firings[number]
            if self.looks_elsewhere(firing):
                budget.check()
                _, absent, _, folded = self.log.rests_on(firing)
                absences.update(dict.fromkeys(absent))
                aggregates.update(dict.fromkeys(folded))
        givens = tuple(self.fact(node)[1] for node in nodes)
        return tuple(nodes), Support(givens, tuple(sorted(absences, key=str)), tuple(sorted(aggregates, key=str)))

    def looks_elsewhere(self, firing: Firing) -> bool:
        """Tell whether a firing's rule has absences or aggregates; those of `present` are looked at by its user."""
        found = self.looking.get(firing.clause.index)
        if found is None:
            said = self.log.conditional(firing)
            is_looking = bool(said.aggregates) or any(isinstance(condition, Absent) for condition in said.conditions)
            found = is_looking and not self.log.is_view(firing.clause.head.relation)
            self.looking[firing.clause.index] = found
        return found

    # ---- elsewhere ---------------------------------------------------------------------------------------------

    def elsewhere(self, some: set[Node]) -> tuple[set[Node], bool]:
        """Give the givens in no support that matter through an absence or an aggregate; and whether these are all."""
        if self.cone is None:
            return set(), False
        machine = self.log.program.machine
        clauses = {firing.clause for firing in self.cone.firings}
        # What was counted is in the supports already: only more could upset an aggregate.
        helpful = wishes(machine, {(relation, MORE) for clause in clauses for relation, _ in tests(clause)})
        in_the_way = {
            tested
            for relation, direction in helpful
            for clause in machine.by_head.get(relation, ())
            for tested, breaking in tests(clause)
            if direction == breaking
        }
        found: set[Node] = set()
        stack = [node for relation in sorted(in_the_way) for node in self.log.nodes(relation)]
        seen = set(stack)
        try:
            while stack:
                self.budget.check()
                node = stack.pop()
                if (node[0], LESS) in helpful and node not in some and self.log.sources(node) is not None:
                    found.add(node)
                for firing in self.log.firings(node):
                    below = {*self.log.joined(firing), *self.log.counted(firing)} - seen
                    seen |= below
                    stack += below
        except SpentError:
            return found, False
        return found, True

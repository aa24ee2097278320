"""The derivation log, read: which firings conclude a row, from which rows, and as which derivation.

A *node* is a row, named by its relation and id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from pow_rules.derivation import Absence, AggregateValue, Derivation, Presence
from pow_rules.evaluate import folded, ground, holds
from pow_rules.kinds import Kind
from pow_rules.terms import Absent, Compare, Constant, Field, Inner, Present, Variable, can_raise
from pow_rules.values import canonical, keyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.constraints import Constraint
    from pow_rules.engine.base import FactBase
    from pow_rules.engine.clauses import Clause
    from pow_rules.program import Program
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation, Source
    from pow_rules.terms import Aggregate

__all__ = ["Firing", "Log", "Node", "RestsOn", "derivation_of"]

Node = tuple[int, int]
RestsOn = tuple[tuple[Any, ...], tuple[Absence, ...], tuple[Presence, ...], tuple[AggregateValue, ...]]
"""Premises, absences, presences and aggregates, as in a `Derivation`."""


@attrs.frozen(repr=False)
class Firing:
    """One entry of the log: a clause, and the firing's number in the clause's table."""

    clause: Clause
    number: int


class Log:
    """The log of one session, over its fact base."""

    def __init__(self, program: Program, base: FactBase) -> None:
        self.program = program
        self.base = base
        self.schema = program.schema

    # ---- rows --------------------------------------------------------------------------------------------------

    def node(self, fact: Any) -> Node | None:
        """Give the node of a fact, if it holds."""
        relation = self.schema.numbers.get(type(fact))
        if relation is None:
            return None
        found = self.base.relations[relation].ids.get(self.schema.row(relation, fact))
        return None if found is None else (relation, found)

    def fact(self, node: Node) -> Any:
        """Give a node's fact."""
        relation, number = node
        return self.schema.fact(relation, self.base.relations[relation].rows[number])

    def is_hidden(self, relation: int) -> bool:
        """Tell whether a relation is one that `present` or a constraint made."""
        return relation >= len(self.schema.types)

    def is_view(self, relation: int) -> bool:
        """Tell whether a relation is one that `present` made: its firings joined only some of a rule's patterns."""
        return self.is_hidden(relation) and relation not in self.program.violated

    def attestations(self, node: Node) -> tuple[Attestation, ...] | None:
        """Give what is said of a node's fact, and by whom, in the order in which it was; None if it is not given."""
        relation, number = node
        return self.base.givens[relation].get(self.base.relations[relation].rows[number])

    def sources(self, node: Node) -> tuple[Source, ...] | None:
        """Give the sources that are named for a node's fact; None if it is not given."""
        found = self.attestations(node)
        return None if found is None else tuple(said.source for said in found if said.source is not None)

    def nodes(self, relation: int) -> Iterator[Node]:
        """Give the nodes of a relation that hold."""
        rows = self.base.relations[relation]
        return ((relation, number) for number in rows.live(0, len(rows.rows)))

    # ---- patterns ----------------------------------------------------------------------------------------------

    def matching(self, inner: Inner, facts: dict[Any, Any]) -> list[Node]:
        """Give the rows that an inner pattern matches, by an index where its equalities allow one."""
        index = inner.variable.index
        found: list[Node] = []
        pattern = ground(inner, facts)
        conditions = sorted(inner.conditions, key=can_raise)
        for relation in self.schema.relations(inner.variable.fact_type):
            for number in self._candidates(relation, pattern):
                fact = self.fact((relation, number))
                if all(holds(condition, {**facts, index: fact}) for condition in conditions):
                    found.append((relation, number))
        return found

    def equalities(self, relation: int, pattern: Inner) -> dict[int, Any]:
        """Give the columns that a ground pattern wants to equal a constant, with what they must be."""
        described = self.schema.types[relation]
        keys: dict[int, Any] = {}
        for condition in pattern.conditions:
            match condition:
                # A computed value is of any kind, and may not even be hashable: it is only tested.
                case Compare("==", Field(Variable(), name), Constant(value, Kind())) | Compare(
                    "==", Constant(value, Kind()), Field(Variable(), name)
                ):
                    column = described.column(name)
                    keys[column] = keyed(value) if self.schema.is_keyed(relation, column) else value
                case _:
                    continue
        return keys

    def _candidates(self, relation: int, pattern: Inner) -> Iterator[int]:
        keys = self.equalities(relation, pattern)
        rows = self.base.relations[relation]
        if not keys:
            return iter(rows.live(0, len(rows.rows)))
        columns = tuple(sorted(keys))
        key = keys[columns[0]] if len(columns) == 1 else tuple(keys[c] for c in columns)
        return iter(rows.index(columns).get(key, ()))

    # ---- firings -----------------------------------------------------------------------------------------------

    def firings(self, node: Node) -> Iterator[Firing]:
        """Give the firings that conclude a node."""
        relation, number = node
        for clause in self.program.machine.by_head.get(relation, ()):
            for firing in self.base.tables[clause.index].of(number):
                yield Firing(clause, firing)

    def joined(self, firing: Firing) -> list[Node]:
        """Give the rows that a firing joined, hidden ones too."""
        table = self.base.tables[firing.clause.index]
        return [
            (pattern.relation, column[firing.number])
            for pattern, column in zip(firing.clause.patterns, table.premises, strict=True)
        ]

    def rule(self, firing: Firing) -> Rule:
        """Give the rule of a firing, which is not that of a constraint."""
        return cast("Rule", self.conditional(firing))

    def conditional(self, firing: Firing) -> Rule | Constraint:
        """Give the rule or the constraint of a firing."""
        return self.program.conditionals[firing.clause.rule]

    def bindings(self, firing: Firing) -> dict[Any, Any]:
        """Give what a firing's rule was matched with: facts by variable, aggregates' values by aggregate."""
        return self._folded(firing)[0]

    def counted(self, firing: Firing) -> list[Node]:
        """Give the rows that a firing's aggregates went over."""
        aggregates = self.conditional(firing).aggregates
        if not aggregates or self.is_view(firing.clause.head.relation):
            return []
        return [node for nodes in self._folded(firing)[1].values() for node in nodes]

    def _folded(self, firing: Firing) -> tuple[dict[Any, Any], dict[Aggregate, list[Node]]]:
        """Give the bindings of a firing, and the rows that each of its aggregates went over."""
        rule = self.conditional(firing)
        joined = self.joined(firing)
        facts: dict[Any, Any] = {
            variable.index: self.fact(node) for variable, node in zip(rule.patterns, joined, strict=False)
        }
        matched: dict[Aggregate, list[Node]] = {}
        for aggregate in rule.aggregates:
            matched[aggregate] = self.matching(aggregate.inner, facts)
            facts[aggregate] = folded(aggregate, list(map(self.fact, matched[aggregate])), facts)
        return facts, matched

    def derivation(self, firing: Firing, node: Node) -> Derivation:
        """Give a firing as users see it."""
        facts, matched = self._folded(firing)
        return derivation_of(
            self.rule(firing), self.fact(node), facts, {a: list(map(self.fact, nodes)) for a, nodes in matched.items()}
        )

    def rests_on(self, firing: Firing) -> RestsOn:
        """Give what a firing rests on, as users see it."""
        facts, matched = self._folded(firing)
        return _rests_on(
            self.conditional(firing), facts, {a: list(map(self.fact, nodes)) for a, nodes in matched.items()}
        )

    def derivations(self, node: Node) -> tuple[Derivation, ...]:
        """Give every derivation of a node, by rule name and then by premises."""
        found = dict.fromkeys(self.derivation(firing, node) for firing in self.firings(node))
        return tuple(sorted(found, key=lambda d: d.order))


def derivation_of(
    rule: Rule, conclusion: Any, bindings: dict[Any, Any], matched: dict[Aggregate, list[Any]]
) -> Derivation:
    """Make a derivation, as users see it.

    Args:
        rule: the rule.
        conclusion: the fact concluded.
        bindings: facts by variable, and aggregates' values by aggregate.
        matched: the facts that each aggregate went over.
    """
    return Derivation(rule, conclusion, *_rests_on(rule, bindings, matched))


def _rests_on(rule: Rule | Constraint, bindings: dict[Any, Any], matched: dict[Aggregate, list[Any]]) -> RestsOn:
    absences: list[Absence] = []
    presences: list[Presence] = []
    for condition in rule.conditions:
        match condition:
            case Absent(inner):
                absences.append(Absence(inner.variable.fact_type, ground(inner, bindings)))
            case Present(inner):
                presences.append(Presence(inner.variable.fact_type, ground(inner, bindings)))
            case _:
                continue
    aggregates = tuple(
        AggregateValue(
            aggregate.function,
            aggregate.inner.variable.fact_type,
            ground(aggregate.inner, bindings),
            aggregate.value,
            bindings[aggregate],
            tuple(sorted(matched[aggregate], key=canonical)),
        )
        for aggregate in rule.aggregates
    )
    premises = tuple(bindings[variable.index] for variable in rule.patterns)
    return premises, tuple(absences), tuple(presences), aggregates

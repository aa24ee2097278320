"""From rules to clauses: fields become columns, fact types relations, `present` and constraints ones of their own."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import attrs

from pow_rules.constraints import Constraint
from pow_rules.engine import expressions as ex
from pow_rules.engine.clauses import Clause, Filter, Head, Pattern, RelationSpec
from pow_rules.engine.codegen import MOST_PATTERNS
from pow_rules.errors import RuleError
from pow_rules.lowering.runtime import accepting
from pow_rules.lowering.terms import TermLowering, is_keyed_term
from pow_rules.terms import (
    Aggregate,
    Compare,
    Condition,
    Constant,
    Field,
    Inner,
    Node,
    Present,
    Term,
    Variable,
    can_raise,
    children,
    guards,
    pattern_text,
    text,
    variables,
    walk,
)
from pow_rules.values import keyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.lowering.schema import Schema
    from pow_rules.rules import Rule

__all__ = ["Lowered", "lower_rules"]

_MOST_VARIANTS = 10_000


@attrs.frozen(eq=False, repr=False)
class Lowered:
    """A program's rules and constraints as clauses.

    Attributes:
        relations: the relations, hidden ones last.
        clauses: the clauses.
        violated: the relations of what constraints match, in the order of these.
    """

    relations: tuple[RelationSpec, ...]
    clauses: tuple[Clause, ...]
    violated: tuple[int, ...]


def lower_rules(rules: tuple[Rule | Constraint, ...], schema: Schema) -> Lowered:
    """Lower a program's rules and constraints.

    Raises:
        RuleError: for one that joins more patterns than can be compiled.
    """
    relations = schema.specs()
    clauses: list[Clause] = []
    violated: list[int] = []
    for number, rule in enumerate(rules):
        lowering = _Lowering(rule, number, schema, relations, clauses)
        violated += lowering.run()
    return Lowered(tuple(relations), tuple(clauses), tuple(violated))


class _Lowering:
    """The lowering of one rule or constraint."""

    def __init__(
        self, rule: Rule | Constraint, number: int, schema: Schema, relations: list[RelationSpec], clauses: list[Clause]
    ) -> None:
        self.rule = rule
        self.number = number
        self.schema = schema
        self.relations = relations
        self.clauses = clauses

    def run(self) -> list[int]:
        """Add the clauses; give the relations made of what a constraint matches."""
        rule, violated = self.rule, list[int]()
        joined = len(rule.patterns) + sum(isinstance(c, Present) for c in rule.conditions)
        if joined > MOST_PATTERNS:
            msg = (
                f"{rule.location}: {rule.noun} {rule.name}: it joins {joined} patterns, and at most {MOST_PATTERNS} can"
                " be compiled: conclude a fact from some of them first"
            )
            raise RuleError(msg)
        views = [self.view(i, c) for i, c in enumerate(rule.conditions) if isinstance(c, Present)]
        for variant in self.variants():
            for i, conclusion in enumerate(rule.conclusions):
                earlier = [c.terms for c in rule.conclusions[:i] if c.fact_type is conclusion.fact_type]
                if conclusion.terms in earlier:
                    continue
                relation = self.schema.numbers[conclusion.fact_type]
                target = _Target(relation, conclusion.terms, str(conclusion), tuple(earlier))
                self.clause(variant, views, rule.conditions, target)
            if isinstance(rule, Constraint):
                match = self.match(variant)
                self.clause(variant, views, rule.conditions, match)
                violated.append(match.relation)
        return violated

    def match(self, variant: dict[int, int]) -> _Target:
        """Make the hidden relation of what a constraint matches: a row has all columns of all facts that do."""
        terms = tuple(
            (f"{pattern.name}.{field.name}", Field(pattern, field.name, field.kind))
            for pattern in self.rule.patterns
            for field in self.schema.types[variant[pattern.index]].fields
        )
        relation = len(self.relations)
        self.relations.append(RelationSpec(self.rule.name, tuple(name for name, _ in terms), hidden=True))
        return _Target(relation, terms, f"contradiction by {self.rule.name}")

    def variants(self) -> Iterator[dict[int, int]]:
        """Give each way to pick a relation for every pattern, by the patterns' variables."""
        choices = [self.schema.relations(v.fact_type) for v in self.rule.patterns]
        if math.prod(map(len, choices)) > _MOST_VARIANTS:
            msg = (
                f"{self.rule.location}: {self.rule.noun} {self.rule.name}: its abstract patterns stand for more than"
                f" {_MOST_VARIANTS} combinations of fact types"
            )
            raise RuleError(msg)
        for picked in itertools.product(*choices):
            yield {v.index: r for v, r in zip(self.rule.patterns, picked, strict=True)}

    def clause(
        self,
        variant: dict[int, int],
        views: list[_View],
        conditions: tuple[Condition, ...],
        target: _Target,
        extra: dict[int, tuple[int, str]] | None = None,
    ) -> None:
        """Add one clause: the rule's patterns, `extra` ones, the views of its `present`s, its conditions and a head."""
        slots = {variable.index: i for i, variable in enumerate(self.rule.patterns)}
        patterns = [Pattern(slots[v.index], variant[v.index], v.name) for v in self.rule.patterns]
        where = dict(variant)
        for index, (extra_relation, name) in (extra or {}).items():
            slots[index] = len(patterns)
            where[index] = extra_relation
            patterns.append(Pattern(slots[index], extra_relation, name))
        lower = TermLowering(self.schema, slots, where, tuple(self.rule.aggregates))
        joins: list[Filter] = []
        for view in views:
            slot = len(patterns)
            patterns.append(Pattern(slot, view.relation, self.relations[view.relation].name))
            joins += [view.join(slot, i, lower) for i in range(len(view.terms))]
        lower.next_slot = len(patterns)
        lowered = lower.conditions(conditions, target.terms)
        head = self.head(lower, target)
        lowered += tuple(self.differs(lower, target, head, terms) for terms in target.earlier)
        self.clauses.append(
            Clause(len(self.clauses), self.rule.name, self.number, tuple(patterns), (*joins, *lowered), head)
        )

    def differs(self, lower: TermLowering, target: _Target, head: Head, terms: tuple[tuple[str, Term], ...]) -> Filter:
        """Require that an earlier conclusion of the rule is not the same fact: it would be the same derivation."""
        other = self.head(lower, _Target(target.relation, terms, target.label))
        pairs = zip(head.values, other.values, strict=True)
        same = ex.Apply("and", tuple(ex.Apply("==", pair) for pair in pairs))
        return Filter(
            ex.Apply("not", (same,)), f"{target.label} is not concluded before", head.can_raise or other.can_raise
        )

    def head(self, lower: TermLowering, target: _Target) -> Head:
        """Lower a conclusion; values that could be wrong are checked when it is made."""
        relation = target.relation
        fields = self.schema.types[relation].fields if relation < len(self.schema.types) else None
        values: list[ex.Expression] = []
        watched = False
        for i, (_, term) in enumerate(target.terms):
            if fields is None:
                values.append(lower.stored(term, is_keyed=is_keyed_term(term)))
                continue
            kind = fields[i].kind
            is_checked = term.kind is not None and term.kind.within(kind) and not can_raise(term)
            is_keyed = self.schema.is_keyed(relation, i)
            if is_checked or isinstance(term, Constant):
                values.append(lower.stored(term, is_keyed=is_keyed))
                continue
            watched = True
            accepted = ex.Call(accepting(self.schema.types[relation].name, fields[i].name, kind), (lower.bare(term),))
            values.append(ex.Call(keyed, (accepted,)) if is_keyed else accepted)
        return Head(relation, tuple(values), target.label, watched)

    # ---- present -----------------------------------------------------------------------------------------------

    def view(self, position: int, condition: Present) -> _View:
        """Make the hidden relation of a `present`, and the clauses that fill it.

        It holds, once, what the rule joins on: where inner fields equal outer values, the inner fields; else the outer
        values for which some fact matches.
        """
        inner = condition.inner
        split = _split(inner)
        name = f"{self.rule.name}.present{position}"
        relation = len(self.relations)
        outer = _outer_terms(inner) if split is None else tuple(o for _, o in split[0])
        self.relations.append(RelationSpec(name, tuple(map(text, outer)), hidden=True))
        view = _View(relation, outer, pattern_text(inner))
        for inner_relation in self.schema.relations(inner.variable.fact_type):
            extra = {inner.variable.index: (inner_relation, inner.variable.name)}
            if split is not None:
                slots = {inner.variable.index: 0}
                lower = TermLowering(self.schema, slots, {inner.variable.index: inner_relation}, ())
                lower.next_slot = 1
                terms = tuple((text(t), t) for t, _ in split[0])
                lowered = lower.conditions(split[1], ())
                head = self.head(lower, _Target(relation, terms, name))
                pattern = Pattern(0, inner_relation, inner.variable.name)
                self.clauses.append(Clause(len(self.clauses), self.rule.name, self.number, (pattern,), lowered, head))
                continue
            # What can raise runs in the order written: what stands before this condition is tested before it.
            tested = self.rule.conditions[:position] if can_raise(condition) else ()
            kept = tuple(c for c in self.rule.conditions if not can_raise(c) or any(c is t for t in tested))
            terms = tuple((text(t), t) for t in outer)
            for variant in self.variants():
                self.clause(variant, [], (*kept, *inner.conditions), _Target(relation, terms, name), extra)
        return view


@attrs.frozen(eq=False, repr=False)
class _Target:
    """What a clause concludes: a relation, and a term for each of its columns."""

    relation: int
    terms: tuple[tuple[str, Term], ...]
    label: str
    earlier: tuple[tuple[tuple[str, Term], ...], ...] = ()


@attrs.frozen(eq=False, repr=False)
class _View:
    """The hidden relation of a `present`, and the outer terms that it is joined on."""

    relation: int
    terms: tuple[Term, ...]
    label: str

    def join(self, slot: int, column: int, lower: TermLowering) -> Filter:
        term = self.terms[column]
        stored = lower.stored(term, is_keyed=is_keyed_term(term))
        own = ex.Column(slot, column)
        keys: list[tuple[ex.Column, ex.Expression]] = [(own, stored)]
        if isinstance(stored, ex.Column):
            keys.append((stored, own))
        return Filter(ex.Apply("==", (own, stored)), f"some {self.label}", keys=tuple(keys))


def _split(inner: Inner) -> tuple[tuple[tuple[Term, Term], ...], tuple[Condition, ...]] | None:
    """Split an inner pattern into (inner term, outer term) equalities and conditions of its own, if it can be."""
    equal: list[tuple[Term, Term]] = []
    own: list[Condition] = []
    index = inner.variable.index
    for condition in inner.conditions:
        used = variables(condition)
        has_aggregate = any(isinstance(n, Aggregate) for n in walk(condition))
        if used <= {index} and not has_aggregate:
            own.append(condition)
            continue
        if not isinstance(condition, Compare) or condition.operator != "==" or can_raise(condition) or has_aggregate:
            return None
        sides = (condition.left, condition.right)
        if any(isinstance(t, Variable) for t in sides) or guards(condition):
            return None
        mine = next((t for t in sides if variables(t) == frozenset({index})), None)
        other = next((t for t in sides if index not in variables(t)), None)
        kinds_meet = mine is not None and other is not None and mine.kind == other.kind
        if mine is None or other is None or not kinds_meet:
            return None
        equal.append((mine, other))
    if any(can_raise(c) for c in own):
        return None
    return tuple(equal), tuple(own)


def _outer_terms(inner: Inner) -> tuple[Term, ...]:
    """Give the outer values that an inner pattern's conditions use: fields, whole facts and aggregates."""
    found: dict[Term, None] = {}

    def visit(node: Node) -> None:
        match node:
            case Field(Variable(index)) | Variable(index):
                if index != inner.variable.index:
                    found[node] = None
            case Aggregate():
                found[node] = None
            case _:
                for child in children(node):
                    visit(child)

    for condition in inner.conditions:
        visit(condition)
    return tuple(found)

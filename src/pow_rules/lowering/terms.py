"""From terms and conditions to expressions and filters over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.engine import expressions as ex
from pow_rules.engine.clauses import Absence, Aggregation, Filter, Lookup
from pow_rules.lowering.folds import fold_of
from pow_rules.lowering.runtime import computed, negated, normal_key, number, truth
from pow_rules.terms import (
    Absent,
    Aggregate,
    And,
    Arithmetic,
    Check,
    Compare,
    Compute,
    Condition,
    Constant,
    Field,
    Inner,
    Known,
    Missing,
    Negative,
    Node,
    Not,
    OneOf,
    Or,
    Present,
    Term,
    Variable,
    can_raise,
    guards,
    text,
    walk,
)
from pow_rules.values import bare, exact_equal, keyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.lowering.schema import Schema

__all__ = ["TermLowering", "is_keyed_term"]


def is_keyed_term(term: Term) -> bool:
    """Tell whether a term's values are told apart only by keys."""
    return term.kind is not None and term.kind.is_keyed


class TermLowering:
    """The lowering of terms and conditions, for one assignment of slots and relations to variables."""

    def __init__(
        self, schema: Schema, slots: dict[int, int], relations: dict[int, int], aggregates: tuple[Aggregate, ...]
    ) -> None:
        self.schema = schema
        self.slots = slots
        self.relations = relations
        self.aggregates = aggregates
        self.next_slot = len(slots)

    # ---- values ----------------------------------------------------------------------------------------------

    def stored(self, term: Term, *, is_keyed: bool) -> ex.Expression:
        """Lower a term to the form of a column."""
        if isinstance(term, Constant):
            return ex.Constant(keyed(term.value) if is_keyed else term.value)
        column = self.column(term)
        if column is not None and self.is_keyed(column, term) == is_keyed:
            return column
        value = self.bare(term)
        return ex.Call(keyed, (value,)) if is_keyed else value

    def column(self, term: Term) -> ex.Column | None:
        """Give the column of a term that is simply a field of a pattern."""
        if isinstance(term, Known):
            return self.column(term.term)
        if isinstance(term, Field) and isinstance(term.base, Variable):
            index = term.base.index
            described = self.schema.types[self.relations[index]]
            return ex.Column(self.slots[index], described.column(term.name))
        return None

    def is_keyed(self, column: ex.Column, term: Term) -> bool:
        """Tell whether a term's column stores keys."""
        while isinstance(term, Known):
            term = term.term
        assert isinstance(term, Field)  # noqa: S101 - only fields have columns
        assert isinstance(term.base, Variable)  # noqa: S101
        return self.schema.is_keyed(self.relations[term.base.index], column.column)

    def bare(self, term: Term) -> ex.Expression:
        """Lower a term to its plain Python value."""
        column = self.column(term)
        if column is not None:
            return ex.Call(bare, (column,)) if self.is_keyed(column, term) else column
        match term:
            case Variable(index):
                relation = self.relations[index]
                schema = self.schema
                return ex.Call(lambda row: schema.fact(relation, row), (ex.Row(self.slots[index]),))
            case Constant(value):
                return ex.Constant(value)
            case Field(base, name):
                return ex.Member(self.bare(base), name)
            case Arithmetic(operator, left, right):
                plain = ex.Apply(operator, (self.bare(left), self.bare(right)))
                return ex.Call(number, (plain,)) if can_raise(term) else plain
            case Negative(inner):
                return ex.Call(negated, (self.bare(inner),))
            case Known(inner):
                return self.bare(inner)
            case Compute(function, arguments):
                return ex.Call(computed, (ex.Call(function, tuple(map(self.bare, arguments))),))
            case Aggregate():
                return ex.Aggregated(self.aggregates.index(term))

    # ---- conditions ------------------------------------------------------------------------------------------

    def conditions(
        self, conditions: tuple[Condition, ...], terms: tuple[tuple[str, Term], ...]
    ) -> tuple[Filter | Absence | Aggregation, ...]:
        """Lower a rule's conditions, in order, each aggregate before what uses it; `terms` are the conclusion's."""
        out: list[Filter | Absence | Aggregation] = []
        folded: set[int] = set()

        def fold(node: Node) -> None:
            if not self.aggregates:
                return
            for aggregate in [n for n in walk(node) if isinstance(n, Aggregate)][::-1]:
                index = self.aggregates.index(aggregate)
                if index not in folded:
                    for condition in aggregate.inner.conditions:
                        fold(condition)
                    folded.add(index)
                    out.append(self.aggregation(index, aggregate))

        for condition in conditions:
            fold(condition)
            match condition:
                case Present():
                    continue
                case Absent(inner):
                    out.append(Absence(tuple(self.lookups(inner)), text(condition), can_raise(condition)))
                case _:
                    out.extend(self.filters(condition))
        for _, term in terms:
            fold(term)
        # An aggregate that merely feeds a conclusion may still hold the rule back: `least` and `most` of nothing.
        for index, aggregate in enumerate(self.aggregates):
            if index not in folded and aggregate.function in ("least", "most"):
                folded.add(index)
                out.append(self.aggregation(index, aggregate))
        return tuple(out)

    def lookups(self, inner: Inner) -> Iterator[Lookup]:
        """Lower an inner pattern for each relation that it stands for; its variable is bound to the last one given."""
        for relation in self.schema.relations(inner.variable.fact_type):
            slot = self.next_slot
            self.next_slot += 1
            self.slots[inner.variable.index] = slot
            self.relations[inner.variable.index] = relation
            yield Lookup(slot, relation, tuple(f for c in inner.conditions for f in self.filters(c)))

    def aggregation(self, index: int, aggregate: Aggregate) -> Aggregation:
        """Lower an aggregate."""
        values: list[ex.Expression | None] = []
        lookups: list[Lookup] = []
        for lookup in self.lookups(aggregate.inner):
            lookups.append(lookup)
            values.append(None if aggregate.value is None else self.bare(aggregate.value))
        return Aggregation(
            index, aggregate.function, tuple(lookups), tuple(values), fold_of(aggregate), text(aggregate),
            can_raise(aggregate),
        )  # fmt: skip

    def filters(self, condition: Condition) -> Iterator[Filter]:
        """Lower a condition that must hold to filters, as many as make it easy to find an index for them."""
        if isinstance(condition, And):
            for part in condition.conditions:
                yield from self.filters(part)
            return
        label, risky = text(condition), can_raise(condition)
        guarded = guards(condition) if not isinstance(condition, Or | Not) else ()
        for guard in guarded:
            yield Filter(ex.Apply("known", (self.bare(guard),)), f"{text(guard)} is known", risky)
        if isinstance(condition, Compare) and condition.operator == "==":
            yield from self.equalities(condition, label, can_raise=risky)
            return
        yield Filter(self.test(condition, guarded=True), label, risky)

    def equalities(self, condition: Compare, label: str, *, can_raise: bool) -> Iterator[Filter]:
        """Lower an equality; one with a whole fact is also one of all its fields, by which it can be looked up."""
        if isinstance(condition.left, Variable) or isinstance(condition.right, Variable):
            yield from self.of_fields(condition, label, can_raise=can_raise)
        left, right = condition.left, condition.right
        keys: list[tuple[ex.Column, ex.Expression]] = []
        for one, other in ((left, right), (right, left)):
            key = None if can_raise else self.key(one, other)
            if key is not None:
                keys.append(key)
        yield Filter(self.equal(left, right), label, can_raise, tuple(keys))

    def of_fields(self, condition: Compare, label: str, *, can_raise: bool) -> Iterator[Filter]:
        """Give the equalities of a fact's fields, where both sides are facts of one and the same concrete type."""
        sides = (condition.left, condition.right)
        classes = {self.concrete(side) for side in sides}
        cls = classes.pop() if len(classes) == 1 else None
        if cls is None:
            return
        for field in self.schema.types[self.schema.numbers[cls]].fields:
            left, right = (Field(side, field.name, field.kind) for side in sides)
            yield from self.equalities(Compare("==", left, right), label, can_raise=can_raise)

    def concrete(self, term: Term) -> type | None:
        """Give the concrete fact type of a term's values, if there is just one that the program knows."""
        if isinstance(term, Variable):
            return self.schema.types[self.relations[term.index]].cls
        cls = None if term.kind is None else term.kind.fact_class
        return cls if cls in self.schema.numbers else None

    def key(self, one: Term, other: Term) -> tuple[ex.Column, ex.Expression] | None:
        """Give the index column of one side, and what it must be, where looking it up is as exact as the test."""
        column = self.column(one)
        if column is None or one.kind is None or other.kind is None:
            return None
        is_keyed = self.is_keyed(column, one)
        if not is_keyed and (other.kind.collides_with(one.kind) or is_keyed_term(other)):
            return None
        return column, self.stored(other, is_keyed=is_keyed)

    def equal(self, left: Term, right: Term) -> ex.Expression:
        """Lower the test of an equality."""
        if left.kind is None or right.kind is None:
            return ex.Call(exact_equal, (self.bare(left), self.bare(right)))
        columns = [(c, self.is_keyed(c, t)) for t in (left, right) if (c := self.column(t)) is not None]
        any_keyed = any(is_keyed for _, is_keyed in columns)
        if any_keyed:
            return ex.Apply("==", (self.stored(left, is_keyed=True), self.stored(right, is_keyed=True)))
        if left.kind.collides_with(right.kind):
            return ex.Call(exact_equal, (self.bare(left), self.bare(right)))
        return ex.Apply("==", (self.bare(left), self.bare(right)))

    def test(self, condition: Condition, *, guarded: bool = False) -> ex.Expression:
        """Lower a condition to one expression, with the tests for None that `known` calls for unless done before."""
        plain = self.plain(condition)
        needed = () if guarded or isinstance(condition, And | Or | Not) else guards(condition)
        if not needed:
            return plain
        tests = tuple(ex.Apply("known", (self.bare(guard),)) for guard in needed)
        return ex.Apply("and", (*tests, plain))

    def plain(self, condition: Condition) -> ex.Expression:
        """Lower a condition to one expression, leaving `known` aside."""
        match condition:
            case Compare("==", left, right):
                return self.equal(left, right)
            case Compare("!=", left, right):
                return ex.Apply("not", (self.equal(left, right),))
            case Compare(operator, left, right):
                return ex.Apply(operator, (self.bare(left), self.bare(right)))
            case OneOf(term, values):
                return self.one_of(term, values)
            case Missing(term):
                return ex.Apply("missing", (self.bare(term),))
            case Check(function, arguments):
                return ex.Call(truth, (ex.Call(function, tuple(map(self.bare, arguments))),))
            case And(parts):
                return ex.Apply("and", tuple(map(self.test, parts)))
            case Or(parts):
                return ex.Apply("or", tuple(map(self.test, parts)))
            case Not(part):
                return ex.Apply("not", (self.test(part),))
            case Present() | Absent():  # pragma: no cover - they stand only at the top of a rule
                raise AssertionError(condition)

    def one_of(self, term: Term, values: tuple[Any, ...]) -> ex.Expression:
        """Lower a membership test."""
        if term.kind is None:
            return ex.Apply("in", (ex.Call(normal_key, (self.bare(term),)), ex.Constant(frozenset(map(keyed, values)))))
        if term.kind.is_keyed:
            stored = self.stored(term, is_keyed=True)
            return ex.Apply("in", (stored, ex.Constant(frozenset(map(keyed, values)))))
        return ex.Apply("in", (self.bare(term), ex.Constant(frozenset(values))))

"""Facts that meet conditions, looked up through indexes and counted: why-not has to stay quick in large sessions."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, Any

from pow_rules.evaluate import evaluate, holds
from pow_rules.explain.why_not.goals import needs
from pow_rules.kinds import Kind
from pow_rules.terms import (
    And,
    Arithmetic,
    Compare,
    Constant,
    Field,
    Known,
    Negative,
    OneOf,
    Or,
    Variable,
    can_raise,
    guards,
)
from pow_rules.values import canonical, exact_equal, keyed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pow_rules.log import Log, Node
    from pow_rules.terms import Condition, Term

__all__ = ["NEVER", "Lookups", "Wanted", "value_of"]

Way = tuple[tuple[str, "Term"], ...]
"""Equalities of fields with other terms."""

NEVER: Any = object()
"""What a comparison with is always false."""
_INT = frozenset({int})
_MOST_WAYS = 32


class Wanted:
    """What the fact of one variable has to meet, and how it can be looked up.

    Attributes:
        variable: the variable.
        conditions: the conditions, each with what else must be known to test it; those that may raise last.
        fixed: the fields that equal a term, with what must be known of it.
        either: for each condition that allows several values, the ways to meet it, with what must be known.
    """

    def __init__(self, variable: Variable, conditions: Iterable[Condition]) -> None:
        self.variable = variable
        index = variable.index
        self.conditions = [(c, needs(c, index)) for c in sorted(conditions, key=can_raise)]
        self.fixed: list[tuple[str, Term, frozenset[Any]]] = []
        self.either: list[tuple[list[Way], frozenset[Any]]] = []
        for condition, _ in self.conditions:
            ways = _ways(condition, index)
            if len(ways) == 1:
                self.fixed += [(name, term, needs(term)) for name, term in ways[0]]
            elif ways:
                self.either.append((ways, frozenset[Any]().union(*(needs(t) for way in ways for _, t in way))))

    def keys(self, facts: Mapping[Any, Any]) -> list[dict[str, Any]]:
        """Give the values to look up, by field: any of several; none where the conditions contradict each other."""
        known = facts.keys()
        found: list[dict[str, Any]] = [{}]
        for name, term, needed in self.fixed:
            if needed <= known and not _put_in(found[0], name, value_of(term, facts)):
                return []
        for ways, needed in self.either:
            if not needed <= known or len(found) * len(ways) > _MOST_WAYS:
                continue
            merged: list[dict[str, Any]] = []
            for one, way in itertools.product(found, ways):
                both = dict(one)
                if all(_put_in(both, name, value_of(term, facts)) for name, term in way):
                    merged.append(both)
            found = merged
        return found


def value_of(term: Term, facts: Mapping[Any, Any]) -> Any:
    """Give a term's value; `NEVER` where a comparison with it is false, whatever it is compared with.

    Args:
        term: the term; it cannot raise.
        facts: what is known, as for `evaluate`.
    """
    return NEVER if any(evaluate(guard, facts) is None for guard in guards(term)) else evaluate(term, facts)


def _put_in(values: dict[str, Any], name: str, value: Any) -> bool:
    return value is not NEVER and exact_equal(values.setdefault(name, value), value)


def _ways(condition: Condition, index: int) -> list[Way]:
    """Give the equalities of a variable's fields by which a condition can be met; none if it can be in other ways."""
    match condition:
        case Compare("==", left, right):
            way = tuple(itertools.chain(_solved(left, right, index), _solved(right, left, index)))
            return [way] if way else []
        case OneOf(term, values):
            field = term.term if isinstance(term, Known) else term
            if isinstance(field, Field) and _is_own(field, index):
                return [((field.name, Constant(value, field.kind)),) for value in values]
        case And(parts):
            every = [ways[0] for ways in (_ways(part, index) for part in parts) if len(ways) == 1]
            return [tuple(itertools.chain(*every))] if every else []
        case Or(parts):
            each = [_ways(part, index) for part in parts]
            return [way for ways in each for way in ways] if all(each) else []
    return []


def _solved(left: Term, right: Term, index: int) -> Iterator[tuple[str, Term]]:
    """Give the field of a variable that an equality fixes, sums of ints solved for it."""
    if can_raise(right) or index in needs(right):
        return
    while True:
        match left:
            case Known(term):
                left = term
            case Field(_, name) if _is_own(left, index):
                yield name, right
                return
            case Arithmetic("+" | "-" as sign, one, other, kind) if kind is not None and kind.atoms == _INT:
                if not _is_int(right) or (index in needs(one)) == (index in needs(other)):
                    return
                if index in needs(one):
                    left, right = one, Arithmetic("-" if sign == "+" else "+", right, other, Kind.of(int))
                else:
                    left, right = (
                        other,
                        (
                            Arithmetic("-", right, one, Kind.of(int))
                            if sign == "+"
                            else Arithmetic("-", one, right, Kind.of(int))
                        ),
                    )
            case Negative(term, kind) if kind is not None and kind.atoms == _INT and _is_int(right):
                left, right = term, Negative(right, Kind.of(int))
            case _:
                return


def _is_own(field: Field, index: int) -> bool:
    return isinstance(field.base, Variable) and field.base.index == index


def _is_int(term: Term) -> bool:
    return type(term.value) is int if isinstance(term, Constant) else term.kind is not None and term.kind.atoms == _INT


class Lookups:
    """Lookups for one attempt.

    Attributes:
        log: the log of the session.
        limit: how many rows to look at: in one lookup, and before `is_spent`.
        firsts: of what is too much to be looked at, the rows that are; all attempts of one question share them.
        looked: how many rows were looked at since `renew`.
        is_cut: whether the limit ever kept something from being looked at.
    """

    def __init__(self, log: Log, limit: int, firsts: dict[Any, list[Node]] | None = None) -> None:
        self.log = log
        self.limit = limit
        self.firsts: dict[Any, list[Node]] = {} if firsts is None else firsts
        self.looked = 0
        self.is_cut = False
        self._found: dict[Any, tuple[Any, ...]] = {}

    def renew(self) -> None:
        """Start to count anew."""
        self.looked = 0

    @property
    def is_spent(self) -> bool:
        """Whether enough rows were looked at; asking means to stop then."""
        self.is_cut = self.is_cut or self.looked > self.limit
        return self.looked > self.limit

    def size(self, wanted: Wanted, facts: Mapping[Any, Any]) -> int:
        """Give how many rows an index leaves to be looked at."""
        return sum(len(bucket) for _, _, bucket in self._buckets(wanted, facts))

    def found(self, wanted: Wanted, facts: Mapping[Any, Any], *, every: bool = False) -> tuple[Any, ...]:
        """Give the facts that meet all conditions of which all is known.

        Args:
            wanted: the variable and its conditions.
            facts: what is known, as for `evaluate`.
            every: whether to look at all rows, however many there are.

        Returns:
            The facts in canonical order.
        """
        used = [(c, needed) for c, needed in wanted.conditions if needed <= facts.keys()]
        known = sorted(frozenset[Any]().union(*(needed for _, needed in used)), key=repr)
        memo = (id(wanted), every, tuple((name, keyed(facts[name])) for name in known))
        kept = self._found.get(memo)
        if kept is None:
            log, index = self.log, wanted.variable.index
            rows = self._rows(list(self._buckets(wanted, facts)), every=every)
            matched = (f for f in map(log.fact, rows) if all(holds(c, {**facts, index: f}) for c, _ in used))
            kept = self._found[memo] = tuple(sorted(matched, key=canonical))
        return kept

    def _rows(self, buckets: list[tuple[int, Any, Collection[int]]], *, every: bool) -> list[Node]:
        """Give the rows of some buckets, or as many of them as may be looked at."""
        if every or sum(len(bucket) for _, _, bucket in buckets) <= self.limit:
            nodes = list(dict.fromkeys((relation, number) for relation, _, bucket in buckets for number in bucket))
        else:
            # Which ones are looked at must not hang on the order in which they came.
            self.is_cut = True
            kept = (self.limit, *(key for _, key, _ in buckets))
            nodes = self.firsts.get(kept, [])
            if kept not in self.firsts:
                every_node = dict.fromkeys((relation, number) for relation, _, bucket in buckets for number in bucket)
                nodes = self.firsts[kept] = heapq.nsmallest(self.limit, every_node, key=self._rank)
        self.looked += len(nodes)
        return nodes

    def _rank(self, node: Node) -> tuple[int, str]:
        """Give a text by which rows are in an order of their own: quicker than the fact's, where it may be."""
        relation, number = node
        row = self.log.base.relations[relation].rows[number]
        return relation, canonical(row) if _has_sets(self.log, relation) else repr(row)

    def _buckets(self, wanted: Wanted, facts: Mapping[Any, Any]) -> Iterator[tuple[int, Any, Collection[int]]]:
        """Give the buckets to look into: the relation, what tells the bucket from others, and ids."""
        schema = self.log.schema
        for relation in schema.relations(wanted.variable.fact_type):
            described, rows = schema.types[relation], self.log.base.relations[relation]
            for values in wanted.keys(facts):
                if not values:
                    yield relation, relation, rows.ids.values()
                    continue
                by_column = sorted((described.column(name), value) for name, value in values.items())
                columns = tuple(column for column, _ in by_column)
                key = tuple(keyed(v) if schema.is_keyed(relation, c) else v for c, v in by_column)
                bucket = rows.index(columns).get(key[0] if len(key) == 1 else key, ())
                yield relation, (relation, columns, tuple(map(keyed, key))), bucket


def _has_sets(log: Log, relation: int) -> bool:
    """Tell whether the text of a row may hang on the order in which a set was made."""
    return any("frozenset" in str(field.kind) for field in log.schema.types[relation].fields)

"""Which facts of two fact bases may differ, found without looking at each: by what is shared, and by rows.

Forks share relations and tables until one of them changes them. What is the same object in both is skipped; the rest is
compared in time linear in its size. An aggregate's value is not recorded, so the engine is asked which firings the rows
concern that only one of the two has.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.engine.clauses import Aggregation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.derivations import Table
    from pow_rules.engine.store import Relation, Row
    from pow_rules.log import Log

__all__ = ["Apart", "Key", "apart"]

Key = tuple[type, "Row"]
"""A fact: its type and its row. Rows of one type have one form in every program."""

_Sides = tuple["Log", "Log"]
_Same = tuple[int, ...]


@attrs.frozen(eq=False, repr=False)
class Apart:
    """What two fact bases do not have in common.

    Attributes:
        certain: the facts that hold in one only, are given otherwise, or have a derivation in one only.
        possible: others that may have one: whether they do is to be looked at.
        common: how many facts hold in both.
    """

    certain: set[Key]
    possible: set[Key]
    common: int


def apart(sides: _Sides) -> Apart:
    """Find which facts of two logs may differ.

    Args:
        sides: the two logs, at rest; of one program, or of two whose fact types are the same classes.
    """
    return _Search(sides).run()


class _Search:
    def __init__(self, sides: _Sides) -> None:
        self.sides = sides
        self.certain: set[Key] = set()
        self.possible: set[Key] = set()
        # Which relation of the one is which of the other: those of fact types, and those that `present` made.
        self.there = _same_types(sides)
        self.pairs = list(self._pair_clauses())
        self.back = {there: here for here, there in self.there.items()}
        self.renamed: dict[int, list[int] | None] = {}

    def run(self) -> Apart:
        common = self._rows()
        self._givens()
        for here, there in self.pairs:
            if not self.sides[0].is_hidden(here.head.relation):
                self._firings(here, there)
                for side, clause in ((0, here), (1, there)):
                    self._aggregates(side, clause)
        self._unpaired()
        return Apart(self.certain, self.possible - self.certain, common)

    def key(self, side: int, relation: int, row: Row) -> Key:
        return self.sides[side].schema.types[relation].cls, row

    # ---- what is the same in two programs ----------------------------------------------------------------------

    def _pair_clauses(self) -> Iterator[tuple[Clause, Clause]]:
        """Give the clauses that are the same in both programs: those of the same rules."""
        one, other = (log.program for log in self.sides)
        if one is other:
            self.there = {number: number for number in range(len(one.machine.relations))}
            yield from zip(one.machine.clauses, other.machine.clauses, strict=True)
            return
        rules = set(one.rules) & set(other.rules)
        for rule in one.rules:
            if rule in rules:
                pairs = list(zip(one.clauses(rule), other.clauses(rule), strict=False))
                if len(one.clauses(rule)) == len(other.clauses(rule)) and all(self._is_same(*pair) for pair in pairs):
                    yield from pairs

    def _is_same(self, here: Clause, there: Clause) -> bool:
        relations = [(p.relation, q.relation) for p, q in zip(here.patterns, there.patterns, strict=False)]
        relations.append((here.head.relation, there.head.relation))
        for one, other in relations:
            if self.sides[0].is_hidden(one) and self.sides[1].is_hidden(other):
                self.there.setdefault(one, other)
        return len(here.patterns) == len(there.patterns) and all(self.there.get(o) == t for o, t in relations)

    # ---- rows and givens ---------------------------------------------------------------------------------------

    def only(self, side: int, number: int) -> Sequence[Row]:
        """Give the rows of a relation that hold on one side only."""
        other = (self.there if side == 0 else self.back).get(number)
        here = self.sides[side].base.relations[number]
        if other is None:
            return list(here.ids)
        there = self.sides[1 - side].base.relations[other]
        return () if here is there else list(here.ids.keys() - there.ids.keys())

    def _rows(self) -> int:
        common = 0
        for side, log in enumerate(self.sides):
            for number in range(len(log.schema.types)):
                rows = self.only(side, number)
                self.certain.update(self.key(side, number, row) for row in rows)
                common += 0 if side else len(log.base.relations[number]) - len(rows)
        return common

    def _givens(self) -> None:
        for here, there in self.there.items():
            one, other = self.sides[0].base.givens[here], self.sides[1].base.givens[there]
            if one != other:
                for row in {row for row, _ in one.items() ^ other.items()}:
                    if frozenset(one.get(row, ())) != frozenset(other.get(row, ())):
                        self.certain.add(self.key(0, here, row))

    # ---- firings -----------------------------------------------------------------------------------------------

    def _firings(self, here: Clause, there: Clause) -> None:
        tables = self.sides[0].base.tables[here.index], self.sides[1].base.tables[there.index]
        # A shared table names rows that hold in both, under the ids that they have had since before the fork.
        if tables[0] is tables[1]:
            return
        head = here.head.relation
        names = [self._names(r) for r in (head, *(p.relation for p in here.patterns))]
        differing = _in_one_only(_entries(tables[0], [None] * len(names)), _entries(tables[1], names))
        one = self.sides[0].base.relations[head].rows
        other = self.sides[1].base.relations[self.there[head]].rows
        for entry in differing:
            number = entry[0]
            row = one[number] if number < len(one) else other[number - len(one)]
            self.certain.add(self.key(0, head, row))

    def _names(self, number: int) -> list[int] | None:
        """Give, for each id of a relation on the second side, that of the same row on the first; None: it is the same.

        Rows that do not hold on the first side are numbered on from its last.
        """
        if number not in self.renamed:
            here, there = self.sides[0].base.relations[number], self.sides[1].base.relations[self.there[number]]
            self.renamed[number] = None if here is there else _ids(here, there)
        return self.renamed[number]

    def _aggregates(self, side: int, clause: Clause) -> None:
        """Find the firings whose aggregates went over rows that the other side does not have."""
        log = self.sides[side]
        relations, table = log.base.relations, log.base.tables[clause.index]
        old = [len(relations[pattern.relation].rows) for pattern in clause.patterns]
        for condition in clause.conditions:
            for lookup in condition.lookups if isinstance(condition, Aggregation) else ():
                changed = sorted(map(relations[lookup.relation].ids.__getitem__, self.only(side, lookup.relation)))
                if not changed:
                    continue
                found: set[_Same] = set()
                revisit = log.program.machine.revisit(clause, lookup)
                revisit(relations, found, changed, old, sys.maxsize, lambda: sys.maxsize)
                self._concluded(side, clause, [f for f in map(table.find, found) if f is not None])

    def _unpaired(self) -> None:
        """Note all that rules conclude which are not the same in both programs."""
        for side, log in enumerate(self.sides):
            paired = {pair[side].index for pair in self.pairs}
            for clause in log.program.machine.clauses:
                if clause.index not in paired and not log.is_hidden(clause.head.relation):
                    self._concluded(side, clause, log.base.tables[clause.index].firings())

    def _concluded(self, side: int, clause: Clause, firings: Any) -> None:
        base, head = self.sides[side].base, clause.head.relation
        conclusions, rows = base.tables[clause.index].conclusions, base.relations[head].rows
        self.possible.update(self.key(side, head, rows[conclusions[firing]]) for firing in firings)


def _same_types(sides: _Sides) -> dict[int, int]:
    numbers = sides[1].schema.numbers
    return {i: numbers[cls] for cls, i in sides[0].schema.numbers.items() if cls in numbers}


def _ids(here: Relation, there: Relation) -> list[int]:
    get, end = here.ids.get, len(here.rows)
    return [get(row, end + number) for number, row in enumerate(there.rows)]


def _entries(table: Table, names: Sequence[list[int] | None]) -> Iterator[_Same]:
    """Give the firings that hold, each as the ids of its conclusion and its premises, under other names if need be."""
    columns: list[Sequence[int]] = [table.conclusions, *table.premises]
    if table.conclusions and min(table.conclusions) < 0:
        kept = list(table.firings())
        columns = [[column[firing] for firing in kept] for column in columns]
    return zip(*(c if n is None else map(n.__getitem__, c) for c, n in zip(columns, names, strict=True)), strict=True)


def _in_one_only(one: Iterator[_Same], other: Iterator[_Same]) -> list[_Same]:
    """Give the entries that only one has; each has an entry once."""
    left, right = set(one), list[_Same]()
    for entry in other:
        if entry in left:
            left.remove(entry)
        else:
            right.append(entry)
    return [*left, *right]

"""Clauses as rules of the durable-rules package, in the part of it that can be trusted.

For the clause shown in `plan` the rule is

    {"all": [{"p0": {"t": 1}}, {"p1": {"$and": [{"t": 0}, {"a0": {"p0": "a1"}}, {"k": {"p0": "k"}}]}}], "dist": 0}

Only equality is asked of the package: with constants, within a row, and with rows matched before. Values are small
integers there, one for each value and type. Everything else (comparison, arithmetic, calls, absences, aggregates) is
left to the clause's own plan. `k` is 1 in every row: a join that ended in a test that fails would read beyond its end.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.engine.clauses import Filter
from pow_rules.engine.expressions import Column, Constant
from pow_rules.engine.matcher import TooMuch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pow_rules.engine.clauses import Clause

__all__ = ["Join", "Ruleset", "join_of", "rulesets"]

MOST_PATTERNS = 16
"""How many rows one match can hold; more write beyond it."""

_MOST_TESTS = 24  # in one pattern; 28 joins are refused
_MOST_COLUMNS = 200  # of one relation; 255 properties are refused
_MOST_LISTENERS = 60  # patterns over one relation: each takes a place on a stack of 64, and one in a list of 256
_MOST_RELATIONS = 500  # a table of 512 that is full is searched for ever
_MOST_RULES = 4000  # 4,096 are refused


@attrs.frozen(eq=False, repr=False)
class Join:
    """A clause's patterns in the order in which they are joined, and the tests that go with them.

    Attributes:
        clause: the clause.
        order: the positions of its patterns.
        tests: for each place in the order, the tests on that pattern: a column, and what it must be.
        settled: the clause's filters that these tests are.
    """

    clause: Clause
    order: tuple[int, ...]
    tests: tuple[tuple[tuple[int, Column | Constant], ...], ...]
    settled: tuple[Filter, ...]

    def columns(self) -> Iterator[tuple[int, int]]:
        """Give the relations and columns that are tested."""
        relation = {p.slot: p.relation for p in self.clause.patterns}
        for position, tests in zip(self.order, self.tests, strict=True):
            for column, other in tests:
                yield self.clause.patterns[position].relation, column
                if isinstance(other, Column):
                    yield relation[other.slot], other.column


@attrs.frozen(eq=False, repr=False)
class Ruleset:
    """Joins that fit into one network.

    Attributes:
        joins: the joins.
        columns: for each relation that they listen to, the columns that they test.
    """

    joins: tuple[Join, ...]
    columns: dict[int, tuple[int, ...]]

    def definition(self, code: Callable[[Any], int]) -> dict[str, dict[str, Any]]:
        """Give the rules as durable-rules takes them; `code` gives the integer of a value."""
        return {f"j{number}": _definition(join, code) for number, join in enumerate(self.joins)}


def join_of(clause: Clause, order: tuple[int, ...]) -> Join:
    """Make a join of a clause.

    Args:
        clause: the clause; it has patterns.
        order: the positions of its patterns, in the order in which its plan joins them.

    Raises:
        TooMuch: if it has more patterns than one match can hold.
    """
    if len(order) > MOST_PATTERNS:
        raise TooMuch(f"it joins {len(order)} patterns, and durable-rules joins at most {MOST_PATTERNS}", clause)
    place = {clause.patterns[position].slot: i for i, position in enumerate(order)}
    relation = {pattern.slot: pattern.relation for pattern in clause.patterns}
    tests: list[list[tuple[int, Column | Constant]]] = [[] for _ in order]
    tested: dict[int, set[int]] = {pattern.relation: set() for pattern in clause.patterns}
    settled: list[Filter] = []
    for test in clause.conditions:
        if not isinstance(test, Filter) or test.can_raise:
            continue
        for column, other in test.keys:
            if not isinstance(other, Column | Constant):
                continue
            at = place[column.slot]
            is_later = isinstance(other, Constant) or place[other.slot] <= at
            sides = (column, other) if isinstance(other, Column) else (column,)
            if is_later and len(tests[at]) < _MOST_TESTS and _have_room(tested, relation, sides):
                for side in sides:
                    tested[relation[side.slot]].add(side.column)
                tests[at].append((column.column, other))
                settled.append(test)
                break
    # What is tested on the row alone comes first: those tests are shared among patterns, and are made once a row.
    for i, position in enumerate(order):
        slot = clause.patterns[position].slot
        tests[i].sort(key=lambda t: isinstance(t[1], Column) and (1 if t[1].slot == slot else 2))
    return Join(clause, order, tuple(map(tuple, tests)), tuple(settled))


def rulesets(joins: Iterable[Join]) -> tuple[Ruleset, ...]:
    """Divide joins among as few networks as their limits allow, in order."""
    groups: list[_Group] = []
    for join in joins:
        if not groups or not groups[-1].has_room_for(join):
            groups.append(_Group())
        groups[-1].add(join)
    return tuple(group.ruleset() for group in groups)


class _Group:
    """Joins for one network, and what they take of its limits."""

    def __init__(self) -> None:
        self.joins: list[Join] = []
        self.listeners: Counter[int] = Counter()
        self.columns: dict[int, set[int]] = {}

    def has_room_for(self, join: Join) -> bool:
        listeners, columns = _taken(join)
        return (
            len(self.joins) < _MOST_RULES
            and len(self.listeners) + sum(r not in self.listeners for r in listeners) <= _MOST_RELATIONS
            and all(self.listeners[r] + count <= _MOST_LISTENERS for r, count in listeners.items())
            and all(len(self.columns.get(r, set()) | more) <= _MOST_COLUMNS for r, more in columns.items())
        )

    def add(self, join: Join) -> None:
        listeners, columns = _taken(join)
        self.joins.append(join)
        self.listeners.update(listeners)
        for relation, more in columns.items():
            self.columns.setdefault(relation, set()).update(more)

    def ruleset(self) -> Ruleset:
        return Ruleset(tuple(self.joins), {relation: tuple(sorted(found)) for relation, found in self.columns.items()})


def _taken(join: Join) -> tuple[Counter[int], dict[int, set[int]]]:
    """Give how many patterns of a join listen to each relation, and the columns that they test."""
    listeners = Counter(pattern.relation for pattern in join.clause.patterns)
    columns: dict[int, set[int]] = {relation: set() for relation in listeners}
    for relation, column in join.columns():
        columns[relation].add(column)
    return listeners, columns


def _have_room(tested: dict[int, set[int]], relation: dict[int, int], sides: tuple[Column, ...]) -> bool:
    """Tell whether two more columns may be tested (they may be of one relation)."""
    return all(
        side.column in tested[relation[side.slot]] or len(tested[relation[side.slot]]) + len(sides) <= _MOST_COLUMNS
        for side in sides
    )


def _definition(join: Join, code: Callable[[Any], int]) -> dict[str, Any]:
    clause = join.clause
    alias = {clause.patterns[position].slot: f"p{i}" for i, position in enumerate(join.order)}
    patterns: list[dict[str, Any]] = []
    for position, tests in zip(join.order, join.tests, strict=True):
        pattern = clause.patterns[position]
        asked: list[dict[str, Any]] = [{"t": pattern.relation}]
        for column, other in tests:
            if isinstance(other, Constant):
                asked.append({f"a{column}": code(other.value)})
            else:
                whose = "$m" if other.slot == pattern.slot else alias[other.slot]
                asked.append({f"a{column}": {whose: f"a{other.column}"}})
        if patterns:
            asked.append({"k": {"p0": "k"}})
        patterns.append({alias[pattern.slot]: {"$and": asked} if len(asked) > 1 else asked[0]})
    return {"all": patterns, "dist": 0}

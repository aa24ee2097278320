"""Clauses: rules as the engine sees them, with relations and columns in place of types and fields.

A rule becomes one clause for each fact that it concludes, and for each way to pick concrete types for its abstract
patterns. Slots number the clause's
patterns, joined ones first, those inside absences and aggregates after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from pow_rules.engine.expressions import Column, Expression, needs

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["Absence", "Aggregation", "Clause", "Condition", "Filter", "Head", "Lookup", "Pattern", "RelationSpec"]


@attrs.frozen(eq=False, repr=False)
class RelationSpec:
    """A relation: its name, its columns' names, and whether it is hidden: `present` and constraints make such ones."""

    name: str
    columns: tuple[str, ...]
    hidden: bool = False


@attrs.frozen(eq=False, repr=False)
class Pattern:
    """A relation that a clause joins; `name` is only for printing."""

    slot: int
    relation: int
    name: str


@attrs.frozen(eq=False, repr=False)
class Filter:
    """A test on bound slots.

    Attributes:
        test: the whole test.
        label: its text.
        can_raise: whether it must run last, and be watched.
        keys: the ways in which an index can take its place: a column, and what the column must be.
    """

    test: Expression
    label: str
    can_raise: bool = False
    keys: tuple[tuple[Column, Expression], ...] = ()

    @property
    def needs(self) -> tuple[frozenset[int], frozenset[int]]:
        """The slots and aggregates that must be bound before."""
        return needs(self.test)


@attrs.frozen(eq=False, repr=False)
class Lookup:
    """A relation looked into from outside: its own slot, and the filters on it."""

    slot: int
    relation: int
    filters: tuple[Filter, ...]

    @property
    def needs(self) -> tuple[frozenset[int], frozenset[int]]:
        """The slots and aggregates that must be bound before."""
        slots, aggregates = _needs(self.filters)
        return slots - {self.slot}, aggregates


def _needs(parts: tuple[Filter | Lookup, ...]) -> tuple[frozenset[int], frozenset[int]]:
    needed = [part.needs for part in parts]
    return (
        frozenset[int]().union(*(slots for slots, _ in needed)),
        frozenset[int]().union(*(aggregates for _, aggregates in needed)),
    )


@attrs.frozen(eq=False, repr=False)
class Absence:
    """No row of any of the lookups may match."""

    lookups: tuple[Lookup, ...]
    label: str
    can_raise: bool

    @property
    def needs(self) -> tuple[frozenset[int], frozenset[int]]:
        """The slots and aggregates that must be bound before."""
        return _needs(self.lookups)


@attrs.frozen(eq=False, repr=False)
class Aggregation:
    """A value folded over all rows of the lookups that match.

    Attributes:
        index: its number in the clause.
        function: `count`, `total`, `least` or `most`.
        lookups: where the rows are.
        values: for each lookup, what is folded (None for `count`).
        fold: how a list of values becomes one.
        label: its text.
        can_raise: whether it must run last, and be watched.
    """

    index: int
    function: Literal["count", "total", "least", "most"]
    lookups: tuple[Lookup, ...]
    values: tuple[Expression | None, ...]
    fold: Callable[[list[Any]], Any]
    label: str
    can_raise: bool

    @property
    def needs(self) -> tuple[frozenset[int], frozenset[int]]:
        """The slots and aggregates that must be bound before."""
        return _needs(self.lookups)


Condition = Filter | Absence | Aggregation


@attrs.frozen(eq=False, repr=False)
class Head:
    """A row that the clause concludes.

    Attributes:
        relation: where the row goes.
        values: its columns.
        label: its text.
        can_raise: whether making the row must be watched.
    """

    relation: int
    values: tuple[Expression, ...]
    label: str
    can_raise: bool


@attrs.frozen(eq=False, repr=False)
class Clause:
    """One rule over concrete relations.

    Attributes:
        index: its number in the program.
        name: the rule's name.
        rule: the rule's number in the program.
        patterns: what it joins; their order is the order of a derivation's premises.
        conditions: the rest, in the order written, each aggregation before its first use.
        head: what it concludes.
    """

    index: int
    name: str
    rule: int
    patterns: tuple[Pattern, ...]
    conditions: tuple[Condition, ...]
    head: Head

    @property
    def reads(self) -> frozenset[int]:
        """The relations joined."""
        return frozenset(p.relation for p in self.patterns)

    @property
    def tests(self) -> frozenset[int]:
        """The relations looked into by absences and aggregates."""
        return frozenset(
            lookup.relation for c in self.conditions if isinstance(c, Absence | Aggregation) for lookup in c.lookups
        )

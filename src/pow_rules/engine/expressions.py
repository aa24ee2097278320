"""Expressions over rows, and their Python source.

`slots` number the patterns of a clause; a slot's row is bound to the local `r<slot>` (and its columns to
`x<slot>_<column>`) while generated code runs. Constants and functions never enter the source text: they stand in
a table, under names that the `Names` hand out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Aggregated",
    "Apply",
    "Call",
    "Column",
    "Constant",
    "Expression",
    "Member",
    "Names",
    "Row",
    "needs",
    "shown",
    "source",
]


@attrs.frozen(repr=False)
class Column:
    """A column of a slot's row, in the form in which it is stored."""

    slot: int
    column: int


@attrs.frozen(repr=False)
class Row:
    """A slot's whole row."""

    slot: int


@attrs.frozen(eq=False, repr=False)
class Constant:
    """A value from outside."""

    value: Any


@attrs.frozen(eq=False, repr=False)
class Aggregated:
    """The value of one of the clause's aggregates."""

    index: int


@attrs.frozen(eq=False, repr=False)
class Member:
    """An attribute of a value."""

    base: Expression
    name: str


@attrs.frozen(eq=False, repr=False)
class Apply:
    """A Python operator; see `_TEMPLATES`."""

    operator: str
    arguments: tuple[Expression, ...]


@attrs.frozen(eq=False, repr=False)
class Call:
    """A Python function of some values."""

    function: Callable[..., Any]
    arguments: tuple[Expression, ...]


Expression = Column | Row | Constant | Aggregated | Member | Apply | Call

_TEMPLATES = {"not": "(not {})", "missing": "({} is None)", "known": "({} is not None)"}
_INFIX = frozenset({"==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "//", "%", "**", "in", "and", "or"})


class Names:
    """The table of a generated function: what stands for constants and functions, and for columns once bound."""

    def __init__(self) -> None:
        self.table: dict[str, Any] = {}
        self.columns: dict[Column, str] = {}
        self._known: dict[int, str] = {}

    def of(self, value: Any, prefix: str) -> str:
        """Give the name of a constant or function, the same for the same object."""
        name = self._known.get(id(value))
        if name is None:
            name = f"{prefix}{len(self.table)}"
            self._known[id(value)] = name
            self.table[name] = value
        return name


def _children(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Apply(_, arguments) | Call(_, arguments):
            return arguments
        case Member(base):
            return (base,)
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Give an expression and all below it."""
    ahead = [expression]
    while ahead:
        here = ahead.pop()
        yield here
        ahead += reversed(_children(here))


def needs(expression: Expression) -> tuple[frozenset[int], frozenset[int]]:
    """Give the slots and the aggregates that must be bound before an expression can be evaluated."""
    slots: set[int] = set()
    aggregates: set[int] = set()
    for part in walk(expression):
        if isinstance(part, Column | Row):
            slots.add(part.slot)
        elif isinstance(part, Aggregated):
            aggregates.add(part.index)
    return frozenset(slots), frozenset(aggregates)


def shown(expression: Expression, columns: Callable[[int, int], str], slots: Callable[[int], str]) -> str:
    """Give the text of an expression for people.

    Args:
        expression: what to print.
        columns: gives the text of a slot's column.
        slots: gives the text of a slot's whole row.
    """
    match expression:
        case Column(slot, column):
            return columns(slot, column)
        case Row(slot):
            return slots(slot)
        case Constant(value):
            return repr(value)
        case Aggregated(index):
            return f"a{index}"
        case Member(base, name):
            return f"{shown(base, columns, slots)}.{name}"
        case Call(_, arguments):
            return ", ".join(shown(a, columns, slots) for a in arguments)
        case Apply(operator, arguments):
            return f" {operator} ".join(shown(a, columns, slots) for a in arguments)


def source(expression: Expression, names: Names) -> str:
    """Give the Python source of an expression.

    >>> source(Apply("==", (Column(0, 1), Column(2, 0))), Names())
    '(r0[1] == r2[0])'
    """
    match expression:
        case Column(slot, column):
            return names.columns.get(expression, f"r{slot}[{column}]")
        case Row(slot):
            return f"r{slot}"
        case Constant(value):
            return names.of(value, "k")
        case Aggregated(index):
            return f"a{index}"
        case Member(base, name):
            return f"{source(base, names)}.{name}"
        case Call(function, arguments):
            return f"{names.of(function, 'f')}({', '.join(source(a, names) for a in arguments)})"
        case Apply(operator, arguments):
            inner = [source(a, names) for a in arguments]
            if operator in _INFIX:
                return f"({f' {operator} '.join(inner)})"
            return _TEMPLATES[operator].format(*inner)

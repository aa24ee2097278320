"""The kinds of value that a field may hold, and the exact check of values against them.

A *kind* is what an annotation says: a union of atoms (`str`, an Enum class, another fact type...), of tuples
and of frozensets. Types count exactly: `True` is no `int`, and a `StrEnum` member is no `str`.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import typing
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from pow_rules.values import canonical, normal

__all__ = ["Alternative", "Atom", "Kind", "KindError", "RefusedError", "SetOf", "TupleOf", "kind_from", "kind_of_value"]

_PLAIN = (str, int, float, bool, bytes, dt.date, dt.datetime, Decimal, type(None))
_ORDERED = (str, bytes, dt.date, dt.datetime)
_NUMBERS = (int, float, Decimal)


class KindError(Exception):
    """An annotation is not a kind of field (internal: `@fact` says where it stands)."""


class RefusedError(Exception):
    """A value is not of a kind (internal: the caller says of which field).

    `is_type` tells a wrong type (a `TypeError` to users) from a wrong value (a `ValueError`).
    """

    def __init__(self, expected: str, value: Any, why: str = "", *, is_type: bool = True) -> None:
        super().__init__(f"expected {expected}, got {described(value)}{f': {why}' if why else ''}")
        self.is_type = is_type


def described(value: Any) -> str:
    """Give a value with its type, cut where it is long: `'26' (str)`."""
    try:
        text = canonical(value)
    except Exception:  # noqa: BLE001 - a broken repr must not hide the error that is being told
        text = "a value that cannot be printed"
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    if len(text) > 80:  # noqa: PLR2004 - about a line
        text = text[:77] + "..."
    return f"{text} ({type(value).__name__})"


def is_fact_class(cls: Any) -> bool:
    """Tell whether a class was made by `@fact` (a plain subclass of one was not)."""
    return isinstance(cls, type) and "__fact_type__" in cls.__dict__


@attrs.frozen(repr=False)
class Atom:
    """One type that is not a container: a plain type, an Enum class or a fact type."""

    type: type

    def __str__(self) -> str:
        return "None" if self.type is type(None) else self.type.__name__

    @property
    def is_fact(self) -> bool:
        """Tell whether the values are facts."""
        return is_fact_class(self.type)

    @property
    def family(self) -> object:
        """Give what the type's values may be equal to in Python: numbers to numbers, text to text."""
        for family in ((bool, int, float, complex, Decimal), (str,), (bytes,)):
            if issubclass(self.type, family):
                return family[0]
        return self.type

    def holds(self, value: Any) -> bool:
        """Tell whether a value's own type is this one (a concrete subtype, for abstract facts)."""
        if type(value) is self.type:
            return True
        return self.is_fact and isinstance(value, self.type) and is_fact_class(type(value))

    def accept(self, value: Any) -> Any:
        """Give the value's normal form, or raise `RefusedError`."""
        if not self.holds(value):
            if self.type is not float or type(value) is not int:
                raise RefusedError(str(self), value)
            return _exact_float(value)
        try:
            return normal(value)
        except (ValueError, OverflowError) as error:
            raise RefusedError(str(self), value, str(error), is_type=False) from None


def _exact_float(value: int) -> float:
    try:
        converted = float(value)
    except OverflowError:
        converted = None
    if converted is None or converted != value:
        raise RefusedError("float", value, "no float is exactly that large an int", is_type=False)
    return converted


@attrs.frozen(repr=False)
class TupleOf:
    """A tuple: of so many items of these kinds, or (`variadic`) of any number of one kind."""

    items: tuple[Kind, ...]
    variadic: bool

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.items)) or "()"
        return f"tuple[{inner}, ...]" if self.variadic else f"tuple[{inner}]"

    def holds(self, value: Any) -> bool:
        """Tell whether a value is of this kind as it is."""
        if type(value) is not tuple:
            return False
        kinds = self.items * len(value) if self.variadic else self.items
        return len(value) == len(kinds) and all(k.holds(item) for k, item in zip(kinds, value, strict=True))

    def accept(self, value: Any) -> Any:
        """Give the tuple with its items in normal form, or raise `RefusedError`."""
        if type(value) is not tuple:
            raise RefusedError(str(self), value)
        if self.variadic:
            return tuple(self.items[0].accept(item) for item in value)
        if len(value) != len(self.items):
            raise RefusedError(str(self), value, f"{len(value)} items")
        return tuple(kind.accept(item) for kind, item in zip(self.items, value, strict=True))


@attrs.frozen(repr=False)
class SetOf:
    """A frozenset of items of one kind."""

    item: Kind

    def __str__(self) -> str:
        return f"frozenset[{self.item}]"

    def holds(self, value: Any) -> bool:
        """Tell whether a value is of this kind as it is."""
        return type(value) is frozenset and all(map(self.item.holds, value))

    def accept(self, value: Any) -> Any:
        """Give the set with its items in normal form, or raise `RefusedError`."""
        if type(value) is not frozenset:
            raise RefusedError(str(self), value)
        return frozenset(map(self.item.accept, value))


Alternative = Atom | TupleOf | SetOf


@attrs.frozen(repr=False)
class Kind:
    """What a field may hold: any of the alternatives, in the order written."""

    alternatives: tuple[Alternative, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.alternatives))

    @classmethod
    def of(cls, *types_: type) -> Kind:
        """Make the kind of one type, or of the union of some."""
        return cls(tuple(map(Atom, types_)))

    @property
    def atoms(self) -> frozenset[type]:
        """The types of the alternatives that are not containers."""
        return frozenset(a.type for a in self.alternatives if isinstance(a, Atom))

    @property
    def optional(self) -> bool:
        """Whether None is among the alternatives."""
        return type(None) in self.atoms

    @property
    def known(self) -> Kind:
        """The kind without None."""
        return Kind(tuple(a for a in self.alternatives if a != Atom(type(None))))

    @property
    def fact_class(self) -> type | None:
        """The fact type, where the values are facts of one type and nothing else."""
        only = self.alternatives[0] if len(self.alternatives) == 1 else None
        return only.type if isinstance(only, Atom) and only.is_fact else None

    @property
    def is_number(self) -> bool:
        """Whether arithmetic is defined on every value."""
        return all(isinstance(a, Atom) and a.type in _NUMBERS for a in self.alternatives)

    @property
    def as_they_are(self) -> frozenset[type]:
        """The types of which every value is already in its normal form."""
        return self.atoms - {float, Decimal, dt.datetime}

    @property
    def is_keyed(self) -> bool:
        """Whether two different values of the kind may be equal to Python, so that keys must be compared."""
        return _collide(list(self.leaves()))

    def leaves(self) -> typing.Iterator[Atom]:
        """Give every atom of the kind, those inside containers too."""
        for alternative in self.alternatives:
            match alternative:
                case Atom():
                    yield alternative
                case TupleOf(items):
                    for item in items:
                        yield from item.leaves()
                case SetOf(item):
                    yield from item.leaves()

    def holds(self, value: Any) -> bool:
        """Tell whether a value is of this kind as it is, without being converted."""
        return any(alternative.holds(value) for alternative in self.alternatives)

    def accept(self, value: Any) -> Any:
        """Give the value's normal form.

        Raises:
            RefusedError: where no alternative holds the value.
        """
        refused: list[RefusedError] = []
        exact_first = sorted(self.alternatives, key=lambda a: not a.holds(value))
        for alternative in exact_first:
            try:
                return alternative.accept(value)
            except RefusedError as error:
                refused.append(error)
        for refusal in refused:
            if not refusal.is_type or len(refused) == 1:
                raise refusal
        raise RefusedError(str(self), value)

    def can_equal(self, other: Kind) -> bool:
        """Tell whether a value of this kind may be the same as one of the other."""
        return any(_may_equal(a, b) for a in self.alternatives for b in other.alternatives)

    def collides_with(self, other: Kind) -> bool:
        """Tell whether Python's `==` may hold between values of the two kinds that are not the same."""
        return _collide([*self.leaves(), *other.leaves()])

    def can_order(self, other: Kind, *, or_equal: bool = False) -> bool:
        """Tell whether every value of this kind can be compared by `<` (or by `<=`) with every one of the other."""
        return all(_may_order(a, b, or_equal=or_equal) for a in self.alternatives for b in other.alternatives)

    def within(self, other: Kind) -> bool:
        """Tell whether every value of this kind is one of the other."""
        return all(_within(a, other) for a in self.alternatives)


def _collide(atoms: list[Atom]) -> bool:
    """Tell whether two different types are of one family."""
    different = {atom.type: atom for atom in atoms}.values()
    return len(different) > 1 and len({atom.family for atom in different}) < len(different)


def _may_equal(left: Alternative, right: Alternative) -> bool:
    match left, right:
        case Atom(), Atom():
            if left.is_fact and right.is_fact:
                return issubclass(left.type, right.type) or issubclass(right.type, left.type)
            return left.type is right.type
        case TupleOf(), TupleOf():
            if left.variadic or right.variadic:
                return True
            return len(left.items) == len(right.items) and all(
                a.can_equal(b) for a, b in zip(left.items, right.items, strict=True)
            )
        case SetOf(), SetOf():
            return True
    return False


def _may_order(left: Alternative, right: Alternative, *, or_equal: bool) -> bool:
    match left, right:
        case Atom(a), Atom(b) if a in _NUMBERS and b in _NUMBERS:
            return True
        case Atom(a), Atom(b):
            return a is b and (a in _ORDERED or (issubclass(a, Enum) and _has_order(a, or_equal=or_equal)))
        case TupleOf(xs), TupleOf(ys):
            return all(x.can_order(y, or_equal=or_equal) for x in xs for y in ys)
    return False


def _has_order(cls: type, *, or_equal: bool) -> bool:
    # Every class inherits these methods from object, where they only say that there is no order.
    names = {"__le__", "__ge__"} if or_equal else {"__lt__", "__gt__"}
    return any(not names.isdisjoint(vars(base)) for base in cls.__mro__ if base is not object)


def _within(alternative: Alternative, kind: Kind) -> bool:
    match alternative:
        case Atom(a):
            return any(
                isinstance(b, Atom) and (b.type is a or (b.is_fact and issubclass(a, b.type)))
                for b in kind.alternatives
            )
        case TupleOf(items, variadic):
            for b in kind.alternatives:
                if not isinstance(b, TupleOf) or (variadic and not b.variadic):
                    continue
                others = b.items * len(items) if b.variadic else b.items
                if len(items) == len(others) and all(x.within(y) for x, y in zip(items, others, strict=True)):
                    return True
            return False
        case SetOf(item):
            return any(isinstance(b, SetOf) and item.within(b.item) for b in kind.alternatives)


def kind_of_value(value: Any) -> Kind:
    """Give the narrowest kind that holds a value.

    Raises:
        KindError: where no field could hold it.
    """
    cls = type(value)
    if cls is tuple:
        return Kind((TupleOf(tuple(map(kind_of_value, value)), variadic=False),))
    if cls is frozenset:
        inner = {a: None for item in value for a in kind_of_value(item).alternatives}
        return Kind((SetOf(Kind(tuple(inner))),))
    return kind_from(cls)


def kind_from(annotation: Any, own: type | None = None) -> Kind:
    """Give the kind that an annotation stands for.

    Args:
        annotation: a type, as `typing.get_type_hints` gives it.
        own: the class that is being made a fact type, which may be named in its own fields.

    Raises:
        KindError: where no field may be annotated so; says what to write instead.
    """
    alternatives: dict[Alternative, None] = {}
    for member in _members(annotation):
        alternatives[_alternative(member, own)] = None
    return Kind(tuple(alternatives))


def _members(annotation: Any) -> typing.Iterator[Any]:
    while isinstance(annotation, typing.NewType) or type(annotation).__name__ == "TypeAliasType":
        alias = annotation
        annotation = alias.__supertype__ if isinstance(alias, typing.NewType) else alias.__value__
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for member in typing.get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _alternative(annotation: Any, own: type | None) -> Alternative:
    if annotation is None:
        return Atom(type(None))
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        variadic = len(arguments) == 2 and arguments[1] is Ellipsis  # noqa: PLR2004 - tuple[x, ...]
        items = arguments[:1] if variadic else arguments
        return TupleOf(tuple(kind_from(item, own) for item in items), variadic)
    if origin is frozenset:
        return SetOf(kind_from(arguments[0], own))
    if isinstance(annotation, type) and origin is None and _is_atom(annotation, own):
        return Atom(annotation)
    raise KindError(_advice(annotation, origin))


def _is_atom(cls: type, own: type | None) -> bool:
    if cls in _PLAIN or cls is own or is_fact_class(cls):
        return True
    # uuid takes longer to import than the rest of this package: it is recognised, and not imported.
    is_uuid = cls.__module__ == "uuid" and cls.__name__ == "UUID"
    return is_uuid or (issubclass(cls, Enum) and bool(cls.__members__))


_INSTEAD: dict[Any, str] = {
    list: "a tuple, as in tuple[str, ...]",
    set: "a frozenset, as in frozenset[str]",
    dict: "a tuple of pairs, as in tuple[tuple[str, int], ...]",
    tuple: "what it holds, as in tuple[str, ...]",
    frozenset: "what it holds, as in frozenset[str]",
    object: "the type itself",
    Any: "the type itself",
    typing.Literal: "an Enum, or the literals' own type",
}


def _advice(annotation: Any, origin: Any) -> str:
    name = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    instead = _INSTEAD.get(origin) or _INSTEAD.get(annotation)
    if instead:
        return f"{name} is no kind of field: write {instead}"
    return (
        f"{name} is no kind of field: fields hold str, int, float, bool, bytes, Enum members, date, datetime,"
        " Decimal, UUID, None, facts, and tuples and frozensets of those"
    )

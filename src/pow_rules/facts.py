"""Fact types: frozen, slotted attrs classes whose field values are checked exactly."""

from __future__ import annotations

import inspect
import sys
import typing
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

import attrs

from pow_rules.errors import (
    FactDefinitionError,
    FieldTypeError,
    FieldValueError,
    FrozenFactError,
    NotAFactError,
    PowRulesError,
)
from pow_rules.kinds import Kind, KindError, RefusedError, is_fact_class, kind_from
from pow_rules.location import Location, here
from pow_rules.near import did_you_mean
from pow_rules.phrases import Phrase, PhraseError
from pow_rules.values import canonical, keyed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FactType",
    "FieldSpec",
    "concrete_types",
    "fact",
    "fact_type",
    "fact_type_of",
    "phrase",
    "replace",
    "row_of",
]

C = TypeVar("C", bound=type)
T = TypeVar("T")

_RESERVED = (
    "__init__", "__new__", "__eq__", "__ne__", "__hash__", "__repr__", "__str__", "__setattr__", "__delattr__",
    "__getattr__", "__getattribute__", "__slots__", "__init_subclass__", "__post_init__", "__attrs_post_init__",
    "__attrs_pre_init__", "__attrs_init__", "__lt__", "__gt__", "__le__", "__ge__", "__bool__", "__len__",
)  # fmt: skip


@attrs.frozen(eq=False, repr=False)
class FieldSpec:
    """One field of a fact type: its name, the kind of its values, and its default (`attrs.NOTHING`: none)."""

    name: str
    kind: Kind
    default: Any


@attrs.frozen(eq=False, repr=False)
class FactType:
    """What the library knows of a fact type; `fact_type(cls)` gives it.

    Attributes:
        cls: the class.
        name: its name.
        fields: its fields, in the order of the constructor.
        field_names: their names.
        row: gives a fact's values, in the order of the fields.
        phrase: the sentence that facts print as.
        abstract: whether it is only a base.
        location: the file and line of the class.
    """

    cls: type
    name: str
    fields: tuple[FieldSpec, ...]
    field_names: tuple[str, ...]
    row: Callable[[Any], tuple[Any, ...]]
    phrase: Phrase
    abstract: bool
    location: Location
    _setters: tuple[Callable[[Any, Any], None], ...]

    def __str__(self) -> str:
        return self.name

    def field(self, name: str) -> FieldSpec | None:
        """Give the field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def column(self, name: str) -> int:
        """Give the position of a field."""
        return self.field_names.index(name)

    def make(self, row: tuple[Any, ...]) -> Any:
        """Make a fact of values that are known to be right, without checking them again."""
        made: Any = object.__new__(self.cls)
        for put, value in zip(self._setters, row, strict=True):
            put(made, value)
        return made


@overload
def fact(cls: C, /) -> C: ...
@overload
def fact(*, abstract: bool = False) -> Callable[[C], C]: ...
@dataclass_transform(frozen_default=True, eq_default=True, field_specifiers=())
def fact(cls: C | None = None, /, *, abstract: bool = False) -> C | Callable[[C], C]:
    """Make a class a fact type: frozen, slotted, hashable, its field values checked exactly.

    The first line of the class's docstring is its phrase, with the fields as placeholders; without one
    the phrase is made of the names. Two facts are equal if their type and all their field values are,
    types included.

    Args:
        cls: a class whose annotations are its fields. Fields hold `str`, `int`, `float`, `bool`, `bytes`, Enum
            members, `date`, `datetime`, `Decimal`, `UUID`, other facts, `None`, unions of these, and tuples and
            frozensets of these. A plain value is a default.
        abstract: whether the class is only a base: it cannot be made or concluded, and a pattern on it
            matches the facts of all its subclasses. Other fact types are final.

    Returns:
        The fact type. Making a fact raises `FieldTypeError` (a `TypeError`) for a value of the wrong
        type and `FieldValueError` (a `ValueError`) for one that cannot be held, as NaN.

    Raises:
        FactDefinitionError: if the class is no possible fact type; also a `TypeError`.

    >>> @fact
    ... class HeldBy:
    ...     \"\"\"{prisoner} is held by {holder}\"\"\"
    ...     prisoner: str
    ...     holder: str
    >>> HeldBy("Ri", "Ukraine")
    HeldBy(prisoner='Ri', holder='Ukraine')
    >>> print(HeldBy("Ri", "Ukraine"))
    Ri is held by Ukraine
    """
    names = sys._getframe(1).f_locals
    if cls is not None:
        made: C = _make(cls, names, abstract=abstract)
        return made
    return lambda cls: _make(cls, names, abstract=abstract)


def _make(cls: Any, names: dict[str, Any], *, abstract: bool) -> Any:
    if not isinstance(cls, type):
        msg = f"@fact goes on a class, not on {cls!r}"
        raise FactDefinitionError(msg)
    _check_class(cls)
    kinds: dict[str, Kind] = {}

    def checked(_: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
        kinds.update(_kinds_of(cls, [field.name for field in fields], names, own=cls))
        return [_checked_field(cls.__name__, field, kinds) for field in fields]

    try:
        made = attrs.define(
            cls, frozen=True, slots=True, eq=False, order=False, repr=False, weakref_slot=False,
            auto_attribs=True, field_transformer=checked,
        )  # fmt: skip
    except (ValueError, TypeError) as error:
        if isinstance(error, PowRulesError):
            raise
        msg = f"{cls.__name__}: {error}"
        raise FactDefinitionError(msg) from error
    if any(atom.type is cls for kind in kinds.values() for atom in kind.leaves()):
        # The fields name the class itself, which attrs has just replaced by its slotted copy.
        kinds.update(_kinds_of(made, list(kinds), {**names, cls.__name__: made}, own=made))
    _finish(made, kinds, abstract=abstract)
    return made


def _check_class(cls: type) -> None:
    if is_fact_class(cls):
        msg = f"{cls.__name__} is a fact type already"
        raise FactDefinitionError(msg)
    for base in cls.__bases__:
        if base is not object and not is_fact_class(base):
            msg = (
                f"{cls.__name__} extends {base.__name__}: a fact type may extend abstract fact types, and nothing else"
            )
            raise FactDefinitionError(msg)
    for name in _RESERVED:
        if name in cls.__dict__:
            msg = f"{cls.__name__} defines {name}, which @fact makes itself"
            raise FactDefinitionError(msg)
    for name, value in cls.__dict__.items():
        if type(value).__name__ == "_CountingAttr":
            msg = f"{cls.__name__}.{name} is an attrs.field(): write the annotation, and a plain value for a default"
            raise FactDefinitionError(msg)


def _kinds_of(cls: type, fields: list[str], names: dict[str, Any], own: type) -> dict[str, Kind]:
    for name in fields:
        if name.startswith("_") or name == "self":
            msg = f"{cls.__name__} has a field {name!r}: a field's name starts with a letter and is not 'self'"
            raise FactDefinitionError(msg)
    try:
        hints = typing.get_type_hints(cls, localns={cls.__name__: own, **names} if own is cls else names)
    except NameError as error:
        msg = (
            f"{cls.__name__}: the annotation's name {error.name!r} is not known where the class is made;"
            " define it above, or in the same function"
        )
        raise FactDefinitionError(msg) from None
    except (TypeError, SyntaxError, AttributeError) as error:
        msg = f"{cls.__name__}: an annotation cannot be read: {error}"
        raise FactDefinitionError(msg) from None
    kinds: dict[str, Kind] = {}
    for name in fields:
        try:
            kinds[name] = kind_from(hints[name], own)
        except KindError as error:
            msg = f"{cls.__name__}.{name}: {error}"
            raise FactDefinitionError(msg) from None
        _check_inherited(cls, name, kinds[name])
    return kinds


def _check_inherited(cls: type, name: str, kind: Kind) -> None:
    """Hold a subclass to what its abstract bases say of a field: rules on them rely on it."""
    for base in cls.__mro__[1:]:
        field = fact_type(base).field(name) if is_fact_class(base) else None
        if field is not None and field.kind != kind:
            msg = f"{cls.__name__}.{name} holds {kind}, and in {base.__name__}, which it extends, {field.kind}"
            raise FactDefinitionError(msg)


def _checked_field(owner: str, field: attrs.Attribute[Any], kinds: dict[str, Kind]) -> attrs.Attribute[Any]:
    name, kind = field.name, kinds[field.name]
    as_they_are = kind.as_they_are

    def convert(value: Any) -> Any:
        # Read again from the table: a kind that names its own class is settled only once the class is made.
        return value if type(value) in as_they_are else _accept(owner, name, kinds[name], value)

    changes: dict[str, Any] = {"converter": convert}
    if field.default is not attrs.NOTHING:
        changes["default"] = _accept(owner, name, kind, field.default)
    return field.evolve(**changes)


def _accept(owner: str, name: str, kind: Kind, value: Any) -> Any:
    try:
        return kind.accept(value)
    except RefusedError as error:
        raise (FieldTypeError if error.is_type else FieldValueError)(f"{owner}.{name}: {error}") from None


def _finish(cls: Any, kinds: dict[str, Kind], *, abstract: bool) -> None:
    fields = tuple(FieldSpec(f.name, kinds[f.name], f.default) for f in attrs.fields(cls))
    names = tuple(field.name for field in fields)
    setters = tuple(getattr(cls, name).__set__ for name in names)
    row = _reader(names)
    said = _phrase_of(cls, kinds)
    cls.__fact_type__ = FactType(cls, cls.__name__, fields, names, row, said, abstract, here(), setters)
    # attrs would compile these two anew for every fact type, which takes a quarter of the time to make one.
    is_keyed = any(kind.is_keyed for kind in kinds.values())
    cls.__eq__, cls.__hash__ = _equality(cls, (lambda fact: keyed(row(fact))) if is_keyed else row)
    cls.__repr__ = _repr
    cls.__str__ = phrase
    cls.__setattr__ = _refuse_set
    cls.__delattr__ = _refuse_set
    if abstract:
        cls.__init__ = _refuse_abstract
    else:
        cls.__init_subclass__ = classmethod(_refuse_subclass)


def _reader(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Give what reads some attributes as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    only = attrgetter(*names)
    return lambda value: (only(value),)


def _equality(cls: type, key: Callable[[Any], object]) -> tuple[Callable[[Any, object], bool], Callable[[Any], int]]:
    """Give `__eq__` and `__hash__` of a class whose instances are told apart by a key."""
    name = cls.__name__

    def equal(self: Any, other: object) -> bool:
        return key(self) == key(other) if type(other) is cls else NotImplemented

    def hashed(self: Any) -> int:
        return hash((name, key(self)))

    return equal, hashed


def _phrase_of(cls: type, kinds: dict[str, Kind]) -> Phrase:
    lines = inspect.cleandoc(cls.__dict__.get("__doc__") or "").splitlines()
    if not lines:
        return Phrase.of_names(cls.__name__, tuple(kinds))
    try:
        return Phrase.parse(lines[0].strip(), kinds)
    except PhraseError as error:
        msg = f"{cls.__name__}: {error}"
        raise FactDefinitionError(msg) from None


def _repr(self: Any) -> str:
    described = self.__fact_type__
    pairs = zip(described.field_names, described.row(self), strict=True)
    inner = ", ".join(f"{name}={canonical(value)}" for name, value in pairs)
    return f"{described.name}({inner})"


def _refuse_abstract(self: Any, *_: Any, **__: Any) -> None:
    cls = type(self)
    what = "is abstract" if is_fact_class(cls) else "extends an abstract fact type and lacks @fact itself"
    names = ", ".join(concrete.__name__ for concrete in concrete_types(cls))
    there = f"; make one of its subclasses: {names}" if names else ""
    msg = f"{cls.__name__} {what}: it cannot be made{there}"
    raise FactDefinitionError(msg)


def _refuse_set(self: Any, name: str, *_: Any) -> None:
    what = f"{type(self).__name__}.{name} cannot be set: facts never change"
    msg = f"{what}; replace(fact, {name}=...) makes a changed copy"
    raise FrozenFactError(msg)


def _refuse_subclass(cls: type) -> None:
    final = next(base.__name__ for base in cls.__mro__[1:] if is_fact_class(base))
    msg = f"{cls.__name__} extends {final}, which is final: extend a fact type made with @fact(abstract=True)"
    raise FactDefinitionError(msg)


def fact_type(cls: type) -> FactType:
    """Give what the library knows of a fact type.

    Raises:
        NotAFactError: if the class was not made with `@fact`.
    """
    if is_fact_class(cls):
        known: FactType = cls.__dict__["__fact_type__"]
        return known
    name = getattr(cls, "__name__", repr(cls))
    msg = f"{name} is no fact type: put @fact above its class"
    raise NotAFactError(msg)


def fact_type_of(value: object) -> FactType:
    """Give the fact type of a fact.

    Raises:
        NotAFactError: if the value is no instance of a `@fact` class.
    """
    if isinstance(value, type):
        msg = f"{value.__name__} is a class: a fact is an instance of it, with its fields' values"
        raise NotAFactError(msg)
    cls = type(value)
    if is_fact_class(cls):
        return fact_type(cls)
    msg = f"{value!r} is no fact: its class {cls.__name__} was not made with @fact"
    raise NotAFactError(msg)


def concrete_types(cls: type) -> tuple[type, ...]:
    """Give the concrete fact types that a fact type stands for: itself, or its subclasses so far, by name."""
    found: dict[type, None] = {}
    open_ = [cls]
    while open_:
        here = open_.pop()
        if is_fact_class(here) and not fact_type(here).abstract:
            found[here] = None
        open_.extend(here.__subclasses__())
    return tuple(sorted(found, key=lambda c: (c.__name__, c.__module__)))


def row_of(value: Any) -> tuple[Any, ...]:
    """Give a fact's field values, in the order of its fields."""
    return fact_type_of(value).row(value)


def phrase(value: Any) -> str:
    """Give a fact's phrase, filled in.

    Raises:
        NotAFactError: if it is no fact.
    """
    described = fact_type_of(value)
    return described.phrase.fill(dict(zip(described.field_names, described.row(value), strict=True)))


def replace(value: T, /, **changes: Any) -> T:
    """Make a copy of a fact with some fields changed; the new values are checked as always.

    Args:
        value: the fact to start from, which stays as it is.
        changes: field names and their new values.

    Raises:
        NotAFactError: if `value` is no fact.
        FactDefinitionError: for a field that the fact's type does not have.
        FieldTypeError: for a value of the wrong type.
        FieldValueError: for a value that cannot be held.

    >>> @fact
    ... class HeldBy:
    ...     prisoner: str
    ...     holder: str
    >>> replace(HeldBy("Ri", "Ukraine"), holder="Russia")
    HeldBy(prisoner='Ri', holder='Russia')
    """
    described = fact_type_of(value)
    for name in changes:
        if described.field(name) is None:
            msg = f"{described.name} has no field {name!r}{did_you_mean(name, described.field_names)}"
            raise FactDefinitionError(msg)
    made: T = described.cls(**dict(zip(described.field_names, described.row(value), strict=True)) | changes)
    return made

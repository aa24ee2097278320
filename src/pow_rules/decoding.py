"""Values and facts read back from what `encoding` made of them.

Only what a field's kind names is ever made: its plain types, its Enum classes and its fact types. Nothing is imported
or looked up by a name that a document brings along, and each value has one form, so that what is read is what would be
written.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from decimal import Decimal, DecimalException
from enum import Enum, Flag
from typing import TYPE_CHECKING, Any

from pow_rules.encoding import LARGEST, is_sound, written
from pow_rules.facts import concrete_types, fact_type
from pow_rules.kinds import RefusedError, described, is_fact_class
from pow_rules.near import did_you_mean
from pow_rules.values import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pow_rules.kinds import Kind

__all__ = ["DecodingError", "decoded", "decoded_fact", "members_of"]


class DecodingError(Exception):
    """A document holds no such value (internal: the caller says in which file).

    Attributes:
        what: what is wrong.
        path: where in the document: keys and indexes, the outermost first.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path: tuple[str | int, ...] = ()

    def within(self, *steps: str | int) -> DecodingError:
        """Give it as that of the document around."""
        self.path = (*steps, *self.path)
        return self


def decoded(document: Any, kind: Kind) -> Any:
    """Give the value that a document encodes.

    Args:
        document: what `encoding.encoded` made of a value, as `json` reads it.
        kind: the kind of the field.

    Raises:
        DecodingError: if it encodes no value of that kind.

    >>> from pow_rules.kinds import Kind
    >>> decoded({"type": "float", "value": 1.5}, Kind.of(float))
    1.5
    """
    value = _value(document, kind)
    try:
        return kind.accept(value)
    except RefusedError as error:
        raise DecodingError(str(error)) from None


def decoded_fact(document: Any, types: Mapping[str, type]) -> Any:
    """Give the fact that a document encodes.

    Args:
        document: what `encoding.encoded_fact` made of a fact, with its text or without it.
        types: the concrete fact types that it may be of, by name.

    Raises:
        DecodingError: if it encodes no such fact.

    >>> from pow_rules import fact
    >>> @fact
    ... class HeldBy:
    ...     prisoner: str
    ...     holder: str
    >>> decoded_fact({"type": "HeldBy", "fields": {"prisoner": "Ri", "holder": "Ukraine"}}, {"HeldBy": HeldBy})
    HeldBy(prisoner='Ri', holder='Ukraine')
    """
    members_of(document, ("type", "fields"), ("text",))
    cls = _named(document["type"], types, "fact type")
    about, fields = fact_type(cls), document["fields"]
    try:
        members_of(fields, about.field_names)
    except DecodingError as error:
        raise error.within("fields") from None
    row: list[Any] = []
    for field in about.fields:
        try:
            row.append(decoded(fields[field.name], field.kind))
        except DecodingError as error:
            raise error.within("fields", field.name) from None
    made = about.make(tuple(row))
    if "text" in document and document["text"] != str(made):
        raise DecodingError(f"expected {str(made)!r}, got {described(document['text'])}").within("text")
    return made


def members_of(document: Any, needed: Iterable[str], others: Iterable[str] = ()) -> None:
    """Check that a document is an object with just these members.

    Raises:
        DecodingError: if it is none, or lacks one of those needed, or has another one.
    """
    if type(document) is not dict:
        raise DecodingError(f"expected an object, got {described(document)}")
    names = list(needed)
    for name in names:
        if name not in document:
            raise DecodingError(f"{name!r} is missing")
    known = [*names, *others]
    for name in document:
        if name not in known:
            raise DecodingError(f"unknown member {_cut(name)}{did_you_mean(name[:100], known)}")


# ---- values ----------------------------------------------------------------------------------------------------------


def _value(document: Any, kind: Kind) -> Any:
    """Give the value that a document encodes; its type is not checked against the kind."""
    match document:
        case None | bool():
            return document
        case int() if abs(document) <= LARGEST:
            return document
        case str() if is_sound(document):
            return document
        case {"type": str(name), "value": inner} if len(document) == 2:  # noqa: PLR2004 - its two members
            read = _READERS.get(name)
            if read is None:
                raise DecodingError(f"{_cut(name)} is no type of value{did_you_mean(name[:100], _READERS)}").within(
                    "type"
                )
            try:
                return read(inner, kind)
            except DecodingError as error:
                raise error.within("value") from None
    raise DecodingError(f"expected {kind}, as an encoded value, got {described(document)}")


def _float(inner: Any, _: Kind) -> float:
    if type(inner) is float or type(inner) is int:
        with contextlib.suppress(OverflowError):
            made = float(inner)
            if math.isfinite(made):
                return made
    elif inner in ("inf", "-inf"):
        return float(inner)
    raise DecodingError(f'expected a number, "inf" or "-inf", got {described(inner)}')


def _by(make: Callable[[str], Any], shape: str) -> Callable[[Any, Kind], Any]:
    """Give what reads a text that a function makes a value of: only if it is as that value is written."""

    def read(inner: Any, _: Kind) -> Any:
        if type(inner) is str:
            try:
                made = make(inner)
                if written(normal(made)) == inner:
                    return made
            except (ValueError, OverflowError, DecimalException):
                pass
        raise DecodingError(f"expected {shape}, got {described(inner)}")

    return read


def _large(text: str) -> int:
    made = int(text)
    if abs(made) <= LARGEST:
        raise ValueError(text)
    return made


def _broken(text: str) -> str:
    made = bytes.fromhex(text).decode("utf-8", "surrogatepass")
    if is_sound(made):
        raise ValueError(text)
    return made


def _uuid(inner: Any, kind: Kind) -> Any:
    # The class is the kind's own: uuid takes long to import.
    for atom in kind.leaves():
        if atom.type.__module__ == "uuid" and atom.type.__name__ == "UUID":
            return _by(atom.type, "a UUID")(inner, kind)
    raise DecodingError(f"expected {kind}, got a UUID")


def _items(inner: Any, kind: Kind) -> list[Any]:
    if type(inner) is not list:
        raise DecodingError(f"expected an array, got {described(inner)}")
    made: list[Any] = []
    for number, item in enumerate(inner):
        try:
            made.append(_value(item, kind))
        except DecodingError as error:
            raise error.within(number) from None
    return made


def _tuple(inner: Any, kind: Kind) -> tuple[Any, ...]:
    return tuple(_items(inner, kind))


def _set(inner: Any, kind: Kind) -> frozenset[Any]:
    items = _items(inner, kind)
    made = frozenset(items)
    if len(made) != len(items):
        raise DecodingError("an item stands twice in the set")
    return made


def _enum(inner: Any, kind: Kind) -> Any:
    members_of(inner, ("type", "name"))
    cls = _enum_class(inner["type"], kind, is_flag=False)
    name = inner["name"]
    if type(name) is not str or name not in cls.__members__:
        near = did_you_mean(name[:100] if type(name) is str else "", cls.__members__)
        raise DecodingError(f"{described(name)} is no member of {cls.__name__}{near}").within("name")
    return cls.__members__[name]


def _flag(inner: Any, kind: Kind) -> Any:
    members_of(inner, ("type", "bits"))
    cls, bits = _enum_class(inner["type"], kind, is_flag=True), inner["bits"]
    if type(bits) is int:
        with contextlib.suppress(ValueError):
            made = cls(bits)
            if type(made) is cls and made.value == bits:
                return made
    raise DecodingError(f"expected the bits of a {cls.__name__}, got {described(bits)}").within("bits")


def _enum_class(name: Any, kind: Kind, *, is_flag: bool) -> Any:
    classes = {atom.type for atom in kind.leaves() if issubclass(atom.type, Enum)}
    return _named(name, {cls.__name__: cls for cls in classes if issubclass(cls, Flag) == is_flag}, "Enum")


def _fact(inner: Any, kind: Kind) -> Any:
    classes = [cls for atom in kind.leaves() if is_fact_class(atom.type) for cls in concrete_types(atom.type)]
    return decoded_fact(inner, {cls.__name__: cls for cls in classes})


def _named(name: Any, types: Mapping[str, type], what: str) -> Any:
    if type(name) is not str or name not in types:
        near = did_you_mean(name[:100] if type(name) is str else "", sorted(types))
        raise DecodingError(f"{described(name)} is no {what} that may stand here{near}").within("type")
    return types[name]


def _cut(name: str) -> str:
    return described(name).removesuffix(" (str)")


_READERS: dict[str, Callable[[Any, Kind], Any]] = {
    "int": _by(_large, "the digits of a large int"),
    "float": _float,
    "decimal": _by(Decimal, "a decimal as text"),
    "uuid": _uuid,
    "date": _by(dt.date.fromisoformat, "a date in ISO 8601"),
    "datetime": _by(dt.datetime.fromisoformat, "a date and time in ISO 8601"),
    "bytes": _by(bytes.fromhex, "bytes in hexadecimal"),
    "str": _by(_broken, "a string that UTF-8 cannot hold, in hexadecimal"),
    "tuple": _tuple,
    "frozenset": _set,
    "enum": _enum,
    "flag": _flag,
    "fact": _fact,
}

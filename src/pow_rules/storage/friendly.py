"""Values as people write them: dates as text, Enum members by name, arrays for tuples, decimals as they stand.

What the field's kind is decides what a text means. In JSON a text in quotation marks is a text wherever the field may
hold one; in a cell of CSV, and in YAML without quotation marks, it is one only if it is nothing else.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, DecimalException
from enum import Enum, Flag
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.decoding import DecodingError
from pow_rules.facts import concrete_types, fact_type
from pow_rules.kinds import Atom, Kind, RefusedError, SetOf, TupleOf, described
from pow_rules.near import did_you_mean
from pow_rules.storage.documents import Flaw
from pow_rules.storage.plain import Plain, from_cell, is_nothing, shown, truths_of, unfit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.kinds import Alternative

__all__ = ["fact_from", "friendly", "friendly_fact"]

_INT = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?inf(inity)?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def friendly(value: Any, kind: Kind) -> Any:
    """Give the value that somebody meant.

    Args:
        value: as it was read: JSON, its numbers with a point as Decimals, or a `Plain`.
        kind: the kind of the field.

    Raises:
        DecodingError: if the field holds nothing that is written so.

    >>> friendly("2025-03-04", Kind.of(dt.date)), friendly(Plain("26"), Kind.of(int, str))
    (datetime.date(2025, 3, 4), 26)
    """
    try:
        return kind.accept(_meant(value, kind))
    except RefusedError as error:
        raise DecodingError(str(error)) from None


def friendly_fact(value: Any, cls: type) -> Any:
    """Give the fact that somebody meant by an object of its fields.

    Args:
        value: the object.
        cls: the fact type.

    Raises:
        DecodingError: for the first field that is wrong.
    """
    faults: list[DecodingError] = []
    made = fact_from(value, cls, faults)
    if faults:
        raise faults[0]
    return made


def fact_from(value: Any, cls: type, faults: list[DecodingError]) -> Any:
    """Give a fact of an object of its fields, or None; all that is wrong is put among the faults."""
    about = fact_type(cls)
    if type(value) is not dict:
        what = value.what if isinstance(value, Flaw) else f"expected an object of fields, got {shown(value)}"
        faults.append(DecodingError(what))
        return None
    before, row = len(faults), dict[str, Any]()
    unknown = [name for name in value if about.field(name) is None]
    faults += [DecodingError(f"no such field{did_you_mean(n[:100], about.field_names)}").within(n) for n in unknown]
    for field in about.fields:
        if field.name in value:
            try:
                row[field.name] = friendly(value[field.name], field.kind)
            except DecodingError as error:
                faults.append(error.within(field.name))
        elif field.default is attrs.NOTHING:
            faults.append(DecodingError(f"is missing: expected {field.kind}").within(field.name))
    return cls(**row) if len(faults) == before else None


# ---- kinds -----------------------------------------------------------------------------------------------------------


def _meant(value: Any, kind: Kind) -> Any:
    if isinstance(value, Flaw):
        raise DecodingError(value.what)
    refused: list[DecodingError] = []
    if kind.optional and len(kind.alternatives) > 1 and value is not None and not is_nothing(value):
        # So that what is said is said of the kind that was meant.
        kind = kind.known
    for alternative in sorted(kind.alternatives, key=lambda a: _rank(value, a)):
        try:
            match alternative:
                case Atom(cls):
                    return _atom(value, cls)
                case TupleOf() | SetOf():
                    return _several(value, alternative)
        except DecodingError as error:
            refused.append(error)
    if len(refused) == 1 or any(error.path for error in refused):
        # What is said of an item says more than that the whole does not fit.
        raise next((error for error in refused if error.path), refused[0])
    raise unfit(str(kind), value)


def _rank(value: Any, alternative: Alternative) -> int:
    """Tell in which order to try what a field may hold: what the value is already first; a plain text as text last."""
    cls = alternative.type if isinstance(alternative, Atom) else None
    if isinstance(value, Plain):
        return 1 if cls is str else 0
    return 0 if cls is type(value) else 1


def _atom(value: Any, cls: type) -> Any:
    if isinstance(value, Plain):
        return _plain(value, cls)
    if cls in (str, bool, int, type(None)):
        return _exactly(value, cls)
    if cls is float:
        return _float(value)
    if cls is Decimal and type(value) in (int, Decimal):
        return Decimal(value)
    if issubclass(cls, Enum):
        return _member(value, cls)
    if cls in (bytes, Decimal, dt.date, dt.datetime) or cls.__name__ == "UUID":
        return _text(value, cls)
    return _nested(value, cls)


def _exactly(value: Any, cls: type) -> Any:
    if type(value) is not cls:
        raise unfit("None" if cls is type(None) else cls.__name__, value)
    return value


def _float(value: Any) -> float:
    if type(value) is int:
        return value  # the field's kind makes the float, if there is one that is just that
    if type(value) is Decimal:
        made = float(value)
        if made in (float("inf"), float("-inf")):
            raise unfit("float", value)
        return made
    if value in ("inf", "-inf"):
        return float(value)
    raise unfit("float", value)


def _text(value: Any, cls: type) -> Any:
    """Give what stands in a text of a form of its own."""
    shape, make = _SHAPES.get(cls, ("UUID", cls))
    if type(value) is str:
        try:
            return make(value)
        except (ValueError, OverflowError, DecimalException):
            pass
    raise unfit(shape, value)


def _date(text: str) -> dt.date:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _datetime(text: str) -> dt.datetime:
    if _DATE.fullmatch(text):
        raise ValueError(text)
    return dt.datetime.fromisoformat(text)


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


_SHAPES: dict[type, tuple[str, Callable[[str], Any]]] = {
    bytes: ("bytes in hexadecimal", bytes.fromhex),
    Decimal: ("Decimal", _decimal),
    dt.date: ("a date as 2025-03-04", _date),
    dt.datetime: ("a date and time as 2025-03-04T13:45", _datetime),
}


def _member(value: Any, cls: Any) -> Any:
    names = value.split("|") if type(value) is str and issubclass(cls, Flag) else [value]
    made: Any = None
    for name in names:
        known = cls.__members__.get(name.strip()) if type(name) is str else None
        if known is None:
            near = did_you_mean(name[:100] if type(name) is str else "", cls.__members__)
            raise DecodingError(f"expected the name of a {cls.__name__}, got {shown(value)}{near}")
        made = known if made is None else made | known
    return made


def _nested(value: Any, cls: type) -> Any:
    """Give a fact that another one holds: an object of its fields, or of its type's name and these."""
    types = {concrete.__name__: concrete for concrete in concrete_types(cls)}
    if type(value) is dict and len(value) == 1:
        name, inner = next(iter(value.items()))
        if name in types and fact_type(types[name]).field(name) is None:
            try:
                return friendly_fact(inner, types[name])
            except DecodingError as error:
                raise error.within(name) from None
    if list(types.values()) == [cls]:
        return friendly_fact(value, cls)
    raise unfit(f'{cls.__name__}, as {{"{next(iter(types), cls.__name__)}": {{...}}}}', value)


def _several(value: Any, kind: TupleOf | SetOf) -> Any:
    if isinstance(value, Plain):
        value = from_cell(value)
    if type(value) is not list:
        raise unfit(f"{kind}, as an array", value)
    kinds = _kinds(kind, len(value))
    if len(kinds) != len(value):
        raise DecodingError(f"expected {kind}, got an array of {len(value)}")
    items: list[Any] = []
    for number, (item, inner) in enumerate(zip(value, kinds, strict=True)):
        try:
            items.append(friendly(item, inner))
        except DecodingError as error:
            raise error.within(number) from None
    return tuple(items) if isinstance(kind, TupleOf) else frozenset(items)


def _kinds(kind: TupleOf | SetOf, length: int) -> tuple[Kind, ...]:
    if isinstance(kind, SetOf):
        return (kind.item,) * length
    return kind.items * length if kind.variadic else kind.items


# ---- text without quotation marks ------------------------------------------------------------------------------------


def _plain(value: Plain, cls: type) -> Any:
    text = value.text
    if cls is str:
        return text
    if cls is type(None) and is_nothing(value):
        return None
    truths = truths_of(value)
    if cls is bool and text.lower() in truths:
        return truths[text.lower()]
    try:
        if cls is int and _INT.fullmatch(text):
            return int(text)
        if cls is float and _NUMBER.fullmatch(text):
            return float(text) if "inf" in text.lower() else _float(Decimal(text))
    except (ValueError, DecimalException, DecodingError):
        pass  # more digits than Python reads, or more than a float holds
    if cls in (int, float, bool, type(None)) or (text == "" and cls is not bytes):
        raise unfit("None" if cls is type(None) else cls.__name__, value)
    if cls in _SHAPES or cls.__name__ == "UUID" or issubclass(cls, Enum):
        try:
            return _atom(text, cls)
        except DecodingError as error:
            raise DecodingError(error.what.replace(described(text), shown(value))) from None
    return _atom(from_cell(value), cls)

"""Values, facts and patterns as JSON holds them, so that each can be read back as what it was.

Strings, bools, None and ints stand for themselves. Everything else is an object of two members, `{"type": ...,
"value": ...}`: a JSON number may be read as an int or a float, and JSON has no dates, sets or facts.

| type | value |
| --- | --- |
| `int` | its digits as a string, where it is beyond 2**53 - 1: other readers would round it |
| `float` | the number; `"inf"` or `"-inf"` as a string |
| `decimal`, `uuid` | as Python prints it |
| `date`, `datetime` | in ISO 8601; with the offset +00:00 where it is known |
| `bytes` | in hexadecimal |
| `enum` | `{"type": its class, "name": the member's name}` |
| `flag` | `{"type": its class, "bits": the number}` |
| `tuple`, `frozenset` | an array of encoded values, that of a set in canonical order |
| `fact` | the fact, as below |
| `str` | in hexadecimal, as UTF-8: a string with half of a surrogate pair in it, which UTF-8 cannot hold |
| `other` | as Python prints it: no field holds such a value, but a condition may compare one |

A fact is `{"type": ..., "fields": {...}, "text": ...}`, its fields encoded as above; in a program only one fact type
has a name. Its text is for people, and may be left out. `decoding` reads it all back.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from enum import Enum, Flag
from typing import TYPE_CHECKING, Any

from pow_rules.facts import fact_type_of
from pow_rules.kinds import is_fact_class
from pow_rules.terms import Compare, Constant, Field, Variable, pattern_text, text
from pow_rules.values import canonical

if TYPE_CHECKING:
    from pow_rules.terms import Condition, Inner

__all__ = ["LARGEST", "encoded", "encoded_fact", "encoded_pattern", "is_sound", "written"]

LARGEST = 2**53 - 1
"""The largest int that every reader of JSON holds exactly."""


def encoded(value: Any, *, texts: bool = True) -> Any:
    """Give a value as JSON holds it.

    Args:
        value: a field's value.
        texts: whether facts in it bring their text along, which they can be read without.

    >>> encoded(1), encoded(1.0), encoded((1, None))
    (1, {'type': 'float', 'value': 1.0}, {'type': 'tuple', 'value': [1, None]})
    """
    kind = type(value)
    if value is None or kind is bool or (kind is int and abs(value) <= LARGEST) or (kind is str and is_sound(value)):
        return value
    name, inner = _tagged(value, texts=texts)
    return {"type": name, "value": inner}


def encoded_fact(fact: Any, *, texts: bool = True) -> dict[str, Any]:
    """Give a fact as JSON holds it.

    Args:
        fact: a fact.
        texts: whether it brings its text along, which it can be read without.

    >>> from pow_rules import fact
    >>> @fact
    ... class HeldBy:
    ...     \"\"\"{prisoner} is held by {holder}\"\"\"
    ...     prisoner: str
    ...     holder: str
    >>> encoded_fact(HeldBy("Ri", "Ukraine"))
    {'type': 'HeldBy', 'fields': {'prisoner': 'Ri', 'holder': 'Ukraine'}, 'text': 'Ri is held by Ukraine'}
    """
    described = fact_type_of(fact)
    row = described.row(fact)
    fields = {name: encoded(value, texts=texts) for name, value in zip(described.field_names, row, strict=True)}
    made: dict[str, Any] = {"type": described.name, "fields": fields}
    return made | {"text": str(fact)} if texts else made


def encoded_pattern(pattern: Inner) -> dict[str, Any]:
    """Give a pattern as JSON holds it: fields that must have a value, and further conditions as they are written.

    Args:
        pattern: a pattern, as of an absence.
    """
    fields: dict[str, Any] = {}
    conditions: list[str] = []
    index = pattern.variable.index
    for condition in pattern.conditions:
        equality = _equality(condition, index)
        if equality is None or equality[0] in fields:
            conditions.append(text(condition, index))
        else:
            fields[equality[0]] = encoded(equality[1])
    return {
        "type": pattern.variable.fact_type.__name__,
        "fields": fields,
        "conditions": conditions,
        "text": pattern_text(pattern),
    }


def _equality(condition: Condition, index: int) -> tuple[str, Any] | None:
    """Give the field and the value of a condition that asks for just that."""
    match condition:
        case Compare("==", Field(Variable(i), name), Constant(value)) if i == index:
            return name, value
        case Compare("==", Constant(value), Field(Variable(i), name)) if i == index:
            return name, value
    return None


def _tagged(value: Any, *, texts: bool) -> tuple[str, Any]:
    """Give the name of a value's type, and the value."""
    kind = type(value)
    if kind is float:
        return "float", value if math.isfinite(value) else repr(value)
    if kind is tuple or kind is frozenset:
        items = value if kind is tuple else sorted(value, key=canonical)
        return kind.__name__, [encoded(item, texts=texts) for item in items]
    if isinstance(value, Flag):
        return "flag", {"type": kind.__name__, "bits": value.value}
    if isinstance(value, Enum):
        return "enum", {"type": kind.__name__, "name": value.name}
    if is_fact_class(kind):
        return "fact", encoded_fact(value, texts=texts)
    return _named(value)


def written(value: Any) -> str:
    """Give what stands for a value that JSON has no form for: its text.

    Args:
        value: an int that is large, a Decimal, a date, bytes, a string that UTF-8 cannot hold, a UUID.
    """
    return _named(value)[1]


def _named(value: Any) -> tuple[str, str]:
    """Give the name of a value's type, and the value as a string."""
    kind = type(value)
    if kind is int or kind is Decimal:
        return kind.__name__.lower(), str(value)
    if kind is dt.datetime or kind is dt.date:
        return kind.__name__, value.isoformat()
    if kind is bytes:
        return "bytes", value.hex()
    if kind is str:
        return "str", value.encode("utf-8", "surrogatepass").hex()
    # As in `kinds`: uuid takes long to import, and is recognised.
    if kind.__module__ == "uuid" and kind.__name__ == "UUID":
        return "uuid", str(value)
    return "other", canonical(value)


def is_sound(value: str) -> bool:
    """Tell whether UTF-8 can hold a string."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

"""Field values: their one normal form, exact equality, and how they print.

Python holds `1`, `True` and `1.0` to be equal, and a `StrEnum` member equal to its string. Rules must not:
a value's *key* pairs it with its type, all the way down, so that equal keys mean the same value.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Any

__all__ = ["bare", "canonical", "exact_equal", "keyed", "normal", "normal_decimal", "show"]

_ATOMS = frozenset({str, int, bool, float, bytes, type(None), dt.date, dt.datetime, Decimal})


def keyed(value: Any) -> tuple[type, Any]:
    """Give the key of a value: equal keys mean equal type and equal value, also inside containers.

    >>> keyed(1) == keyed(True), keyed((1,)) == keyed((1.0,)), keyed("a") == keyed("a")
    (False, False, True)
    """
    kind = type(value)
    if kind is tuple or kind is frozenset:
        return (kind, kind(map(keyed, value)))
    return (kind, value)


def bare(key: tuple[type, Any]) -> Any:
    """Give back the value that `keyed` made a key of.

    >>> bare(keyed((1, frozenset({"a"}))))
    (1, frozenset({'a'}))
    """
    kind, value = key
    if kind is tuple or kind is frozenset:
        return kind(map(bare, value))
    return value


def exact_equal(left: Any, right: Any) -> bool:
    """Tell whether two values are equal in type and value, also inside containers.

    >>> exact_equal(1, 1.0), exact_equal("a", "a")
    (False, True)
    """
    return type(left) is type(right) and keyed(normal(left)) == keyed(normal(right))


def normal_decimal(value: Decimal) -> Decimal:
    """Give the one form of all Decimals of equal value: no zeros at the end, no exponent if short.

    Unlike `Decimal.normalize`, nothing is rounded to the context's precision.

    >>> normal_decimal(Decimal("1.500")), normal_decimal(Decimal("1E+2")), normal_decimal(Decimal("-0"))
    (Decimal('1.5'), Decimal('100'), Decimal('0'))
    """
    if not value:
        return Decimal(0)
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # an infinity
        return value
    end = len(digits)
    while digits[end - 1] == 0:
        end -= 1
    exponent += len(digits) - end
    digits = digits[:end]
    if 0 < exponent <= 24:  # noqa: PLR2004 - a hundred prints as 100, and not as 1E+2
        digits, exponent = (*digits, *[0] * exponent), 0
    return Decimal((sign, digits, exponent))


def normal(value: Any) -> Any:
    """Give a value's normal form: 0.0 for -0.0, normalised Decimals, UTC for aware datetimes.

    Raises:
        ValueError: for NaN.
        OverflowError: for a datetime that has no UTC form.

    >>> normal(-0.0), normal(Decimal("1.0"))
    (0.0, Decimal('1'))
    """
    kind = type(value)
    if kind is float or kind is Decimal:
        if value.is_nan() if kind is Decimal else value != value:  # noqa: PLR0124 - what NaN is known by
            msg = "NaN is not a value: it is not even equal to itself"
            raise ValueError(msg)
        return value + 0.0 if kind is float else normal_decimal(value)
    if kind is dt.datetime:
        if value.utcoffset() is not None:
            value = value.astimezone(dt.UTC)
        elif value.tzinfo is not None:
            value = value.replace(tzinfo=None)
        return value.replace(fold=0) if value.fold else value
    if kind is tuple or kind is frozenset:
        return kind(map(normal, value))
    return value


def canonical(value: Any) -> str:
    """Give a value's text for programmers; equal values give equal texts, also for sets.

    >>> canonical(frozenset({"b", "a"})), canonical(("x", 1))
    ("frozenset({'a', 'b'})", "('x', 1)")
    """
    kind = type(value)
    if kind is frozenset:
        inner = ", ".join(sorted(map(canonical, value)))
        return f"frozenset({{{inner}}})" if value else "frozenset()"
    if kind is tuple:
        inner = ", ".join(map(canonical, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Enum):
        return f"{kind.__name__}.{value.name}"
    return repr(value)


def show(value: Any) -> str:
    r"""Give a value's text for readers: strings bare, dates in ISO 8601, sets sorted.

    Characters that would break a line or hide are written as escapes.

    >>> show("Ri"), show(("a", "b")), show(dt.date(2025, 3, 5)), show("a\nb")
    ('Ri', 'a, b', '2025-03-05', 'a\\nb')
    """
    kind = type(value)
    if kind is str:
        return value if value.isprintable() else _escaped(value)
    if kind is frozenset:
        return ", ".join(sorted(map(show, value))) or "nothing"
    if kind is tuple:
        return ", ".join(map(show, value)) or "nothing"
    if isinstance(value, Enum):
        return show(str(value.value)) if type(value.value) is str else value.name
    if kind is dt.datetime:
        return str(value.isoformat(" "))
    if kind is dt.date:
        return str(value.isoformat())
    return show(str(value)) if kind not in _ATOMS else str(value)


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

"""How an aggregate makes one value of many; the order of the values makes no difference."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pow_rules.values import canonical, normal, normal_decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.terms import Aggregate

__all__ = ["fold_of"]

_MOST_DIGITS = 100_000


def fold_of(aggregate: Aggregate) -> Callable[[list[Any]], Any]:
    """Give the function by which an aggregate makes one value of many."""
    if aggregate.function == "count":
        return len
    if aggregate.function == "total":
        adding: dict[type, Callable[[list[Any]], Any]] = {float: _float_total, Decimal: _decimal_total}
        return adding.get(next(iter(aggregate.kind.atoms)), sum)
    choose: Callable[[Any], Any] = min if aggregate.function == "least" else max
    if not aggregate.kind.is_keyed:
        return choose

    def chosen(values: list[Any]) -> Any:
        # 1 and 1.0 are equally small, and two values: the one that is taken must not hang on their order.
        extreme = choose(values)
        return min((value for value in values if value == extreme), key=canonical)

    return chosen


def _float_total(values: list[float]) -> float:
    try:
        result = math.fsum(values)
    except OverflowError:
        # Too large on the way, which need not be so in the end.
        from fractions import Fraction  # noqa: PLC0415 - seldom needed

        result = float(sum(map(Fraction, values)))
    exact: float = normal(result)
    return exact


def _decimal_total(values: list[Decimal]) -> Decimal:
    """Add exactly: a context would round, and so make the order matter."""
    parts = [value.as_tuple() for value in values]
    exponents = [part.exponent for part in parts if isinstance(part.exponent, int)]
    if len(exponents) < len(parts):
        total: Decimal = normal(sum((value for value in values if not value.is_finite()), Decimal(0)))
        return total
    lowest = min(exponents, default=0)
    if max(exponents, default=0) - lowest > _MOST_DIGITS:
        msg = f"the values are too far apart to be added exactly: over {_MOST_DIGITS:,} digits"
        raise OverflowError(msg)
    result = 0
    for value in values:
        sign, digits, exponent = value.as_tuple()
        amount = int("".join(map(str, digits))) * 10 ** (int(exponent) - lowest)
        result += -amount if sign else amount
    digits = tuple(map(int, str(abs(result)))) if abs(result) < 10**4000 else _digits(abs(result))
    return normal_decimal(Decimal((int(result < 0), digits, lowest)))


def _digits(number: int) -> tuple[int, ...]:
    """Give the decimal digits of an int that is too long for `str`."""
    found: list[int] = []
    while number:
        number, part = divmod(number, 10**4000)
        text = str(part).rjust(4000, "0")
        found[:0] = map(int, text)
    return tuple(found)

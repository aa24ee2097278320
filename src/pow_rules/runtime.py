"""What rules call while they run: checks of computed values, and the folds of aggregates."""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Any

from pow_rules.kinds import RefusedError
from pow_rules.values import keyed, normal, normal_decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.kinds import Kind
    from pow_rules.terms import Aggregate

__all__ = ["accepting", "computed", "fold_of", "normal_key", "number", "truth"]


def accepting(owner: str, name: str, kind: Kind) -> Callable[[Any], Any]:
    """Give the function that checks a computed value against a field's kind."""

    def accept(value: Any) -> Any:
        try:
            return kind.accept(value)
        except RefusedError as error:
            msg = f"{owner}.{name}: {error}"
            raise (TypeError if error.is_type else ValueError)(msg) from None

    return accept


def truth(value: Any) -> bool:
    """Give what a check gave, which must be True or False."""
    if value is True or value is False:
        return value
    msg = f"a check must give True or False, and gave {value!r}"
    raise TypeError(msg)


def number(value: Any) -> Any:
    """Give the result of arithmetic in normal form, which must be a real number."""
    if type(value) is complex:
        msg = f"the result is the complex number {value!r}"
        raise ValueError(msg)
    return normal(value)


def computed(value: Any) -> Any:
    """Give a computed value, floats and Decimals in normal form; other values are checked where they are stored."""
    return normal(value) if type(value) in (float, Decimal) else value


def normal_key(value: Any) -> Any:
    """Give the key of a value's normal form."""
    return keyed(normal(value))


_EXACT = Context(prec=20_000, Emax=10**6, Emin=-(10**6), traps=[Inexact, Overflow, InvalidOperation])


def _decimal_total(values: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in values:
        result = _EXACT.add(result, value)
    return normal_decimal(result)


def _float_total(values: list[float]) -> float:
    result: float = normal(math.fsum(values))
    return result


def fold_of(aggregate: Aggregate) -> Callable[[list[Any]], Any]:
    """Give the function by which an aggregate makes one value of many; their order makes no difference."""
    if aggregate.function == "count":
        return len
    if aggregate.function == "total":
        adding: dict[type, Callable[[list[Any]], Any]] = {float: _float_total, Decimal: _decimal_total}
        return adding.get(next(iter(aggregate.kind.atoms)), sum)
    return min if aggregate.function == "least" else max

"""What rules call while they run, to check and to put into normal form what they compute."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pow_rules.kinds import RefusedError
from pow_rules.values import keyed, normal

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.kinds import Kind

__all__ = ["accepting", "computed", "negated", "normal_key", "number", "truth"]


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


def negated(value: Any) -> Any:
    """Give the opposite of a number, in normal form, with all its digits."""
    return normal(value.copy_negate() if type(value) is Decimal else -value)

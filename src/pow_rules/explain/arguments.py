"""Arguments of questions: the numbers that say how far each is to be followed."""

from __future__ import annotations

from pow_rules.errors import ArgumentTypeError, ArgumentValueError

__all__ = ["check_count", "check_seconds"]


def check_count(name: str, value: int | None, *, least: int = 1, may_be_none: bool = True) -> None:
    """Check a number of things.

    Args:
        name: the argument's name.
        value: what was given.
        least: the smallest number allowed.
        may_be_none: whether None, for no bound, is allowed.

    Raises:
        ArgumentTypeError: for something that is no whole number.
        ArgumentValueError: for one that is too small.

    >>> check_count("limit", 0)
    Traceback (most recent call last):
    pow_rules.errors.ArgumentValueError: limit: expected 1 or more, or None, got 0
    """
    _check(name, value, int, least, may_be_none=may_be_none)


def check_seconds(value: float | None) -> None:
    """Check how long something may take.

    Args:
        value: the seconds; None for no end.

    Raises:
        ArgumentTypeError: for something that is no number.
        ArgumentValueError: for less than 0, or NaN.
    """
    _check("seconds", value, (int, float), 0, may_be_none=True)


def _check(name: str, value: float | None, kinds: type | tuple[type, ...], least: int, *, may_be_none: bool) -> None:
    if value is None and may_be_none:
        return
    tail = " or None" if may_be_none else ""
    if value is None or isinstance(value, bool) or not isinstance(value, kinds):
        msg = f"{name}: expected a number{tail}, got {value!r}"
        raise ArgumentTypeError(msg)
    # So that NaN is refused, too.
    if not value >= least:
        msg = f"{name}: expected {least} or more{',' * may_be_none}{tail}, got {value!r}"
        raise ArgumentValueError(msg)

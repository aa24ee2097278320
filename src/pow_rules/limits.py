"""Limits: what stops a program that would make new facts for ever."""

from __future__ import annotations

from typing import Any

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.record import Record

__all__ = ["Limits"]


def _positive(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is None:
        return
    numbers = (int, float) if attribute.name == "seconds" else (int,)
    if isinstance(value, bool) or not isinstance(value, numbers):
        msg = f"Limits.{attribute.name}: expected a number or None, got {value!r}"
        raise ArgumentTypeError(msg)
    if not value > 0:
        msg = f"Limits.{attribute.name}: expected more than 0, got {value!r}"
        raise ArgumentValueError(msg)


@attrs.frozen(kw_only=True, repr=False)
class Limits(Record):
    """How much a session may hold, and how long one call may run; None is no limit.

    A call that meets a limit raises `LimitError`, which names the rule that grew most, and leaves the session as it
    was.

    Args:
        facts: how many facts the session may hold.
        derivations: how many derivations it may hold.
        seconds: how long one call may run.
    """

    facts: int | None = attrs.field(default=5_000_000, validator=_positive)
    derivations: int | None = attrs.field(default=20_000_000, validator=_positive)
    seconds: float | None = attrs.field(default=None, validator=_positive)

"""Who says so: sources, and facts given by them."""

from __future__ import annotations

from typing import Any

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.facts import fact_type_of
from pow_rules.record import Record

__all__ = ["Given", "Source"]


def _text(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    optional = attribute.name == "locator" and value is None
    if not optional and (not isinstance(value, str) or not value.strip()):
        msg = f"Source.{attribute.name}: expected some text, got {value!r}"
        raise ArgumentTypeError(msg) if not isinstance(value, str) else ArgumentValueError(msg)


@attrs.frozen(repr=False)
class Source(Record):
    """Who reports a fact, and where.

    Args:
        name: who says so.
        locator: where it is said, as `"¶7"` or a page.

    >>> print(Source("the diplomatic source", locator="¶5"))
    the diplomatic source, ¶5
    """

    name: str = attrs.field(validator=_text)
    locator: str | None = attrs.field(default=None, kw_only=True, validator=_text)

    def __str__(self) -> str:
        return self.name if self.locator is None else f"{self.name}, {self.locator}"


def _is_fact(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    fact_type_of(value)


def _is_source(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, Source):
        msg = f"Given.source: expected a Source or None, got {value!r}"
        raise ArgumentTypeError(msg)


@attrs.frozen(repr=False)
class Given(Record):
    """A fact together with the source that gives it.

    Args:
        fact: the fact.
        source: who says so; None if nobody is named.
    """

    fact: Any = attrs.field(validator=_is_fact)
    source: Source | None = attrs.field(default=None, validator=_is_source)

    def __str__(self) -> str:
        return str(self.fact) if self.source is None else f"{self.fact} ({self.source})"

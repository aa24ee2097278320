"""Phrases: the sentence that a fact type's docstring makes of its fields."""

from __future__ import annotations

import datetime as dt
import string
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.kinds import Atom
from pow_rules.near import did_you_mean
from pow_rules.values import canonical, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pow_rules.kinds import Alternative, Kind

__all__ = ["Phrase", "PhraseError"]

_SAMPLES: dict[type, Any] = {
    int: 1,
    float: 1.5,
    bool: True,
    str: "x",
    bytes: b"x",
    Decimal: Decimal(1),
    dt.date: dt.date(2000, 1, 1),
    dt.datetime: dt.datetime(2000, 1, 1),  # noqa: DTZ001 - only its format is looked at
}


class PhraseError(Exception):
    """A phrase does not fit its fields (internal: `@fact` says where it stands)."""


@attrs.frozen(eq=False, repr=False)
class Phrase:
    """A phrase, parsed: literal text, and after each stretch of it the field that follows."""

    template: str
    parts: tuple[tuple[str, str | None, str], ...]

    @classmethod
    def parse(cls, template: str, kinds: Mapping[str, Kind]) -> Phrase:
        """Read a template, as `"{holder} holds {share:.1f} %"`.

        Raises:
            PhraseError: for a placeholder that is no field, or a format that its values cannot take.
        """
        parts: list[tuple[str, str | None, str]] = []
        try:
            for literal, name, spec, conversion in string.Formatter().parse(template):
                if name is not None:
                    _check(name, spec or "", conversion, kinds)
                parts.append((literal, name, spec or ""))
        except ValueError as error:
            msg = f"the phrase {template!r} cannot be read: {error}"
            raise PhraseError(msg) from None
        return cls(template, tuple(parts))

    @classmethod
    def of_names(cls, name: str, fields: tuple[str, ...]) -> Phrase:
        """Make the phrase of a fact type that has none: its own name and its fields' names."""
        parts: list[tuple[str, str | None, str]] = []
        lead = f"{name}("
        for field in fields:
            parts.append((f"{lead}{field}=", field, "!r"))
            lead = ", "
        parts.append((")" if fields else f"{lead})", None, ""))
        return cls("", tuple(parts))

    def fill(self, values: Mapping[str, Any]) -> str:
        """Give the sentence for one fact's field values."""
        out: list[str] = []
        for literal, name, spec in self.parts:
            out.append(literal)
            if name is not None:
                out.append(_filled(values[name], spec))
        return "".join(out)


def _filled(value: Any, spec: str) -> str:
    if spec == "!r":
        return canonical(value)
    return format(value, spec) if spec and value is not None else show(value)


def _check(name: str, spec: str, conversion: str | None, kinds: Mapping[str, Kind]) -> None:
    if name not in kinds:
        msg = f"the phrase's placeholder {{{name}}} is no field{did_you_mean(name, kinds)}"
        raise PhraseError(msg)
    if conversion is not None:
        msg = f"the phrase's placeholder {{{name}!{conversion}}} has a conversion: leave it out"
        raise PhraseError(msg)
    if not spec:
        return
    for alternative in kinds[name].known.alternatives:
        try:
            format(_sample(alternative), spec)
        except (ValueError, TypeError) as error:
            msg = f"the phrase's placeholder {{{name}:{spec}}} does not fit {alternative}: {error}"
            raise PhraseError(msg) from None


def _sample(alternative: Alternative) -> Any:
    """Give some value of a kind; an object that takes no format where there is none of it that does."""
    if not isinstance(alternative, Atom):
        return object()
    if issubclass(alternative.type, Enum):
        return next(iter(alternative.type))
    return _SAMPLES.get(alternative.type, object())

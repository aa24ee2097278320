"""Likelihoods, and the two scales of words for them that analysts use.

A likelihood is a range of probability, with the word for it where there is one. It is no hedge: `possible` says that
something may be, and names no number. It is no confidence either: how good the evidence is, is said elsewhere.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import Enum
from typing import Any

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.record import Record

__all__ = ["ICD203", "PHIA", "Likelihood", "Scale", "likelihood_of", "words_for"]

_PAIR = 2
_DIGITS = 12
"""How many digits of a percentage are looked at: what the arithmetic of floats adds behind them is nobody's opinion."""


def _checked(what: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{what}: expected a number from 0 to 1, got {value!r}"
        raise ArgumentTypeError(msg)
    if not 0 <= value <= 1:  # NaN is not, either
        more = f"; in per cent? then {value / 100:g}" if 1 < value <= 100 else ""  # noqa: PLR2004 - per cent
        msg = f"{what}: expected a number from 0 to 1, got {value!r}{more}"
        raise ArgumentValueError(msg)
    return float(value)


def _share(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    _checked(f"Likelihood.{attribute.name}", value)


def _words(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        msg = f"Likelihood.{attribute.name}: expected some text, got {value!r}"
        raise ArgumentTypeError(msg)


def _as_float(value: Any) -> Any:
    # What cannot be held is left to the validator. Adding zero makes 0.0 of -0.0.
    is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) + 0.0 if is_share else value


@attrs.frozen(repr=False)
class Likelihood(Record):
    """A range of probability, both ends in it, and the word for it.

    Args:
        low: the least probability, from 0 to 1.
        high: the greatest probability, from `low` to 1; the same as `low` for a number that is known.
        word: the word for it on a scale; empty without one.
        scale: the name of that scale.

    Raises:
        ArgumentTypeError: for an end that is no number.
        ArgumentValueError: for an end outside of 0 to 1, or ends the wrong way round.

    >>> print(Likelihood(0.55, 0.8, "likely"), Likelihood(0.6, 0.6), Likelihood(0.125, 0.94), sep=", ")
    likely (55-80 %), 60 %, 12.5-94 %
    """

    low: float = attrs.field(converter=_as_float, validator=_share)
    high: float = attrs.field(converter=_as_float, validator=_share)
    word: str = attrs.field(default="", validator=_words)
    scale: str = attrs.field(default="", validator=_words)

    def __attrs_post_init__(self) -> None:
        if self.low > self.high:
            msg = f"Likelihood: expected low to be at most high, got {self.low} and {self.high}"
            raise ArgumentValueError(msg)

    @property
    def is_point(self) -> bool:
        """Whether it is one number, and no range."""
        return self.low == self.high

    @property
    def range(self) -> str:
        """The numbers in per cent, without the word.

        A range is rounded outwards, so that what is printed holds wherever the range does. Nothing is printed as 0 or
        100 that is not.

        >>> ICD203.LIKELY.value.range, Likelihood(0.55**3, 0.9395).range, Likelihood(0.00004, 0.00004).range
        ('55-80', '16.6-94', '0.004')
        """
        if self.is_point:
            return _percent(self.low, ROUND_HALF_EVEN)
        low, high = _percent(self.low, ROUND_FLOOR), _percent(self.high, ROUND_CEILING)
        return low if low == high else f"{low}-{high}"

    def __str__(self) -> str:
        return f"{self.word} ({self.range} %)" if self.word else f"{self.range} %"


class Scale(Enum):
    """A base for scales: enums whose members' values are likelihoods, in order, the least likely first."""

    def __str__(self) -> str:
        return str(self.value)


class ICD203(Scale):
    """The seven bands of Intelligence Community Directive 203.

    Neighbours share a border: 80 % is both the end of `LIKELY` and the beginning of `VERY_LIKELY`.

    Source: Office of the Director of National Intelligence, "Intelligence Community Directive 203: Analytic
    Standards" (2015), section D.6.e(2). It also says not to mix likelihood and confidence in one sentence.

    >>> for band in ICD203:
    ...     print(band)
    almost no chance (1-5 %)
    very unlikely (5-20 %)
    unlikely (20-45 %)
    roughly even chance (45-55 %)
    likely (55-80 %)
    very likely (80-95 %)
    almost certain (95-99 %)
    """

    ALMOST_NO_CHANCE = Likelihood(0.01, 0.05, "almost no chance", "ICD 203")
    VERY_UNLIKELY = Likelihood(0.05, 0.20, "very unlikely", "ICD 203")
    UNLIKELY = Likelihood(0.20, 0.45, "unlikely", "ICD 203")
    ROUGHLY_EVEN_CHANCE = Likelihood(0.45, 0.55, "roughly even chance", "ICD 203")
    LIKELY = Likelihood(0.55, 0.80, "likely", "ICD 203")
    VERY_LIKELY = Likelihood(0.80, 0.95, "very likely", "ICD 203")
    ALMOST_CERTAIN = Likelihood(0.95, 0.99, "almost certain", "ICD 203")


class PHIA(Scale):
    """The seven bands of the probability yardstick of the UK's Professional Head of Intelligence Assessment.

    The gaps between them are meant: they keep neighbours apart, and nothing between two bands has a word.

    Source: HM Government, "Explaining Uncertainty in UK Intelligence Assessment" (2025), the PHIA probability
    yardstick.

    >>> for band in PHIA:
    ...     print(band)
    remote chance (0-5 %)
    highly unlikely (10-20 %)
    unlikely (25-35 %)
    realistic possibility (40-50 %)
    likely (55-75 %)
    highly likely (80-90 %)
    almost certain (95-100 %)
    """

    REMOTE_CHANCE = Likelihood(0.0, 0.05, "remote chance", "PHIA")
    HIGHLY_UNLIKELY = Likelihood(0.10, 0.20, "highly unlikely", "PHIA")
    UNLIKELY = Likelihood(0.25, 0.35, "unlikely", "PHIA")
    REALISTIC_POSSIBILITY = Likelihood(0.40, 0.50, "realistic possibility", "PHIA")
    LIKELY = Likelihood(0.55, 0.75, "likely", "PHIA")
    HIGHLY_LIKELY = Likelihood(0.80, 0.90, "highly likely", "PHIA")
    ALMOST_CERTAIN = Likelihood(0.95, 1.0, "almost certain", "PHIA")


def likelihood_of(value: object, what: str = "likelihood") -> Likelihood:
    """Make a likelihood of whatever says one.

    Args:
        value: a probability, a pair of them (the least and the greatest), a `Likelihood`, or a member of a scale.
        what: what the value is to the caller, as messages name it.

    Raises:
        ArgumentTypeError: for what says no likelihood.
        ArgumentValueError: for a probability outside of 0 to 1, or a pair the wrong way round.

    >>> print(likelihood_of(0.6), likelihood_of((0.2, 0.4)), likelihood_of(ICD203.VERY_LIKELY), sep=", ")
    60 %, 20-40 %, very likely (80-95 %)
    """
    if isinstance(value, Likelihood):
        return value
    if isinstance(value, Scale):
        return likelihood_of(value.value, f"{what}={value!r}")
    if isinstance(value, tuple) and len(value) == _PAIR:
        low, high = (_checked(f"{what}[{i}]", end) for i, end in enumerate(value))
        if low > high:
            msg = f"{what}: expected a pair with the lower number first, got {value!r}"
            raise ArgumentValueError(msg)
        return Likelihood(low, high)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = _checked(what, value)
        return Likelihood(number, number)
    raise ArgumentTypeError(_expected(what, value))


def words_for(low: float, high: float, scale: type[Scale] = ICD203) -> Likelihood | None:
    """Give the band of a scale that a range lies in: only then is its word true of all of the range.

    Args:
        low: the least probability.
        high: the greatest probability.
        scale: the scale, as `ICD203` or `PHIA`.

    Returns:
        The band; None for a range that goes beyond every band, and for a border that two bands share.

    Raises:
        ArgumentTypeError: for an end that is no number, or what is no scale.
        ArgumentValueError: for an end outside of 0 to 1, or ends the wrong way round.

    >>> print(words_for(0.6, 0.7), words_for(0.55**3, 0.94), words_for(0.8, 0.8), sep=", ")
    likely (55-80 %), None, None
    """
    asked = Likelihood(low, high)
    found = [band for band in _bands(scale) if band.low <= asked.low and asked.high <= band.high]
    return found[0] if len(found) == 1 else None


def _bands(scale: object) -> list[Likelihood]:
    if isinstance(scale, type) and issubclass(scale, Scale):
        return [likelihood_of(member) for member in scale]
    msg = f"scale: expected a scale, as ICD203 or PHIA, got {scale!r}"
    raise ArgumentTypeError(msg)


def _expected(what: str, value: object) -> str:
    wanted = "a number from 0 to 1, a pair (low, high) of them, a Likelihood, or a member of a scale"
    named: list[str] = []
    if isinstance(value, str):
        word = value.strip().lower().replace("_", " ")
        bands: list[Scale] = [*ICD203, *PHIA]
        named = [f"{type(band).__name__}.{band.name}" for band in bands if likelihood_of(band).word == word]
    instead = f": write {' or '.join(named)}" if named else ""
    return f"{what}: expected {wanted}, got {value!r}{instead}"


def _percent(share: float, rounding: str) -> str:
    """Give a probability in per cent, with one decimal, or as many as keep it apart from 0 and 100."""
    exact = Decimal(f"{share * 100:.{_DIGITS}g}")
    for decimals in range(1, _DIGITS):
        shown = exact.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
        if shown not in (0, 100) or exact == shown:
            return f"{shown:f}".rstrip("0").rstrip(".")
    return f"{exact:f}"

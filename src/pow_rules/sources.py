"""Who says so: sources, facts given by them, and what each says of a fact."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.facts import fact_type_of
from pow_rules.grades import CREDIBILITIES, RELIABILITIES
from pow_rules.hedges import HEDGES, Hedge
from pow_rules.near import did_you_mean
from pow_rules.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.scales import Likelihood, Scale

__all__ = ["PLAIN", "Attestation", "Given", "Source", "attestation_of", "by_whom", "given_by", "in_order", "saying"]


class _Sparse(Record):
    """A base for records of which most fields are left as they are: only the others are in the representation."""

    __slots__ = ()

    def __repr__(self: attrs.AttrsInstance) -> str:
        fields = attrs.fields_dict(type(self)).items()
        told = [(name, getattr(self, name)) for name, field in fields if getattr(self, name) != field.default]
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in told)})"


def _text(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    optional = attribute.default is None and value is None
    if not optional and (not isinstance(value, str) or not value.strip()):
        msg = f"Source.{attribute.name}: expected some text, got {value!r}"
        raise ArgumentTypeError(msg) if not isinstance(value, str) else ArgumentValueError(msg)


def _reliability(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    if value is None or (isinstance(value, str) and value in RELIABILITIES):
        return
    if not isinstance(value, str):
        msg = f'Source.reliability: expected a letter from "A" to "F", or None, got {value!r}'
        raise ArgumentTypeError(msg)
    hint = f'; did you mean "{value.upper()}"?' if value.upper() in RELIABILITIES else ""
    msg = f'Source.reliability: expected a letter from "A" to "F", or None, got {value!r}{hint}'
    raise ArgumentValueError(msg)


def _credibility(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    if value is None or (type(value) is int and value in CREDIBILITIES):
        return
    msg = f"Source.credibility: expected a whole number from 1 to 6, or None, got {value!r}"
    raise ArgumentValueError(msg) if type(value) is int else ArgumentTypeError(msg)


def _date(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
        msg = f"Source.date: expected a datetime.date or None, got {value!r}"
        raise ArgumentTypeError(msg)


@attrs.frozen(repr=False)
class Source(_Sparse):
    """Who reports a fact, where, when, after whom, and how good that is.

    Sources are the same where all of this is. Reliability and credibility are those of the Admiralty code (NATO's
    STANAG 2511): F and 6 say that they cannot be judged, and not that they are worst.

    Args:
        name: who says so.
        origin: who says so first, where this source only passes it on; None if it is its own origin.
        reliability: how reliable the source is: from `"A"`, reliable, to `"E"`, unreliable; `"F"`: unknown; or None.
        credibility: how credible what it says is: from 1, confirmed, to 5, improbable; 6: unknown; or None.
        date: when it says so.
        locator: where it is said, as `"¶7"` or a page.

    Raises:
        ArgumentTypeError: for something of another type.
        ArgumentValueError: for an empty text, or a grade that there is not.

    >>> import datetime
    >>> print(Source("the diplomatic source", locator="¶5"))
    the diplomatic source, ¶5
    >>> day = datetime.date(2025, 3, 4)
    >>> print(Source("the paper", origin="the ministry", reliability="C", credibility=3, date=day, locator="p. 1"))
    the paper, p. 1 (C3, from the ministry, 2025-03-04)
    """

    name: str = attrs.field(validator=_text)
    origin: str | None = attrs.field(default=None, kw_only=True, validator=_text)
    reliability: str | None = attrs.field(default=None, kw_only=True, validator=_reliability)
    credibility: int | None = attrs.field(default=None, kw_only=True, validator=_credibility)
    date: dt.date | None = attrs.field(default=None, kw_only=True, validator=_date)
    locator: str | None = attrs.field(default=None, kw_only=True, validator=_text)

    @property
    def grade(self) -> str:
        """Reliability and credibility, as `"C3"`, `"C"`, `"3"` or `""`."""
        return f"{self.reliability or ''}{self.credibility or ''}"

    @property
    def traced_to(self) -> str:
        """The name of the origin: its own, where it passes nothing on."""
        return self.name if self.origin is None else self.origin

    def __str__(self) -> str:
        place = self.name if self.locator is None else f"{self.name}, {self.locator}"
        origin = "" if self.traced_to == self.name else f"from {self.origin}"
        marks = [mark for mark in (self.grade, origin, "" if self.date is None else self.date.isoformat()) if mark]
        return f"{place} ({', '.join(marks)})" if marks else place


def _is_fact(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    fact_type_of(value)


def _is_source(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, Source):
        msg = f"Given.source: expected a Source or None, got {value!r}"
        raise ArgumentTypeError(msg)


def _is_hedge(_: Any, __: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or value not in HEDGES:
        msg = f"Given.hedge: {value!r} is no hedge{did_you_mean(str(value), HEDGES)}"
        raise ArgumentValueError(msg) if isinstance(value, str) else ArgumentTypeError(msg)


def _likelihood(value: float | tuple[float, float] | Likelihood | Scale | None) -> Likelihood | None:
    if value is None:
        return None
    from pow_rules.scales import likelihood_of  # noqa: PLC0415 - most facts are given without a number

    return likelihood_of(value, "Given.likelihood")


@attrs.frozen(repr=False)
class Given(_Sparse):
    """A fact together with the source that gives it, and how strongly that is said.

    A source says one thing of a fact: asserted again with another hedge or likelihood, it says that instead.

    Args:
        fact: the fact.
        source: who says so; None if nobody is named.
        hedge: how strongly it is said: `"certain"`, `"probable"` or `"possible"`.
        likelihood: how likely it is said to be: a probability, a pair of them, or a band of `pow_rules.scales`; None
            without a number.

    Raises:
        NotAFactError: for something that is no fact.
        ArgumentTypeError: for something that is no source, hedge or likelihood.
        ArgumentValueError: for a hedge or a number that there is not.

    >>> from pow_rules import fact
    >>> from pow_rules.scales import ICD203
    >>> @fact
    ... class Asked:
    ...     \"\"\"{who} is asked\"\"\"
    ...     who: str
    >>> print(Given(Asked("Kyiv"), Source("a diplomat"), hedge="probable", likelihood=ICD203.LIKELY))
    Kyiv is asked (a diplomat, probable, likely (55-80 %))
    """

    fact: Any = attrs.field(validator=_is_fact)
    source: Source | None = attrs.field(default=None, validator=_is_source)
    hedge: Hedge = attrs.field(default="certain", kw_only=True, validator=_is_hedge)
    likelihood: Likelihood | None = attrs.field(default=None, kw_only=True, converter=_likelihood)

    def __str__(self) -> str:
        notes = [*([] if self.source is None else [str(self.source)]), *saying(self)]
        return f"{self.fact} ({', '.join(notes)})" if notes else str(self.fact)


@attrs.frozen(repr=False)
class Attestation(_Sparse):
    """What one source says of one fact.

    Attributes:
        source: the source; None if nobody is named.
        hedge: how strongly it says so.
        likelihood: how likely it says that it is; None without a number.
    """

    source: Source | None = None
    hedge: Hedge = "certain"
    likelihood: Likelihood | None = None

    def __str__(self) -> str:
        return ", ".join(("an unnamed source" if self.source is None else str(self.source), *saying(self)))


def attestation_of(given: Given) -> Attestation:
    """Give what a given says of its fact."""
    return Attestation(given.source, given.hedge, given.likelihood)


PLAIN = Attestation()
"""What is said of a fact that is asserted as such: one object, as most facts are."""


def saying(said: Given | Attestation) -> list[str]:
    """Give how strongly something is said, where that is not certain, and how likely, where there is a number."""
    return [
        *([] if said.hedge == "certain" else [said.hedge]),
        *([] if said.likelihood is None else [str(said.likelihood)]),
    ]


def in_order(attestations: Iterable[Attestation]) -> tuple[Attestation, ...]:
    """Give what is said of a fact in an order that does not hang on when it was said."""
    return tuple(sorted(attestations, key=lambda said: (str(said), repr(said))))


def by_whom(attestations: Iterable[Attestation]) -> str:
    """Tell who says something, in an order that does not hang on when they did; empty where nothing is to be told.

    Args:
        attestations: what is said of one fact.

    >>> by_whom([Attestation(Source("a paper")), Attestation(Source("a diplomat"), "probable"), PLAIN])
    'by a diplomat, probable; a paper; an unnamed source'
    >>> by_whom([PLAIN])
    ''
    """
    said = list(attestations)
    if all(one.source is None or not saying(one) for one in said):
        # An unnamed source is worth a word only beside one that is less than certain.
        said = [one for one in said if one.source is not None or saying(one)]
    if len(said) == 1 and said[0].source is None:
        return ", ".join(saying(said[0]))
    named = sorted(str(one) for one in said if one.source is not None)
    unnamed = [str(one) for one in said if one.source is None]
    return f"by {'; '.join([*named, *unnamed])}" if said else ""


def given_by(attestations: Iterable[Attestation]) -> str:
    """Tell that something is given, and by whom.

    Args:
        attestations: what is said of one fact.

    >>> given_by([Attestation(Source("a paper"), "possible")]), given_by([Attestation(None, "possible")])
    ('given by a paper, possible', 'given, possible')
    """
    told = by_whom(attestations)
    return "given" + (f" {told}" if told.startswith("by ") else f", {told}" if told else "")

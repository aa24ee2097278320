"""What a source, a grade and a given may be, and how they print."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pow_rules import Given, Source, fact
from pow_rules.errors import ArgumentTypeError, ArgumentValueError, NotAFactError
from pow_rules.grades import CREDIBILITIES, RELIABILITIES, bar_of, is_below, is_ungraded
from pow_rules.hedges import HEDGES
from pow_rules.scales import ICD203, Likelihood
from pow_rules.sources import PLAIN, Attestation, by_whom, given_by, in_order

DAY = dt.date(2025, 3, 4)


@fact
class Asked:
    """{who} is asked"""

    who: str


KYIV = Asked("Kyiv")


@pytest.mark.parametrize(
    ("source", "grade", "printed"),
    [
        (Source("x"), "", "x"),
        (Source("x", locator="p. 1"), "", "x, p. 1"),
        (Source("x", reliability="C"), "C", "x (C)"),
        (Source("x", credibility=3), "3", "x (3)"),
        (Source("x", reliability="F", credibility=6), "F6", "x (F6)"),
        (Source("x", origin="y"), "", "x (from y)"),
        (Source("x", origin="x"), "", "x"),
        (Source("x", date=DAY), "", "x (2025-03-04)"),
        (
            Source("x", origin="y", reliability="C", credibility=3, date=DAY, locator="¶5"),
            "C3",
            "x, ¶5 (C3, from y, 2025-03-04)",
        ),
    ],
)
def test_sources_print_what_is_set(source: Source, grade: str, printed: str) -> None:
    """A source prints name and locator, and grade, origin and date where there are any; so does what would make it."""
    assert (source.grade, str(source)) == (grade, printed)
    assert eval(repr(source), {"Source": Source, "datetime": dt}) == source  # noqa: S307 - our own text
    assert "None" not in repr(source)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": 1}, ArgumentTypeError, r"Source.name: expected some text, got 1"),
        ({"name": None}, ArgumentTypeError, r"Source.name: expected some text, got None"),
        ({"name": " "}, ArgumentValueError, r"Source.name: expected some text, got ' '"),
        ({"origin": ""}, ArgumentValueError, r"Source.origin: expected some text, got ''"),
        ({"locator": 7}, ArgumentTypeError, r"Source.locator: expected some text, got 7"),
        ({"reliability": "G"}, ArgumentValueError, r'from "A" to "F", or None, got \'G\'$'),
        ({"reliability": "c"}, ArgumentValueError, r'got \'c\'; did you mean "C"\?'),
        ({"reliability": "AB"}, ArgumentValueError, r'from "A" to "F"'),
        ({"reliability": 3}, ArgumentTypeError, r"Source.reliability"),
        ({"credibility": 0}, ArgumentValueError, r"a whole number from 1 to 6, or None, got 0"),
        ({"credibility": 7}, ArgumentValueError, r"got 7"),
        ({"credibility": True}, ArgumentTypeError, r"got True"),
        ({"credibility": "3"}, ArgumentTypeError, r"got '3'"),
        ({"date": "2025-03-04"}, ArgumentTypeError, r"expected a datetime.date or None, got '2025-03-04'"),
        ({"date": dt.datetime(2025, 3, 4, tzinfo=dt.UTC)}, ArgumentTypeError, r"Source.date"),
    ],
)
def test_what_is_no_source(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    """What a part of a source cannot be is refused, and the message says what it can."""
    with pytest.raises(error, match=message):
        Source(**{"name": "x", **arguments})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"hedge": "sure"}, ArgumentValueError, r"Given.hedge: 'sure' is no hedge; .*certain, probable, possible"),
        ({"hedge": "probabel"}, ArgumentValueError, r"did you mean 'probable'"),
        ({"hedge": None}, ArgumentTypeError, r"Given.hedge: None"),
        ({"likelihood": 1.5}, ArgumentValueError, r"Given.likelihood"),
        ({"likelihood": "likely"}, ArgumentTypeError, r"Given.likelihood"),
        ({"source": "x"}, ArgumentTypeError, r"Given.source: expected a Source or None, got 'x'"),
        ({"fact": "x"}, NotAFactError, r"'x'"),
    ],
)
def test_what_is_no_given(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    """A given names a fact, a source, a hedge and a likelihood, and nothing else in their place."""
    with pytest.raises(error, match=message):
        Given(**{"fact": KYIV, **arguments})


def test_givens_print_all_that_is_said() -> None:
    """A given prints its fact, its source, and how strongly that says so."""
    assert str(Given(KYIV)) == "Kyiv is asked"
    assert str(Given(KYIV, hedge="possible")) == "Kyiv is asked (possible)"
    assert str(Given(KYIV, Source("x"), likelihood=0.6)) == "Kyiv is asked (x, 60 %)"
    assert Given(KYIV, likelihood=(0.55, 0.8)).likelihood == Likelihood(0.55, 0.8)
    assert Given(KYIV, likelihood=ICD203.LIKELY).likelihood is ICD203.LIKELY.value
    assert repr(Given(KYIV)) == "Given(fact=Asked(who='Kyiv'))"
    assert repr(Given(KYIV, Source("x"), hedge="possible")) == (
        "Given(fact=Asked(who='Kyiv'), source=Source(name='x'), hedge='possible')"
    )


def test_who_says_so() -> None:
    """Sources are named in order; the unnamed one only where something is less than certain."""
    x, y = Attestation(Source("x")), Attestation(Source("y"), "possible")
    assert (given_by([]), given_by([PLAIN])) == ("given", "given")
    assert given_by([y, x]) == given_by([x, y]) == "given by x; y, possible"
    assert given_by([PLAIN, x]) == "given by x"
    assert given_by([PLAIN, y]) == "given by y, possible; an unnamed source"
    assert given_by([Attestation(None, "probable"), x]) == "given by x; an unnamed source, probable"
    assert given_by([Attestation(None, "probable")]) == "given, probable"
    assert by_whom([Attestation(Source("x"), likelihood=ICD203.LIKELY.value)]) == "by x, likely (55-80 %)"
    assert in_order([y, PLAIN, x]) == in_order([x, y, PLAIN])


# ---- grades ----------------------------------------------------------------------------------------------------------


RELIABLE = st.none() | st.sampled_from(RELIABILITIES)
CREDIBLE = st.none() | st.sampled_from(CREDIBILITIES)


@given(RELIABLE, CREDIBLE, st.none() | st.sampled_from("ABCDE"), st.none() | st.integers(1, 5))
def test_below_a_grade(reliability: str | None, credibility: int | None, worst: str | None, least: int | None) -> None:
    """A source is below a grade if a grade of it that is known is worse; F, 6 and none are not known."""
    source = Source("x", reliability=reliability, credibility=credibility)
    known = reliability in set("ABCDE"), credibility in {1, 2, 3, 4, 5}
    is_worse = bool(known[0] and worst and str(reliability) > worst), bool(known[1] and least and credibility > least)
    assert is_below(source, (worst, least)) == any(is_worse)
    assert is_ungraded(source, (worst, least)) == bool((worst and not known[0]) or (least and not known[1]))
    if worst or least:
        assert bar_of(f"{worst or ''}{least or ''}") == (worst, least)


@pytest.mark.parametrize(
    ("below", "error", "message"),
    [
        ("", ArgumentValueError, r'expected a grade from A1 to E5, as "C3", "C" or "3", got \'\''),
        ("3C", ArgumentValueError, r"got '3C'"),
        ("c3", ArgumentValueError, r'did you mean "C3"\?'),
        ("G1", ArgumentValueError, r"got 'G1'"),
        ("C7", ArgumentValueError, r"got 'C7'"),
        ("F", ArgumentValueError, r"nothing is below that"),
        ("C6", ArgumentValueError, r"F and 6 say that a grade is unknown"),
        (3, ArgumentTypeError, r"got 3"),
    ],
)
def test_what_is_no_grade(below: object, error: type[Exception], message: str) -> None:
    """What cannot be a bar is refused."""
    with pytest.raises(error, match=message):
        bar_of(below)


def test_an_attestation_is_what_a_given_says() -> None:
    """Attestations have all of a given but its fact, and the hedges that there are."""
    assert [*attrs.fields_dict(Attestation)] == [name for name in attrs.fields_dict(Given) if name != "fact"]
    assert [str(Attestation(Source("x"), hedge)) for hedge in HEDGES] == ["x", "x, probable", "x, possible"]

"""Likelihoods and the scales of words for them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.scales import ICD203, PHIA, Likelihood, Scale, likelihood_of, words_for

SHARES = st.floats(0, 1) | st.integers(0, 100).map(lambda percent: percent / 100)
RANGES = st.tuples(SHARES, SHARES).map(lambda pair: (min(pair), max(pair)))
SCALES = st.sampled_from([ICD203, PHIA])
NOISE = 1e-12
"""What printing may drop: the digits that float arithmetic adds."""


@settings(max_examples=300)
@given(RANGES)
def test_what_is_printed_holds_wherever_the_range_does(ends: tuple[float, float]) -> None:
    """The printed range contains the range, and is at most a tenth of a per cent wider at each end."""
    likelihood = Likelihood(*ends)
    printed = [float(part) / 100 for part in likelihood.range.split("-")]
    low, high = printed[0], printed[-1]
    if likelihood.is_point:
        assert len(printed) == 1
        assert low == pytest.approx(likelihood.low, abs=0.0005 + NOISE)
    else:
        assert low - NOISE <= likelihood.low
        assert likelihood.high <= high + NOISE
        assert low == pytest.approx(likelihood.low, abs=0.001 + NOISE)
        assert high == pytest.approx(likelihood.high, abs=0.001 + NOISE)


@settings(max_examples=300)
@given(SHARES)
def test_nothing_is_printed_as_impossible_or_certain_that_is_not(share: float) -> None:
    """Only 0 prints as 0 per cent, and only 1 as 100, but for the noise of floats."""
    shown = str(Likelihood(share, share))
    assert (shown == "0 %") == (share == 0)
    assert (shown == "100 %") <= (share > 1 - NOISE)


@settings(max_examples=300)
@given(RANGES, SCALES)
def test_a_band_is_named_only_for_what_lies_in_it(ends: tuple[float, float], scale: type[Scale]) -> None:
    """A word is given exactly where one band, and only one, contains all of the range."""
    low, high = ends
    around = [band.value for band in scale if band.value.low <= low and high <= band.value.high]
    assert words_for(low, high, scale) == (around[0] if len(around) == 1 else None)


@settings(max_examples=100)
@given(RANGES)
def test_all_ways_to_say_a_likelihood_agree(ends: tuple[float, float]) -> None:
    """A pair says what a Likelihood of it says, a number what a pair of it twice does, and what is said stays so."""
    low, high = ends
    said = likelihood_of(ends)
    assert said == likelihood_of(said) == Likelihood(low, high)
    assert likelihood_of(low) == likelihood_of((low, low))
    assert likelihood_of(low).is_point


@pytest.mark.parametrize("band", [*ICD203, *PHIA])
def test_a_member_says_its_band(band: Scale) -> None:
    """A member of a scale is as good as its band, prints with its word, and is the word for its own range."""
    said = likelihood_of(band)
    assert said is band.value
    assert str(band) == str(said) == f"{said.word} ({said.range} %)"
    assert words_for(said.low, said.high, type(band)) is said
    assert band.name.lower().replace("_", " ") == said.word


def test_the_bands_of_icd_203() -> None:
    """The seven bands of ICD 203 touch each other, from 1 to 99 per cent."""
    bands = [band.value for band in ICD203]
    ends = [0.01, 0.05, 0.20, 0.45, 0.55, 0.80, 0.95, 0.99]
    assert [(band.low, band.high) for band in bands] == list(pairwise(ends))


def test_the_bands_of_the_yardstick() -> None:
    """The seven bands of the PHIA yardstick keep a distance to each other, from 0 to 100 per cent."""
    bands = [band.value for band in PHIA]
    ends = [(0, 0.05), (0.1, 0.2), (0.25, 0.35), (0.4, 0.5), (0.55, 0.75), (0.8, 0.9), (0.95, 1)]
    assert [(band.low, band.high) for band in bands] == ends
    assert all(words_for(gap, gap, PHIA) is None for gap in (0.07, 0.22, 0.37, 0.52, 0.78, 0.92))


@pytest.mark.parametrize(
    ("low", "high", "scale", "word"),
    [
        (0.55**3, 0.9395, ICD203, None),  # the chain of three that are likely
        (0.6, 0.6, ICD203, "likely"),
        (0.55, 0.80, ICD203, "likely"),
        (0.55, 0.80, PHIA, None),
        (0.80, 0.80, ICD203, None),  # a border that two bands share
        (0.80, 0.80, PHIA, "highly likely"),
        (0.50, 0.60, ICD203, None),
        (1.0, 1.0, ICD203, None),
        (1.0, 1.0, PHIA, "almost certain"),
    ],
)
def test_words_by_example(low: float, high: float, scale: type[Scale], word: str | None) -> None:
    """A chain is not likely because its weakest step is; an end that meets a band's is not enough."""
    found = words_for(low, high, scale)
    assert (found and found.word) == word


@pytest.mark.parametrize(
    ("likelihood", "shown"),
    [
        (Likelihood(0.55, 0.8, "likely", "ICD 203"), "likely (55-80 %)"),
        (Likelihood(0.6, 0.6), "60 %"),
        (Likelihood(0.546, 0.546), "54.6 %"),
        (Likelihood(0.55**3, 0.9395), "16.6-94 %"),
        (Likelihood(0.1 + 0.2, 0.7), "30-70 %"),
        (Likelihood(0, 1), "0-100 %"),
        (Likelihood(0.0004, 0.9996), "0.04-99.96 %"),
        (Likelihood(-0.0, 0), "0 %"),
    ],
)
def test_how_likelihoods_print(likelihood: Likelihood, shown: str) -> None:
    """A likelihood prints in ASCII, its word before the numbers, rounded outwards to a tenth."""
    assert str(likelihood) == shown
    assert shown.isascii()


REFUSED: list[tuple[object, type[Exception], str]] = [
    ("likely", TypeError, "got 'likely': write ICD203.LIKELY or PHIA.LIKELY"),
    ("almost certain", TypeError, "write ICD203.ALMOST_CERTAIN or PHIA.ALMOST_CERTAIN"),
    ("of course", TypeError, "or a member of a scale, got 'of course'"),
    (True, TypeError, "got True"),
    (None, TypeError, "a pair (low, high) of them, a Likelihood, or a member of a scale, got None"),
    ([0.1, 0.2], TypeError, "got [0.1, 0.2]"),
    ((0.1, 0.2, 0.3), TypeError, "got (0.1, 0.2, 0.3)"),
    ((0.1, False), TypeError, "likelihood[1]: expected a number from 0 to 1, got False"),
    ((0.1, "x"), TypeError, "likelihood[1]: expected a number from 0 to 1, got 'x'"),
    ((0.8, 0.2), ValueError, "likelihood: expected a pair with the lower number first, got (0.8, 0.2)"),
    ((-0.1, 0.2), ValueError, "likelihood[0]: expected a number from 0 to 1, got -0.1"),
    (60, ValueError, "likelihood: expected a number from 0 to 1, got 60; in per cent? then 0.6"),
    (float("nan"), ValueError, "likelihood: expected a number from 0 to 1, got nan"),
    (float("inf"), ValueError, "got inf"),
    (-1, ValueError, "got -1"),
]


@pytest.mark.parametrize(("value", "error", "message"), REFUSED, ids=lambda value: str(value)[:20])
def test_what_is_no_likelihood_is_refused(value: object, error: type[Exception], message: str) -> None:
    """What is no likelihood is refused, with what was expected and what to write instead."""
    with pytest.raises(ArgumentTypeError if error is TypeError else ArgumentValueError) as caught:
        likelihood_of(value)
    assert message in str(caught.value)


def test_a_name_for_the_value_is_in_the_message() -> None:
    """The caller's name for the value stands in the message."""
    with pytest.raises(ArgumentValueError, match=r"Given\.likelihood: expected a number from 0 to 1, got 2"):
        likelihood_of(2, "Given.likelihood")


BAD_ENDS: list[tuple[Any, Any, str]] = [
    (0.8, 0.2, "Likelihood: expected low to be at most high, got 0.8 and 0.2"),
    ("a", 1, "Likelihood.low: expected a number from 0 to 1, got 'a'"),
    (0, 2, "Likelihood.high: expected a number from 0 to 1, got 2"),
    (False, 1, "Likelihood.low: expected a number from 0 to 1, got False"),
    (0, 10**400, "Likelihood.high: expected a number from 0 to 1"),
    (0, float("nan"), "Likelihood.high: expected a number from 0 to 1, got nan"),
]


@pytest.mark.parametrize(("low", "high", "message"), BAD_ENDS)
def test_a_likelihood_checks_its_ends(low: Any, high: Any, message: str) -> None:
    """Ends that are no probabilities, or the wrong way round, are refused."""
    with pytest.raises((ArgumentTypeError, ArgumentValueError)) as caught:
        Likelihood(low, high)
    assert message in str(caught.value)


def test_words_are_text() -> None:
    """A likelihood's word and scale are text."""
    no_text: Any = 7
    with pytest.raises(ArgumentTypeError, match=r"Likelihood\.word: expected some text, got 7"):
        Likelihood(0, 1, no_text)


def test_a_scale_of_ones_own() -> None:
    """A subclass of Scale is a scale; what is none is refused."""

    class Coin(Scale):
        EITHER = Likelihood(0.5, 0.5, "heads or tails", "coin")

    assert words_for(0.5, 0.5, Coin) is Coin.EITHER.value
    assert words_for(0.4, 0.5, Coin) is None
    no_scale: Any = "ICD203"
    with pytest.raises(ArgumentTypeError, match="scale: expected a scale, as ICD203 or PHIA, got 'ICD203'"):
        words_for(0.5, 0.5, no_scale)


def test_a_scale_without_likelihoods_is_told() -> None:
    """A member whose value is no likelihood is refused where it is used."""

    class Odd(Scale):
        SURE = "sure"

    with pytest.raises(ArgumentTypeError, match=r"likelihood=<Odd\.SURE: 'sure'>"):
        likelihood_of(Odd.SURE)

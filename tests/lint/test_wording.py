"""Words for how sure something is, looked for one by one in texts that are put together at random."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules.wording import band_words, confidence_words, consequences, hedge_words

HEDGES = {
    "perhaps": "possible",
    "maybe": "possible",
    "may": "possible",
    "possibly": "possible",
    "possible": "possible",
    "likely": "probable",
    "unlikely": "probable",
    "probably": "probable",
    "probable": "probable",
    "presumably": "probable",
    "certainly": "certain",
    "surely": "certain",
}
NEUTRAL = ["Kyiv", "mayor", "mighty", "dismay", "unlikeliness", "answers", "a", "certain", "goes", "impossible"]
WORDS = st.lists(st.sampled_from([*HEDGES, *NEUTRAL]), max_size=8)
CASES = st.sampled_from([str.lower, str.upper, str.capitalize])


@settings(max_examples=200)
@given(WORDS, CASES, st.sampled_from([" ", ", ", " – ", "\n"]))
def test_every_hedge_is_found_and_nothing_else(words: list[str], case: object, between: str) -> None:
    """The hedges found are those among the words, in order and as they are written, whatever stands between them."""
    assert callable(case)
    written = [str(case(word)) for word in words]
    found = hedge_words(between.join(written))
    assert [(word.text, word.hedge) for word in found] == [
        (as_written, HEDGES[word]) for word, as_written in zip(words, written, strict=True) if word in HEDGES
    ]


@settings(max_examples=100)
@given(WORDS, WORDS, st.sampled_from(["If", "when", "Where", "once", "Unless", "because"]))
def test_conditions_are_left_out(condition: list[str], conclusion: list[str], word: str) -> None:
    """Of a sentence with its condition before a comma, what hedges the conclusion is found, and nothing else."""
    sentence = f"{word} {' '.join(condition)}, {' '.join(conclusion)}."
    assert hedge_words(consequences(sentence)) == hedge_words(" ".join(conclusion))


@settings(max_examples=100)
@given(WORDS)
def test_allowed_words_are_not_found(words: list[str]) -> None:
    """A word that is allowed is not found; the others still are."""
    text = " ".join(words)
    assert hedge_words(text, {"may", "likely"}) == tuple(
        word for word in hedge_words(text) if word.text not in {"may", "likely"}
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It is almost certain.", ["almost certain"]),
        ("It is nearly certainly so.", ["nearly certainly"]),
        ("It might not be so, and could be otherwise.", ["might", "could"]),
        ("It could not be so, couldn't it?", []),
        ("Its might is great in May 2025 and until May.", ["might"]),  # a noun that is taken for a verb
        ("The might of May 5.", []),
    ],
)
def test_hedges_by_example(text: str, words: list[str]) -> None:
    """What is longer is found before what is shorter, and what is no hedge is left alone, but for rare nouns."""
    assert [word.text for word in hedge_words(text)] == words


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        ("very likely", {"very likely": [(0.8, 0.95)]}),
        ("highly probable", {"highly probable": [(0.8, 0.95)]}),
        ("Likely, and probably", {"Likely": [(0.55, 0.8), (0.55, 0.75)], "probably": [(0.55, 0.8), (0.55, 0.75)]}),
        ("a remote chance in a remote place", {"remote chance": [(0, 0.05)]}),
        ("not likely, less likely, how likely", {}),
        ("unlikely", {"unlikely": [(0.2, 0.45), (0.25, 0.35)]}),
        ("roughly even odds", {"roughly even odds": [(0.45, 0.55)]}),
    ],
)
def test_words_of_bands(text: str, bands: dict[str, list[tuple[float, float]]]) -> None:
    """A word names the bands of both scales that have it; the longest word counts, and comparisons name none."""
    found = {word: [(band.low, band.high) for band in named] for word, named in band_words(text).items()}
    assert found == bands


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("With High Confidence, so it is.", "High Confidence"),
        ("We have very low confidence in it.", "very low confidence"),
        ("We are highly confident.", "highly confident"),
        ("A vote of confidence is high.", ""),
        ("They are confident.", ""),
    ],
)
def test_words_of_confidence(text: str, words: str) -> None:
    """Confidence is found where it is graded."""
    assert confidence_words(text) == words

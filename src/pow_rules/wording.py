"""English words for how sure something is: which hedge a word says, which band of a scale, which confidence.

Words are looked for as whole words, in capitals or not, and in English only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.record import Record
from pow_rules.scales import ICD203, PHIA, Likelihood

if TYPE_CHECKING:
    from collections.abc import Container

    from pow_rules.hedges import Hedge

__all__ = [
    "SCALES",
    "HedgeWord",
    "attribution_word",
    "band_words",
    "confidence_words",
    "consequences",
    "hedge_words",
    "sentences",
]


@attrs.frozen(repr=False)
class HedgeWord(Record):
    """A word that hedges, as it was written, and the hedge that it says."""

    text: str
    hedge: Hedge


def _whole(*words: str) -> str:
    return rf"\b(?:{'|'.join(words)})\b"


# The month has a capital, and stands after these or beside a number. "Could not" says what was impossible.
_BEFORE_MONTH = "|".join(
    rf"(?<=\b{word} )"
    for word in ("in", "In", "by", "of", "since", "until", "early", "late", "mid", "last", "next", "this")
)
_MONTH = rf"\bMay\b(?=,? \d)|(?:(?<=\d )|{_BEFORE_MONTH})May\b"
_NO_HEDGE = re.compile(
    rf"{_MONTH}|\b(?i:could(?: not|n't|n’t)|might(?= of\b| and\b| in\b|[.;]|$))\b|\b(?i:impossibl[ey])\b"
)
_BY_HEDGE: tuple[tuple[Hedge, re.Pattern[str]], ...] = (
    # "Almost certain" comes before "certain", and so on: what is found is taken out.
    ("probable", re.compile(_whole("(?:almost|nearly|fairly) certain(?:ly)?"), re.IGNORECASE)),
    (
        "possible",
        re.compile(_whole("may", "might", "could", "perhaps", "maybe", "possib(?:le|ly)"), re.IGNORECASE),
    ),
    (
        "probable",
        re.compile(_whole("(?:un)?likely", "(?:im)?probabl[ey]", "presumably"), re.IGNORECASE),
    ),
    (
        "certain",
        re.compile(_whole("certainly", "surely", "undoubtedly", "inevitably", "without (?:a )?doubt"), re.IGNORECASE),
    ),
)

_ATTRIBUTION = re.compile(_whole("reportedly", "allegedly", "supposedly", "purportedly"), re.IGNORECASE)
_CONFIDENCE = re.compile(
    _whole("(?:very )?(?:high|moderate|medium|low) confidence", "(?:highly|moderately) confident"), re.IGNORECASE
)

_SAME_BAND: dict[str, str] = {
    "highly improbable": "very unlikely",
    "improbable": "unlikely",
    "improbably": "unlikely",
    "roughly even odds": "roughly even chance",
    "probable": "likely",
    "probably": "likely",
    "highly probable": "very likely",
    "nearly certain": "almost certain",
    "almost certainly": "almost certain",
}
"""The second row of ICD 203, and adverbs: other words for the same bands."""

SCALES: tuple[str, ...] = tuple(dict.fromkeys(band.value.scale for scale in (ICD203, PHIA) for band in scale))
"""The scales whose words are known here."""

_BANDS: tuple[Likelihood, ...] = tuple(band.value for scale in (ICD203, PHIA) for band in scale)
_BAND_WORDS = sorted({*_SAME_BAND, *(band.word for band in _BANDS)}, key=len, reverse=True)
_BAND = re.compile(
    rf"(?P<before>{_whole('less', 'more', 'most', 'least', 'how', 'not', 'as', 'so', 'too', 'equally')} )?"
    rf"(?P<word>{_whole(*_BAND_WORDS)})",
    re.IGNORECASE,
)

_CONDITION = re.compile(
    r"(?:^|(?<=[\s(]))(?:if|when|whenever|where|wherever|once|while|unless|until|whether|because"
    r"|since|as long as|provided that)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# "A country that may become involved", "whoever is likely to come": that belongs to the condition.
_RELATIVE = re.compile(
    r"\b(?:who|which|whom|that|whoever|whatever|whichever)\s+(?:(?:is|are|was|were)\s+)?(?=\w)(?P<word>\w+)",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[str, ...]:
    """Give the sentences of a text.

    >>> sentences("It goes. Does it? Yes, at 5.30")
    ('It goes.', 'Does it?', 'Yes, at 5.30')
    """
    return tuple(part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip())


def consequences(statement: str) -> str:
    """Give a rule's statement without the clauses that say under which condition it holds.

    A clause goes from a comma, or a word such as "if", to the next comma; what is said of "a country that may..." is a
    condition as well.

    >>> consequences("If it may rain, the street gets wet, unless it is covered.")
    'the street gets wet'
    """
    kept: list[str] = []
    for sentence in sentences(statement):
        clauses = (_CONDITION.sub("", clause) for clause in re.split(r"[,;:]", sentence))
        kept += [_without_relatives(clause).strip() for clause in clauses]
    return ", ".join(clause for clause in kept if clause.strip("."))


def hedge_words(text: str, allowed: Container[str] = ()) -> tuple[HedgeWord, ...]:
    """Give the words of a text that hedge, in the order of the text.

    Args:
        text: the text.
        allowed: words, in small letters, that are no hedges here.

    >>> hedge_words("Perhaps, in May, it could not probably be so.")
    (HedgeWord(text='Perhaps', hedge='possible'), HedgeWord(text='probably', hedge='probable'))
    """
    rest = _NO_HEDGE.sub(_blank, text)
    found: list[tuple[int, HedgeWord]] = []
    for hedge, pattern in _BY_HEDGE:
        found += [(match.start(), HedgeWord(match[0], hedge)) for match in pattern.finditer(rest)]
        rest = pattern.sub(_blank, rest)
    return tuple(word for _, word in sorted(found, key=lambda pair: pair[0]) if word.text.lower() not in allowed)


def band_words(text: str) -> dict[str, tuple[Likelihood, ...]]:
    """Give the words of a text that name a band, each with the bands of the two scales that have it.

    >>> {word: [str(band) for band in bands] for word, bands in band_words("This is very likely.").items()}
    {'very likely': ['very likely (80-95 %)']}
    """
    found: dict[str, tuple[Likelihood, ...]] = {}
    for match in _BAND.finditer(text):
        if not match["before"]:
            word = match["word"].lower()
            found[match["word"]] = tuple(band for band in _BANDS if band.word == _SAME_BAND.get(word, word))
    return found


def confidence_words(text: str) -> str:
    """Give the words of a text that grade an analyst's confidence; empty without any.

    >>> confidence_words("With high confidence, it is so."), confidence_words("It has the people's confidence.")
    ('high confidence', '')
    """
    match = _CONFIDENCE.search(text)
    return match[0] if match else ""


def attribution_word(text: str) -> str:
    """Give the word of a text that says that others say so; empty without one.

    >>> attribution_word("It is reportedly so.")
    'reportedly'
    """
    match = _ATTRIBUTION.search(text)
    return match[0] if match else ""


def _blank(match: Any) -> str:
    return " " * len(match[0])


def _without_relatives(clause: str) -> str:
    return _RELATIVE.sub(lambda match: "" if hedge_words(match["word"]) else match[0], clause)

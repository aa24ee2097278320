"""A lint for words: where a program says how sure something is in the wrong place, or in two ways that differ.

It reads English, and only what can be decided from words and numbers: what it does not find need not be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.facts import fact_type, fact_type_of
from pow_rules.hedges import HEDGES
from pow_rules.record import Record
from pow_rules.rules import Rule
from pow_rules.sources import Given
from pow_rules.wording import (
    SCALES,
    HedgeWord,
    attribution_word,
    band_words,
    confidence_words,
    consequences,
    hedge_words,
    sentences,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pow_rules.constraints import Constraint
    from pow_rules.facts import FactType
    from pow_rules.hedges import Hedge
    from pow_rules.location import Location
    from pow_rules.program import Program
    from pow_rules.scales import Likelihood

__all__ = ["Finding", "lint"]

Found = tuple[str, str]
"""What was found: its kind, and what is wrong."""

Hedging = Callable[[str], tuple[HedgeWord, ...]]
"""What finds the words of a text that hedge."""

_EVEN = 0.5
_NEARLY = 0.95
"""From where on both scales say "almost certain": a number as high goes with a rule that is said flatly."""


_OF_THE_CONTRARY = ("unlikely", "improbable", "improbably")
"""What says how sure the contrary is."""


@attrs.frozen(repr=False)
class Finding(Record):
    """Something that the lint found. It prints on one line, with file and line.

    Attributes:
        what: the kind of finding, as `"hedged phrase"`.
        where: the file and line of the fact type or rule; None for a given, which has none.
        who: what it is about, as `"rule talks_follow"`.
        text: what is wrong, and what to write instead.
    """

    what: str
    where: Location | None
    who: str
    text: str

    def __str__(self) -> str:
        return f"{'' if self.where is None else f'{self.where}: '}{self.what}: {self.who}: {self.text}"


def lint(program: Program, givens: Iterable[Any] = (), *, allowed: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Find words for how sure something is that stand in the wrong place, or contradict a hedge or a number.

    It reads the phrases and names of the fact types, the statements of the rules and constraints, and givens. Words
    are looked for as whole words, in English only.

    Args:
        program: the program.
        givens: facts or `Given`s to look at besides, as `session.givens()`.
        allowed: words that are no hedges in this program, as `"may"` where it speaks of permissions.

    Returns:
        What was found: first of the fact types, then of rules and constraints, then of the givens, each in their order.

    Raises:
        NotAFactError: for a given that is no fact.
        ArgumentTypeError: for a single word where several are expected.
        ArgumentValueError: for an allowed word that is not looked for.

    >>> from pow_rules import Program, conclude, fact, rule
    >>> @fact
    ... class Asked:
    ...     \"\"\"{who} is asked\"\"\"
    ...     who: str
    >>> @rule
    ... def asking_helps(a: Asked) -> None:
    ...     \"\"\"Whoever is asked may answer.\"\"\"
    ...     conclude(Asked, who=a.who)
    >>> for finding in lint(Program([asking_helps])):
    ...     print(finding.what, "-", finding.text)
    said less surely - its statement says "may", and the rule is certain: write hedge="possible", or state it flatly
    """
    return tuple(_findings(program, givens, partial(hedge_words, allowed=_words(allowed))))


def _words(allowed: Iterable[str]) -> frozenset[str]:
    if isinstance(allowed, str):
        msg = f"allowed: expected several words, got one, {allowed!r}: put it into a list"
        raise ArgumentTypeError(msg)
    words = frozenset(word.lower() for word in allowed)
    for word in words:
        if not hedge_words(f"it {word} be"):  # on its own, "might" is no verb
            msg = f"allowed: {word!r} is no word that is looked for"
            raise ArgumentValueError(msg)
    return words


def _findings(program: Program, givens: Iterable[Any], hedging: Hedging) -> Iterator[Finding]:
    mentioned = [cls for conditional in program.conditionals for cls in conditional.fact_types]
    for cls in dict.fromkeys([*mentioned, *program.fact_types]):
        described = fact_type(cls)
        for what, text in (each for look in OF_TYPES for each in look(described, hedging)):
            yield Finding(what, described.location, f"fact type {described.name}", text)
    for conditional in program.conditionals:
        found = [each for look in OF_CONDITIONALS for each in look(conditional, hedging)]
        found += (
            [each for look in OF_RULES for each in look(conditional, hedging)] if isinstance(conditional, Rule) else []
        )
        for what, text in found:
            yield Finding(what, conditional.location, f"{conditional.noun} {conditional.name}", text)
    for entry in givens:
        given = entry if isinstance(entry, Given) else Given(entry)
        for what, text in (each for look in OF_GIVENS for each in look(given, hedging)):
            yield Finding(what, None, f"given {given}", text)


def _hedged_phrase(described: FactType, hedging: Hedging) -> Iterator[Found]:
    phrase = _literal(described)
    for word in hedging(phrase):
        yield "hedged phrase", f'its phrase says "{word.text}": a phrase states; say how surely in a hedge'
    if told := attribution_word(phrase):
        yield "attributed phrase", f'its phrase says "{told}": a phrase states; say who says so in a Source'


def _hedged_name(described: FactType, hedging: Hedging) -> Iterator[Found]:
    # In a name, "may" only hedges as its first word: elsewhere it is the month.
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", described.name)
    words = hedging(" ".join(part.lower() for i, part in enumerate(parts) if i == 0 or part.lower() != "may"))
    for word in words:
        yield "hedged name", f'its name says "{word.text}": name what it states, and say how surely in a hedge'


def _confidence_in_phrase(described: FactType, hedging: Hedging) -> Iterator[Found]:
    yield from _mixed(hedging, "its phrase", _literal(described))


def _less_surely(rule: Rule, hedging: Hedging) -> Iterator[Found]:
    weakest = _weakest(hedging(consequences(rule.statement)))
    if weakest is not None and _is_weaker(weakest.hedge, rule.hedge):
        said = f'its statement says "{weakest.text}", and the rule is {rule.hedge}'
        yield "said less surely", f'{said}: write hedge="{weakest.hedge}", or state it flatly'


def _more_surely(rule: Rule, hedging: Hedging) -> Iterator[Found]:
    words = hedging(consequences(rule.statement))
    weakest = _weakest(word for word in words if word.text.lower() not in _OF_THE_CONTRARY)
    if weakest is not None and _is_weaker(rule.hedge, weakest.hedge):
        said = f'its statement says "{weakest.text}", and the rule is only {rule.hedge}'
        yield "said more surely", f'{said}: write hedge="{weakest.hedge}", or a weaker word'


def _attributed(rule: Rule | Constraint, _: Hedging) -> Iterator[Found]:
    told = attribution_word(rule.statement)
    if told and rule.attribution is None:
        yield "attributed statement", f'its statement says "{told}", and nobody is named: write attribution="..."'


def _confidence_in_statement(rule: Rule | Constraint, hedging: Hedging) -> Iterator[Found]:
    for sentence in sentences(rule.statement):
        yield from _mixed(hedging, "its statement", sentence)


def _number_of_rule(rule: Rule, hedging: Hedging) -> Iterator[Found]:
    if rule.likelihood is not None:
        yield from _number(hedging, rule.hedge, rule.likelihood, rule.statement)


def _outside_word(rule: Rule, _: Hedging) -> Iterator[Found]:
    named = band_words(consequences(rule.statement))
    if rule.likelihood is None or len(named) != 1:
        return
    ((word, bands),) = named.items()
    likelihood = rule.likelihood
    meant = [band for band in bands if band.scale == likelihood.scale] or bands
    is_foreign = likelihood.scale not in ("", *SCALES)
    if not is_foreign and not any(band.low <= likelihood.low and likelihood.high <= band.high for band in meant):
        wanted = " or ".join(f"{band.range} % ({band.scale})" for band in meant)
        yield "number outside its word", f'its statement says "{word}", {wanted}, and its likelihood is {likelihood}'


def _hedged_value(given: Given, hedging: Hedging) -> Iterator[Found]:
    for value in fact_type_of(given.fact).row(given.fact):
        # Names have capitals: May, and people called so.
        for word in hedging(value) if isinstance(value, str) else ():
            if word.text.islower():
                yield (
                    "hedged given",
                    f'a field says "{word.text}": state it, and say how surely with Given(..., hedge=...)',
                )


def _number_of_given(given: Given, hedging: Hedging) -> Iterator[Found]:
    if given.likelihood is not None:
        yield from _number(hedging, given.hedge, given.likelihood, "")


def _confidence_of_given(given: Given, hedging: Hedging) -> Iterator[Found]:
    yield from _mixed(hedging, "it", str(given))


OF_TYPES: tuple[Callable[[FactType, Hedging], Iterator[Found]], ...] = (
    _hedged_phrase,
    _hedged_name,
    _confidence_in_phrase,
)
"""What is looked for in a fact type."""

OF_CONDITIONALS: tuple[Callable[[Rule | Constraint, Hedging], Iterator[Found]], ...] = (
    _attributed,
    _confidence_in_statement,
)
"""What is looked for in a rule and in a constraint."""

OF_RULES: tuple[Callable[[Rule, Hedging], Iterator[Found]], ...] = (
    _less_surely,
    _more_surely,
    _number_of_rule,
    _outside_word,
)
"""What is looked for in a rule."""

OF_GIVENS: tuple[Callable[[Given, Hedging], Iterator[Found]], ...] = (
    _hedged_value,
    _number_of_given,
    _confidence_of_given,
)
"""What is looked for in a given."""


def _mixed(hedging: Hedging, where: str, text: str) -> Iterator[Found]:
    confidence, likelihood = confidence_words(text), [*band_words(text), *(word.text for word in hedging(text))]
    if confidence and likelihood:
        both = f'{where} says "{likelihood[0]}" and "{confidence}" together'
        yield "likelihood with confidence", f"{both}: one is of what happens, one of the evidence; say them apart"


def _number(hedging: Hedging, hedge: Hedge, likelihood: Likelihood, statement: str) -> Iterator[Found]:
    said = f"it is {hedge}, and its likelihood is {likelihood}"
    may = [word.text for word in hedging(consequences(statement)) if word.hedge == "possible"]
    names_some = likelihood.low > 0 or likelihood.high < 1
    if hedge == "possible" and may and names_some:
        yield (
            "number for may",
            f'its statement says "{may[0]}", which names no number, and its likelihood is {likelihood}',
        )
    elif hedge == "possible" and likelihood.high > _EVEN and names_some:
        yield "number for may", f'{said}: what only may be has no number; leave it out, or write hedge="probable"'
    elif hedge == "probable" and likelihood.high < _EVEN:
        yield "hedge and number", f"{said}: less than even is not probable"
    elif hedge == "certain" and likelihood.low < _NEARLY:
        instead = "possible" if likelihood.high < _EVEN else "probable"
        yield "hedge and number", f'{said}: write hedge="{instead}", or leave the number out'


def _weakest(words: Iterable[HedgeWord]) -> HedgeWord | None:
    return max(words, key=lambda word: HEDGES.index(word.hedge), default=None)


def _is_weaker(one: Hedge, other: Hedge) -> bool:
    return HEDGES.index(one) > HEDGES.index(other)


def _literal(described: FactType) -> str:
    """Give a phrase with a mark for each field; empty for one that is made of names."""
    template = described.phrase.template
    return "".join(literal + ("…" if name else "") for literal, name, _ in described.phrase.parts) if template else ""

"""The lint for words: for everything that it finds, one that must be found and one that must not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Given, Program, Rule, Source, article, conclude, constraint, fact, rule
from pow_rules.errors import ArgumentTypeError, ArgumentValueError, NotAFactError
from pow_rules.lint import Finding, lint
from pow_rules.scales import ICD203, PHIA, Likelihood, Scale

if TYPE_CHECKING:
    from pow_rules.hedges import Hedge


@fact
class Asked:
    """{who} is asked"""

    who: str


@fact
class Answers:
    """{who} answers"""

    who: str


def type_saying(phrase: str, name: str = "Said") -> type:
    """Make a fact type of a phrase; its field is `x`."""
    return fact(type(name, (), {"__doc__": phrase, "__annotations__": {"x": str}, "__module__": __name__}))


def rule_saying(
    statement: str,
    hedge: Hedge = "certain",
    likelihood: float | tuple[float, float] | Likelihood | Scale | None = None,
    attribution: str | None = None,
) -> Rule:
    """Make a rule with a statement."""

    def stated(a: Asked) -> None:
        conclude(Answers, who=a.who)

    stated.__doc__ = statement
    return rule(hedge=hedge, likelihood=likelihood, attribution=attribution)(stated)


def found(*rules: Rule, given: tuple[type, ...] = (), givens: tuple[Any, ...] = ()) -> list[str]:
    """Give the kinds of what is found."""
    return [finding.what for finding in lint(Program(rules, given=(Asked, *given)), givens)]


@pytest.mark.parametrize(
    "phrase",
    [
        "{x} may go",
        "May {x} go",
        "{x} MIGHT go",
        "perhaps {x} goes",
        "{x} could go",
        "{x} likely goes",
        "it is unlikely that {x} goes",
        "{x} is probably away",
        "{x} is a possible destination",
        "{x} is almost certain to go",
        "{x} certainly goes",
        "{x} goes without doubt",
        "{x} might, of course, go",
    ],
)
def test_a_phrase_that_hedges_is_found(phrase: str) -> None:
    """A modal or likelihood word in a phrase is found, in capitals or not."""
    assert found(given=(type_saying(phrase),)) == ["hedged phrase"]


@pytest.mark.parametrize(
    "phrase",
    [
        "{x} goes",
        "{x} goes in May",
        "{x} goes on 5 May",
        "{x} goes on May 5",
        "{x} has been gone since last May",
        "{x} has dismay, mayors, and maybes",
        "{x} shows its might",
        "the might of {x} is broken",
        "{x} could not be reached",
        "{x} is impossible",
        "{x} is an uncertain man",
        "{x} is a certain man",
        "{x} is an option",
        "{x} risks execution",
        "{x} is expected, as of today, to go",
        "{x} is willing, and can go",
        "",
    ],
)
def test_a_phrase_that_states_is_not(phrase: str) -> None:
    """What merely looks like a hedge, and other words for it that state a fact, are not found."""
    assert found(given=(type_saying(phrase),)) == []


@pytest.mark.parametrize("name", ["GoesLikely", "MayGo", "PossibleHost", "Perhaps", "AlmostCertain"])
def test_a_name_that_hedges_is_found(name: str) -> None:
    """A fact type whose name hedges is found, whatever its phrase states."""
    assert found(given=(type_saying("{x} goes", name),)) == ["hedged name"]


@pytest.mark.parametrize("name", ["Goes", "Mayor", "ElectedInMay", "Dismayed", "NATOMember", "UnlikelyhoodXYZ"])
def test_a_name_that_states_is_not(name: str) -> None:
    """Hedges are looked for among the words that a name is made of."""
    assert found(given=(type_saying("{x} goes", name),)) == []


def test_who_says_so_has_no_place_in_a_phrase() -> None:
    """A phrase that says "reportedly" is found; one that states what somebody reports is not."""
    assert found(given=(type_saying("{x} has reportedly gone"),)) == ["attributed phrase"]
    assert found(given=(type_saying("{x} has reported it"),)) == []


def test_somebody_reports() -> None:
    """A statement with "reportedly" and nobody who says so is found; one with an attribution is not."""
    assert found(rule_saying("Whoever is asked reportedly answers.")) == ["attributed statement"]
    assert found(rule_saying("Whoever is asked reportedly answers.", attribution="the paper")) == []


LESS: list[tuple[str, Hedge, bool]] = [
    ("Whoever is asked may answer.", "certain", True),
    ("Whoever is asked may answer.", "probable", True),
    ("Whoever is asked may answer.", "possible", False),
    ("If somebody is asked, he might answer.", "certain", True),
    ("Whoever is asked, will perhaps answer.", "certain", True),
    ("Whoever is asked is likely to answer.", "certain", True),
    ("Whoever is asked is likely to answer.", "probable", False),
    ("An answer is almost certain.", "certain", True),
    ("An answer is almost certain.", "probable", False),
    ("An answer is unlikely.", "certain", True),
    ("An answer is unlikely.", "possible", False),
    ("Whoever is asked probably answers, and may come.", "probable", True),
    ("The asked answer. They may even come.", "certain", True),
    ("The asked answer.", "certain", False),
    ("If somebody may be asked, he answers.", "certain", False),
    ("He answers if he may be asked.", "certain", False),
    ("Somebody who may be asked answers.", "certain", False),
    ("A country that is likely to be asked answers.", "certain", False),
    ("Where it may be so, or not, he answers.", "certain", False),
    ("Whoever is asked in May answers.", "certain", False),
    ("Whoever is asked could not have slept.", "certain", False),
    ("", "certain", False),
]


@pytest.mark.parametrize(("statement", "hedge", "is_found"), LESS)
def test_a_hedge_that_is_lost_on_the_way(statement: str, hedge: Hedge, is_found: bool) -> None:  # noqa: FBT001
    """A statement that hedges more than its rule is found; one whose condition hedges, or which says the same, not."""
    assert found(rule_saying(statement, hedge)) == (["said less surely"] if is_found else [])


MORE: list[tuple[str, Hedge, bool]] = [
    ("Whoever is asked is likely to answer.", "possible", True),
    ("Whoever is asked certainly answers.", "possible", True),
    ("Whoever is asked undoubtedly answers.", "probable", True),
    ("Whoever is asked certainly answers.", "certain", False),
    ("Whoever is asked probably answers.", "probable", False),
    ("Whoever is asked may, and is likely to, answer.", "possible", False),
    ("Whoever is asked answers.", "possible", False),
    ("If it is certainly so, he may answer.", "possible", False),
]


@pytest.mark.parametrize(("statement", "hedge", "is_found"), MORE)
def test_a_rule_that_hedges_more_than_its_words(statement: str, hedge: Hedge, is_found: bool) -> None:  # noqa: FBT001
    """A statement that is surer in words than its rule is found; one that says nothing of it is not."""
    assert found(rule_saying(statement, hedge)) == (["said more surely"] if is_found else [])


def test_likelihood_and_confidence_in_one_phrase() -> None:
    """Both in one sentence are found, in a phrase, a statement and a given; apart, or alone, they are not."""
    mixed = "with high confidence {x} is likely to go"
    assert "likelihood with confidence" in found(given=(type_saying(mixed),))
    assert found(rule_saying("With high confidence it is likely that the asked answer.", "probable")) == [
        "likelihood with confidence"
    ]
    apart = "It is likely that the asked answer. This is said with high confidence."
    assert found(rule_saying(apart, "probable")) == []
    assert found(rule_saying("This has the people's confidence, and is likely.", "probable")) == []
    assert found(given=(type_saying("{x} is judged with moderate confidence"),)) == []
    sure = Given(Asked("Kyiv"), Source("low confidence report"), hedge="probable", likelihood=ICD203.LIKELY)
    assert found(rule_saying("So it is."), givens=(sure,)) == ["likelihood with confidence"]
    assert found(rule_saying("So it is."), givens=(Given(Asked("Kyiv"), Source("low confidence report")),)) == []


def test_constraints_are_read_as_well() -> None:
    """What is looked for in any statement is looked for in a constraint's; a hedge it has none to compare with."""

    @constraint
    def nobody_answers(a: Answers) -> None:
        """With low confidence it is likely that nobody may answer, reportedly."""

    whats = [finding.what for finding in lint(Program([rule_saying("So it is."), nobody_answers]))]
    assert whats == ["attributed statement", "likelihood with confidence"]


NUMBERS: list[tuple[str, Hedge, Any, list[str]]] = [
    ("They may answer.", "possible", 0.6, ["number for may"]),
    ("They may answer.", "possible", 0.3, ["number for may"]),
    ("They may answer.", "possible", (0.0, 1.0), []),
    ("They may answer.", "possible", None, []),
    ("They answer.", "possible", 0.6, ["number for may"]),
    ("They answer.", "possible", ICD203.UNLIKELY, []),
    ("There is a realistic possibility of an answer.", "possible", PHIA.REALISTIC_POSSIBILITY, []),
    ("They answer.", "certain", 0.6, ["hedge and number"]),
    ("They answer.", "certain", 0.1, ["hedge and number"]),
    ("They answer.", "certain", ICD203.ALMOST_CERTAIN, []),
    ("They answer.", "certain", 1, []),
    ("They answer.", "probable", ICD203.LIKELY, []),
    ("They answer.", "probable", 0.3, ["hedge and number"]),
    ("They answer.", "probable", (0.3, 0.7), []),
]


@pytest.mark.parametrize(("statement", "hedge", "likelihood", "whats"), NUMBERS)
def test_numbers_that_a_hedge_does_not_bear(statement: str, hedge: Hedge, likelihood: Any, whats: list[str]) -> None:
    """A number for what only may be is found, and one that no flat statement, and no probable one, can have."""
    assert found(rule_saying(statement, hedge, likelihood)) == whats


WORDS: list[tuple[str, Any, bool]] = [
    ("They are likely to answer.", 0.9, True),
    ("They are likely to answer.", 0.6, False),
    ("They are likely to answer.", 0.78, False),  # likely on one of the scales
    ("They are likely to answer.", Likelihood(0.78, 0.78, "", "PHIA"), True),
    ("They are likely to answer.", (0.5, 0.7), True),
    ("They are likely to answer.", ICD203.LIKELY, False),
    ("They are likely to answer.", PHIA.LIKELY, False),
    ("They are likely to answer.", ICD203.VERY_LIKELY, True),
    ("They will probably answer.", 0.6, False),
    ("They will probably answer.", ICD203.VERY_LIKELY, True),
    ("They are very likely to answer.", ICD203.LIKELY, True),
    ("They are very likely to answer.", ICD203.VERY_LIKELY, False),
    ("They are very likely to answer.", PHIA.HIGHLY_LIKELY, False),
    ("They are highly likely to answer.", 0.95, True),
    ("They are more likely to answer.", 0.9, False),
    ("They are likely to answer, and unlikely to come.", 0.9, False),
    ("If it is likely, they answer.", 0.9, False),
    ("They are likely to answer.", Likelihood(0.9, 0.9, "likely", "our own"), False),
]


@pytest.mark.parametrize(("statement", "likelihood", "is_found"), WORDS)
def test_numbers_outside_of_their_word(statement: str, likelihood: Any, is_found: bool) -> None:  # noqa: FBT001
    """A likelihood outside of the band that the statement's word names is found, on the scale that it is said on."""
    assert found(rule_saying(statement, "probable", likelihood)) == (["number outside its word"] if is_found else [])


def test_givens_are_looked_at() -> None:
    """Hedges in a given's text, and numbers that do not go with its hedge, are found; names and numbers are not."""

    def whats(given: object) -> list[str]:
        return found(rule_saying("So it is."), givens=(given,))

    assert whats(Asked("somebody who may know")) == ["hedged given"]
    assert whats(Given(Asked("probably Kyiv"), Source("the paper"))) == ["hedged given"]
    assert whats(Asked("Theresa May")) == []
    assert whats(Given(Asked("Kyiv"), hedge="possible")) == []
    assert whats(Given(Asked("Kyiv"), hedge="possible", likelihood=0.7)) == ["number for may"]
    assert whats(Given(Asked("Kyiv"), hedge="possible", likelihood=ICD203.UNLIKELY)) == []
    assert whats(Given(Asked("Kyiv"), hedge="probable", likelihood=0.7)) == []
    assert whats(Given(Asked("Kyiv"), likelihood=0.7)) == ["hedge and number"]
    with pytest.raises(NotAFactError):
        whats("Kyiv")


def test_findings_print_with_file_and_line() -> None:
    """A finding says file, line, what it is about, and what to write; a given has no line."""
    may = rule_saying("Whoever is asked may answer.")
    said = type_saying("{x} may go")
    findings = lint(Program([may], given=(Asked, said)), [Asked("who may know")])
    line = may.location.line
    assert "\n".join(map(str, findings)) == (
        f"tests/lint/test_lint.py:{line_of('return fact(type(')}: hedged phrase: fact type Said:"
        ' its phrase says "may": a phrase states; say how surely in a hedge\n'
        f"tests/lint/test_lint.py:{line}: said less surely: rule stated:"
        ' its statement says "may", and the rule is certain: write hedge="possible", or state it flatly\n'
        'hedged given: given who may know is asked: a field says "may": state it, and say how surely with'
        " Given(..., hedge=...)"
    )
    assert isinstance(findings[0], Finding)
    assert len(set(findings)) == 3


def line_of(text: str) -> int:
    """Give the line of this file on which something stands."""
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123 - one line of one file
        return next(i for i, line in enumerate(file, 1) if text in line)


def test_abstract_types_are_read_once() -> None:
    """The phrase of an abstract type is read as well, and a type that several rules mention only once."""

    @fact(abstract=True)
    class Moved:
        """{who} may be moved"""

        who: str

    @fact
    class Gone(Moved):
        """{who} is gone"""

    @rule
    def moved_answers(m: Moved) -> None:
        """Whoever is moved answers."""
        conclude(Answers, who=m.who)

    @rule
    def moved_is_asked(m: Moved) -> None:
        """Whoever is moved is asked."""
        conclude(Asked, who=m.who)

    findings = lint(Program([moved_answers, moved_is_asked], given=[Gone]))
    assert [finding.who for finding in findings] == ["fact type Moved"]


def test_words_that_are_no_hedges_here() -> None:
    """Where "may" is a permission it can be allowed: then it is not looked for, and everything else still is."""
    program = Program(
        [rule_saying("Whoever is asked may answer, and perhaps comes.")],
        given=(Asked, type_saying("{x} may go", "MayGo"), type_saying("{x} might go")),
    )
    assert [finding.what for finding in lint(program, allowed=["May"])] == ["hedged phrase", "said less surely"]
    assert lint(program, allowed=["may", "might", "perhaps"]) == ()


def test_what_cannot_be_allowed() -> None:
    """A single word instead of several, and a word that nothing looks for, are refused."""
    program = Program([rule_saying("So it is.")])
    with pytest.raises(ArgumentTypeError, match="allowed: expected several words, got one, 'may': put it into a list"):
        lint(program, allowed="may")
    with pytest.raises(ArgumentValueError, match="allowed: 'will' is no word that is looked for"):
        lint(program, allowed=["will"])


def test_the_article_comes_out_clean() -> None:
    """The lint finds nothing in the article's program and its reports."""
    assert lint(article.program, article.reports) == ()

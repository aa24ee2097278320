"""The words of the article's program: what a phrase must not say, and what a rule must."""

from __future__ import annotations

import re

import pytest

from pow_rules import Rule, article
from pow_rules.article import vocabulary
from pow_rules.article.reports import prisoners
from pow_rules.article.vocabulary import concluded, reported, undecided

MODAL = re.compile(
    r"\b(may|might|could|would|should|shall|can|cannot|will|must|ought|likely|probably|possibly)\b", re.IGNORECASE
)

TYPES = [getattr(m, name) for m in (reported, undecided, concluded) for name in m.__all__]

each_rule = pytest.mark.parametrize("rule", article.program.rules, ids=lambda rule: rule.name)


def first_line(cls: type) -> str:
    """Give a fact type's phrase as it is written."""
    return (cls.__doc__ or "").splitlines()[0]


@pytest.mark.parametrize("cls", TYPES)
def test_phrase_is_plain(cls: type) -> None:
    """A phrase states and hedges nothing: strength is the rules' to say; and it is a part of a sentence."""
    assert MODAL.search(first_line(cls)) is None
    assert not first_line(cls).endswith(".")


@pytest.mark.parametrize("cls", TYPES)
def test_phrase_says_every_field(cls: type) -> None:
    """Two facts of one type never read the same: the phrase has a place for every field."""
    fields = {name for base in cls.__mro__ for name in getattr(base, "__annotations__", {})}
    assert set(re.findall(r"\{(\w+)", first_line(cls))) == fields


def test_modal_verbs_would_be_found() -> None:
    """The pattern that looks for modal verbs finds one where there is one, and not inside other words."""
    assert MODAL.search("{actor} may oppose it")
    assert not MODAL.search("{actor} is willing; {country} is American")


@each_rule
def test_rule_says_all(rule: Rule) -> None:
    """A rule has a statement in a full sentence, a hedge, somebody who says so, and cites where."""
    assert rule.statement[0].isupper()
    assert rule.statement.endswith(".")
    assert rule.hedge in {"certain", "probable", "possible"}
    assert rule.attribution
    assert rule.cites


@each_rule
def test_our_own_reading_says_so(rule: Rule) -> None:
    """A rule that the article does not state says so in its attribution and in its statement, and no other does."""
    assert ("our reading" in (rule.attribution or "")) == ("our reading" in rule.statement)
    assert any(cite.startswith("¶") for cite in rule.cites) or rule.attribution == "our reading"


@each_rule
def test_rule_names_no_prisoner(rule: Rule) -> None:
    """The prisoners are data: a rule that named one would hold of him alone."""
    assert not re.search(rf"\b({'|'.join(prisoners)})\b", str(rule))


def test_vocabulary_hands_on_every_word() -> None:
    """The vocabulary has every fact type and every name of its parts, and says so in `__all__`."""
    assert {cls.__name__ for cls in TYPES} < set(vocabulary.__all__)
    assert all(hasattr(vocabulary, name) for name in vocabulary.__all__)
    assert len(vocabulary.__all__) == len(set(vocabulary.__all__))


def test_what_reports_can_bring() -> None:
    """All that is reported or asked can be asserted; options and what a rule alone has to say cannot."""
    asked = [fact for question in article.questions for fact in question.facts]
    needed = {type(fact) for fact in [*asked, *(given.fact for given in article.reports)]}
    assert needed <= set(vocabulary.assertable)
    assert not {vocabulary.RefugeOption, vocabulary.BoundToHeed, vocabulary.RisksExecution} & set(vocabulary.assertable)

"""Row by row: what the article reports and what it ties together is in the program, said as the article says it.

The tables are written by hand from the reading, so that a change of a rule has to be made twice, and meant.
"""

from __future__ import annotations

import datetime as dt
import warnings

import attrs
import pytest

from pow_rules import Choice, Program, Rule, Session, article
from pow_rules.article import vocabulary as v
from pow_rules.article.questions import by_row
from pow_rules.article.reports import rows

RI, BAEK = "Ri", "Baek"
RUSSIA, AMERICA, UKRAINE = "Russia", "the United States", "Ukraine"
SOUTH, NORTH = "South Korea", "North Korea"
PRESIDENT = "the US president"


@attrs.frozen
class Row:
    """A conditional row of the reading, and how to see that it counts."""

    name: str
    paragraphs: tuple[int, ...]
    hedge: str
    attribution: str
    loses: object
    """A conclusion that is lost without the row's rules."""
    news: tuple[object, ...] = ()
    """What has to be reported besides."""
    leaving_out: tuple[str, ...] = ()
    """Reported rows that give the conclusion another reason, and are left out to see this one."""


CLOSED = (v.Claims(RUSSIA, RI), v.InsistsOnRepatriation(RUSSIA, RI))
LEFT = v.LeavesItTo(PRESIDENT, UKRAINE, SOUTH)
TAKEN_IN = v.DecidesToTakeIn(PRESIDENT, AMERICA)
DEAL = (v.StrikesDeal(PRESIDENT, RUSSIA), v.GivesAssurances(RUSSIA))
RETURNED = v.ReturnedTo(RI, RUSSIA)
OPTION = v.RefugeOption(AMERICA, RI)

ROWS = (
    Row("C1", (5, 6), "certain", "article", v.BoundToHeed(RUSSIA, NORTH, RI, SOUTH)),
    Row("C2", (6,), "probable", "article", v.Opposes(RUSSIA, RI, SOUTH)),
    Row("C3", (2,), "possible", "sources", OPTION, leaving_out=("G11",)),
    Row("C4", (2,), "possible", "reports", OPTION, news=CLOSED, leaving_out=("G5", "G11")),
    Row("C5", (7,), "possible", "US intelligence agencies", v.WayClosed(RUSSIA, RI, SOUTH), news=CLOSED),
    Row("C6a", (7,), "certain", "article", v.ReturnRisk(RI, RUSSIA, NORTH)),
    Row("C6", (7,), "possible", "article", v.HandedTo(RI, NORTH), news=(RETURNED,)),
    Row("C7", (7,), "certain", "article", v.RisksExecution(RI), news=(RETURNED,)),
    Row("C8", (7,), "certain", "reports", v.ConsidersQuietPlan(AMERICA, RI)),
    Row("C9", (7,), "possible", "US officials; our reading", OPTION, leaving_out=("G5",)),
    Row("C10", (1,), "probable", "reports", v.Involved(RUSSIA)),
    Row("C11a", (8,), "certain", "observers", v.FinalSay(PRESIDENT)),
    Row("C11b", (8,), "possible", "article", v.OutcomeTurnsOn(PRESIDENT)),
    Row("C12", (9,), "certain", "ambassador", v.OpenToTalks(UKRAINE, RI, SOUTH), news=(v.RefusesReturn(RI, NORTH),)),
    Row("C13", (9,), "possible", "article", v.LeansTo(UKRAINE, RI, SOUTH), news=(LEFT,)),
    Row("C14a", (10,), "possible", "article", v.PositionShifts(UKRAINE)),
    Row("C14b", (10,), "probable", "some observers", v.PutsFirst(UKRAINE, AMERICA, SOUTH)),
    Row("C15", (11,), "certain", "analysts", v.HandedTo(RI, NORTH), news=DEAL),
    Row("C16", (3,), "possible", "article", v.WishPassedOver(RI)),
    Row("C17", (4,), "possible", "diplomatic source", v.FastChange()),
    Row("C18", (), "possible", "our reading", v.GoesTo(RI, AMERICA), news=(TAKEN_IN,)),
    Row("C19", (), "possible", "our reading", v.GoesTo(RI, SOUTH), news=(LEFT,)),
    Row("C20", (), "certain", "our reading", RETURNED, news=(v.HandsBack(UKRAINE, RI, RUSSIA),)),
)

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def both(cls: type, *values: object, at: int = 0) -> tuple[object, ...]:
    """Make a fact of each prisoner, his name at one place among the values."""
    return tuple(cls(*values[:at], prisoner, *values[at:]) for prisoner in (RI, BAEK))


ARMIES = frozenset({NORTH, RUSSIA})
DAY = dt.date(2025, 3, 5)
TALKS = v.CeasefireTalks(AMERICA, RUSSIA)

REPORTED: dict[str, tuple[tuple[str, int, tuple[object, ...]], ...]] = {
    "G1": (
        ("article", 1, both(v.SoldierOf, NORTH)),
        ("article", 1, both(v.DeployedTo, "Russia's Kursk region")),
        ("article", 1, both(v.CapturedBy, UKRAINE)),
        ("article", 1, both(v.HeldBy, UKRAINE)),
    ),
    "G2": (("article", 1, both(v.SeeksTransfer, SOUTH, SOUTH, at=1)),),
    "G3": (
        ("article", 3, (v.Age(RI, 26), v.Age(BAEK, 21))),
        ("article", 3, both(v.SpokeWith, "a journalist")),
        ("article", 3, both(v.SpokeWith, "a South Korean lawmaker")),
        ("the prisoners", 3, both(v.WishesToGo, SOUTH)),
    ),
    "G4": (
        ("diplomatic source", 5, both(v.DiscussedBetween, RUSSIA, NORTH, at=2)),
        ("diplomatic source", 5, both(v.Overheard, "US intelligence", RUSSIA, NORTH, at=3)),
    ),
    "G5": (
        ("article", 5, (v.KeepsDeploymentSecret(NORTH, RUSSIA),)),
        ("reports", 5, both(v.AskedToBlock, NORTH, RUSSIA, SOUTH, at=2)),
        ("reports", 5, both(v.WillingToBlock, RUSSIA, NORTH, SOUTH, at=2)),
    ),
    "G6": (
        ("article", 6, (v.SentTroops(NORTH, RUSSIA, 12_000),)),
        ("article", 6, (v.ThankedForCare("Russia's ambassador", NORTH, RUSSIA),)),
    ),
    "G7": (("sources", 2, (TALKS,)), ("diplomatic source", 4, (TALKS,))),
    "G8": (
        ("article", 8, (v.TopPriority(PRESIDENT, "a quick end to the war"),)),
        ("article", 8, (v.TopPriority(PRESIDENT, "North Korea's denuclearisation"),)),
    ),
    "G9": (("article", 9, both(v.FirstAnswerPositive, UKRAINE, SOUTH, at=2)),),
    "G10": (("article", 10, (v.MilitaryAid(UKRAINE, AMERICA),)),),
    "G11": (
        ("US officials", 7, both(v.IntelligenceValue, AMERICA, ARMIES, at=1)),
        ("article", 7, both(v.ConsideredSinceCapture, AMERICA, at=1)),
    ),
    "G12": (("reports", 1, (v.InvolvementExpected(AMERICA), v.InvolvementExpected(RUSSIA))),),
    "G13": (("diplomatic source", 4, both(v.ExploresTakingIn, "US intelligence", AMERICA, at=1)),),
    "G14": (("US intelligence agencies", 7, both(v.ClosureFeared, "US intelligence", RUSSIA, SOUTH, at=2)),),
}

ASKED: dict[str, tuple[set[object], ...]] = {
    "Q1": tuple({v.Opposes(RUSSIA, p, SOUTH), v.DoesNotObject(RUSSIA, p, SOUTH)} for p in (RI, BAEK)),
    "Q2": (set(both(v.Claims, RUSSIA, at=1)),),
    "Q3": (set(both(v.InsistsOnRepatriation, RUSSIA, at=1)),),
    "Q4": (set(both(v.RefusesReturn, NORTH)),),
    "Q5": ({TAKEN_IN, DEAL[0], LEFT},),
    "Q6": ({DEAL[1]},),
    "Q7": (set(both(v.HandsBack, UKRAINE, RUSSIA, at=1)),),
}


def rules_of(name: str) -> list[Rule]:
    """Give the rules that cite a row."""
    return [rule for rule in article.program.rules if name in rule.cites]


def session_of(program: Program, row: Row) -> Session:
    """Make a session in which the row's rules can fire, as far as the program has them."""
    left_out = {given for name in row.leaving_out for given in rows[name]}
    session = Session(program)
    session.assert_facts([given for given in article.reports if given not in left_out])
    session.assert_facts(row.news)
    return session


def program_without(name: str) -> Program:
    """Make the article's program without the rules that cite a row."""
    others = [rule for rule in article.program.rules if name not in rule.cites]
    with warnings.catch_warnings():
        # What the missing rule fed is fed by nothing now, and the program says so.
        warnings.simplefilter("ignore")
        return Program(others, given=v.assertable)


@pytest.mark.parametrize("name", REPORTED)
def test_reported_row(name: str) -> None:
    """A reported row is given with exactly its facts, each with who says so and in which paragraph."""
    expected = [(fact, by, f"¶{paragraph}") for by, paragraph, facts in REPORTED[name] for fact in facts]
    found = [(g.fact, g.source.name, g.source.locator) for g in rows[name] if g.source is not None]
    assert len(rows[name]) == len(expected)
    assert set(found) == set(expected)


@pytest.mark.parametrize("name", REPORTED)
def test_session_knows_the_sources(name: str) -> None:
    """A new session holds the facts of a reported row, and can tell their sources."""
    session = article.session()
    for by, paragraph, facts in REPORTED[name]:
        for fact in facts:
            assert fact in session
            assert (by, f"¶{paragraph}") in [(s.name, s.locator) for s in session.sources(fact)]


def test_what_the_article_says_of_its_sources() -> None:
    """One source passes on what another has overheard, one is of a day, and none is graded: the article grades none."""
    told = {given.source for given in article.reports if given.source is not None}
    assert {(s.name, s.locator, s.origin) for s in told if s.origin is not None} == {
        ("diplomatic source", "¶5", "US intelligence agencies")
    }
    assert {(s.name, s.locator, s.date) for s in told if s.date is not None} == {("reports", "¶1", DAY)}
    assert not any(source.grade for source in told)
    assert all(given.hedge == "certain" and given.likelihood is None for given in article.reports)
    passed_on = {type(g.fact) for g in article.reports if g.source is not None and g.source.origin is not None}
    assert passed_on == {v.DiscussedBetween}


def test_nothing_else_is_reported() -> None:
    """The reports are the rows G1 to G14 and no more, and no fact of theirs is an answer to an open question."""
    assert list(rows) == [f"G{number}" for number in range(1, 15)]
    assert article.reports == tuple(given for row in rows.values() for given in row)
    asked = {fact for question in article.questions for fact in question.facts}
    assert asked.isdisjoint(given.fact for given in article.reports)


@pytest.mark.parametrize("name", ASKED)
def test_question_row(name: str) -> None:
    """An open question offers exactly the facts of its row, for each prisoner where it is about one."""
    assert [set(question.facts) for question in by_row[name]] == list(ASKED[name])


def test_every_question_is_asked() -> None:
    """The questions are the rows Q1 to Q7; those of Q1 and Q5 are choices, the others are not."""
    assert list(by_row) == [f"Q{number}" for number in range(1, 8)]
    assert article.questions == article.program.questions
    assert article.questions == tuple(question for row in by_row.values() for question in row)
    choices = {name for name, row in by_row.items() for q in row if isinstance(q, Choice)}
    assert choices == {"Q1", "Q5"}


def test_every_rule_belongs_to_a_row() -> None:
    """Each conditional row has a rule, and each rule cites exactly one row."""
    names = {row.name for row in ROWS}
    for rule in article.program.rules:
        assert len(names.intersection(rule.cites)) == 1, rule.name
    assert {name for rule in article.program.rules for name in rule.cites if name in names} == names


@each_row
def test_row_is_cited_with_its_paragraphs(row: Row) -> None:
    """The row's rules cite the row's paragraphs, and nothing else."""
    for rule in rules_of(row.name):
        assert rule.cites == (*(f"¶{number}" for number in row.paragraphs), row.name)


@each_row
def test_row_is_said_as_strongly_as_in_the_article(row: Row) -> None:
    """The row's rules have its hedge and name who says so."""
    for rule in rules_of(row.name):
        assert (rule.hedge, rule.attribution) == (row.hedge, row.attribution)


@each_row
def test_row_fires(row: Row) -> None:
    """With the reports, and the news that the row needs, one of its rules concludes what the table names."""
    session = session_of(article.program, row)
    fired = [derivation.rule for derivation in session.derivations(row.loses)]
    assert set(fired) == set(rules_of(row.name))


@each_row
def test_row_is_needed(row: Row) -> None:
    """Without the row's rules, the conclusion that the table names is lost."""
    assert row.loses in session_of(article.program, row)
    assert row.loses not in session_of(program_without(row.name), row)

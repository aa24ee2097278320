"""Several sources for one fact: what a session keeps of them, and what of a change it tells."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pow_rules import Given, Program, Session, Source, compare, conclude, fact, rule
from pow_rules.errors import NotGivenError
from pow_rules.scales import PHIA


@fact
class Asked:
    """{who} is asked"""

    who: str


@fact
class Heard:
    """{who} has heard of it"""

    who: str


@rule(hedge="probable")
def asking_is_heard(a: Asked) -> None:
    """Whoever is asked has heard of it."""
    conclude(Heard, who=a.who)


PROGRAM = Program([asking_is_heard])
KYIV, SEOUL = Asked("Kyiv"), Asked("Seoul")
PAPER = Source("the paper", origin="an official", reliability="C", credibility=3, date=dt.date(2025, 3, 4))
RADIO = Source("the radio")


@pytest.fixture
def session() -> Session:
    """Give a session in which somebody unnamed gives one fact."""
    return Session(PROGRAM, [KYIV])


def test_another_source_is_told(session: Session) -> None:
    """Another source for what is given changes what is said, and nothing that follows."""
    change = session.assert_fact(KYIV, PAPER)
    assert change
    assert (change.attested, change.recanted) == ((Given(KYIV, PAPER),), ())
    assert (change.asserted, change.retracted, change.concluded, change.withdrawn) == ((), (), (), ())
    assert str(change) == "attested   Kyiv is asked (the paper (C3, from an official, 2025-03-04))"
    assert repr(change) == "<Change: 0 asserted, 0 retracted, 1 attested, 0 concluded, 0 withdrawn>"
    assert not session.assert_fact(KYIV, PAPER)
    assert str(session.assert_fact(KYIV)) == "no change"
    assert session.givens() == (Given(KYIV), Given(KYIV, PAPER))
    assert session.retract_fact(KYIV, PAPER).recanted == (Given(KYIV, PAPER),)


def test_a_source_says_one_thing_of_a_fact(session: Session) -> None:
    """Asserted again with another hedge or likelihood, a source says that instead, in the same place."""
    session.assert_facts([Given(KYIV, PAPER, hedge="possible"), Given(KYIV, RADIO)])
    change = session.assert_fact(Given(KYIV, PAPER, likelihood=PHIA.LIKELY))
    assert change.recanted == (Given(KYIV, PAPER, hedge="possible"),)
    assert change.attested == (Given(KYIV, PAPER, likelihood=PHIA.LIKELY),)
    assert session.givens() == (Given(KYIV), Given(KYIV, PAPER, likelihood=PHIA.LIKELY), Given(KYIV, RADIO))
    assert session.sources(KYIV) == (PAPER, RADIO)
    change = session.assert_fact(Given(KYIV, hedge="possible"))
    assert (change.attested, change.recanted) == ((Given(KYIV, hedge="possible"),), (Given(KYIV),))


def test_what_is_newly_given_is_only_asserted(session: Session) -> None:
    """Sources of a fact that was not given, or is no longer, are not told of beside it."""
    change = session.assert_facts([Given(SEOUL, PAPER), Given(SEOUL, RADIO)])
    assert (change.asserted, change.attested) == ((SEOUL,), ())
    change = session.retract_facts([Given(SEOUL, PAPER), Given(SEOUL, RADIO)])
    assert (change.retracted, change.recanted) == ((SEOUL,), ())
    with session.transaction() as moved:
        session.assert_fact(KYIV, PAPER)
        session.retract_fact(KYIV, PAPER)
    assert not moved.change


def test_the_hedge_of_a_retracted_given_does_not_count(session: Session) -> None:
    """Retraction is by source: whatever hedge is named, what the source says goes; without one, what all say."""
    session.assert_fact(Given(KYIV, PAPER, hedge="possible"))
    assert session.retract_fact(Given(KYIV, PAPER, hedge="certain")).recanted == (Given(KYIV, PAPER, hedge="possible"),)
    session.assert_fact(KYIV, PAPER)
    assert session.what_if(without=[Given(KYIV, hedge="probable")]).retracted == (KYIV,)
    assert session.retract_fact(Given(KYIV), PAPER).recanted == (Given(KYIV, PAPER),)
    session.assert_fact(KYIV, PAPER)
    assert session.retract_fact(Given(KYIV)).retracted == (KYIV,)


def test_a_source_with_another_grade_is_another_source(session: Session) -> None:
    """A source is all that is said of it; the message names the one that is there."""
    session.assert_fact(KYIV, PAPER)
    with pytest.raises(NotGivenError, match=r"not asserted by the paper; it was by nobody .*, the paper \(C3, from"):
        session.retract_fact(KYIV, Source("the paper"))


def test_forks_and_cross_checks_keep_what_is_said(session: Session) -> None:
    """What sources say goes along wherever a session goes, and back where a call is undone."""
    session.assert_fact(Given(KYIV, PAPER, hedge="possible", likelihood=(0.1, 0.4)))
    said = session.givens()
    fork = session.fork()
    assert fork.givens() == said
    assert Session(PROGRAM, said).givens() == said
    what_if = session.what_if(assuming=[Given(KYIV, PAPER)], without=[Given(KYIV, PAPER)])
    assert what_if.attested == (Given(KYIV, PAPER),)
    assert session.givens() == said
    fork.assert_fact(KYIV, PAPER)
    assert session.givens() == said
    assert compare(session, fork, KYIV).facts[0].is_given_otherwise
    paper = "given by the paper (C3, from an official, 2025-03-04)"
    told = f"{paper}, possible, 10-40 %; an unnamed source before, {paper} after"
    assert told in " ".join(str(compare(session, fork, KYIV)).split())
    with pytest.raises(ZeroDivisionError):
        _undone(session, Given(KYIV, RADIO, hedge="probable"))
    assert session.givens() == said


def _undone(session: Session, said: Given) -> None:
    with session.transaction():
        session.assert_fact(said)
        raise ZeroDivisionError


def test_traces_and_json_hold_what_is_said(session: Session) -> None:
    """A trace names hedge and likelihood beside each source, and JSON has all of it."""
    session.assert_fact(Given(KYIV, PAPER, hedge="probable", likelihood=PHIA.LIKELY))
    trace = session.explain(Heard("Kyiv"))
    told = "given by the paper (C3, from an official, 2025-03-04), probable, likely (55-75 %); an unnamed source"
    assert told in " ".join(trace.text(width=200).split())
    assert told in trace.markdown()
    step = json.loads(trace.to_json())["steps"][-1]
    assert step["sources"] == [
        {
            "name": "the paper",
            "origin": "an official",
            "reliability": "C",
            "credibility": 3,
            "date": "2025-03-04",
            "locator": None,
        }
    ]
    assert step["attestations"] == [
        {"source": None, "hedge": "certain", "likelihood": None},
        {
            "source": 0,
            "hedge": "probable",
            "likelihood": {"low": 0.55, "high": 0.75, "word": "likely", "scale": "PHIA"},
        },
    ]
    session.assert_fact(Given(Heard("Kyiv"), RADIO, hedge="possible"))
    assert session.explain(Heard("Kyiv")).steps[0].said.sources == (RADIO,)
    assert "also given by the radio, possible" in str(session.explain(Heard("Kyiv")))


def test_givens_say_how_strongly() -> None:
    """The givens of a session are those asserted, hedges and numbers too."""
    said = (Given(KYIV, PAPER, hedge="possible"), Given(KYIV, RADIO, hedge="probable", likelihood=PHIA.LIKELY))
    session = Session(Program([], given=[type(KYIV)]), said)
    assert session.givens() == said

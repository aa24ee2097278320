"""Traces as they are printed, as goldens (rewritten where UPDATE_GOLDENS is set)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pow_rules import (
    Given,
    Program,
    Session,
    Source,
    absent,
    compute,
    conclude,
    count,
    fact,
    most,
    present,
    rule,
    total,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]


@fact
class Opposes:
    """{actor} opposes moving {prisoner} to {destination}"""

    actor: str
    prisoner: str
    destination: str


@fact
class HeldBy:
    """{prisoner} is held by {holder}"""

    prisoner: str
    holder: str


@fact
class Settled:
    """{prisoner}'s fate is settled: {outcome}"""

    prisoner: str
    outcome: str


@fact
class RefugeOption:
    """taking {prisoner} in is an option for {host}"""

    host: str
    prisoner: str


@rule(hedge="possible", attribution="the article", cites=("¶7", "C5"))
def objection_opens_another_door(o: Opposes, h: HeldBy) -> None:
    """If Russia opposes the transfer, the United States may take the prisoner in."""
    where(o.actor == "Russia", o.prisoner == h.prisoner)
    absent(Settled, lambda s: s.prisoner == o.prisoner)
    conclude(RefugeOption, host="the United States", prisoner=o.prisoner)


OBJECTION, HELD = Opposes("Russia", "Ri", "South Korea"), HeldBy("Ri", "Ukraine")
REFUGE = RefugeOption("the United States", "Ri")


@fact
class Captured:
    """{who} is captured"""

    who: str


@fact
class Asylum:
    """{who} has asylum"""

    who: str


@fact
class Risk:
    """{who} is at risk"""

    who: str


@rule
def captured_without_asylum(c: Captured) -> None:
    """Whoever is captured and has no asylum is at risk."""
    absent(Asylum, lambda a: a.who == c.who)
    conclude(Risk, who=c.who)


@rule(hedge="probable", attribution="observers")
def held_by_the_enemy(h: HeldBy) -> None:
    """Whoever is held is at risk."""
    conclude(Risk, who=h.prisoner)


@fact
class A:
    """a holds"""


@fact
class B:
    """b holds"""


@fact
class X:
    """x holds"""


@rule
def x_gives_a(x: X) -> None:
    """x gives a."""
    conclude(A)


@rule
def a_gives_b(a: A) -> None:
    """a gives b."""
    conclude(B)


@rule
def b_gives_a(b: B) -> None:
    """b gives a."""
    conclude(A)


@fact
class Holding:
    """{owner} holds {share} % of {company}"""

    owner: str
    company: str
    share: int


@fact
class Majority:
    """{owner} holds most of {company}: {share} %"""

    owner: str
    company: str
    share: int


@fact
class Notable:
    """{owner} is to be noted"""

    owner: str


@rule
def majority(h: Holding) -> None:
    """Whoever holds more than half in all holds most."""
    share = total(Holding, lambda o: o.share, lambda o: o.owner == h.owner, lambda o: o.company == h.company)
    where(share > 50)
    conclude(Majority, owner=h.owner, company=h.company, share=share)


@rule
def noted(h: Holding) -> None:
    """Whoever holds anything while somebody holds most is to be noted."""
    present(Majority, lambda m: m.company == h.company)
    conclude(Notable, owner=h.owner)


@fact
class Step:
    """step {n}"""

    n: int


@rule
def onwards(s: Step) -> None:
    """One step leads to the next."""
    where(s.n < 30)
    conclude(Step, n=s.n + 1)


@fact
class Both:
    """{n} twice over"""

    n: int


@rule
def twice(s: Step, t: Step) -> None:
    """Two steps make a pair."""
    where(t.n == s.n + 1)
    conclude(Both, n=s.n)


@fact
class Report:
    """{author} reports: {text}"""

    author: str
    text: str


@fact
class Heard:
    """it is heard that {text}"""

    text: str


@rule
def heard(r: Report) -> None:
    """What is reported is heard."""
    conclude(Heard, text=r.text)


def test_the_designs_example(golden: Golden) -> None:
    """The first example: givens, an absence, a hedge."""
    golden("example", str(Session(Program([objection_opens_another_door]), [OBJECTION, HELD]).explain(REFUGE)))


def test_sources_are_told(golden: Golden) -> None:
    """Each given names its sources, wrapped where they are long."""
    by = [Source("the diplomatic source", locator="¶5"), Source("a reporter who would not be named", locator="¶12")]
    session = Session(Program([objection_opens_another_door]))
    session.assert_facts([OBJECTION, HELD], by[0])
    session.assert_fact(HELD, by[1])
    golden("sources", str(session.explain(REFUGE)))


def test_the_absence_is_in_the_trace(golden: Golden) -> None:
    """Risk if captured and no asylum: the absence of asylum is told."""
    text = str(Session(Program([captured_without_asylum]), [Captured("Ri")]).explain(Risk("Ri")))
    assert "no Asylum(who='Ri')" in text
    golden("absence", text)


def test_two_rules_are_two_derivations(golden: Golden) -> None:
    """With all=True each rule tells its own derivation and hedge; without it only the first by name."""
    session = Session(Program([held_by_the_enemy, captured_without_asylum]), [Captured("Ri"), HELD])
    golden("two-rules-all", str(session.explain(Risk("Ri"), all=True)))
    golden("two-rules", str(session.explain(Risk("Ri"))))


def test_given_and_concluded(golden: Golden) -> None:
    """A fact that is given and concluded says both, at the top and as a premise."""
    session = Session(Program([x_gives_a, a_gives_b]), [X(), Given(A(), Source("somebody"))])
    golden(
        "given-and-concluded", f"{session.explain(A())}\n\n{session.explain(B())}\n\n{session.explain(B(), all=True)}"
    )


def test_only_given(golden: Golden) -> None:
    """What is only given is explained by one line."""
    session = Session(Program([x_gives_a]), [Given(X(), Source("somebody", locator="page 3"))])
    golden("given", str(session.explain(X())))


def test_a_cycle_does_not_loop(golden: Golden) -> None:
    """a from b and b from a: the trace goes down to the given, and never round."""
    session = Session(Program([x_gives_a, a_gives_b, b_gives_a]), [X()])
    golden("cycle", f"{session.explain(A())}\n\n{session.explain(B())}")
    golden("cycle-all", f"{session.explain(A(), all=True)}\n\n{session.explain(B(), all=True)}")


def test_aggregates_tell_what_they_counted(golden: Golden) -> None:
    """An aggregate tells its value, and the facts it went over."""
    session = Session(Program([majority]), [Holding("Kim", "X", 30), Holding("Kim", "X", 25), Holding("Lee", "X", 45)])
    golden("aggregate", str(session.explain(Majority("Kim", "X", 55))))
    golden("aggregate-all", str(session.explain(Majority("Kim", "X", 55), all=True)))


def test_presences_tell_the_first_and_how_many(golden: Golden) -> None:
    """A presence tells how many there are, and explains the first."""
    session = Session(
        Program([majority, noted]),
        [Holding("Kim", "X", 60), Holding("Lee", "X", 40), Holding("Kim", "Y", 60), Majority("Ann", "Y", 99)],
    )
    golden("presence", f"{session.explain(Notable('Lee'))}\n\n{session.explain(Notable('Kim'), all=True)}")


def test_explained_above(golden: Golden) -> None:
    """What is explained further up is referred to."""
    golden("explained-above", str(Session(Program([onwards, twice]), [Step(0)]).explain(Both(2))))


def test_cuts_are_counted(golden: Golden) -> None:
    """A trace that is cut by depth or by size says how many conclusions are left."""
    session = Session(Program([onwards, twice]), [Step(0)])
    golden("cut-depth", str(session.explain(Both(8), depth=3)))
    golden("cut-size", str(session.explain(Both(8), size=6)))
    assert session.explain(Both(8), depth=3).cut == 6
    assert session.explain(Both(8), depth=8).cut == 1
    assert session.explain(Both(8), depth=9).cut == 0


def test_deep_traces_go_on_below(golden: Golden) -> None:
    """What stands too deep for the page goes on at the margin, under a number."""
    golden("deep", str(Session(Program([onwards]), [Step(0)]).explain(Step(20))))


def test_other_scripts(golden: Golden) -> None:
    """Wide characters take two columns, and combining ones none."""
    session = Session(Program([objection_opens_another_door, heard]), [
        Opposes("Russia", "리영호", "대한민국"), HeldBy("리영호", "Україна"), Report("朝日新聞", "捕虜は" * 20),
        Report("José", "e\u0301" * 100),
    ])  # fmt: skip
    traces = [
        session.explain(f)
        for f in (RefugeOption("the United States", "리영호"), Heard("捕虜は" * 20), Heard("e\u0301" * 100))
    ]
    golden("scripts", "\n\n".join(trace.text(ascii_only=False) for trace in traces))


def test_long_phrases_are_wrapped(golden: Golden) -> None:
    """Long phrases, statements and names are wrapped in 80 columns."""
    words = "word " * 40
    session = Session(Program([heard]), [Given(Report("A", words.strip()), Source("S" * 100)), Report("B", "x" * 200)])
    golden("long", "\n\n".join(str(session.explain(Heard(text))) for text in (words.strip(), "x" * 200)))


def test_ascii_only(golden: Golden) -> None:
    """Where only ASCII can be shown, lines and signs have their likes, and the rest is escaped."""
    session = Session(Program([objection_opens_another_door, x_gives_a]), [OBJECTION, HELD])
    text = session.explain(REFUGE, depth=1).text(ascii_only=True)
    assert text.isascii()
    golden("ascii", text)


def test_values_with_newlines(golden: Golden) -> None:
    """A value with a newline or a control character does not break the tree."""
    session = Session(Program([heard]), [Report("A", "one\ntwo\x1b[31m\u202e three")])
    golden("newlines", str(session.explain(Heard("one\ntwo\x1b[31m\u202e three"))))


def test_the_same_trace_in_any_order() -> None:
    """The same facts in any order, under the same rules in any order, print the same trace."""
    rules = [majority, noted, onwards, twice, held_by_the_enemy, captured_without_asylum]
    facts = [
        Holding("Kim", "X", 30), Holding("Kim", "X", 25), Holding("Lee", "X", 45), Step(0), Step(9), Captured("Ri"), HELD,  # noqa: E501
    ]  # fmt: skip
    whole = Session(Program(rules), facts)
    wanted = {fact: str(whole.explain(fact, all=True)) for fact in whole}
    rng = random.Random(1)  # noqa: S311 - an order
    for _ in range(5):
        rng.shuffle(rules)
        rng.shuffle(facts)
        session = Session(Program(rules))
        for one in facts:
            session.assert_fact(one)
        assert {fact: str(session.explain(fact, all=True)) for fact in session} == wanted


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_every_width_is_kept(width: int) -> None:
    """No line is wider than asked for, in whatever width."""
    session = Session(
        Program([majority, noted, onwards, objection_opens_another_door]),
        [Holding("Kim", "X", 60), Holding("Lee", "X", 40), Step(0), OBJECTION, HELD],
    )
    for one in (REFUGE, Step(29), Notable("Lee"), Majority("Kim", "X", 60)):
        for ascii_only in (False, True):
            lines = session.explain(one).text(width=width, ascii_only=ascii_only).splitlines()
            assert max(map(len, lines)) <= width, max(lines, key=len)


def test_ascii_keeps_the_width() -> None:
    """Characters that take more columns once they are escaped are wrapped by what they take then."""
    session = Session(Program([heard]), [Report("José", "Ångström " * 30)])
    lines = session.explain(Heard("Ångström " * 30)).text(ascii_only=True).splitlines()
    assert max(map(len, lines)) <= 80


def test_a_rule_without_premises(golden: Golden) -> None:
    """A rule that rests on nothing, or on absences and aggregates of none, is told so far."""

    @rule
    def always() -> None:
        """It always holds."""
        conclude(A)

    @rule
    def nothing_counted() -> None:
        """Nothing is counted."""
        absent(X)
        conclude(Step, n=30 + count(Holding))

    session = Session(Program([always, nothing_counted], given=[X, Holding]))
    golden("no-premises", f"{session.explain(A())}\n\n{session.explain(Step(30))}")


def test_unused_parts_of_a_pattern_are_shown_as_written(golden: Golden) -> None:
    """A ground pattern shows comparisons, checks and computed values with what they were."""

    @rule
    def odd(h: Holding) -> None:
        """Odd."""
        top = most(Holding, lambda o: o.share)
        absent(Holding, lambda o: o.share > top - 1 + h.share, lambda o: o.owner != compute(str.upper, h.owner))
        conclude(Notable, owner=h.owner)

    golden("pattern", str(Session(Program([odd]), [Holding("Kim", "X", 30)]).explain(Notable("Kim"))))

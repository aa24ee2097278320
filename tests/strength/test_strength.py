"""Strength: the least hedge of the strongest derivation, and the steps that it owes that to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source, absent, article, conclude, fact, present, rule, where
from pow_rules.errors import NotAFactError, UnknownFactError
from pow_rules.hedges import HEDGES as ORDER
from pow_rules.semirings import HEDGES, Semiring
from pow_rules.sources import Attestation
from pow_rules.steps import HeadingStep, SeenStep
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from pow_rules import Rule
    from pow_rules.explain.strength.answer import Strength

FEWER = settings(max_examples=25)


@st.composite
def givens(draw: st.DrawFn) -> list[Given]:
    """Give facts, some of them from several sources, some hedged."""
    return [
        Given(one, Source(name), hedge=draw(st.sampled_from(ORDER)))
        for one in draw(facts(most_facts=10))
        for name in draw(st.lists(st.sampled_from("ab"), min_size=1, max_size=2, unique=True))
    ]


def place(hedge: str) -> int:
    """Give how weak a hedge is."""
    return ORDER.index(hedge)  # type: ignore[arg-type]


def improved(answer: Strength) -> tuple[Any, Any]:
    """Give the worth of givens and rules if just the steps that an answer names were said certainly."""
    rules = {weak.rule for weak in answer.weakest}
    facts = {weak.fact for weak in answer.weakest if weak.rule is None}

    def given_(said: Given) -> Any:
        return "certain" if said.fact in facts else said.hedge

    def rule_(said: Rule) -> Any:
        return "certain" if said in rules else said.hedge

    return given_, rule_


@FEWER
@given(programs(), givens())
def test_the_hedge_is_the_fold_and_the_steps_named_hold_it_down(program: Program, said: list[Given]) -> None:
    """The hedge is the fold's; each step named is as weak; were they all certain, the fact would be stronger."""
    session = Session(program, said)
    for one in session.facts():
        answer = session.strength(one)
        assert answer.hedge == session.fold(one, HEDGES)
        assert bool(answer.weakest) == (answer.hedge != "certain")
        for weak in answer.weakest:
            if weak.rule is None:
                own = [g for g in session.givens() if g.fact == weak.fact and g.hedge == answer.hedge]
                assert {a.source for a in weak.attestations} == {g.source for g in own} != set()
            else:
                assert weak.rule.hedge == answer.hedge
                assert weak.rule in {d.rule for d in session.derivations(weak.fact)}
        if answer.weakest and answer.is_complete:
            given_, rule_ = improved(answer)
            better = session.fold(one, HEDGES, given=given_, rule=rule_)
            assert better is not None
            assert place(better) < place(answer.hedge)


@FEWER
@given(programs(), givens(), st.randoms(use_true_random=False))
def test_the_order_of_assertion_does_not_matter(program: Program, said: list[Given], order: Any) -> None:
    """The same steps are named, in the same order, whatever came first, and whatever was asked before."""
    last = list({(one.fact, one.source): one for one in said}.values())
    session, other = Session(program, last), Session(program)
    for one in order.sample(last, len(last)):
        other.assert_fact(one)
    asked = session.facts()
    answers = {one: session.strength(one) for one in asked}
    for one in order.sample(asked, len(asked)):
        assert other.strength(one) == answers[one]
        assert str(other.explain(one, strength=True)) == str(session.explain(one, strength=True))


@FEWER
@given(programs(), givens(), givens())
def test_what_is_kept_is_of_one_version(program: Program, before: list[Given], after: list[Given]) -> None:
    """After a change, a change of hedges alone among them, the answers are those of a new session."""
    session = Session(program, before)
    for one in session.facts():
        session.strength(one)
    session.assert_facts(after)
    fresh = Session(program, session.givens())
    for one in session.facts():
        assert session.strength(one) == fresh.strength(one)


@fact
class Told:
    """{who} is told of {what}"""

    who: str
    what: str


@fact
class Knows:
    """{who} knows of {what}"""

    who: str
    what: str


@fact
class Public:
    """{what} is public"""

    what: str


@rule(attribution="observers")
def told_knows(t: Told) -> None:
    """Who is told of something knows of it."""
    conclude(Knows, who=t.who, what=t.what)


@rule(hedge="possible", cites=("p. 2",))
def known_is_public(k: Knows) -> None:
    """What somebody knows may become public."""
    conclude(Public, what=k.what)


@rule(hedge="probable")
def two_make_it_public(a: Knows, b: Knows) -> None:
    """What two know probably becomes public."""
    where(a.what == b.what, a.who < b.who)
    conclude(Public, what=a.what)


GOSSIP = Program([told_knows, known_is_public, two_make_it_public], given=[Told])


def test_a_rule_is_the_weakest_step() -> None:
    """The rule and what it concludes are named."""
    session = Session(GOSSIP, [Told("Ada", "x")])
    answer = session.strength(Public("x"))
    assert repr(answer) == "<Strength of Public(what='x'): possible>"
    assert str(answer) == POSSIBLE
    (weak,) = answer.weakest
    assert (weak.fact, weak.rule, weak.attestations) == (Public("x"), known_is_public, ())
    assert json.loads(answer.to_json())["kind"] == "strength"
    assert answer.cut == 0


POSSIBLE = """\
x is public                                                             possible
└─ no stronger than its weakest step
   └─ x is public                                                       possible
      └─ known_is_public (p. 2): What somebody knows may become public."""


def test_the_strongest_derivation_counts() -> None:
    """A stronger derivation is chosen though it is no shorter; what is given only possibly holds it down."""
    session = Session(GOSSIP, [Told("Ada", "x"), Told("Ben", "x")])
    assert session.strength(Public("x")).hedge == "probable"
    session.assert_fact(Given(Told("Ben", "x"), Source("a friend"), hedge="possible"))
    assert session.strength(Public("x")).hedge == "probable"
    session.retract_fact(Told("Ben", "x"))
    session.assert_fact(Given(Told("Ben", "x"), Source("a friend"), hedge="possible"))
    assert session.strength(Knows("Ben", "x")).hedge == "possible"
    assert str(session.strength(Knows("Ben", "x"))) == GIVEN


GIVEN = """\
Ben knows of x                                                          possible
└─ no stronger than its weakest step
   └─ Ben is told of x                               given by a friend, possible"""


def test_in_a_trace() -> None:
    """It stands under the first line; what refers to steps further up still does."""
    session = Session(GOSSIP, [Told("Ada", "x"), Told("Ben", "x")])
    plain, told = session.explain(Public("x"), all=True), session.explain(Public("x"), all=True, strength=True)
    assert told.steps[0] == plain.steps[0]
    added = len(told.steps) - len(plain.steps)
    assert told.steps[1].said == HeadingStep("no stronger than its weakest step", "probable")
    seen = [(step.said.fact, step.said.at) for step in told.steps if isinstance(step.said, SeenStep)]
    assert seen
    for subject, at in seen:
        assert getattr(told.steps[at].said, "fact", None) == subject
    assert added == 3
    assert str(session.explain(Told("Ada", "x"), strength=True)) == (
        "Ada is told of x                                                           given\n└─ every step is certain"
    )


def test_several_steps_are_named_up_to_a_number() -> None:
    """The first twenty are named; that there are more is said."""

    @rule(hedge="probable")
    def on(k: Knows, t: Told) -> None:
        """Who knows tells the next."""
        where(t.who == k.what)
        conclude(Knows, who=t.who, what=t.what)

    @rule(hedge="probable")
    def begin(t: Told) -> None:
        where(t.who == "00")
        conclude(Knows, who=t.who, what=t.what)

    session = Session(Program([on, begin], given=[Told]), [Told(f"{n:02}", f"{n + 1:02}") for n in range(30)])
    answer = session.strength(Knows("18", "19"))
    assert answer.is_complete
    assert [weak.fact for weak in answer.weakest] == [Knows(f"{n:02}", f"{n + 1:02}") for n in range(18, -1, -1)]
    answer = session.strength(Knows("29", "30"))
    assert not answer.is_complete
    assert len(answer.weakest) == 20
    assert str(answer).splitlines()[1] == "└─ no stronger than its weakest steps"
    assert str(answer).splitlines()[-1].strip("└─ ") == "… and more that are as weak"


def test_the_strongest_of_what_is_present_counts() -> None:
    """`present` is as strong as the strongest fact that matches."""

    @rule
    def someone(t: Told) -> None:
        present(Knows, lambda k: k.what == t.what)
        conclude(Public, what=t.what)

    said = [
        Told("Ada", "x"),
        Given(Knows("Ben", "x"), Source("b"), hedge="possible"),
        Given(Knows("Cy", "x"), Source("c"), hedge="probable"),
    ]
    answer = Session(Program([someone]), said).strength(Public("x"))
    assert answer.hedge == "probable"
    (weak,) = answer.weakest
    assert (weak.fact, weak.attestations) == (Knows("Cy", "x"), (Attestation(Source("c"), "probable"),))


def test_a_circle_names_what_it_rests_on() -> None:
    """Two conclusions that rest on each other are held down by what brings one of them about."""

    @rule
    def back(p: Public) -> None:
        conclude(Knows, who="all", what=p.what)

    @rule
    def forth(k: Knows) -> None:
        where(k.who == "all")
        conclude(Public, what=k.what)

    session = Session(Program([known_is_public, told_knows, back, forth]), [Told("Ada", "x")])
    for one in (Public("x"), Knows("all", "x")):
        assert [weak.rule for weak in session.strength(one).weakest] == [known_is_public]


def test_what_does_not_hold() -> None:
    """There is no strength of a fact that does not hold, or of what is no fact."""
    session = Session(GOSSIP)
    with pytest.raises(UnknownFactError):
        session.strength(Public("x"))
    with pytest.raises(NotAFactError):
        session.strength("x")
    with pytest.raises(UnknownFactError):
        session.explain(Public("x"), strength=True)


def test_a_fork_has_strengths_of_its_own() -> None:
    """What one session finds is not another's."""
    session = Session(GOSSIP, [Given(Told("Ada", "x"), hedge="probable")])
    assert session.strength(Told("Ada", "x")).hedge == "probable"
    other = session.fork()
    other.assert_fact(Given(Told("Ada", "x"), hedge="possible"))
    assert other.strength(Told("Ada", "x")).hedge == "possible"
    assert session.strength(Told("Ada", "x")).hedge == "probable"


def test_deep_chains_are_quick_for_every_conclusion() -> None:
    """In a chain of certain steps above a possible one, each of ten thousand answers names the one below."""

    @fact
    class Step:
        n: int

    @fact
    class Begun:
        pass

    @rule(hedge="possible")
    def begin(b: Begun) -> None:
        conclude(Step, n=0)

    @rule
    def on(s: Step) -> None:
        where(s.n < 10_000)
        conclude(Step, n=s.n + 1)

    session = Session(Program([begin, on], given=[Begun]), [Begun()])
    named = {weak.rule for one in session.facts(Step) for weak in session.strength(one).weakest}
    assert named == {begin}


def test_the_article() -> None:
    """Every conclusion of the article has a strength, and every one that is not certain names a step."""
    session = article.session()
    for one in session.conclusions():
        answer = session.strength(one)
        assert bool(answer.weakest) == (answer.hedge != "certain")


@pytest.mark.parametrize(
    ("likelihood", "wanted"), [(0.6, "probable"), ((0.99, 1), "probable"), (1, "certain"), (0.01, "probable")]
)
def test_a_number_below_one_is_not_certain(likelihood: Any, wanted: str) -> None:
    """What may not be so is probable at best, whatever its hedge says; a given and a rule alike, and it is named."""

    @rule(likelihood=likelihood)
    def heard(t: Told) -> None:
        conclude(Public, what=t.what)

    program = Program([heard], given=[Told])
    by_rule = Session(program, [Told("Ada", "x")]).strength(Public("x"))
    assert by_rule.hedge == wanted
    assert [weak.rule for weak in by_rule.weakest] == ([] if wanted == "certain" else [heard])
    session = Session(program, [Given(Told("Ada", "x"), Source("s"), likelihood=likelihood)])
    by_given = session.strength(Told("Ada", "x"))
    assert by_given.hedge == wanted == session.fold(Told("Ada", "x"), HEDGES)
    assert [weak.fact for weak in by_given.weakest] == ([] if wanted == "certain" else [Told("Ada", "x")])
    assert all(len(weak.attestations) == 1 for weak in by_given.weakest)
    session.assert_fact(Given(Told("Ada", "x"), Source("t")))
    assert session.strength(Told("Ada", "x")).hedge == "certain"
    weaker = next(one for one in session.without_source("t").weakened if one.fact == Told("Ada", "x"))
    assert weaker.hedges == ("certain", wanted)


def test_what_keeps_up_an_absence_is_said() -> None:
    """A hedge does not tell of absences: that something uncertain keeps one up is said, and only then."""

    @rule
    def public_unless_known(t: Told) -> None:
        absent(Knows, lambda k: k.what == t.what)
        conclude(Public, what=t.what)

    @fact
    class Calm:
        """all is calm"""

    @rule
    def calm_unless_public(t: Told) -> None:
        absent(Public, lambda p: p.what == t.what)
        conclude(Calm)

    program = Program([public_unless_known, calm_unless_public], given=[Told, Knows])
    known = Knows("Ada", "x")
    for said in (Given(known, hedge="possible"), Given(known, likelihood=0.9)):
        answer = Session(program, [Told("Ben", "x"), said]).strength(Calm())
        assert answer.hedge == "certain"
        assert answer.unweighed == (
            'an absence or an aggregate of calm_unless_public could come out otherwise without "Ada knows of x", which'
            " is uncertain"
        )
        assert "could come out otherwise" in str(answer)
    session = Session(program, [Told("Ben", "x"), known])
    assert session.strength(Calm()).unweighed == ""
    session.assert_fact(Given(known, Source("s"), hedge="possible"))
    assert session.strength(Calm()).unweighed == ""
    session.retract_fact(known)
    session.assert_fact(Given(known, Source("s"), hedge="possible"))
    assert session.strength(Calm()).unweighed
    assert "could come out otherwise" in str(session.explain(Calm(), strength=True))
    assert session.strength(known).unweighed == ""


def test_the_values_are_semirings() -> None:
    """Strength is the fold of hedges; the same fold with other values is the user's."""
    session = Session(GOSSIP, [Told("Ada", "x")])
    longest = Semiring(
        "fewest", 99, 0, min, lambda a, b: a + b, is_absorptive=True, rule=lambda r: r.hedge != "certain"
    )
    assert session.fold(Public("x"), longest) == 1

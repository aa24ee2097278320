"""Bounds: intervals hold whatever depends on what, and independence gives what all cases together give."""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import sys
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source, absent, article, conclude, count, fact, rule, where
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    ExtraMissingError,
    LikelihoodError,
    LimitError,
    NotAFactError,
    RuleError,
    UnknownFactError,
)
from pow_rules.explain.bounds.answer import Assumption
from pow_rules.explain.bounds.interval import overlap
from pow_rules.scales import ICD203, PHIA, Likelihood
from pow_rules.semirings import BEST_PROOF
from pow_rules.steps import GivenStep
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from pow_rules import Rule

SLACK = 1e-9
SEEDS = st.integers(0, 2**32)
"""For weights drawn by Python's own generator, which hypothesis's would make too much the same."""

# ---- ground programs -------------------------------------------------------------------------------------------------


@fact
class Atom:
    """atom {n}"""

    n: int


ATOMS, GIVEN_ATOMS = 6, 3
WORLDS = list(itertools.product((False, True), repeat=ATOMS))

Ground = tuple[tuple[int, ...], int, bool]
"""A rule over atoms: what it rests on, what it concludes, and whether it is certain."""

GROUND = st.lists(
    st.tuples(
        st.lists(st.integers(0, ATOMS - 1), min_size=1, max_size=2, unique=True).map(tuple),
        st.integers(0, ATOMS - 1),
        st.booleans(),
    ).filter(lambda made: made[1] not in made[0]),
    min_size=1,
    max_size=6,
    unique=True,
)


def ground_rule(number: int, made: Ground, likelihood: tuple[float, float] | None) -> Rule:
    """Make a rule over atoms, which fires once at most."""
    body, head, _ = made

    def one(a: Atom) -> None:
        where(a.n == body[0])
        conclude(Atom, n=head)

    def two(a: Atom, b: Atom) -> None:
        where(a.n == body[0], b.n == body[1])
        conclude(Atom, n=head)

    function = one if len(body) == 1 else two
    function.__annotations__ = dict.fromkeys("ab"[: len(body)], Atom)
    function.__name__ = f"rule_{number}"
    return rule(likelihood=likelihood)(function)


def widened(share: float, by: float) -> tuple[float, float]:
    """Give a range around a number."""
    return max(0.0, share - by), min(1.0, share + by)


@settings(max_examples=60)
@given(GROUND, st.lists(st.booleans(), min_size=GIVEN_ATOMS, max_size=GIVEN_ATOMS), SEEDS)
def test_the_interval_holds_in_any_joint_distribution(made: list[Ground], sure: list[bool], seed: int) -> None:
    """Whatever the cases weigh, if the numbers said are those of the cases, each probability is in its bounds."""
    order = random.Random(seed)  # noqa: S311 - weights
    worlds = [
        w for w in WORLDS if all(w[head] or not all(w[b] for b in body) for body, head, is_sure in made if is_sure)
    ]
    worlds = [w for w in worlds if all(w[n] for n in range(GIVEN_ATOMS) if sure[n])]
    # Few cases weigh much: at the edges of what is possible.
    weights = [order.gammavariate(order.choice((0.1, 1.0)), 1.0) + 1e-12 for _ in worlds]
    total = math.fsum(weights)

    def share(*atoms: int) -> float:
        return math.fsum(x for w, x in zip(worlds, weights, strict=True) if all(w[n] for n in atoms)) / total

    rules = []
    for number, (body, head, is_sure) in enumerate(made):
        by = order.choice((0.0, 0.0, 0.1))
        likelihood = (
            None if is_sure else widened(min(1.0, share(*body, head) / share(*body)), by) if share(*body) else (0, 1)
        )
        rules.append(ground_rule(number, (body, head, is_sure), likelihood))
    said = [
        Given(Atom(n)) if sure[n]
        else Given(Atom(n), hedge="possible", likelihood=order.choice((widened(min(1.0, share(n)), 0), (0.0, 1.0))))
        for n in range(GIVEN_ATOMS)
    ]  # fmt: skip
    session = Session(Program(rules), said)
    for one in session.facts(Atom):
        found = session.bounds(one)
        assert found.low - SLACK <= share(one.n) <= found.high + SLACK


@settings(max_examples=30)
@given(GROUND, st.lists(st.sampled_from([0.1, 0.5, 0.7, 0.9, 1.0]), min_size=12, max_size=12))
def test_independence_is_the_sum_over_all_cases(made: list[Ground], numbers: list[float]) -> None:
    """With givens and rules that hold or not by themselves, circles among them, it is the sum over all cases."""
    said = [Given(Atom(n), likelihood=numbers[n]) for n in range(GIVEN_ATOMS)]
    shares = [1.0 if one[2] else numbers[3 + n] for n, one in enumerate(made)]
    rules = [ground_rule(n, one, None if one[2] else (shares[n], shares[n])) for n, one in enumerate(made)]
    session = Session(Program(rules), said)
    wanted = dict.fromkeys(range(ATOMS), 0.0)
    for case in itertools.product((False, True), repeat=GIVEN_ATOMS + len(made)):
        each = zip(case, [*numbers[:GIVEN_ATOMS], *shares], strict=True)
        weight = math.prod(share if holds else 1 - share for holds, share in each)
        model = {n for n in range(GIVEN_ATOMS) if case[n]}
        while True:
            new = {h for (b, h, _), on in zip(made, case[GIVEN_ATOMS:], strict=True) if on and model >= set(b)} - model
            if not new:
                break
            model |= new
        for n in model:
            wanted[n] += weight
    for one in session.facts(Atom):
        found = session.bounds(one, independent=True)
        assert found.low == found.high == pytest.approx(wanted[one.n])
        assert found.is_independent


# ---- generated programs ----------------------------------------------------------------------------------------------


@st.composite
def uncertain(draw: st.DrawFn) -> tuple[Program, list[Given]]:
    """Give programs whose rules are certain, and givens of which up to four are not."""
    program = draw(programs(most_rules=5))
    sure = [attrs.evolve(one, hedge="certain") for one in program.rules]
    asserted = list(dict.fromkeys(draw(facts(most_facts=10))))
    unsure = draw(st.sets(st.sampled_from(asserted), max_size=4)) if asserted else set()
    numbers = st.sampled_from([0.1, 0.25, 0.6, 0.9])
    said = [Given(one, likelihood=draw(numbers)) if one in unsure else Given(one) for one in asserted]
    return Program(sure, given=program.given), said


@settings(max_examples=35)
@given(uncertain(), SEEDS)
def test_running_the_program_on_every_case(asked: tuple[Program, list[Given]], seed: int) -> None:
    """Absences and aggregates or not: what is not refused is what running the program on every case gives."""
    order = random.Random(seed)  # noqa: S311 - weights
    program, said = asked
    unsure = [one for one in said if one.likelihood is not None]
    cases: list[tuple[float, float, frozenset[Any]]] = []
    weights = [order.gammavariate(0.5, 1.0) + 1e-9 for _ in range(2 ** len(unsure))]
    for case, weight in zip(itertools.product((False, True), repeat=len(unsure)), weights, strict=True):
        left = [one.fact for one in said if one.likelihood is None]
        left += [one.fact for one, holds in zip(unsure, case, strict=True) if holds]
        pairs = zip(unsure, case, strict=True)
        share = math.prod(
            one.likelihood.low if holds else 1 - one.likelihood.low for one, holds in pairs if one.likelihood
        )
        cases.append((share, weight / math.fsum(weights), frozenset(Session(program, left).facts())))
    session = Session(program, said)
    # Any joint distribution will do for the interval: the numbers are read off it.
    told = [
        Given(one.fact, likelihood=min(1.0, math.fsum(w for _, w, held in cases if one.fact in held)))
        if one.likelihood is not None and not any(True for _ in session.derivations(one.fact)) else one
        for one in said
    ]  # fmt: skip
    is_read = all(one.likelihood is None or other is not one for one, other in zip(said, told, strict=True))
    other = Session(program, told)
    for one in session.facts():
        try:
            found = session.bounds(one, independent=True)
        except LikelihoodError:
            pass
        else:
            assert found.low == found.high == pytest.approx(math.fsum(share for share, _, held in cases if one in held))
        if is_read:
            try:
                found = other.bounds(one)
            except LikelihoodError:
                continue
            share = math.fsum(weight for _, weight, held in cases if one in held)
            assert found.low - SLACK <= share <= found.high + SLACK


LEVELS, WIDE = 4, 3
LAYERED = st.lists(
    st.integers(1, LEVELS - 1).flatmap(
        lambda level: st.tuples(
            st.just(level),
            st.integers(0, WIDE - 1),
            st.lists(st.tuples(st.integers(0, level), st.integers(0, WIDE - 1)), max_size=1),
            st.lists(st.tuples(st.integers(0, level - 1), st.integers(0, WIDE - 1)), max_size=1),
        )
    ),
    min_size=2,
    max_size=7,
)
"""Rules that conclude a fact of a level from one of at most that level, and from the absence of one of a lower one."""

KINDS = tuple(
    fact(type(f"Level{n}", (), {"__annotations__": {"n": int}, "__doc__": f"{{n}} of {n}", "__module__": __name__}))
    for n in range(LEVELS)
)


def layered_rule(number: int, made: Any) -> Rule:
    """Make a rule over levels."""
    level, n, joined, missing = made

    def says() -> None:
        for below, other in missing:
            absent(KINDS[below], lambda f: f.n == other)  # noqa: B023 - called at once
        conclude(KINDS[level], n=n)

    def alone() -> None:
        says()

    def beside(f: Any) -> None:
        where(f.n == joined[0][1])
        says()

    function = beside if joined else alone
    if joined:
        function.__annotations__ = {"f": KINDS[joined[0][0]]}
    function.__name__ = f"rule_{number}"
    return rule(function)


@settings(max_examples=60)
@given(LAYERED, st.lists(st.sampled_from([None, 0.3, 0.8]), min_size=WIDE, max_size=WIDE))
def test_absences_upon_absences(made: list[Any], numbers: list[float | None]) -> None:
    """Rules that look for what is absent, several deep: no number is wrong, whichever case it is."""
    asserted = [KINDS[0](n) for n in range(WIDE)]
    said = [Given(one, likelihood=share) for one, share in zip(asserted, numbers, strict=True)]
    program = Program([layered_rule(n, one) for n, one in enumerate(made)], given=KINDS)
    session = Session(program, said)
    wanted: dict[Any, float] = {}
    for case in itertools.product((False, True), repeat=len(said)):
        shares = [1.0 if share is None else share for share in numbers]
        weight = math.prod(share if holds else 1 - share for share, holds in zip(shares, case, strict=True))
        for one in Session(program, [f for f, holds in zip(asserted, case, strict=True) if holds]).facts():
            wanted[one] = wanted.get(one, 0.0) + weight
    for one in session.facts():
        for independent in (True, False):
            try:
                found = session.bounds(one, independent=independent)
            except LikelihoodError:
                continue
            assert found.low - SLACK <= wanted[one] <= found.high + SLACK


def test_enough_is_not_refused() -> None:
    """The test above shows something: most facts of such programs are answered."""
    answered = refused = 0

    @settings(max_examples=25, derandomize=True)
    @given(uncertain())
    def ask(asked: tuple[Program, list[Given]]) -> None:
        nonlocal answered, refused
        session = Session(*asked)
        for one in session.conclusions():
            try:
                session.bounds(one, independent=True)
                answered += 1
            except LikelihoodError:
                refused += 1

    ask()
    assert answered > refused


@settings(max_examples=25)
@given(uncertain(), st.randoms(use_true_random=False))
def test_the_order_of_assertion_does_not_matter(asked: tuple[Program, list[Given]], order: random.Random) -> None:
    """The same numbers and the same ledger, whatever came first."""
    program, said = asked
    session, other = Session(program, said), Session(program)
    for one in order.sample(said, len(said)):
        other.assert_fact(one)
    for one in session.facts():
        for independent in (False, True):
            try:
                found: Any = session.bounds(one, independent=independent)
            except LikelihoodError as error:
                with pytest.raises(LikelihoodError, match=re.escape(str(error))):
                    other.bounds(one, independent=independent)
                continue
            assert other.bounds(one, independent=independent) == found


# ---- published cases -------------------------------------------------------------------------------------------------


@fact
class Returned:
    """{who} is returned"""

    who: str


@fact
class Reported:
    """{by} reports that {who} is at risk"""

    who: str
    by: str


@fact
class AtRisk:
    """{who} is at risk"""

    who: str


@rule
def reported_and_returned(r: Returned, s: Reported) -> None:
    """Who is returned and reported to be at risk is."""
    where(r.who == s.who)
    conclude(AtRisk, who=r.who)


RISK = [
    Given(Returned("Ri"), likelihood=0.6),
    Given(Reported("Ri", "one"), likelihood=0.7),
    Given(Reported("Ri", "other"), likelihood=0.7),
]


def test_the_published_case_of_problog() -> None:
    """Two proofs that share a premise: 0.546 exactly, and not the sum, nor what noisy-or makes of two proofs."""
    session = Session(Program([reported_and_returned]), RISK)
    found = session.bounds(AtRisk("Ri"), independent=True)
    assert (found.low, found.high) == (0.546, 0.546)
    assert session.bounds(AtRisk("Ri"), independent=RISK) == found
    assert session.bounds(AtRisk("Ri"), independent=[one.fact for one in RISK]) == found
    assert session.fold(AtRisk("Ri"), BEST_PROOF) == pytest.approx(0.42)
    assert found.word() == ICD203.ROUGHLY_EVEN_CHANCE.value
    assert found.word(PHIA) is None
    without = session.bounds(AtRisk("Ri"))
    assert (without.low, without.high) == (pytest.approx(0.3), 1)
    assert str(found) == EXACT
    assert str(without) == WITHOUT
    assert repr(found) == "<Bounds of AtRisk(who='Ri'): 54.6 %>"
    assert json.loads(found.to_json())["kind"] == "bounds"
    assert found.cut == 0


EXACT = """\
Ri is at risk                              54.6 %: roughly even chance (45-55 %)
└─ this rests on
   ├─ one reports that Ri is at risk                                 given, 70 %
   ├─ other reports that Ri is at risk                               given, 70 %
   ├─ Ri is returned                                                 given, 60 %
   ├─ the givens above are independent of each other
   ├─ it holds by the derivations that are recorded, or not at all
   └─ givens and rules that are certain, and have no number, hold"""
WITHOUT = """\
Ri is at risk                                                           30-100 %
└─ this rests on
   ├─ one reports that Ri is at risk                                 given, 70 %
   ├─ other reports that Ri is at risk                               given, 70 %
   ├─ Ri is returned                                                 given, 60 %
   ├─ nothing is assumed of what these have to do with each other
   ├─ it may also hold for other reasons than those that are recorded
   └─ givens and rules that are certain, and have no number, hold"""


@fact
class Stage:
    """stage {n} is reached"""

    n: int


@rule(hedge="probable", likelihood=ICD203.LIKELY)
def likely_on(s: Stage) -> None:
    """A stage likely leads to the next."""
    where(s.n < 3)
    conclude(Stage, n=s.n + 1)


def test_a_chain_of_three_that_are_likely() -> None:
    """It is guaranteed only to lie in 0.17 to 0.94, and no word of the scale is true of that."""
    session = Session(Program([likely_on]), [Stage(0)])
    found = session.bounds(Stage(3))
    assert str(found.likelihood) == "16.6-94 %"
    assert found.low == pytest.approx(0.55**3)
    assert found.high == pytest.approx(1 - 0.55**2 * 0.2)
    assert found.word() is None
    found = session.bounds(Stage(3), independent=True)
    assert (found.low, found.high) == (pytest.approx(0.55**3), pytest.approx(0.8**3))
    assert session.bounds(Stage(1)).word() == ICD203.LIKELY.value


# ---- numbers of givens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "wanted", "text"),
    [
        ([Given(Stage(0))], (1, 1), None),
        ([Given(Stage(0), hedge="possible")], (0, 1), "it is only possible, without a number: 0-100 %"),
        ([Given(Stage(0), hedge="probable")], (0, 1), "it is only probable, without a number: 0-100 %"),
        ([Given(Stage(0), hedge="possible", likelihood=0.3)], (0.3, 0.3), "it is 30 %"),
        ([Given(Stage(0), Source("a")), Given(Stage(0), Source("b"), hedge="possible")], (1, 1), None),
        (
            [Given(Stage(0), Source("a"), likelihood=0.3), Given(Stage(0), Source("b"), likelihood=PHIA.LIKELY)],
            (0.3, 0.75),
            "its sources differ: 30-75 % holds whichever of them is right",
        ),
        (
            [Given(Stage(0), Source("a"), likelihood=0.3), Given(Stage(0), Source("b"), hedge="possible")],
            (0.3, 0.3),
            "it is 30 %; who hedges without a number says nothing of that",
        ),
        (
            [Given(Stage(0), Source("b"), hedge="possible"), Given(Stage(0), Source("a"), hedge="probable")],
            (0, 1),
            "it is only probable, without a number: 0-100 %",
        ),
    ],
)  # fmt: skip
def test_what_givens_claim(said: list[Given], wanted: tuple[float, float], text: str | None) -> None:
    """A number is itself, certain is 1, hedged without a number is anything, and several sources are all of theirs."""
    found = Session(Program([likely_on]), said).bounds(Stage(0))
    assert (found.low, found.high) == wanted
    about = [entry for entry in found.ledger if entry.about is not None]
    assert about == ([] if text is None else [Assumption(text, Stage(0))])


def test_sources_stand_in_order_in_the_ledger() -> None:
    """Who says something is told in one order, whoever said it first."""
    said = [Given(Stage(0), Source(name), likelihood=0.3) for name in "cab"]
    for order in itertools.permutations(said):
        session = Session(Program([likely_on]))
        for one in order:
            session.assert_fact(one)
        found = session.bounds(Stage(0))
        assert "given by a, 30 %; b, 30 %; c, 30 %" in str(found)
        (step,) = (step.said for step in found.steps if isinstance(step.said, GivenStep))
        assert [one.source for one in step.attestations] == [Source(name) for name in "abc"]


def test_rules_without_numbers() -> None:
    """A hedge is no number: what is only possible can have any probability."""

    @rule(hedge="possible")
    def may_go_on(s: Stage) -> None:
        where(s.n < 3)
        conclude(Stage, n=s.n + 1)

    session = Session(Program([may_go_on]), [Stage(0)])
    for independent in (False, True):
        found = session.bounds(Stage(1), independent=independent)
        assert (found.low, found.high) == (0, 1)


def test_what_is_given_for_sure_is_sure() -> None:
    """A fact that is certainly given needs no other reason, however unlikely a rule makes it."""

    @rule(likelihood=0.1)
    def hardly(s: Stage) -> None:
        where(s.n == 0)
        conclude(Stage, n=1)

    session = Session(Program([hardly]), [Stage(0), Stage(1)])
    assert session.bounds(Stage(1)).low == session.bounds(Stage(1), independent=True).low == 1


def test_numbers_that_contradict_each_other() -> None:
    """Two rules that leave no probability are refused, and both are named; also below the fact asked about."""

    @rule(likelihood=(0.8, 1))
    def mostly(s: Stage) -> None:
        where(s.n == 0)
        conclude(Stage, n=1)

    @rule(likelihood=0.1)
    def hardly(s: Stage) -> None:
        where(s.n == 0)
        conclude(Stage, n=1)

    session = Session(Program([mostly, hardly, likely_on]), [Stage(0)])
    for one in (Stage(1), Stage(2)):
        with pytest.raises(LikelihoodError) as raised:
            session.bounds(one)
        words = str(raised.value)
        assert "Stage(n=1) would have to be at least 80 % likely by rule mostly (" in words
        assert "and at most 10 % by rule hardly (" in words
    with pytest.raises(LikelihoodError, match=r"at least 80 % likely by rule mostly .* at most 20 % as it is given"):
        Session(Program([mostly]), [Stage(0), Given(Stage(1), likelihood=0.2)]).bounds(Stage(1))


# ---- refusals --------------------------------------------------------------------------------------------------------


@fact
class Barred:
    """{who} is barred"""

    who: str


@fact
class Pardoned:
    """{who} is pardoned"""

    who: str


@fact
class Enters:
    """{who} enters"""

    who: str


@rule
def barred_unless_pardoned(r: Returned) -> None:
    """Who is returned is barred unless pardoned."""
    absent(Pardoned, lambda p: p.who == r.who)
    conclude(Barred, who=r.who)


@rule
def enters_unless_barred(r: Returned) -> None:
    """Who is returned enters unless barred."""
    absent(Barred, lambda b: b.who == r.who)
    conclude(Enters, who=r.who)


@rule
def crowd(r: Returned) -> None:
    """Two who enter are a crowd."""
    where(count(Reported) >= 2)
    conclude(AtRisk, who=r.who)


DOOR = Program([barred_unless_pardoned, enters_unless_barred, crowd], given=[Returned, Pardoned, Reported])


def test_an_absence_that_could_come_out_otherwise() -> None:
    """If the pardon is uncertain, so is whether he is barred: no number, and the steps are named."""
    session = Session(DOOR, [Returned("Ri"), Given(Pardoned("Ri"), likelihood=0.5)])
    for independent in (False, True):
        with pytest.raises(LikelihoodError) as raised:
            session.bounds(Enters("Ri"), independent=independent)
        words = str(raised.value)
        assert "an absence or an aggregate of rule enters_unless_barred (" in words
        assert "rule barred_unless_pardoned (" in words
        assert "Pardoned(who='Ri'), which is uncertain" in words
    session = Session(DOOR, [Returned("Ri"), Pardoned("Ri")])
    assert session.bounds(Enters("Ri")).low == 1


def test_an_aggregate_that_could_come_out_otherwise() -> None:
    """If what is counted is uncertain, the count is: no number, and the step is named."""
    session = Session(DOOR, [Returned("Ri"), Reported("Ri", "a"), Given(Reported("Ri", "b"), likelihood=0.9)])
    with pytest.raises(
        LikelihoodError, match=r"rule crowd \(.*\) counts Reported\(who='Ri', by='b'\), which is uncertain"
    ):
        session.bounds(AtRisk("Ri"))
    session = Session(DOOR, [Given(Returned("Ri"), likelihood=0.4), Reported("Ri", "a"), Reported("Ri", "b")])
    assert session.bounds(AtRisk("Ri"), independent=True).low == 0.4


def test_more_derivations_than_are_recorded() -> None:
    """Where there could be more derivations if something uncertain failed, the exact probability is refused."""
    program = Program([barred_unless_pardoned], given=[Returned, Pardoned, Barred])
    said = [Given(Barred("Ri"), likelihood=0.2), Returned("Ri"), Given(Pardoned("Ri"), likelihood=0.5)]
    session = Session(program, said)
    assert session.bounds(Barred("Ri")).low == 0.2
    with pytest.raises(LikelihoodError, match="there could be more derivations than are recorded"):
        session.bounds(Barred("Ri"), independent=True)


def test_what_is_sure_is_not_looked_behind() -> None:
    """Of a fact that is given for sure it does not matter what else it could be concluded from."""
    said = [Returned("Ri"), AtRisk("Ri"), Reported("Ri", "a"), Given(Reported("Ri", "b"), likelihood=0.9)]
    session = Session(Program([crowd]), said)
    assert session.bounds(AtRisk("Ri")).low == session.bounds(AtRisk("Ri"), independent=True).low == 1


def test_what_is_not_said_to_be_independent() -> None:
    """All that is uncertain has to be named, rules too; what is missing is."""
    session = Session(Program([reported_and_returned]), RISK)
    with pytest.raises(
        LikelihoodError, match=r"rests on Reported\(who='Ri', by='one'\) and 1 more, which is uncertain"
    ):
        session.bounds(AtRisk("Ri"), independent=[Returned("Ri")])
    chain = Session(Program([likely_on]), [Given(Stage(0), likelihood=0.5)])
    with pytest.raises(LikelihoodError, match=r"rests on rule likely_on \(.*\), which is uncertain"):
        chain.bounds(Stage(1), independent=[Stage(0)])
    assert chain.bounds(Stage(1), independent=[Stage(0), likely_on]).high == 0.4


def test_wrong_arguments() -> None:
    """What is not given, in the program, several or a number is refused with what was expected."""
    session = Session(Program([reported_and_returned]), RISK)
    goal = AtRisk("Ri")
    cases: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"independent": Returned("Ri")}, ArgumentTypeError, "expected several givens and rules, got one"),
        ({"independent": reported_and_returned}, ArgumentTypeError, "expected several givens and rules, got one"),
        ({"independent": "all"}, ArgumentTypeError, "expected True, or givens and rules in a list, got 'all'"),
        ({"independent": 1}, ArgumentTypeError, "expected True, or givens and rules in a list, got 1"),
        ({"independent": [goal]}, ArgumentValueError, "is not given, it is only concluded: name the givens"),
        ({"independent": [Returned("Al")]}, ArgumentValueError, "is not given, it does not hold"),
        ({"independent": [likely_on]}, ArgumentValueError, r"rule likely_on \(.*\) is none of the program's"),
        ({"independent": [3]}, NotAFactError, "3"),
        ({"seconds": -1}, ArgumentValueError, "seconds: expected 0 or more, or None, got -1"),
        ({"seconds": "1"}, ArgumentTypeError, "seconds: expected a number or None, got '1'"),
    ]
    for arguments, error, words in cases:
        with pytest.raises(error, match=words):
            session.bounds(goal, **arguments)
    with pytest.raises(UnknownFactError):
        session.bounds(AtRisk("Al"))


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without dd there is an interval, and an error that says what to install for more."""
    monkeypatch.setitem(sys.modules, "dd.bdd", None)
    session = Session(Program([reported_and_returned]), RISK)
    assert session.bounds(AtRisk("Ri")).low > 0
    with pytest.raises(ExtraMissingError, match=r"pip install 'pow-rules\[probability\]'"):
        session.bounds(AtRisk("Ri"), independent=True)


def test_the_time_is_over() -> None:
    """Without time there is no answer, and the session goes on."""
    session = Session(Program([reported_and_returned]), RISK)
    for independent in (False, True):
        with pytest.raises(LimitError, match="not found within 0 seconds; allow more with seconds="):
            session.bounds(AtRisk("Ri"), independent=independent, seconds=0)
    assert session.bounds(AtRisk("Ri"), independent=True, seconds=None).low == 0.546


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Diagrams that grow beyond their room are given up."""
    monkeypatch.setattr("pow_rules.explain.bounds.exact._ROOM", 3)
    session = Session(Program([reported_and_returned]), RISK)
    with pytest.raises(LimitError, match="too many, or too entangled"):
        session.bounds(AtRisk("Ri"), independent=True)


# ---- the likelihood of rules -----------------------------------------------------------------------------------------


def test_rules_say_their_likelihood() -> None:
    """It is normalised, and stands in the rule's text, in the program's, in traces and in JSON."""
    assert likely_on.likelihood == ICD203.LIKELY.value
    assert reported_and_returned.likelihood is None
    assert ground_rule(0, ((0,), 1, False), (0.2, 0.4)).likelihood == Likelihood(0.2, 0.4)
    assert str(likely_on).splitlines()[1] == "  likelihood likely (55-80 %)"
    program = Program([likely_on])
    assert "likely_on (probable, likely (55-80 %))" in program.describe()
    explained = Session(program, [Stage(0)]).explain(Stage(1))
    assert "likely (55-80 %)" in str(explained).splitlines()[1]
    assert '"likelihood": {"low": 0.55, "high": 0.8, "word": "likely", "scale": "ICD 203"}' in explained.to_json()


@pytest.mark.parametrize("wrong", [1.5, -0.1, float("nan"), True, "likely", (0.8, 0.2), (0.1,), [0.1, 0.2]])
def test_what_is_no_likelihood(wrong: Any) -> None:
    """Rule, file and line are named, and what was expected."""
    with pytest.raises(RuleError, match=r"test_bounds.py:\d+: rule no_rule: likelihood.*expected"):

        @rule(likelihood=wrong)
        def no_rule(s: Stage) -> None:
            conclude(Stage, n=s.n)


def test_a_given_that_is_concluded_too_is_one_more_chance() -> None:
    """Independent, its number stands beside its derivations, and the ledger says so."""

    @rule
    def next_one(s: Stage) -> None:
        where(s.n == 0)
        conclude(Stage, n=1)

    session = Session(Program([next_one]), [Given(Stage(0), likelihood=0.5), Given(Stage(1), likelihood=0.6)])
    assert session.bounds(Stage(1)).likelihood == Likelihood(0.6, 0.6)
    found = session.bounds(Stage(1), independent=True)
    assert found.low == 0.8
    extra = "a given that is concluded, too, is as likely as it is said to be apart from its derivations"
    assert extra in [entry.text for entry in found.ledger]
    assert extra not in [entry.text for entry in session.bounds(Stage(0), independent=True).ledger]


def test_several_conclusions_of_one_rule() -> None:
    """Independent, each conclusion of a rule is a use of its own, and the ledger says so."""

    @rule(hedge="probable", likelihood=0.5)
    def two(s: Stage) -> None:
        where(s.n == 0)
        conclude(Link, n=1)
        conclude(Link, n=2)

    @rule
    def together(a: Link, b: Link) -> None:
        where(a.n == 1, b.n == 2)
        conclude(Stage, n=9)

    session = Session(Program([two, together]), [Stage(0)])
    found = session.bounds(Stage(9), independent=True)
    assert found.low == 0.25
    assert "of a rule with several conclusions, each of them is a use of its own" in str(found)
    assert session.bounds(Stage(9)).low == 0


def test_the_greatest_is_not_rounded_up() -> None:
    """What rests on what is sure is just as likely as its rule says: the band's word is told."""

    @rule(hedge="possible", likelihood=ICD203.ALMOST_NO_CHANCE)
    def hardly(s: Stage) -> None:
        conclude(Link, n=s.n)

    found = Session(Program([hardly]), [Stage(0)]).bounds(Link(0))
    assert (found.low, found.high) == (0.01, 0.05)
    assert found.word() == ICD203.ALMOST_NO_CHANCE.value


# ---- large ones, and others ------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), max_size=5))
def test_overlaps(parts: list[float]) -> None:
    """A conjunction is no more likely than each part, and as likely as Fréchet says."""
    found = overlap(parts)
    assert 0 <= found <= min(parts, default=1)
    assert found == pytest.approx(max(0, sum(parts) - (len(parts) - 1)) if parts else 1, abs=1e-9)


@fact
class Link:
    """link {n}"""

    n: int


@rule
def link_on(s: Stage, k: Link) -> None:
    """A link leads to the next stage."""
    where(k.n == s.n)
    conclude(Stage, n=s.n + 1)


def test_deep_chains_do_not_recurse() -> None:
    """A chain of ten thousand steps has an interval, and one of 1,500 uncertain ones an exact probability."""
    session = Session(Program([link_on]), [Given(Stage(0), likelihood=0.25), *map(Link, range(10_000))])
    assert session.bounds(Stage(10_000), seconds=None).low == 0.25
    assert session.bounds(Stage(10_000), independent=True, seconds=None).low == 0.25
    unsure = [Given(Link(n), likelihood=0.999) for n in range(1_500)]
    session = Session(Program([link_on]), [Stage(0), *unsure])
    assert session.bounds(Stage(1_500), independent=True, seconds=None).low == pytest.approx(0.999**1500)


def test_circles_settle() -> None:
    """Facts that rest on each other are as likely as what brings them about."""

    @rule(likelihood=0.9)
    def round_and_round(s: Stage, k: Link) -> None:
        where(k.n == s.n)
        conclude(Stage, n=(s.n + 1) % 50)

    session = Session(Program([round_and_round]), [Given(Stage(0), likelihood=0.5), *map(Link, range(50))])
    assert session.bounds(Stage(10)).low == pytest.approx(0.5 * 0.9**10)
    assert session.bounds(Stage(10), independent=True).low == pytest.approx(0.5 * 0.9**10)
    assert session.bounds(Stage(0), independent=True).low == pytest.approx(0.5)


def test_nothing_changes() -> None:
    """The session is as it was, whatever is asked of it."""
    session = Session(Program([reported_and_returned]), RISK)
    before = session.facts(), session.givens(), str(session.explain(AtRisk("Ri"), all=True))
    session.bounds(AtRisk("Ri"), independent=True)
    session.bounds(AtRisk("Ri"))
    assert (session.facts(), session.givens(), str(session.explain(AtRisk("Ri"), all=True))) == before


def test_the_article() -> None:
    """Each conclusion of the article has an interval or a reason why not; none is exact where there are no numbers."""
    session = article.session()
    for one in session.conclusions():
        try:
            found = session.bounds(one)
        except LikelihoodError:
            with pytest.raises(LikelihoodError, match="which is uncertain"):
                session.bounds(one)
            continue
        assert found.low == (1 if session.strength(one).hedge == "certain" else 0)
        assert found.high == 1

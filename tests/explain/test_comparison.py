"""Comparisons of two sessions, against brute force over all facts and derivations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source, absent, article, conclude, count, fact, present, rule, where
from pow_rules.errors import ArgumentTypeError, ArgumentValueError, NotAFactError
from pow_rules.explain.comparison import comparing
from pow_rules.explain.comparison.answer import Comparison, FactComparison, compare
from pow_rules.testing.strategies import facts, programs
from pow_rules.values import canonical

if TYPE_CHECKING:
    from pow_rules.steps import Step

SOURCES = st.sampled_from([None, Source("A"), Source("B")])
SETTINGS = settings(max_examples=20)


@fact
class Chosen:
    """{who} is chosen"""

    who: str


@fact
class Barred:
    """{who} is barred"""

    who: str


@fact
class Named:
    """{who} is named"""

    who: str


@fact
class Known:
    """{who} is known, one of {many}"""

    who: str
    many: int


@rule
def chosen_is_named(c: Chosen) -> None:
    """Who is chosen is named, unless barred."""
    absent(Barred, lambda b: b.who == c.who)
    conclude(Named, who=c.who)


@rule
def named_is_known(n: Named) -> None:
    """Who is named is known."""
    conclude(Known, who=n.who, many=1)


@rule
def counted(c: Chosen) -> None:
    """Who is chosen is one of all that are, if there are two at least."""
    where(count(Chosen) >= 2)
    conclude(Known, who=c.who, many=2)


@rule(hedge="possible")
def chosen_may_be_named(c: Chosen) -> None:
    """Another rule."""
    conclude(Named, who=c.who)


PROGRAM = Program([chosen_is_named, named_is_known, counted], given=[Chosen, Barred])


def justification(session: Session, fact: Any) -> tuple[Any, ...]:
    """Give everything about a fact: whether it holds, who gives it, and its derivations."""
    sources = frozenset(given.source for given in session.givens() if given.fact == fact)
    return fact in session, sources, frozenset(session.derivations(fact))


def apart(before: Session, after: Session) -> set[Any]:
    """Give the facts whose justification differs, by looking at all of them."""
    every = {*before.facts(), *after.facts()}
    return {f for f in every if justification(before, f) != justification(after, f)}


def check_fact(found: FactComparison, before: Session, after: Session) -> None:
    """Compare what is said of a fact with its derivations in the two sessions."""
    sides = [frozenset(session.derivations(found.fact)) for session in (before, after)]
    assert {c.derivation for c in found.gone} == sides[0] - sides[1]
    assert {c.derivation for c in found.new} == sides[1] - sides[0]
    assert set(found.same) == sides[0] & sides[1]
    assert found.holds == (found.fact in before, found.fact in after)
    for i, session in enumerate((before, after)):
        given = {g.source for g in session.givens() if g.fact == found.fact}
        assert set(found.sources[i]) == given
        assert len(found.sources[i]) == len(given)


def check_reasons(found: FactComparison, before: Session, after: Session) -> None:
    """Every derivation that one session lacks is told with something that it lacks there, and truly so."""
    for changes, other in ((found.gone, after), (found.new, before)):
        for change in changes:
            assert change.lacking or change.missing or change.blocking or change.outdated
            assert all(f not in other and f in change.derivation.premises for f in change.lacking)
            assert all(f in other for f in change.blocking)
            assert all(here != there for here, there in change.outdated)


def swapped(found: FactComparison) -> FactComparison:
    """Give a fact's comparison the other way round."""
    (one, other), (here, there) = found.holds, found.attestations
    return FactComparison(found.fact, found.level, (other, one), (there, here), found.new, found.gone, found.same)


def as_set(found: FactComparison) -> Any:
    """Give a fact's comparison with its same derivations in no order."""
    return found.fact, found.level, found.holds, found.attestations, found.gone, found.new, frozenset(found.same)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Session, Session]:
    """Give a session and a fork of it that differ in some calls; either may be the later one."""
    program = draw(programs())
    before = Session(program, [Given(f, draw(SOURCES)) for f in draw(facts(most_facts=12))])
    after = before.fork()
    for session in draw(st.lists(st.sampled_from([before, after]), min_size=1, max_size=3)):
        held = session.givens()
        if held:
            session.retract_facts(draw(st.lists(st.sampled_from(held), max_size=3, unique=True)))
        session.assert_facts([Given(f, draw(SOURCES)) for f in draw(facts(most_facts=4))])
        if draw(st.booleans()):
            session._base.compact(0)
    return before, after


@SETTINGS
@given(pairs())
def test_all_facts_are_compared_as_by_looking_at_each(pair: tuple[Session, Session]) -> None:
    """What differs, what is gone, new and the same is what looking at every derivation of every fact finds."""
    before, after = pair
    found = compare(before, after)
    differing = apart(before, after)
    assert {f.fact for f in found.facts} == differing
    assert [canonical(f.fact) for f in found.facts] == sorted(map(canonical, differing))
    assert bool(found) == bool(differing)
    assert found.same == len({*before.facts()} & {*after.facts()} - differing)
    assert set(found.new) == {*after.facts()} - {*before.facts()}
    assert set(found.gone) == {*before.facts()} - {*after.facts()}
    for about in found.facts:
        check_fact(about, before, after)
        check_reasons(about, before, after)
    assert found.steps


@SETTINGS
@given(pairs())
def test_the_other_way_round_new_and_gone_are_exchanged(pair: tuple[Session, Session]) -> None:
    """Comparing the other way round gives the same facts, levels and derivations, with the sides exchanged."""
    before, after = pair
    for asked in (None, *[*before.facts(), *after.facts()][::4]):
        one, other = compare(before, after, asked), compare(after, before, asked)
        assert [as_set(swapped(f)) for f in one.facts] == [as_set(f) for f in other.facts]
        assert (one.new, one.gone, one.same) == (other.gone, other.new, other.same)


@SETTINGS
@given(pairs())
def test_a_difference_made_good_leaves_none(pair: tuple[Session, Session]) -> None:
    """Once the givens' difference is applied to a fork of the one, nothing differs from the other."""
    before, after = pair
    mended = before.fork()
    for found in compare(before, after).facts:
        mended.retract_facts([Given(found.fact, s) for s in found.sources[0] if s is not None])
        if None in found.sources[0]:
            mended.retract_fact(found.fact)
        mended.assert_facts([Given(found.fact, s) for s in found.sources[1]])
    left = compare(mended, after)
    assert not left
    assert left.facts == ()
    assert left.same == len(after)


@SETTINGS
@given(programs(), facts())
def test_a_session_made_again_does_not_differ(program: Program, asserted: list[Any]) -> None:
    """An unchanged fork, and a session made afresh in another order, do not differ from a session."""
    session = Session(program, asserted)
    for other in (session, session.fork(), Session(program, asserted[::-1])):
        found = compare(session, other)
        assert (bool(found), found.facts, found.same) == (False, (), len(session))


def rests_on(sessions: tuple[Session, Session], asked: Any) -> set[Any]:
    """Give all that a fact rests on in either session, through premises, presences, counted facts and blockers."""
    seen, ahead = {asked}, [asked]
    while ahead:
        here = ahead.pop()
        below: list[Any] = []
        mine = [set(session.derivations(here)) for session in sessions]
        for session, other, own in ((*sessions, mine[0] - mine[1]), (*sessions[::-1], mine[1] - mine[0])):
            for d in session.derivations(here):
                below += [*d.premises, *(f for a in d.aggregates for f in a.facts)]
                for presence in d.presences:
                    below += matching(session, presence.pattern)
                if d in own:
                    for absence in d.absences:
                        below += matching(other, absence.pattern)
                    for found in comparing._changed(d, other._log).outdated:
                        below += found[1].facts if found[1] is not None else ()
        ahead += dict.fromkeys(f for f in below if f not in seen)
        seen.update(below)
    return seen


def matching(session: Session, pattern: Any) -> list[Any]:
    """Give the facts that a ground pattern matches."""
    return [session._log.fact(node) for node in session._log.matching(pattern, {})]


@SETTINGS
@given(pairs(), st.integers(0, 100))
def test_what_a_fact_rests_on_is_all_told(pair: tuple[Session, Session], pick: int) -> None:
    """Below a fact stand exactly the facts that it rests on and that differ, each once."""
    before, after = pair
    every = sorted({*before.facts(), *after.facts()}, key=canonical)
    assume(every)
    asked = every[pick % len(every)]
    found = compare(before, after, asked)
    told = [f.fact for f in found.facts]
    assert told[0] == asked
    assert len(told) == len(set(told))
    wanted = rests_on(pair, asked) & apart(before, after)
    assert set(told) - {asked} == wanted - {asked}
    assert [f.level for f in found.facts] == sorted(f.level for f in found.facts)
    for about in found.facts:
        check_fact(about, before, after)
    if found.facts[0]:
        assert found.beginnings, "some given came or went, or its sources did"


@SETTINGS
@given(pairs(), st.integers(1, 3))
def test_size_cuts_and_counts(pair: tuple[Session, Session], size: int) -> None:
    """With a size, the first facts that differ are told, and the others are counted."""
    whole, cut = compare(*pair), compare(*pair, size=size)
    assert cut.facts == whole.facts[:size]
    assert cut.cut == len(whole.facts) - len(cut.facts)
    assert cut.same == whole.same


@SETTINGS
@given(programs(), programs(), facts())
def test_two_programs(one: Program, other: Program, asserted: list[Any]) -> None:
    """Sessions of two programs differ by what the names and texts of their rules, and what they matched, say."""

    def told(session: Session, fact: Any) -> Any:
        sources = frozenset(given.source for given in session.givens() if given.fact == fact)
        return fact in session, sources, {comparing._identity(d) for d in session.derivations(fact)}

    sessions = [Session(Program([*one.rules[:2], *more], given=one.given), asserted) for more in ((), other.rules[2:])]
    for before, after in (sessions, sessions[::-1], [Session(one, asserted), Session(other, asserted)]):
        found = compare(before, after)
        every = {*before.facts(), *after.facts()}
        assert {f.fact for f in found.facts} == {f for f in every if told(before, f) != told(after, f)}
        assert found.same == len(every) - len(found.facts)
        assert found.steps


# ---- examples --------------------------------------------------------------------------------------------------------


def test_an_absence_that_is_blocked_now_is_followed() -> None:
    """A conclusion falls because of a fact two derivations below, which is told as what it begins with."""
    session = Session(PROGRAM, [Chosen("Ada")])
    before = session.fork()
    session.assert_fact(Barred("Ada"), Source("the judge"))
    found = compare(before, session, Known("Ada", 1))
    assert [(f.fact, f.level, f.word) for f in found.facts] == [
        (Known("Ada", 1), 0, "gone"),
        (Named("Ada"), 1, "gone"),
        (Barred("Ada"), 2, "new"),
    ]
    assert [f.fact for f in found.beginnings] == [Barred("Ada")]
    assert found.facts[1].gone[0].blocking == (Barred("Ada"),)
    assert (
        found.text(ascii_only=True)
        == """\
Ada is known, one of 1                               holds before, and not after
|- gone                                                             1 derivation
|  `- named_is_known: Who is named is known.
|     `- Ada is named                                                       gone
|- it begins with
|  `- Ada is barred                                                          new
|     `- not given before, given by the judge after
`- and goes on over
   `- Ada is named                                                          gone
      `- gone                                                       1 derivation
         `- chosen_is_named: Who is chosen is named, unless barred.
            |- Ada is chosen                                           as before
            |- no Barred(who='Ada')                                       absent
            `- Ada is barred                                   in the way, after"""
    )


def test_what_else_asks_for_the_same_presence_is_not_told() -> None:
    """A presence that is compared by `>` is what matches it; other facts that ask for the same are not rested on."""

    @fact
    class Bid:
        who: str
        amount: int

    @fact
    class Offer:
        amount: int

    @rule
    def bid_is_met(b: Bid) -> None:
        """A bid is met where more is offered."""
        present(Offer, lambda o: o.amount > b.amount)
        conclude(Named, who=b.who)

    program = Program([bid_is_met])
    before = Session(program, [Bid("Ada", 1), Bid("Ben", 1), Offer(2), Offer(1)])
    for one, other in ((before, Session(program)), (Session(program), before)):
        found = compare(one, other, Named("Ada"))
        assert [f.fact for f in found.facts] == [Named("Ada"), Bid("Ada", 1), Offer(2)]


def test_an_aggregate_of_another_value() -> None:
    """A conclusion that counts holds as before, and its derivation says what was counted before and after."""
    session = Session(PROGRAM, [Chosen("Ada"), Chosen("Ben")])
    before = session.fork()
    session.assert_fact(Chosen("Cem"))
    (known,) = [f for f in compare(before, session).facts if f.fact == Known("Ada", 2)]
    assert known.word == "changed"
    (here, there), (was,) = known.gone[0].outdated[0], [a.value for a in known.gone[0].derivation.aggregates]
    assert (here.value, there.value if there else None, was) == (2, 3, 2)
    assert "after: count(Chosen()) = 3" in compare(before, session, Known("Ada", 2)).text(ascii_only=True)


def test_a_source_that_came() -> None:
    """A fact that another source gives as well differs in that alone, and so does what rests on it only below."""
    session = Session(PROGRAM, [Chosen("Ada")])
    before = session.fork()
    session.assert_fact(Chosen("Ada"), Source("the paper"))
    found = compare(before, session, Named("Ada"))
    assert [f.word for f in found.facts] == ["as before", "changed"]
    assert found.facts[1].sources == ((None,), (None, Source("the paper")))
    assert str(found).splitlines()[0].startswith("Ada is named")
    assert found
    assert not found.facts[0]


def test_a_rule_that_changed_its_hedge() -> None:
    """Of two programs with a rule of one name, it is told how the rule differs."""

    def made(hedge: Any) -> Program:
        @rule(hedge=hedge)
        def named(c: Chosen) -> None:
            """Who is chosen is named."""
            conclude(Named, who=c.who)

        return Program([named])

    before, after = (Session(made(h), [Chosen("Ada")]) for h in ("certain", "possible"))
    (found,) = compare(before, after).facts
    assert found.gone[0].rule_change == "the rule is certain here, and possible in the other program"
    assert found.is_beginning
    assert not compare(Session(made("certain"), [Chosen("Ada")]), before)


def test_a_rule_that_is_no_longer_there() -> None:
    """Of two programs that share rules, only what the others concluded differs."""
    more = Program([*PROGRAM.rules, chosen_may_be_named], given=[Chosen, Barred])
    before, after = Session(more, [Chosen("Ada")]), Session(PROGRAM, [Chosen("Ada")])
    (found,) = compare(before, after).facts
    assert (found.fact, found.word, len(found.same)) == (Named("Ada"), "changed", 1)
    assert found.gone[0].rule_change == "the other program has no rule chosen_may_be_named"


def test_what_a_presence_found_is_followed() -> None:
    """What stands below a presence is told, where the derivation itself is as before."""

    @rule
    def someone(b: Barred) -> None:
        present(Chosen)
        conclude(Named, who=b.who)

    session = Session(Program([someone], given=[Chosen, Barred]), [Barred("Ada"), Chosen("Ben")])
    before = session.fork()
    session.assert_fact(Chosen("Cem"))
    found = compare(before, session, Named("Ada"))
    assert [(f.fact, f.word) for f in found.facts] == [(Named("Ada"), "as before"), (Chosen("Cem"), "new")]


def test_a_fact_that_holds_in_neither() -> None:
    """A fact that holds in neither session is said to; also one of a type that no rule knows."""
    session = Session(Program([chosen_is_named]), [])
    for unheld in (Named("Ada"), Known("Ada", 1)):
        found = compare(session, session, unheld)
        assert not found
        assert found.facts[0].word == "in neither"
        assert "holds in neither" in str(found)


def test_what_is_no_session_or_no_fact() -> None:
    """What cannot be compared is refused, with what was expected."""
    session = Session(PROGRAM)
    with pytest.raises(ArgumentTypeError, match=r"^compare\(after=...\): expected a Session, got 'x'$"):
        compare(session, "x")  # type: ignore[arg-type]
    with pytest.raises(NotAFactError):
        compare(session, session, "x")
    with pytest.raises(ArgumentValueError, match=r"^size: expected 1 or more, or None, got 0$"):
        compare(session, session, size=0)

    @fact
    class Named:
        who: str

    with pytest.raises(ArgumentValueError, match=r"two fact types named Named: .* before and .* after"):
        compare(session, Session(Program([], given=[Named])))


def test_the_article() -> None:
    """Taking away a report of the article changes what rests on it, and every form of the answer can be shown."""
    session = article.session()
    before = session.fork()
    for reported in session.givens():
        after = session.fork()
        after.retract_fact(reported.fact)
        found = compare(before, after)
        assert {f.fact for f in found.facts} == apart(before, after)
        for about in found.facts:
            check_fact(about, before, after)
            inner = compare(before, after, about.fact)
            assert reported.fact in {f.fact for f in inner.facts}
            assert_well_formed(inner)
        assert_well_formed(found)


def assert_well_formed(found: Comparison) -> None:
    """The steps make one tree."""
    steps: tuple[Step, ...] = found.steps
    assert steps[0].depth == 0
    depth = 0
    for step in steps[1:]:
        assert 1 <= step.depth <= depth + 1
        depth = step.depth
    assert str(found)


# ---- size ------------------------------------------------------------------------------------------------------------


def test_few_differences_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large session and a fork that differ in little, only what differs is looked at closely."""
    many = 20_000
    session = Session(Program([chosen_is_named, named_is_known]), [Chosen(f"p{i}") for i in range(many)])
    before = session.fork()
    session.assert_facts([Barred("p1"), Barred("nobody")])
    looked: list[Any] = []
    compared = comparing.Comparing._compared

    def spied(self: Any, key: Any, level: int) -> FactComparison:
        looked.append(key)
        return compared(self, key, level)

    monkeypatch.setattr(comparing.Comparing, "_compared", spied)
    found = compare(before, session)
    assert set(found.new) == {Barred("p1"), Barred("nobody")}
    assert set(found.gone) == {Named("p1"), Known("p1", 1)}
    assert len(looked) == 4
    assert found.same == 3 * many - 2


def test_long_chains() -> None:
    """A difference at the bottom of a chain of 3,000 is followed down to where it begins."""

    @fact
    class Link:
        n: int

    @fact
    class Reached:
        n: int

    @rule
    def start(link: Link) -> None:
        where(link.n == 0)
        conclude(Reached, n=0)

    @rule
    def follow(r: Reached, link: Link) -> None:
        where(link.n == r.n + 1)
        conclude(Reached, n=link.n)

    session = Session(Program([start, follow], given=[Link]), [Link(i) for i in range(3_000)])
    before = session.fork()
    session.retract_fact(Link(0))
    found = compare(before, session, Reached(2_999))
    assert len(found.facts) == 3_001
    assert found.beginnings[0].fact == Link(0)
    assert compare(before, session, Link(5)).facts[0].word == "as before"
    cut = compare(before, session, Reached(2_999), size=10)
    assert (len(cut.facts), cut.cut) == (10, 2_991)

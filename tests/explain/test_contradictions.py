"""What contradicts what, against brute force on generated programs; and what strict sessions refuse."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pow_rules import (
    Explanation,
    Given,
    Program,
    Session,
    Source,
    absent,
    article,
    conclude,
    fact,
    present,
    rule,
    where,
)
from pow_rules.article.vocabulary import DecidesToTakeIn, DoesNotObject, GoesTo, HandsBack, Opposes, ReturnedTo
from pow_rules.constraints import constraint
from pow_rules.errors import ArgumentValueError, ContradictionError, NotGivenError
from pow_rules.explain.contradictions import Contradiction
from pow_rules.steps import ConclusionStep, FactStep, GivenStep, HeadingStep, NoteStep, RuleStep, SeenStep
from pow_rules.terms import Absent
from pow_rules.testing import naive_contradictions, naive_model
from pow_rules.testing.strategies import facts, programs
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.explain.contradictions import Contradictions
    from pow_rules.terms import Condition

FEWER = settings(max_examples=25)
CONSTRAINED = programs(most_rules=4, most_constraints=3)


@fact
class At:
    """{who} is at {place}"""

    who: int
    place: int


@fact
class Link:
    """{a} leads to {b}"""

    a: int
    b: int


@fact
class Path:
    """there is a way from {a} to {b}"""

    a: int
    b: int


@fact
class Closed:
    """all is closed"""


@rule
def a_link_is_a_path(e: Link) -> None:
    """A link is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def a_path_goes_on(p: Path, e: Link) -> None:
    """Where a path ends a link may go on."""
    where(p.b == e.a)
    conclude(Path, a=p.a, b=e.b)


@constraint
def one_place(a: At, b: At) -> None:
    """Nobody is at two places."""
    where(a.who == b.who, a.place != b.place)


@constraint
def no_circle(p: Path, q: Path) -> None:
    """No two places lead to each other."""
    where(p.a == q.b, p.b == q.a)


PATHS = Program([a_link_is_a_path, a_path_goes_on, no_circle])
PLACES = Program([one_place])


def pairs(found: Contradictions) -> list[tuple[str, frozenset[Any]]]:
    """Give the constraint's name and the facts of each contradiction."""
    return [(contradiction.constraint.name, frozenset(contradiction.facts)) for contradiction in found]


def order(contradiction: Contradiction) -> tuple[str, tuple[str, ...]]:
    """Give what contradictions are sorted by."""
    return contradiction.constraint.name, tuple(map(canonical, contradiction.facts))


def everything(session: Session) -> tuple[Any, ...]:
    """Give all that a session holds, entry by entry."""
    base = session._base
    return (
        session.facts(),
        session.givens(),
        [[r.rows[i] for i in r.live(0, len(r.rows))] for r in base.relations],
        [[(t.conclusions[f], *(p[f] for p in t.premises)) for f in t.firings()] for t in base.tables],
        (len(session), session.derivation_count),
    )


# ---- against brute force -----------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(CONSTRAINED, facts(most_facts=10))
def test_they_are_those_of_brute_force(program: Program, start: list[Any]) -> None:
    """What contradicts what is found by trying every constraint on every combination of the facts that follow."""
    found = Session(program, start).contradictions(limit=None)
    wanted = naive_contradictions(program, naive_model(program, start).facts)
    assert len(pairs(found)) == len(wanted) == len(found) == found.count
    assert set(pairs(found)) == wanted
    assert bool(found) == bool(wanted)
    assert sorted(found, key=order) == list(found)


@FEWER
@given(CONSTRAINED, facts(most_facts=8), st.data())
def test_the_order_of_assertion_does_not_matter(program: Program, start: list[Any], data: st.DataObject) -> None:
    """The same givens in another order, or one by one, contradict each other in the same words."""
    other = Session(program)
    for value in data.draw(st.permutations(start)):
        other.assert_fact(value)
    one = Session(program, start).contradictions(limit=3)
    assert other.contradictions(limit=3) == one
    assert str(other.contradictions(limit=3)) == str(one)


@settings(max_examples=15)
@given(CONSTRAINED, facts(most_facts=10))
def test_nothing_else_is_disturbed(program: Program, start: list[Any]) -> None:
    """A session whose program also has constraints holds and explains what it would without them."""
    session, plain = Session(program, start), Session(Program(program.rules, given=program.given), start)
    assert session.facts() == plain.facts()
    assert set(session) == set(plain)
    assert (len(session), session.derivation_count) == (len(plain), plain.derivation_count)
    assert session.conclusions() == plain.conclusions()
    for value in session.conclusions():
        assert session.derivations(value) == plain.derivations(value)
        assert str(session.explain(value, all=True)) == str(plain.explain(value, all=True))
    for one in list(dict.fromkeys(start))[:3]:
        assert session.what_if(without=[one]) == plain.what_if(without=[one])
        assert session.retract_fact(one) == plain.retract_fact(one)
    assert session.cross_check("durable" if session.matcher == "compiled" else "compiled")


@FEWER
@given(CONSTRAINED, facts(most_facts=10))
def test_a_strict_session_refuses_what_brute_force_finds(program: Program, start: list[Any]) -> None:
    """A strict session takes a fact exactly if nothing contradicts anything then; else it is as it was before."""
    assume(not naive_contradictions(program, naive_model(program, []).facts))
    session = Session(program, strict=True)
    kept: list[Any] = []
    for value in start:
        wanted = naive_contradictions(program, naive_model(program, [*kept, value]).facts)
        before = everything(session)
        if wanted:
            with pytest.raises(ContradictionError) as caught:
                session.assert_fact(value)
            assert caught.value.contradictions.count == len(wanted)
            assert everything(session) == before
        else:
            session.assert_fact(value)
            kept.append(value)
        assert not session.contradictions()


# ---- the sides and the sets at fault -----------------------------------------------------------------------------


@FEWER
@given(CONSTRAINED, facts(most_facts=8))
def test_the_steps(program: Program, start: list[Any]) -> None:
    """The steps are the constraint, its sides with their traces, then what is at fault; what was said is found."""
    session = Session(program, start)
    found = session.contradictions(limit=5)
    assert [step.depth for step in found.steps].count(0) == 1
    roots = [step.said.rule for step in found.steps if step.depth == 1 and isinstance(step.said, RuleStep)]
    assert roots == [contradiction.constraint for contradiction in found]
    for step in found.steps:
        if isinstance(step.said, SeenStep):
            seen = found.steps[step.said.at].said
            assert isinstance(seen, ConclusionStep)
            assert seen.fact == step.said.fact
    for contradiction in found:
        sides = [
            step.said.fact
            for step in contradiction.steps
            if step.depth == 1 and isinstance(step.said, GivenStep | ConclusionStep | SeenStep)
        ]
        assert sides[: len(contradiction.facts)] == list(contradiction.facts)
        concluded = [value for value in contradiction.facts if session.derivations(value)]
        assert [trace.fact for trace in contradiction.traces] == concluded
        assert [str(trace) for trace in contradiction.traces] == [str(session.explain(value)) for value in concluded]
        named = [s.said.fact for s in contradiction.steps if isinstance(s.said, FactStep)]
        assert named == [value for givens in contradiction.at_fault.sets for value in givens]


EDGES = st.lists(st.builds(Link, st.integers(0, 3), st.integers(0, 3)), max_size=6, unique=True)


@FEWER
@given(EDGES)
def test_the_sets_at_fault_are_the_smallest(edges: list[Any]) -> None:
    """Of all sets of givens, those at fault are the minimal ones that lead to the contradiction."""
    leading: dict[tuple[str, frozenset[Any]], list[frozenset[Any]]] = {}
    for size in range(len(edges) + 1):
        for chosen in map(frozenset, itertools.combinations(edges, size)):
            for pair in naive_contradictions(PATHS, naive_model(PATHS, chosen).facts):
                smaller = leading.setdefault(pair, [])
                if not any(other < chosen for other in smaller):
                    smaller.append(chosen)
    found = Session(PATHS, edges).contradictions(limit=None)
    assert {(c.constraint.name, frozenset(c.facts)): set(map(frozenset, c.at_fault.sets)) for c in found} == {
        pair: set(sets) for pair, sets in leading.items()
    }
    for contradiction in found:
        assert contradiction.at_fault.is_complete
        assert [len(givens) for givens in contradiction.at_fault.sets] == sorted(map(len, contradiction.at_fault.sets))


def _looks(conditions: tuple[Condition, ...]) -> bool:
    return any(isinstance(condition, Absent) for condition in conditions)


@FEWER
@given(CONSTRAINED, facts(most_facts=8))
def test_without_absences_each_set_is_enough(program: Program, start: list[Any]) -> None:
    """Where nothing rests on an absence or an aggregate, each set at fault leads to it, and no part of it does."""
    positive = [r for r in program.conditionals if not (r.aggregates or _looks(r.conditions))]
    program = Program(positive, given=program.given)
    for contradiction in Session(program, start).contradictions(limit=4):
        pair = contradiction.constraint.name, frozenset(contradiction.facts)
        for givens in contradiction.at_fault.sets[:3]:
            assert pair in pairs(Session(program, givens).contradictions(limit=None))
            for left_out in givens:
                rest = [value for value in givens if value != left_out]
                assert pair not in pairs(Session(program, rest).contradictions(limit=None))


def test_givens_alone_are_at_fault_themselves() -> None:
    """Two givens that contradict each other are one contradiction, though they meet the constraint in two orders."""
    (found,) = Session(PLACES, [At(1, 2), At(1, 1), At(2, 1)]).contradictions()
    assert found.constraint is one_place
    assert found.facts == (At(1, 1), At(1, 2))
    assert found.traces == ()
    assert found.at_fault.sets == ((At(1, 1), At(1, 2)),)
    assert repr(found) == "<Contradiction by one_place: At(who=1, place=1), At(who=1, place=2)>"


def test_one_fact_may_stand_for_both_sides() -> None:
    """A fact that meets a constraint with itself is one side."""
    (found,) = Session(PATHS, [Link(1, 1)]).contradictions()
    assert found.facts == (Path(1, 1),)
    assert [trace.fact for trace in found.traces] == [Path(1, 1)]
    assert found.at_fault.sets == ((Link(1, 1),),)


def test_what_is_absent_may_be_all_there_is() -> None:
    """A constraint without facts is broken by an absence; no given is at fault then."""

    @constraint
    def something_is_closed() -> None:
        """Something is closed."""
        absent(Closed)

    session = Session(Program([something_is_closed]))
    (found,) = session.contradictions()
    assert (found.facts, found.at_fault.sets) == ((), ((),))
    assert str(found.absences[0]) == "no Closed()"
    assert NoteStep("no given is at fault: it follows from what is absent") in [step.said for step in found.steps]
    session.assert_fact(Closed())
    assert not session.contradictions()
    with pytest.raises(
        ContradictionError, match=r"constraint something_is_closed: Something is closed\. Against it: what"
    ):
        Session(Program([something_is_closed]), strict=True)


def test_what_is_present_is_told() -> None:
    """A presence and what is found for it stand below the constraint, and its givens are at fault."""

    @constraint
    def nobody_where_closed(a: At) -> None:
        present(Closed)
        where(a.place == 1)

    (found,) = Session(Program([nobody_where_closed]), [At(1, 1), Closed()]).contradictions()
    assert list(map(str, found.presences)) == ["some Closed()"]
    assert found.facts == (At(1, 1),)
    assert found.at_fault.sets == ((At(1, 1), Closed()),)


# ---- many, and deep ----------------------------------------------------------------------------------------------


def test_supports_are_looked_for_when_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many contradictions, the sets at fault are found for those that are looked at."""
    from pow_rules.explain.supports import answer as real  # noqa: PLC0415 - to be replaced

    asked: list[Any] = []
    kept = real.supports

    def counting(*args: Any, **options: Any) -> Any:
        asked.append(args)
        return kept(*args, **options)

    monkeypatch.setattr(real, "supports", counting)
    session = Session(PLACES, [At(n, place) for n in range(2_000) for place in (1, 2)])
    found = session.contradictions(limit=None)
    assert (len(found), found.count, found.cut, asked) == (2_000, 2_000, 0, [])
    assert found[7].at_fault.sets
    assert found[7].at_fault.sets
    assert len(asked) == 2  # one for each order in which the facts match


def test_what_is_cut_is_counted() -> None:
    """A limit on contradictions is told of, with how many there are in all."""
    session = Session(PLACES, [At(n, place) for n in range(30) for place in (1, 2)])
    found, whole = session.contradictions(limit=4), session.contradictions()
    assert (len(found), found.count, found.cut) == (4, 30, 26)
    assert list(found) == list(whole)[:4]
    assert found.steps[0].said == HeadingStep("30 contradictions", "4 shown")
    assert str(found).splitlines()[-1] == "… 26 more are not shown here (cut by a limit)"
    assert repr(found) == "<Contradictions: 30>"


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"seconds": -1.0}])
def test_limits_are_checked(wrong: dict[str, Any]) -> None:
    """A limit is 1 or more, and a time is not below 0."""
    with pytest.raises(ArgumentValueError, match=f"{next(iter(wrong))}: expected"):
        Session(PLACES).contradictions(**wrong)


def test_without_any() -> None:
    """Without a contradiction the answer is empty, false, and says so."""
    found = Session(PLACES, [At(1, 1)]).contradictions()
    assert (list(found), len(found), bool(found), found.count, found.cut) == ([], 0, False, 0, 0)
    assert str(found) == "no contradiction"


def test_deep_sides() -> None:
    """A side that rests on a long chain is told without recursion, cut where it gets long."""

    @rule
    def onward(p: Path, e: Link) -> None:
        """A path goes on by a link."""
        where(p.b == e.a)
        conclude(Path, a=0, b=e.b)

    @constraint
    def never_there(p: Path) -> None:
        """The end is never reached."""
        where(p.b == 3_000)

    start = [Path(0, 0), *(Link(n, n + 1) for n in range(3_000))]
    program = Program([onward, never_there], given=[Path, Link])
    (found,) = Session(program, start).contradictions()
    assert set(found.at_fault.sets[0]) == set(start)
    assert found.cut > 1_000
    strict = Session(program, start[:-1], strict=True)
    with pytest.raises(ContradictionError) as caught:
        strict.assert_fact(start[-1])
    assert len(strict) == 2 * len(start) - 3
    assert str(caught.value.contradictions[0]) == str(found)


# ---- they stay what they were ------------------------------------------------------------------------------------


def _failing(session: Session) -> None:
    with pytest.raises(NotGivenError):
        session.retract_facts([Link(0, 1), Link(9, 9)])


def _undone(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), session.transaction():  # noqa: PT012 - that is the block
        session.retract_fact(Link(0, 1))
        raise ZeroDivisionError


def _many_times(session: Session) -> None:
    for _ in range(300):
        session.retract_facts([Link(0, 1), Link(1, 2)])
        session.assert_facts([Link(1, 2), Link(0, 1)])


CHANGES: dict[str, Callable[[Session], object]] = {
    "a fact is retracted": lambda session: session.retract_fact(Link(0, 1)),
    "a fact is asserted": lambda session: session.assert_facts([Link(2, 1), Link(2, 0)]),
    "it is asked what if": lambda session: session.what_if(without=[Link(0, 1)]),
    "a call fails": _failing,
    "a transaction is undone": _undone,
    "rows are moved": _many_times,
}


@pytest.mark.parametrize("change", CHANGES)
def test_later_changes_do_not_matter(change: str) -> None:
    """An answer that is looked at after the session has changed tells of the moment at which it was asked for."""
    session = Session(PATHS, [Link(0, 1), Link(1, 2), Link(2, 0), Link(1, 0)])
    wanted = str(session.fork().contradictions())
    found, again = session.contradictions(), session.contradictions()
    CHANGES[change](session)
    assert str(found) == wanted
    CHANGES["a fact is asserted"](session)
    assert str(again) == wanted
    assert session.contradictions()


def test_an_answer_from_inside_a_transaction() -> None:
    """What contradicted what inside a transaction can be read after it was undone."""
    session, found = Session(PATHS, [Link(0, 1)]), list[Contradiction]()
    with pytest.raises(ZeroDivisionError), session.transaction():  # noqa: PT012 - that is the block
        session.assert_fact(Link(1, 0))
        found += session.contradictions()
        raise ZeroDivisionError
    assert not session.contradictions()
    assert [c.at_fault.sets for c in found] == [((Link(0, 1), Link(1, 0)),)] * 3


def test_what_nobody_keeps_costs_nothing() -> None:
    """An answer that is gone when the session changes does not make it copy what it holds."""
    session = Session(PATHS, [Link(0, 1), Link(1, 0)])
    for n in range(3):
        assert session.contradictions()
        session.assert_fact(Link(n + 5, n + 50))
        assert not any(relation.is_shared for relation in session._base.relations)


# ---- strict ------------------------------------------------------------------------------------------------------


def test_the_error_names_all() -> None:
    """The error names the constraint, its statement, where it stands, both sides, and brings the data along."""
    session = Session(PATHS, [Given(Link(0, 1), Source("one")), Link(1, 2)], strict=True)
    assert session.strict
    with pytest.raises(ContradictionError) as caught:
        session.assert_fact(Link(2, 1), Source("another"))
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == (
        f"{no_circle.location}: constraint no_circle: No two places lead to each other. Against it: Path(a=1, b=1) (and"
        " 2 more contradictions). Nothing is changed"
    )
    found = caught.value.contradictions
    assert found.count == 3
    # Read after all was undone.
    loose = Session(PATHS, [*session.givens(), Given(Link(2, 1), Source("another"))])
    assert str(found) == str(loose.contradictions())
    assert all(isinstance(trace, Explanation) for contradiction in found for trace in contradiction.traces)
    assert str(copy.copy(caught.value)) == str(caught.value)
    assert copy.copy(caught.value).contradictions == found


def test_every_call_is_refused() -> None:
    """Asserting, retracting, asking what if and making a session are refused alike."""

    @constraint
    def never_alone(a: At) -> None:
        """Nobody is anywhere unless all is closed."""
        absent(Closed)

    program = Program([one_place, never_alone])
    session = Session(program, [At(1, 1), Closed()], strict=True)
    before = everything(session)
    for refused in (
        lambda: session.assert_fact(At(1, 2)),
        lambda: session.retract_fact(Closed()),
        lambda: session.what_if(assuming=[At(1, 2)]),
        lambda: session.what_if(without=[Closed()]),
        lambda: session.fork().assert_fact(At(1, 2)),
        lambda: Session(program, [At(1, 1)], strict=True),
    ):
        with pytest.raises(ContradictionError):
            refused()
        assert everything(session) == before
    assert session.what_if(without=[At(1, 1)]).retracted == (At(1, 1),)
    assert session.fork().strict
    assert not Session(program, [At(1, 1)]).strict


def test_a_transaction_is_refused_at_its_end() -> None:
    """Inside a transaction facts may contradict each other; at the end of the outermost one they may not."""
    session = Session(PLACES, [At(1, 1)], strict=True)
    with session.transaction() as moved:
        session.assert_fact(At(1, 2))
        with session.transaction():
            session.assert_fact(At(1, 3))
        assert session.contradictions().count == 3
        session.retract_facts([At(1, 1), At(1, 3)])
    assert moved.change.asserted == (At(1, 2),)
    before = everything(session)
    with pytest.raises(ContradictionError) as caught, session.transaction() as refused:
        session.assert_fact(At(1, 4))
    assert everything(session) == before
    assert caught.value.contradictions[0].at_fault.sets == ((At(1, 2), At(1, 4)),)
    with pytest.raises(ArgumentValueError, match="was undone"):
        _ = refused.change
    session.assert_fact(At(2, 2))


# ---- on the article ----------------------------------------------------------------------------------------------


@constraint
def for_or_against(one: Opposes, other: DoesNotObject) -> None:
    """Nobody opposes a transfer and does not object to it."""
    where(one.actor == other.actor, one.prisoner == other.prisoner, one.destination == other.destination)


@constraint
def one_way(one: GoesTo, other: ReturnedTo) -> None:
    """Nobody both goes abroad and is returned."""
    where(one.prisoner == other.prisoner)


ARTICLE = Program([*article.program.rules, for_or_against, one_way], given=article.program.given)


def test_the_article_does_not_contradict_itself() -> None:
    """Nothing that the article reports contradicts anything."""
    assert not Session(ARTICLE, article.reports, strict=True).contradictions()


def test_the_article_and_two_reports(golden: Callable[[str, str], None]) -> None:
    """Two reports that cannot both be right are named with their traces, and who says so; nothing is dropped."""
    president, ukraine, russia = "the US president", "Ukraine", "Russia"
    session = Session(ARTICLE, article.reports)
    session.assert_fact(DecidesToTakeIn(president, "the United States"), Source("a broadcaster"))
    session.assert_fact(HandsBack(ukraine, "Ri", russia), Source("an agency"))
    found = session.contradictions()
    assert [contradiction.facts for contradiction in found] == [
        (GoesTo("Ri", "the United States"), ReturnedTo("Ri", russia))
    ]
    assert GoesTo("Baek", "the United States") in session
    golden("contradictions", str(found))

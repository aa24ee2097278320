"""The smallest changes: exactly those that trying everything finds, each shown by a run, and the session untouched."""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pow_rules
from pow_rules import (
    Choice,
    Given,
    Limits,
    Program,
    Question,
    Session,
    Source,
    absent,
    check,
    conclude,
    count,
    fact,
    present,
    rule,
    where,
)
from pow_rules.article.program import session as article
from pow_rules.article.vocabulary.concluded import (
    ConsidersQuietPlan,
    FinalSay,
    GoesTo,
    PutsFirst,
    RefugeOption,
    RisksExecution,
    WorstCase,
)
from pow_rules.article.vocabulary.names import PRESIDENT, SOUTH_KOREA, UNITED_STATES
from pow_rules.article.vocabulary.undecided import DoesNotObject, HandsBack, LeavesItTo
from pow_rules.constraints import constraint
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    NotAFactError,
    NotAssertableError,
    SessionBusyError,
    SessionClosedError,
)
from pow_rules.explain.smallest_change import proof
from pow_rules.steps import FactStep, HeadingStep, NoteStep
from pow_rules.testing.reference import naive_model
from pow_rules.testing.strategies import facts, programs
from pow_rules.testing.vocabulary import HighPair
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType

    from pow_rules.explain.smallest_change.answer import SmallestChange

Pair = tuple[frozenset[Any], frozenset[Any]]
"""Assertions and retractions."""


# ---- a town ----------------------------------------------------------------------------------------------------------


@fact
class Street:
    """a street leads from {a} to {b}"""

    a: int
    b: int


@fact
class Shut:
    """{n} is shut"""

    n: int


@fact
class Way:
    """{b} can be reached from {a}"""

    a: int
    b: int


@fact
class Free:
    """{b} can be reached from {a}, and is not shut"""

    a: int
    b: int


@fact
class Busy:
    """{size} places can be reached from {n}"""

    n: int
    size: int


@fact
class Lonely:
    """{n} is lonely"""

    n: int


@fact
class Calm:
    """the town is calm"""


@rule
def street_is_way(s: Street) -> None:
    """A street is a way."""
    conclude(Way, a=s.a, b=s.b)


@rule
def way_goes_on(w: Way, s: Street) -> None:
    """A way goes on where a street leads on, unless that ends where it began."""
    where(w.b == s.a, w.a != s.b)
    conclude(Way, a=w.a, b=s.b)


@rule
def free_unless_shut(w: Way) -> None:
    """A way to what is not shut is free."""
    absent(Shut, lambda s: s.n == w.b)
    conclude(Free, a=w.a, b=w.b)


@rule
def many_ways_are_busy(s: Street) -> None:
    """Where several free ways begin, it is busy."""
    size = count(Free, lambda f: f.a == s.a)
    where(size >= 2)
    conclude(Busy, n=s.a, size=size)


@rule
def lonely_without_a_free_way(s: Street) -> None:
    """Where some street ends, and no free way begins, it is lonely, if it can be reached at all."""
    absent(Free, lambda f: f.a == s.b)
    present(Way, lambda w: w.b == s.b)
    conclude(Lonely, n=s.b)


@rule
def calm_town() -> None:
    """Where nothing is busy and something is lonely, it is calm."""
    absent(Busy)
    present(Lonely)
    conclude(Calm)


TOWN = Program(
    [street_is_way, way_goes_on, free_unless_shut, many_ways_are_busy, lonely_without_a_free_way, calm_town],
    given=[Street, Shut, Free],
)
_PLACES = st.integers(0, 3)
_STREETS = st.builds(Street, _PLACES, _PLACES)
TOWN_FACTS = st.lists(
    st.one_of(_STREETS, _STREETS, st.builds(Shut, _PLACES), st.builds(Free, _PLACES, _PLACES)), min_size=4, max_size=10
)


# ---- everything tried ------------------------------------------------------------------------------------------------


def sizes_of(program: Program, givens: frozenset[Any], candidates: Iterable[Any]) -> dict[Pair, int]:
    """Give every change of the candidates that leaves one fact of each choice that it touches, with its size."""
    choices = [frozenset(q.facts) for q in program.questions if isinstance(q, Choice)]
    chosen = frozenset[Any]().union(*choices)
    found: dict[Pair, int] = {}
    candidates = list(dict.fromkeys(candidates))
    for number in range(len(candidates) + 1):
        for some in itertools.combinations(candidates, number):
            changed = frozenset(some)
            touched = [choice for choice in choices if choice & changed]
            if all(len((givens ^ changed) & choice) == 1 for choice in touched):
                found[changed - givens, changed & givens] = len(changed - chosen) + len(touched)
    return found


def reaches(program: Program, givens: frozenset[Any], goal: Iterable[Any], wanted: str) -> bool:
    """Tell whether some givens make all of the goal hold, or fail."""
    held = naive_model(program, givens).facts
    return all((one in held) == (wanted == "hold") for one in goal)


def smallest_of(
    program: Program, givens: frozenset[Any], candidates: Iterable[Any], goal: list[Any], wanted: str, limit: int
) -> tuple[int | None, set[Pair]]:
    """Give the smallest changes that reach a goal, and their size, by trying all of them up to a limit."""
    size: int | None = None
    found: set[Pair] = set()
    for change, its_size in sorted(sizes_of(program, givens, candidates).items(), key=lambda entry: entry[1]):
        if its_size > (limit if size is None else size):
            break
        if reaches(program, (givens | change[0]) - change[1], goal, wanted):
            size = its_size
            found.add(change)
    return size, found


def ask(session: Session, goal: list[Any], wanted: str, **more: Any) -> SmallestChange:
    """Ask for the smallest change."""
    return session.smallest_change(**{f"to_{wanted}": goal}, **more)


def pairs(found: SmallestChange) -> set[Pair]:
    """Give the sets found; there are no two alike."""
    made = {(frozenset(p.assertions), frozenset(p.retractions)) for p in found.sets}
    assert len(made) == len(found.sets)
    return made


def contents(session: Session) -> tuple[Any, ...]:
    """Give everything that a session holds: ids, entries of the log, givens with their sources, counts."""
    base = session._base
    assert not base.savepoints
    return (
        session.facts(),
        session.givens(),
        [dict(given) for given in base.givens],
        [(list(r.rows), sorted(r.dead), dict(r.ids), dict(r.ranks)) for r in base.relations],
        [[list(column) for column in (t.conclusions, *t.premises)] for t in base.tables],
        [[(f, t.conclusions[f]) for f in t.firings()] for t in base.tables],
        (base.facts, base.derivations, base.buried, base.epoch, len(session), session.derivation_count),
        [str(session.explain(one, all=True)) for one in session.facts()[:6]],
    )


Asked = tuple[Program, list[Any], list[Any], list[Any], str]
"""A program, givens, what may change, a goal, and what that is to do."""


@st.composite
def asked(draw: st.DrawFn, most: int = 6, wanted: str = "") -> Asked:
    """Give a question about a program: a generated one, or that of the town."""
    drawn = draw(programs(most_rules=5)) if draw(st.booleans()) else TOWN
    every = list(dict.fromkeys(draw(facts(most_facts=14) if drawn is not TOWN else TOWN_FACTS)))
    return draw(question(drawn, every, most, wanted or draw(st.sampled_from(["fail", "hold"]))))


@st.composite
def question(draw: st.DrawFn, drawn: Program, every: list[Any], most: int, wanted: str) -> Asked:
    """Give a question about a program and some facts."""
    givens = every[::2] if draw(st.booleans()) else every[: draw(st.integers(0, len(every)))]
    more = [one for one in every if one not in givens]
    among = draw(st.permutations([*givens[: most // 2 + 1], *more[: most // 2 + 1]]))[:most]
    questions: list[Question | Choice] = []
    if len(among) > 1:
        some = st.lists(st.sampled_from(among), min_size=2, max_size=3, unique=True)
        for kept in draw(st.lists(some, max_size=draw(st.sampled_from([0, 2])))):
            questions.append(Choice("which?", tuple(kept)))
            # More often than not, one of them is given at most.
            for other in kept[1:] if draw(st.integers(0, 3)) else ():
                givens = [one for one in givens if one != other]
    program = Program(drawn.rules, given=drawn.given, questions=questions)
    return program, givens, among, draw(goals(program, frozenset(givens), among, wanted)), wanted


@st.composite
def goals(draw: st.DrawFn, program: Program, givens: frozenset[Any], among: list[Any], wanted: str) -> list[Any]:
    """Give facts that a change moves the way that is wanted: rather those that a single one does not move."""
    session = Session(program, givens)
    moved: list[list[Any]] = [[], []]
    for number, found in enumerate(moved, 1):
        for some in itertools.islice(itertools.combinations(among, number), 40):
            change = session.what_if(assuming=set(some) - givens, without=givens & set(some))
            found.extend(change.withdrawn if wanted == "fail" else change.concluded)
    one, two = (sorted(set(found), key=canonical) for found in moved)
    slow = [found for found in two if found not in one]
    pool = (
        slow
        if slow and draw(st.integers(0, 3))
        else one or [*session.facts(), HighPair(0, 0) if HighPair in program.fact_types else Calm()]
    )
    return draw(st.lists(st.sampled_from(pool), min_size=1, max_size=draw(st.sampled_from([1, 2, 2])), unique=True))


@pytest.mark.parametrize("wanted", ["hold", "fail"])
@settings(max_examples=25)
@given(st.data(), st.booleans())
def test_the_smallest_changes_are_exactly_the_smallest(
    wanted: str,
    data: st.DataObject,
    is_little: bool,  # noqa: FBT001 - drawn
) -> None:
    """On generated programs the sets are those that trying every change on the naive engine finds, and no others."""
    program, givens, among, goal, _ = data.draw(asked(most=8, wanted=wanted))
    few, proof._FEW = proof._FEW, proof._FEW if is_little else 0
    try:
        session = Session(program, givens)
        before = contents(session)
        found = ask(session, goal, wanted, among=among, runs=None, seconds=None)
        assert contents(session) == before
    finally:
        proof._FEW = few
    size, wished = smallest_of(program, frozenset(givens), among, goal, wanted, 3)
    assert (found.size, pairs(found)) == (size, wished)
    assert found.is_complete
    assert found.is_already == (size == 0)
    assert not found.errors
    assert str(found)


@settings(max_examples=25)
@given(asked(most=5))
def test_hopeless_is_hopeless(drawn: Asked) -> None:
    """Where no size is too large, either the smallest sets are found, or no change of any size is enough."""
    program, givens, among, goal, wanted = drawn
    found = ask(Session(program, givens), goal, wanted, among=among, limit=None)
    size, wished = smallest_of(program, frozenset(givens), among, goal, wanted, 2 * len(among))
    assert (found.size, pairs(found)) == (size, wished)
    assert found.is_hopeless == (size is None)


@settings(max_examples=25)
@given(asked(), st.integers(1, 2))
def test_a_limit_is_said(drawn: Asked, limit: int) -> None:
    """Up to a limit the sets are those of the whole search; where they are larger, that is said, and none is told."""
    program, givens, among, goal, wanted = drawn
    session = Session(program, givens)
    whole = ask(session, goal, wanted, among=among, limit=None)
    found = ask(session, goal, wanted, among=among, limit=limit)
    assert found.is_complete
    if whole.size is not None and whole.size <= limit:
        assert (found.size, pairs(found)) == (whole.size, pairs(whole))
    else:
        assert found.size is None
        assert not found.sets
        assert whole.is_hopeless or not found.is_hopeless
        assert ("a larger one may be" in found.text(width=200)) != found.is_hopeless


@settings(max_examples=25)
@given(asked(), st.integers(1, 12))
def test_what_is_stopped_says_so(drawn: Asked, runs: int) -> None:
    """Stopped after some runs, it tells only smallest sets, and what it has not tried."""
    program, givens, among, goal, wanted = drawn
    session = Session(program, givens)
    whole = ask(session, goal, wanted, among=among, limit=None, runs=None, seconds=None)
    before = contents(session)
    found = ask(session, goal, wanted, among=among, limit=None, runs=runs)
    assert contents(session) == before
    assert found.tried <= runs
    assert found.is_complete == (whole.tried <= runs)
    if found.is_complete:
        assert pairs(found) == pairs(whole)
        return
    assert found.stopped == "runs"
    assert "Stopped after" in found.text(width=200)
    assert not found.is_hopeless
    assert pairs(found) <= pairs(whole)
    assert found.size in {None, whole.size}
    assert whole.size is None or found.searched < whole.size


@settings(max_examples=25)
@given(asked())
def test_every_set_does_what_it_says(drawn: Asked) -> None:
    """Made in a fork, each set reaches the goal, and changes what was told; what was told can be read afterwards."""
    program, givens, among, goal, wanted = drawn
    session = Session(program, givens)
    for proposal in ask(session, goal, wanted, among=among, limit=4).sets:
        fork = session.fork()
        with fork.transaction() as made:
            fork.retract_facts(proposal.retractions)
            fork.assert_facts(proposal.assertions)
        assert all((one in fork) == (wanted == "hold") for one in goal)
        assert set(proposal.change.asserted) == set(proposal.assertions)
        assert set(proposal.change.retracted) == set(proposal.retractions)
        assert set(proposal.change.concluded) == set(made.change.concluded)
        assert set(proposal.change.withdrawn) == set(made.change.withdrawn)
        assert bool(str(proposal.change)) == bool(str(made.change))


@settings(max_examples=25)
@given(asked(), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(drawn: Asked, shuffled: random.Random) -> None:
    """Whatever the order of assertion and of what is asked, the answer reads the same, stopped or not."""
    program, givens, among, goal, wanted = drawn
    one = Session(program, givens)
    mixed = [shuffled.sample(given, len(given)) for given in (givens, among, goal)]
    other = Session(program)
    for given_fact in mixed[0]:
        other.assert_fact(given_fact)
    for runs in (3, None):
        here = ask(one, goal, wanted, among=among, runs=runs)
        there = ask(other, mixed[2], wanted, among=mixed[1], runs=runs)
        assert str(here) == str(there)
        assert here.tried == there.tried
        assert [(p.assertions, p.retractions) for p in here.sets] == [(p.assertions, p.retractions) for p in there.sets]


@settings(max_examples=25)
@given(asked())
def test_what_may_change_unless_said_otherwise(drawn: Asked) -> None:
    """Without `among`, the givens and the facts of the open questions may change."""
    program, givens, among, goal, wanted = drawn
    questions = [*program.questions, *([Question("what?", tuple(among))] if among else [])]
    program = Program(program.rules, given=program.given, questions=questions)
    session = Session(program, givens)
    assert pairs(ask(session, goal, wanted, limit=2)) == pairs(
        ask(session, goal, wanted, limit=2, among=[*session.givens(), *(f for q in questions for f in q.facts)])
    )


# ---- choices ---------------------------------------------------------------------------------------------------------


@fact
class Says:
    """{who} says {what}"""

    who: str
    what: str


@fact
class Agreed:
    """all agree on {what}"""

    what: str


@rule
def agreement(a: Says, b: Says) -> None:
    """What both say is agreed."""
    where(a.who == "A", b.who == "B", a.what == b.what)
    conclude(Agreed, what=a.what)


def said(who: str, *what: str) -> tuple[Says, ...]:
    """Give facts of what somebody says."""
    return tuple(Says(who, one) for one in what)


ANSWERS = [Choice(f"What does {who} say?", said(who, "yes", "no", "maybe")) for who in "AB"]
TALKS = Program([agreement], given=[Says], questions=ANSWERS)


def test_a_choice_is_answered() -> None:
    """A choice that nobody has answered is answered once; every answer that is enough is a set."""
    found = Session(TALKS, [Says("B", "yes"), Says("B", "no")]).smallest_change(to_hold=Agreed("yes"))
    assert pairs(found) == {(frozenset(said("A", "yes")), frozenset())}
    found = Session(TALKS).smallest_change(to_hold=Agreed("yes"))
    assert found.size == 2
    assert pairs(found) == {(frozenset([Says("A", "yes"), Says("B", "yes")]), frozenset())}


def test_a_choice_is_answered_otherwise() -> None:
    """Another answer takes the place of the one that is given, and both together count as one change."""
    session = Session(TALKS, [Says("A", "yes"), Says("B", "yes")])
    found = session.smallest_change(to_fail=Agreed("yes"))
    assert found.size == 1
    assert pairs(found) == {
        (frozenset(said(who, other)), frozenset(said(who, "yes"))) for who in "AB" for other in ("no", "maybe")
    }
    both = session.smallest_change(to_hold=Agreed("no"))
    assert (both.size, len(both.sets)) == (2, 1)


def test_an_answer_stays_where_no_other_may_take_its_place() -> None:
    """With only the answer itself to change, nothing can be done."""
    session = Session(TALKS, [Says("A", "yes"), Says("B", "yes")])
    found = session.smallest_change(to_fail=Agreed("yes"), among=session.givens())
    assert found.is_hopeless
    assert "however large" in str(found)


def test_a_choice_with_two_answers_is_settled_or_left() -> None:
    """Where two facts of a choice are given, a set leaves the choice alone, or one fact of it."""
    session = Session(TALKS, [*said("A", "yes", "no"), *said("B", "maybe")])
    assert session.smallest_change(to_hold=Agreed("yes")).sets[0].retractions == said("B", "maybe")
    found = session.smallest_change(to_hold=[Agreed("maybe")])
    assert pairs(found) == {(frozenset(said("A", "maybe")), frozenset(said("A", "yes", "no")))}
    assert found.size == 1


def test_choices_that_share_a_fact_are_settled_together() -> None:
    """A fact of two choices answers both, which counts as two changes."""
    shared = Says("A", "yes")
    questions = [Choice("a?", (shared, Says("A", "no"))), Choice("b?", (shared, Says("B", "no")))]
    program = Program([agreement], given=[Says], questions=questions)
    session = Session(program, [Says("A", "no"), Says("B", "no"), Says("B", "yes")])
    assert not session.smallest_change(to_hold=Agreed("yes"), limit=1).sets
    assert not session.smallest_change(to_hold=Agreed("yes"), limit=1).is_hopeless
    found = session.smallest_change(to_hold=Agreed("yes"))
    assert found.size == 2
    assert pairs(found) == {(frozenset([shared]), frozenset([Says("A", "no"), Says("B", "no")]))}


def test_choices_that_share_a_fact_are_settled_one_by_one_where_that_goes() -> None:
    """Answered with a fact of its own, a choice leaves the one beside it alone; with the shared fact, it cannot."""
    shared = Says("A", "yes")
    questions = [Choice("a?", (shared, Says("A", "no"))), Choice("b?", (shared, Says("C", "no")))]
    program = Program([agreement], given=[Says], questions=questions)
    found = Session(program, said("B", "no", "yes")).smallest_change(to_hold=Agreed("no"))
    assert pairs(found) == {(frozenset(said("A", "no")), frozenset())}
    assert found.size == 1
    found = Session(program, [*said("B", "yes"), Says("C", "no")]).smallest_change(to_hold=Agreed("yes"))
    assert pairs(found) == {(frozenset([shared]), frozenset(said("C", "no")))}
    assert found.size == 2


# ---- runs that end in an error ---------------------------------------------------------------------------------------


@fact
class Switch:
    """switch {n} is on"""

    n: int


@fact
class Lamp:
    """the lamp is on"""


@fact
class Dark:
    """it is dark"""


@fact
class Noise:
    """noise {n}"""

    n: int


def no_seven(n: int) -> bool:
    """Raise for seven."""
    if n == 7:
        msg = "seven"
        raise RuntimeError(msg)
    return True


@rule
def switched_on(a: Switch, b: Switch) -> None:
    """Two switches in a row turn on the lamp."""
    where(a.n == 1, b.n == 2)
    conclude(Lamp)


@rule
def noisy(a: Switch, b: Switch) -> None:
    """This goes wrong where the numbers add up to seven."""
    where(check(no_seven, a.n + b.n))
    conclude(Noise, n=a.n)


@rule
def dark() -> None:
    """Without a lamp it is dark."""
    absent(Lamp)
    conclude(Dark)


WIRED = Program([switched_on, noisy, dark], given=[Switch])


@pytest.mark.parametrize(("wanted", "goal"), [("hold", Lamp()), ("fail", Dark())])
def test_a_run_that_raises_is_not_enough(wanted: str, goal: Any) -> None:
    """What ends in an error does not count; what would help only by avoiding the error is found all the same."""
    session = Session(WIRED, [Switch(1), Switch(5)])
    before = contents(session)
    found = ask(session, [goal], wanted, among=[Switch(n) for n in (1, 2, 5, 9)])
    assert pairs(found) == {(frozenset([Switch(2)]), frozenset([Switch(5)]))}
    assert found.errors == 3
    assert "seven" in (found.error or "")
    assert "3 runs ended in an error, and did not count as enough; the first:" in found.text(width=400)
    assert contents(session) == before


def test_a_limit_of_the_session_is_an_error_of_the_run() -> None:
    """A set that would meet a limit of the session is not enough, and a larger one may be."""
    session = Session(WIRED, [Switch(0), Switch(1)], limits=Limits(facts=6))
    found = session.smallest_change(to_hold=Lamp(), among=[Switch(0), Switch(1), Switch(2)])
    assert pairs(found) == {(frozenset([Switch(2)]), frozenset([Switch(0)]))}
    assert found.errors == 1
    assert "facts was met" in (found.error or "")


# ---- where it stops --------------------------------------------------------------------------------------------------


def test_no_time_is_said() -> None:
    """Without any time, only what holds already is told."""
    session = Session(WIRED, [Switch(1)])
    found = session.smallest_change(to_hold=Lamp(), among=[Switch(2)], seconds=0)
    assert (found.stopped, found.size, found.sets, found.searched, found.tried) == ("seconds", None, (), 0, 0)
    assert "Stopped after its time, and 0 runs: not all of 1 change were tried." in found.text(width=200)
    assert session.smallest_change(to_hold=Dark(), seconds=0).is_already


def test_runs_are_counted() -> None:
    """With one run, one set is tried, and it is said that there may be more."""
    session = Session(WIRED, [Switch(1), Switch(2)])
    found = session.smallest_change(to_fail=Lamp(), runs=1)
    assert (found.stopped, found.size, len(found.sets), found.tried) == ("runs", 1, 1, 1)
    assert "Stopped after 1 run: no smaller set is enough, and there may be more of this size." in found.text(width=200)
    found = session.smallest_change(to_hold=Noise(9), among=[Switch(3), Switch(4), Switch(8)], runs=4)
    assert (found.stopped, found.searched) == ("runs", 1)
    assert (
        "Stopped after 4 runs: no set of up to 1 change is enough, and not all of 2 changes were tried."
        in found.text(width=200)
    )


def test_choices_that_can_be_settled_in_too_many_ways_stop_in_time() -> None:
    """Choices that all share a fact are gone through under the same limit of time."""
    shared = Says("A", "yes")
    questions = [Choice(f"{n}?", (shared, *(Says(f"{n}", f"{m}") for m in range(6)))) for n in range(12)]
    session = Session(Program([agreement], given=[Says], questions=questions))
    found = session.smallest_change(to_hold=Agreed("yes"), limit=None, seconds=0.05)
    assert found.stopped == "seconds"


def test_many_sets_are_not_all_shown() -> None:
    """Of very many sets the first forty are shown, and the rest is counted; all of them are there."""
    session = Session(WIRED, [Switch(1), Switch(2)])
    program = Program([agreement], given=[Says])
    session = Session(program, [Says("A", "yes")])
    assert not session.smallest_change(to_hold=Agreed("yes"), among=[]).sets
    questions = [Choice("B?", (Says("B", "yes"), *(Says("B", f"{n}") for n in range(50))))]
    session = Session(Program([agreement], given=[Says], questions=questions), [*said("A", "yes"), *said("B", "yes")])
    found = session.smallest_change(to_fail=Agreed("yes"))
    assert len(found.sets) == 51
    shown = [step.said for step in found.steps]
    assert sum(isinstance(one, HeadingStep) for one in shown) == 41
    assert [one.text for one in shown if isinstance(one, NoteStep)] == ["and 11 more sets"]


# ---- large sessions --------------------------------------------------------------------------------------------------


@fact
class Edge:
    """{a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """from {a} one gets to {b}"""

    a: int
    b: int


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def longer(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.b == e.a, p.a < 3)
    conclude(Path, a=p.a, b=e.b)


PATHS = Program([edge_is_path, longer], given=[Edge])


def lines_run(call: Callable[[], object]) -> int:
    """Count the lines of Python that a call runs."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines


def lines_to_cut(more: int) -> int:
    """Count the lines that it takes to cut a path, with so many edges elsewhere."""
    edges = [Edge(0, 10), Edge(10, 11), Edge(11, 12), Edge(0, 20), Edge(20, 12)]
    session = Session(PATHS, [*edges, *(Edge(n, n + 1) for n in range(100, 100 + 2 * more, 2))])
    found = session.smallest_change(to_fail=Path(0, 12))
    assert found.size == 2
    assert len(found.sets) == 6
    assert found.tried < 20
    return lines_run(lambda: session.smallest_change(to_fail=Path(0, 12)))


def test_what_has_no_part_in_it_costs_nothing() -> None:
    """A search takes as long in a session of a hundred times as many facts: only what a proof uses is tried."""
    few, many = lines_to_cut(10), lines_to_cut(1_000)
    assert many < 1.2 * few


@pytest.mark.parametrize("few", [proof._FEW, 0])
def test_a_circle_is_no_proof(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that also rest on each other in a circle are cut where they rest on givens."""
    monkeypatch.setattr(proof, "_FEW", few)
    program = Program([way_goes_on, street_is_way], given=[Street])
    session = Session(program, [Street(0, 1), Street(1, 2), Street(2, 1)])
    found = session.smallest_change(to_fail=Way(0, 1))
    assert pairs(found) == {(frozenset(), frozenset([Street(0, 1)]))}


def test_deep_chains_are_cut() -> None:
    """A conclusion at a great height is cut at any of the givens below it; the first runs are enough to tell."""
    session = Session(PATHS, [Edge(n, n + 1) for n in range(1_500)])
    found = session.smallest_change(to_fail=Path(0, 1_500), runs=5)
    assert (found.stopped, found.size, len(found.sets)) == ("runs", 1, 5)


# ---- sessions in every state -----------------------------------------------------------------------------------------


def test_sources_are_all_withdrawn() -> None:
    """A fact that several sources give is retracted for all of them."""
    session = Session(WIRED, [Given(Switch(1), Source("A")), Given(Switch(1), Source("B")), Switch(2)])
    found = session.smallest_change(to_fail=Lamp(), among=[Given(Switch(1), Source("A"))])
    assert pairs(found) == {(frozenset(), frozenset([Switch(1)]))}
    assert len(session.sources(Switch(1))) == 2


def test_a_goal_may_be_given() -> None:
    """A given fact fails by being retracted, a fact that may be asserted holds by that."""
    session = Session(WIRED, [Switch(1)])
    assert pairs(session.smallest_change(to_fail=Switch(1))) == {(frozenset(), frozenset([Switch(1)]))}
    assert pairs(session.smallest_change(to_hold=Switch(3), among=[Switch(3)])) == {
        (frozenset([Switch(3)]), frozenset())
    }


def test_inside_a_transaction() -> None:
    """Inside a transaction it asks about the state inside, and the transaction goes on."""
    session = Session(WIRED, [Switch(1)])
    with session.transaction() as made:
        session.assert_fact(Switch(2))
        assert len(session.smallest_change(to_fail=Lamp()).sets) == 2
        assert Lamp() in session
    assert set(made.change.asserted) == {Switch(2)}


@constraint
def one_thing_said(a: Says, b: Says) -> None:
    """Nobody says two things."""
    where(a.who == b.who, a.what != b.what)


def test_a_strict_session_is_told_nothing_that_it_would_refuse() -> None:
    """A set that would leave a contradiction is enough in a session that allows it, and not in a strict one."""
    program = Program([agreement, one_thing_said], given=[Says])
    givens, more = [*said("A", "yes"), *said("B", "no")], said("B", "yes")
    loose = Session(program, givens).smallest_change(to_hold=Agreed("yes"), among=[*givens, *more])
    assert pairs(loose) == {(frozenset(more), frozenset())}
    strict = Session(program, givens, strict=True)
    found = strict.smallest_change(to_hold=Agreed("yes"), among=[*givens, *more])
    assert pairs(found) == {(frozenset(more), frozenset(said("B", "no")))}
    assert "one_thing_said" in (found.error or "")


def test_a_closed_session_refuses() -> None:
    """Nothing can be tried in a closed session."""
    session = Session(WIRED, [Switch(1)])
    session.close()
    with pytest.raises(SessionClosedError):
        session.smallest_change(to_hold=Lamp())


def test_a_check_must_not_use_the_session() -> None:
    """The session is busy while a run is tried."""
    held: list[Session] = []

    def look(_: int) -> bool:
        return not held or len(held[0]) > 0

    @rule
    def looking(a: Switch) -> None:
        where(check(look, a.n))
        conclude(Noise, n=a.n)

    session = Session(Program([looking], given=[Switch]))
    held.append(session)
    found = session.smallest_change(to_hold=Noise(1), among=[Switch(1)])
    held.clear()
    assert found.errors == 1
    assert SessionBusyError.__name__ in (found.error or "")


_OURS = str(FilePath(pow_rules.__file__).parent)


class Interrupter:
    """A trace function that raises KeyboardInterrupt at the n-th line of the library; 0 only counts."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith((_OURS, "<plan of ")):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise KeyboardInterrupt
        return self

    def run(self, call: Callable[[], object]) -> None:
        """Make a call under this trace function."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            call()
        finally:
            sys.settrace(before)


def test_an_interrupt_changes_nothing(request: pytest.FixtureRequest) -> None:
    """Interrupted at any line, the session is as it was, and answers as before."""
    session = Session(WIRED, [Switch(1), Switch(2), Switch(3)])
    among = [Switch(n) for n in range(1, 6)]

    def call() -> SmallestChange:
        return session.smallest_change(to_hold=Dark(), among=among)

    answer, before = str(call()), contents(session)
    counter = Interrupter(0)
    counter.run(call)
    rng = random.Random(1)  # noqa: S311 - a sample
    count = request.config.getoption("--soak") or 150
    for at in sorted({*range(1, 6), *rng.sample(range(1, counter.lines), min(count, counter.lines - 1))}):
        with pytest.raises(KeyboardInterrupt):
            Interrupter(at).run(call)
        len(session)
        assert contents(session) == before
    assert str(call()) == answer


# ---- what is asked wrongly -------------------------------------------------------------------------------------------


@fact
class Stranger:
    """nobody knows this"""


_WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({}, ArgumentValueError, "either to_hold or to_fail, got neither"),
    ({"to_hold": Lamp(), "to_fail": Dark()}, ArgumentValueError, "either to_hold or to_fail, got both"),
    ({"to_hold": []}, ArgumentValueError, "to_hold: expected a fact or several, got none"),
    ({"to_fail": "Lamp"}, NotAFactError, "Lamp"),
    ({"to_fail": [Lamp(), 3]}, NotAFactError, "3"),
    ({"to_hold": Stranger()}, ArgumentValueError, "no rule knows Stranger"),
    ({"to_hold": Lamp(), "among": Switch(1)}, ArgumentTypeError, "several facts, got one"),
    ({"to_hold": Lamp(), "among": 3}, ArgumentTypeError, "facts in a list"),
    ({"to_hold": Lamp(), "among": [3]}, NotAFactError, "3"),
    ({"to_hold": Lamp(), "among": [Noise(1)]}, NotAssertableError, "is only concluded"),
    ({"to_hold": Lamp(), "among": [Stranger()]}, NotAssertableError, "is not in the program"),
    ({"to_hold": Lamp(), "limit": 0}, ArgumentValueError, "limit: expected 1 or more"),
    ({"to_hold": Lamp(), "limit": 1.5}, ArgumentTypeError, "limit: expected a number or None, got 1.5"),
    ({"to_hold": Lamp(), "runs": 0}, ArgumentValueError, "runs: expected 1 or more"),
    ({"to_hold": Lamp(), "runs": True}, ArgumentTypeError, "runs: expected a number or None, got True"),
    ({"to_hold": Lamp(), "seconds": -1}, ArgumentValueError, "seconds: expected 0 or more"),
    ({"to_hold": Lamp(), "seconds": "1"}, ArgumentTypeError, "seconds: expected a number or None"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), _WRONG, ids=lambda value: str(value)[:40])
def test_what_is_asked_wrongly(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    """Each mistake in the arguments is told, and what was expected."""
    with pytest.raises(error, match=message):
        Session(WIRED, [Switch(1)]).smallest_change(**arguments)


# ---- the article -----------------------------------------------------------------------------------------------------


def test_how_ri_reaches_south_korea() -> None:
    """One decision is enough: the president leaves it to Kyiv and Seoul."""
    found = article().smallest_change(to_hold=GoesTo("Ri", SOUTH_KOREA))
    assert found.size == 1
    assert [(p.assertions, p.retractions) for p in found.sets] == [
        ((LeavesItTo(PRESIDENT, "Ukraine", SOUTH_KOREA),), ())
    ]
    assert GoesTo("Baek", SOUTH_KOREA) in found.sets[0].change.concluded


def test_how_the_door_to_america_closes() -> None:
    """Two reasons keep the door open, so two changes are needed; one of them may be that Russia does not object."""
    found = article().smallest_change(to_fail=RefugeOption(UNITED_STATES, "Ri"))
    assert found.size == 2
    assert len(found.sets) == 4
    assert [p.assertions for p in found.sets if p.assertions] == [(DoesNotObject("Russia", "Ri", SOUTH_KOREA),)]


def test_how_ri_comes_into_danger() -> None:
    """To be handed back is one change, a deal with assurances two; only the smaller one is told."""
    found = article().smallest_change(to_hold=RisksExecution("Ri"))
    assert [(p.assertions, p.retractions) for p in found.sets] == [((HandsBack("Ukraine", "Ri", "Russia"),), ())]
    assert article().smallest_change(to_hold=WorstCase("Ri")).size == 2


def test_all_of_several() -> None:
    """Several facts are all to hold, or all to fail."""
    found = article().smallest_change(to_hold=[GoesTo("Ri", SOUTH_KOREA), RisksExecution("Baek")])
    assert found.size == 2
    found = article().smallest_change(to_fail=[FinalSay(PRESIDENT), RefugeOption(UNITED_STATES, "Ri")])
    assert found.size == 3


def test_the_answer_as_text(golden: Callable[[str, str], None]) -> None:
    """The answers read as the goldens say."""
    session = article()
    first, plan = PutsFirst("Ukraine", UNITED_STATES, SOUTH_KOREA), ConsidersQuietPlan(UNITED_STATES, "Ri")
    answers = [
        session.smallest_change(to_hold=GoesTo("Ri", SOUTH_KOREA)),
        session.smallest_change(to_fail=first),
        session.smallest_change(to_fail=[first, plan], limit=1),
        session.smallest_change(to_fail=[first, plan], runs=7),
        session.smallest_change(to_hold=first),
        session.smallest_change(to_hold=GoesTo("Ri", "Switzerland")),
        session.smallest_change(to_fail=first, among=[]),
    ]
    golden("smallest_change", "\n\n".join(map(str, answers)))


def test_the_steps() -> None:
    """The steps are one tree: a heading for the goal, one for each set, and the facts in their roles."""
    found = article().smallest_change(to_fail=RefugeOption(UNITED_STATES, "Ri"))
    assert [step.depth for step in found.steps] == [0, *[1, 2, 2] * 4]
    roles = [step.said.role for step in found.steps if isinstance(step.said, FactStep)]
    assert roles.count("to assert") == 1
    assert roles.count("to retract") == 7
    assert found.kind == "smallest_change"
    assert found.cut == 0
    assert str(found.sets[0]).startswith("retract: North Korea asks")

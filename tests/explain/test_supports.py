"""Supports: exactly the minimal sets, by brute force on generated programs; and what is said if not all are found."""

from __future__ import annotations

import contextlib
import gc
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import pow_rules
from pow_rules import Given, Program, Session, Source, absent, article, conclude, count, fact, present, rule, where
from pow_rules.article.vocabulary.concluded import RefugeOption
from pow_rules.article.vocabulary.undecided import Opposes
from pow_rules.errors import ArgumentValueError, UnknownFactError
from pow_rules.explain.supports import minimal as searches
from pow_rules.explain.supports.answer import Supports
from pow_rules.explain.supports.answer import supports as supports_of
from pow_rules.explain.supports.budget import Budget
from pow_rules.explain.supports.families import EMPTY, UNIT, Families
from pow_rules.steps import GivenStep, HeadingStep, NoteStep
from pow_rules.testing.strategies import facts, programs
from pow_rules.values import canonical

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from types import FrameType

FEWER = settings(max_examples=25)
MOST_LEAVES = 11
"""Up to how many givens below a fact all subsets are tried."""


# ---- brute force -----------------------------------------------------------------------------------------------------


class Clauses:
    """The recorded derivations of a session, as sets of facts each with what it is enough for."""

    def __init__(self, session: Session) -> None:
        self.options: dict[Any, list[list[frozenset[Any]]]] = {}
        self.givens = frozenset(g.fact for g in session.givens())
        for one in session.facts():
            for derivation in session.derivations(one):
                needed = frozenset([*derivation.premises, *(f for a in derivation.aggregates for f in a.facts)])
                # Any fact that a presence matches will do.
                some = [
                    frozenset(session._log.fact(node) for node in session._log.matching(presence.pattern, {}))
                    for presence in derivation.presences
                ]
                self.options.setdefault(one, []).append([needed, *some])

    def below(self, goal: Any) -> frozenset[Any]:
        """Give all facts that a fact may rest on."""
        seen, stack = {goal}, [goal]
        while stack:
            for parts in self.options.get(stack.pop(), ()):
                more = frozenset[Any]().union(*parts) - seen
                seen |= more
                stack += more
        return frozenset(seen)

    def least_model(self, leaves: frozenset[Any], among: frozenset[Any]) -> set[Any]:
        """Give what follows from some givens."""
        model = set(leaves)
        while True:
            new = {
                head
                for head in among - model
                if any(
                    needed <= model and all(not model.isdisjoint(part) for part in some)
                    for needed, *some in self.options.get(head, ())
                )
            }
            if not new:
                return model
            model |= new

    def minimal(self, goal: Any) -> set[frozenset[Any]]:
        """Give the minimal sets of givens that are enough, trying all sets, the smallest first."""
        among = self.below(goal)
        leaves = sorted(self.givens & among, key=canonical)
        assume(len(leaves) <= MOST_LEAVES)
        found: set[frozenset[Any]] = set()
        for size in range(len(leaves) + 1):
            for picked in map(frozenset, itertools.combinations(leaves, size)):
                if not any(known <= picked for known in found) and goal in self.least_model(picked, among):
                    found.add(picked)
        return found


def sets_of(answer: Supports) -> list[frozenset[Any]]:
    """Give the supports as sets of facts."""
    return [frozenset(support.givens) for support in answer.sets]


def some(session: Session) -> list[Any]:
    """Give up to four of the conclusions, evenly picked."""
    found = session.conclusions()
    return list(found[:: -(-len(found) // 4) or 1])


WAYS = {
    "whole": (200_000, 0, 0),
    "sized": (0, 400_000, 0),
    "sized, then whole": (0, 400_000, 200_000),
    "some sized": (0, 12, 0),
    "one by one": (0, 0, 0),
}
"""How much room each kind of diagram gets, so that each way of searching has its turn."""


@contextlib.contextmanager
def rooms(way: str) -> Iterator[None]:
    """Give the ways of searching other rooms than they have."""
    before, searches._ROOMS = searches._ROOMS, WAYS[way]
    try:
        yield
    finally:
        searches._ROOMS = before


@FEWER
@given(programs(), facts(), st.sampled_from(sorted(WAYS)))
def test_the_supports_are_exactly_the_minimal_sets(program: Program, givens: list[Any], way: str) -> None:
    """Each way of searching finds what trying all sets finds, the smallest first, and tells rightly what is in them."""
    session = Session(program, givens)
    clauses = Clauses(session)
    for one in some(session):
        wanted = clauses.minimal(one)
        with rooms(way):
            answer = session.supports(one, limit=None, seconds=None)
        found = sets_of(answer)
        assert len(found) == len(set(found)) == answer.total
        assert set(found) == wanted
        assert [len(s) for s in found] == sorted(len(s) for s in found)
        assert answer.is_complete
        assert answer.knows_every
        assert set(answer.in_every) == frozenset.intersection(*wanted)
        assert set(answer.in_some) == frozenset.union(*wanted)
        assert set(answer.in_some).isdisjoint(answer.elsewhere)


@FEWER
@given(programs(), facts(), st.integers(1, 3), st.sampled_from(sorted(WAYS)))
def test_a_limit_is_announced(program: Program, givens: list[Any], limit: int, way: str) -> None:
    """With a limit there are as many sets as asked for, all minimal; and it says whether more are left."""
    session = Session(program, givens)
    clauses = Clauses(session)
    for one in some(session):
        wanted = clauses.minimal(one)
        with rooms(way):
            answer = session.supports(one, limit=limit, seconds=None)
        found = sets_of(answer)
        assert len(set(found)) == len(found) == min(limit, len(wanted))
        assert set(found) <= wanted
        assert set(answer.in_every) == frozenset.intersection(*wanted)
        assert answer.knows_every
        assert answer.total in (None, len(wanted))
        # Where the last set is found and no more is looked for, it cannot know that it was the last.
        assert answer.is_complete or len(found) == limit
        assert not (answer.is_complete and len(found) < len(wanted))
        if answer.is_complete:
            assert answer.stopped is answer.complete_to is None
        else:
            assert answer.stopped == "limit"
            assert answer.complete_to is not None
            assert {s for s in wanted if len(s) <= answer.complete_to} <= set(found)
            assert any(isinstance(step.said, NoteStep) and "limit" in step.said.text for step in answer.steps)


@FEWER
@given(programs(), facts(), st.randoms(use_true_random=False))
def test_the_order_of_assertion_does_not_matter(program: Program, givens: list[Any], order: random.Random) -> None:
    """The answer is the same, and prints the same, whatever the order in which the givens came."""
    session = Session(program, givens)
    shuffled = order.sample(givens, len(givens))
    other = Session(program)
    for one in shuffled:
        other.assert_fact(one)
    for one in some(session):
        for limit in (2, 100):
            answer = session.supports(one, limit=limit, seconds=None)
            assert answer == other.supports(one, limit=limit, seconds=None)
            assert str(answer) == str(other.supports(one, limit=limit, seconds=None))


@FEWER
@given(programs(), facts())
def test_what_is_in_no_list_makes_no_difference(program: Program, givens: list[Any]) -> None:
    """A given that is in no support, and is not said to matter elsewhere, can be taken back: the fact still holds."""
    session = Session(program, givens)
    for one in some(session):
        answer = session.supports(one, limit=None, seconds=None)
        listed = {*answer.in_some, *answer.elsewhere}
        for other in {g.fact for g in session.givens()} - listed:
            assert one not in session.what_if(without=[other]).withdrawn


@FEWER
@given(programs(), facts())
def test_without_what_is_in_every_support_no_recorded_derivation_is_left(program: Program, givens: list[Any]) -> None:
    """Where nothing hangs on an absence or an aggregate, a fact falls with each given that is in every support."""
    plain = [r for r in program.rules if "no " not in str(r) and not r.aggregates]
    session = Session(Program(plain, given=program.given), givens)
    for one in some(session):
        answer = session.supports(one, limit=None, seconds=None)
        assert not answer.elsewhere
        for other in answer.in_every:
            assert one in (*(change := session.what_if(without=[other])).withdrawn, *change.retracted)
        for other in set(answer.in_some) - set(answer.in_every):
            assert one not in session.what_if(without=[other]).withdrawn
        for support in answer.sets[:3]:
            assert one in Session(session.program, support.givens)
            for other in support.givens:
                assert one not in Session(session.program, set(support.givens) - {other})


@FEWER
@given(programs(), facts())
def test_a_support_tells_the_absences_and_aggregates_of_a_proof(program: Program, givens: list[Any]) -> None:
    """What a support relies on is looked into by derivations of facts that follow from it."""
    session = Session(program, givens)
    clauses = Clauses(session)
    for one in some(session):
        for support in session.supports(one, limit=4, seconds=None).sets:
            below = clauses.below(one)
            model = clauses.least_model(frozenset(support.givens), below)
            derivations = [d for f in model for d in session.derivations(f)]
            usable = [d for d in derivations if {*d.premises, *(f for a in d.aggregates for f in a.facts)} <= model]
            assert {*support.absences} <= {a for d in usable for a in d.absences}
            assert {*support.aggregates} <= {a for d in usable for a in d.aggregates}


# ---- families of sets ------------------------------------------------------------------------------------------------


def minimal_of(sets: set[frozenset[int]]) -> set[frozenset[int]]:
    """Leave out the sets that contain another one."""
    return {one for one in sets if not any(other < one for other in sets)}


SETS = st.lists(st.frozensets(st.integers(0, 4), max_size=4), max_size=6)


@given(SETS, SETS, st.lists(st.integers(1, 3), min_size=5, max_size=5), st.integers(0, 16))
def test_families_are_what_sets_of_sets_are(
    ones: list[frozenset[int]], others: list[frozenset[int]], weights: list[int], bound: int
) -> None:
    """Unions, products and lists of diagrams are those of plain sets of sets; what was left out is noticed."""
    families = Families(weights, 10_000, Budget(None))
    unbounded = sum(weights)

    def family(sets: list[frozenset[int]]) -> int:
        made = EMPTY
        for one in sets:
            product = UNIT
            for variable in one:
                product = families.product(product, families.single(variable), unbounded)
            made = families.union(made, product)
        return made

    def weight(one: frozenset[int]) -> int:
        return sum(weights[variable] for variable in one)

    def listed(made: int) -> list[frozenset[int]]:
        found = list(families.members(made))
        assert [size for size, _ in found] == sorted(size for size, _ in found)
        assert all(size == weight(frozenset(one)) for size, one in found)
        assert families.count(made) == len(found)
        return [frozenset(one) for _, one in found]

    left, right = family(ones), family(others)
    assert set(listed(left)) == minimal_of(set(ones))
    assert set(listed(families.union(left, right))) == minimal_of({*ones, *others})
    assert families.excess is None
    product = minimal_of({a | b for a in ones for b in others})
    assert set(listed(families.product(left, right, unbounded))) == product
    assert families.excess is None
    within = {one for one in product if weight(one) <= bound}
    assert set(listed(families.product(left, right, bound))) == within
    if within != product:
        assert families.excess is not None
        assert bound + families.excess <= min(weight(one) for one in product - within)


# ---- chains, ladders, and what takes too long ------------------------------------------------------------------------


@fact
class Link:
    """link {n}"""

    n: int


@fact
class Detour:
    """detour {n}"""

    n: int


@fact
class Reached:
    """{n} is reached"""

    n: int


@rule
def start(link: Link) -> None:
    """The first link is reached."""
    where(link.n == 0)
    conclude(Reached, n=0)


@rule
def follow(r: Reached, link: Link) -> None:
    """The next link is reached from the one before."""
    where(link.n == r.n + 1)
    conclude(Reached, n=link.n)


@rule
def go_round(r: Reached, detour: Detour) -> None:
    """There may be a detour."""
    where(detour.n == r.n + 1)
    conclude(Reached, n=detour.n)


WAYS_ALONG = Program([start, follow, go_round])


def along(length: int, detours: list[int]) -> Session:
    """Make a session of a chain with some detours."""
    return Session(WAYS_ALONG, [*map(Link, range(length)), *map(Detour, detours)])


def test_a_long_chain_has_one_support() -> None:
    """A chain of ten thousand steps has one support, and all of it is in every support."""
    answer = along(10_000, []).supports(Reached(9_999))
    assert answer.is_complete
    assert answer.total == 1
    (support,) = answer.sets
    assert support.givens == answer.in_every == answer.in_some
    assert len(support.givens) == 10_000
    assert len(answer.steps) < 200


def test_a_long_chain_with_few_ways_is_found_whole() -> None:
    """Three detours on a long chain make eight supports of the same size."""
    answer = along(3_000, [5, 1_500, 2_998]).supports(Reached(2_999))
    assert answer.is_complete
    assert [len(support.givens) for support in answer.sets] == [3_000] * 8
    assert len(answer.in_every) == 2_997
    assert set(answer.in_some) == {*map(Link, range(3_000)), Detour(5), Detour(1_500), Detour(2_998)}


def test_very_many_supports_are_counted_and_cut() -> None:
    """A ladder of thirty steps has half a billion supports: they are counted, and as many given as were asked for."""
    answer = along(30, list(range(1, 30))).supports(Reached(29), limit=7)
    assert answer.total == 2**29
    assert answer.stopped == "limit"
    assert [len(support.givens) for support in answer.sets] == [30] * 7
    assert answer.in_every == (Link(0),)
    assert answer.cut == 2**29 - 7
    assert answer.complete_to == 29
    assert "7 of 536,870,912 supports" in str(answer)
    assert "stopped at the limit" in str(answer)
    assert repr(answer) == "<Supports of Reached(n=29): 7 sets, and there may be more>"


def test_more_supports_than_can_be_counted_in_words() -> None:
    """Where there are too many supports for a number to mean anything, there may just be more."""
    answer = along(200, list(range(1, 200))).supports(Reached(199), limit=3)
    assert answer.total is None
    assert len(answer.sets) == 3
    assert "3 supports, and there may be more" in str(answer)


def test_no_time_at_all() -> None:
    """Without any time there is nothing, and it says so."""
    answer = along(30, [3]).supports(Reached(29), seconds=0)
    assert answer.sets == answer.in_every == answer.in_some == ()
    assert answer.stopped == "seconds"
    assert (answer.total, answer.complete_to) == (None, 0)
    assert not answer.knows_every
    assert not answer.knows_elsewhere
    assert "stopped when the time was over" in str(answer)
    assert "there was no time to find out" in str(answer)


@pytest.mark.parametrize("checks", [1, 100, 200, 300, 400, 500, 700, 1_000, 2_000])
def test_when_the_time_is_over_what_was_found_stands(checks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the time ends: the sets are minimal, those in every support are, and it says that it stopped."""
    session = along(8, [2, 3, 5])
    whole = session.supports(Reached(7))
    left = checks

    def check(budget: Budget) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise pow_rules.explain.supports.budget.SpentError("seconds")

    monkeypatch.setattr(Budget, "check", check)
    part = session.supports(Reached(7))
    assert part.is_complete == (part.sets == whole.sets and left >= 0)
    assert set(part.sets) <= set(whole.sets)
    assert set(part.in_every) <= set(whole.in_every)
    assert not part.knows_every or part.in_every == whole.in_every


def test_a_search_that_takes_too_much_memory_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no way of searching has room, what was found stands, and it says why there is no more."""
    monkeypatch.setattr(searches, "_ROOMS", (0, 0, 0))
    monkeypatch.setattr(searches, "_TRIED", 10)
    answer = along(30, list(range(1, 30))).supports(Reached(29))
    assert answer.stopped == "memory"
    assert answer.sets
    assert answer.in_every == (Link(0),)
    assert "took too much memory" in str(answer)


def test_wrong_limits() -> None:
    """A limit below 1 and seconds below 0 are refused."""
    session = along(3, [])
    with pytest.raises(ArgumentValueError, match="limit: expected 1 or more, or None, got 0"):
        session.supports(Reached(2), limit=0)
    with pytest.raises(ArgumentValueError, match="seconds: expected 0 or more, or None, got -1"):
        session.supports(Reached(2), seconds=-1)
    with pytest.raises(UnknownFactError, match="does not hold"):
        session.supports(Reached(7))


# ---- small programs --------------------------------------------------------------------------------------------------


@fact
class Member:
    """{name} is a member"""

    name: str


@fact
class Guest:
    """{name} is a guest"""

    name: str


@fact
class Banned:
    """{name} is banned"""

    name: str


@fact
class Pardoned:
    """{name} is pardoned"""

    name: str


@fact
class Complaint:
    """{by} complains about {name}"""

    name: str
    by: str


@fact
class MayEnter:
    """{name} may enter"""

    name: str


@fact
class Crowded:
    """it is crowded"""


@rule
def members_may(m: Member) -> None:
    """A member who is not banned may enter."""
    absent(Banned, lambda b: b.name == m.name)
    conclude(MayEnter, name=m.name)


@rule
def guests_may(g: Guest) -> None:
    """A guest may enter if there is a member."""
    present(Member)
    conclude(MayEnter, name=g.name)


@rule
def complained_about(c: Complaint) -> None:
    """Whom somebody complains about is banned, unless he is pardoned."""
    absent(Pardoned, lambda p: p.name == c.name)
    conclude(Banned, name=c.name)


@rule
def too_many() -> None:
    """It is crowded if three may enter."""
    where(count(MayEnter) >= 3)
    conclude(Crowded)


DOOR = Program(
    [members_may, guests_may, complained_about, too_many],
    given=[Member, Guest, Complaint, Pardoned, Banned, MayEnter],
)


def test_a_given_that_matters_through_an_absence() -> None:
    """Who is pardoned may enter because of that, though the pardon is in no support; without it he is banned."""
    session = Session(DOOR, [Member("Ada"), Complaint("Ada", "Ben"), Pardoned("Ada"), Guest("Cy")])
    answer = session.supports(MayEnter("Ada"))
    assert [support.givens for support in answer.sets] == [(Member("Ada"),)]
    assert [str(absence) for absence in answer.sets[0].absences] == ["no Banned(name='Ada')"]
    assert answer.elsewhere == (Pardoned("Ada"),)
    assert MayEnter("Ada") in session.what_if(without=answer.elsewhere).withdrawn


def test_any_witness_of_a_presence_will_do() -> None:
    """A guest may enter with any member: each makes a support of its own."""
    session = Session(DOOR, [Member("Ada"), Member("Ben"), Guest("Cy")])
    answer = session.supports(MayEnter("Cy"))
    assert [support.givens for support in answer.sets] == [(Guest("Cy"), Member("Ada")), (Guest("Cy"), Member("Ben"))]
    assert answer.in_every == (Guest("Cy"),)
    assert answer.in_some == (Guest("Cy"), Member("Ada"), Member("Ben"))


def test_an_aggregate_brings_along_all_that_it_counted() -> None:
    """What was counted is in the support, with the absences that it relies on, and with the aggregate and its value."""
    session = Session(DOOR, [Member("Ada"), Member("Ben"), Guest("Cy")])
    answer = session.supports(Crowded())
    (support,) = answer.sets
    assert support.givens == (Guest("Cy"), Member("Ada"), Member("Ben"))
    assert [str(aggregate) for aggregate in support.aggregates] == ["count(MayEnter()) = 3"]
    assert [str(absence) for absence in support.absences] == ["no Banned(name='Ada')", "no Banned(name='Ben')"]


def test_a_fact_that_is_given_and_concluded_has_both_ways() -> None:
    """The fact itself is enough, and so is what it is concluded from."""
    session = Session(DOOR, [Member("Ada"), MayEnter("Ada")])
    answer = session.supports(MayEnter("Ada"))
    assert [support.givens for support in answer.sets] == [(MayEnter("Ada"),), (Member("Ada"),)]
    assert [len(support.absences) for support in answer.sets] == [0, 1]
    assert answer.in_every == ()
    said = [step.said for step in answer.steps if isinstance(step.said, GivenStep)]
    assert [one.concluded for one in said] == [True, False]


def test_what_is_only_given_rests_on_itself() -> None:
    """A given fact that nothing concludes is its own support."""
    answer = Session(DOOR, [Guest("Cy")]).supports(Guest("Cy"))
    assert [support.givens for support in answer.sets] == [(Guest("Cy"),)]
    assert answer.in_every == (Guest("Cy"),)


def test_what_rests_on_no_given() -> None:
    """A rule without premises needs none: the empty set is enough."""

    @rule
    def quiet() -> None:
        """All is quiet while nobody complains."""
        absent(Complaint)
        conclude(Crowded)

    answer = Session(Program([quiet])).supports(Crowded())
    (support,) = answer.sets
    assert support.givens == ()
    assert len(support.absences) == 1
    assert answer.total == 1
    assert answer.is_complete


def test_a_circle_is_no_support() -> None:
    """X gives a, a gives b, b gives a: all of it rests on x."""

    @fact
    class X:
        pass

    @fact
    class A:
        pass

    @fact
    class B:
        pass

    @rule
    def a_from_x(x: X) -> None:
        conclude(A)

    @rule
    def b_from_a(a: A) -> None:
        conclude(B)

    @rule
    def a_from_b(b: B) -> None:
        conclude(A)

    session = Session(Program([a_from_x, b_from_a, a_from_b], given=[X, A, B]), [X()])
    assert [support.givens for support in session.supports(A()).sets] == [(X(),)]
    session.assert_fact(B())
    assert [support.givens for support in session.supports(A()).sets] == [(B(),), (X(),)]


def test_a_hidden_row_has_supports_too() -> None:
    """What `present` asks for can be asked about as a node, though it is no fact."""
    session = Session(DOOR, [Member("Ada"), Member("Ben"), Guest("Cy")])
    log = session._log
    (hidden,) = [node for r in range(len(session._base.relations)) if log.is_hidden(r) for node in log.nodes(r)]
    answer = supports_of(log, hidden, limit=None, seconds=None)
    assert answer.fact is None
    assert [support.givens for support in answer.sets] == [(Member("Ada"),), (Member("Ben"),)]
    assert isinstance(answer.steps[0].said, HeadingStep)


def test_the_article() -> None:
    """Russia's objection rests on three reports; the option of refuge on either of two rules' premises."""
    session = article.session()
    answer = session.supports(Opposes("Russia", "Ri", "South Korea"))
    assert answer.is_complete
    (support,) = answer.sets
    assert support.givens == answer.in_every
    assert {given.source.locator for given in session.givens() if given.fact in answer.in_every and given.source} == {
        "¶2", "¶4", "¶5", "¶6",
    }  # fmt: skip
    assert [str(absence) for absence in support.absences] == [
        "no DoesNotObject(actor='Russia', prisoner='Ri', destination='South Korea')"
    ]
    answer = session.supports(RefugeOption("the United States", "Ri"))
    assert len(answer.sets) == 2
    assert answer.in_every == ()


def test_it_prints_itself() -> None:
    """What is in every support stands first, then each support with what it has besides."""
    ada = Given(Member("Ada"), Source("the list", locator="1"))
    session = Session(DOOR, [ada, Member("Ben"), Guest("Cy"), Complaint("Ada", "Ben"), Pardoned("Ada")])
    assert session.supports(MayEnter("Cy")).text(ascii_only=True) == PRINTED
    assert session.supports(MayEnter("Ada")).text(ascii_only=True) == PARDONED


PRINTED = """\
Cy may enter                                                          2 supports
|- in every support                                it falls without one of these
|  `- Cy is a guest                                                        given
|- support 1                                    2 givens: this and the one above
|  `- Ada is a member                                       given by the list, 1
`- support 2                                    2 givens: this and the one above
   `- Ben is a member                                                      given"""
PARDONED = """\
Ada may enter                                                          1 support
|- in every support                                it falls without one of these
|  `- Ada is a member                                       given by the list, 1
|- support 1                                              1 given: the one above
|  `- no Banned(name='Ada')                                               absent
`- in no support                   may matter through an absence or an aggregate
   `- Ada is pardoned                                                      given"""


# ---- interrupts ------------------------------------------------------------------------------------------------------


class Interrupt:
    """A trace function that raises at one line of the library."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines = 0

    def __call__(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        """Follow what is called in the library."""
        return self.line if Path(frame.f_code.co_filename).is_relative_to(LIBRARY) else None

    def line(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        """Count a line, and raise at the right one."""
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise KeyboardInterrupt
        return self.line

    def run(self, call: Callable[[], Any]) -> None:
        """Make a call under this trace function."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            call()
        finally:
            sys.settrace(before)


LIBRARY = Path(pow_rules.__file__).parent


def everything(session: Session) -> tuple[Any, ...]:
    """Give what a session holds, in order."""
    return (
        session.facts(),
        session.givens(),
        session.derivation_count,
        [str(session.explain(one, all=True)) for one in session.facts()],
    )


def test_an_interrupt_at_any_line_leaves_the_session_as_it_was() -> None:
    """After an interrupt, the session holds what it held, gives the same answer, and can be changed as before."""
    givens = [Member("Ada"), Member("Ben"), Guest("Cy"), Complaint("Ada", "Ben"), Pardoned("Ada")]
    session = Session(DOOR, givens)
    before, wanted = everything(session), session.supports(Crowded())
    counter = Interrupt(0)
    counter.run(lambda: session.supports(Crowded()))
    for at in range(1, counter.lines + 1, max(1, counter.lines // 150)):
        session = Session(DOOR, givens)
        collecting = gc.isenabled()
        with pytest.raises(KeyboardInterrupt):
            Interrupt(at).run(lambda: session.supports(Crowded()))  # noqa: B023 - called at once
        assert gc.isenabled() is collecting
        assert session.supports(Crowded()) == wanted
        assert everything(session) == before
        session.retract_fact(Pardoned("Ada"))
        assert MayEnter("Ada") not in session

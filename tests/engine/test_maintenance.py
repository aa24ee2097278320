"""Truth maintenance: what falls when its support goes, what stays, and how little is looked at for it."""

from __future__ import annotations

import sys
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pow_rules
from pow_rules import Program, Session, absent, conclude, count, fact, most, present, rule, where
from pow_rules.engine.derivations import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

# ---- support that goes in a circle -----------------------------------------------------------------------------------


@fact
class X:
    """x {n}"""

    n: int


@fact
class A:
    """a {n}"""

    n: int


@fact
class B:
    """b {n}"""

    n: int


@fact
class Z:
    """z {n}"""

    n: int


@rule
def a_from_x(x: X) -> None:
    """X gives a."""
    conclude(A, n=x.n)


@rule
def b_from_a(a: A) -> None:
    """A gives b."""
    conclude(B, n=a.n)


@rule
def a_from_b(b: B) -> None:
    """B gives a."""
    conclude(A, n=b.n)


@rule
def b_from_z(z: Z) -> None:
    """Z gives b."""
    conclude(B, n=z.n)


CIRCLE = Program([a_from_x, b_from_a, a_from_b, b_from_z], given=[X, A, B, Z])


def test_a_circle_does_not_hold_itself_up() -> None:
    """X gives a, a gives b, b gives a: without x, nothing is left."""
    session = Session(CIRCLE, [X(1)])
    assert len(session.derivations(A(1))) == 2
    change = session.retract_fact(X(1))
    assert change.withdrawn == (A(1), B(1))
    assert session.facts() == ()
    assert session.derivation_count == 0


def test_a_circle_stays_while_anything_from_outside_holds_it() -> None:
    """Of two supports of a circle either may go, and both must for it to fall."""
    for first, last in ((X(1), Z(1)), (Z(1), X(1))):
        session = Session(CIRCLE, [X(1), Z(1), X(2)])
        change = session.retract_fact(first)
        assert change.withdrawn == ()
        assert {A(1), B(1)} <= set(session.facts())
        change = session.retract_fact(last)
        assert set(change.withdrawn) == {A(1), B(1)}
        assert set(session.facts()) == {X(2), A(2), B(2)}


def test_a_conclusion_that_is_also_given_holds_the_circle() -> None:
    """A conclusion that is asserted as well stays, with what rests on it, until that is retracted too."""
    session = Session(CIRCLE, [X(1), B(1)])
    assert session.retract_fact(X(1)).withdrawn == ()
    assert set(session.facts()) == {A(1), B(1)}
    change = session.retract_fact(B(1))
    assert change.retracted == (B(1),)
    assert set(change.withdrawn) == {A(1), B(1)}
    assert session.facts() == ()
    session = Session(CIRCLE, [X(1), B(1)])
    change = session.retract_fact(B(1))
    assert (change.retracted, change.withdrawn) == ((B(1),), ())
    assert set(session.facts()) == {X(1), A(1), B(1)}


def test_support_by_what_is_newer_counts_once_it_is_needed() -> None:
    """A given that is also concluded from what it gives: the roles change when the given goes, and then all falls."""
    session = Session(CIRCLE, [A(1), Z(1)])
    assert session.retract_fact(A(1)).withdrawn == ()
    assert set(session.facts()) == {Z(1), B(1), A(1)}
    assert [d.premises for d in session.derivations(A(1))] == [(B(1),)]
    assert set(session.retract_fact(Z(1)).withdrawn) == {A(1), B(1)}
    assert session.facts() == ()


def test_the_roles_may_change_many_times() -> None:
    """However often support moves from one end of a circle to the other, it holds while there is any."""
    session = Session(CIRCLE, [X(1)])
    for _ in range(20):
        session.assert_fact(Z(1))
        assert not session.retract_fact(X(1)).withdrawn
        session.assert_fact(X(1))
        assert not session.retract_fact(Z(1)).withdrawn
        assert set(session.facts()) == {X(1), A(1), B(1)}
    session.retract_fact(X(1))
    assert session.facts() == ()


def test_a_rank_outlives_compaction() -> None:
    """Support that has moved is still told from a circle after room was made."""
    session = Session(CIRCLE, [A(1), Z(1), X(2)])
    session.retract_facts([A(1), X(2)])
    assert any(relation.ranks for relation in session._base.relations)
    session._base.compact(at_least=0)
    assert any(relation.ranks for relation in session._base.relations)
    assert set(session.facts()) == {Z(1), B(1), A(1)}
    session.retract_fact(Z(1))
    assert session.facts() == ()


@fact
class Link:
    """{a} links to {b}"""

    a: int
    b: int


@fact
class Root:
    """{n} is a root"""

    n: int


@fact
class Live:
    """{n} is live"""

    n: int


@fact
class Seen:
    """{n} is seen"""

    n: int


@rule
def live_root(r: Root) -> None:
    """A root is live."""
    conclude(Live, n=r.n)


@rule
def live_link(x: Live, k: Link) -> None:
    """What is linked from something live is live."""
    where(k.a == x.n)
    conclude(Live, n=k.b)


@rule
def live_present(k: Link) -> None:
    """What is linked from something live is seen, whatever that is."""
    present(Live, lambda x: x.n == k.a)
    conclude(Seen, n=k.b)


@rule
def live_seen(k: Link) -> None:
    """What is linked from something seen is live."""
    present(Seen, lambda s: s.n == k.a)
    conclude(Live, n=k.b)


COLLECTOR = Program([live_root, live_link], given=[Root, Link])
THROUGH_PRESENT = Program([live_root, live_present, live_seen], given=[Root, Link])


@pytest.mark.parametrize("length", [1, 2, 3, 10])
@pytest.mark.parametrize("program", [COLLECTOR, THROUGH_PRESENT], ids=["joined", "present"])
def test_longer_circles_fall_as_a_whole(program: Program, length: int) -> None:
    """A ring of any length falls when what leads into it goes, through `present` too."""
    ring = [Link(i, (i + 1) % length) for i in range(length)]
    session = Session(program, [Root(99), Link(99, 0), *ring])
    assert len(session.facts(Live)) == (length + 1 if program is COLLECTOR or length % 2 else length // 2 + 1)
    session.retract_fact(Link(99, 0))
    assert session.facts(Live) == (Live(99),)
    assert session.facts(Seen) == ()
    session.assert_fact(Link(99, 0))
    session.retract_fact(Root(99))
    assert session.facts(Live) == session.facts(Seen) == ()
    assert session.derivation_count == 0


def live_by_hand(givens: set[Any]) -> set[Any]:
    """Give what is live, by going along the links."""
    found = {g.n for g in givens if isinstance(g, Root)}
    while new := {g.b for g in givens if isinstance(g, Link) and g.a in found} - found:
        found |= new
    return {Live(n) for n in found}


def live_and_seen_by_hand(givens: set[Any]) -> set[Any]:
    """Give what is live or seen, by going along the links."""
    live, seen = {g.n for g in givens if isinstance(g, Root)}, set[int]()
    links = [g for g in givens if isinstance(g, Link)]
    while True:
        more = {k.b for k in links if k.a in live} - seen, {k.b for k in links if k.a in seen} - live
        if not any(more):
            return {*map(Live, live), *map(Seen, seen)}
        seen, live = seen | more[0], live | more[1]


_NODES = st.integers(0, 4)
_GIVENS = st.one_of(st.builds(Link, _NODES, _NODES), st.builds(Link, _NODES, _NODES), st.builds(Root, _NODES))
_STEPS = st.lists(st.lists(_GIVENS, min_size=1, max_size=4), min_size=1, max_size=10)


@given(st.lists(_GIVENS, max_size=14), _STEPS, st.booleans())
def test_reachability_under_any_change(
    start: list[Any],
    steps: list[list[Any]],
    through: bool,  # noqa: FBT001 - drawn
) -> None:
    """Each step asserts what is not there and retracts what is: what is reachable holds, with every derivation."""
    program = THROUGH_PRESENT if through else COLLECTOR
    session, givens = Session(program, start), set(start)
    for step in steps:
        changing = set(step)
        with session.transaction():
            session.retract_facts([g for g in dict.fromkeys(step) if g in givens])
            session.assert_facts([g for g in dict.fromkeys(step) if g not in givens])
        givens ^= changing
        reached = (live_and_seen_by_hand if through else live_by_hand)(givens)
        assert set(session.facts()) == givens | reached
        compare_with_fresh(session)


# ---- closures: many derivations --------------------------------------------------------------------------------------


@fact
class Edge:
    """edge {a} {b}"""

    a: int
    b: int


@fact
class Path:
    """path {a} {b}"""

    a: int
    b: int


@rule
def direct(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def longer(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.b == e.a)
    conclude(Path, a=p.a, b=e.b)


@rule
def joined(p: Path, q: Path) -> None:
    """Two paths are a path."""
    where(p.b == q.a)
    conclude(Path, a=p.a, b=q.b)


LINEAR, SQUARE = Program([direct, longer]), Program([direct, joined])


def derivations_of(session: Session) -> dict[Any, Any]:
    """Give every derivation of every fact."""
    return {fact: session.derivations(fact) for fact in session.facts()}


def compare_with_fresh(session: Session) -> None:
    """Compare facts and derivations with those of a session made from the givens."""
    fresh = Session(session.program, session.givens())
    assert derivations_of(session) == derivations_of(fresh)
    assert session.derivation_count == fresh.derivation_count


@settings(max_examples=30)
@given(
    st.lists(st.builds(Edge, _NODES, _NODES), max_size=10, unique=True),
    st.lists(st.lists(st.builds(Edge, _NODES, _NODES), min_size=1, max_size=3, unique=True), max_size=6),
    st.sampled_from([LINEAR, SQUARE]),
)
def test_a_closure_under_any_change(start: list[Edge], steps: list[list[Edge]], program: Program) -> None:
    """After any insertions and deletions there is a path where there is one, with exactly its derivations."""
    session, edges = Session(program, start), set(start)
    for step in steps:
        gone, new = edges & set(step), set(step) - edges
        session.retract_facts(sorted(gone, key=repr))
        session.assert_facts(sorted(new, key=repr))
        edges = edges - gone | new
        paths = {Path(e.a, e.b) for e in edges}
        while more := {Path(p.a, e.b) for p in paths for e in edges if p.b == e.a} - paths:
            paths |= more
        assert set(session.facts()) == edges | paths
        others: set[Any] = edges if program is LINEAR else paths
        wanted = {
            path: {*[(e,) for e in edges if (e.a, e.b) == (path.a, path.b)],
                   *[(p, o) for p in paths for o in others if (p.a, p.b, o.b) == (path.a, o.a, path.b)]}
            for path in paths
        }  # fmt: skip
        assert {path: {d.premises for d in session.derivations(path)} for path in paths} == wanted


# ---- absences and aggregates, both ways ------------------------------------------------------------------------------


@fact
class Item:
    """item {n}"""

    n: int


@fact
class Closed:
    """closed {n}"""

    n: int


@fact
class Open:
    """open {n}"""

    n: int


@fact
class Size:
    """size {n}"""

    n: int


@fact
class Last:
    """last {n}"""

    n: int


@fact
class Lonely:
    """lonely {n}"""

    n: int


@rule
def opened(i: Item) -> None:
    """What is not closed is open."""
    absent(Closed, lambda c: c.n == i.n)
    conclude(Open, n=i.n)


@rule
def sized() -> None:
    """How many are open."""
    conclude(Size, n=count(Open))


@rule
def last() -> None:
    """The last that is open."""
    conclude(Last, n=most(Open, lambda o: o.n))


@rule
def lonely(o: Open) -> None:
    """What is open alone is lonely."""
    where(count(Open) == 1)
    absent(Last, lambda x: x.n > o.n)
    conclude(Lonely, n=o.n)


LAYERS = Program([opened, sized, last, lonely], given=[Item, Closed])


def test_absences_and_aggregates_come_and_go() -> None:
    """Assertions withdraw and retractions conclude, where an absence or an aggregate lies between."""
    session = Session(LAYERS, [Item(1), Item(2)])
    assert set(session.facts()) == {Item(1), Item(2), Open(1), Open(2), Size(2), Last(2)}
    change = session.assert_fact(Closed(2))
    assert set(change.withdrawn) == {Open(2), Size(2), Last(2)}
    assert set(change.concluded) == {Size(1), Last(1), Lonely(1)}
    change = session.retract_fact(Closed(2))
    assert set(change.withdrawn) == {Size(1), Last(1), Lonely(1)}
    assert set(change.concluded) == {Open(2), Size(2), Last(2)}
    change = session.retract_facts([Item(1), Item(2)])
    assert set(change.withdrawn) == {Open(1), Open(2), Size(2), Last(2)}
    assert set(change.concluded) == {Size(0)}
    compare_with_fresh(session)


@given(
    st.lists(st.lists(st.one_of(st.builds(Item, _NODES), st.builds(Closed, _NODES)), min_size=1, max_size=4),
             max_size=8)
)  # fmt: skip
def test_layers_under_any_change(steps: list[list[Any]]) -> None:
    """Each step asserts what is not there and retracts what is: every layer is what it should be."""
    session, givens = Session(LAYERS), set[Any]()
    for step in steps:
        session.retract_facts([g for g in dict.fromkeys(step) if g in givens])
        session.assert_facts([g for g in dict.fromkeys(step) if g not in givens])
        givens ^= set(step)
        is_open = {g.n for g in givens if isinstance(g, Item)} - {g.n for g in givens if isinstance(g, Closed)}
        wanted = {*givens, *map(Open, is_open), Size(len(is_open))}
        wanted |= {Last(max(is_open))} if is_open else set()
        wanted |= set(map(Lonely, is_open)) if len(is_open) == 1 else set()
        assert set(session.facts()) == wanted
        compare_with_fresh(session)


# ---- how much is looked at -------------------------------------------------------------------------------------------


def watched(session: Session) -> dict[str, int]:
    """Count from now on how often the matcher is asked for what may have changed about old matches."""
    counts = {"revisit": 0}
    revisit = session._matcher.revisit

    def counting(current: Any) -> Any:
        counts["revisit"] += 1
        return revisit(current)

    session._matcher.revisit = counting  # type: ignore[method-assign]
    return counts


def test_what_still_has_support_is_not_joined_again(matcher: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retraction records no firing and runs no plan: what stays keeps its id and its entries in the log."""
    size = 12
    session = Session(
        SQUARE, [Edge(i, (i + 1) % size) for i in range(size)] + [Edge(i, i + 2) for i in range(size - 2)]
    )
    counts = watched(session)
    plans: list[Any] = []
    if matcher == "compiled":
        monkeypatch.setattr("pow_rules.engine.compiled.run_task", lambda *arguments: plans.append(arguments))
    tables = [len(table) for table in session._base.tables]
    ids = [dict(relation.ids) for relation in session._base.relations]
    assert session.retract_fact(Edge(3, 5)).withdrawn == ()
    assert session.retract_fact(Edge(0, 2)).withdrawn == ()
    assert [len(table) for table in session._base.tables] == tables
    for before, relation in zip(ids, session._base.relations, strict=True):
        assert relation.ids == {row: number for row, number in before.items() if row in relation.ids}
    assert plans == []
    assert counts == {"revisit": 0}


def test_a_firing_that_comes_out_the_same_stays() -> None:
    """Where an aggregate changes and what is concluded does not, the firing stays in the log."""

    @rule
    def any_open(i: Item) -> None:
        where(count(Closed) >= 1)
        conclude(Open, n=i.n)

    session = Session(Program([any_open], given=[Item, Closed]), [Item(1), Item(2), Closed(1)])
    counts = watched(session)
    before = [(list(table.conclusions), list(map(list, table.premises))) for table in session._base.tables]
    assert not session.assert_fact(Closed(2)).concluded
    assert not session.retract_fact(Closed(1)).withdrawn
    assert [(list(table.conclusions), list(map(list, table.premises))) for table in session._base.tables] == before
    assert counts == {"revisit": 2}
    assert session.retract_fact(Closed(2)).withdrawn == (Open(1), Open(2))


_USING_ANY = Table.using_any  # gives a list


class Looked:
    """Counts what maintenance looks at: calls for firings, firings given, and lines run in the library."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = self.firings = self.lines = 0
        self._here = str(FilePath(pow_rules.__file__).parent)
        for name in ("of", "using", "using_any"):
            monkeypatch.setattr(Table, name, self._counting(getattr(Table, name)))

    def _counting(self, function: Callable[..., Iterable[int]]) -> Callable[..., Iterable[int]]:
        def counted(*arguments: Any) -> Iterator[int]:
            self.calls += 1
            for firing in function(*arguments):
                self.firings += 1
                yield firing

        return (lambda *arguments: list(counted(*arguments))) if function is _USING_ANY else counted

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith((self._here, "<plan of ")):
            return None
        self.lines += event == "line"
        return self._trace

    def during(self, call: Callable[[], object]) -> tuple[int, int, int]:
        """Give the counts of a call."""
        self.calls = self.firings = self.lines = 0
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            call()
        finally:
            sys.settrace(before)
        return self.calls, self.firings, self.lines


_WIDE = Program(
    [a_from_x, b_from_a, a_from_b, b_from_z, opened, live_root, live_link], given=[X, Z, Item, Closed, Link, Root]
)


def wide(size: int) -> Session:
    """Give a session of many small circles, and rings."""
    session = Session(_WIDE)
    givens: list[Any] = []
    for i in range(size // 5):
        givens += [X(i), Item(i), Link(3 * i, 3 * i + 1), Link(3 * i + 1, 3 * i), Link(3 * i + 1, 3 * i + 2)]
    session.assert_facts([*givens, *(Root(3 * i) for i in range(size // 5))])
    # What is made for looking up is made once.
    for i in (3, 4):
        session.retract_facts([X(i), Root(3 * i), Item(i), Link(3 * i, 3 * i + 1)])
        session.assert_facts([Z(i), Closed(i + 1)])
        session.retract_facts([Z(i), Closed(i + 1)])
    return session


def test_maintenance_follows_what_is_touched(matcher: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retraction looks at as much in a large fact base as in a small one: counted, not timed."""
    looked = Looked(monkeypatch)
    calls: list[Callable[[Session], object]] = [
        lambda s: s.retract_fact(X(10)),
        lambda s: s.retract_facts([Root(30), Link(31, 32)]),
        lambda s: s.assert_fact(Closed(12)),
        lambda s: s.retract_fact(Closed(12)),
        lambda s: s.what_if(without=[X(14), Item(15), Root(48)]),
    ]
    found: list[list[tuple[int, ...]]] = []
    if matcher == "durable":
        # It gives all matches of a clause that looks into what has changed: that it is slower is said of it.
        del calls[2:]
    for size in (1_000, 10_000) if matcher == "compiled" else (200, 1_000):
        session = wide(size)
        counts = [looked.during(lambda c=call, s=session: c(s)) for call in calls]  # type: ignore[misc]
        found.append(list(counts))
    assert found[0] == found[1]
    assert all(count[0] and count[1] for count in found[0][:2])

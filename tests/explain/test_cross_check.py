"""The cross-check agrees where both matchers find the same, and finds out a matcher that does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from pow_rules import Given, Limits, Program, Session, Source, absent, check, conclude, count, fact, rule, where
from pow_rules.article.program import session as article
from pow_rules.errors import ArgumentValueError, EvaluationError, LimitError, SessionBusyError
from pow_rules.testing.strategies import facts, programs

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)

from pow_rules.engine.durable.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@fact
class Edge:
    """{a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """path from {a} to {b}"""

    a: int
    b: int


@fact
class Off:
    """{n} is off"""

    n: int


@fact
class Open:
    """{n} is open"""

    n: int


@fact
class Size:
    """{n} open ones"""

    n: int


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def longer(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.b == e.a)
    conclude(Path, a=p.a, b=e.b)


@rule
def opened(e: Edge) -> None:
    """Where an edge leads to is open, unless it is off, or the start."""
    absent(Off, lambda o: o.n == e.b)
    absent(Off, lambda o: o.n == -e.b)
    conclude(Open, n=e.b)


@rule
def none_needed() -> None:
    """How many are open is known from the start."""
    conclude(Size, n=count(Open))


PROGRAM = Program([edge_is_path, longer, opened, none_needed])
PATHS = Program([edge_is_path, longer])
EDGES = [Edge(0, 1), Edge(1, 2), Edge(2, 3)]


# ---- where both find the same ----------------------------------------------------------------------------------------


def test_what_is_counted() -> None:
    """The figures are those of the session: conclusions, derivations, those with premises, and absences."""
    checked = Session(PROGRAM, [*EDGES, Off(2), Path(0, 1)]).cross_check()
    assert (checked.conclusions, checked.derivations, checked.joins, checked.absences) == (6 + 2 + 1, 6 + 2 + 1, 8, 4)
    assert checked
    assert bool(checked) is True
    assert (checked.matcher, checked.disagreements, checked.unlisted) == ("durable", (), 0)
    assert str(checked) == ("durable-rules found the same 8 joins\nboth have 9 conclusions, 9 derivations, 4 absences")


def test_one_of_each_is_no_plural() -> None:
    """One join, conclusion, derivation and absence are told as one; thousands are grouped."""
    program = Program([opened])
    assert str(Session(Program([edge_is_path]), EDGES[:1]).cross_check()) == (
        "durable-rules found the same 1 join\nboth have 1 conclusion, 1 derivation, 0 absences"
    )
    many = Session(program, [Edge(0, i) for i in range(1_001)]).cross_check()
    assert str(many) == (
        "durable-rules found the same 1,001 joins\nboth have 1,001 conclusions, 1,001 derivations, 2,002 absences"
    )


@settings(max_examples=10)
@given(programs(), facts(), facts())
def test_generated_programs(program: Program, first: list[Any], second: list[Any]) -> None:
    """Whatever the program, and in whatever calls it was asserted, both agree, and the figures are the log's."""
    session = Session(program, first)
    session.assert_facts(second)
    checked = session.cross_check()
    derivations = [d for fact_ in session.facts() for d in session.derivations(fact_)]
    assert checked, str(checked)
    assert checked.derivations == len(derivations) == session.derivation_count
    assert checked.joins == sum(bool(d.premises) for d in derivations)
    assert checked.absences == sum(len(d.absences) for d in derivations)
    assert checked.conclusions == len(session.conclusions())


def test_the_article() -> None:
    """Of the article's rules, and in both directions, both matchers find the same."""
    session = article()
    checked = session.cross_check()
    assert checked, str(checked)
    assert checked.derivations == session.derivation_count > 20
    other = Session(session.program, session.givens(), matcher="durable")
    back = other.cross_check("compiled")
    assert str(back) == str(checked).replace("durable-rules", "the compiled matcher")


def test_sources_are_no_difference() -> None:
    """Facts with one source, several or none are checked as they were given."""
    here, there = Source("here"), Source("there")
    session = Session(PROGRAM, [Given(EDGES[0], here), EDGES[1]])
    session.assert_fact(EDGES[0], there)
    session.assert_fact(Path(0, 1), here)
    checked = session.cross_check()
    assert checked
    assert session.sources(EDGES[0]) == (here, there)
    assert checked.derivations == session.derivation_count


@pytest.mark.parametrize("matcher", ["compiled", "durable"])
def test_nothing_to_check(matcher: Any) -> None:
    """An empty program, and a session without facts, agree on nothing."""
    other: Any = {"compiled": "durable", "durable": "compiled"}[matcher]
    for program in Program([], given=[Edge]), PATHS:
        checked = Session(program, matcher=matcher).cross_check(other)
        assert checked
        assert str(checked).endswith("found the same 0 joins\nboth have 0 conclusions, 0 derivations, 0 absences")
    assert Session(Program([], given=[Edge]), EDGES, matcher=matcher).cross_check(other)


def test_the_session_is_only_looked_at() -> None:
    """A cross-check changes nothing, and can be made again, also after the session was closed."""
    session = Session(PROGRAM, EDGES)
    before = session.facts(), session.givens(), session.derivation_count
    assert session.cross_check() == session.cross_check()
    session.close()
    assert session.cross_check()
    assert (session.facts(), session.givens(), session.derivation_count) == before


def test_what_is_refused() -> None:
    """A session's own matcher is no other one; and none can be asked from inside of a call."""
    for matcher in "compiled", "durable":
        with pytest.raises(ArgumentValueError) as caught:
            Session(PROGRAM, matcher=matcher).cross_check(matcher)  # type: ignore[arg-type]
        other = {"compiled": "durable", "durable": "compiled"}[matcher]
        assert (
            str(caught.value)
            == f"matcher: '{matcher}' is the session's own, and a cross-check needs another: '{other}'"
        )
    held: list[Session] = []

    @rule
    def looks(e: Edge) -> None:
        """Looks."""
        where(check(lambda _: not held or held[0].cross_check(), e.a))
        conclude(Open, n=e.a)

    held.append(Session(Program([looks])))
    with pytest.raises(EvaluationError) as raised:
        held[0].assert_fact(Edge(0, 1))
    assert isinstance(raised.value.__cause__, SessionBusyError)


def test_limits_hold_for_the_other_session() -> None:
    """The other session has the limits of this one, or those it is given: what fits here fits there."""
    session = Session(PATHS, EDGES, limits=Limits(facts=9, derivations=6))
    assert session.cross_check()
    with pytest.raises(LimitError, match="limit of 4 derivations"):
        session.cross_check(limits=Limits(derivations=4))
    session._limits = Limits(derivations=5)
    with pytest.raises(LimitError, match="limit of 5 derivations"):
        session.cross_check()
    assert session.cross_check(limits=Limits())


# ---- where one goes wrong --------------------------------------------------------------------------------------------

Match = tuple[int, list[int]]


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int, Match], list[Match]]], None]:
    """Give what makes durable-rules go wrong: a function of a match's number and the match gives what it finds."""
    matches = Network.matches

    def make(fault: Callable[[int, Match], list[Match]]) -> None:
        counter = iter(range(1, 1_000_000))

        def wrong(network: Network) -> Iterator[Match]:
            for match in matches(network):
                yield from fault(next(counter), match)

        monkeypatch.setattr(Network, "matches", wrong)

    return make


@pytest.mark.parametrize("every", [1, 2, 3, 7])
def test_a_matcher_that_loses_matches(every: int, faulty: Callable[..., None]) -> None:
    """Each derivation that was lost is named, with who found it, and its trace; so is what followed from it."""
    faulty(lambda number, match: [] if number % every == 0 else [match])
    session = Session(PATHS, [*EDGES, Edge(3, 0)])
    checked = session.cross_check()
    assert bool(checked) is False
    assert {d.found_by for d in checked.disagreements} == {"compiled"}
    assert checked.joins + len(checked.disagreements) == session.derivation_count
    assert checked.unlisted == 0
    for disagreement in checked.disagreements:
        assert disagreement.derivation in session.derivations(disagreement.derivation.conclusion)
        assert disagreement.trace == session.explain(disagreement.derivation.conclusion, all=True, size=200)
        assert str(disagreement).startswith(f"only the compiled matcher found: {disagreement.derivation}\n  ")
        assert str(disagreement) in str(checked)


def test_a_matcher_that_finds_one_twice(faulty: Callable[..., None]) -> None:
    """A derivation that is recorded twice is told as found once more, and as found by both."""
    faulty(lambda number, match: [match] * (1 + (number == 2) + 2 * (number == 4)))
    back = Session(PATHS, EDGES, matcher="durable").cross_check("compiled")
    assert sorted((d.times, d.both, d.found_by) for d in back.disagreements) == [(1, 1, "durable"), (2, 1, "durable")]
    assert (back.derivations, back.conclusions) == (6, 6)
    once, twice = sorted(back.disagreements, key=lambda d: d.times)
    assert str(once).startswith(f"durable-rules found once more: {once.derivation}\n")
    assert str(twice).startswith(f"durable-rules found 2 times more: {twice.derivation}\n")


def test_a_matcher_that_finds_what_is_no_match(faulty: Callable[..., None]) -> None:
    """A match that does not satisfy the joins is found out, with what followed from it."""
    edges = len(EDGES)
    faulty(
        lambda _, match: [match, (match[0], [match[1][0], edges + 1 - match[1][1]])] if len(match[1]) == 2 else [match]
    )
    session = Session(PATHS, EDGES)
    checked = session.cross_check()
    assert not checked
    assert {d.found_by for d in checked.disagreements} >= {"durable"}
    wrong = [d for d in checked.disagreements if d.found_by == "durable"]
    assert all(str(d).startswith("only durable-rules found: ") or d.both for d in wrong)
    assert any(d.derivation.conclusion not in session for d in wrong)
    for disagreement in wrong:
        assert str(disagreement.derivation.conclusion) in str(disagreement.trace)


def test_many_disagreements_are_counted(faulty: Callable[..., None]) -> None:
    """A hundred disagreements are listed, and the others counted."""
    faulty(lambda _number, _match: [])
    checked = Session(PATHS, [Edge(i, i + 1) for i in range(20)]).cross_check()
    assert len(checked.disagreements) == 100
    assert checked.unlisted == 210 - 100
    text = str(checked).splitlines()
    assert text[0] == "durable-rules did not find the same: 210 derivations found by one matcher only"
    assert text[1] == "both have 0 conclusions, 0 derivations, 0 absences"
    assert text[-1] == "and 110 more"
    exactly = Session(Program([edge_is_path]), [Edge(i, i) for i in range(100)]).cross_check()
    assert (len(exactly.disagreements), exactly.unlisted) == (100, 0)
    one_more = Session(Program([edge_is_path]), [Edge(i, i) for i in range(101)]).cross_check()
    assert (len(one_more.disagreements), one_more.unlisted) == (100, 1)


def test_what_is_printed(faulty: Callable[..., None], golden: Callable[[str, str], None]) -> None:
    """A disagreement prints the derivation and the trace of its conclusion."""

    @rule
    def reached(o: Open, e: Edge) -> None:
        """Where an edge leads to from what is open is open."""
        where(o.n == e.a)
        conclude(Open, n=e.b)

    session = Session(Program([reached]), [Open(0), *EDGES[:2]])
    faulty(lambda number, match: [match] if number == 1 else [])
    checked = session.cross_check()
    assert len(checked.disagreements) == 1
    golden("cross-check", str(checked))

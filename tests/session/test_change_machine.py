"""A state machine: sessions that change in every way there is, against sessions made afresh from their givens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pow_rules import Given, Session, Source
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import pytest

    from pow_rules import Change, Program

SOURCES = st.sampled_from([None, Source("A"), Source("B")])
MOST_SESSIONS = 3
PICKS = st.lists(st.integers(0, 50), min_size=1, max_size=4)


def derivations_of(session: Session) -> dict[Any, list[Any]]:
    """Give every derivation of every fact, those recorded twice twice."""
    log = session._log
    nodes = [node for relation in range(len(session._base.relations)) for node in log.nodes(relation)]
    return {
        log.fact(node): sorted((log.derivation(f, node) for f in log.firings(node)), key=str)
        for node in nodes
        if not log.is_hidden(node[0])
    }


def indexes_of(session: Session) -> list[dict[Any, set[Any]]]:
    """Give the contents of all indexes, by rows in place of ids."""
    found: list[dict[Any, set[Any]]] = []
    for relation in session._base.relations:
        made: dict[Any, set[Any]] = {}
        for columns, index in relation.contents().items():
            for key, bucket in index.items():
                assert list(bucket) == sorted(set(bucket))
                made[columns, key] = {relation.rows[number] for number in bucket}
                assert len(made[columns, key]) == len(bucket)
        found.append(made)
    return found


def wanted_indexes(session: Session, fresh: Session) -> list[dict[Any, set[Any]]]:
    """Give what the indexes of one session would hold for the rows of another."""
    found: list[dict[Any, set[Any]]] = []
    for relation, other in zip(session._base.relations, fresh._base.relations, strict=True):
        made: dict[Any, set[Any]] = {}
        for columns in relation.contents():
            for row in other.ids:
                key = row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns)
                made.setdefault((columns, key), set()).add(row)
        found.append(made)
    return found


def some(facts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give up to four of some facts, evenly picked: to explain all of many takes most of the time."""
    return facts[:: -(-len(facts) // 4) or 1]


def exactly(session: Session) -> tuple[Any, ...]:
    """Give everything that a session holds, in order."""
    base = session._base
    return (
        session.facts(),
        session.givens(),
        [(list(r.live(0, len(r.rows))), [r.rows[i] for i in r.live(0, len(r.rows))]) for r in base.relations],
        [[(f, t.conclusions[f], *(p[f] for p in t.premises)) for f in t.firings()] for t in base.tables],
        [str(session.explain(fact, all=True)) for fact in some(session.facts())],
        (base.facts, base.derivations),
    )


def check_equal_to_fresh(session: Session) -> None:
    """Compare a session with one made from its givens: facts, derivations, traces, indexes and counts."""
    fresh = Session(session.program, session.givens())
    assert set(session.facts()) == set(fresh.facts())
    assert len(session.facts()) == len(session) == len(fresh)
    assert derivations_of(session) == derivations_of(fresh)
    assert session.derivation_count == fresh.derivation_count
    assert indexes_of(session) == wanted_indexes(session, fresh)
    for fact in some(fresh.facts()):
        assert str(session.explain(fact)) == str(fresh.explain(fact))
        assert str(session.explain(fact, all=True)) == str(fresh.explain(fact, all=True))


class ChangingSessions(RuleBasedStateMachine):
    """Sessions under one generated program, each with the transactions that are open in it."""

    sessions = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.live: list[Session] = []
        self.open: dict[int, list[tuple[AbstractContextManager[Any], tuple[Any, ...]]]] = {}
        # Changes that nobody has read, each with an equal one that was read at once.
        self.unread: list[tuple[Change, Change]] = []

    @initialize(target=sessions, program=programs(), givens=facts())
    def start(self, program: Program, givens: list[Any]) -> Session:
        """Make the first session."""
        self.program = program
        return self.add(Session(program, givens))

    def add(self, session: Session) -> Session:
        """Keep a session."""
        self.live.append(session)
        self.open[id(session)] = []
        return session

    def picked(self, session: Session, picks: list[int]) -> list[Given]:
        """Pick some of a session's givens."""
        givens = session.givens()
        return list(dict.fromkeys(givens[pick % len(givens)] for pick in picks)) if givens else []

    def tell(self, session: Session, call: Callable[[Session], Change]) -> None:
        """Make a call, and compare what it tells with what it did; the same is told when it is read much later."""
        before, given = set(session.facts()), {g.fact for g in session.givens()}
        had = derivations_of(session)
        change = call(session.fork())
        _ = str(change), change.withdrawals
        self.unread.append((call(session), change))
        after, given_now = set(session.facts()), {g.fact for g in session.givens()}
        assert set(change.asserted) == given_now - given
        assert set(change.retracted) == given - given_now
        assert set(change.concluded) == after - before - set(change.asserted)
        assert set(change.withdrawn) == {fact for fact in before - after if had[fact]}
        for withdrawal in change.withdrawals:
            assert [s.derivation for s in withdrawal.lost] == sorted(
                dict.fromkeys(had[withdrawal.fact]), key=lambda d: d.order
            )
            for lost in withdrawal.lost:
                assert lost.reason
                assert set(lost.gone) == set(lost.derivation.premises) - after
                assert set(lost.blocking) <= after
        assert str(change)

    @rule(session=sessions, given=facts(most_facts=5), source=SOURCES)
    def assert_some(self, session: Session, given: list[Any], source: Source | None) -> None:
        """Assert several facts."""
        self.tell(session, lambda one: one.assert_facts(given, source))

    @rule(session=sessions, picks=PICKS)
    def retract_some(self, session: Session, picks: list[int]) -> None:
        """Retract several facts, each by its source."""
        picked = self.picked(session, picks)
        self.tell(session, lambda one: one.retract_facts(picked))

    @rule(session=sessions, pick=st.integers(0, 50))
    def retract_whole(self, session: Session, pick: int) -> None:
        """Retract one fact, whoever gives it."""
        for given in self.picked(session, [pick]):
            self.tell(session, lambda one, g=given: one.retract_fact(g.fact))

    @rule(session=sessions, picks=PICKS, given=facts(most_facts=4))
    def what_if(self, session: Session, picks: list[int], given: list[Any]) -> None:
        """Ask what would change: nothing does, and doing it tells the same."""
        before = exactly(session)
        without = self.picked(session, picks)
        change = session.what_if(assuming=given, without=without)
        assert exactly(session) == before
        other = session.fork()
        with other.transaction() as done:
            other.retract_facts(without)
            other.assert_facts(given)
        assert set(done.change.asserted) == set(change.asserted)
        assert set(done.change.retracted) == set(change.retracted)
        assert set(done.change.concluded) == set(change.concluded)
        assert set(done.change.withdrawn) == set(change.withdrawn)
        assert exactly(session) == before
        check_equal_to_fresh(other)

    @precondition(lambda self: len(self.live) < MOST_SESSIONS)
    @rule(target=sessions, session=sessions)
    def fork(self, session: Session) -> Session:
        """Fork a session."""
        made = session.fork()
        assert exactly(made) == exactly(session)
        return self.add(made)

    @rule(session=sessions)
    def begin(self, session: Session) -> None:
        """Begin a transaction, perhaps inside another."""
        before = exactly(session)
        transaction = session.transaction()
        transaction.__enter__()
        self.open[id(session)].append((transaction, before))

    @precondition(lambda self: any(self.open.values()))
    @rule(session=sessions, keep=st.booleans())
    def end(self, session: Session, keep: bool) -> None:  # noqa: FBT001 - drawn
        """End the innermost transaction, keeping or undoing it."""
        if not self.open[id(session)]:
            return
        transaction, before = self.open[id(session)].pop()
        if keep:
            now = exactly(session)
            transaction.__exit__(None, None, None)
            assert exactly(session) == now
            facts_before = set(before[0])
            assert set(transaction.change.concluded) | set(transaction.change.asserted) >= set(now[0]) - facts_before
        else:
            transaction.__exit__(ValueError, ValueError(), None)
            assert exactly(session) == before

    @rule(session=sessions)
    def compact(self, session: Session) -> None:
        """Make room."""
        facts_before = session.facts()
        session._base.compact(at_least=0)
        assert session.facts() == facts_before

    @invariant()
    def every_session_equals_a_fresh_one(self) -> None:
        """Every session is what its givens make of it."""
        for session in self.live:
            check_equal_to_fresh(session)

    def teardown(self) -> None:
        """Read what nobody has read: it is what was told at the time."""
        for late, told in self.unread:
            assert late == told
            assert str(late) == str(told)


def test_changing_sessions(matcher: str, request: pytest.FixtureRequest) -> None:
    """However sessions are changed, each step tells what it did, and leaves what the givens make."""
    examples = request.config.getoption("--soak") or (20 if matcher == "compiled" else 10)
    run_state_machine_as_test(ChangingSessions, settings=settings(stateful_step_count=12, max_examples=examples))

"""A state machine: a session that tells of contradictions and one that refuses them, against brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pow_rules import Session
from pow_rules.errors import ContradictionError
from pow_rules.testing import naive_contradictions
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules import Program
    from pow_rules.explain.contradictions import Contradictions

FEW = facts(most_facts=3)
PICKS = st.lists(st.integers(0, 20), min_size=1, max_size=3)
Step = tuple[bool, list[Any]]
"""Whether to assert, and what to assert or to retract."""


def brute_force(session: Session) -> frozenset[tuple[str, frozenset[Any]]]:
    """Give what contradicts what among the facts of a session."""
    return naive_contradictions(session.program, session.facts())


def everything(session: Session) -> tuple[Any, ...]:
    """Give all that a session holds, entry by entry."""
    base = session._base
    return (
        session.facts(),
        session.givens(),
        [[(i, r.rows[i]) for i in r.live(0, len(r.rows))] for r in base.relations],
        [[(f, t.conclusions[f], *(p[f] for p in t.premises)) for f in t.firings()] for t in base.tables],
        (base.facts, base.derivations),
    )


def done(session: Session, steps: list[Step]) -> None:
    """Assert and retract, step by step."""
    for is_asserting, values in steps:
        if is_asserting:
            session.assert_facts(values)
        else:
            given = {one.fact for one in session.givens()}
            session.retract_facts([value for value in dict.fromkeys(values) if value in given])


class Contradicting(RuleBasedStateMachine):
    """Two sessions under one generated program with constraints, one of them strict."""

    loose: Session
    strict: Session | None

    @initialize(program=programs(most_rules=4, most_constraints=3), start=facts(most_facts=6))
    def begin(self, program: Program, start: list[Any]) -> None:
        """Make both; the strict one is refused if its facts contradict each other, and there may be none at all."""
        self.loose = Session(program, start)
        self.strict = None
        for tried in (start, []):
            is_refused = bool(brute_force(Session(program, tried)))
            try:
                self.strict = Session(program, tried, strict=True)
            except ContradictionError:
                assert is_refused
            else:
                assert not is_refused
                break
        self.held: Contradictions = self.loose.contradictions(limit=2)
        self.told = str(self.loose.fork().contradictions(limit=2))

    def both(self, call: Callable[[Session], object]) -> None:
        """Make a call on both, which the strict one refuses exactly if something would contradict something."""
        call(self.loose)
        if self.strict is None:
            return
        trial = Session(self.strict.program, self.strict.givens())
        call(trial)
        wanted, before = brute_force(trial), everything(self.strict)
        if not wanted:
            call(self.strict)
            assert set(self.strict.facts()) == set(trial.facts())
            return
        with pytest.raises(ContradictionError) as caught:
            call(self.strict)
        found = caught.value.contradictions
        assert {(c.constraint.name, frozenset(c.facts)) for c in found} <= wanted
        assert found.count == len(wanted)
        assert everything(self.strict) == before

    @rule(values=FEW)
    def asserting(self, values: list[Any]) -> None:
        """Assert some facts."""
        self.both(lambda session: session.assert_facts(values))

    @rule(picks=PICKS)
    def retracting(self, picks: list[int]) -> None:
        """Retract some givens."""
        everyone = [*self.loose.givens(), *(self.strict.givens() if self.strict is not None else ())]
        values = [everyone[pick % len(everyone)].fact for pick in picks] if everyone else []
        self.both(lambda session: done(session, [(False, values)]))

    @rule(one=FEW, other=FEW, last=FEW)
    def together(self, one: list[Any], other: list[Any], last: list[Any]) -> None:
        """Assert, retract and assert in one transaction."""

        def call(session: Session) -> None:
            with session.transaction():
                done(session, [(True, one), (False, [*one[:1], *other]), (True, last)])

        self.both(call)

    @rule(values=FEW)
    def asking(self, values: list[Any]) -> None:
        """Ask what if, which changes nothing, and is refused as the call would be."""
        before = everything(self.loose)
        self.loose.what_if(assuming=values)
        assert everything(self.loose) == before
        if self.strict is not None:
            is_refused = bool(brute_force(Session(self.strict.program, [*self.strict.givens(), *values])))
            before = everything(self.strict)
            try:
                self.strict.what_if(assuming=values)
            except ContradictionError:
                assert is_refused
            else:
                assert not is_refused
            assert everything(self.strict) == before

    @rule()
    def forking(self) -> None:
        """Go on with forks."""
        self.loose = self.loose.fork()
        if self.strict is not None:
            self.strict = self.strict.fork()
            assert self.strict.strict

    @rule()
    def holding(self) -> None:
        """Keep an answer, and what it says now."""
        self.held = self.loose.contradictions(limit=2)
        self.told = str(self.loose.fork().contradictions(limit=2))

    @invariant()
    def as_brute_force(self) -> None:
        """What contradicts what is what brute force finds; in the strict session it is nothing."""
        if not hasattr(self, "loose"):
            return
        found = self.loose.contradictions(limit=None)
        assert len(found) == found.count
        assert {(c.constraint.name, frozenset(c.facts)) for c in found} == brute_force(self.loose)
        if self.strict is not None:
            assert not self.strict.contradictions()

    def teardown(self) -> None:
        """Look at the answer that was kept, whatever has changed since."""
        if hasattr(self, "held"):
            assert str(self.held) == self.told


def test_contradictions_through_all_changes(matcher: str, request: pytest.FixtureRequest) -> None:
    """After any calls, what contradicts what is what brute force finds, and a strict session has refused it."""
    soak = request.config.getoption("--soak")
    examples = soak or (30 if matcher == "compiled" else 10)
    run_state_machine_as_test(
        Contradicting, settings=settings(max_examples=examples, stateful_step_count=8, deadline=None)
    )

"""The engine against the naive reference, on generated programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Program, Session
from pow_rules.testing import naive_model
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    import random

FEWER = settings(max_examples=30)


def derivations_of(session: Session) -> set[Any]:
    """Give every derivation of every fact."""
    return {d for fact in session.facts() for d in session.derivations(fact)}


def firings_of(session: Session) -> list[tuple[Any, ...]]:
    """Give every entry of the log, as clause, conclusion and premises."""
    return [
        (number, *entry)
        for number, table in enumerate(session._base.tables)
        for entry in zip(table.conclusions, *table.premises, strict=True)
    ]


@FEWER
@given(programs(), facts())
def test_facts_are_the_perfect_model(program: Program, givens: list[Any]) -> None:
    """A session holds exactly the facts of the naive model."""
    assert set(Session(program, givens).facts()) == naive_model(program, givens).facts


@FEWER
@given(programs(), facts())
def test_derivations_are_all_there_and_no_others(program: Program, givens: list[Any]) -> None:
    """A session records exactly the derivations of the naive model: each replays, and none is missing."""
    assert derivations_of(Session(program, givens)) == naive_model(program, givens).derivations


@FEWER
@given(programs(), facts(), st.integers(1, 4))
def test_no_derivation_is_recorded_twice(program: Program, givens: list[Any], batches: int) -> None:
    """However the facts come, the log has every firing once."""
    session = Session(program)
    for i in range(batches):
        session.assert_facts(givens[i::batches])
    found = firings_of(session)
    assert len(found) == len(set(found))


@FEWER
@given(programs(), facts(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_makes_no_difference(program: Program, givens: list[Any], rng: random.Random, batches: int) -> None:
    """Rules in any order and facts in any order and any batches give the same facts, derivations and traces."""
    whole = Session(program, givens)
    shuffled_rules, shuffled = list(program.rules), list(givens)
    rng.shuffle(shuffled_rules)
    rng.shuffle(shuffled)
    other = Session(Program(shuffled_rules, given=program.given))
    for i in range(batches):
        other.assert_facts(shuffled[i::batches])
    assert set(other.facts()) == set(whole.facts())
    assert derivations_of(other) == derivations_of(whole)
    for fact in whole.facts():
        assert str(other.explain(fact)) == str(whole.explain(fact))
        assert str(other.explain(fact, all=True)) == str(whole.explain(fact, all=True))


@FEWER
@given(programs(), facts(), facts())
def test_a_change_tells_what_changed(program: Program, first: list[Any], second: list[Any]) -> None:
    """A change names exactly the facts that came and went, and what was newly asserted."""
    session = Session(program, first)
    before, given_before = set(session.facts()), {g.fact for g in session.givens()}
    change = session.assert_facts(second)
    after = set(session.facts())
    assert set(change.asserted) == set(second) - given_before
    assert set(change.concluded) == after - before - set(change.asserted)
    assert set(change.withdrawn) == before - after
    assert not session.assert_facts(second)


@FEWER
@given(programs(), facts())
def test_explanations_rest_on_least_heights(program: Program, givens: list[Any]) -> None:
    """Heights computed on demand are those of the breadth-first definition."""
    session = Session(program, givens)
    height = dict.fromkeys(givens, 0)
    everything = derivations_of(session)
    level = 0
    while True:
        level += 1
        new = {
            d.conclusion
            for d in everything
            if d.conclusion not in height and all(p in height for p in _below(session, d, height))
        }
        if not new:
            break
        height.update(dict.fromkeys(new, level))
    for fact in session.facts():
        node = session._log.node(fact)
        assert node is not None
        assert session._heights.of(node) == height[fact]


def _below(session: Session, derivation: Any, height: dict[Any, int]) -> list[Any]:
    counted = [f for a in derivation.aggregates for f in a.facts]
    seen: list[Any] = []
    for presence in derivation.presences:
        matched = [session._log.fact(n) for n in session._log.matching(presence.pattern, {})]
        # One is enough: the lowest, if any is known yet.
        known = [f for f in matched if f in height]
        seen.append(known[0] if known else matched[0])
    return [*derivation.premises, *counted, *seen]

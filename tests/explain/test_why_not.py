"""Why not: what is told against the naive reference and against brute force, on generated programs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pow_rules import Program, Session
from pow_rules.evaluate import evaluate, folded, holds
from pow_rules.explain.why_not import attempts as of_attempts
from pow_rules.explain.why_not.answer import MOST_GOALS, WhyNot, _all_below, _is_small, goal_below
from pow_rules.explain.why_not.attempts import attempts
from pow_rules.explain.why_not.goals import fit, goal_of
from pow_rules.explain.why_not.unmet import Attempt, Misfit
from pow_rules.facts import concrete_types, fact_type
from pow_rules.terms import (
    Absent,
    Aggregate,
    Compare,
    Constant,
    Field,
    Inner,
    Known,
    Present,
    Variable,
    can_raise,
    text,
    variables,
    walk,
)
from pow_rules.testing.strategies import facts, programs
from pow_rules.testing.vocabulary import LAYERS
from pow_rules.values import canonical, exact_equal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from pow_rules.rules import Rule

VALUES = range(3)
Case = tuple[Program, list[Any], Any]


@st.composite
def cases(draw: st.DrawFn, most_facts: int = 16) -> Case:
    """Give a program, givens, and a fact that some rule could conclude, more often than not one that lacks little."""
    program, givens = draw(programs()), draw(facts(most_facts=most_facts))
    session = Session(program, givens)
    concluded = [f for f in session.conclusions() if f not in givens]
    if concluded and draw(st.integers(0, 3)):
        goal = draw(st.sampled_from(concluded))
        needed = [f for d in session.derivations(goal) for f in d.premises if f in givens]
        if needed:
            gone = draw(st.sampled_from(needed))
            return program, [f for f in givens if f != gone], goal
    types = sorted({c.fact_type for r in program.rules for c in r.conclusions}, key=repr)
    cls = draw(st.sampled_from(types)) if types else LAYERS[0][0]
    values = [draw(st.sampled_from(VALUES)) for _ in fact_type(cls).fields]
    return program, givens, cls(*values)


def soaked(request: pytest.FixtureRequest, fewer: int) -> settings:
    """Give the settings: so many examples, or those of `--soak`."""
    return settings(max_examples=request.config.getoption("--soak") or fewer)


def asked(session: Session, goal: Any, **options: int) -> WhyNot:
    """Ask why a fact does not hold, which it does not."""
    assume(goal not in session)
    return session.why_not(goal, **options)


def bindings(attempt: Attempt) -> dict[Any, Any]:
    """Give what an attempt matched, and the facts that it takes to be there, by variable."""
    by_name = {m.name: m.fact for m in attempt.met}
    by_name.update({m.name: m.fact for m in attempt.missing if m.fact is not None})
    return {v.index: by_name[v.name] for v in attempt.rule.patterns if v.name in by_name}


def every_attempt(answer: WhyNot) -> Iterator[tuple[Inner, Attempt]]:
    """Give the attempts of an answer and of those below it, with what they were for."""
    return ((below.goal, attempt) for below in _all_below(answer) for attempt in below.attempts)


# ---- what is missing makes the rule fire -----------------------------------------------------------------------------


def assignments(attempt: Attempt) -> Iterator[dict[int, Any]]:
    """Give the ways to meet all that an attempt misses, with values of 0 to 3 where something is open."""
    rule = attempt.rule
    named = {v.name: v for v in rule.patterns}
    patterns = [named[m.name] for m in attempt.missing]
    choices = [[m.fact] if m.fact is not None else list(candidates(m.pattern)) for m in attempt.missing]
    met = {named[m.name].index: m.fact for m in attempt.met}
    plain = [c for c in rule.conditions if is_plain(c)]
    for picked in itertools.product(*choices):
        chosen = {v.index: f for v, f in zip(patterns, picked, strict=True)}
        if all(holds(c, {**met, **chosen}) for c in plain):
            yield chosen


def candidates(pattern: Inner) -> Iterator[Any]:
    """Give facts that meet what is known of a pattern."""
    index = pattern.variable.index
    own = [c for c in pattern.conditions if variables(c) <= {index}]
    for cls in concrete_types(pattern.variable.fact_type):
        for values in itertools.product(range(4), repeat=len(fact_type(cls).fields)):
            fact = cls(*values)
            if all(holds(c, {index: fact}) for c in own):
                yield fact


def test_what_is_missing_makes_the_rule_fire(request: pytest.FixtureRequest) -> None:
    """Where only premises are missing, asserting them lets the rule conclude it, or else brings what was not there."""
    told = {"fired": 0, "brought": 0, "open": 0}

    @soaked(request, 25)
    @given(cases())
    def fires(case: Case) -> None:
        program, givens, wanted = case
        session = Session(program, givens)
        for goal, attempt in every_attempt(asked(session, wanted)):
            if attempt.blocked or attempt.failed or attempt.undecided or not all(m.name for m in attempt.missing):
                continue
            if not all(m.is_possible and m.may_be_asserted for m in attempt.missing):
                continue
            is_open = any(m.fact is None for m in attempt.missing)
            way = next(assignments(attempt), None)
            if way is None:
                assert is_open
                continue
            other = session.fork()
            other.assert_facts(list(way.values()))
            index, cls = goal.variable.index, attempt.conclusion.fact_type
            fired = [d for f in other.facts(cls) for d in other.derivations(f) if d.rule is attempt.rule]
            if any(all(holds(c, {index: d.conclusion}) for c in goal.conditions) for d in fired):
                told["open" if is_open else "fired"] += 1
                continue
            if is_open:
                # What was picked for an open field may not be what makes computed values fit.
                continue
            # What follows from the premises themselves is in the way now.
            told["brought"] += 1
            again = [a for a in attempts(other._log, goal, near=0)[0] if a.conclusion is attempt.conclusion]
            assert all(not a.missing or a.blocked or a.failed for a in again)
            new = set(other.facts()) - set(session.facts()) - set(way.values())
            assert new

    fires()
    if told["fired"] + told["brought"] > 10:  # a short run may meet few that fit
        assert told["fired"] > told["brought"]
        assert told["open"]


# ---- what holds ------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(cases(), st.integers(0, 2))
def test_what_holds_is_said_to_hold(case: Case, value: int) -> None:
    """If the goal holds, so it is told, with the facts; else nothing is said to hold."""
    program, givens, goal = case
    session = Session(program, givens)
    assert session.why_not(goal).holds == ((goal,) if goal in session else ())
    answer = session.why_not(type(goal), lambda g: g.x >= value)
    wanted = session.facts(type(goal), lambda g: g.x >= value)
    assert answer.holds == tuple(sorted(wanted, key=canonical))
    assert not (answer.holds and answer.attempts)


# ---- what is said of an attempt is so --------------------------------------------------------------------------------


def matching(inner: Inner, bound: dict[Any, Any], there: list[Any]) -> list[Any]:
    """Give the facts that an inner pattern matches, by trying all."""
    index, cls = inner.variable.index, inner.variable.fact_type
    return [f for f in there if isinstance(f, cls) and all(holds(c, {**bound, index: f}) for c in inner.conditions)]


def fold_all(attempt: Attempt, there: list[Any]) -> dict[Any, Any]:
    """Give what an attempt matched, with the aggregates that have a value."""
    bound = bindings(attempt)
    for aggregate in attempt.rule.aggregates:
        if variables(aggregate) <= bound.keys():
            found = matching(aggregate.inner, bound, there)
            if found or aggregate.function in ("count", "total"):
                bound[aggregate] = folded(aggregate, found, bound)
    return bound


def test_what_is_told_of_an_attempt_is_so(request: pytest.FixtureRequest) -> None:
    """What is met holds, what is in the way matches, what failed is false, what is missing does not hold."""
    told = {"met": 0, "blocked": 0, "failed": 0, "aggregates": 0, "near": 0}

    @soaked(request, 25)
    @given(cases(), st.integers(0, 4))
    def is_so(case: Case, near: int) -> None:
        program, givens, wanted = case
        session = Session(program, givens)
        there = list(session.facts())
        for goal, attempt in every_attempt(asked(session, wanted, near=near)):
            assert attempt.unmet == len(attempt.missing) + len(attempt.blocked) + len(attempt.failed) > 0
            assert [v.name for v in attempt.rule.patterns] == sorted(
                [*(m.name for m in attempt.met), *(m.name for m in attempt.missing if m.name)]
            )
            assert {m.fact for m in attempt.met} <= set(there)
            told["met"] += len(attempt.met)
            assumed = [m.fact for m in attempt.missing if m.fact is not None]
            bound = fold_all(attempt, [*there, *assumed])
            for blocked in attempt.blocked:
                every = set(matching(blocked.absence.pattern, bound, [*there, *assumed]))
                assert set(blocked.facts) <= every
                assert blocked.count == len(every)
                told["blocked"] += 1
            for failed in attempt.failed:
                told["failed"] += 1
                told["aggregates"] += bool(failed.aggregates)
                if failed.condition is None:
                    continue
                if variables(failed.condition) <= bound.keys():
                    assert not holds(failed.condition, bound)
                for name, value in failed.values:
                    terms = [n for n in walk(failed.condition) if text(n) == name]
                    assert terms
                    assert all(evaluate(t, bound) == value for t in terms if variables(t) <= bound.keys())
                for aggregate in failed.aggregates:
                    assert set(aggregate.facts) <= {*there, *assumed}
            for missing in attempt.missing:
                check_missing(missing, there, near)
                told["near"] += len(missing.nearly.facts)
            assert_conclusion(goal, attempt, bound)

    is_so()
    # A short run need not come across each of them.
    assert all(told.values()) or not request.config.getoption("--soak"), told


def check_missing(missing: Any, there: list[Any], near: int) -> None:
    """Nothing meets a missing pattern; each near fact meets all of it but the condition told; all are told of."""
    index = missing.pattern.variable.index
    known = [c for c in missing.pattern.conditions if variables(c) <= {index}]
    every: set[Any] = set()
    for fact in (f for f in there if isinstance(f, missing.pattern.variable.fact_type)):
        wrong = [c for c in known if not holds(c, {index: fact})]
        assert wrong
        if len(wrong) == 1:
            every.add(fact)
    if missing.fact is not None:
        assert missing.fact not in there
        assert all(holds(c, {index: missing.fact}) for c in known)
    told = [n.fact for n in missing.nearly.facts]
    assert told == sorted(every, key=canonical)[:near]
    assert not near or missing.nearly.left_out == len(every) - len(told)
    for n in missing.nearly.facts:
        assert not holds(n.condition, {index: n.fact})
        assert all(exact_equal(getattr(n.fact, name), value) for name, value in n.values)


def assert_conclusion(goal: Inner, attempt: Attempt, bound: dict[Any, Any]) -> None:
    """Where nothing else is unmet, what the rule would conclude is what was asked for."""
    if attempt.failed or attempt.undecided or any(m.name and m.fact is None for m in attempt.missing):
        return
    made = attempt.conclusion.fact_type(*(evaluate(term, bound) for _, term in attempt.conclusion.terms))
    assert all(holds(c, {goal.variable.index: made}) for c in goal.conditions)


# ---- nearest first, and as near as can be ----------------------------------------------------------------------------


def is_plain(condition: Any) -> bool:
    """Tell whether a condition is about patterns alone, and cannot raise."""
    return not can_raise(condition) and not any(isinstance(n, Present | Absent | Aggregate) for n in walk(condition))


def fits_together(facts_: dict[int, Any], conditions: list[Any]) -> bool:
    """Tell whether matched facts meet all conditions on them, and all equalities by way of others."""
    if not all(holds(c, facts_) for c in conditions if variables(c) <= facts_.keys()):
        return False
    values: dict[Any, Any] = {}
    same = [(bare(c.left), bare(c.right)) for c in conditions if isinstance(c, Compare) and c.operator == "=="]
    pairs = [(a, b) for a, b in same if is_simple(a) and is_simple(b)]
    for term in itertools.chain(*pairs):
        if variables(term) <= facts_.keys():
            values[term] = evaluate(term, facts_)
    for _ in pairs:
        for one, other in (*pairs, *((b, a) for a, b in pairs)):
            if one in values and not exact_equal(values.setdefault(other, values[one]), values[one]):
                return False
    return True


def bare(term: Any) -> Any:
    """Give a term without `known`."""
    return term.term if isinstance(term, Known) else term


def is_simple(term: Any) -> bool:
    """Tell whether a term is a field, a fact or a constant."""
    return isinstance(term, Variable | Constant) or (isinstance(term, Field) and is_simple(term.base))


def most_met(rule: Rule, conditions: list[Any], there: list[Any]) -> int:
    """Give how many of a rule's patterns can be met at once, by trying all."""
    choices = [[None, *(f for f in there if isinstance(f, v.fact_type))] for v in rule.patterns]
    most = -1
    for picked in itertools.product(*choices):
        met = {v.index: f for v, f in zip(rule.patterns, picked, strict=True) if f is not None}
        if len(met) > most and fits_together(met, conditions):
            most = len(met)
    return most


def test_attempts_are_as_near_as_can_be(request: pytest.FixtureRequest) -> None:
    """No partial match has more premises met than the one told; rules left out can never conclude it; nearest first."""
    told = {"attempts": 0, "misfits": 0}

    @soaked(request, 20)
    @given(cases(most_facts=9))
    def is_nearest(case: Case) -> None:
        program, givens, wanted = case
        session = Session(program, givens)
        there = list(session.facts())
        assume(len(there) < 20)
        answer = asked(session, wanted)
        order = [(not a.is_possible, a.unmet, -len(a.met), a.rule.name) for a in answer.attempts]
        assert order == sorted(order)
        for attempt in answer.attempts:
            assert attempt.is_complete
            found = fit(attempt.rule, attempt.conclusion, answer.goal)
            assert not isinstance(found, Misfit)
            plain = [c for c in (*attempt.rule.conditions, *found.written) if is_plain(c)]
            assert len(attempt.met) == most_met(attempt.rule, plain, there)
            told["attempts"] += 1
        for misfit in answer.misfits:
            named = dict(misfit.conclusion.terms)
            wanted_values = [Compare("==", t, Constant(getattr(wanted, n), t.kind)) for n, t in named.items()]
            assert most_met(misfit.rule, [c for c in (*misfit.rule.conditions, *wanted_values) if is_plain(c)], []) < 0
            told["misfits"] += 1
        tried = [a.conclusion for a in answer.attempts] + [m.conclusion for m in answer.misfits]
        assert set(tried) == {c for r in program.rules for c in r.conclusions if c.fact_type is type(wanted)}

    is_nearest()
    # A short run need not come across each of them.
    assert all(told.values()) or not request.config.getoption("--soak"), told


@settings(max_examples=25)
@given(programs(), facts())
def test_every_derivation_is_an_attempt_with_nothing_missing(program: Program, givens: list[Any]) -> None:
    """Asked about what holds, the rules that conclude it have all their premises."""
    session = Session(program, givens)
    for fact in session.conclusions():
        tried, _ = attempts(session._log, goal_of(fact), near=0)
        for rule in {d.rule for d in session.derivations(fact)}:
            assert any(not a.missing and a.unmet <= 1 for a in tried if a.rule is rule)


# ---- what is shown hangs on the facts alone --------------------------------------------------------------------------


@settings(max_examples=25)
@given(cases(), st.randoms(use_true_random=False))
def test_answers_do_not_hang_on_the_order_of_assertion(case: Case, random: Any) -> None:
    """The same facts give the same answer, in whatever order they came and whatever went in between."""
    program, givens, goal = case
    first = Session(program, givens)
    shuffled = random.sample(givens, len(givens))
    second = Session(program)
    for fact in shuffled:
        second.assert_fact(fact)
    for fact in set(shuffled[: len(shuffled) // 2]):
        second.retract_fact(fact)
        second.assert_fact(fact)
    before = second.facts()
    assert str(first.why_not(goal)) == str(second.why_not(goal))
    assert str(first.why_not(type(goal))) == str(second.why_not(type(goal)))
    assert second.facts() == before


def test_cut_answers_say_so_and_do_not_hang_on_order(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With next to nothing that may be looked at, an answer says that it is cut, and is the same in any order."""
    monkeypatch.setattr(of_attempts, "LIMIT", 2)
    monkeypatch.setattr(of_attempts, "NEAR_LIMIT", 1)
    told = {"cut": 0, "whole": 0}

    @soaked(request, 15)
    @given(cases(), st.integers(1, 3))
    def same(case: Case, depth: int) -> None:
        program, givens, goal = case
        session = Session(program, givens)
        answer = asked(session, goal, depth=depth)
        assert str(answer) == str(Session(program, givens[::-1]).why_not(goal, depth=depth))
        shown = str(answer)
        assert ("not all facts were looked at" in " ".join(shown.split()).replace("│ ", "")) == any(
            not a.is_complete for _, a in every_attempt(answer)
        )
        told["whole" if answer.is_complete else "cut"] += 1

    same()
    # A short run need not come across each of them.
    assert all(told.values()) or not request.config.getoption("--soak"), told


def test_deeper_answers_follow_more(request: pytest.FixtureRequest) -> None:
    """Following deeper changes nothing above; what is not followed is counted, and with enough depth it is nothing."""

    @soaked(request, 15)
    @given(cases())
    def follows(case: Case) -> None:
        program, givens, goal = case
        session = Session(program, givens)
        shallow = asked(session, goal, depth=1)
        deep = session.why_not(goal, depth=100)
        assert [a.rule for a in shallow.attempts] == [a.rule for a in deep.attempts]
        assert [a.met for a in shallow.attempts] == [a.met for a in deep.attempts]
        # Where each question leads to one about another number, there is no end to them.
        below = _all_below(deep)
        large = [m for b in below for a in b.attempts for m in a.missing if not _is_small(goal_below(m))]
        is_endless = len(below) >= MOST_GOALS or bool(large)
        assert deep.cut == 0 or is_endless
        # What is asked for may itself be missing: that is no question to follow.
        assert all(m.following in ("", "cut", "above") for a in shallow.attempts for m in a.missing)
        cut = [m for a in shallow.attempts for m in a.missing if m.following == "cut"]
        assert bool(shallow.cut) == bool(cut)
        assert is_endless or all(m.following != "cut" for _, a in every_attempt(deep) for m in a.missing)

    follows()

"""Sources against brute force: what falls without one, which origins are enough, and in whatever order they came."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source
from pow_rules.hedges import HEDGES
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection

    from pow_rules.hedges import Hedge

    Rules = dict[Any, list[tuple[Hedge, list[frozenset[Any]]]]]

FEWER = settings(max_examples=25)

SOURCES = (
    None,
    Source("ministry", reliability="B", credibility=2),
    Source("paper", origin="ministry", reliability="C", credibility=4),
    Source("paper", origin="official", reliability="D"),
    Source("radio", origin="official", reliability="F", credibility=6),
    Source("radio", credibility=3),
)


@st.composite
def sourced(draw: st.DrawFn) -> list[Given]:
    """Give givens, some of them by several sources, each with its hedge."""
    found: list[Given] = []
    for one in dict.fromkeys(draw(facts(most_facts=10))):
        sources = draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True))
        found += [Given(one, source, hedge=draw(st.sampled_from(HEDGES))) for source in sources]
    return found


WAYS: tuple[tuple[dict[str, str | Source], Callable[[Source], bool]], ...] = (
    ({"source": "paper"}, lambda source: source.name == "paper"),
    ({"source": SOURCES[2]}, lambda source: source == SOURCES[2]),
    ({"origin": "official"}, lambda source: source.origin == "official"),
    ({"origin": "ministry"}, lambda source: "ministry" in {source.origin, source.name}),
    ({"origin": "radio"}, lambda source: source == SOURCES[5]),
    ({"below": "C3"}, lambda source: source.reliability == "D" or source.credibility == 4),
    ({"below": "C"}, lambda source: source.reliability == "D"),
    ({"below": "2"}, lambda source: source.credibility in {3, 4}),
)  # fmt: skip


# ---- brute force -----------------------------------------------------------------------------------------------------


def options(session: Session) -> Rules:
    """Give what each fact follows from: the hedges of rules, each with sets of facts, one of each of which holds."""
    found: Rules = {}
    for one in session.facts():
        for derivation in session.derivations(one):
            needed = [*derivation.premises, *(f for a in derivation.aggregates for f in a.facts)]
            some = [
                frozenset(session._log.fact(node) for node in session._log.matching(presence.pattern, {}))
                for presence in derivation.presences
            ]
            parts = [*(frozenset([fact]) for fact in needed), *some]
            found.setdefault(one, []).append((derivation.rule.hedge, parts))
    return found


def follows(rules: Rules, leaves: set[Any], passing: Collection[Hedge] = HEDGES) -> set[Any]:
    """Give what follows from some givens by recorded derivations, of rules with some hedges."""
    model = set(leaves)
    while True:
        new = {
            head
            for head in rules.keys() - model
            if any(said in passing and all(not model.isdisjoint(p) for p in parts) for said, parts in rules[head])
        }
        if not new:
            return model
        model |= new


def origin(one: Given) -> str | None:
    """Give who says something first."""
    return None if one.source is None else one.source.origin or one.source.name


def enough(session: Session, goals: list[Any]) -> dict[Any, set[frozenset[str | None]]]:
    """Give the minimal sets of origins that are enough for each of some facts, trying all sets, the smallest first."""
    everyone, rules = session.givens(), options(session)
    found: dict[Any, set[frozenset[str | None]]] = {goal: set() for goal in goals}
    names = sorted({origin(one) for one in everyone}, key=str)
    for size in range(len(names) + 1):
        for some in map(frozenset, itertools.combinations(names, size)):
            model = follows(rules, {one.fact for one in everyone if origin(one) in some})
            for goal in goals:
                if goal in model and not any(known <= some for known in found[goal]):
                    found[goal].add(some)
    return found


def hedges(session: Session) -> dict[Any, Hedge]:
    """Give the strongest hedge with which each fact follows: from what is said and done no weaker."""
    found: dict[Any, Hedge] = {}
    rules = options(session)
    for at, hedge in enumerate(HEDGES):
        passing = set(HEDGES[: at + 1])
        model = follows(rules, {one.fact for one in session.givens() if one.hedge in passing}, passing)
        found |= {fact: hedge for fact in model if fact not in found}
    return found


def some_of(session: Session) -> list[Any]:
    """Give up to four facts, evenly picked, those concluded first."""
    found = [*session.conclusions(), *session.facts()]
    return found[:: -(-len(found) // 4) or 1]


# ---- origins ---------------------------------------------------------------------------------------------------------


@FEWER
@given(programs(), sourced())
def test_origins_are_what_trying_all_sets_finds(program: Program, said: list[Given]) -> None:
    """The minimal sets of origins are those that are enough; what all have is needed; and no more lines are apart."""
    session = Session(program, said)
    goals = some_of(session)
    for goal, wanted in enough(session, goals).items():
        answer = session.origins(goal, limit=None, seconds=None)
        assert answer.is_complete
        assert answer.knows_needed
        assert answer.knows_lines
        assert {frozenset(line) for line in answer.sets} == wanted
        assert len(answer.sets) == len(wanted)
        assert set(answer.needed) == frozenset.intersection(*wanted)
        assert set(answer.origins) == frozenset.union(*wanted)
        assert set(answer.lines) <= set(answer.sets)
        most = max(
            size
            for size in range(len(wanted) + 1)
            for some in itertools.combinations([line for line in wanted if line], size)
            if sum(map(len, some)) == len(frozenset().union(*some))
        )
        assert len(answer.lines) == most == len({name for line in answer.lines for name in line[:1]})


@FEWER
@given(programs(), sourced(), st.integers(1, 2))
def test_a_limit_on_origins_is_announced(program: Program, said: list[Given], limit: int) -> None:
    """With a limit there are only so many sets, all of them minimal; what is told as known is right."""
    session = Session(program, said)
    goals = some_of(session)
    for goal, wanted in enough(session, goals).items():
        answer = session.origins(goal, limit=limit, seconds=None)
        assert {frozenset(line) for line in answer.sets} <= wanted
        assert len(answer.sets) == min(limit, len(wanted))
        assert answer.is_complete == (len(wanted) <= limit)
        whole = session.origins(goal, limit=None, seconds=None)
        assert not answer.knows_lines or len(answer.lines) == len(whole.lines)
        assert not answer.knows_needed or answer.needed == whole.needed
        assert len(answer.lines) <= len(whole.lines)


# ---- without a source ------------------------------------------------------------------------------------------------


@FEWER
@given(programs(), sourced(), st.sampled_from(WAYS))
def test_without_a_source_is_a_session_without_it(
    program: Program, said: list[Given], way: tuple[dict[str, Any], Callable[[Source], bool]]
) -> None:
    """What falls, comes and weakens is what differs in a session that was made without what the source says."""
    asked, goes = way
    session = Session(program, said)
    kept = [one for one in session.givens() if one.source is None or not goes(one.source)]
    assume("below" in asked or len(kept) < len(session.givens()))
    before = session.facts(), session.givens(), session.derivation_count
    answer = session.without_source(**asked)
    assert (session.facts(), session.givens(), session.derivation_count) == before
    other = Session(program, kept)
    assert set(answer.dropped) == set(session.givens()) - set(kept)
    assert set(answer.change.retracted) == {g.fact for g in session.givens()} - {g.fact for g in kept}
    lost = set(session.facts()) - set(other.facts())
    assert set(answer.fallen) == lost & set(session.conclusions())
    assert set(answer.change.concluded) == set(other.facts()) - set(session.facts())
    assert set(answer.held) == set(answer.change.retracted) - lost
    assert answer.knows_origins
    both = set(session.facts()) & set(other.facts())
    strong, weak = hedges(session), hedges(other)
    for one in answer.weakened:
        assert one.fact in both
        assert one.hedges == (strong[one.fact], weak[one.fact])
        assert one.origins == tuple(s.origins(one.fact, limit=None).origins for s in (session, other))
        assert one.lines == tuple(len(s.origins(one.fact, limit=None).lines) for s in (session, other))
        assert one.note
    told = {one.fact for one in answer.weakened}
    assert {fact for fact in both if HEDGES.index(strong[fact]) < HEDGES.index(weak[fact])} <= told
    for fact in both - told:
        before_, after_ = (s.origins(fact, limit=None) for s in (session, other))
        assert len(after_.origins) >= len(before_.origins)
        assert len(after_.lines) >= len(before_.lines)


@FEWER
@given(programs(), sourced(), st.randoms(use_true_random=False))
def test_the_order_of_assertion_makes_no_difference(
    program: Program, said: list[Given], shuffled: random.Random
) -> None:
    """Origins, what falls without a source, traces and JSON are the same in whatever order it was said."""
    first = Session(program, said)
    again = shuffled.sample(said, len(said))
    second = Session(program)
    for one in again:
        second.assert_fact(one)
    for goal in some_of(first):
        assert str(first.origins(goal, limit=None)) == str(second.origins(goal, limit=None))
        assert first.origins(goal, limit=None) == second.origins(goal, limit=None)
        assert first.explain(goal).to_json() == second.explain(goal).to_json()
    one, other = (s.without_source(below="C3") for s in (first, second))
    assert (one.dropped, one.weakened, one.ungraded, set(one.fallen)) == (
        other.dropped, other.weakened, other.ungraded, set(other.fallen),
    )  # fmt: skip


@FEWER
@given(programs(), sourced())
def test_a_source_taken_back_was_never_there(program: Program, said: list[Given]) -> None:
    """Said by another source and taken back, everything is as before; the changes mirror each other."""
    session = Session(program, said)
    before = session.givens(), session.facts()
    wire = Source("a wire")
    facts_given = list(dict.fromkeys(one.fact for one in said))
    there = session.assert_facts(facts_given, wire)
    assert set(there.attested) == {Given(fact, wire) for fact in facts_given}
    assert (there.asserted, there.concluded, there.recanted) == ((), (), ())
    back = session.retract_facts(facts_given, wire)
    assert set(back.recanted) == set(there.attested)
    assert (back.retracted, back.withdrawn, back.attested) == ((), (), ())
    assert (session.givens(), session.facts()) == before
    assert json.loads(session.without_source(below="C3").to_json())["kind"] == "without source"

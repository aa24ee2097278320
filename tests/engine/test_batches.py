"""Work on many rows at once: large buckets, and joins shared by new rows, find what single rows find, in that order."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Program, Session, conclude, fact, rule, where
from pow_rules.engine import batches, codegen
from pow_rules.testing import naive_model
from pow_rules.testing.strategies import facts, programs


@pytest.fixture(autouse=True, scope="module")
def compiled_alone(matcher: str) -> None:
    """The other matcher has no such thresholds."""
    if matcher != "compiled":
        pytest.skip("only the compiled matcher works so")


@fact
class Arc:
    """{source} to {target}"""

    source: int
    target: int


@fact
class Load:
    """{target} loads {source}"""

    source: int
    target: int


@fact
class Points:
    """{pointer} points to {place}"""

    pointer: int
    place: int


@rule
def starts(a: Arc) -> None:
    """An arc points."""
    conclude(Points, pointer=a.source, place=a.target)


@rule
def loads(s: Load, p: Points, q: Points) -> None:
    """A three-way join, in which two patterns are shared by all that points from one place."""
    where(p.pointer == s.source, q.pointer == p.place)
    conclude(Points, pointer=s.target, place=q.place)


@rule
def stores(s: Load, p: Points, q: Points) -> None:
    """The same the other way round, with a conclusion that leaves a pattern out."""
    where(p.pointer == s.target, q.pointer == s.source)
    conclude(Points, pointer=p.place, place=p.pointer)


JOINS = Program([starts, loads, stores], given=[Arc, Load])
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5)


def log(program: Program, calls: list[list[Any]], *, many: int, room: int) -> list[Any]:
    """Give the log of a session after each of some calls, with other thresholds than usual."""
    program.machine._functions.clear()
    with patch.multiple(batches, _MANY=many, _ROOM=room):
        session = Session(program)
    found: list[Any] = []
    for called in calls:
        session.assert_facts(called)
        tables = session._base.tables
        found.append([list(zip(t.conclusions, *t.premises, strict=True)) for t in tables])
    program.machine._functions.clear()
    return found


@given(programs(), facts(), facts())
@settings(max_examples=30)
def test_thresholds_change_nothing(program: Program, first: list[Any], second: list[Any]) -> None:
    """Row by row, or all that there is at once: the log is the same, entry by entry, and is the naive model's."""
    singly = log(program, [first, second], many=10**9, room=65_536)
    assert log(program, [first, second], many=1, room=1) == singly
    assert log(program, [first, second], many=2, room=3) == singly


@given(PAIRS, PAIRS, PAIRS)
@settings(max_examples=20)
def test_shared_joins_are_those_of_single_rows(
    arcs: list[tuple[int, int]], links: list[tuple[int, int]], later: list[tuple[int, int]]
) -> None:
    """A join of three is the naive model's, however much of it is kept for other rows."""
    first: list[Any] = [*(Arc(*pair) for pair in arcs), *(Load(*pair) for pair in links)]
    second: list[Any] = [*(Load(*pair) for pair in later), *(Arc(b, a) for a, b in later)]
    logs = [log(JOINS, [first, second], many=many, room=room) for many, room in ((1, 0), (3, 2), (10**9, 65_536))]
    assert all(found == logs[0] for found in logs)
    session = Session(JOINS, first)
    session.assert_facts(second)
    model = naive_model(JOINS, [*first, *second])
    assert set(session.facts()) == model.facts
    assert {d for found in session.facts() for d in session.derivations(found)} == model.derivations


def test_all_of_a_large_bucket() -> None:
    """Buckets beyond the usual threshold: known conclusions, new ones, and both in one bucket."""
    many = batches._MANY + 2
    spokes = [Arc(0, i) for i in range(1, many)] + [Arc(i, -1) for i in range(many)]
    links: list[Any] = [Load(0, 100), Load(100, 200)]
    session = Session(JOINS, [*spokes, *links])
    session.assert_facts([Arc(200, i) for i in range(many, 2 * many)])
    givens = [given_.fact for given_ in session.givens()]
    model = naive_model(JOINS, givens)
    assert set(session.facts()) == model.facts
    assert {d for found in session.facts() for d in session.derivations(found)} == model.derivations


def test_plans_of_one_shape_are_compiled_once() -> None:
    """Rules that differ in their fact types and constants only have the same source, and say so of whose plan it is."""
    machine = JOINS.machine
    clauses = [clause for r in JOINS.rules for clause in JOINS.clauses(r)]
    functions = [machine.function(task) for tasks in machine.tasks for task in tasks]
    assert {f.__code__.co_filename for f in functions} == {f"<plan of {clause.name}>" for clause in clauses}

    def passed_on(number: int, name: str) -> Any:
        made = fact(type(name, (), {"__annotations__": {"number": int}, "__doc__": "a step"}))

        @rule
        def step(a: Arc) -> None:
            """A step."""
            where(a.source == number)
            conclude(made, number=a.target)

        return step

    other = Program([passed_on(1, "First")])
    another = Program([passed_on(2, "Second")])
    other.machine.compile()
    compiled = codegen._code.cache_info().misses
    another.machine.compile()
    assert codegen._code.cache_info().misses == compiled
    assert [len(Session(p, [Arc(1, 5), Arc(2, 6), Arc(2, 7)]).conclusions()) for p in (other, another)] == [1, 2]


def test_a_key_that_is_all_of_a_conclusion() -> None:
    """A large bucket whose rows all lead to one conclusion has a derivation for each."""

    @fact
    class Reached:
        """{place} is reached"""

        place: int

    @rule
    def reached(p: Points, a: Arc) -> None:
        """Both columns of the conclusion stand fast before the last pattern is looked up."""
        where(a.source == p.place)
        conclude(Reached, place=a.source)

    many = 3 * batches._MANY
    session = Session(Program([reached], given=[Points, Arc]), [Points(0, 1), *(Arc(1, i) for i in range(many))])
    assert len(session.derivations(Reached(1))) == many

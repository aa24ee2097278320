"""What the package cannot hold is divided, left to our own code, or refused with what to do."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Program, Session, conclude, fact, where
from pow_rules.engine.clauses import Clause, Filter, Head, Pattern
from pow_rules.engine.expressions import Apply, Column, Constant
from pow_rules.errors import LimitError

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)

from pow_rules.engine.durable import ruleset as module
from pow_rules.engine.durable.network import Network
from pow_rules.engine.durable.ruleset import Join, Ruleset, join_of, rulesets

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules import Rule


@fact
class Link:
    """{a} to {b}"""

    a: int
    b: int


@fact
class End:
    """{a} is reached"""

    a: int


# ---- patterns in one rule --------------------------------------------------------------------------------------------


def chain(size: int, rule_of: Callable[..., Rule]) -> Program:
    """Give a program of one rule that follows so many links."""

    def body(*links: Any) -> None:
        where(*(one.b == other.a for one, other in itertools.pairwise(links)))
        conclude(End, a=links[-1].b)

    return Program([rule_of([Link] * size, body, f"{size}_links")], given=[Link])


def test_sixteen_patterns_are_joined(rule_of: Callable[..., Rule], agree: Callable[..., Any]) -> None:
    """A rule may join sixteen patterns, over one relation, and with one row at several of them."""
    chained = [Link(i, i + 1) for i in range(18)]
    one, _ = agree(chain(16, rule_of), chained[:9], chained[9:], [Link(3, 3)])
    assert {end.a for end in one.facts(End)} == {*range(3, 19)}


@pytest.mark.parametrize("size", [17, 18])
def test_seventeen_patterns_are_refused(size: int, rule_of: Callable[..., Rule]) -> None:
    """A rule that joins more is refused when the session is made, with what to do; the compiled matcher takes it."""
    program = chain(size, rule_of)
    with pytest.raises(LimitError) as caught:
        Session(program, matcher="durable")
    location = program.rules[0].location
    assert str(caught.value) == (
        f"{location}: rule {size}_links: it joins {size} patterns, and durable-rules joins at most 16:"
        ' make two rules of it, or use matcher="compiled", which finds the same'
    )
    session = Session(program, [Link(i, i + 1) for i in range(size)])
    assert session.facts(End) == (End(size),)
    with pytest.raises(LimitError, match=r"at most 16: make two rules of it"):
        session.cross_check()


# ---- many of one thing -----------------------------------------------------------------------------------------------


def test_many_patterns_over_one_relation(rule_of: Callable[..., Rule], agree: Callable[..., Any]) -> None:
    """A hundred patterns of a component listen to one relation, each with a test of its own."""

    def body(number: int) -> Callable[..., None]:
        def run(link: Any, end: Any) -> None:
            where(link.a == end.a, link.a == number)
            conclude(End, a=link.b)

        return run

    made = [rule_of([Link, End], body(i), f"rule_{i}") for i in range(100)]
    agree(Program(made, given=[Link, End]), [Link(i, i + 1) for i in range(100)], [End(0)], [End(7), Link(100, 0)])


def test_the_same_test_three_hundred_times(rule_of: Callable[..., Rule], agree: Callable[..., Any]) -> None:
    """Three hundred patterns with one and the same test are shared among networks, and none is lost."""

    def body(number: int) -> Callable[..., None]:
        def run(link: Any) -> None:
            where(link.a == 1)
            conclude(End, a=link.b + number - number)

        return run

    made = [rule_of([Link], body(i), f"rule_{i}") for i in range(300)]
    _, other = agree(Program(made), [Link(1, 2), Link(2, 3)])
    assert other.derivation_count == 300
    assert max(len(r.joins) for r in made_by(other)) <= 60


def test_many_relations_in_one_component(
    rule_of: Callable[..., Rule], holder: Callable[..., Any], agree: Callable[..., Any]
) -> None:
    """A circle of more relations than one network can tell apart is divided."""
    types = [holder(f"Relation{i}", n=int) for i in range(505)]

    def body(following: Any) -> Callable[..., None]:
        return lambda f: conclude(following, n=f.n)

    made = [rule_of([cls], body(types[(i + 1) % 505]), f"rule_{i}") for i, cls in enumerate(types)]
    _, other = agree(Program(made, given=types), [types[0](1), types[500](2)])
    assert len(other) == 2 * 505
    assert [len(r.columns) for r in made_by(other)] == [500, 5]


def test_many_fields(holder: Callable[..., Any], rule_of: Callable[..., Rule], agree: Callable[..., Any]) -> None:
    """Fields that a fact of the package has no room for are compared by our own code, those of one rule among them."""
    wide = holder("Wide", **{f"field_{i}": int for i in range(300)})

    def all_equal(one: Any, other: Any) -> None:
        where(*(getattr(one, f"field_{i}") == getattr(other, f"field_{i}") for i in range(300)))
        conclude(End, a=one.field_0)

    def many(first: Any, *others: Any) -> None:
        fields = iter(range(300))
        where(*(getattr(other, f"field_{next(fields)}") == getattr(first, f"field_{next(fields)}")
                for other in others for _ in range(24)))  # fmt: skip
        conclude(End, a=first.field_299)

    def tail(one: Any, other: Any) -> None:
        where(one.field_298 == other.field_299)
        conclude(End, a=one.field_298)

    bodies = ((all_equal, 2), (many, 7), (tail, 2))
    program = Program([rule_of([wide] * size, body, body.__name__) for body, size in bodies])
    counted, halved = wide(*range(300)), wide(*(i // 2 for i in range(300)))
    agree(program, [counted, halved, wide(*range(1, 301))], [wide(*range(299), 0), wide(*[7] * 300)])


def test_many_tests_in_one_pattern(
    holder: Callable[..., Any], rule_of: Callable[..., Rule], agree: Callable[..., Any]
) -> None:
    """Of forty tests in one pattern some are left to our own code, and each still counts."""
    wide = holder("Wide", **{f"field_{i}": int for i in range(40)})

    def body(one: Any, other: Any) -> None:
        where(*(getattr(one, f"field_{i}") == getattr(other, f"field_{i}") for i in range(1, 40)))
        conclude(End, a=one.field_0)

    rows = [
        wide(0, *([1] * 39)),
        wide(1, *([1] * 39)),
        *(wide(0, *(2 if i == j else 1 for i in range(39))) for j in range(39)),
    ]
    one, _ = agree(Program([rule_of([wide, wide], body)]), rows)
    assert one.derivation_count == 4 + 39


def test_many_rules_are_divided() -> None:
    """More rules than the package takes are divided among networks, in time that grows as they do."""
    joins = [join(i, [i % 400], [(Column(0, i % 7), Constant(i))]) for i in range(9_000)]
    made = rulesets(joins)
    assert [len(r.joins) for r in made] == [4_000, 4_000, 1_000]
    assert [j for r in made for j in r.joins] == joins


def test_a_network_of_four_thousand_rules() -> None:
    """The largest network that is made holds, and finds what each of its rules is about."""
    made, rest = rulesets([join(i, [i % 100], [(Column(0, 0), Constant(i))]) for i in range(4_001)])
    assert len(rest.joins) == 1
    network = Network(made)
    for number in range(0, 4_000, 100):
        network.add(number % 100, (number,))
    assert sorted(network.matches()) == [(number, [i + 1]) for i, number in enumerate(range(0, 4_000, 100))]
    network.close()


# ---- what is made, whatever the clauses ------------------------------------------------------------------------------


def join(number: int, relations: list[int], tests: list[tuple[Column, Column | Constant]]) -> Join:
    """Make the join of a clause of some patterns and equalities."""
    patterns = tuple(Pattern(slot, relation, f"p{slot}") for slot, relation in enumerate(relations))
    filters = tuple(
        Filter(Apply("==", pair), "", keys=(pair, pair[::-1]) if isinstance(pair[1], Column) else (pair,))  # type: ignore[arg-type]
        for pair in tests
    )
    clause = Clause(number, f"rule_{number}", number, patterns, filters, Head(0, (), "", can_raise=False))
    return join_of(clause, tuple(range(len(relations))))


@st.composite
def joins(draw: st.DrawFn) -> list[Join]:
    """Give joins, many of them alike, for a relation or many."""
    relations = st.integers(0, draw(st.sampled_from([0, 3, 600])))
    column = st.integers(0, draw(st.sampled_from([1, 30, 600])))
    made: list[Join] = []
    for _ in range(draw(st.integers(0, 8))):
        patterns = draw(st.lists(relations, min_size=1, max_size=16))
        columns = st.builds(Column, st.integers(0, len(patterns) - 1), column)
        tests = draw(st.lists(st.tuples(columns, columns | st.builds(Constant, st.integers(0, 3))), max_size=40))
        # Repeated, with other columns each time: what is drawn is too small to come to a limit.
        for i in range(draw(st.sampled_from([1, 2, 70]))):
            shifted = [(shifted_by(a, i), shifted_by(b, i) if isinstance(b, Column) else b) for a, b in tests]
            made.append(join(len(made), [(r + i) % 700 for r in patterns], shifted))
    return made


def shifted_by(column: Column, by: int) -> Column:
    """Give another column of the same slot."""
    return Column(column.slot, column.column + by)


def within_limits(made: Ruleset) -> bool:
    """Tell whether a ruleset stays below what the package was found to hold."""
    listeners = Counter(pattern.relation for j in made.joins for pattern in j.clause.patterns)
    tested: dict[int, set[int]] = {}
    for j in made.joins:
        for relation, column in j.columns():
            tested.setdefault(relation, set()).add(column)
    return (
        len(made.joins) < 4_096
        and len(listeners) < 511
        and max(listeners.values()) < 64
        and all(len(columns) < 251 for columns in made.columns.values())
        and all(len(tests) < 28 for j in made.joins for tests in j.tests)
        and set(made.columns) == set(listeners)
        and all(set(made.columns[relation]) == columns for relation, columns in tested.items())
    )


@settings(max_examples=20)
@given(joins())
def test_no_ruleset_is_beyond_a_limit(made: list[Join]) -> None:
    """Whatever the clauses, each ruleset is within the limits, and each join is in one, in order."""
    divided = rulesets(made)
    assert [j for r in divided for j in r.joins] == made
    assert all(r.joins for r in divided)
    assert all(map(within_limits, divided))


def test_a_wide_join_alone_is_within_the_limits() -> None:
    """One clause that tests more columns of a relation than a fact has room for leaves the rest to our own code."""
    constants = [(Column(slot, slot * 24 + i), Constant(i)) for slot in range(16) for i in range(24)]
    (made,) = rulesets([join(0, [0] * 16, constants)])
    assert within_limits(made)
    assert len(made.joins[0].settled) == module._MOST_COLUMNS
    between = [(Column(0, i), Column(1, 300 + i)) for i in range(24)] * 8 + [
        (Column(1, i), Column(1, 1)) for i in range(24)
    ]
    (made,) = rulesets([join(0, [0, 0], between)])
    assert within_limits(made)


def made_by(session: Session) -> list[Ruleset]:
    """Give the rulesets that a durable session uses."""
    memories: dict[int, tuple[Any, ...]] = session._matcher._memories  # type: ignore[attr-defined]
    return [memory._ruleset for component in memories.values() for memory in component]

"""Columns of every kind joined with columns of every other: what is equal is what is the same in type and value."""

from __future__ import annotations

import itertools
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pow_rules import Program, Session, absent, conclude, count, fact, present, rule, where
from pow_rules.errors import RuleError
from pow_rules.testing import naive_model

if TYPE_CHECKING:
    from pow_rules import Rule


class Word(StrEnum):
    """A string that is none."""

    A = "a"


class Number(IntEnum):
    """An int that is none."""

    ONE = 1


@fact
class Inner:
    """inner {v}"""

    v: int | bool


@fact
class Out:
    """{left} meets {right}"""

    left: int
    right: int


@fact
class Lone:
    """{left} is alone"""

    left: int
    others: int


VALUES: dict[Any, list[Any]] = {
    int: [0, 1],
    int | bool: [0, 1, False, True],
    int | float: [0, 1, 0.0, 1.0],
    bool | str: [True, False, "a", "1"],
    int | str: [0, 1, "a", "1"],
    str | None: ["a", None],
    Word | str: [Word.A, "a"],
    Number | int: [Number.ONE, 1],
    Number | Decimal: [Number.ONE, Decimal(1), Decimal("1.0")],
    tuple[int | bool, ...]: [(1,), (True,), (1, True), ()],
    tuple[int, ...] | int: [(1,), 1, ()],
    frozenset[int | float]: [frozenset({1}), frozenset({1.0}), frozenset()],
    Inner | None: [Inner(1), Inner(True), None],  # noqa: FBT003
}


def holder(name: str, kind: Any) -> Any:
    """Make a fact type with a number and one field of a kind."""
    cls = type(name, (), {"__annotations__": {"number": int, "v": kind}, "__module__": __name__})
    return fact(cls)


LEFT = {kind: holder(f"Left{i}", kind) for i, kind in enumerate(VALUES)}
RIGHT = {kind: holder(f"Right{i}", kind) for i, kind in enumerate(VALUES)}


def rules_for(left: Any, right: Any) -> list[Rule]:
    """Give rules that join, negate, ask and count on the two columns."""

    @rule
    def meet(a: left, b: right) -> None:
        where(a.v == b.v)
        conclude(Out, left=a.number, right=b.number)

    @rule
    def differ(a: left, b: right) -> None:
        where(a.v != b.v)
        conclude(Out, left=10 + a.number, right=b.number)

    @rule
    def alone(a: left) -> None:
        absent(right, lambda b: b.v == a.v)
        conclude(Lone, left=a.number, others=count(left, lambda c: c.v == a.v))

    @rule
    def accompanied(a: left) -> None:
        present(right, lambda b: a.v == b.v)
        conclude(Lone, left=10 + a.number, others=count(right, lambda b: b.v == a.v))

    return [meet, differ, alone, accompanied]


@pytest.mark.filterwarnings("ignore::pow_rules.errors.ProgramWarning")
@pytest.mark.parametrize(
    ("one", "other"),
    list(itertools.combinations_with_replacement(VALUES, 2)),
    ids=lambda kind: str(kind).replace(" ", ""),
)
def test_columns_of_all_kinds(one: Any, other: Any) -> None:
    """For every pair of kinds, in both directions, the engine agrees with the naive model; or the pair never meets."""
    for left, right in ((one, other), (other, one)):
        try:
            program = Program(rules_for(LEFT[left], RIGHT[right]))
        except RuleError as error:
            assert "never equal" in str(error)  # noqa: PT017
            assert not any(type(a) is type(b) and a == b for a in VALUES[left] for b in VALUES[right])
            continue
        facts = [LEFT[left](i, v) for i, v in enumerate(VALUES[left])]
        facts += [RIGHT[right](i, v) for i, v in enumerate(VALUES[right])]
        model = naive_model(program, facts)
        for order in (facts, facts[::-1]):
            session = Session(program)
            for value in order:
                session.assert_fact(value)
            assert set(session.facts()) == model.facts
            assert {d for f in session.facts() for d in session.derivations(f)} == model.derivations


@given(st.data())
def test_a_fact_is_found_by_any_of_its_values(data: st.DataObject) -> None:
    """A query by an equality gives just the facts with that very value, by an index or not."""
    kind = data.draw(st.sampled_from(list(VALUES)))
    cls = LEFT[kind]
    facts = data.draw(st.lists(st.builds(cls, st.integers(0, 3), st.sampled_from(VALUES[kind])), unique=True))
    session = Session(Program([], given=[cls]), facts)
    for value in VALUES[kind]:
        found = session.facts(cls, lambda f, value=value: f.v == value)
        assert set(found) == {f for f in facts if f == cls(f.number, value)}

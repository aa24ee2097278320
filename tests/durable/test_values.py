"""Values of every kind are told apart, and found equal, as they are in the other matcher."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Program, conclude, fact, where
from pow_rules.values import exact_equal

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules import Rule


class Word(StrEnum):
    """A string that is none."""

    A = "a"
    ONE = "1"


class Number(IntEnum):
    """An int that is none."""

    ZERO = 0
    ONE = 1


class Plain(Enum):
    """One of some."""

    A = "a"
    ONE = 1


@fact
class Inner:
    """inner {v}"""

    v: int | bool | str


@fact
class Out:
    """{left} meets {right}"""

    left: int
    right: int


@fact
class Found:
    """{left} is what was sought"""

    left: int


LONG = "x" * 100_000
VALUES: dict[Any, list[Any]] = {
    int | bool | float | str | None: [1, True, 1.0, "1", "1.0", "True", None, 0, False, 0.0, -0.0, "", "None", "null"],
    int: [0, 1, -1, 2**31, 2**32 + 1, 2**63 - 1, 2**63, 2**64, 2**64 + 1, -(2**63) - 1, 10**400, 10**400 + 1],
    float: [0.0, -0.0, 1e16, 1e16 + 2, 1e308, 5e-324, float("inf"), float("-inf"), 0.1, 0.1 + 0.2, 0.3, 1e22],
    str: [
        LONG, LONG + "y", LONG + "z", "x" * 65_535, "x" * 65_536, "'", '"', '\\"', '{"id": "1"}', "\n", "\r\n", "\\n",
        "\0", "a\0b", "a\0c", "\ud800", "\udfff", "\ud83d\ude00", "\U0001f600", "e\u0301", "\u00e9", "\u2028", "\x7f",
        "a", "A",
    ],
    bytes: [b"", b"\0", b"a", b"'", b"\xff\xfe", b"x" * 70_000, b"x" * 70_001],
    dt.date | dt.datetime: [
        dt.date(2024, 2, 29), dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 29, 0, 0, 0, 1),  # noqa: DTZ001
        dt.datetime(2024, 2, 29, tzinfo=dt.UTC), dt.datetime(2024, 2, 29, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        dt.date.min, dt.date.max,
    ],
    Decimal | int: [Decimal(1), Decimal("1.0"), 1, Decimal("1E+400"), Decimal("0.1"), Decimal("-0"), 0],
    Word | Number | Plain | str | int: [Word.A, "a", Plain.A, Word.ONE, Number.ONE, Plain.ONE, 1, "1", Number.ZERO, 0],
    UUID | str: [UUID(int=1), UUID(int=2), str(UUID(int=1))],
    Inner | None: [Inner(1), Inner(True), Inner("1"), Inner(0), Inner(False), None],  # noqa: FBT003
    tuple[int | bool | str | None, ...]: [(), (1,), (True,), ("1",), (None,), (1, 1), (1, True), (True, 1), (0,) * 50],
    frozenset[int | bool | float]: [frozenset(), frozenset({1}), frozenset({True}), frozenset({1.0})],
    tuple[Inner | tuple[int | float, ...], ...]: [(Inner(1),), (Inner(True),), ((1,),), ((1.0,),), ((), ()), ()],  # noqa: FBT003
}  # fmt: skip


@pytest.fixture(scope="module")
def program(holder: Callable[..., Any], rule_of: Callable[..., Rule]) -> Callable[[Any, int], tuple[Any, ...]]:
    """Give what makes, for a kind, two fact types, and a program that joins them on it and compares with each value."""
    made: dict[int, tuple[Any, ...]] = {}

    def make(kind: Any, number: int) -> tuple[Any, ...]:
        if number in made:
            return made[number]
        left, right = (holder(name, number=int, v=kind, w=kind) for name in ("Left", "Right"))

        def joined(one: Any, other: Any) -> None:
            where(one.v == other.v)
            conclude(Out, left=one.number, right=other.number)

        def within(one: Any) -> None:
            where(one.v == one.w)
            conclude(Found, left=-one.number - 1)

        def constant(value: Any) -> Callable[[Any], None]:
            def run(one: Any) -> None:
                where(one.v == value)
                conclude(Found, left=one.number)

            return run

        rules = [rule_of([left, right], joined, "joined"), rule_of([left], within, "within")]
        rules += [rule_of([left], constant(value), f"constant_{i}") for i, value in enumerate(VALUES[kind])]
        made[number] = left, right, Program(rules)
        return made[number]

    return make


@pytest.mark.filterwarnings("ignore::pow_rules.errors.ProgramWarning")  # None is joined with None, as is meant here
@pytest.mark.parametrize("number", range(len(VALUES)), ids=[str(kind) for kind in VALUES])
def test_each_value_with_each_other(
    number: int, program: Callable[[Any, int], tuple[Any, ...]], agree: Callable[..., Any]
) -> None:
    """Every value of a kind is joined with every other, and compared with it as a constant, and within one fact."""
    kind = list(VALUES)[number]
    values = VALUES[kind]
    left, right, made = program(kind, number)
    lefts = [left(i, value, values[(i + 1) % len(values)]) for i, value in enumerate(values)]
    rights = [right(i, value, value) for i, value in enumerate(values)]
    one, other = agree(made, lefts[::2], rights, lefts[1::2])
    assert one.cross_check()
    met = {(out.left, out.right) for out in other.facts(Out)}
    assert met == {(i, j) for i, a in enumerate(values) for j, b in enumerate(values) if exact_equal(a, b)}


@pytest.mark.filterwarnings("ignore::pow_rules.errors.ProgramWarning")
@settings(max_examples=15)
@given(data=st.data())
def test_any_values(
    program: Callable[[Any, int], tuple[Any, ...]], agree: Callable[..., Any], data: st.DataObject
) -> None:
    """Text, numbers and mixtures of any size and content are joined alike by both matchers."""
    one = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(st.characters(), max_size=5),
    )  # fmt: skip
    pool = data.draw(st.lists(one, min_size=1, max_size=6))
    kind = next(iter(VALUES))
    left, right, made = program(kind, 0)
    value = st.sampled_from(pool)
    rows = st.lists(
        st.builds(left, st.integers(0, 9), value, value) | st.builds(right, st.integers(0, 9), value, value)
    )
    agree(made, data.draw(rows), data.draw(rows))

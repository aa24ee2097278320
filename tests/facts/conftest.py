"""Fact types of every field kind, and the strategy that makes facts of them.

`FACTS` maps each fact type to a strategy of its facts; the fixtures hand both to the tests.
"""

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from pow_rules import fact


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Letter(enum.StrEnum):
    A = "a"
    B = "b"


class Rank(enum.IntEnum):
    ZERO = 0
    ONE = 1


class Right(enum.Flag):
    READ = 1
    WRITE = 2


@fact
class Nothing:
    """nothing is said"""


@fact
class OfStr:
    """{value}"""

    value: str


@fact
class OfInt:
    value: int


@fact
class OfFloat:
    value: float


@fact
class OfBool:
    value: bool


@fact
class OfBytes:
    value: bytes


@fact
class OfEnum:
    value: Colour


@fact
class OfStrEnum:
    value: Letter


@fact
class OfFlag:
    value: Right


@fact
class OfDate:
    value: dt.date


@fact
class OfDatetime:
    value: dt.datetime


@fact
class OfDecimal:
    value: Decimal


@fact
class OfUuid:
    value: UUID


@fact
class OfNone:
    value: None


@fact
class OfOptional:
    value: str | None


@fact
class OfNumbers:
    value: int | bool | float | Decimal


@fact
class OfLooks:
    """strings, and Enum members that Python holds equal to strings and to ints"""

    value: str | Letter | int | Rank


@fact
class OfDates:
    value: dt.date | dt.datetime


@fact
class OfPair:
    value: tuple[int, str]


@fact
class OfTuple:
    value: tuple[float, ...]


@fact
class OfMixedTuple:
    value: tuple[int | bool, ...]


@fact
class OfSet:
    value: frozenset[str]


@fact
class OfMixedSet:
    value: frozenset[int | bool | float | Decimal]


@fact
class OfDeep:
    value: frozenset[tuple[int | bool, frozenset[Letter | str]]]


@fact
class OfFact:
    value: OfStr


@fact(abstract=True)
class Shape:
    """a shape"""

    size: int | bool


@fact
class Square(Shape):
    """a square of {size}"""


@fact
class Disc(Shape):
    """a disc of {size}"""


@fact
class OfShape:
    value: Shape


@fact
class OfFacts:
    value: tuple[Shape | OfMixedTuple, ...]


@fact
class Tree:
    label: int | bool
    below: "frozenset[Tree]" = frozenset()


_BOOLS = st.booleans()
_INTS = st.integers(-2, 2) | st.integers()
_FLOATS = st.sampled_from([0.0, -0.0, 1.0, 2.5, float("inf")]) | st.floats(allow_nan=False) | st.integers(-3, 3)
_DECIMALS = st.sampled_from(["0", "-0", "1", "1.0", "1.50", "1E+2", "100", "1E+30"]).map(Decimal) | st.decimals(
    allow_nan=False
)
_STRS = st.sampled_from(["a", "b", ""]) | st.text(max_size=5)
_LETTERS = st.sampled_from(Letter)
_DATES = st.dates()
_ZONES = st.sampled_from([None, *(dt.timezone(dt.timedelta(minutes=m)) for m in (0, 60, -330))])
_DATETIMES = st.datetimes(
    min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9998, 1, 1), timezones=_ZONES  # noqa: DTZ001
)  # fmt: skip
_NUMBERS = _INTS | _BOOLS | _FLOATS | _DECIMALS
_SHAPES = st.builds(Square, _INTS | _BOOLS) | st.builds(Disc, _INTS | _BOOLS)
_MIXED = st.lists(_INTS | _BOOLS, max_size=3).map(tuple)

FACTS: Mapping[type, st.SearchStrategy[Any]] = {
    Nothing: st.builds(Nothing),
    OfStr: st.builds(OfStr, _STRS),
    OfInt: st.builds(OfInt, _INTS),
    OfFloat: st.builds(OfFloat, _FLOATS),
    OfBool: st.builds(OfBool, _BOOLS),
    OfBytes: st.builds(OfBytes, st.binary(max_size=3)),
    OfEnum: st.builds(OfEnum, st.sampled_from(Colour)),
    OfStrEnum: st.builds(OfStrEnum, _LETTERS),
    OfFlag: st.builds(OfFlag, st.sampled_from([Right.READ, Right.WRITE, Right.READ | Right.WRITE])),
    OfDate: st.builds(OfDate, _DATES),
    OfDatetime: st.builds(OfDatetime, _DATETIMES),
    OfDecimal: st.builds(OfDecimal, _DECIMALS),
    OfUuid: st.builds(OfUuid, st.uuids()),
    OfNone: st.builds(OfNone, st.none()),
    OfOptional: st.builds(OfOptional, st.none() | _STRS),
    OfNumbers: st.builds(OfNumbers, _NUMBERS),
    OfLooks: st.builds(OfLooks, _STRS | _LETTERS | _INTS | st.sampled_from(Rank)),
    OfDates: st.builds(OfDates, _DATES | _DATETIMES),
    OfPair: st.builds(OfPair, st.tuples(_INTS, _STRS)),
    OfTuple: st.builds(OfTuple, st.lists(_FLOATS, max_size=3).map(tuple)),
    OfMixedTuple: st.builds(OfMixedTuple, _MIXED),
    OfSet: st.builds(OfSet, st.frozensets(_STRS, max_size=4)),
    OfMixedSet: st.builds(OfMixedSet, st.frozensets(_NUMBERS, max_size=4)),
    OfDeep: st.builds(
        OfDeep,
        st.frozensets(st.tuples(_INTS | _BOOLS, st.frozensets(_LETTERS | _STRS, max_size=3)), max_size=3),
    ),
    OfFact: st.builds(OfFact, st.builds(OfStr, _STRS)),
    Square: st.builds(Square, _INTS | _BOOLS),
    Disc: st.builds(Disc, _INTS | _BOOLS),
    OfShape: st.builds(OfShape, _SHAPES),
    OfFacts: st.builds(OfFacts, st.lists(_SHAPES | st.builds(OfMixedTuple, _MIXED), max_size=3).map(tuple)),
    Tree: st.recursive(
        st.builds(Tree, _INTS | _BOOLS),
        lambda trees: st.builds(Tree, _INTS | _BOOLS, st.frozensets(trees, max_size=3)),
        max_leaves=6,
    ),
}
"""A strategy of facts for each fact type: among them all kinds of field, and values that Python confuses."""


@pytest.fixture(scope="session")
def facts_of() -> Mapping[type, st.SearchStrategy[Any]]:
    """Give, for each fact type, a strategy of its facts."""
    return FACTS


@pytest.fixture(scope="session")
def every_fact() -> st.SearchStrategy[Any]:
    """Give a strategy of facts of every field kind."""
    return st.one_of(list(FACTS.values()))


@pytest.fixture(scope="session")
def two_facts() -> st.SearchStrategy[tuple[Any, Any]]:
    """Give a strategy of two facts of one type, often nearly or quite the same."""
    return st.sampled_from(list(FACTS)).flatmap(lambda cls: st.tuples(FACTS[cls], FACTS[cls]))

"""What a field accepts, in which form it holds it, and what it refuses."""

import datetime as dt
import decimal
import enum
import typing
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pow_rules import PowRulesError, fact
from pow_rules.errors import FactDefinitionError, FieldTypeError, FieldValueError
from pow_rules.facts import fact_type

Age = typing.NewType("Age", int)


class Colour(enum.Enum):
    RED = "red"


class Other(enum.Enum):
    RED = "red"


class Letter(enum.StrEnum):
    A = "a"


class Rank(enum.IntEnum):
    ONE = 1


class Text(str):  # noqa: SLOT000 - what a field must refuse
    pass


class Number(int):
    pass


class Instant(dt.datetime):
    pass


class Pair(typing.NamedTuple):
    one: int
    other: int


@fact
class Person:
    name: str


@fact
class Place:
    name: str


@fact(abstract=True)
class Shape:
    size: int


@fact
class Disc(Shape): ...


class Plain(Shape): ...


def holder(kind: Any) -> Any:
    """Make a fact type with one field of a kind."""

    @fact
    class Holder:
        value: kind

    return Holder


EAST = dt.timezone(dt.timedelta(hours=9))
NOON = dt.datetime(2025, 3, 5, 12)  # noqa: DTZ001 - naive on purpose


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        (str, "", ""),
        (int, 10**40, 10**40),
        (bool, True, True),
        (float, 1.5, 1.5),
        (float, 1, 1.0),
        (float, 2**53, 2.0**53),
        (float, -(2**60), -(2.0**60)),
        (float, -0.0, 0.0),
        (float, float("inf"), float("inf")),
        (float | None, 3, 3.0),
        (int | float, 1, 1),
        (float | int, 1, 1),
        (float | int, 2**53 + 1, 2**53 + 1),
        (float | bool, True, True),
        (tuple[float, ...], (1, -0.0, 2.5), (1.0, 0.0, 2.5)),
        (tuple[float, ...] | tuple[int, ...], (1, 2), (1, 2)),
        (tuple[float, int], (1, 1), (1.0, 1)),
        (frozenset[float], frozenset({1, 2}), frozenset({1.0, 2.0})),
        (frozenset[float] | frozenset[int], frozenset({1}), frozenset({1})),
        (Decimal, Decimal("1.500"), Decimal("1.5")),
        (Decimal, Decimal("1E+2"), Decimal(100)),
        (Decimal, Decimal("-0.00"), Decimal(0)),
        (Decimal, Decimal("1E+30"), Decimal("1E+30")),
        (Decimal, Decimal(10) ** 30, Decimal("1E+30")),
        (Decimal, Decimal("0." + "1" * 50), Decimal("0." + "1" * 50)),
        (Decimal, Decimal("Infinity"), Decimal("Infinity")),
        (dt.date, dt.date(2025, 3, 5), dt.date(2025, 3, 5)),
        (dt.datetime, NOON, NOON),
        (dt.datetime, NOON.replace(tzinfo=dt.UTC), NOON.replace(tzinfo=dt.UTC)),
        (dt.datetime, NOON.replace(tzinfo=EAST), dt.datetime(2025, 3, 5, 3, tzinfo=dt.UTC)),
        (dt.date | dt.datetime, NOON, NOON),
        (dt.date | dt.datetime, dt.date(2025, 3, 5), dt.date(2025, 3, 5)),
        (tuple[dt.datetime, ...], (NOON.replace(tzinfo=EAST),), (dt.datetime(2025, 3, 5, 3, tzinfo=dt.UTC),)),
        (tuple[()], (), ()),
        (tuple[str, ...], (), ()),
        (tuple[tuple[int, str], ...], ((1, "a"), (2, "b")), ((1, "a"), (2, "b"))),
        (frozenset[tuple[str, ...]], frozenset({("a",)}), frozenset({("a",)})),
        (UUID, UUID(int=7), UUID(int=7)),
        (bytes, b"x", b"x"),
        (Colour, Colour.RED, Colour.RED),
        (Letter, Letter.A, Letter.A),
        (str | Letter, Letter.A, Letter.A),
        (str | Letter, "a", "a"),
        (Rank | int, 1, 1),
        (None, None, None),
        (str | None, None, None),
        (typing.Optional[int], None, None),  # noqa: UP045 - as some still write
        (typing.Union[int, str], "a", "a"),  # noqa: UP007 - as above
        (Age, Age(26), 26),
        (Age | None, 26, 26),
        (Person, Person("Ri"), Person("Ri")),
        (Shape, Disc(1), Disc(1)),
    ],
    ids=repr,
)  # fmt: skip
def test_values_that_are_held(kind: Any, value: object, held: object) -> None:
    """Each value is held in its one normal form, types and all."""
    got = holder(kind)(value).value
    assert (type(got), repr(got)) == (type(held), repr(held))
    assert got == held
    if isinstance(got, tuple):
        assert [type(item) for item in got] == [type(item) for item in typing.cast("tuple[object]", held)]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (str, 1, "expected str, got 1 (int)"),
        (str, None, "expected str, got None (NoneType)"),
        (str, b"a", "expected str, got b'a' (bytes)"),
        (str, Letter.A, "expected str, got Letter.A (Letter)"),
        (str, Text("a"), "expected str, got 'a' (Text)"),
        (Letter, "a", "expected Letter, got 'a' (str)"),
        (Colour, "red", "expected Colour, got 'red' (str)"),
        (Colour, Other.RED, "expected Colour, got Other.RED (Other)"),
        (Colour, Colour, "expected Colour, got <enum 'Colour'> (EnumType)"),
        (int, True, "expected int, got True (bool)"),
        (int, 1.0, "expected int, got 1.0 (float)"),
        (int, "26", "expected int, got '26' (str)"),
        (int, Rank.ONE, "expected int, got Rank.ONE (Rank)"),
        (int, Number(1), "expected int, got 1 (Number)"),
        (Rank, 1, "expected Rank, got 1 (int)"),
        (bool, 1, "expected bool, got 1 (int)"),
        (bool, 0.0, "expected bool, got 0.0 (float)"),
        (float, True, "expected float, got True (bool)"),
        (float, "1", "expected float, got '1' (str)"),
        (float, Decimal(1), "expected float, got Decimal('1') (Decimal)"),
        (float, Rank.ONE, "expected float, got Rank.ONE (Rank)"),
        (Decimal, 1, "expected Decimal, got 1 (int)"),
        (Decimal, 1.5, "expected Decimal, got 1.5 (float)"),
        (bytes, bytearray(b"x"), "expected bytes, got bytearray(b'x') (bytearray)"),
        (bytes, "x", "expected bytes, got 'x' (str)"),
        (dt.date, NOON, "expected date, got datetime.datetime(2025, 3, 5, 12, 0) (datetime)"),
        (dt.date, "2025-03-05", "expected date, got '2025-03-05' (str)"),
        (dt.datetime, dt.date(2025, 3, 5), "expected datetime, got datetime.date(2025, 3, 5) (date)"),
        (dt.datetime, Instant(2025, 3, 5), "expected datetime, got Instant(2025, 3, 5, 0, 0) (Instant)"),
        (UUID, "7", "expected UUID, got '7' (str)"),
        (str | None, 1, "expected str | None, got 1 (int)"),
        (int | bool | None, "1", "expected int | bool | None, got '1' (str)"),
        (tuple[str, ...], ["a"], "expected tuple[str, ...], got ['a'] (list)"),
        (tuple[str, ...], "ab", "expected tuple[str, ...], got 'ab' (str)"),
        (tuple[int, int], Pair(1, 2), "expected tuple[int, int], got Pair(one=1, other=2) (Pair)"),
        (tuple[int, int], (1,), "expected tuple[int, int], got (1,) (tuple): 1 items"),
        (tuple[int, str], (1, 2), "expected str, got 2 (int)"),
        (tuple[int, ...], (1, True), "expected int, got True (bool)"),
        (tuple[()], (1,), "expected tuple[()], got (1,) (tuple): 1 items"),
        (frozenset[str], {"a"}, "expected frozenset[str], got {'a'} (set)"),
        (frozenset[str], ("a",), "expected frozenset[str], got ('a',) (tuple)"),
        (frozenset[str], frozenset({1}), "expected str, got 1 (int)"),
        (Person, "Ri", "expected Person, got 'Ri' (str)"),
        (Person, Place("Ri"), "expected Person, got Place(name='Ri') (Place)"),
        (Person, Person, "expected Person, got <class "),
        (Shape, Person("Ri"), "expected Shape, got Person(name='Ri') (Person)"),
        (None, 0, "expected None, got 0 (int)"),
    ],
    ids=repr,
)
def test_values_of_the_wrong_type(kind: Any, value: object, message: str) -> None:
    """A value of the wrong type is refused: type, field, what was expected and what was got."""
    with pytest.raises(FieldTypeError) as caught:
        holder(kind)(value)
    assert str(caught.value).startswith(f"Holder.value: {message}")
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, PowRulesError)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (float, 2**53 + 1, "expected float, got 9007199254740993 (int): no float is exactly that large an int"),
        (float, 10**400, "no float is exactly that large an int"),
        (float | None, 2**53 + 1, "no float is exactly that large an int"),
        (float, float("nan"), "expected float, got nan (float): NaN is not a value: it is not even equal to itself"),
        (float | None, float("nan"), "NaN is not a value"),
        (tuple[float, ...], (1.0, float("nan")), "NaN is not a value"),
        (frozenset[float], frozenset({float("nan")}), "NaN is not a value"),
        (Decimal, Decimal("NaN"), "expected Decimal, got Decimal('NaN') (Decimal): NaN is not a value"),
        (Decimal, Decimal("-NaN"), "NaN is not a value"),
        (Decimal, Decimal("sNaN"), "expected Decimal, got Decimal('sNaN') (Decimal): NaN is not a value"),
        (dt.datetime, dt.datetime(1, 1, 1, tzinfo=EAST), "expected datetime, got datetime.datetime(1, 1, 1, 0, 0"),
    ],
    ids=repr,
)
def test_values_of_the_right_type_that_cannot_be_held(kind: Any, value: object, message: str) -> None:
    """An inexact float, NaN and an instant out of range are refused as values, with the reason."""
    with pytest.raises(FieldValueError) as caught:
        holder(kind)(value)
    assert str(caught.value).startswith("Holder.value: expected ")
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, PowRulesError)


def test_long_values_are_cut_in_messages() -> None:
    """A message shows about a line of the value."""
    with pytest.raises(FieldTypeError) as caught:
        Person(["x"] * 1000)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 150
    assert str(caught.value).endswith("... (list)")


def test_a_broken_repr_does_not_hide_the_error() -> None:
    """A value that cannot be printed is still refused with type and field."""

    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    with pytest.raises(
        FieldTypeError, match=r"Person\.name: expected str, got a value that cannot be printed \(Broken"
    ):
        Person(Broken())  # type: ignore[arg-type]


def test_a_subclass_that_is_no_fact_type_is_refused() -> None:
    """An instance of a plain class below an abstract type is no fact, however it was made."""
    with pytest.raises(FieldTypeError, match=r"Holder\.value: expected Shape, got "):
        holder(Shape)(object.__new__(Plain))


def test_decimals_are_never_rounded() -> None:
    """Decimals are normalised whatever the context: all digits stay, and equal ones hash and print alike."""
    many = Decimal("1." + "123456789" * 10 + "00")
    with decimal.localcontext(prec=3):
        cls = holder(Decimal)
        one, other = cls(many).value, cls(Decimal("1." + "123456789" * 10)).value
    assert one == many
    assert str(one) == "1." + "123456789" * 10
    assert (one, hash(one)) == (other, hash(other))


def test_aware_datetimes_of_one_instant_are_one_value() -> None:
    """An instant is held once, whatever zone it was written in; naive datetimes stay naive and differ from it."""
    cls = holder(dt.datetime)
    west = dt.timezone(dt.timedelta(hours=-5))
    noon = NOON.replace(tzinfo=dt.UTC)
    assert cls(noon) == cls(noon.astimezone(EAST)) == cls(noon.astimezone(west))
    assert len({repr(cls(noon)), repr(cls(noon.astimezone(EAST))), repr(cls(noon.astimezone(west)))}) == 1
    assert cls(noon) != cls(NOON)
    assert cls(NOON).value.tzinfo is None


def test_equal_naive_datetimes_print_alike() -> None:
    """`fold`, and a time zone that gives no offset, do not make two values that are equal and print differently."""

    class Nowhere(dt.tzinfo):
        def utcoffset(self, _: object) -> None:
            return None

        def __repr__(self) -> str:
            return "Nowhere()"

    cls = holder(dt.datetime)
    for other in (NOON.replace(fold=1), NOON.replace(tzinfo=Nowhere())):
        assert cls(other) != cls(NOON) or repr(cls(other)) == repr(cls(NOON))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (int | bool, (0, False)),
        (int | float, (1, 1.0)),
        (int | Decimal, (1, Decimal(1))),
        (float | Decimal, (1.5, Decimal("1.5"))),
        (int | bool | float, (True, 1, 1.0)),
        (str | Letter, ("a", Letter.A)),
        (int | Rank, (1, Rank.ONE)),
        (Colour | Other, (Colour.RED, Other.RED)),
        (tuple[int | bool, ...], ((1,), (True,))),
        (tuple[int, ...] | tuple[bool, ...], ((1,), (True,))),
        (frozenset[int | bool], (frozenset({1}), frozenset({True}))),
        (tuple[frozenset[int | float], ...], ((frozenset({1}),), (frozenset({1.0}),))),
        (dt.date | dt.datetime, (dt.date(2025, 3, 5), dt.datetime(2025, 3, 5))),  # noqa: DTZ001
        (str | bytes, ("a", b"a")),
        (Person | Place, (Person("Ri"), Place("Ri"))),
        (int | None, (0, None)),
    ],
    ids=str,
)
def test_values_that_python_confuses_make_different_facts(kind: Any, values: tuple[object, ...]) -> None:
    """Facts are equal only if the exact types of their values are, at any depth."""
    cls = holder(kind)
    made = [cls(value) for value in values]
    assert len(set(made)) == len({repr(m) for m in made}) == len(values)
    assert all(cls(value) == one for value, one in zip(values, made, strict=True))
    assert all(type(one.value) is type(value) for one, value in zip(made, values, strict=True))


@pytest.mark.parametrize(
    ("kind", "is_keyed"),
    [
        (int, False),
        (int | None, False),
        (int | str, False),
        (int | bool, True),
        (int | float, True),
        (str | Letter, True),
        (str | Colour, False),
        (Letter | None, False),
        (tuple[int | bool, ...], True),
        (frozenset[int | float], True),
        (tuple[str, ...], False),
        (frozenset[Letter], False),
        (dt.date | dt.datetime, False),
        (Person | Place, False),
    ],
    ids=str,
)
def test_columns_hold_bare_values_where_they_can(kind: Any, *, is_keyed: bool) -> None:
    """Only kinds whose values Python could confuse need a form that keeps them apart."""
    field = fact_type(holder(kind)).field("value")
    assert field is not None
    assert field.kind.is_keyed is is_keyed


def test_hash_and_equality_work_for_large_and_nested_values() -> None:
    """A fact of facts of sets hashes and compares without surprise."""
    inner = holder(frozenset[tuple[int | bool, str]])
    outer = holder(inner | None)
    one = outer(inner(frozenset({(1, "a"), (2, "b")})))
    assert one == outer(inner(frozenset({(2, "b"), (1, "a")})))
    assert one != outer(inner(frozenset({(True, "a"), (2, "b")})))
    assert outer(None) != one


def test_unhashable_values_have_no_kind() -> None:
    """No annotation lets an unhashable value in."""
    for kind in (list[int], dict[str, int], set[str], bytearray, tuple[list[int], ...], frozenset[str] | list[str]):
        with pytest.raises(FactDefinitionError, match=r"Holder\.value: .*is no kind of field"):
            holder(kind)


def test_the_readme_examples_of_wrong_values() -> None:
    """A number as text, and a bool as a number, fail with an error that names type, field, expected and got."""

    @fact
    class Prisoner:
        name: str
        age: int

    with pytest.raises(FieldTypeError) as caught:
        Prisoner("Ri", "26")  # type: ignore[arg-type]
    assert str(caught.value) == "Prisoner.age: expected int, got '26' (str)"
    with pytest.raises(FieldTypeError) as caught:
        Prisoner("Ri", True)  # noqa: FBT003 - the value in question
    assert str(caught.value) == "Prisoner.age: expected int, got True (bool)"

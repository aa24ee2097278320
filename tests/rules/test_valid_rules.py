"""Rules as data: what each word of a rule's body becomes, and how a rule prints."""

import datetime as dt
import enum
import functools
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest

from pow_rules import (
    Rule,
    absent,
    any_of,
    check,
    compute,
    conclude,
    count,
    fact,
    known,
    least,
    missing,
    most,
    not_,
    one_of,
    present,
    rule,
    total,
    where,
)
from pow_rules.errors import RuleError
from pow_rules.terms import text


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@fact
class Person:
    name: str
    age: int | None


@fact
class A:
    text: str
    count: int
    rate: float
    sum: Decimal
    flag: bool
    on: dt.date
    at: dt.datetime
    colour: Colour
    id: UUID
    raw: bytes
    tags: tuple[str, ...]
    names: frozenset[str]
    maybe: int | None
    person: Person
    other: Person | None
    mixed: int | bool


@fact
class B:
    text: str
    count: int


@fact
class Out:
    text: str = "out"


@fact
class Number:
    value: float


@fact(abstract=True)
class Base:
    text: str


@fact
class Sub(Base): ...


def conditions(say: Callable[[Any, Any], object]) -> list[str]:
    """Give the texts of a rule's conditions; `say` writes them over an A and a B."""

    def body(a: A, b: B) -> None:
        say(a, b)
        conclude(Out)

    return [text(condition) for condition in rule(body).conditions]


def condition(say: Callable[[Any, Any], Any]) -> str:
    """Give the text of the one condition that a lambda over an A and a B stands for."""
    (found,) = conditions(lambda a, b: where(say(a, b)))
    return found


def shout(value: str) -> str:
    """Be a function with a name."""
    return value.upper()


# ---- the rule itself -------------------------------------------------------------------------------------------------


@rule(hedge="probable", attribution="observers", cites=("¶7", "C5"))
def observers_say(a: A, b: B) -> None:
    """Observers say
    that it is so.
    """  # noqa: D205 - a statement may take several lines
    where(a.text == b.text, (a.count > b.count) | a.flag)
    where(one_of(a.colour, Colour.RED, Colour.BLUE))
    absent(Out, lambda o: o.text == a.text)
    present(B, lambda other: other.count == a.count + 1, lambda other: other.text != "x")
    conclude(Out, text=compute(shout, a.text))
    conclude(B, text="total", count=total(B, lambda x: x.count, lambda x: x.text == a.text))


def test_a_rule_is_plain_data() -> None:
    """A rule knows its name, statement, hedge, attribution, citations, patterns, conclusions and place."""
    made = observers_say
    assert isinstance(made, Rule)
    assert made.name == "observers_say"
    assert made.statement == "Observers say that it is so."
    assert (made.hedge, made.attribution, made.cites) == ("probable", "observers", ("¶7", "C5"))
    assert [(v.name, v.fact_type) for v in made.patterns] == [("a", A), ("b", B)]
    assert [c.fact_type for c in made.conclusions] == [Out, B]
    assert [text(a) for a in made.aggregates] == ["total(count of B(text=a.text))"]
    assert made.fact_types == (A, B, Out)
    assert made.location.file == __file__
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.name = "other"  # type: ignore[misc]


def test_a_rule_prints_itself(golden: Callable[[str, str], None]) -> None:
    """The text of a rule has its patterns, conditions and conclusions, one a line."""
    golden("observers_say.golden", str(observers_say))


def test_defaults_of_a_rule() -> None:
    """Without arguments a rule is certain, nobody's, cites nothing and states nothing."""

    @rule
    def plain(a: A) -> None:
        conclude(Out, text=a.text)

    @rule()
    def called(a: A) -> None:
        conclude(Out, text=a.text)

    for made in (plain, called):
        assert (made.statement, made.hedge, made.attribution, made.cites) == ("", "certain", None, ())
    assert str(plain) == "rule plain\n  for a: A\n  conclude Out(text=a.text)"


def test_a_rule_without_patterns() -> None:
    """A rule may have no pattern, and still absences."""

    @rule
    def from_the_start() -> None:
        """Nothing is known."""
        absent(A)
        conclude(Out)

    assert from_the_start.patterns == ()
    assert str(from_the_start) == "rule from_the_start: Nothing is known.\n  where no A()\n  conclude Out(text='out')"


@pytest.mark.parametrize("cites", [("a", "b"), ["a", "b"], (c for c in "ab"), {"a": 1, "b": 2}])
def test_citations_may_come_as_any_iterable(cites: Any) -> None:
    """Citations are kept as a tuple, also those of an iterator."""

    @rule(cites=cites)
    def made(a: A) -> None:
        conclude(Out)

    assert made.cites == ("a", "b")


def test_a_rule_made_in_a_function_may_use_its_constants() -> None:
    """Rules can be made in a loop, over constants of the function around them."""
    made = []
    for colour in Colour:

        @rule
        def is_it(a: A) -> None:
            where(a.colour == colour)  # noqa: B023 - the body runs at once
            conclude(Out, text=colour.value)  # noqa: B023 - as above

        made.append(is_it)
    assert [text(r.conditions[0]) for r in made] == ["a.colour == Colour.RED", "a.colour == Colour.BLUE"]


# ---- comparisons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_comparisons_keep_their_sign(sign: str) -> None:
    """Every comparison prints as it was written, with a constant or a field on the right."""
    compare = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
               ">=": operator.ge}[sign]  # fmt: skip
    assert condition(lambda a, b: compare(a.count, 5)) == f"a.count {sign} 5"
    assert condition(lambda a, b: compare(a.count, b.count)) == f"a.count {sign} b.count"


@pytest.mark.parametrize(
    ("sign", "turned"), [("==", "=="), ("!=", "!="), ("<", ">"), ("<=", ">="), (">", "<"), (">=", "<=")]
)
def test_a_constant_on_the_left_turns_the_comparison(sign: str, turned: str) -> None:
    """`5 < a.count` is `a.count > 5`."""
    compare = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
               ">=": operator.ge}[sign]  # fmt: skip
    assert condition(lambda a, b: compare(5, a.count)) == f"a.count {turned} 5"
    for constant, name in ((dt.date(2025, 3, 5), "on"), (Decimal("1.5"), "sum"), (1.5, "rate"), ("x", "text")):
        shown = condition(lambda a, b: compare(constant, getattr(a, name)))  # noqa: B023 - called at once
        assert shown == f"a.{name} {turned} {constant!r}"


@pytest.mark.parametrize(
    ("field", "constant", "shown"),
    [
        ("text", "Ri", "'Ri'"),
        ("count", 10**30, str(10**30)),
        ("rate", 1, "1.0"),
        ("rate", -0.0, "0.0"),
        ("sum", Decimal("1.50"), "Decimal('1.5')"),
        ("flag", True, "True"),
        ("on", dt.date(2025, 3, 5), "datetime.date(2025, 3, 5)"),
        (
            "at",
            dt.datetime(2025, 3, 5, 9, tzinfo=dt.timezone(dt.timedelta(hours=9))),
            "datetime.datetime(2025, 3, 5, 0, 0, tzinfo=datetime.timezone.utc)",
        ),
        ("colour", Colour.RED, "Colour.RED"),
        ("id", UUID(int=1), "UUID('00000000-0000-0000-0000-000000000001')"),
        ("raw", b"x", "b'x'"),
        ("tags", ("a",), "('a',)"),
        ("names", frozenset({"b", "a"}), "frozenset({'a', 'b'})"),
        ("maybe", None, "None"),
        ("maybe", 3, "3"),
        ("person", Person("Ri", 26), "Person(name='Ri', age=26)"),
        ("mixed", True, "True"),
        ("mixed", 1, "1"),
    ],
)
def test_constants_of_every_kind(field: str, constant: object, shown: str) -> None:
    """A constant is held in the normal form of the field, on either side."""
    assert condition(lambda a, b: getattr(a, field) == constant) == f"a.{field} == {shown}"
    assert condition(lambda a, b: constant != getattr(a, field)) == f"a.{field} != {shown}"
    assert condition(lambda a, b: one_of(getattr(a, field), constant)) == f"one_of(a.{field}, {shown})"


def test_numbers_of_different_types_have_an_order() -> None:
    """Comparisons by order hold between numbers of different types; only equality tells types apart."""
    assert condition(lambda a, b: a.count < a.rate) == "a.count < a.rate"
    assert condition(lambda a, b: a.sum >= a.count) == "a.sum >= a.count"
    assert condition(lambda a, b: a.rate > 5) == "a.rate > 5"


def test_connectives() -> None:
    """`&`, `|`, `~`, `not_` and `any_of` nest, with brackets where they are needed."""
    assert condition(lambda a, b: (a.count == 1) | (b.count == 2)) == "(a.count == 1) | (b.count == 2)"
    assert condition(lambda a, b: (a.count == 1) | (b.count == 2) | a.flag) == (
        "(a.count == 1) | (b.count == 2) | (a.flag == True)"
    )
    assert condition(lambda a, b: ((a.count == 1) & (b.count == 2)) | a.flag) == (
        "((a.count == 1) & (b.count == 2)) | (a.flag == True)"
    )
    assert condition(lambda a, b: not_((a.count == 1) | a.flag)) == "not_((a.count == 1) | (a.flag == True))"
    assert condition(lambda a, b: ~(a.count == 1)) == condition(lambda a, b: not_(a.count == 1)) == "not_(a.count == 1)"
    assert condition(lambda a, b: any_of(a.count == 1, a.flag)) == "(a.count == 1) | (a.flag == True)"
    assert (
        condition(lambda a, b: any_of(missing(a.maybe), one_of(a.count, 1))) == "missing(a.maybe) | one_of(a.count, 1)"
    )


def test_where_splits_what_is_joined_by_an_ampersand() -> None:
    """`where(x & y)` is `where(x, y)`, and so are two calls."""
    one = conditions(lambda a, b: where((a.count == 1) & (b.count == 2) & a.flag))
    other = conditions(lambda a, b: where(a.count == 1, b.count == 2, a.flag))
    third = conditions(lambda a, b: (where(a.count == 1), where(b.count == 2), where(a.flag)))
    assert one == other == third == ["a.count == 1", "b.count == 2", "a.flag == True"]


def test_a_bool_field_is_a_condition() -> None:
    """A field of type bool stands for itself, and for its opposite under `not_`."""
    assert condition(lambda a, b: a.flag) == "a.flag == True"
    assert condition(lambda a, b: not_(a.flag)) == "not_(a.flag == True)"


# ---- arithmetic ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "//", "%", "**"])
def test_arithmetic_keeps_its_sides(sign: str) -> None:
    """Every operator records its operands in order, constants on either side."""
    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
             "%": operator.mod, "**": operator.pow}[sign]  # fmt: skip
    assert condition(lambda a, b: apply(a.count, 2) > 1) == f"(a.count {sign} 2) > 1"
    assert condition(lambda a, b: apply(2, a.count) > 1) == f"(2 {sign} a.count) > 1"
    assert condition(lambda a, b: apply(a.count, b.count) > 1) == f"(a.count {sign} b.count) > 1"
    assert condition(lambda a, b: apply(a.sum, Decimal(2)) > 1) == f"(a.sum {sign} Decimal('2')) > 1"
    assert condition(lambda a, b: apply(Decimal(2), a.sum) > 1) == f"(Decimal('2') {sign} a.sum) > 1"


def test_arithmetic_nests() -> None:
    """Brackets show how arithmetic was written."""
    assert condition(lambda a, b: -(a.count + 1) * 2 == b.count) == "(-(a.count + 1) * 2) == b.count"
    assert condition(lambda a, b: a.count + 1 * b.count == 3) == "(a.count + (1 * b.count)) == 3"
    assert condition(lambda a, b: -a.count == -1) == "-a.count == -1"


def test_the_kind_of_arithmetic() -> None:
    """Ints stay ints but for division and powers; a float makes a float, a Decimal a Decimal."""
    for say in (
        lambda a: a.count + 1 == 2,
        lambda a: a.count // 2 == 2,
        lambda a: a.count % 2 == 1,
        lambda a: a.count / 2 == 0.5,
        lambda a: a.count + 0.5 == 1.5,
        lambda a: a.rate * 2 == 3,
        lambda a: a.sum * 2 == Decimal(3),
        lambda a: a.count - Decimal(2) == Decimal(3),
        lambda a: known(a.maybe) + 1 == 2,
    ):
        assert condition(lambda a, b: say(a))  # noqa: B023 - called at once
    with pytest.raises(RuleError, match="expected float, got 'x'"):
        condition(lambda a, b: a.count / 2 == "x")
    with pytest.raises(RuleError, match=r"expected int, got 1\.5"):
        condition(lambda a, b: a.count + 1 == 1.5)


# ---- other words -----------------------------------------------------------------------------------------------------


def test_missing_and_known() -> None:
    """`missing` tests for None; `known` stands for the value where there is one."""
    assert condition(lambda a, b: missing(a.maybe)) == "missing(a.maybe)"
    assert condition(lambda a, b: not_(missing(a.maybe))) == "not_(missing(a.maybe))"
    assert condition(lambda a, b: known(a.maybe) > 3) == "known(a.maybe) > 3"
    assert condition(lambda a, b: known(a.maybe) == a.count) == "known(a.maybe) == a.count"
    assert condition(lambda a, b: a.maybe == None) == "a.maybe == None"  # noqa: E711 - a symbol


def test_known_in_a_conclusion_is_a_condition() -> None:
    """A rule that concludes `known(x)` does not fire where x is None."""

    @rule
    def counted(a: A) -> None:
        conclude(B, text=a.text, count=known(a.maybe))

    assert [text(c) for c in counted.conditions] == ["not_(missing(a.maybe))"]


def test_check_and_compute() -> None:
    """Functions are called with fields, constants, arithmetic and each other's values; builtins work."""
    assert condition(lambda a, b: check(str.startswith, a.text, "R")) == "check(str.startswith, a.text, 'R')"
    assert condition(lambda a, b: check(shout, a.count + 1, 2)) == "check(shout, (a.count + 1), 2)"
    assert condition(lambda a, b: compute(len, a.text) == 2) == "compute(len, a.text) == 2"
    assert condition(lambda a, b: compute(max, compute(len, a.text), count(B)) > 2) == (
        "compute(max, compute(len, a.text), count(B())) > 2"
    )
    assert condition(lambda a, b: check(lambda x: x > 1, a.count)) == "check(<lambda>, a.count)"
    assert condition(lambda a, b: compute(dt.date.today) == a.on) == "compute(date.today) == a.on"


def test_functions_without_a_name_print_without_an_address() -> None:
    """The text of a rule is the same in every run, also with partial functions and callable objects."""

    class Above:
        def __call__(self, value: int) -> bool:
            return value > 1

    for function in (functools.partial(shout), Above(), functools.partial(lambda x: x)):
        assert "0x" not in condition(lambda a, b: check(function, a.text))  # noqa: B023 - called at once


def test_present_and_absent() -> None:
    """Inner patterns print equalities as keywords, and other conditions as they are."""
    assert conditions(lambda a, b: absent(B)) == ["no B()"]
    assert conditions(lambda a, b: absent(B, lambda x: x.text == a.text)) == ["no B(text=a.text)"]
    assert conditions(lambda a, b: absent(B, lambda x: a.text == x.text)) == ["no B(text=a.text)"]
    assert conditions(lambda a, b: absent(B, lambda x: (x.text == "u") & (x.count > a.count))) == [
        "no B(text='u', count > a.count)"
    ]
    assert conditions(lambda a, b: present(B, lambda x: x.text == "u", lambda x: x.count != 2)) == [
        "some B(text='u', count != 2)"
    ]
    assert conditions(lambda a, b: absent(A, lambda x: x.flag)) == ["no A(flag=True)"]
    assert conditions(lambda a, b: absent(A, lambda x: x.person.name == "Ri")) == ["no A(person.name == 'Ri')"]
    assert conditions(lambda a, b: absent(B, lambda x: x == b)) == ["no B(it == b)"]
    assert conditions(lambda a, b: present(Base, lambda x: one_of(x.text, "a", "b"))) == [
        "some Base(one_of(text, 'a', 'b'))"
    ]


def test_aggregates() -> None:
    """Aggregates print function, value and pattern."""
    assert condition(lambda a, b: count(B) > 1) == "count(B()) > 1"
    assert condition(lambda a, b: count(B, lambda x: x.text == a.text) == 0) == "count(B(text=a.text)) == 0"
    assert condition(lambda a, b: total(B, lambda x: x.count) >= a.count) == "total(count of B()) >= a.count"
    assert condition(lambda a, b: least(A, lambda x: x.on) < a.on) == "least(on of A()) < a.on"
    assert condition(lambda a, b: most(A, lambda x: x.rate * 2, lambda x: x.flag) == 1) == (
        "most((rate * 2) of A(flag=True)) == 1.0"
    )
    assert condition(lambda a, b: total(A, lambda x: known(x.maybe)) > 1) == (
        "total(known(maybe) of A(not_(missing(maybe)))) > 1"
    )
    assert condition(lambda a, b: 2 * count(B) + 1 > a.count) == "((2 * count(B())) + 1) > a.count"


def test_one_aggregate_used_twice_is_one() -> None:
    """The same aggregate is computed once for a rule, wherever it stands."""

    @rule
    def counted(a: A) -> None:
        number = count(B)
        where(number > 1)
        conclude(B, text=a.text, count=number)

    assert len(counted.aggregates) == 1


def test_fields_of_facts_in_fields() -> None:
    """Fields of a fact in a field are reached by plain attribute access, through `known` where it may be None."""
    assert condition(lambda a, b: a.person.name == b.text) == "a.person.name == b.text"
    assert condition(lambda a, b: known(a.other).name == "Ri") == "known(a.other).name == 'Ri'"
    assert condition(lambda a, b: known(known(a.other).age) > 3) == "known(known(a.other).age) > 3"


def test_whole_facts() -> None:
    """A pattern's fact can be compared, concluded into a field, and computed with."""

    @fact
    class Says:
        what: B

    @fact
    class About:
        what: Base

    @rule
    def said(b: B, s: Says) -> None:
        where(s.what == b, b == s.what, s.what != b)
        conclude(Says, what=b)

    assert [text(c) for c in said.conditions] == ["s.what == b", "b == s.what", "s.what != b"]
    assert str(said.conclusions[0]) == "Says(what=b)"

    @rule
    def of_a_subclass(s: Sub, b: Base) -> None:
        where(s == b)
        conclude(About, what=s)

    assert str(of_a_subclass.conclusions[0]) == "About(what=s)"
    assert condition(lambda a, b: check(repr, b)) == "check(repr, b)"


def test_conclusions() -> None:
    """A conclusion has every field, by position or by name, in the order of the type, with defaults and conversions."""

    @rule
    def made(a: A, b: B) -> None:
        conclude(Out)
        conclude(B, a.text, count=b.count + 1)
        conclude(B, count=3, text="x")
        conclude(Number, value=3)
        conclude(Number, value=a.count)
        conclude(Number, value=a.count / 2)
        conclude(Number, value=total(A, lambda x: x.rate))

    assert [str(c) for c in made.conclusions] == [
        "Out(text='out')",
        "B(text=a.text, count=(b.count + 1))",
        "B(text='x', count=3)",
        "Number(value=3.0)",
        "Number(value=a.count)",
        "Number(value=(a.count / 2))",
        "Number(value=total(rate of A()))",
    ]


def test_a_field_may_widen_in_a_conclusion() -> None:
    """A field may be concluded into one that holds its kind and more."""

    @fact
    class Wide:
        value: int | str | None
        base: Base | None

    @rule
    def widened(a: A, s: Sub) -> None:
        conclude(Wide, value=a.count, base=s)
        conclude(Wide, value=a.maybe, base=None)

    assert [str(c) for c in widened.conclusions] == [
        "Wide(value=a.count, base=s)", "Wide(value=a.maybe, base=None)",
    ]  # fmt: skip


def test_lambdas_in_a_loop_see_their_own_constants() -> None:
    """A lambda runs at once: a loop's variable in it has the value of its own round."""
    said = conditions(lambda a, b: [absent(B, lambda x: x.text == name) for name in ("u", "v")])  # noqa: B023
    assert said == ["no B(text='u')", "no B(text='v')"]


def test_rules_and_terms_compare_by_value() -> None:
    """Equal conditions are equal nodes; those that differ in a constant's type are not."""

    def first(a: A) -> None:
        where(a.mixed == 1)
        conclude(Out)

    def other(a: A) -> None:
        where(a.mixed == True)  # noqa: E712 - a symbol
        conclude(Out)

    assert rule(first).conditions == rule(first).conditions
    assert hash(rule(first).conditions[0]) == hash(rule(first).conditions[0])
    assert rule(first).conditions != rule(other).conditions

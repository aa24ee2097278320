"""The meaning of programs, one decision a test; every session here is compared with the naive reference as well."""

from __future__ import annotations

import itertools
import math
import operator
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from pow_rules import (
    Program,
    Rule,
    Session,
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
from pow_rules.errors import EvaluationError, FieldTypeError, NotAssertableError, ProgramWarning
from pow_rules.testing import naive_model


@fact
class Item:
    """item {name} of {n}"""

    name: str
    n: int


@fact
class Key:
    """key {n}"""

    n: int


@fact
class Out:
    """out {n}"""

    n: int


@fact
class Blocked:
    """{n} is blocked"""

    n: int


@fact
class Edge:
    """from {a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """a way from {a} to {b}"""

    a: int
    b: int


@fact
class Weight:
    """{name} weighs {w}"""

    name: str
    w: float


@fact
class Sum:
    """the sum is {w}"""

    w: float


@fact
class Price:
    """{name} costs {amount}"""

    name: str
    amount: Decimal


@fact
class Bill:
    """the bill is {amount}"""

    amount: Decimal


@fact
class Perhaps:
    """{name} has perhaps {n}"""

    name: str
    n: int | None


@fact
class Mixed:
    """{name} is {v}"""

    name: str
    v: int | bool | float


@fact
class Told:
    """told {text}"""

    text: str


@fact
class Yes:
    """it is so"""


class Colour(StrEnum):
    """A string that is no string."""

    RED = "red"


@fact
class Painted:
    """painted {colour}"""

    colour: Colour | str


@fact(abstract=True)
class Animal:
    """animal {name}"""

    name: str


@fact
class Cat(Animal):
    """cat {name}"""


@fact
class Dog(Animal):
    """dog {name} of {age}"""

    age: int


@fact(abstract=True)
class Ghost:
    """ghost {name}"""

    name: str


def run(*rules: Rule, facts: list[Any]) -> Session:
    """Run a program, one fact after the other, and compare with the reference and with the facts at once."""
    program = Program(rules)
    session = Session(program)
    for one in facts:
        session.assert_fact(one)
    model = naive_model(program, facts)
    for found in (session, Session(program, facts), Session(program, facts[::-1])):
        assert set(found.facts()) == model.facts
        assert {d for f in found.facts() for d in found.derivations(f)} == model.derivations
        assert found.derivation_count == len(model.derivations)
        assert len(found.facts()) == len(set(found.facts())) == len(found)
    return session


def outs(session: Session) -> set[int]:
    """Give the numbers of all `Out` facts."""
    return {out.n for out in session.facts(Out)}


# ---- negation --------------------------------------------------------------------------------------------------------


@rule
def free(k: Key) -> None:
    """A key that nothing blocks is out."""
    absent(Blocked, lambda b: b.n == k.n)
    conclude(Out, n=k.n)


@rule
def kept_in(k: Key) -> None:
    """A key that is not out keeps the next one in."""
    absent(Out, lambda o: o.n == k.n)
    conclude(Blocked, n=k.n + 100)


def test_what_breaks_an_absence_withdraws() -> None:
    """Asserting a fact that a rule needs to be absent withdraws what rested on its absence, and what rested on that."""
    session = Session(Program([free]), [Key(1), Key(2)])
    assert outs(session) == {1, 2}
    change = session.assert_fact(Blocked(1))
    assert (change.asserted, change.concluded, change.withdrawn) == ((Blocked(1),), (), (Out(1),))
    assert Out(1) not in session
    assert session.derivations(Out(1)) == ()


def test_an_absence_of_an_absence() -> None:
    """What falls may let something else rise, two strata up."""

    @rule
    def waits(k: Key) -> None:
        absent(Out, lambda o: o.n == k.n)
        conclude(Path, a=k.n, b=0)

    session = Session(Program([free, waits]), [Key(1)])
    change = session.assert_fact(Blocked(1))
    assert change.concluded == (Path(1, 0),)
    assert change.withdrawn == (Out(1),)


def test_a_given_survives_the_fall_of_its_derivation() -> None:
    """A fact that is given as well stays when its derivation falls."""
    session = Session(Program([free]), [Key(1), Out(1)])
    assert session.assert_fact(Blocked(1)).withdrawn == ()
    assert Out(1) in session
    assert session.derivations(Out(1)) == ()


def test_absent_under_inequalities() -> None:
    """An absence may hang on any condition, as in the greatest of several."""

    @rule
    def greatest(k: Key) -> None:
        absent(Key, lambda other: other.n > k.n)
        conclude(Out, n=k.n)

    assert outs(run(greatest, facts=[Key(1), Key(3), Key(2)])) == {3}


# ---- aggregates ------------------------------------------------------------------------------------------------------


def test_aggregates_of_none() -> None:
    """Of no fact the count is 0 and the total zero, and least and most do not match."""

    @rule
    def counted(y: Yes) -> None:
        conclude(Out, n=count(Item))

    @rule
    def totalled(y: Yes) -> None:
        conclude(Out, n=10 + total(Item, lambda i: i.n))

    @rule
    def lowest(y: Yes) -> None:
        conclude(Out, n=20 + least(Item, lambda i: i.n))

    @rule
    def highest(y: Yes) -> None:
        conclude(Out, n=30 + most(Item, lambda i: i.n))

    session = run(counted, totalled, lowest, highest, facts=[Yes()])
    assert outs(session) == {0, 10}
    session.assert_fact(Item("a", 3))
    assert outs(session) == {1, 13, 23, 33}


@pytest.mark.parametrize(("function", "wanted"), [(least, "2"), (most, "3")])
def test_least_and_most_that_only_feed_a_conclusion_hold_the_rule_back(function: Any, wanted: str) -> None:
    """An aggregate that stands only in a conclusion keeps the rule from firing where there is nothing."""

    @rule
    def made(k: Key) -> None:
        conclude(Out, n=function(Item, lambda i: i.n, lambda i: i.n > k.n))

    assert outs(run(made, facts=[Key(1), Key(9), Item("a", 2), Item("b", 3)])) == {int(wanted)}


def test_zeros_are_of_the_fields_type() -> None:
    """The total of no floats is 0.0, of no Decimals Decimal(0)."""

    @rule
    def floats(y: Yes) -> None:
        conclude(Sum, w=total(Weight, lambda w: w.w))

    @rule
    def decimals(y: Yes) -> None:
        conclude(Bill, amount=total(Price, lambda p: p.amount))

    session = run(floats, decimals, facts=[Yes()])
    assert repr(session.facts(Sum)) == "(Sum(w=0.0),)"
    assert repr(session.facts(Bill)) == "(Bill(amount=Decimal('0')),)"


@rule
def summed(y: Yes) -> None:
    """The weights add up."""
    conclude(Sum, w=total(Weight, lambda w: w.w))


@rule
def billed(y: Yes) -> None:
    """The prices add up."""
    conclude(Bill, amount=total(Price, lambda p: p.amount))


def test_total_adds_over_facts() -> None:
    """Two facts of one value both count."""
    assert run(summed, facts=[Yes(), Weight("a", 1.5), Weight("b", 1.5)]).facts(Sum) == (Sum(3.0),)


@pytest.mark.parametrize("order", list(itertools.permutations([1e100, 1.0, -1e100])))
def test_float_totals_do_not_hang_on_order(order: tuple[float, ...]) -> None:
    """Floats are added exactly, then rounded once."""
    assert run(summed, facts=[Yes(), *(Weight(str(w), w) for w in order)]).facts(Sum) == (Sum(1.0),)


@pytest.mark.parametrize("order", sorted(set(itertools.permutations([1e308, 1e308, -1e308]))))
def test_float_totals_that_overflow_on_the_way(order: tuple[float, ...]) -> None:
    """A total that can be held is found whatever the order, also where a partial sum cannot be."""
    facts = [Yes(), *(Weight(str(i), w) for i, w in enumerate(order))]
    assert Session(Program([summed]), facts).facts(Sum) == (Sum(1e308),)


def test_decimal_totals_are_exact() -> None:
    """Decimals are added without rounding to the context's 28 digits."""
    big, small = Decimal(1234567890123456789012345678901234567890), Decimal("0.000000000000000000000000000001")
    session = run(billed, facts=[Yes(), Price("a", big), Price("b", small)])
    (bill,) = session.facts(Bill)
    assert str(bill.amount) == "1234567890123456789012345678901234567890.000000000000000000000000000001"


@pytest.mark.parametrize("order", list(itertools.permutations(["1E+30000", "-1E+30000", "1"])))
def test_decimal_totals_of_far_apart_values(order: tuple[str, ...]) -> None:
    """However far apart the exponents are, the order makes no difference."""
    facts = [Yes(), *(Price(text, Decimal(text)) for text in order)]
    assert Session(Program([billed]), facts).facts(Bill) == (Bill(Decimal(1)),)


@pytest.mark.parametrize("order", list(itertools.permutations([Mixed("a", 1), Mixed("b", 1.0), Mixed("c", 2)])))
def test_least_among_equals_does_not_hang_on_order(order: tuple[Any, ...]) -> None:
    """Where 1 and 1.0 are both least, the same one is taken whatever the order."""

    @fact
    class Number:
        """{name} is {v}"""

        name: str
        v: int | float

    @fact
    class Least:
        """the least is {v}"""

        v: int | float

    @rule
    def lowest(y: Yes) -> None:
        conclude(Least, v=least(Number, lambda m: m.v))

    program = Program([lowest])
    numbers = [Number(m.name, m.v) for m in order]
    fixed = sorted(numbers, key=lambda m: m.name)
    assert Session(program, [Yes(), *numbers]).facts(Least) == Session(program, [Yes(), *fixed]).facts(Least)


def test_the_facts_counted_are_told() -> None:
    """A derivation says function, pattern and value, and holds the facts that were counted."""

    @rule
    def several(k: Key) -> None:
        where(count(Item, lambda i: i.n == k.n) >= 2)
        conclude(Out, n=k.n)

    session = run(several, facts=[Key(1), Item("b", 1), Item("a", 1), Item("c", 2), Key(2)])
    (derivation,) = session.derivations(Out(1))
    (aggregate,) = derivation.aggregates
    assert str(aggregate) == "count(Item(n=1)) = 2"
    assert aggregate.facts == (Item("a", 1), Item("b", 1))
    assert (aggregate.function, aggregate.fact_type, aggregate.value) == ("count", Item, 2)
    assert Out(2) not in session


def test_an_aggregate_inside_an_absence() -> None:
    """An aggregate's value may be used inside the lambda of an absence."""

    @rule
    def above_all(k: Key) -> None:
        top = most(Item, lambda i: i.n, lambda i: i.name == "a")
        absent(Item, lambda i: i.n > top, lambda i: i.name == "b")
        conclude(Out, n=k.n + top)

    session = run(above_all, facts=[Key(1), Item("a", 1), Item("a", 3), Item("b", 2)])
    assert outs(session) == {4}
    assert [str(a) for a in session.derivations(Out(4))[0].absences] == ["no Item(n > 3, name='b')"]
    session.assert_fact(Item("b", 4))
    assert outs(session) == set()


def test_an_aggregate_inside_an_aggregate() -> None:
    """An aggregate's value may be used inside the lambda of another aggregate."""

    @rule
    def above_average(y: Yes) -> None:
        top = most(Key, lambda k: k.n)
        conclude(Out, n=count(Item, lambda i: i.n >= top))

    assert outs(run(above_average, facts=[Yes(), Key(2), Key(1), Item("a", 1), Item("b", 2), Item("c", 3)])) == {2}


def test_aggregates_keep_kinds_apart() -> None:
    """A count over equal values of other types counts only those of the same type."""

    @rule
    def same(m: Mixed) -> None:
        conclude(Out, n=count(Mixed, lambda other: other.v == m.v))

    facts: list[Any] = [Mixed("a", 1), Mixed("b", True), Mixed("c", 1.0), Mixed("d", 1)]  # noqa: FBT003
    session = run(same, facts=facts)
    assert outs(session) == {1, 2}
    assert len(session.derivations(Out(1))) == 2


# ---- present ---------------------------------------------------------------------------------------------------------


def test_present_is_one_derivation() -> None:
    """However many facts match, there is one derivation, with the ground pattern."""

    @rule
    def some(k: Key) -> None:
        present(Item, lambda i: i.n == k.n)
        conclude(Out, n=k.n)

    session = run(some, facts=[Key(1), Item("a", 1), Item("b", 1), Key(2)])
    (derivation,) = session.derivations(Out(1))
    assert [str(p) for p in derivation.presences] == ["some Item(n=1)"]
    assert derivation.premises == (Key(1),)
    assert Out(2) not in session


def test_recursion_through_present() -> None:
    """A conclusion may need the presence of its own kind; a cycle alone holds nothing up."""

    @rule
    def starts(k: Key) -> None:
        conclude(Out, n=k.n)

    @rule
    def spreads(e: Edge) -> None:
        present(Out, lambda o: o.n == e.a)
        conclude(Out, n=e.b)

    edges = [Edge(1, 2), Edge(2, 3), Edge(3, 1), Edge(7, 8), Edge(8, 7)]
    assert outs(run(starts, spreads, facts=[*edges, Key(1)])) == {1, 2, 3}


def test_present_with_other_links_than_equality() -> None:
    """The lambda may order, compute and check."""

    @rule
    def below(k: Key) -> None:
        present(Item, lambda i: i.n < k.n, lambda i: check(str.isupper, i.name))
        conclude(Out, n=k.n)

    assert outs(run(below, facts=[Key(1), Key(2), Key(3), Item("a", 0), Item("B", 1)])) == {2, 3}


def test_present_among_several_patterns() -> None:
    """A presence tied to two patterns at once is still one derivation for each pair."""

    @rule
    def between(k: Key, e: Edge) -> None:
        where(k.n == e.a)
        present(Item, lambda i: i.n > k.n, lambda i: i.n < e.b)
        conclude(Out, n=k.n)

    session = run(between, facts=[Key(1), Edge(1, 4), Edge(1, 2), Item("a", 2), Item("b", 3)])
    assert [d.premises for d in session.derivations(Out(1))] == [(Key(1), Edge(1, 4))]


def test_two_presences_and_an_absence() -> None:
    """Several presences and absences stand side by side."""

    @rule
    def tidy(k: Key) -> None:
        present(Item, lambda i: i.n == k.n, lambda i: i.name == "a")
        present(Item, lambda i: i.n == k.n, lambda i: i.name == "b")
        absent(Item, lambda i: i.n == k.n, lambda i: i.name == "c")
        conclude(Out, n=k.n)

    facts = [Item(name, n) for n, names in ((1, "ab"), (2, "abc"), (3, "a")) for name in names]
    assert outs(run(tidy, facts=[Key(1), Key(2), Key(3), *facts])) == {1}


def test_present_without_conditions() -> None:
    """Any fact of the type will do."""

    @rule
    def anything(k: Key) -> None:
        present(Yes)
        conclude(Out, n=k.n)

    assert outs(run(anything, facts=[Key(1)])) == set()
    assert outs(run(anything, facts=[Key(1), Yes()])) == {1}


# ---- conditions ------------------------------------------------------------------------------------------------------


def test_two_true_branches_are_one_derivation() -> None:
    """`any_of` with two true branches gives one derivation."""

    @rule
    def either(k: Key) -> None:
        where(any_of(k.n > 0, k.n < 10, one_of(k.n, 1)))
        conclude(Out, n=k.n)

    assert len(run(either, facts=[Key(1)]).derivations(Out(1))) == 1


def test_two_patterns_may_match_the_same_fact() -> None:
    """A fact may be both premises of a rule."""

    @rule
    def pairs(a: Key, b: Key) -> None:
        where(a.n <= b.n)
        conclude(Path, a=a.n, b=b.n)

    session = run(pairs, facts=[Key(1), Key(2)])
    assert set(session.facts(Path)) == {Path(1, 1), Path(1, 2), Path(2, 2)}
    assert session.derivations(Path(1, 1))[0].premises == (Key(1), Key(1))


def test_none_joins_none() -> None:
    """Two Nones are equal, and the program warns of it."""

    @rule
    def alike(a: Perhaps, b: Perhaps) -> None:
        where(a.n == b.n, a.name < b.name)
        conclude(Told, text=compute("{}{}".format, a.name, b.name))

    with pytest.warns(ProgramWarning, match=r"rule alike: a\.n == b\.n also holds where both are None"):
        session = run(alike, facts=[Perhaps("a", None), Perhaps("b", None), Perhaps("c", 1), Perhaps("d", 1)])
    assert set(session.facts(Told)) == {Told("ab"), Told("cd")}


def test_known_makes_only_its_comparison_false() -> None:
    """A comparison on `known(x)` is false where x is None, and the conditions around it go on from there."""

    @rule
    def plain(p: Perhaps) -> None:
        where(known(p.n) >= 0)
        conclude(Told, text=compute("plain {}".format, p.name))

    @rule
    def negated(p: Perhaps) -> None:
        where(not_(known(p.n) >= 5))
        conclude(Told, text=compute("negated {}".format, p.name))

    @rule
    def unequal(p: Perhaps) -> None:
        where(known(p.n) != 5)
        conclude(Told, text=compute("unequal {}".format, p.name))

    @rule
    def either(p: Perhaps) -> None:
        where(any_of(known(p.n) > 5, p.name == "none"))
        conclude(Told, text=compute("either {}".format, p.name))

    @rule
    def nothing(p: Perhaps) -> None:
        where(missing(p.n))
        conclude(Told, text=compute("missing {}".format, p.name))

    @rule
    def both(p: Perhaps) -> None:
        where(not_(any_of(known(p.n) > 5, known(p.n) < 5)))
        conclude(Told, text=compute("both {}".format, p.name))

    facts = [Perhaps("none", None), Perhaps("five", 5), Perhaps("nine", 9), Perhaps("one", 1)]
    session = run(plain, negated, unequal, either, nothing, both, facts=facts)
    assert sorted(t.text for t in session.facts(Told)) == sorted([
        "plain five", "plain nine", "plain one",
        "negated none", "negated one",
        "unequal nine", "unequal one",
        "either none", "either nine",
        "missing none",
        "both none", "both five",
    ])  # fmt: skip


def test_known_in_a_conclusion() -> None:
    """Where a conclusion uses `known(x)`, the rule does not fire for None."""

    @rule
    def told(p: Perhaps) -> None:
        conclude(Out, n=known(p.n) + 1)

    assert outs(run(told, facts=[Perhaps("a", None), Perhaps("b", 1)])) == {2}


def test_known_in_an_aggregate() -> None:
    """An aggregate over `known(x)` leaves out the facts where x is None."""

    @rule
    def added(y: Yes) -> None:
        conclude(Out, n=total(Perhaps, lambda p: known(p.n)))

    facts = [Yes(), Perhaps("a", None), Perhaps("b", 1), Perhaps("c", 2)]
    session = run(added, facts=facts)
    assert outs(session) == {3}
    assert session.derivations(Out(3))[0].aggregates[0].facts == (Perhaps("b", 1), Perhaps("c", 2))


def test_known_with_a_fact_valued_field() -> None:
    """A field that may hold a fact can be joined with one, and looked into."""

    @fact
    class Holder:
        """{name} holds {what}"""

        name: str
        what: Item | None

    @rule
    def whole(h: Holder, i: Item) -> None:
        where(known(h.what) == i)
        conclude(Told, text=compute("whole {}".format, h.name))

    @rule
    def inside(h: Holder, k: Key) -> None:
        where(known(h.what).n == k.n)
        conclude(Told, text=compute("inside {}".format, h.name))

    facts = [Holder("a", Item("x", 1)), Holder("b", None), Item("x", 1), Item("x", 2), Key(1)]
    assert set(run(whole, inside, facts=facts).facts(Told)) == {Told("whole a"), Told("inside a")}


# ---- kinds are kept apart --------------------------------------------------------------------------------------------


def test_kinds_are_apart_in_joins() -> None:
    """1, True and 1.0 join only with themselves."""

    @rule
    def same(a: Mixed, b: Mixed) -> None:
        where(a.v == b.v, a.name < b.name)
        conclude(Told, text=compute("{}{}".format, a.name, b.name))

    facts: list[Any] = [
        Mixed("a", 1),
        Mixed("b", True),  # noqa: FBT003
        Mixed("c", 1.0),
        Mixed("d", 1),
        Mixed("e", True),  # noqa: FBT003
        Mixed("f", 1.0),
    ]
    assert {t.text for t in run(same, facts=facts).facts(Told)} == {"ad", "be", "cf"}


def test_kinds_are_apart_in_constants() -> None:
    """A constant matches values of its own type only; so do those of `one_of`, and inequality is the opposite."""

    @rule
    def is_one(m: Mixed) -> None:
        where(m.v == 1)
        conclude(Told, text=compute("one {}".format, m.name))

    @rule
    def is_true(m: Mixed) -> None:
        where(m.v == True)  # noqa: E712 - a symbol
        conclude(Told, text=compute("true {}".format, m.name))

    @rule
    def is_not_true(m: Mixed) -> None:
        where(m.v != True)  # noqa: E712 - a symbol
        conclude(Told, text=compute("not {}".format, m.name))

    @rule
    def among(m: Mixed) -> None:
        where(one_of(m.v, True, 0.0))  # noqa: FBT003
        conclude(Told, text=compute("among {}".format, m.name))

    @rule
    def nowhere(k: Key) -> None:
        absent(Mixed, lambda m: m.v == 1.0)
        conclude(Out, n=k.n)

    facts: list[Any] = [Mixed("int", 1), Mixed("bool", True), Mixed("zero", 0.0), Mixed("no", False), Key(1)]  # noqa: FBT003
    session = run(is_one, is_true, is_not_true, among, nowhere, facts=facts)
    assert {t.text for t in session.facts(Told)} == {
        "one int", "true bool", "not int", "not zero", "not no", "among bool", "among zero",
    }  # fmt: skip
    assert outs(session) == {1}


def test_kinds_are_apart_across_columns() -> None:
    """A column of ints and strings joins one of bools and strings on the strings only."""

    @fact
    class IntStr:
        """left {v}"""

        v: int | str

    @fact
    class BoolStr:
        """right {v}"""

        v: bool | str

    @rule
    def joined(a: IntStr, b: BoolStr) -> None:
        where(a.v == b.v)
        conclude(Told, text=compute(repr, a.v))

    @rule
    def lonely(a: IntStr) -> None:
        absent(BoolStr, lambda b: b.v == a.v)
        conclude(Told, text=compute("no {!r}".format, a.v))

    @rule
    def accompanied(a: IntStr) -> None:
        present(BoolStr, lambda b: b.v == a.v)
        conclude(Told, text=compute("some {!r}".format, a.v))

    facts = [IntStr(1), IntStr(0), IntStr("x"), IntStr("y"), BoolStr(v=True), BoolStr(v=False), BoolStr("x")]
    session = run(joined, lonely, accompanied, facts=facts)
    assert {t.text for t in session.facts(Told)} == {"'x'", "no 1", "no 0", "no 'y'", "some 'x'"}


def test_kinds_are_apart_in_tuples() -> None:
    """Tuples and frozensets of equal values of other types are other values."""

    @fact
    class Bag:
        """{name} is {items}"""

        name: str
        items: tuple[int | bool, ...] | frozenset[int | bool]

    @rule
    def same(a: Bag, b: Bag) -> None:
        where(a.items == b.items, a.name < b.name)
        conclude(Told, text=compute("{}{}".format, a.name, b.name))

    @rule
    def constant(a: Bag) -> None:
        where(a.items == (1, True))
        conclude(Told, text=a.name)

    facts = [
        Bag("a", (1, True)), Bag("b", (True, 1)), Bag("c", (1, True)), Bag("d", frozenset({1})),
        Bag("e", frozenset({True})), Bag("f", frozenset({1})), Bag("g", ()), Bag("h", ()),
    ]  # fmt: skip
    assert {t.text for t in run(same, constant, facts=facts).facts(Told)} == {"ac", "df", "gh", "a", "c"}


def test_enum_members_are_no_strings() -> None:
    """A StrEnum member and its string are two values."""

    @rule
    def text(p: Painted) -> None:
        where(p.colour == "red")
        conclude(Out, n=1)

    @rule
    def member(p: Painted) -> None:
        where(p.colour == Colour.RED)
        conclude(Out, n=2)

    @rule
    def joined(p: Painted, t: Told) -> None:
        where(p.colour == t.text)
        conclude(Out, n=3)

    assert outs(run(text, member, joined, facts=[Painted(Colour.RED), Told("red")])) == {2}
    assert outs(run(text, member, joined, facts=[Painted("red"), Told("red")])) == {1, 3}
    assert len(run(text, member, joined, facts=[Painted("red"), Painted(Colour.RED)]).facts(Painted)) == 2


# ---- abstract fact types ---------------------------------------------------------------------------------------------


def test_abstract_patterns_match_all_subclasses() -> None:
    """A pattern on an abstract type joins the facts of each subclass."""

    @rule
    def named(a: Animal, t: Told) -> None:
        where(a.name == t.text)
        conclude(Out, n=compute(len, a.name))

    facts = [Cat("Tom"), Dog("Rex", 3), Dog("Spike", 9), Told("Tom"), Told("Spike")]
    session = run(named, facts=facts)
    assert outs(session) == {3, 5}
    assert session.derivations(Out(5))[0].premises == (Dog("Spike", 9), Told("Spike"))
    assert set(session.facts(Animal)) == set(facts[:3])


def test_two_abstract_patterns() -> None:
    """Every combination of subclasses joins."""

    @rule
    def namesakes(a: Animal, b: Animal) -> None:
        where(a.name == b.name)
        conclude(Told, text=a.name)

    session = run(namesakes, facts=[Cat("Max"), Dog("Max", 1), Dog("Rex", 1)])
    assert len(session.derivations(Told("Max"))) == 4


def test_abstract_types_in_absent_present_and_count() -> None:
    """Absences, presences and aggregates look at all subclasses together."""

    @rule
    def quiet(t: Told) -> None:
        absent(Animal, lambda a: a.name == t.text)
        conclude(Out, n=1)

    @rule
    def loud(t: Told) -> None:
        present(Animal, lambda a: a.name == t.text)
        conclude(Out, n=2)

    @rule
    def many(t: Told) -> None:
        conclude(Out, n=10 + count(Animal, lambda a: a.name == t.text))

    assert outs(run(quiet, loud, many, facts=[Told("Max")])) == {1, 10}
    assert outs(run(quiet, loud, many, facts=[Told("Max"), Dog("Max", 1)])) == {2, 11}
    session = run(quiet, loud, many, facts=[Told("Max"), Dog("Max", 1), Cat("Max")])
    assert outs(session) == {2, 12}
    assert len(session.derivations(Out(2))) == 1


def test_abstract_types_without_subclasses() -> None:
    """Nothing matches an abstract type that has no subclasses: absent holds, and the count is 0."""

    @rule
    def calm(y: Yes) -> None:
        absent(Ghost)
        conclude(Out, n=count(Ghost))

    @rule
    def haunted(y: Yes) -> None:
        where(count(Ghost, lambda g: g.name == "x") > 0)
        conclude(Out, n=1)

    assert outs(run(calm, haunted, facts=[Yes()])) == {0}


def test_presence_of_an_abstract_type_without_subclasses() -> None:
    """A presence that nothing can satisfy never fires, and the program says so."""

    @rule
    def seen(y: Yes) -> None:
        present(Ghost, lambda g: g.name == "x")
        conclude(Out, n=1)

    with pytest.warns(ProgramWarning, match="rule seen can never fire"):
        assert outs(run(seen, facts=[Yes()])) == set()


def test_a_subclass_made_later_is_not_in_the_program() -> None:
    """The subclasses of an abstract type are fixed when the program is built."""

    @fact(abstract=True)
    class Vehicle:
        """vehicle {name}"""

        name: str

    @fact
    class Car(Vehicle):
        """car {name}"""

    @rule
    def moves(v: Vehicle) -> None:
        conclude(Told, text=v.name)

    session = Session(Program([moves]), [Car("a")])

    @fact
    class Bus(Vehicle):
        """bus {name}"""

    with pytest.raises(NotAssertableError, match=r"Bus\(name='b'\) cannot be asserted: Bus is not in the program"):
        session.assert_fact(Bus("b"))
    assert session.facts(Vehicle) == (Car("a"),)
    assert session.facts(Vehicle, lambda v: v.name == "a") == (Car("a"),)


# ---- rules and facts of unusual shape --------------------------------------------------------------------------------


@rule
def by_default() -> None:
    """Unless it is blocked, 0 is out."""
    absent(Blocked, lambda b: b.n == 0)
    conclude(Out, n=0)


def test_rules_without_patterns_fire_at_the_start() -> None:
    """A rule without patterns fires when the session is made."""
    session = run(by_default, facts=[])
    assert outs(session) == {0}
    assert session.derivations(Out(0))[0].premises == ()


def test_rules_without_patterns_are_held_back_and_withdrawn() -> None:
    """Their absences hold them back, and withdraw what they concluded."""
    assert outs(run(by_default, facts=[Blocked(0)])) == set()
    session = Session(Program([by_default]))
    assert session.assert_fact(Blocked(0)).withdrawn == (Out(0),)


def test_rules_without_patterns_and_with_aggregates() -> None:
    """An aggregate alone may make a rule fire, and fire anew with another value."""

    @rule
    def size() -> None:
        conclude(Out, n=count(Item))

    session = run(size, facts=[])
    assert outs(session) == {0}
    change = session.assert_facts([Item("a", 1), Item("b", 1)])
    assert (change.concluded, change.withdrawn) == ((Out(2),), (Out(0),))


def test_rules_with_only_a_presence() -> None:
    """A rule of a presence alone waits for it."""

    @rule
    def once() -> None:
        present(Item, lambda i: i.n > 3)
        conclude(Yes)

    assert len(run(once, facts=[Item("a", 1)]).facts(Yes)) == 0
    session = run(once, facts=[Item("a", 1), Item("b", 4), Item("c", 5)])
    assert len(session.derivations(Yes())) == 1


def test_facts_without_fields() -> None:
    """A fact type without fields has one fact; it joins, is absent, is counted and concluded."""

    @rule
    def said(y: Yes, k: Key) -> None:
        conclude(Out, n=k.n)

    @rule
    def counted(k: Key) -> None:
        conclude(Out, n=100 + count(Yes))

    @rule
    def without(k: Key) -> None:
        absent(Yes)
        conclude(Out, n=200)

    assert outs(run(said, counted, without, facts=[Key(1)])) == {100, 200}
    assert outs(run(said, counted, without, facts=[Key(1), Yes()])) == {1, 101}


def test_several_conclusions() -> None:
    """Each fact that a rule concludes is a derivation of its own."""

    @rule
    def both(k: Key) -> None:
        conclude(Out, n=k.n)
        conclude(Told, text=compute(str, k.n))

    session = run(both, facts=[Key(1)])
    found = {d.conclusion: d.premises for f in session.conclusions() for d in session.derivations(f)}
    assert found == {Out(1): (Key(1),), Told("1"): (Key(1),)}


def test_two_conclusions_that_meet() -> None:
    """A rule that concludes one fact in two ways has one derivation of it: same rule, same premises."""

    @rule
    def ends(e: Edge) -> None:
        conclude(Out, n=e.a)
        conclude(Out, n=e.b)

    session = run(ends, facts=[Edge(1, 1), Edge(1, 2)])
    assert outs(session) == {1, 2}
    assert len(session.derivations(Out(1))) == 2


def test_recursion_over_several_rules() -> None:
    """Two rules that feed each other reach a fixpoint."""

    @rule
    def direct(e: Edge) -> None:
        conclude(Path, a=e.a, b=e.b)

    @rule
    def longer(p: Path, q: Path) -> None:
        where(p.b == q.a)
        conclude(Path, a=p.a, b=q.b)

    session = run(direct, longer, facts=[Edge(1, 2), Edge(2, 3), Edge(3, 1)])
    assert len(session.facts(Path)) == 9


# ---- facts in facts --------------------------------------------------------------------------------------------------


@fact
class Person:
    """{name}, {age}"""

    name: str
    age: int


@fact
class Said:
    """{who} says {what}"""

    who: Person
    what: str


def test_whole_facts_are_compared() -> None:
    """A pattern's fact can be compared with a field that holds facts, with another pattern's, and with a constant."""

    @rule
    def speaks(p: Person, s: Said) -> None:
        where(s.who == p)
        conclude(Told, text=compute("speaks {}".format, p.name))

    @rule
    def others(p: Person, q: Person) -> None:
        where(p != q)
        conclude(Told, text=compute("{} is not {}".format, p.name, q.name))

    @rule
    def that_one(p: Person) -> None:
        where(p == Person("Ann", 30))
        conclude(Told, text=compute("found {}".format, p.name))

    @rule
    def silent(p: Person) -> None:
        absent(Said, lambda s: s.who == p)
        conclude(Told, text=compute("silent {}".format, p.name))

    facts = [Person("Ann", 30), Person("Bob", 5), Said(Person("Ann", 30), "hi"), Said(Person("Bob", 6), "ho")]
    assert {t.text for t in run(speaks, others, that_one, silent, facts=facts).facts(Told)} == {
        "speaks Ann", "Ann is not Bob", "Bob is not Ann", "found Ann", "silent Bob",
    }  # fmt: skip


def test_nested_fields_are_joined() -> None:
    """A field of a fact that a field holds joins, also inside an absence and an aggregate."""

    @rule
    def older(s: Said, k: Key) -> None:
        where(s.who.age == k.n)
        conclude(Told, text=s.who.name)

    @rule
    def never(k: Key) -> None:
        absent(Said, lambda s: s.who.age == k.n)
        conclude(Out, n=k.n)

    @rule
    def eldest(y: Yes) -> None:
        conclude(Out, n=1000 + most(Said, lambda s: s.who.age))

    facts = [Said(Person("Ann", 30), "hi"), Said(Person("Bob", 5), "ho"), Key(5), Key(6), Yes()]
    session = run(older, never, eldest, facts=facts)
    assert session.facts(Told) == (Told("Bob"),)
    assert outs(session) == {6, 1030}


def test_whole_facts_are_concluded() -> None:
    """A pattern's fact can be put into a field of the conclusion."""

    @rule
    def greets(p: Person) -> None:
        conclude(Said, who=p, what="hello")

    session = run(greets, facts=[Person("Ann", 30)])
    assert session.facts(Said) == (Said(Person("Ann", 30), "hello"),)


# ---- computed values -------------------------------------------------------------------------------------------------


def failing(made: Rule, facts: list[Any]) -> EvaluationError:
    """Run a rule that must fail, and see that the session is empty afterwards."""
    session = Session(Program([made]))
    before = session.facts()
    with pytest.raises(EvaluationError) as caught:
        session.assert_facts(facts)
    assert session.facts() == before
    assert session.givens() == ()
    return caught.value


def test_ints_become_floats() -> None:
    """An int that is concluded for a float field becomes that float."""

    @rule
    def widened(k: Key) -> None:
        conclude(Sum, w=k.n)

    @rule
    def computed(k: Key) -> None:
        conclude(Sum, w=compute(abs, k.n))

    session = run(widened, computed, facts=[Key(-2)])
    assert sorted(map(repr, session.facts(Sum))) == ["Sum(w=-2.0)", "Sum(w=2.0)"]


def test_minus_zero_is_zero() -> None:
    """No fact holds -0.0, however it is computed."""

    @rule
    def negated(w: Weight) -> None:
        conclude(Sum, w=-w.w)

    @rule
    def multiplied(w: Weight) -> None:
        conclude(Sum, w=w.w * -1)

    session = run(negated, multiplied, facts=[Weight("a", 0.0)])
    assert list(map(repr, session.facts(Sum))) == ["Sum(w=0.0)"]


def test_minus_keeps_all_digits() -> None:
    """Changing the sign of a Decimal rounds nothing."""

    @rule
    def negated(p: Price) -> None:
        conclude(Bill, amount=-p.amount)

    long = Decimal("1.2345678901234567890123456789012345678901")
    assert run(negated, facts=[Price("a", long)]).facts(Bill) == (Bill(Decimal(f"-{long}")),)


def test_computed_values_are_checked() -> None:
    """A computed value of the wrong type is an error that names the field."""

    @rule
    def wrong(k: Key) -> None:
        conclude(Out, n=compute(str, k.n))

    error = failing(wrong, [Key(1)])
    assert str(error) == (
        f"{wrong.location}: rule wrong: Out(n=compute(str, k.n)) raised TypeError:"
        " Out.n: expected int, got '1' (str); for k = Key(n=1)"
    )


def test_computed_bools_are_no_ints() -> None:
    """A computed True is no int."""

    @rule
    def wrong(k: Key) -> None:
        conclude(Out, n=compute(bool, k.n))

    assert "expected int, got True (bool)" in str(failing(wrong, [Key(1)]))


def test_nan_is_refused() -> None:
    """Arithmetic that gives NaN is an error with rule and values."""

    @rule
    def difference(a: Weight) -> None:
        conclude(Sum, w=a.w - a.w)

    error = failing(difference, [Weight("a", math.inf)])
    assert str(error) == (
        f"{difference.location}: rule difference: Sum(w=(a.w - a.w)) raised ValueError: NaN is not a value:"
        " it is not even equal to itself; for a = Weight(name='a', w=inf)"
    )


def test_nan_in_a_comparison_is_refused() -> None:
    """So is NaN on the way to a comparison."""

    @rule
    def difference(a: Weight) -> None:
        where(a.w - a.w < 1)
        conclude(Sum, w=a.w)

    assert "NaN" in str(failing(difference, [Weight("a", math.inf)]))
    assert outs(Session(Program([difference, free]), [Weight("a", 1.0)])) == set()


def test_infinities_are_values() -> None:
    """An infinity can be held, compared and added."""

    @rule
    def more(a: Weight) -> None:
        where(a.w > 1e308)
        conclude(Sum, w=a.w + 1)

    assert run(more, facts=[Weight("a", math.inf), Weight("b", 1.0)]).facts(Sum) == (Sum(math.inf),)


def test_opposite_infinities_have_no_total() -> None:
    """A total of infinities of both signs is an error with rule and values."""
    error = failing(summed, [Yes(), Weight("a", math.inf), Weight("b", -math.inf)])
    assert "rule summed: total(w of Weight()) raised ValueError" in str(error)


@pytest.mark.parametrize(
    ("sign", "function"), [("/", operator.truediv), ("//", operator.floordiv), ("%", operator.mod)]
)
def test_division_by_zero(sign: str, function: Any) -> None:
    """Dividing by zero is an error with rule and values."""

    @rule
    def divided(k: Key) -> None:
        where(function(1, k.n) > 0)
        conclude(Out, n=k.n)

    error = failing(divided, [Key(0)])
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert f"rule divided: (1 {sign} k.n) > 0 raised ZeroDivisionError" in str(error)
    assert str(error).endswith("; for k = Key(n=0)")


def test_complex_results_are_refused() -> None:
    """A power that is a complex number is an error."""

    @rule
    def root(w: Weight) -> None:
        conclude(Sum, w=w.w**0.5)

    error = failing(root, [Weight("a", -1.0)])
    assert "raised ValueError: the result is the complex number" in str(error)


def test_powers_of_ints_may_leave_the_ints() -> None:
    """An int to a negative power is a float, which an int field refuses."""

    @rule
    def power(k: Key) -> None:
        conclude(Out, n=2**k.n)

    assert outs(run(power, facts=[Key(3)])) == {8}
    assert "Out.n: expected int, got 0.5 (float)" in str(failing(power, [Key(-1)]))


@pytest.mark.parametrize("answer", [None, 0, 1, "yes"])
def test_checks_give_bools(answer: Any) -> None:
    """A check that gives anything but True or False is an error."""

    def odd(_: int) -> Any:
        return answer

    @rule
    def checked(k: Key) -> None:
        where(check(odd, k.n))
        conclude(Out, n=k.n)

    error = failing(checked, [Key(1)])
    assert str(error) == (
        f"{checked.location}: rule checked: check(odd, k.n) raised TypeError:"
        f" a check must give True or False, and gave {answer!r}; for k = Key(n=1)"
    )


def test_an_error_in_compute_names_everything() -> None:
    """The error names file, line, rule, condition and values, and keeps the cause."""
    table = {1: "one"}

    @rule
    def looked_up(k: Key, i: Item) -> None:
        where(k.n == i.n, compute(table.__getitem__, k.n) == i.name)
        conclude(Out, n=k.n)

    error = failing(looked_up, [Key(1), Item("one", 1), Key(2), Item("two", 2)])
    assert str(error) == (
        f"{looked_up.location}: rule looked_up: compute(dict.__getitem__, k.n) == i.name raised KeyError: 2"
        "; for k = Key(n=2), i = Item(name='two', n=2)"
    )
    assert isinstance(error.__cause__, KeyError)
    assert error.__cause__.args == (2,)


def test_an_error_in_a_rule_without_patterns() -> None:
    """Such a rule has no facts to name."""

    @rule
    def alone() -> None:
        conclude(Out, n=compute(int, "x"))

    with pytest.raises(EvaluationError, match=r"rule alone: .* raised ValueError: invalid literal .*; for no facts$"):
        Session(Program([alone]))


def test_an_error_inside_an_absence() -> None:
    """A check inside an absence that raises is reported for the facts joined so far."""

    @rule
    def safe(k: Key) -> None:
        absent(Item, lambda i: i.n >= k.n, lambda i: check(str.isupper, compute(str.__getitem__, i.name, 5)))
        conclude(Out, n=k.n)

    error = failing(safe, [Key(1), Item("a", 1)])
    assert isinstance(error.__cause__, TypeError | IndexError)
    assert str(error).startswith(f"{safe.location}: rule safe: no Item(n >= k.n, check(")
    assert str(error).endswith("; for k = Key(n=1)")


# ---- the order of conditions -----------------------------------------------------------------------------------------


def recording(calls: list[Any], name: str) -> Any:
    """Make a predicate that records its calls and refuses negative numbers."""

    def predicate(value: int) -> bool:
        calls.append((name, value))
        if value < 0:
            msg = f"{name} got {value}"
            raise ValueError(msg)
        return True

    return predicate


def test_checks_run_after_plain_conditions() -> None:
    """A check sees only what all plain conditions let through, wherever it is written."""
    calls: list[Any] = []
    first, second = recording(calls, "first"), recording(calls, "second")

    @rule
    def guarded(k: Key, e: Edge) -> None:
        where(check(first, k.n), check(second, e.b))
        where(k.n >= 0, e.a == k.n)
        absent(Blocked, lambda b: b.n == k.n)
        present(Item, lambda i: i.n == k.n)
        where(e.b >= 0)
        conclude(Out, n=k.n)

    facts = [Key(-1), Edge(-1, 1), Key(1), Edge(1, -1), Edge(1, 2), Key(3), Edge(3, 3), Blocked(3), Key(4), Edge(4, 4)]
    assert outs(Session(Program([guarded]), [*facts, Item("a", 1), Item("a", 3), Item("a", -1)])) == {1}
    assert calls == [("first", 1), ("second", 2)]


def test_checks_run_in_the_order_written() -> None:
    """What can raise runs in the order written, so that one check may guard the next, also across absences."""

    def positive(value: int) -> bool:
        return value > 0

    @rule
    def ordered(k: Key) -> None:
        where(check(positive, k.n))
        where(10 // k.n > 2)
        absent(Item, lambda i: 10 // k.n == i.n)
        where(compute(math.sqrt, k.n) < 10.0)
        conclude(Out, n=k.n)

    facts = [Key(0), Key(-4), Key(1), Key(3), Key(5), Item("a", 10)]
    assert outs(run(ordered, facts=facts)) == {3}


def test_inner_checks_see_what_inner_conditions_let_through() -> None:
    """Inside absences, presences and aggregates checks run after plain conditions too, and explanations keep to that."""  # noqa: E501

    def fails_on_b(name: str) -> bool:
        if name == "b":
            msg = "b"
            raise ValueError(msg)
        return True

    @rule
    def counted(k: Key) -> None:
        where(count(Item, lambda i: check(fails_on_b, i.name), lambda i: i.n < 5) == 1)
        conclude(Out, n=k.n)

    @rule
    def there(k: Key) -> None:
        present(Item, lambda i: check(fails_on_b, i.name), lambda i: i.n < 5)
        conclude(Out, n=k.n)

    session = Session(Program([counted, there]), [Key(1), Item("a", 1), Item("b", 9)])
    assert outs(session) == {1}
    assert len(session.derivations(Out(1))) == 2
    assert "Item(" in str(session.explain(Out(1), all=True))
    assert session.facts(Item, lambda i: check(fails_on_b, i.name), lambda i: i.n < 5) == (Item("a", 1),)


def test_a_present_check_that_raises_is_guarded_by_what_stands_before() -> None:
    """A check inside a presence sees only what the checks before it let through."""
    calls: list[Any] = []
    inner = recording(calls, "inner")

    def not_two(value: int) -> bool:
        return value != 2

    @rule
    def some(k: Key) -> None:
        where(check(not_two, k.n))
        present(Item, lambda i: i.n >= k.n, lambda i: check(inner, i.n - 5))
        conclude(Out, n=k.n)

    assert outs(Session(Program([some]), [Key(2), Key(7), Item("a", 2), Item("b", 8)])) == {7}


# ---- what cannot be asserted -----------------------------------------------------------------------------------------


def test_facts_are_checked_before_anything_else() -> None:
    """A fact of the wrong type never gets as far as a session."""
    with pytest.raises(FieldTypeError, match=r"Key\.n: expected int, got True \(bool\)"):
        Key(True)  # noqa: FBT003


def test_a_compute_result_that_cannot_be_hashed_matches_nothing() -> None:
    """A computed list equals no field, in the engine and in what explains it."""

    @rule
    def unequal(k: Key) -> None:
        where(count(Item, lambda i: i.n == compute(lambda n: [n], k.n)) == 0)
        conclude(Out, n=k.n)

    session = Session(Program([unequal]), [Key(1), Item("a", 1)])
    assert outs(session) == {1}
    assert session.derivations(Out(1))[0].aggregates[0].value == 0

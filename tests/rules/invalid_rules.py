"""Rules with a mistake each: every mistake that can be seen when a rule is built.

`@invalid(...)` enters a rule into the table, with what its message must say besides file, line and rule; the line of
the mistake is marked `# here`. The whole messages are in `invalid_rules.golden`, which `UPDATE_GOLDENS=1` writes anew.
"""

# Most of what ruff finds here is what the rules are wrong in; and the name of each function says what it shows.
# ruff: noqa: ANN001, ANN201, B015, D103, E711, E712, FBT003, PLW0177, SIM201, SIM300
# mypy: ignore-errors

import datetime as dt
import enum
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pow_rules import (
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


class Outcome(enum.Enum):
    FREED = "freed"
    MOVED = "moved"


class Colour(enum.Enum):
    RED = "red"


class Letter(enum.StrEnum):
    A = "a"


class Grade(enum.Enum):
    LOW = 1
    HIGH = 2

    def __lt__(self, other: "Grade") -> bool:
        return self.value < other.value


@fact
class Graded:
    grade: Grade


@fact
class Opposes:
    actor: str
    prisoner: str
    year: int


@fact
class HeldBy:
    prisoner: str
    holder: str
    age: int | None


@fact
class Settled:
    prisoner: str
    outcome: Outcome


@fact
class Loan:
    who: str
    amount: Decimal
    rate: float
    on: dt.date
    at: dt.datetime
    size: int
    discount: float | None


@fact
class Odd:
    flag: bool
    maybe: bool | None
    tags: tuple[str, ...]
    held: HeldBy
    other: HeldBy | None
    mixed: int | str
    letters: frozenset[str]


@fact
class Refuge:
    host: str
    prisoner: str
    note: str = ""


@fact
class Rated:
    rate: float
    outcome: Outcome | None = None


@fact(abstract=True)
class Stance:
    actor: str


@fact
class Kind(Stance): ...


TABLE: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = {}


def invalid(*says: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Enter a rule into the table, with what its message must say."""

    def enter(function: Callable[[], object]) -> Callable[[], object]:
        TABLE[function.__name__] = (function, says)
        return function

    return enter


# ---- what needs a real value -----------------------------------------------------------------------------------------


@invalid("where(...)", "&")
def and_between_conditions():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == "Russia" and o.prisoner == "Ri")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("any_of(...)", "|")
def or_between_conditions():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == "Russia" or o.prisoner == "Ri")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("not_(...)")
def not_before_a_condition():
    @rule
    def r(o: Opposes) -> None:
        where(not (o.actor == "Russia"))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("one_of(...)")
def in_a_tuple():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor in ("Russia", "Kyiv"))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "one_of(...)")
def in_a_set():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor in {"Russia", "Kyiv"})  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("TypeError", "check(")
def in_a_string():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor in "Russia and Kyiv")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("p.tags", "check(")
def a_constant_in_a_field():
    @rule
    def r(p: Odd) -> None:
        where("a" in p.tags)  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("where(...)")
def an_if():
    @rule
    def r(o: Opposes) -> None:
        if o.actor == "Russia":  # here
            conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)")
def an_if_over_a_field():
    @rule
    def r(p: Odd) -> None:
        conclude(Refuge, host="x" if p.flag else "y", prisoner="Ri")  # here


@invalid("where(...)")
def an_assertion():
    @rule
    def r(o: Opposes) -> None:
        assert o.actor == "Russia"  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("chained comparison")
def a_chained_comparison():
    @rule
    def r(o: Opposes) -> None:
        where(2020 < o.year < 2030)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.prisoner", "compute(")
def an_f_string():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner=f"{o.prisoner}!")  # here


@invalid("o.prisoner", "compute(")
def a_percent_format():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="%s!" % o.prisoner)  # here  # noqa: UP031


@invalid("o.prisoner", "compute(")
def a_format_call():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="{}!".format(o.prisoner))  # here  # noqa: UP032


@invalid("TypeError", "compute(")
def joined_text():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner=" ".join(["Mr", o.prisoner]))  # here  # noqa: FLY002


@invalid("o.year", "compute(str")
def str_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner=str(o.year))  # here


@invalid("o.prisoner", "compute(len")
def len_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        where(len(o.prisoner) > 2)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "compute(int")
def int_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        where(int(o.actor) > 2)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.year", "compute(float")
def float_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        conclude(Rated, rate=float(o.year))  # here


@invalid("o.year", "compute(abs")
def abs_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        where(abs(o.year) > 2)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("l.rate", "compute(round")
def round_of_a_field():
    @rule
    def r(l: Loan) -> None:  # noqa: E741
        conclude(Rated, rate=round(l.rate, 2))  # here


@invalid("o.year", "compute(")
def divmod_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        where(divmod(o.year, 4) == (1, 2))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.year")
def range_over_a_field():
    @rule
    def r(o: Opposes) -> None:
        for _ in range(o.year):  # here
            conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("p.tags", "looped over")
def a_loop_over_a_field():
    @rule
    def r(p: Odd) -> None:
        for tag in p.tags:  # here
            conclude(Refuge, host="x", prisoner=tag)


@invalid("p.tags", "unpacked")
def a_field_unpacked():
    @rule
    def r(p: Odd) -> None:
        one, other = p.tags  # here
        conclude(Refuge, host=one, prisoner=other)


@invalid("p.tags", "compute(")
def an_index():
    @rule
    def r(p: Odd) -> None:
        conclude(Refuge, host=p.tags[0], prisoner="Ri")  # here


@invalid("o.actor", "hashed")
def a_field_as_a_key():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host={"Russia": "Kyiv"}[o.actor], prisoner="Ri")  # here


@invalid("o.actor", "'startswith'", "compute(", "check(")
def a_method_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor.startswith("R"))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.year", "compute(")
def a_function_called_with_a_field():
    @rule
    def r(o: Opposes) -> None:
        where(math.isfinite(o.year) & (o.actor == "x"))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "never change")
def a_field_set():
    @rule
    def r(o: Opposes) -> None:
        o.actor = "Russia"  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "never change")
def a_field_deleted():
    @rule
    def r(o: Opposes) -> None:
        del o.actor  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("+", "o.year", "compute(")
def unary_plus():
    @rule
    def r(o: Opposes) -> None:
        where(+o.year == 3)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


# ---- fields and constants --------------------------------------------------------------------------------------------


@invalid("Opposes", "'prisner'", "did you mean 'prisoner'?")
def an_unknown_field():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner=o.prisner)  # here


@invalid("Opposes", "'zzz'", "actor, prisoner, year")
def an_unknown_field_without_a_near_match():
    @rule
    def r(o: Opposes) -> None:
        where(
            o.actor == "Russia",
            o.zzz == 1,  # here
        )
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("Settled", "'prisner'", "did you mean 'prisoner'?")
def an_unknown_field_in_a_lambda():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: s.prisner == o.prisoner)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("HeldBy", "'holdr'", "did you mean 'holder'?")
def an_unknown_field_of_a_fact_in_a_field():
    @rule
    def r(p: Odd) -> None:
        where(p.held.holdr == "x")  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("p.other", "known(p.other).holder")
def a_field_of_a_fact_that_may_be_none():
    @rule
    def r(p: Odd) -> None:
        where(p.other.holder == "x")  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("'prisoner'")
def a_field_of_a_condition():
    @rule
    def r(o: Opposes) -> None:
        where((o.actor == "x").prisoner == "Ri")  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("o.actor", "expected str", "5 (int)")
def equal_to_a_constant_of_the_wrong_type():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == 5)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "expected str", "5 (int)")
def a_constant_of_the_wrong_type_on_the_left():
    @rule
    def r(o: Opposes) -> None:
        where(5 == o.actor)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.year", "expected int", "True (bool)")
def a_bool_for_an_int():
    @rule
    def r(o: Opposes) -> None:
        where(o.year != True)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "expected str", "Letter.A (Letter)")
def a_str_enum_for_a_str():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == Letter.A)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("s.outcome", "expected Outcome", "'freed' (str)")
def a_string_for_an_enum():
    @rule
    def r(s: Settled) -> None:
        where(s.outcome == "freed")  # here
        conclude(Refuge, host="x", prisoner=s.prisoner)


@invalid("s.outcome", "expected Outcome", "Colour.RED (Colour)")
def a_member_of_another_enum():
    @rule
    def r(s: Settled) -> None:
        where(s.outcome == Colour.RED)  # here
        conclude(Refuge, host="x", prisoner=s.prisoner)


@invalid("d.on", "expected date", "(datetime)")
def a_datetime_for_a_date():
    @rule
    def r(d: Loan) -> None:
        where(d.on == dt.datetime(2025, 3, 5, tzinfo=dt.UTC))  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("d.amount", "expected Decimal", "1.5 (float)")
def a_float_for_a_decimal():
    @rule
    def r(d: Loan) -> None:
        where(d.amount == 1.5)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("d.rate", "expected float", "no float is exactly")
def an_inexact_int_for_a_float():
    @rule
    def r(d: Loan) -> None:
        where(d.rate == 2**53 + 1)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("d.rate", "NaN")
def nan_as_a_constant():
    @rule
    def r(d: Loan) -> None:
        where(d.rate == math.nan)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("NaN")
def nan_in_an_order():
    @rule
    def r(d: Loan) -> None:
        where(d.rate < math.nan)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("Rated.rate", "NaN")
def nan_concluded():
    @rule
    def r(d: Loan) -> None:
        conclude(Rated, rate=math.nan)  # here


@invalid("p.mixed", "tuple", "compute(")
def a_tuple_of_symbols():
    @rule
    def r(p: Odd) -> None:
        where(p.tags == (p.mixed, "x"))  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("p.tags", "expected tuple[str, ...]", "(list)")
def a_list_for_a_tuple():
    @rule
    def r(p: Odd) -> None:
        where(p.tags == ["a"])  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("o.actor", "expected str", "None")
def none_for_a_field_that_is_never_none():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == None)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("missing(")
def is_none():
    @rule
    def r(h: HeldBy) -> None:
        where(h.age is None)  # here
        conclude(Refuge, host="x", prisoner=h.prisoner)


@invalid("o.actor", "expected str", "1 (int)")
def one_of_with_a_constant_of_the_wrong_type():
    @rule
    def r(o: Opposes) -> None:
        where(one_of(o.actor, "Russia", 1))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "at least one")
def one_of_nothing():
    @rule
    def r(o: Opposes) -> None:
        where(one_of(o.actor))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("one_of(o.actor, *")
def one_of_a_list():
    @rule
    def r(o: Opposes) -> None:
        where(one_of(o.actor, ["Russia", "Kyiv"]))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("h.holder")
def one_of_another_field():
    @rule
    def r(o: Opposes, h: HeldBy) -> None:
        where(one_of(o.actor, h.holder))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


# ---- kinds -----------------------------------------------------------------------------------------------------------


@invalid("o.actor == o.year", "str", "int", "never equal")
def fields_that_are_never_equal():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == o.year)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("d.rate == d.size", "float", "int", "never equal")
def an_int_field_and_a_float_field():
    @rule
    def r(d: Loan) -> None:
        where(d.rate == d.size)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("o == h", "Opposes", "HeldBy", "never equal")
def facts_that_are_never_equal():
    @rule
    def r(o: Opposes, h: HeldBy) -> None:
        where(o == h)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o == h.prisoner", "never equal")
def a_fact_and_a_field():
    @rule
    def r(o: Opposes, h: HeldBy) -> None:
        where(o == h.prisoner)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("h.age", "may be None", "known(h.age)")
def ordering_what_may_be_none():
    @rule
    def r(h: HeldBy) -> None:
        where(h.age > 30)  # here
        conclude(Refuge, host="x", prisoner=h.prisoner)


@invalid("o.actor < 5", "str", "int", "no order")
def ordering_a_string_and_an_int():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor < 5)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor < o.year", "no order")
def ordering_fields_without_an_order():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor < o.year)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("s.outcome", "no order")
def ordering_a_plain_enum():
    @rule
    def r(s: Settled) -> None:
        where(s.outcome < Outcome.MOVED)  # here
        conclude(Refuge, host="x", prisoner=s.prisoner)


@invalid("g.grade <= Grade.HIGH", "no order")
def ordering_an_enum_that_has_no_or_equal():
    @rule
    def r(g: Graded) -> None:
        where(g.grade < Grade.HIGH, g.grade <= Grade.HIGH)  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("d.on < d.at", "date", "datetime", "no order")
def ordering_a_date_and_a_datetime():
    @rule
    def r(d: Loan) -> None:
        where(d.on < d.at)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("d.size < '5'", "no order")
def ordering_an_int_and_a_string():
    @rule
    def r(d: Loan) -> None:
        where(d.size < "5")  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("None", "missing(")
def ordering_with_none():
    @rule
    def r(d: Loan) -> None:
        where(d.size > None)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("o", "no order")
def ordering_facts():
    @rule
    def r(o: Opposes, p: Opposes) -> None:
        where(o < p)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "str", "compute(")
def arithmetic_on_a_string():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host=o.actor + " and others", prisoner=o.prisoner)  # here


@invalid("p.flag", "bool")
def arithmetic_on_a_bool():
    @rule
    def r(p: Odd) -> None:
        where(p.flag + 1 == 2)  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("h.age", "may be None", "known(h.age)")
def arithmetic_on_what_may_be_none():
    @rule
    def r(h: HeldBy) -> None:
        where(h.age + 1 == 27)  # here
        conclude(Refuge, host="x", prisoner=h.prisoner)


@invalid("d.amount", "d.rate", "Decimal", "float")
def a_decimal_and_a_float_added():
    @rule
    def r(d: Loan) -> None:
        where(d.amount + d.rate > 1)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("d.amount", "0.5", "Decimal", "float")
def a_decimal_times_a_float_constant():
    @rule
    def r(d: Loan) -> None:
        where(0.5 * d.amount > 1)  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("d.on", "date", "compute(")
def a_date_and_a_timedelta():
    @rule
    def r(d: Loan) -> None:
        where(d.on + dt.timedelta(days=3) > dt.date(2025, 3, 5))  # here
        conclude(Refuge, host="x", prisoner=d.who)


@invalid("-", "o.actor", "str")
def minus_a_string():
    @rule
    def r(o: Opposes) -> None:
        where(-o.actor == "x")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.year")
def an_operator_that_there_is_none_of():
    @rule
    def r(o: Opposes) -> None:
        where(o.year ^ 3 == 2)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "never None")
def missing_of_a_field_that_is_never_none():
    @rule
    def r(o: Opposes) -> None:
        where(missing(o.actor))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor", "never None", "leave known(...) out")
def known_of_a_field_that_is_never_none():
    @rule
    def r(o: Opposes) -> None:
        where(known(o.actor) == "x")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


# ---- conditions ------------------------------------------------------------------------------------------------------


@invalid("o.actor == 'Russia'", "never used", "where(...)")
def a_condition_dropped():
    @rule
    def r(o: Opposes) -> None:
        o.actor == "Russia"  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("never used", "where(...)")
def any_of_dropped():
    @rule
    def r(o: Opposes) -> None:
        any_of(o.actor == "Russia", o.actor == "Kyiv")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("check(isinstance, o.actor)", "never used")
def a_check_dropped():
    @rule
    def r(o: Opposes) -> None:
        check(isinstance, o.actor)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("compute(len, o.actor)", "never used")
def a_computed_value_dropped():
    @rule
    def r(o: Opposes) -> None:
        compute(len, o.actor)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("count(", "never used")
def an_aggregate_dropped():
    @rule
    def r(o: Opposes) -> None:
        count(Settled)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("never used")
def a_sum_dropped():
    @rule
    def r(o: Opposes) -> None:
        o.year + 1  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("settled.outcome", "never used")
def a_condition_dropped_in_a_lambda():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: [s.prisoner == "Ri", s.outcome == Outcome.FREED][0])  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("True", "check(")
def where_true():
    @rule
    def r(o: Opposes) -> None:
        where(True)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("False", "check(")
def where_a_comparison_of_constants():
    @rule
    def r(o: Opposes) -> None:
        where(isinstance(o.actor, str))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where()")
def where_nothing():
    @rule
    def r(o: Opposes) -> None:
        where()  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)", "o.actor", "compare")
def where_a_value():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)", "compute(", "check(")
def where_a_computed_value():
    @rule
    def r(o: Opposes) -> None:
        where(compute(bool, o.actor))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)", "p.maybe")
def where_a_bool_that_may_be_none():
    @rule
    def r(p: Odd) -> None:
        where(p.maybe)  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("where(...)", "'Russia' (str)")
def where_a_string():
    @rule
    def r(o: Opposes) -> None:
        where("Russia")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)", "None")
def where_absent():
    @rule
    def r(o: Opposes) -> None:
        where(absent(Settled))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)", "(function)")
def where_a_lambda():
    @rule
    def r(o: Opposes) -> None:
        where(lambda: o.actor == "Russia")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("&", "o.actor", "value")
def a_field_and_a_condition():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor & (o.year == 3))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("&", "parenthes")
def comparisons_without_parentheses_around_an_ampersand():
    @rule
    def r(o: Opposes) -> None:
        where(o.actor == "Russia" & o.prisoner == "Ri")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("|", "True")
def a_condition_or_true():
    @rule
    def r(o: Opposes) -> None:
        where((o.actor == "Russia") | True)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("o.actor == 'Russia'", "value")
def a_condition_compared():
    @rule
    def r(o: Opposes) -> None:
        where((o.actor == "Russia") == True)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("not_(...)", "o.actor")
def not_of_a_value():
    @rule
    def r(o: Opposes) -> None:
        where(not_(o.actor))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("any_of()")
def any_of_nothing():
    @rule
    def r(o: Opposes) -> None:
        where(any_of())  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("any_of(...)", "(list)")
def any_of_a_list():
    @rule
    def r(o: Opposes) -> None:
        where(any_of([o.actor == "Russia", o.actor == "Kyiv"]))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("check(...)", "function", "o.actor == 'Russia'")
def check_of_a_condition():
    @rule
    def r(o: Opposes) -> None:
        where(check(o.actor == "Russia"))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("check(...)", "function", "p.flag")
def check_of_a_field():
    @rule
    def r(p: Odd) -> None:
        where(check(p.flag))  # here
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("compute(...)", "function", "o.actor")
def compute_of_a_field():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host=compute(o.actor, 1), prisoner=o.prisoner)  # here


@invalid("check(...)", "function", "'Russia'")
def check_of_a_string():
    @rule
    def r(o: Opposes) -> None:
        where(check("Russia", o.actor))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("(list)")
def a_constant_that_no_field_could_hold():
    @rule
    def r(o: Opposes) -> None:
        where(check(len, ["a"]))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


# ---- absences and aggregates -----------------------------------------------------------------------------------------


@invalid("absent(...)", "lambda", "Settled")
def absent_with_a_condition_that_is_no_lambda():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, o.prisoner == "Ri")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("absent(...)", "lambda")
def absent_with_a_constant():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, True)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("absent", "lambda")
def absent_with_keywords():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, prisoner=o.prisoner)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("a lambda of absent(...)", "True", "check(")
def a_lambda_that_gives_true():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: True)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("a lambda of absent(...)", "s", "value")
def a_lambda_that_gives_a_value():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: s.prisoner)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("a lambda of absent(...)", "(tuple)")
def a_lambda_that_gives_two_conditions():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: (s.prisoner == "Ri", s.outcome == Outcome.FREED))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("lambda", "one")
def a_lambda_without_a_parameter():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda: o.prisoner == "Ri")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("absent(...)", "present(...)", "body of the rule")
def absent_inside_a_lambda():
    @rule
    def r(o: Opposes) -> None:
        present(Settled, lambda s: absent(HeldBy, lambda h: h.prisoner == s.prisoner))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("count(...)", "absent(...)", "body of the rule")
def count_inside_a_lambda():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: count(HeldBy) > 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("where(...)", "body of the rule")
def where_inside_a_lambda():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: where(s.prisoner == "Ri"))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("absent(...)", "Person", "@fact")
def absent_of_a_class_that_is_no_fact_type():
    class Person: ...

    @rule
    def r(o: Opposes) -> None:
        absent(Person)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("absent(...)", "o")
def absent_of_a_symbol():
    @rule
    def r(o: Opposes) -> None:
        absent(o)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("settled.prisoner", "absent(...)", "outside")
def a_symbol_leaked_out_of_a_lambda():
    leaked: list[Any] = []

    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: leaked.append(s) or s.prisoner == "Ri")
        where(o.prisoner == leaked[0].prisoner)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("outside")
def a_condition_leaked_out_of_a_lambda():
    leaked: list[Any] = []

    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: leaked.append(s.prisoner == "Ri") or s.prisoner == "Ri")
        where(leaked[0])  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("a.actor", "rule first")
def a_symbol_of_another_rule():
    leaked: list[Any] = []

    @rule
    def first(a: Opposes) -> None:
        leaked.append(a)
        conclude(Refuge, host="x", prisoner=a.prisoner)

    @rule
    def r(o: Opposes) -> None:
        where(o.actor == leaked[0].actor)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("rule first")
def a_symbol_of_another_rule_in_a_lambda():
    leaked: list[Any] = []

    @rule
    def first(a: Opposes) -> None:
        leaked.append(a)
        conclude(Refuge, host="x", prisoner=a.prisoner)

    @rule
    def r(o: Opposes) -> None:
        absent(Settled, lambda s: s.prisoner == leaked[0].actor)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("count(", "rule first")
def an_aggregate_of_another_rule():
    leaked: list[Any] = []

    @rule
    def first(a: Opposes) -> None:
        leaked.append(count(Settled))
        where(leaked[0] > 1)
        conclude(Refuge, host="x", prisoner=a.prisoner)

    @rule
    def r(o: Opposes) -> None:
        where(leaked[0] > 2)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("a.actor", "rule outer")
def a_symbol_of_the_rule_around():
    @rule
    def outer(a: Opposes) -> None:
        @rule
        def r(o: Opposes) -> None:
            where(o.actor == a.actor)  # here
            conclude(Refuge, host="x", prisoner=o.prisoner)

        conclude(Refuge, host="x", prisoner=a.prisoner)


@invalid("absent(...)", "Settled", "absent(Settled, ...)")
def absent_of_a_fact():
    @rule
    def r(o: Opposes) -> None:
        absent(Settled("Ri", Outcome.FREED))  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("lambda", "one")
def a_value_lambda_with_two_parameters():
    @rule
    def r(o: Opposes) -> None:
        where(total(Opposes, lambda a, b: a.year) == 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("total(...)", "who", "str")
def total_over_strings():
    @rule
    def r(o: Opposes) -> None:
        where(total(Loan, lambda d: d.who) == "x")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("total(...)", "discount", "None", "known(")
def total_over_what_may_be_none():
    @rule
    def r(o: Opposes) -> None:
        where(total(Loan, lambda d: d.discount) > 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("least(...)", "mixed", "int | str")
def least_over_mixed_kinds():
    @rule
    def r(o: Opposes) -> None:
        where(least(Odd, lambda p: p.mixed) == 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("most(...)", "age", "None", "known(")
def most_over_what_may_be_none():
    @rule
    def r(o: Opposes) -> None:
        where(most(HeldBy, lambda h: h.age) == 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("least(...)", "outcome", "Outcome")
def least_over_a_plain_enum():
    @rule
    def r(o: Opposes) -> None:
        where(least(Settled, lambda s: s.outcome) == Outcome.FREED)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("total(...)", "computed")
def total_over_a_computed_value():
    @rule
    def r(o: Opposes) -> None:
        where(total(Loan, lambda d: compute(len, d.who)) == 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("total(...)", "lambda")
def total_of_a_field_that_is_no_lambda():
    @rule
    def r(o: Opposes) -> None:
        where(total(Opposes, o.year) == 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("loan.size > 1", "condition", "value")
def total_of_a_condition():
    @rule
    def r(o: Opposes) -> None:
        where(total(Loan, lambda d: d.size > 1) == 1)  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


@invalid("expected int", "'1' (str)", "count(")
def a_count_compared_with_a_string():
    @rule
    def r(o: Opposes) -> None:
        where(count(Settled) == "1")  # here
        conclude(Refuge, host="x", prisoner=o.prisoner)


# ---- conclusions -----------------------------------------------------------------------------------------------------


@invalid("conclude(")
def no_conclusion():
    @rule  # here
    def r(o: Opposes) -> None:
        where(o.actor == "Russia")


@invalid("Refuge", "'prisoner'")
def a_field_missing_in_the_conclusion():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x")  # here


@invalid("Refuge", "'host'", "'prisoner'")
def two_fields_missing_in_the_conclusion():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge)  # here


@invalid("Refuge", "'prisner'", "did you mean 'prisoner'?")
def an_unknown_field_in_the_conclusion():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisner=o.prisoner)  # here


@invalid("Refuge.host", "expected str", "5 (int)")
def a_constant_of_the_wrong_type_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host=5, prisoner=o.prisoner)  # here


@invalid("Refuge.host", "expected str", "None")
def none_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host=None, prisoner=o.prisoner)  # here


@invalid("Refuge.host", "str", "o.year", "int")
def a_field_of_the_wrong_kind_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host=o.year, prisoner=o.prisoner)  # here


@invalid("Rated.outcome", "expected Outcome | None", "'freed' (str)")
def a_string_concluded_for_an_enum():
    @rule
    def r(o: Opposes) -> None:
        conclude(Rated, rate=1, outcome="freed")  # here


@invalid("Opposes.year", "h.age", "known(h.age)")
def what_may_be_none_concluded():
    @rule
    def r(h: HeldBy) -> None:
        conclude(Opposes, actor="x", prisoner=h.prisoner, year=h.age)  # here


@invalid("Opposes.year", "int", "float")
def a_quotient_concluded_for_an_int():
    @rule
    def r(o: Opposes) -> None:
        conclude(Opposes, actor="x", prisoner="Ri", year=o.year / 2)  # here


@invalid("o.actor == 'x'", "value")
def a_condition_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner=o.actor == "x")  # here


@invalid("Refuge.host", "twice")
def a_field_given_twice():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, "x", host="y", prisoner=o.prisoner)  # here


@invalid("Refuge", "3 fields", "4 values")
def too_many_values():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, "x", "y", "z", o.prisoner)  # here


@invalid("Stance", "abstract", "Kind")
def an_abstract_type_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(Stance, actor=o.actor)  # here


@invalid("conclude(Refuge, ")
def a_fact_made_of_symbols():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge(host="x", prisoner=o.prisoner))  # here


@invalid("conclude(Refuge, ")
def a_fact_made_of_constants_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge("x", "Ri"))  # here


@invalid("conclude(...)", "str", "@fact")
def something_else_concluded():
    @rule
    def r(o: Opposes) -> None:
        conclude(str, o.actor)  # here


@invalid("returned", "o.actor == 'Russia'", "where(...)")
def a_condition_returned():
    @rule  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner=o.prisoner)
        return o.actor == "Russia"


@invalid("returned", "Refuge", "conclude(")
def a_fact_returned():
    @rule  # here
    def r(o: Opposes) -> None:
        return Refuge("x", "Ri")


# ---- the function ----------------------------------------------------------------------------------------------------


@invalid("'o'", "no annotation", "@fact")
def a_parameter_without_an_annotation():
    @rule  # here
    def r(o) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("'o'", "str", "@fact")
def a_parameter_of_another_type():
    @rule  # here
    def r(o: str) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("'Opposs'", "fact type")
def an_annotation_that_is_unknown():
    @rule  # here
    def r(o: "Opposs") -> None:  # noqa: F821
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("'o'", "@fact")
def a_parameter_that_may_be_none():
    @rule  # here
    def r(o: Opposes | None) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("o: ", "= None", "plain parameters")
def a_parameter_with_a_default():
    @rule  # here
    def r(o: Opposes = None) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("*facts", "plain parameters")
def star_parameters():
    @rule  # here
    def r(*facts: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("**facts", "plain parameters")
def double_star_parameters():
    @rule  # here
    def r(**facts: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("plain parameters")
def a_keyword_only_parameter():
    @rule  # here
    def r(*, o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("no async")
def an_async_body():
    @rule  # here
    async def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("no yield")
def a_generator():
    @rule  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")
        yield


@invalid("@rule goes on a function", "Opposes")
def a_rule_on_a_class():
    rule(Opposes)


@invalid("@rule goes on a function", "first")
def a_rule_on_a_rule():
    @rule
    def first(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")

    rule(first)


@invalid("lambda", "name")
def a_rule_made_of_a_lambda():
    rule(lambda: conclude(Refuge, host="x", prisoner="Ri"))  # here


@invalid("'probble'", "did you mean 'probable'?")
def a_hedge_that_there_is_none_of():
    @rule(hedge="probble")  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("attribution=5", "string")
def an_attribution_that_is_no_string():
    @rule(attribution=5)  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("cites='¶7'", "tuple of strings")
def cites_as_a_string():
    @rule(cites="¶7")  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("cites=(7,)", "tuple of strings")
def cites_that_are_no_strings():
    @rule(cites=(7,))  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("cites=7", "tuple of strings")
def cites_as_a_number():
    @rule(cites=7)  # here
    def r(o: Opposes) -> None:
        conclude(Refuge, host="x", prisoner="Ri")


@invalid("KeyError", "'Ri'")
def a_body_that_raises():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host={}["Ri"], prisoner="Ri")  # here


@invalid("NameError", "hots")
def a_body_that_misspells_a_name():
    @rule
    def r(o: Opposes) -> None:
        conclude(Refuge, host=hots, prisoner="Ri")  # here  # noqa: F821


@invalid("where(...)", "outside of a rule", "@rule")
def where_outside_of_a_rule():
    where(True)  # here


@invalid("conclude(...)", "outside of a rule", "@rule")
def conclude_outside_of_a_rule():
    conclude(Refuge, host="x", prisoner="Ri")  # here


@invalid("outside of a rule")
def one_of_outside_of_a_rule():
    one_of("a", "a", "b")  # here

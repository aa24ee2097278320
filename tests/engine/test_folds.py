"""Totals: exact, whatever the order, and an error where they cannot be."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pow_rules import Program, Session, conclude, fact, rule, total
from pow_rules.errors import EvaluationError

if TYPE_CHECKING:
    import random


@fact
class Weight:
    """{name} weighs {value}"""

    name: int
    value: float


@fact
class Price:
    """{name} costs {value}"""

    name: int
    value: Decimal


@fact
class WeightSum:
    """{value} in all"""

    value: float


@fact
class PriceSum:
    """{value} in all"""

    value: Decimal


@rule
def weighed() -> None:
    """All weights together."""
    conclude(WeightSum, value=total(Weight, lambda w: w.value))


@rule
def priced() -> None:
    """All prices together."""
    conclude(PriceSum, value=total(Price, lambda p: p.value))


WEIGHED, PRICED = Program([weighed]), Program([priced])


def weight_of(values: list[float]) -> float:
    """Give the total of some weights."""
    (found,) = Session(WEIGHED, [Weight(i, v) for i, v in enumerate(values)]).facts(WeightSum)
    return found.value


def price_of(values: list[Decimal]) -> Decimal:
    """Give the total of some prices."""
    (found,) = Session(PRICED, [Price(i, v) for i, v in enumerate(values)]).facts(PriceSum)
    return found.value


@given(st.lists(st.floats(-1e300, 1e300, allow_nan=False), max_size=8), st.randoms(use_true_random=False))
def test_a_float_total_is_the_exact_sum_rounded_once(values: list[float], rng: random.Random) -> None:
    """The total is the rational sum, rounded, in whatever order the values come."""
    wanted = float(sum(map(Fraction, values)))
    rng.shuffle(values)
    assert weight_of(values) == wanted


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=3), max_size=6))
def test_a_decimal_total_is_the_exact_sum(values: list[Decimal]) -> None:
    """No digit is lost, however many there are."""
    assert Fraction(price_of(values)) == sum(map(Fraction, values))


def test_a_decimal_total_of_very_many_digits() -> None:
    """More digits than Python turns into text at once are added all the same."""
    found = price_of([Decimal("1E+9000"), Decimal(1)])
    assert found.as_tuple().digits == (1, *[0] * 8999, 1)


@pytest.mark.parametrize("order", list(itertools.permutations(["1E+300000", "1", "-1E+300000"])))
def test_decimals_too_far_apart_are_refused_in_any_order(order: tuple[str, ...]) -> None:
    """What would take hundreds of thousands of digits is an error, and not a rounded total."""
    with pytest.raises(EvaluationError, match="too far apart to be added exactly"):
        price_of([Decimal(text) for text in order])


def test_infinities_are_added_as_such() -> None:
    """An infinity outweighs all else; two of opposite sign have no total."""
    assert price_of([Decimal("Infinity"), Decimal(1)]) == Decimal("Infinity")
    assert weight_of([math.inf, 1.0]) == math.inf
    with pytest.raises(EvaluationError, match="rule priced: "):
        price_of([Decimal("Infinity"), Decimal("-Infinity")])
    with pytest.raises(EvaluationError, match="rule weighed: "):
        weight_of([math.inf, -math.inf])


def test_a_float_total_that_is_too_large_is_an_error() -> None:
    """A sum beyond the largest float is reported, and not infinity."""
    with pytest.raises(EvaluationError, match="OverflowError"):
        weight_of([1e308, 1e308])

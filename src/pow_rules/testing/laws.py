"""The laws of semirings, tried on values."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, Any

from pow_rules.errors import SemiringError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pow_rules.semirings import Semiring

__all__ = ["check_semiring"]

_Law = tuple[str, Any, Any]
"""A law as it is written, and its two sides."""


def check_semiring(
    semiring: Semiring[Any], values: Iterable[Any], *, equal: Callable[[Any, Any], bool] = operator.eq
) -> None:
    """Try the laws of a semiring on all combinations of some values.

    Args:
        semiring: the semiring.
        values: some of its values; `zero` and `one` are tried besides. Three or four are enough: every three of them
            are combined.
        equal: tells whether two values are the same. For floats, whose products hang on their order in the last digit,
            `math.isclose`.

    Raises:
        SemiringError: for the first law that is broken, with the values that break it.

    >>> from pow_rules.semirings import COUNTING, Semiring
    >>> check_semiring(COUNTING, [2, 3])
    >>> check_semiring(Semiring("halves", 0, 1, lambda a, b: (a + b) / 2, lambda a, b: a * b), [2, 3])
    Traceback (most recent call last):
    pow_rules.errors.SemiringError: <Semiring halves>: plus(zero, a) is not a, for a = 1: got 0.5 and 1
    """
    found = [semiring.zero, semiring.one, *values]
    for size, laws in ((1, _of_one), (2, _of_two), (3, _of_three)):
        for picked in itertools.product(found, repeat=size):
            for law, left, right in laws(semiring, *picked):
                if not equal(left, right):
                    where = ", ".join(f"{name} = {value!r}" for name, value in zip("abc", picked, strict=False))
                    msg = f"{semiring!r}: {law}, for {where}: got {left!r} and {right!r}"
                    raise SemiringError(msg)


def _of_one(semiring: Semiring[Any], a: Any) -> Iterator[_Law]:
    zero, one, plus, times = semiring.zero, semiring.one, semiring.plus, semiring.times
    yield "plus(zero, a) is not a", plus(zero, a), a
    yield "times(one, a) is not a", times(one, a), a
    yield "times(zero, a) is not zero", times(zero, a), zero
    if semiring.is_absorptive:
        yield "it says that it is absorptive, and plus(one, a) is not one", plus(one, a), one


def _of_two(semiring: Semiring[Any], a: Any, b: Any) -> Iterator[_Law]:
    yield "plus(a, b) is not plus(b, a)", semiring.plus(a, b), semiring.plus(b, a)
    yield "times(a, b) is not times(b, a)", semiring.times(a, b), semiring.times(b, a)


def _of_three(semiring: Semiring[Any], a: Any, b: Any, c: Any) -> Iterator[_Law]:
    plus, times = semiring.plus, semiring.times
    yield "plus(plus(a, b), c) is not plus(a, plus(b, c))", plus(plus(a, b), c), plus(a, plus(b, c))
    yield "times(times(a, b), c) is not times(a, times(b, c))", times(times(a, b), c), times(a, times(b, c))
    yield (
        "times(a, plus(b, c)) is not plus(times(a, b), times(a, c))",
        (times(a, plus(b, c))),
        plus(times(a, b), times(a, c)),
    )

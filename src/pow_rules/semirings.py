"""Semirings: what `Session.fold` counts with when it folds the derivations of a fact into one value.

A semiring says what stands for "there is no way" (`zero`) and for "nothing is asked" (`one`), how the ways to conclude
a fact are put together (`plus`), and how the parts of one way are (`times`). Todd Green, Grigoris Karvounarakis and Val
Tannen, "Provenance Semirings" (PODS 2007), show that all of these questions to a log are one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.hedges import HEDGES as _ORDER
from pow_rules.hedges import Hedge, hedge_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.rules import Rule
    from pow_rules.sources import Given

__all__ = ["BEST_PROOF", "BOOLEAN", "COUNTING", "HEDGES", "WHY", "Semiring", "Witnesses"]

T = TypeVar("T")

Witnesses = frozenset[frozenset[Any]]
"""Sets of facts, none of which contains another one."""


@attrs.frozen(repr=False)
class Semiring(Generic[T]):
    """Two ways to put values together, and what stands for nothing in each.

    It has to keep the laws: `plus` and `times` are associative and commutative, with `zero` and `one` as what changes
    nothing; `times` distributes over `plus`; `zero` times anything is `zero`. `pow_rules.testing.check_semiring` looks
    for values that break them.

    Args:
        name: how messages call it.
        zero: the value of what has no derivation.
        one: the value of what asks for nothing.
        plus: puts two ways to conclude the same together.
        times: puts two parts of one derivation together.
        is_absorptive: whether `plus(one, a)` is `one` for every `a`: a longer way never adds to a shorter one. Only
            then can derivations that go in a circle be folded.
        given: what a given is worth, unless the fold says otherwise; None for `one`.
        rule: what a use of a rule is worth, unless the fold says otherwise; None for `one`.

    Raises:
        ArgumentTypeError: for a name that is no text, or a function that is none.

    >>> steps = Semiring("fewest steps", float("inf"), 0, min, lambda a, b: a + b, is_absorptive=True, rule=lambda r: 1)
    >>> steps.plus(3, steps.times(1, 1))
    2
    """

    name: str
    zero: T
    one: T
    plus: Callable[[T, T], T]
    times: Callable[[T, T], T]
    is_absorptive: bool = attrs.field(default=False, kw_only=True)
    given: Callable[[Given], T] | None = attrs.field(default=None, kw_only=True)
    rule: Callable[[Rule], T] | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not isinstance(cast("object", self.name), str):
            msg = f"Semiring.name: expected some text, got {self.name!r}"
            raise ArgumentTypeError(msg)
        if not isinstance(cast("object", self.is_absorptive), bool):
            msg = f"Semiring.is_absorptive: expected True or False, got {self.is_absorptive!r}"
            raise ArgumentTypeError(msg)
        for name in ("plus", "times", "given", "rule"):
            function = getattr(self, name)
            if not callable(function) and (name in {"plus", "times"} or function is not None):
                msg = f"Semiring.{name}: expected a function, got {function!r}"
                raise ArgumentTypeError(msg)

    def __repr__(self) -> str:
        return f"<Semiring {self.name}>"


def _or(one: bool, other: bool) -> bool:  # noqa: FBT001 - these are the values
    return one or other


def _and(one: bool, other: bool) -> bool:  # noqa: FBT001 - as above
    return one and other


BOOLEAN: Semiring[bool] = Semiring("boolean", zero=False, one=True, plus=_or, times=_and, is_absorptive=True)
"""Whether there is a derivation from what counts as true."""


def _add(one: int, other: int) -> int:
    return one + other


def _multiply(one: Any, other: Any) -> Any:
    return one * other


COUNTING: Semiring[int] = Semiring("counting", 0, 1, _add, _multiply)
"""How many proofs there are; a fact that two sources give has two to begin with. Proofs that go in a circle have no
number."""


_PLACE: dict[Hedge | None, int] = {hedge: place for place, hedge in enumerate((*_ORDER, None))}


def _stronger(one: Hedge | None, other: Hedge | None) -> Hedge | None:
    return one if _PLACE[one] <= _PLACE[other] else other


def _weaker(one: Hedge | None, other: Hedge | None) -> Hedge | None:
    return other if _PLACE[one] <= _PLACE[other] else one


HEDGES: Semiring[Hedge | None] = Semiring(
    "hedges",
    zero=None,
    one="certain",
    plus=_stronger,
    times=_weaker,
    is_absorptive=True,
    given=hedge_of,
    rule=hedge_of,
)
"""How strongly a fact may be said: as its weakest step in the strongest derivation. None where there is none.
What has a number below 1 is probable at best."""


def _point(said: Given | Rule, name: str) -> float:
    """Give the one number that is said, or 1 for what is certain."""
    likelihood = said.likelihood
    if likelihood is not None and likelihood.is_point:
        return likelihood.low
    if likelihood is None and said.hedge == "certain":
        return 1.0
    shown = said.hedge if likelihood is None else str(likelihood)
    msg = f"the best proof needs one number for each step: {name} has none, it is {shown}; pass given= or rule="
    raise ArgumentValueError(msg)


BEST_PROOF: Semiring[float] = Semiring(
    "best proof",
    0.0,
    1.0,
    max,
    _multiply,
    is_absorptive=True,
    given=lambda given: _point(given, repr(given.fact)),
    rule=lambda rule: _point(rule, f"rule {rule.name} ({rule.location})"),
)
"""The product of the numbers along the proof where that is greatest (Viterbi's). It is a proof's probability only if
its steps are independent, and less than the probability of what it proves as soon as there is another proof."""


def _least(sets: frozenset[frozenset[Any]]) -> Witnesses:
    kept: list[frozenset[Any]] = []
    for one in sorted(sets, key=len):
        if not any(other <= one for other in kept):
            kept.append(one)
    return frozenset(kept)


def _either(one: Witnesses, other: Witnesses) -> Witnesses:
    return _least(one | other)


def _together(one: Witnesses, other: Witnesses) -> Witnesses:
    return _least(frozenset(a | b for a in one for b in other))


WHY: Semiring[Witnesses] = Semiring(
    "why",
    zero=frozenset(),
    one=frozenset([frozenset()]),
    plus=_either,
    times=_together,
    is_absorptive=True,
    given=lambda given: frozenset([frozenset([given.fact])]),
)
"""Which minimal sets of givens are enough. There can be very many: `Session.supports` finds one after the other."""

"""Hypothesis strategies: stratified programs over a small vocabulary, and facts for them.

The programs join, filter, recurse, negate, aggregate and compute, over at most three levels; their values stay within
0 to 2, so that every program comes to an end.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pow_rules import (
    Program,
    absent,
    any_of,
    check,
    compute,
    conclude,
    count,
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
from pow_rules.constraints import constraint
from pow_rules.facts import fact_type
from pow_rules.rules import HEDGES
from pow_rules.testing.vocabulary import GIVEN, LAYERS, Both, Maybe, Mixed, One, Shape, ShapeA, ShapeB, Two

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.constraints import Constraint
    from pow_rules.rules import Rule

__all__ = ["constraints", "facts", "programs", "rules"]

_VALUES = st.integers(0, 2)
_PLAIN = 4
"""In how many of six cases a conclusion takes a term as it is."""
_AGGREGATES: dict[str, Callable[..., Any]] = {"total": total, "least": least, "most": most}


def _even(value: int) -> bool:
    return value % 2 == 0


def _wrapped(value: int) -> int:
    return (value + 1) % 3


def _combined(one: int, other: int) -> int:
    return (one + 2 * other) % 3


def facts(*, most_facts: int = 16) -> st.SearchStrategy[list[Any]]:
    """Give lists of facts that may be asserted in generated programs.

    Args:
        most_facts: how long the lists get.
    """
    # Few types and few values: facts that never meet would show nothing.
    common = st.one_of(
        st.builds(One, _VALUES),
        st.builds(Two, _VALUES, _VALUES),
        st.builds(Two, _VALUES, _VALUES),
        *(st.builds(pair, _VALUES, _VALUES) for _, pair in LAYERS),
    )
    rare = st.one_of(
        st.builds(Maybe, _VALUES, st.none() | _VALUES),
        st.builds(Mixed, _VALUES, st.booleans() | _VALUES),
        st.builds(ShapeA, _VALUES),
        st.builds(ShapeB, _VALUES, _VALUES),
        st.builds(Both),
        *(st.builds(single, _VALUES) for single, _ in LAYERS),
    )
    one = st.integers(0, 3).flatmap(lambda n: rare if n == 0 else common)
    many = st.lists(one, min_size=min(8, most_facts), max_size=most_facts)
    return st.integers(0, 5).flatmap(lambda n: st.lists(one, max_size=3) if n == 0 else many)


@st.composite
def programs(draw: st.DrawFn, *, most_rules: int = 6, most_constraints: int = 0) -> Program:
    """Give stratified programs.

    Args:
        draw: hypothesis gives it.
        most_rules: how many rules they have at most.
        most_constraints: how many constraints they have at most.
    """
    levels = draw(st.lists(st.integers(0, len(LAYERS) - 1), min_size=min(2, most_rules), max_size=most_rules))
    made = [draw(rules(level, f"rule_{number}")) for number, level in enumerate(levels)]
    limits = [draw(constraints(f"constraint_{n}")) for n in range(draw(st.integers(0, most_constraints)))]
    return Program([*made, *limits], given=[*GIVEN, *(cls for layer in LAYERS for cls in layer)])


@st.composite
def rules(draw: st.DrawFn, level: int, name: str) -> Rule:
    """Give rules that conclude facts of one level.

    Args:
        draw: hypothesis gives it.
        level: which of `LAYERS` they conclude.
        name: the rule's name.
    """
    below = [*GIVEN, *(cls for layer in LAYERS[:level] for cls in layer)]
    joined = [*below, *LAYERS[level]]
    # The level's own types more often than not: recursion is what can go wrong.
    single, pair = LAYERS[level]
    common = [Two, One, single, pair, pair, pair, *(p for _, p in LAYERS[:level])]
    types = draw(st.lists(st.sampled_from(common), min_size=draw(st.sampled_from([0, 1, 2, 2, 2])), max_size=3))
    if types and draw(st.integers(0, 3)) == 0:
        types[0] = draw(st.sampled_from(joined))
    body = _Body(draw, below, joined, level)
    return rule(hedge=draw(st.sampled_from(HEDGES)))(_function(name, types, body.run))


@st.composite
def constraints(draw: st.DrawFn, name: str) -> Constraint:
    """Give constraints on facts of all levels.

    Args:
        draw: hypothesis gives it.
        name: the constraint's name.
    """
    every = [*GIVEN, *(cls for layer in LAYERS for cls in layer)]
    types = draw(
        st.lists(st.sampled_from([Two, Two, One, *every]), min_size=draw(st.sampled_from([0, 1, 2])), max_size=2)
    )
    body = _Body(draw, every, every, len(LAYERS))
    return constraint(_function(name, types, body.run))


def _function(name: str, types: list[type], body: Callable[..., None]) -> Any:
    """Make a function with as many annotated parameters as there are types."""

    def none() -> None:
        body()

    def one(a: Any) -> None:
        body(a)

    def two(a: Any, b: Any) -> None:
        body(a, b)

    def three(a: Any, b: Any, c: Any) -> None:
        body(a, b, c)

    made = (none, one, two, three)[len(types)]
    made.__annotations__ = dict(zip("abc", types, strict=False))
    made.__name__ = made.__qualname__ = name
    made.__doc__ = f"The statement of {name}."
    return made


class _Body:
    """Draws what a rule's body says, while the body runs."""

    def __init__(self, draw: st.DrawFn, below: list[type], joined: list[type], level: int) -> None:
        self.draw = draw
        self.below = below
        self.joined = joined
        self.level = level

    def run(self, *symbols: Any) -> None:
        types = [s._term.fact_type for s in symbols]  # noqa: SLF001 - only to know what may be asked of it
        if self.draw(st.booleans()) and (symbols or self.level < len(LAYERS)):
            self.run_plainly([self.terms(symbol, cls) for symbol, cls in zip(symbols, types, strict=True)])
            return
        for symbol, cls in zip(symbols, types, strict=True):
            if cls in (Maybe, Mixed) and self.draw(st.booleans()):
                where(self.of_odd_field(symbol, cls))
        terms = [t for symbol, cls in zip(symbols, types, strict=True) for t in self.terms(symbol, cls)]
        # Sparsely: a rule that asks too much never fires, and shows nothing.
        for _ in range(self.draw(st.sampled_from([0, 1, 1, 2]))):
            if terms:
                where(self.condition(terms))
        if self.draw(st.integers(0, 3)) == 0:
            terms = [*terms, self.aggregate(terms)]
        for word, choices in ((absent, self.below), (present, self.joined)):
            if self.draw(st.integers(0, 3)) == 0:
                cls = self.draw(st.sampled_from(choices))
                word(cls, *self.lambdas(cls, terms))
        if self.level == len(LAYERS):
            if not symbols:
                absent(self.draw(st.sampled_from(self.below)))
            return
        for cls in self.draw(st.lists(st.sampled_from(LAYERS[self.level]), min_size=1, max_size=2, unique=True)):
            self.conclude(cls, terms)

    def run_plainly(self, terms: list[list[Any]]) -> None:
        """Say a plain join, which fires often: where derivations are lost or doubled, these show it."""
        for one, other in itertools.pairwise(terms):
            if one and other:
                where(self.draw(st.sampled_from(one)) == self.draw(st.sampled_from(other)))
        if self.level and self.draw(st.booleans()):
            cls = self.draw(st.sampled_from(LAYERS[self.level - 1]))
            every = [t for found in terms for t in found]
            absent(cls, *self.lambdas(cls, every))
        if self.level < len(LAYERS):
            self.conclude(self.draw(st.sampled_from(LAYERS[self.level])), [t for found in terms for t in found])

    def terms(self, symbol: Any, cls: type) -> list[Any]:
        """Give the int fields of a symbol."""
        names = ["x"] if cls in (Maybe, Mixed, Shape) else list(fact_type(cls).field_names)
        return [getattr(symbol, name) for name in names]

    def of_odd_field(self, symbol: Any, cls: type) -> bool:
        """Give a condition on a field that may be None, or that mixes bools and ints."""
        value, truth, y = self.draw(_VALUES), self.draw(st.booleans()), symbol.y
        kinds: list[Callable[[], bool]] = [
            lambda: y == value,
            lambda: y == truth,
            lambda: y != value,
            lambda: one_of(y, truth, value),
        ]
        if cls is Maybe:
            kinds = [lambda: missing(y), lambda: known(y) >= value, lambda: not_(known(y) == value)]
        return self.draw(st.sampled_from(kinds))()

    def condition(self, terms: list[Any]) -> bool:
        """Give a condition on int terms."""
        draw = self.draw
        a, b, value = draw(st.sampled_from(terms)), draw(st.sampled_from(terms)), draw(_VALUES)
        kinds: list[Callable[[], bool]] = [
            lambda: a == b,
            lambda: a == b,
            lambda: a == value,
            lambda: a != b,
            lambda: a < b,
            lambda: a + 1 == b,
            lambda: a <= value,
            lambda: -a + 3 > b,
            lambda: one_of(a, value, 1),
            lambda: any_of(a == b, a == value),
            lambda: not_((a == value) & (b == value)),
            lambda: (a < value) | (b < value),
            lambda: check(_even, a),
            lambda: compute(_wrapped, a) == b,
            lambda: a % 2 == b % 2,
        ]
        return draw(st.sampled_from(kinds))()

    def lambdas(self, cls: type, terms: list[Any]) -> list[Callable[[Any], bool]]:
        """Give lambdas over an inner fact, some of them tied to outer terms."""
        draw = self.draw
        found: list[Callable[[Any], bool]] = []
        for _ in range(draw(st.sampled_from([1, 1, 1, 2, 0]))):
            names = ["x"] if cls in (Maybe, Mixed, Shape) else list(fact_type(cls).field_names)
            if not names:
                break
            name, value = draw(st.sampled_from(names)), draw(_VALUES)
            outer = draw(st.sampled_from(terms)) if terms else value
            found.append(self.one_lambda(name, value, outer))
        return found

    def one_lambda(self, name: str, value: int, outer: Any) -> Callable[[Any], bool]:
        """Give a lambda over one field of an inner fact."""
        kinds: list[Callable[[Any], bool]] = [
            lambda s: getattr(s, name) == outer,
            lambda s: getattr(s, name) == outer,
            lambda s: getattr(s, name) > outer,
            lambda s: getattr(s, name) == value,
            lambda s: getattr(s, name) == outer + 1,
            lambda s: any_of(getattr(s, name) == outer, getattr(s, name) == 1),
            lambda s: check(_even, getattr(s, name)),
        ]
        chosen: Callable[[Any], bool] = self.draw(st.sampled_from(kinds))
        return chosen

    def aggregate(self, terms: list[Any]) -> Any:
        """Give an aggregate over a lower level, held by a condition so that it is used."""
        cls = self.draw(st.sampled_from(self.below))
        lambdas = self.lambdas(cls, terms)
        function = self.draw(st.sampled_from(["count", "total", "least", "most"]))
        if function == "count" or cls is Both:
            value = count(cls, *lambdas)
        else:
            value = _AGGREGATES[function](cls, lambda s: s.x, *lambdas)
        where(value >= self.draw(_VALUES))
        return value

    def conclude(self, cls: type, terms: list[Any]) -> None:
        """Conclude a fact of some terms, kept within 0 to 2."""
        draw = self.draw
        values: dict[str, Any] = {}
        for name in fact_type(cls).field_names:
            value = draw(_VALUES)
            if not terms or draw(st.integers(0, 4)) == 0:
                values[name] = value
                continue
            a, b = draw(st.sampled_from(terms)), draw(st.sampled_from(terms))
            how = draw(st.integers(0, 5))
            values[name] = a if how < _PLAIN else compute(_wrapped, a) if how == _PLAIN else compute(_combined, a, b)
        conclude(cls, **values)

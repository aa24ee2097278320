"""Families of sets none of which contains another, as diagrams: shared, so that few nodes hold very many sets.

A family is a zero-suppressed decision diagram (Minato 1993): a node asks for one variable, and leads to the sets
without it and to the rest of those with it. Keeping only minimal sets at every step, as for the cut sets of fault
trees, is due to Rauzy (1993); the operations are those of Knuth, The Art of Computer Programming 4A, 7.1.4. Products
take a bound: larger sets are left out, and it is remembered by how much the smallest of these was too large.

Diagrams are as high as there are variables, so nothing here recurses: an operation is a generator that asks for the
results it needs.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeAlias

from pow_rules.explain.supports.budget import SpentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.explain.supports.budget import Budget

__all__ = ["EMPTY", "UNIT", "Families"]

Family = int
Asking: TypeAlias = Generator["Asking | int", int, int]

EMPTY = 0
"""The family without a set."""
UNIT = 1
"""The family of the empty set."""

_OFTEN = 256
_REMEMBERED = 1_000_000


class Families:
    """Diagrams over weighted variables, which are numbered from 0 in the order in which nodes ask for them.

    Args:
        weights: the weight of each variable; a set's size is the sum of its variables' weights.
        room: how many nodes there may be.
        budget: how long the operations may take.
    """

    def __init__(self, weights: list[int], room: int, budget: Budget) -> None:
        self.weights = weights
        self.room = room
        self.budget = budget
        # The two families that ask for nothing stand below all variables.
        self.variables = [len(weights), len(weights)]
        self.lows = [EMPTY, UNIT]
        self.highs = [EMPTY, EMPTY]
        # For each family the sizes of its sets, as bits.
        self.sizes = [0, 1]
        self.excess: int | None = None
        self._nodes: dict[tuple[int, int, int], int] = {}
        self._known: dict[tuple[int, int, int], int] = {}
        self._steps = 0

    # ---- making ------------------------------------------------------------------------------------------------

    def single(self, variable: int) -> Family:
        """Give the family of one set of one variable."""
        return self._node(variable, EMPTY, UNIT)

    def union(self, one: Family, other: Family) -> Family:
        """Give the minimal ones of the sets of two families."""
        return self._run(self._union(one, other))

    def product(self, one: Family, other: Family, bound: int) -> Family:
        """Give the minimal ones of the unions of a set of one family and a set of another, up to a size."""
        return self._run(self._product(one, other, bound))

    def _node(self, variable: int, low: int, high: int) -> int:
        if high == EMPTY:
            return low
        found = self._nodes.get((variable, low, high))
        if found is None:
            found = len(self.lows)
            if found > self.room:
                raise SpentError("memory")
            self._nodes[variable, low, high] = found
            self.variables.append(variable)
            self.lows.append(low)
            self.highs.append(high)
            self.sizes.append(self.sizes[low] | self.sizes[high] << self.weights[variable])
        return found

    def _run(self, asked: Asking | int) -> int:
        if isinstance(asked, int):
            return asked
        stack: list[Asking] = [asked]
        result = 0
        send = asked.send
        value: int | None = None
        while stack:
            self._steps += 1
            if self._steps % _OFTEN == 0:
                self.budget.check()
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
            try:
                needed = send(value)  # type: ignore[arg-type] # None starts a generator
            except StopIteration as ended:
                result = ended.value
                stack.pop()
                if stack:
                    send, value = stack[-1].send, result
                continue
            if isinstance(needed, int):
                value = needed
            else:
                stack.append(needed)
                send, value = needed.send, None
        return result

    # ---- operations --------------------------------------------------------------------------------------------

    def _without(self, one: int, other: int) -> Asking | int:
        """The sets of one family that contain none of another."""
        if EMPTY in (one, other):
            return one
        if other in (one, UNIT):
            return EMPTY
        if one == UNIT:
            return UNIT
        known = self._known.get((-1, one, other))
        return self._taken(one, other) if known is None else known

    def _taken(self, one: int, other: int) -> Asking:
        first, second = self.variables[one], self.variables[other]
        if first < second:
            low = yield self._without(self.lows[one], other)
            high = yield self._without(self.highs[one], other)
            made = self._node(first, low, high)
        elif first > second:
            made = yield self._without(one, self.lows[other])
        else:
            low = yield self._without(self.lows[one], self.lows[other])
            high = yield self._without(self.highs[one], self.highs[other])
            high = yield self._without(high, self.lows[other])
            made = self._node(first, low, high)
        self._known[-1, one, other] = made
        return made

    def _union(self, one: int, other: int) -> Asking | int:
        if other in (one, EMPTY):
            return one
        if one == EMPTY:
            return other
        if UNIT in (one, other):
            return UNIT
        if one > other:
            one, other = other, one
        known = self._known.get((-2, one, other))
        return self._united(one, other) if known is None else known

    def _united(self, one: int, other: int) -> Asking:
        first, second = self.variables[one], self.variables[other]
        variable = min(first, second)
        low_one, high_one = (self.lows[one], self.highs[one]) if first == variable else (one, EMPTY)
        low_other, high_other = (self.lows[other], self.highs[other]) if second == variable else (other, EMPTY)
        low = yield self._union(low_one, low_other)
        high = yield self._union(high_one, high_other)
        high = yield self._without(high, low)
        made = self._node(variable, low, high)
        self._known[-2, one, other] = made
        return made

    def _product(self, one: int, other: int, bound: int) -> Asking | int:
        if EMPTY in (one, other):
            return EMPTY
        least = max(_lowest_bit(self.sizes[one]), _lowest_bit(self.sizes[other]))
        if least > bound:
            self._exceeded(least - bound)
            return EMPTY
        if other in (one, UNIT):
            return self._cut(one, bound)
        if one == UNIT:
            return self._cut(other, bound)
        if one > other:
            one, other = other, one
        # A bound that nothing can exceed is the same as any other such bound.
        most = self.sizes[one].bit_length() + self.sizes[other].bit_length() - 2
        bound = min(bound, most)
        known = self._known.get((bound, one, other))
        return self._multiplied(one, other, bound) if known is None else known

    def _multiplied(self, one: int, other: int, bound: int) -> Asking:
        first, second = self.variables[one], self.variables[other]
        variable = min(first, second)
        left = bound - self.weights[variable]
        if first == second:
            low = yield self._product(self.lows[one], self.lows[other], bound)
            either = yield self._union(self.lows[other], self.highs[other])
            high = yield self._product(self.highs[one], either, left)
            more = yield self._product(self.lows[one], self.highs[other], left)
            high = yield self._union(high, more)
        else:
            if first > second:
                one, other = other, one
            low = yield self._product(self.lows[one], other, bound)
            high = yield self._product(self.highs[one], other, left)
            if first > second:
                one, other = other, one
        high = yield self._without(high, low)
        made = self._node(variable, low, high)
        self._known[bound, one, other] = made
        return made

    def _cut(self, family: int, bound: int) -> Asking | int:
        if family == EMPTY or self.sizes[family].bit_length() <= bound + 1:
            return family
        least = _lowest_bit(self.sizes[family])
        if least > bound:
            self._exceeded(least - bound)
            return EMPTY
        known = self._known.get((bound, UNIT, family))
        return self._shortened(family, bound) if known is None else known

    def _shortened(self, family: int, bound: int) -> Asking:
        variable = self.variables[family]
        low = yield self._cut(self.lows[family], bound)
        high = yield self._cut(self.highs[family], bound - self.weights[variable])
        made = self._node(variable, low, high)
        self._known[bound, UNIT, family] = made
        return made

    def _exceeded(self, by: int) -> None:
        if self.excess is None or by < self.excess:
            self.excess = by

    # ---- looking -----------------------------------------------------------------------------------------------

    def count(self, family: Family) -> int:
        """Give how many sets a family has."""
        counts = {EMPTY: 0, UNIT: 1}
        stack = [family]
        while stack:
            here = stack[-1]
            below = [n for n in (self.lows[here], self.highs[here]) if n not in counts]
            if here in counts or not below:
                if here not in counts:
                    counts[here] = counts[self.lows[here]] + counts[self.highs[here]]
                stack.pop()
            else:
                stack += below
        return counts[family]

    def members(self, family: Family) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Give the sets with their sizes: the smallest first, then by their variables."""
        sizes, wanted = self.sizes[family], 0
        while sizes:
            wanted = _lowest_bit(sizes)
            sizes ^= 1 << wanted
            for members in self._of_size(family, wanted):
                yield wanted, members

    def _of_size(self, family: int, wanted: int) -> Iterator[tuple[int, ...]]:
        # What was chosen so far is a linked list: branches share it.
        stack: list[tuple[int, int, tuple[int, object] | None]] = [(family, wanted, None)]
        while stack:
            self.budget.check()
            here, left, chosen = stack.pop()
            if here == UNIT:
                yield _unlinked(chosen)
                continue
            variable, low, high = self.variables[here], self.lows[here], self.highs[here]
            if self.sizes[low] >> left & 1:
                stack.append((low, left, chosen))
            rest = left - self.weights[variable]
            if rest >= 0 and self.sizes[high] >> rest & 1:
                stack.append((high, rest, (variable, chosen)))


def _lowest_bit(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _unlinked(chosen: tuple[int, object] | None) -> tuple[int, ...]:
    found: list[int] = []
    while chosen is not None:
        found.append(chosen[0])
        chosen = chosen[1]  # type: ignore[assignment] # a list of pairs
    return tuple(reversed(found))

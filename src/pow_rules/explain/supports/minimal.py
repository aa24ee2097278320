"""The minimal sets of givens that are enough for the goal of a cone, the smallest first.

One set is found first, by thinning out a light proof, and with its help what every set has, which is split off
(`horn`). What is left is tried in these ways, each where the one before took too much, or did not give enough:

1. all sets at once, as one small diagram (`families`, `fixpoint`), from which they are read the smallest first;
2. the sets up to one size, then up to the next larger size that there may be, until there are those of the first set's
   size: then there is at least one, and none is smaller;
3. all sets at once, as a large diagram;
4. as 2, from where it ended;
5. one set after the other, in no order of size: each new one without a given from each of those known (Reiter 1987,
   whose hitting-set tree Kalyanpur et al. 2007 use for the justifications of an ontology's conclusions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.explain.supports.budget import SpentError
from pow_rules.explain.supports.families import Families
from pow_rules.explain.supports.fixpoint import solved
from pow_rules.explain.supports.horn import Needs
from pow_rules.explain.supports.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pow_rules.explain.supports.budget import Budget, Why
    from pow_rules.explain.supports.cone import Cone

__all__ = ["Minimal"]

_SMALL, _BOUNDED, _LARGE = range(3)
"""The diagrams that there may be: a small one of all sets, one of the sets up to a size, a large one of all."""
_SHARES = (0.3, 0.6, 0.5)
"""By when each of them must be done, as a part of the time."""
_ROOMS = (10_000, 400_000, 200_000)
"""How many nodes each of them may have."""
_TRIED = 100_000
"""How many branches of the third way are kept."""


class Minimal:
    """A search for minimal sets.

    Args:
        cone: the goal, and what it may rest on.
        rank: what givens are ordered by, where nothing else decides.
        budget: how long it may take.

    Attributes:
        always: the givens that every set has.
        knows_always: whether these are all.
        total: how many sets there are, once that is known.
        complete_to: the sets that have this many givens, or fewer, were all given; None where all were.
        why: why the search stopped, where not all sets were given.
    """

    def __init__(self, cone: Cone, rank: Callable[[int], tuple[int, str]], budget: Budget) -> None:
        self.budget = budget
        self.rank = rank
        self.knows_always = False
        self.total: int | None = None
        self.complete_to: int | None = 0
        self.why: Why | None = None
        self.needs = Needs.of(cone, budget)
        # The same set, which grows.
        self.always = self.needs.always
        self._first: frozenset[int] | None = None

    def sets(self) -> Iterator[frozenset[int]]:
        """Give the sets, as the numbers of their givens."""
        given: set[frozenset[int]] = set()
        try:
            self._find_always()
            for way in (self._diagrams, self._one_by_one):
                for found in way():
                    if found not in given:
                        given.add(found)
                        yield found
                if self.complete_to is None:
                    self.total = len(given) if self.total is None else self.total
                    return
        except SpentError as spent:
            self.why = spent.why
            if self._first is not None and self._first not in given:
                yield self._first

    def _whole(self, items: Iterable[int]) -> frozenset[int]:
        return frozenset([*self.always, *(n for item in items for n in self.needs.together[item])])

    # ---- what every set has ------------------------------------------------------------------------------------

    def _find_always(self) -> None:
        """Find one set, and by it all that every set has."""
        if self.needs.demands:
            reach = Reach(self.needs.options, self.needs.demands, self.budget)
            found = self._some(reach, frozenset())
            if found is None:
                raise AssertionError(self.needs.demands)
            self._first = self._whole(found)
            always = self._needed(reach, found)
            if always:
                self.needs.force(always)
        self.knows_always = True

    def _needed(self, reach: Reach, found: frozenset[int]) -> list[int]:
        """Give those of a set that no set can do without: many are tried at once, as most often none is."""
        every = frozenset(self.needs.together)
        open_, always = [sorted(found, key=self._order)], list[int]()
        while open_:
            part = open_.pop()
            if reach.is_enough(every.difference(part)):
                continue
            if len(part) == 1:
                always += part
            else:
                open_ += [part[: len(part) // 2], part[len(part) // 2 :]]
        return always

    def _order(self, item: int) -> tuple[int, str]:
        return min(map(self.rank, self.needs.together[item]))

    def _some(self, reach: Reach, without: frozenset[int]) -> frozenset[int] | None:
        """Find a minimal set without some givens, if there is one."""
        weights = {item: len(stands_for) for item, stands_for in self.needs.together.items() if item not in without}
        enough = reach.lightest(weights)
        return None if enough is None else self._thinned(reach, enough)

    def _thinned(self, reach: Reach, items: set[int]) -> frozenset[int]:
        """Give a minimal set out of some givens that are enough; those late in order go first."""
        options = reach.restricted(items)
        # Most of it can be told at once: what all sets have that these givens leave.
        needs = Needs(options, [options[reach.goal]], {item: (item,) for item in items}, self.budget)
        left = Reach(needs.options, needs.demands, self.budget)
        kept = set(needs.together)
        for item in sorted(kept, key=lambda i: min(map(self._order, needs.together[i])), reverse=True):
            if left.is_enough(kept - {item}):
                kept.remove(item)
        return frozenset([*needs.always, *(item for one in kept for item in needs.together[one])])

    # ---- the ways ----------------------------------------------------------------------------------------------

    def _diagrams(self) -> Iterator[frozenset[int]]:
        """Give all sets, or those up to the size that was got to."""
        items = sorted(self.needs.together, key=self._order)
        weights = [len(self.needs.together[item]) for item in items]
        most, least = sum(weights), min(weights, default=0)
        first = most if self._first is None else len(self._first) - len(self.always)
        if (found := self._solved(items, weights, most, _SMALL)) is not None:
            yield from self._read(items, *found, -1)
            return
        # To guess low costs little: a diagram of twice the size takes many times as long.
        bound, done, is_large_tried = max(least, first // 2), -1, False
        while True:
            if bound > first and not is_large_tried:
                is_large_tried = True
                found = self._solved(items, weights, most, _LARGE)
                if found is not None:
                    yield from self._read(items, *found, done)
                    return
            found = self._solved(items, weights, bound, _BOUNDED)
            if found is None:
                return
            yield from self._read(items, *found, done)
            excess = found[0].excess
            if excess is None:
                return
            done = bound
            bound += excess
            self.complete_to = len(self.always) + bound - 1

    def _solved(self, items: list[int], weights: list[int], bound: int, way: int) -> tuple[Families, int] | None:
        """Give the diagram of the sets up to a size, and where in it these are; None where that took too much."""
        families = Families(weights, _ROOMS[way], self.budget.part(_SHARES[way]))
        try:
            goal = solved(self.needs, families, {item: variable for variable, item in enumerate(items)}, bound)
        except SpentError:
            return None
        families.budget = self.budget
        return families, goal

    def _read(self, items: list[int], families: Families, goal: int, done: int) -> Iterator[frozenset[int]]:
        """Give the sets of a diagram that are larger than what is done, the smallest first."""
        is_all, fixed = families.excess is None, len(self.always)
        if is_all:
            self.total = families.count(goal)
        for size, members in families.members(goal):
            if size > done:
                self.complete_to = fixed + size - 1
                yield self._whole(items[variable] for variable in members)
        if is_all:
            self.complete_to = None

    def _one_by_one(self) -> Iterator[frozenset[int]]:
        """Give minimal sets as they are found."""
        reach = Reach(self.needs.options, self.needs.demands, self.budget)
        found: list[frozenset[int]] = []
        open_: list[frozenset[int]] = [frozenset()]
        tried = {frozenset[int]()}
        # The list grows while it is gone through.
        for without in open_:
            self.budget.check()
            items = next((known for known in found if known.isdisjoint(without)), None)
            if items is None:
                items = self._some(reach, without)
                if items is None:
                    continue
                found.append(items)
                yield self._whole(items)
            for item in sorted(items, key=self._order):
                more = without | {item}
                if more not in tried:
                    if len(tried) > _TRIED:
                        raise SpentError("memory")
                    tried.add(more)
                    open_.append(more)
        self.complete_to = None

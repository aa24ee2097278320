"""What a row needs, made as small as it gets: propositional Horn clauses over the givens below it.

An *item* is a row of a cone, by its number, or a given, by its number inverted (`~`). A row has *options*: sets of
items each of which is enough for it. A *demand* is a set of options of which one has to be met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.explain.supports.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.explain.supports.budget import Budget
    from pow_rules.explain.supports.cone import Cone

__all__ = ["Needs"]

Option = frozenset[int]

_FEW = 64
"""Up to how many options of a row are compared with each other."""
_WORTH_IT = 0.9
"""To what part of the size a round must come for another one to follow."""


class Needs:
    """What the goal of a cone needs.

    It is kept equivalent and made smaller: what every set must have is split off, a row with one option gives way to
    what it needs, and givens that are only ever used together become one, which stands for all of them.

    Args:
        options: the options of each row that the demands lead to.
        demands: what the goal needs.
        together: for each given that is left, by its item, those that it stands for (itself among them).
        budget: how long it may take.

    Attributes:
        always: the givens that every set has, as far as that has been found out.
    """

    def __init__(
        self,
        options: dict[int, set[Option]],
        demands: list[set[Option]],
        together: dict[int, tuple[int, ...]],
        budget: Budget,
    ) -> None:
        self.options = options
        self.demands = demands
        self.together = together
        self.budget = budget
        self.always: set[int] = set()
        self._split_off: set[int] = set()
        self.reduce()

    @classmethod
    def of(cls, cone: Cone, budget: Budget) -> Needs:
        """Give what the goal of a cone needs; `together` and `always` have the numbers of givens."""
        options: dict[int, set[Option]] = {}
        only_given = {number for number in cone.given if not cone.options[number]}
        for number, firings in enumerate(cone.options):
            budget.check()
            if number not in only_given:
                bodies = [
                    frozenset([~item if item in only_given else item for item in cone.bodies[f]]) for f in firings
                ]
                if number in cone.given:
                    bodies.append(frozenset((~number,)))
                options[number] = _minimal(bodies)
        goal: Option = frozenset((~0 if 0 in only_given else 0,))
        return cls(options, [{goal}], {~number: (number,) for number in cone.given}, budget)

    def force(self, items: Iterable[int]) -> None:
        """Take in that every set has some givens, by their items."""
        for item in items:
            self._take(item)
        self.reduce()

    def reduce(self) -> None:
        """Make it smaller, as long as that helps."""
        self._is_new = True
        size: int | None = None
        while size is None or self._size() < _WORTH_IT * size:
            size = self._size()
            self._split()
            if self._is_new:
                self._drop_what_holds()
            self._inline()
            self._bundle()

    def _size(self) -> int:
        return len(self.demands) + len(self.options) + sum(map(len, self.options.values()))

    # ---- what every set has ------------------------------------------------------------------------------------

    def _take(self, item: int) -> None:
        if item not in self._split_off:
            self._split_off.add(item)
            self.always.update(self.together.pop(item))
            self._is_new = True

    def _split(self) -> None:
        """Split off what is common to all options of a demand: it is demanded by itself."""
        open_, self.demands = self.demands, []
        while open_:
            self.budget.check()
            options = open_.pop()
            common = frozenset[int].intersection(*options)
            for item in common - self._split_off:
                if item < 0:
                    self._take(item)
                else:
                    self._split_off.add(item)
                    open_.append(self.options[item])
            if common not in options:
                self.demands.append({option - common for option in options})

    def _drop_what_holds(self) -> None:
        """Leave out what holds once all that every set has is there."""
        self._is_new = False
        holds = {item for item in self._split_off if item < 0}
        reach = Reach(self.options, [], self.budget)
        rows = reach.reached(holds)
        holds |= rows
        if not holds:
            return
        self.options = {
            row: _minimal({option - holds for option in options})
            for row, options in self.options.items()
            if row not in rows
        }
        left = [_minimal({option - holds for option in options}) for options in self.demands]
        self.demands = [options for options in left if frozenset[int]() not in options]

    # ---- what stands for something else ------------------------------------------------------------------------

    def _inline(self) -> None:
        """Put what a row needs in its place, where it has one option and is used once, or needs one thing only."""
        uses: dict[int, int] = {}
        for options in (*self.demands, *self.options.values()):
            self.budget.check()
            for option in options:
                for item in option:
                    uses[item] = uses.get(item, 0) + 1
        self._instead: dict[int, Option] = {}
        for row, options in self.options.items():
            if len(options) == 1:
                (option,) = options
                if len(option) == 1 or uses.get(row, 0) <= 1:
                    self._instead[row] = option
        self.demands = [_minimal(map(self._expanded, options)) for options in self.demands]
        made: dict[int, set[Option]] = {}
        open_ = [item for options in self.demands for option in options for item in option]
        while open_:
            self.budget.check()
            row = open_.pop()
            if row < 0 or row in made:
                continue
            made[row] = _minimal(o for o in map(self._expanded, self.options[row]) if row not in o)
            open_ += [item for option in made[row] for item in option]
        self.options = made

    def _expanded(self, option: Option) -> Option:
        if self._instead.keys().isdisjoint(option):
            return option
        found: set[int] = set()
        seen: set[int] = set(option)
        stack = list(option)
        while stack:
            item = stack.pop()
            instead = self._instead.get(item)
            if instead is None:
                found.add(item)
            else:
                stack += instead - seen
                seen |= instead
        return frozenset(found)

    def _bundle(self) -> None:
        """Make one of the givens that stand in the same options."""
        where: dict[int, list[int]] = {}
        number = 0
        for options in (*self.demands, *self.options.values()):
            self.budget.check()
            for option in options:
                number += 1
                for item in option:
                    if item < 0:
                        where.setdefault(item, []).append(number)
        alike: dict[tuple[int, ...], list[int]] = {}
        for item, places in where.items():
            alike.setdefault(tuple(places), []).append(item)
        gone: set[int] = set()
        for first, *others in alike.values():
            if others:
                self.together[first] = tuple(n for item in (first, *others) for n in self.together[item])
                gone.update(others)
        self.together = {item: self.together[item] for item in where if item not in gone}
        if gone:
            self.options = {row: {o - gone for o in options} for row, options in self.options.items()}
            self.demands = [{o - gone for o in options} for options in self.demands]


def _minimal(options: Iterable[Option]) -> set[Option]:
    """Leave out the options that contain another one."""
    found = set(options)
    if not 1 < len(found) <= _FEW:
        return found
    kept: list[Option] = []
    for option in sorted(found, key=len):
        if not any(other <= option for other in kept):
            kept.append(option)
    return set(kept)

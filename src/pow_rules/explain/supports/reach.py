"""What follows from which givens, where rows have options each of which is enough for them (see `horn`)."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.explain.supports.budget import Budget

__all__ = ["Reach"]

Option = frozenset[int]


class Reach:
    """What follows from which givens, by unit propagation (Dowling and Gallier 1984).

    Args:
        options: the options of each row.
        demands: what the goal needs.
        budget: how long it may take.
    """

    def __init__(self, options: dict[int, set[Option]], demands: list[set[Option]], budget: Budget) -> None:
        self.budget = budget
        # The goal and the demands are rows too, with numbers that no other row has.
        self.goal = max(options, default=0) + 1
        self.heads: list[int] = []
        self.bodies: list[Option] = []
        self.uses: dict[int, list[int]] = {}
        wanted = range(self.goal + 1, self.goal + 1 + len(demands))
        every = [*options.items(), *zip(wanted, demands, strict=True), (self.goal, {frozenset(wanted)})]
        for head, bodies in every:
            budget.check()
            for body in bodies:
                for item in body:
                    self.uses.setdefault(item, []).append(len(self.heads))
                self.heads.append(head)
                self.bodies.append(body)
        self._open = list(map(len, self.bodies))
        self._axioms = [head for head, body in zip(self.heads, self.bodies, strict=True) if not body]

    def reached(self, items: Iterable[int], goal: int | None = None) -> set[int]:
        """Give the rows that follow from some givens, up to a goal if it is among them."""
        open_, heads, uses = self._open[:], self.heads, self.uses
        stack, seen = [*items, *self._axioms], set[int]()
        while stack:
            item = stack.pop()
            if item in seen:
                continue
            seen.add(item)
            if item == goal:
                break
            self.budget.check()
            for option in uses.get(item, ()):
                open_[option] -= 1
                if not open_[option]:
                    stack.append(heads[option])
        return {item for item in seen if item >= 0}

    def is_enough(self, items: Iterable[int]) -> bool:
        """Tell whether the goal follows from some givens."""
        return self.goal in self.reached(items, self.goal)

    def lightest(self, weights: dict[int, int]) -> set[int] | None:
        """Give the givens of a proof that is light, a given counted as often as it is used (Knuth 1977).

        Args:
            weights: the givens that may be used, and what each weighs.

        Returns:
            Givens that are enough, not always a minimal set of them; None where all together are not.
        """
        open_, cost = self._open[:], [0] * len(self.heads)
        chosen: dict[int, int] = {}
        queue = [(weight, item, -1) for item, weight in weights.items()]
        queue += [
            (0, head, at) for at, (head, body) in enumerate(zip(self.heads, self.bodies, strict=True)) if not body
        ]
        heapq.heapify(queue)
        while queue and self.goal not in chosen:
            self.budget.check()
            weight, item, by = heapq.heappop(queue)
            if item in chosen:
                continue
            chosen[item] = by
            for option in self.uses.get(item, ()):
                open_[option] -= 1
                cost[option] += weight
                if not open_[option]:
                    heapq.heappush(queue, (cost[option], self.heads[option], option))
        if self.goal not in chosen:
            return None
        seen, stack = {self.goal}, [self.goal]
        while stack:
            below = [item for item in self.bodies[chosen[stack.pop()]] if item not in seen]
            seen.update(below)
            stack += [item for item in below if item >= 0]
        return {item for item in seen if item < 0}

    def restricted(self, items: set[int]) -> dict[int, set[Option]]:
        """Give the options of rows, those of the goal too, that some givens leave."""
        holds = self.reached(items) | items
        options: dict[int, set[Option]] = {}
        for head, body in zip(self.heads, self.bodies, strict=True):
            if head in holds and body <= holds:
                options.setdefault(head, set()).add(body)
        return options

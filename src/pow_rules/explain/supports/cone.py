"""Cones: all that a row may rest on, through every recorded firing, as a graph of small numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.explain.supports.budget import SpentError
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.explain.supports.budget import Budget
    from pow_rules.log import Firing, Log, Node

__all__ = ["Cone"]

_ROOM = 5_000_000
"""How many premises a cone may have, all firings together."""


class Cone:
    """A row, and all that it may rest on.

    The row itself has the number 0, and rows are numbered by how far they are from it. A firing rests on the rows that
    it joined, hidden ones too, and on those that its aggregates went over. One that rests on its own conclusion is left
    out: no proof needs it.

    Attributes:
        log: the log.
        nodes: the rows, by number.
        levels: how many firings away from the goal each row is.
        given: the numbers of the rows that are given.
        firings: the firings.
        heads: what each of them concludes.
        bodies: what each of them rests on.
        options: the firings that conclude each row.
    """

    def __init__(self, log: Log, goals: Iterable[Node], budget: Budget) -> None:
        self.log = log
        self.nodes: list[Node] = list(goals)
        self.levels: list[int] = [0] * len(self.nodes)
        self.given: set[int] = set()
        self.firings: list[Firing] = []
        self.heads: list[int] = []
        self.bodies: list[frozenset[int]] = []
        self.options: list[list[int]] = []
        self._uses: list[list[int]] | None = None
        self._fill(budget)

    def _fill(self, budget: Budget) -> None:
        log, nodes, levels = self.log, self.nodes, self.levels
        numbers = {node: number for number, node in enumerate(nodes)}
        room = _ROOM
        # The list grows while it is gone through.
        for at, node in enumerate(nodes):
            budget.check()
            if log.base.relations[node[0]].rows[node[1]] in log.base.givens[node[0]]:
                self.given.add(at)
            own: list[int] = []
            self.options.append(own)
            for firing in log.firings(node):
                body: set[int] = set()
                for premise in (*log.joined(firing), *log.counted(firing)):
                    number = numbers.setdefault(premise, len(nodes))
                    if number == len(nodes):
                        nodes.append(premise)
                        levels.append(levels[at] + 1)
                    body.add(number)
                if at in body:
                    continue
                room -= 1 + len(body)
                if room < 0:
                    raise SpentError("memory")
                own.append(len(self.heads))
                self.firings.append(firing)
                self.heads.append(at)
                self.bodies.append(frozenset(body))

    @property
    def uses(self) -> list[list[int]]:
        """The firings that rest on each row."""
        if self._uses is None:
            made: list[list[int]] = [[] for _ in self.nodes]
            for firing, body in enumerate(self.bodies):
                for premise in body:
                    made[premise].append(firing)
            self._uses = made
        return self._uses

    # ---- proofs ------------------------------------------------------------------------------------------------

    def proof(self, givens: Iterable[int], budget: Budget) -> list[int]:
        """Give the firings of one proof of the goal from some givens that are enough.

        A given is not looked behind. Else a firing of least height is taken; ties are broken by the rule's name, then
        by the premises, so that the proof does not hang on the order of assertion.
        """
        from_these = frozenset(givens)
        heights = self._heights(from_these, budget)
        found: list[int] = []
        seen, stack = {0}, [0]
        while stack:
            budget.check()
            node = stack.pop()
            if node in from_these:
                continue
            firing = self._lowest(node, heights)
            found.append(firing)
            below = [premise for premise in self.bodies[firing] if premise not in seen]
            seen.update(below)
            stack += below
        return found

    def _heights(self, givens: frozenset[int], budget: Budget) -> dict[int, int]:
        """Give the heights of the rows that follow from some givens, up to that of the goal."""
        uses, bodies, heads = self.uses, self.bodies, self.heads
        heights = dict.fromkeys(givens, 0)
        lacking: dict[int, int] = {}
        height, new = 0, list(givens)
        ready = [heads[firing] for firing in self._axioms()]
        while 0 not in heights:
            height += 1
            for node in new:
                budget.check()
                for firing in uses[node]:
                    left = lacking.get(firing, len(bodies[firing])) - 1
                    lacking[firing] = left
                    if not left:
                        ready.append(heads[firing])
            new = [node for node in dict.fromkeys(ready) if node not in heights]
            heights.update(dict.fromkeys(new, height))
            ready = []
        return heights

    def _axioms(self) -> list[int]:
        """Give the firings that rest on nothing."""
        return [firing for firing, body in enumerate(self.bodies) if not body]

    def _lowest(self, node: int, heights: dict[int, int]) -> int:
        best = heights[node]
        firings = [
            firing
            for firing in self.options[node]
            if all(premise in heights and heights[premise] < best for premise in self.bodies[firing])
        ]
        return firings[0] if len(firings) == 1 else min(firings, key=self._order)

    def _order(self, firing: int) -> tuple[str, int, tuple[str, ...]]:
        said = self.firings[firing]
        joined = (self.log.base.relations[relation].rows[number] for relation, number in self.log.joined(said))
        return self.log.conditional(said).name, said.clause.index, tuple(map(canonical, joined))

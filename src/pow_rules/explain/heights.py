"""Heights: how far a fact is from the givens.

A given has height 0; a conclusion 1 more than the highest premise of the derivation where that is least. Since a
conclusion is always higher than some premise set that it rests on, heights also tell a well-founded derivation from one
that goes in a circle (Knuth 1977 generalises Dijkstra's algorithm to this case).
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pow_rules.log import Firing, Log, Node

__all__ = ["Heights"]


class Heights:
    """The heights of a log's rows, computed as they are asked for and kept until the log changes."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._known: dict[Node, int] = {}
        self._version = log.base.version

    def of(self, node: Node) -> int:
        """Give the height of a row that holds."""
        if self._version != self.log.base.version:
            self._known = {}
            self._version = self.log.base.version
        if node not in self._known:
            self._settle(node)
        return self._known[node]

    def of_firing(self, firing: Firing) -> int:
        """Give 1 more than the highest premise of a firing."""
        below = [*self.log.joined(firing), *self.log.counted(firing)]
        return 1 + max(map(self.of, below), default=0)

    def _settle(self, goal: Node) -> None:
        """Settle all rows that the goal rests on, lowest first."""
        cone = _Cone(self.log, goal, self._known)
        queue = cone.lowest
        heapq.heapify(queue)
        settled: dict[Node, int] = {}
        while queue:
            height, node = heapq.heappop(queue)
            if node in settled:
                continue
            settled[node] = height
            for number in cone.uses.get(node, ()):
                cone.open[number] -= 1
                if not cone.open[number]:
                    head, step = cone.heads[number]
                    heapq.heappush(queue, (height + step, head))
        self._known.update(settled)


class _Cone:
    """Everything that a row may rest on.

    Attributes:
        open: for each firing, how many of its premises are not settled.
        heads: for each firing, its conclusion, and how much higher that is than the premises.
        uses: the firings that each row is a premise of.
        lowest: the rows whose height is known from the start, with it.
    """

    def __init__(self, log: Log, goal: Node, known: dict[Node, int]) -> None:
        self.open: list[int] = []
        self.heads: list[tuple[Node, int]] = []
        self.uses: dict[Node, list[int]] = {}
        self.lowest: list[tuple[int, Node]] = []
        seen = {goal}
        stack = [goal]
        while stack:
            node = stack.pop()
            if node in known:
                self.lowest.append((known[node], node))
                continue
            if log.sources(node) is not None:
                self.lowest.append((0, node))
                continue
            # The relations that `present` makes are no step of their own.
            step = 0 if log.is_hidden(node[0]) else 1
            for firing in log.firings(node):
                below = {*log.joined(firing), *log.counted(firing)}
                if not below:
                    self.lowest.append((step, node))
                for premise in below:
                    self.uses.setdefault(premise, []).append(len(self.open))
                    if premise not in seen:
                        seen.add(premise)
                        stack.append(premise)
                self.open.append(len(below))
                self.heads.append((node, step))

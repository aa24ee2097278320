"""Strengths: how strongly each row may be said, and which steps it owes that to."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from pow_rules.explain.bounds.claims import Sure
from pow_rules.explain.bounds.interval import Intervals
from pow_rules.explain.bounds.steady import can_be_upset, upset_in
from pow_rules.explain.fold.evaluate import Valuation, evaluate
from pow_rules.explain.fold.graph import Graph
from pow_rules.hedges import hedge_of
from pow_rules.semirings import HEDGES
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.explain.bounds.steady import Upset
    from pow_rules.hedges import Hedge
    from pow_rules.log import Firing, Log, Node

__all__ = ["Strengths"]


def _no_check() -> None:
    """Take as long as it takes."""


class Strengths:
    """The strengths of a log's rows, found as they are asked for and kept until the log changes.

    A row is as strong as its strongest derivation, and that as its weakest step: the fold under `HEDGES`. Of the
    derivations that are as strong as that, one is chosen: each row on the way by the steps that lead to something as
    weak in the fewest stages. What is stronger is not looked behind, so that only steps are named which hold it down.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self._hedges: dict[Node, Hedge | None] = {}
        self._ranks: dict[Node, int] = {}
        self._chosen: dict[Node, tuple[Firing | None, tuple[Node, ...]]] = {}
        self._landings: dict[Node, Node] = {}
        self._upset_by: dict[int, bool] = {}
        self._intervals = Intervals(log, _no_check)
        self._version = log.base.version

    def of(self, node: Node) -> Hedge:
        """Give how strongly a row that holds may be said."""
        self._refresh()
        if node not in self._hedges:
            graph = Graph(self.log, [node], self._hedges)
            worth = Valuation(HEDGES.zero, HEDGES.plus, self._given, self._concluded, is_absorptive=True)
            evaluate(graph, worth, self._hedges)
        return self._hedge(node)

    def weakest(self, goal: Node) -> Iterator[tuple[Node, Firing | None]]:
        """Give the weakest steps of the derivation chosen, those nearest to the row first on each branch.

        Returns:
            A row with the firing that is weak; None where what is weak is what the row is given by. Nothing for a row
            that is certain.
        """
        hedge = self.of(goal)
        if hedge == "certain":
            return
        seen: set[Node] = set()
        stack = [goal]
        while stack:
            node = self._landing(stack.pop())
            if node in seen:
                continue
            seen.add(node)
            firing, below = self._choice(node)
            if self._is_weak(node, firing, hedge):
                yield node, firing
            stack += reversed(below)

    def upset(self, node: Node) -> Upset | None:
        """Give something uncertain that keeps up an absence or an aggregate on the way to a row: no hedge tells of it.

        As in bounds, which refuse there.
        """
        self._refresh()
        if node[0] not in self._upset_by:
            self._upset_by[node[0]] = can_be_upset(self.log, node[0])
        if not self._upset_by[node[0]]:
            return None
        return upset_in(self.log, Graph(self.log, [node], Sure(self.log)), self._intervals, _no_check)

    # ---- hedges ------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._version != self.log.base.version:
            self._hedges, self._ranks, self._chosen, self._landings = {}, {}, {}, {}
            self._intervals = Intervals(self.log, _no_check)
            self._version = self.log.base.version

    def _hedge(self, node: Node) -> Hedge:
        found = self._hedges[node]
        if found is None:
            raise AssertionError(node)
        return found

    def _given(self, node: Node) -> Hedge | None:
        said = self.log.attestations(node)
        found: Hedge | None = None
        for one in said or ():
            found = HEDGES.plus(found, hedge_of(one))
        return found

    def _concluded(self, firing: Firing, below: list[Hedge | None]) -> Hedge | None:
        found: Hedge | None = hedge_of(self.log.rule(firing))
        for hedge in below:
            found = HEDGES.times(found, hedge)
        return found

    # ---- the derivation chosen ---------------------------------------------------------------------------------

    def _is_weak(self, node: Node, firing: Firing | None, hedge: Hedge) -> bool:
        if firing is None:
            return True
        return not self.log.is_hidden(node[0]) and hedge_of(self.log.rule(firing)) == hedge

    def _landing(self, node: Node) -> Node:
        """Give the first row from one on that is held down by its own step, or by several rows: not by one alone."""
        path: list[Node] = []
        while node not in self._landings:
            path.append(node)
            firing, below = self._choice(node)
            if len(below) != 1 or self._is_weak(node, firing, self._hedge(node)):
                self._landings[node] = node
            else:
                (node,) = below
        found = self._landings[node]
        self._landings.update(dict.fromkeys(path, found))
        return found

    def _choice(self, node: Node) -> tuple[Firing | None, tuple[Node, ...]]:
        """Give the firing chosen for a row, None if it is given as strongly, and the rows below that are as weak."""
        found = self._chosen.get(node)
        if found is None:
            if node not in self._ranks:
                self._rank(node)
            found = self._chosen[node] = self._chosen_for(node)
        return found

    def _chosen_for(self, node: Node) -> tuple[Firing | None, tuple[Node, ...]]:
        hedge = self._hedge(node)
        if self._is_given_as(node, hedge):
            return None, ()
        options = [
            (max((1 + self._ranks[premise] for premise in weak), default=0), firing, weak)
            for firing, weak in self._options(node, hedge)
        ]
        least = min(rank for rank, _, _ in options)
        kept = [(firing, weak) for rank, firing, weak in options if rank == least]
        return kept[0] if len(kept) == 1 else min(kept, key=lambda option: self._order(node, option[0]))

    def _order(self, node: Node, firing: Firing) -> tuple[str, tuple[str, ...]]:
        if self.log.is_hidden(node[0]):
            return "", (canonical(self.log.fact(self.log.joined(firing)[-1])),)
        return self.log.derivation(firing, node).order

    def _options(self, node: Node, hedge: Hedge) -> Iterator[tuple[Firing, tuple[Node, ...]]]:
        """Give the firings of a row that are as strong as it, each with the rows that are no stronger."""
        log, hedges = self.log, self._hedges
        is_view = log.is_view(node[0])
        for firing in log.firings(node):
            body = log.joined(firing)[-1:] if is_view else [*log.joined(firing), *log.counted(firing)]
            below: list[Hedge | None] = [hedges[premise] for premise in body]
            if (below[0] if is_view else self._concluded(firing, below)) == hedge:
                yield firing, tuple(dict.fromkeys(premise for premise in body if hedges[premise] == hedge))

    def _is_given_as(self, node: Node, hedge: Hedge) -> bool:
        return not self.log.is_hidden(node[0]) and self._given(node) == hedge

    def _rank(self, goal: Node) -> None:
        """Find how many stages it takes from some rows to what holds them down, the lowest first (as heights are)."""
        hedge, ranks = self._hedge(goal), self._ranks
        queue: list[tuple[int, Node]] = []
        heads: list[Node] = []
        lacking: list[int] = []
        uses: dict[Node, list[int]] = {}
        seen, stack = {goal}, [goal]
        while stack:
            node = stack.pop()
            if node in ranks or self._is_given_as(node, hedge):
                queue.append((ranks.get(node, 0), node))
                continue
            for _, weak in self._options(node, hedge):
                if not weak:
                    queue.append((0, node))
                for premise in weak:
                    uses.setdefault(premise, []).append(len(heads))
                    if premise not in seen:
                        seen.add(premise)
                        stack.append(premise)
                heads.append(node)
                lacking.append(len(weak))
        heapq.heapify(queue)
        found: dict[Node, int] = {}
        while queue:
            rank, node = heapq.heappop(queue)
            if node in found:
                continue
            found[node] = rank
            for number in uses.get(node, ()):
                lacking[number] -= 1
                if not lacking[number]:
                    heapq.heappush(queue, (rank + 1, heads[number]))
        ranks.update(found)

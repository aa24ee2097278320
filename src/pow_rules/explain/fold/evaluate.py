"""Evaluation: the values of rows, from those of what they rest on, once and in order; in circles again and again.

In an absorptive semiring a proof in which a row rests on itself adds nothing, so that a circle of n rows settles within
n rounds (Deutch, Milo, Roy and Tannen, "Circuits for Datalog Provenance", ICDT 2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.explain.fold.graph import Graph
    from pow_rules.log import Firing, Node

__all__ = ["CircleError", "UnsettledError", "Valuation", "evaluate"]

T = TypeVar("T")


class CircleError(Exception):
    """Rows rest on themselves, and there is no value for that. Nobody outside of a fold sees it."""

    def __init__(self, nodes: set[Node]) -> None:
        super().__init__(nodes)
        self.nodes = nodes


class UnsettledError(Exception):
    """Values went on to change where an absorptive semiring's do not. Nobody outside of a fold sees it."""


@attrs.frozen(eq=False, repr=False)
class Valuation(Generic[T]):
    """What rows are worth.

    Attributes:
        zero: what there is no way to is worth.
        plus: puts the ways to a row together.
        leaf: gives what a row is worth because it is given; None if it is not.
        step: gives what a firing is worth, from what it rests on.
        is_absorptive: whether a way that goes in a circle adds nothing.
        check: is called now and then, and may raise.
    """

    zero: T
    plus: Callable[[T, T], T]
    leaf: Callable[[Node], T | None]
    step: Callable[[Firing, list[T]], T]
    is_absorptive: bool
    check: Callable[[], object] | None = None


def evaluate(graph: Graph, worth: Valuation[T], known: dict[Node, T]) -> None:
    """Find the values of all rows of a graph.

    Args:
        graph: the rows, and what they rest on.
        worth: what they are worth.
        known: the values that are known, to which those of the graph are added once all are found.

    Raises:
        CircleError: for a circle, if the valuation is not absorptive.
        UnsettledError: for one that does not settle, though it should.
    """
    _Evaluation(graph, worth, known).run()


class _Evaluation(Generic[T]):
    """One evaluation: the values by number, and how they come about."""

    def __init__(self, graph: Graph, worth: Valuation[T], known: dict[Node, T]) -> None:
        self.graph = graph
        self.worth = worth
        self.known = known
        self.values: list[T] = [worth.zero] * len(graph.nodes)

    def run(self) -> None:
        nodes, known = self.graph.nodes, self.known
        for component in self.graph.components():
            for number in component:
                node = nodes[number]
                if node in known:
                    self.values[number] = known[node]
                elif not self.graph.log.is_hidden(node[0]):
                    leaf = self.worth.leaf(node)
                    if leaf is not None:
                        self.values[number] = leaf
            if self.graph.is_circle(component):
                self.settle(component)
            else:
                self.sum_up(next(iter(component)))
        known.update(zip(nodes, self.values, strict=True))

    def sum_up(self, number: int) -> None:
        """Find the value of a row from those of its firings, which are known."""
        found, worth = self.values[number], self.worth
        if worth.check is not None:
            worth.check()
        for firing in self.graph.options[number]:
            found = worth.plus(found, self.of_firing(firing))
        self.values[number] = found

    def of_firing(self, firing: int) -> T:
        graph, values = self.graph, self.values
        below = [values[premise] for premise in graph.bodies[firing]]
        # What `present` matches is no step of its own.
        if graph.log.is_view(graph.nodes[graph.heads[firing]][0]):
            return below[0]
        return self.worth.step(graph.firings[firing], below)

    def settle(self, component: set[int]) -> None:
        """Find the values of rows that rest on each other: again and again, until none changes."""
        graph, values, worth = self.graph, self.values, self.worth
        if not worth.is_absorptive:
            raise CircleError({graph.nodes[number] for number in component})
        uses: dict[int, list[int]] = {}
        pending: dict[int, None] = {}
        for head in component:
            for firing in graph.options[head]:
                pending[firing] = None
                for premise in set(graph.bodies[firing]) & component:
                    uses.setdefault(premise, []).append(firing)
        for _ in range(len(component) + 1):
            changed: dict[int, None] = {}
            for firing in pending:
                if worth.check is not None:
                    worth.check()
                head = graph.heads[firing]
                value = worth.plus(values[head], self.of_firing(firing))
                if value != values[head]:
                    values[head] = value
                    changed[head] = None
            if not changed:
                return
            pending = dict.fromkeys(firing for row in changed for firing in uses.get(row, ()))
        raise UnsettledError

"""Exact probabilities: the derivations as a binary decision diagram over independent events.

The sum over the paths of a diagram counts no case twice, however often derivations share a premise (Luc De Raedt,
Angelika Kimmig and Hannu Toivonen, "ProbLog: a probabilistic Prolog", IJCAI 2007, and before them Randal Bryant 1986).
The diagrams are those of the package dd.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pow_rules.errors import ExtraMissingError
from pow_rules.explain.bounds.claims import SURE, of_given, of_rule
from pow_rules.explain.fold.evaluate import Valuation, evaluate
from pow_rules.explain.supports.budget import SpentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.explain.bounds.claims import Claim
    from pow_rules.explain.fold.graph import Graph
    from pow_rules.log import Firing, Log, Node

__all__ = ["exact"]

_ROOM = 1_000_000
"""How many nodes the diagrams may have."""
_FALSE, _TRUE = -1, 1
"""Diagrams are numbers in dd: these two are the leaf, and a sign denies."""


def exact(log: Log, graph: Graph, goal: Node, check: Callable[[], object]) -> Claim:
    """Give the probability of a row: exact where all numbers are points, else the range that theirs lead to.

    More is never less likely here, since no step is denied: so the least numbers give the least probability.

    Args:
        log: the derivation log.
        graph: the row, and all that it rests on.
        goal: the row.
        check: is called now and then, and may raise.

    Raises:
        ExtraMissingError: without the package dd.
        SpentError: where the diagrams become too large.
    """
    return _Events(log, graph, check).probability(goal)


class _Events:
    """The events that a graph rests on, as variables of diagrams, the nearest to the goal on top."""

    def __init__(self, log: Log, graph: Graph, check: Callable[[], object]) -> None:
        self.log = log
        self.graph = graph
        self.check = check
        self.claims: list[Claim] = []
        self.variables: dict[Any, int] = {}
        for number, node in enumerate(graph.nodes):
            for option in graph.options[number]:
                firing = graph.firings[option]
                if not log.is_hidden(node[0]):
                    self.declare((firing.clause.index, firing.number, "firing"), of_rule(log.rule(firing)))
            self.declare(node, None if log.is_hidden(node[0]) else of_given(log, node))
        self.diagrams = _diagrams(len(self.claims), check)

    def declare(self, event: Any, claim: Claim | None) -> None:
        if claim not in (None, SURE):
            self.variables[event] = len(self.claims)
            self.claims.append(claim)

    def probability(self, goal: Node) -> Claim:
        found: dict[Node, int] = {}
        worth = Valuation(_FALSE, self.either, self.given, self.concluded, is_absorptive=True, check=self.check)
        try:
            evaluate(self.graph, worth, found)
        except RecursionError:
            raise SpentError("memory") from None
        low, high = (self.weighed(found[goal], [_fraction(claim[end]) for claim in self.claims]) for end in (0, 1))
        return low, high

    # ---- diagrams ----------------------------------------------------------------------------------------------

    def variable(self, event: Any) -> int:
        """Give the diagram of an event; true for what is sure."""
        number = self.variables.get(event)
        found: int = _TRUE if number is None else self.diagrams.var(str(number))
        return found

    def given(self, node: Node) -> int | None:
        return None if self.log.attestations(node) is None else self.variable(node)

    def either(self, one: int, other: int) -> int:
        found: int = self.diagrams.ite(one, _TRUE, other)
        return found

    def both(self, one: int, other: int) -> int:
        found: int = self.diagrams.ite(one, other, _FALSE)
        return found

    def concluded(self, firing: Firing, below: list[int]) -> int:
        found = self.variable((firing.clause.index, firing.number, "firing"))
        for value in below:
            found = self.both(found, value)
        return found

    # ---- weights -----------------------------------------------------------------------------------------------

    def weighed(self, root: int, weights: list[Fraction]) -> float:
        """Give the probability that a diagram is true, from that of each variable; fractions, so no digit is lost."""
        known = {1: Fraction(1)}
        for node in self.below(root):
            self.check()
            level, low, high = self.diagrams.succ(node)
            weight = weights[level]
            known[node] = weight * _signed(known, high) + (1 - weight) * _signed(known, low)
        return float(_signed(known, root))

    def below(self, root: int) -> Iterable[int]:
        """Give the nodes below one, and itself, each after those below it."""
        seen, stack = {1, abs(root)}, [abs(root)]
        while stack:
            node = stack.pop()
            if node == 1:
                continue
            for other in map(abs, self.diagrams.succ(node)[1:]):
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        return sorted(seen - {1}, key=lambda node: -self.diagrams.succ(node)[0])


def _signed(known: dict[int, Fraction], node: int) -> Fraction:
    return known[node] if node > 0 else 1 - known[-node]


def _fraction(number: float) -> Fraction:
    # As it is written: 0.7 is seven tenths, and not the nearest that a float can hold.
    return Fraction(repr(number))


def _diagrams(variables: int, check: Callable[[], object]) -> Any:
    """Make the place where diagrams are kept, with so many variables."""
    try:
        from dd.bdd import BDD  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"independent: exact probabilities need the package dd ({error}): pip install 'pow-rules[probability]'"
        raise ExtraMissingError(msg) from error

    class Diagrams(BDD):
        """Diagrams that watch over their size and the time."""

        def find_or_add(self, i: int, v: int, w: int) -> int:
            check()
            if len(self) > _ROOM:
                raise SpentError("memory")
            return super().find_or_add(i, v, w)

        def __del__(self) -> None:
            # Nothing is left to be tidied up: they go as a whole, also if an interrupt came in between.
            pass

    # What they are said to lack is never asked for.
    return Diagrams({str(number): number for number in range(variables)})  # type: ignore[abstract]

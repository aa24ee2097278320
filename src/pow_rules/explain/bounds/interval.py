"""Intervals: what the probability of a fact lies in, whatever the givens have to do with each other.

A conjunction has at least the probability by which its parts overlap even where they avoid each other (Fréchet 1935;
George Boole had it in 1854): max(0, sum of the parts - (their number - 1)). A rule of likelihood l to u, the
probability of the conclusion where the conditions hold, makes its conclusion at least P(conditions) * l likely, and at
most 1 - P(conditions) * (1 - u): it may hold otherwise, too. Every derivation is a bound by itself, and so is what a
fact is given with, so the tightest are taken.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pow_rules.errors import LikelihoodError
from pow_rules.explain.bounds.claims import SURE, of_given, of_rule
from pow_rules.explain.fold.evaluate import Valuation, evaluate
from pow_rules.explain.fold.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.log import Firing, Log, Node

__all__ = ["Intervals", "overlap"]

_SLACK = 1e-9
"""By how much bounds may cross before that is called a contradiction, and no rounding."""


def overlap(parts: Iterable[float]) -> float:
    """Give the least probability of a conjunction.

    Args:
        parts: the least probabilities of its parts.

    >>> overlap([0.8, 0.7]), overlap([0.5, 0.5]), overlap([1.0, 0.6])
    (0.5, 0.0, 0.6)
    """
    uncertain = [part for part in parts if part < 1]
    if not uncertain:
        return 1.0
    least = math.fsum([*uncertain, 1 - len(uncertain)])
    # Rounding must not make it more than each part: what goes in a circle would never settle.
    return max(0.0, min(least, *uncertain)) if len(uncertain) > 1 else uncertain[0]


class Intervals:
    """The intervals of a log's rows, found as they are asked for.

    Args:
        log: the derivation log.
        check: is called now and then, and may raise.
    """

    def __init__(self, log: Log, check: Callable[[], object]) -> None:
        self.log = log
        self._check = check
        self._least: dict[Node, float] = {}

    def least(self, node: Node) -> float:
        """Give the least probability of a row."""
        if node not in self._least:
            graph = Graph(self.log, [node], self._least, self._check, is_distinct=True)
            worth = Valuation(0.0, max, self._given, self._concluded, is_absorptive=True, check=self._check)
            evaluate(graph, worth, self._least)
        return self._least[node]

    def is_sure(self, node: Node) -> bool:
        """Tell whether a row holds in any case."""
        return self.least(node) == 1

    def of(self, node: Node) -> tuple[float, float]:
        """Give the least and the greatest probability of a row that is not hidden.

        Raises:
            LikelihoodError: where the numbers contradict each other.
        """
        given = of_given(self.log, node)
        if given == SURE:
            return SURE
        low, high = (0.0, 1.0) if given is None else given
        # What sets each bound, to be named if they contradict each other.
        lower = upper = "as it is given"
        for firing in self.log.firings(node):
            rule = self.log.rule(firing)
            least = overlap(map(self.least, self._body(firing)))
            low_here, high_here = least * of_rule(rule)[0], 1 - least + least * of_rule(rule)[1]
            named = f"by rule {rule.name} ({rule.location})"
            if low_here > low:
                low, lower = low_here, named
            if high_here < high:
                high, upper = high_here, named
        if low > high + _SLACK:
            msg = (
                f"{self.log.fact(node)!r} would have to be at least {100 * low:.6g} % likely {lower}, and at most"
                f" {100 * high:.6g} % {upper}: these numbers contradict each other"
            )
            raise LikelihoodError(msg)
        return min(low, high), high

    def _body(self, firing: Firing) -> set[Node]:
        # A fact that is used twice has one probability, and no more to ask for.
        return {*self.log.joined(firing), *self.log.counted(firing)}

    def _given(self, node: Node) -> float | None:
        given = of_given(self.log, node)
        return None if given is None else given[0]

    def _concluded(self, firing: Firing, below: list[float]) -> float:
        return overlap(below) * of_rule(self.log.rule(firing))[0]

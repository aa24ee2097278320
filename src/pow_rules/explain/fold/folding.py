"""Folds: the derivations of a fact as one value, under a semiring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from pow_rules.errors import ArgumentTypeError, CyclicDerivationError, SemiringError
from pow_rules.explain.fold.evaluate import CircleError, UnsettledError, Valuation, evaluate
from pow_rules.explain.fold.graph import Graph
from pow_rules.semirings import Semiring
from pow_rules.sources import Given
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.log import Firing, Log, Node
    from pow_rules.rules import Rule

__all__ = ["fold"]

T = TypeVar("T")

_MOST_NAMED = 6


def fold(
    log: Log,
    node: Node,
    semiring: Semiring[T],
    given: Callable[[Given], T] | None,
    rule: Callable[[Rule], T] | None,
) -> T:
    """Fold the derivations of a row into one value.

    Args:
        log: the derivation log.
        node: the row.
        semiring: how values are put together.
        given: what a given is worth; None for what the semiring says.
        rule: what a use of a rule is worth; None for what the semiring says.

    Raises:
        ArgumentTypeError: for what is no semiring, or no function.
        CyclicDerivationError: where derivations go in a circle, and the semiring is not absorptive.
        SemiringError: for a semiring that is said to be absorptive, and is not.
    """
    if not isinstance(cast("object", semiring), Semiring):
        msg = f"semiring: expected a Semiring, as those in pow_rules.semirings, got {semiring!r}"
        raise ArgumentTypeError(msg)
    for name, function in (("given", given), ("rule", rule)):
        if function is not None and not callable(cast("object", function)):
            msg = f"{name}: expected a function or None, got {function!r}"
            raise ArgumentTypeError(msg)
    worth = _Worth(log, semiring, given or semiring.given, rule or semiring.rule)
    graph, found = Graph(log, [node], ()), dict[Any, T]()
    try:
        evaluate(graph, Valuation(semiring.zero, semiring.plus, worth.leaf, worth.step, semiring.is_absorptive), found)
    except CircleError as error:
        raise _cyclic(log, graph, error.nodes, semiring) from None
    except UnsettledError:
        msg = (
            f"{semiring!r} says that it is absorptive, and values in a circle went on to change: plus(one, a) has to be"
            " one for every value a. pow_rules.testing.check_semiring finds what breaks the law"
        )
        raise SemiringError(msg) from None
    return found[node]


class _Worth:
    """What givens and firings are worth under a semiring. A rule is asked once."""

    def __init__(
        self,
        log: Log,
        semiring: Semiring[Any],
        given: Callable[[Given], Any] | None,
        rule: Callable[[Rule], Any] | None,
    ) -> None:
        self.log = log
        self.semiring = semiring
        self.given = given
        self.rule = rule
        self.rules: dict[int, Any] = {}

    def leaf(self, node: Node) -> Any:
        attestations = self.log.attestations(node)
        if attestations is None:
            return None
        found = self.semiring.zero
        for said in attestations:
            value = self.semiring.one
            if self.given is not None:
                fact = self.log.fact(node)
                value = self.given(Given(fact, said.source, hedge=said.hedge, likelihood=said.likelihood))
            found = self.semiring.plus(found, value)
        return found

    def step(self, firing: Firing, below: list[Any]) -> Any:
        found = self.of_rule(firing)
        for value in below:
            found = self.semiring.times(found, value)
        return found

    def of_rule(self, firing: Firing) -> Any:
        if self.rule is None:
            return self.semiring.one
        number = firing.clause.rule
        if number not in self.rules:
            self.rules[number] = self.rule(self.log.rule(firing))
        return self.rules[number]


def _cyclic(log: Log, graph: Graph, nodes: set[Node], semiring: Semiring[Any]) -> CyclicDerivationError:
    """Give the error for derivations that go in a circle."""
    circle = _circle(log, graph, nodes)
    named = [repr(log.fact(node)) for node in circle if not log.is_hidden(node[0])]
    shown = named[:_MOST_NAMED]
    if len(named) > len(shown):
        shown.append(f"… {len(named) - len(shown):,} more …")
    return CyclicDerivationError(
        f"derivations go in a circle: {' rests on '.join([*shown, named[0]])}. {semiring!r} is not absorptive, and has"
        " no value for that: use one that is (BOOLEAN, HEDGES, BEST_PROOF, WHY), or ask for a fact below the circle"
    )


def _circle(log: Log, graph: Graph, nodes: set[Node]) -> list[Node]:
    """Give a shortest circle through the first of some rows in canonical order, each row before what it rests on."""
    numbers = {number for number, node in enumerate(graph.nodes) if node in nodes}
    order = {n: canonical(log.fact(graph.nodes[n])) for n in numbers if not log.is_hidden(graph.nodes[n][0])}
    start = min(order, key=order.__getitem__)
    came_from: dict[int, int] = {}
    level = [start]
    while start not in came_from:
        following: list[int] = []
        for head in level:
            below = {premise for firing in graph.options[head] for premise in graph.bodies[firing]} & numbers
            for premise in sorted(below, key=lambda n: (order.get(n, ""), n)):
                if premise not in came_from:
                    came_from[premise] = head
                    following.append(premise)
        level = following
    found = [start]
    while came_from[found[-1]] != start:
        found.append(came_from[found[-1]])
    return [graph.nodes[number] for number in (start, *reversed(found[1:]))]

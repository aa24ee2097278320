"""What is declared to be independent, checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pow_rules.errors import ArgumentTypeError, ArgumentValueError, LikelihoodError
from pow_rules.explain.bounds.claims import SURE, of_given, of_rule
from pow_rules.facts import fact_type_of
from pow_rules.kinds import is_fact_class
from pow_rules.rules import Rule
from pow_rules.sources import Given
from pow_rules.values import canonical

if TYPE_CHECKING:
    from pow_rules.explain.fold.graph import Graph
    from pow_rules.log import Log, Node

__all__ = ["Declared", "declared", "require_declared", "uncertain"]

Declared = tuple[bool, frozenset[Any]]
"""Whether all that is uncertain is independent, and the rows and rules that are named besides."""


def declared(log: Log, independent: object) -> Declared:
    """Check what is said to be independent.

    Args:
        log: the derivation log.
        independent: True for all, or givens and rules in a list.

    Raises:
        ArgumentTypeError: for what is neither.
        ArgumentValueError: for a fact that is not given, or a rule that is not in the program.
        NotAFactError: for something that is no fact.
    """
    if isinstance(independent, bool):
        return independent, frozenset()
    if isinstance(independent, Given | Rule) or is_fact_class(type(independent)):
        msg = f"independent: expected several givens and rules, got one, {independent!r}: put it into a list"
        raise ArgumentTypeError(msg)
    if isinstance(independent, str) or not isinstance(independent, Iterable):
        msg = f"independent: expected True, or givens and rules in a list, got {independent!r}"
        raise ArgumentTypeError(msg)
    return False, frozenset(_named(log, entry) for entry in independent)


def _named(log: Log, entry: Any) -> Any:
    if isinstance(entry, Rule):
        if entry not in log.program.rules:
            msg = f"independent: rule {entry.name} ({entry.location}) is none of the program's"
            raise ArgumentValueError(msg)
        return entry
    fact = entry.fact if isinstance(entry, Given) else entry
    fact_type_of(fact)
    node = log.node(fact)
    if node is None or log.attestations(node) is None:
        why = "does not hold" if node is None else "is only concluded: name the givens and rules that it rests on"
        msg = f"independent: {fact!r} is not given, it {why}"
        raise ArgumentValueError(msg)
    return node


def uncertain(log: Log, graph: Graph) -> tuple[list[Node], list[Rule]]:
    """Give the givens and the rules of a graph that are not certain, in canonical order."""
    givens = [node for node in graph.nodes if not log.is_hidden(node[0]) and of_given(log, node) not in {None, SURE}]
    rules = dict.fromkeys(
        log.rule(firing)
        for firing, head in zip(graph.firings, graph.heads, strict=True)
        if not log.is_hidden(graph.nodes[head][0])
    )
    return (
        sorted(givens, key=lambda node: canonical(log.fact(node))),
        sorted((rule for rule in rules if of_rule(rule) != SURE), key=lambda rule: rule.name),
    )


def require_declared(log: Log, named: frozenset[Any], givens: Iterable[Node], rules: Iterable[Rule]) -> None:
    """Refuse if something is uncertain, and not named.

    Raises:
        LikelihoodError: naming what is missing.
    """
    missing = [repr(log.fact(node)) for node in givens if node not in named]
    missing += [f"rule {rule.name} ({rule.location})" for rule in rules if rule not in named]
    if missing:
        more = f" and {len(missing) - 1:,} more" if len(missing) > 1 else ""
        msg = (
            f"independent: the fact also rests on {missing[0]}{more}, which is uncertain and not said to be"
            " independent: name it, too, or say independent=True; without independence there is still an interval"
        )
        raise LikelihoodError(msg)

"""What can be run and is probably not meant: rules that never fire, joins that match None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.facts import concrete_types
from pow_rules.terms import Compare, Constant, Present, text, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.constraints import Constraint
    from pow_rules.rules import Rule
    from pow_rules.terms import Node

__all__ = ["warnings_of"]


def warnings_of(rules: tuple[Rule | Constraint, ...], given: Iterable[type]) -> tuple[str, ...]:
    """Give the warnings of a program, each with rule, file and line.

    Args:
        rules: its rules and constraints.
        given: the concrete fact types that may be asserted.
    """
    return (*_never_fed(rules, given), *_none_joins(rules))


def _never_fed(rules: tuple[Rule | Constraint, ...], given: Iterable[type]) -> list[str]:
    """Find the rules that nothing can satisfy: some pattern's type is neither given nor concluded by a live rule."""
    fed: set[type] = set(given)
    live: set[str] = set()
    grown = True
    while grown:
        grown = False
        for rule in rules:
            if rule.name not in live and not _unfed(rule, fed):
                live.add(rule.name)
                fed.update(c.fact_type for c in rule.conclusions)
                grown = True
    concluded = {c.fact_type for rule in rules for c in rule.conclusions}
    found: list[str] = []
    for rule in rules:
        missing = _unfed(rule, fed)
        if rule.name not in live and missing:
            why = "; ".join(f"{_who(cls, concluded)} concludes {cls.__name__}" for cls in missing)
            they = "it" if len(missing) == 1 else "they"
            never = "fire" if rule.conclusions else "be broken"
            found.append(
                f"{rule.location}: {rule.noun} {rule.name} can never {never}: {why}, and {they} cannot be asserted"
            )
    return found


def _who(cls: type, concluded: set[type]) -> str:
    return "no rule that can fire" if any(c in concluded for c in concrete_types(cls)) else "no rule"


def _unfed(rule: Rule | Constraint, fed: set[type]) -> list[type]:
    needed = [v.fact_type for v in rule.patterns]
    needed += [c.inner.variable.fact_type for c in rule.conditions if isinstance(c, Present)]
    needed += [a.inner.variable.fact_type for a in rule.aggregates if a.function in ("least", "most")]
    return [cls for cls in dict.fromkeys(needed) if not any(c in fed for c in concrete_types(cls))]


def _none_joins(rules: tuple[Rule | Constraint, ...]) -> list[str]:
    found: dict[str, None] = {}
    for rule in rules:
        for top in (*rule.conditions, *rule.aggregates):
            for node in walk(top):
                if _joins_none(node):
                    found[
                        f"{rule.location}: {rule.noun} {rule.name}: {text(node)} also holds where both are None; write"
                        " known(...) around one of them if that is not meant"
                    ] = None
    return list(found)


def _joins_none(node: Node) -> bool:
    if not isinstance(node, Compare) or node.operator != "==":
        return False
    left, right = node.left.kind, node.right.kind
    both = left is not None and right is not None and left.optional and right.optional
    return both and not any(isinstance(side, Constant) for side in (node.left, node.right))

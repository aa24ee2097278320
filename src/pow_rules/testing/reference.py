"""The naive reference engine: a program's perfect model, by trying everything until nothing is new.

It is written for plainness, shares no code with the engine that it is compared with beyond the meaning of single terms
(`evaluate`), and is slow: every rule is tried on every combination of facts, again and again.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.derivation import Absence, AggregateValue, Derivation, Presence
from pow_rules.errors import PowRulesError
from pow_rules.evaluate import evaluate, folded, ground, holds
from pow_rules.facts import concrete_types, fact_type
from pow_rules.terms import Absent, Aggregate, Inner, Present, can_raise, walk
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pow_rules.conditional import Conditional
    from pow_rules.program import Program
    from pow_rules.rules import Rule

__all__ = ["Model", "naive_contradictions", "naive_model"]


@attrs.frozen
class Model:
    """What follows from some givens.

    Attributes:
        facts: the facts that hold, the givens among them.
        derivations: every derivation of every fact.
    """

    facts: frozenset[Any]
    derivations: frozenset[Derivation]


def naive_model(program: Program, givens: Iterable[Any]) -> Model:
    """Compute a program's perfect model naively, stratum by stratum.

    Args:
        program: a stratified program.
        givens: the facts asserted.

    Returns:
        The facts that hold, and every derivation of them.

    Raises:
        PowRulesError: if the program is not stratified.

    >>> from pow_rules import Program, conclude, fact, rule
    >>> @fact
    ... class Asked:
    ...     who: str
    >>> @fact
    ... class Heard:
    ...     who: str
    >>> @rule
    ... def asking_is_heard(a: Asked) -> None:
    ...     conclude(Heard, who=a.who)
    >>> sorted(map(repr, naive_model(Program([asking_is_heard]), [Asked("Kyiv")]).facts))
    ["Asked(who='Kyiv')", "Heard(who='Kyiv')"]
    """
    levels = _levels(program.rules)
    facts = set(givens)
    derivations: set[Derivation] = set()
    for level in sorted(set(levels.values())):
        rules = [rule for rule in program.rules if levels[rule] == level]
        while True:
            found = {derivation for rule in rules for derivation in _firings(rule, facts)}
            new = {derivation.conclusion for derivation in found} - facts
            if not new:
                break
            facts |= new
        derivations |= found
    return Model(frozenset(facts), frozenset(derivations))


def naive_contradictions(program: Program, facts: Iterable[Any]) -> frozenset[tuple[str, frozenset[Any]]]:
    """Find naively which facts contradict each other: every constraint is tried on every combination of facts.

    Args:
        program: the program.
        facts: all facts that hold.

    Returns:
        For each contradiction the constraint's name, and the facts that meet it, in whatever order.
    """
    held = set(facts)
    return frozenset((c.name, frozenset(picked)) for c in program.constraints for picked, _ in _matches(c, held))


def _levels(rules: tuple[Rule, ...]) -> dict[Rule, int]:
    """Give each rule a level: not below what it joins, and above what it looks into."""
    levels = dict.fromkeys(rules, 0)
    for _ in range(len(rules) + 1):
        raised = False
        for rule in rules:
            joined, tested = _needed(rule)
            for other in rules:
                made = {c.fact_type for c in other.conclusions}
                least = max(
                    levels[other] if made & joined else 0,
                    levels[other] + 1 if made & tested else 0,
                )
                if least > levels[rule]:
                    levels[rule] = least
                    raised = True
        if not raised:
            return levels
    msg = "the program is not stratified"
    raise PowRulesError(msg)


def _needed(rule: Rule) -> tuple[set[type], set[type]]:
    joined = {c for v in rule.patterns for c in concrete_types(v.fact_type)}
    tested: set[type] = set()
    for node in (n for top in (*rule.conditions, *rule.aggregates) for n in walk(top)):
        if isinstance(node, Present):
            joined.update(concrete_types(node.inner.variable.fact_type))
        elif isinstance(node, Absent | Aggregate):
            tested.update(concrete_types(node.inner.variable.fact_type))
    return joined, tested


def _matches(rule: Conditional, facts: set[Any]) -> Iterator[tuple[tuple[Any, ...], dict[Any, Any]]]:
    """Give the facts that meet all conditions, in pattern order, and what is bound then."""
    choices = [[f for f in facts if isinstance(f, v.fact_type)] for v in rule.patterns]
    for picked in itertools.product(*choices):
        bindings: dict[Any, Any] = {v.index: f for v, f in zip(rule.patterns, picked, strict=True)}
        if _fold_all(rule, bindings, facts) and _all_hold(rule, bindings, facts):
            yield picked, bindings


def _firings(rule: Rule, facts: set[Any]) -> Iterator[Derivation]:
    """Give every firing of a rule on the facts."""
    for picked, bindings in _matches(rule, facts):
        for conclusion in rule.conclusions:
            described = fact_type(conclusion.fact_type)
            made = described.cls(*(evaluate(term, bindings) for _, term in conclusion.terms))
            yield Derivation(
                rule,
                made,
                picked,
                tuple(
                    Absence(c.inner.variable.fact_type, ground(c.inner, bindings))
                    for c in rule.conditions
                    if isinstance(c, Absent)
                ),
                tuple(
                    Presence(c.inner.variable.fact_type, ground(c.inner, bindings))
                    for c in rule.conditions
                    if isinstance(c, Present)
                ),
                tuple(_aggregate_value(a, bindings, facts) for a in rule.aggregates),
            )


def _fold_all(rule: Conditional, bindings: dict[Any, Any], facts: set[Any]) -> bool:
    """Bind the aggregates; false if one has nothing to take the least or most of."""
    for aggregate in rule.aggregates:
        matched = _matching(aggregate.inner, bindings, facts)
        if not matched and aggregate.function in ("least", "most"):
            return False
        bindings[aggregate] = folded(aggregate, matched, bindings)
    return True


def _all_hold(rule: Conditional, bindings: dict[Any, Any], facts: set[Any]) -> bool:
    # What can raise is looked at last, as the language says.
    for condition in sorted(rule.conditions, key=can_raise):
        match condition:
            case Present(inner):
                held = bool(_matching(inner, bindings, facts))
            case Absent(inner):
                held = not _matching(inner, bindings, facts)
            case _:
                held = holds(condition, bindings)
        if not held:
            return False
    return True


def _matching(inner: Inner, bindings: dict[Any, Any], facts: set[Any]) -> list[Any]:
    index = inner.variable.index
    return [
        fact
        for fact in facts
        if isinstance(fact, inner.variable.fact_type)
        and all(holds(c, {**bindings, index: fact}) for c in sorted(inner.conditions, key=can_raise))
    ]


def _aggregate_value(aggregate: Aggregate, bindings: dict[Any, Any], facts: set[Any]) -> AggregateValue:
    inner = aggregate.inner
    return AggregateValue(
        aggregate.function,
        inner.variable.fact_type,
        ground(inner, bindings),
        aggregate.value,
        bindings[aggregate],
        tuple(sorted(_matching(inner, bindings, facts), key=canonical)),
    )

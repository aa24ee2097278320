"""What a document says of how strongly its fact may be said, compared with the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.evaluate import folded
from pow_rules.hedges import HEDGES, hedge_of
from pow_rules.render.json import said_by
from pow_rules.sources import in_order
from pow_rules.terms import Present
from pow_rules.verification.comparing import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pow_rules.hedges import Hedge
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation
    from pow_rules.verification.checking import Checking
    from pow_rules.verification.model import Bindings, Model

__all__ = ["check_strength", "strength_steps"]

_CERTAIN = "every step is certain"
_MORE = "… and more that are as weak"
_UNWEIGHED = re.compile(
    r'an absence or an aggregate of (\w+) could come out otherwise without ".*", which is uncertain', re.DOTALL
)
_STEADY = "that no absence or aggregate would come out otherwise without something uncertain"
_MANY = 20
"""How many weak steps are named before it is said that there are more."""


def strength_steps(steps: list[dict[str, Any]]) -> range:
    """Give the numbers of the steps that tell of the strength; none where the document says nothing of it."""
    if len(steps) == 1 or steps[1]["type"] not in ("heading", "note"):
        return range(0)
    return range(1, next((at for at in range(2, len(steps)) if steps[at]["depth"] <= 1), len(steps)))


def check_strength(checking: Checking) -> None:
    """Check what a document says of its fact's strength.

    The strength is computed again. Each weak step named must be as weak as that, and lie in a derivation that is as
    strong. Whether another one is as weak is left unchecked, unless all are named that could be.

    Args:
        checking: what is checked.
    """
    fact = checking.facts[0]
    first = checking.steps[1]
    if fact is None:
        return
    hedge = HEDGES[0] if first["type"] == "note" else first["note"]
    weak = [at for at in checking.children[1] if checking.steps[at]["type"] != "note"]
    text = _CERTAIN
    if first["type"] == "heading":
        text = "no stronger than its weakest step" if len(weak) == 1 else "no stronger than its weakest steps"
        if hedge not in HEDGES[1:] or not weak:
            checking.found.fault("/steps/1", "a hedge that is weaker than certain, and a step that is as weak", hedge)
            return
    checking.found.same("/steps/1/text", text, first["text"])
    for at in checking.aside[1:]:
        if checking.steps[at]["type"] == "note":
            _check_note(checking, at, len(weak))
    if _may_be_upset(checking):
        checking.found.leave("/steps/1", _STEADY)
    named = [(checking.facts[at], *(checking.steps[i].get("rule") for i in checking.children[at])) for at in weak]
    if len(set(named)) < len(named):
        checking.found.fault("/steps/1", "each weak step once", "one of them twice")
    others = "that no other step is as weak"

    def compare(model: Model) -> None:
        strengths = _Strengths(checking, model)
        checking.found.same(
            "/steps/1/note" if first["type"] == "heading" else "/steps/1/text", strengths.of.get(fact), hedge
        )
        if strengths.of.get(fact) == hedge:
            held_down = strengths.held_down(fact, hedge)
            for at in weak:
                _check_weak(checking, model, strengths, at, held_down)
            if weak and strengths.weakest(held_down, hedge) != set(named):
                checking.found.leave("/steps/1", others)

    if weak and checking.given is None:
        checking.found.leave("/steps/1", others)
    checking.ask("/steps/1", f"that it may be said so strongly: {hedge}", compare)


def _may_be_upset(checking: Checking) -> bool:
    """Tell whether an absence or an aggregate may rest on something uncertain, of which nothing is noted."""
    if any(_UNWEIGHED.fullmatch(checking.steps[at].get("text", "")) for at in checking.aside):
        return False
    if not any(checking.steps[at]["type"] in ("absence", "aggregate", "cut") for at in checking.main):
        return False
    said = [one for attestations in (checking.given or {}).values() for one in attestations]
    hedges = {*map(hedge_of, said), *map(hedge_of, checking.program.rules)}
    return checking.given is None or hedges != {HEDGES[0]}


def _check_note(checking: Checking, at: int, weak: int) -> None:
    """Check what is noted beside the weak steps: that there are more, or something that no hedge tells of."""
    text, pointer = checking.steps[at]["text"], f"/steps/{at}/text"
    unweighed = _UNWEIGHED.fullmatch(text)
    if unweighed and unweighed[1] in {rule.name for rule in checking.program.rules} and checking.parents[at] == 1:
        checking.found.leave(f"/steps/{at}", f"that {text}")
    elif weak < _MANY or checking.parents[at] != 1:
        checking.found.fault(pointer, "nothing more on the strength", told(text))
    else:
        checking.found.same(pointer, _MORE, text)


def _check_weak(checking: Checking, model: Model, strengths: _Strengths, at: int, held_down: set[Any]) -> None:
    """Check a step that is named as weak."""
    fact, step, pointer, given = checking.facts[at], checking.steps[at], f"/steps/{at}", checking.given or {}
    if fact is None:
        return
    hedge, count = strengths.of.get(fact), len(model.derivations.get(fact, ()))
    is_so = fact in held_down
    if step["type"] == "given":
        said = [one for one in given.get(fact, ()) if hedge_of(one) == hedge]
        is_so = is_so and bool(said)
        expected: dict[str, Any] = {**said_by(in_order(said)), "concluded": count > 0}
    else:
        rules = [checking.named(i) for i in checking.children[at]]
        rule = rules[0] if len(rules) == 1 else None
        is_so = is_so and rule is not None and hedge_of(rule) == hedge and strengths.is_by(fact, rule)
        said = list(given.get(fact, ()))
        expected = {**said_by(in_order(said)), "hedges": [hedge], "shown": 1, "derivations": count, "given": bool(said)}
    if not is_so:
        checking.found.fault(pointer, "a step than which the fact is no stronger", f'"{fact}"')
        return
    for name, value in expected.items():
        checking.found.same(f"{pointer}/{name}", value, step[name])
    for i in checking.children[at]:
        number = checking.steps[i]["number"]
        checking.found.same(f"/steps/{i}/rule", checking.document.rules[number].get("name"), checking.steps[i]["rule"])
        if checking.children[i]:
            checking.found.fault(f"/steps/{i}", "nothing below it", "a step")


@attrs.frozen
class _Derivation:
    """What a fact follows from: all of some facts, and one out of each of some groups."""

    fact: Any
    rule: Rule
    all_of: tuple[Any, ...]
    one_of: tuple[tuple[Any, ...], ...]


class _Strengths:
    """How strongly each fact of a model may be said: as its strongest derivation, and that as its weakest step.

    A fact is as strong as a hedge if it follows from givens and by rules that are: hedge by hedge, the strongest first.
    """

    def __init__(self, checking: Checking, model: Model) -> None:
        self.given: Mapping[Any, tuple[Attestation, ...]] = checking.given or {}
        rules = {rule.name: rule for rule in checking.program.rules}
        self.derivations = [
            _derivation(model, fact, rules[name], premises)
            for fact, derived in model.derivations.items()
            for name, premises in derived
        ]
        self.of: dict[Any, Hedge] = {}
        for rank, hedge in enumerate(HEDGES):
            allowed = HEDGES[: rank + 1]
            known = {fact for fact, said in self.given.items() if any(hedge_of(one) in allowed for one in said)}
            left = [one for one in self.derivations if hedge_of(one.rule) in allowed]
            found = 1
            while found:
                more = [one for one in left if _follows(one, known)]
                known |= {one.fact for one in more}
                found = len(more)
                left = [one for one in left if one.fact not in known]
            for fact in known:
                self.of.setdefault(fact, hedge)

    def strength(self, derivation: _Derivation) -> Hedge:
        """Give how strong a derivation is."""
        ranks = [HEDGES.index(self.of[fact]) for fact in derivation.all_of]
        ranks += [min(HEDGES.index(self.of[fact]) for fact in group) for group in derivation.one_of]
        return HEDGES[max([HEDGES.index(hedge_of(derivation.rule)), *ranks])]

    def is_by(self, fact: Any, rule: Rule) -> bool:
        """Tell whether a rule concludes a fact as strongly as it may be said."""
        return any(
            one.fact == fact and one.rule is rule and self.strength(one) == self.of[fact] for one in self.derivations
        )

    def held_down(self, goal: Any, hedge: Hedge) -> set[Any]:
        """Give the facts of the derivations that are as strong as the goal, those that are no stronger."""
        by_fact: dict[Any, list[_Derivation]] = {}
        for one in self.derivations:
            by_fact.setdefault(one.fact, []).append(one)
        found, ahead = {goal}, [goal]
        while ahead:
            for one in by_fact.get(ahead.pop(), ()):
                if self.strength(one) == hedge:
                    for fact in self._weak(one, hedge):
                        if fact not in found:
                            found.add(fact)
                            ahead.append(fact)
        return found

    def weakest(self, facts: set[Any], hedge: Hedge) -> set[tuple[Any, ...]]:
        """Give the steps of such facts that may be the ones to hold them down: a fact given so, or with its rule."""
        given = {(fact,) for fact in facts if any(hedge_of(one) == hedge for one in self.given.get(fact, ()))}
        return given | {
            (one.fact, one.rule.name)
            for one in self.derivations
            if one.fact in facts and hedge_of(one.rule) == hedge == self.strength(one)
        }

    def _weak(self, derivation: _Derivation, hedge: Hedge) -> Iterator[Any]:
        for group in (*((fact,) for fact in derivation.all_of), *derivation.one_of):
            if all(HEDGES.index(self.of[fact]) >= HEDGES.index(hedge) for fact in group):
                yield from (fact for fact in group if self.of[fact] == hedge)


def _follows(derivation: _Derivation, known: set[Any]) -> bool:
    return known.issuperset(derivation.all_of) and all(not known.isdisjoint(group) for group in derivation.one_of)


def _derivation(model: Model, fact: Any, rule: Rule, premises: tuple[Any, ...]) -> _Derivation:
    """Give what a rule and its premises rest on: what aggregates went over, and what is asked to be present, too."""
    bindings: Bindings = {variable.index: one for variable, one in zip(rule.patterns, premises, strict=True)}
    counted: list[Any] = []
    for aggregate in rule.aggregates:
        matched = list(model.matching(aggregate.inner, bindings))
        bindings[aggregate] = folded(aggregate, matched, bindings)
        counted += matched
    groups = [tuple(model.matching(c.inner, bindings)) for c in rule.conditions if isinstance(c, Present)]
    return _Derivation(fact, rule, (*premises, *counted), tuple(groups))

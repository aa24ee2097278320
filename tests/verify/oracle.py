"""An oracle for documents: whether what one says is so, asked of the session, its engine and its log.

It shares with the verifier only how facts, rules and patterns are written as JSON.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from pow_rules.encoding import encoded_fact, encoded_pattern
from pow_rules.render.encoded_rules import encoded_rule
from pow_rules.render.json import encoded_aggregate, said_by
from pow_rules.sources import in_order

if TYPE_CHECKING:
    from pow_rules import Session
    from pow_rules.derivation import Derivation

_MEMBERS = {
    "given": {"fact", "sources", "attestations", "concluded"},
    "conclusion": {"fact", "hedges", "shown", "derivations", "given", "sources", "attestations"},
    "rule": {"rule", "number"},
    "seen": {"fact", "at"},
    "cut": {"fact"},
    "absence": {"pattern"},
    "presence": {"pattern", "count"},
    "aggregate": {"function", "pattern", "over", "value", "facts", "text"},
}


def exactly(value: Any) -> str:
    """Give a text that tells JSON values apart, whatever the order of their members."""
    return json.dumps(value, sort_keys=True)


class Oracle:
    """What is so in a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.facts = {exactly(encoded_fact(fact)): fact for fact in session.facts()}
        self.rules = {rule.name: rule for rule in session.program.rules}
        self.given = {given.fact for given in session.givens()}

    def holds(self, document: Any) -> bool:
        """Tell whether a document is one, and whether all that it says is so."""
        try:
            return self._holds(document)
        except (TypeError, KeyError, ValueError, AttributeError, IndexError):
            return False

    def _holds(self, document: dict[str, Any]) -> bool:
        top = {key: value for key, value in document.items() if key not in ("rules", "steps")}
        expected = {"schema": "urn:pow-rules:schema:answer", "version": 1, "kind": "explanation", "cut": 0}
        if exactly(top) != exactly(expected) or set(document) != {*expected, "rules", "steps"}:
            return False
        self.document, self.steps = document, document["steps"]
        if [exactly(rule) for rule in document["rules"]] != [
            exactly(encoded_rule(self.rules[rule["name"]])) for rule in document["rules"]
        ]:
            return False
        first_named = dict.fromkeys(step["number"] for step in self.steps if step["type"] == "rule")
        names = [rule["name"] for rule in document["rules"]]
        if list(first_named) != list(range(len(names))) or len(set(names)) < len(names):
            return False
        depths = [step["depth"] for step in self.steps]
        if not all(type(depth) is int for depth in depths) or depths[0] != 0 or 0 in depths[1:]:
            return False
        if any(not 0 <= b <= a + 1 for a, b in itertools.pairwise(depths)):
            return False
        if any(set(step) != {"depth", "type", *_MEMBERS[step["type"]]} for step in self.steps):
            return False
        if self.steps[0]["type"] not in ("given", "conclusion"):
            return False
        return all(self.is_so(at) for at in range(len(self.steps))) and self.is_grounded()

    def below(self, at: int) -> list[int]:
        """Give the steps one level below a step."""
        found: list[int] = []
        for i in range(at + 1, len(self.steps)):
            if self.steps[i]["depth"] <= self.steps[at]["depth"]:
                break
            if self.steps[i]["depth"] == self.steps[at]["depth"] + 1:
                found.append(i)
        return found

    def above(self, at: int) -> int:
        """Give the step that a step stands below."""
        return next(i for i in range(at - 1, -1, -1) if self.steps[i]["depth"] < self.steps[at]["depth"])

    def fact(self, at: int) -> Any:
        """Give a step's fact, which must hold."""
        return self.facts[exactly(self.steps[at]["fact"])]

    def is_so(self, at: int) -> bool:
        """Tell whether what a step says is so; what stands below a rule is looked at with the rule."""
        step, below = self.steps[at], self.below(at)
        match step["type"]:
            case "given":
                fact = self.fact(at)
                concluded = bool(self.session.derivations(fact))
                return fact in self.given and step["concluded"] is concluded and not below and self.said(at)
            case "conclusion":
                return self.is_concluded(at, step, below)
            case "seen":
                to = step["at"]
                if type(to) is not int or not 0 <= to < at or self.steps[to]["type"] != "conclusion" or below:
                    return False
                return bool(self.fact(to) == self.fact(at))
            case "rule":
                # Its name and the rest are compared where the conclusion is.
                return self.steps[self.above(at)]["type"] == "conclusion"
            case "absence":
                return self.steps[self.above(at)]["type"] == "rule" and not below
            case "presence" | "aggregate":
                return self.steps[self.above(at)]["type"] == "rule"
        return False

    def said(self, at: int) -> bool:
        """Tell whether just those say so that a step names."""
        node = self.session._log.node(self.fact(at))
        assert node is not None
        said = said_by(in_order(self.session._log.attestations(node) or ()))
        return exactly(said) == exactly({name: self.steps[at][name] for name in said})

    def is_concluded(self, at: int, step: dict[str, Any], below: list[int]) -> bool:
        fact = self.fact(at)
        derivations = self.session.derivations(fact)
        numbers = exactly([step["shown"], step["derivations"], step["given"]])
        if not self.said(at) or numbers != exactly([len(below), len(derivations), fact in self.given]):
            return False
        matched = [self.derivation(i, derivations) for i in below]
        if not matched or None in matched or len({id(one) for one in matched}) < len(matched):
            return False
        return exactly(step["hedges"]) == exactly(list(dict.fromkeys(one.rule.hedge for one in matched if one)))

    def derivation(self, at: int, derivations: tuple[Derivation, ...]) -> Derivation | None:
        """Give the derivation that a rule step shows."""
        step = self.steps[at]
        if type(step["number"]) is not int or step["number"] < 0:
            return None
        if step["type"] != "rule" or self.document["rules"][step["number"]]["name"] != step["rule"]:
            return None
        found = [d for d in derivations if d.rule.name == step["rule"] and self.shows(self.below(at), d)]
        return found[0] if found else None

    def shows(self, below: list[int], derivation: Derivation) -> bool:
        """Tell whether what stands below a rule step is what a derivation rests on."""
        parts = [*derivation.premises, *derivation.presences, *derivation.aggregates, *derivation.absences]
        kinds = [
            *(["fact"] * len(derivation.premises)), *(["presence"] * len(derivation.presences)),
            *(["aggregate"] * len(derivation.aggregates)), *(["absence"] * len(derivation.absences)),
        ]  # fmt: skip
        if len(below) != len(parts):
            return False
        return all(self.is_part(i, kind, part) for i, kind, part in zip(below, kinds, parts, strict=True))

    def is_part(self, at: int, kind: str, part: Any) -> bool:
        step, below = self.steps[at], self.below(at)
        if kind == "fact":
            return step["type"] in ("given", "conclusion", "seen") and bool(self.fact(at) == part)
        if step["type"] != kind:
            return False
        if kind == "aggregate":
            told = {name: value for name, value in step.items() if name not in ("depth", "type")}
            facts = [self.fact(i) for i in below if self.steps[i]["type"] in ("given", "conclusion", "seen")]
            return exactly(told) == exactly(encoded_aggregate(part)) and facts == list(part.facts)
        if exactly(step["pattern"]) != exactly(encoded_pattern(part.pattern)):
            return False
        if kind == "absence":
            return True
        matched = [self.session._log.fact(node) for node in self.session._log.matching(part.pattern, {})]
        is_fact = len(below) == 1 and self.steps[below[0]]["type"] in ("given", "conclusion", "seen")
        return exactly(step["count"]) == exactly(len(matched)) and is_fact and self.fact(below[0]) in matched

    def is_grounded(self) -> bool:
        """Tell whether every conclusion comes down to givens, round by round."""
        grounded = {self.fact(at) for at, step in enumerate(self.steps) if step["type"] == "given"}
        conclusions = [at for at, step in enumerate(self.steps) if step["type"] == "conclusion"]
        grounded |= {self.fact(at) for at in conclusions if self.fact(at) in self.given}
        for _ in conclusions:
            for at in conclusions:
                for rule in self.below(at):
                    rests_on = [
                        i for j in self.below(rule) for i in ([j] if "fact" in self.steps[j] else self.below(j))
                    ]
                    if all(self.fact(i) in grounded for i in rests_on):
                        grounded.add(self.fact(at))
        return all(self.fact(at) in grounded for at in conclusions)

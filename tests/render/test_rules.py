"""Rules as data: a reader who has nothing but the JSON can apply them, and gets what the engine concludes."""

from __future__ import annotations

import importlib.resources
import json
import operator
from typing import Any

from hypothesis import given, settings
from jsonschema import Draft202012Validator

from pow_rules import Program, Session, article
from pow_rules.encoding import encoded_fact
from pow_rules.render.encoded_rules import encoded_rule
from pow_rules.testing.strategies import facts, programs

SCHEMA = json.loads((importlib.resources.files("pow_rules.render") / "answer.schema.json").read_text("utf-8"))
validator = Draft202012Validator({**SCHEMA["$defs"]["rule"], "$defs": SCHEMA["$defs"]})
FEWER = settings(max_examples=40)

# What the functions of generated programs do: of these, the JSON has only the names.
FUNCTIONS: dict[str, Any] = {
    "_even": lambda value: value % 2 == 0,
    "_wrapped": lambda value: (value + 1) % 3,
    "_combined": lambda one, other: (one + 2 * other) % 3,
}
OPERATORS: dict[str, Any] = {
    "==": lambda a, b: type(a) is type(b) and a == b, "!=": lambda a, b: not (type(a) is type(b) and a == b),
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "+": operator.add, "-": operator.sub,
    "*": operator.mul, "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip
SUBTYPES = {"Shape": ("ShapeA", "ShapeB")}
FOLDS: dict[str, Any] = {"count": len, "total": sum, "least": min, "most": max}


class Reader:
    """Applies a rule as JSON has it to facts as JSON has them."""

    def __init__(self, rule: Any, known: list[Any]) -> None:
        self.rule = rule
        self.known = known

    def concluded(self, premises: list[Any]) -> list[Any]:
        """Give what the rule concludes from premises; nothing where it does not apply."""
        bound = {p["variable"]: fact for p, fact in zip(self.rule["patterns"], premises, strict=True)}
        if not all(self.is_of(p, fact) for p, fact in zip(self.rule["patterns"], premises, strict=True)):
            return []
        for number, aggregate in enumerate(self.rule["aggregates"]):
            matched = self.matching(aggregate["pattern"], bound)
            if not matched and aggregate["function"] in ("least", "most"):
                return []
            index, over = aggregate["pattern"]["variable"], aggregate["over"]
            values = matched if over is None else [self.term(over, {**bound, index: fact}) for fact in matched]
            bound["aggregate", number] = FOLDS[aggregate["function"]](values)
        if not all(self.holds(condition, bound) for condition in self.rule["conditions"]):
            return []
        return [
            {"type": made["type"], "fields": {name: self.term(term, bound) for name, term in made["fields"].items()}}
            for made in self.rule["conclusions"]
        ]

    def is_of(self, pattern: Any, fact: Any) -> bool:
        return fact["type"] in SUBTYPES.get(pattern["type"], (pattern["type"],))

    def matching(self, pattern: Any, bound: Any) -> list[Any]:
        found = [fact for fact in self.known if self.is_of(pattern, fact)]
        own = [{**bound, pattern["variable"]: fact} for fact in found]
        return [
            fact
            for fact, bindings in zip(found, own, strict=True)
            if all(self.holds(condition, bindings) for condition in pattern["conditions"])
        ]

    def term(self, term: Any, bound: Any) -> Any:
        match term["term"]:
            case "variable":
                return bound[term["variable"]]
            case "constant":
                return term["value"]
            case "field":
                return self.term(term["of"], bound)["fields"][term["name"]]
            case "negative":
                return -self.term(term["of"], bound)
            case "known":
                return self.term(term["of"], bound)
            case "compute":
                return FUNCTIONS[term["function"]](*(self.term(one, bound) for one in term["arguments"]))
            case "aggregate":
                return bound["aggregate", term["number"]]
        return OPERATORS[term["term"]](self.term(term["left"], bound), self.term(term["right"], bound))

    def holds(self, condition: Any, bound: Any) -> bool:
        match condition["condition"]:
            case "and":
                return all(self.holds(one, bound) for one in condition["of"])
            case "or":
                return any(self.holds(one, bound) for one in condition["of"])
            case "not":
                return not self.holds(condition["of"], bound)
            case "present" | "absent" as word:
                return bool(self.matching(condition["pattern"], bound)) == (word == "present")
            case "missing":
                return self.term(condition["of"], bound) is None
            case "one_of":
                value = self.term(condition["of"], bound)
                return any(OPERATORS["=="](value, other) for other in condition["values"])
            case "check":
                return bool(
                    FUNCTIONS[condition["function"]](*(self.term(one, bound) for one in condition["arguments"]))
                )
        if any(self.term(one["of"], bound) is None for one in self.knowns(condition)):
            return False
        sides = (self.term(condition[side], bound) for side in ("left", "right"))
        return bool(OPERATORS[condition["condition"]](*sides))

    def knowns(self, node: Any) -> list[Any]:
        """Give the terms used as if they were not None."""
        found = [node] if node.get("term") == "known" else []
        below = [part for part in node.values() if isinstance(part, dict)]
        return found + [one for part in below for one in self.knowns(part)]


@FEWER
@given(programs(), facts(most_facts=8))
def test_rules_can_be_applied_from_their_json(program: Program, asserted: list[Any]) -> None:
    """From the JSON of a rule and of the facts follows, for every combination, what the engine derives."""
    session = Session(program, asserted)
    known = [json.loads(json.dumps(encoded_fact(fact))) for fact in session.facts()]
    plain = [{"type": fact["type"], "fields": fact["fields"]} for fact in known]
    for rule in program.rules:
        data = json.loads(json.dumps(encoded_rule(rule)))
        assert next(validator.iter_errors(data), None) is None
        derived = {
            (tuple(map(str, map(encoded_fact, d.premises))), fact)
            for fact in session.facts()
            for d in session.derivations(fact)
            if d.rule is rule
        }
        made = {(premises, str(fact)) for premises, fact in derived}
        reader = Reader(data, plain)
        for premises, fact in derived:
            told = next(
                d for d in session.derivations(fact) if tuple(map(str, map(encoded_fact, d.premises))) == premises
            )
            rests_on = [json.loads(json.dumps(encoded_fact(one))) for one in told.premises]
            expected = encoded_fact(fact)
            assert {"type": expected["type"], "fields": expected["fields"]} in reader.concluded(rests_on)
        if len(rule.patterns) == 1:
            for fact, one in zip(session.facts(), plain, strict=True):
                assert bool(reader.concluded([one])) == any(key == (str(encoded_fact(fact)),) for key, _ in made)


def test_the_article_fits_the_schema() -> None:
    """Every rule of the article is data of the schema, and no two are the same."""
    written = [json.dumps(encoded_rule(rule)) for rule in article.program.rules]
    assert not [error for text in written for error in validator.iter_errors(json.loads(text))]
    assert len(set(written)) == len(written)

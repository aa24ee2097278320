"""Rules and constraints as JSON holds them: what they join, ask for and conclude, as trees of terms and conditions.

A term is an object with a `term`, a condition one with a `condition`, which say what it is:

| term | with |
| --- | --- |
| `variable` | `variable`, the number of a pattern's fact, and its `name` |
| `constant` | `value`, encoded as any value |
| `field` | `of`, a term whose value is a fact, and the field's `name` |
| `+`, `-`, `*`, `/`, `//`, `%`, `**` | `left` and `right` |
| `negative`, `known` | `of`; a comparison that looks at something `known` is false where that is None |
| `compute` | the Python function's name as `function`, and `arguments` |
| `aggregate` | `number`: which of the rule's `aggregates` it is, counted from 0 |

| condition | with |
| --- | --- |
| `==`, `!=`, `<`, `<=`, `>`, `>=` | `left` and `right` |
| `one_of` | `of` and `values` |
| `missing` | `of`, which is None |
| `check` | the Python function's name as `function`, and `arguments` |
| `and`, `or`, `not` | `of`: a list of conditions, or the one denied |
| `present`, `absent` | `pattern`: a fact's number, name and type, and `conditions` on it |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.encoding import encoded
from pow_rules.rules import Rule
from pow_rules.terms import (
    Absent,
    Aggregate,
    And,
    Arithmetic,
    Check,
    Compare,
    Compute,
    Constant,
    Field,
    Known,
    Missing,
    Negative,
    Not,
    OneOf,
    Or,
    Present,
    Variable,
    function_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.conditional import Conditional
    from pow_rules.scales import Likelihood
    from pow_rules.terms import Condition, Inner, Term

__all__ = ["encoded_likelihood", "encoded_rule"]


def encoded_rule(rule: Conditional) -> dict[str, Any]:
    """Give a rule or a constraint as JSON holds it, all of it but where it stands: that is the machine's affair.

    Args:
        rule: the rule, or the constraint, which has neither hedge nor likelihood, and concludes nothing.

    >>> from pow_rules import conclude, fact, rule, where
    >>> @fact
    ... class Asked:
    ...     who: str
    >>> @fact
    ... class Heard:
    ...     who: str
    >>> @rule
    ... def kyiv_hears(a: Asked) -> None:
    ...     where(a.who == "Kyiv")
    ...     conclude(Heard, who=a.who)
    >>> data = encoded_rule(kyiv_hears)
    >>> data["patterns"]
    [{'variable': 0, 'name': 'a', 'type': 'Asked'}]
    >>> data["conditions"][0]["condition"], data["conditions"][0]["right"]
    ('==', {'term': 'constant', 'value': 'Kyiv'})
    """
    put = _Encoder(rule.aggregates)
    return {
        "name": rule.name,
        "statement": rule.statement,
        "hedge": rule.hedge if isinstance(rule, Rule) else None,
        "likelihood": encoded_likelihood(rule.likelihood if isinstance(rule, Rule) else None),
        "attribution": rule.attribution,
        "cites": list(rule.cites),
        "patterns": [_variable(variable) for variable in rule.patterns],
        "conditions": [put.condition(condition) for condition in rule.conditions],
        "aggregates": [put.aggregate(aggregate) for aggregate in rule.aggregates],
        "conclusions": [
            {"type": made.fact_type.__name__, "fields": {name: put.term(term) for name, term in made.terms}}
            for made in rule.conclusions
        ],
    }


def encoded_likelihood(likelihood: Likelihood | None) -> dict[str, Any] | None:
    """Give a likelihood as JSON holds it; None where there is none."""
    if likelihood is None:
        return None
    return {"low": likelihood.low, "high": likelihood.high, "word": likelihood.word, "scale": likelihood.scale}


def _variable(variable: Variable) -> dict[str, Any]:
    return {"variable": variable.index, "name": variable.name, "type": variable.fact_type.__name__}


class _Encoder:
    """Encodes what one rule says; its aggregates are written once, and referred to by number."""

    def __init__(self, aggregates: tuple[Aggregate, ...]) -> None:
        self.aggregates = aggregates

    def aggregate(self, aggregate: Aggregate) -> dict[str, Any]:
        over = None if aggregate.value is None else self.term(aggregate.value)
        return {"function": aggregate.function, "pattern": self.pattern(aggregate.inner), "over": over}

    def pattern(self, inner: Inner) -> dict[str, Any]:
        return {**_variable(inner.variable), "conditions": [self.condition(part) for part in inner.conditions]}

    def term(self, term: Term) -> dict[str, Any]:
        match term:
            case Variable(index, name):
                return {"term": "variable", "variable": index, "name": name}
            case Constant(value):
                return {"term": "constant", "value": encoded(value)}
            case Field(base, name):
                return {"term": "field", "of": self.term(base), "name": name}
            case Arithmetic(operator, left, right):
                return {"term": operator, "left": self.term(left), "right": self.term(right)}
            case Negative(of):
                return {"term": "negative", "of": self.term(of)}
            case Known(of):
                return {"term": "known", "of": self.term(of)}
            case Compute(function, arguments):
                return {"term": "compute", **self.call(function, arguments)}
            case Aggregate():
                return {"term": "aggregate", "number": self.aggregates.index(term)}

    def condition(self, condition: Condition) -> dict[str, Any]:
        match condition:
            case Compare(operator, left, right):
                return {"condition": operator, "left": self.term(left), "right": self.term(right)}
            case OneOf(term, values):
                return {"condition": "one_of", "of": self.term(term), "values": list(map(encoded, values))}
            case Missing(term):
                return {"condition": "missing", "of": self.term(term)}
            case Check(function, arguments):
                return {"condition": "check", **self.call(function, arguments)}
            case And(parts):
                return {"condition": "and", "of": list(map(self.condition, parts))}
            case Or(parts):
                return {"condition": "or", "of": list(map(self.condition, parts))}
            case Not(part):
                return {"condition": "not", "of": self.condition(part)}
            case Present(inner):
                return {"condition": "present", "pattern": self.pattern(inner)}
            case Absent(inner):
                return {"condition": "absent", "pattern": self.pattern(inner)}

    def call(self, function: Callable[..., Any], arguments: tuple[Term, ...]) -> dict[str, Any]:
        return {"function": function_name(function), "arguments": list(map(self.term, arguments))}

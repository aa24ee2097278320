"""What terms and conditions mean, said as plainly as possible.

The engine does not use this: it compiles rules. Explanations do, to print the ground pattern of an absence, and so
does the naive reference evaluator that the engine is tested against.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.lowering.folds import fold_of
from pow_rules.lowering.runtime import computed, negated, number, truth
from pow_rules.terms import (
    Absent,
    Aggregate,
    And,
    Arithmetic,
    Check,
    Compare,
    Compute,
    Condition,
    Constant,
    Field,
    Inner,
    Known,
    Missing,
    Negative,
    Node,
    Not,
    OneOf,
    Or,
    Present,
    Term,
    Variable,
    can_raise,
    guards,
    text,
    walk,
)
from pow_rules.values import exact_equal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["evaluate", "folded", "ground", "holds"]

_MOST_BITS = 1_000_000
"""How large a power may get: far larger than what Python prints."""
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow,
}  # fmt: skip


def evaluate(term: Term, facts: Mapping[Any, Any]) -> Any:
    """Give the value of a term.

    Args:
        term: the term.
        facts: the fact of each variable, by index, and the value of each aggregate, by the aggregate.
    """
    match term:
        case Variable(index):
            return facts[index]
        case Constant(value):
            return value
        case Field(base, name):
            return getattr(evaluate(base, facts), name)
        case Arithmetic(sign, left, right):
            one, other = evaluate(left, facts), evaluate(right, facts)
            if sign == "**" and type(one) is int and type(other) is int:
                _refuse_huge(term, one, other)
            result = _ARITHMETIC[sign](one, other)
            return number(result) if can_raise(term) else result
        case Negative(inner):
            return negated(evaluate(inner, facts))
        case Known(inner):
            return evaluate(inner, facts)
        case Compute(function, arguments):
            return computed(function(*(evaluate(a, facts) for a in arguments)))
        case Aggregate():
            return facts[term]


def _refuse_huge(term: Term, base: int, exponent: int) -> None:
    # What is evaluated here may stand in a document, which may hold any number; some powers would take for ever.
    if abs(base) > 1 and base.bit_length() * exponent > _MOST_BITS:
        msg = f"{text(term)} is a number of more than {_MOST_BITS:,} bits"
        raise OverflowError(msg)


def holds(condition: Condition, facts: Mapping[Any, Any]) -> bool:
    """Tell whether a condition (other than `present` and `absent`) holds.

    Args:
        condition: the condition.
        facts: as for `evaluate`.
    """
    match condition:
        case And(parts):
            return all(holds(part, facts) for part in parts)
        case Or(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
    if any(evaluate(guard, facts) is None for guard in guards(condition)):
        return False
    match condition:
        case Compare("==", left, right):
            return exact_equal(evaluate(left, facts), evaluate(right, facts))
        case Compare("!=", left, right):
            return not exact_equal(evaluate(left, facts), evaluate(right, facts))
        case Compare(sign, left, right):
            return bool(_ORDER[sign](evaluate(left, facts), evaluate(right, facts)))
        case OneOf(term, values):
            found = evaluate(term, facts)
            return any(exact_equal(found, value) for value in values)
        case Missing(term):
            return evaluate(term, facts) is None
        case Check(function, arguments):
            return truth(function(*(evaluate(a, facts) for a in arguments)))
    msg = f"{condition} looks into the fact base"
    raise TypeError(msg)


def folded(aggregate: Aggregate, matched: list[Any], facts: Mapping[Any, Any]) -> Any:
    """Give the value of an aggregate over the facts that its pattern matched."""
    index = aggregate.inner.variable.index
    if aggregate.value is None:
        return len(matched)
    values = [evaluate(aggregate.value, {**facts, index: fact}) for fact in matched]
    return fold_of(aggregate)(values)


def ground(inner: Inner, facts: Mapping[Any, Any]) -> Inner:
    """Give an inner pattern with everything but its own variable put into values."""
    return Inner(inner.variable, tuple(_ground_condition(c, inner.variable.index, facts) for c in inner.conditions))


def _ground_condition(condition: Condition, own: int, facts: Mapping[Any, Any]) -> Condition:
    match condition:
        case Compare(sign, left, right):
            return Compare(sign, _ground_term(left, own, facts), _ground_term(right, own, facts))
        case OneOf(term, values):
            return OneOf(_ground_term(term, own, facts), values)
        case Missing(term):
            return Missing(_ground_term(term, own, facts))
        case Check(function, arguments):
            return Check(function, tuple(_ground_term(a, own, facts) for a in arguments))
        case And(parts):
            return And(tuple(_ground_condition(p, own, facts) for p in parts))
        case Or(parts):
            return Or(tuple(_ground_condition(p, own, facts) for p in parts))
        case Not(part):
            return Not(_ground_condition(part, own, facts))
        case Present() | Absent():  # pragma: no cover - they stand only at the top of a rule
            return condition


def _ground_term(term: Term, own: int, facts: Mapping[Any, Any]) -> Term:
    if not _mentions(term, own):
        try:
            value = evaluate(term, facts)
            hash(value)
        except Exception:  # noqa: BLE001 - the rule never got to it, or it is no field's value: shown as it is written
            return term
        return Constant(value, term.kind)
    match term:
        case Field(base, name):
            return Field(_ground_term(base, own, facts), name, term.kind)
        case Arithmetic(sign, left, right):
            return Arithmetic(sign, _ground_term(left, own, facts), _ground_term(right, own, facts), term.kind)
        case Negative(inner):
            return attrs.evolve(term, term=_ground_term(inner, own, facts))
        case Known(inner):
            return attrs.evolve(term, term=_ground_term(inner, own, facts))
        case Compute(function, arguments):
            return Compute(function, tuple(_ground_term(a, own, facts) for a in arguments), term.kind)
    return term


def _mentions(term: Node, own: int) -> bool:
    return any(isinstance(n, Variable) and n.index == own for n in walk(term, inner=False))

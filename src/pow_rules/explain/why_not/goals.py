"""What is asked for, as a pattern, and what a rule would have to meet to conclude it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.evaluate import evaluate, holds
from pow_rules.explain.why_not.unmet import Misfit, fields_in
from pow_rules.facts import fact_type, fact_type_of
from pow_rules.kinds import Kind
from pow_rules.lowering.runtime import accepting
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
    Inner,
    Known,
    Missing,
    Negative,
    Not,
    OneOf,
    Or,
    Present,
    Variable,
    can_raise,
    text,
    walk,
)
from pow_rules.values import exact_equal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.rules import Conclusion, Rule
    from pow_rules.terms import Condition, Term

__all__ = ["Fit", "fit", "goal_of", "needs", "renamed", "replaced"]

_OWN = -1


@attrs.frozen(eq=False, repr=False)
class Fit:
    """What a rule must meet for one of its conclusions to be what was asked for.

    Attributes:
        rule: the rule.
        conclusion: the conclusion.
        plain: what its patterns must meet: conditions that cannot raise and use no aggregate; implied equalities too.
        tests: all other conditions, in the order in which they are tested.
        written: how a test was meant, where it is not said as it is tested.
    """

    rule: Rule
    conclusion: Conclusion
    plain: tuple[Condition, ...]
    tests: tuple[Condition, ...]
    written: dict[Condition, Condition]


def goal_of(fact: Any) -> Inner:
    """Give the pattern that a fact, and no other, matches."""
    described = fact_type_of(fact)
    own = Variable(_OWN, described.name, described.cls)
    values = zip(described.fields, described.row(fact), strict=True)
    return Inner(own, tuple(Compare("==", Field(own, f.name, f.kind), Constant(v, f.kind)) for f, v in values))


def renamed(inner: Inner) -> Inner:
    """Give a pattern under the one name that all goals have, so that equal goals are equal."""
    cls = inner.variable.fact_type
    own = Variable(_OWN, cls.__name__, cls)
    index = inner.variable.index
    conditions = (replaced(c, lambda n: own if isinstance(n, Variable) and n.index == index else None)
                  for c in inner.conditions)  # fmt: skip
    return Inner(own, tuple(dict.fromkeys(conditions)))


def needs(node: Any, own: int | None = None) -> frozenset[Any]:
    """Give what must be known to evaluate a node: variables by their index, and aggregates.

    Args:
        node: a term, a condition, or an aggregate itself: then what it goes over.
        own: the index of a variable that is left out.
    """
    if isinstance(node, Present | Absent | Aggregate):
        inner = node.inner
        parts: list[Any] = [*inner.conditions]
        if isinstance(node, Aggregate) and node.value is not None:
            parts.append(node.value)
        return frozenset[Any]().union(*(needs(part, inner.variable.index) for part in parts)) - {own}
    found = (n for n in walk(node, inner=False) if isinstance(n, Variable | Aggregate))
    return frozenset(n.index if isinstance(n, Variable) else n for n in found) - {own}


def fit(rule: Rule, conclusion: Conclusion, goal: Inner) -> Fit | Misfit:
    """Put a goal and a rule's conclusion together.

    Args:
        rule: the rule.
        conclusion: a conclusion of it, of the goal's type.
        goal: what is asked for.
    """
    terms, written_terms = _terms(conclusion)
    asked, written = list[Any](), dict[Any, Any]()
    for condition in goal.conditions:
        said = _folded(_put(condition, goal.variable.index, terms, conclusion))
        written[said] = _folded(_put(condition, goal.variable.index, written_terms, conclusion))
        if needs(said) or can_raise(said):
            asked.append(said)
        elif not holds(said, {}):
            return Misfit(rule, conclusion, _never(condition, goal.variable.index, terms))
    every = [*sorted(rule.conditions, key=can_raise), *sorted(asked, key=can_raise)]
    plain = [c for c in every if _is_plain(c)]
    implied = _implied(plain)
    if isinstance(implied, str):
        return Misfit(rule, conclusion, implied)
    tests = tuple(c for c in every if not _is_plain(c))
    return Fit(rule, conclusion, (*plain, *implied), tests, written)


def _never(condition: Condition, index: int, terms: dict[str, Term]) -> str:
    """Tell why a condition on constants of a conclusion does not hold."""
    names = [name for name in fields_in(condition, index) if name in terms]
    return ", ".join(f"{name} is {text(terms[name])}" for name in names) or f"not {text(condition, index)}"


def _is_plain(condition: Condition) -> bool:
    looks = (Present, Absent, Aggregate)
    return not can_raise(condition) and not any(isinstance(n, looks) for n in walk(condition))


# ---- putting a conclusion's terms into a goal's conditions ---------------------------------------------------------


def _terms(conclusion: Conclusion) -> tuple[dict[str, Term], dict[str, Term]]:
    """Give the terms of a conclusion by field, as they are stored, and as they are written."""
    described = fact_type(conclusion.fact_type)
    stored: dict[str, Term] = {}
    for spec, (name, term) in zip(described.fields, conclusion.terms, strict=True):
        is_checked = term.kind is not None and term.kind.within(spec.kind) and not can_raise(term)
        if is_checked or isinstance(term, Constant):
            stored[name] = term
        else:
            stored[name] = Compute(accepting(described.name, name, spec.kind), (term,), spec.kind)
    return stored, dict(conclusion.terms)


def _put(condition: Condition, index: int, terms: dict[str, Term], conclusion: Conclusion) -> Condition:
    def instead(node: Any) -> Any:
        match node:
            case Field(Variable(i), name) if i == index:
                return terms[name]
            case Variable(i) if i == index:
                return Compute(conclusion.fact_type, tuple(terms.values()), Kind.of(conclusion.fact_type))
        return None

    made: Condition = replaced(condition, instead)
    return made


def _folded(condition: Condition) -> Condition:
    """Put fields of constants, and what is reckoned from constants, into values."""

    def instead(node: Any) -> Any:
        is_term = isinstance(node, Field | Arithmetic | Negative)
        if is_term and not needs(node) and not can_raise(node):
            return Constant(evaluate(node, {}), node.kind)
        return None

    made: Condition = replaced(condition, instead)
    return made


def replaced(node: Any, instead: Callable[[Any], Any]) -> Any:
    """Give a condition or term with some nodes replaced; aggregates in it stay as they are.

    Args:
        node: the condition or term.
        instead: gives what takes a node's place, or None where it stays.
    """
    found = instead(node)
    if found is not None:
        return found

    def many(nodes: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(replaced(n, instead) for n in nodes)

    match node:
        case Field(base):
            return attrs.evolve(node, base=replaced(base, instead))
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return attrs.evolve(node, left=replaced(left, instead), right=replaced(right, instead))
        case Negative(term) | Known(term) | OneOf(term) | Missing(term):
            return attrs.evolve(node, term=replaced(term, instead))
        case Compute(_, arguments) | Check(_, arguments):
            return attrs.evolve(node, arguments=many(arguments))
        case And(conditions) | Or(conditions):
            return attrs.evolve(node, conditions=many(conditions))
        case Not(condition):
            return Not(replaced(condition, instead))
        case Present(inner) | Absent(inner):
            return attrs.evolve(node, inner=Inner(inner.variable, many(inner.conditions)))
    return node


# ---- equalities ----------------------------------------------------------------------------------------------------


def _implied(plain: list[Condition]) -> list[Condition] | str:
    """Give the equalities that follow from those written; a text where they cannot all hold."""
    groups: dict[Term, list[Term]] = {}
    for condition in plain:
        match condition:
            case Compare("==", left, right) if _is_simple(left) and _is_simple(right):
                one, other = (groups.setdefault(t, [t]) for t in (_bare(left), _bare(right)))
                if one is not other:
                    one += other
                    groups.update(dict.fromkeys(other, one))
    found: dict[Condition, None] = {}
    for group in {id(g): g for g in groups.values()}.values():
        constants = [t for t in group if isinstance(t, Constant)]
        for constant in constants[1:]:
            if not exact_equal(constant.value, constants[0].value):
                named = next((t for t in group if not isinstance(t, Constant)), constant)
                return f"{text(named)} cannot be both {text(constants[0])} and {text(constant)}"
        open_ = [t for t in group if not isinstance(t, Constant)]
        for i, term in enumerate(open_):
            others: list[Term] = [*constants[:1]] or [t for t in open_[i + 1 :] if needs(t) != needs(term)]
            found.update(dict.fromkeys(Compare("==", term, other) for other in others))
    return [c for c in found if c not in plain]


def _is_simple(term: Term) -> bool:
    return all(isinstance(n, Field | Variable | Constant | Known) for n in walk(term))


def _bare(term: Term) -> Term:
    return term.term if isinstance(term, Known) else term

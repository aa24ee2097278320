"""The words of a rule's body: `where`, `absent`, `conclude`, `count`...

They record what is said in the rule that is being built. To type checkers they are plain functions over plain
values, so that a misspelt field or a wrong type is an error there too.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, TypeVarTuple

import attrs

from pow_rules.errors import RuleError, UnknownFieldError
from pow_rules.facts import FactType, FieldSpec, concrete_types, fact_type
from pow_rules.kinds import Atom, Kind, described, is_fact_class
from pow_rules.language.scope import Body, Scope, current_body, fault, inner_scope
from pow_rules.language.symbols import (
    Symbol,
    advice_on_call,
    as_condition,
    as_term,
    constant_for,
    symbol_for_fact,
    symbol_of,
)
from pow_rules.location import here
from pow_rules.near import did_you_mean
from pow_rules.terms import (
    Absent,
    Aggregate,
    And,
    Check,
    Compute,
    Constant,
    Field,
    Inner,
    Known,
    Missing,
    Not,
    OneOf,
    Or,
    Present,
    Term,
    Variable,
    guards,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.terms import AggregateName

__all__ = [
    "absent", "any_of", "check", "compute", "conclude", "count", "inner_pattern", "known", "least", "missing", "most",
    "not_", "one_of", "present", "total", "where",
]  # fmt: skip

F = TypeVar("F")
V = TypeVar("V")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


def where(*conditions: bool) -> None:
    """Require conditions of the rule, all of them.

    Args:
        conditions: comparisons of fields, or what `&`, `|`, `not_`, `any_of`, `one_of`, `missing` and `check` give.

    Raises:
        RuleError: for anything that is no condition, constants `True` and `False` included.

    >>> from pow_rules import conclude, fact, rule, where
    >>> @fact
    ... class Adult:
    ...     name: str
    >>> @fact
    ... class Person:
    ...     name: str
    ...     age: int
    >>> @rule
    ... def of_age(p: Person) -> None:
    ...     where(p.age >= 18)
    ...     conclude(Adult, name=p.name)
    """
    body = _body("where")
    if not conditions:
        raise fault("where() without a condition requires nothing: leave it out, or say what is required")
    for condition in conditions:
        found = as_condition(condition, "where(...)")
        body.conditions.extend(found.conditions if isinstance(found, And) else (found,))


def present(cls: type[F], *conditions: Callable[[F], bool]) -> None:
    """Require that some fact matches, without telling which: one derivation however many do.

    Args:
        cls: the fact type (abstract ones stand for all their subclasses).
        conditions: lambdas over a symbolic fact of it; other patterns' fields may be used in them.

    Raises:
        RuleError: as for every condition.
    """
    _body("present").conditions.append(Present(inner_pattern(cls, conditions, "present(...)")))


def absent(cls: type[F], *conditions: Callable[[F], bool]) -> None:
    """Require that no fact matches. The program must be stratified over absences.

    Args:
        cls: the fact type (abstract ones stand for all their subclasses).
        conditions: lambdas over a symbolic fact of it; other patterns' fields may be used in them.

    Raises:
        RuleError: as for every condition.
    """
    _body("absent").conditions.append(Absent(inner_pattern(cls, conditions, "absent(...)")))


def conclude(cls: Callable[P, object], /, *args: P.args, **fields: P.kwargs) -> None:
    """Conclude a fact for every match of the rule. Several calls conclude several facts.

    Args:
        cls: the fact type.
        args: values for the fields, in order, as in the constructor (keywords read better).
        fields: values for the fields: constants, fields of the patterns, arithmetic, `compute(...)`, aggregates.

    Raises:
        RuleError: for a missing or unknown field, a value of the wrong kind, or an abstract fact type.
    """
    body = _body("conclude")
    if not body.concludes:
        raise fault(
            "a constraint concludes nothing, it says which facts contradict each other: leave conclude(...) out, or"
            " make it a @rule"
        )
    target = _fact_type(cls, "conclude(...)")
    if target.abstract:
        names = ", ".join(concrete.__name__ for concrete in concrete_types(target.cls))
        instead = f"conclude one of its subclasses: {names}" if names else "it has no subclass yet"
        raise fault(f"{target} is abstract and cannot be concluded: {instead}")
    if len(args) > len(target.fields):
        raise fault(f"{target} has {len(target.fields)} fields, and conclude got {len(args)} values")
    given: dict[str, object] = dict(zip(target.field_names, args, strict=False))
    for name, value in fields.items():
        if target.field(name) is None:
            tail = did_you_mean(name, target.field_names)
            raise fault(f"{target} has no field {name!r}{tail}", None, UnknownFieldError)
        if name in given:
            raise fault(f"{target}.{name} is given twice")
        given[name] = value
    lacking = [repr(s.name) for s in target.fields if s.name not in given and s.default is attrs.NOTHING]
    if lacking:
        what = "field" if len(lacking) == 1 else "fields"
        raise fault(f"conclude({target}, ...) lacks the {what} {' and '.join(lacking)}")
    terms = tuple((spec.name, _concluded(target, spec, given)) for spec in target.fields)
    body.conclusions.append((target.cls, terms))


def any_of(*conditions: bool) -> bool:
    """Say that at least one of some conditions holds; two that hold are still one derivation.

    Raises:
        RuleError: for no condition at all, or anything that is none.
    """
    _query_or_body("any_of")
    if not conditions:
        raise fault("any_of() needs at least one condition")
    return _as_bool(symbol_of(Or(tuple(as_condition(c, "any_of(...)") for c in conditions)), *conditions))


def not_(condition: bool, /) -> bool:  # noqa: FBT001 - to type checkers a condition is a bool
    """Say the opposite of a condition; for "there is no such fact" use `absent`.

    Raises:
        RuleError: for anything that is no condition.
    """
    _query_or_body("not_")
    return _as_bool(symbol_of(Not(as_condition(condition, "not_(...)")), condition))


def one_of(value: V, /, *options: V) -> bool:
    """Say that a value is one of some constants.

    Raises:
        RuleError: for no option at all, or one of a type that the field cannot hold.
    """
    _query_or_body("one_of")
    term = as_term(value)
    if not options:
        raise fault(f"one_of({text(term)}) needs at least one constant")
    if len(options) == 1 and isinstance(options[0], (list, set, tuple, frozenset, dict)) and _no_container(term):
        raise fault(f"one_of({text(term)}, ...) takes its constants one by one: one_of({text(term)}, *constants)")
    for option in options:
        if isinstance(option, Symbol):
            raise fault(
                f"one_of({text(term)}, ...) takes constants, and {option!r} is not one: write"
                f" {text(term)} == {option!r}, several of them inside any_of(...)"
            )
    values = tuple(constant_for(option, term.kind, f"one_of({text(term)}, ...)").value for option in options)
    return _as_bool(symbol_of(OneOf(term, values), value))


def missing(value: object, /) -> bool:
    """Say that a value is None.

    Raises:
        RuleError: for a field that is never None.
    """
    _query_or_body("missing")
    term = as_term(value)
    if term.kind is not None and not term.kind.optional:
        raise fault(f"missing({text(term)}): it holds {term.kind}, which is never None")
    return _as_bool(symbol_of(Missing(term), value))


def known(value: V | None, /) -> V:
    """Use a value that may be None as one that is not; the comparison it stands in is false where it is.

    Where it stands in a conclusion, the rule does not fire for None.

    Raises:
        RuleError: for a field that is never None.
    """
    _query_or_body("known")
    term = as_term(value)
    if term.kind is not None and not term.kind.optional:
        raise fault(f"known({text(term)}): it holds {term.kind}, which is never None; leave known(...) out")
    made: Any = symbol_of(Known(term, None if term.kind is None else term.kind.known), value)
    return made  # type: ignore[no-any-return]


def check(function: Callable[[*Ts], bool], /, *arguments: *Ts) -> bool:
    """Say that a pure Python predicate holds of some values. It runs after all other conditions.

    Args:
        function: a function without side effects that returns True or False; builtins work.
        arguments: fields, constants, arithmetic, aggregates, other computed values.

    Raises:
        RuleError: if `function` cannot be called. What it raises later is an `EvaluationError`.
    """
    _query_or_body("check")
    return _as_bool(symbol_of(Check(_callable(function, "check"), tuple(map(as_term, arguments))), *arguments))


def compute(function: Callable[[*Ts], V], /, *arguments: *Ts) -> V:
    """Compute a value with a pure Python function. It runs after all conditions that need no function.

    Args:
        function: a function without side effects; builtins work.
        arguments: fields, constants, arithmetic, aggregates, other computed values.

    Raises:
        RuleError: if `function` cannot be called. What it raises later is an `EvaluationError`.
    """
    _query_or_body("compute")
    made: Any = symbol_of(Compute(_callable(function, "compute"), tuple(map(as_term, arguments))), *arguments)
    return made  # type: ignore[no-any-return]


def count(cls: type[F], /, *conditions: Callable[[F], bool]) -> int:
    """Count the facts that match: 0 if none does.

    Args:
        cls: the fact type.
        conditions: lambdas over a symbolic fact of it; other patterns' fields may be used in them.
    """
    made: Any = _aggregate("count", cls, None, conditions)
    return made  # type: ignore[no-any-return]


def total(cls: type[F], value: Callable[[F], V], /, *conditions: Callable[[F], bool]) -> V:
    """Add up a value over the facts that match: the kind's zero if none does.

    Every fact counts, also where two have the same value. Floats are added with `math.fsum`.

    Args:
        cls: the fact type.
        value: a lambda that gives an int, a float or a Decimal of a symbolic fact.
        conditions: lambdas over a symbolic fact; other patterns' fields may be used in them.
    """
    made: Any = _aggregate("total", cls, value, conditions)
    return made  # type: ignore[no-any-return]


def least(cls: type[F], value: Callable[[F], V], /, *conditions: Callable[[F], bool]) -> V:
    """Take the least value over the facts that match; the rule does not fire if none does.

    Args:
        cls: the fact type.
        value: a lambda that gives a value that can be ordered.
        conditions: lambdas over a symbolic fact; other patterns' fields may be used in them.
    """
    made: Any = _aggregate("least", cls, value, conditions)
    return made  # type: ignore[no-any-return]


def most(cls: type[F], value: Callable[[F], V], /, *conditions: Callable[[F], bool]) -> V:
    """Take the greatest value over the facts that match; the rule does not fire if none does.

    Args:
        cls: the fact type.
        value: a lambda that gives a value that can be ordered.
        conditions: lambdas over a symbolic fact; other patterns' fields may be used in them.
    """
    made: Any = _aggregate("most", cls, value, conditions)
    return made  # type: ignore[no-any-return]


def inner_pattern(cls: type[F], conditions: tuple[Callable[[F], bool], ...], owner: str) -> Inner:
    """Run lambdas over a symbolic fact, and give the pattern they describe.

    Raises:
        RuleError: as for every condition.
    """
    return _inner(cls, None, conditions, owner)[0]


def _inner(
    cls: type[F], value: Callable[[F], object] | None, conditions: tuple[Callable[[F], bool], ...], owner: str
) -> tuple[Inner, Term | None]:
    body = current_body()
    if body is None:  # pragma: no cover - every caller has looked
        msg = f"{here()}: {owner} is said outside of a rule"
        raise RuleError(msg)
    found_type = _fact_type(cls, owner)
    name = found_type.name[:1].lower() + found_type.name[1:]
    variable = Variable(body.new_index(), name, found_type.cls)
    found: list[Any] = []
    term: Term | None = None
    with inner_scope(body, owner) as scope:
        for condition in conditions:
            said = as_condition(_said(condition, variable, scope, owner, "x.field == ..."), f"a lambda of {owner}")
            found.extend(said.conditions if isinstance(said, And) else (said,))
        if value is not None:
            term = as_term(_said(value, variable, scope, owner, "x.field"))
            found.extend(Not(Missing(guard)) for guard in guards(term))
    return Inner(variable, tuple(found)), term


def _said(function: Any, variable: Variable, scope: Scope, owner: str, example: str) -> object:
    """Call a lambda of the rule with the symbolic fact that it is about."""
    takes = f"{owner} takes lambdas over one {variable.fact_type.__name__}, as `lambda x: {example}`"
    if isinstance(function, Symbol | type) or not callable(function):
        raise fault(
            f"{takes}; it got {function!r}"
            if isinstance(function, Symbol)
            else f"{takes}; it got {described(function)}"
        )
    symbol = symbol_for_fact(variable, scope)
    try:
        inspect.signature(function).bind(symbol)
    except TypeError as error:
        raise fault(f"{takes}; this one cannot be called with one fact: {error}") from None
    except ValueError:  # a builtin that does not tell its parameters
        pass
    return function(symbol)


def _aggregate(
    function: AggregateName,
    cls: type[F],
    value: Callable[[F], object] | None,
    conditions: tuple[Callable[[F], bool], ...],
) -> object:
    body = _body(function)
    inner, term = _inner(cls, value, conditions, f"{function}(...)")
    kind = Kind.of(int)
    if term is not None:
        if term.kind is None:
            raise fault(f"{function}(...) over a computed value: put the value into a field of a fact first")
        if term.kind.optional:
            raise fault(
                f"{function}(...) over {text(term)}, which may be None: write known({text(term)}) to leave those out"
            )
        if function == "total" and not (term.kind.is_number and len(term.kind.alternatives) == 1):
            raise fault(f"total(...) adds values of one of int, float and Decimal, and {text(term)} holds {term.kind}")
        if function != "total" and not term.kind.can_order(term.kind):
            raise fault(f"{function}(...) needs values that can be ordered, and {text(term)} holds {term.kind}")
        kind = term.kind
    made = Aggregate(function, inner, term, kind)
    body.aggregates[made] = None
    return symbol_of(made)


def _concluded(target: FactType, spec: FieldSpec, given: dict[str, object]) -> Term:
    if spec.name not in given:
        return Constant(spec.default, spec.kind)
    term = as_term(given[spec.name], spec.kind, f"{target}.{spec.name}")
    kind = term.kind
    if kind is None or isinstance(term, Constant) or kind.within(spec.kind):
        return term
    if kind.optional and not spec.kind.optional and kind.known.within(spec.kind):
        raise fault(f"{target}.{spec.name} holds {spec.kind}, and {text(term)} may be None: write known({text(term)})")
    widened = all(a is int or Kind.of(a).within(spec.kind) for a in kind.atoms) and float in spec.kind.atoms
    if widened or (not isinstance(term, Field) and kind.can_equal(spec.kind)):
        return term  # checked again, or converted, when the fact is concluded
    raise fault(f"{target}.{spec.name} holds {spec.kind}, and {text(term)} holds {kind}")


def _fact_type(cls: object, owner: str) -> FactType:
    if not isinstance(cls, Symbol) and is_fact_class(type(cls)):
        name, fields = type(cls).__name__, ", ".join(f"{field}=..." for field in fact_type(type(cls)).field_names)
        instead = f"conclude({name}, {fields})" if owner == "conclude(...)" else f"{owner[:-4]}{name}, ...)"
        raise fault(f"{owner} takes a fact type first, and got the fact {described(cls)}: write {instead}")
    if not isinstance(cls, type) or not is_fact_class(cls):
        name = cls.__name__ if isinstance(cls, type) else repr(cls)
        raise fault(f"{owner} takes a fact type first, and {name} was not made with @fact")
    return fact_type(cls)


def _body(word: str) -> Body:
    body = current_body(word)
    assert body is not None  # noqa: S101 - current_body has raised otherwise
    return body


def _query_or_body(word: str) -> None:
    if current_body() is None:
        current_body(word)


def _callable(function: Any, word: str) -> Any:
    if isinstance(function, Symbol):
        advice = advice_on_call(function, word)
        raise fault(f"{word}(...) takes a function first, and got {function!r}: {advice}")
    if not callable(function):
        raise fault(f"{word}(...) takes a function first, and got {described(function)}")
    return function


def _no_container(term: Term) -> bool:
    return term.kind is not None and all(isinstance(a, Atom) for a in term.kind.alternatives)


def _as_bool(symbol: Any) -> bool:
    return symbol  # type: ignore[no-any-return]

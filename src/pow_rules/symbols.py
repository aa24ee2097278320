"""Symbolic facts, values and conditions: what a rule's body sees in place of real ones.

A symbol records what is done with it as a term or a condition. Whatever would need a real value (truth, iteration,
hashing, text, length) raises at once and says what to write instead.
"""

from __future__ import annotations

from typing import Any, NoReturn

from pow_rules.errors import SymbolError, UnknownFieldError
from pow_rules.facts import fact_type
from pow_rules.kinds import Kind, KindError, RefusedError, described, kind_of_value
from pow_rules.location import here
from pow_rules.near import did_you_mean
from pow_rules.scope import Mention, Scope, current_body, fault
from pow_rules.terms import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Field,
    Negative,
    Node,
    Not,
    Or,
    Term,
    Variable,
    text,
)
from pow_rules.values import normal

__all__ = ["Symbol", "as_condition", "as_term", "constant_for", "symbol_for_fact", "symbol_of"]

_TRUTH = (
    "a symbol has no truth value while a rule is being built: for `and` pass both to where(...) or write &, for `or`"
    " write any_of(...) or |, for `not` write not_(...), for `in` write one_of(...), in place of `if` write where(...),"
    " and split a chained comparison in two"
)


class Symbol:
    """Stands for a fact, a value or a condition while a rule's body runs."""

    __slots__ = ("_mention", "_scopes", "_term")
    _mention: Mention | None
    _scopes: frozenset[Scope]
    _term: Node

    def __init__(self, term: Node, scopes: frozenset[Scope], mention: Mention | None = None) -> None:
        self._term, self._scopes, self._mention = term, scopes, mention

    def __repr__(self) -> str:
        return text(self._term)

    def __getattr__(self, name: str) -> Symbol:
        if name.startswith("_"):
            raise AttributeError(name)
        return symbol_of(_field(self, name), self)

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise _refused(f"{self!r}.{name} cannot be set: facts never change", SymbolError)
        object.__setattr__(self, name, value)

    # ---- comparisons and connectives record conditions -------------------------------------------------------

    def __eq__(self, other: object) -> Any:
        return _compare("==", self, other)

    def __ne__(self, other: object) -> Any:
        return _compare("!=", self, other)

    def __lt__(self, other: object) -> Symbol:
        return _compare("<", self, other)

    def __le__(self, other: object) -> Symbol:
        return _compare("<=", self, other)

    def __gt__(self, other: object) -> Symbol:
        return _compare(">", self, other)

    def __ge__(self, other: object) -> Symbol:
        return _compare(">=", self, other)

    def __and__(self, other: object) -> Symbol:
        return _join(And, self, other)

    def __rand__(self, other: object) -> Symbol:
        return _join(And, other, self)

    def __or__(self, other: object) -> Symbol:
        return _join(Or, self, other)

    def __ror__(self, other: object) -> Symbol:
        return _join(Or, other, self)

    def __invert__(self) -> Symbol:
        return symbol_of(Not(as_condition(self, "~")), self)

    # ---- arithmetic records terms ----------------------------------------------------------------------------

    def __add__(self, other: object) -> Symbol:
        return _arithmetic("+", self, other)

    def __radd__(self, other: object) -> Symbol:
        return _arithmetic("+", other, self)

    def __sub__(self, other: object) -> Symbol:
        return _arithmetic("-", self, other)

    def __rsub__(self, other: object) -> Symbol:
        return _arithmetic("-", other, self)

    def __mul__(self, other: object) -> Symbol:
        return _arithmetic("*", self, other)

    def __rmul__(self, other: object) -> Symbol:
        return _arithmetic("*", other, self)

    def __truediv__(self, other: object) -> Symbol:
        return _arithmetic("/", self, other)

    def __rtruediv__(self, other: object) -> Symbol:
        return _arithmetic("/", other, self)

    def __floordiv__(self, other: object) -> Symbol:
        return _arithmetic("//", self, other)

    def __rfloordiv__(self, other: object) -> Symbol:
        return _arithmetic("//", other, self)

    def __mod__(self, other: object) -> Symbol:
        return _arithmetic("%", self, other)

    def __rmod__(self, other: object) -> Symbol:
        return _arithmetic("%", other, self)

    def __pow__(self, other: object) -> Symbol:
        return _arithmetic("**", self, other)

    def __rpow__(self, other: object) -> Symbol:
        return _arithmetic("**", other, self)

    def __neg__(self) -> Symbol:
        term = _number(self, "-")
        return symbol_of(Negative(term, term.kind), self)

    # ---- what needs a real value is refused ------------------------------------------------------------------

    def __bool__(self) -> NoReturn:
        raise _refused(_TRUTH, SymbolError)

    def __iter__(self) -> NoReturn:
        raise _refused(f"{self!r} cannot be looped over or unpacked: use check(...) or compute(...)", SymbolError)

    def __contains__(self, item: object) -> NoReturn:
        raise _refused(f"`in {self!r}` needs a real value: write check(lambda v: ... in v, {self!r})", SymbolError)

    def __getitem__(self, item: object) -> NoReturn:
        raise _refused(f"{self!r}[...] needs a real value: write compute(lambda v: v[...], {self!r})", SymbolError)

    def __call__(self, *_: object, **__: object) -> NoReturn:  # noqa: D102 - refused
        raise _refused(f"{self!r} cannot be called: write compute(function, ...) or check(function, ...)", SymbolError)

    def __hash__(self) -> NoReturn:
        raise _refused(f"{self!r} cannot be hashed: it stands for many values; use one_of(...)", SymbolError)

    def __len__(self) -> NoReturn:
        raise _refused(f"len({self!r}) needs a real value: write compute(len, {self!r})", SymbolError)

    def __int__(self) -> NoReturn:
        raise _refused(f"int({self!r}) needs a real value: write compute(int, {self!r})", SymbolError)

    def __float__(self) -> NoReturn:
        raise _refused(f"float({self!r}) needs a real value: write compute(float, {self!r})", SymbolError)

    def __index__(self) -> NoReturn:
        raise _refused(f"{self!r} is no number yet: write compute(...)", SymbolError)

    def __abs__(self) -> NoReturn:
        raise _refused(f"abs({self!r}) needs a real value: write compute(abs, {self!r})", SymbolError)

    def __round__(self, ndigits: object = None) -> NoReturn:
        raise _refused(f"round({self!r}) needs a real value: write compute(round, {self!r})", SymbolError)

    def __str__(self) -> NoReturn:
        raise _refused(f"{self!r} has no text yet: write compute(str, ...) or compute('...'.format, ...)", SymbolError)

    def __format__(self, spec: str) -> NoReturn:
        raise _refused(f"an f-string needs the value of {self!r}: write compute('...'.format, {self!r})", SymbolError)


def _refused(what: str, kind: type[SymbolError]) -> SymbolError:
    made = fault(what, None, kind)
    assert isinstance(made, SymbolError)  # noqa: S101 - for the type checkers
    return made


def symbol_for_fact(variable: Variable, scope: Scope) -> Any:
    """Make the symbol of a pattern's fact."""
    return Symbol(variable, frozenset({scope}))


def symbol_of(node: Node, *parts: object) -> Symbol:
    """Make the symbol of a node, out of the symbols (and constants) that it was made from."""
    scopes: set[Scope] = set()
    for part in parts:
        if isinstance(part, Symbol):
            _use(part)
            scopes |= part._scopes
    body = current_body()
    mention: Mention | None = None
    if body is not None and not isinstance(node, Field | Variable):
        mention = Mention(node, here())
        body.mentions.append(mention)
    return Symbol(node, frozenset(scopes), mention)


def _use(symbol: Symbol) -> None:
    if symbol._mention is not None:
        symbol._mention.used = True


def as_term(value: object, like: Kind | None = None) -> Term:
    """Give the term of a symbol or of a constant; a constant is held to the kind `like`.

    Raises:
        RuleError: for a condition, a constant of the wrong type, or a symbol of another scope.
    """
    if not isinstance(value, Symbol):
        return constant_for(value, like)
    _check_scope(value)
    _use(value)
    if isinstance(value._term, Condition):
        raise fault(f"the condition {value!r} stands where a value is expected")
    return value._term


def as_condition(value: object, word: str) -> Condition:
    """Give the condition of a symbol; a bool field is one by itself.

    Raises:
        RuleError: for anything else, and says what a constant `True` or `False` may come from.
    """
    if not isinstance(value, Symbol):
        if isinstance(value, bool):
            hint = (
                f"the constant {value}: this comes of comparing two real values, or of a function that was called with"
                " symbols; write check(function, ...) for a Python predicate"
            )
            raise fault(f"{word} got {hint}")
        raise fault(f"{word} takes conditions, as `o.actor == 'Russia'`; it got {described(value)}")
    _check_scope(value)
    _use(value)
    node = value._term
    if isinstance(node, Condition):
        return node
    if node.kind is not None and node.kind.atoms == frozenset({bool}):
        return Compare("==", node, Constant(value=True, kind=Kind.of(bool)))
    raise fault(f"{word} takes conditions, and {value!r} is a value: compare it with something")


def constant_for(value: object, like: Kind | None) -> Constant:
    """Give the term of a constant, in normal form, held to a kind where one is given."""
    if like is not None:
        try:
            return Constant(like.accept(value), like)
        except RefusedError as error:
            raise fault(f"a constant of the wrong type: {error}") from None
    try:
        kind = kind_of_value(value)
        return Constant(normal(value), kind)
    except (KindError, ValueError, OverflowError) as error:
        raise fault(f"{described(value)} cannot stand in a rule: {error}") from None


def _check_scope(symbol: Symbol) -> None:
    for scope in symbol._scopes:
        if not scope.open:
            raise fault(f"{symbol!r} is used outside of {scope.owner}, where it belongs")


def _field(symbol: Symbol, name: str) -> Term:
    term = symbol._term
    kind = None if isinstance(term, Condition) else term.kind
    if isinstance(term, Condition):
        raise fault(f"a condition has no field {name!r}: {symbol!r}", None, UnknownFieldError)
    owner = kind.fact_class if kind is not None else None
    if owner is None and kind is not None and kind.optional and kind.known.fact_class is not None:
        raise fault(f"{symbol!r} may be None: write known({symbol!r}).{name}", None, UnknownFieldError)
    if owner is None:
        what = f"holds {kind}" if kind is not None else "is computed"
        raise fault(
            f"{symbol!r} {what} and has no field {name!r}: for a method write compute(function, {symbol!r})",
            None,
            UnknownFieldError,
        )
    field = fact_type(owner).field(name)
    if field is None:
        tail = did_you_mean(name, fact_type(owner).field_names)
        raise fault(f"{owner.__name__} has no field {name!r}{tail}", None, UnknownFieldError)
    return Field(term, name, field.kind)


def _join(node: type[And | Or], left: object, right: object) -> Symbol:
    sign = "&" if node is And else "|"
    parts: list[Condition] = []
    for side in (left, right):
        condition = as_condition(side, sign)
        parts.extend(condition.conditions if isinstance(condition, node) else (condition,))
    return symbol_of(node(tuple(parts)), left, right)


def _compare(operator: str, left: Symbol, right: object) -> Symbol:
    one = as_term(left)
    if isinstance(right, Symbol):
        other = as_term(right)
    elif operator in ("==", "!="):
        other = constant_for(right, one.kind)
    else:
        other = constant_for(right, None)
    _check_kinds(operator, one, other)
    return symbol_of(Compare(operator, one, other), left, right)


def _check_kinds(operator: str, left: Term, right: Term) -> None:
    if left.kind is None or right.kind is None:
        return
    shown = f"{text(left)} {operator} {text(right)}"
    if operator in ("==", "!="):
        if not left.kind.can_equal(right.kind):
            raise fault(f"{shown} compares {left.kind} with {right.kind}, which are never equal")
        return
    for term in (left, right):
        if term.kind is not None and term.kind.optional:
            raise fault(f"{shown} orders a value that may be None: write known({text(term)})")
    if not left.kind.can_order(right.kind):
        raise fault(f"{shown} orders {left.kind} and {right.kind}, which have no order")


def _number(value: object, operator: str) -> Term:
    term = as_term(value)
    if term.kind is None:
        return term
    if term.kind.optional:
        raise fault(f"{operator} on {text(term)}, which may be None: write known({text(term)})")
    if not term.kind.is_number:
        raise fault(
            f"{operator} on {text(term)}, which holds {term.kind}: arithmetic is for int, float and Decimal; write"
            " compute(function, ...) for anything else"
        )
    return term


def _arithmetic(operator: str, left: object, right: object) -> Symbol:
    one, other = _number(left, operator), _number(right, operator)
    made = Arithmetic(operator, one, other, _result(operator, one, other))
    return symbol_of(made, left, right)


def _result(operator: str, left: Term, right: Term) -> Kind | None:
    if left.kind is None or right.kind is None:
        return None
    found: dict[type, None] = {}
    for a in left.kind.atoms:
        for b in right.kind.atoms:
            for result in _results(operator, a, b):
                found[result] = None
    if not found:
        raise fault(
            f"{text(left)} {operator} {text(right)} mixes {left.kind} and {right.kind}: Decimal and float do not"
        )
    return Kind.of(*sorted(found, key=lambda t: t.__name__))


def _results(operator: str, left: type, right: type) -> tuple[type, ...]:
    if left is int and right is int:
        return {"/": (float,), "**": (int, float)}.get(operator, (int,))
    if float in (left, right):
        return (float,) if left in (int, float) and right in (int, float) else ()
    return (left if left is not int else right,)

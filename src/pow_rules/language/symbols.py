"""Symbolic facts, values and conditions: what a rule's body sees in place of real ones.

A symbol records what is done with it as a term or a condition. Whatever would need a real value (truth, iteration,
hashing, text, length) raises at once and says what to write instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pow_rules.errors import SymbolError, UnknownFieldError
from pow_rules.facts import fact_type
from pow_rules.kinds import Kind, KindError, RefusedError, described, kind_of_value
from pow_rules.language.comparable import arithmetic_kind, check_comparison, check_number
from pow_rules.language.scope import Mention, Scope, current_body, fault
from pow_rules.location import here
from pow_rules.near import did_you_mean
from pow_rules.terms import (
    And,
    Arithmetic,
    Compare,
    Compute,
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

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Symbol", "advice_on_call", "as_condition", "as_term", "constant_for", "symbol_for_fact", "symbol_of"]

_TRUTH = (
    "a symbol has no truth value while a rule is being built: for `and` pass both to where(...) or write &, for `or`"
    " write any_of(...) or |, for `not` write not_(...), for `in` write one_of(...), in place of `if` write where(...),"
    " and split a chained comparison in two"
)


class Symbol:
    """Stands for a fact, a value or a condition while a rule's body runs."""

    __slots__ = ("_mention", "_scopes", "_term")
    _mention: Mention | None
    _scopes: tuple[Scope, ...]
    _term: Node

    def __init__(self, term: Node, scopes: tuple[Scope, ...], mention: Mention | None = None) -> None:
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

    def __delattr__(self, name: str) -> NoReturn:
        raise _refused(f"{self!r}.{name} cannot be deleted: facts never change", SymbolError)

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


def _refusing(sign: str) -> Callable[..., NoReturn]:
    def refuse(self: Symbol, *_: object) -> NoReturn:
        raise _refused(f"{sign} on {self!r} needs a real value: write compute(function, {self!r}, ...)", SymbolError)

    return refuse


for _operator, _sign in {"xor": "^", "lshift": "<<", "rshift": ">>", "matmul": "@", "divmod": "divmod(...)"}.items():
    setattr(Symbol, f"__{_operator}__", _refusing(_sign))
    setattr(Symbol, f"__r{_operator}__", _refusing(_sign))
setattr(Symbol, "__pos__", _refusing("unary +"))  # noqa: B010 - for the type checkers there is none


def _refused(what: str, kind: type[SymbolError]) -> SymbolError:
    made = fault(what, None, kind)
    assert isinstance(made, SymbolError)  # noqa: S101 - for the type checkers
    return made


def symbol_for_fact(variable: Variable, scope: Scope) -> Any:
    """Make the symbol of a pattern's fact."""
    return Symbol(variable, (scope,))


def symbol_of(node: Node, *parts: object) -> Symbol:
    """Make the symbol of a node, out of the symbols (and constants) that it was made from.

    It belongs where they belong, and to the rule in which it is made.
    """
    scopes: dict[Scope, None] = {}
    for part in parts:
        if isinstance(part, Symbol):
            _use(part)
            scopes.update(dict.fromkeys(part._scopes))
    body = current_body()
    mention: Mention | None = None
    if body is not None:
        scopes[body.scope] = None
        if not isinstance(node, Field | Variable):
            mention = Mention(node, here())
            body.mentions.append(mention)
    return Symbol(node, tuple(scopes), mention)


def _use(symbol: Symbol) -> None:
    if symbol._mention is not None:
        symbol._mention.used = True


def as_term(value: object, like: Kind | None = None, where: str = "") -> Term:
    """Give the term of a symbol or of a constant; a constant is held to the kind `like`.

    Args:
        value: the symbol or constant.
        like: the kind of a constant.
        where: where a constant stands, for the message.

    Raises:
        RuleError: for a condition, a constant of the wrong type, or a symbol of another scope.
    """
    if not isinstance(value, Symbol):
        return constant_for(value, like, where)
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
                " symbols; write missing(...) for `is None`, and check(function, ...) for a Python predicate"
            )
            raise fault(f"{word} got {hint}")
        hint = ": absent(...), present(...) and conclude(...) stand by themselves" if value is None else _binding(word)
        raise fault(f"{word} takes conditions, as `o.actor == 'Russia'`; it got {described(value)}{hint}")
    _check_scope(value)
    _use(value)
    node = value._term
    if isinstance(node, Condition):
        return node
    if node.kind is not None and node.kind.atoms == frozenset({bool}):
        return Compare("==", node, Constant(value=True, kind=Kind.of(bool)))
    instead = "compare it with something"
    if isinstance(node, Compute):
        instead += ", or write check(...) in place of compute(...) for a function that gives True or False"
    raise fault(f"{word} takes conditions, and {value!r} is a value: {instead}{_binding(word)}")


def advice_on_call(symbol: Symbol, word: str) -> str:
    """Tell what to write where a symbol stands in place of a function."""
    if isinstance(symbol._term, Condition):
        return "a condition goes into where(...) as it is"
    return f"write {word}(function, {symbol!r})"


def _binding(word: str) -> str:
    return f" ({word} binds closer than ==: put each comparison into parentheses)" if word in ("&", "|") else ""


def constant_for(value: object, like: Kind | None, where: str = "") -> Constant:
    """Give the term of a constant, in normal form, held to a kind where one is given.

    Args:
        value: the constant.
        like: the kind that it is held to.
        where: where it stands, as `o.actor == 5`, for the message.
    """
    inside = _symbol_in(value)
    if inside is not None:
        name = type(value).__name__
        raise fault(
            f"a {name} with {inside!r} in it is no constant: for a tuple write"
            f" compute(lambda *items: items, {inside!r}, ...)"
        )
    if like is not None:
        try:
            return Constant(like.accept(value), like)
        except RefusedError as error:
            raise fault(f"{where or 'a constant of the wrong type'}: {error}") from None
    try:
        kind = kind_of_value(value)
        return Constant(normal(value), kind)
    except (KindError, ValueError, OverflowError) as error:
        raise fault(f"{described(value)} cannot stand in a rule: {error}") from None


def _symbol_in(value: object) -> Symbol | None:
    """Give a symbol that stands in a container."""
    if isinstance(value, Symbol):
        return value
    if isinstance(value, dict):
        value = tuple(value.values())
    if not isinstance(value, tuple | list | set | frozenset):
        return None
    return next((found for item in value if (found := _symbol_in(item)) is not None), None)


def _check_scope(symbol: Symbol) -> None:
    body = current_body()
    for scope in symbol._scopes:
        if body is None or scope not in body.scopes:
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
        raise fault(f"{symbol!r} {what} and has no field {name!r}: {_method(symbol, name)}", None, UnknownFieldError)
    field = fact_type(owner).field(name)
    if field is None:
        tail = did_you_mean(name, fact_type(owner).field_names)
        raise fault(f"{owner.__name__} has no field {name!r}{tail}", None, UnknownFieldError)
    return Field(term, name, field.kind)


def _method(symbol: Symbol, name: str) -> str:
    """Tell how a method or an attribute of a value is written."""
    kind = None if isinstance(symbol._term, Condition) else symbol._term.kind
    atoms = () if kind is None else tuple(kind.known.atoms)
    cls = atoms[0] if len(atoms) == 1 else None
    found = getattr(cls, name, None) if cls is not None else None
    if found is not None and not callable(found):
        return f"for an attribute write compute(lambda v: v.{name}, {symbol!r})"
    method = f"{cls.__name__}.{name}, {symbol!r}" if cls is not None and found is not None else f"function, {symbol!r}"
    return f"for a method write compute({method}, ...), or check({method}, ...) if it gives True or False"


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
        other = constant_for(right, one.kind, f"{text(one)} {operator} {described(right).rpartition(' (')[0]}")
    else:
        if right is None:
            raise fault(f"{text(one)} {operator} None: None has no order; for `is None` write missing({text(one)})")
        other = constant_for(right, None)
    check_comparison(operator, one, other)
    return symbol_of(Compare(operator, one, other), left, right)


def _number(value: object, operator: str) -> Term:
    term = as_term(value)
    check_number(operator, term)
    return term


def _arithmetic(operator: str, left: object, right: object) -> Symbol:
    one, other = _number(left, operator), _number(right, operator)
    made = Arithmetic(operator, one, other, arithmetic_kind(operator, one, other))
    return symbol_of(made, left, right)

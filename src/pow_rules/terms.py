"""Terms and conditions: what a rule says, as plain data.

A term stands for a value (`o.prisoner`, `26`, `count(...)`), a condition for a truth value. Patterns are told
apart by the index of their variable. Nodes compare by value and print as they are written in a rule.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
from typing import TYPE_CHECKING, Any, Literal

import attrs

from pow_rules.kinds import Kind
from pow_rules.values import canonical, keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Absent", "Aggregate", "AggregateName", "And", "Arithmetic", "Check", "Compare", "Compute", "Condition", "Constant",
    "Field",
    "Inner", "Known", "Missing", "Negative", "Node", "Not", "OneOf", "Or", "Present", "Term", "Variable",
    "can_raise", "children", "function_name", "guards", "pattern_text", "text", "variables", "walk",
]  # fmt: skip


class _Printed:
    """A node: its representation is its text, as it is written in a rule."""

    __slots__ = ()

    def __repr__(self) -> str:
        return pattern_text(self) if isinstance(self, Inner) else text(self)  # type: ignore[arg-type] # all are Nodes


@attrs.frozen(repr=False)
class Variable(_Printed):
    """A pattern's fact as a whole."""

    index: int
    name: str
    fact_type: type

    @property
    def kind(self) -> Kind:
        """The kind of the fact."""
        return Kind.of(self.fact_type)


@attrs.frozen(repr=False)
class Constant(_Printed):
    """A value that stands in the rule; `1` and `True` are two."""

    value: Any = attrs.field(eq=keyed)
    kind: Kind | None = attrs.field(eq=False)


@attrs.frozen(repr=False)
class Field(_Printed):
    """A field of a fact: of a pattern's, or of one that another field holds."""

    base: Term
    name: str
    kind: Kind = attrs.field(eq=False)


@attrs.frozen(repr=False)
class Arithmetic(_Printed):
    """`+ - * / // % **` of two terms."""

    operator: str
    left: Term
    right: Term
    kind: Kind | None = attrs.field(eq=False)


@attrs.frozen(repr=False)
class Negative(_Printed):
    """Unary minus."""

    term: Term
    kind: Kind | None = attrs.field(eq=False)


@attrs.frozen(repr=False)
class Known(_Printed):
    """A term that may be None, used as if it were not; the comparison around it is false where it is."""

    term: Term
    kind: Kind | None = attrs.field(eq=False)


@attrs.frozen(repr=False)
class Compute(_Printed):
    """The value of a pure Python function."""

    function: Callable[..., Any]
    arguments: tuple[Term, ...]
    kind: Kind | None = attrs.field(default=None, eq=False)


@attrs.frozen(repr=False)
class Inner(_Printed):
    """A pattern inside `present`, `absent` or an aggregate, with its conditions."""

    variable: Variable
    conditions: tuple[Condition, ...]


@attrs.frozen(repr=False)
class Aggregate(_Printed):
    """`count`, `total`, `least` or `most` over the facts that an inner pattern matches."""

    function: AggregateName
    inner: Inner
    value: Term | None
    kind: Kind = attrs.field(eq=False)


@attrs.frozen(repr=False)
class Compare(_Printed):
    """`== != < <= > >=` of two terms."""

    operator: str
    left: Term
    right: Term


@attrs.frozen(repr=False)
class OneOf(_Printed):
    """Whether a term has one of some constant values."""

    term: Term
    values: tuple[Any, ...]


@attrs.frozen(repr=False)
class Missing(_Printed):
    """Whether a term is None."""

    term: Term


@attrs.frozen(repr=False)
class Check(_Printed):
    """A pure Python predicate."""

    function: Callable[..., bool]
    arguments: tuple[Term, ...]


@attrs.frozen(repr=False)
class And(_Printed):
    """All of some conditions."""

    conditions: tuple[Condition, ...]


@attrs.frozen(repr=False)
class Or(_Printed):
    """Any of some conditions."""

    conditions: tuple[Condition, ...]


@attrs.frozen(repr=False)
class Not(_Printed):
    """The opposite of a condition."""

    condition: Condition


@attrs.frozen(repr=False)
class Present(_Printed):
    """Some fact matches."""

    inner: Inner


@attrs.frozen(repr=False)
class Absent(_Printed):
    """No fact matches."""

    inner: Inner


AggregateName = Literal["count", "total", "least", "most"]

Term = Variable | Constant | Field | Arithmetic | Negative | Known | Compute | Aggregate
Condition = Compare | OneOf | Missing | Check | And | Or | Not | Present | Absent
Node = Term | Condition


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes that stand directly in a node; those of an inner pattern are not among them."""
    match node:
        case Variable() | Constant():
            return ()
        case Field(base):
            return (base,)
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return (left, right)
        case Negative(term) | Known(term) | OneOf(term) | Missing(term):
            return (term,)
        case Compute(_, arguments) | Check(_, arguments):
            return arguments
        case And(conditions) | Or(conditions):
            return conditions
        case Not(condition):
            return (condition,)
    return ()


def inner_nodes(node: Node) -> tuple[Node, ...]:
    """Give the nodes of a node's inner pattern, if it has one."""
    match node:
        case Present(inner) | Absent(inner):
            return inner.conditions
        case Aggregate(_, inner, value):
            return inner.conditions if value is None else (*inner.conditions, value)
    return ()


def walk(node: Node, *, inner: bool = True) -> Iterator[Node]:
    """Give a node and all below it; those of inner patterns too, unless `inner` is false."""
    ahead = [node]
    while ahead:
        here = ahead.pop()
        yield here
        below = (*children(here), *inner_nodes(here)) if inner else children(here)
        ahead += reversed(below)


def variables(node: Node) -> frozenset[int]:
    """Give the indices of the variables in a node, without those that its own inner patterns bring."""
    found = {n.index for n in walk(node) if isinstance(n, Variable)}
    bound = {n.inner.variable.index for n in walk(node) if isinstance(n, Present | Absent | Aggregate)}
    return frozenset(found - bound)


def can_raise(node: Node) -> bool:
    """Tell whether evaluating a node may raise: it calls a function, divides, or computes with floats or Decimals."""
    return any(_raises(n) for n in walk(node))


def guards(node: Node) -> tuple[Term, ...]:
    """Give the terms that must not be None for a comparison to be looked at: those inside `known(...)`."""
    return tuple(dict.fromkeys(n.term for n in walk(node, inner=False) if isinstance(n, Known)))


def _raises(node: Node) -> bool:
    match node:
        case Check() | Compute():
            return True
        case Arithmetic(operator, left, right):
            return operator in ("/", "//", "%", "**") or not (_is_int(left) and _is_int(right))
        case Aggregate("total", _, value):
            return value is None or not _is_int(value)
        case Aggregate("least" | "most", _, value):
            return value is None or value.kind is None or not value.kind.can_order(value.kind) or _may_lack_order(value)
        case Compare("<" | "<=" | ">" | ">=", left, right):
            return left.kind is None or right.kind is None or _may_lack_order(left)
        case Negative(term):
            return term.kind is None
    return False


def _is_int(term: Term) -> bool:
    return term.kind is not None and term.kind.atoms == frozenset({int})


def _may_lack_order(term: Term) -> bool:
    # A naive and an aware datetime cannot be ordered; the order of an Enum may be its author's own function.
    return term.kind is not None and any(
        atom.type is dt.datetime
        or any(inspect.isfunction(getattr(atom.type, name, None)) for name in ("__lt__", "__le__", "__gt__", "__ge__"))
        for atom in term.kind.leaves()
    )


def text(node: Node, within: int | None = None) -> str:
    """Give a node as it is written in a rule.

    Args:
        node: what to print.
        within: the index of a variable whose name is left out, as in the text of a pattern on it.
    """
    match node:
        case Variable(index, name, _):
            return "it" if index == within else name
        case Constant(value):
            return canonical(value)
        case Field(base, name):
            return name if isinstance(base, Variable) and base.index == within else f"{text(base, within)}.{name}"
        case Arithmetic(operator, left, right):
            return f"({text(left, within)} {operator} {text(right, within)})"
        case Negative(term):
            return f"-{text(term, within)}"
        case Known(term):
            return f"known({text(term, within)})"
        case Compute(function, arguments):
            return _call(f"compute({function_name(function)}", arguments, within)
        case Check(function, arguments):
            return _call(f"check({function_name(function)}", arguments, within)
        case Aggregate(function, inner, value):
            over = "" if value is None else f"{text(value, inner.variable.index)} of "
            return f"{function}({over}{pattern_text(inner)})"
        case Compare(operator, left, right):
            return f"{text(left, within)} {operator} {text(right, within)}"
        case OneOf(term, values):
            return f"one_of({', '.join([text(term, within), *map(canonical, values)])})"
        case Missing(term):
            return f"missing({text(term, within)})"
        case And(conditions):
            return " & ".join(_operand(c, within) for c in conditions)
        case Or(conditions):
            return " | ".join(_operand(c, within) for c in conditions)
        case Not(condition):
            return f"not_({text(condition, within)})"
        case Present(inner):
            return f"some {pattern_text(inner)}"
        case Absent(inner):
            return f"no {pattern_text(inner)}"


def pattern_text(inner: Inner) -> str:
    """Give an inner pattern as `Settled(prisoner='Ri')`: equalities as keywords, other conditions as they are."""
    index = inner.variable.index
    parts: list[str] = []
    for condition in inner.conditions:
        match condition:
            case Compare("==", Field(Variable(i), name), right) if i == index:
                parts.append(f"{name}={text(right, index)}")
            case Compare("==", left, Field(Variable(i), name)) if i == index:
                parts.append(f"{name}={text(left, index)}")
            case _:
                parts.append(text(condition, index))
    return f"{inner.variable.fact_type.__name__}({', '.join(parts)})"


def _operand(condition: Condition, within: int | None) -> str:
    shown = text(condition, within)
    return f"({shown})" if isinstance(condition, And | Or | Compare) else shown


def _call(opening: str, arguments: tuple[Term, ...], within: int | None) -> str:
    return f"{', '.join([opening, *(text(a, within) for a in arguments)])})"


def function_name(function: Callable[..., Any]) -> str:
    """Give a function's name; what has none is told by its type, never by its address."""
    if isinstance(function, functools.partial):
        more = ", ..." if function.args or function.keywords else ""
        return f"partial({function_name(function.func)}{more})"
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    if not isinstance(name, str):
        name = f"<{type(function).__qualname__.rpartition('<locals>.')[2]}>"
    return name.rpartition("<locals>.")[2]

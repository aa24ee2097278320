"""Rules: what a `@rule` function says, as plain data."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, overload

import attrs

from pow_rules.errors import FieldTypeError, RuleError
from pow_rules.facts import fact_type
from pow_rules.kinds import is_fact_class
from pow_rules.language.scope import Body, building, fault
from pow_rules.language.symbols import Symbol, symbol_for_fact
from pow_rules.location import Location, of_function
from pow_rules.near import did_you_mean
from pow_rules.record import Record
from pow_rules.terms import Absent, Aggregate, Condition, Missing, Not, Present, Term, Variable, guards, text, walk

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HEDGES", "Conclusion", "Hedge", "Rule", "rule"]

Hedge = Literal["certain", "probable", "possible"]
HEDGES: tuple[Hedge, ...] = ("certain", "probable", "possible")
"""The hedges, strongest first."""


@attrs.frozen(repr=False)
class Conclusion(Record):
    """A fact that a rule concludes: its type, and a term for every field, in order."""

    fact_type: type
    terms: tuple[tuple[str, Term], ...]

    def __str__(self) -> str:
        inner = ", ".join(f"{name}={text(term)}" for name, term in self.terms)
        return f"{self.fact_type.__name__}({inner})"


@attrs.frozen(eq=False, repr=False)
class Rule:
    """Conditions over typed facts, and what follows from them. Made by `@rule`.

    Attributes:
        name: the function's name.
        statement: the function's docstring: the rule in plain words.
        hedge: how strongly the rule is said: `certain`, `probable` or `possible`.
        attribution: who says so, or None.
        cites: where it is said, as `("¶7", "C5")`.
        patterns: the facts that it joins, in the order of the function's parameters.
        conditions: all that must hold besides, in the order written.
        conclusions: the facts that it concludes.
        aggregates: the aggregates that its conditions and conclusions use.
        location: the file and line of the function.
    """

    name: str
    statement: str
    hedge: Hedge
    attribution: str | None
    cites: tuple[str, ...]
    patterns: tuple[Variable, ...]
    conditions: tuple[Condition, ...]
    conclusions: tuple[Conclusion, ...]
    aggregates: tuple[Aggregate, ...]
    location: Location

    @property
    def fact_types(self) -> tuple[type, ...]:
        """Every fact type that the rule mentions, abstract ones too, in the order of mention."""
        found = dict.fromkeys(v.fact_type for v in self.patterns)
        for node in (n for top in (*self.conditions, *self.aggregates) for n in walk(top)):
            if isinstance(node, Present | Absent | Aggregate):
                found[node.inner.variable.fact_type] = None
        found.update(dict.fromkeys(c.fact_type for c in self.conclusions))
        return tuple(found)

    def __repr__(self) -> str:
        return f"<Rule {self.name}>"

    def __str__(self) -> str:
        lines = [f"rule {self.name}: {self.statement}".rstrip(": ")]
        lines += [f"  for {v.name}: {v.fact_type.__name__}" for v in self.patterns]
        lines += [f"  where {text(condition)}" for condition in self.conditions]
        lines += [f"  conclude {conclusion}" for conclusion in self.conclusions]
        return "\n".join(lines)


@overload
def rule(function: Callable[..., None], /) -> Rule: ...
@overload
def rule(
    *, hedge: Hedge = "certain", attribution: str | None = None, cites: Iterable[str] = ()
) -> Callable[[Callable[..., None]], Rule]: ...
def rule(
    function: Callable[..., None] | None = None,
    /,
    *,
    hedge: Hedge = "certain",
    attribution: str | None = None,
    cites: Iterable[str] = (),
) -> Rule | Callable[[Callable[..., None]], Rule]:
    """Make a rule of a function whose parameters are annotated with fact types.

    The body runs once, here, with symbolic facts. Its docstring is the rule's statement.

    Args:
        function: the rule's body.
        hedge: how strongly the rule is said: `"certain"`, `"probable"` or `"possible"`.
        attribution: who says so.
        cites: where it is said, as `("¶7", "C5")`.

    Returns:
        The `Rule`: plain data, to be put into a `Program`.

    Raises:
        RuleError: for every mistake that can be seen now; the message names file, line and rule.

    >>> from pow_rules import conclude, fact, rule, where
    >>> @fact
    ... class Asked:
    ...     who: str
    ...     whom: str
    >>> @fact
    ... class Heard:
    ...     who: str
    >>> @rule(hedge="probable", attribution="observers")
    ... def asking_is_heard(a: Asked) -> None:
    ...     \"\"\"Whoever is asked has heard of it.\"\"\"
    ...     conclude(Heard, who=a.whom)
    >>> print(asking_is_heard)
    rule asking_is_heard: Whoever is asked has heard of it.
      for a: Asked
      conclude Heard(who=a.whom)
    """
    names = sys._getframe(1).f_locals
    if function is not None:
        return _make(function, names, "certain", None, ())
    return lambda function: _make(function, names, hedge, attribution, cites)


def _make(function: object, names: dict[str, Any], hedge: Hedge, attribution: str | None, cites: Iterable[str]) -> Rule:
    if not isinstance(function, FunctionType):
        msg = f"@rule goes on a function, not on {function!r}"
        raise RuleError(msg)
    location = of_function(function)
    if function.__name__ == "<lambda>":
        msg = (
            f"{location}: @rule goes on a function with a name, not on a lambda: derivations are told by it; write def"
        )
        raise RuleError(msg)
    with building(f"rule {function.__name__}") as body:
        try:
            checked = _options(hedge, attribution, cites)
            patterns = _patterns(function, names, body)
            result = function(*(symbol_for_fact(v, body.scope) for v in patterns))
            _check_body(function, result, body)
        except RuleError:
            raise
        except Exception as error:
            raise _raised(error, function) from error
        conclusions = tuple(Conclusion(cls, terms) for cls, terms in body.conclusions)
        needed = [guard for c in conclusions for _, term in c.terms for guard in guards(term)]
        conditions = [*body.conditions, *(Not(Missing(guard)) for guard in dict.fromkeys(needed))]
    statement = " ".join(inspect.cleandoc(function.__doc__ or "").split())
    return Rule(
        function.__name__, statement, *checked, patterns, tuple(conditions), conclusions,
        tuple(body.aggregates), location,
    )  # fmt: skip


def _raised(error: Exception, function: FunctionType) -> RuleError:
    """Tell what a body raised, with the line of its file that did, and what was probably meant."""
    import textwrap  # noqa: PLC0415 - only errors need it
    import traceback  # noqa: PLC0415 - as above

    location = of_function(function)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == function.__code__.co_filename:
            location = Location(frame.f_code.co_filename, line)
    said = textwrap.shorten(str(error), 200, placeholder=" ...")
    made = re.match(r"(\w+)\.(\w+): expected .*, got (.*) \(Symbol\)", said)
    if isinstance(error, FieldTypeError) and made is not None:
        cls, field, symbol = made.groups()
        return fault(
            f"a fact cannot be made of symbols, and {cls}.{field} got {symbol}: in a conclusion write"
            f" conclude({cls}, {field}={symbol}, ...), in a condition compare field by field",
            location,
        )
    hint = ""
    keyword = re.match(r"(present|absent|count|total|least|most)\(\) got an unexpected keyword argument '(\w+)'", said)
    if isinstance(error, TypeError) and keyword is not None:
        hint = f": {keyword[1]}(...) takes conditions as lambdas, as `lambda x: x.{keyword[2]} == ...`"
    elif isinstance(error, TypeError | AttributeError | ValueError) and "Symbol" in said:
        hint = (
            ": it was called with symbols, which stand for values that come later; write compute(function, ...) for a"
            " value, and check(function, ...) for a condition"
        )
    return fault(f"the body raised {type(error).__name__}: {said}{hint}", location)


def _options(hedge: object, attribution: object, cites: object) -> tuple[Hedge, str | None, tuple[str, ...]]:
    found: Hedge | None = next((h for h in HEDGES if h == hedge), None)
    if found is None:
        raise fault(f"hedge={hedge!r} is no hedge{did_you_mean(str(hedge), HEDGES)}")
    if attribution is not None and not isinstance(attribution, str):
        raise fault(f"attribution={attribution!r}: expected a string, who says so")
    kept = tuple(cites) if isinstance(cites, Iterable) and not isinstance(cites, str | bytes) else None
    if kept is None or not all(isinstance(cite, str) for cite in kept):
        raise fault(f"cites={cites!r}: expected a tuple of strings, as ('¶7', 'C5')")
    return found, attribution, kept


def _patterns(function: FunctionType, names: dict[str, Any], body: Body) -> tuple[Variable, ...]:
    location = of_function(function)
    code = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
    if function.__code__.co_flags & code:
        raise fault("a rule's body is a plain function: no async, no yield", location)
    try:
        hints = typing.get_type_hints(function, localns=names)
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        raise fault(
            f"an annotation cannot be read: {error}; annotate every parameter with a fact type that is defined above,"
            " or in the same function",
            location,
        ) from None
    found: list[Variable] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD or parameter.default is not parameter.empty:
            raise fault(
                f"the parameter {_shown(parameter, hints)}: patterns are plain parameters, as `o: Opposes`", location
            )
        cls = hints.get(parameter.name)
        if cls is None or not is_fact_class(cls):
            what = "has no annotation" if cls is None else f"is annotated with {_type_name(cls)}"
            raise fault(f"the parameter {parameter.name!r} {what}: expected a class made with @fact", location)
        found.append(Variable(body.new_index(), parameter.name, fact_type(cls).cls))
    return tuple(found)


def _shown(parameter: inspect.Parameter, hints: dict[str, Any]) -> str:
    """Give a parameter as it is written, its type without the module."""
    kind = parameter.kind
    stars = "*" if kind is parameter.VAR_POSITIONAL else "**" if kind is parameter.VAR_KEYWORD else ""
    annotation = f": {_type_name(hints[parameter.name])}" if parameter.name in hints else ""
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{stars}{parameter.name}{annotation}{default}"


def _type_name(annotation: Any) -> str:
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    return re.sub(r"[\w.<>]+\.(?=\w)", "", str(annotation))


def _check_body(function: FunctionType, result: object, body: Body) -> None:
    location = of_function(function)
    if result is not None:
        what = repr(result) if isinstance(result, Symbol) else type(result).__name__
        raise fault(f"the body returned {what}: say it with where(...) or conclude(...)", location)
    if not body.conclusions:
        raise fault("the rule concludes nothing: say conclude(FactType, field=...)", location)
    body.check_all_used()

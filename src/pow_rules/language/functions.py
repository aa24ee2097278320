"""Functions under `@rule` and `@constraint`, read: what their parameters are, and what their body says."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from pow_rules.conditional import Conclusion
from pow_rules.errors import FieldTypeError, RuleError
from pow_rules.facts import fact_type
from pow_rules.kinds import is_fact_class
from pow_rules.language.scope import Body, building, fault
from pow_rules.language.symbols import Symbol, symbol_for_fact
from pow_rules.location import Location, of_function
from pow_rules.terms import Aggregate, Condition, Missing, Not, Variable, guards

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Parts", "read"]

Parts = tuple[
    str,
    str,
    str | None,
    tuple[str, ...],
    tuple[Variable, ...],
    tuple[Condition, ...],
    tuple[Conclusion, ...],
    tuple[Aggregate, ...],
    Location,
]
"""What a function says, in the order of the fields of a `Conditional`."""


def read(
    function: object,
    names: dict[str, Any],
    noun: str,
    attribution: object,
    cites: object,
    check: Callable[[], object] = lambda: None,
) -> Parts:
    """Read a function: run its body with symbolic facts.

    Args:
        function: what stands below the decorator.
        names: the local names where it is defined.
        noun: the decorator's name.
        attribution: who says so.
        cites: where it is said.
        check: checks what other options there are.

    Raises:
        RuleError: for every mistake that can be seen now.
    """
    if not isinstance(function, FunctionType):
        msg = f"@{noun} goes on a function, not on {function!r}"
        raise RuleError(msg)
    location = of_function(function)
    if function.__name__ == "<lambda>":
        why = "derivations are told by it" if noun == "rule" else "what breaks it is told by it"
        msg = f"{location}: @{noun} goes on a function with a name, not on a lambda: {why}; write def"
        raise RuleError(msg)
    with building(f"{noun} {function.__name__}", concludes=noun == "rule") as body:
        try:
            check()
            checked = _options(attribution, cites)
            patterns = _patterns(function, names, body, noun)
            result = function(*(symbol_for_fact(v, body.scope) for v in patterns))
            _check_body(function, result, body, patterns)
        except RuleError:
            raise
        except Exception as error:
            raise _raised(error, function) from error
        conclusions = tuple(Conclusion(cls, terms) for cls, terms in body.conclusions)
        needed = [guard for c in conclusions for _, term in c.terms for guard in guards(term)]
        conditions = [*body.conditions, *(Not(Missing(guard)) for guard in dict.fromkeys(needed))]
    statement = " ".join(inspect.cleandoc(function.__doc__ or "").split())
    return (
        function.__name__, statement, *checked, patterns, tuple(conditions), conclusions, tuple(body.aggregates),
        location,
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


def _options(attribution: object, cites: object) -> tuple[str | None, tuple[str, ...]]:
    if attribution is not None and not isinstance(attribution, str):
        raise fault(f"attribution={attribution!r}: expected a string, who says so")
    kept = tuple(cites) if isinstance(cites, Iterable) and not isinstance(cites, str | bytes) else None
    if kept is None or not all(isinstance(cite, str) for cite in kept):
        raise fault(f"cites={cites!r}: expected a tuple of strings, as ('¶7', 'C5')")
    return attribution, kept


def _patterns(function: FunctionType, names: dict[str, Any], body: Body, noun: str) -> tuple[Variable, ...]:
    location = of_function(function)
    code = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
    if function.__code__.co_flags & code:
        raise fault(f"a {noun}'s body is a plain function: no async, no yield", location)
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


def _check_body(function: FunctionType, result: object, body: Body, patterns: tuple[Variable, ...]) -> None:
    location = of_function(function)
    if result is not None:
        what = repr(result) if isinstance(result, Symbol) else type(result).__name__
        instead = "where(...) or conclude(...)" if body.concludes else "where(...)"
        raise fault(f"the body returned {what}: say it with {instead}", location)
    if body.concludes and not body.conclusions:
        raise fault("the rule concludes nothing: say conclude(FactType, field=...)", location)
    body.check_all_used()
    if not (body.concludes or patterns or body.conditions):
        raise fault(
            "the constraint forbids nothing: give it facts as parameters, and say with where(...) when they contradict"
            " each other",
            location,
        )

"""Givens and sources as JSON, and back: what cattrs is told about them.

Fields are gone through as attrs knows them, so that a field that sources or givens come to have is kept as well. What
is read is held to its types exactly: nothing is converted on the way, and no member may be there that is not known.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin
from weakref import WeakKeyDictionary

import attrs
from cattrs import (
    BaseValidationError,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.cols import list_structure_factory, mapping_structure_factory
from cattrs.errors import IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from pow_rules.decoding import DecodingError, decoded, decoded_fact
from pow_rules.encoding import encoded, encoded_fact
from pow_rules.kinds import Kind, described
from pow_rules.near import did_you_mean
from pow_rules.scales import Likelihood
from pow_rules.sources import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pow_rules.program import Program

__all__ = ["converter", "structured"]

T = TypeVar("T")

_LONG = 300


_MADE: WeakKeyDictionary[Program, Converter] = WeakKeyDictionary()
"""Those that were made: cattrs writes and compiles functions for each, which takes longer than to read a short file."""


def converter(program: Program) -> Converter:
    """Give the converter for what is kept of sessions of a program.

    Args:
        program: the program, whose fact types are the only ones that are ever made.
    """
    made = _MADE.get(program)
    if made is None:
        made = _MADE[program] = _converter(program)
    return made


def _converter(program: Program) -> Converter:
    made = Converter(omit_if_default=True)
    made.register_unstructure_hook(str, encoded)
    made.register_structure_hook(str, _string)
    made.register_structure_hook(int, _exactly(int, "a whole number"))
    made.register_structure_hook(bool, _exactly(bool, "true or false"))
    made.register_structure_hook(float, _number)
    made.register_unstructure_hook(dt.date, dt.date.isoformat)
    made.register_structure_hook(dt.date, _date)
    made.register_structure_hook_factory(attrs.has, lambda cls: _of_shape(dict, _object(cls, made)))
    made.register_structure_hook_factory(_is_a(dict), lambda cls: _of_shape(dict, mapping_structure_factory(cls, made)))
    made.register_structure_hook_factory(_is_a(list), lambda cls: _of_shape(list, list_structure_factory(cls, made)))
    made.register_structure_hook_factory(_is_a(Literal), _literal)
    # Its module names this type for type checkers only.
    attrs.resolve_types(Given, localns={"Likelihood": Likelihood})
    types = {cls.__name__: cls for cls in program.given}
    known = {cls.__name__ for cls in program.fact_types}

    def fact(document: Any, _: Any) -> Any:
        try:
            return decoded_fact(document, types)
        except DecodingError as error:
            name = document["type"] if error.path == ("type",) else None
            if type(name) is str and name in known:
                raise DecodingError(f"{name} is only concluded: it may not be asserted").within("type") from None
            raise

    # `fact` is Any to attrs: only here it is known what that may be.
    written = make_dict_unstructure_fn(
        Given, made, _cattrs_omit_if_default=True, fact=override(unstruct_hook=lambda f: encoded_fact(f, texts=False))
    )
    read = _of_shape(dict, _object(Given, made, fact=override(struct_hook=fact)))
    made.register_unstructure_hook(Given, written)
    made.register_structure_hook(Given, read)
    return made


def structured(made: Converter, document: Any, cls: type[T]) -> T:
    """Give what a document says, as a class.

    Args:
        made: a converter.
        document: what it has made of an object of that class.
        cls: the class.

    Raises:
        DecodingError: for the first that is wrong.
    """
    try:
        return made.structure(document, cls)
    except (DecodingError, BaseValidationError, RecursionError) as error:
        raise next(_reasons(error)) from None


def _reasons(error: BaseException) -> Iterator[DecodingError]:
    """Give what is wrong, as cattrs tells it: groups in groups, with notes that say where."""
    match error:
        case DecodingError():
            yield error
        case ClassValidationError() | IterableValidationError():
            noted, others = error.group_exceptions()
            for inner, note in noted:
                if isinstance(inner, KeyError):
                    yield DecodingError(f"{inner.args[0]!r} is missing")
                step = note.index if isinstance(note, IterableValidationNote) else note.name
                yield from (reason.within(step) for reason in _reasons(inner))
            for inner in others:
                yield from _reasons(inner)
        case ForbiddenExtraKeysError():
            names = [field.name for field in attrs.fields(error.cl)]
            extra = min(error.extra_fields)
            yield DecodingError(f"unknown member {described(extra)[:-6]}{did_you_mean(extra[:100], names)}")
        case RecursionError():
            yield DecodingError("nested too deeply")
        case _:
            what = str(error) or type(error).__name__
            yield DecodingError(what if len(what) <= _LONG else f"{what[:_LONG]}...")


def _is_a(origin: Any) -> Callable[[Any], bool]:
    return lambda cls: get_origin(cls) is origin


def _of_shape(shape: type, read: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Give what reads objects, or arrays, and refuses all else: cattrs would fail on it in its own words, or not."""
    name = "an object" if shape is dict else "an array"

    def checked(document: Any, cls: Any) -> Any:
        if type(document) is not shape:
            raise DecodingError(f"expected {name}, got {described(document)}")
        return read(document, cls)

    return checked


def _object(cls: Any, made: Converter, **overrides: Any) -> Callable[[Any, Any], Any]:
    return make_dict_structure_fn(cls, made, _cattrs_forbid_extra_keys=True, **overrides)


def _literal(cls: Any) -> Callable[[Any, Any], Any]:
    known = get_args(cls)

    def read(document: Any, _: Any) -> Any:
        if type(document) is not str or document not in known:
            names = " or ".join(map(repr, known))
            raise DecodingError(f"expected {names}, got {described(document)}")
        return document

    return read


def _string(document: Any, _: Any) -> str:
    made: str = decoded(document, Kind.of(str))
    return made


def _exactly(cls: type[T], shape: str) -> Callable[[Any, Any], T]:
    """Give what lets a value of one type through, and nothing else."""

    def read(document: Any, _: Any) -> T:
        if type(document) is not cls:
            raise DecodingError(f"expected {shape}, got {described(document)}")
        return document

    return read


def _number(document: Any, _: Any) -> float:
    if type(document) is not float and type(document) is not int:
        raise DecodingError(f"expected a number, got {described(document)}")
    return document


def _date(document: Any, _: Any) -> dt.date:
    try:
        made = dt.date.fromisoformat(document)
    except (TypeError, ValueError):
        made = None
    if made is None or made.isoformat() != document:
        raise DecodingError(f"expected a date in ISO 8601, got {described(document)}")
    return made

"""Documents read: JSON of the right shape, or an error that says where it is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import ArgumentTypeError, DocumentError
from pow_rules.near import did_you_mean
from pow_rules.render.json import SCHEMA, VERSION
from pow_rules.verification.comparing import below, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Document", "read"]


_NAME = 50
"""How much of an unknown name is compared with those that there are."""


@attrs.frozen
class Document:
    """An explanation's document, of which the outline is known to be right.

    Attributes:
        cut: how many conclusions it leaves unexplained.
        rules: the rules that the steps name.
        steps: the steps.
    """

    cut: int
    rules: list[dict[str, Any]]
    steps: list[dict[str, Any]]


Shape = tuple[str, "Callable[[Any], bool]"]
"""What a member holds, in words, and whether a value is such."""


def _of(name: str, *kinds: type) -> Shape:
    # True is no int: exact types count.
    return name, lambda value: type(value) in kinds


_TEXT, _TRUTH, _LIST, _OBJECT = _of("a string", str), _of("true or false", bool), _of("an array", list), _of(
    "an object", dict
)  # fmt: skip
_COUNT: Shape = "a number from 0", lambda value: type(value) is int and value >= 0
_VALUE: Shape = "a value", lambda value: type(value) in (str, int, bool, dict, type(None))
_OPTIONAL: Shape = _of("a string or null", str, type(None))
_FACT = {"type": _TEXT, "fields": _OBJECT, "text": _TEXT}
_PATTERN = {"type": _TEXT, "fields": _OBJECT, "conditions": _LIST, "text": _TEXT}
_SAID_BY = {"sources": _LIST, "attestations": _LIST}

_TOP: dict[str, Shape] = {
    "schema": (told(SCHEMA), lambda value: value == SCHEMA),
    "version": (f"{VERSION}, the version that this reads", lambda value: type(value) is int and value == VERSION),
    "kind": ('"explanation": nothing else can be verified', lambda value: value == "explanation"),
    "cut": _COUNT,
    "rules": _LIST,
    "steps": ("an array of steps, at least one", lambda value: type(value) is list and bool(value)),
}
_STEPS: dict[str, Mapping[str, Shape | dict[str, Shape]]] = {
    "given": {"fact": _FACT, **_SAID_BY, "concluded": _TRUTH},
    "conclusion": {"fact": _FACT, "hedges": _LIST, "shown": _COUNT, "derivations": _COUNT, "given": _TRUTH, **_SAID_BY},
    "rule": {"rule": _TEXT, "number": _COUNT},
    "seen": {"fact": _FACT, "at": _COUNT},
    "cut": {"fact": _FACT},
    "absence": {"pattern": _PATTERN},
    "heading": {"text": _TEXT, "note": _TEXT},
    "note": {"text": _TEXT},
    "presence": {"pattern": _PATTERN, "count": _COUNT},
    "aggregate": {
        "function": _TEXT, "pattern": _PATTERN, "over": _OPTIONAL, "value": _VALUE, "facts": _LIST, "text": _TEXT,
    },
}  # fmt: skip
_EVERY: dict[str, Shape] = {
    "depth": _COUNT,
    "type": (f"one of {', '.join(_STEPS)}", lambda value: type(value) is str and value in _STEPS),
}


def read(document: object) -> Document:
    """Read a document.

    Args:
        document: JSON as text or bytes, or what was read from it.

    Raises:
        ArgumentTypeError: for something else.
        DocumentError: if it is no JSON, or not the outline of an explanation; the message says where.
    """
    if isinstance(document, str | bytes | bytearray):
        document = _parsed(document)
    elif not isinstance(document, dict):
        msg = f"document: expected JSON as text or bytes, or a dict, got {type(document).__name__}"
        raise ArgumentTypeError(msg)
    _check("", document, _TOP)
    found: Any = document
    for at, rule in enumerate(found["rules"]):
        _check_one(f"/rules/{at}", rule, _OBJECT)
    for at, step in enumerate(found["steps"]):
        _check_step(f"/steps/{at}", step)
    return Document(found["cut"], found["rules"], found["steps"])


def _parsed(text: str | bytes | bytearray) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        msg = f"line {error.lineno}, column {error.colno}: expected JSON: {error.msg}"
        raise DocumentError(msg) from None
    except UnicodeDecodeError as error:
        msg = f"byte {error.start}: expected text in UTF-8"
        raise DocumentError(msg) from None
    except RecursionError:
        msg = "the document is nested too deeply"
        raise DocumentError(msg) from None
    except ValueError as error:  # a number of too many digits
        msg = f"a number in the document cannot be read: {error}"
        raise DocumentError(msg) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Readers differ in which of two they take, so that one could be shown what another does not check.
    made = dict(pairs)
    if len(made) < len(pairs):
        left = dict(pairs)
        twice = next(name for name, _ in pairs if left.pop(name, left) is left)
        msg = f"an object has two members named {told(twice)}"
        raise DocumentError(msg)
    return made


def _no_number(name: str) -> Any:
    msg = f"{name} is no JSON"
    raise DocumentError(msg)


def _check_step(pointer: str, step: Any) -> None:
    _check_one(pointer, step, _OBJECT)
    kind = step.get("type")
    members = _STEPS[kind] if type(kind) is str and kind in _STEPS else {}
    for name, shape in _EVERY.items():
        _check_member(pointer, step, name, shape)
    _check(pointer, step, {**_EVERY, **members})


def _check(pointer: str, value: Any, members: Mapping[str, Shape | dict[str, Shape]]) -> None:
    """Check an object's members: those that there must be, and no others."""
    _check_one(pointer, value, _OBJECT)
    for name, shape in members.items():
        _check_member(pointer, value, name, shape)
    for name in value:
        if name not in members:
            msg = f"{pointer or 'the document'}: unknown member {told(name)}{did_you_mean(str(name)[:_NAME], members)}"
            raise DocumentError(msg)


def _check_member(pointer: str, value: dict[str, Any], name: str, shape: Shape | dict[str, Shape]) -> None:
    if name not in value:
        msg = f"{pointer or 'the document'}: expected a member {told(name)}, which is missing"
        raise DocumentError(msg)
    inside = below(pointer, name)
    if isinstance(shape, dict):
        _check(inside, value[name], shape)
    else:
        _check_one(inside, value[name], shape)


def _check_one(pointer: str, value: Any, shape: Shape) -> None:
    expected, is_such = shape
    if not is_such(value):
        msg = f"{pointer or 'the document'}: expected {expected}, got {told(value)}"
        raise DocumentError(msg)

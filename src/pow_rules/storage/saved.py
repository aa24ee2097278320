"""Saved sessions: what is given, and which program it is given under, in one file of JSON."""

from __future__ import annotations

import json
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.decoding import DecodingError, members_of
from pow_rules.errors import ArgumentValueError, FileFormatError
from pow_rules.facts import fact_type_of
from pow_rules.kinds import described, is_fact_class
from pow_rules.sources import Given
from pow_rules.storage.atomic import write_whole
from pow_rules.storage.converter import converter, structured
from pow_rules.storage.documents import UnreadableError, canonical_bytes, checksum, parsed, path_of
from pow_rules.storage.fingerprint import Fingerprint, difference, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cattrs import Converter

    from pow_rules.program import Program

__all__ = ["FORMAT", "VERSION", "Saved", "read_saved", "refuse_unwritable", "saved_from", "text_of", "write_saved"]

FORMAT = "pow_rules session"
VERSION = 1
"""The version that is written. It goes up when a reader of the one before could not read what is written."""

_NESTED = 50
"""How deep facts may hold facts: each takes several calls to be read, of the thousand that Python allows."""
_TOLD = 5


@attrs.frozen
class Saved:
    """What a file holds of a session: whether it was strict, and the givens in the order in which they came to hold."""

    strict: bool
    givens: list[Given]


# ---- writing ---------------------------------------------------------------------------------------------------------


def write_saved(path: str, program: Program, saved: Saved) -> None:
    """Write what is kept of a session, so that a crash at any point leaves the file before or this one.

    Args:
        path: the file.
        program: the session's program.
        saved: what is kept of it.

    Raises:
        ArgumentValueError: for what a file cannot hold.
        OSError: if the file cannot be written.
    """
    refuse_unwritable(given.fact for given in saved.givens)
    made = converter(program)
    try:
        head = made.unstructure(fingerprint(program))
        givens = made.unstructure(saved.givens)
        seal = checksum(canonical_bytes({"program": head, "strict": saved.strict, "givens": givens}))
        lines = [
            "{",
            f'"format": {json.dumps(FORMAT)},',
            f'"version": {VERSION},',
            f'"checksum": {json.dumps(seal)},',
            '"body": {',
            f'"program": {json.dumps(head, ensure_ascii=False, indent=1)},',
            f'"strict": {json.dumps(saved.strict)},',
            '"givens": [',
            # A line each: a file under version control shows what was added and taken away.
            ",\n".join(json.dumps(given, ensure_ascii=False, allow_nan=False) for given in givens),
            "]}}",
        ]
        data = "".join(f"{line}\n" for line in lines if line).encode()
    except (ValueError, RecursionError) as error:
        msg = f"the session cannot be written: {error}"
        raise ArgumentValueError(msg) from error
    write_whole(path, data)


def refuse_unwritable(facts: Iterable[Any]) -> None:
    """Check that no fact holds what could not be read back from a file.

    Raises:
        ArgumentValueError: for facts in facts deeper than a file can hold them, and for a field with two Enums of one
            name, which a file could not tell apart.
    """
    flat: dict[type, bool] = {}
    for fact in facts:
        if _is_flat(fact, flat):
            continue
        _check_nesting(fact, flat)


def _is_flat(fact: Any, known: dict[type, bool]) -> bool:
    """Tell whether a fact's type holds no facts; its fields are looked at the first time."""
    cls = type(fact)
    if cls not in known:
        leaves = [(field.name, list(field.kind.leaves())) for field in fact_type_of(fact).fields]
        for name, atoms in leaves:
            _check_enums(f"{cls.__name__}.{name}", {atom.type for atom in atoms if issubclass(atom.type, Enum)})
        known[cls] = not any(atom.is_fact for _, atoms in leaves for atom in atoms)
    return known[cls]


def _check_enums(field: str, classes: Iterable[type]) -> None:
    names = sorted(cls.__name__ for cls in classes)
    for name, following in pairwise(names):
        if name == following:
            msg = f"{field} holds two Enums of the name {name}, which a file could not tell apart: rename one"
            raise ArgumentValueError(msg)


def _check_nesting(fact: Any, known: dict[type, bool]) -> None:
    level = [fact]
    for _ in range(_NESTED):
        level = [inner for outer in level if not _is_flat(outer, known) for inner in _held_by(outer)]
        if not level:
            return
    msg = f"a {type(fact).__name__} holds facts in facts more than {_NESTED} deep, and files hold no deeper ones"
    raise ArgumentValueError(msg)


def _held_by(fact: Any) -> Iterable[Any]:
    """Give the facts that a fact holds, those in containers too."""
    ahead = list(fact_type_of(fact).row(fact))
    while ahead:
        value = ahead.pop()
        if isinstance(value, tuple | frozenset):
            ahead.extend(value)
        elif is_fact_class(type(value)):
            yield value


# ---- reading ---------------------------------------------------------------------------------------------------------


def text_of(path: str, data: bytes) -> str:
    """Give the text of a file.

    Raises:
        FileFormatError: if it is not in UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFormatError(f"no UTF-8: {error.reason} at byte {error.start:,}", path, line) from None


def saved_from(path: str, data: bytes) -> Any | None:
    """Give the document of a saved session, or None if a file is something else.

    Raises:
        FileFormatError: if it is no JSON.
    """
    try:
        document = parsed(text_of(path, data))
    except UnreadableError as error:
        raise FileFormatError(error.what, path, error.line, error.where) from None
    return document if type(document) is dict and document.get("format") == FORMAT else None


def read_saved(path: str, document: Any, program: Program, *, any_program: bool = False) -> Saved:
    """Give what a file holds of a session.

    Args:
        path: the file, as messages name it.
        document: what is in it.
        program: the program that it is to be of.
        any_program: whether it may be of another program, as far as that has the same fact types.

    Raises:
        FileFormatError: if it is damaged, of another program, or holds what the program's sessions cannot hold.
    """
    try:
        try:
            members_of(document, ("format", "version", "checksum", "body"))
            reader = _reader(document["version"])
            if document["checksum"] != _seal(document["body"]):
                what = "does not match its checksum: the file was damaged, or changed by hand"
                raise DecodingError(what).within("body")
            return reader(document["body"], program, is_any=any_program)
        except RecursionError:
            raise DecodingError("nested too deeply") from None
    except DecodingError as error:
        raise FileFormatError(error.what, path, None, path_of(error.path)) from None


def _seal(body: Any) -> str | None:
    """Give the checksum of a body; None for one that has none."""
    try:
        return checksum(canonical_bytes(body))
    except ValueError:
        # A number that is written in digits, and read as infinite.
        return None


def _reader(version: Any) -> Callable[..., Saved]:
    if type(version) is int and version in _READERS:
        return _READERS[version]
    newer = type(version) is int and version > VERSION
    what = f"version {version} is newer than what is read here" if newer else f"{described(version)} is no version"
    raise DecodingError(f"{what}: expected {' or '.join(map(str, _READERS))}").within("version")


def _version_1(body: Any, program: Program, *, is_any: bool) -> Saved:
    try:
        members_of(body, ("program", "strict", "givens"))
        if type(body["strict"]) is not bool:
            raise DecodingError(f"expected true or false, got {described(body['strict'])}").within("strict")
        made = converter(program)
        same_program(made, body["program"], program, is_any=is_any)
        try:
            givens = structured(made, body["givens"], list[Given])
        except DecodingError as error:
            raise error.within("givens") from None
    except DecodingError as error:
        raise error.within("body") from None
    return Saved(body["strict"], givens)


_READERS: dict[int, Callable[..., Saved]] = {1: _version_1}
"""A reader for every version that was ever shipped."""


def same_program(made: Converter, document: Any, program: Program, *, is_any: bool = False) -> None:
    """Check that a document is the fingerprint of a program.

    Args:
        made: the program's converter.
        document: the document.
        program: the program.
        is_any: whether it may be that of another one.

    Raises:
        DecodingError: if it is none, or that of another program; it says what differs.
    """
    try:
        before = structured(made, document, Fingerprint)
    except DecodingError as error:
        raise error.within("program") from None
    differs = [] if is_any else difference(before, fingerprint(program))
    if differs:
        more = f"; and {len(differs) - _TOLD} more" if len(differs) > _TOLD else ""
        what = f"of another program: {'; '.join(differs[:_TOLD])}{more}"
        raise DecodingError(f"{what}. read_facts(path, program) reads what was given").within("program")

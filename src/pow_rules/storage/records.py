"""The records of a journal: one a line, each sealed together with all before it.

A line is `{"length":...,"check":"...","record":{...}}`: how many bytes the record takes, and a checksum over the
record and the checksum of the line before. So a record that was changed, left out, doubled or put elsewhere is found.

The first record says what the journal is and what was given when it was begun. Each further one is a call that was
kept, or a transaction with all its calls, by its number.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.decoding import DecodingError, members_of
from pow_rules.errors import FileFormatError
from pow_rules.kinds import described
from pow_rules.sources import Given  # noqa: TC001 - cattrs looks up what the annotations name
from pow_rules.storage.converter import converter, structured
from pow_rules.storage.documents import UnreadableError, checksum, parsed, path_of
from pow_rules.storage.saved import Saved, same_program, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cattrs import Converter

    from pow_rules.program import Program

__all__ = ["FORMAT", "VERSION", "Call", "Journalled", "Line", "line_of", "looks_like_journal", "read_journal"]

FORMAT = "pow_rules journal"
VERSION = 1
"""The version that is written. It goes up when a reader of the one before could not read what is written."""

_DIGITS = 16
_LINE = re.compile(rb'\{"length":(\d{1,18}),"check":"([0-9a-f]{16})","record":(.*)\}', re.DOTALL)


@attrs.frozen
class Call:
    """What one call withdrew, and what it asserted after that."""

    retracted: list[Given] = attrs.Factory(list)
    asserted: list[Given] = attrs.Factory(list)


@attrs.frozen
class Record:
    """A call that was kept, or the calls of a transaction, and how many there were before it."""

    number: int
    calls: list[Call]


@attrs.frozen
class Journalled:
    """What a journal holds.

    Attributes:
        start: what was given when it was begun.
        records: the calls since, each record with its line.
        check: the checksum of the last line.
        end: how many bytes of the file are whole lines.
        is_open: whether the last of them lacks its end of line.
    """

    start: Saved
    records: list[tuple[int, list[Call]]]
    check: str
    end: int
    is_open: bool

    def givens(self) -> list[Given]:
        """Give what is given at the end, in the order in which it was asserted."""
        there: dict[Any, dict[Any, Given]] = {}
        for given in self.start.givens:
            there.setdefault(given.fact, {})[given.source] = given
        for call in (call for _, calls in self.records for call in calls):
            for given in call.retracted:
                if given.source is None:
                    there.pop(given.fact, None)
                else:
                    there.get(given.fact, {}).pop(given.source, None)
            for given in call.asserted:
                there.setdefault(given.fact, {})[given.source] = given
        return [given for said in there.values() for given in said.values()]


# ---- writing ---------------------------------------------------------------------------------------------------------


def line_of(document: Any, check: str) -> tuple[bytes, str]:
    r"""Give the line of a record, and its checksum.

    Args:
        document: the record.
        check: the checksum of the line before; empty for the first.

    >>> line_of({"number": 1, "calls": []}, "")
    (b'{"length":23,"check":"ab8e653ffa625452","record":{"number":1,"calls":[]}}\n', 'ab8e653ffa625452')
    """
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    seal = _seal(data, check)
    return b'{"length":%d,"check":"%s","record":%s}\n' % (len(data), seal.encode(), data), seal


def _seal(data: bytes, before: str) -> str:
    return checksum(before.encode() + data)[:_DIGITS]


# ---- reading ---------------------------------------------------------------------------------------------------------


def looks_like_journal(data: bytes) -> bool:
    """Tell whether a file begins as a journal does."""
    return data.startswith(b'{"length":')


@attrs.frozen
class Line:
    """A line of a journal that was found whole."""

    number: int
    record: Any
    check: str


def read_journal(path: str, data: bytes, program: Program, *, any_program: bool = False) -> Journalled:
    """Give what a journal holds. A last record that was not written to its end is left out: its call had not returned.

    Args:
        path: the file, as messages name it.
        data: all that is in it.
        program: the program that it is to be of.
        any_program: whether it may be of another program, as far as that has the same fact types.

    Raises:
        FileFormatError: if it is damaged, of another program, or holds what the program's sessions cannot hold.
    """
    if not looks_like_journal(data):
        raise FileFormatError(f"expected a journal, got {'something else' if data else 'an empty file'}", path)
    end = _whole(data)
    last = _LINE.fullmatch(data[end:])
    # All of the last record may be there, and only the end of its line be lost.
    is_open = last is not None and int(last[1]) == len(last[3])
    end = len(data) if is_open else end
    lines = list(_lines(path, data[:end]))
    made = converter(program)
    start = _at(path, lines[0], partial(_start, made, program, is_any=any_program))
    records = [(line.number, _at(path, line, partial(_calls, made, line.number - 1))) for line in lines[1:]]
    return Journalled(start, records, lines[-1].check, end, is_open)


def _whole(data: bytes) -> int:
    """Give how many bytes there are before what was torn: no end of line, or zeros where the disk was not written."""
    end = data.rfind(b"\n") + 1
    while end:
        begin = data.rfind(b"\n", 0, end - 1) + 1
        if b"\0" not in data[begin:end]:
            break
        end = begin
    return end


def _lines(path: str, data: bytes) -> Iterator[Line]:
    check = ""
    if not data:
        raise FileFormatError("the first record is not whole", path, 1)
    for number, raw in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        found = _LINE.fullmatch(raw)
        if found is None:
            raise FileFormatError("expected a record with its length and checksum: the file was damaged", path, number)
        length, seal, record = found.groups()
        if int(length) != len(record):
            what = f"expected a record of {int(length):,} bytes, got {len(record):,}: the file was damaged"
            raise FileFormatError(what, path, number)
        if seal.decode() != _seal(record, check):
            what = "does not match its checksum, or does not follow the record before: the file was damaged"
            raise FileFormatError(what, path, number)
        check = seal.decode()
        try:
            yield Line(number, parsed(text_of(path, record)), check)
        except UnreadableError as error:
            raise FileFormatError(error.what, path, number, error.where) from None
        except FileFormatError as error:
            raise FileFormatError(error.what, path, number) from None


def _at(path: str, line: Line, read: Callable[[Any], Any]) -> Any:
    """Read a record, and say of what is wrong in which line it is."""
    try:
        return read(line.record)
    except DecodingError as error:
        raise FileFormatError(error.what, path, line.number, path_of(error.path, "$.record")) from None
    except RecursionError:
        raise FileFormatError("nested too deeply", path, line.number) from None


def _start(made: Converter, program: Program, record: Any, *, is_any: bool) -> Saved:
    members_of(record, ("format", "version"), ("program", "strict", "givens"))
    if record["format"] != FORMAT:
        raise DecodingError(f"expected {FORMAT!r}, got {described(record['format'])}").within("format")
    version = record["version"]
    if type(version) is not int or version not in _READERS:
        raise DecodingError(f"expected {' or '.join(map(str, _READERS))}, got {described(version)}").within("version")
    return _READERS[version](record, made, program, is_any=is_any)


def _version_1(record: Any, made: Converter, program: Program, *, is_any: bool) -> Saved:
    members_of(record, ("format", "version", "program", "strict", "givens"))
    same_program(made, record["program"], program, is_any=is_any)
    body = {"strict": record["strict"], "givens": record["givens"]}
    return structured(made, body, Saved)


_READERS: dict[int, Callable[..., Saved]] = {1: _version_1}
"""A reader for every version that was ever shipped."""


def _calls(made: Converter, number: int, record: Any) -> list[Call]:
    found = structured(made, record, Record)
    if found.number != number:
        raise DecodingError(f"expected {number}, got {found.number}").within("number")
    return found.calls

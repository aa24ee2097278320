"""The rows of a file of facts, each with its line: JSON, JSON Lines, CSV and YAML."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import ExtraMissingError, FileFormatError
from pow_rules.storage.documents import hooks
from pow_rules.storage.plain import Plain, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["READERS", "Row"]

_EXPANSION = 10
"""How many times more values YAML may stand for than are written: aliases could stand for more than fit into memory."""


@attrs.frozen
class Row:
    """One row.

    Attributes:
        line: its first line, from 1.
        name: the name of the fact type that it stands under, or None.
        value: what stands there, as JSON; texts whose meaning hangs on the field are `Plain`. An error if it cannot be
            read, and those after it can.
    """

    line: int
    name: str | None
    value: Any


# ---- JSON ------------------------------------------------------------------------------------------------------------


class _Text:
    """A text of JSON, read one element at a time: so the line of each is known."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.decoder = json.JSONDecoder(parse_float=Decimal, **hooks([]))
        self.place = 0
        self.line = 1

    def next(self) -> str:
        """Give the next character that is no space, and stop before it; nothing at the end."""
        start = self.place
        while self.text[self.place : self.place + 1] in (" ", "\t", "\r", "\n"):
            self.place += 1
        self.line += self.text.count("\n", start, self.place)
        return self.text[self.place : self.place + 1]

    def take(self, *wanted: str) -> str:
        """Give the next character, which must be one of some, and stop behind it."""
        found = self.next()
        if found not in wanted or not found:
            names = " or ".join(f"'{character}'" for character in wanted)
            there = repr(found) if found else "nothing"
            raise FileFormatError(f"no JSON: expected {names}, got {there}", self.path, self.line)
        self.place += 1
        return found

    def value(self) -> tuple[int, Any]:
        """Give the next value, and its line, and stop behind it."""
        self.next()
        line, start = self.line, self.place
        try:
            found, self.place = self.decoder.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            raise FileFormatError(f"no JSON: {error.msg} (column {error.colno})", self.path, error.lineno) from None
        except RecursionError:
            raise FileFormatError("nested too deeply", self.path, line) from None
        self.line += self.text.count("\n", start, self.place)
        return line, found


def _json(path: str, text: str) -> Iterator[Row]:
    """Give the elements of an array, or of the arrays that stand under the names of fact types."""
    found, known = _Text(path, text), set[str]()
    if found.next() not in ("[", "{"):
        what = "expected an array of rows, or an object of fact types with arrays of rows"
        raise FileFormatError(f"{what}, got {_start(found)}", path, found.line)
    if found.take("[", "{") == "[":
        yield from _array(found, None)
    elif found.next() == "}":
        found.take("}")
    else:
        while True:
            line, name = found.value()
            if type(name) is not str:
                raise FileFormatError(f"no JSON: expected a key, got {shown(name)}", path, line)
            if name in known:
                raise FileFormatError(f"the key {shown(name).removesuffix(' (str)')} stands twice", path, line)
            known.add(name)
            found.take(":")
            if found.next() != "[":
                what = f"expected an array of rows under {shown(name).removesuffix(' (str)')}, got {_start(found)}"
                raise FileFormatError(what, path, found.line)
            found.take("[")
            yield from _array(found, name)
            if found.take(",", "}") == "}":
                break
    if found.next():
        raise FileFormatError("no JSON: something follows after its end", path, found.line)


def _start(found: _Text) -> str:
    return {"": "nothing", "{": "an object", "[": "an array"}.get(found.next(), repr(found.next()))


def _array(found: _Text, name: str | None) -> Iterator[Row]:
    """Give the elements of an array whose bracket was taken."""
    if found.next() == "]":
        found.take("]")
        return
    while True:
        line, value = found.value()
        yield Row(line, name, value)
        if found.take(",", "]") == "]":
            return


def _json_lines(path: str, text: str) -> Iterator[Row]:
    # Not splitlines: that would also split where a string holds one of the rarer ends of line.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found = _Text(path, line)
            try:
                _, value = found.value()
            except FileFormatError as error:
                # The row is told of, and those after it are read.
                value = FileFormatError(error.what, path, number)
            else:
                if found.next():
                    value = FileFormatError("no JSON: something follows after the row", path, number)
            yield Row(number, None, value)


# ---- CSV -------------------------------------------------------------------------------------------------------------


def _csv(path: str, text: str) -> Iterator[Row]:
    rows, line = csv.reader(io.StringIO(text, newline=""), strict=True), 0
    try:
        names = next(rows, None)
        if not names:
            raise FileFormatError("expected a first line with the names of the fields", path, 1)
        names = [name.strip() for name in names]
        _check_names(path, names)
        line = rows.line_num
        for cells in rows:
            start, line = line + 1, rows.line_num
            if not cells:
                continue
            if len(cells) != len(names):
                # The row is told of, and those after it are read.
                yield Row(start, None, FileFormatError(f"expected {len(names)} cells, got {len(cells)}", path, start))
                continue
            yield Row(start, None, dict(zip(names, map(Plain, cells), strict=True)))
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        what = "a quotation mark is never closed" if is_open else str(error)
        raise FileFormatError(f"no CSV: {what}", path, line + 1 if is_open else rows.line_num) from None


def _check_names(path: str, names: list[str]) -> None:
    for mark, what in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in names[0]:
            raise FileFormatError(f"expected commas between the names of the fields, got {what}", path, 1)
    for number, name in enumerate(names):
        if not name:
            raise FileFormatError(f"column {number + 1} has no name", path, 1)
        if name in names[:number]:
            raise FileFormatError(f"two columns have the name {name!r}", path, 1)


# ---- YAML ------------------------------------------------------------------------------------------------------------


def _yaml(path: str, text: str) -> Iterator[Row]:
    """Give the elements of a list, or of the lists that stand under the names of fact types.

    Nothing is constructed: the tree of nodes is read, and what a tag may name is never looked at.
    """
    try:
        import yaml  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = f"{path}: YAML needs the package PyYAML: install pow-rules[yaml]"
        raise ExtraMissingError(msg) from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FileFormatError(f"no YAML: {error.problem}", path, None if mark is None else mark.line + 1) from None
    except yaml.YAMLError as error:
        raise FileFormatError(f"no YAML: {' '.join(str(error).split())}", path) from None
    except RecursionError:
        raise FileFormatError("nested too deeply", path) from None
    if root is None:
        return
    reader = _Nodes(path, _EXPANSION * _written(root) + 1_000)
    if isinstance(root, yaml.MappingNode):
        for name, rows in reader.pairs(root):
            if not isinstance(rows, yaml.SequenceNode):
                raise FileFormatError(f"expected a list of rows under {name}", path, rows.start_mark.line + 1)
            for row in rows.value:
                yield reader.row(row, name)
    elif isinstance(root, yaml.SequenceNode):
        for row in root.value:
            yield reader.row(row, None)
    else:
        raise FileFormatError("expected a list of rows, or fact types with lists of rows", path, 1)


def _written(root: Any) -> int:
    """Tell how many nodes are written below one, however often aliases stand for them."""
    known: set[int] = set()
    ahead = [root]
    while ahead:
        node = ahead.pop()
        if id(node) not in known:
            known.add(id(node))
            if node.id != "scalar":
                ahead += node.value if node.id == "sequence" else [part for pair in node.value for part in pair]
    return len(known)


class _Nodes:
    """Makes JSON of YAML's nodes."""

    def __init__(self, path: str, most: int) -> None:
        self.path = path
        self.most = most
        self.count = 0

    def row(self, node: Any, name: str | None) -> Row:
        """Give the row that a node is. If that cannot be read, it is told of, and those after it are read."""
        value: Any
        try:
            value = self.value(node)
        except FileFormatError as error:
            if self.count > self.most:
                raise
            value = error
        return Row(node.start_mark.line + 1, name, value)

    def value(self, node: Any) -> Any:
        """Give what a node says."""
        self.count += 1
        line = node.start_mark.line + 1
        if self.count > self.most:
            raise FileFormatError(f"aliases stand for more than {self.most:,} values", self.path, line)
        known = {"map", "seq", "str", "int", "float", "bool", "null", "timestamp"}
        if node.tag.removeprefix("tag:yaml.org,2002:") not in known:
            raise FileFormatError(f"the tag {node.tag!r} has no meaning here", self.path, line)
        try:
            if node.id == "mapping":
                return {name: self.value(inner) for name, inner in self.pairs(node)}
            if node.id == "sequence":
                return [self.value(inner) for inner in node.value]
        except RecursionError:
            raise FileFormatError("nested too deeply, or within itself", self.path, line) from None
        return Plain(node.value, is_yaml=True) if node.style is None else node.value

    def pairs(self, node: Any) -> Iterator[tuple[str, Any]]:
        """Give the keys and values of a mapping."""
        known: set[str] = set()
        for key, inner in node.value:
            line = key.start_mark.line + 1
            if key.id != "scalar":
                raise FileFormatError("expected a name as key", self.path, line)
            if key.value in known:
                raise FileFormatError(f"the key {key.value!r} stands twice", self.path, line)
            known.add(key.value)
            yield key.value, inner


READERS = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv,
    ".yaml": _yaml,
    ".yml": _yaml,
}
"""What gives the rows of a file, by how its name ends: of its path, for messages, and its text."""

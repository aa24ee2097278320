"""Files of facts that people write: their rows as `Given`s, and everything that is wrong with them at once."""

from __future__ import annotations

import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.decoding import DecodingError
from pow_rules.errors import ArgumentValueError, FactFileError, FileFormatError, PowRulesError
from pow_rules.facts import fact_type
from pow_rules.hedges import HEDGES
from pow_rules.kinds import kind_from
from pow_rules.near import did_you_mean
from pow_rules.scales import ICD203, PHIA, likelihood_of
from pow_rules.sources import Given, Source
from pow_rules.storage.documents import Flaw, path_of
from pow_rules.storage.friendly import fact_from, friendly
from pow_rules.storage.plain import Plain, shown
from pow_rules.storage.records import looks_like_journal, read_journal
from pow_rules.storage.rows import READERS, Row
from pow_rules.storage.saved import FORMAT, read_saved, saved_from, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pow_rules.kinds import Kind
    from pow_rules.program import Program

__all__ = ["facts_of_file"]

_SAID = ("source", "hedge", "likelihood")
_MARKS = tuple(name for name in _SAID if name != "source")


def facts_of_file(path: str, program: Program, cls: type | None, source: Source | None) -> tuple[Given, ...]:
    """Give the facts of a file.

    Args:
        path: the file.
        program: the program that they are for.
        cls: the fact type of all rows; None if the file says it.
        source: who says so, for rows that name nobody.

    Raises:
        ArgumentValueError: for a file whose name does not say what is in it.
        FactFileError: with everything that is wrong.
        ExtraMissingError: for YAML without the package for it.
        OSError: if it cannot be read.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in READERS:
        msg = f"path: expected a file that ends in {', '.join(READERS)}, got {path!r}"
        raise ArgumentValueError(msg)
    data = Path(path).read_bytes()
    faults: list[FileFormatError] = []
    made: list[Given] = []
    try:
        kept = _kept(path, data, program) if suffix in (".json", ".jsonl") else None
        if kept is not None:
            return kept
        if suffix == ".csv" and cls is None:
            cls = _named(path, program)
        reading = _Reading(path, program, cls, source)
        for row in READERS[suffix](path, text_of(path, data.removeprefix(b"\xef\xbb\xbf"))):
            given = reading.given(row, faults)
            if given is not None:
                made.append(given)
    except FileFormatError as error:
        # What was read before it has faults of its own, perhaps.
        faults.append(error)
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults):,} faults"
        raise FactFileError(f"{count} in {path}", faults)
    return tuple(made)


def _kept(path: str, data: bytes, program: Program) -> tuple[Given, ...] | None:
    """Give what is given in a saved session, or at the end of a journal, of whatever program; None for other files."""
    if looks_like_journal(data):
        found = read_journal(path, data, program, any_program=True)
        return tuple(found.givens())
    if FORMAT.encode() not in data[:200]:
        return None
    document = saved_from(path, data)
    return None if document is None else tuple(read_saved(path, document, program, any_program=True).givens)


def _named(path: str, program: Program) -> type:
    """Give the fact type that a file is named after."""
    types = {cls.__name__: cls for cls in program.given}
    name = Path(path).stem
    if name not in types:
        near = did_you_mean(name, types, "may be asserted")
        what = f"expected the file to have the name of a fact type, got {name!r}{near}"
        raise FileFormatError(f"{what}; or say which it is with cls=...", path)
    return types[name]


class _Reading:
    """Makes `Given`s of rows."""

    def __init__(self, path: str, program: Program, cls: type | None, source: Source | None) -> None:
        self.path = path
        self.cls = cls
        self.source = source
        self.is_table = path.lower().endswith(".csv")
        self.told: set[str] = set()
        self.types = {given.__name__: given for given in program.given}
        self.known = {known.__name__ for known in program.fact_types}
        hints = typing.get_type_hints(Source)
        self.kinds: dict[str, Kind] = {field.name: kind_from(hints[field.name]) for field in attrs.fields(Source)}

    def given(self, row: Row, faults: list[FileFormatError]) -> Given | None:
        """Give the `Given` of a row, or None; all that is wrong with it is put among the faults."""
        if isinstance(row.value, FileFormatError):
            faults.append(row.value)
            return None
        wrong: list[DecodingError] = []
        made = None
        try:
            cls, fields, said = self._parts(row)
            fact = fact_from(fields, cls, wrong)
            wrong = [fault.within(cls.__name__) for fault in wrong]
            made = self._said(fact, said, wrong)
        except DecodingError as error:
            wrong.append(error)
        faults += [fault for error in wrong if (fault := self._fault(error, row.line)) is not None]
        return None if wrong else made

    def _fault(self, wrong: DecodingError, line: int) -> FileFormatError | None:
        """Give what is wrong in a row as an error; None for what is wrong with all rows of a table, and was told."""
        where = path_of(wrong.path, "").removeprefix(".")
        if self.is_table and wrong.what.startswith(("no such ", "is missing")):
            if where in self.told:
                return None
            self.told.add(where)
            line = 1
        return FileFormatError(wrong.what, self.path, line, where)

    # ---- the parts of a row ------------------------------------------------------------------------------------

    def _parts(self, row: Row) -> tuple[type, Any, dict[str, Any]]:
        """Give the fact type of a row, its fields, and what is said of it."""
        value = row.value
        if type(value) is not dict:
            raise DecodingError(value.what if isinstance(value, Flaw) else f"expected an object, got {shown(value)}")
        if row.name is not None or self.cls is not None:
            cls = self.cls if row.name is None else self._type(row.name)
            assert cls is not None  # noqa: S101 - for type checkers
            return (cls, *_flat(value, fact_type(cls).field_names))
        said = {name: value[name] for name in _SAID if name in value and name not in self.types}
        names = [name for name in value if name not in said]
        if len(names) != 1:
            what = f"got {', '.join(map(repr, names[:5]))}" if names else "got none"
            raise DecodingError(f"expected one fact type, with its fields, and perhaps {', '.join(_SAID)}: {what}")
        return self._type(names[0]), value[names[0]], said

    def _type(self, name: str) -> type:
        if name in self.types:
            return self.types[name]
        what = "is only concluded: it may not be asserted" if name in self.known else "is no fact type of the program"
        raise DecodingError(f"{what}{did_you_mean(name[:100], self.types, 'may be asserted')}").within(name)

    def _said(self, fact: Any, said: Mapping[str, Any], wrong: list[DecodingError]) -> Given | None:
        """Give the `Given` of a fact and what is said of it."""
        values: dict[str, Any] = {"source": self.source}
        for name, read in (("source", self._source), ("hedge", _hedge), ("likelihood", _likelihood)):
            if name in said:
                try:
                    found = read(said[name])
                except DecodingError as error:
                    wrong.append(error.within(name))
                else:
                    values |= {} if found is None else {name: found}
        if wrong:
            return None
        try:
            return Given(fact, **values)
        except PowRulesError as error:
            wrong.append(DecodingError(str(error)))
            return None

    def _source(self, value: Any) -> Source | None:
        """Give the source that a text names, or an object describes."""
        if isinstance(value, Plain | str):
            name = friendly(value, self.kinds["name"]) if value != Plain("") else ""
            value = {"name": name} if name else {}
        if value is None or value == {}:
            return None
        if type(value) is not dict:
            raise DecodingError(f"expected a name or an object, got {shown(value)}")
        found: dict[str, Any] = {}
        for name, inner in value.items():
            if name not in self.kinds:
                raise DecodingError(f"no such part of a source{did_you_mean(name[:100], self.kinds)}").within(name)
            try:
                found[name] = friendly(inner, self.kinds[name])
            except DecodingError as error:
                raise error.within(name) from None
        if not any(part not in ("", None) for part in found.values()):
            return None
        if "name" not in found:
            raise DecodingError("is missing: expected str").within("name")
        try:
            return Source(**found)
        except PowRulesError as error:
            raise DecodingError(str(error)) from None


def _flat(value: dict[str, Any], fields: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part a row that holds fields and what is said of them: `source.name` and the like are no names of fields."""
    inner: dict[str, Any] = {}
    said: dict[str, Any] = {}
    source: dict[str, Any] = {}
    for name, cell in value.items():
        if name.startswith("source."):
            source[name.removeprefix("source.")] = cell
        elif name.removeprefix("given.") in _MARKS and (name.startswith("given.") or name not in fields):
            said[name.removeprefix("given.")] = cell
        elif name == "source" and name not in fields:
            said[name] = cell
        else:
            inner[name] = cell
    if source:
        if "source" in said:
            raise DecodingError("stands beside source.name and the like: write one of the two").within("source")
        said["source"] = source
    return inner, said


def _hedge(value: Any) -> Any:
    text = value.text if isinstance(value, Plain) else value
    if text in (None, ""):
        return None
    if text not in HEDGES:
        near = did_you_mean(text[:100] if type(text) is str else "", HEDGES)
        raise DecodingError(f"{shown(value)} is no hedge{near}")
    return text


def _likelihood(value: Any) -> Any:
    """Give a likelihood for a number, a pair of numbers, or the band that a text names, as `"ICD203.LIKELY"`."""
    found = friendly(value, _LIKELIHOOD if isinstance(value, Plain | str) else _NUMBERS)
    if type(found) is str:
        bands = {f"{scale.__name__}.{band.name}": band for scale in (ICD203, PHIA) for band in scale}
        if found not in bands:
            near = did_you_mean(found[:100], bands)
            raise DecodingError(f"expected a number, two in an array, or a band, got {shown(value)}{near}")
        found = bands[found]
    try:
        return None if found is None else likelihood_of(found)
    except PowRulesError as error:
        raise DecodingError(str(error).removeprefix("likelihood: ")) from None


_NUMBERS = kind_from(tuple[float, float] | float | None)
_LIKELIHOOD = kind_from(tuple[float, float] | float | str | None)

"""Damaged, foreign and hostile files: each gives one documented error that says what and where.

`damaged/` holds a file of each sort; `goldens/damaged.golden` has the message that each must give, and
`UPDATE_GOLDENS=1` writes it anew. `pytest --soak 100000 tests/keeping/test_damaged.py` makes so many more by chance.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import enum
import json
import os
import random
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Given, Program, Session, Source, conclude, fact, read_facts, rule
from pow_rules.errors import FactFileError, FileFormatError
from pow_rules.storage.documents import canonical_bytes, checksum
from pow_rules.storage.records import line_of

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@fact
class Bead:
    """a bead of {colour}, {size}"""

    colour: Colour
    size: int | None


@fact
class String:
    """a string of {beads}"""

    beads: tuple[Bead, ...]
    price: Decimal
    since: dt.date | str
    inner: String | None = None


@fact
class Sold:
    """it is sold"""


@rule
def strings_are_sold(s: String) -> None:
    """Strings are sold."""
    conclude(Sold)


PROGRAM = Program([strings_are_sold], given=[Bead, String])
_BEAD = Bead(Colour.RED, 10**20)
_FACTS = [
    Given(_BEAD, Source("Žižek", date=dt.date(2025, 3, 4), reliability="B"), hedge="probable", likelihood=(0.2, 0.4)),
    String((_BEAD, Bead(Colour.BLUE, None)), Decimal("1.5"), "\ud800", String((), Decimal(0), dt.date(2025, 1, 1))),
]


# ---- the corpus ------------------------------------------------------------------------------------------------------

_FILES = sorted((HERE / "damaged").iterdir())


def test_every_damaged_file_has_its_message() -> None:
    """Each file of the corpus is refused, with the message that says what is wrong and where."""
    lines: list[str] = []
    for path in _FILES:
        with pytest.raises(FileFormatError) as caught:
            Session.load(path, PROGRAM)
        assert caught.value.file == str(path)
        message = str(caught.value).replace(str(path), path.name)
        assert len(message) < 500
        assert message.isprintable()
        lines.append(message)
    golden, told = HERE / "goldens" / "damaged.golden", "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"


@pytest.mark.parametrize("name", ["whole_1.json", "whole_1.jsonl"])
def test_every_version_is_read(name: str) -> None:
    """A file of each version that was ever shipped is read."""
    session = Session.load(HERE / "shipped" / name, PROGRAM)
    assert session.givens() == Session(PROGRAM, _FACTS).givens()


@pytest.mark.parametrize("depth", [100, 3_000, 200_000])
@pytest.mark.parametrize("way", ["all", "value", "body", "journal", "rows"])
def test_what_is_nested_deeply(way: str, depth: int, tmp_path: Path) -> None:
    """However deep a file goes, it is refused; how deep Python reads depends on its version, and on the system."""
    path = tmp_path / "f.json"
    Session(PROGRAM, _FACTS).save(path)
    text = path.read_text(encoding="utf-8")
    lists, tuples = "[" * depth + "]" * depth, '{"type": "tuple", "value": [' * depth + "]}" * depth
    if way == "journal":
        record = f'{{"format":"pow_rules journal","version":{lists}}}'.encode()
        check = checksum(record)[:16]
        text = f'{{"length":{len(record)},"check":"{check}","record":{record.decode()}}}\n'
    parts = {
        "all": lists,
        "value": text.replace('{"type": "decimal", "value": "1.5"}', tuples),
        "body": text.replace('"strict": false', f'"strict": {lists}'),
        "journal": text,
        "rows": f'[{{"String": {{"beads": {lists}}}}}]',
    }
    path.write_text(parts[way], encoding="utf-8")
    with pytest.raises((FileFormatError, FactFileError)):
        read_facts(path, PROGRAM) if way == "rows" else Session.load(path, PROGRAM)


# ---- by chance -------------------------------------------------------------------------------------------------------

_JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**53, 10**30, "", "x", "\ud800", "a" * 10_000, [], {}, [[]], {"": {}}, [None] * 100,
    {"type": "int", "value": "1" * 5000}, {"type": "tuple", "value": []}, {"type": "float", "value": "nan"},
    {"type": "decimal", "value": "NaN"}, {"type": "decimal", "value": "1E+999999999"}, {"type": "other", "value": "x"},
    {"type": "enum", "value": {"type": "Colour", "name": "__class__"}}, {"type": "date", "value": "0000-00-00"},
    {"type": "enum", "value": {"type": "os", "name": "system"}}, {"type": "uuid", "value": "0"}, {"__class__": "Bead"},
    {"type": "fact", "value": {"type": "Sold", "fields": {}}}, {"py/object": "os.system"}, "!!python/object", "NaN",
]  # fmt: skip


def nodes(document: Any) -> list[tuple[Any, Any]]:
    """Give every place of a document: what it is in, and its key or index."""
    found: list[tuple[Any, Any]] = []
    ahead = [document]
    while ahead:
        here = ahead.pop()
        if isinstance(here, dict | list):
            places = list(here) if isinstance(here, dict) else list(range(len(here)))
            found += [(here, place) for place in places]
            ahead += [here[place] for place in places]
    return found


def altered(document: Any, chance: random.Random) -> Any:
    """Change a document somewhere: put junk in, take something out, move it, rename it, double it, nest it."""
    document = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        places = nodes(document)
        if not places:
            break
        holder, place = chance.choice(places)
        way = chance.randrange(6)
        if way == 0:
            holder.pop(place)
        elif way == 1 and isinstance(holder, dict):
            holder[chance.choice(["x", "type", "value", "fields", "\udfff", "__init__"])] = holder.pop(place)
        elif way == 2:
            other, there = chance.choice(places)
            holder[place] = copy.deepcopy(other[there]) if there in other or isinstance(other, list) else None
        elif way == 3:
            deep: Any = holder[place]
            for _ in range(chance.choice([1, 2, 100, 2_000])):
                deep = [deep] if chance.random() < 0.5 else {"type": "tuple", "value": [deep]}
            holder[place] = deep
            break
        else:
            holder[place] = copy.deepcopy(chance.choice(_JUNK))
    return document


def scrambled(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes: flip, cut, insert, double."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(made) + 1)
        to = min(len(made), at + chance.choice([0, 1, 1, 5, 100]))
        more = chance.choice(
            [b"", b"\0", b"\xff", b'"', b"{", b"}", b"[[", b"1", b"-", b",", b"\n", b"NaN", made[at:to] * 2]
        )
        made[at:to] = more
        if made and chance.random() < 0.5:
            made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made[: chance.randrange(len(made) + 1)] if chance.random() < 0.1 else made)


def dumped(document: Any) -> str:
    """Give JSON of what may be nested deeper than `json` writes."""
    try:
        return json.dumps(document)
    except RecursionError:
        return "[" * 100_000


class Files:
    """Makes files that are wrong, of files that are right."""

    def __init__(self, folder: Path) -> None:
        session = Session(PROGRAM, _FACTS)
        session.save(folder / "saved")
        with session.journal(folder / "journal"):
            session.retract_fact(_BEAD)
            with session.transaction():
                session.assert_facts(_FACTS)
                session.assert_fact(Bead(Colour.BLUE, 1))
        self.saved = (folder / "saved").read_bytes()
        self.journal = (folder / "journal").read_bytes()
        self.document = json.loads(self.saved)
        self.records = [json.loads(line)["record"] for line in self.journal.splitlines()]
        rows = [
            {"Bead": {"colour": "RED", "size": 3}, "source": {"name": "x"}},
            {"String": {"beads": [], "price": 1.5}},
        ]
        self.rows = rows
        self.written = {
            ".json": json.dumps(rows, indent=1).encode(),
            ".jsonl": b"\n".join(json.dumps(row).encode() for row in rows),
            ".csv": b'colour,size,source.name,likelihood\nRED,3,"the, paper",0.5\nBLUE,,,\n',
            ".yaml": b"Bead:\n  - {colour: RED, size: 3}\n  - &a {colour: BLUE, size: ~}\nString: [{beads: [*a]}]\n",
        }

    def resealed(self, chance: random.Random) -> bytes:
        """Give a saved session with something else in it, and the checksum of that."""
        document = altered(self.document, chance)
        with contextlib.suppress(KeyError, TypeError, ValueError, RecursionError):
            document["checksum"] = checksum(canonical_bytes(document["body"]))
        return dumped(document).encode()

    def rejournalled(self, chance: random.Random) -> bytes:
        """Give a journal with something else in its records, and the checksums of that."""
        check, lines = "", []
        for record in altered(self.records, chance):
            try:
                line, check = line_of(record, check)
            except (ValueError, RecursionError):
                line = b'{"length":1,"check":"0123456789abcdef","record":}\n'
            lines.append(line)
        return b"".join(lines)


def load(path: Path, data: bytes) -> Any:
    """Write a file, and load it."""
    path.write_bytes(data)
    return Session.load(path, PROGRAM).givens()


def read(path: Path, suffix: str, data: bytes) -> Any:
    """Write a file of rows, and read it."""
    path = path.with_suffix(suffix)
    path.write_bytes(data)
    return read_facts(path, PROGRAM, cls=Bead if suffix == ".csv" else None)


def test_no_other_error_whatever_is_in_a_file(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Files changed by chance, byte by byte or part by part, are read or give the documented error, and none other."""
    count = request.config.getoption("--soak") or 1_500
    files, path, chance = Files(tmp_path), tmp_path / "mutant", random.Random(count)
    ways: list[Callable[[], Any]] = [
        lambda: load(path, files.resealed(chance)),
        lambda: load(path, files.resealed(chance)),
        lambda: load(path, files.rejournalled(chance)),
        lambda: load(path, scrambled(files.saved, chance)),
        lambda: load(path, scrambled(files.journal, chance)),
        lambda: read(path, ".json", dumped(altered(files.rows, chance)).encode()),
        *(
            lambda suffix=suffix, data=data: read(path, suffix, scrambled(data, chance))
            for suffix, data in files.written.items()
        ),
    ]
    outcomes, unnamed = {"read": 0, "refused": 0}, 0
    for number in range(count):
        try:
            givens = ways[number % len(ways)]()
        except (FileFormatError, FactFileError) as error:
            outcomes["refused"] += 1
            unnamed += str(path) not in str(error)
        else:
            assert {type(given.fact) for given in givens} <= {Bead, String}
            outcomes["read"] += 1
    if request.config.getoption("--soak"):
        print(f"\n{outcomes}")  # noqa: T201 - the figures that the soak is run for
    assert outcomes["refused"] > count / 2
    assert not unnamed

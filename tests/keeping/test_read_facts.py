"""Facts that people write: read by what their fields hold, and everything that is wrong told at once."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import sys
from decimal import Decimal
from enum import Enum, Flag
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source, read_facts
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    ExtraMissingError,
    FactFileError,
    FileFormatError,
    NotAFactError,
)
from pow_rules.facts import fact_type
from pow_rules.kinds import is_fact_class
from pow_rules.scales import ICD203


@pytest.fixture
def read(tmp_path: Path, words: Any) -> Any:
    """Give the function that writes a file and reads it."""

    def write_and_read(name: str, text: str | bytes, **options: Any) -> tuple[Given, ...]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_facts(path, words.PROGRAM, **options)

    return write_and_read


@pytest.fixture
def wrong(read: Any, tmp_path: Path) -> Any:
    """Give the function that tells what is wrong with a file, a line for each fault."""

    def faults(name: str, text: str | bytes, **options: Any) -> list[str]:
        with pytest.raises(FactFileError) as caught:
            read(name, text, **options)
        group = caught.value
        assert all(type(fault) is FileFormatError and fault.file == str(tmp_path / name) for fault in group.exceptions)
        return [str(fault).removeprefix(str(tmp_path) + "/") for fault in group.exceptions]

    return faults


# ---- what was written is read ----------------------------------------------------------------------------------------


def by_hand(value: Any) -> Any:
    """Give a value as somebody would write it in JSON."""
    if isinstance(value, Flag):
        return "|".join(member.name or "" for member in value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, tuple | frozenset):
        return [by_hand(item) for item in value]
    if is_fact_class(type(value)):
        row = fact_type(type(value)).row(value)
        return {type(value).__name__: dict(zip(fact_type(type(value)).field_names, map(by_hand, row), strict=True))}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.date | Decimal | UUID):
        return str(value)
    return repr(value) if value in (float("inf"), float("-inf")) else value


def said(one: Given) -> dict[str, Any]:
    """Give what is said of a fact, beside it."""
    source = one.source
    parts = ("name", "origin", "reliability", "credibility", "date", "locator")
    found = {} if source is None else {name: getattr(source, name) for name in parts}
    band = one.likelihood
    return {
        **({"source": {name: by_hand(part) for name, part in found.items() if part is not None}} if found else {}),
        **({"hedge": one.hedge} if one.hedge != "certain" else {}),
        **({"likelihood": [band.low, band.high]} if band is not None and not band.word else {}),
    }


def is_writable(value: Any) -> bool:
    """Tell whether the way in which people write a value leaves no doubt: no empty flags, and text that UTF-8 holds."""
    if isinstance(value, tuple | frozenset):
        return all(map(is_writable, value))
    if is_fact_class(type(value)):
        return all(map(is_writable, fact_type(type(value)).row(value)))
    if isinstance(value, Flag):
        return bool(value)
    return not isinstance(value, str) or isinstance(value, Enum) or value.isprintable()


@given(data=st.data())
@settings(max_examples=40)
def test_json_by_hand(data: st.DataObject, words: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Facts of every kind, and what is said of them, are read from JSON, JSON Lines and YAML as they were meant."""
    every = data.draw(st.lists(words.givens(), min_size=1, max_size=4))
    kept = [one for one in every if is_writable(one.fact) and not isinstance(one.fact, words.Mixed)]
    kept = [one for one in kept if not isinstance(one.fact, words.Several) or not one.fact.some]
    assume(all(one.likelihood is None or not one.likelihood.word for one in kept))
    assume(all(one.source is None or is_writable((one.source.name, one.source.origin or "")) for one in kept))
    rows = [{**by_hand(one.fact), **said(one)} for one in kept]
    folder = tmp_path_factory.getbasetemp()
    texts = {
        "json": json.dumps(rows, indent=data.draw(st.none() | st.just(2))),
        "jsonl": "\n\n".join(json.dumps(row) for row in rows),
        "yaml": json.dumps(rows, ensure_ascii=False),
    }
    for suffix, text in texts.items():
        path = folder / f"by_hand.{suffix}"
        path.write_text(text, encoding="utf-8")
        assert repr(read_facts(path, words.PROGRAM)) == repr(tuple(kept))


@given(data=st.data())
@settings(max_examples=40)
def test_csv_by_hand(data: st.DataObject, words: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Cells are read by what the field holds: nothing for None, JSON for what holds several values."""
    kinds = (words.Special, words.Chosen, words.Box, words.Plain)
    drawn = data.draw(st.lists(words.FACTS, max_size=8))
    for cls in kinds:
        every = [one for one in drawn if type(one) is cls and is_writable(one)]
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow([*fact_type(cls).field_names, "source.name", "source.date"])
        for one in every:
            row = [by_hand(value) for value in fact_type(cls).row(one)]
            cells = [
                json.dumps(cell) if isinstance(cell, dict | bool) else "" if cell is None else cell for cell in row
            ]
            table.writerow([*cells, "a paper", "2025-03-04"])
        path = tmp_path_factory.getbasetemp() / f"{cls.__name__}.csv"
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        source = Source("a paper", date=dt.date(2025, 3, 4))
        assert repr(read_facts(path, words.PROGRAM)) == repr(tuple(Given(one, source) for one in every))


def test_what_a_text_means(read: Any, words: Any) -> None:
    """In quotation marks a text is a text; without, in a cell or in YAML, it is one only if it is nothing else."""
    expected = {
        "26": ("26", 26), "2.5": ("2.5", 2.5), "A": ("A", words.Letter.A), "x": ("x", "x"), "true": ("true", "true"),
    }  # fmt: skip
    for text, (quoted, plain) in expected.items():
        table = f"either,any\n1,{text}\n"
        in_json = json.dumps([{"Mixed": {"maybe": None, "either": 1, "any": text}}])
        for found, wanted in (
            (read("Mixed.csv", f"maybe,{table.replace(chr(10) + '1', chr(10) + ',1')}"), plain),
            (read("a.yaml", f"Mixed: [{{maybe: ~, either: 1, any: {text}}}]"), plain),
            (read("a.yaml", f"Mixed: [{{maybe: ~, either: 1, any: '{text}'}}]"), quoted),
            (read("a.json", in_json), quoted),
        ):
            assert repr(found[0].fact) == repr(words.Mixed(None, 1, wanted))


def test_what_yaml_makes_of_words(read: Any, words: Any) -> None:
    """The field decides: `no` and `026` are texts where the field holds text; `no` is false, `026` is 26 elsewhere."""
    found = read(
        "a.yaml",
        "Plain:\n- {text: no, whole: 026, number: 1, truth: no, data: 00ff}\n"
        "Edge:\n- a: 1\n  b: 2\n  source: the ministry\n  hedge: probable\n- {a: 1, b: 3, likelihood: ICD203.LIKELY}\n",
    )
    assert found == (
        Given(words.Plain("no", 26, 1.0, False, b"\x00\xff")),  # noqa: FBT003 - a field
        Given(words.Edge(1, 2), Source("the ministry"), hedge="probable"),
        Given(words.Edge(1, 3), likelihood=ICD203.LIKELY),
    )
    assert read("a.yml", "") == ()
    anchored = "- Edge: &e {a: 1, b: 2}\n- Edge: *e\n"
    assert [one.fact for one in read("a.yml", anchored)] == [words.Edge(1, 2)] * 2


def test_the_ways_to_write_rows(read: Any, words: Any) -> None:
    """Rows name their type, stand under its name, or are of `cls`; others have the source of the call."""
    paper = Source("a paper")
    one, two = Given(words.Edge(1, 2), paper), Given(words.Edge(3, 4), Source("x", locator="p. 1"), hedge="possible")
    second = '{"Edge": {"a": 3, "b": 4}, "source": {"name": "x", "locator": "p. 1"}, "hedge": "possible"}'
    rows = f'[{{"Edge": {{"a": 1, "b": 2}}}}, {second}]'
    assert read("a.json", rows, source=paper) == (one, two)
    rows = '{"Edge": [{"a": 1, "b": 2}], "Dot": [{"x": 7, "source": "y"}, {"x": 8, "given.likelihood": 0.5}]}'
    assert read("a.json", rows, source=paper) == (
        one,
        Given(words.Dot(7), Source("y")),
        Given(words.Dot(8), paper, likelihood=0.5),
    )
    assert read("a.ndjson", '{"a": 1, "b": 2}\n', cls=words.Edge, source=paper) == (one,)
    table = "\ufeffa,b,source.name,source.locator,hedge\n1,2,,,\n\n3,4,x,p. 1,possible\n"
    assert read("b.CSV", table.replace("\n", "\r\n"), cls=words.Edge, source=paper) == (one, two)
    assert read("Dot.csv", 'x,source,likelihood\n1,y,"[0.2, 0.4]"\n') == (
        Given(words.Dot(1), Source("y"), likelihood=(0.2, 0.4)),
    )
    assert read("a.json", "{}") == read("a.json", "[]") == read("a.json", '{"Dot": []}') == read("a.jsonl", "\n") == ()


def test_a_field_may_be_called_source(tmp_path: Path) -> None:
    """Where a field has such a name, it is the field; `source.name` is who says so."""
    from pow_rules import fact  # noqa: PLC0415 - only here

    @fact
    class Leak:
        source: str
        hedge: int

    path = tmp_path / "Leak.csv"
    path.write_text("source,hedge,source.name,given.hedge\na pipe,3,a plumber,probable\n")
    assert read_facts(path, Program([], given=[Leak])) == (
        Given(Leak("a pipe", 3), Source("a plumber"), hedge="probable"),
    )


def test_kept_sessions_are_read(words: Any, tmp_path: Path) -> None:
    """A saved session and a journal are read as well, also those of another program."""
    session = Session(words.PROGRAM, [Given(words.Edge(1, 2), Source("x"), hedge="probable"), words.Dot(1)])
    session.save(tmp_path / "s.json")
    with session.journal(tmp_path / "j.jsonl"):
        session.retract_fact(words.Dot(1))
        session.assert_fact(words.Edge(3, 4))
    other = words.program(rules=[])
    assert set(read_facts(tmp_path / "s.json", other)) == {
        Given(words.Edge(1, 2), Source("x"), hedge="probable"),
        Given(words.Dot(1)),
    }
    assert set(read_facts(tmp_path / "j.jsonl", other)) == set(session.givens())


def compared(name: str, lines: list[str]) -> None:
    """Compare lines with a golden file; `UPDATE_GOLDENS=1` writes it anew."""
    path = Path(__file__).parent / "goldens" / f"{name}.golden"
    told = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"


# ---- what is wrong ---------------------------------------------------------------------------------------------------


def test_every_bad_row_is_told_at_once(wrong: Any) -> None:
    """All faults of all rows are told, each with line, field, what was expected, what is there, and the near match."""
    text = """[
  {"Edge": {"a": 1, "b": "2"}},
  {"Edge": {"a": 1.5, "c": 2}},
  {"Egde": {}}, {"OnlyConcluded": {}}, {"Shape": {}}, 5, {}, {"Edge": {"a": 1, "b": 2}, "Dot": {"x": 1}},
  {"Special": {"day": "4 March", "moment": "2025-03-04", "amount": "NaN", "key": "x"}},
  {"Chosen": {"colour": "RDE", "letter": "c", "rank": 1, "right": "READ|EXECUTE"}},
  {"Several": {"pair": [1], "many": [1, "x"], "some": 3, "shapes": [{"x": 1}]}},
  {"Dot": {"x": 1}, "source": {"nam": "x"}, "hedge": "probabel", "likelihood": 70},
  {"Dot": {"x": NaN}}, {"Dot": {"x": 1, "x": 2}},
  {"Dot": {"x": 1}, "source": {"name": "x", "reliability": "b"}},
  {"Plain": {"text": null, "whole": true, "number": "1", "truth": 1, "data": "0"}}
]"""
    compared("bad_rows", wrong("a.json", text))


def test_bad_cells(wrong: Any) -> None:
    """In a table, what is wrong with a column is told once, in its first line; a row may go over several lines."""
    head = "text,whole,number,truth,data,source.name,source.credibility,likelihood\n"
    compared(
        "bad_cells",
        [
            *wrong("Dot.csv", 'x,y\n1,1\n"a\nb",\n,\n1,2,3\n1_0,\n'),
            *wrong("Edge.csv", "a\n1\n2\n"),
            *wrong("Plain.csv", f"{head},+1,1e999,1,0,,3,likely\na,1,.5,TRUE,,x,C,0.5\n"),
            *wrong("Several.csv", 'pair,many,some\n"[1, ""a""]",x,[1.5]\n[1],[],"{""a"": 1, ""a"": 2}"\n'),
        ],
    )


BAD = {
    "a.json": [
        "", "3",
        '[{"Dot": {"x": 1}}\n', '[{"Dot": {"x": "1"}},\n{"Dot"}]', "[]\n[]", "{3: []}", '{"Dot": 3}', b'["\xff"]',
        '[{"Dot": {"x": ' + "1" * 5000 + "}}]", '{"Dot": [],}',
        '{"Dot": {"x": 1}}', '{"Dot": [{"x": 1}],\n"Dot": []}',
    ],
    "a.jsonl": ['{"Dot": {"x": 1}}\n{"Dot": {"x": 1}} 3\n', '\n{"Dot"\n{"Dot": {"x": ""}}\n'],
    "Dott.csv": ["x\n"],
    "Edge.csv": ["a;b\n1;2\n", "a\tb\n", 'a,b\n1,2\n1,"2\n3,4\n',
        "", "a,\n", "a,b,a\n", 'a,b\n1,"2\n', "a,b,source,source.name\n1,2,x,y\n"],
    "a.yaml": [
        "- Dot: {x: 1\n", "3", "Dot:\n  x: 1\n", "Dot:\n- x: 1\n  x: 2\n- x: [1, {a: no}]\n",
        "Dot:\n- ? [1]\n  : 2\n", "a: &a [*a]\n",
        "- Dot: {x: !!python/name:os.system ''}\n", "--- 1\n--- 2\n", "\x07", "- Dot: {x: 1.5}\n- Dot: {x: }\n",
    ],
}  # fmt: skip


def test_bad_files(wrong: Any) -> None:
    """What is wrong with a file as a whole is told with its line, after what is wrong with the rows before."""
    compared("bad_files", [fault for name, texts in BAD.items() for text in texts for fault in wrong(name, text)])


def test_aliases_that_stand_for_much(wrong: Any) -> None:
    """A short YAML that stands for more than fits into memory is refused."""
    lines = ["- &a0 [x]", *(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    assert "aliases stand for more than" in wrong("a.yaml", "\n".join(lines))[-1]
    # Comments make a file long, and not what it may stand for.
    lines.append("#" * 300_000)
    assert wrong("a.yaml", "\n".join(lines))[-1].endswith("aliases stand for more than 1,140 values")


def test_many_faults_are_counted(wrong: Any, read: Any) -> None:
    """The group has every fault; its text lists a hundred, and counts the others."""
    text = "x\n" + "a\n" * 250
    assert len(wrong("Dot.csv", text)) == 250
    with pytest.raises(FactFileError, match="250 faults in ") as caught:
        read("Dot.csv", text)
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (102, "- and 150 more")
    some, rest = caught.value.split(lambda fault: isinstance(fault, FileFormatError) and fault.line == 2)
    assert (type(some), type(rest)) == (FactFileError, FactFileError)
    assert isinstance(caught.value, ValueError)


def test_arguments_are_checked(read: Any, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no program, fact type or source, and files of another sort, are refused; so is YAML without PyYAML."""
    with pytest.raises(ArgumentTypeError, match=r"read_facts\(path, program\): expected a Program, got 3"):
        read_facts("a.json", 3)  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="path: expected a path, got 3"):
        read_facts(3, words.PROGRAM)  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="source: expected a Source or None, got 'x'"):
        read("a.json", "[]", source="x")
    with pytest.raises(ArgumentTypeError, match="cls: expected a fact type or None, got 'Edge'"):
        read("a.json", "[]", cls="Edge")
    with pytest.raises(NotAFactError):
        read("a.json", "[]", cls=int)
    with pytest.raises(ArgumentValueError, match="cls: OnlyConcluded may not be asserted; may be asserted: Edge"):
        read("a.json", "[]", cls=words.OnlyConcluded)
    with pytest.raises(ArgumentValueError, match=r"expected a file that ends in .json, .jsonl, .*, got '.*a.txt'"):
        read("a.txt", "")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ExtraMissingError, match=r"YAML needs the package PyYAML: install pow-rules\[yaml\]"):
        read("a.yaml", "")

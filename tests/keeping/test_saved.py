"""Saved sessions: what is saved is loaded, and the file is the old one or the new one."""

from __future__ import annotations

import enum
import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source, conclude, fact, read_facts, rule, where
from pow_rules.errors import ArgumentTypeError, ArgumentValueError, ContradictionError, FileFormatError
from pow_rules.storage import atomic
from pow_rules.testing.strategies import facts, programs


@given(data=st.data())
@settings(max_examples=30)
def test_what_is_saved_is_loaded(data: st.DataObject, words: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Facts of every kind, with all that is said of them, come back: same types, same order, same conclusions."""
    session = Session(words.PROGRAM, data.draw(st.lists(words.givens(), max_size=8)))
    path = tmp_path_factory.getbasetemp() / "saved.json"
    session.save(path)
    again = Session.load(path, words.PROGRAM)
    assert repr(again.givens()) == repr(session.givens())
    assert again.givens() == session.givens()
    assert set(map(repr, again.facts())) == set(map(repr, session.facts()))
    assert words.explained(again) == words.explained(session)
    first = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == first


@given(program=programs(most_rules=4), several=st.lists(facts(most_facts=8), min_size=2, max_size=3))
@settings(max_examples=10)
def test_several_sessions_of_a_program(program: Program, several: list[list[Any]]) -> None:
    """Each session of a generated program is loaded as itself, after changes as well, and explains alike."""
    with tempfile.TemporaryDirectory() as folder:
        sessions = [Session(program, held) for held in several]
        for number, session in enumerate(sessions):
            session.retract_facts(session.givens()[::3])
            session.save(Path(folder) / f"{number}.json")
        for number, session in enumerate(sessions):
            again = Session.load(Path(folder) / f"{number}.json", program)
            assert again.givens() == session.givens()
            assert again.derivation_count == session.derivation_count
            for held in session.facts():
                assert str(again.explain(held)) == str(session.explain(held))


def test_givens_alone_keep_the_order_of_facts(words: Any, tmp_path: Path) -> None:
    """Facts of a type that no rule concludes are loaded in the order in which they came to hold."""
    session = Session(words.PROGRAM, [words.Edge(n % 7, n) for n in range(20)])
    session.retract_fact(words.Edge(3, 3))
    session.assert_fact(words.Edge(3, 3))
    session.save(tmp_path / "s")
    assert Session.load(tmp_path / "s", words.PROGRAM).facts(words.Edge) == session.facts(words.Edge)


@pytest.mark.parametrize("strict", [True, False])
def test_strictness_is_kept_and_may_be_chosen(strict: bool, words: Any, tmp_path: Path) -> None:  # noqa: FBT001 - drawn
    """A session is as strict as it was, unless told otherwise; what it then refuses is refused."""
    Session(words.PROGRAM, [words.Edge(0, 1)], strict=strict).save(tmp_path / "s")
    assert Session.load(tmp_path / "s", words.PROGRAM).strict is strict
    assert Session.load(tmp_path / "s", words.PROGRAM, strict=not strict).strict is not strict
    Session(words.PROGRAM, [words.Edge(0, 3)]).save(tmp_path / "s")
    with pytest.raises(ContradictionError):
        Session.load(tmp_path / "s", words.PROGRAM, strict=True)


def test_a_subclass_is_loaded_as_itself(words: Any, tmp_path: Path) -> None:
    """`load` makes a session of the class that it is asked of."""

    class Mine(Session):
        pass

    Session(words.PROGRAM).save(tmp_path / "s")
    assert type(Mine.load(tmp_path / "s", words.PROGRAM)) is Mine


# ---- the program -----------------------------------------------------------------------------------------------------


def fault_of(path: Path, program: Program) -> str:
    """Give what is wrong with a file, without its place."""
    with pytest.raises(FileFormatError) as caught:
        Session.load(path, program)
    return str(caught.value).removeprefix(f"{path}: ")


_TAIL = ". read_facts(path, program) reads what was given"


def test_another_program_is_told_by_what_differs(words: Any, tmp_path: Path) -> None:
    """Of another program it is said which rules, constraints and fact types were added, removed or changed."""
    path = tmp_path / "s"
    Session(words.PROGRAM, [words.Dot(1)]).save(path)

    @rule
    def an_edge_is_a_path(e: words.Edge) -> None:
        """An edge is a path."""
        where(e.a != e.b)
        conclude(words.Path, a=e.a, b=e.b)

    @fact
    class Plain:
        text: str | None
        whole: int
        more: int

    others = words.RULES[1:]
    assert fault_of(path, words.program(rules=[an_edge_is_a_path, *others])) == (
        f"$.body.program: of another program: rule an_edge_is_a_path was changed{_TAIL}"
    )
    assert fault_of(path, words.program(rules=words.RULES[:-1])) == (
        f"$.body.program: of another program: constraint no_long_way was removed{_TAIL}"
    )
    assert fault_of(path, words.program(given=[Plain, *words.GIVEN[1:]])) == (
        "$.body.program: of another program: Plain.text holds str | None, and held str; fact type Plain lacks the field"
        " number; fact type Plain lacks the field truth; fact type Plain lacks the field data; fact type Plain has a"
        f" new field more{_TAIL}"
    )
    assert fault_of(path, words.program(given=[c for c in words.GIVEN if c is not words.Chosen])) == (
        "$.body.program: of another program: fact type Chosen was removed; Chosen may not be asserted any longer"
        f"{_TAIL}"
    )
    assert [one.fact for one in read_facts(path.rename(path.with_suffix(".json")), words.program(rules=[]))] == [
        words.Dot(1)
    ]


def test_a_hedge_and_a_constant_are_part_of_a_rule(words: Any, tmp_path: Path) -> None:
    """A rule that is said less strongly, or compares with True and not with 1, is another one."""

    def made(hedge: Any, value: Any) -> Program:
        @rule(hedge=hedge)
        def the_rule(m: words.Mixed) -> None:
            where(m.either == value)
            conclude(words.OnlyConcluded)

        return Program([the_rule])

    Session(made("certain", 1)).save(tmp_path / "s")
    for other in (made("probable", 1), made("certain", True), made("certain", 2)):  # noqa: FBT003 - a value
        assert fault_of(tmp_path / "s", other).startswith(
            "$.body.program: of another program: rule the_rule was changed"
        )
    Session.load(tmp_path / "s", made("certain", 1))


def test_words_for_people_are_no_part_of_a_program(words: Any, tmp_path: Path) -> None:
    """Statements, citations, the names of a rule's facts, and the order of the rules may change."""

    @rule(cites=("p. 1",), attribution="observers")
    def an_edge_is_a_path(edge: words.Edge) -> None:
        """It is said otherwise."""
        conclude(words.Path, a=edge.a, b=edge.b)

    Session(words.PROGRAM, [words.Edge(1, 2)]).save(tmp_path / "s")
    other = words.program(rules=[*reversed(words.RULES[1:]), an_edge_is_a_path])
    assert words.Path(1, 2) in Session.load(tmp_path / "s", other)


def test_a_program_is_known_again_in_another_process(words: Any, tmp_path: Path) -> None:
    """Neither the hash seed, nor `-OO`, nor the folder changes what a program is known by."""
    script = tmp_path / "script.py"
    here = Path(__file__).with_name("vocabulary.py").read_text(encoding="utf-8")
    script.write_text(f"{here}\nfrom pow_rules import Session\nSession(PROGRAM, [Edge(1, 2)]).save('s')\n", "utf-8")
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-OO", str(script)], cwd=tmp_path, env=environment, check=True)
    assert words.Path(1, 2) in Session.load(tmp_path / "s", words.PROGRAM)


# ---- the file --------------------------------------------------------------------------------------------------------


class Stopped(BaseException):
    """Stands for a crash, which no `except Exception` sees."""


@pytest.mark.parametrize("step", ["write", "fsync", "close", "chmod", "replace"])
def test_a_crash_leaves_the_old_file(step: str, words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever step fails, the file is the old one, and nothing is left beside it."""
    path = tmp_path / "s"
    Session(words.PROGRAM).save(path)
    before = path.read_bytes()

    def stop(*_: Any, **__: Any) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        holder = Path if step in ("chmod", "replace") else atomic.os
        if step == "close":
            real = os.close
            patched.setattr(holder, step, lambda opened: (real(opened), stop()))
        else:
            patched.setattr(holder, step, stop)
        with pytest.raises(Stopped):
            Session(words.PROGRAM, [words.Dot(1)]).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_takes_little_at_a_time(words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system takes in parts is written as a whole."""
    real = os.write
    monkeypatch.setattr(atomic.os, "write", lambda opened, data: real(opened, data[:7]))
    Session(words.PROGRAM, [words.Dot(1)]).save(tmp_path / "s")
    assert Session.load(tmp_path / "s", words.PROGRAM).facts() == (words.Dot(1),)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_permissions_are_kept(words: Any, tmp_path: Path) -> None:
    """What is replaced keeps its permissions, and a link goes on pointing to it."""
    path, link = tmp_path / "s", tmp_path / "link"
    path.touch()
    path.chmod(0o640)
    link.symlink_to(path)
    Session(words.PROGRAM).save(link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert Session.load(path, words.PROGRAM).facts() == ()


def test_a_given_a_line(words: Any, tmp_path: Path) -> None:
    """What was added or taken away is a line of the file, in plain UTF-8."""
    Session(words.PROGRAM, [Given(words.Dot(1), Source("Žižek")), words.Dot(2)]).save(tmp_path / "s")
    lines = (tmp_path / "s").read_text(encoding="utf-8").splitlines()
    assert lines[-3:] == [
        '{"fact": {"type": "Dot", "fields": {"x": 1}}, "source": {"name": "Žižek"}},',
        '{"fact": {"type": "Dot", "fields": {"x": 2}}}',
        "]}}",
    ]


def test_the_checksum_is_of_what_is_said(words: Any, tmp_path: Path) -> None:
    """A file that was only laid out otherwise is still whole."""
    path = tmp_path / "s"
    Session(words.PROGRAM, [words.Dot(1)]).save(path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")), indent=4).replace("\n", "\r\n"), "utf-8")
    assert Session.load(path, words.PROGRAM).facts() == (words.Dot(1),)


def test_what_a_file_cannot_hold(words: Any, tmp_path: Path) -> None:
    """Facts in facts in facts, without end, and ints of thousands of digits are refused, and nothing is written."""
    deep: Any = words.Dot(1)
    for _ in range(60):
        deep = words.Box(deep)
    with pytest.raises(ArgumentValueError, match="a Box holds facts in facts more than 50 deep"):
        Session(words.PROGRAM, [deep]).save(tmp_path / "s")
    with pytest.raises(ArgumentValueError, match="the session cannot be written: "):
        Session(words.PROGRAM, [words.Dot(10**5000)]).save(tmp_path / "s")
    assert list(tmp_path.iterdir()) == []


def test_two_enums_of_one_name_are_refused(tmp_path: Path) -> None:
    """A field with two Enums that a file could not tell apart is refused by save and journal, also within a fact."""
    first, second = enum.Enum("Way", ["A"]), enum.Enum("Way", ["A", "B"])

    @fact
    class Gone:
        way: first | second  # type: ignore[valid-type]

    @fact
    class Told:
        gone: Gone

    program = Program([], given=[Gone, Told])
    for held in (Gone(first.A), Told(Gone(second.B))):  # type: ignore[attr-defined]
        for keep in (Session(program, [held]).save, Session(program, [held]).journal):
            with pytest.raises(ArgumentValueError, match=r"Gone.way holds two Enums of the name Way, .*: rename one"):
                keep(tmp_path / "s")
    assert list(tmp_path.iterdir()) == []


def test_the_deepest_fact_is_loaded(words: Any, tmp_path: Path) -> None:
    """Facts nested as deep as may be are saved and loaded."""
    deep: Any = words.Dot(1)
    for _ in range(49):
        deep = words.Box(deep)
    Session(words.PROGRAM, [deep]).save(tmp_path / "s")
    assert Session.load(tmp_path / "s", words.PROGRAM).facts() == (deep,)


def test_arguments_are_checked(words: Any, tmp_path: Path) -> None:
    """What is no path, no program, or no file is refused in words."""
    session: Any = Session(words.PROGRAM)
    with pytest.raises(ArgumentTypeError, match="path: expected a path, got 3"):
        session.save(3)
    with pytest.raises(ArgumentTypeError, match="path: expected a path, as text, got b'x'"):
        session.save(b"x")
    for nowhere in ("", "a\0b"):
        with pytest.raises(ArgumentValueError, match="path: expected the path of a file, got "):
            session.save(nowhere)
    with pytest.raises(FileNotFoundError) as caught:
        session.save(tmp_path / "none" / "s")
    assert caught.value.filename == str(tmp_path / "none" / "s")
    with pytest.raises(ArgumentValueError, match=r"path: expected a file, and .* is a folder"):
        session.save(tmp_path)
    with pytest.raises(ArgumentTypeError, match=r"load\(path, program\): expected a Program, got 3"):
        Session.load("s", 3)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        Session.load(tmp_path / "none", words.PROGRAM)

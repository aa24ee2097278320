"""Journals: what had returned is there, whatever happens, and what had failed is not."""

from __future__ import annotations

import contextlib
import copy
import errno
import importlib.util
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Given, Limits, Program, Session, Source, check, conclude, rule, where
from pow_rules.errors import (
    ArgumentValueError,
    ContradictionError,
    EvaluationError,
    FileFormatError,
    JournalError,
    SessionBusyError,
)
from pow_rules.storage import journal as journals

POSIX = pytest.mark.skipif(os.name != "posix", reason="it is killed, or forked, as POSIX knows it")


class Undone(Exception):  # noqa: N818 - nothing went wrong
    """Leaves a transaction."""


def play(session: Session, words: Any, data: st.DataObject, depth: int = 0) -> None:
    """Make random calls: kept, refused, undone, asked for only, and nested."""
    for _ in range(data.draw(st.integers(1, 4))):
        held = session.givens()
        ways = ["assert", "assert", "what if", "refused", *(["retract", "again"] if held else [])]
        way = data.draw(st.sampled_from([*ways, *(["kept", "undone"] if depth < 2 else [])]))
        if way == "assert":
            session.assert_facts(data.draw(st.lists(words.givens(words.EDGES), max_size=3)))
        elif way == "again":
            session.assert_fact(data.draw(st.sampled_from(held)))
        elif way == "retract":
            one = data.draw(st.sampled_from(held))
            session.retract_fact(data.draw(st.sampled_from([one, one.fact])))
        elif way == "what if":
            session.what_if(assuming=[words.Edge(0, 9)], without=held[:1])
        elif way == "refused":
            with pytest.raises(TypeError):
                session.assert_facts([words.Edge(0, 8), 3])
        else:
            with contextlib.suppress(Undone), session.transaction():
                play(session, words, data, depth + 1)
                if way == "undone":
                    raise Undone


def test_what_inner_transactions_keep(words: Any, tmp_path: Path) -> None:
    """The record of a transaction has what its inner ones kept, and nothing of what one of them undid."""
    session = Session(words.PROGRAM)
    path = tmp_path / "j"
    with session.journal(path):
        with contextlib.suppress(Undone), session.transaction():
            session.assert_fact(words.Edge(0, 1))
            raise Undone
        with session.transaction():
            session.assert_fact(words.Edge(1, 1))
            with contextlib.suppress(Undone), session.transaction():
                session.assert_fact(words.Edge(2, 2))
                with session.transaction():
                    session.retract_fact(words.Edge(1, 1))
                raise Undone
            with session.transaction():
                session.assert_fact(words.Edge(3, 3))
            assert Session.load(path, words.PROGRAM).givens() == ()
    assert session.givens() == (Given(words.Edge(1, 1)), Given(words.Edge(3, 3)))
    assert Session.load(path, words.PROGRAM).givens() == session.givens()


def test_a_strict_session_is_replayed(words: Any, tmp_path: Path) -> None:
    """What contradicted what in the middle of a transaction, and no longer at its end, is no error in the replay."""
    session = Session(words.PROGRAM, strict=True)
    with session.journal(tmp_path / "j"), session.transaction():
        session.assert_fact(words.Edge(0, 3))
        session.retract_fact(words.Edge(0, 3))
        session.assert_fact(words.Edge(0, 1))
    assert words.kept(Session.load(tmp_path / "j", words.PROGRAM)) == words.kept(session)


def test_what_a_journal_cannot_hold(words: Any, tmp_path: Path) -> None:
    """A call with facts that could not be read back fails, and neither session nor journal has them."""
    deep: Any = words.Dot(1)
    for _ in range(60):
        deep = words.Box(deep)
    session = Session(words.PROGRAM)
    with session.journal(tmp_path / "j"):
        for fact in (deep, words.Dot(10**5000)):
            with pytest.raises(ArgumentValueError, match=r"facts in facts more than|the journal cannot hold this"):
                session.assert_fact(fact)
            with pytest.raises(ArgumentValueError):
                Session(words.PROGRAM, [fact]).journal(tmp_path / "other")
    assert session.givens() == Session.load(tmp_path / "j", words.PROGRAM).givens() == ()


def test_no_close_in_a_transaction(words: Any, tmp_path: Path) -> None:
    """A journal is not closed while a transaction waits to be recorded, so that what is kept is in it."""
    session = Session(words.PROGRAM)
    journal = session.journal(tmp_path / "j")
    with session.transaction():
        session.assert_fact(words.Edge(1, 1))
        for close in (journal.close, session.close):
            with pytest.raises(SessionBusyError, match=r"in the middle of a transaction: close the journal .*j after"):
                close()
    assert Session.load(tmp_path / "j", words.PROGRAM).givens() == (Given(words.Edge(1, 1)),)
    with session.transaction():
        session.close()
    assert journal.is_closed


@given(data=st.data())
@settings(max_examples=30)
def test_a_journal_is_replayed(data: st.DataObject, words: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a journal makes is the session: givens, facts and their order, derivations; and it is gone on with."""
    path = tmp_path_factory.getbasetemp() / "played.journal"
    path.unlink(missing_ok=True)
    session = Session(words.PROGRAM, data.draw(st.lists(words.givens(), max_size=3)))
    fork = session
    for _ in range(2):
        with session.journal(path, sync=False):
            play(session, words, data)
            fork = session.fork()
            fork.assert_fact(words.Edge(0, 7))
        again = Session.load(path, words.PROGRAM)
        assert words.kept(again)[0] == words.kept(session)[0]
        assert set(again.facts()) == set(session.facts())
        assert words.explained(again) == words.explained(session)
        session = again


def test_the_order_of_all_facts_is_kept(words: Any, tmp_path: Path) -> None:
    """A replay makes the calls one after the other, so that conclusions come to hold in the same order."""
    session = Session(words.PROGRAM)
    with session.journal(tmp_path / "j"):
        for n in range(6):
            session.assert_facts([words.Edge(n % 4, n % 3), words.Path(n, n + 1)])
        with session.transaction():
            session.retract_fact(words.Path(2, 3))
            session.assert_fact(words.Path(2, 3))
    assert words.kept(Session.load(tmp_path / "j", words.PROGRAM)) == words.kept(session)


def record_count(path: Path) -> int:
    """Give how many records a journal has, its first aside."""
    return path.read_bytes().count(b"\n") - 1


def test_one_record_a_call_that_was_kept(words: Any, tmp_path: Path) -> None:
    """A transaction is one record, at its end; what changes no given, fails, or is only asked for is none."""
    path = tmp_path / "j"
    session = Session(words.PROGRAM, [words.Edge(0, 1)], strict=True)
    with session.journal(path) as journal:
        assert (journal.path, journal.is_closed) == (str(path), False)
        assert record_count(path) == 0
        session.assert_fact(words.Edge(0, 1))
        session.what_if(assuming=[words.Edge(1, 2)])
        assert record_count(path) == 0
        with pytest.raises(ContradictionError):
            session.assert_fact(words.Edge(0, 3))
        with pytest.raises(ContradictionError), session.transaction():
            session.assert_fact(words.Edge(0, 3))
        with contextlib.suppress(Undone), session.transaction():
            session.assert_fact(words.Edge(1, 2))
            raise Undone
        with session.transaction():
            pass
        assert record_count(path) == 0
        with session.transaction():
            session.assert_fact(words.Edge(1, 2))
            with session.transaction():
                session.retract_fact(words.Edge(0, 1))
            assert record_count(path) == 0
        assert record_count(path) == 1
        session.assert_fact(Given(words.Edge(1, 2), hedge="probable"))
        assert record_count(path) == 2
    assert repr(journal) == f"<Journal {str(path)!r} (closed)>"
    session.assert_fact(words.Edge(2, 2))
    assert record_count(path) == 2
    journal.close()
    assert Session.load(path, words.PROGRAM).givens() == (Given(words.Edge(1, 2), hedge="probable"),)
    assert Session.load(path, words.PROGRAM).strict


def test_a_forgotten_undone_transaction_is_not_recorded_later(words: Any, tmp_path: Path) -> None:
    """What was done in a transaction that nobody ended is undone at the next use, and is in no record."""
    session = Session(words.PROGRAM)
    with session.journal(tmp_path / "j"):
        forgotten = session.transaction().__enter__()
        session.assert_fact(words.Edge(1, 1))
        del forgotten
        with session.transaction():
            session.assert_fact(words.Edge(2, 2))
    assert session.givens() == Session.load(tmp_path / "j", words.PROGRAM).givens() == (Given(words.Edge(2, 2)),)


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def change(session: Session, fact: Any, *, is_transaction: bool) -> None:
    """Assert a fact, alone or in a transaction."""
    with session.transaction() if is_transaction else contextlib.nullcontext():
        session.assert_fact(fact)


@pytest.mark.parametrize("way", ["call", "transaction"])
@pytest.mark.parametrize("step", ["write", "half", "fsync"])
def test_a_full_disk(way: str, step: str, words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that cannot be recorded fails, session and journal are as before, and the next call is recorded."""
    path = tmp_path / "j"
    session = Session(words.PROGRAM, [words.Edge(0, 1)])
    session.journal(path)
    session.assert_fact(words.Edge(1, 1))
    before, held = path.read_bytes(), words.kept(session)
    real = os.write

    def full(opened: int, data: bytes | None = None) -> int:
        if step == "half" and data is not None and len(data) > 20:
            return real(opened, data[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        if step != "fsync":
            patched.setattr(os, "write", full)
        else:
            fails = iter([True])
            patched.setattr(os, "fsync", lambda opened: full(opened) if next(fails, False) else None)
        with pytest.raises(JournalError, match=r"No space left on device. The session is as it was before the call"):
            change(session, words.Edge(2, 2), is_transaction=way == "transaction")
    assert (path.read_bytes(), words.kept(session)) == (before, held)
    session.assert_fact(words.Edge(3, 3))
    session.close()
    assert words.kept(Session.load(path, words.PROGRAM)) == words.kept(session)


def test_a_disk_that_takes_nothing_back(words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where half a record cannot be cut off, that is tried again before the next one."""
    path = tmp_path / "j"
    session = Session(words.PROGRAM)
    session.journal(path)
    real, cut = os.write, os.ftruncate

    def failing(*_: Any) -> None:
        raise OSError(errno.EIO, "the disk")

    with monkeypatch.context() as patched:
        patched.setattr(os, "ftruncate", failing)
        patched.setattr(os, "write", lambda opened, data: real(opened, data[:20]) if len(data) > 90 else failing())
        for _ in range(2):
            with pytest.raises(JournalError):
                session.assert_fact(words.Edge(1, 1))
    assert session.givens() == ()
    assert Session.load(path, words.PROGRAM).givens() == ()
    session.assert_fact(words.Edge(2, 2))
    session.close()
    assert cut is os.ftruncate
    assert Session.load(path, words.PROGRAM).givens() == (Given(words.Edge(2, 2)),)


@pytest.mark.parametrize("is_transaction", [False, True])
@pytest.mark.parametrize("is_closed", [False, True])
def test_an_interrupt_after_the_record(
    is_transaction: bool,  # noqa: FBT001 - drawn
    is_closed: bool,  # noqa: FBT001 - drawn
    words: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A call that is interrupted between its record and its end is undone in both."""
    path = tmp_path / "j"
    session = Session(words.PROGRAM, [words.Edge(0, 1)])
    session.journal(path)
    base = type(session._base)

    def interrupted(self: Any) -> None:
        if len(self.savepoints) == 1:
            raise KeyboardInterrupt
        return real(self)

    real = base.commit
    with monkeypatch.context() as patched:
        patched.setattr(base, "commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            change(session, words.Edge(1, 1), is_transaction=is_transaction)
    assert record_count(path) == 1
    if is_closed:
        session.close()
    assert session.givens() == (Given(words.Edge(0, 1)),)
    assert record_count(path) == 0
    if is_closed:
        return
    session.assert_fact(words.Edge(2, 2))
    session.close()
    assert words.kept(Session.load(path, words.PROGRAM)) == words.kept(session)


class Popped(list[Any]):
    """Savepoints; the first time that the last of them is taken off, an interrupt comes first."""

    is_left = True

    def pop(self, *_: Any) -> Any:
        """Take the last one off."""
        if self.is_left and len(self) == 1:
            self.is_left = False
            raise KeyboardInterrupt
        return super().pop()


def test_an_interrupt_in_the_last_step(words: Any, tmp_path: Path) -> None:
    """A call that is interrupted when it is all but kept is undone in session and journal."""
    session = Session(words.PROGRAM, [words.Edge(0, 1)])
    session.journal(tmp_path / "j")
    session._base.savepoints = Popped()
    with pytest.raises(KeyboardInterrupt):
        session.assert_fact(words.Edge(1, 1))
    assert session.givens() == (Given(words.Edge(0, 1)),)
    assert record_count(tmp_path / "j") == 0


class Interrupter:
    """Interrupts at the n-th line of the library that is run."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.is_on = False

    def __call__(self, frame: Any, _event: str, _arg: Any) -> Any:
        name = frame.f_globals.get("__name__", "")
        return (
            self.local
            if name.startswith(("pow_rules.storage", "pow_rules.session.updates", "pow_rules.engine.base"))
            else None
        )

    def local(self, _frame: Any, event: str, _arg: Any) -> Any:
        """Count a line."""
        self.left -= event == "line"
        if self.left == 0:
            raise KeyboardInterrupt
        return self.local


@pytest.mark.parametrize("seed", range(3))
def test_an_interrupt_anywhere(seed: int, words: Any, tmp_path: Path) -> None:
    """Interrupted at whatever line, session and journal agree once the session is used again."""
    chance = random.Random(seed)
    for number in range(25):
        path = tmp_path / f"{number}"
        session = Session(words.PROGRAM, [words.Edge(0, 1)])
        session.journal(path, sync=False)
        tracer = Interrupter(chance.randrange(1, 220))
        before = sys.gettrace()
        sys.settrace(tracer)
        try:
            session.assert_fact(words.Edge(1, 1))
            with session.transaction():
                session.assert_fact(words.Edge(2, 2))
                session.retract_fact(words.Edge(0, 1))
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(before)
        held = words.kept(session)
        assert words.kept(Session.load(path, words.PROGRAM)) == held
        session.assert_fact(words.Edge(3, 3))
        session.close()
        assert words.kept(Session.load(path, words.PROGRAM)) == words.kept(session)


def test_a_failing_rule_is_not_recorded(words: Any, tmp_path: Path) -> None:
    """A call whose rules raise is not recorded; what a replay raises is said as it is."""
    is_failing = [True]

    def fine(_: int) -> bool:
        if is_failing[0]:
            raise ZeroDivisionError
        return True

    @rule
    def it_may_fail(e: words.Edge) -> None:
        where(check(fine, e.a))
        conclude(words.OnlyConcluded)

    program = Program([it_may_fail])
    session = Session(program)
    with session.journal(tmp_path / "j"):
        with pytest.raises(EvaluationError):
            session.assert_fact(words.Edge(1, 1))
        assert record_count(tmp_path / "j") == 0
        is_failing[0] = False
        session.assert_fact(words.Edge(1, 1))
    is_failing[0] = True
    with pytest.raises(EvaluationError):
        Session.load(tmp_path / "j", program)


# ---- whose it is -----------------------------------------------------------------------------------------------------


def test_a_journal_is_one_sessions(words: Any, tmp_path: Path) -> None:
    """No other session may write it at the same time, with these givens or with others; a session has one at a time."""
    path = tmp_path / "j"
    session = Session(words.PROGRAM, [words.Edge(0, 1)])
    with session.journal(path):
        with pytest.raises(ArgumentValueError, match=r"the session has a journal, .*j: close it first"):
            session.journal(tmp_path / "k")
        with pytest.raises(ArgumentValueError, match="j is the session's journal: choose another file"):
            session.save(path)
        if journals.flock is not None:
            with pytest.raises(JournalError, match="j is the journal of another session: close that first"):
                session.fork().journal(path)
    with pytest.raises(ArgumentValueError, match=r"other givens: the session lacks 'an edge from 0 to 1'"):
        Session(words.PROGRAM).journal(path)
    session.assert_fact(Given(words.Edge(0, 1), Source("a paper")))
    with pytest.raises(ArgumentValueError, match=r"other givens: the journal lacks 'an edge from 0 to 1 \(a paper\)'"):
        session.journal(path)
    with pytest.raises(SessionBusyError, match="in the middle of a transaction"), session.transaction():
        session.journal(tmp_path / "k")
    with pytest.raises(FileFormatError, match="of another program"):
        Session(words.program(rules=[]), [words.Edge(0, 1)]).journal(path)
    with session.journal(tmp_path / "k"):
        assert copy.deepcopy(session)._updates.journal is None


@POSIX
def test_what_others_do_to_the_file_is_seen(words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that was removed, or written by somebody else, is not written on: calls fail until it is closed."""
    for way in ("removed or replaced", "linked", "changed"):
        path = tmp_path / "j"
        session = Session(words.PROGRAM)
        with session.journal(path):
            if way == "changed":
                path.write_bytes(path.read_bytes() + b"x")
            else:
                if way == "linked":
                    # A backup keeps the file, and the path leads to another one.
                    os.link(path, tmp_path / "backup")
                Session(words.PROGRAM).save(path)
            with pytest.raises(JournalError, match=f"was {way.replace('linked', 'removed or replaced')} by somebody"):
                session.assert_fact(words.Edge(1, 1))
            assert session.givens() == ()
        session.assert_fact(words.Edge(1, 1))
        path.unlink()
    monkeypatch.chdir(tmp_path)
    session = Session(words.PROGRAM)
    with session.journal("relative"):
        monkeypatch.chdir("/")
        session.assert_fact(words.Edge(1, 1))
    (tmp_path / "backup").write_bytes(b"")
    with pytest.raises(FileFormatError, match="backup: expected a journal, got an empty file"):
        session.journal(tmp_path / "backup")


@POSIX
def test_a_forked_process_does_not_write(words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was forked has the session, and not its journal."""
    session = Session(words.PROGRAM)
    with session.journal(tmp_path / "j"):
        monkeypatch.setattr(os, "getpid", lambda: 1)
        with pytest.raises(JournalError, match=r"belongs to process .*, and this is 1"):
            session.assert_fact(words.Edge(1, 1))


def test_limits_hold_for_a_replay(words: Any, tmp_path: Path) -> None:
    """The limits are those that `load` is given."""
    session = Session(words.PROGRAM)
    with session.journal(tmp_path / "j"):
        session.assert_facts([words.Edge(n, n + 1) for n in range(9)])
    limits = Limits(facts=1000)
    assert Session.load(tmp_path / "j", words.PROGRAM, limits=limits).limits is limits


# ---- torn and killed -------------------------------------------------------------------------------------------------


def test_every_torn_end(words: Any, tmp_path: Path) -> None:
    """Cut anywhere behind its first record, a journal gives the calls whose records are whole, and is gone on with."""
    path, torn = tmp_path / "j", tmp_path / "torn"
    session = Session(words.PROGRAM)
    states = [words.kept(session)]
    with session.journal(path):
        for n in range(3):
            session.assert_facts([words.Edge(n, n + 1), words.Box(words.Dot(n))])
            states.append(words.kept(session))
    data = path.read_bytes()
    first, last = data.index(b"\n") + 1, data.rindex(b"\n", 0, -1) + 1
    braces = {place + 1 for place in range(last, len(data)) if data[place : place + 1] == b"}"}
    for end in {*braces, *range(first, last, 97), last - 1, *range(last, len(data) + 1, 7), len(data) - 1, len(data)}:
        # The last byte is the end of a line: the record is whole without it.
        whole = data[:end].count(b"\n") - 1 + (data[end : end + 1] == b"\n")
        torn.write_bytes(data[:end])
        again = Session.load(torn, words.PROGRAM)
        assert words.kept(again) == states[whole]
        with again.journal(torn, sync=False):
            again.assert_fact(words.Edge(9, 9))
        assert words.kept(Session.load(torn, words.PROGRAM)) == words.kept(again)
    for end in range(first, len(data) - 1, 53):
        # What a disk leaves that had noted the length, and not yet the bytes.
        torn.write_bytes(data[:end] + bytes(len(data) - end - 1) + b"\n")
        assert words.kept(Session.load(torn, words.PROGRAM)) == states[data[:end].count(b"\n") - 1]


_CHILD = Path(__file__).with_name("child.py")
_SPEC = importlib.util.spec_from_file_location("keeping_child", _CHILD)
assert _SPEC is not None
assert _SPEC.loader is not None
child: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(child)


LINES = 40_000
"""About how many lines of the library a child runs."""


def started(path: Path, seed: int, at: int) -> subprocess.Popen[str]:
    """Start a child."""
    arguments = [sys.executable, str(_CHILD), str(path), str(seed), str(at)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def killed_within(process: subprocess.Popen[str], most: int) -> int:
    """Let a child go on until it has killed itself, or kill it within a call; give how many calls had returned."""
    assert process.stdin is not None
    assert process.stdout is not None
    returned = 0
    for number in range(1, child.CALLS + 1):
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write("\n")
            process.stdin.flush()
        if number == most:
            process.kill()
        line = process.stdout.readline()
        if not line:
            break
        returned = int(line)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    process.wait()
    return returned


@POSIX
def test_a_killed_process_loses_nothing(words: Any, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Killed at random points, and taken up again, a session has all calls that had returned, and at most one more."""
    count = 200 if request.config.getoption("--soak") else 20
    chance = random.Random(str(count))
    killed = 0
    for batch in range(0, count, 5):
        numbers = range(batch, batch + 5)
        # Most kill themselves, at a line of the library; the others are killed, wherever they are.
        lines = [chance.randrange(1, LINES) if number % 3 else 0 for number in numbers]
        processes = [started(tmp_path / str(number), number, at) for number, at in zip(numbers, lines, strict=True)]
        for number, at, process in zip(numbers, lines, processes, strict=True):
            returned = killed_within(process, 0 if at else chance.randrange(1, child.CALLS))
            killed += process.returncode == -signal.SIGKILL
            check_taken_up(tmp_path / str(number), words, number, returned)
    assert killed > count * 0.7


def check_taken_up(path: Path, words: Any, seed: int, returned: int) -> None:
    """Look whether a journal holds the calls that had returned, and can be gone on with."""
    session = Session.load(path, words.PROGRAM) if path.exists() else Session(words.PROGRAM)
    expected = child.states(words, seed)
    assert words.kept(session) in expected[returned : returned + 2]
    done = expected.index(words.kept(session), returned)
    with session.journal(path, sync=False):
        child.call(session, words, random.Random(f"{seed} {done}"))
    assert words.kept(Session.load(path, words.PROGRAM)) == words.kept(session)

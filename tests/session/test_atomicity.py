"""A call that fails leaves the session exactly as it was, wherever it failed."""

from __future__ import annotations

import contextlib
import dis
import functools
import gc
import random
import sys
import traceback
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pow_rules
from pow_rules import Limits, Program, Session, absent, check, conclude, count, fact, most, present, rule, where
from pow_rules.engine.base import FactBase
from pow_rules.errors import EvaluationError, LimitError, SessionBusyError
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from pow_rules.engine.derivations import Table
    from pow_rules.engine.store import Relation

Snapshot = dict[str, Any]
_SAMPLES = {"lines": 16, "signals": 5, "twice": 12}


def key_of(row: tuple[Any, ...], columns: tuple[int, ...]) -> Any:
    """Give the key of a row in an index."""
    return row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns)


def check_relation(relation: Relation) -> None:
    """Look whether the parts of a relation agree."""
    live = [number for number in range(len(relation.rows)) if number not in relation.dead]
    assert relation.ids == {relation.rows[number]: number for number in live}
    assert relation.dead <= set(range(len(relation.rows)))
    assert relation.entered == len(relation.rows)
    for columns, index in relation.contents().items():
        wanted: dict[Any, list[int]] = {}
        for number in live:
            wanted.setdefault(key_of(relation.rows[number], columns), []).append(number)
        assert {key: list(bucket) for key, bucket in index.items()} == wanted
    for column, values in relation._columns.items():
        assert values == [row[column] for row in relation.rows]
    assert len(relation._clocks) == len(relation._firsts)
    assert set(relation.ranks) <= set(range(len(relation.rows)))


def check_table(table: Table) -> None:
    """Look whether the parts of a table agree."""
    assert all(len(column) == len(table) for column in table.premises)
    live = list(table.firings())
    for position, column in enumerate((table.conclusions, *table.premises), -1):
        wanted: dict[int, list[int]] = {}
        for firing in reversed(live):
            wanted.setdefault(column[firing], []).append(firing)
        for number in {*wanted, 0, 1}:
            found = table.of(number) if position < 0 else table.using(position, number)
            assert list(found) == wanted.get(number, [])


def snapshot(session: Session) -> Snapshot:
    """Give everything that a session holds, in order, after looking whether its parts agree."""
    base = session._base
    assert not base.savepoints
    for relation in base.relations:
        check_relation(relation)
    for table in base.tables:
        check_table(table)
    clocks = {clock for relation in base.relations for clock in (*relation._clocks, *relation.ranks.values())}
    time = {clock: number for number, clock in enumerate(sorted(clocks))}
    return {
        "facts": session.facts(),
        "givens": session.givens(),
        "sources": [dict(givens) for givens in base.givens],
        "rows": [(list(relation.rows), set(relation.dead)) for relation in base.relations],
        "tables": [[list(column) for column in (table.conclusions, *table.premises)] for table in base.tables],
        "times": [
            ([time[c] for c in r._clocks], list(r._firsts), {number: time[c] for number, c in r.ranks.items()})
            for r in base.relations
        ],
        "counts": (base.facts, base.derivations, base.buried, session.derivation_count, len(session)),
        "indexes": [set(relation.contents()) for relation in base.relations],
    }


def same(before: Snapshot, after: Snapshot) -> bool:
    """Tell whether nothing has changed; an index more is no change."""
    return all(before[part] == after[part] for part in before if part != "indexes") and all(
        old <= new for old, new in zip(before["indexes"], after["indexes"], strict=True)
    )


def counted_rightly(session: Session) -> bool:
    """Tell whether the counters that the limits look at agree with what is held."""
    base, log = session._base, session._log
    seen = [clause for clause in base.clauses if not log.is_hidden(clause.head.relation)]
    dead = sum(len(relation.dead) for relation in base.relations)
    dropped = sum(conclusion < 0 for table in base.tables for conclusion in table.conclusions)
    return (base.facts, base.derivations, base.buried) == (
        len(session.facts()),
        sum(len(list(base.tables[clause.index].firings())) for clause in seen),
        dead + dropped,
    )


def traces(session: Session) -> list[str]:
    """Give the traces of all facts."""
    return [str(session.explain(fact, all=True)) for fact in session.facts()]


# ---- a program with everything in it ---------------------------------------------------------------------------------


@fact
class Edge:
    """edge {a} {b}"""

    a: int
    b: int


@fact
class Closed:
    """closed {n}"""

    n: int


@fact
class Place:
    """place {n}"""

    n: int


@fact
class Path:
    """path {a} {b}"""

    a: int
    b: int


@fact
class Open:
    """open {a} {b}"""

    a: int
    b: int


@fact
class Chain:
    """chain {a} {b}"""

    a: int
    b: int


@fact
class Leads:
    """leads {n}"""

    n: int


@fact
class Above:
    """above {n}"""

    n: int


@fact
class Busy:
    """busy {n} {size}"""

    n: int
    size: int


@fact
class Quiet:
    """quiet {n}"""

    n: int


class Fuse:
    """A predicate that raises when it is called for the n-th time."""

    def __init__(self) -> None:
        self.calls = 0
        self.at = 0

    def __call__(self, _: int) -> bool:
        self.calls += 1
        if self.calls == self.at:
            msg = "the fuse"
            raise RuntimeError(msg)
        return True

    def set(self, at: int) -> None:
        """Count from the start, up to some call; 0 for never."""
        self.calls, self.at = 0, at


FUSE = Fuse()


@rule
def direct(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def longer(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.b == e.a, check(FUSE, p.a))
    conclude(Path, a=p.a, b=e.b)


@rule
def opened(p: Path) -> None:
    """A path to where nothing is closed is open."""
    absent(Closed, lambda c: c.n == p.b, lambda c: check(FUSE, c.n))
    conclude(Open, a=p.a, b=p.b)


@rule
def chained(o: Open) -> None:
    """What is open is a chain."""
    conclude(Chain, a=o.a, b=o.b)


@rule
def chained_on(c: Chain, d: Chain) -> None:
    """Two chains are a chain."""
    where(c.b == d.a, check(FUSE, c.a))
    conclude(Chain, a=c.a, b=d.b)


@rule
def leads(p: Place) -> None:
    """A place that something open leaves from leads somewhere."""
    present(Open, lambda o: o.a == p.n)
    conclude(Leads, n=p.n)


@rule
def above(p: Place) -> None:
    """A place that a chain ends below is above; so is what a place above leads down to."""
    present(Chain, lambda c: c.b < p.n)
    conclude(Above, n=p.n)


@rule
def spreads(e: Edge) -> None:
    """Being above spreads along the edges."""
    present(Above, lambda x: x.n == e.a, lambda x: x.n != e.b)
    conclude(Above, n=e.b)


@rule
def busy(p: Place) -> None:
    """A place that several open ways leave from is busy."""
    size = count(Open, lambda o: o.a == p.n, lambda o: check(FUSE, o.b))
    where(size >= 2)
    conclude(Busy, n=p.n, size=size)


@rule
def quiet(p: Place) -> None:
    """A place is quiet unless it is busy, if any is."""
    where(p.n <= most(Busy, lambda b: b.n))
    absent(Busy, lambda b: b.n == p.n)
    conclude(Quiet, n=p.n)


PROGRAM = Program([direct, longer, opened, chained, chained_on, leads, above, spreads, busy, quiet])
_NODES = st.integers(0, 4)
_FACTS = st.lists(
    st.one_of(
        st.builds(Edge, _NODES, _NODES), st.builds(Edge, _NODES, _NODES), st.builds(Closed, _NODES),
        st.builds(Place, _NODES), st.builds(Path, _NODES, _NODES), st.builds(Chain, _NODES, _NODES),
    ),
    max_size=8,
)  # fmt: skip


# ---- a check that raises ---------------------------------------------------------------------------------------------

_WAYS = st.sampled_from(["assert", "retract", "what if", "transaction"])


def make(session: Session, way: str, asserting: list[Any], picks: list[int]) -> None:
    """Change a session in some way; the picks are of its givens."""
    givens = session.givens()
    without = list(dict.fromkeys(givens[pick % len(givens)] for pick in picks)) if givens else []
    match way:
        case "assert":
            session.assert_facts(asserting)
        case "retract":
            session.retract_facts(without)
        case "what if":
            session.what_if(assuming=asserting, without=without)
        case _:
            with session.transaction():
                session.assert_facts(asserting)
                session.retract_facts(without)


def check_failed(session: Session, other: Session, call: Callable[[Session], None], last: list[Any]) -> None:
    """Make in one session the call that has failed in it, go on, and compare it with one where nothing failed."""
    for each in (session, other):
        call(each)
        each.assert_facts(last)
    assert same({**snapshot(other), "indexes": [set()] * len(other._base.relations)}, snapshot(session))
    assert traces(session) == traces(other)
    assert counted_rightly(session)


@settings(max_examples=30)
@given(_FACTS, _FACTS, _FACTS, st.lists(st.integers(0, 9), max_size=4), _WAYS, st.integers(1, 60), st.booleans())
def test_a_raising_check_changes_nothing(  # noqa: PLR0913, PLR0917 - drawn
    first: list[Any],
    second: list[Any],
    third: list[Any],
    picks: list[int],
    way: str,
    at: int,
    explained: bool,  # noqa: FBT001 - drawn
) -> None:
    """Wherever a check raises, the session is as it was, and goes on as if nothing had happened."""
    FUSE.set(0)
    session = Session(PROGRAM, first)
    if explained:
        traces(session)
    before = snapshot(session)
    FUSE.set(at)
    try:
        make(session, way, second, picks)
    except EvaluationError as error:
        assert isinstance(error.__cause__, RuntimeError)  # noqa: PT017 - it need not raise
        FUSE.set(0)
        len(session)
        assert same(before, snapshot(session))
        check_failed(session, Session(PROGRAM, first), lambda s: make(s, way, second, picks), third)
    FUSE.set(0)


# ---- limits ----------------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    programs(), facts(), facts(), facts(), st.lists(st.integers(0, 9), max_size=4), _WAYS, st.integers(0, 12),
    st.sampled_from(["facts", "derivations"]),
)  # fmt: skip
def test_a_limit_changes_nothing(  # noqa: PLR0913, PLR0917 - drawn
    program: Program,
    first: list[Any],
    second: list[Any],
    third: list[Any],
    picks: list[int],
    way: str,
    room: int,
    which: str,
) -> None:
    """Wherever a limit stops a call, the session is as it was, and goes on as if nothing had happened."""
    session = Session(program, first)
    traces(session)
    before = snapshot(session)
    held = {"facts": session._base.facts, "derivations": session._base.derivations}[which]
    session._limits = Limits(**{which: max(1, held + room)})
    try:
        make(session, way, second, picks)
    except LimitError:
        len(session)
        assert same(before, snapshot(session))
        session._limits = Limits()
        check_failed(session, Session(program, first), lambda s: make(s, way, second, picks), third)


# ---- interrupts ------------------------------------------------------------------------------------------------------

_OURS = str(FilePath(pow_rules.__file__).parent)
_CHECKED_AFTER = ("CALL", "CALL_FUNCTION_EX", "CALL_KW", "RESUME", "JUMP_BACKWARD")
"""Where CPython looks for a signal: after these instructions."""


def is_ours(code: CodeType) -> bool:
    """Tell whether a frame belongs to the library, its generated functions included."""
    return code.co_filename.startswith(_OURS) or code.co_filename.startswith("<plan of ")


@functools.cache
def signal_points(code: CodeType) -> frozenset[int]:
    """Give the offsets of the instructions before which CPython looks for a signal."""
    found = list(dis.get_instructions(code))
    return frozenset(found[i].offset for i in range(1, len(found)) if found[i - 1].opname in _CHECKED_AFTER)


class Interrupter:
    """A trace function that raises KeyboardInterrupt at the n-th point of the library's code; 0 only counts."""

    def __init__(self, at: int, *, by_line: bool) -> None:
        self.at = at
        self.by_line = by_line
        self.points = 0

    def __call__(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        code = frame.f_code
        if not is_ours(code) and (self.by_line or not code.co_filename.endswith("contextlib.py")):
            return None
        if not self.by_line:
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self.local

    def local(self, frame: FrameType, event: str, _: Any) -> Any:
        """Count a line or an instruction, and raise at the right one."""
        if event == "line" or (event == "opcode" and frame.f_lasti in signal_points(frame.f_code)):
            self.points += 1
            if self.points == self.at:
                raise KeyboardInterrupt
        return self.local

    def run(self, call: Callable[[], Any]) -> None:
        """Make a call under this trace function."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            call()
        finally:
            sys.settrace(before)


_FIRST: list[Any] = [
    *(Place(i) for i in range(4)), Edge(0, 1), Edge(1, 2), Edge(0, 2), Edge(2, 0), Edge(3, 0), Chain(2, 3),
    Path(1, 3), Path(0, 2), Closed(2),
]  # fmt: skip
_SECOND: list[Any] = [Edge(2, 4), Closed(1), Place(4), Path(1, 3), Chain(0, 9), Closed(7)]
_WITHOUT: list[Any] = [Edge(1, 2), Closed(2), Place(1), Chain(2, 3), Path(0, 2)]


def both(session: Session) -> None:
    """Make two calls in a transaction."""
    with session.transaction():
        session.assert_facts(_SECOND)
        session.retract_facts(_WITHOUT)


CALLS: dict[str, Callable[[Session], Any]] = {
    "assert": lambda session: session.assert_facts(_SECOND),
    "retract": lambda session: session.retract_facts(_WITHOUT),
    "what if": lambda session: session.what_if(assuming=_SECOND, without=_WITHOUT),
    "transaction": both,
}


def some_traces(session: Session) -> list[str]:
    """Give the trace of one fact of each type."""
    found = {type(fact): fact for fact in session.facts()}
    return [str(session.explain(fact)) for fact in found.values()]


def started() -> Session:
    """Give a session that has been looked at in every way."""
    FUSE.set(0)
    session = Session(PROGRAM, _FIRST)
    for one in session.facts():
        session._heights.of(session._log.node(one))  # type: ignore[arg-type]
    session.facts(Edge, lambda e: e.b == 2)
    session.facts(Open, lambda o: o.a == 0)
    return session


@pytest.fixture(autouse=True, scope="module")
def measured_anew(matcher: str) -> None:
    """Forget what was measured with another matcher."""
    whole.cache_clear()


@functools.cache
def whole(call: str, *, by_line: bool) -> tuple[Snapshot, Snapshot, list[str], int]:
    """Give the states before and after the call that is interrupted, its traces, and how many points it has."""
    CALLS[call](started())  # plans are compiled when first needed
    session = started()
    before = snapshot(session)
    counter = Interrupter(0, by_line=by_line)
    counter.run(lambda: CALLS[call](session))
    after = snapshot(session)
    assert same(before, after) == (call == "what if")
    return before, after, some_traces(session), counter.points


_INSTRUCTIONS_AT_LEAST = 1_000


def points(call: str, count: int, *, by_line: bool, seed: int) -> list[int]:
    """Give points of the call, uniformly drawn, with the first and last among them."""
    last = whole(call, by_line=by_line)[3]
    if not by_line and last < _INSTRUCTIONS_AT_LEAST:
        pytest.skip("trace functions of this Python are not told of single instructions (seen on 3.12.1)")
    rng = random.Random(seed)  # noqa: S311 - a sample
    return sorted({*range(1, 6), *range(last - 7, last + 1), *rng.sample(range(1, last + 1), min(count, last))})


def interrupted(session: Session, call: str, at: int, *, by_line: bool) -> KeyboardInterrupt | None:
    """Make a call that is interrupted at some point, and give the exception."""
    try:
        Interrupter(at, by_line=by_line).run(lambda: CALLS[call](session))
    except KeyboardInterrupt as error:
        return error
    return None


def settled(session: Session, held: BaseException | None, call: str, *, by_line: bool) -> str:
    """Look at a session after an interrupt, with the exception still alive as in an interactive interpreter."""
    if held is None:
        return "nothing was interrupted"
    before, after, texts, _ = whole(call, by_line=by_line)
    after = {**after, "indexes": before["indexes"]}
    if not gc.isenabled():
        gc.enable()
        return "the garbage collector stays off"
    try:
        len(session)
    except SessionBusyError:
        return "the session stays busy"
    if session._base.savepoints:
        # The block was left and its end never reached: it is undone once nothing holds it any longer.
        if call != "transaction" or "__exit__" not in functions_of(held):
            return "something stays open"
        held.__traceback__ = None
        len(session)
        if session._base.savepoints or not same(before, snapshot(session)):
            return "a transaction stays open"
    found = snapshot(session)
    was = same(before, found)
    if not was and not same(after, found):
        return "neither the state before nor the state after"
    if was:
        CALLS[call](session)
        if not same(after, snapshot(session)):
            return "the next call goes wrong"
    if some_traces(session) != texts:
        return "the traces are wrong"
    if not counted_rightly(session):
        return "the counters are wrong"
    return ""


def functions_of(held: BaseException) -> list[str]:
    """Give the names of the functions that an exception passed through."""
    return [frame.f_code.co_name for frame, _ in traceback.walk_tb(held.__traceback__)]


def place_of(held: BaseException | None) -> str:
    """Tell where an exception was raised."""
    frames = [] if held is None else list(traceback.walk_tb(held.__traceback__))
    for frame, line in reversed(frames):
        if frame.f_code is not Interrupter.local.__code__:
            return f"{FilePath(frame.f_code.co_filename).name}:{line}"
    return "nowhere"


_EACH_CALL = pytest.mark.parametrize("call", CALLS)


@_EACH_CALL
@pytest.mark.parametrize("by_line", [True, False], ids=["lines", "signals"])
def test_an_interrupt_changes_nothing(
    call: str,
    by_line: bool,  # noqa: FBT001 - parametrized
    request: pytest.FixtureRequest,
) -> None:
    """Interrupted at any line, or wherever a signal may strike, a call has happened as a whole or not at all."""
    faults: dict[str, list[str]] = {}
    count = request.config.getoption("--soak") or _SAMPLES["lines" if by_line else "signals"]
    for at in points(call, count, by_line=by_line, seed=1):
        session = started()
        held = interrupted(session, call, at, by_line=by_line)
        place = place_of(held)
        fault = settled(session, held, call, by_line=by_line)
        if fault:
            faults.setdefault(fault, []).append(f"{place} (point {at})")
    assert not faults


@_EACH_CALL
def test_a_second_interrupt_changes_nothing(
    call: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Interrupted once more while it is rolled back, the session finishes the rollback when it is next used."""
    rollback = FactBase.rollback
    second: list[Interrupter] = []

    def stopped(self: FactBase) -> None:
        if second and self.savepoints:
            second.pop().run(lambda: rollback(self))
        else:
            rollback(self)

    monkeypatch.setattr(FactBase, "rollback", stopped)
    faults: dict[str, list[str]] = {}
    rng = random.Random(2)  # noqa: S311 - a sample
    for at in points(call, request.config.getoption("--soak") or _SAMPLES["twice"], by_line=True, seed=3):
        session = started()
        again = rng.randint(1, 250)
        second[:] = [Interrupter(again, by_line=True)]
        held = interrupted(session, call, at, by_line=True)
        second.clear()
        place = place_of(held)
        fault = settled(session, held, call, by_line=True)
        if fault:
            faults.setdefault(fault, []).append(f"{place} (points {at}, {again})")
    assert not faults


def test_a_rollback_is_repeated_however_often_it_is_interrupted() -> None:
    """A rollback that is interrupted at each of its lines, one after the other, ends in the state before."""
    session = started()
    before = snapshot(session)
    base = session._base
    base.begin(is_call=False)
    CALLS["transaction"](session)
    base.current.is_call = True
    for at in range(1, 2_000):
        if not base.savepoints:
            break
        with contextlib.suppress(KeyboardInterrupt):
            Interrupter(at, by_line=True).run(base.rollback)
    assert at > 100
    assert same(before, snapshot(session))
    assert counted_rightly(session)


def test_an_interrupted_first_run_leaves_nothing_behind() -> None:
    """Interrupted while it is made, a session leaves its program as it was."""
    rng = random.Random(4)  # noqa: S311 - a sample
    wanted = snapshot(started())
    for at in (rng.randint(1, 3_000) for _ in range(8)):
        try:
            Interrupter(at, by_line=True).run(lambda: Session(PROGRAM, _FIRST))
        except KeyboardInterrupt:
            assert gc.isenabled()
        assert snapshot(started()) == wanted

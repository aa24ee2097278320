"""What a network remembers is what the session holds, whatever became of the calls before."""

from __future__ import annotations

import gc
import sys
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pow_rules import Limits, Program, Session, absent, check, conclude, count, fact, present, rule, where
from pow_rules.errors import EvaluationError, LimitError
from pow_rules.testing.strategies import facts, programs

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)

import pow_rules.engine.durable
from pow_rules.engine.durable import memory
from pow_rules.engine.durable.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


@fact
class Edge:
    """{a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """path from {a} to {b}"""

    a: int
    b: int


@fact
class Back:
    """{a} and back"""

    a: int


@fact
class Off:
    """{a} is off"""

    a: int


@fact
class Open:
    """{a} is open"""

    a: int


@fact
class Far:
    """{a} is far, {n} times"""

    a: int
    n: int


class Fuse:
    """A check that raises when it is called for the n-th time."""

    def __init__(self) -> None:
        self.left = 0
        self.error: type[BaseException] = RuntimeError

    def __call__(self, _: int) -> bool:
        self.left -= 1
        if self.left == 0:
            raise self.error
        return True

    def set(self, at: int, error: type[BaseException] = RuntimeError) -> None:
        """Raise at some call from now on; 0 for never."""
        self.left, self.error = at, error


FUSE = Fuse()


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def paths_join(p: Path, q: Path) -> None:
    """Two paths that meet are one."""
    where(p.b == q.a, check(FUSE, p.a))
    conclude(Path, a=p.a, b=q.b)


@rule
def there_and_back(p: Path, q: Path) -> None:
    """Whoever can go and return is back."""
    where(p.a == q.b, p.b == q.a)
    conclude(Back, a=p.a)


@rule
def backs_are_linked(x: Back, y: Back, p: Path) -> None:
    """A path between two that return goes both ways."""
    where(p.a == x.a, p.b == y.a)
    conclude(Path, a=y.a, b=x.a)


@rule
def open_unless_off(x: Back, p: Path) -> None:
    """What returns, and leads somewhere, is open unless it is off."""
    where(p.a == x.a)
    absent(Off, lambda o: o.a == x.a, lambda o: check(FUSE, o.a))
    conclude(Open, a=x.a)


@rule
def open_ones_spread(o: Open, p: Path) -> None:
    """What an open one reaches and is not off is open."""
    where(o.a == p.a)
    absent(Off, lambda f: f.a == p.b)
    conclude(Open, a=p.b)


@rule
def far_ones(o: Open) -> None:
    """An open one with paths is as far as it has paths, where any path leads to it."""
    present(Path, lambda p: p.b == o.a)
    conclude(Far, a=o.a, n=count(Path, lambda p: p.a == o.a))


PROGRAM = Program(
    [edge_is_path, paths_join, there_and_back, backs_are_linked, open_unless_off, open_ones_spread, far_ones],
    given=[Edge, Off, Path, Back, Open],
)
NODES = st.integers(0, 3)
FACTS = st.lists(
    st.builds(Edge, NODES, NODES) | st.builds(Edge, NODES, NODES) | st.builds(Off, NODES)
    | st.builds(Path, NODES, NODES) | st.builds(Back, NODES) | st.builds(Open, NODES),
    max_size=6,
)  # fmt: skip
FAILURES = st.sampled_from(["no", "raises", "interrupted", "facts", "derivations", "traced"])

_OURS = str(FilePath(pow_rules.engine.durable.__file__).parent)


class Interrupter:
    """A trace function that raises KeyboardInterrupt at the n-th line run in the matcher; 0 only lists the lines."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines: list[tuple[str, int]] = []

    def __call__(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self.local if frame.f_code.co_filename.startswith(_OURS) else None

    def local(self, frame: FrameType, event: str, _: Any) -> Any:
        """Count a line, and raise at the right one."""
        if event == "line":
            self.lines.append((frame.f_code.co_filename, frame.f_lineno))
            if len(self.lines) == self.at:
                raise KeyboardInterrupt
        return self.local

    def run(self, call: Callable[[], Any]) -> None:
        """Make a call under this trace function."""
        before = sys.gettrace()
        gc.disable()  # what is left of other sessions is not to be collected, and interrupted, in between
        sys.settrace(self)
        try:
            call()
        finally:
            sys.settrace(before)
            gc.enable()


def attempt(session: Session, batch: list[Any], failure: str, at: int) -> bool:
    """Assert facts in a call that may fail in some way, at some point; tell whether it was kept."""
    room = (
        Limits(**{failure: max(1, getattr(session._base, failure) + at)})
        if failure in {"facts", "derivations"}
        else Limits()
    )
    FUSE.set(
        at if failure in {"raises", "interrupted"} else 0,
        KeyboardInterrupt if failure == "interrupted" else RuntimeError,
    )
    session._limits = room
    try:
        Interrupter(at * 7 if failure == "traced" else 0).run(lambda: session.assert_facts(batch))
    except (EvaluationError, LimitError, KeyboardInterrupt):
        return False
    finally:
        FUSE.set(0)
        session._limits = Limits()
    return True


def replayed(program: Program, kept: list[list[Any]]) -> Session:
    """Give a new session of the other matcher that was only ever told what was kept."""
    session = Session(program)
    for batch in kept:
        session.assert_facts(batch)
    return session


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have networks wear out after a few tombstones, so that they are made anew often."""
    monkeypatch.setattr(memory, "CHUNK", 8)


_MONKEY = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


# ---- calls that fail -------------------------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=_MONKEY)
@given(st.lists(st.tuples(FACTS, FAILURES, st.integers(1, 40)), max_size=8))
def test_failed_calls_leave_no_trace(
    small: None, log: Callable[[Session], Any], steps: list[tuple[list[Any], str, int]]
) -> None:
    """After any calls, kept or failed in any way, the log is that of a session which made only those that were kept."""
    session, kept = Session(PROGRAM, matcher="durable"), list[list[Any]]()
    for batch, failure, at in steps:
        if attempt(session, batch, failure, at):
            kept.append(batch)
        other = replayed(PROGRAM, kept)
        assert log(session) == log(other)
        assert session.facts() == other.facts()


@settings(max_examples=12, suppress_health_check=_MONKEY)
@given(programs(), st.lists(st.tuples(facts(most_facts=8), FAILURES, st.integers(1, 12)), max_size=5))
def test_failed_calls_of_any_program(
    small: None, log: Callable[[Session], Any], program: Program, steps: list[tuple[list[Any], str, int]]
) -> None:
    """Whatever the program, failed calls leave no trace in what comes after them."""
    session, kept = Session(program, matcher="durable"), list[list[Any]]()
    for batch, failure, at in steps:
        if attempt(session, batch, failure, at):
            kept.append(batch)
        assert log(session) == log(replayed(program, kept))


def test_tombstones_make_a_network_anew(
    small: None, monkeypatch: pytest.MonkeyPatch, log: Callable[[Session], Any]
) -> None:
    """Calls that fail again and again do not fill a network: it is made anew, and stays right."""
    made: list[Any] = []
    monkeypatch.setattr(memory, "Network", lambda ruleset: made.append(Network(ruleset)) or made[-1])
    session = Session(PROGRAM, [Edge(0, 1)], matcher="durable")
    before = len(made)
    for _ in range(20):
        assert not attempt(session, [Edge(1, 2), Edge(2, 3), Edge(3, 4)], "raises", 5)
    assert len(made) > before
    assert all(network.count < 40 for network in made)
    session.assert_fact(Edge(1, 2))
    assert log(session) == log(replayed(PROGRAM, [[Edge(0, 1)], [Edge(1, 2)]]))


# ---- numbers ---------------------------------------------------------------------------------------------------------


def test_more_rows_than_numbers(monkeypatch: pytest.MonkeyPatch, log: Callable[[Session], Any]) -> None:
    """A call that needs more numbers than there are is a LimitError; the session is as it was, and goes on."""
    monkeypatch.setattr(memory, "BOUND", 50)
    chain = [[Edge(i, i + 1)] for i in range(20)]
    session = Session(PROGRAM, chain[0], matcher="durable")
    kept = chain[:1]
    with pytest.raises(LimitError) as caught:
        kept.extend(session.assert_facts(batch) and batch for batch in chain[1:])
    assert str(caught.value) == (
        'durable-rules tells at most 49 facts apart, and there are 54; use matcher="compiled", which finds the same'
    )
    assert len(kept) > 4
    for more in [], [Off(1)], [Edge(0, 1)]:
        assert log(session) == log(replayed(PROGRAM, kept))
        session.assert_facts(more)
        kept.append(more)
    with pytest.raises(LimitError, match="at most 49 facts apart"):
        session.assert_facts(Edge(i, i) for i in range(100, 160))
    with pytest.raises(LimitError, match="at most 49 facts apart"):
        replayed(PROGRAM, [*kept, [Edge(i, i) for i in range(90, 150)]]).cross_check()
    assert log(session) == log(replayed(PROGRAM, kept))


def test_numbers_are_used_anew(monkeypatch: pytest.MonkeyPatch, log: Callable[[Session], Any]) -> None:
    """Where only tombstones take up the numbers, failed calls never use them up."""
    monkeypatch.setattr(memory, "BOUND", 50)
    session = Session(PROGRAM, [Edge(0, 1), Edge(1, 2), Off(2)], matcher="durable")
    for at in range(1, 30):
        assert not attempt(session, [Edge(2, 3), Edge(3, 4), Off(0)], ("raises", "interrupted")[at % 2], 1 + at % 6)
    session.assert_fact(Edge(2, 0))
    assert log(session) == log(replayed(PROGRAM, [[Edge(0, 1), Edge(1, 2), Off(2)], [Edge(2, 0)]]))


def test_the_bound_is_the_first_clash() -> None:
    """Below the bound no two decimal numbers have one hash, and the bound has that of another."""
    hashes = [fnv(0x811C9DC5, digit) for digit in range(10)]
    for number in range(10, memory.BOUND):
        hashes.append(fnv(hashes[number // 10], number % 10))
    seen = set(hashes)
    assert len(seen) == len(hashes) == memory.BOUND == 797_186
    assert fnv(hashes[memory.BOUND // 10], memory.BOUND % 10) in seen


def fnv(before: int, digit: int) -> int:
    """Go on with a hash of a number's decimal digits, as the package does (32 bit FNV-1a)."""
    return ((before ^ (48 + digit)) * 16_777_619) & 0xFFFFFFFF


# ---- interrupts ------------------------------------------------------------------------------------------------------

GROWING = ([Edge(0, 1), Back(0)], [Edge(1, 0)])
AGAIN = ([Edge(0, 0), Off(3)], [Off(0)])  # what is off makes the components above run again
CASES = {"the first rows": ([], [Edge(0, 0)]), "growing": GROWING, "again": AGAIN}


@pytest.mark.parametrize("case", CASES)
def test_an_interrupt_at_any_line_leaves_no_trace(case: str, small: None, log: Callable[[Session], Any]) -> None:
    """Interrupted at any line of the matcher, a call has not happened, and the next one is right."""
    first, second = CASES[case]

    def started() -> Session:
        return Session(PROGRAM, first, matcher="durable")

    counter = Interrupter(0)
    session = started()
    counter.run(lambda: session.assert_facts(second))
    before, after = log(started()), log(session)
    points: dict[tuple[str, int], list[int]] = {}
    for point, line in enumerate(counter.lines, 1):
        points.setdefault(line, []).append(point)
    assert len(points) > 50
    faults: list[str] = []
    for line, found in points.items():
        for at in {found[0], found[-1]} if case == "again" else {found[len(found) // 2]}:
            session = started()
            with pytest.raises(KeyboardInterrupt):
                Interrupter(at).run(lambda s=session: s.assert_facts(second))  # type: ignore[misc]
            held = log(session)
            session.assert_facts(second)
            if held != before or log(session) != after:
                faults.append(f"{FilePath(line[0]).name}:{line[1]}")
    assert not faults

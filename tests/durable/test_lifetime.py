"""What a session holds outside of Python is given back, however the session ends."""

from __future__ import annotations

import copy
import gc
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Program, Session, check, conclude, fact, rule, where
from pow_rules.errors import EvaluationError, SessionBusyError, SessionClosedError

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)

import durable_rules_engine as native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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


CALLED: list[Callable[[], Any]] = []


def call(_: int) -> bool:
    """Do what a test wants done in the middle of a call."""
    for function in CALLED:
        function()
    return True


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def longer(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.b == e.a, check(call, p.a))
    conclude(Path, a=p.a, b=e.b)


PROGRAM = Program([edge_is_path, longer])
EDGES = [Edge(0, 1), Edge(1, 2), Edge(2, 0)]


@pytest.fixture(autouse=True)
def nothing_called() -> Iterator[None]:
    """Have nothing done in the middle of calls but by the test that wants it."""
    CALLED.clear()
    yield
    CALLED.clear()


class Handles:
    """Counts the rulesets that the package holds."""

    def __init__(self) -> None:
        self.deleted = 0
        self.created = 0

    @property
    def held(self) -> int:
        """How many more there are than at the start."""
        return self.created - self.deleted


@pytest.fixture
def handles(monkeypatch: pytest.MonkeyPatch) -> Handles:
    """Count what is created and deleted from here on."""
    gc.collect()
    counted = Handles()
    create, delete = native.create_ruleset, native.delete_ruleset  # type: ignore[attr-defined]

    def created(*arguments: Any) -> Any:
        counted.created += 1
        return create(*arguments)

    def deleted(number: int) -> None:
        counted.deleted += 1
        delete(number)

    monkeypatch.setattr(native, "create_ruleset", created)
    monkeypatch.setattr(native, "delete_ruleset", deleted)
    return counted


# ---- closing ---------------------------------------------------------------------------------------------------------


def test_a_closed_session_can_be_looked_at(handles: Handles) -> None:
    """After `close`, which may be called twice, all questions are answered, and facts are refused."""
    session = Session(PROGRAM, EDGES, matcher="durable")
    open_ = Session(PROGRAM, EDGES)
    assert handles.held == 1
    session.close()
    session.close()
    assert handles.held == 0
    assert session.facts() == open_.facts()
    assert str(session.explain(Path(0, 0), all=True)) == str(open_.explain(Path(0, 0), all=True))
    assert session.derivations(Path(0, 0)) == open_.derivations(Path(0, 0))
    assert session.cross_check("compiled")
    for facts in EDGES, []:
        with pytest.raises(
            SessionClosedError, match=r"^the session is closed: it can be looked at, and not be changed$"
        ):
            session.assert_facts(facts)
    assert len(session) == len(open_)


def test_with_closes(handles: Handles) -> None:
    """`with` closes the session at its end, and where its body raises."""
    with Session(PROGRAM, EDGES, matcher="durable") as session:
        assert handles.held == 1
    assert handles.held == 0
    with pytest.raises(ZeroDivisionError), Session(PROGRAM, EDGES, matcher="durable") as session:
        1 / 0  # noqa: B018 - it raises
    assert handles.held == 0
    with pytest.raises(SessionClosedError):
        session.assert_fact(Edge(5, 6))


def test_closing_in_the_middle_of_a_call(handles: Handles) -> None:
    """A check cannot close the session that calls it; the call fails, and the session goes on."""
    session = Session(PROGRAM, EDGES[:1], matcher="durable")
    CALLED.append(session.close)
    with pytest.raises(EvaluationError, match="in the middle of a call") as caught:
        session.assert_facts(EDGES)
    assert isinstance(caught.value.__cause__, SessionBusyError)
    CALLED.clear()
    session.assert_facts(EDGES)
    assert session.cross_check("compiled")
    assert handles.held == 1


def test_a_session_dropped_in_the_middle_of_a_failed_call(handles: Handles) -> None:
    """What is left when a call fails in the middle of its matches is given back when the session is collected."""

    def failed() -> None:
        session = Session(PROGRAM, EDGES[:1], matcher="durable")
        CALLED.append(lambda: 1 / 0)
        with pytest.raises(EvaluationError):
            session.assert_facts(EDGES)

    failed()
    with pytest.raises(EvaluationError):
        Session(PROGRAM, EDGES, matcher="durable")
    gc.collect()
    assert handles.created == 2
    assert handles.held == 0


def test_sessions_that_refer_to_each_other_are_collected(handles: Handles) -> None:
    """Sessions in circles of references are given back by the garbage collector."""
    circle = [Session(PROGRAM, EDGES, matcher="durable") for _ in range(5)]
    for session in circle:
        session.circle = circle  # type: ignore[attr-defined]
    assert handles.held == 5
    del circle, session
    gc.collect()
    assert handles.held == 0


def test_networks_made_anew_are_given_back(handles: Handles, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is made anew takes the place of the one before."""
    monkeypatch.setattr("pow_rules.engine.durable.memory.CHUNK", 4)
    session = Session(PROGRAM, EDGES[:1], matcher="durable")
    for _ in range(30):
        calls = iter(range(3))
        CALLED[:] = [lambda: next(calls)]  # noqa: B023 - used before the next round
        with pytest.raises(EvaluationError):
            session.assert_facts([*EDGES, Edge(2, 3), Edge(3, 4)])
    assert handles.created > 3
    assert handles.held == 1


def test_a_deep_copy_has_networks_of_its_own() -> None:
    """A session and its copy go on apart from each other."""
    session = Session(PROGRAM, EDGES[:1], matcher="durable")
    other = copy.deepcopy(session)
    session.assert_fact(Edge(1, 2))
    other.assert_fact(Edge(1, 3))
    session.assert_fact(Edge(2, 5))
    other.assert_fact(Edge(3, 0))
    assert session.cross_check("compiled")
    assert other.cross_check("compiled")
    assert Path(0, 5) in session
    assert Path(0, 5) not in other


# ---- many ------------------------------------------------------------------------------------------------------------


def run(text: str, *arguments: str) -> str:
    """Run a text after the prelude in an interpreter of its own, which must end well, and give its output."""
    prelude = """
        import gc, resource, sys, threading
        from pow_rules import *
        @fact
        class Edge:
            a: int
            b: int
        @fact
        class Path:
            a: int
            b: int
        @rule
        def edge_is_path(e: Edge) -> None:
            conclude(Path, a=e.a, b=e.b)
        @rule
        def longer(p: Path, e: Edge) -> None:
            where(p.b == e.a)
            conclude(Path, a=p.a, b=e.b)
        program = Program([edge_is_path, longer])
        edges = [Edge(i, (i + 1) % 6) for i in range(6)]
    """
    source = textwrap.dedent(prelude) + textwrap.dedent(text)
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", source, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_thousand_sessions() -> None:
    """Sessions made and dropped in every way leave no thread, no ruleset, and no memory behind.

    Memory is what the process held at most, which only grows: it is looked at after a first fifth of the sessions, when
    all that is kept once (imports, compiled plans, the allocator's arenas) is there. A network that is not given back
    holds 60 KiB or more, so that 800 of them would be 48 MiB; 8 MiB are allowed for the allocator's moods.
    """
    out = run(
        """
        import durable_rules_engine as native
        rulesets = set()
        def counted(function, change):
            def call(*arguments):
                found = function(*arguments)
                change(found if found is not None else arguments[0])
                return found
            return call
        native.create_ruleset = counted(native.create_ruleset, rulesets.add)
        native.delete_ruleset = counted(native.delete_ruleset, rulesets.remove)
        def closed():
            Session(program, edges, matcher="durable").close()
        def left():
            with Session(program, edges, matcher="durable") as session:
                session.assert_fact(Edge(9, 0))
        def dropped():
            Session(program, edges, matcher="durable")
        def circular():
            session = Session(program, edges, matcher="durable")
            session.itself = session
            del session
            gc.collect()
        def failed():
            try:
                Session(program, [*edges, Edge(0, 9)], matcher="durable", limits=Limits(derivations=30))
            except Exception as error:
                assert "derivations" in str(error)
        def used():
            for _ in range(40):
                for way in (closed, left, dropped, circular, failed):
                    way()
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first = used()
        for _ in range(4):
            last = used()
        gc.collect()
        print(len(rulesets), threading.enumerate() == [threading.main_thread()], last - first)
        """
    )
    held, is_alone, grown = out.split()
    assert (held, is_alone) == ("0", "True")
    assert int(grown) < 8 * 1024 * (1024 if sys.platform == "darwin" else 1)


def test_sessions_in_several_threads() -> None:
    """Sessions of one program, each in a thread of its own, do not get into each other's way."""
    edges = [[Edge(i, (i + 1) % n) for i in range(n)] for n in range(3, 9)]
    wrong: list[str] = []

    def work(number: int) -> None:
        for i in range(3):
            session = Session(PROGRAM, edges[number][: i + 1], matcher="durable")
            for edge in edges[number]:
                session.assert_fact(edge)
            if not session.cross_check("compiled") or len(session.facts(Path)) != len(edges[number]) ** 2:
                wrong.append(f"{number} {i}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(edges))]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong


# ---- the end of the interpreter --------------------------------------------------------------------------------------


def test_an_exit_with_open_sessions_is_clean() -> None:
    """The interpreter ends well with sessions open: in globals, in circles, in the middle of a call, in threads."""
    out = run(
        """
        import threading
        kept = [Session(program, edges, matcher="durable") for _ in range(5)]
        kept[0].kept = kept
        sys.kept_too = Session(program, edges, matcher="durable")
        arrived, for_ever = threading.Semaphore(0), threading.Semaphore(0)
        def waits(_):
            arrived.release()
            for_ever.acquire()
            return True
        @rule
        def waiting(p: Edge, e: Edge) -> None:
            where(p.b == e.a, check(waits, p.a))
            conclude(Path, a=p.a, b=e.b)
        def work():
            while True:
                Session(program, edges, matcher="durable")
        waiting_program = Program([waiting])
        in_the_middle = lambda: Session(waiting_program, edges, matcher="durable")
        for target in (in_the_middle, in_the_middle, work):
            threading.Thread(target=target, daemon=True).start()
        arrived.acquire()
        arrived.acquire()
        print("the end")
        """
    )
    assert out == "the end\n"


def test_a_session_can_be_used_while_the_interpreter_exits() -> None:
    """What is registered for the exit before a session is made still finds the session as it was, and can go on."""
    out = run(
        """
        import atexit
        def last_words():
            session.assert_fact(Edge(3, 9))
            print(Path(0, 9) in session, session.cross_check("compiled"))
        atexit.register(last_words)
        session = Session(program, edges, matcher="durable")
        """
    )
    assert out.startswith("True the compiled matcher found the same")


def test_a_thread_can_go_on_while_the_interpreter_exits() -> None:
    """A call that runs in another thread when the interpreter exits keeps its network."""
    out = run(
        """
        import atexit
        arrived, go_on = threading.Event(), threading.Event()
        def waits(_):
            arrived.set()
            go_on.wait()
            return True
        @rule
        def waiting(p: Path, e: Edge) -> None:
            where(p.b == e.a, check(waits, p.a))
            conclude(Path, a=p.a, b=e.b)
        def last_words():
            go_on.set()
            thread.join()
        def work():
            session = Session(Program([edge_is_path, waiting]), edges, matcher="durable")
            print(len(session))
        atexit.register(last_words)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        arrived.wait()
        """
    )
    assert out == f"{6 + 36}\n"

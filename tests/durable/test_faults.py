"""Where the package fails, the call fails with what to do, and the session goes on with a new network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Program, Session, conclude, fact, rule, where
from pow_rules.errors import MatcherError, PowRulesError

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)

import durable_rules_engine as native
from durable.engine import MessageObservedException, Ruleset

if TYPE_CHECKING:
    from collections.abc import Callable


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


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule
def longer(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.b == e.a)
    conclude(Path, a=p.a, b=e.b)


PROGRAM = Program([edge_is_path, longer])
FIRST, SECOND = [Edge(0, 1), Edge(1, 2)], [Edge(2, 3), Edge(3, 0)]


class Breaker:
    """Makes a function of the package raise when it is called for the n-th time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, where_: Any, name: str) -> None:
        self.left = 0
        self.error: Exception = RuntimeError()
        self.calls = 0
        function = getattr(where_, name)

        def call(*arguments: Any) -> Any:
            self.calls += 1
            self.left -= 1
            if self.left == 0:
                raise self.error
            return function(*arguments)

        monkeypatch.setattr(where_, name, call)


ERRORS = {
    "error": lambda: native.error("Could not do it, error code: 210"),
    "observed": lambda: MessageObservedException({"id": "3"}),
    "memory": MemoryError,
}
FUNCTIONS = {
    "assert_fact": Ruleset,
    "start_action_for_state": native,
    "complete_and_start_action": native,
    "abandon_action": native,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("error", ERRORS)
def test_a_fault_leaves_the_session_as_it_was(
    name: str, error: str, monkeypatch: pytest.MonkeyPatch, log: Callable[[Session], Any]
) -> None:
    """Whichever call of the package fails, and how, the session is as it was, and the next call is right."""
    wanted = Session(PROGRAM, FIRST)
    before = log(wanted)
    wanted.assert_facts(SECOND)
    breaker = Breaker(monkeypatch, FUNCTIONS[name], name)
    session = Session(PROGRAM, FIRST, matcher="durable")
    breaker.calls = 0
    session.assert_facts(SECOND)
    for at in {1, 2, breaker.calls // 2, breaker.calls}:
        session = Session(PROGRAM, FIRST, matcher="durable")
        breaker.left, breaker.error = at, ERRORS[error]()
        with pytest.raises(MatcherError) as caught:
            session.assert_facts(SECOND)
        assert caught.value.__cause__ is breaker.error
        assert log(session) == before
        assert session.facts() == Session(PROGRAM, FIRST).facts()
        session.assert_facts(SECOND)
        assert log(session) == log(wanted)


def test_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the package, what it said, and what to do; it is the library's own."""
    breaker = Breaker(monkeypatch, Ruleset, "assert_fact")
    session = Session(PROGRAM, FIRST, matcher="durable")
    breaker.left, breaker.error = 1, native.error("Could not assert fact, error code: 301")
    with pytest.raises(PowRulesError) as caught:
        session.assert_facts(SECOND)
    assert str(caught.value) == (
        "durable-rules failed: error: Could not assert fact, error code: 301. The session is as it was before the call;"
        ' use matcher="compiled", which finds the same'
    )


@pytest.mark.parametrize("name", ["create_ruleset", "start_action_for_state", "complete_and_start_action"])
def test_a_fault_while_a_network_is_made(
    name: str, monkeypatch: pytest.MonkeyPatch, log: Callable[[Session], Any]
) -> None:
    """A network that cannot be made fails the call that needs it, and the next one makes another."""
    breaker = Breaker(monkeypatch, native, name)
    session = Session(PROGRAM, matcher="durable")
    breaker.left, breaker.error = 1, native.error("Could not create ruleset, error code: 203")
    with pytest.raises(MatcherError, match=r"error code: 203\. The session is as it was before the call"):
        session.assert_facts(FIRST)
    assert session.facts() == ()
    session.assert_facts(FIRST)
    assert log(session) == log(Session(PROGRAM, FIRST))
    session.close()


def test_a_fault_while_the_first_rule_of_a_network_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that fails while it is made ready is left alone: to delete its state would crash."""
    breaker = Breaker(monkeypatch, Ruleset, "assert_fact")
    breaker.left, breaker.error = 1, MemoryError()
    with pytest.raises(MatcherError, match=r"^durable-rules failed: MemoryError\. The session is as it was"):
        Session(PROGRAM, FIRST, matcher="durable")
    assert Session(PROGRAM, FIRST, matcher="durable").cross_check("compiled")


def test_a_network_that_failed_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the package holds of a network after a fault is not touched again, not even to delete it."""
    breaker = Breaker(monkeypatch, native, "delete_ruleset")
    failing = Breaker(monkeypatch, Ruleset, "assert_fact")
    session = Session(PROGRAM, FIRST, matcher="durable")
    failing.left, failing.error = 2, native.error("gone")
    with pytest.raises(MatcherError):
        session.assert_facts(SECOND)
    assert breaker.calls == 0
    session.assert_facts(SECOND)
    session.close()
    assert breaker.calls == 1


def test_a_fault_in_a_cross_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the other matcher is a MatcherError of the cross-check, and the session goes on."""
    session = Session(PROGRAM, FIRST)
    breaker = Breaker(monkeypatch, Ruleset, "assert_fact")
    breaker.left, breaker.error = 3, native.error("gone")
    with pytest.raises(MatcherError, match="durable-rules failed: error: gone"):
        session.cross_check()
    assert session.cross_check()

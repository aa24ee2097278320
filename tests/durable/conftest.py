"""What the tests of the second matcher share: how rules and fact types of any shape are made, and what is the same."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Session, fact, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules import Program, Rule

    Log = list[list[tuple[int, ...]]]


def _log(session: Session) -> Log:
    return [list(zip(table.conclusions, *table.premises, strict=True)) for table in session._base.tables]


@pytest.fixture(scope="session")
def log() -> Callable[[Session], Log]:
    """Give what lists a session's derivation log, entry by entry, clause by clause."""
    return _log


@pytest.fixture(scope="session")
def agree() -> Callable[..., tuple[Session, Session]]:
    """Give what asserts batches in a session of each matcher, and compares their logs after each of them."""

    def compare(program: Program, *batches: Iterable[Any]) -> tuple[Session, Session]:
        sessions = Session(program), Session(program, matcher="durable")
        assert _log(sessions[0]) == _log(sessions[1])
        for batch in map(list, batches):
            changes = [str(session.assert_facts(batch)) for session in sessions]
            assert changes[0] == changes[1]
            assert _log(sessions[0]) == _log(sessions[1])
            assert sessions[0].facts() == sessions[1].facts()
        return sessions

    return compare


@pytest.fixture(scope="session")
def holder() -> Callable[..., Any]:
    """Give what makes a fact type of a name and its fields' kinds."""

    def make(name: str, **kinds: Any) -> Any:
        return fact(type(name, (), {"__annotations__": kinds, "__module__": __name__}))

    return make


@pytest.fixture(scope="session")
def rule_of() -> Callable[..., Rule]:
    """Give what makes a rule of a body that takes any number of facts."""

    def make(types: Iterable[type], body: Callable[..., None], name: str = "made") -> Rule:
        def made(*facts: Any) -> None:
            body(*facts)

        names = {f"f{i}": cls for i, cls in enumerate(types)}
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        made.__signature__ = inspect.Signature([inspect.Parameter(n, kind) for n in names])  # type: ignore[attr-defined]
        made.__annotations__ = names
        made.__name__ = name
        made.__doc__ = "Made."
        return rule(made)

    return make

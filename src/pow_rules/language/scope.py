"""What is being built while a rule body or a lambda runs with symbolic facts."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from pow_rules.errors import RuleError
from pow_rules.location import Location, here

if TYPE_CHECKING:
    from collections.abc import Generator

    from pow_rules.terms import Aggregate, Condition, Node, Term

__all__ = ["Body", "Mention", "Scope", "building", "current_body", "fault", "inner_scope"]


class Scope:
    """The stretch of code in which some symbols may be used: a rule's body, or one lambda."""

    def __init__(self, owner: str) -> None:
        self.owner = owner


class Mention:
    """Something that a rule's body has made, and whether anything was done with it."""

    def __init__(self, node: Node, location: Location) -> None:
        self.node = node
        self.location = location
        self.used = False


class Body:
    """A rule (or a query) while it is being built; `scopes` are those whose symbols may be used right now."""

    def __init__(self, owner: str, *, concludes: bool = True) -> None:
        self.owner = owner
        self.concludes = concludes
        self.scope = Scope(owner)
        self.scopes = [self.scope]
        self.conditions: list[Condition] = []
        self.conclusions: list[tuple[type, tuple[tuple[str, Term], ...]]] = []
        self.aggregates: dict[Aggregate, None] = {}
        self.mentions: list[Mention] = []
        self.inside: str | None = None
        self._variables = 0

    def new_index(self) -> int:
        """Give the index of the next variable."""
        self._variables += 1
        return self._variables - 1

    def check_all_used(self) -> None:
        """Raise where a condition or a computed value was written and then dropped."""
        for mention in self.mentions:
            if not mention.used:
                raise fault(
                    f"{mention.node!r} is written and never used: put a condition into where(...), and a value into"
                    " a condition or a conclusion",
                    mention.location,
                )


_CURRENT: ContextVar[Body | None] = ContextVar("pow_rules_body", default=None)


def current_body(word: str | None = None) -> Body | None:
    """Give what is being built.

    Args:
        word: the word of the language that is being said, which is then an error outside a rule's body.

    Raises:
        RuleError: if nothing is being built, or the word stands inside a lambda.
    """
    body = _CURRENT.get()
    if word is None:
        return body
    if body is None:
        msg = f"{here()}: {word}(...) is said outside of a rule: it belongs in the body of a @rule function"
        raise RuleError(msg)
    if body.inside is not None:
        raise fault(f"{word}(...) stands inside {body.inside}: it belongs in the body of the rule itself")
    return body


def fault(what: str, location: Location | None = None, kind: type[RuleError] = RuleError) -> RuleError:
    """Make the error for a mistake in what is being built: with file, line and rule."""
    body = _CURRENT.get()
    owner = f"{body.owner}: " if body is not None else ""
    return kind(f"{location or here()}: {owner}{what}")


@contextmanager
def building(owner: str, *, concludes: bool = True) -> Generator[Body]:
    """Start building a rule or query; its symbols are of no use afterwards.

    Args:
        owner: what is being built, as messages name it.
        concludes: whether it may conclude facts.
    """
    body = Body(owner, concludes=concludes)
    token = _CURRENT.set(body)
    try:
        yield body
    finally:
        _CURRENT.reset(token)


@contextmanager
def inner_scope(body: Body, owner: str) -> Generator[Scope]:
    """Run a lambda of the rule; its symbol is of no use afterwards."""
    scope = Scope(owner)
    body.inside = owner
    body.scopes.append(scope)
    try:
        yield scope
    finally:
        body.scopes.remove(scope)
        body.inside = None

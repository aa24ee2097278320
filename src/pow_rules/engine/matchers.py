"""The matchers there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from pow_rules.engine.compiled import CompiledMatcher

if TYPE_CHECKING:
    from pow_rules.engine.machine import Machine
    from pow_rules.engine.matcher import Matcher

__all__ = ["MATCHERS", "MatcherName", "new_matcher"]

MatcherName = Literal["compiled", "durable"]
MATCHERS: tuple[MatcherName, ...] = get_args(MatcherName)


def new_matcher(name: MatcherName, machine: Machine) -> Matcher:
    """Make a matcher for one session.

    Args:
        name: which.
        machine: the program.

    Raises:
        ImportError: if the package that it needs cannot be imported.
        TooMuch: if the program is larger than it can take.
    """
    if name == "compiled":
        return CompiledMatcher(machine)
    # Imported when asked for: it does not exist for every Python.
    from pow_rules.engine.durable.matcher import DurableMatcher  # noqa: PLC0415

    return DurableMatcher(machine)

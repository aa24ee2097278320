"""What a matcher must do: find, in each round, every new match of a component's patterns.

A matcher serves one session. It may keep memories of its own of the rows it has seen; the fact base, the derivation log
and what is made of a match (conditions, absences, aggregates, conclusions) are the same for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pow_rules.engine.base import FactBase
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.components import Component

__all__ = ["CHUNK", "Match", "Matcher", "MatcherFault", "Revisit", "Round", "TooMuch"]

Match = tuple[int, ...]
"""The ids of the rows matched, in the order of a clause's patterns."""

CHUNK = 4096
"""How many rows or matches are worked on before limits are looked at."""


class TooMuch(Exception):  # noqa: N818 - internal: the session makes a LimitError of it
    """A program or a fact base is larger than a matcher can take; `clause` is the one that is, where it is one."""

    def __init__(self, message: str, clause: Clause | None = None) -> None:
        super().__init__(message)
        self.clause = clause


class MatcherFault(Exception):  # noqa: N818 - internal: the session makes a MatcherError of it
    """What a matcher is made of has failed."""


@attrs.define(eq=False, repr=False)
class Round:
    """One round of semi-naive evaluation over one component.

    Attributes:
        base: the fact base.
        component: whose clauses are matched.
        low: for each relation joined, how many of its rows took part in an earlier round; the others are new.
        high: for each relation joined, how many rows it has that are entered.
        start: whether this is the first round of a component that begins anew: then clauses without patterns fire.
        watch: gives, for a clause, a function that checks the limits (and raises), and says at how many firings in the
            clause's table it wants to be called again.
        foresee: raises, if as many more firings of a clause as it is told were more than may be recorded.
    """

    base: FactBase
    component: Component
    low: Mapping[int, int]
    high: Mapping[int, int]
    start: bool
    watch: Callable[[Clause], Callable[[], int]]
    foresee: Callable[[Clause, int], None]


@attrs.define(eq=False, repr=False)
class Revisit:
    """What came and went in relations that a clause looks into for absences and aggregates.

    Attributes:
        base: the fact base.
        clause: the clause.
        changed: the ids of the rows that came or went, by relation.
        old: for each of the clause's patterns, how many of its rows took part before.
        check: checks the limits (and raises).
    """

    base: FactBase
    clause: Clause
    changed: Mapping[int, Sequence[int]]
    old: Sequence[int]
    check: Callable[[], object]


class Matcher(Protocol):
    """Finds matches for one session.

    A match of a clause is one row for each of its patterns, at least one of them new. `match` finds each that satisfies
    the clause's conditions once, and lets the clause's plan record it: clauses in the component's order; for each
    clause, by the pattern whose new row comes first in the plan's order of triggers; for each of those, in the order
    in which the plan goes through the rows. So all matchers make the same log, entry by entry.
    """

    def match(self, current: Round) -> None:
        """Find and record the new matches of one round.

        A call may be left by any exception, and what it recorded is then rolled back: its rows are new once more.
        """
        ...

    def revisit(self, current: Revisit) -> set[Match]:
        """Find the matches among old rows for which an absence or an aggregate may come out differently now.

        All of them are found; more may be.
        """
        ...

    def close(self) -> None:
        """Give back what is held outside of Python; the matcher is not used again. May be called twice."""
        ...

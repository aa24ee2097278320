"""Clauses that look into a changed relation: which of their firings come out differently now.

The matches that the changed rows concern are found, and what the clause makes of each now is compared with what it made
before. A firing that comes out the same stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pow_rules.engine.matcher import CHUNK, Revisit

if TYPE_CHECKING:
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.machine import Machine
    from pow_rules.engine.matcher import Match, Matcher
    from pow_rules.engine.store import Row

__all__ = ["Differences", "differences"]


@attrs.frozen(eq=False, repr=False)
class Differences:
    """The matches of a clause that come out differently now.

    Attributes:
        lost: the firings that were recorded and hold no longer.
        gained: the matches that conclude something now, and what.
    """

    lost: list[int]
    gained: list[tuple[Match, Row]]


def differences(machine: Machine, matcher: Matcher, current: Revisit) -> Differences:
    """Find the matches of a clause that come out differently, in the order of row ids.

    Args:
        machine: the program.
        matcher: what finds the matches.
        current: the clause, and what has changed.
    """
    matches = sorted(matcher.revisit(current))
    clause, base = current.clause, current.base
    table, head = base.tables[clause.index], base.relations[clause.head.relation]
    found = Differences([], [])
    for start in range(0, len(matches), CHUNK):
        some = matches[start : start + CHUNK]
        concluded = _concluded(machine, clause, current, some)
        for match in some:
            firing, row = table.find(match), concluded.get(match)
            if firing is not None:
                if row == head.rows[table.conclusions[firing]]:
                    continue
                found.lost.append(firing)
            if row is not None:
                found.gained.append((match, row))
    return found


def _concluded(machine: Machine, clause: Clause, current: Revisit, matches: list[Match]) -> dict[Match, Row]:
    told: list[tuple[Match, Row]] = []

    def watch() -> int:
        current.check()
        return len(told) + CHUNK

    machine.completion(clause, tell=True)(current.base.relations, told, matches, current.old, watch(), watch)
    return dict(told)

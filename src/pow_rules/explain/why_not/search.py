"""The best partial match of a rule: as many patterns as fit together, then as few other parts unmet as can be.

It is found by deepening: first all matches of all patterns are gone through, then, if there is none, all that leave one
out, and so on. Each time the pattern that an index narrows down most is matched next; where more patterns have no rows
than may be left out, the branch is given up (forward checking, as in Haralick and Elliott 1980).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.explain.why_not.partial import Judge, Partial

__all__ = ["MOST_JUDGED", "Search"]

MOST_JUDGED = 2_000
"""How many matches to judge, each time that one more premise is left out: that takes longer than to look at rows."""


class Search:
    """The search for the best partial match.

    Args:
        judge: what judges the matches of the rule.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.lookups = judge.lookups
        self.wanted = judge.wanted

    def best(self) -> Partial:
        """Give the best partial match."""
        every = frozenset[int](self.wanted)
        for skips in range(len(every) + 1):
            self.lookups.renew()
            found = self._best_of(every, skips)
            if found is not None:
                return found
        raise AssertionError

    def _best_of(self, every: frozenset[int], skips: int) -> Partial | None:
        """Give the best of the partial matches that leave so many patterns out: first those that can come true."""
        best: Partial | None = None
        # A rule of which nothing is unmet has fired, and what it concludes holds.
        least = 0 if skips else 1
        for number, facts in enumerate(self._matches({}, every, skips)):
            if number == MOST_JUDGED:
                self.lookups.is_cut = True
                break
            found = self.judge.judged(facts)
            if best is None or _farness(found) < _farness(best):
                best = found
            if _farness(best) <= (False, least) or self.lookups.is_spent:
                break
        return best

    def _matches(self, facts: dict[Any, Any], open_: frozenset[int], skips: int) -> Iterator[dict[Any, Any]]:
        """Give the matches that leave so many of the open patterns out, in an order that hangs on the facts alone."""
        if not open_:
            yield facts
            return
        sizes = {i: self.lookups.size(self.wanted[i], facts) for i in sorted(open_)}
        if sum(not size for size in sizes.values()) > skips:
            return
        chosen = min(sizes, key=lambda i: (sizes[i], i))
        rest = open_ - {chosen}
        if len(rest) >= skips:
            for fact in self.lookups.found(self.wanted[chosen], facts):
                self.lookups.looked += 1
                yield from self._matches({**facts, chosen: fact}, rest, skips)
                if self.lookups.is_spent:
                    return
        if skips:
            yield from self._matches(facts, rest, skips - 1)


def _farness(found: Partial) -> tuple[bool, int]:
    return bool(found.impossible), found.others

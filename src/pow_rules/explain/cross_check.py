"""The cross-check: everything derived by two matchers, and what they do not agree on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from pow_rules.explain.why import why
from pow_rules.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.derivation import Derivation
    from pow_rules.explain.explanation import Explanation
    from pow_rules.explain.heights import Heights
    from pow_rules.log import Log, Node

__all__ = ["CrossCheck", "Disagreement", "cross_checked"]

_MOST_LISTED = 100
_TRACE_SIZE = 200
_WIDTH = 80
_INDENT = "  "
_CALLED = {"compiled": "the compiled matcher", "durable": "durable-rules"}


@attrs.frozen(repr=False)
class Disagreement(Record):
    """A derivation that only one matcher found.

    Attributes:
        derivation: the derivation.
        found_by: the matcher that found it, `"compiled"` or `"durable"`.
        times: how many times more than the other.
        both: how many times both found it: 0, unless a matcher goes so wrong that it gives one match twice.
        trace: the explanation of its conclusion, with all derivations, in the session that has it.
    """

    derivation: Derivation
    found_by: str
    times: int
    both: int
    trace: Explanation

    def __str__(self) -> str:
        from textwrap import indent  # noqa: PLC0415 - only printing needs it

        name, often = _CALLED[self.found_by], "once" if self.times == 1 else f"{self.times:,} times"
        found = f"{name} found {often} more" if self.both else f"only {name} found"
        return f"{found}: {self.derivation}\n{indent(self.trace.text(width=_WIDTH - len(_INDENT)), _INDENT)}"


@attrs.frozen(repr=False)
class CrossCheck(Record):
    """What came of deriving everything again with another matcher. True where both found the same.

    The matchers find the joins independently of each other, and share everything else: how rules are read, conditions
    other than equality, absences, aggregates, and the order of evaluation. So what agrees here are the joins, and what
    follows from them.

    Attributes:
        matcher: the other matcher, `"compiled"` or `"durable"`.
        joins: how many derivations with premises both found.
        conclusions: how many facts both concluded.
        derivations: how many derivations both found, those without premises included.
        absences: how many absences these derivations rest on.
        disagreements: the derivations that only one found, each with its trace; at most 100 are listed.
        unlisted: how many more there are.
    """

    matcher: str
    joins: int
    conclusions: int
    derivations: int
    absences: int
    disagreements: tuple[Disagreement, ...]
    unlisted: int

    def __bool__(self) -> bool:
        return not self.disagreements

    @property
    def verdict(self) -> str:
        """The result in one line."""
        name = _CALLED[self.matcher]
        if self:
            return f"{name} found the same {_count(self.joins, 'join')}"
        apart = len(self.disagreements) + self.unlisted
        return f"{name} did not find the same: {_count(apart, 'derivation')} found by one matcher only"

    def __str__(self) -> str:
        agreed = [
            _count(self.conclusions, "conclusion"),
            _count(self.derivations, "derivation"),
            _count(self.absences, "absence"),
        ]
        lines = [self.verdict, f"both have {agreed[0]}, {agreed[1]}, {agreed[2]}"]
        lines += map(str, self.disagreements)
        if self.unlisted:
            lines.append(f"and {self.unlisted:,} more")
        return "\n".join(lines)


def cross_checked(matchers: tuple[str, str], logs: tuple[Log, Log], heights: tuple[Heights, Heights]) -> CrossCheck:
    """Compare two sessions of one program and the same givens, derivation by derivation.

    Args:
        matchers: the names of the matchers, the session's own one first.
        logs: their logs.
        heights: their heights.
    """
    joins = conclusions = derivations = absences = unlisted = 0
    listed: list[Disagreement] = []
    for nodes in _pairs(*logs):
        found = tuple(_derivations(log, node) for log, node in zip(logs, nodes, strict=True))
        both = found[0] & found[1]
        conclusions += bool(both)
        for derivation, times in both.items():
            derivations += times
            joins += times if derivation.premises else 0
            absences += times * len(derivation.absences)
        for i, node in enumerate(nodes):
            for derivation, times in (found[i] - found[1 - i]).items():
                if node is None or len(listed) == _MOST_LISTED:
                    unlisted += 1
                    continue
                trace = why(logs[i], heights[i], node, every=True, depth=None, size=_TRACE_SIZE)
                listed.append(Disagreement(derivation, matchers[i], times, both[derivation], trace))
    return CrossCheck(matchers[1], joins, conclusions, derivations, absences, tuple(listed), unlisted)


def _pairs(own: Log, other: Log) -> Iterator[tuple[Node | None, Node | None]]:
    """Give, for each fact that holds in one session or the other, its node in each."""
    for relation in range(len(own.schema.types)):
        here, there = own.base.relations[relation], other.base.relations[relation]
        for row, number in here.ids.items():
            found = there.ids.get(row)
            yield (relation, number), None if found is None else (relation, found)
        for row, number in there.ids.items():
            if row not in here.ids:
                yield None, (relation, number)


def _derivations(log: Log, node: Node | None) -> Counter[Derivation]:
    return Counter() if node is None else Counter(log.derivation(firing, node) for firing in log.firings(node))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

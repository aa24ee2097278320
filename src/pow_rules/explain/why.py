"""Why does a fact hold? The answer is a trace: derivations, down to the givens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.explain.explanation import Explanation
from pow_rules.sources import in_order
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    ConclusionStep,
    CutStep,
    GivenStep,
    PresenceStep,
    RuleStep,
    SeenStep,
    Step,
)
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.derivation import Derivation
    from pow_rules.explain.contradictions import Contradiction
    from pow_rules.explain.heights import Heights
    from pow_rules.log import Firing, Log, Node
    from pow_rules.sources import Attestation

__all__ = ["grounds", "why"]


def why(log: Log, heights: Heights, node: Node, *, every: bool, depth: int | None, size: int | None) -> Explanation:
    """Explain a row.

    Args:
        log: the derivation log.
        heights: the heights of its rows.
        node: the row to explain.
        every: whether to show every derivation, and not one of least height.
        depth: how many derivations deep to go; None for all the way.
        size: after how many steps to open no further derivation; None for never.
    """
    return _Tracer(log, heights, every=every, depth=depth, size=size).trace(node)


def grounds(
    log: Log, heights: Heights, firing: Firing, rests_on: Derivation | Contradiction, *, size: int | None
) -> tuple[tuple[Step, ...], int]:
    """Explain all that a firing rests on, one thing after the other.

    Args:
        log: the derivation log.
        heights: the heights of its rows.
        firing: the firing.
        rests_on: what it rests on, as users see it.
        size: after how many steps to open no further derivation; None for never.

    Returns:
        The steps, those of what it rests on directly at depth 0, and how many conclusions they leave unexplained.
    """
    return _Tracer(log, heights, every=False, depth=None, size=size).grounds(firing, rests_on)


class _Tracer:
    """A walk from the conclusion down, in the order of printing, with a stack of its own: deep chains are usual."""

    def __init__(self, log: Log, heights: Heights, *, every: bool, depth: int | None, size: int | None) -> None:
        self.log = log
        self.heights = heights
        self.every = every
        self.depth = depth
        self.size = size
        self.steps: list[Step] = []
        self.explained: dict[Node, int] = {}
        self.cut: dict[Node, None] = {}
        # What is still to be said, the next on top: a row with its depths in lines and in derivations, or a step.
        self.open: list[tuple[int, int, Node] | Step | tuple[int, int, Node, Firing]] = []

    def trace(self, goal: Node) -> Explanation:
        self.open.append((0, 0, goal))
        self.run()
        unexplained = self.unexplained()
        return Explanation(self.log.fact(goal), tuple(self.steps), unexplained)

    def grounds(self, firing: Firing, rests_on: Derivation | Contradiction) -> tuple[tuple[Step, ...], int]:
        below = self.below(firing, rests_on, 0, 0)
        # One fact may match two patterns.
        self.open.extend(reversed([entry for at, entry in enumerate(below) if entry not in below[:at]]))
        self.run()
        return tuple(self.steps), self.unexplained()

    def run(self) -> None:
        """Say what is still to be said."""
        while self.open:
            match self.open.pop():
                case Step() as step:
                    self.steps.append(step)
                case (lines, level, node):
                    self.row(lines, level, node)
                case (lines, level, node, firing):
                    self.firing(lines, level, node, firing)

    def row(self, lines: int, level: int, node: Node) -> None:
        """Say a fact, and put its derivations on the stack."""
        fact = self.log.fact(node)
        said = self.attestations(node)
        firings = list(self.log.firings(node))
        # A premise that is given needs no other reason; where it is being explained further up, that would be a circle.
        is_told = level > 0 and (not self.every or node in self.explained)
        if said is not None and (not firings or is_told):
            self.steps.append(Step(lines, GivenStep(fact, said, bool(firings))))
            return
        if node in self.explained:
            self.steps.append(Step(lines, SeenStep(fact, self.explained[node])))
            return
        too_deep = self.depth is not None and level >= self.depth
        too_long = self.size is not None and len(self.steps) >= self.size
        if too_deep or too_long:
            self.cut[node] = None
            self.steps.append(Step(lines, CutStep(fact)))
            return
        shown = self.chosen(firings, node)
        self.cut.pop(node, None)
        self.explained[node] = len(self.steps)
        hedges = tuple(dict.fromkeys(self.log.rule(firing).hedge for firing in shown))
        self.steps.append(
            Step(lines, ConclusionStep(fact, hedges, len(shown), len(firings), said or (), said is not None))
        )
        for firing in reversed(shown):
            self.open.append((lines + 1, level, node, firing))

    def attestations(self, node: Node) -> tuple[Attestation, ...] | None:
        """Give who gives a fact, in an order that does not hang on when they did; None if nobody does."""
        found = self.log.attestations(node)
        return None if found is None else in_order(found)

    def firing(self, lines: int, level: int, node: Node, firing: Firing) -> None:
        """Say a rule, and put what it rests on on the stack."""
        self.steps.append(Step(lines, RuleStep(self.log.rule(firing))))
        below = self.below(firing, self.log.derivation(firing, node), lines + 1, level + 1)
        self.open.extend(reversed(below))

    def below(
        self, firing: Firing, derivation: Derivation | Contradiction, lines: int, level: int
    ) -> list[tuple[int, int, Node] | Step | tuple[int, int, Node, Firing]]:
        found: list[tuple[int, int, Node] | Step | tuple[int, int, Node, Firing]] = []
        premises = self.log.joined(firing)[: len(self.log.conditional(firing).patterns)]
        found += [(lines, level, premise) for premise in premises]
        bindings = self.log.bindings(firing) if derivation.presences else {}
        for presence in derivation.presences:
            matched = self.log.matching(presence.pattern, bindings)
            first = min(matched, key=lambda n: (self.heights.of(n), canonical(self.log.fact(n))))
            found += [Step(lines, PresenceStep(presence, len(matched))), (lines + 1, level, first)]
        for aggregate in derivation.aggregates:
            found.append(Step(lines, AggregateStep(aggregate)))
            nodes = [self.log.node(fact) for fact in aggregate.facts]
            found += [(lines + 1, level, node) for node in nodes if node is not None]
        found += [Step(lines, AbsenceStep(absence)) for absence in derivation.absences]
        return found

    def chosen(self, firings: list[Firing], node: Node) -> list[Firing]:
        """Choose what to show: every derivation, or the first of those of least height."""
        if not self.every and len(firings) > 1:
            heights = [self.heights.of_firing(firing) for firing in firings]
            least = min(heights)
            firings = [firing for firing, height in zip(firings, heights, strict=True) if height == least]
        if len(firings) == 1:
            return firings
        ordered: dict[Derivation, Firing] = {}
        for firing in firings:
            ordered.setdefault(self.log.derivation(firing, node), firing)
        found = [ordered[derivation] for derivation in sorted(ordered, key=lambda d: d.order)]
        return found if self.every else found[:1]

    def unexplained(self) -> int:
        """Count the conclusions that the whole trace would explain, and this one does not."""
        seen = dict.fromkeys(self.cut)
        open_ = list(seen)
        while open_:
            node = open_.pop()
            for firing in self.chosen(list(self.log.firings(node)), node):
                for premise in self.rests_on(firing, node):
                    if premise not in seen and premise not in self.explained and self.would_be_explained(premise):
                        seen[premise] = None
                        open_.append(premise)
        return len(seen)

    def rests_on(self, firing: Firing, node: Node) -> Iterator[Node]:
        """Give the facts that would stand below a firing."""
        for entry in self.below(firing, self.log.derivation(firing, node), 0, 1):
            if not isinstance(entry, Step):
                yield entry[2]

    def would_be_explained(self, node: Node) -> bool:
        concluded = next(iter(self.log.firings(node)), None) is not None
        return concluded and (self.every or self.log.sources(node) is None)

"""How strongly may a fact be said? The answer names the weakest steps: it is no stronger than they are."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.explain.answer import Answer
from pow_rules.explain.explanation import Explanation
from pow_rules.hedges import hedge_of
from pow_rules.record import Record
from pow_rules.sources import in_order
from pow_rules.steps import ConclusionStep, GivenStep, HeadingStep, NoteStep, RuleStep, SeenStep, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.explain.strength.strengths import Strengths
    from pow_rules.hedges import Hedge
    from pow_rules.log import Firing, Log, Node
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation

__all__ = ["Strength", "WeakStep", "strength", "with_strength"]

_MOST = 20


@attrs.frozen(repr=False)
class WeakStep(Record):
    """A step than which a conclusion is no stronger.

    Attributes:
        fact: what the step gives or concludes.
        rule: the rule that concludes it; None where it is given.
        attestations: what is said of it by those who give it that strongly; empty where a rule concludes it.
    """

    fact: Any
    rule: Rule | None
    attestations: tuple[Attestation, ...] = ()


@attrs.frozen(repr=False)
class Strength(Answer):
    """How strongly a fact may be said: as its weakest step in the strongest derivation. No probability.

    Attributes:
        fact: the fact.
        hedge: how strongly.
        weakest: the steps that are no stronger, in the derivation that the answer is about, the first 20; empty for
            what is certain.
        is_complete: whether these are all.
        unweighed: what uncertain fact an absence or an aggregate could come out otherwise without, in words: the hedge
            does not tell of it. Empty without any.
    """

    kind: ClassVar[str] = "strength"

    fact: Any
    hedge: Hedge
    weakest: tuple[WeakStep, ...]
    is_complete: bool
    unweighed: str
    # A frozen field can be read as a property can, which is all that is asked of it.
    steps: tuple[Step, ...]  # pyright: ignore[reportIncompatibleMethodOverride]

    @property
    def cut(self) -> int:
        """Nothing: where there are more steps than are named, a note says so."""
        return 0

    def __repr__(self) -> str:
        return f"<Strength of {self.fact!r}: {self.hedge}>"


def strength(log: Log, strengths: Strengths, node: Node) -> Strength:
    """Tell how strongly a row may be said.

    Args:
        log: the derivation log.
        strengths: the strengths of its rows.
        node: the row, which is no hidden one.
    """
    hedge, fact = strengths.of(node), log.fact(node)
    found = list(itertools.islice(strengths.weakest(node), _MOST + 1))
    named = found[:_MOST]
    steps = [Step(0, HeadingStep(str(fact), hedge))]
    if not named:
        steps.append(Step(1, NoteStep("every step is certain")))
    else:
        which = "its weakest step" if len(found) == 1 else "its weakest steps"
        steps.append(Step(1, HeadingStep(f"no stronger than {which}")))
    for weak in named:
        steps += _said(log, *weak, hedge)
    if len(found) > len(named):
        steps.append(Step(2, NoteStep("… and more that are as weak")))
    unweighed = _unweighed(strengths, node)
    if unweighed:
        steps.append(Step(2, NoteStep(unweighed)))
    weakest = tuple(
        WeakStep(log.fact(at), log.rule(firing)) if firing else WeakStep(log.fact(at), None, _by(log, at, hedge))
        for at, firing in named
    )
    return Strength(fact, hedge, weakest, len(found) == len(named), unweighed, tuple(steps))


def _by(log: Log, node: Node, hedge: Hedge) -> tuple[Attestation, ...]:
    return in_order(said for said in log.attestations(node) or () if hedge_of(said) == hedge)


def _unweighed(strengths: Strengths, node: Node) -> str:
    """Say what keeps up an absence or an aggregate, and is uncertain."""
    found = strengths.upset(node)
    if found is None or found.reader is None:
        return ""
    reader, fact = found.reader.name, found.fact
    return f'an absence or an aggregate of {reader} could come out otherwise without "{fact}", which is uncertain'


def _said(log: Log, node: Node, firing: Firing | None, hedge: Hedge) -> Iterator[Step]:
    """Say one of the weakest steps."""
    fact, derivations = log.fact(node), sum(1 for _ in log.firings(node))
    if firing is None:
        yield Step(2, GivenStep(fact, _by(log, node, hedge), derivations > 0))
        return
    said = log.attestations(node)
    yield Step(2, ConclusionStep(fact, (hedge,), 1, derivations, in_order(said or ()), said is not None))
    yield Step(3, RuleStep(log.rule(firing)))


def with_strength(explained: Explanation, found: Strength) -> Explanation:
    """Put under the first line of a trace how strongly that may be said.

    Args:
        explained: the trace.
        found: the strength of the same fact.
    """
    first, *others = explained.steps
    told = list(found.steps[1:])
    if isinstance(told[0].said, HeadingStep):
        told[0] = Step(1, attrs.evolve(told[0].said, note=found.hedge))
    moved = [
        Step(step.depth, attrs.evolve(step.said, at=step.said.at + len(told)))
        if isinstance(step.said, SeenStep) and step.said.at
        else step
        for step in others
    ]
    return Explanation(explained.fact, (first, *told, *moved), explained.cut)

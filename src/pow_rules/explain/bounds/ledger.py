"""Ledgers: every assumption that a number rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.explain.bounds.claims import is_disputed, of_given, of_rule
from pow_rules.hedges import HEDGES
from pow_rules.record import Record
from pow_rules.scales import Likelihood
from pow_rules.sources import PLAIN, in_order
from pow_rules.steps import AbsenceStep, AggregateStep, GivenStep, HeadingStep, NoteStep, RuleStep, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.derivation import Absence, AggregateValue
    from pow_rules.explain.fold.graph import Graph
    from pow_rules.log import Log, Node
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation
    from pow_rules.steps import Said

__all__ = ["Assumption", "Ledger"]

_SHOWN = 100


@attrs.frozen(repr=False)
class Assumption(Record):
    """One thing that a number rests on.

    Attributes:
        text: what is assumed.
        about: of what: a fact, a `Rule`, an `Absence`, an `AggregateValue`, or None where it is about all.
    """

    text: str
    about: Any = None

    def __str__(self) -> str:
        if self.about is None:
            return self.text
        name = getattr(self.about, "name", None) if type(self.about).__name__ == "Rule" else None
        return f"{name or self.about}: {self.text}"


class Ledger:
    """The ledger of one answer.

    Attributes:
        entries: the assumptions.
    """

    def __init__(
        self, log: Log, graph: Graph, givens: Sequence[Node], rules: Sequence[Rule], *, is_independent: bool
    ) -> None:
        self.log = log
        self.graph = graph
        self.givens = givens
        self.rules = rules
        self.absences, self.aggregates = self._looked_up()
        self.general = list(self._general(is_independent=is_independent))
        self.entries = [
            *(Assumption(self._of_given(node), log.fact(node)) for node in givens),
            *(Assumption(_of_rule(rule), rule) for rule in rules),
            *(Assumption("it is taken to be absent", absence) for absence in self.absences),
            *(Assumption("it is taken to be that", aggregate) for aggregate in self.aggregates),
            *map(Assumption, self.general),
        ]

    def steps(self) -> Iterator[Step]:
        """Give the ledger as steps that stand below the number."""
        yield Step(1, HeadingStep("this rests on"))
        for node in self.givens[:_SHOWN]:
            said = self._said(node)
            yield Step(2, GivenStep(self.log.fact(node), said, next(self.log.firings(node), None) is not None))
            if len(said) > 1 or all(one.likelihood is None for one in said):
                yield Step(3, NoteStep(self._of_given(node)))
        for rule in self.rules[:_SHOWN]:
            yield Step(2, RuleStep(rule))
            if rule.likelihood is None:
                yield Step(3, NoteStep(_of_rule(rule)))
        looked: list[Said] = [*map(AbsenceStep, self.absences), *map(AggregateStep, self.aggregates)]
        for said_of in looked[:_SHOWN]:
            yield Step(2, said_of)
        for listed in (self.givens, self.rules, looked):
            if len(listed) > _SHOWN:
                yield Step(2, NoteStep(f"… and {len(listed) - _SHOWN:,} more"))
        for text in self.general:
            yield Step(2, NoteStep(text))

    def _said(self, node: Node) -> tuple[Attestation, ...]:
        return in_order(self.log.attestations(node) or (PLAIN,))

    def _of_given(self, node: Node) -> str:
        said, claim = self._said(node), of_given(self.log, node)
        shown = str(Likelihood(*claim)) if claim is not None else ""
        is_silent = any(one.likelihood is None and one.hedge != "certain" for one in said)
        silent = "; who hedges without a number says nothing of that" if is_silent else ""
        if is_disputed(said):
            return f"its sources differ: {shown} holds whichever of them is right{silent}"
        if all(one.likelihood is None for one in said):
            strongest = min((one.hedge for one in said), key=HEDGES.index)
            return f"it is only {strongest}, without a number: {shown}"
        return f"it is {next(str(one.likelihood) for one in said if one.likelihood is not None)}{silent}"

    def _looked_up(self) -> tuple[list[Absence], list[AggregateValue]]:
        absences: dict[Absence, None] = {}
        aggregates: dict[AggregateValue, None] = {}
        for firing, head in zip(self.graph.firings, self.graph.heads, strict=True):
            clause = firing.clause
            if clause.tests and not self.log.is_hidden(self.graph.nodes[head][0]):
                _, absent, _, folded = self.log.rests_on(firing)
                absences.update(dict.fromkeys(absent))
                aggregates.update(dict.fromkeys(folded))
        return sorted(absences, key=str), sorted(aggregates, key=str)

    def _general(self, *, is_independent: bool) -> Iterator[str]:
        if is_independent:
            if self.givens:
                yield "the givens above are independent of each other"
            if self.rules:
                yield "each use of a rule above is independent of everything else"
            if any(len(rule.conclusions) > 1 for rule in self.rules):
                yield "of a rule with several conclusions, each of them is a use of its own"
            if any(next(self.log.firings(node), None) is not None for node in self.givens):
                yield "a given that is concluded, too, is as likely as it is said to be apart from its derivations"
            if self.givens or self.rules:
                yield "it holds by the derivations that are recorded, or not at all"
        elif self.givens or self.rules:
            if len(self.givens) + len(self.rules) > 1:
                yield "nothing is assumed of what these have to do with each other"
            yield "it may also hold for other reasons than those that are recorded"
        yield "givens and rules that are certain, and have no number, hold"


def _of_rule(rule: Rule) -> str:
    if rule.likelihood is not None:
        return f"its conclusion is {rule.likelihood} where its conditions hold"
    return f"it is only {rule.hedge}, without a number: {Likelihood(*of_rule(rule))} where its conditions hold"

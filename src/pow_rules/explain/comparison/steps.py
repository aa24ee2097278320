"""Comparisons as steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.sources import given_by
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    FactStep,
    HeadingStep,
    NoteStep,
    PatternStep,
    RuleStep,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.explain.comparison.answer import ChangedDerivation, Comparison, FactComparison
    from pow_rules.sources import Attestation
    from pow_rules.steps import Role, Said

__all__ = ["comparison_steps"]

_SHOWN = 10
"""How many derivations of one fact are shown in full."""
_OTHER = {"gone": "after", "new": "before"}
_WORDS = {
    "as before": "nothing differs",
    "in neither": "holds in neither",
    "gone": "holds before, and not after",
    "new": "holds after, and not before",
    "changed": "holds in both, for other reasons",
}


def comparison_steps(comparison: Comparison) -> tuple[Step, ...]:
    """Give a comparison as steps: the whole, then each fact with what differs in it."""
    return tuple(_steps(comparison))


def _steps(comparison: Comparison) -> Iterator[Step]:
    facts = comparison.facts
    if comparison.fact is None:
        heading = HeadingStep("what differs", f"{comparison.same:,} as before")
        yield Step(0, heading if facts else HeadingStep("nothing differs", heading.note))
        yield from _listed(facts, 1)
        return
    asked, below = facts[0], facts[1:]
    if not asked and below and all(asked.holds):
        note = "its own derivations are as before, and what they rest on is not"
    elif asked.word == "changed" and not (asked.gone or asked.new):
        note = "holds in both, given otherwise"
    else:
        note = _WORDS[asked.word]
    yield Step(0, HeadingStep(str(asked.fact), note))
    yield from _details(asked, 1)
    begins, between = [f for f in below if f.is_beginning], [f for f in below if not f.is_beginning]
    if begins:
        yield Step(1, HeadingStep("it begins with"))
        yield from _listed(begins, 2)
    if between:
        yield Step(1, HeadingStep("and goes on over" if begins else "what it rests on"))
        yield from _listed(between, 2)


def _listed(facts: Sequence[FactComparison], depth: int) -> Iterator[Step]:
    for found in facts:
        role: Role = "new" if found.word == "new" else "gone" if found.word == "gone" else "as before"
        note = "" if role != "as before" else "for other reasons" if found.gone or found.new else "given otherwise"
        yield Step(depth, FactStep(found.fact, role, note))
        yield from _details(found, depth + 1)


def _details(found: FactComparison, depth: int) -> Iterator[Step]:
    if found.is_given_otherwise:
        before, after = found.attestations
        yield Step(depth, NoteStep(f"{_given(before)} before, {_given(after)} after"))
    for word, changed in (("gone", found.gone), ("new", found.new)):
        role: Role = "gone" if word == "gone" else "new"
        if changed:
            yield Step(depth, HeadingStep(role, _count(len(changed))))
        for change in changed[:_SHOWN]:
            yield from _derivation(change, role, depth + 1)
        if len(changed) > _SHOWN:
            yield Step(depth + 1, NoteStep(f"and {len(changed) - _SHOWN:,} more"))
    if found.same and found:
        yield Step(depth, HeadingStep("as before", _count(len(found.same))))


def _derivation(change: ChangedDerivation, role: Role, depth: int) -> Iterator[Step]:
    derivation, other = change.derivation, _OTHER[role]
    yield Step(depth, RuleStep(derivation.rule))
    below: list[Said] = [NoteStep(change.rule_change)] if change.rule_change else []
    below += [FactStep(fact, role if fact in change.lacking else "as before") for fact in derivation.premises]
    below += [PatternStep(p.pattern, role if p in change.missing else "as before") for p in derivation.presences]
    below += [AbsenceStep(absence) for absence in derivation.absences]
    below += [FactStep(fact, "in the way", other) for fact in change.blocking]
    outdated = dict(change.outdated)
    for aggregate in derivation.aggregates:
        below.append(AggregateStep(aggregate))
        if aggregate in outdated:
            there = outdated[aggregate]
            below.append(NoteStep(f"{other}: {'there are none' if there is None else there}"))
    yield from (Step(depth + 1, said) for said in below)


def _given(said: tuple[Attestation, ...]) -> str:
    return given_by(said) if said else "not given"


def _count(number: int) -> str:
    return "1 derivation" if number == 1 else f"{number:,} derivations"

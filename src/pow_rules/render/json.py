"""Answers as JSON, for other programs; `answer.schema.json` says what is in it, `encoding` how values are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pow_rules.encoding import encoded, encoded_fact, encoded_pattern
from pow_rules.render.encoded_rules import encoded_likelihood, encoded_rule
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    ConclusionStep,
    ConditionStep,
    CutStep,
    FactStep,
    GivenStep,
    HeadingStep,
    NoteStep,
    PatternStep,
    PresenceStep,
    RuleStep,
    SeenStep,
)
from pow_rules.terms import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.constraints import Constraint
    from pow_rules.derivation import AggregateValue
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation, Source
    from pow_rules.steps import Step

__all__ = ["ENCODE", "SCHEMA", "VERSION", "encoded_aggregate", "said_by", "to_json"]

SCHEMA = "urn:pow-rules:schema:answer"
"""The schema's name."""
VERSION = 1
"""The schema's version. It goes up when a reader of the one before could not read what is written."""


def to_json(kind: str, steps: tuple[Step, ...], cut: int, *, indent: int | None = None) -> str:
    """Give an answer as JSON, its steps as a flat list.

    Args:
        kind: what the answer is, as `"explanation"`.
        steps: the answer.
        cut: how much it leaves out.
        indent: by how many spaces to indent; None for one line.

    >>> from pow_rules.steps import NoteStep, Step
    >>> to_json("explanation", (Step(0, NoteStep("that is all")),), cut=0)[79:]
    '"cut": 0, "rules": [], "steps": [{"depth": 0, "type": "note", "text": "that is all"}]}'
    """
    # Each rule is written once; steps name it, and its place.
    rules: dict[Rule | Constraint, int] = {}
    for step in steps:
        if isinstance(step.said, RuleStep):
            rules.setdefault(step.said.rule, len(rules))
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "kind": kind,
        "cut": cut,
        "rules": [encoded_rule(rule) for rule in rules],
        "steps": [_step(step, rules) for step in steps],
    }
    written = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    # Texts for people may hold what UTF-8 cannot; values never do.
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", written)


def _step(step: Step, rules: dict[Rule | Constraint, int]) -> dict[str, Any]:
    name, encode = ENCODE[type(step.said)]
    at = {"number": rules[step.said.rule]} if isinstance(step.said, RuleStep) else {}
    return {"depth": step.depth, "type": name, **encode(step.said), **at}


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "origin": source.origin,
        "reliability": source.reliability,
        "credibility": source.credibility,
        "date": None if source.date is None else source.date.isoformat(),
        "locator": source.locator,
    }


def said_by(attestations: tuple[Attestation, ...]) -> dict[str, Any]:
    """Give who says something, and what each says; a source is named by its place among the sources.

    Args:
        attestations: what is said of one fact, in order.
    """
    sources = [said.source for said in attestations if said.source is not None]
    return {
        "sources": [_source(source) for source in sources],
        "attestations": [
            {
                "source": None if said.source is None else sources.index(said.source),
                "hedge": said.hedge,
                "likelihood": encoded_likelihood(said.likelihood),
            }
            for said in attestations
        ],
    }


def _given(said: GivenStep) -> dict[str, Any]:
    return {
        "fact": encoded_fact(said.fact),
        **said_by(said.attestations),
        "concluded": said.concluded,
    }


def _conclusion(said: ConclusionStep) -> dict[str, Any]:
    return {
        "fact": encoded_fact(said.fact),
        "hedges": list(said.hedges),
        "shown": said.shown,
        "derivations": said.derivations,
        "given": said.given,
        **said_by(said.attestations),
    }


def encoded_aggregate(found: AggregateValue) -> dict[str, Any]:
    """Give an aggregate, its value and the facts that it went over as JSON holds them.

    Args:
        found: the aggregate.
    """
    return {
        "function": found.function,
        "pattern": encoded_pattern(found.pattern),
        "over": None if found.over is None else text(found.over, found.pattern.variable.index),
        "value": encoded(found.value),
        "facts": [encoded_fact(fact) for fact in found.facts],
        "text": str(found),
    }


def _condition(said: ConditionStep) -> dict[str, Any]:
    return {
        "condition": said.condition,
        "values": [{"name": name, "value": encoded(value)} for name, value in said.values],
        "holds": said.holds,
    }


ENCODE: dict[type, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    GivenStep: ("given", _given),
    ConclusionStep: ("conclusion", _conclusion),
    RuleStep: ("rule", lambda said: {"rule": said.rule.name}),
    SeenStep: ("seen", lambda said: {"fact": encoded_fact(said.fact), "at": said.at}),
    CutStep: ("cut", lambda said: {"fact": encoded_fact(said.fact)}),
    AbsenceStep: ("absence", lambda said: {"pattern": encoded_pattern(said.absence.pattern)}),
    PresenceStep: (
        "presence",
        lambda said: {"pattern": encoded_pattern(said.presence.pattern), "count": said.count},
    ),
    AggregateStep: ("aggregate", lambda said: encoded_aggregate(said.aggregate)),
    HeadingStep: ("heading", lambda said: {"text": said.text, "note": said.note}),
    FactStep: ("fact", lambda said: {"fact": encoded_fact(said.fact), "role": said.role, "note": said.note}),
    PatternStep: (
        "pattern",
        lambda said: {"pattern": encoded_pattern(said.pattern), "role": said.role, "note": said.note},
    ),
    ConditionStep: ("condition", _condition),
    NoteStep: ("note", lambda said: {"text": said.text}),
}
"""The name of each kind of step, and what it is made of."""

"""Answers as JSON, for other programs; `answer.schema.json` says what is in it, `encoding` how values are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pow_rules.render.encoding import encoded, encoded_fact, encoded_pattern
from pow_rules.rules import Rule
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

    from pow_rules.sources import Source
    from pow_rules.steps import Step

__all__ = ["ENCODE", "SCHEMA", "VERSION", "to_json"]

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
    '"cut": 0, "steps": [{"depth": 0, "type": "note", "text": "that is all"}]}'
    """
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "kind": kind,
        "cut": cut,
        "steps": [_step(step) for step in steps],
    }
    written = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    # Texts for people may hold what UTF-8 cannot; values never do.
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", written)


def _step(step: Step) -> dict[str, Any]:
    name, encode = ENCODE[type(step.said)]
    return {"depth": step.depth, "type": name, **encode(step.said)}


def _source(source: Source) -> dict[str, Any]:
    return {"name": source.name, "locator": source.locator}


def _given(said: GivenStep) -> dict[str, Any]:
    return {
        "fact": encoded_fact(said.fact),
        "sources": [_source(source) for source in said.sources],
        "concluded": said.concluded,
    }


def _conclusion(said: ConclusionStep) -> dict[str, Any]:
    return {
        "fact": encoded_fact(said.fact),
        "hedges": list(said.hedges),
        "shown": said.shown,
        "derivations": said.derivations,
        "given": said.given,
        "sources": [_source(source) for source in said.sources],
    }


def _rule(said: RuleStep) -> dict[str, Any]:
    rule = said.rule
    # Where it stands is left out: that is the machine's affair. A constraint has no hedge.
    return {
        "rule": {
            "name": rule.name,
            "statement": rule.statement,
            "hedge": rule.hedge if isinstance(rule, Rule) else None,
            "attribution": rule.attribution,
            "cites": list(rule.cites),
        }
    }


def _aggregate(said: AggregateStep) -> dict[str, Any]:
    found = said.aggregate
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
    RuleStep: ("rule", _rule),
    SeenStep: ("seen", lambda said: {"fact": encoded_fact(said.fact), "at": said.at}),
    CutStep: ("cut", lambda said: {"fact": encoded_fact(said.fact)}),
    AbsenceStep: ("absence", lambda said: {"pattern": encoded_pattern(said.absence.pattern)}),
    PresenceStep: (
        "presence",
        lambda said: {"pattern": encoded_pattern(said.presence.pattern), "count": said.count},
    ),
    AggregateStep: ("aggregate", _aggregate),
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

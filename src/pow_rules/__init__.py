"""A rule engine whose conclusions explain themselves."""

from pow_rules.change import Change
from pow_rules.constraints import Constraint, constraint
from pow_rules.derivation import Absence, AggregateValue, Derivation, Presence
from pow_rules.errors import PowRulesError
from pow_rules.explain.comparison.answer import compare
from pow_rules.explain.cross_check import CrossCheck
from pow_rules.explain.explanation import Explanation
from pow_rules.facts import fact, replace
from pow_rules.language.body import (
    absent,
    any_of,
    check,
    compute,
    conclude,
    count,
    known,
    least,
    missing,
    most,
    not_,
    one_of,
    present,
    total,
    where,
)
from pow_rules.limits import Limits
from pow_rules.program import Program
from pow_rules.questions import Choice, Question
from pow_rules.rules import Rule, rule
from pow_rules.session.session import Session
from pow_rules.sources import Given, Source
from pow_rules.storage.reading import read_facts
from pow_rules.verification.verifying import verify

__all__ = [
    "Absence",
    "AggregateValue",
    "Change",
    "Choice",
    "Constraint",
    "CrossCheck",
    "Derivation",
    "Explanation",
    "Given",
    "Limits",
    "PowRulesError",
    "Presence",
    "Program",
    "Question",
    "Rule",
    "Session",
    "Source",
    "absent",
    "any_of",
    "check",
    "compare",
    "compute",
    "conclude",
    "constraint",
    "count",
    "fact",
    "known",
    "least",
    "missing",
    "most",
    "not_",
    "one_of",
    "present",
    "read_facts",
    "replace",
    "rule",
    "total",
    "verify",
    "where",
]

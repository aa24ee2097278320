"""What is wrong with a program: every fault that its rules, its types and its questions have together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.constraints import Constraint
from pow_rules.errors import RuleError, StratificationError
from pow_rules.facts import concrete_types, fact_type
from pow_rules.kinds import described, is_fact_class
from pow_rules.lowering.clauses import Lowered, lower_rules
from pow_rules.questions import Choice, Question
from pow_rules.rules import Rule
from pow_rules.terms import Absent, Aggregate, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.engine.components import Cycle
    from pow_rules.lowering.schema import Schema

__all__ = ["as_given", "as_questions", "as_rules", "cycle_faults", "lowered", "namesakes", "unassertable"]

_UNSTRATIFIED = "the program is not stratified: a conclusion depends on its own absence, or on an aggregate over itself"


def as_rules(rules: object, faults: list[RuleError]) -> tuple[tuple[Rule, ...], tuple[Constraint, ...]]:
    """Give the rules and the constraints that are in order; what is wrong with the others is added to `faults`."""
    seen: dict[str, Rule | Constraint] = {}
    for rule in _listed(rules, "rules", "rules, as Program([rule_1, rule_2])", faults):
        if not isinstance(rule, Rule | Constraint):
            name = rule.__name__ if hasattr(rule, "__name__") else described(rule).rpartition(" (")[0]
            faults.append(RuleError(f"{name} is no rule: put @rule above the function"))
            continue
        if rule.name in seen:
            faults.append(RuleError(_twice(rule, seen[rule.name])))
        else:
            seen[rule.name] = rule
    found = seen.values()
    return tuple(r for r in found if isinstance(r, Rule)), tuple(r for r in found if isinstance(r, Constraint))


def _twice(rule: Rule | Constraint, other: Rule | Constraint) -> str:
    there = f"{rule.location}: a {other.noun} named {rule.name} is there already"
    if rule is other:
        return f"{there}, this very one: it is given twice"
    if isinstance(rule, Rule) and isinstance(other, Rule):
        return f"{there} ({other.location}): derivations are told apart by their rules' names"
    return f"{there} ({other.location}): rules and constraints are told apart by their names"


def as_given(given: object, faults: list[RuleError]) -> tuple[type, ...]:
    """Give the fact types that are ones; what is wrong with the others is added to `faults`."""
    found: list[type] = []
    for cls in _listed(given, "given", "fact types, as given=[Asked, Heard]", faults):
        if is_fact_class(cls):
            found.append(cls)
        else:
            name = getattr(cls, "__name__", repr(cls))
            faults.append(RuleError(f"given={name} is no fact type: put @fact above its class"))
    return tuple(found)


def as_questions(questions: object, faults: list[RuleError]) -> tuple[Question | Choice, ...]:
    """Give the questions that are ones; what is wrong with the others is added to `faults`."""
    found: list[Question | Choice] = []
    for question in _listed(questions, "questions", "questions, as questions=[Question(...)]", faults):
        if isinstance(question, Question | Choice):
            found.append(question)
        else:
            faults.append(RuleError(f"questions: expected a Question or a Choice, got {question!r}"))
    return tuple(found)


def _listed(values: Any, name: str, expected: str, faults: list[RuleError]) -> tuple[Any, ...]:
    if not isinstance(values, str | type):
        try:
            return tuple(values)
        except TypeError:
            pass
    shown = values.__name__ if isinstance(values, type) else repr(values)
    faults.append(RuleError(f"{name}: expected a list of {expected}; got {shown}"))
    return ()


def namesakes(schema: Schema) -> list[RuleError]:
    """Find the fact types that share a name."""
    seen: dict[str, type] = {}
    faults: list[RuleError] = []
    for described_type in schema.types:
        other = seen.setdefault(described_type.name, described_type.cls)
        if other is not described_type.cls:
            faults.append(
                RuleError(
                    f"two fact types are named {described_type.name} (in {other.__module__} and"
                    f" {described_type.cls.__module__}): traces could not tell them apart"
                )
            )
    return faults


def unassertable(questions: Iterable[Question | Choice], allowed: frozenset[type]) -> list[RuleError]:
    """Find the questions that nobody could ever answer."""
    return [
        RuleError(
            f"the question {question.text!r} has the fact {value!r}, and given=... does not list"
            f" {fact_type(type(value)).name}: nobody could ever assert it"
        )
        for question in questions
        for value in question.facts
        if type(value) not in allowed
    ]


def lowered(
    rules: tuple[Rule | Constraint, ...], schema: Schema, faults: list[RuleError]
) -> tuple[tuple[Rule | Constraint, ...], Lowered]:
    """Lower the rules and constraints that can be; why the others cannot is added to `faults`.

    Returns:
        Those that are lowered, and their clauses.
    """
    try:
        return rules, lower_rules(rules, schema)
    except RuleError:  # the first of them: look for all
        kept: list[Rule | Constraint] = []
        for rule in rules:
            try:
                lower_rules((rule,), schema)
            except RuleError as error:
                faults.append(error)
            else:
                kept.append(rule)
        return tuple(kept), lower_rules(tuple(kept), schema)


def cycle_faults(cycles: list[Cycle], rules: tuple[Rule | Constraint, ...], schema: Schema) -> list[RuleError]:
    """Tell each cycle through an absence or an aggregate; of those through the same rules, the shortest.

    Args:
        cycles: the cycles.
        rules: the rules that the clauses' numbers mean.
        schema: the fact types that the relations' numbers mean.
    """
    found: dict[frozenset[int], Cycle] = {}
    for cycle in cycles:
        names = frozenset(clause.rule for clause in cycle.clauses)
        if names not in found or len(cycle.clauses) < len(found[names].clauses):
            found[names] = cycle
    return [StratificationError(_spelt_out(cycle, rules, schema)) for cycle in found.values()]


def _spelt_out(cycle: Cycle, rules: tuple[Rule | Constraint, ...], schema: Schema) -> str:
    """Tell a cycle rule by rule: each needs what the one before concludes, the first what the last does."""
    # A clause that concludes no fact is the `present` of the rule whose clause comes next.
    ring = [clause for clause in cycle.clauses if clause.head.relation < len(schema.types)]
    lines = [_UNSTRATIFIED]
    for before, clause in zip([ring[-1], *ring[:-1]], ring, strict=True):
        rule = rules[clause.rule]
        needed = _how_it_needs(rule, schema.types[before.head.relation].cls)
        concluded = schema.types[clause.head.relation].name
        lines.append(f"    {rule.name} ({rule.location}) {needed} and concludes {concluded}")
    return "\n".join(lines)


def _how_it_needs(rule: Rule | Constraint, made: type) -> str:
    """Tell how a rule needs a type of facts: by their absence, by an aggregate, or by one of them."""
    for node in (n for top in (*rule.conditions, *rule.aggregates) for n in walk(top)):
        if isinstance(node, Absent | Aggregate) and made in concrete_types(node.inner.variable.fact_type):
            how = "needs no" if isinstance(node, Absent) else f"takes a {node.function} over"
            return f"{how} {node.inner.variable.fact_type.__name__}"
    return f"needs {next(cls.__name__ for cls in rule.fact_types if made in concrete_types(cls))}"

"""Attempts: how far each rule gets on the way to what was asked for, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.evaluate import evaluate, ground, holds
from pow_rules.explain.why_not.goals import Fit, fit, needs
from pow_rules.explain.why_not.lookups import Lookups, Wanted
from pow_rules.explain.why_not.partial import Judge
from pow_rules.explain.why_not.search import Search
from pow_rules.explain.why_not.unmet import Attempt, Met, Misfit, Missing, Near, Nearly, fields_in
from pow_rules.facts import concrete_types, fact_type
from pow_rules.terms import Absent, Compare, Constant, Field, Inner, Present, Variable, can_raise
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.explain.why_not.partial import Partial
    from pow_rules.log import Log, Node
    from pow_rules.terms import Condition

__all__ = ["LIMIT", "NEAR_LIMIT", "attempts", "is_concluded", "may_be_asserted", "nearly"]

LIMIT = 10_000
"""How many rows to look at for one attempt, each time that one more premise is left out."""
NEAR_LIMIT = 500
"""How many rows to look at, at most, for facts that differ in one condition."""


def attempts(
    log: Log, goal: Inner, *, near: int, firsts: dict[Any, list[Node]] | None = None
) -> tuple[list[Attempt], list[Misfit]]:
    """Give the attempts of all rules to conclude what a goal describes, the nearest first.

    Args:
        log: the log of the session.
        goal: what is asked for; it does not hold.
        near: how many facts to name that nearly meet a premise.
        firsts: as for `Lookups`.

    Returns:
        The attempts, and the conclusions of the right type that can never be it.
    """
    made: list[tuple[Attempt, int]] = []
    misfits: list[Misfit] = []
    for rule in log.program.rules:
        tried = set[Any]()
        for position, conclusion in enumerate(rule.conclusions):
            if not issubclass(conclusion.fact_type, goal.variable.fact_type) or conclusion in tried:
                continue
            tried.add(conclusion)
            found = fit(rule, conclusion, goal)
            if isinstance(found, Misfit):
                misfits.append(found)
            else:
                made.append((_Attempting(found, Lookups(log, LIMIT, firsts), near).attempt(), position))
    made.sort(key=lambda m: (not m[0].is_possible, m[0].unmet, -len(m[0].met), m[0].rule.name, m[1]))
    return [attempt for attempt, _ in made], sorted(misfits, key=lambda m: (m.rule.name, str(m.conclusion)))


def is_concluded(log: Log, cls: type) -> bool:
    """Tell whether some rule concludes facts of a type."""
    return any(issubclass(c.fact_type, cls) for rule in log.program.rules for c in rule.conclusions)


def may_be_asserted(log: Log, cls: type) -> bool:
    """Tell whether facts of a type, or of some subclass of it, may be asserted."""
    return any(log.program.may_be_given(c) for c in concrete_types(cls))


class _Attempting:
    """One attempt of one rule."""

    def __init__(self, found: Fit, lookups: Lookups, near: int) -> None:
        self.log = lookups.log
        self.fit = found
        self.near = near
        self.lookups = lookups
        self.judge = Judge(found, lookups)

    def attempt(self) -> Attempt:
        """Give the attempt."""
        best = Search(self.judge).best()
        rule = self.fit.rule
        undecided = list(best.undecided)
        missing = [self._premise(v, best, undecided) for v in rule.patterns if v.index not in best.met]
        missing += [self._missing("", ground(inner, best.facts)) for inner in best.lacking]
        return Attempt(
            rule,
            self.fit.conclusion,
            tuple(Met(v.name, best.facts[v.index]) for v in rule.patterns if v.index in best.met),
            tuple(missing),
            tuple(best.blocked),
            tuple(best.failed),
            tuple(undecided),
            not self.lookups.is_cut,
        )

    def _premise(self, variable: Variable, best: Partial, undecided: list[Condition]) -> Missing:
        """Tell of a pattern that nothing is matched with."""
        index = variable.index
        if index in best.assumed:
            fact = best.assumed[index]
            return self._missing(variable.name, self._pattern(variable, best, ()), fact)
        # What can be tested once this premise is known belongs to its pattern.
        known = best.facts.keys() | {index}
        own = [c for c in undecided if index in needs(c) and needs(c) <= known and not isinstance(c, Present | Absent)]
        undecided[:] = [c for c in undecided if c not in own]
        pattern = self._pattern(variable, best, own)
        missing = self._missing(variable.name, pattern)
        return attrs.evolve(missing, is_possible=False, following="") if index in best.impossible else missing

    def _pattern(self, variable: Variable, best: Partial, own: Iterable[Condition]) -> Inner:
        """Give what would meet a pattern, with all that is known put into values."""
        index, described = variable.index, fact_type(variable.fact_type)
        others = {i: fact for i, fact in best.facts.items() if i != index}
        known = best.known[index]
        fields = ((Field(variable, f.name, f.kind), f) for f in described.fields if f.name in known)
        conditions: list[Condition] = [Compare("==", field, Constant(known[f.name], f.kind)) for field, f in fields]
        written = frozenset((*self.fit.rule.conditions, *self.fit.written))
        for condition, _ in self.judge.wanted[index].conditions:
            others_put = best.filled(condition, but=index)
            all_put = best.filled(condition)
            if needs(all_put) <= others.keys() and holds(all_put, others):
                continue
            # An equality between two unknowns is told once, as it is written.
            if needs(others_put, index) <= others.keys() or (index in needs(all_put) and condition in written):
                conditions.append(others_put)
        return ground(Inner(variable, tuple(dict.fromkeys((*conditions, *own)))), others)

    def _missing(self, name: str, pattern: Inner, fact: Any = None) -> Missing:
        cls = pattern.variable.fact_type
        return Missing(
            name,
            pattern,
            fact,
            may_be_asserted(self.log, cls),
            nearly=nearly(self.log, pattern, self.near),
            questions=_questions(self.log, pattern),
            following="cut" if is_concluded(self.log, cls) else "",
        )


def _questions(log: Log, pattern: Inner) -> tuple[str, ...]:
    """Give the open questions of whose facts one meets a pattern, as far as its conditions can be tested."""
    variable, index = pattern.variable, pattern.variable.index
    conditions = [c for c in pattern.conditions if needs(c) <= {index} and not can_raise(c)]

    def is_answer(fact: Any) -> bool:
        return isinstance(fact, variable.fact_type) and all(holds(c, {index: fact}) for c in conditions)

    return tuple(question.text for question in log.program.questions if any(map(is_answer, question.facts)))


def nearly(log: Log, pattern: Inner, near: int) -> Nearly:
    """Give the facts that meet a pattern but for one condition.

    Args:
        log: the log of the session.
        pattern: the pattern; conditions of which not all is known are left out.
        near: how many facts to give at most.
    """
    variable, index = pattern.variable, pattern.variable.index
    conditions = [c for c in pattern.conditions if needs(c) <= {index}]
    found: dict[Any, Near] = {}
    is_complete = True
    lookups = Lookups(log, NEAR_LIMIT)
    for i, condition in enumerate(conditions if near else ()):
        wanted = Wanted(variable, conditions[:i] + conditions[i + 1 :])
        if lookups.size(wanted, {}) > NEAR_LIMIT:
            is_complete = False
            continue
        try:
            facts = [fact for fact in lookups.found(wanted, {}) if not holds(condition, {index: fact})]
        except Exception:  # noqa: BLE001, S112 - what raises is told where it is a condition, and none of these is near
            continue
        for fact in facts:
            found.setdefault(fact, Near(fact, condition, _differing(condition, index, fact)))
    ordered = sorted(found.values(), key=lambda n: canonical(n.fact))
    return Nearly(tuple(ordered[:near]), len(ordered[near:]), is_complete)


def _differing(condition: Condition, index: int, fact: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((name, evaluate(field, {index: fact})) for name, field in fields_in(condition, index).items())

"""Counts how often the rules of a program fired, and how often each of their absences blocked.

An absence blocks a match of the rule's patterns if all else holds that the rule asks for: the other conditions,
presences, aggregates and absences. The engine finds these matches: it runs the rule's plan without the absence, and
what that finds beyond the firings recorded is what the absence blocks. Where that would run what may raise on facts
that the rule never came to, or where the absence has a part in what `present` found, the engine joins the patterns, and
the rest is looked at match by match; a match for which something raises is not counted.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.engine.clauses import Absence, Aggregation, Filter
from pow_rules.engine.codegen import compile_plan
from pow_rules.engine.plan import Collect, Plan, make_plan
from pow_rules.evaluate import folded, holds
from pow_rules.terms import Absent, Aggregate, Present, can_raise, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.machine import Machine
    from pow_rules.log import Log
    from pow_rules.program import Program
    from pow_rules.rules import Rule
    from pow_rules.terms import Condition

__all__ = ["Counting"]


class Counting:
    """Counts for one program; the plans that it makes are kept from one session to the next.

    Attributes:
        absences: for each rule, its absences, in the order written.
    """

    def __init__(self, program: Program) -> None:
        # Not the program itself: who counts for many programs must not keep them alive.
        self._rules, self._machine = program.rules, program.machine
        self.absences = [[c for c in rule.conditions if isinstance(c, Absent)] for rule in program.rules]
        self._heads: list[list[Clause]] = [[] for _ in program.rules]
        for clause in program.machine.clauses:
            if not program.machine.relations[clause.head.relation].hidden:
                self._heads[clause.rule].append(clause)
        self._searches: dict[tuple[int, int], list[_Search]] = {}

    def fired(self, log: Log, number: int) -> int:
        """Give how many derivations a rule has."""
        return sum(_firings(log, clause) for clause in self._heads[number])

    def has_fired(self, log: Log, number: int) -> bool:
        """Tell whether a rule has a derivation."""
        return any(next(log.base.tables[clause.index].firings(), None) is not None for clause in self._heads[number])

    def blocked(self, log: Log, number: int, position: int) -> int:
        """Give how many matches one of a rule's absences blocks."""
        return sum(search.count(log, sys.maxsize) for search in self._made(number, position))

    def has_blocked(self, log: Log, number: int, position: int) -> bool:
        """Tell whether one of a rule's absences blocks a match."""
        if not any(_holds_some(log, self.absences[number][position])):
            return False
        return any(search.count(log, 1) for search in self._made(number, position))

    def _made(self, number: int, position: int) -> list[_Search]:
        found = self._searches.get((number, position))
        if found is None:
            rule, machine = self._rules[number], self._machine
            # One clause for each way to pick concrete types: a rule that concludes more has one match for all of it.
            first: dict[tuple[int, ...], Clause] = {}
            for clause in self._heads[number]:
                first.setdefault(tuple(p.relation for p in clause.patterns), clause)
            found = [_Search(machine, rule, clause, position) for clause in first.values()]
            self._searches[number, position] = found
        return found


def _holds_some(log: Log, absence: Absent) -> Iterator[bool]:
    """Tell, for each type that an absence looks for, whether any fact of it holds."""
    return (bool(log.base.relations[r].ids) for r in log.schema.relations(absence.inner.variable.fact_type))


def _firings(log: Log, clause: Clause) -> int:
    return sum(conclusion >= 0 for conclusion in log.base.tables[clause.index].conclusions)


class _Enough(Exception):  # noqa: N818 - no error: what is looked for has been found
    """As many matches as are asked for."""


class _Counter:
    """Counts the matches that a plan gives, up to some number."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0

    def add(self, _: object) -> None:
        self.count += 1
        if self.count >= self.most:
            raise _Enough

    def __len__(self) -> int:
        return self.count


class _Found:
    """Looks at the matches that a plan gives, and counts those that an absence blocks."""

    def __init__(self, log: Log, search: _Search, most: int) -> None:
        self.log, self.search, self.most = log, search, most
        self.count = 0

    def add(self, match: tuple[int, ...]) -> None:
        log, rule = self.log, self.search.rule
        nodes = zip(self.search.clause.patterns, match, strict=False)
        facts: dict[Any, Any] = {
            variable.index: log.fact((pattern.relation, number))
            for variable, (pattern, number) in zip(rule.patterns, nodes, strict=False)
        }
        if _is_blocked(log, rule, self.search.absence, facts):
            self.count += 1
            if self.count >= self.most:
                raise _Enough

    def __len__(self) -> int:
        return self.count


class _Search:
    """How to find the matches that an absence blocks, for one clause of its rule."""

    def __init__(self, machine: Machine, rule: Rule, clause: Clause, position: int) -> None:
        self.rule = rule
        self.clause = clause
        self.absence = [c for c in rule.conditions if isinstance(c, Absent)][position]
        absent = [c for c in clause.conditions if isinstance(c, Absence)][position]
        rest = tuple(c for c in clause.conditions if c is not absent)
        self.is_exact = not any(c.can_raise for c in rest) and not _takes_part(machine, clause)
        if self.is_exact:
            self.joined = clause.patterns
            self.plan = _matches(machine, attrs.evolve(clause, conditions=rest))
        else:
            self.joined = clause.patterns[: len(rule.patterns)]
            slots = {pattern.slot for pattern in self.joined}
            kept = tuple(c for c in rest if isinstance(c, Filter) and not c.can_raise and not c.needs[1])
            kept = tuple(c for c in kept if c.needs[0] <= slots)
            self.plan = _matches(machine, attrs.evolve(clause, patterns=self.joined, conditions=kept))

    def count(self, log: Log, most: int) -> int:
        """Give how many matches are blocked, or `most` where there are as many."""
        relations = log.base.relations
        recorded = _firings(log, self.clause) if self.is_exact else 0
        counter = _Counter(recorded + most) if self.is_exact else _Found(log, self, most)
        first = relations[self.joined[0].relation] if self.joined else None
        new = () if first is None else first.live(0, len(first.rows))
        with suppress(_Enough):
            self.plan(relations, counter, new, (), sys.maxsize, lambda: sys.maxsize)
        return counter.count - recorded


def _takes_part(machine: Machine, clause: Clause) -> bool:
    """Tell whether what `present` found for a clause depends on the absences of its rule."""
    hidden = [p.relation for p in clause.patterns if machine.relations[p.relation].hidden]
    clauses = (c for relation in hidden for c in machine.by_head.get(relation, ()))
    return any(isinstance(condition, Absence | Aggregation) for c in clauses for condition in c.conditions)


def _matches(machine: Machine, clause: Clause) -> Callable[..., Any]:
    """Compile a clause as a plan that gives all matches, each once."""
    nothing: frozenset[int] = frozenset()
    plan = make_plan(clause, 0 if clause.patterns else None, nothing, machine.relations)
    return compile_plan(Plan(clause, (*plan.steps[:-1], Collect(clause.patterns))), machine.relations, nothing)


def _is_blocked(log: Log, rule: Rule, absence: Absent, facts: dict[Any, Any]) -> bool:
    """Tell whether all that a rule asks for holds but one absence, which does not."""
    others = [c for c in rule.conditions if c is not absence]
    # What can raise is looked at last, as the language says, and aggregates are only folded where they are needed.
    plain = [c for c in others if not can_raise(c) and not _uses_aggregates(c)]
    late = [c for c in others if not can_raise(c) and _uses_aggregates(c)] + [c for c in others if can_raise(c)]
    try:
        return (
            all(_holds(log, condition, facts) for condition in plain)
            and _fold_all(log, rule, facts)
            and all(_holds(log, condition, facts) for condition in late)
            and bool(log.matching(absence.inner, facts))
        )
    except Exception:  # noqa: BLE001 - the rule never came to this match, and it does not hold for it
        return False


def _uses_aggregates(condition: Condition) -> bool:
    return any(isinstance(node, Aggregate) for node in walk(condition))


def _fold_all(log: Log, rule: Rule, facts: dict[Any, Any]) -> bool:
    for aggregate in rule.aggregates:
        matched = list(map(log.fact, log.matching(aggregate.inner, facts)))
        if not matched and aggregate.function in ("least", "most"):
            return False
        facts[aggregate] = folded(aggregate, matched, facts)
    return True


def _holds(log: Log, condition: Condition, facts: dict[Any, Any]) -> bool:
    match condition:
        case Present(inner):
            return bool(log.matching(inner, facts))
        case Absent(inner):
            return not log.matching(inner, facts)
    return holds(condition, facts)

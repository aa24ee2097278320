"""A program's model, found by trying: what follows from some givens, and by which derivations.

It shares nothing with the engine but what single terms and conditions mean (`evaluate`). Fact by fact, every rule is
tried on every combination that the fact completes; where a rule says that a field equals something, only the facts with
that value are tried. Strata are settled one after the other, the lower ones first.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import PowRulesError
from pow_rules.evaluate import evaluate, folded, holds
from pow_rules.facts import concrete_types, fact_type_of
from pow_rules.terms import Absent, Aggregate, Compare, Field, Present, Variable, can_raise, variables, walk
from pow_rules.values import keyed, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pow_rules.limits import Limits
    from pow_rules.rules import Rule
    from pow_rules.terms import Condition, Inner, Term

__all__ = ["Model", "NoModelError"]

Bindings = dict[Any, Any]
"""The fact of each variable, by its index, and the value of each aggregate, by the aggregate."""


_OFTEN = 1000
"""After how many facts tried to look at the clock."""


class NoModelError(Exception):
    """The model could not be computed (internal: the caller says what is left unchecked)."""


@attrs.frozen(eq=False)
class _Join:
    """One pattern to join: its fact, by which field it is looked up, and what can be asked once it is bound."""

    variable: Variable
    lookup: tuple[str, Term] | None
    conditions: tuple[Condition, ...]


class Model:
    """All that follows from some givens.

    Args:
        rules: the rules; without any, what holds is what is given.
        givens: the facts given.
        limits: how much it may hold, and how long it may take.

    Raises:
        NoModelError: where a limit is met, or a rule raises.

    Attributes:
        derivations: of each conclusion, the rules and the premises that it follows from.
    """

    def __init__(self, rules: Sequence[Rule], givens: Iterable[Any], limits: Limits) -> None:
        self.derivations: dict[Any, set[tuple[str, tuple[Any, ...]]]] = {}
        self._limits = limits
        self._ends = None if limits.seconds is None else time.monotonic() + limits.seconds
        self._tried = self._derived = 0
        self._concrete: dict[type, tuple[type, ...]] = {}
        self._inner: dict[int, _Join] = {}
        self._asked = {rule.name: _in_order(rule.conditions) for rule in rules}
        self._held: set[Any] = set()
        self._of: dict[type, list[Any]] = {}
        self._equal: dict[tuple[type, str, Any], list[Any]] = {}
        for fact in givens:
            self._add(fact)
        for stratum in _strata(rules):
            self._settle(stratum)

    def __contains__(self, fact: object) -> bool:
        return fact in self._held

    def matching(self, inner: Inner, bindings: Bindings) -> Iterator[Any]:
        """Give the facts that an inner pattern matches.

        Args:
            inner: the pattern.
            bindings: what the rule around it was matched with.
        """
        # All patterns of the rule around are bound whenever an inner one is looked at: it is prepared once.
        join = self._inner.get(id(inner))
        if join is None:
            conditions = _in_order(inner.conditions)
            lookup = _lookup(conditions, inner.variable, frozenset(i for i in bindings if isinstance(i, int)))
            join = self._inner[id(inner)] = _Join(inner.variable, lookup, conditions)
        for fact in self._candidates(join, bindings):
            own = {**bindings, inner.variable.index: fact}
            if all(holds(condition, own) for condition in join.conditions):
                yield fact

    # ---- facts -------------------------------------------------------------------------------------------------

    def _add(self, fact: Any) -> bool:
        """Take a fact in; tell whether it is new."""
        if fact in self._held:
            return False
        self._held.add(fact)
        if self._limits.facts is not None and len(self._held) > self._limits.facts:
            msg = f"the limit of {self._limits.facts:,} facts was met"
            raise NoModelError(msg)
        cls, described = type(fact), fact_type_of(fact)
        self._of.setdefault(cls, []).append(fact)
        for name, value in zip(described.field_names, described.row(fact), strict=True):
            self._equal.setdefault((cls, name, keyed(value)), []).append(fact)
        return True

    def _candidates(self, join: _Join, bindings: Bindings) -> Iterator[Any]:
        """Give the facts that a pattern may match, as there are now."""
        key = None if join.lookup is None else keyed(normal(evaluate(join.lookup[1], bindings)))
        cls_ = join.variable.fact_type
        if cls_ not in self._concrete:
            self._concrete[cls_] = concrete_types(cls_)
        for cls in self._concrete[cls_]:
            facts = self._of.get(cls, ()) if join.lookup is None else self._equal.get((cls, join.lookup[0], key), ())
            for at in range(len(facts)):
                self._tick()
                yield facts[at]

    def _tick(self) -> None:
        self._tried += 1
        if self._ends is not None and self._tried % _OFTEN == 0 and time.monotonic() > self._ends:
            msg = f"the limit of {self._limits.seconds:,} seconds was met"
            raise NoModelError(msg)

    # ---- rules -------------------------------------------------------------------------------------------------

    def _settle(self, rules: Sequence[Rule]) -> None:
        """Take in all that rules of one stratum conclude."""
        triggers: dict[type, list[tuple[Rule, list[_Join]]]] = {}
        for rule in rules:
            for first in rule.patterns:
                joins = _joins(rule, [first, *(v for v in rule.patterns if v is not first)])
                for cls in concrete_types(first.fact_type):
                    triggers.setdefault(cls, []).append((rule, joins))
        # What is there already sets off the rules once; so does, later, each fact that is new. A rule that asks for
        # the presence of something may fire though none of its premises is new, and is tried again as a whole.
        new = [fact for rule in rules for fact in self._fired(rule, _joins(rule, rule.patterns), {})]
        while new:
            while new:
                fact = new.pop()
                if self._add(fact):
                    for rule, joins in triggers.get(type(fact), ()):
                        new += self._fired(rule, joins, {joins[0].variable.index: fact})
            asking = [rule for rule in rules if any(isinstance(c, Present) for c in rule.conditions)]
            found = [fact for rule in asking for fact in self._fired(rule, _joins(rule, rule.patterns), {})]
            new = [fact for fact in found if fact not in self._held]

    def _fired(self, rule: Rule, joins: Sequence[_Join], bound: Bindings) -> list[Any]:
        """Give what a rule concludes from the facts, some of which may be bound already."""
        try:
            return [fact for bindings in self._joined(rule, joins, bound) for fact in self._concluded(rule, bindings)]
        except (NoModelError, RecursionError):
            raise
        except Exception as error:
            msg = f"rule {rule.name} raised {type(error).__name__}: {error}"
            raise NoModelError(msg) from error

    def _joined(self, rule: Rule, joins: Sequence[_Join], bindings: Bindings) -> Iterator[Bindings]:
        """Give the ways to bind all patterns so that all conditions hold."""
        if not joins:
            if self._hold(rule, bindings):
                yield bindings
            return
        join, index = joins[0], joins[0].variable.index
        facts = [bindings[index]] if index in bindings else self._candidates(join, bindings)
        for fact in facts:
            own = {**bindings, index: fact}
            if all(holds(condition, own) for condition in join.conditions):
                yield from self._joined(rule, joins[1:], own)

    def _hold(self, rule: Rule, bindings: Bindings) -> bool:
        """Bind the aggregates, and tell whether the conditions hold that look further than the premises."""
        for aggregate in rule.aggregates:
            matched = list(self.matching(aggregate.inner, bindings))
            if not matched and aggregate.function in ("least", "most"):
                return False
            bindings[aggregate] = folded(aggregate, matched, bindings)
        return all(self._holds(condition, bindings) for condition in self._asked[rule.name])

    def _holds(self, condition: Condition, bindings: Bindings) -> bool:
        match condition:
            case Present(inner):
                return next(self.matching(inner, bindings), None) is not None
            case Absent(inner):
                return next(self.matching(inner, bindings), None) is None
        return holds(condition, bindings)

    def _concluded(self, rule: Rule, bindings: Bindings) -> Iterator[Any]:
        premises = tuple(bindings[variable.index] for variable in rule.patterns)
        for conclusion in rule.conclusions:
            made: Any = conclusion.fact_type
            fact = made(*(evaluate(term, bindings) for _, term in conclusion.terms))
            known = self.derivations.setdefault(fact, set())
            if (rule.name, premises) not in known:
                known.add((rule.name, premises))
                self._found()
                yield fact

    def _found(self) -> None:
        self._derived += 1
        if self._limits.derivations is not None and self._derived > self._limits.derivations:
            msg = f"the limit of {self._limits.derivations:,} derivations was met"
            raise NoModelError(msg)


def _in_order(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Put conditions that can raise last: what the others keep out never gets to them."""
    return tuple(sorted(conditions, key=can_raise))


def _joins(rule: Rule, order: Sequence[Variable]) -> list[_Join]:
    """Say how to join a rule's patterns in an order: each condition is asked as soon as all that it names is bound."""
    open_ = [c for c in rule.conditions if not (can_raise(c) or any(_looks_further(n) for n in walk(c)))]
    made: list[_Join] = []
    bound: frozenset[int] = frozenset()
    for variable in order:
        lookup = _lookup(open_, variable, bound)
        bound |= {variable.index}
        ready = [condition for condition in open_ if variables(condition) <= bound]
        open_ = [condition for condition in open_ if condition not in ready]
        made.append(_Join(variable, lookup, tuple(ready)))
    return made


def _looks_further(node: object) -> bool:
    return isinstance(node, Present | Absent | Aggregate)


def _lookup(conditions: Iterable[Condition], variable: Variable, bound: frozenset[int]) -> tuple[str, Term] | None:
    """Give a field that must equal something that is bound, and that."""
    for condition in conditions:
        match condition:
            case Compare("==", Field(Variable(index), name), other) if index == variable.index:
                pass
            case Compare("==", other, Field(Variable(index), name)) if index == variable.index:
                pass
            case _:
                continue
        is_plain = not can_raise(other) and not any(isinstance(n, Aggregate) for n in walk(other))
        if is_plain and other.kind is not None and variables(other) <= bound:
            return name, other
    return None


def _strata(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Put rules into strata: not below what a rule joins, and above what it looks into."""
    needs = {rule: _needed(rule) for rule in rules}
    levels = dict.fromkeys(rules, 0)
    made = {conclusion.fact_type: 0 for rule in rules for conclusion in rule.conclusions}
    for _ in range(len(rules) + 1):
        before = dict(levels)
        for rule in rules:
            joined, tested = needs[rule]
            levels[rule] = max([made.get(c, 0) for c in joined] + [made.get(c, -1) + 1 for c in tested] + [0])
            for conclusion in rule.conclusions:
                made[conclusion.fact_type] = max(made.get(conclusion.fact_type, 0), levels[rule])
        if levels == before:
            return [[rule for rule in rules if levels[rule] == level] for level in sorted(set(levels.values()))]
    raise PowRulesError("the program is not stratified")


def _needed(rule: Rule) -> tuple[set[type], set[type]]:
    """Give the fact types that a rule joins, and those that it looks into for absences and aggregates."""
    joined = {c for variable in rule.patterns for c in concrete_types(variable.fact_type)}
    tested: set[type] = set()
    for node in (n for top in (*rule.conditions, *rule.aggregates) for n in walk(top)):
        if isinstance(node, Present):
            joined.update(concrete_types(node.inner.variable.fact_type))
        elif isinstance(node, Absent | Aggregate):
            tested.update(concrete_types(node.inner.variable.fact_type))
    return joined, tested

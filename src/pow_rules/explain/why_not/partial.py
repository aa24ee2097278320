"""Partial matches of a rule, and what is unmet in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.derivation import Absence, AggregateValue
from pow_rules.evaluate import evaluate, folded, ground, holds
from pow_rules.explain.why_not.goals import needs, replaced
from pow_rules.explain.why_not.lookups import NEVER, Wanted, value_of
from pow_rules.explain.why_not.unmet import Blocked, Failed
from pow_rules.facts import fact_type
from pow_rules.terms import (
    Absent,
    Aggregate,
    Check,
    Compare,
    Compute,
    Constant,
    Field,
    Inner,
    Missing,
    OneOf,
    Present,
    Variable,
    text,
    walk,
)
from pow_rules.values import exact_equal

if TYPE_CHECKING:
    from pow_rules.explain.why_not.goals import Fit
    from pow_rules.explain.why_not.lookups import Lookups
    from pow_rules.terms import Condition

__all__ = ["Judge", "Partial", "values_of"]

_LISTED = 3


@attrs.define(eq=False, repr=False)
class Partial:
    """A partial match, and what is unmet in it.

    Attributes:
        facts: what is matched, by variable; then what is assumed, and the aggregates' values.
        met: the variables that are matched.
        assumed: the facts that would have to be there, and about which nothing is open, by variable.
        known: for each missing variable what is known of its fields.
        impossible: the missing variables that no fact could be matched with.
        blocked: the absences that do not hold.
        lacking: the `present`s that nothing meets.
        failed: the conditions that do not hold.
        undecided: the conditions that cannot be tested yet.
    """

    facts: dict[Any, Any]
    met: frozenset[int]
    assumed: dict[int, Any] = attrs.field(factory=dict)
    known: dict[int, dict[str, Any]] = attrs.field(factory=dict)
    impossible: set[int] = attrs.field(factory=set)
    blocked: list[Blocked] = attrs.field(factory=list)
    lacking: list[Inner] = attrs.field(factory=list)
    failed: list[Failed] = attrs.field(factory=list)
    undecided: list[Condition] = attrs.field(factory=list)

    @property
    def others(self) -> int:
        """How many parts are unmet besides patterns."""
        return len(self.blocked) + len(self.lacking) + len(self.failed)

    def filled(self, node: Any, *, but: int | None = None) -> Any:
        """Give a term or condition with what is known of missing facts in it.

        Args:
            node: the term or condition.
            but: the index of a variable whose fields stay as they are.
        """

        def instead(part: Any) -> Any:
            match part:
                case Field(Variable(index), name, kind) if index != but and name in self.known.get(index, ()):
                    return Constant(self.known[index][name], kind)
            return None

        return replaced(node, instead) if self.known else node


class Judge:
    """What judges the partial matches of one rule.

    Attributes:
        fit: the rule, and what it has to meet.
        lookups: where facts are looked up.
        wanted: what each pattern's fact has to meet, by variable.
    """

    def __init__(self, fit: Fit, lookups: Lookups) -> None:
        self.fit = fit
        self.lookups = lookups
        patterns = fit.rule.patterns
        self.wanted = {v.index: Wanted(v, [c for c in fit.plain if v.index in needs(c)]) for v in patterns}
        self._inner: dict[Inner, Wanted] = {}

    def judged(self, facts: dict[Any, Any]) -> Partial:
        """Find out what is unmet in a partial match.

        Args:
            facts: the facts matched, by variable.
        """
        found = Partial(dict(facts), frozenset(facts))
        self._assume(found)
        aggregates: dict[Aggregate, AggregateValue] = {}
        for aggregate in self.fit.rule.aggregates:
            self._fold(aggregate, found, aggregates)
        for test in self.fit.tests:
            condition = found.filled(test)
            needed = needs(condition)
            written = found.filled(self.fit.written.get(test, test))
            if needed <= found.facts.keys():
                self._test(condition, written, found, aggregates)
            elif not any(n in aggregates for n in needed - found.facts.keys()):
                found.undecided.append(written)
        return found

    def _assume(self, found: Partial) -> None:
        """Find out what is known of the missing facts; make those of which nothing is open, and assume them."""
        left = [v for v in self.fit.rule.patterns if v.index not in found.met]
        found.known = {v.index: {} for v in left}
        while any([self._infer(v, found) for v in left if v.index not in found.assumed]):  # noqa: C419 - all of them
            for variable in left:
                self._make(variable, found)
        for variable in left:
            self._make(variable, found)
            self._rule_out(variable.index, found)

    def _infer(self, variable: Variable, found: Partial) -> bool:
        """Find values of a missing fact's fields that follow from what is known; tell whether there are new ones."""
        known = found.known[variable.index]
        before = len(known)
        for name, term, _ in self.wanted[variable.index].fixed:
            said = found.filled(term)
            if needs(said) <= found.facts.keys():
                value = value_of(said, found.facts)
                if value is NEVER or not exact_equal(known.setdefault(name, value), value):
                    found.impossible.add(variable.index)
        return len(known) > before

    def _make(self, variable: Variable, found: Partial) -> None:
        """Assume a missing fact, if all its fields are known and it can be."""
        index, described = variable.index, fact_type(variable.fact_type)
        done = found.impossible | found.assumed.keys()
        if index in done or described.abstract or len(found.known[index]) < len(described.fields):
            return
        fact = _made(described.cls, found.known[index])
        known = {**found.facts, index: fact}
        # With what is known of other missing facts, too: of some of these only a field is.
        conditions = [found.filled(condition, but=index) for condition, _ in self.wanted[index].conditions]
        if fact is None or not all(holds(c, known) for c in conditions if needs(c) <= known.keys()):
            found.impossible.add(index)
        else:
            found.assumed[index] = found.facts[index] = fact

    def _rule_out(self, index: int, found: Partial) -> None:
        """Tell that no fact can be all that is known of a missing one, where some of its fields are open."""
        if index in found.assumed:
            return
        conditions = [found.filled(condition) for condition, _ in self.wanted[index].conditions]
        if not all(holds(c, found.facts) for c in conditions if needs(c) <= found.facts.keys()):
            found.impossible.add(index)

    def _fold(self, aggregate: Aggregate, found: Partial, values: dict[Aggregate, AggregateValue]) -> None:
        """Give an aggregate its value, if all it hangs on is known."""
        inner = Inner(aggregate.inner.variable, tuple(map(found.filled, aggregate.inner.conditions)))
        if not needs(attrs.evolve(aggregate, inner=inner)) <= found.facts.keys():
            return
        try:
            facts = self._matching(inner, found, every=True)
            value = (
                folded(aggregate, list(facts), found.facts)
                if facts or aggregate.function in ("count", "total")
                else None
            )
        except Exception as error:  # noqa: BLE001 - what a rule's function raises is told
            facts, value, reason = (), None, f"{text(aggregate)} raised {type(error).__name__}: {error}"
        else:
            reason = "" if value is not None else "there is nothing to choose from"
        pattern = ground(inner, found.facts)
        cls = inner.variable.fact_type
        values[aggregate] = AggregateValue(aggregate.function, cls, pattern, aggregate.value, value, facts)
        if reason:
            found.failed.append(Failed(None, (), (values[aggregate],), reason))
        else:
            found.facts[aggregate] = value

    def _test(
        self, condition: Condition, written: Condition, found: Partial, aggregates: dict[Aggregate, AggregateValue]
    ) -> None:
        """Test a condition of which all is known."""
        try:
            match condition:
                case Absent(inner):
                    facts = self._matching(inner, found)
                    if facts:
                        absence = Absence(inner.variable.fact_type, ground(inner, found.facts))
                        found.blocked.append(Blocked(absence, facts[:_LISTED], len(facts)))
                    return
                case Present(inner):
                    if not self._matching(inner, found):
                        found.lacking.append(inner)
                    return
                case _:
                    if holds(condition, found.facts):
                        return
                    reason = ""
        except Exception as error:  # noqa: BLE001 - as above
            if found.others:
                # The rule would not have come to this condition.
                found.undecided.append(written)
                return
            reason = f"it raised {type(error).__name__}: {error}"
        used = tuple(aggregates[n] for n in dict.fromkeys(walk(condition, inner=False)) if isinstance(n, Aggregate))
        found.failed.append(Failed(written, values_of(written, found.facts), used, reason))

    def _matching(self, inner: Inner, found: Partial, *, every: bool = False) -> tuple[Any, ...]:
        """Give the facts that an inner pattern matches, the assumed ones among them."""
        wanted = self._inner.get(inner)
        if wanted is None:
            wanted = self._inner[inner] = Wanted(inner.variable, inner.conditions)
        facts = self.lookups.found(wanted, found.facts, every=every)
        index, cls = inner.variable.index, inner.variable.fact_type
        assumed = [f for f in dict.fromkeys(found.assumed.values()) if isinstance(f, cls) and f not in facts]
        more = [f for f in assumed if all(holds(c, {**found.facts, index: f}) for c, _ in wanted.conditions)]
        return (*facts, *more)


def _made(cls: type, values: dict[str, Any]) -> Any:
    try:
        return cls(**values)
    except (TypeError, ValueError):
        return None


def values_of(condition: Condition, facts: dict[Any, Any]) -> tuple[tuple[str, Any], ...]:
    """Give what a condition compares, and what that is computed from, with the values."""
    found: dict[str, Any] = {}
    for node in walk(condition, inner=False):
        match node:
            case Compare(_, left, right):
                terms: tuple[Any, ...] = (left, right)
            case OneOf(term) | Missing(term):
                terms = (term,)
            case Check(_, arguments) | Compute(_, arguments):
                terms = arguments
            case Field(base) if not isinstance(base, Variable):
                continue
            case Field():
                terms = (node,)
            case _:
                continue
        for term in terms:
            if not isinstance(term, Constant) and text(term) not in found:
                try:
                    found[text(term)] = evaluate(term, facts)
                except Exception:  # noqa: BLE001, S112 - then it has no value
                    continue
    return tuple(found.items())

"""One rule step checked: whether the rule fires on the facts named below it, and concludes the fact above it.

Each condition is evaluated on the named premises alone. What is said of facts that are not there, and of how many there
are, is asked of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.derivation import AggregateValue
from pow_rules.encoding import encoded_pattern
from pow_rules.evaluate import evaluate, folded, ground, holds
from pow_rules.render.json import encoded_aggregate
from pow_rules.terms import Absent, Field, Present, Variable, can_raise, text, walk
from pow_rules.values import canonical
from pow_rules.verification.comparing import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.rules import Rule
    from pow_rules.terms import Aggregate, Condition, Inner
    from pow_rules.verification.checking import Checking
    from pow_rules.verification.model import Bindings, Model

__all__ = ["check_firing"]

_FACTS = ("given", "conclusion", "seen", "cut")


class _Wrong(Exception):  # noqa: N818 - a way out of a step that is at fault
    """Something is at fault, and noted: what stands on it is not looked at."""


def check_firing(checking: Checking, at: int, rule: Rule) -> None:
    """Check a rule step, of which the rule is known to be the program's.

    Args:
        checking: what is checked, with the facts of the steps and the model.
        at: the number of the step.
        rule: the rule.
    """
    try:
        _Firing(checking, at, rule).check()
    except _Wrong:
        return


class _Firing:
    def __init__(self, checking: Checking, at: int, rule: Rule) -> None:
        self.checking = checking
        self.found = checking.found
        self.at = at
        self.rule = rule
        self.pointer = f"/steps/{at}"
        self.bindings: Bindings = {}

    def check(self) -> None:
        premises, presences, aggregates, absences = self.parts()
        for variable, step in zip(self.rule.patterns, premises, strict=True):
            self.bindings[variable.index] = self.fact(step, variable)
        for aggregate, step in zip(self.rule.aggregates, aggregates, strict=True):
            self.aggregate(aggregate, step)
        looked = iter(presences), iter(absences)
        for condition in sorted(self.rule.conditions, key=can_raise):
            if not isinstance(condition, Present | Absent):
                self.condition(condition)
        for condition in self.rule.conditions:
            match condition:
                case Present(inner):
                    self.presence(inner, next(looked[0]))
                case Absent(inner):
                    self.absence(inner, next(looked[1]))
        self.conclusion()

    def parts(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Give the steps below: premises, presences, aggregates and absences, as many as the rule has."""
        steps, lower = self.checking.steps, self.checking.children[self.at]
        kinds = ["premise" if steps[i]["type"] in _FACTS else steps[i]["type"] for i in lower]
        present, absent = (sum(isinstance(c, kind) for c in self.rule.conditions) for kind in (Present, Absent))
        counts = len(self.rule.patterns), present, len(self.rule.aggregates), absent
        names = ("premise", "presence", "aggregate", "absence")
        if kinds != [name for name, count in zip(names, counts, strict=True) for _ in range(count)]:
            expected = ", ".join(_counted(c, n) for c, n in zip(counts, names, strict=True) if c) or "nothing"
            self.wrong(
                self.pointer, f"{expected} below rule {self.rule.name}, in this order", ", ".join(kinds) or "nothing"
            )
        ends = [sum(counts[: i + 1]) for i in range(4)]
        return lower[: ends[0]], lower[ends[0] : ends[1]], lower[ends[1] : ends[2]], lower[ends[2] :]

    def fact(self, step: int, variable: Variable) -> Any:
        """Give the fact of a step, which must be of a variable's type."""
        fact = self.checking.facts[step]
        if fact is None:
            raise _Wrong
        if not isinstance(fact, variable.fact_type):
            expected = f"a fact of type {variable.fact_type.__name__}, as {self.rule.name} asks with {variable.name}"
            self.wrong(f"/steps/{step}/fact/type", expected, told(type(fact).__name__))
        return fact

    def condition(self, condition: Condition) -> None:
        if not self.holds(condition, self.bindings, self.pointer):
            self.wrong(self.pointer, f"{text(condition)}, as rule {self.rule.name} asks", self.values(condition))

    def matches(self, inner: Inner, step: int) -> Any:
        """Give the fact of a step, which an inner pattern must match."""
        fact = self.fact(step, inner.variable)
        own = {**self.bindings, inner.variable.index: fact}
        for condition in sorted(inner.conditions, key=can_raise):
            if not self.holds(condition, own, f"/steps/{step}/fact"):
                what = f"{text(condition, inner.variable.index)}, as {self.rule.name} asks of {inner.variable.name}"
                self.wrong(f"/steps/{step}/fact", what, told(str(fact)))
        return fact

    # ---- what looks further than the premises ------------------------------------------------------------------

    def aggregate(self, aggregate: Aggregate, step: int) -> None:
        facts = [self.matches(aggregate.inner, lower) for lower in self.checking.children[step]]
        pointer = f"/steps/{step}"
        if facts != sorted(set(facts), key=canonical):
            self.wrong(pointer, "the facts below an aggregate in order, and each once", told([str(f) for f in facts]))
        if not facts and aggregate.function in ("least", "most"):
            self.wrong(pointer, f"a fact to take the {aggregate.function} of", "none")
        self.bindings[aggregate] = self.evaluated(lambda: folded(aggregate, facts, self.bindings), pointer)
        pattern = ground(aggregate.inner, self.bindings)
        value = AggregateValue(
            aggregate.function, aggregate.inner.variable.fact_type, pattern, aggregate.value, self.bindings[aggregate],
            tuple(facts),
        )  # fmt: skip
        raw = self.checking.steps[step]
        for name, expected in encoded_aggregate(value).items():
            if not self.found.same(f"{pointer}/{name}", expected, raw[name]):
                raise _Wrong

        def is_all(model: Model) -> None:
            missed = set(model.matching(aggregate.inner, self.bindings)) - set(facts)
            if missed:
                expected = f"{told(str(min(missed, key=canonical)))} among the facts, because it matches as well"
                self.found.fault(f"{pointer}/facts", expected, told(raw["text"]))

        self.checking.ask(pointer, "that it goes over all facts that match", is_all, of_told=True)

    def presence(self, inner: Inner, step: int) -> None:
        pointer, raw = f"/steps/{step}", self.checking.steps[step]
        self.found.same(f"{pointer}/pattern", encoded_pattern(ground(inner, self.bindings)), raw["pattern"])
        witnesses = self.checking.children[step]
        if len(witnesses) != 1 or self.checking.steps[witnesses[0]]["type"] not in _FACTS:
            self.wrong(pointer, "one fact that matches below it", _counted(len(witnesses), "step"))
        self.matches(inner, witnesses[0])

        def count(model: Model) -> None:
            self.found.same(f"{pointer}/count", sum(1 for _ in model.matching(inner, self.bindings)), raw["count"])

        if raw["count"] < 1:
            self.found.fault(f"{pointer}/count", "1 or more", told(raw["count"]))
        else:
            self.checking.ask(f"{pointer}/count", f"that so many facts match {told(raw['pattern']['text'])}", count)

    def absence(self, inner: Inner, step: int) -> None:
        pointer = f"/steps/{step}"
        self.found.same(
            f"{pointer}/pattern", encoded_pattern(ground(inner, self.bindings)), self.checking.steps[step]["pattern"]
        )

        def none(model: Model) -> None:
            fact = min(model.matching(inner, self.bindings), key=canonical, default=None)
            if fact is not None:
                self.found.fault(pointer, "that nothing matches", told(str(fact)))

        self.checking.ask(pointer, f"that there is {text(Absent(ground(inner, self.bindings)))}", none, of_told=True)

    def conclusion(self) -> None:
        """Compare the fact above with what the rule concludes."""
        above = self.checking.parents[self.at]
        fact = self.checking.facts[above]
        if fact is None:
            raise _Wrong
        made = [self.concluded(conclusion) for conclusion in self.rule.conclusions]
        if fact not in made:
            expected = " or ".join(told(str(one)) for one in made)
            self.wrong(f"/steps/{above}/fact", f"{expected}, as {self.rule.name} concludes here", told(str(fact)))

    def concluded(self, conclusion: Any) -> Any:
        def make() -> Any:
            return conclusion.fact_type(*(evaluate(term, self.bindings) for _, term in conclusion.terms))

        return self.evaluated(make, self.pointer)

    # ---- evaluating --------------------------------------------------------------------------------------------

    def holds(self, condition: Condition, bindings: Bindings, pointer: str) -> bool:
        return bool(self.evaluated(lambda: holds(condition, bindings), pointer))

    def evaluated(self, what: Callable[[], Any], pointer: str) -> Any:
        """Evaluate something on the facts named: whatever it raises is a fault of what is named."""
        try:
            return what()
        except Exception as error:  # noqa: BLE001 - as the docstring says
            self.wrong(
                pointer, f"facts that rule {self.rule.name} can be applied to", f"{type(error).__name__}: {error}"
            )

    def values(self, condition: Condition) -> str:
        """Tell what the fields have to do with a condition."""
        terms = dict.fromkeys(n for n in walk(condition) if isinstance(n, Field))
        shown = [f"{text(term)} = {canonical(evaluate(term, self.bindings))}" for term in terms]
        return told(", ".join(shown)) if shown else "none of it"

    def wrong(self, pointer: str, expected: str, got: str) -> Any:
        self.found.fault(pointer, expected, got)
        raise _Wrong


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"

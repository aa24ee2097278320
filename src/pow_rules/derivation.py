"""Derivations: one firing of a rule, as users see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.record import Record
from pow_rules.terms import Inner, Term, pattern_text, text
from pow_rules.values import canonical, keyed

if TYPE_CHECKING:
    from pow_rules.rules import Rule

__all__ = ["Absence", "AggregateValue", "Derivation", "Presence"]


@attrs.frozen(repr=False)
class Absence(Record):
    """A ground pattern that had to have no match. Prints as `no Settled(prisoner='Ri')`."""

    fact_type: type
    pattern: Inner

    def __str__(self) -> str:
        return f"no {pattern_text(self.pattern)}"


@attrs.frozen(repr=False)
class Presence(Record):
    """A ground pattern that had to have some match. Prints as `some Settled(prisoner='Ri')`."""

    fact_type: type
    pattern: Inner

    def __str__(self) -> str:
        return f"some {pattern_text(self.pattern)}"


@attrs.frozen(repr=False)
class AggregateValue(Record):
    """An aggregate, what it came to, and the facts that it went over (in canonical order).

    Prints as `count(Holding(company='X')) = 3`.
    """

    function: str
    fact_type: type
    pattern: Inner
    over: Term | None
    value: Any = attrs.field(eq=keyed)
    facts: tuple[Any, ...]

    def __str__(self) -> str:
        over = "" if self.over is None else f"{text(self.over, self.pattern.variable.index)} of "
        return f"{self.function}({over}{pattern_text(self.pattern)}) = {canonical(self.value)}"


@attrs.frozen(repr=False)
class Derivation(Record):
    """One firing of a rule.

    Attributes:
        rule: the rule.
        conclusion: the fact concluded.
        premises: the facts matched, in the order of the rule's parameters.
        absences: what had to be absent, as ground patterns.
        presences: what had to be there without being a premise by itself, as ground patterns.
        aggregates: the aggregates used, with their values and the facts they went over.
    """

    rule: Rule
    conclusion: Any
    premises: tuple[Any, ...]
    absences: tuple[Absence, ...] = ()
    presences: tuple[Presence, ...] = ()
    aggregates: tuple[AggregateValue, ...] = ()

    @property
    def order(self) -> tuple[str, tuple[str, ...]]:
        """What derivations are sorted by: the rule's name, then the premises in canonical form."""
        return self.rule.name, tuple(map(canonical, self.premises))

    def __str__(self) -> str:
        parts = [*map(str, self.premises), *map(str, self.absences), *map(str, self.presences)]
        parts += map(str, self.aggregates)
        return f"{self.conclusion} by {self.rule.name} from {'; '.join(parts) or 'nothing'}"

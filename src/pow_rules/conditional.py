"""Conditionals: what rules and constraints have in common, patterns and conditions, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from pow_rules.record import Record
from pow_rules.terms import Absent, Aggregate, Condition, Present, Term, Variable, text, walk

if TYPE_CHECKING:
    from pow_rules.location import Location

__all__ = ["Conclusion", "Conditional"]


@attrs.frozen(repr=False)
class Conclusion(Record):
    """A fact that a rule concludes: its type, and a term for every field, in order."""

    fact_type: type
    terms: tuple[tuple[str, Term], ...]

    def __str__(self) -> str:
        inner = ", ".join(f"{name}={text(term)}" for name, term in self.terms)
        return f"{self.fact_type.__name__}({inner})"


@attrs.frozen(eq=False, repr=False)
class Conditional:
    """Conditions over typed facts: a rule, which concludes something of them, or a constraint, which does not.

    Attributes:
        noun: which of the two it is, as messages name it.
    """

    noun: ClassVar[str]

    name: str
    statement: str
    attribution: str | None
    cites: tuple[str, ...]
    patterns: tuple[Variable, ...]
    conditions: tuple[Condition, ...]
    conclusions: tuple[Conclusion, ...]
    aggregates: tuple[Aggregate, ...]
    location: Location

    @property
    def fact_types(self) -> tuple[type, ...]:
        """Every fact type that it mentions, abstract ones too, in the order of mention."""
        found = dict.fromkeys(v.fact_type for v in self.patterns)
        for node in (n for top in (*self.conditions, *self.aggregates) for n in walk(top)):
            if isinstance(node, Present | Absent | Aggregate):
                found[node.inner.variable.fact_type] = None
        found.update(dict.fromkeys(c.fact_type for c in self.conclusions))
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of it besides, each in a line."""
        return ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __str__(self) -> str:
        lines = [f"{self.noun} {self.name}: {self.statement}".rstrip(": ")]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  for {v.name}: {v.fact_type.__name__}" for v in self.patterns]
        lines += [f"  where {text(condition)}" for condition in self.conditions]
        lines += [f"  conclude {conclusion}" for conclusion in self.conclusions]
        return "\n".join(lines)

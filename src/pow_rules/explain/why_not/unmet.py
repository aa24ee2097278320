"""What holds a rule back: the parts of an attempt to conclude something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from pow_rules.record import Record
from pow_rules.terms import Field, text, walk
from pow_rules.values import canonical

if TYPE_CHECKING:
    from pow_rules.derivation import Absence, AggregateValue
    from pow_rules.explain.why_not.answer import WhyNot
    from pow_rules.rules import Conclusion, Rule
    from pow_rules.terms import Condition, Inner

__all__ = ["Attempt", "Blocked", "Failed", "Met", "Misfit", "Missing", "Near", "Nearly", "fields_in"]


@attrs.frozen(repr=False)
class Met(Record):
    """A premise that is met: the rule's parameter, and the fact that it was matched with."""

    name: str
    fact: Any


@attrs.frozen(repr=False)
class Near(Record):
    """A fact that meets a pattern but for one condition: which, and what its fields are instead."""

    fact: Any
    condition: Condition
    values: tuple[tuple[str, Any], ...]

    @property
    def note(self) -> str:
        """What differs, in words."""
        return ", ".join(f"{name} is {canonical(value)}" for name, value in self.values)


@attrs.frozen(repr=False)
class Nearly(Record):
    """The facts that nearly meet a pattern.

    Attributes:
        facts: the first of them, in canonical order.
        left_out: how many more were found.
        is_complete: whether all were looked for; not so where it would have meant to go through too many.
    """

    facts: tuple[Near, ...] = ()
    left_out: int = 0
    is_complete: bool = True


@attrs.frozen(repr=False)
class Missing(Record):
    """A premise, or a `present`, that no fact meets.

    Attributes:
        name: the rule's parameter; for a `present` an empty string.
        pattern: what would meet it, with everything put into values that is known.
        fact: the very fact, where the pattern leaves nothing open.
        may_be_asserted: whether the program lets one assert facts of that type.
        is_possible: whether a fact can meet it at all: not where it would have to be two things at once.
        nearly: the facts that nearly meet it.
        questions: the texts of the program's open questions to which a fact that would meet it is an answer.
        following: what became of the question why it is missing: "" where no rule concludes such facts, "below" where
            it is answered in `below`, "above" where it is answered further up, "cut" where it was not followed.
        below: why it is missing in turn.
    """

    name: str
    pattern: Inner
    fact: Any
    may_be_asserted: bool
    is_possible: bool = True
    nearly: Nearly = Nearly()
    questions: tuple[str, ...] = ()
    following: Literal["", "below", "above", "cut"] = ""
    below: WhyNot | None = attrs.field(default=None, eq=False)


@attrs.frozen(repr=False)
class Blocked(Record):
    """An absence that does not hold: the first facts in the way, in canonical order, and how many there are."""

    absence: Absence
    facts: tuple[Any, ...]
    count: int


@attrs.frozen(repr=False)
class Failed(Record):
    """A condition that does not hold.

    Attributes:
        condition: the condition as the rule says it; None where an aggregate has nothing to take the least or most of.
        values: what it compares, with the values.
        aggregates: the aggregates in it.
        reason: what it raised, or what else there is to say.
    """

    condition: Condition | None
    values: tuple[tuple[str, Any], ...] = ()
    aggregates: tuple[AggregateValue, ...] = ()
    reason: str = ""


@attrs.frozen(repr=False)
class Misfit(Record):
    """A rule's conclusion that is of the right type, and can never be what was asked for."""

    rule: Rule
    conclusion: Conclusion
    reason: str


@attrs.frozen(repr=False)
class Attempt(Record):
    """How far a rule gets on the way to what was asked for.

    It is a match of as many of the rule's patterns as fit together; of these, one whose missing premises some fact
    could meet, if there is one, and then one that leaves the fewest other parts unmet. Where a missing premise leaves
    nothing open, the rest is judged as if it were there.

    Attributes:
        rule: the rule.
        conclusion: that of its conclusions which would be it.
        met: the premises that are met.
        missing: the premises, and the `present`s, that are not.
        blocked: the absences that do not hold.
        failed: the conditions that do not hold.
        undecided: the conditions that hang on missing premises of which not all is known.
        is_complete: whether all matches were gone through; if not, there may be a nearer one.
    """

    rule: Rule
    conclusion: Conclusion
    met: tuple[Met, ...]
    missing: tuple[Missing, ...]
    blocked: tuple[Blocked, ...]
    failed: tuple[Failed, ...]
    undecided: tuple[Condition, ...]
    is_complete: bool

    @property
    def unmet(self) -> int:
        """How many parts of the rule are not met."""
        return len(self.missing) + len(self.blocked) + len(self.failed)

    @property
    def is_possible(self) -> bool:
        """Whether a fact could meet each missing premise."""
        return all(missing.is_possible for missing in self.missing)


def fields_in(condition: Condition, index: int) -> dict[str, Field]:
    """Give the fields of a variable that a condition mentions, those of facts in fields too, by their text.

    Args:
        condition: the condition.
        index: the variable's index.
    """
    found: dict[str, Field] = {}
    for node in walk(condition, inner=False):
        base: Any = node
        while isinstance(base, Field):
            base = base.base
        if isinstance(node, Field) and getattr(base, "index", None) == index:
            found.setdefault(text(node, index), node)
    return {name: f for name, f in found.items() if not any(other.startswith(f"{name}.") for other in found)}

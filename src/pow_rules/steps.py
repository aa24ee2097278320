"""The steps of an answer: flat, in the order in which they are printed, each as deep as it stands in the tree.

A trace is made of the first eight kinds. The other answers (why not, supports, smallest changes, contradictions,
comparisons) also have headings, facts and patterns in some role, conditions with the values that they had, and notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from pow_rules.record import Record

if TYPE_CHECKING:
    from pow_rules.constraints import Constraint
    from pow_rules.derivation import Absence, AggregateValue, Presence
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation, Source
    from pow_rules.terms import Inner

__all__ = [
    "AbsenceStep", "AggregateStep", "ConclusionStep", "ConditionStep", "CutStep", "FactStep", "GivenStep",
    "HeadingStep", "NoteStep", "PatternStep", "PresenceStep", "Role", "RuleStep", "Said", "SeenStep", "Step",
]  # fmt: skip

Role = Literal[
    "given", "met", "missing", "in the way", "nearly", "to assert", "to retract", "new", "gone", "as before",
    "at fault", "weaker",
]  # fmt: skip
"""What a fact or a pattern is in an answer."""


class _Told:
    """What one step says; its representation names what it is about."""

    __slots__ = ()

    def __repr__(self) -> str:
        about = next(iter(self.__slots__), "")
        return f"<{type(self).__name__} {getattr(self, about, None)!r}>"


@attrs.frozen(repr=False)
class GivenStep(_Told):
    """A fact that is given, by whom, and how strongly; `concluded` tells whether a rule concludes it as well."""

    fact: Any
    attestations: tuple[Attestation, ...]
    concluded: bool

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are named."""
        return tuple(said.source for said in self.attestations if said.source is not None)


@attrs.frozen(repr=False)
class ConclusionStep(_Told):
    """A fact that is concluded, by the rule steps one level below it.

    `shown` of its `derivations` are in the trace; `given` tells whether it is given as well.
    """

    fact: Any
    hedges: tuple[str, ...]
    shown: int
    derivations: int
    attestations: tuple[Attestation, ...]
    given: bool

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are named."""
        return tuple(said.source for said in self.attestations if said.source is not None)


@attrs.frozen(repr=False)
class RuleStep(_Told):
    """A rule that concludes the fact above, or a constraint that is broken; what it rests on stands one level below."""

    rule: Rule | Constraint


@attrs.frozen(repr=False)
class SeenStep(_Told):
    """A fact that is explained further up, at the numbered step."""

    fact: Any
    at: int


@attrs.frozen(repr=False)
class CutStep(_Told):
    """A conclusion whose derivation is not shown, because of `depth` or `size`."""

    fact: Any


@attrs.frozen(repr=False)
class AbsenceStep(_Told):
    """A pattern that had to have no match."""

    absence: Absence


@attrs.frozen(repr=False)
class PresenceStep(_Told):
    """A pattern that had to have some match: how many there are; the lowest stands one level below."""

    presence: Presence
    count: int


@attrs.frozen(repr=False)
class AggregateStep(_Told):
    """An aggregate and its value; the facts that it went over stand one level below."""

    aggregate: AggregateValue


@attrs.frozen(repr=False)
class HeadingStep(_Told):
    """A heading over what stands one level below, with a note at its right."""

    text: str
    note: str = ""


@attrs.frozen(repr=False)
class FactStep(_Told):
    """A fact in a role, with a note where there is more to say of it."""

    fact: Any
    role: Role
    note: str = ""


@attrs.frozen(repr=False)
class PatternStep(_Told):
    """A pattern in a role: what would have to match, or must not."""

    pattern: Inner
    role: Role
    note: str = ""


@attrs.frozen(repr=False)
class ConditionStep(_Told):
    """A condition as the rule says it, with the values of what it compares, and whether it holds."""

    condition: str
    values: tuple[tuple[str, Any], ...]
    holds: bool


@attrs.frozen(repr=False)
class NoteStep(_Told):
    """Something said in plain words."""

    text: str


Said = (
    GivenStep
    | ConclusionStep
    | RuleStep
    | SeenStep
    | CutStep
    | AbsenceStep
    | PresenceStep
    | AggregateStep
    | HeadingStep
    | FactStep
    | PatternStep
    | ConditionStep
    | NoteStep
)


@attrs.frozen(repr=False)
class Step(Record):
    """One line of an answer: what it says, and how deep it stands."""

    depth: int
    said: Said

"""Comparisons: what changed in the justification of facts between two sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.explain.answer import Answer
from pow_rules.facts import fact_type_of
from pow_rules.record import Record

if TYPE_CHECKING:
    from pow_rules.derivation import AggregateValue, Derivation, Presence
    from pow_rules.session.asking import Asking
    from pow_rules.sources import Attestation, Source
    from pow_rules.steps import Step

__all__ = ["ChangedDerivation", "Comparison", "FactComparison", "compare"]


@attrs.frozen(repr=False)
class ChangedDerivation(Record):
    """A derivation that only one of two sessions has, and what it lacks in the other.

    Attributes:
        derivation: the derivation, in the session that has it.
        lacking: its premises that do not hold in the other.
        missing: what has to be there for it, and is not in the other.
        blocking: the facts that hold in the other, and that it needs the absence of.
        outdated: its aggregates that come out differently in the other: each as it is here, and as it is there; None
            where there is nothing to take the least or most of.
        rule_change: how its rule differs in the other's program; empty where it does not.
    """

    derivation: Derivation
    lacking: tuple[Any, ...] = ()
    missing: tuple[Presence, ...] = ()
    blocking: tuple[Any, ...] = ()
    outdated: tuple[tuple[AggregateValue, AggregateValue | None], ...] = ()
    rule_change: str = ""


@attrs.frozen(repr=False)
class FactComparison(Record):
    """A fact in two sessions. True where something about it differs.

    Attributes:
        fact: the fact.
        level: how many derivations below the fact asked for it stands; 0 for that one, and where all are compared.
        holds: whether it holds before, and after.
        attestations: what is said of it before, and after, and by whom: empty where it is not given.
        gone: the derivations that it has before only.
        new: the derivations that it has after only.
        same: the derivations that it has in both.
    """

    fact: Any
    level: int
    holds: tuple[bool, bool]
    attestations: tuple[tuple[Attestation, ...], tuple[Attestation, ...]]
    gone: tuple[ChangedDerivation, ...]
    new: tuple[ChangedDerivation, ...]
    same: tuple[Derivation, ...]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.is_given_otherwise or self.holds[0] != self.holds[1])

    @property
    def is_given_otherwise(self) -> bool:
        """Whether other sources give it, or the same ones say it otherwise."""
        return self.attestations[0] != self.attestations[1]

    @property
    def sources(self) -> tuple[tuple[Source | None, ...], tuple[Source | None, ...]]:
        """By whom it is given before, and after: empty where it is not, None among them where nobody is named."""
        before, after = (tuple(said.source for said in side) for side in self.attestations)
        return before, after

    @property
    def word(self) -> Literal["new", "gone", "changed", "as before", "in neither"]:
        """What became of it."""
        match self.holds:
            case (False, False):
                return "in neither"
            case (False, True):
                return "new"
            case (True, False):
                return "gone"
        return "changed" if self else "as before"

    @property
    def is_beginning(self) -> bool:
        """Whether a difference begins here: it is given otherwise, or a rule of it is not the same."""
        changed = any(c.rule_change for c in (*self.gone, *self.new))
        return changed or self.is_given_otherwise


@attrs.frozen(repr=False)
class Comparison(Answer):
    """What differs between two sessions, in one fact and what it rests on, or in all facts. True where something does.

    Attributes:
        fact: the fact asked for; None where all were compared.
        facts: the facts that differ; where one was asked for, it first, whether it differs or not, and then those that
            it rests on, the nearest first; in canonical order otherwise.
        same: how many facts hold in both and do not differ, where all were compared; else 0.
        untold: how many more facts differ that are not among `facts` because of `size`.
    """

    kind: ClassVar[str] = "comparison"

    fact: Any
    facts: tuple[FactComparison, ...]
    same: int
    untold: int

    def __bool__(self) -> bool:
        return bool(self.untold) or any(self.facts)

    def __repr__(self) -> str:
        about = "all facts" if self.fact is None else repr(self.fact)
        return f"<Comparison of {about}: {sum(map(bool, self.facts)) + self.untold:,} differ>"

    @property
    def new(self) -> tuple[Any, ...]:
        """The facts that hold after, and not before."""
        return tuple(found.fact for found in self.facts if found.word == "new")

    @property
    def gone(self) -> tuple[Any, ...]:
        """The facts that hold before, and not after."""
        return tuple(found.fact for found in self.facts if found.word == "gone")

    @property
    def changed(self) -> tuple[Any, ...]:
        """The facts that hold in both, for other reasons."""
        return tuple(found.fact for found in self.facts if found.word == "changed")

    @property
    def beginnings(self) -> tuple[FactComparison, ...]:
        """The facts at which the difference begins: given otherwise, or by a rule that is not the same."""
        return tuple(found for found in self.facts if found and found.is_beginning)

    @property
    def cut(self) -> int:
        """How much is not shown: the facts that are only counted."""
        return self.untold

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps."""
        from pow_rules.explain.comparison.steps import comparison_steps  # noqa: PLC0415 - only printing needs it

        return comparison_steps(self)


def compare(before: Asking, after: Asking, fact: Any = None, *, size: int | None = 10_000) -> Comparison:
    """Tell what changed in the justification of a fact, or of all, between two sessions.

    To compare two states of one session, keep the earlier one: `before = session.fork()` costs next to nothing, and
    what a fork and its session still share is not gone through here. The sessions may have different programs, as
    where a rule was rewritten: rules are the same where name, statement and hedge are; fact types must be the same
    classes.

    A derivation is the same where its rule, premises, presences, absences, and aggregates with their values and the
    facts that they went over are. A derivation that only one session has is told with what it lacks in the other. With
    a fact, all that it rests on is followed down, in either session: premises, what a presence found, what an aggregate
    went over, and what is in the way of an absence.

    Args:
        before: a session.
        after: another one.
        fact: the fact; None for all facts that hold in one or the other.
        size: how many facts that differ to tell of; None for all. More are counted.

    Returns:
        The comparison, which is false where nothing differs. A fact that holds in neither is said to.

    Raises:
        ArgumentTypeError: if one of the two is no session.
        NotAFactError: if `fact` is no fact.
        ArgumentValueError: if the programs have different fact types of one name, or for a size below 1.
        SessionBusyError: in the middle of a call of one of the sessions.

    >>> from pow_rules import Program, Session, conclude, fact, rule
    >>> @fact
    ... class Asked:
    ...     \"\"\"{who} is asked\"\"\"
    ...     who: str
    >>> @fact
    ... class Heard:
    ...     \"\"\"{who} has heard of it\"\"\"
    ...     who: str
    >>> @rule
    ... def asking_is_heard(a: Asked) -> None:
    ...     conclude(Heard, who=a.who)
    >>> session = Session(Program([asking_is_heard]), [Asked("Kyiv")])
    >>> before = session.fork()
    >>> change = session.assert_fact(Asked("Seoul"))
    >>> compare(before, session).new
    (Asked(who='Seoul'), Heard(who='Seoul'))
    """
    from pow_rules.explain.comparison.comparing import Comparing  # noqa: PLC0415 - as above
    from pow_rules.session.asking import Asking  # noqa: PLC0415 - sessions are made of what stands above and below this

    for name, session in (("before", before), ("after", after)):
        if not isinstance(cast("object", session), Asking):
            msg = f"compare({name}=...): expected a Session, got {session!r}"
            raise ArgumentTypeError(msg)
    if fact is not None:
        fact_type_of(fact)
    if size is not None and size < 1:
        msg = f"size: expected 1 or more, or None, got {size!r}"
        raise ArgumentValueError(msg)
    for session in (before, after):
        session._updates.settled()  # noqa: SLF001 - a question to two sessions cannot be a method of both
    logs = before._log, after._log  # noqa: SLF001 - as above
    names = {cls.__name__: cls for cls in logs[0].schema.numbers}
    for cls in logs[1].schema.numbers:
        if names.get(cls.__name__, cls) is not cls:
            msg = (
                f"compare: the programs have two fact types named {cls.__name__}: {names[cls.__name__]!r} before and"
                f" {cls!r} after; their facts are never equal"
            )
            raise ArgumentValueError(msg)
    comparing = Comparing(logs, size)
    return comparing.of_all() if fact is None else comparing.of_one(fact)

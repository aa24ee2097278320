"""Changes: what one call made of a session."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.record import Record

if TYPE_CHECKING:
    from typing import Protocol

    from pow_rules.derivation import AggregateValue, Derivation, Presence
    from pow_rules.sources import Given

    class Told(Protocol):
        """What a change is read from, when it is read."""

        def asserted(self) -> tuple[Any, ...]: ...
        def retracted(self) -> tuple[Any, ...]: ...
        def attested(self) -> tuple[Given, ...]: ...
        def recanted(self) -> tuple[Given, ...]: ...
        def concluded(self) -> tuple[Any, ...]: ...
        def withdrawals(self) -> tuple[Withdrawal, ...]: ...


__all__ = ["Change", "LostDerivation", "Withdrawal"]

_SHOWN = 40


@attrs.frozen(repr=False)
class LostDerivation(Record):
    """A derivation that was recorded before a call and is not after it, and what it lacks now.

    Attributes:
        derivation: the derivation as it was.
        gone: the premises that hold no longer.
        missing: what had to be there for it, and is no longer.
        blocking: the facts that hold now, and that it needed the absence of.
        outdated: the aggregates that come out differently now, as they were.
    """

    derivation: Derivation
    gone: tuple[Any, ...] = ()
    missing: tuple[Presence, ...] = ()
    blocking: tuple[Any, ...] = ()
    outdated: tuple[AggregateValue, ...] = ()

    @property
    def reason(self) -> str:
        """What it lacks, in words."""
        parts: list[str] = []
        if self.gone or self.missing:
            parts.append(f"gone: {'; '.join(map(str, (*self.gone, *self.missing)))}")
        if self.blocking:
            parts.append(f"in the way: {'; '.join(map(str, self.blocking))}")
        if self.outdated:
            parts.append(f"was: {'; '.join(map(str, self.outdated))}")
        return "; ".join(parts)

    def __str__(self) -> str:
        return f"by {self.derivation.rule.name}; {self.reason}"


@attrs.frozen(repr=False)
class Withdrawal(Record):
    """A conclusion that fell, and the derivations that it lost.

    Attributes:
        fact: the conclusion.
        lost: the derivations that it had before the call, by rule name and then by premises.
    """

    fact: Any
    lost: tuple[LostDerivation, ...]

    def lines(self) -> list[str]:
        """What it rested on, a line for each derivation; those that read alike are counted."""
        counted = Counter(map(str, self.lost))
        return [line if times == 1 else f"{line} ({times} derivations)" for line, times in counted.items()]

    def __str__(self) -> str:
        return "\n".join([str(self.fact), *(f"  {line}" for line in self.lines())])


@attrs.frozen(slots=False, eq=False, repr=False)
class Change:
    """What one call changed. The facts are made when they are first looked at.

    It prints itself: what was asserted and retracted, who else says what is given or no longer does, what follows now,
    and what fell, with the derivations that it lost. It is true unless it prints `no change`; nothing follows, and
    nothing falls, where only `attested` and `recanted` have something in them.
    """

    _told: Told

    @cached_property
    def asserted(self) -> tuple[Any, ...]:
        """The facts that are newly given."""
        return self._told.asserted()

    @cached_property
    def retracted(self) -> tuple[Any, ...]:
        """The facts that were given, and are no longer; one that is still concluded holds all the same."""
        return self._told.retracted()

    @cached_property
    def attested(self) -> tuple[Given, ...]:
        """What is newly said of facts that were given and still are: by another source, or otherwise."""
        return self._told.attested()

    @cached_property
    def recanted(self) -> tuple[Given, ...]:
        """What is no longer said, by that source or in that way, of facts that were given and still are."""
        return self._told.recanted()

    @cached_property
    def concluded(self) -> tuple[Any, ...]:
        """The facts that hold now, did not before, and were not asserted by the call."""
        return self._told.concluded()

    @cached_property
    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """The conclusions that held before and hold no longer, each with the derivations that it lost."""
        return self._told.withdrawals()

    @property
    def withdrawn(self) -> tuple[Any, ...]:
        """The conclusions that held before, and hold no longer."""
        return tuple(withdrawal.fact for withdrawal in self.withdrawals)

    def __bool__(self) -> bool:
        given = self.asserted or self.retracted or self.attested or self.recanted
        return bool(given or self.concluded or self.withdrawals)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return NotImplemented
        return self._parts() == other._parts()

    __hash__ = None  # type: ignore[assignment]

    def _parts(self) -> tuple[tuple[Any, ...], ...]:
        return self.asserted, self.retracted, self.attested, self.recanted, self.concluded, self.withdrawals

    def __repr__(self) -> str:
        words = ("asserted", "retracted", "attested", "recanted", "concluded", "withdrawn")
        told = zip(self._parts(), words, strict=True)
        parts = [f"{len(part)} {word}" for part, word in told if part or word not in ("attested", "recanted")]
        return f"<Change: {', '.join(parts)}>"

    def __str__(self) -> str:
        lines: list[str] = []
        for word, facts in (
            ("asserted", self.asserted), ("retracted", self.retracted), ("attested", self.attested),
            ("recanted", self.recanted), ("concluded", self.concluded),
        ):  # fmt: skip
            for fact in facts[:_SHOWN]:
                lines += _wrapped(f"{word:<9}  {fact}", 13)
            lines += _unshown(word, facts)
        for withdrawal in self.withdrawals[:_SHOWN]:
            lines += _wrapped(f"withdrawn  {withdrawal.fact}", 13)
            for line in withdrawal.lines():
                lines += _wrapped(f"{'':<11}{line}", 15)
        lines += _unshown("withdrawn", self.withdrawals)
        return "\n".join(lines) or "no change"


def _wrapped(text: str, indent: int) -> list[str]:
    from textwrap import wrap  # noqa: PLC0415 - only printing needs it

    return wrap(text, 80, subsequent_indent=" " * indent)


def _unshown(word: str, facts: tuple[Any, ...]) -> list[str]:
    return [f"{word:<9}  ... and {len(facts) - _SHOWN:,} more"] if len(facts) > _SHOWN else []

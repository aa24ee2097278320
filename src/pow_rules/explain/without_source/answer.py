"""What falls and what weakens without a source, as data that prints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.explain.answer import Answer
from pow_rules.record import Record
from pow_rules.sources import attestation_of, by_whom
from pow_rules.steps import FactStep, HeadingStep, NoteStep, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.change import Change
    from pow_rules.hedges import Hedge
    from pow_rules.sources import Given

__all__ = ["Weakened", "WithoutSource", "without_source_steps"]

_SHOWN = 100
"""How many facts are shown under one heading."""

Names = tuple[str | None, ...]


@attrs.frozen(repr=False)
class Weakened(Record):
    """A fact that holds on, with a weaker hedge or on the word of fewer origins.

    Attributes:
        fact: the fact.
        hedges: how strongly it may be said before, and after; see `Session.strength`.
        origins: the origins that it rests on before, and after; see `Session.origins`. Both are empty where they were
            not looked for, for want of time or room.
        lines: on how many independent lines of origins it rests before, and after; both 0 where that is not known.
    """

    fact: Any
    hedges: tuple[Hedge, Hedge]
    origins: tuple[Names, Names]
    lines: tuple[int, int] = (0, 0)

    @property
    def note(self) -> str:
        """What became weaker, in words."""
        parts: list[str] = []
        before, after = self.hedges
        if before != after:
            parts.append(f"{after}, was {before}")
        had, has = map(len, self.origins)
        if has < had:
            parts.append(f"{'1 origin' if has == 1 else f'{has:,} origins'}, had {had:,}")
        # Where each origin is enough by itself, that is said already.
        if self.lines[1] < self.lines[0] and self.lines != (had, has):
            had, has = self.lines
            parts.append(f"{'1 independent line' if has == 1 else f'{has:,} independent lines'}, had {had:,}")
        return "; ".join(parts)


@attrs.frozen(repr=False)
class WithoutSource(Answer):
    """What would become of a session without some sources. True where they say anything.

    Attributes:
        asked: which sources, in words.
        dropped: what they say: all that would go, in order.
        change: what would follow, as from retracting it. Its `retracted` are the facts that nobody else gives, its
            `withdrawals` the conclusions that fall, its `concluded` what comes to hold because something is gone.
        held: the facts of `change.retracted` that hold on, as a rule concludes them too.
        weakened: the facts that hold on, and are weaker for it, in order.
        ungraded: where a grade was asked for, the sources that stay because theirs is not known, in order.
        knows_origins: whether origins were counted, and there was time and room for it.
    """

    kind: ClassVar[str] = "without source"

    asked: str
    dropped: tuple[Given, ...]
    change: Change
    held: tuple[Any, ...]
    weakened: tuple[Weakened, ...]
    ungraded: tuple[Given, ...]
    knows_origins: bool

    def __bool__(self) -> bool:
        return bool(self.dropped)

    def __repr__(self) -> str:
        return f"<WithoutSource {self.asked}: {self._counted}>"

    @property
    def fallen(self) -> tuple[Any, ...]:
        """The conclusions that fall."""
        return self.change.withdrawn

    @property
    def cut(self) -> int:
        """How much is not shown, because of a limit."""
        return 0

    @property
    def _counted(self) -> str:
        parts = [_count(len(self.dropped), "report goes", "reports go")]
        parts.append(_count(len(self.fallen), "conclusion falls", "conclusions fall"))
        parts.append(_count(len(self.weakened), "fact weakens", "facts weaken"))
        return ", ".join(parts)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps."""
        return tuple(without_source_steps(self))


def without_source_steps(answer: WithoutSource) -> Iterator[Step]:
    """Give an answer as steps.

    Args:
        answer: the answer.
    """
    yield Step(0, HeadingStep(f"without {answer.asked}", answer._counted))  # noqa: SLF001 - its own printing
    change = answer.change
    by: dict[Any, list[Given]] = {}
    for given in answer.dropped:
        by.setdefault(given.fact, []).append(given)
    held = frozenset(answer.held)
    gone = [FactStep(fact, "gone", _by(by[fact])) for fact in change.retracted if fact not in held]
    yield from _listed("no longer given", gone)
    concluded = [FactStep(fact, "as before", f"was given by {_by(by[fact])}") for fact in answer.held]
    yield from _listed("no longer given, and still concluded", concluded)
    falls = [(FactStep(one.fact, "gone"), *map(NoteStep, one.lines())) for one in change.withdrawals]
    yield from _listed("falls", falls)
    yield from _listed("comes to hold", [FactStep(fact, "new") for fact in change.concluded])
    yield from _listed("weakens", [FactStep(one.fact, "weaker", one.note) for one in answer.weakened])
    weaker = {one.fact for one in answer.weakened} | set(change.retracted)
    others = [FactStep(fact, "as before", f"but for {_by(given)}") for fact, given in by.items() if fact not in weaker]
    yield from _listed("given by others as well", others)
    if answer.ungraded:
        names = len({given.source for given in answer.ungraded})
        stay = _count(names, "source stays whose grade is", "sources stay whose grades are")
        yield Step(1, NoteStep(f"{stay} not known, with {_count(len(answer.ungraded), 'report', 'reports')}"))
    if not answer.knows_origins:
        yield Step(1, NoteStep("origins were not compared: there was no time, or no room"))


def _listed(title: str, entries: Sequence[Any]) -> Iterator[Step]:
    if entries:
        yield Step(1, HeadingStep(title, f"{len(entries):,}"))
    for entry in entries[:_SHOWN]:
        first, *below = entry if isinstance(entry, tuple) else (entry,)
        yield Step(2, first)
        yield from (Step(3, said) for said in below)
    if len(entries) > _SHOWN:
        yield Step(2, NoteStep(f"… and {len(entries) - _SHOWN:,} more"))


def _by(given: Sequence[Given]) -> str:
    return by_whom(map(attestation_of, given)).removeprefix("by ")


def _count(number: int, one: str, more: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {more}"

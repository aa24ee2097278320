"""Rule coverage: which rules fired in some sessions, and which absences ever held one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import attrs

from pow_rules.derivation import Absence
from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.explain.answer import Answer
from pow_rules.explain.coverage.counting import Counting
from pow_rules.record import Record
from pow_rules.steps import AbsenceStep, HeadingStep, NoteStep, RuleStep, Step
from pow_rules.terms import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pow_rules.program import Program
    from pow_rules.rules import Rule
    from pow_rules.session.asking import Asking
    from pow_rules.terms import Absent

__all__ = ["AbsenceCoverage", "Coverage", "RuleCoverage", "coverage"]


@attrs.frozen(repr=False)
class AbsenceCoverage(Record):
    """An absence of a rule, and how often it blocked.

    Attributes:
        absence: the absence, as the rule says it.
        blocked: how many matches of the rule's patterns there are for which all else holds that the rule asks for, and
            only this does not.
    """

    absence: Absent
    blocked: int

    def __str__(self) -> str:
        return text(self.absence)


@attrs.frozen(repr=False)
class RuleCoverage(Record):
    """A rule, and how often it fired.

    Attributes:
        rule: the rule.
        fired: how many derivations it has.
        absences: its absences, in the order written.
    """

    rule: Rule
    fired: int
    absences: tuple[AbsenceCoverage, ...]


@attrs.frozen(repr=False)
class Coverage(Answer):
    """What of a program some sessions used, as they are now.

    Attributes:
        sessions: how many sessions there were.
        rules: the program's rules, in its order, each with its counts over all sessions.
        cut: 0: nothing is left out.
    """

    kind: ClassVar[str] = "coverage"

    sessions: int
    rules: tuple[RuleCoverage, ...]

    def __repr__(self) -> str:
        return f"<Coverage by {_count(self.sessions, 'session')}: {self.summary}>"

    @property
    def never_fired(self) -> tuple[Rule, ...]:
        """The rules that have no derivation in any of the sessions."""
        return tuple(found.rule for found in self.rules if not found.fired)

    @property
    def never_blocked(self) -> tuple[tuple[Rule, Absent], ...]:
        """The absences that held nothing back in any of the sessions, each with its rule."""
        return tuple((found.rule, a.absence) for found in self.rules for a in found.absences if not a.blocked)

    @property
    def is_full(self) -> bool:
        """Whether every rule fired, and every absence blocked."""
        return not self.never_fired and not self.never_blocked

    @property
    def summary(self) -> str:
        """The result in one line."""
        absences = [a for found in self.rules for a in found.absences]
        fired, blocked = len(self.rules) - len(self.never_fired), len(absences) - len(self.never_blocked)
        said = f"{fired:,} of {_count(len(self.rules), 'rule')} fired"
        return f"{said}, {blocked:,} of {_count(len(absences), 'absence')} blocked" if absences else said

    @property
    def cut(self) -> int:
        """How much is not shown: nothing."""
        return 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps: what was never used, then the counts."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[Step]:
        yield Step(0, HeadingStep(f"rule coverage by {_count(self.sessions, 'session')}", self.summary))
        if self.never_fired:
            yield Step(1, HeadingStep("never fired", _count(len(self.never_fired), "rule")))
            for rule in self.never_fired:
                yield Step(2, RuleStep(rule))
                yield Step(3, NoteStep(str(rule.location)))
        if self.never_blocked:
            yield Step(1, HeadingStep("never blocked", _count(len(self.never_blocked), "absence")))
            for rule, absence in self.never_blocked:
                yield Step(2, RuleStep(rule))
                yield Step(3, AbsenceStep(Absence(absence.inner.variable.fact_type, absence.inner)))
                yield Step(3, NoteStep(str(rule.location)))
        used = [found for found in self.rules if found.fired or any(a.blocked for a in found.absences)]
        if used:
            yield Step(1, HeadingStep("how often"))
        for found in used:
            yield Step(2, HeadingStep(found.rule.name, _often("fired", found.fired)))
            for a in found.absences:
                yield Step(3, HeadingStep(str(a), _often("blocked", a.blocked)))


def coverage(program: Program, sessions: Iterable[Asking]) -> Coverage:
    """Count how often a program's rules fired in some sessions, and how often their absences blocked.

    Args:
        program: the program.
        sessions: sessions of it.

    Raises:
        ArgumentTypeError: for what is no session.
        ArgumentValueError: for a session of another program.
        SessionBusyError: in the middle of a call of one of the sessions.
    """
    counting = Counting(program)
    fired = [0] * len(program.rules)
    blocked = [[0] * len(absences) for absences in counting.absences]
    count = 0
    for session in _checked(program, sessions):
        count += 1
        log = session._log  # noqa: SLF001 - what counts is no question to one session
        for number, mine in enumerate(blocked):
            fired[number] += counting.fired(log, number)
            for position in range(len(mine)):
                mine[position] += counting.blocked(log, number, position)
    rules = (
        RuleCoverage(rule, fired[i], tuple(map(AbsenceCoverage, counting.absences[i], blocked[i])))
        for i, rule in enumerate(program.rules)
    )
    return Coverage(count, tuple(rules))


def _checked(program: Program, sessions: Iterable[Asking]) -> Iterator[Asking]:
    from pow_rules.session.asking import Asking  # noqa: PLC0415 - sessions are made of what stands above and below this

    if isinstance(sessions, Asking):
        msg = f"coverage(sessions): expected several sessions, got one: write [{sessions!r}]"
        raise ArgumentTypeError(msg)
    for session in sessions:
        if not isinstance(cast("object", session), Asking):
            msg = f"coverage(sessions): expected sessions, got {session!r}"
            raise ArgumentTypeError(msg)
        other = session._program  # noqa: SLF001 - as above
        if other is not program:
            msg = (
                f"coverage(sessions): {session!r} is of another program: expected {_named(program)},"
                f" got one of {_named(other)}"
            )
            raise ArgumentValueError(msg)
        session._updates.settled()  # noqa: SLF001 - as above
        yield session


def _named(program: Program) -> str:
    names = [rule.name for rule in program.rules]
    more = ", ..." if len(names) > 3 else ""  # noqa: PLR2004 - enough to know it by
    return f"{program!r} ({', '.join(names[:3])}{more})" if names else repr(program)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _often(what: str, times: int) -> str:
    return f"never {what}" if not times else f"{what} once" if times == 1 else f"{what} {times:,} times"

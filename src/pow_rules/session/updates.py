"""Updates: the calls that change a fact base, each kept as a whole or undone as a whole."""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, TypeVar

from pow_rules.change import Change
from pow_rules.engine.run import Run
from pow_rules.errors import ArgumentValueError, SessionBusyError, SessionClosedError
from pow_rules.explain.difference import difference
from pow_rules.session.stopped import refuse_contradictions, told
from pow_rules.sources import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Self

    from pow_rules.engine.base import FactBase, Savepoint
    from pow_rules.engine.matcher import Matcher
    from pow_rules.engine.store import Row
    from pow_rules.limits import Limits
    from pow_rules.log import Log
    from pow_rules.session.statements import Assertion, Retraction
    from pow_rules.sources import Attestation
    from pow_rules.storage.journal import Journal

__all__ = ["Transaction", "Updates"]

T = TypeVar("T")


class Updates:
    """The calls that change the fact base of one session.

    Args:
        log: its log.
        matcher: what finds the matches.
        is_strict: whether what would break a constraint is refused.

    Attributes:
        journal: what is told of each call before it is kept, if there is one.
    """

    def __init__(self, log: Log, matcher: Matcher, *, is_strict: bool) -> None:
        self.is_strict = is_strict
        self._log = log
        self._base = log.base
        self._matcher = matcher
        self.is_closed = False
        self.journal: Journal | None = None

    def run(
        self,
        asserting: Sequence[Assertion],
        retracting: Sequence[Retraction],
        limits: Limits,
        *,
        keep: bool = True,
    ) -> Change:
        """Withdraw and assert, and conclude what follows.

        Args:
            asserting: what is asserted.
            retracting: what is withdrawn, before that.
            limits: how much there may be.
            keep: whether to keep what has changed; if not, it is only told.

        Raises:
            PowRulesError: the fact base is then as it was before.
        """
        base = self._base
        base.compact()
        base.begin()
        try:
            change = self._made(asserting, retracting, limits, is_kept=keep)
            if len(base.savepoints) == 1:
                self.refuse_contradictions()
            if keep and self.journal is not None:
                self.journal.note(base.savepoints, asserting, retracting)
        except BaseException as error:
            translated = told(error, self._log.program, self._log, limits)
            self.undo()
            if translated is error:
                raise
            raise translated from error.__cause__
        if keep:
            base.commit()
        else:
            base.rollback()
        return change

    def trial(
        self, asserting: Sequence[Assertion], retracting: Sequence[Retraction], limits: Limits, look: Callable[[], T]
    ) -> T:
        """Withdraw and assert, conclude what follows, look, and go back.

        Args:
            asserting: what is asserted.
            retracting: what is withdrawn, before that.
            limits: how much there may be.
            look: what looks. A `Change` that it gives is one that would be kept: a strict session may refuse it.

        Raises:
            PowRulesError: the fact base is as it was before, as it is without an error.
        """
        base = self._base
        base.begin()
        try:
            run = self._run(limits)
            if self._write(run, asserting, retracting):
                run.fixpoint()
            found = look()
            if isinstance(found, Change) and len(base.savepoints) == 1:
                self.refuse_contradictions()
        except BaseException as error:
            translated = told(error, self._log.program, self._log, limits)
            base.rollback()
            if translated is error:
                raise
            raise translated from error.__cause__
        base.rollback()
        return found

    def start(self, asserting: Sequence[Assertion], limits: Limits) -> None:
        """Assert, and run the program for the first time."""
        run = self._run(limits)
        self._base.begin()
        try:
            self._write(run, asserting, ())
            run.start()
            run.fixpoint()
            self.refuse_contradictions(is_passing=False)
        except BaseException as error:
            translated = told(error, self._log.program, self._log, limits)
            if translated is error:
                raise
            raise translated from error.__cause__
        self._base.commit()

    def _made(
        self, asserting: Sequence[Assertion], retracting: Sequence[Retraction], limits: Limits, *, is_kept: bool
    ) -> Change:
        run = self._run(limits)
        if self._write(run, asserting, retracting):
            run.fixpoint()
        base = self._base
        return difference(self._log, base.current, is_lasting=is_kept and len(base.savepoints) == 1)

    def _run(self, limits: Limits) -> Run:
        return Run(
            self._log.program.machine,
            self._matcher,
            self._base,
            facts=limits.facts,
            derivations=limits.derivations,
            seconds=limits.seconds,
        )

    def _write(self, run: Run, asserting: Sequence[Assertion], retracting: Sequence[Retraction]) -> bool:
        """Write what is given, and tell whether something is newly given or no longer."""
        base, was = self._base, dict[tuple[int, "Row"], bool]()
        last, alone = PLAIN, (PLAIN,)
        for relation, row, source in retracting:
            had = base.givens[relation].get(row)
            left = None if source is None or had is None else tuple(s for s in had if s.source != source) or None
            was.setdefault((relation, row), had is not None)
            if left != had:
                base.give(relation, row, left)
        for relation, row, stated in asserting:
            said = PLAIN if stated is None else stated
            had = base.givens[relation].get(row)
            was.setdefault((relation, row), had is not None)
            if had is None:
                if said is not last:
                    last, alone = said, (said,)
                base.give(relation, row, alone)
            elif said not in had:
                base.give(relation, row, _with(had, said))
        is_changed = False
        for (relation, row), was_given in was.items():
            if was_given != (row in base.givens[relation]):
                is_changed = True
                if was_given:
                    run.release(relation, row)
                else:
                    run.add(relation, row)
        return is_changed

    def refuse_contradictions(self, *, is_passing: bool = True) -> None:
        """Raise if the session is strict and some constraint is broken.

        Args:
            is_passing: whether the session goes on to be used, rolled back.

        Raises:
            ContradictionError: with the contradictions.
        """
        if self.is_strict and self._log.program.constraints:
            refuse_contradictions(self._log, is_passing=is_passing)

    def undo(self) -> None:
        """Go back to the state at the last beginning, and take back what the journal says of what came after."""
        self._base.rollback()
        if self.journal is not None:
            self.journal.settle()

    # ---- one call at a time ------------------------------------------------------------------------------------

    def settled(self) -> FactBase:
        """Give the fact base at rest: not in the middle of a call, and with no rollback left to finish.

        Raises:
            SessionBusyError: in the middle of a call.
        """
        while self._base.savepoints and self._base.current.is_left:
            # Looked up on the stacks, not kept in a flag: that would stay if setting it back was interrupted.
            if any(map(self._runs_in, sys._current_frames().values())):
                msg = "the session is in the middle of a call: a check or compute function must not use it"
                raise SessionBusyError(msg)
            self.undo()
        return self._base

    def opened(self) -> FactBase:
        """Give the fact base at rest, where it may be changed.

        Raises:
            SessionBusyError: in the middle of a call.
            SessionClosedError: if the session was closed.
        """
        base = self.settled()
        if self.is_closed:
            msg = "the session is closed: it can be looked at, and not be changed"
            raise SessionClosedError(msg)
        return base

    def _runs_in(self, frame: FrameType | None) -> bool:
        codes = (Updates.run.__code__, Updates.trial.__code__, Updates.start.__code__, Transaction.__exit__.__code__)
        while frame is not None:
            if frame.f_code in codes:
                running = frame.f_locals.get("self")
                if running is self or (isinstance(running, Transaction) and running.belongs_to(self)):
                    return True
            frame = frame.f_back
        return False


def _with(had: tuple[Attestation, ...], said: Attestation) -> tuple[Attestation, ...]:
    """Add what a source says, in the place of what it said before."""
    if any(one.source == said.source for one in had):
        return tuple(said if one.source == said.source else one for one in had)
    return (*had, said)


class Transaction:
    """Several calls as one: all are kept, or none. Made by `Session.transaction`; used with `with`.

    The calls inside take effect one after the other, and each gives its own change. If the block is left by an
    exception, the session is as it was before the block. Transactions may be nested: an inner one that is undone leaves
    the outer one as it was before the inner one.

    What a strict session refuses is looked for at the end of the outermost one. Inside, one report may be put in the
    place of another in any order, and what contradicts what may be asked and settled.
    """

    def __init__(self, updates: Updates, log: Log) -> None:
        self._updates = updates
        self._log = log
        self._point: Savepoint | None = None
        self._change: Change | None = None

    def belongs_to(self, updates: Updates) -> bool:
        """Tell whether this is a transaction of some updates."""
        return self._updates is updates

    @property
    def change(self) -> Change:
        """What all calls together changed, once the block has ended.

        Raises:
            ArgumentValueError: before that, or if the block was left by an exception.
        """
        if self._change is None:
            msg = "the transaction has no change yet, or was undone: ask for it after its block"
            raise ArgumentValueError(msg)
        return self._change

    def __enter__(self) -> Self:
        if self._point is not None:
            msg = "a transaction is used once: ask the session for another one"
            raise ArgumentValueError(msg)
        # Undone at the next use, as that of a call would be, if this is interrupted before its end.
        self._point = self._updates.opened().begin()
        self._point.owner = weakref.ref(self)
        self._point.is_call = False
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        base, point = self._log.base, self._point
        if point is None or point not in base.savepoints:
            return
        is_innermost = base.current is point
        # From here on it is undone at the next use if this is interrupted.
        for inner in base.savepoints[base.savepoints.index(point) :]:
            inner.is_call = True
        if kind is None and is_innermost:
            try:
                change = difference(self._log, point)
                if len(base.savepoints) == 1:
                    self._updates.refuse_contradictions()
                    if self._updates.journal is not None:
                        self._updates.journal.end(point)
            except BaseException:
                self._updates.undo()
                raise
            base.commit()
            self._change = change
            return
        while point in base.savepoints:
            base.rollback()
        if kind is None:
            msg = "a transaction ended before one inside it: both are undone"
            raise SessionBusyError(msg)

"""Journals: every call that changes a session, in a file before the call returns."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any
from weakref import finalize

from pow_rules.errors import ArgumentValueError, JournalError, SessionBusyError
from pow_rules.sources import PLAIN, Given
from pow_rules.storage.atomic import write_all, write_whole
from pow_rules.storage.converter import converter
from pow_rules.storage.fingerprint import fingerprint
from pow_rules.storage.records import FORMAT, VERSION, Call, Record, line_of, read_journal
from pow_rules.storage.saved import Saved, refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    from pow_rules.engine.base import Outcome, Savepoint
    from pow_rules.engine.store import Row
    from pow_rules.log import Log
    from pow_rules.session.statements import Assertion, Retraction
    from pow_rules.session.updates import Updates
    from pow_rules.sources import Attestation
    from pow_rules.storage.records import Journalled

__all__ = ["Journal"]

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # not on Windows

    def _lock(opened: int) -> None:
        """Leave it to the user that no two sessions write one journal."""

else:

    def _lock(opened: int) -> None:
        """Take a file for this session alone, until it is closed or the process ends."""
        flock(opened, LOCK_EX | LOCK_NB)


class Journal:
    """A file in which each call that changes a session is recorded before it returns. Made by `Session.journal`.

    A call that cannot be recorded fails, and leaves the session as it was. A transaction is one record, written at the
    end of the outermost one. `with` closes it at the end of the block; so does `close`.
    """

    def __init__(self, path: str, updates: Updates, log: Log, saved: Saved, *, is_synced: bool) -> None:
        self._path = path
        # The folder that relative paths begin in may change.
        self._place = os.path.abspath(path)  # noqa: PTH100 - strings throughout
        self._updates = updates
        self._schema = log.schema
        self._converter = converter(log.program)
        self._is_synced = is_synced
        self._process = os.getpid()
        # What was done so far within a transaction, each with what becomes of all that is around it.
        self._calls: list[tuple[tuple[Outcome, ...], Call]] = []
        # The end of the file, how many records there are, and the checksum of the last: before and after a record
        # whose call may still be undone, with what becomes of that.
        self._written = (0, 0, "")
        self._last: tuple[Outcome, tuple[int, int, str]] | None = None
        if not os.path.exists(path):  # noqa: PTH110 - strings throughout
            self._begin(log, saved)
        self._opened: int | None = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        self._give_back = finalize(self, os.close, self._opened)
        try:
            self._go_on(self._opened, log, saved)
        except BaseException:
            self._opened = None
            self._give_back()
            raise

    def __repr__(self) -> str:
        return f"<Journal {self._path!r}{' (closed)' if self.is_closed else ''}>"

    def __deepcopy__(self, _: object) -> None:
        # The copy of a session has none, as a fork has none: two would write in one file.
        return None

    @property
    def path(self) -> str:
        """The file."""
        return self._path

    def is_at(self, path: str) -> bool:
        """Tell whether a path leads to the file."""
        try:
            return os.path.samefile(path, self._place)  # noqa: PTH121 - strings throughout
        except OSError:
            return False

    @property
    def is_closed(self) -> bool:
        """Whether it records nothing any longer."""
        return self._opened is None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Record nothing any longer, and give the file back. The session goes on without it.

        Raises:
            SessionBusyError: in the middle of a call, or of a transaction that has changed something.
        """
        if self._opened is None:
            return
        if self._process == os.getpid():
            points = self._updates.settled().savepoints
            if points and self._calls and self._calls[-1][0][0] is points[0].outcome:
                msg = f"the session is in the middle of a transaction: close the journal {self._path} after it"
                raise SessionBusyError(msg)
        try:
            if self._process == os.getpid():
                self.settle()
        finally:
            self._opened = None
            if self._updates.journal is self:
                self._updates.journal = None
            self._give_back()

    # ---- what is recorded --------------------------------------------------------------------------------------

    def note(
        self, savepoints: Sequence[Savepoint], asserting: Sequence[Assertion], retracting: Sequence[Retraction]
    ) -> None:
        """Record a call that is about to be kept; one inside a transaction is recorded at its end.

        Args:
            savepoints: what the call is inside of, its own the last.
            asserting: what it asserted.
            retracting: what it withdrew, before that.

        Raises:
            JournalError: if it cannot be written.
            ArgumentValueError: for what a file cannot hold.
        """
        if not savepoints[-1].givens:
            return
        given = [self._given(relation, row, said) for relation, row, said in asserting]
        call = Call([Given(self._schema.fact(relation, row), by) for relation, row, by in retracting], given)
        refuse_unwritable(given.fact for given in call.asserted)
        if len(savepoints) == 1:
            self._write(savepoints[0].outcome, [call])
            return
        outcomes = tuple(point.outcome for point in savepoints)
        if self._calls and self._calls[0][0][0] is not outcomes[0]:
            self._calls.clear()
        self._calls.append((outcomes, call))

    def end(self, point: Savepoint) -> None:
        """Record a transaction that is about to be kept, as one record of all its calls.

        Args:
            point: the outermost savepoint, its own.

        Raises:
            JournalError: if it cannot be written.
        """
        kept = [
            call
            for outcomes, call in self._calls
            if outcomes[0] is point.outcome and all(outcome.is_kept for outcome in outcomes[1:])
        ]
        self._calls.clear()
        if kept:
            self._write(point.outcome, kept)

    def settle(self) -> None:
        """Take back the last record if its call was undone after all, as by an interrupt.

        If the file cannot be written, that is done before the next record.
        """
        with contextlib.suppress(JournalError):
            self._settle()

    def _settle(self) -> None:
        if self._last is not None:
            outcome, before = self._last
            if not outcome.is_kept:
                self._cut(before)
            self._last = None

    # ---- the file ----------------------------------------------------------------------------------------------

    def _given(self, relation: int, row: Row, stated: Attestation | None) -> Given:
        said = PLAIN if stated is None else stated
        return Given(self._schema.fact(relation, row), said.source, hedge=said.hedge, likelihood=said.likelihood)

    def _begin(self, log: Log, saved: Saved) -> None:
        """Make the file, with what is given now as its first record."""
        refuse_unwritable(given.fact for given in saved.givens)
        made = self._converter.unstructure

        def document() -> Any:
            program = made(fingerprint(log.program))
            return {"format": FORMAT, "version": VERSION, "program": program, **made(saved)}

        write_whole(self._path, _line(document, "")[0])

    def _go_on(self, opened: int, log: Log, saved: Saved) -> None:
        """Read the file, and see that it ends in what is given now."""
        try:
            _lock(opened)
        except BlockingIOError:
            msg = f"{self._path} is the journal of another session: close that first, or choose another file"
            raise JournalError(msg) from None
        with open(opened, "rb", closefd=False) as file:
            data = file.read()
        found = read_journal(self._path, data, log.program)
        _check_end(self._path, found, saved.givens)
        end = found.end
        if end < len(data):
            os.ftruncate(opened, end)
        if found.is_open:
            write_all(opened, b"\n")
            end += 1
        if self._is_synced and end != len(data):
            os.fsync(opened)
        self._written = (end, len(found.records), found.check)

    def _write(self, outcome: Outcome, calls: list[Call]) -> None:
        """Write a record; what there is of it is cut off by `settle`, once its call is undone."""
        self._settle()
        before = end, number, check = self._written
        line, check = _line(lambda: self._converter.unstructure(Record(number + 1, calls)), check)
        opened = self._own()
        # From here on it is taken back if the call is undone, or at the next use if this is interrupted.
        self._last = outcome, before
        try:
            write_all(opened, line)
            if self._is_synced:
                os.fsync(opened)
        except OSError as error:
            msg = f"the journal {self._path} cannot be written: {error}. The session is as it was before the call"
            raise JournalError(msg) from error
        self._written = (end + len(line), number + 1, check)

    def _own(self) -> int:
        """Give the open file, if it is still this session's, and as it was left."""
        if self._opened is None:
            msg = f"the journal {self._path} is closed"
            raise JournalError(msg)
        if self._process != os.getpid():
            msg = f"the journal {self._path} belongs to process {self._process}, and this is {os.getpid()}"
            raise JournalError(msg)
        found = os.fstat(self._opened)
        is_there = self._is_in_its_place(found)
        if not is_there or found.st_size != self._written[0]:
            what = "changed" if is_there else "removed or replaced"
            msg = f"the journal {self._path} was {what} by somebody else: close it, and begin another"
            raise JournalError(msg)
        return self._opened

    def _is_in_its_place(self, found: os.stat_result) -> bool:
        """Tell whether the open file is the one that the path leads to; one that was moved may have links elsewhere."""
        try:
            return os.path.samestat(found, os.stat(self._place))  # noqa: PTH116 - strings throughout
        except OSError:
            return False

    def _cut(self, before: tuple[int, int, str]) -> None:
        if self._opened is None:
            return
        try:
            os.ftruncate(self._opened, before[0])
            if self._is_synced:
                os.fsync(self._opened)
        except OSError as error:
            msg = f"the journal {self._path} cannot be written: {error}"
            raise JournalError(msg) from error
        self._written = before


def _line(document: Callable[[], Any], check: str) -> tuple[bytes, str]:
    try:
        return line_of(document(), check)
    except (ValueError, RecursionError) as error:
        msg = f"the journal cannot hold this: {error}"
        raise ArgumentValueError(msg) from error


# ---- what it says ----------------------------------------------------------------------------------------------------


def _check_end(path: str, found: Journalled, givens: Iterable[Given]) -> None:
    """Check that what is given at the end of a journal is what a session gives."""
    left, here = set(found.givens()), set(givens)
    for what, odd in (("session", left - here), ("journal", here - left)):
        if odd:
            msg = (
                f"path: {path} is the journal of a session with other givens: the {what} lacks"
                f" {str(min(odd, key=str))!r}. Go on with a journal in the session that Session.load makes of it, or"
                " choose another file"
            )
            raise ArgumentValueError(msg)

"""What keeps a session: files that it is saved in and loaded from, and journals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.errors import ArgumentTypeError, ArgumentValueError, SessionBusyError
from pow_rules.limits import Limits
from pow_rules.session.asking import Asking

if TYPE_CHECKING:
    from os import PathLike
    from typing import Self

    from pow_rules.engine.matchers import MatcherName
    from pow_rules.program import Program
    from pow_rules.storage.journal import Journal
    from pow_rules.storage.saved import Saved

__all__ = ["Keeping"]


class Keeping(Asking):
    """What keeps a session in files. What is kept are the givens: all else follows from them."""

    def save(self, path: str | PathLike[str]) -> None:
        """Write what is given to a file, from which `load` makes the session again.

        It is written as a whole: a crash at any point leaves the old file or the new one. What is there is replaced,
        and keeps its permissions.

        Args:
            path: the file.

        Raises:
            ArgumentValueError: for what a file cannot hold, and a path that is no file's.
            OSError: if it cannot be written.

        >>> import tempfile
        >>> from pathlib import Path
        >>> from pow_rules import Program, Session, fact
        >>> @fact
        ... class Asked:
        ...     who: str
        >>> program = Program([], given=[Asked])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "asked.json"
        ...     Session(program, [Asked("Kyiv")]).save(path)
        ...     Session.load(path, program).facts()
        (Asked(who='Kyiv'),)
        """
        from pow_rules.storage.atomic import file_path  # noqa: PLC0415 - only sessions that are kept need all this
        from pow_rules.storage.saved import write_saved  # noqa: PLC0415 - as above

        place, journal = file_path(path), self._updates.journal
        if journal is not None and journal.is_at(place):
            msg = f"path: {place} is the session's journal: choose another file"
            raise ArgumentValueError(msg)
        write_saved(place, self._program, self._kept())

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        program: Program,
        *,
        limits: Limits | None = None,
        matcher: MatcherName = "compiled",
        strict: bool | None = None,
    ) -> Self:
        """Make the session again that was saved to a file, or whose journal a file is.

        A saved session gives the givens in their order. A journal gives every call that had returned, one after the
        other; a last record that was not written to its end is left out.

        Args:
            path: the file.
            program: the program, which must be the one that the file was written under: no rule, constraint, fact type
                or question may have changed.
            limits: how much the session may hold, and how long one call may run.
            matcher: what finds the matches of rules.
            strict: whether to refuse what would break a constraint; None for what it was.

        Raises:
            FileFormatError: if the file is damaged, of another program, or holds what sessions of the program cannot.
            OSError: if it cannot be read.
            PowRulesError: what `Session(program, ...)` raises.
        """
        from pow_rules.storage.atomic import file_path  # noqa: PLC0415 - as in save
        from pow_rules.storage.loading import loaded  # noqa: PLC0415 - as above

        found = loaded(file_path(path), _checked(program))
        is_strict = found.start.strict if strict is None else strict
        made = cls(program, found.start.givens, limits=limits, matcher=matcher, strict=is_strict)  # type: ignore[call-arg]
        found.replay(made._updates, made._log, limits or Limits())
        return made

    def journal(self, path: str | PathLike[str], *, sync: bool = True) -> Journal:
        """Record each call that changes the session in a file, before the call returns.

        `load` makes the session again, up to the last call that had returned, even if the process was killed. A
        transaction is recorded as a whole, at its end; `what_if`, and calls that fail, are not; a fork has no journal.

        Args:
            path: the file. If it is there, it must be a journal that ends in what is given now, and is gone on with.
            sync: whether to force each record to the disk, which takes some milliseconds, so that it is there after a
                power failure as well.

        Returns:
            The journal, for `with`; it is closed at the end of the block, or by its `close`, or that of the session.
            A call that cannot be recorded raises `JournalError`, and leaves the session as it was.

        Raises:
            ArgumentValueError: for the journal of a session with other givens, or if the session has one already.
            FileFormatError: for a file that is no journal, damaged, or of another program.
            JournalError: for the journal of another session that goes on with it.
            SessionBusyError: in the middle of a transaction.
            OSError: if the file cannot be read or written.
        """
        from pow_rules.storage.atomic import file_path  # noqa: PLC0415 - as in save
        from pow_rules.storage.journal import Journal  # noqa: PLC0415 - as above

        place, updates = file_path(path), self._updates
        if updates.opened().savepoints:
            msg = "the session is in the middle of a transaction: begin the journal before it, or after it"
            raise SessionBusyError(msg)
        if updates.journal is not None:
            msg = f"the session has a journal, {updates.journal.path}: close it first"
            raise ArgumentValueError(msg)
        updates.journal = Journal(place, updates, self._log, self._kept(), is_synced=sync)
        return updates.journal

    def _kept(self) -> Saved:
        """Give what is kept of the session."""
        from pow_rules.storage.saved import Saved  # noqa: PLC0415 - as in save

        return Saved(self._updates.is_strict, list(self.givens()))


def _checked(program: object) -> Program:
    from pow_rules.program import Program  # noqa: PLC0415 - as in save

    if not isinstance(program, Program):
        msg = f"load(path, program): expected a Program, got {program!r}"
        raise ArgumentTypeError(msg)
    return program

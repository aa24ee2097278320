"""Files that sessions are made of: saved sessions, and journals."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from pow_rules.errors import FileFormatError, PowRulesError
from pow_rules.session.statements import assertions, retractions
from pow_rules.session.updates import Transaction
from pow_rules.storage.records import looks_like_journal, read_journal
from pow_rules.storage.saved import FORMAT, Saved, read_saved, saved_from

if TYPE_CHECKING:
    from pow_rules.limits import Limits
    from pow_rules.log import Log
    from pow_rules.program import Program
    from pow_rules.session.updates import Updates
    from pow_rules.storage.records import Call

__all__ = ["Loaded", "loaded"]


@attrs.frozen
class Loaded:
    """What a file says of a session: what it began with, and what was done since.

    Attributes:
        path: the file, as messages name it.
        start: what was given at first.
        records: the calls since, each record with its line.
    """

    path: str
    start: Saved
    records: list[tuple[int, list[Call]]] = attrs.Factory(list)

    def replay(self, updates: Updates, log: Log, limits: Limits) -> None:
        """Do again, in a session made of the start, what was done since.

        Args:
            updates: the session's.
            log: the session's log.
            limits: the session's limits.

        Raises:
            FileFormatError: for a record that withdraws what is not given.
            PowRulesError: what the calls raise.
        """
        for line, calls in self.records:
            with Transaction(updates, log) if len(calls) > 1 else contextlib.nullcontext():
                for call in calls:
                    try:
                        less = retractions(log, call.retracted, None)
                        more = assertions(log.program, call.asserted, None)
                    except PowRulesError as error:
                        raise FileFormatError(str(error), self.path, line, "$.record") from error
                    updates.run(more, less, limits)


def loaded(path: str, program: Program) -> Loaded:
    """Give what a file says of a session.

    Args:
        path: the file.
        program: the program that it is to be of.

    Raises:
        FileFormatError: if it is damaged, of another program, or neither a saved session nor a journal.
        OSError: if it cannot be read.
    """
    data = Path(path).read_bytes()
    if looks_like_journal(data):
        found = read_journal(path, data, program)
        return Loaded(path, found.start, found.records)
    document = saved_from(path, data)
    if document is None:
        what = f"expected a saved session or a journal: an object whose member 'format' is {FORMAT!r}"
        raise FileFormatError(what, path, None, "$")
    return Loaded(path, read_saved(path, document, program))

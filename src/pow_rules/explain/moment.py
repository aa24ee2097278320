"""A moment: a session's log as it is now, for answers that are computed when they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.explain.heights import Heights
from pow_rules.log import Log

if TYPE_CHECKING:
    from pow_rules.engine.base import FactBase

__all__ = ["Moment"]


class Moment:
    """A log as it is at one moment: the session's own until that is about to change, and from then on a fork.

    So a moment that nobody keeps costs nothing, and one that is kept costs a fork at the next change.

    Attributes:
        log: the log.
        heights: its heights.

    Args:
        log: the log of the session.
        is_kept: whether it is still of use after the next change.
    """

    __slots__ = ("__weakref__", "heights", "log")

    def __init__(self, log: Log, *, is_kept: bool = True) -> None:
        self.log = log
        self.heights = Heights(log)
        if is_kept:
            log.base.moments.add(self)

    def keep(self, base: FactBase) -> None:
        """Go on with a fork of the fact base, which is about to change."""
        self.log = Log(self.log.program, base)
        self.heights = Heights(self.log)

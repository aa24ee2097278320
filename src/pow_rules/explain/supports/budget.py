"""Budgets: how long a question may be worked on, and how much may be held for it."""

from __future__ import annotations

from time import monotonic
from typing import Literal

__all__ = ["Budget", "SpentError", "Why"]

Why = Literal["limit", "seconds", "memory"]
"""What made a search stop: as many answers as were asked for, the time, or the room."""


class SpentError(Exception):
    """A budget is spent. Nobody outside of a search sees it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Budget:
    """What is left of the time that a question may take.

    Args:
        seconds: how long from now; None for no end.
    """

    def __init__(self, seconds: float | None) -> None:
        self.start = monotonic()
        self.end = None if seconds is None else self.start + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return self.end is not None and monotonic() >= self.end

    def check(self) -> None:
        """Raise `SpentError` once the time is over."""
        if self.end is not None and monotonic() >= self.end:
            raise SpentError("seconds")

    def part(self, share: float) -> Budget:
        """Give a budget that ends when a share of this one's whole time is over."""
        made = Budget(None)
        made.start = self.start
        made.end = None if self.end is None else self.start + share * (self.end - self.start)
        return made

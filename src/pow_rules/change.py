"""Changes: what one call made of a session."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Change"]

_SHOWN = 40


@attrs.frozen(slots=False, eq=False, repr=False)
class Change:
    """What one call changed. The facts are made when they are first looked at.

    Attributes:
        asserted: the facts that are newly given.
        concluded: the facts that hold now, did not before, and were not asserted by the call.
        withdrawn: the facts that held before, and hold no longer.
    """

    _asserted: Callable[[], tuple[Any, ...]]
    _concluded: Callable[[], tuple[Any, ...]]
    _withdrawn: Callable[[], tuple[Any, ...]]

    @cached_property
    def asserted(self) -> tuple[Any, ...]:
        """The facts that are newly given."""
        return self._asserted()

    @cached_property
    def concluded(self) -> tuple[Any, ...]:
        """The facts that hold now, did not before, and were not asserted by the call."""
        return self._concluded()

    @cached_property
    def withdrawn(self) -> tuple[Any, ...]:
        """The facts that held before, and hold no longer."""
        return self._withdrawn()

    def __bool__(self) -> bool:
        return bool(self.asserted or self.concluded or self.withdrawn)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return NotImplemented
        return (self.asserted, self.concluded, self.withdrawn) == (other.asserted, other.concluded, other.withdrawn)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"<Change: {len(self.asserted)} asserted, {len(self.concluded)} concluded, {len(self.withdrawn)} withdrawn>"
        )

    def __str__(self) -> str:
        from textwrap import wrap  # noqa: PLC0415 - only printing needs it

        lines: list[str] = []
        for word, facts in (
            ("asserted", self.asserted), ("concluded", self.concluded), ("withdrawn", self.withdrawn)
        ):  # fmt: skip
            for fact in facts[:_SHOWN]:
                lines += wrap(f"{word:<9}  {fact}", 80, subsequent_indent=" " * 13)
            if len(facts) > _SHOWN:
                lines.append(f"{word:<9}  ... and {len(facts) - _SHOWN:,} more")
        return "\n".join(lines) or "no change"

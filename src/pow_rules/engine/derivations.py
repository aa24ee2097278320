"""The derivation log: every firing of a clause, once, in integer columns.

A table holds the firings of one clause. A firing's premises are row ids, in the order of the clause's patterns; its
conclusion is a row id of the head's relation. Absences and aggregates follow from the premises, and are not stored.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Table"]


class Table:
    """The firings of one clause.

    Attributes:
        conclusions: the ids of the rows concluded.
        premises: for each pattern, the ids of the rows matched.
    """

    __slots__ = ("_chain", "conclusions", "premises")

    def __init__(self, patterns: int) -> None:
        self.conclusions = array("i")
        self.premises = tuple(array("i") for _ in range(patterns))
        self._chain: _Chain | None = None

    def __len__(self) -> int:
        return len(self.conclusions)

    def of(self, conclusion: int) -> Iterator[int]:
        """Give the firings that concluded a row, the latest first."""
        chain = self._chained()
        firing = chain.last.get(conclusion, -1)
        while firing >= 0:
            yield firing
            firing = chain.previous[firing]

    def _chained(self) -> _Chain:
        chain, column = self._chain or _Chain(), self.conclusions
        # Off the table while it is worked on: an interrupt then only means that it is made again.
        self._chain = None
        last, previous = chain.last, chain.previous
        for firing in range(len(previous), len(column)):
            conclusion = column[firing]
            previous.append(last.get(conclusion, -1))
            last[conclusion] = firing
        self._chain = chain
        return chain

    def truncate(self, length: int) -> None:
        """Cut back to an earlier length; may be interrupted, and done again."""
        if self._chain is not None and len(self._chain.previous) > length:
            self._chain = None
        for column in (self.conclusions, *self.premises):
            del column[length:]


class _Chain:
    """The firings of each conclusion, linked from the last one back; made when first asked for."""

    __slots__ = ("last", "previous")

    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        self.previous = array("i")

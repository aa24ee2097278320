"""The derivation log: every firing of a clause, once, in integer columns.

A table holds the firings of one clause. A firing's premises are row ids, in the order of the clause's patterns; its
conclusion is a row id of the head's relation, or that number inverted (`~`) once the firing was *dropped* because it
holds no longer. Absences and aggregates follow from the premises, and are not stored.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Table"]

_FULL = 4
"""How much a table may grow before there are to be more lists."""


class Table:
    """The firings of one clause.

    Attributes:
        conclusions: the ids of the rows concluded.
        premises: for each pattern, the ids of the rows matched.
        is_shared: whether another fact base holds the same table: then it must be copied before it is changed.
    """

    __slots__ = ("_chains", "conclusions", "is_shared", "premises")

    def __init__(self, patterns: int) -> None:
        self.conclusions = array("i")
        self.premises = tuple(array("i") for _ in range(patterns))
        self.is_shared = False
        # By conclusion at -1, and by the premise at each position.
        self._chains: dict[int, _Chain] = {}

    def __len__(self) -> int:
        return len(self.conclusions)

    def copy(self) -> Table:
        """Give a table of the same firings that can be changed."""
        made = Table(len(self.premises))
        made.conclusions = self.conclusions[:]
        made.premises = tuple(column[:] for column in self.premises)
        # Listed first: whoever shares this one may be looking something up in another thread.
        made._chains = {position: chain.copy() for position, chain in list(self._chains.items())}
        return made

    def firings(self) -> Iterator[int]:
        """Give all firings that hold."""
        return (firing for firing, conclusion in enumerate(self.conclusions) if conclusion >= 0)

    def of(self, conclusion: int) -> Iterator[int]:
        """Give the firings that conclude a row, the latest first."""
        return self._linked(-1, conclusion)

    def unconcluded(self, rows: list[int]) -> list[int]:
        """Give those of some rows that no firing concludes."""
        chain, column, found = self._chain(-1), self.conclusions, list[int]()
        heads, size, previous = chain.heads, chain.size, chain.previous
        for row in rows:
            firing = heads[row % size]
            while firing >= 0 and column[firing] != row:
                firing = previous[firing]
            if firing < 0:
                found.append(row)
        return found

    def using(self, position: int, premise: int) -> list[int]:
        """Give the firings that have a row as the premise at a position (the conclusion, at -1), the latest first."""
        column = self.premises[position] if position >= 0 else self.conclusions
        # Looked for here first: maintenance asks for one row after the other.
        chain = self._chains.get(position)
        if chain is None or len(chain.previous) != len(column):
            chain = self._chain(position)
        firing = chain.heads[premise % chain.size]
        found: list[int] = []
        if firing < 0:
            return found
        holds, previous = self.conclusions, chain.previous
        while firing >= 0:
            # A dropped firing has its conclusion inverted, so that it is not found by that either.
            if column[firing] == premise and holds[firing] >= 0:
                found.append(firing)
            firing = previous[firing]
        return found

    def using_any(self, position: int, premises: Iterable[int]) -> list[int]:
        """Give the firings that have one of some rows as the premise at a position (as the conclusion, at -1)."""
        chain, column, holds, found = self._chain(position), self._column(position), self.conclusions, list[int]()
        heads, size, previous = chain.heads, chain.size, chain.previous
        for premise in premises:
            firing = heads[premise % size]
            while firing >= 0:
                if column[firing] == premise and holds[firing] >= 0:
                    found.append(firing)
                firing = previous[firing]
        return found

    def find(self, match: tuple[int, ...]) -> int | None:
        """Give the firing with these premises."""
        if not match:
            return next(self.firings(), None)
        if len(match) == 1:
            return next(iter(self.using(0, match[0])), None)
        columns = self.premises
        # Along all premises at once, so that the rarest one decides how long it takes.
        together: Iterator[tuple[int, ...]] = zip(*(self._linked(i, p) for i, p in enumerate(match)), strict=False)
        for firings in together:
            for firing in firings:
                if all(column[firing] == premise for column, premise in zip(columns, match, strict=True)):
                    return firing
        return None

    def drop(self, firing: int) -> int:
        """Drop a firing that holds, and give its conclusion."""
        conclusion = self.conclusions[firing]
        self.conclusions[firing] = ~conclusion
        return conclusion

    def restore(self, firing: int) -> None:
        """Make a dropped firing hold again; may be done again."""
        if self.conclusions[firing] < 0:
            self.conclusions[firing] = ~self.conclusions[firing]

    def truncate(self, length: int) -> None:
        """Cut back to an earlier length; may be interrupted, and done again."""
        for position, chain in self._chains.items():
            chain.cut(self._column(position), length)
        for column in (self.conclusions, *self.premises):
            del column[length:]

    def compacted(self, conclusions: dict[int, int] | None, premises: list[dict[int, int] | None]) -> Table:
        """Give a table without the dropped firings, under new ids: one map for each column, None where they stay."""
        is_whole = not self.conclusions or min(self.conclusions) >= 0
        if is_whole and conclusions is None and all(moved is None for moved in premises):
            return self
        made, kept = Table(len(self.premises)), list(self.firings())
        pairs = zip(
            (made.conclusions, *made.premises),
            (self.conclusions, *self.premises),
            (conclusions, *premises),
            strict=True,
        )
        for new, old, moved in pairs:
            new.extend([old[f] for f in kept] if moved is None else [moved[old[f]] for f in kept])
        return made

    def settle(self) -> None:
        """Bring what was made for looking up to the end, so that looking up changes nothing."""
        for position in tuple(self._chains):
            self._chain(position)

    def _column(self, position: int) -> array[int]:
        return self.conclusions if position < 0 else self.premises[position]

    def _linked(self, position: int, key: int) -> Iterator[int]:
        chain, column, holds = self._chain(position), self._column(position), self.conclusions
        firing = chain.heads[key % chain.size]
        while firing >= 0:
            if column[firing] == key and holds[firing] >= 0:
                yield firing
            firing = chain.previous[firing]

    def _chain(self, position: int) -> _Chain:
        chain, column = self._chains.get(position), self._column(position)
        if chain is None or len(chain.previous) != len(column):
            # Off the table while it is worked on: an interrupt then only means that it is made again.
            chain = self._chains.pop(position, None)
            if chain is None or len(column) > chain.room:
                chain = _Chain(
                    min(len(column), 1 + max(max(column, default=0), ~min(column, default=0))), _FULL * len(column)
                )
            chain.extend(column)
            self._chains[position] = chain
        return chain


class _Chain:
    """The firings by the id in one column: a hash table of linked lists in integer arrays, the latest firing first.

    Ids are small numbers with few gaps, so that a remainder is hash enough; a list may hold several ids. It takes at
    most 8 bytes a firing when it is made, where a dict of lists would take over a hundred.

    Args:
        lists: how many lists there are to be.
        room: for how many firings these are enough.
    """

    __slots__ = ("heads", "previous", "room", "size")

    def __init__(self, lists: int, room: int) -> None:
        self.room = room
        # Odd, so that ids at even distances are spread all the same.
        self.size = max(lists, 1) | 1
        self.heads = array("i", [-1]) * self.size
        self.previous = array("i")

    def copy(self) -> _Chain:
        made = _Chain(0, self.room)
        made.heads, made.size, made.previous = self.heads[:], self.size, self.previous[:]
        return made

    def extend(self, column: array[int]) -> None:
        heads, size, link, known = self.heads, self.size, self.previous.append, len(self.previous)
        for firing, key in enumerate(column[known:] if known else column, known):
            slot = (key if key >= 0 else ~key) % size
            link(heads[slot])
            heads[slot] = firing

    def cut(self, column: array[int], length: int) -> None:
        heads, size, previous = self.heads, self.size, self.previous
        for firing in range(len(previous) - 1, length - 1, -1):
            key = column[firing]
            heads[(key if key >= 0 else ~key) % size] = previous[firing]
            previous.pop()

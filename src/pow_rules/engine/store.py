"""Relations: rows interned to ids, and their indexes.

The life of a row: it is *added* (it has an id, and is found when it is concluded again), then *entered* (it stands in
the indexes, and rules see it), and at last *removed* (it is found no more; its id is not given to another row). Ids
count up from 0 in each relation, in the order of adding, so that "the new rows" are always a range of ids, and every
bucket of an index is sorted.

A relation grows, loses rows, and is cut back to an earlier length (`truncate`) with the rows lost since put back
(`restore`). Each of these may be interrupted at any point; cutting and restoring may be done again, and then repair
what was left half done.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Relation"]

Row = tuple[Any, ...]


class Relation:
    """The rows of one relation.

    Attributes:
        rows: the rows, by id; those that were removed are still there.
        ids: the id of each row that holds.
        dead: the ids of the rows that were removed.
        entered: how many rows were entered.
        ranks: for some rows a clock time that takes the place of that at which they were entered; see `clock`.
        is_shared: whether another fact base holds the same relation: then it must be copied before it is changed.
    """

    __slots__ = ("_clocks", "_columns", "_firsts", "_indexes", "dead", "entered", "ids", "is_shared", "ranks", "rows")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = []
        self.ids: dict[Row, int] = {}
        self.dead: set[int] = set()
        self.entered = 0
        self.ranks: dict[int, int] = {}
        self.is_shared = False
        self._clocks = array("q")
        self._firsts = array("q")
        self._indexes: dict[tuple[int, ...], dict[Any, array[int]]] = {}
        self._columns: dict[int, list[Any]] = {}
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self.ids)

    def copy(self) -> Relation:
        """Give a relation of the same rows that can be changed."""
        # Listed first: whoever shares this one may be looking something up in another thread, and make an index for it.
        indexes, values_of = list(self._indexes.items()), list(self._columns.items())
        made = Relation()
        made.rows, made.ids, made.dead, made.ranks = self.rows[:], self.ids.copy(), set(self.dead), dict(self.ranks)
        made.entered, made._clocks, made._firsts = self.entered, self._clocks[:], self._firsts[:]
        made._indexes = {columns: {key: bucket[:] for key, bucket in index.items()} for columns, index in indexes}
        made._columns = {column: values[:] for column, values in values_of}
        return made

    # ---- rows --------------------------------------------------------------------------------------------------

    def add(self, row: Row) -> int:
        """Give the id of a row, a new one if the row does not hold."""
        found = self.ids.setdefault(row, len(self.rows))
        if found == len(self.rows):
            self.rows.append(row)
        return found

    def live(self, first: int, end: int) -> Sequence[int]:
        """Give the ids in a range whose rows hold."""
        if not self.dead:
            return range(first, end)
        return [i for i in range(first, end) if i not in self.dead]

    def all(self) -> Sequence[Row]:
        """Give the rows that hold, all of them entered."""
        return self.rows if not self.dead else [self.rows[i] for i in self.live(0, self.entered)]

    def enter(self, clock: int | None = None) -> None:
        """Put all added rows into the indexes.

        Args:
            clock: the time, where it will be asked for.
        """
        first, end = self.entered, len(self.rows)
        if first == end:
            return
        new = self.rows[first:end] if first else self.rows
        for columns, index in self._indexes.items():
            _fill(index, columns, enumerate(new, first))
        for column, values in self._columns.items():
            values.extend([row[column] for row in new])
        if clock is not None:
            self._clocks.append(clock)
            self._firsts.append(first)
        self.entered = end

    def clock(self, number: int) -> int:
        """Give the time that a row was entered at, or was last found to rest on rows that are older."""
        found = self.ranks.get(number)
        return self._clocks[bisect_right(self._firsts, number) - 1] if found is None else found

    # ---- indexes -----------------------------------------------------------------------------------------------

    def index(self, columns: tuple[int, ...]) -> dict[Any, array[int]]:
        """Give the index on some columns: from a value (a tuple, of several columns) to ascending ids."""
        found = self._indexes.get(columns)
        if found is None:
            found = {}
            rows = self.rows
            _fill(found, columns, [(i, rows[i]) for i in self.live(0, self.entered)])
            self._indexes[columns] = found
        return found

    def column(self, column: int) -> list[Any]:
        """Give the values of one column, by id."""
        found = self._columns.get(column)
        if found is None:
            found = [row[column] for row in self.rows[: self.entered]]
            self._columns[column] = found
        return found

    def contents(self) -> dict[tuple[int, ...], dict[Any, array[int]]]:
        """Give the indexes, to be compared or counted."""
        return self._indexes

    # ---- losing rows, and going back ---------------------------------------------------------------------------

    def remove(self, numbers: Sequence[int]) -> None:
        """Remove entered rows that hold."""
        rows, ids = self.rows, self.ids
        self.dead.update(numbers)
        for number in numbers:
            del ids[rows[number]]
        for columns, index in self._indexes.items():
            for number in numbers:
                key = _key(rows[number], columns)
                bucket = index[key]
                del bucket[bisect_left(bucket, number)]
                if not bucket:
                    del index[key]

    def restore(self, number: int) -> None:
        """Put a removed row back, or what is missing of it."""
        row = self.rows[number]
        self.ids[row] = number
        for columns, index in self._indexes.items():
            bucket = index.setdefault(_key(row, columns), array("i"))
            at = bisect_left(bucket, number)
            if at == len(bucket) or bucket[at] != number:
                bucket.insert(at, number)
        self.dead.discard(number)

    def truncate(self, length: int) -> None:
        """Cut back to an earlier length, all of which was entered."""
        for columns, index in self._indexes.items():
            for row in self.rows[length:]:
                key = _key(row, columns)
                bucket = index.get(key)
                while bucket and bucket[-1] >= length:
                    bucket.pop()
                if bucket is not None and not bucket:
                    del index[key]
        for values in self._columns.values():
            del values[length:]
        self.entered = min(self.entered, length)
        while self._firsts and self._firsts[-1] >= length:
            self._firsts.pop()
        del self._clocks[len(self._firsts) :]
        # An interrupt between the two halves of `add` leaves an id, the last one, that stands for no row.
        if next(reversed(self.ids.values()), -1) >= len(self.rows):
            self.ids.popitem()
        for number in range(length, len(self.rows)):
            if self.ids.get(self.rows[number]) == number:
                del self.ids[self.rows[number]]
            self.dead.discard(number)
            self.ranks.pop(number, None)
        del self.rows[length:]

    def compacted(self) -> tuple[Relation, dict[int, int]]:
        """Give a relation without the removed rows, and the new id of each old one."""
        made, moved = Relation(), dict[int, int]()
        for number in self.live(0, len(self.rows)):
            moved[number] = made.add(self.rows[number])
        made.ranks = {moved[number]: rank for number, rank in self.ranks.items() if number in moved}
        made.enter()
        alive = list(moved)
        for clock, first in zip(self._clocks, self._firsts, strict=True):
            at = bisect_left(alive, first)
            if made._firsts and made._firsts[-1] == at:
                made._clocks[-1] = clock
            elif at < len(alive):
                made._clocks.append(clock)
                made._firsts.append(at)
        return made, moved


def _key(row: Row, columns: tuple[int, ...]) -> Any:
    return row[columns[0]] if len(columns) == 1 else tuple([row[c] for c in columns])


def _fill(index: dict[Any, array[int]], columns: tuple[int, ...], rows: Iterable[tuple[int, Row]]) -> None:
    get = index.get
    if len(columns) == 1:
        (column,) = columns
        for i, row in rows:
            key = row[column]
            bucket = get(key)
            if bucket is None:
                index[key] = array("i", (i,))
            else:
                bucket.append(i)
        return
    for i, row in rows:
        key = tuple([row[c] for c in columns])
        bucket = get(key)
        if bucket is None:
            index[key] = array("i", (i,))
        else:
            bucket.append(i)

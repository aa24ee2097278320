"""Relations: rows interned to ids, and their indexes.

The life of a row: it is *added* (it has an id, and is found when it is concluded again), then *entered* (it stands in
the indexes, and rules see it). Ids count up from 0 in each relation, in the order of adding, so that "the new rows" are
always a range of ids, and every bucket of an index is sorted.

Nothing is ever changed in place: a relation grows, or is cut back to an earlier length (`truncate`), or is replaced as
a whole. Each of these may be interrupted at any point and done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Relation"]

Row = tuple[Any, ...]


class Relation:
    """The rows of one relation.

    Attributes:
        rows: the rows, by id.
        ids: the id of each row.
        entered: how many rows stand in the indexes.
    """

    __slots__ = ("_columns", "_indexes", "entered", "ids", "rows")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = []
        self.ids: dict[Row, int] = {}
        self.entered = 0
        self._indexes: dict[tuple[int, ...], dict[Any, list[int]]] = {}
        self._columns: dict[int, list[Any]] = {}
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: Row) -> int:
        """Give the id of a row, a new one if the row is new."""
        found = self.ids.setdefault(row, len(self.rows))
        if found == len(self.rows):
            self.rows.append(row)
        return found

    def enter(self) -> None:
        """Put all added rows into the indexes."""
        first, end = self.entered, len(self.rows)
        if first == end:
            return
        new = self.rows[first:end] if first else self.rows
        for columns, index in self._indexes.items():
            _fill(index, columns, new, first)
        for column, values in self._columns.items():
            values.extend([row[column] for row in new])
        self.entered = end

    def index(self, columns: tuple[int, ...]) -> dict[Any, list[int]]:
        """Give the index on some columns: from a value (a tuple, of several columns) to ascending ids."""
        found = self._indexes.get(columns)
        if found is None:
            found = {}
            _fill(found, columns, self.rows[: self.entered], 0)
            self._indexes[columns] = found
        return found

    def column(self, column: int) -> list[Any]:
        """Give the values of one column, by id."""
        found = self._columns.get(column)
        if found is None:
            found = [row[column] for row in self.rows[: self.entered]]
            self._columns[column] = found
        return found

    def truncate(self, length: int) -> None:
        """Cut back to an earlier length, which must have been fully entered."""
        for columns, index in self._indexes.items():
            for row in self.rows[length:]:
                key = row[columns[0]] if len(columns) == 1 else tuple([row[c] for c in columns])
                bucket = index.get(key)
                while bucket and bucket[-1] >= length:
                    bucket.pop()
                if bucket is not None and not bucket:
                    del index[key]
        for values in self._columns.values():
            del values[length:]
        self.entered = min(self.entered, length)
        while len(self.ids) > length:
            self.ids.popitem()
        del self.rows[length:]

    def contents(self) -> dict[tuple[int, ...], dict[Any, list[int]]]:
        """Give the indexes, to be compared or counted."""
        return self._indexes


def _fill(index: dict[Any, list[int]], columns: tuple[int, ...], rows: list[Row], first: int) -> None:
    get = index.get
    if len(columns) == 1:
        (column,) = columns
        for i, row in enumerate(rows, first):
            key = row[column]
            bucket = get(key)
            if bucket is None:
                index[key] = [i]
            else:
                bucket.append(i)
        return
    for i, row in enumerate(rows, first):
        key = tuple([row[c] for c in columns])
        bucket = get(key)
        if bucket is None:
            index[key] = [i]
        else:
            bucket.append(i)

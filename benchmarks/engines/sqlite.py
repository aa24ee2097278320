"""SQLite, in memory, through the standard library: one statement for each relation, recursive where it must be.

It keeps conclusions alone. Its recursion takes one recursive condition, and no two relations that need each other.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workloads.workload import Facts, Row, Workload

__all__ = ["Sqlite"]


class Sqlite:
    """A database in memory."""

    packages: ClassVar[tuple[str, ...]] = ()
    main: ClassVar[bool] = False

    def __init__(self) -> None:
        self.firings: int | None = None
        self._connection = sqlite3.connect(":memory:")
        self._statements: tuple[str, ...] = ()

    def build(self, workload: Workload) -> None:
        """Make the tables of what is given."""
        self._statements = workload.sql
        for name, columns in workload.columns.items():
            if name not in workload.concluded:
                fields = ", ".join(f'"{column}" INTEGER' for column in columns)
                self._connection.execute(f"CREATE TABLE {name} ({fields})")

    def run(self, facts: Facts) -> None:
        """Insert the facts, and make the tables of what is concluded."""
        for name, rows in facts.items():
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        for statement in self._statements:
            self._connection.execute(statement)

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the rows of a table."""
        found: Iterable[Row] = self._connection.execute(f"SELECT * FROM {relation}")
        return found

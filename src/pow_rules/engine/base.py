"""The fact base: relations, the derivation log and the givens, with one undo record for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.engine.derivations import Table
from pow_rules.engine.store import Relation

if TYPE_CHECKING:
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.store import Row

__all__ = ["FactBase", "Outcome", "Undo"]


class Outcome:
    """What became of a call: whether its changes were kept."""

    __slots__ = ("is_kept",)

    def __init__(self) -> None:
        self.is_kept = False


class Undo:
    """How to get back to the state before a call: recorded before the first write to each part.

    Attributes:
        relations: each relation touched, with its length before.
        tables: each table touched, with its length before.
        givens: what was given for a row before (None: it was not given), the latest change last.
        outcome: what becomes of the call.
    """

    __slots__ = ("derivations", "facts", "givens", "outcome", "relations", "tables")

    def __init__(self, facts: int, derivations: int) -> None:
        self.relations: dict[int, tuple[Relation, int]] = {}
        self.tables: dict[int, tuple[Table, int]] = {}
        self.givens: list[tuple[int, Row, tuple[Any, ...] | None]] = []
        self.facts = facts
        self.derivations = derivations
        self.outcome = Outcome()


class FactBase:
    """All that one session holds.

    Attributes:
        relations: by the program's numbers.
        tables: the firings of each clause.
        givens: for each relation, the given rows, with the sources that give them.
        facts: how many rows the relations hold.
        derivations: how many firings the tables hold.
        version: how many calls were begun; what is computed from the rest holds for one version.
        undo: the record of the call that is running (or that was interrupted while it was rolled back).
    """

    def __init__(self, relations: int, clauses: tuple[Clause, ...]) -> None:
        self.relations = [Relation() for _ in range(relations)]
        self.tables = [Table(len(clause.patterns)) for clause in clauses]
        self.givens: list[dict[Row, tuple[Any, ...]]] = [{} for _ in range(relations)]
        self.facts = 0
        self.derivations = 0
        self.version = 0
        self.undo: Undo | None = None

    def begin(self) -> Undo:
        """Start to record what is changed, after finishing a rollback that was interrupted."""
        if self.undo is not None:
            self.rollback()
        self.version += 1
        self.undo = Undo(self.facts, self.derivations)
        return self.undo

    def commit(self) -> None:
        """Keep the changes."""
        undo, self.undo = self.undo, None
        if undo is not None:
            undo.outcome.is_kept = True

    def rollback(self) -> None:
        """Go back to the state at `begin`. May be interrupted at any point, and done again."""
        undo = self.undo
        if undo is None:
            return
        for number, (table, length) in undo.tables.items():
            table.truncate(length)
            self.tables[number] = table
        for number, (relation, length) in undo.relations.items():
            relation.truncate(length)
            self.relations[number] = relation
        for number, row, sources in reversed(undo.givens):
            if sources is None:
                self.givens[number].pop(row, None)
            else:
                self.givens[number][row] = sources
        self.facts, self.derivations = undo.facts, undo.derivations
        self.undo = None

    def give(self, number: int, row: Row, sources: tuple[Any, ...]) -> None:
        """Set the sources that give a row."""
        if self.undo is not None:
            self.undo.givens.append((number, row, self.givens[number].get(row)))
        self.givens[number][row] = sources

    def touch_relation(self, number: int) -> Relation:
        """Give a relation that is about to grow."""
        relation = self.relations[number]
        if self.undo is not None:
            self.undo.relations.setdefault(number, (relation, len(relation.rows)))
        return relation

    def touch_table(self, number: int) -> Table:
        """Give a table that is about to grow."""
        table = self.tables[number]
        if self.undo is not None:
            self.undo.tables.setdefault(number, (table, len(table)))
        return table

    def renew(self, number: int) -> Relation:
        """Put a relation in place that holds only what is given, and return it."""
        self.touch_relation(number)
        fresh = Relation(self.givens[number])
        self.relations[number] = fresh
        return fresh

    def renew_table(self, number: int) -> Table:
        """Put an empty table in place, and return it."""
        old = self.touch_table(number)
        fresh = Table(len(old.premises))
        self.tables[number] = fresh
        return fresh

"""The fact base: relations, the derivation log and the givens, with a record of how to go back.

Every change is made between `begin` and `commit` or `rollback`; these may be nested. Each beginning has a `Savepoint`,
which holds the state before, as lengths and lists of what was lost since. What an inner one recorded becomes part of
the outer one when it is committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pow_rules.engine.derivations import Table
from pow_rules.engine.store import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol
    from weakref import ReferenceType

    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.store import Row

    class Moment(Protocol):
        """Something that goes on looking at the contents as they are now."""

        def keep(self, base: FactBase, /) -> None: ...


__all__ = ["FactBase", "Outcome", "Savepoint"]

_FEW = 1000


class Outcome:
    """What became of a call: whether its changes were kept."""

    __slots__ = ("is_kept",)

    def __init__(self) -> None:
        self.is_kept = False


class Savepoint:
    """How to get back to the state at a `begin`: each part recorded before the first write to it.

    Attributes:
        is_call: whether it stands for one call, and not for several: then nothing may come between its beginning and
            its end, and one that is found later was interrupted.
        owner: what will end it, where it is no call: once that is gone, nothing will.
        relations: each relation touched, with its length before.
        tables: each table touched, with its length before.
        removed: the rows removed, by relation and id.
        dropped: the firings dropped, by table and number.
        ranks: what was the rank of a row before (None: it had none), by relation and id.
        givens: what was given for a row before (None: it was not given), the latest change last.
        outcome: what becomes of it.
        has_inner: whether it took over what an inner one recorded.
    """

    __slots__ = (
        "buried", "derivations", "dropped", "facts", "givens", "has_inner", "is_call", "outcome", "owner", "ranks",
        "relations", "removed", "tables",
    )  # fmt: skip

    def __init__(self, base: FactBase, *, is_call: bool) -> None:
        self.is_call = is_call
        self.owner: ReferenceType[object] | None = None
        self.relations: dict[int, int] = {}
        self.tables: dict[int, int] = {}
        self.removed: list[tuple[int, int]] = []
        self.dropped: list[tuple[int, int]] = []
        self.ranks: list[tuple[int, int, int | None]] = []
        self.givens: list[tuple[int, Row, tuple[Any, ...] | None]] = []
        self.facts, self.derivations, self.buried = base.facts, base.derivations, base.buried
        self.outcome = Outcome()
        self.has_inner = False

    @property
    def is_left(self) -> bool:
        """Whether nothing will end it: found between calls, it is to be gone back to."""
        return self.is_call or (self.owner is not None and self.owner() is None)

    def absorb(self, inner: Savepoint) -> None:
        """Take over what an inner one recorded; may be done again."""
        self.has_inner = True
        for number, length in inner.relations.items():
            self.relations.setdefault(number, length)
        for number, length in inner.tables.items():
            self.tables.setdefault(number, length)
        self.removed += inner.removed
        self.dropped += inner.dropped
        self.ranks += inner.ranks
        self.givens += inner.givens


class FactBase:
    """All that one session holds.

    Attributes:
        relations: by the program's numbers.
        tables: the firings of each clause.
        givens: for each relation, the given rows, with what is said of each and by whom: attestations, one a source,
            which nothing here looks into.
        facts: how many rows hold that users see.
        derivations: how many firings hold that users see.
        buried: how many rows and firings there are that hold no longer.
        version: how often the contents may have changed; what is computed from them holds for one version.
        epoch: how often ids have changed (see `compact`), or calls that were kept were undone after all.
        clock: how many rounds were run.
        savepoints: those that are open, the innermost last.
        moments: what looks at the contents as they are now, and is given a fork before they change.
    """

    def __init__(self, relations: int, clauses: tuple[Clause, ...]) -> None:
        self.clauses = clauses
        self.relations = [Relation() for _ in range(relations)]
        self.tables = [Table(len(clause.patterns)) for clause in clauses]
        self.givens: list[dict[Row, tuple[Any, ...]]] = [{} for _ in range(relations)]
        self.facts = 0
        self.derivations = 0
        self.buried = 0
        self.version = 0
        self.epoch = 0
        self.clock = 0
        self.savepoints: list[Savepoint] = []
        self.moments: WeakSet[Moment] = WeakSet()

    def fork(self) -> FactBase:
        """Give an independent fact base of the same contents; each part is copied once one of the two changes it."""
        made = FactBase(0, ())
        made.clauses = self.clauses
        for relation in self.relations:
            relation.is_shared = True
        for table in self.tables:
            table.settle()
            table.is_shared = True
        made.relations, made.tables = self.relations[:], self.tables[:]
        made.givens = [dict(givens) for givens in self.givens]
        made.facts, made.derivations, made.buried = self.facts, self.derivations, self.buried
        made.clock = self.clock
        return made

    def _keep_moments(self) -> None:
        """Give a fork to all that looks at the contents as they are now. May be interrupted, and done again."""
        if self.moments:
            made = self.fork()
            for moment in list(self.moments):
                moment.keep(made)
            self.moments.clear()

    # ---- going back --------------------------------------------------------------------------------------------

    @property
    def current(self) -> Savepoint:
        """The innermost savepoint."""
        return self.savepoints[-1]

    def begin(self, *, is_call: bool = True) -> Savepoint:
        """Start to record what is changed."""
        self._keep_moments()
        self.version += 1
        made = Savepoint(self, is_call=is_call)
        self.savepoints.append(made)
        return made

    def commit(self) -> None:
        """Keep the changes since the last `begin`, as far as those around it are kept."""
        inner = self.savepoints[-1]
        if len(self.savepoints) > 1:
            self.savepoints[-2].absorb(inner)
        # Before the last step: interrupted between the two, it is found to be undone, and unsaid by the rollback.
        inner.outcome.is_kept = True
        self.savepoints.pop()

    def rollback(self) -> None:
        """Go back to the state at the last `begin`. May be interrupted at any point, and done again."""
        if not self.savepoints:
            return
        self._keep_moments()
        point = self.savepoints[-1]
        # Found as that of a call from now on, it is gone back to at the next use if this is interrupted.
        point.is_call = True
        point.outcome.is_kept = False
        self.version += 1
        self.epoch += point.has_inner
        for number, length in point.tables.items():
            self._own_table(number).truncate(length)
        for number, firing in point.dropped:
            if firing < point.tables[number]:
                self.tables[number].restore(firing)
        for number, length in point.relations.items():
            self._own_relation(number).truncate(length)
        for number, row_id in point.removed:
            if row_id < point.relations[number]:
                self.relations[number].restore(row_id)
        for number, row_id, rank in reversed(point.ranks):
            if rank is None:
                self.relations[number].ranks.pop(row_id, None)
            elif row_id < point.relations[number]:
                self.relations[number].ranks[row_id] = rank
        for number, row, said in reversed(point.givens):
            if said is None:
                self.givens[number].pop(row, None)
            else:
                self.givens[number][row] = said
        self.facts, self.derivations, self.buried = point.facts, point.derivations, point.buried
        self.savepoints.pop()

    # ---- writing -----------------------------------------------------------------------------------------------

    def give(self, number: int, row: Row, said: tuple[Any, ...] | None) -> None:
        """Set what is said of a row that is given; None: it is no longer given."""
        self.current.givens.append((number, row, self.givens[number].get(row)))
        if said is None:
            self.givens[number].pop(row, None)
        else:
            self.givens[number][row] = said

    def touch_relation(self, number: int) -> Relation:
        """Give a relation that is about to change."""
        self.current.relations.setdefault(number, len(self.relations[number].rows))
        return self._own_relation(number)

    def touch_table(self, number: int) -> Table:
        """Give a table that is about to change."""
        self.current.tables.setdefault(number, len(self.tables[number]))
        return self._own_table(number)

    def _own_relation(self, number: int) -> Relation:
        """Give a relation to be changed: a copy of one that a fork holds too."""
        relation = self.relations[number]
        if relation.is_shared:
            relation = self.relations[number] = relation.copy()
        return relation

    def _own_table(self, number: int) -> Table:
        table = self.tables[number]
        if table.is_shared:
            table = self.tables[number] = table.copy()
        return table

    def remove(self, number: int, ids: Sequence[int], weight: int) -> None:
        """Remove rows; `weight` is what each counts as a fact."""
        relation = self.touch_relation(number)
        self.current.removed += [(number, row_id) for row_id in ids]
        relation.remove(ids)
        self.facts -= weight * len(ids)
        self.buried += len(ids)

    def drop(self, number: int, firings: Sequence[int], weight: int) -> list[int]:
        """Drop firings, and give their conclusions; `weight` is what each counts as a derivation."""
        table = self.touch_table(number)
        self.current.dropped += [(number, firing) for firing in firings]
        conclusions = [table.drop(firing) for firing in firings]
        self.derivations -= weight * len(firings)
        self.buried += len(firings)
        return conclusions

    def rank(self, number: int, row_id: int) -> None:
        """Make a row as new as the present moment."""
        relation = self.touch_relation(number)
        self.current.ranks.append((number, row_id, relation.ranks.get(row_id)))
        self.clock += 1
        relation.ranks[row_id] = self.clock

    # ---- making room -------------------------------------------------------------------------------------------

    def compact(self, at_least: int = _FEW) -> None:
        """Make room by leaving out what holds no longer, once that is more than what does; ids change, order does not.

        It takes as long as making it all, and follows as many removals: so each of them pays a constant part.
        """
        if self.savepoints or self.buried <= at_least:
            return
        if at_least and 2 * self.buried < sum(len(r.rows) for r in self.relations) + sum(map(len, self.tables)):
            return
        self._keep_moments()
        relations: list[Relation] = []
        moves: list[dict[int, int] | None] = []
        for relation in self.relations:
            made, moved = relation.compacted() if relation.dead else (relation, None)
            relations.append(made)
            moves.append(moved)
        tables = [
            table.compacted(moves[clause.head.relation], [moves[p.relation] for p in clause.patterns])
            for clause, table in zip(self.clauses, self.tables, strict=True)
        ]
        # In one step, so that no interrupt comes between.
        vars(self).update(relations=relations, tables=tables, buried=0, epoch=self.epoch + 1, version=self.version + 1)

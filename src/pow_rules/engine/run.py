"""Running to fixpoint: components in order, each first losing what no longer holds, then gaining what is new.

A component loses the firings from rows that are gone, and those that an absence or an aggregate makes come out
differently, with all that rested on them (`maintain`); then it goes on from what is new, in semi-naive rounds: in a
round the clauses see the rows that are entered; what they conclude is entered before the next.
"""

from __future__ import annotations

import gc
import heapq
import time
from functools import partial
from operator import contains
from typing import TYPE_CHECKING

from pow_rules.engine.maintain import Maintenance
from pow_rules.engine.matcher import CHUNK, Revisit, Round
from pow_rules.engine.revisit import differences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pow_rules.engine.base import FactBase
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.components import Component
    from pow_rules.engine.machine import Machine
    from pow_rules.engine.matcher import Match, Matcher
    from pow_rules.engine.store import Relation, Row

__all__ = ["Exceeded", "Run"]

_STEP = 65_536


class Exceeded(Exception):  # noqa: N818 - internal: the session makes a LimitError of it
    """A limit was met: `facts`, `derivations` or `seconds`; by a clause that would still grow, where there is one."""

    def __init__(self, limit: str, clause: Clause | None = None, more: int = 0) -> None:
        super().__init__(limit)
        self.limit = limit
        self.clause = clause
        self.more = more


class Run:
    """One run over a fact base, inside its undo record.

    Args:
        machine: the compiled program.
        matcher: what finds the matches.
        base: the fact base; `begin` has been called on it.
        facts: how many facts it may hold, or None.
        derivations: how many firings it may hold, or None.
        seconds: how long the run may take, or None.
    """

    def __init__(
        self,
        machine: Machine,
        matcher: Matcher,
        base: FactBase,
        *,
        facts: int | None,
        derivations: int | None,
        seconds: float | None,
    ) -> None:
        self.machine = machine
        self.matcher = matcher
        self.base = base
        self.most_facts = facts
        self.most_derivations = derivations
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.agenda: list[int] = []
        # What this run removed, and what it was told is no longer given, by relation.
        self.gone: dict[int, list[int]] = {}
        self.released: dict[int, list[int]] = {}
        self.before: dict[int, int] = {}
        self.first = False
        self.counted = machine.counted

    def add(self, number: int, row: Row) -> None:
        """Add a given row."""
        if row not in self.base.relations[number].ids:
            self._touch(number).add(row)
            self.base.facts += 1

    def release(self, number: int, row: Row) -> None:
        """Look whether a row still holds that is no longer given."""
        self.released.setdefault(number, []).append(self.base.relations[number].ids[row])

    def start(self) -> None:
        """Put every component on the agenda: the program's first run."""
        self.first = True
        self.agenda = [component.index for component in self.machine.components]

    def fixpoint(self) -> None:
        """Run until nothing new follows."""
        self._check()
        for number in {**self.before, **self.released}:
            own = self.machine.component_of.get(number)
            if own is None:
                self.base.relations[number].enter()
                released = self.released.get(number)
                if released:
                    self.base.remove(number, released, self.counted[number])
                    self.gone[number] = released
                self._schedule(self.machine.consumers.get(number, ()))
            else:
                self._schedule((own,))
        # The cyclic garbage collector is paused: a run makes many tuples and no cycles. Not by a context manager: an
        # interrupt may come between its beginning and the block.
        is_collecting = gc.isenabled()
        try:
            gc.disable()
            while self.agenda:
                component = self.machine.components[heapq.heappop(self.agenda)]
                while self.agenda and self.agenda[0] == component.index:
                    heapq.heappop(self.agenda)
                self._component(component)
        finally:
            if is_collecting:
                gc.enable()

    # ---- what has changed so far -----------------------------------------------------------------------------

    def _touch(self, number: int) -> Relation:
        relation = self.base.touch_relation(number)
        self.before.setdefault(number, len(relation.rows))
        return relation

    def _low(self, number: int) -> int:
        """Give how many of a relation's rows are not new."""
        found = self.before.get(number)
        return len(self.base.relations[number].rows) if found is None else found

    def _changed(self, number: int) -> bool:
        return number in self.gone or len(self.base.relations[number].rows) > self._low(number)

    def _schedule(self, components: Sequence[int]) -> None:
        for index in components:
            heapq.heappush(self.agenda, index)

    # ---- one component ---------------------------------------------------------------------------------------

    def _component(self, component: Component) -> None:
        for number in component.relations:
            self._touch(number)
        for clause in component.clauses:
            self.base.touch_table(clause.index)
        if self.first:
            low = dict.fromkeys(component.reads, 0)
        else:
            low = {number: self._low(number) for number in component.reads}
            if self.gone or self.released or any(map(self._changed, component.tests)):
                self._lose(component, low)
        if self.first or self._has_new(component, low):
            self._rounds(component, low)
        for number in component.relations:
            if self._changed(number):
                self._schedule(self.machine.consumers.get(number, ()))

    def _has_new(self, component: Component, low: dict[int, int]) -> bool:
        """Tell whether there are rows that rules have not seen yet, or that are to be entered."""
        relations = self.base.relations
        for number in component.reads:
            if low[number] < len(relations[number].rows):
                return True
        return any(relations[number].entered < len(relations[number].rows) for number in component.relations)

    def _lose(self, component: Component, low: dict[int, int]) -> None:
        """Take away what no longer holds, and record what old rows now lead to."""
        maintenance = Maintenance(self.machine, self.base, component, self._check)
        for number in component.relations:
            for row_id in self.released.get(number, ()):
                maintenance.shake((number, row_id))
        for number in component.reads - component.relations:
            if number in self.gone:
                maintenance.drop_from(number, self.gone[number])
        found = self._differences(component, low, maintenance)
        for number, ids in maintenance.settle().items():
            self.gone.setdefault(number, []).extend(ids)
        for clause, gained in found:
            self._record(clause, gained)

    def _differences(
        self, component: Component, low: dict[int, int], maintenance: Maintenance
    ) -> list[tuple[Clause, list[tuple[Match, Row]]]]:
        """Drop what absences and aggregates no longer allow, and give what they allow now."""
        changed = {
            number: [*self.gone.get(number, ()), *range(self._low(number), len(self.base.relations[number].rows))]
            for number in component.tests
            if self._changed(number)
        }
        found: list[tuple[Clause, list[tuple[Match, Row]]]] = []
        for clause in component.clauses if changed else ():
            if not clause.tests.isdisjoint(changed):
                old = [low[pattern.relation] for pattern in clause.patterns]
                differ = differences(self.machine, self.matcher, Revisit(self.base, clause, changed, old, self._check))
                maintenance.drop(clause, differ.lost)
                found.append((clause, differ.gained))
        return found

    def _record(self, clause: Clause, gained: list[tuple[Match, Row]]) -> None:
        """Record firings from old rows, where these still hold."""
        relations, table, head = self.base.relations, self.base.tables[clause.index], clause.head.relation
        dead = [relations[pattern.relation].dead for pattern in clause.patterns]
        if any(dead):
            gained = [(m, row) for m, row in gained if not any(map(contains, dead, m))]
        before, weight = len(relations[head].ids), self.counted[head]
        for start in range(0, len(gained), CHUNK):
            for match, row in gained[start : start + CHUNK]:
                table.conclusions.append(relations[head].add(row))
                for column, row_id in zip(table.premises, match, strict=True):
                    column.append(row_id)
            self.base.facts += weight * (len(relations[head].ids) - before)
            self.base.derivations += weight * len(gained[start : start + CHUNK])
            before = len(relations[head].ids)
            self._check()

    def _rounds(self, component: Component, low: dict[int, int]) -> None:
        base, relations = self.base, self.base.relations
        growing, reads = [relations[number] for number in component.relations], component.reads
        # Not kept by the run: what counts refers to it, and such a circle would keep it.
        watch = partial(self._watch, {}, {number: len(relations[number].rows) for number in component.relations})
        current = Round(base, component, low, low, self.first, watch, self._foresee)
        if component.relations.isdisjoint(reads):
            for relation in growing:
                relation.enter()
            current.high = {number: relations[number].entered for number in reads}
            self.matcher.match(current)
            for relation in growing:
                relation.enter()
            return
        is_growing = True
        while is_growing:
            base.clock += 1
            for relation in growing:
                relation.enter(base.clock)
            current.high = {number: relations[number].entered for number in reads}
            self.matcher.match(current)
            current.low, current.start, is_growing = current.high, False, False
            for relation in growing:
                is_growing |= relation.entered < len(relation.rows)

    def _watch(
        self, watches: dict[int, Callable[[], int]], rows_before: dict[int, int], clause: Clause
    ) -> Callable[[], int]:
        """Give the function that counts what a clause records, and checks the limits.

        Args:
            watches: those given before, by clause.
            rows_before: how many rows of each relation have been counted.
            clause: the clause.
        """
        found = watches.get(clause.index)
        if found is not None:
            return found
        base, number = self.base, clause.head.relation
        firings, rows, weight = base.tables[clause.index].conclusions, base.relations[number].rows, self.counted[number]
        known = len(firings)

        def watch() -> int:
            nonlocal known
            now, there = len(firings), len(rows)
            base.derivations += weight * (now - known)
            base.facts += weight * (there - rows_before[number])
            known, rows_before[number] = now, there
            self._check()
            return now + _STEP

        watches[clause.index] = watch
        return watch

    def _foresee(self, clause: Clause, more: int) -> None:
        """Raise if as many more firings of a clause would meet the limit."""
        counted = more * self.counted[clause.head.relation]
        if self.most_derivations is not None and self.base.derivations + counted > self.most_derivations:
            raise Exceeded("derivations", clause, more)

    def _check(self) -> None:
        """Raise if a limit is met."""
        base = self.base
        if self.most_facts is not None and base.facts > self.most_facts:
            raise Exceeded("facts")
        if self.most_derivations is not None and base.derivations > self.most_derivations:
            raise Exceeded("derivations")
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise Exceeded("seconds")

"""The default matcher: each plan is a Python function over the indexes of the fact base; see `codegen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.clauses import Absence, Aggregation
from pow_rules.engine.matcher import CHUNK

if TYPE_CHECKING:
    from pow_rules.engine.machine import Machine, Task
    from pow_rules.engine.matcher import Match, Revisit, Round

__all__ = ["CompiledMatcher", "run_task"]


class CompiledMatcher:
    """Runs the compiled plans of a component; it keeps nothing between rounds."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.compile()

    def match(self, current: Round) -> None:
        """Find and record the new matches of one round."""
        low, high = current.low, current.high
        for task in self._machine.tasks[current.component.index]:
            if task.trigger is None:
                if current.start:
                    run_task(self._machine, task, current)
            elif low[task.relation] < high[task.relation] and all(low[r] for r in task.old):
                run_task(self._machine, task, current)

    def revisit(self, current: Revisit) -> set[Match]:
        """Find the matches that rows concern which came or went."""
        found: set[Match] = set()

        def watch() -> int:
            current.check()
            return len(found) + CHUNK

        relations = current.base.relations
        for condition in current.clause.conditions:
            if not isinstance(condition, Absence | Aggregation):
                continue
            for lookup in condition.lookups:
                ids = current.changed.get(lookup.relation, ())
                for start in range(0, len(ids), CHUNK):
                    function = self._machine.revisit(current.clause, lookup)
                    function(relations, found, ids[start : start + CHUNK], current.old, watch(), watch)
        return found

    def close(self) -> None:
        """There is nothing to give back."""


def run_task(machine: Machine, task: Task, current: Round) -> None:
    """Run one compiled plan over its new rows."""
    clause, base, low = task.clause, current.base, current.low
    function, watch = machine.function(task), current.watch(clause)
    table, relations = base.tables[clause.index], base.relations
    cap = len(table.conclusions) + CHUNK
    if task.trigger is None:
        function(relations, table, (), (), cap, watch)
        watch()
        return
    old = [low[pattern.relation] for pattern in clause.patterns] if task.old else ()
    relation, first, last = relations[task.relation], low[task.relation], current.high[task.relation]
    while last - first > CHUNK:
        function(relations, table, relation.live(first, first + CHUNK), old, cap, watch)
        first, cap = first + CHUNK, watch()
    function(relations, table, relation.live(first, last), old, cap, watch)
    watch()

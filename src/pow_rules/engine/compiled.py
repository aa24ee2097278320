"""The default matcher: each plan is a Python function over the indexes of the fact base; see `codegen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.matcher import CHUNK

if TYPE_CHECKING:
    from pow_rules.engine.machine import Machine, Task
    from pow_rules.engine.matcher import Round

__all__ = ["CompiledMatcher", "run_task"]


class CompiledMatcher:
    """Runs the compiled plans of a component; it keeps nothing between rounds."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def match(self, current: Round) -> None:
        """Find and record the new matches of one round."""
        low, high = current.low, current.high
        for task in self._machine.tasks[current.component.index]:
            if task.trigger is None:
                if current.start:
                    run_task(self._machine, task, 0, 1, current)
            elif low[task.relation] < high[task.relation] and all(low[r] for r in task.old):
                run_task(self._machine, task, low[task.relation], high[task.relation], current)

    def close(self) -> None:
        """There is nothing to give back."""


def run_task(machine: Machine, task: Task, first: int, last: int, current: Round) -> None:
    """Run one compiled plan over a range of new rows."""
    clause, base = task.clause, current.base
    function, watch = machine.function(task), current.watch(clause)
    old = [current.low[p.relation] for p in clause.patterns]
    for start in range(first, last, CHUNK):
        end = min(start + CHUNK, last)
        function(base.relations, base.tables[clause.index], start, end, old, watch(), watch)
    watch()

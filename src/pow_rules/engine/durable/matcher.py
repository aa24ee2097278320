"""The matcher over durable-rules: it finds the joins there, and has the plans do the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.compiled import run_task
from pow_rules.engine.durable.memory import Memory
from pow_rules.engine.durable.ruleset import Join, join_of, rulesets
from pow_rules.engine.matcher import CHUNK

if TYPE_CHECKING:
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.components import Component
    from pow_rules.engine.machine import Machine
    from pow_rules.engine.matcher import Match, Revisit, Round

__all__ = ["DurableMatcher"]


class DurableMatcher:
    """Finds joins by durable-rules networks, one or more for each component.

    Raises:
        TooMuch: when it is made, if a clause is larger than the package can take.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        # For each clause its patterns' positions in the order of its loops, for each trigger, first triggers first.
        self._loops = {clause.index: machine.orders(clause) for clause in machine.clauses if clause.patterns}
        self._joins = {i: join_of(machine.clauses[i], loops[0]) for i, loops in self._loops.items()}
        self._memories: dict[int, tuple[Memory, ...]] = {}
        self._members: dict[int, tuple[tuple[Join, ...], ...]] = {}

    def match(self, current: Round) -> None:
        """Find and record the new matches of one round."""
        found = self._found(current)
        for task in self._machine.tasks[current.component.index]:
            if task.trigger is None and current.start:
                run_task(self._machine, task, current)
            elif (matches := found.pop(task.clause.index, None)) is not None:
                self._record(task.clause, self._in_order(task.clause, matches, current), current)

    def revisit(self, current: Revisit) -> set[Match]:
        """Find all matches among old rows, in a network of their own: which of them are concerned is not known here."""
        clause, base = current.clause, current.base
        if not clause.patterns:
            return {()}
        (ruleset,) = rulesets([self._joins[clause.index]])
        old = {pattern.relation: length for pattern, length in zip(clause.patterns, current.old, strict=True)}
        memory = Memory(ruleset)
        try:
            return {tuple(ids) for _, ids in memory.given(base, old, current.check)}
        finally:
            memory.close()

    def close(self) -> None:
        """Give back all networks."""
        for memories in self._memories.values():
            for memory in memories:
                memory.close()

    def _found(self, current: Round) -> dict[int, list[Match]]:
        """Give the new matches of a round, by clause."""
        component, found = current.component, dict[int, "list[Match]"]()
        check = current.watch(component.clauses[0]) if component.clauses else int
        for members, memory in self._networks(component):
            for number, ids in memory.matches(current, check):
                join = members[number]
                matches = found.setdefault(join.clause.index, [])
                matches.append(tuple(ids))
                if len(matches) % CHUNK == 0 and len(join.settled) == len(join.clause.conditions):
                    # Each of these is a firing: they need not all be found before that is too many.
                    current.foresee(join.clause, len(matches))
        return found

    def _networks(self, component: Component) -> list[tuple[tuple[Join, ...], Memory]]:
        if component.index not in self._memories:
            made = rulesets(self._joins[clause.index] for clause in component.clauses if clause.patterns)
            self._members[component.index] = tuple(ruleset.joins for ruleset in made)
            self._memories[component.index] = tuple(map(Memory, made))
        return list(zip(self._members[component.index], self._memories[component.index], strict=True))

    def _in_order(self, clause: Clause, matches: list[Match], current: Round) -> list[Match]:
        """Put matches into the order in which the plans' loops would find them."""
        loops = self._loops[clause.index]
        lows = [current.low[pattern.relation] for pattern in clause.patterns]

        def key(match: Match) -> tuple[int, ...]:
            for number, order in enumerate(loops):
                if match[order[0]] >= lows[order[0]]:
                    return number, *(match[position] for position in order)
            raise AssertionError(match)

        return sorted(matches, key=key)

    def _record(self, clause: Clause, matches: list[Match], current: Round) -> None:
        function = self._machine.completion(clause, self._joins[clause.index].settled)
        base, watch = current.base, current.watch(clause)
        for start in range(0, len(matches), CHUNK):
            function(base.relations, base.tables[clause.index], matches[start : start + CHUNK], (), watch(), watch)
        watch()

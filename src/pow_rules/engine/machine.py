"""A program as the engine runs it: components, who reads what, and the compiled plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.engine.codegen import compile_plan, source_of
from pow_rules.engine.plan import Plan, Probe, Trigger, make_completion, make_plan, make_revisit, trigger_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pow_rules.engine.clauses import Clause, Filter, Lookup, RelationSpec
    from pow_rules.engine.components import Component

__all__ = ["Graph", "Machine", "Task"]


@attrs.frozen(eq=False, repr=False)
class Task:
    """A clause and the pattern whose new rows start it.

    Attributes:
        clause: the clause.
        trigger: the pattern's position; None for a clause without patterns.
        relation: the pattern's relation.
        old: the relations of the patterns that only old rows may match.
    """

    clause: Clause
    trigger: int | None
    relation: int
    old: tuple[int, ...]


@attrs.frozen(eq=False, repr=False)
class Graph:
    """Who rests on whom in a component.

    Attributes:
        is_recursive: whether its rows may rest on one another.
        heads: for each relation, the clauses that conclude it; with each the patterns in the component, as relations
            and positions.
        uses: for each relation, the clauses of the component that join it, and at which position.
    """

    is_recursive: bool
    heads: dict[int, list[tuple[Clause, list[tuple[int, int]]]]]
    uses: dict[int, list[tuple[Clause, int]]]


class Machine:
    """What a program is compiled to; sessions share it. Plans are compiled when first needed."""

    def __init__(
        self, relations: tuple[RelationSpec, ...], clauses: tuple[Clause, ...], components: tuple[Component, ...]
    ) -> None:
        self.relations = relations
        # What users see is what limits count: a weight of 1, or of 0 for what `present` makes.
        self.counted = tuple(int(not relation.hidden) for relation in relations)
        self.clauses = clauses
        self.components = components
        self.component_of = {r: c.index for c in components for r in c.relations}
        consumers: dict[int, list[int]] = {}
        for component in components:
            for relation in sorted((component.reads | component.tests) - component.relations):
                consumers.setdefault(relation, []).append(component.index)
        self.consumers = {relation: tuple(found) for relation, found in consumers.items()}
        self._graphs: dict[int, Graph] = {}
        self.by_head: dict[int, tuple[Clause, ...]] = {}
        for clause in clauses:
            self.by_head[clause.head.relation] = (*self.by_head.get(clause.head.relation, ()), clause)
        self.tasks = tuple(_tasks(component) for component in components)
        self._orders: dict[int, tuple[tuple[int, ...], ...]] = {}
        self._functions: dict[Any, Callable[..., None]] = {}

    def graph(self, component: Component) -> Graph:
        """Give who rests on whom in a component."""
        found = self._graphs.get(component.index)
        if found is None:
            found = self._graphs[component.index] = _graph(component, self.by_head)
        return found

    def plan(self, clause: Clause, trigger: int | None) -> Plan:
        """Plan a clause, started by one of its patterns."""
        return make_plan(clause, trigger, self._growing(clause), self.relations)

    def plans(self, clause: Clause) -> tuple[Plan, ...]:
        """Plan a clause for each of its patterns, in the order in which they are tried."""
        order: tuple[int | None, ...] = trigger_order(clause, self._growing(clause)) or (None,)
        return tuple(self.plan(clause, trigger) for trigger in order)

    def orders(self, clause: Clause) -> tuple[tuple[int, ...], ...]:
        """Give the positions of a clause's patterns in the order in which each of its plans goes through them."""
        found = self._orders.get(clause.index)
        if found is None:
            found = self._orders[clause.index] = tuple(
                tuple(clause.patterns.index(s.pattern) for s in plan.steps if isinstance(s, Trigger | Probe))
                for plan in self.plans(clause)
            )
        return found

    def source(self, plan: Plan) -> str:
        """Give the Python source of a plan."""
        return source_of(plan, self.relations, self._growing(plan.clause))

    def function(self, task: Task) -> Callable[..., Any]:
        """Give the compiled plan of a task."""
        # Looked up before anything else is made: this is where every run passes.
        return self._functions.get(task) or self._compiled(task, self.plan(task.clause, task.trigger))

    def compile(self) -> None:
        """Make the functions that the first call of a session needs, where all rows are new or come in its rounds."""
        for component, tasks in zip(self.components, self.tasks, strict=True):
            for task in tasks:
                if not task.old or task.relation in component.relations:
                    self.function(task)

    def completion(self, clause: Clause, settled: Sequence[Filter] = (), *, tell: bool = False) -> Callable[..., Any]:
        """Give the function that goes on from matches found elsewhere.

        Args:
            clause: the clause.
            settled: the filters that have been applied.
            tell: whether it tells what would be concluded, in place of recording it.
        """
        applied = tuple(i for i, c in enumerate(clause.conditions) if any(c is s for s in settled))
        key = (clause.index, "tell" if tell else "complete", applied)
        return self._functions.get(key) or self._compiled(
            key, make_completion(clause, settled, self.relations, tell=tell)
        )

    def revisit(self, clause: Clause, lookup: Lookup) -> Callable[..., Any]:
        """Give the function that finds the matches which rows concern that are looked for from outside."""
        key = (clause.index, "revisit", lookup.slot)
        return self._functions.get(key) or self._compiled(key, make_revisit(clause, lookup, self.relations))

    def _compiled(self, key: object, plan: Plan) -> Callable[..., Any]:
        made = compile_plan(plan, self.relations, self._growing(plan.clause))
        self._functions[key] = made
        return made

    def _growing(self, clause: Clause) -> frozenset[int]:
        return self.components[self.component_of[clause.head.relation]].relations


def _graph(component: Component, by_head: dict[int, tuple[Clause, ...]]) -> Graph:
    heads: dict[int, list[tuple[Clause, list[tuple[int, int]]]]] = {}
    uses: dict[int, list[tuple[Clause, int]]] = {}
    for relation in component.relations:
        heads[relation] = [
            (clause, [(p.relation, i) for i, p in enumerate(clause.patterns) if p.relation in component.relations])
            for clause in by_head.get(relation, ())
        ]
    for clause in component.clauses:
        for i, pattern in enumerate(clause.patterns):
            uses.setdefault(pattern.relation, []).append((clause, i))
    return Graph(bool(component.reads & component.relations), heads, uses)


def _tasks(component: Component) -> tuple[Task, ...]:
    found: list[Task] = []
    for clause in component.clauses:
        if not clause.patterns:
            found.append(Task(clause, None, -1, ()))
            continue
        order = trigger_order(clause, component.relations)
        for i, position in enumerate(order):
            old = tuple(clause.patterns[p].relation for p in order[:i])
            found.append(Task(clause, position, clause.patterns[position].relation, old))
    return tuple(found)

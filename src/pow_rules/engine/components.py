"""Components: the clauses in the order in which they can be run to their end.

Relations that depend on each other in a circle form one component; components are ordered so that each reads only what
is complete. Every component also has a stratum: how many absences and aggregates lie below it at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pow_rules.engine.clauses import Clause

__all__ = ["Component", "Cycle", "components", "negative_cycles", "strongly_connected"]


@attrs.frozen(eq=False, repr=False)
class Component:
    """Clauses that run together until nothing new follows.

    Attributes:
        index: its place in the order.
        stratum: 0, or one more than the highest stratum that it looks into for absences or aggregates.
        relations: what its clauses conclude.
        clauses: the clauses.
        reads: the relations that its clauses join.
        tests: the relations that its clauses look into for absences and aggregates.
    """

    index: int
    stratum: int
    relations: frozenset[int]
    clauses: tuple[Clause, ...]
    reads: frozenset[int]
    tests: frozenset[int]


@attrs.frozen(eq=False, repr=False)
class Cycle:
    """Clauses each of which reads what the one before concludes, the last one through an absence or aggregate."""

    clauses: tuple[Clause, ...]


def components(clauses: Sequence[Clause], relations: int) -> tuple[Component, ...]:
    """Group and order clauses.

    Args:
        clauses: the program's clauses.
        relations: how many relations there are.
    """
    by_head: dict[int, list[Clause]] = {}
    for clause in clauses:
        by_head.setdefault(clause.head.relation, []).append(clause)
    below = _below(clauses)
    made: list[Component] = []
    stratum_of: dict[int, int] = {}
    for group in strongly_connected(range(relations), below):
        own = tuple(c for r in sorted(group) for c in by_head.get(r, ()))
        if not own:
            stratum_of.update(dict.fromkeys(group, 0))
            continue
        reads = frozenset[int]().union(*(c.reads for c in own))
        tests = frozenset[int]().union(*(c.tests for c in own))
        levels = [stratum_of[r] for r in reads - group] + [stratum_of[r] + 1 for r in tests - group]
        stratum = max(levels, default=0)
        stratum_of.update(dict.fromkeys(group, stratum))
        made.append(Component(len(made), stratum, frozenset(group), own, reads, tests))
    return tuple(made)


def negative_cycles(clauses: Sequence[Clause], relations: int) -> list[Cycle]:
    """Give the cycles through an absence or aggregate, one for each clause that closes one."""
    below = _below(clauses)
    group_of = {r: i for i, group in enumerate(strongly_connected(range(relations), below)) for r in group}
    found: list[Cycle] = []
    for clause in clauses:
        for tested in sorted(clause.tests):
            if group_of[tested] == group_of[clause.head.relation]:
                found.append(Cycle((*_path(clauses, clause.head.relation, tested), clause)))
                break
    return found


def _path(clauses: Sequence[Clause], start: int, goal: int) -> tuple[Clause, ...]:
    """Give a shortest chain of clauses from one relation to another (breadth first)."""
    came_by: dict[int, tuple[Clause, int]] = {}
    level = [start]
    seen = {start}
    while level and goal not in seen:
        following: list[int] = []
        for relation in level:
            for clause in clauses:
                head = clause.head.relation
                if head not in seen and relation in clause.reads | clause.tests:
                    came_by[head] = (clause, relation)
                    seen.add(head)
                    following.append(head)
        level = following
    chain: list[Clause] = []
    while goal != start:
        clause, goal = came_by[goal]
        chain.append(clause)
    return tuple(reversed(chain))


def _below(clauses: Iterable[Clause]) -> dict[int, list[int]]:
    below: dict[int, dict[int, None]] = {}
    for clause in clauses:
        below.setdefault(clause.head.relation, {}).update(dict.fromkeys(sorted(clause.reads | clause.tests)))
    return {relation: list(found) for relation, found in below.items()}


def strongly_connected(nodes: Iterable[int], below: dict[int, list[int]]) -> list[set[int]]:
    """Give the strongly connected components, those below first (Tarjan 1972, without recursion).

    Args:
        nodes: the nodes.
        below: what lies directly below each node; nothing below those that are left out.
    """
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[set[int]] = []
    for root in nodes:
        if root in order:
            continue
        work = [(root, 0)]
        while work:
            node, position = work.pop()
            if position == 0:
                order[node] = low[node] = len(order)
                stack.append(node)
                on_stack.add(node)
            targets = below.get(node, [])
            if position > 0:
                low[node] = min(low[node], low[targets[position - 1]])
            while position < len(targets) and targets[position] in order:
                if targets[position] in on_stack:
                    low[node] = min(low[node], order[targets[position]])
                position += 1
            if position < len(targets):
                work.append((node, position + 1))
                work.append((targets[position], 0))
                continue
            if low[node] == order[node]:
                group: set[int] = set()
                while node not in group:
                    group.add(stack.pop())
                on_stack -= group
                found.append(group)
    return found

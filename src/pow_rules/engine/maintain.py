"""Truth maintenance in one component: what goes when its support goes.

Works on the derivation graph alone: nothing is joined. Every row that holds and is not given has a derivation whose
premises of the same component are older than itself, by the order in which rows were added. So a row that still has
such a derivation stays, and is not looked at further. One that has lost the last may be held up only by rows that it
holds up itself: it becomes a *suspect*, and so does whatever has only derivations with suspects, or with newer rows.
Suspects with a derivation from rows that are above suspicion are cleared, one after the other, and become the newest
rows in that order; the others are removed, with all derivations from them.

This is deletion and rederivation (Gupta, Mumick and Subrahmanian, 1993) on recorded derivations. That a derivation from
older rows is enough is the well-founded support of truth maintenance systems (Doyle, 1979).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pow_rules.engine.base import FactBase
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.components import Component
    from pow_rules.engine.machine import Machine

__all__ = ["Maintenance", "Node"]

Node = tuple[int, int]
"""A row, by relation and id."""

_OFTEN = 1024


class Maintenance:
    """Truth maintenance in one component, during one run.

    Args:
        machine: the program.
        base: the fact base.
        component: the component.
        check: checks the limits (and raises); it is called now and then.
    """

    def __init__(self, machine: Machine, base: FactBase, component: Component, check: Callable[[], object]) -> None:
        self._machine = machine
        self._base = base
        self._own = component.relations
        self._clauses = component.clauses
        self._is_recursive = bool(component.reads & component.relations)
        self._check = check
        # Rows that have lost a derivation, or are no longer given.
        self._shaken: dict[Node, None] = {}

    def shake(self, node: Node) -> None:
        """Note that a row has lost some support."""
        self._shaken[node] = None

    def drop(self, clause: Clause, firings: Sequence[int]) -> None:
        """Drop firings of one of the component's clauses."""
        if firings:
            head = clause.head.relation
            for conclusion in self._base.drop(clause.index, firings, self._machine.counted[head]):
                self._shaken[head, conclusion] = None

    def drop_from(self, relation: int, ids: Sequence[int]) -> None:
        """Drop all firings from rows that were removed."""
        for clause in self._clauses:
            table = self._base.tables[clause.index]
            for position, pattern in enumerate(clause.patterns):
                if pattern.relation == relation:
                    self.drop(clause, table.using_any(position, ids))

    def settle(self) -> dict[int, list[int]]:
        """Remove the rows that have no well-founded derivation left, and give their ids by relation."""
        suspects = self._suspected()
        self._clear(suspects)
        gone: dict[int, list[int]] = {}
        for relation, row_id in sorted(suspects):
            gone.setdefault(relation, []).append(row_id)
        for relation, ids in gone.items():
            for clause in self._machine.by_head.get(relation, ()):
                self.drop(clause, self._base.tables[clause.index].using_any(-1, ids))
            self._base.remove(relation, ids, self._machine.counted[relation])
        for relation, ids in gone.items():
            self.drop_from(relation, ids)
        return gone

    # ---- suspicion ---------------------------------------------------------------------------------------------

    def _suspected(self) -> dict[Node, None]:
        suspects: dict[Node, None] = {}
        stack = list(self._shaken)
        while stack:
            node = stack.pop()
            if node in suspects or self._stands(node, suspects):
                continue
            suspects[node] = None
            if len(suspects) % _OFTEN == 0:
                self._check()
            if self._is_recursive:
                stack += [above for above in self._above(node) if above not in suspects]
        return suspects

    def _stands(self, node: Node, suspects: dict[Node, None]) -> bool:
        """Tell whether a row is given, or has a derivation from older rows that are no suspects."""
        if self._is_given(node):
            return True
        if not self._is_recursive:
            for clause in self._machine.by_head.get(node[0], ()):
                if self._base.tables[clause.index].concludes(node[1]):
                    return True
            return False
        return any(
            all(below not in suspects and self._is_older(below, node) for below in joined)
            for joined in self._derivations(node)
        )

    def _clear(self, suspects: dict[Node, None]) -> None:
        """Take off the list what has a derivation from rows that are not on it."""
        if not self._is_recursive:
            return
        stack = sorted(suspects, reverse=True)
        while stack:
            node = stack.pop()
            if node not in suspects:
                continue
            if any(all(below not in suspects for below in joined) for joined in self._derivations(node)):
                del suspects[node]
                self._base.rank(*node)
                stack += sorted((above for above in self._above(node) if above in suspects), reverse=True)

    # ---- the graph ---------------------------------------------------------------------------------------------

    def _is_given(self, node: Node) -> bool:
        relation, row_id = node
        return self._base.relations[relation].rows[row_id] in self._base.givens[relation]

    def _is_older(self, one: Node, other: Node) -> bool:
        """Tell whether a row was added before another, or so counts since it was cleared."""
        first = self._base.relations[one[0]].clock(one[1])
        second = self._base.relations[other[0]].clock(other[1])
        return first < second or (first == second and one[0] == other[0] and one[1] < other[1])

    def _derivations(self, node: Node) -> Iterator[list[Node]]:
        """Give, for each firing that concludes a row, its premises in this component."""
        relation, row_id = node
        for clause in self._machine.by_head.get(relation, ()):
            table = self._base.tables[clause.index]
            own = [
                (pattern.relation, column)
                for pattern, column in zip(clause.patterns, table.premises, strict=True)
                if pattern.relation in self._own
            ]
            for firing in table.of(row_id):
                yield [(number, column[firing]) for number, column in own]

    def _above(self, node: Node) -> Iterator[Node]:
        """Give the conclusions of the firings that have a row as a premise."""
        relation, row_id = node
        for clause in self._clauses:
            for position, pattern in enumerate(clause.patterns):
                if pattern.relation == relation:
                    table = self._base.tables[clause.index]
                    for firing in table.using(position, row_id):
                        yield clause.head.relation, table.conclusions[firing]

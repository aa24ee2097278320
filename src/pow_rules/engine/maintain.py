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
    from collections.abc import Callable, Sequence

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
        self._counted = machine.counted
        self._base = base
        self._graph = machine.graph(component)
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
            for conclusion in self._base.drop(clause.index, firings, self._counted[head]):
                self._shaken[head, conclusion] = None

    def drop_from(self, relation: int, ids: Sequence[int]) -> None:
        """Drop all firings from rows that were removed."""
        for clause, position in self._graph.uses.get(relation, ()):
            self.drop(clause, self._base.tables[clause.index].using_any(position, ids))

    def settle(self) -> dict[int, list[int]]:
        """Remove the rows that have no well-founded derivation left, and give their ids by relation."""
        if not self._graph.is_recursive:
            gone = self._unsupported()
            for relation, ids in gone.items():
                self._base.remove(relation, ids, self._counted[relation])
            return gone
        gone = {}
        for relation, row_id in sorted(self._suspected()):
            gone.setdefault(relation, []).append(row_id)
        for relation, ids in gone.items():
            for clause, _ in self._graph.heads[relation]:
                self.drop(clause, self._base.tables[clause.index].using_any(-1, ids))
            self._base.remove(relation, ids, self._counted[relation])
        for relation, ids in gone.items():
            self.drop_from(relation, ids)
        return gone

    def _unsupported(self) -> dict[int, list[int]]:
        """Give the shaken rows that no derivation is left of, in a component that is not recursive."""
        shaken: dict[int, list[int]] = {}
        for relation, row_id in sorted(self._shaken):
            shaken.setdefault(relation, []).append(row_id)
        found: dict[int, list[int]] = {}
        for relation, ids in shaken.items():
            rows, givens = self._base.relations[relation].rows, self._base.givens[relation]
            left = [row_id for row_id in ids if rows[row_id] not in givens] if givens else ids
            for clause, _ in self._graph.heads[relation]:
                left = self._base.tables[clause.index].unconcluded(left)
            if left:
                found[relation] = left
        return found

    # ---- suspicion ---------------------------------------------------------------------------------------------

    def _suspected(self) -> dict[Node, None]:
        suspects: dict[Node, None] = {}
        doubtful: list[Node] = []
        stack = list(self._shaken)
        while stack:
            node = stack.pop()
            if node in suspects:
                continue
            stands = self._stands(node, suspects)
            if stands:
                continue
            if stands is None:
                doubtful.append(node)
            suspects[node] = None
            if len(suspects) % _OFTEN == 0:
                self._check()
            stack += self._above(node)
        self._clear(suspects, doubtful)
        return suspects

    def _stands(self, node: Node, suspects: dict[Node, None]) -> bool | None:
        """Tell whether a row is given, or has a derivation from older rows that are no suspects.

        None: it has one from newer rows. A derivation from a suspect may only count again when that has been cleared.
        """
        relation, row_id = node
        if self._base.relations[relation].rows[row_id] in self._base.givens[relation]:
            return True
        found: bool | None = False
        for clause, own in self._graph.heads[relation]:
            table = self._base.tables[clause.index]
            premises = table.premises
            for firing in table.using(-1, row_id):
                below = [(number, premises[position][firing]) for number, position in own]
                if suspects.keys().isdisjoint(below):
                    if all(self._is_older(premise, node) for premise in below):
                        return True
                    found = None
        return found

    def _clear(self, suspects: dict[Node, None], doubtful: list[Node]) -> None:
        """Take off the list what has a derivation from rows that are not on it."""
        stack = sorted(doubtful, reverse=True)
        while stack:
            node = stack.pop()
            if node not in suspects or self._stands(node, suspects) is False:
                continue
            del suspects[node]
            self._base.rank(*node)
            stack += sorted(set(self._above(node)) & suspects.keys(), reverse=True)

    # ---- the graph ---------------------------------------------------------------------------------------------

    def _is_older(self, one: Node, other: Node) -> bool:
        """Tell whether a row was added before another, or so counts since it was cleared."""
        first = self._base.relations[one[0]].clock(one[1])
        second = self._base.relations[other[0]].clock(other[1])
        return first < second or (first == second and one[0] == other[0] and one[1] < other[1])

    def _above(self, node: Node) -> list[Node]:
        """Give the conclusions of the firings that have a row as a premise."""
        relation, row_id = node
        found: list[Node] = []
        for clause, position in self._graph.uses.get(relation, ()):
            table, head = self._base.tables[clause.index], clause.head.relation
            found += [(head, table.conclusions[firing]) for firing in table.using(position, row_id)]
        return found

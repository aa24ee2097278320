"""Graphs: all that some rows rest on, each part of each firing kept, as small numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.components import strongly_connected

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from pow_rules.log import Firing, Log, Node

__all__ = ["Graph"]


class Graph:
    """Some rows, and all that they may rest on.

    Rows are numbered by how far they are from the first ones. A firing rests on the rows that it joined and on those
    that its aggregates went over, one as often as it is used. A row that `present` made rests on each row that matches,
    by itself: what its firings joined besides is said again by the firing that uses it.

    Args:
        log: the derivation log.
        goals: the first rows.
        known: rows that are not looked behind.
        check: is called for each row, and may raise.
        is_distinct: whether what a firing uses twice is to stand once among what it rests on.

    Attributes:
        log: the log.
        nodes: the rows, by number.
        firings: the firings.
        heads: what each of them concludes.
        bodies: what each of them rests on.
        options: the firings that conclude each row; none for rows that are known.
    """

    def __init__(
        self,
        log: Log,
        goals: Iterable[Node],
        known: Container[Node],
        check: Callable[[], object] | None = None,
        *,
        is_distinct: bool = False,
    ) -> None:
        self.log = log
        self.nodes: list[Node] = list(dict.fromkeys(goals))
        self.firings: list[Firing] = []
        self.heads: list[int] = []
        self.bodies: list[tuple[int, ...]] = []
        self.options: list[list[int]] = []
        self._numbers = {node: number for number, node in enumerate(self.nodes)}
        # The list grows while it is gone through.
        for head, node in enumerate(self.nodes):
            self.options.append([])
            if check is not None:
                check()
            if node in known:
                continue
            if log.is_view(node[0]):
                self._add_matches(head)
                continue
            for firing in log.firings(node):
                body = (*log.joined(firing), *log.counted(firing))
                self._add(head, firing, dict.fromkeys(body) if is_distinct else body)

    def _add_matches(self, head: int) -> None:
        seen: set[Node] = set()
        for firing in self.log.firings(self.nodes[head]):
            matched = self.log.joined(firing)[-1]
            if matched not in seen:
                seen.add(matched)
                self._add(head, firing, (matched,))

    def _add(self, head: int, firing: Firing, body: Iterable[Node]) -> None:
        nodes, numbers = self.nodes, self._numbers
        numbered: list[int] = []
        for node in body:
            number = numbers.setdefault(node, len(nodes))
            if number == len(nodes):
                nodes.append(node)
            numbered.append(number)
        self.options[head].append(len(self.heads))
        self.firings.append(firing)
        self.heads.append(head)
        self.bodies.append(tuple(numbered))

    def components(self) -> list[set[int]]:
        """Give the rows in groups that rest on each other, each after all that it rests on."""
        below = {
            head: list(dict.fromkeys(premise for firing in own for premise in self.bodies[firing]))
            for head, own in enumerate(self.options)
            if own
        }
        return strongly_connected(range(len(self.nodes)), below)

    def is_circle(self, component: set[int]) -> bool:
        """Tell whether the rows of a component rest on themselves."""
        if len(component) > 1:
            return True
        (head,) = component
        return any(head in self.bodies[firing] for firing in self.options[head])

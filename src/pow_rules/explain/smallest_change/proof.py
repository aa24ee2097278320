"""Proofs: one way in which a row follows, down to the givens; all that a change can break it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pow_rules.explain.influence import tests
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.engine.store import Row
    from pow_rules.explain.influence import Wish
    from pow_rules.log import Firing, Log, Node

__all__ = ["Proof", "proof_of"]

_FEW = 1_000


@attrs.frozen(eq=False, repr=False)
class Proof:
    """What a row rests on in one way. As long as all of it stays, the row holds.

    Attributes:
        givens: the given rows that it uses, by relation.
        breaking: what could upset the absences and aggregates that it uses.
    """

    givens: tuple[tuple[int, Row], ...]
    breaking: frozenset[Wish]


def proof_of(log: Log, goal: Node) -> Proof:
    """Give a proof of a row that holds.

    Where what the row may rest on is little, it is one of least height, ties broken by the rows' text: the same one
    whatever the order of assertion. Else it is the one that was found first.

    Args:
        log: the log.
        goal: the row.
    """
    chosen = _lowest(log, goal) or _oldest(log)
    givens: list[tuple[int, Row]] = []
    breaking: set[Wish] = set()
    seen, stack = {goal}, [goal]
    while stack:
        node = stack.pop()
        if _is_given(log, node):
            givens.append((node[0], _row(log, node)))
            continue
        firing = chosen(node)
        breaking.update(tests(firing.clause))
        for premise in log.joined(firing):
            if premise not in seen:
                seen.add(premise)
                stack.append(premise)
    return Proof(tuple(givens), frozenset(breaking))


def _row(log: Log, node: Node) -> Row:
    return log.base.relations[node[0]].rows[node[1]]


def _is_given(log: Log, node: Node) -> bool:
    return _row(log, node) in log.base.givens[node[0]]


def _lowest(log: Log, goal: Node) -> Callable[[Node], Firing] | None:
    """Choose derivations of least height; None where there is too much to look through."""
    cone: dict[Node, list[Firing]] = {}
    stack, seen, looked_at = [goal], {goal}, 0
    while stack:
        node = stack.pop()
        firings = cone[node] = []
        if _is_given(log, node):
            continue
        for firing in log.firings(node):
            looked_at += 1
            if looked_at > _FEW:
                return None
            firings.append(firing)
            for premise in log.joined(firing):
                if premise not in seen:
                    seen.add(premise)
                    stack.append(premise)
    return _settled(log, cone).__getitem__


def _settled(log: Log, cone: dict[Node, list[Firing]]) -> dict[Node, Firing]:
    """Give for each row that is not given the first in order of its derivations of least height, round by round."""
    uses: dict[Node, list[tuple[Node, int]]] = {}
    lacking: dict[tuple[Node, int], int] = {}
    settled: set[Node] = set()
    chosen: dict[Node, Firing] = {}
    ready: dict[Node, list[Firing]] = {}
    new = [node for node in cone if _is_given(log, node)]
    for node, firings in cone.items():
        for number, firing in enumerate(firings):
            below = set(log.joined(firing))
            lacking[node, number] = len(below)
            if not below:
                ready.setdefault(node, []).append(firing)
            for premise in below:
                uses.setdefault(premise, []).append((node, number))
    while new or ready:
        settled.update(new)
        for node in new:
            for head, number in uses.get(node, ()):
                lacking[head, number] -= 1
                if not lacking[head, number] and head not in settled:
                    ready.setdefault(head, []).append(cone[head][number])
        new = list(ready)
        for node, firings in ready.items():
            chosen[node] = firings[0] if len(firings) == 1 else min(firings, key=lambda f: _order(log, f))
        ready = {}
    return chosen


def _order(log: Log, firing: Firing) -> tuple[int, tuple[str, ...]]:
    return firing.clause.index, tuple(canonical(_row(log, node)) for node in log.joined(firing))


def _oldest(log: Log) -> Callable[[Node], Firing]:
    """Choose derivations from older rows: maintenance sees to it that each row has one (see `engine.maintain`)."""
    component_of, relations = log.program.machine.component_of, log.base.relations

    def is_older(one: Node, other: Node) -> bool:
        first, second = relations[one[0]].clock(one[1]), relations[other[0]].clock(other[1])
        return first < second or (first == second and one[0] == other[0] and one[1] < other[1])

    def chosen(node: Node) -> Firing:
        own = component_of[node[0]]
        for firing in log.firings(node):
            if all(component_of.get(p[0]) != own or is_older(p, node) for p in log.joined(firing)):
                return firing
        raise AssertionError(node)

    return chosen

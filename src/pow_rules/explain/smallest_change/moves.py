"""Moves: the single changes that a session's givens may be changed by."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.explain.influence import LESS, MORE
from pow_rules.questions import Choice
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pow_rules.engine.store import Row
    from pow_rules.explain.influence import Wish
    from pow_rules.log import Log

__all__ = ["Key", "Move", "Moves"]

Key = tuple[int, "Row"]
"""A row, by relation, whether it holds or not."""


@attrs.frozen(eq=False, repr=False)
class Move:
    """One change: a fact asserted, a fact retracted, or a choice settled on another fact.

    Attributes:
        asserted: what is asserted.
        retracted: what is retracted.
        weight: as how many changes it counts: as one, or as many as there are choices that it settles.
        unit: what it changes: of the moves of one unit, only one can be made.
        order: its facts as texts, by which moves are sorted.
    """

    asserted: tuple[Key, ...]
    retracted: tuple[Key, ...]
    weight: int
    unit: object
    order: tuple[str, ...]

    def helps(self, wishes: frozenset[Wish]) -> bool:
        """Tell whether some of it is among what could help."""
        return any((r, MORE) in wishes for r, _ in self.asserted) or any((r, LESS) in wishes for r, _ in self.retracted)


class Moves:
    """What may be asserted and retracted in a session, as moves.

    A fact that is in no `Choice` is a unit of its own. A choice is settled as a whole: the fact that it is settled on
    is asserted, unless it is given, and its other facts that are given are retracted; so no move leaves two of its
    facts given, or takes an answer away without another in its place. Choices that share facts are one unit, and each
    of them that a move touches must be settled by it.

    Args:
        log: the session's log, at rest.
        allowed: what may be changed; None for all givens and the facts of the program's open questions.
        most: as how many changes a move may count; None for any number.
        check: is called now and then, and raises where there is no more time.

    Attributes:
        heaviest: as how many changes a move counts at most.
        are_all: whether no move was left out because it counts as too many.
    """

    def __init__(
        self, log: Log, allowed: Iterable[Key] | None, *, most: int | None, check: Callable[[], object]
    ) -> None:
        self._log = log
        self._check = check
        self._allowed = None if allowed is None else frozenset(allowed)
        self._retracting: dict[Key, Move] = {}
        self._known: dict[frozenset[Wish] | None, tuple[Move, ...]] = {}
        questions = log.program.questions
        asked = [tuple(dict.fromkeys(map(self._key, question.facts))) for question in questions]
        choices = [keys for keys, question in zip(asked, questions, strict=True) if isinstance(question, Choice)]
        self._chosen = frozenset(key for choice in choices for key in choice)
        free = itertools.chain.from_iterable(asked) if self._allowed is None else self._allowed
        self._asserting = [
            self._move((key,), (), 1, key) for key in set(free) if key not in self._chosen and not self._is_given(key)
        ]
        groups = _groups(choices)
        self._settling = [
            self._move(asserted, retracted, weight, unit)
            for unit, group in enumerate(groups)
            for asserted, retracted, weight in self._settlements(group, most)
        ]
        self._unsettling: dict[Key, list[Move]] = {}
        for move in self._settling:
            for key in move.retracted:
                self._unsettling.setdefault(key, []).append(move)
        self.heaviest = max((move.weight for move in self._settling), default=1)
        self.are_all = most is None or all(len(group) <= most for group in groups)

    def _key(self, fact: Any) -> Key:
        relation = self._log.schema.numbers[type(fact)]
        return relation, self._log.schema.row(relation, fact)

    def _is_given(self, key: Key) -> bool:
        return key[1] in self._log.base.givens[key[0]]

    def _may_change(self, key: Key) -> bool:
        return self._allowed is None or key in self._allowed

    def _move(self, asserted: Sequence[Key], retracted: Sequence[Key], weight: int, unit: object) -> Move:
        more, less = sorted(asserted, key=self._text), sorted(retracted, key=self._text)
        order = (*(f"+{self._text(key)}" for key in more), *(f"-{self._text(key)}" for key in less))
        return Move(tuple(more), tuple(less), weight, unit, order)

    def _text(self, key: Key) -> str:
        return canonical(self._log.schema.fact(*key))

    # ---- which there are ---------------------------------------------------------------------------------------

    def retracting(self, keys: Iterable[Key]) -> list[Move]:
        """Give the moves that retract one of some given rows."""
        found: dict[Move, None] = {}
        for key in keys:
            if key in self._chosen:
                found.update(dict.fromkeys(self._unsettling.get(key, ())))
            elif self._may_change(key) and self._is_given(key):
                move = self._retracting.get(key)
                if move is None:
                    move = self._retracting[key] = self._move((), (key,), 1, key)
                found[move] = None
        return list(found)

    def helping(self, wishes: frozenset[Wish] | None) -> tuple[Move, ...]:
        """Give the moves that could help, in order.

        Args:
            wishes: what could help; None for all moves.
        """
        found = self._known.get(wishes)
        if found is None:
            free = [*self._asserting, *self.retracting(self._givens(wishes) - self._chosen)]
            moves = [move for move in (*free, *self._settling) if wishes is None or move.helps(wishes)]
            found = self._known[wishes] = tuple(sorted(moves, key=lambda move: move.order))
        return found

    def _givens(self, wishes: frozenset[Wish] | None) -> set[Key]:
        """Give the given rows that may be retracted, where that could help."""
        if self._allowed is not None:
            return {key for key in self._allowed if self._is_given(key)}
        givens = self._log.base.givens
        relations = (r for r in range(len(givens)) if wishes is None or (r, LESS) in wishes)
        return {(relation, row) for relation in relations for row in givens[relation]}

    # ---- choices -----------------------------------------------------------------------------------------------

    def _settlements(
        self, group: list[tuple[Key, ...]], most: int | None
    ) -> Iterator[tuple[list[Key], list[Key], int]]:
        """Give the ways to settle some of the choices that share facts, and none of the others."""
        for weight in range(1, len(group) + 1 if most is None else min(most, len(group)) + 1):
            for settled in itertools.combinations(range(len(group)), weight):
                for picked in itertools.product(*(group[i] for i in settled)):
                    self._check()
                    facts = dict.fromkeys(key for i in settled for key in group[i])
                    asserted = [key for key in dict.fromkeys(picked) if not self._is_given(key)]
                    retracted = [key for key in facts if self._is_given(key) and key not in picked]
                    if self._is_settled(group, dict(zip(settled, picked, strict=True)), {*asserted, *retracted}):
                        yield asserted, retracted, weight

    def _is_settled(self, group: list[tuple[Key, ...]], picked: dict[int, Key], changed: set[Key]) -> bool:
        """Tell whether a change settles the choices picked from, and touches no others, nor what may not change."""
        if not all(map(self._may_change, changed)):
            return False
        for i, choice in enumerate(group):
            if changed.isdisjoint(choice):
                if i in picked:
                    return False
            elif [key for key in choice if self._is_given(key) != (key in changed)] != [picked.get(i)]:
                return False
        return True


def _groups(choices: list[tuple[Key, ...]]) -> list[list[tuple[Key, ...]]]:
    """Put together the choices that share facts."""
    group_of: dict[Key, list[tuple[Key, ...]]] = {}
    for choice in choices:
        sharing = {id(group_of[key]): group_of[key] for key in choice if key in group_of}
        merged = [*itertools.chain.from_iterable(sharing.values()), choice]
        group_of.update((key, merged) for other in merged for key in other)
    return list({id(group): group for group in group_of.values()}.values())

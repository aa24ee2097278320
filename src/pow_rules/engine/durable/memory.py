"""What a network remembers of a fact base: which rows it was given, and which of them still count.

A row is never retracted from a network. What is rolled back, or no longer holds, leaves a tombstone: its number stands
for no row any longer, and matches with it are dropped. When tombstones outnumber the rows, or when ids have changed,
the network is made anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.durable.network import BOUND, Network
from pow_rules.engine.matcher import CHUNK, MatcherFault, TooMuch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pow_rules.engine.base import FactBase, Outcome
    from pow_rules.engine.durable.ruleset import Ruleset
    from pow_rules.engine.matcher import Round

__all__ = ["Memory"]

_NONE = -1
"""The number of rows that no longer held when the network was made, and the id for what is a tombstone."""


class Memory:
    """The rows of the relations that a ruleset listens to, in a network of its own."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._network: Network | None = None
        # For each relation the number of each row, by the row's id; and the id for each number that still counts.
        self._numbers: dict[int, list[int]] = {relation: [] for relation in ruleset.columns}
        self._ids: dict[int, int] = {}
        # How many rows were there when the last call that was kept had ended, and what became of the call since.
        self._marks: dict[int, int] = {}
        self._outcome: Outcome | None = None
        self._epoch = 0

    def __deepcopy__(self, _: object) -> Memory:
        # A copied session has rows of its own, and so needs a network of its own: one is made when it is used.
        return Memory(self._ruleset)

    def matches(self, current: Round, check: Callable[[], object]) -> Iterator[tuple[int, list[int]]]:
        """Give the new matches of a round: a join's number, and row ids in the order of its patterns.

        Args:
            current: the round.
            check: looks at the limits, now and then.

        Raises:
            TooMuch: if there are more rows than a network can tell apart.
            MatcherFault: if the network failed.
        """
        try:
            yield from self._matches(current, check)
        except MatcherFault:
            self._forget()
            raise

    def close(self) -> None:
        """Give the network back."""
        network, self._network = self._network, None
        if network is not None:
            network.close()

    def _matches(self, current: Round, check: Callable[[], object]) -> Iterator[tuple[int, list[int]]]:
        self._settle(current.base)
        before = {relation: current.low[relation] for relation in self._numbers}
        if self._is_worn(current.base) or any(len(self._numbers[r]) != low for r, low in before.items()):
            self._renew(current.base, before, check)
        after = {relation: current.high[relation] for relation in self._numbers}
        if not self._has_room_for(sum(after.values()) - sum(before.values())):
            self._renew(current.base, before, check)
        yield from self.given(current.base, after, check)

    def _settle(self, base: FactBase) -> None:
        """Bury what a call gave that was rolled back."""
        if self._epoch != base.epoch:
            self._forget()
            self._epoch = base.epoch
        outcome = base.current.outcome
        if self._outcome is outcome:
            return
        if self._outcome is not None and self._outcome.is_kept:
            self._marks = {relation: len(numbers) for relation, numbers in self._numbers.items()}
        else:
            for relation, numbers in self._numbers.items():
                while len(numbers) > self._marks.get(relation, 0):
                    self._ids.pop(numbers[-1], None)
                    numbers.pop()
        self._outcome = outcome

    def _is_worn(self, base: FactBase) -> bool:
        if self._network is None:
            return False
        live = len(self._ids) - sum(len(base.relations[relation].dead) for relation in self._numbers)
        return self._network.count - live > max(CHUNK, live)

    def _has_room_for(self, rows: int) -> bool:
        return self._network is None or self._network.count + rows < BOUND

    def _renew(self, base: FactBase, rows: Mapping[int, int], check: Callable[[], object]) -> None:
        """Make the network anew, with the first rows of each relation; their matches are known."""
        self._forget()
        for _ in self.given(base, rows, check):
            pass

    def _forget(self) -> None:
        # In this order: wherever an interrupt comes between, the next call buries all that is left.
        self._marks = {}
        self._ids = {}
        self._numbers = {relation: [] for relation in self._numbers}
        self.close()

    def given(
        self, base: FactBase, rows: Mapping[int, int], check: Callable[[], object]
    ) -> Iterator[tuple[int, list[int]]]:
        """Give the network rows until it has as many of each relation, and yield what they match."""
        missing = sum(rows.values()) - sum(map(len, self._numbers.values()))
        if not missing:
            return
        if not self._has_room_for(missing) or missing >= BOUND:
            there = f"and there are {sum(rows.values()):,}"
            raise TooMuch(f"durable-rules tells at most {BOUND - 1:,} facts apart, {there}")
        network = self._network = self._network or Network(self._ruleset)
        for relation, high in rows.items():
            numbers, held = self._numbers[relation], base.relations[relation]
            for id_ in range(len(numbers), high):
                if id_ in held.dead:
                    numbers.append(_NONE)
                    continue
                number = network.add(relation, held.rows[id_])
                numbers.append(number)
                self._ids[number] = id_
                # After each row, for the rows of one call may match in more ways than there is memory for.
                yield from self._drained(base, network, check)

    def _drained(
        self, base: FactBase, network: Network, check: Callable[[], object]
    ) -> Iterator[tuple[int, list[int]]]:
        ids = self._ids
        check()
        for count, (join, numbers) in enumerate(network.matches(), 1):
            if count % CHUNK == 0:
                check()
            found = [ids.get(number, _NONE) for number in numbers]
            pairs = zip(self._ruleset.joins[join].clause.patterns, found, strict=True)
            if not any(id_ == _NONE or id_ in base.relations[p.relation].dead for p, id_ in pairs):
                yield join, found

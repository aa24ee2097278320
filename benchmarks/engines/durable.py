"""durable-rules, through `durable.lang`: a ruleset whose actions assert what is concluded.

The package tells facts apart by an id; without one it takes a hash of the values, under which different facts get lost,
so each is given a number. Facts that are there already are an error to it: a set remembers what was asserted. In rules,
`c.s` is the state that facts belong to: no pattern can be named so.
"""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workloads.workload import Facts, Row, Workload

__all__ = ["Durable"]

_NAME = "benchmark"


class Durable:
    """A ruleset, and the host of its package."""

    packages: ClassVar[tuple[str, ...]] = ("durable-rules",)
    main: ClassVar[bool] = False

    def __init__(self) -> None:
        from durable import engine, lang

        self.firings: int | None = 0
        # Its two timer threads would run actions, too, and a call could return before all have run.
        vars(engine)["Host"]._run = lambda _: None  # noqa: SLF001 - as said
        self._lang: Any = lang
        self._unheard: Any = engine.MessageNotHandledException
        self._columns: Mapping[str, tuple[str, ...]] = {}
        self._numbers = itertools.count(1)
        self._known: dict[str, set[Row]] = {}

    def build(self, workload: Workload) -> None:
        """Define the rules, and make the networks."""
        assert workload.durable is not None  # noqa: S101 - for the type checker
        self._columns = workload.columns
        self._known = {name: set() for name in workload.columns}
        with self._lang.ruleset(_NAME):
            workload.durable(self.conclude)
        self._lang.get_host()

    def conclude(self, c: Any, relation: str, *values: int) -> None:  # noqa: ANN401 - the package's
        """Assert what a rule concludes, unless it is there already."""
        self.firings = (self.firings or 0) + 1
        if values not in self._known[relation]:
            self._known[relation].add(values)
            self._assert(c.assert_fact, self._message(relation, values))

    def run(self, facts: Facts) -> None:
        """Assert the facts one by one; the actions run in between."""
        for name, rows in facts.items():
            self._known[name].update(rows)
            for row in rows:
                self._assert(self._assert_first, self._message(name, row))

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the rows of a relation."""
        return self._known[relation]

    def _assert_first(self, message: dict[str, object]) -> None:
        self._lang.assert_fact(_NAME, message)

    def _assert(self, assert_fact: Callable[[dict[str, object]], object], message: dict[str, object]) -> None:
        # To assert what no rule asks for is an error to the package.
        with contextlib.suppress(self._unheard):
            assert_fact(message)

    def _message(self, relation: str, row: Row) -> dict[str, object]:
        fields = zip(self._columns[relation], row, strict=True)
        return {"type": relation, "id": str(next(self._numbers)), **dict(fields)}

"""pow_rules, with its default matcher. It records every derivation, so that each conclusion can be explained."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workloads.workload import Facts, Row, Workload

__all__ = ["Compiled"]


class Compiled:
    """A session; what is built are fact types, rules, a program, and a session without facts."""

    packages: ClassVar[tuple[str, ...]] = ("pow-rules",)
    main: ClassVar[bool] = True

    def __init__(self) -> None:
        import pow_rules

        self.firings: int | None = None
        self._session_of = pow_rules.Session
        self._types: Mapping[str, type] = {}
        self._columns: Mapping[str, tuple[str, ...]] = {}
        self._session: Any = None

    def build(self, workload: Workload) -> None:
        """Make fact types, rules, the program, and a session without facts."""
        program, self._types = workload.program()
        self._columns = workload.columns
        self._session = self._session_of(program)

    def run(self, facts: Facts) -> None:
        """Make facts of the values, and assert them all at once."""
        self._session.assert_facts([self._types[name](*row) for name, rows in facts.items() for row in rows])
        self.firings = self._session.derivation_count

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the values of the facts of a type."""
        columns = self._columns[relation]
        values = attrgetter(*columns)
        found: Iterable[Any] = map(values, self._session.facts(self._types[relation]))
        return found if len(columns) > 1 else ((value,) for value in found)

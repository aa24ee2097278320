"""Plain Python: everything is computed again in each round, until there is nothing new. It keeps conclusions alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workloads.workload import Facts, Row, Workload

__all__ = ["Naive"]


class Naive:
    """Sets of tuples, and a function for each workload."""

    packages: ClassVar[tuple[str, ...]] = ()
    main: ClassVar[bool] = False

    def __init__(self) -> None:
        self.firings: int | None = None
        self._workload: Workload | None = None
        self._found: Mapping[str, Iterable[Row]] = {}

    def build(self, workload: Workload) -> None:
        """There is nothing to be built."""
        self._workload = workload

    def run(self, facts: Facts) -> None:
        """Compute the fixpoint."""
        assert self._workload is not None  # noqa: S101 - for the type checker
        self._found = self._workload.naive(facts)

    def rows(self, relation: str) -> Iterable[Row]:
        """Give a set."""
        return self._found.get(relation, ())

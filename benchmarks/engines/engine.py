"""What an engine of the suite is: something that is built for a workload, runs on facts, and can be read out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workloads.workload import Facts, Row, Workload

__all__ = ["Engine"]


class Engine(Protocol):
    """One engine, in a process of its own. To make one imports its package, which no clock counts.

    Attributes:
        packages: what must be installed.
        main: whether it runs in every round; others are slow, and run once or twice.
        firings: after a run, how often rules fired; None where that is not told.
    """

    packages: ClassVar[tuple[str, ...]]
    main: ClassVar[bool]
    firings: int | None

    def build(self, workload: Workload) -> None:
        """Make all that does not depend on facts: templates, rules, networks. Counted apart."""

    def run(self, facts: Facts) -> None:
        """Take the facts, which are plain Python objects, and come to the fixpoint. This is what the clock counts."""

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the rows of a relation; not counted."""

"""What a workload is: facts of several sizes, and the same rules in the language of each engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pow_rules import Program

__all__ = ["Built", "Conclude", "Facts", "Row", "Workload"]

Row = tuple[int, ...]
Facts = dict[str, list[Row]]
"""Facts as plain Python objects: for each relation its rows."""

Conclude = Any
"""What a rule of durable-rules calls: `conclude(c, relation, *values)` asserts a fact that is not there yet."""


class Built(NamedTuple):
    """The rules of a workload in pow_rules, and the fact type of each relation."""

    program: Program
    types: Mapping[str, type]


@dataclass(frozen=True)
class Workload:
    """One workload.

    Attributes:
        name: how it is named on the command line.
        title: how it is named in the report.
        size: what its sizes count.
        sizes: from small to large; the large ones make a million derivations or more.
        quick: the size of the short form.
        facts: makes the facts of a size, the same every time.
        columns: the relations, with the names of their columns.
        concluded: the relations whose rows every engine must have in the end.
        program: makes the fact types and rules of pow_rules.
        clips: the rules in CLIPS, without `logical`.
        asp: the rules in clingo's language.
        naive: computes the conclusions in Python, from scratch in each round, until there is nothing new.
        durable: defines the rules of durable-rules inside of a ruleset.
        sql: statements that make a table of each concluded relation.
        unable: why an engine cannot express it, by the engine's name.
        counts_firings: whether every engine that counts firings must have as many as pow_rules has derivations.
    """

    name: str
    title: str
    size: str
    sizes: tuple[int, ...]
    quick: int
    facts: Callable[[int], Facts]
    columns: Mapping[str, tuple[str, ...]]
    concluded: tuple[str, ...]
    program: Callable[[], Built]
    clips: str
    asp: str
    naive: Callable[[Facts], Mapping[str, Iterable[Row]]]
    durable: Callable[[Conclude], None] | None = None
    sql: tuple[str, ...] = ()
    unable: Mapping[str, str] = field(default_factory=dict)
    counts_firings: bool = True

    def label(self, size: int) -> str:
        """Name a size."""
        return f"{size:,} {self.size}"

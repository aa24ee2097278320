"""egglog: relations and rules as text in its own language, which its bindings parse and run until nothing changes.

It keeps conclusions alone, and has neither negation nor sums.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workloads.workload import Facts, Row, Workload

__all__ = ["Egglog"]

_ATOM = re.compile(r"(\w+)\(([^()]*)\)")


class Egglog:
    """An e-graph without equalities, which is a Datalog engine."""

    packages: ClassVar[tuple[str, ...]] = ("egglog",)
    main: ClassVar[bool] = False

    def __init__(self) -> None:
        from egglog.bindings import EGraph

        self.firings: int | None = None
        self._graph: Any = EGraph()

    def build(self, workload: Workload) -> None:
        """Declare the relations and rules, which are those of clingo, in another notation."""
        declared = (f"(relation {name} ({'i64 ' * len(columns)}))" for name, columns in workload.columns.items())
        self._run([*declared, *_rules(workload.asp)])

    def run(self, facts: Facts) -> None:
        """Write the facts as text, and run the rules until nothing changes."""
        told = (f"({name} {' '.join(map(str, row))})" for name, rows in facts.items() for row in rows)
        self._run([*told, "(run-schedule (saturate (run)))"])

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the rows that are printed."""
        (printed,) = self._run([f"(print-function {relation} 100000000)"])
        pattern = re.compile(rf"\({relation}((?: -?\d+)+)\) ->")
        return (tuple(map(int, values.split())) for values in pattern.findall(str(printed)))

    def _run(self, commands: list[str]) -> list[Any]:
        found: list[Any] = self._graph.run_program(*self._graph.parse_program("\n".join(commands)))
        return found


def _rules(asp: str) -> Iterator[str]:
    """Translate `head(X) :- body(X, Y), other(Y).` to `(rule ((body x y) (other y)) ((head x)))`."""
    for statement in asp.split(".\n"):
        atoms = [
            f"({name} {' '.join(part.strip().lower() for part in arguments.split(','))})"
            for name, arguments in _ATOM.findall(statement)
        ]
        if atoms:
            yield f"(rule ({' '.join(atoms[1:])}) ({atoms[0]}))"

"""clingo's grounder: it computes the model of rules without choices by itself, and nothing is solved.

The facts are written as text and grounded inside the clock, since clingo reads text; the rules are read before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workloads.workload import Facts, Row, Workload

__all__ = ["Clingo"]


class Clingo:
    """A clingo control object."""

    packages: ClassVar[tuple[str, ...]] = ("clingo",)
    main: ClassVar[bool] = True

    def __init__(self) -> None:
        import clingo

        self.firings: int | None = None
        self._control = clingo.Control(message_limit=0)
        self._columns: Mapping[str, tuple[str, ...]] = {}

    def build(self, workload: Workload) -> None:
        """Read the rules."""
        self._columns = workload.columns
        self._control.add("base", [], workload.asp)

    def run(self, facts: Facts) -> None:
        """Write the facts as text, and ground them with the rules."""
        text = "\n".join(f"{name}({','.join(map(str, row))})." for name, rows in facts.items() for row in rows)
        self._control.add("base", [], text)
        self._control.ground([("base", [])])

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the arguments of the atoms of a relation."""
        atoms = self._control.symbolic_atoms.by_signature(relation, len(self._columns[relation]))
        return (tuple(argument.number for argument in atom.symbol.arguments) for atom in atoms if atom.is_fact)

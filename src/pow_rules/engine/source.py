"""The text of a generated function while it is written, and the names in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.engine.expressions import Column, Expression, Names, Row, source, walk
from pow_rules.engine.plan import Emit, Fold, Probe, Step, Tell, Test, Trigger, Without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.engine.clauses import Head, RelationSpec
    from pow_rules.engine.plan import Access, Plan

__all__ = ["Source"]


class Source:
    """The text of a plan's function.

    Args:
        plan: the plan.
        relations: the program's relations.
        growing: the relations that may hold rows which are not entered yet while the function runs.

    Attributes:
        names: what stands for values, and for the columns that are bound.
        bound: the slots that are bound.
        prologue: the locals bound before the loops.
        lines: the lines after them.
        depth: how deep the next line stands.
        has_bucket: whether a loop gives the next one's bucket of rows.
    """

    def __init__(self, plan: Plan, relations: Sequence[RelationSpec], growing: frozenset[int]) -> None:
        self.plan = plan
        self.specs = relations
        self.growing = growing
        self.names = Names()
        self.bound: list[int] = []
        self.prologue: dict[str, str] = {}
        self.lines: list[str] = []
        self.depth = 1
        self.has_bucket = False
        self._numbers: dict[int, int] = {}

    def text(self) -> str:
        """Give all that was written."""
        body = "\n".join(f"    {name} = {value}" for name, value in self.prologue.items())
        head = "def run(relations, out, new, old, cap, watch):"
        return "\n".join(part for part in (head, body, *self.lines) if part) + "\n"

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append(f"{'    ' * self.depth}{text}")

    def local(self, name: str, value: str) -> str:
        """Bind a local once, before the loops."""
        self.prologue.setdefault(name, value)
        return name

    def of(self, relation: int, part: str, value: str) -> str:
        """Bind a part of a relation once. Relations are numbered as they come, so that like plans read alike."""
        number = self._numbers.setdefault(relation, len(self._numbers))
        self.names.table[f"number_{number}"] = relation
        store = self.local(f"relation_{number}", f"relations[number_{number}]")
        name, _, rest = part.partition("_")
        return self.local("_".join(filter(None, (name, str(number), rest))), f"{store}.{value}")

    def rows(self, relation: int) -> str:
        """Give the rows of a relation."""
        return self.of(relation, "rows", "rows")

    def column(self, relation: int, column: int) -> str:
        """Give the values of a column."""
        return self.of(relation, f"column_{column}", f"column({column})")

    def expression(self, expression: Expression) -> str:
        """Give the text of an expression."""
        return source(expression, self.names)

    def key(self, access: Access) -> str:
        """Give the text of an access's key."""
        parts = [self.expression(key) for key in access.keys]
        return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"

    def whole_row(self, relation: int, access: Access) -> str | None:
        """Give the row that is looked for, where every column is bound."""
        if len(access.columns) != len(self.specs[relation].columns):
            return None
        parts = [self.expression(key) for key in access.keys]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    def index(self, relation: int, columns: tuple[int, ...]) -> str:
        """Give an index of a relation."""
        return self.of(relation, f"index_{'_'.join(map(str, columns))}", f"index({columns!r})")

    def entered(self, relation: int) -> str:
        """Give how many rows of a relation are entered."""
        return self.of(relation, "entered", "entered")

    def bind(self, slot: int, relation: int, keys: dict[int, Expression], only: set[Column] | None = None) -> None:
        """Bind the columns of a row that later steps use; those that a key has fixed are the key.

        Args:
            slot: the row's slot.
            relation: its relation.
            keys: what fixed columns are equal to.
            only: the columns used, where it is not all those that some step uses.
        """
        self.bound.append(slot)
        used = {e for step in self.plan.steps for e in self.used(step, slot) if only is None or e in only}
        for column, key in keys.items():
            if Column(slot, column) in used and isinstance(key, Column):
                self.names.columns[Column(slot, column)] = self.expression(key)
        columns = sorted(e.column for e in used if isinstance(e, Column) and e not in self.names.columns)
        is_trigger = isinstance(self.plan.steps[0], Trigger) and self.plan.steps[0].pattern.slot == slot
        if Row(slot) in used:
            self.line(f"r{slot} = {self.rows(relation)}[i{slot}]")
        elif is_trigger and len(columns) == len(self.specs[relation].columns) and columns:
            targets = ", ".join(f"x{slot}_{c}" for c in columns)
            self.line(f"{targets}{',' if len(columns) == 1 else ''} = {self.rows(relation)}[i{slot}]")
            self.names.columns.update({Column(slot, c): f"x{slot}_{c}" for c in columns})
            return
        for column in columns:
            self.line(f"x{slot}_{column} = {self.column(relation, column)}[i{slot}]")
            self.names.columns[Column(slot, column)] = f"x{slot}_{column}"

    def copied(self, head: Head) -> int | None:
        """Give the slot whose row a head repeats: then the two share one tuple."""
        first = head.values[0] if head.values else None
        if not isinstance(first, Column):
            return None
        width = next(len(self.specs[p.relation].columns) for p in self.plan.clause.patterns if p.slot == first.slot)
        return first.slot if head.values == tuple(Column(first.slot, c) for c in range(width)) else None

    def used(self, step: Step, slot: int) -> Iterator[Column | Row]:
        """Give the columns and the row of a slot that a step reads."""
        if isinstance(step, Emit | Tell) and (copied := self.copied(step.head)) is not None:
            yield from [Row(slot)] if copied == slot else []
            return
        for expression in _expressions(step):
            for found in walk(expression):
                if isinstance(found, Column | Row) and found.slot == slot:
                    yield found


def _expressions(step: Step) -> Iterator[Expression]:
    match step:
        case Probe(_, access):
            yield from access.keys
        case Test(filter_):
            yield filter_.test
        case Without(_, accesses) | Fold(_, accesses):
            for access in accesses:
                yield from access.keys
                yield from (f.test for f in access.rest)
            if isinstance(step, Fold):
                yield from (v for v in step.aggregation.values if v is not None)
        case Emit(head) | Tell(head):
            yield from head.values

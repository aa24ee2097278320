"""Plans as Python functions.

A plan becomes one function of nested loops over hash indexes. For the plan shown in `plan` it reads

    def run(relations, out, new, old, cap, watch):
        rows_1 = relations[1].rows
        index_0_0 = relations[0].index((0,))
        column_0_1 = relations[0].column(1)
        ...
        for i0 in new:
            x0_0, x0_1 = rows_1[i0]
            for i1 in index_0_0.get(x0_1, ()):
                x1_1 = column_0_1[i1]
                row = (x0_0, x1_1)
                c = find(row, n)
                if c == n:
                    n += 1
                    add(row)
                conclude(c)
                premise0(i0)
                premise1(i1)

The source holds no name or value that comes from a user: those travel in a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.engine.expressions import Column, Expression, Names, Row, source, walk
from pow_rules.engine.plan import (
    Access,
    Collect,
    Emit,
    Fold,
    Matched,
    Plan,
    Probe,
    Step,
    Tell,
    Test,
    Trigger,
    Without,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pow_rules.engine.clauses import Absence, Aggregation, Clause, Filter, Head, Lookup, RelationSpec

__all__ = ["Failure", "compile_plan", "source_of"]

MOST_PATTERNS = 18
"""CPython nests at most 20 blocks; a rule that joins more is refused when its program is built."""


class Failure(Exception):  # noqa: N818 - internal: the session makes an EvaluationError of it
    """A condition or a head raised: where, and for which rows (by slot)."""

    def __init__(self, clause: Clause, label: str, rows: dict[int, Any]) -> None:
        super().__init__(label)
        self.clause = clause
        self.label = label
        self.rows = rows


def compile_plan(plan: Plan, relations: Sequence[RelationSpec], growing: frozenset[int]) -> Callable[..., None]:
    """Compile a plan.

    Args:
        plan: what to compile.
        relations: the program's relations.
        growing: the relations that may hold rows which are not entered yet while the function runs.

    Returns:
        A function of `(relations, out, new, old, cap, watch)`: the store's relations; where results go; what is new;
        for each pattern, how many of its rows are old; how many results there may be before `watch()` is asked for a
        new such number (or raises).

        What is new are the trigger's row ids or, in a plan that starts from matches, tuples of row ids in the order of
        the patterns. Results go to the clause's table; from a plan that collects, as matches to a set; from a plan that
        tells, as pairs of a match and a row to a list.
    """
    text, names = _Writer(plan, relations, growing).write()
    namespace: dict[str, Any] = {**names.table, "Failure": Failure, "clause": plan.clause}
    exec(compile(text, f"<plan of {plan.clause.name}>", "exec"), namespace)  # noqa: S102 - our own text, no user's
    made: Callable[..., None] = namespace["run"]
    return made


def source_of(plan: Plan, relations: Sequence[RelationSpec], growing: frozenset[int]) -> str:
    """Give the source of a plan's function."""
    return _Writer(plan, relations, growing).write()[0]


class _Writer:
    def __init__(self, plan: Plan, relations: Sequence[RelationSpec], growing: frozenset[int]) -> None:
        self.plan = plan
        self.relations = relations
        self.growing = growing
        self.names = Names()
        self.prologue: dict[str, str] = {}
        self.lines: list[str] = []
        self.depth = 1
        self.bound: list[int] = []
        self.is_dry = not isinstance(plan.steps[-1], Emit)

    def write(self) -> tuple[str, Names]:
        steps = self.plan.steps
        if not isinstance(steps[0], Trigger | Matched):
            self.line("for _ in (0,):")
            self.depth += 1
        loops = [i for i, s in enumerate(steps) if isinstance(s, Trigger | Probe)]
        for i, step in enumerate(steps):
            self.step(step, is_last_loop=not loops or i == loops[-1])
        body = "\n".join(f"    {name} = {value}" for name, value in self.prologue.items())
        head = "def run(relations, out, new, old, cap, watch):"
        return "\n".join(part for part in (head, body, *self.lines) if part) + "\n", self.names

    # ---- small tools -----------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append(f"{'    ' * self.depth}{text}")

    def local(self, name: str, value: str) -> str:
        """Bind a local once, before the loops."""
        self.prologue.setdefault(name, value)
        return name

    def rows(self, relation: int) -> str:
        return self.local(f"rows_{relation}", f"relations[{relation}].rows")

    def expression(self, expression: Expression) -> str:
        return source(expression, self.names)

    def key(self, access: Access) -> str:
        parts = [self.expression(key) for key in access.keys]
        return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"

    def whole_row(self, relation: int, access: Access) -> str | None:
        """Give the row that is looked for, where every column is bound."""
        if len(access.columns) != len(self.relations[relation].columns):
            return None
        parts = [self.expression(key) for key in access.keys]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    def index(self, relation: int, columns: tuple[int, ...]) -> str:
        name = f"index_{relation}_{'_'.join(map(str, columns))}"
        return self.local(name, f"relations[{relation}].index({columns!r})")

    # ---- steps -----------------------------------------------------------------------------------------------

    def step(self, step: Step, *, is_last_loop: bool) -> None:
        match step:
            case Trigger(pattern):
                self.line(f"for i{pattern.slot} in new:")
                self.depth += 1
                self.bind(pattern.slot, pattern.relation, {})
            case Matched(patterns):
                self.line(f"for {', '.join(f'i{p.slot}' for p in patterns)}, in new:" if patterns else "for _ in new:")
                self.depth += 1
                for pattern in patterns:
                    self.bind(pattern.slot, pattern.relation, {})
            case Probe():
                self.probe(step)
            case Test(filter_):
                self.test(filter_)
            case Without(absence, accesses):
                for lookup, access in zip(absence.lookups, accesses, strict=True):
                    self.without(absence, lookup, access)
            case Fold(aggregation, accesses):
                self.fold(aggregation, accesses)
            case Emit(head):
                self.emit(head)
            case Collect(patterns):
                self.line(f"{self.local('collect', 'out.add')}({_tuple(f'i{p.slot}' for p in patterns)})")
            case Tell(head):
                self.row(head)
                match = _tuple(f"i{p.slot}" for p in self.plan.clause.patterns)
                self.line(f"{self.local('tell', 'out.append')}(({match}, row))")
        if isinstance(step, Trigger | Probe) and not is_last_loop:
            # The innermost loop is bounded by a bucket; those around it multiply, and must be watched.
            self.line(f"if len({self.local('results', 'out' if self.is_dry else 'out.conclusions')}) >= cap:")
            self.line("    cap = watch()")

    def probe(self, probe: Probe) -> None:
        slot, relation, access = probe.pattern.slot, probe.pattern.relation, probe.access
        position = self.plan.clause.patterns.index(probe.pattern)
        limit = f"old[{position}]" if probe.old else None
        whole = self.whole_row(relation, access)
        if whole is not None:
            ids = self.local(f"get_{relation}", f"relations[{relation}].ids.get")
            self.line(f"i{slot} = {ids}({whole})")
            test = f"i{slot} is None"
            if limit is not None:
                test += f" or i{slot} >= {self.local(f'old{slot}', limit)}"
            elif relation in self.growing:
                test += f" or i{slot} >= {self.local(f'entered_{relation}', f'relations[{relation}].entered')}"
            self.line(f"if {test}:")
            self.line("    continue")
        elif access.columns:
            self.line(f"for i{slot} in {self.index(relation, access.columns)}.get({self.key(access)}, ()):")
            self.depth += 1
            if limit is not None:
                self.line(f"if i{slot} >= {self.local(f'old{slot}', limit)}:")
                self.line("    break")
        else:
            # Going through a whole relation takes its time, and may conclude nothing: the clock is looked at before.
            self.line("cap = watch()")
            count = self.local(f"old{slot}", limit) if limit else self.entered(relation)
            self.line(f"for i{slot} in {self.local(f'scanned{slot}', f'relations[{relation}].live(0, {count})')}:")
            self.depth += 1
        self.bind(slot, relation, dict(zip(access.columns, access.keys, strict=True)))

    def entered(self, relation: int) -> str:
        return self.local(f"entered_{relation}", f"relations[{relation}].entered")

    def bind(self, slot: int, relation: int, keys: dict[int, Expression]) -> None:
        """Bind the columns of a row that later steps use; those that a key has fixed are the key."""
        self.bound.append(slot)
        used = {e for step in self.plan.steps for e in _used(step, slot)}
        for column, key in keys.items():
            if Column(slot, column) in used and isinstance(key, Column):
                self.names.columns[Column(slot, column)] = self.expression(key)
        columns = sorted(e.column for e in used if isinstance(e, Column) and e not in self.names.columns)
        is_trigger = isinstance(self.plan.steps[0], Trigger) and self.plan.steps[0].pattern.slot == slot
        if Row(slot) in used:
            self.line(f"r{slot} = {self.rows(relation)}[i{slot}]")
        elif is_trigger and len(columns) == len(self.relations[relation].columns) and columns:
            targets = ", ".join(f"x{slot}_{c}" for c in columns)
            self.line(f"{targets}{',' if len(columns) == 1 else ''} = {self.rows(relation)}[i{slot}]")
            self.names.columns.update({Column(slot, c): f"x{slot}_{c}" for c in columns})
            return
        for column in columns:
            values = self.local(f"column_{relation}_{column}", f"relations[{relation}].column({column})")
            self.line(f"x{slot}_{column} = {values}[i{slot}]")
            self.names.columns[Column(slot, column)] = f"x{slot}_{column}"

    def test(self, test: Filter) -> None:
        if not test.can_raise:
            self.line(f"if not {self.expression(test.test)}:")
            self.line("    continue")
            return
        self.guarded(f"holds = {self.expression(test.test)}", test.label)
        self.line("if not holds:")
        self.line("    continue")

    def guarded(self, statement: str, label: str) -> None:
        rows = ", ".join(f"{slot}: i{slot}" for slot in sorted(self.bound))
        self.line("try:")
        self.line(f"    {statement}")
        self.line("except Exception as error:")
        self.line(f"    raise Failure(clause, {self.names.of(label, 'label')}, {{{rows}}}) from error")

    def matches(self, lookup: Lookup, access: Access) -> str:
        """Give an iterable over the rows that an access finds, before its remaining filters."""
        if not access.columns:
            return self.local(f"all_{lookup.relation}", f"relations[{lookup.relation}].all()")
        rows = self.rows(lookup.relation)
        found = f"{self.index(lookup.relation, access.columns)}.get({self.key(access)}, ())"
        return f"map({self.local(f'row_{lookup.relation}', f'{rows}.__getitem__')}, {found})"

    def without(self, absence: Absence, lookup: Lookup, access: Access) -> None:
        if not access.rest:
            whole = self.whole_row(lookup.relation, access)
            if whole is not None:
                self.line(f"if {whole} in {self.local(f'ids_{lookup.relation}', f'relations[{lookup.relation}].ids')}:")
            elif access.columns:
                self.line(f"if {self.key(access)} in {self.index(lookup.relation, access.columns)}:")
            else:
                self.line(f"if {self.local(f'ids_{lookup.relation}', f'relations[{lookup.relation}].ids')}:")
            self.line("    continue")
            return
        if not access.columns:
            self.line("cap = watch()")
        rest = " and ".join(self.expression(f.test) for f in access.rest)
        statement = f"held = any({rest} for r{lookup.slot} in {self.matches(lookup, access)})"
        if absence.can_raise:
            self.guarded(statement, absence.label)
        else:
            self.line(statement)
        self.line("if held:")
        self.line("    continue")

    def fold(self, aggregation: Aggregation, accesses: tuple[Access, ...]) -> None:
        if not all(access.columns for access in accesses):
            self.line("cap = watch()")
        parts: list[str] = []
        triples = zip(aggregation.lookups, aggregation.values, accesses, strict=True)
        for lookup, value, access in triples:
            item = "None" if value is None else self.expression(value)
            rest = " and ".join(self.expression(f.test) for f in access.rest)
            condition = f" if {rest}" if rest else ""
            parts.append(f"[{item} for r{lookup.slot} in {self.matches(lookup, access)}{condition}]")
        statement = f"v{aggregation.index} = {' + '.join(parts) or '[]'}"
        folded = f"a{aggregation.index} = {self.names.of(aggregation.fold, 'f')}(v{aggregation.index})"
        needs_some = aggregation.function in ("least", "most")
        if aggregation.can_raise:
            self.guarded(f"{statement}; {folded} if v{aggregation.index} else None" if needs_some else
                         f"{statement}; {folded}", aggregation.label)  # fmt: skip
        else:
            self.line(f"{statement}; {folded} if v{aggregation.index} else None" if needs_some else
                      f"{statement}; {folded}")  # fmt: skip
        if needs_some:
            self.line(f"if not v{aggregation.index}:")
            self.line("    continue")

    def row(self, head: Head) -> None:
        parts = [self.expression(value) for value in head.values]
        row = f"row = ({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if head.can_raise:
            self.guarded(row, head.label)
        else:
            self.line(row)

    def emit(self, head: Head) -> None:
        self.row(head)
        store = f"relations[{head.relation}]"
        self.line(f"c = {self.local('find', f'{store}.ids.setdefault')}(row, {self.local('n', f'len({store}.rows)')})")
        self.line("if c == n:")
        self.line("    n += 1")
        self.line(f"    {self.local('add', f'{store}.rows.append')}(row)")
        self.line(f"{self.local('conclude', 'out.conclusions.append')}(c)")
        for i, pattern in enumerate(self.plan.clause.patterns):
            premise = self.local(f"premise{i}", f"out.premises[{i}].append")
            self.line(f"{premise}(i{pattern.slot})")


def _used(step: Step, slot: int) -> Iterator[Column | Row]:
    """Give the columns and the row of a slot that a step reads."""
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


def _tuple(parts: Iterable[str]) -> str:
    return f"({''.join(f'{part}, ' for part in parts)})"

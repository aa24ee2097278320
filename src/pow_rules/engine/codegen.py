"""Plans as Python functions.

A plan becomes one function of nested loops over hash indexes. For the plan shown in `plan` it reads

    def run(relations, out, new, old, cap, watch):
        # each new p in Path
        for i0 in new:
            x0_0, x0_1 = rows_0[i0]
            # probe e in Edge by source = p.target
            bucket = index_1_0.get(x0_1, ())
            if len(bucket) > 7:
                ... all of the bucket at once
                continue
            for i1 in bucket:
                x1_1 = column_1_1[i1]
                # emit Path(start=p.start, target=e.target)
                row = (x0_0, x1_1)
                c = find(row, n)
                if c == n:
                    n += 1
                    add(row)
                conclude(c)
                premise0(i0)
                premise1(i1)

after the locals that it needs (`rows_0 = relations[number_0].rows`, and so on).

The source holds no name or value that comes from a user, and no number of a relation: those travel in a table. So the
plans of rules that have the same shape have the same source, which is compiled once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from pow_rules.engine.batches import is_plain, sharing, write_bulk, write_shared
from pow_rules.engine.plan import Collect, Emit, Fold, Matched, Probe, Tell, Test, Trigger, Without
from pow_rules.engine.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import CodeType

    from pow_rules.engine.clauses import Absence, Aggregation, Clause, Filter, Head, Lookup, RelationSpec
    from pow_rules.engine.plan import Access, Plan, Step

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
    writer = _Writer(plan, relations, growing)
    namespace: dict[str, Any] = {
        "array": array,
        "bisect_left": bisect_left,
        "repeat": repeat,
        "Failure": Failure,
        "clause": plan.clause,
    }
    exec(_code(writer.write()), namespace)  # noqa: S102 - our own text, no user's
    made: Callable[..., None] = namespace["run"]
    made.__code__ = made.__code__.replace(co_filename=f"<plan of {plan.clause.name}>")
    namespace.update(writer.names.table)
    return made


@lru_cache(maxsize=1024)
def _code(text: str) -> CodeType:
    """Compile a source, once for all plans of that shape."""
    return compile(text, "<plan>", "exec")


def source_of(plan: Plan, relations: Sequence[RelationSpec], growing: frozenset[int]) -> str:
    """Give the source of a plan's function, with the plan's steps as comments."""
    return _Writer(plan, relations, growing, comments=True).write()


class _Writer(Source):
    """Writes a plan's function, step by step."""

    def __init__(
        self, plan: Plan, relations: Sequence[RelationSpec], growing: frozenset[int], *, comments: bool = False
    ) -> None:
        super().__init__(plan, relations, growing)
        self.comments = comments
        self.is_dry = not isinstance(plan.steps[-1], Emit)

    def write(self) -> str:
        steps = self.plan.steps
        if not isinstance(steps[0], Trigger | Matched):
            self.line("for _ in (0,):")
            self.depth += 1
        loops = [i for i, s in enumerate(steps) if isinstance(s, Trigger | Probe)]
        for i, step in enumerate(steps):
            for line in self.plan.shown(step, self.specs) if self.comments else ():
                self.line(f"# {line}")
            self.step(step, is_last_loop=not loops or i == loops[-1])
        return self.text()

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
            case Probe() if (inner := sharing(self, step)) is not None:
                write_shared(self, step, inner)
            case Probe():
                self.probe(step, is_bulk=is_last_loop and is_plain(self, step))
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

    def probe(self, probe: Probe, *, is_bulk: bool) -> None:
        slot, relation, access = probe.pattern.slot, probe.pattern.relation, probe.access
        position = self.plan.clause.patterns.index(probe.pattern)
        limit = f"old[{position}]" if probe.old else None
        whole = self.whole_row(relation, access)
        if whole is not None:
            ids = self.of(relation, "get", "ids.get")
            self.line(f"i{slot} = {ids}({whole})")
            test = f"i{slot} is None"
            if limit is not None:
                test += f" or i{slot} >= {self.local(f'old{slot}', limit)}"
            elif relation in self.growing:
                test += f" or i{slot} >= {self.entered(relation)}"
            self.line(f"if {test}:")
            self.line("    continue")
        elif access.columns:
            found = f"{self.index(relation, access.columns)}.get({self.key(access)}, ())"
            if is_bulk:
                if not self.has_bucket:
                    self.line(f"bucket = {found}")
                write_bulk(self, probe, limit)
                found = "bucket"
            self.line(f"for i{slot} in {found}:")
            self.depth += 1
            if limit is not None:
                self.line(f"if i{slot} >= {self.local(f'old{slot}', limit)}:")
                self.line("    break")
        else:
            # Going through a whole relation takes its time, and may conclude nothing: the clock is looked at before.
            self.line("cap = watch()")
            count = self.local(f"old{slot}", limit) if limit else self.entered(relation)
            scanned = self.of(relation, f"live_{slot}", f"live(0, {count})")
            self.line(f"for i{slot} in {scanned}:")
            self.depth += 1
        self.bind(slot, relation, dict(zip(access.columns, access.keys, strict=True)))

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
            return self.of(lookup.relation, "all", "all()")
        found = f"{self.index(lookup.relation, access.columns)}.get({self.key(access)}, ())"
        return f"map({self.of(lookup.relation, 'row', 'rows.__getitem__')}, {found})"

    def without(self, absence: Absence, lookup: Lookup, access: Access) -> None:
        if not access.rest:
            whole = self.whole_row(lookup.relation, access)
            if whole is not None:
                self.line(f"if {whole} in {self.of(lookup.relation, 'ids', 'ids')}:")
            elif access.columns:
                self.line(f"if {self.key(access)} in {self.index(lookup.relation, access.columns)}:")
            else:
                self.line(f"if {self.of(lookup.relation, 'ids', 'ids')}:")
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
        copied = self.copied(head)
        if copied is not None:
            self.line(f"row = r{copied}")
            return
        parts = [self.expression(value) for value in head.values]
        row = f"row = ({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if head.can_raise:
            self.guarded(row, head.label)
        else:
            self.line(row)

    def emit(self, head: Head) -> None:
        self.row(head)
        n = self.local("n", f"len({self.rows(head.relation)})")
        self.line(f"c = {self.of(head.relation, 'find', 'ids.setdefault')}(row, {n})")
        self.line(f"if c == {n}:")
        self.line(f"    {n} += 1")
        self.line(f"    {self.of(head.relation, 'add', 'rows.append')}(row)")
        self.line(f"{self.local('conclude', 'out.conclusions.append')}(c)")
        for i, pattern in enumerate(self.plan.clause.patterns):
            premise = self.local(f"premise{i}", f"out.premises[{i}].append")
            self.line(f"{premise}(i{pattern.slot})")


def _tuple(parts: Iterable[str]) -> str:
    return f"({''.join(f'{part}, ' for part in parts)})"

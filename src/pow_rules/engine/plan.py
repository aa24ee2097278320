"""Plans: a clause, started by a change of one of its patterns, as steps that print themselves.

A plan for the clause that makes paths longer, started by new paths, prints as

    grow on p: Path
      each new p in Path
      probe e in Edge by source = p.target
      emit Path(start=p.start, target=e.target)

Every step runs as early as its slots allow; conditions that can raise run last, in the order written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pow_rules.engine.clauses import Absence, Aggregation, Clause, Condition, Filter, Head, Lookup, Pattern
from pow_rules.engine.expressions import Expression, needs, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pow_rules.engine.clauses import RelationSpec

__all__ = [
    "Access",
    "Collect",
    "Emit",
    "Fold",
    "Matched",
    "Plan",
    "Probe",
    "Step",
    "Tell",
    "Test",
    "Trigger",
    "Without",
    "make_completion",
    "make_plan",
    "make_revisit",
    "trigger_order",
]


@attrs.frozen(eq=False, repr=False)
class Access:
    """How the rows of a relation that match are found: by an index on `columns`, and then by `rest`.

    Without columns the whole relation is gone through; with all of them there is at most one row.
    """

    columns: tuple[int, ...]
    keys: tuple[Expression, ...]
    rest: tuple[Filter, ...]


@attrs.frozen(eq=False, repr=False)
class Trigger:
    """Each row of the pattern that is new."""

    pattern: Pattern


@attrs.frozen(eq=False, repr=False)
class Matched:
    """Each combination of rows that another matcher has found for all the patterns."""

    patterns: tuple[Pattern, ...]


@attrs.frozen(eq=False, repr=False)
class Probe:
    """Each row of a pattern that matches what is bound; `old` leaves out what is new in this round."""

    pattern: Pattern
    access: Access
    old: bool


@attrs.frozen(eq=False, repr=False)
class Test:
    """Go on only if a condition holds."""

    filter: Filter


@attrs.frozen(eq=False, repr=False)
class Without:
    """Go on only if no row matches."""

    absence: Absence
    accesses: tuple[Access, ...]


@attrs.frozen(eq=False, repr=False)
class Fold:
    """Compute an aggregate."""

    aggregation: Aggregation
    accesses: tuple[Access, ...]


@attrs.frozen(eq=False, repr=False)
class Emit:
    """Record the derivation, and its conclusion where it is new."""

    head: Head


@attrs.frozen(eq=False, repr=False)
class Collect:
    """Give the match, and record nothing."""

    patterns: tuple[Pattern, ...]


@attrs.frozen(eq=False, repr=False)
class Tell:
    """Give the match with what would be concluded, and record nothing."""

    head: Head


Step = Trigger | Matched | Probe | Test | Without | Fold | Emit | Collect | Tell


@attrs.frozen(eq=False, repr=False)
class Plan:
    """The steps by which a clause is matched when one of its patterns has new rows."""

    clause: Clause
    steps: tuple[Step, ...]

    def show(self, relations: Sequence[RelationSpec]) -> str:
        """Give the plan's text; `relations` are the program's."""
        head = next((s.pattern for s in self.steps if isinstance(s, Trigger)), None)
        title = f"{self.clause.name} at the start" if head is None else f"{self.clause.name} on {head.name}"
        lines = [title if head is None else f"{title}: {relations[head.relation].name}"]
        lines += [f"  {line}" for step in self.steps for line in self.shown(step, relations)]
        return "\n".join(lines)

    def shown(self, step: Step, relations: Sequence[RelationSpec]) -> Iterable[str]:
        """Give the text of one of its steps, line by line."""
        names = {p.slot: p.name for p in self.clause.patterns}
        for condition in self.clause.conditions:
            if isinstance(condition, Absence | Aggregation):
                names.update({lookup.slot: relations[lookup.relation].name.lower() for lookup in condition.lookups})
        return _shown(step, relations, names, {p.slot: p.relation for p in self.clause.patterns})


def trigger_order(clause: Clause, recursive: frozenset[int]) -> tuple[int, ...]:
    """Give the positions of a clause's patterns in the order that makes every derivation be found once.

    When the pattern at one position is new, those before it are looked up among the old rows only. Recursive
    relations come first, so that their many rounds see the others without that test.

    The rule is that of semi-naive evaluation (Bancilhon and Ramakrishnan, 1986).
    """
    positions = range(len(clause.patterns))
    return tuple(sorted(positions, key=lambda i: clause.patterns[i].relation not in recursive))


def make_plan(
    clause: Clause, trigger: int | None, recursive: frozenset[int], relations: Sequence[RelationSpec]
) -> Plan:
    """Plan a clause.

    Args:
        clause: what is to be matched.
        trigger: the position of the pattern that has new rows; None for a clause without patterns.
        recursive: the relations that grow while the clause runs.
        relations: the program's relations.
    """
    planner = _Planner(clause, relations)
    if trigger is not None:
        order = trigger_order(clause, recursive)
        before = set(order[: order.index(trigger)])
        planner.start(clause.patterns[trigger])
        while planner.open:
            planner.join(planner.next_pattern(), before)
    planner.finish()
    return Plan(clause, tuple(planner.steps))


def make_revisit(clause: Clause, lookup: Lookup, relations: Sequence[RelationSpec]) -> Plan:
    """Plan how the matches are found that a row concerns which is looked for from outside.

    More of them may be found than are concerned: what can raise, or needs an aggregate, is not tested.

    Args:
        clause: what was matched, or may be now.
        lookup: one of the lookups of its absences and aggregates; the rows are of its relation.
        relations: the program's relations.
    """
    planner = _Planner(clause, relations)
    planner.pending = [
        f for f in (*lookup.filters, *clause.conditions) if isinstance(f, Filter) and not f.can_raise and not f.needs[1]
    ]
    planner.steps.append(Trigger(Pattern(lookup.slot, lookup.relation, relations[lookup.relation].name.lower())))
    planner.bound.add(lookup.slot)
    planner.place()
    while planner.open:
        planner.join(planner.next_pattern(), set(range(len(clause.patterns))))
    planner.steps.append(Collect(clause.patterns))
    return Plan(clause, tuple(planner.steps))


def make_completion(
    clause: Clause, settled: Sequence[Filter], relations: Sequence[RelationSpec], *, tell: bool = False
) -> Plan:
    """Plan what is left of a clause when all its patterns have been matched elsewhere.

    Args:
        clause: what is to be matched.
        settled: the filters that have been applied in matching.
        relations: the program's relations.
        tell: whether to tell what would be concluded, in place of recording it.
    """
    planner = _Planner(clause, relations)
    planner.pending = [c for c in planner.pending if not any(c is s for s in settled)]
    planner.steps.append(Matched(clause.patterns))
    planner.open.clear()
    planner.bound.update(pattern.slot for pattern in clause.patterns)
    planner.finish()
    if tell:
        planner.steps[-1] = Tell(clause.head)
    return Plan(clause, tuple(planner.steps))


class _Planner:
    def __init__(self, clause: Clause, relations: Sequence[RelationSpec]) -> None:
        self.clause = clause
        self.relations = relations
        self.steps: list[Step] = []
        self.bound: set[int] = set()
        self.folded: set[int] = set()
        self.open: list[Pattern] = list(clause.patterns)
        self.pending: list[Condition] = list(clause.conditions)

    def start(self, pattern: Pattern) -> None:
        self.open.remove(pattern)
        self.steps.append(Trigger(pattern))
        self.bind(pattern)

    def next_pattern(self) -> Pattern:
        """Take the pattern of which most is bound: a whole row first, then the longest key, as written among equals."""

        def rank(pattern: Pattern) -> tuple[bool, int]:
            keys = len(self.access(pattern.slot, self.filters())[0].columns)
            return (keys == len(self.relations[pattern.relation].columns), keys)

        return max(self.open, key=rank)

    def join(self, pattern: Pattern, before: set[int]) -> None:
        self.open.remove(pattern)
        access, used = self.access(pattern.slot, self.filters())
        self.pending = [c for c in self.pending if not any(c is u for u in used)]
        self.steps.append(Probe(pattern, access, old=self.clause.patterns.index(pattern) in before))
        self.bind(pattern)

    def bind(self, pattern: Pattern) -> None:
        self.bound.add(pattern.slot)
        self.place()

    def finish(self) -> None:
        """Place what is left: all that can raise, in the order written."""
        self.place()
        while self.pending:
            following = next(c for c in self.pending if self.ready(c))
            self.pending = [c for c in self.pending if c is not following]
            self.place_one(following)
            self.place()
        self.steps.append(Emit(self.clause.head))

    def place(self) -> None:
        """Place all that is bound and cannot raise; an aggregate may make more of it ready."""
        while ready := [c for c in self.pending if not c.can_raise and self.ready(c)]:
            # Cheap tests first: an absence or an aggregate looks into another relation.
            condition = next((c for c in ready if isinstance(c, Filter)), ready[0])
            self.pending = [c for c in self.pending if c is not condition]
            self.place_one(condition)

    def ready(self, condition: Condition) -> bool:
        slots, aggregates = condition.needs
        return slots <= self.bound and aggregates <= self.folded

    def place_one(self, condition: Condition) -> None:
        match condition:
            case Filter():
                self.steps.append(Test(condition))
            case Absence(lookups):
                self.steps.append(Without(condition, tuple(self.inner(lookup) for lookup in lookups)))
            case Aggregation(index, _, lookups):
                self.steps.append(Fold(condition, tuple(self.inner(lookup) for lookup in lookups)))
                self.folded.add(index)

    def filters(self) -> list[Filter]:
        return [c for c in self.pending if isinstance(c, Filter) and not c.can_raise]

    def access(self, slot: int, filters: Iterable[Filter]) -> tuple[Access, list[Filter]]:
        """Give the index access to a slot from what is bound, and the filters that it takes the place of."""
        keys: dict[int, Expression] = {}
        used: list[Filter] = []
        for test in filters:
            for column, key in test.keys:
                slots, aggregates = needs(key)
                if (
                    column.slot == slot
                    and column.column not in keys
                    and slots <= self.bound
                    and aggregates <= self.folded
                ):
                    keys[column.column] = key
                    used.append(test)
                    break
        columns = tuple(sorted(keys))
        return Access(columns, tuple(keys[c] for c in columns), ()), used

    def inner(self, lookup: Lookup) -> Access:
        access, used = self.access(lookup.slot, [f for f in lookup.filters if not f.can_raise])
        rest = [f for f in lookup.filters if not any(f is u for u in used)]
        rest.sort(key=lambda f: f.can_raise)
        return attrs.evolve(access, rest=tuple(rest))


def _shown(
    step: Step, relations: Sequence[RelationSpec], names: dict[int, str], where: dict[int, int]
) -> Iterable[str]:
    match step:
        case Trigger(pattern):
            yield f"each new {pattern.name} in {relations[pattern.relation].name}"
        case Matched(patterns):
            yield f"each match of {', '.join(pattern.name for pattern in patterns)}"
        case Probe(pattern, access, old):
            kept = "old " if old else ""
            how = _access(access, relations[pattern.relation], relations, names, where)
            verb = "probe" if access.columns else "scan"
            yield f"{verb} {kept}{pattern.name} in {relations[pattern.relation].name}{how}"
        case Test(filter_):
            yield f"test {filter_.label}"
        case Without(absence, accesses):
            for lookup, access in zip(absence.lookups, accesses, strict=True):
                how = _access(access, relations[lookup.relation], relations, names, where)
                yield f"without {relations[lookup.relation].name}{how}"
        case Fold(aggregation, accesses):
            yield f"fold a{aggregation.index} = {aggregation.label}"
            for lookup, access in zip(aggregation.lookups, accesses, strict=True):
                how = _access(access, relations[lookup.relation], relations, names, where)
                yield f"  over {relations[lookup.relation].name}{how}"
        case Emit(head):
            yield f"emit {head.label}"
        case Collect():
            yield "give the match"
        case Tell(head):
            yield f"tell of {head.label}"


def _access(
    access: Access,
    relation: RelationSpec,
    relations: Sequence[RelationSpec],
    names: dict[int, str],
    where: dict[int, int],
) -> str:
    keys = [
        f"{relation.columns[column]} = {_key(key, relations, names, where)}"
        for column, key in zip(access.columns, access.keys, strict=True)
    ]
    shown = f" by {', '.join(keys)}" if keys else ""
    rest = " and ".join(f.label for f in access.rest)
    return f"{shown} where {rest}" if rest else shown


def _key(key: Expression, relations: Sequence[RelationSpec], names: dict[int, str], where: dict[int, int]) -> str:
    return shown(
        key, lambda slot, column: f"{names[slot]}.{relations[where[slot]].columns[column]}", lambda s: names[s]
    )

"""Relations, derivation tables and the fact base: growing, losing, cutting back, and going back."""

from __future__ import annotations

import contextlib
import copy
import sys
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pow_rules
from pow_rules.engine.base import FactBase
from pow_rules.engine.clauses import Clause, Head, Pattern
from pow_rules.engine.derivations import Table
from pow_rules.engine.store import Relation

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from pow_rules.engine.base import Savepoint

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)
NUMBERS = st.lists(st.integers(0, 30), max_size=8)
INDEXES = [(0,), (1,), (0, 1)]
_OURS = str(Path(pow_rules.__file__).parent)


def interrupted(at: int, call: Callable[[], object]) -> bool:
    """Make a call, and interrupt it at the n-th line of the library; tell whether it was."""
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith(_OURS):
            return None
        if event == "line":
            lines += 1
            if lines == at:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


# ---- relations -------------------------------------------------------------------------------------------------------


def agrees(relation: Relation, rows: list[tuple[Any, ...]], dead: set[int] | None = None) -> bool:
    """Tell whether a relation holds these rows but the dead ones, and its indexes and columns are right."""
    dead = dead or set()
    indexes: dict[tuple[int, ...], dict[Any, array[int]]] = {}
    for columns in relation.contents():
        index = indexes.setdefault(columns, {})
        for i, row in enumerate(rows[: relation.entered]):
            if i not in dead:
                key = row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns)
                index.setdefault(key, array("i")).append(i)
    return (
        relation.rows == rows
        and relation.dead == dead
        and relation.ids == {row: i for i, row in enumerate(rows) if i not in dead}
        and len(relation) == len(rows) - len(dead)
        and list(relation.live(0, len(rows))) == [i for i in range(len(rows)) if i not in dead]
        and relation.contents() == indexes
        and all(values == [r[c] for r in rows[: relation.entered]] for c, values in relation._columns.items())
    )


def lose(relation: Relation, picks: list[int]) -> list[int]:
    """Remove some rows, and give their ids."""
    lost: list[int] = []
    for pick in picks:
        if live := list(relation.live(0, relation.entered)):
            lost.append(live[pick % len(live)])
            relation.remove([lost[-1]])
    return lost


@given(ROWS, ROWS, st.lists(st.sampled_from(INDEXES), max_size=3))
def test_indexes_grow_with_their_relation(first: list[Any], second: list[Any], early: list[tuple[int, ...]]) -> None:
    """Indexes made early or late hold the entered rows, each bucket ascending; added rows are not in them yet."""
    relation = Relation(first)
    relation.enter()
    for columns in early:
        relation.index(columns)
    relation.column(0)
    for row in second:
        assert relation.rows[relation.add(row)] == row
    rows = list(dict.fromkeys([*first, *second]))
    assert agrees(relation, rows)
    relation.enter()
    assert len(relation) == relation.entered == len(rows)
    for columns in INDEXES:
        relation.index(columns)
    relation.column(1)
    assert agrees(relation, rows)


@given(ROWS, NUMBERS, ROWS, st.lists(st.sampled_from(INDEXES), max_size=3))
def test_a_relation_loses_rows(
    first: list[Any], picks: list[int], second: list[Any], early: list[tuple[int, ...]]
) -> None:
    """A removed row is in no index, made before or after; added again, it is a new row with a new id."""
    relation = Relation(first)
    relation.enter()
    for columns in early:
        relation.index(columns)
    relation.column(1)
    rows, dead = list(relation.rows), set(lose(relation, picks))
    for columns in INDEXES:
        relation.index(columns)
    assert agrees(relation, rows, dead)
    assert list(relation.all()) == [row for i, row in enumerate(rows) if i not in dead]
    for row in second:
        if row not in relation.ids:
            rows.append(row)
        assert relation.rows[relation.add(row)] == row
    relation.enter()
    assert agrees(relation, rows, dead)


@given(ROWS, NUMBERS, ROWS, NUMBERS, ROWS, st.booleans())
def test_a_relation_goes_back(
    first: list[Any],
    before: list[int],
    second: list[Any],
    after: list[int],
    third: list[Any],
    entered: bool,  # noqa: FBT001 - drawn
) -> None:
    """Cut back and restored, a relation is as it was, and goes on as if nothing had happened; twice does no harm."""
    relation = Relation(first)
    relation.enter(1)
    for columns in INDEXES[:2]:
        relation.index(columns)
    relation.column(0)
    rows, dead = list(relation.rows), set(lose(relation, before))
    lost = lose(relation, after[:4])
    for row in second:
        relation.add(row)
    if entered:
        relation.enter(2)
        lost += lose(relation, after[4:])
        relation.index((0, 1))
    for _ in range(2):
        relation.truncate(len(rows))
        for number in lost:
            if number < len(rows):
                relation.restore(number)
        assert agrees(relation, rows, dead)
        assert [relation.clock(i) for i in range(len(rows))] == [1] * len(rows)
    for row in third:
        if row not in relation.ids:
            rows.append(row)
        relation.add(row)
    relation.enter(3)
    assert agrees(relation, rows, dead)
    assert [relation.clock(i) for i in range(len(rows))] == [1 if row in first and i < len(set(first)) else 3
                                                           for i, row in enumerate(rows)]  # fmt: skip


def test_an_id_without_a_row_is_cut_off() -> None:
    """An id whose row was never added, as an interrupt leaves it, goes when the relation is cut back."""
    relation = Relation([("a",), ("b",)])
    relation.enter()
    relation.ids.setdefault(("c",), len(relation.rows))
    relation.truncate(2)
    assert agrees(relation, [("a",), ("b",)])
    relation.ids.setdefault(("c",), len(relation.rows))
    relation.truncate(1)
    assert agrees(relation, [("a",)])
    assert relation.add(("c",)) == 1


@given(ROWS, NUMBERS, ROWS, NUMBERS)
def test_a_copy_is_independent(first: list[Any], picks: list[int], second: list[Any], late: list[int]) -> None:
    """A copy holds the same, and neither sees what becomes of the other."""
    relation = Relation(first)
    relation.enter(1)
    relation.index((0,))
    relation.column(0)
    rows, dead = list(relation.rows), set(lose(relation, picks))
    relation.ranks.update(dict.fromkeys(relation.ids.values(), 7))
    other = relation.copy()
    for changing, staying in ((other, relation), (relation, relation.copy())):
        changing.index((1,))
        lose(changing, late)
        for row in second:
            changing.add(row)
        changing.enter(2)
        changing.ranks[0] = 9
        assert agrees(staying, rows, dead)
        assert [staying.clock(i) for i in range(len(rows)) if i not in dead] == [7] * (len(rows) - len(dead))


def test_a_copy_is_made_while_an_index_is() -> None:
    """Another thread may look something up in a shared relation, and so make an index, while it is copied."""

    class Slow(dict[Any, Any]):
        def items(self) -> Any:
            relation.index((1,))
            relation.column(1)
            return super().items()

    relation = Relation([(1, 2), (3, 4)])
    relation.enter()
    relation._indexes[(0,)] = Slow(relation.index((0,)))
    assert agrees(relation.copy(), [(1, 2), (3, 4)])


@given(st.lists(st.tuples(ROWS, NUMBERS), max_size=5), NUMBERS)
def test_a_compacted_relation_keeps_order_and_times(
    batches: list[tuple[list[Any], list[int]]], picks: list[int]
) -> None:
    """Without its dead rows a relation has the others in the same order, at the same times, with indexes made anew."""
    relation = Relation()
    for clock, (rows, lost) in enumerate(batches):
        for row in rows:
            relation.add(row)
        relation.enter(clock)
        lose(relation, lost)
    for pick in picks:
        if relation.rows:
            relation.ranks[pick % len(relation.rows)] = 100 + pick
    made, moved = relation.compacted()
    live = list(relation.live(0, len(relation.rows)))
    assert moved == {old: new for new, old in enumerate(live)}
    for columns in INDEXES:
        made.index(columns)
    assert agrees(made, [relation.rows[i] for i in live])
    assert made.entered == len(live)
    assert [made.clock(moved[i]) for i in live] == [relation.clock(i) for i in live]
    assert len(set(made._firsts)) == len(made._firsts) == len(made._clocks)


def test_a_row_has_one_id() -> None:
    """A row that is added again keeps its id."""
    relation = Relation()
    assert [relation.add(row) for row in [("a",), ("b",), ("a",)]] == [0, 1, 0]
    assert relation.entered == 0
    assert relation.index((0,)) == {}


# ---- tables ----------------------------------------------------------------------------------------------------------

Match = tuple[int, int, int]
"""A conclusion and two premises."""

MATCHES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), max_size=10)


def record(table: Table, matches: list[Match]) -> None:
    """Record firings, those whose premises have none yet."""
    for conclusion, *premises in matches:
        if table.find(tuple(premises)) is None:
            table.conclusions.append(conclusion)
            for column, premise in zip(table.premises, premises, strict=True):
                column.append(premise)


def held(table: Table) -> dict[int, Match]:
    """Give the firings that hold, after looking whether they are found in every way."""
    columns = (table.conclusions, *table.premises)
    found = {f: tuple(column[f] for column in columns) for f in range(len(table)) if table.conclusions[f] >= 0}
    assert list(table.firings()) == list(found)
    for number in range(5):
        latest = list(reversed(found.items()))
        assert list(table.of(number)) == [f for f, match in latest if match[0] == number]
        assert table.unconcluded([number]) == [number] * all(match[0] != number for match in found.values())
        for position in range(len(table.premises)):
            assert list(table.using(position, number)) == [f for f, m in latest if m[position + 1] == number]
    for position in range(-1, len(table.premises)):
        one_after_the_other = [f for n in (3, 0, 1) for f, m in reversed(found.items()) if m[position + 1] == n]
        assert table.using_any(position, (3, 0, 1)) == one_after_the_other
    by_premises = {match[1:]: firing for firing, match in found.items()}
    for match in [(a, b) for a in range(4) for b in range(4)]:
        assert table.find(match) == by_premises.get(match)
    return found  # type: ignore[return-value]


def drop(table: Table, picks: list[int]) -> list[int]:
    """Drop some firings, and give them."""
    dropped: list[int] = []
    for pick in picks:
        if found := list(table.firings()):
            dropped.append(found[pick % len(found)])
            conclusion = table.conclusions[dropped[-1]]
            assert table.drop(dropped[-1]) == conclusion
    return dropped


@given(MATCHES, NUMBERS, MATCHES, NUMBERS, MATCHES)
def test_a_table_goes_back(
    first: list[Match], before: list[int], second: list[Match], after: list[int], third: list[Match]
) -> None:
    """Firings are found by conclusion and premises, latest first; cut back and restored, a table is as it was."""
    table = Table(2)
    record(table, first)
    drop(table, before)
    length, was = len(table), held(table)
    dropped = drop(table, after[:3])
    record(table, second)
    dropped += drop(table, after[3:])
    held(table)
    for _ in range(2):
        table.truncate(length)
        for firing in dropped:
            if firing < length:
                table.restore(firing)
        assert held(table) == was
    record(table, third)
    assert len(held(table)) >= len(was)


@given(MATCHES, NUMBERS, MATCHES, st.booleans())
def test_a_copied_table_is_independent(
    first: list[Match],
    picks: list[int],
    second: list[Match],
    asked: bool,  # noqa: FBT001 - drawn
) -> None:
    """A copy has the same firings, and neither sees what becomes of the other."""
    table = Table(2)
    record(table, first)
    if asked:
        was = held(table)
    other = table.copy()
    was = held(table)
    drop(other, picks)
    record(other, second)
    held(other)
    assert held(table) == was
    changed = held(other)
    drop(table, picks[1:])
    assert held(other) == changed


def test_a_table_is_copied_while_it_is_looked_up() -> None:
    """Another thread may look something up in a shared table while it is copied."""
    table = Table(2)
    record(table, [(0, 1, 2)])
    chain = table._chain(-1)

    class Slow(type(chain)):  # type: ignore[misc]
        def copy(self) -> Any:
            list(table.using(0, 1))
            return super().copy()

    slow = Slow(chain.size, chain.room)
    slow.heads, slow.previous = chain.heads, chain.previous
    table._chains[-1] = slow
    assert held(table.copy()) == {0: (0, 1, 2)}


@given(MATCHES, NUMBERS)
def test_a_compacted_table_has_what_holds(matches: list[Match], picks: list[int]) -> None:
    """Without its dropped firings a table has the others in the same order, under the new ids."""
    table = Table(2)
    record(table, matches)
    drop(table, picks)
    was = held(table)
    moves = [{i: 3 - i for i in range(4)}, None, {i: (i + 1) % 4 for i in range(4)}]
    made = table.compacted(moves[0], moves[1:])
    assert list(held(made).values()) == [(3 - c, a, (b + 1) % 4) for c, a, b in was.values()]
    same = table.compacted(None, [None, None])
    assert (same is table) == (len(was) == len(table))
    assert list(held(same).values()) == list(was.values())


def test_a_table_with_uneven_columns_is_cut_back() -> None:
    """Columns of different lengths, as an interrupt leaves them, are cut to the same one."""
    table = Table(2)
    table.conclusions.extend([0, 1, 2])
    table.premises[0].extend([0, 1])
    table.premises[1].extend([0, 1])
    list(table.of(0))
    table.truncate(2)
    assert [len(table), *map(len, table.premises)] == [2, 2, 2]
    assert held(table) == {0: (0, 0, 0), 1: (1, 1, 1)}


def test_a_clause_without_patterns_has_one_firing() -> None:
    """The firing without premises is found while it holds."""
    table = Table(0)
    assert table.find(()) is None
    table.conclusions.append(3)
    assert table.find(()) == 0
    table.drop(0)
    assert table.find(()) is None
    table.conclusions.append(4)
    assert table.find(()) == 1


@given(MATCHES, NUMBERS, MATCHES, st.integers(1, 60))
def test_a_broken_off_search_changes_nothing(
    first: list[Match], picks: list[int], second: list[Match], at: int
) -> None:
    """Interrupted while it is prepared, looking up finds the same afterwards."""
    table = Table(2)
    record(table, first)
    held(table)
    drop(table, picks)
    record(table, second)
    interrupted(at, lambda: held(table))
    held(table)


# ---- the fact base ---------------------------------------------------------------------------------------------------

CLAUSES = (
    Clause(0, "one", 0, (Pattern(0, 0, "a"),), (), Head(1, (), "", can_raise=False)),
    Clause(1, "two", 1, (Pattern(0, 0, "a"), Pattern(1, 1, "b")), (), Head(1, (), "", can_raise=False)),
)


def state(base: FactBase) -> dict[str, Any]:
    """Give a copy of everything in a fact base, after looking whether its parts agree."""
    for relation in base.relations:
        assert agrees(relation, list(relation.rows), set(relation.dead))
    for table in base.tables:
        assert all(len(column) == len(table) for column in table.premises)
        for position, column in enumerate(table.premises):
            for premise in set(column):
                firings = [f for f in table.firings() if column[f] == premise]
                assert list(table.using(position, premise)) == firings[::-1]
    return {
        "relations": [
            (list(r.rows), set(r.dead), r.entered, dict(r.ranks), list(r._clocks), list(r._firsts))
            for r in base.relations
        ],
        "tables": [[list(column) for column in (t.conclusions, *t.premises)] for t in base.tables],
        "givens": copy.deepcopy(base.givens),
        "counts": (base.facts, base.derivations, base.buried),
    }


def write(base: FactBase, what: int, one: int, other: int) -> None:
    """Change a fact base in some way, inside a savepoint."""
    number = one % 2
    relation = base.relations[number]
    live = list(relation.live(0, len(relation.rows)))
    match what % 7:
        case 0 | 1:
            touched = base.touch_relation(number)
            base.facts += (one, other) not in touched.ids
            touched.add((one, other))
            base.clock += 1
            touched.enter(base.clock)
        case 2 if live:
            base.remove(number, [live[other % len(live)]], 1)
        case 3 if live:
            base.rank(number, live[other % len(live)])
        case 4:
            base.give(number, (one, other), None if one % 3 == 0 else (one, None))
        case 5 if all(map(len, base.relations)):
            table, ids = base.touch_table(number), [list(r.ids.values()) for r in base.relations]
            table.conclusions.append(ids[1][other % len(ids[1])])
            for column, pattern in zip(table.premises, CLAUSES[number].patterns, strict=True):
                column.append(ids[pattern.relation][one % len(ids[pattern.relation])])
            base.derivations += 1
        case 6:
            if firings := list(base.tables[number].firings()):
                base.drop(number, [firings[other % len(firings)]], 1)
        case _:
            pass


def look(base: FactBase) -> None:
    """Make some indexes and chains."""
    base.relations[0].index((0,))
    base.relations[1].index((0, 1))
    base.relations[1].column(0)
    list(base.tables[1].using(1, 0))
    list(base.tables[0].of(0))


STEPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 4)), max_size=60)


class Model:
    """A fact base, and what it was at each of its savepoints."""

    def __init__(self, base: FactBase) -> None:
        self.base = base
        self.before: list[tuple[Savepoint, dict[str, Any]]] = []

    def step(self, what: int, one: int, other: int) -> None:
        """Make a step: most write, in a savepoint that they open if there is none."""
        base = self.base
        if what == 12:
            look(base)
        elif what == 11 or not self.before:
            was = state(base)
            self.before.append((base.begin(is_call=bool(one % 2)), was))
        elif what == 10:
            base.commit()
            point, _ = self.before.pop()
            assert point.outcome.is_kept
        elif what == 9:
            self.back(one * 7 + other if other else 0)
        else:
            write(base, what, one, other)

    def back(self, at: int) -> None:
        """Go back, perhaps interrupted at some line, and once more."""
        point, was = self.before.pop()
        while interrupted(at, self.base.rollback) and point in self.base.savepoints:
            at += 3
        assert state(self.base) == was
        assert [p for p, _ in self.before] == self.base.savepoints
        assert not point.outcome.is_kept


@given(STEPS, st.integers(0, 5))
def test_savepoints_are_a_model_that_copies_everything(steps: list[tuple[int, int, int]], at: int) -> None:
    """However they are nested, kept and gone back from, and interrupted at that, savepoints give the states before."""
    model = Model(FactBase(2, CLAUSES))
    for step in steps:
        model.step(*step)
    while model.before:
        model.back(at)
    model.base.rollback()
    assert not model.base.savepoints


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 13), st.integers(0, 4), st.integers(0, 4)), max_size=80))
def test_forks_never_see_each_other(steps: list[tuple[int, int, int, int]]) -> None:
    """Forks begin with the same contents, and what is done in one is never seen in another."""
    models = [Model(FactBase(2, CLAUSES))]
    states = [state(models[0].base)]
    for which, what, one, other in steps:
        i = which % len(models)
        if what == 13:
            if len(models) < 3:
                made = models[i].base.fork()
                assert state(made) == states[i]
                assert not made.savepoints
                models.append(Model(made))
                states.append(states[i])
            continue
        models[i].step(what, one, other)
        states[i] = state(models[i].base)
        assert [state(model.base) for model in models] == states


@settings(max_examples=40)
@given(STEPS, STEPS, st.integers(1, 400))
def test_a_commit_that_is_interrupted_is_repeated_or_undone(
    first: list[tuple[int, int, int]], second: list[tuple[int, int, int]], at: int
) -> None:
    """Interrupted, an inner savepoint is kept, or still there to go back to; the outer one goes back either way."""
    base = FactBase(2, CLAUSES)
    base.begin()
    for what, one, other in first:
        write(base, what, one, other)
    base.commit()
    before = state(base)
    base.begin(is_call=False)
    for what, one, other in second[::2]:
        write(base, what, one, other)
    between = state(base)
    inner = base.begin()
    for what, one, other in second[1::2]:
        write(base, what, one, other)
    after = state(base)
    with contextlib.suppress(KeyboardInterrupt):
        interrupted(at, base.commit)
    if base.current is inner:
        base.rollback()
        assert state(base) == between
    else:
        assert state(base) == after
    base.rollback()
    assert state(base) == before


@given(STEPS)
def test_a_fact_base_is_compacted(steps: list[tuple[int, int, int]]) -> None:
    """Without what holds no longer a fact base holds the same, and its counters say so."""
    base = FactBase(2, CLAUSES)
    base.begin()
    # Firings from removed rows are dropped by those who remove them: here nothing is removed once there are any.
    for what, one, other in steps:
        if what % 7 != 2 or not any(len(table) for table in base.tables):
            write(base, what, one, other)
    assert base.buried == sum(len(r.dead) for r in base.relations) + sum(
        conclusion < 0 for table in base.tables for conclusion in table.conclusions
    )
    firings = rows_of_firings(base)
    base.compact(at_least=0)
    assert rows_of_firings(base) == firings
    base.commit()
    rows = [[r.rows[i] for i in r.live(0, len(r.rows))] for r in base.relations]
    epoch, version, buried = base.epoch, base.version, base.buried
    base.compact(at_least=0)
    assert [relation.rows for relation in base.relations] == rows
    assert not any(relation.dead for relation in base.relations)
    assert rows_of_firings(base) == firings
    assert (base.epoch, base.version, base.buried) == (epoch + bool(buried), version + bool(buried), 0)
    state(base)


def rows_of_firings(base: FactBase) -> list[list[tuple[Any, ...]]]:
    """Give the firings of each clause, by rows in place of ids."""
    return [
        [
            (
                base.relations[1].rows[table.conclusions[f]],
                *(
                    base.relations[p.relation].rows[column[f]]
                    for p, column in zip(clause.patterns, table.premises, strict=True)
                ),
            )
            for f in table.firings()
        ]
        for clause, table in zip(CLAUSES, base.tables, strict=True)
    ]


def test_few_dead_rows_are_left_alone() -> None:
    """Room is made only where there is much of it, and never inside a savepoint."""
    base = FactBase(1, ())
    base.begin()
    for i in range(3_000):
        base.touch_relation(0).add((i,))
    base.relations[0].enter()
    for i in range(1_400):
        base.remove(0, [i], 1)
    base.compact()
    base.commit()
    base.compact()
    assert (base.buried, base.epoch) == (1_400, 0)
    base.begin()
    for i in range(1_400, 1_600):
        base.remove(0, [i], 1)
    base.compact()
    base.commit()
    assert (base.buried, base.epoch) == (1_600, 0)
    base.compact()
    assert (base.buried, base.epoch, len(base.relations[0].rows)) == (0, 1, 1_400)


@pytest.fixture
def base() -> FactBase:
    """Give a fact base with one relation, two rows and one given."""
    made = FactBase(1, ())
    made.begin()
    made.give(0, ("a",), ("x",))
    for row in [("a",), ("b",)]:
        made.touch_relation(0).add(row)
    made.relations[0].enter()
    made.facts = 2
    made.commit()
    return made


def test_a_fact_base_goes_back(base: FactBase) -> None:
    """A rollback undoes growth, loss and givens; a second one does nothing."""
    relation = base.relations[0]
    base.begin()
    base.touch_relation(0).add(("c",))
    base.give(0, ("a",), ("x", "y"))
    base.give(0, ("d",), ())
    base.give(0, ("d",), ("z",))
    base.give(0, ("a",), None)
    base.remove(0, [1], 1)
    base.facts = 9
    assert list(relation.ids) == [("a",), ("c",)]
    base.rollback()
    base.rollback()
    assert base.relations[0] is relation
    assert agrees(relation, [("a",), ("b",)])
    assert base.givens == [{("a",): ("x",)}]
    assert (base.facts, base.buried, base.savepoints) == (2, 0, [])


def test_a_row_that_came_back_goes_back(base: FactBase) -> None:
    """A row that was removed and added again has its first id back after a rollback."""
    base.begin()
    base.remove(0, [0], 1)
    assert base.touch_relation(0).add(("a",)) == 2
    base.relations[0].enter()
    base.remove(0, [2], 1)
    base.rollback()
    assert agrees(base.relations[0], [("a",), ("b",)])


def test_committed_changes_stay(base: FactBase) -> None:
    """After a commit there is nothing to go back to."""
    base.begin()
    base.touch_relation(0).add(("c",))
    base.relations[0].enter()
    base.commit()
    base.rollback()
    assert agrees(base.relations[0], [("a",), ("b",), ("c",)])


def test_what_was_kept_and_then_undone_is_told_by_the_epoch(base: FactBase) -> None:
    """An epoch ends where calls that were kept are undone after all, so that nobody relies on having seen them."""
    epoch = base.epoch
    base.begin()
    base.rollback()
    assert base.epoch == epoch
    base.begin(is_call=False)
    inner = base.begin()
    base.commit()
    assert inner.outcome.is_kept
    base.rollback()
    assert base.epoch > epoch

"""Relations, derivation tables and the fact base: growing, cutting back, and going back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pow_rules.engine.base import FactBase
from pow_rules.engine.derivations import Table
from pow_rules.engine.store import Relation

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)
INDEXES = [(0,), (1,), (0, 1)]


def agrees(relation: Relation, rows: list[tuple[Any, ...]]) -> bool:
    """Tell whether a relation holds these rows and its indexes and columns are right."""
    indexes: dict[tuple[int, ...], dict[Any, list[int]]] = {}
    for columns in relation.contents():
        index = indexes.setdefault(columns, {})
        for i, row in enumerate(rows[: relation.entered]):
            index.setdefault(row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns), []).append(i)
    return (
        relation.rows == rows
        and relation.ids == {row: i for i, row in enumerate(rows)}
        and relation.contents() == indexes
        and all(values == [r[c] for r in rows[: relation.entered]] for c, values in relation._columns.items())
    )


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


@given(ROWS, ROWS, ROWS, st.booleans())
def test_a_relation_is_cut_back(
    first: list[Any],
    second: list[Any],
    third: list[Any],
    entered: bool,  # noqa: FBT001 - drawn
) -> None:
    """Cut back, a relation is as it was, and grows as if nothing had happened; cutting twice does no harm."""
    relation = Relation(first)
    relation.enter()
    for columns in INDEXES[:2]:
        relation.index(columns)
    relation.column(0)
    length = len(relation)
    for row in second:
        relation.add(row)
    if entered:
        relation.enter()
        relation.index((0, 1))
    for _ in range(2):
        relation.truncate(length)
        assert agrees(relation, list(dict.fromkeys(first)))
    for row in third:
        relation.add(row)
    relation.enter()
    assert agrees(relation, list(dict.fromkeys([*first, *third])))


def test_a_row_has_one_id() -> None:
    """A row that is added again keeps its id."""
    relation = Relation()
    assert [relation.add(row) for row in [("a",), ("b",), ("a",)]] == [0, 1, 0]
    assert relation.entered == 0
    assert relation.index((0,)) == {}


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)), st.booleans())
def test_a_table_finds_the_firings_of_a_conclusion(
    first: list[int],
    second: list[int],
    asked: bool,  # noqa: FBT001 - drawn
) -> None:
    """The firings of a conclusion are found latest first, also after growing and cutting back."""
    table = Table(1)

    def grow(conclusions: list[int]) -> None:
        for conclusion in conclusions:
            table.conclusions.append(conclusion)
            table.premises[0].append(conclusion + 10)

    def right(conclusions: list[int]) -> bool:
        return len(table) == len(conclusions) and all(
            list(table.of(c)) == [i for i in reversed(range(len(conclusions))) if conclusions[i] == c] for c in range(5)
        )

    grow(first)
    assert not asked or right(first)
    grow(second)
    assert not asked or right([*first, *second])
    table.truncate(len(first))
    assert right(first)
    grow(second)
    assert right([*first, *second])


def test_a_table_with_uneven_columns_is_cut_back() -> None:
    """Columns of different lengths, as an interrupt leaves them, are cut to the same one."""
    table = Table(2)
    table.conclusions.extend([0, 1, 2])
    table.premises[0].extend([0, 1])
    table.premises[1].extend([0, 1])
    table.truncate(2)
    assert [len(table), *map(len, table.premises)] == [2, 2, 2]


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
    """A rollback undoes growth, replacement and givens; a second one does nothing."""
    before = base.relations[0]
    base.begin()
    base.touch_relation(0).add(("c",))
    base.give(0, ("a",), ("x", "y"))
    base.give(0, ("d",), ())
    base.give(0, ("d",), ("z",))
    base.renew(0).add(("e",))
    base.facts = 9
    assert [row for (row,) in base.relations[0].rows] == ["a", "d", "e"]
    base.rollback()
    base.rollback()
    assert base.relations[0] is before
    assert agrees(before, [("a",), ("b",)])
    assert base.givens == [{("a",): ("x",)}]
    assert (base.facts, base.undo) == (2, None)


def test_a_rollback_left_open_is_finished_first(base: FactBase) -> None:
    """The next beginning finishes a rollback that was never made."""
    base.begin()
    base.touch_relation(0).add(("c",))
    base.begin()
    assert agrees(base.relations[0], [("a",), ("b",)])
    assert base.undo is not None


def test_committed_changes_stay(base: FactBase) -> None:
    """After a commit there is nothing to go back to."""
    base.begin()
    base.touch_relation(0).add(("c",))
    base.relations[0].enter()
    base.commit()
    base.rollback()
    assert agrees(base.relations[0], [("a",), ("b",), ("c",)])

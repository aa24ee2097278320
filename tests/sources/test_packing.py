"""Packing against trying all choices."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pow_rules.explain.origins.packing import packed
from pow_rules.explain.supports.budget import Budget

LINES = st.lists(
    st.sets(st.sampled_from("abcdef"), max_size=3).map(lambda names: tuple(sorted(names))), max_size=8, unique=True
).map(lambda lines: sorted(lines, key=lambda line: (len(line), line)))


@given(LINES)
def test_the_choice_is_the_first_of_the_largest(lines: list[tuple[str, ...]]) -> None:
    """No larger choice has no two sets with a common element, and no earlier one as large has."""
    full = [line for line in lines if line]
    apart = (
        list(some)
        for size in range(len(full), -1, -1)
        for some in itertools.combinations(full, size)
        if sum(map(len, some)) == len(set().union(*some))
    )
    assert packed(lines, Budget(None)) == (next(apart), True)


def test_without_time_nothing_is_sure() -> None:
    """With no time left what was found is given, and not said to be the most."""
    assert packed([("a",), ("b",)], Budget(0)) == ([], False)

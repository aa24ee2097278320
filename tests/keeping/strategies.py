"""Strategies for what is given; no tests. It is loaded by its path, after the vocabulary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from keeping_vocabulary import Box, Chosen, Colour, Dot, Edge, Letter, Mixed, Path, Plain, Rank, Right, Several, Special

from pow_rules import Given, Source
from pow_rules.scales import ICD203, PHIA

_INTS = st.integers(-3, 3) | st.integers() | st.sampled_from([2**53, -(2**53), 10**40])
_TEXTS = st.text(st.characters(), max_size=8) | st.sampled_from(["", "\ud800", "ri\n", "¶5", "\u2028", 'a"b\\'])
_FLOATS = st.floats(allow_nan=False)
_DECIMALS = st.decimals(allow_nan=False) | st.just(Decimal("1E+400"))
_MOMENTS = st.datetimes() | st.datetimes(
    dt.datetime(2, 1, 1),  # noqa: DTZ001 - the timezones are drawn
    dt.datetime(9998, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(dt.UTC) | st.just(dt.timezone(dt.timedelta(hours=2))),
)
_RIGHTS = st.sampled_from([Right.READ, Right.WRITE, Right.READ | Right.WRITE, Right(0)])
_SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.builds(Dot, _INTS), lambda inner: st.builds(Box, st.none() | inner), max_leaves=4
)
EDGES = st.builds(Edge, st.integers(0, 3), st.integers(0, 3))
FACTS: st.SearchStrategy[Any] = st.one_of(
    st.builds(Plain, _TEXTS, _INTS, _FLOATS, st.booleans(), st.binary(max_size=5)),
    st.builds(Special, st.dates(), _MOMENTS, _DECIMALS, st.uuids()),
    st.builds(Chosen, st.sampled_from(Colour), st.sampled_from(Letter), st.sampled_from(Rank), _RIGHTS),
    st.builds(
        Mixed,
        st.none() | _TEXTS,
        _INTS | st.booleans(),
        st.none() | _INTS | _FLOATS | _TEXTS | st.sampled_from(Letter) | _DECIMALS,
    ),
    st.builds(
        Several,
        st.tuples(_INTS, st.none() | _TEXTS),
        st.lists(st.booleans() | _INTS, max_size=3).map(tuple),
        st.frozensets(_DECIMALS | st.sampled_from(Letter), max_size=3),
        st.lists(_SHAPES, max_size=2).map(tuple),
    ),
    _SHAPES,
    EDGES,
    EDGES,
    st.builds(Path, st.integers(0, 3), st.integers(0, 3)),
)
_NAMES = st.sampled_from(["the ministry", "a paper", "\ud800", "Žižek, ¶"])
SOURCES = st.builds(
    Source,
    _NAMES,
    origin=st.none() | _NAMES,
    reliability=st.none() | st.sampled_from("ABCDEF"),
    credibility=st.none() | st.integers(1, 6),
    date=st.none() | st.dates(),
    locator=st.none() | st.sampled_from(["p. 1", "¶7"]),
)
_BANDS: list[Any] = [*ICD203, *PHIA]
_LIKELIHOODS = st.one_of(st.none(), st.floats(0, 1), st.floats(0, 1).map(lambda p: (0.0, p)), st.sampled_from(_BANDS))


def givens(facts: st.SearchStrategy[Any] = FACTS) -> st.SearchStrategy[Given]:
    """Give strategies for what is given: a fact, and all that may be said of it."""
    hedges = st.sampled_from(["certain", "probable", "possible"])
    return st.builds(Given, facts, st.none() | SOURCES, hedge=hedges, likelihood=_LIKELIHOODS)

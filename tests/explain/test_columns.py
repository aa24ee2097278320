"""How many columns texts take, and texts in lines of so many, against what wcwidth says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from pow_rules.render.columns import columns, wrapped

ROOM = 20
TEXTS = st.text(max_size=80) | st.text("ab -'.¶é\u0300第", max_size=80)


@given(TEXTS)
def test_columns(shown: str) -> None:
    """What is counted without wcwidth comes out as wcwidth has it."""
    assert columns(shown) == wcswidth(shown)


def test_every_character_that_is_counted_without_wcwidth() -> None:
    """Each character before the first combining one that can be printed takes one column."""
    plain = [chr(code) for code in range(0x300) if chr(code).isprintable()]
    assert [c for c in plain if wcswidth(c) != 1] == []


@given(TEXTS.filter(str.isprintable))
def test_wrapped(shown: str) -> None:
    """Lines have room, and lose nothing but white space; a text that fits stays as it is."""
    lines = wrapped(shown, ROOM)
    assert all(columns(line) <= ROOM for line in lines)
    assert "".join("".join(lines).split()) == "".join(shown.split())
    if columns(shown) <= ROOM:
        assert lines == [shown]

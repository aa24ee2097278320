"""How many columns a text takes in a terminal, and texts wrapped to so many."""

from __future__ import annotations

__all__ = ["columns", "wrapped"]

_FIRST_COMBINING = "\u0300"


def columns(shown: str) -> int:
    """Give the columns that a text takes; -1 for one with control characters in it.

    >>> columns("¶7"), columns("第7段")
    (2, 5)
    """
    if _is_plain(shown):
        return len(shown)
    from wcwidth import wcswidth  # noqa: PLC0415 - few texts need it, and it takes long to import

    return wcswidth(shown)


def wrapped(shown: str, room: int) -> list[str]:
    """Give a text in lines of so many columns at most; one that fits stays as it is.

    >>> wrapped("the diplomatic source", 10)
    ['the', 'diplomatic', 'source']
    """
    if columns(shown) in range(room + 1):
        return [shown]
    if not _is_plain(shown):
        from wcwidth import wrap  # noqa: PLC0415 - as above

        return wrap(shown, room)
    from textwrap import wrap as wrap_plain  # noqa: PLC0415 - only printing needs it

    lines = (line.rstrip() for line in wrap_plain(shown, room))
    return [line for line in lines if line]


def _is_plain(shown: str) -> bool:
    """Tell whether each character of a text takes one column, as all that can be printed do before this one."""
    return shown.isprintable() and (shown.isascii() or max(shown) < _FIRST_COMBINING)

"""Near matches, for error messages that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "near_matches"]

_LISTED = 12


def near_matches(wanted: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Give up to `most` of `known` that read like `wanted`, the nearest first.

    >>> near_matches("prisner", ["prisoner", "holder"])
    ['prisoner']
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only errors need it

    return get_close_matches(wanted, list(known), n=most, cutoff=0.6)


def did_you_mean(wanted: str, known: Iterable[str], there: str = "there are") -> str:
    """Give the tail of a message: the near match, and all there is to choose from.

    >>> did_you_mean("prisner", ["prisoner", "holder"])
    "; did you mean 'prisoner'? (there are: prisoner, holder)"
    """
    names = list(known)
    if not names:
        return "; there are none"
    near = near_matches(wanted, names, most=1)
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    listed = f"{there}: {', '.join(names[:_LISTED])}{more}"
    return f"; did you mean '{near[0]}'? ({listed})" if near else f"; {listed}"

"""Grades: how reliable a source is, and how credible what it says, by the Admiralty code.

Reliability goes from A (reliable) to E (unreliable), credibility from 1 (confirmed) to 5 (improbable). F and 6 say that
there is no way to judge, which is not the worst grade but none.

Source: NATO, STANAG 2511, "Intelligence Reports", annex on the evaluation of sources and information.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pow_rules.errors import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from pow_rules.sources import Source

__all__ = ["CREDIBILITIES", "RELIABILITIES", "Bar", "bar_of", "is_below", "is_ungraded"]

RELIABILITIES = ("A", "B", "C", "D", "E", "F")
CREDIBILITIES = (1, 2, 3, 4, 5, 6)
_UNKNOWN = (None, "F", 6)

Bar = tuple[str | None, int | None]
"""The worst reliability and the worst credibility that still pass; None where any does."""


def bar_of(below: object) -> Bar:
    """Read a grade as a bar.

    Args:
        below: a grade, as `"C3"`, `"C"` or `"3"`.

    Raises:
        ArgumentTypeError: for something that is no text.
        ArgumentValueError: for a grade that there is not, or one that says unknown.

    >>> bar_of("C3"), bar_of("C"), bar_of("3")
    (('C', 3), ('C', None), (None, 3))
    """
    expected = 'below: expected a grade from A1 to E5, as "C3", "C" or "3"'
    if not isinstance(below, str):
        msg = f"{expected}, got {below!r}"
        raise ArgumentTypeError(msg)
    found = re.fullmatch("([A-F])?([1-6])?", below)
    if found is None or not below:
        hint = f'; did you mean "{below.upper()}"?' if re.fullmatch("[a-fA-F][1-6]?", below) else ""
        msg = f"{expected}, got {below!r}{hint}"
        raise ArgumentValueError(msg)
    reliability, credibility = found[1], None if found[2] is None else int(found[2])
    if reliability == "F" or credibility == CREDIBILITIES[-1]:
        msg = f"{expected}, got {below!r}: F and 6 say that a grade is unknown, and nothing is below that"
        raise ArgumentValueError(msg)
    return reliability, credibility


def is_below(source: Source, bar: Bar) -> bool:
    """Tell whether a source is graded below a bar: worse in reliability or in credibility. What is unknown is not.

    >>> from pow_rules import Source
    >>> is_below(Source("a rumour", reliability="B", credibility=4), ("C", 3))
    True
    >>> is_below(Source("a stranger", reliability="F", credibility=6), ("C", 3))
    False
    """
    reliability, credibility = bar
    is_worse = _is_known(source.reliability) and reliability is not None and (source.reliability or "") > reliability
    if is_worse:
        return True
    return _is_known(source.credibility) and credibility is not None and (source.credibility or 0) > credibility


def is_ungraded(source: Source, bar: Bar) -> bool:
    """Tell whether a source lacks a grade that a bar asks for."""
    grades = zip((source.reliability, source.credibility), bar, strict=True)
    return any(worst is not None and not _is_known(grade) for grade, worst in grades)


def _is_known(grade: str | int | None) -> bool:
    return grade not in _UNKNOWN

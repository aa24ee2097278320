"""Answers as text: a tree for a terminal, in as many columns as there are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pow_rules.render.columns import columns, wrapped
from pow_rules.render.said import cut_line, line_of
from pow_rules.render.sections import sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.render.sections import Placed
    from pow_rules.steps import Step

__all__ = ["plain", "tree"]

_NARROWEST = 40
_DEEPEST = 8
"""How many levels are indented, on a wide page, before the tree goes on at the margin, under a number."""
_LEVEL = 3
_READABLE = 26
"""How many columns a text needs, with its stems, to be read."""

_ASCII = {"├─ ": "|- ", "└─ ": "`- ", "│  ": "|  ", "…": "...", "¶": "par. ", "–": "-", "—": "-", "’": "'"}


def tree(steps: tuple[Step, ...], cut: int, *, width: int = 80, ascii_only: bool | None = None) -> str:
    """Give an answer as a tree.

    Args:
        steps: the answer.
        cut: how much it leaves out.
        width: the columns to fill, 40 at least.
        ascii_only: whether to keep to ASCII; None decides by what standard output can show.
    """
    if ascii_only is None:
        shown = tree(steps, cut, width=width, ascii_only=False)
        return shown if _stdout_shows(shown) else tree(steps, cut, width=width, ascii_only=True)
    # Signs are spelt out before lines are laid out: some take more columns in ASCII.
    spelt = plain if ascii_only else str
    lines = _lines(steps, max(width, _NARROWEST), spelt)
    if cut:
        lines += wrapped(spelt(cut_line(steps, cut)), max(width, _NARROWEST))
    return "\n".join(lines)


def plain(shown: str) -> str:
    """Give a text in ASCII: the tree's lines and signs by their likes, everything else escaped."""
    for sign, instead in _ASCII.items():
        shown = shown.replace(sign, instead)
    return shown.encode("ascii", "backslashreplace").decode()


def _stdout_shows(shown: str) -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        shown.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _lines(steps: tuple[Step, ...], width: int, spelt: Callable[[str], str]) -> list[str]:
    """Give the lines: the tree, then under a number each part that stood too deep for the page."""
    out: list[str] = []
    for section in sections(steps, min(_DEEPEST, (width - _READABLE) // _LEVEL)):
        if section.number:
            out.append("")
        open_: list[bool] = []
        for placed in section.placed:
            del open_[placed.level :]
            said = line_of(steps[placed.at].said)
            text, note = said.text, said.note
            if placed.section:
                note = f"{note}, see [{placed.section}]" if note else f"see [{placed.section}]"
            elif section.number and not placed.level:
                text = f"[{section.number}] {text}"
            first, rest = _stems(placed, open_)
            out += _laid_out(spelt(text), spelt(note), spelt(first), spelt(rest), width)
            open_.append(not placed.is_last)
    return out


def _stems(placed: Placed, open_: list[bool]) -> tuple[str, str]:
    """Give what stands before the first line of a step, and before the others."""
    first = rest = ""
    if placed.level:
        stem = "".join("│  " if goes_on else "   " for goes_on in open_[1:])
        first = stem + ("└─ " if placed.is_last else "├─ ")
        rest = stem + ("   " if placed.is_last else "│  ")
    return first, rest + "│  " if placed.has_below else rest


def _laid_out(text: str, note: str, first: str, rest: str, width: int) -> list[str]:
    """Wrap a text behind its stems, with the note at the right margin of the last line, or of one more."""
    # What fits in one line only has to make room for that line's stem.
    fits = columns(text) <= width - len(first)
    room = max(width - max(len(first), len(rest)), 20)
    found = [text] if fits else wrapped(text, room)
    lines = [first + found[0], *(rest + line for line in found[1:])]
    if not note:
        return lines
    used = len(first if len(found) == 1 else rest) + columns(found[-1])
    if used + 2 + columns(note) <= width:
        lines[-1] += " " * (width - used - columns(note)) + note
        return lines
    notes = wrapped(note, room)
    return lines + [rest + " " * max(0, width - len(rest) - columns(part)) + part for part in notes]

"""Answers in Markdown: nested lists, as CommonMark and GitHub read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pow_rules.render.said import cut_line, line_of
from pow_rules.render.sections import sections

if TYPE_CHECKING:
    from pow_rules.render.sections import Section
    from pow_rules.steps import Step

__all__ = ["escaped", "markdown"]

_DEEPEST = 6
"""How many levels conclusions are nested before they go on in a list of their own; other steps may take three more."""

_SPECIAL = re.compile(r"[\\`*\[\]<>&|~#$@{}]|(?<![^\W_])_|_(?![^\W_])|(?<=[wW]{3})\.|:(?=//)")
"""What means something in the middle of a line. A `_` inside a word does not; the last two make links on GitHub."""
_OPENING = re.compile(r"[-+=]|\d{1,9}(?=[.)])")
"""What means something at the start of one: a list's mark, or a line below a heading."""


def markdown(steps: tuple[Step, ...], cut: int) -> str:
    r"""Give an answer as nested lists, each step a line with its note in italics.

    What is nested deeper than readers follow goes on in another list, under a number.

    Args:
        steps: the answer.
        cut: how much it leaves out.

    >>> from pow_rules.steps import HeadingStep, NoteStep, Step
    >>> print(markdown((Step(0, HeadingStep("a *star*", "a note")), Step(1, NoteStep("below it"))), cut=0))
    - a \*star\* — *a note*
      - below it
    """
    parts = [_list(steps, section) for section in sections(steps, _DEEPEST)]
    if cut:
        parts.append(escaped(cut_line(steps, cut)))
    return "\n\n".join(parts)


def escaped(text: str) -> str:
    r"""Give a text so that Markdown reads it as it is.

    Args:
        text: one line.

    >>> print(escaped("1. a_b_ <i>"))
    1\. a_b\_ \<i\>
    """
    shown = _SPECIAL.sub(r"\\\g<0>", text)
    opening = _OPENING.match(shown)
    if opening is not None:
        at = 0 if opening.end() == 1 and not opening[0].isdigit() else opening.end()
        shown = f"{shown[:at]}\\{shown[at:]}"
    if shown.startswith(" "):
        shown = f"&#32;{shown[1:]}"
    return f"{shown[:-1]}&#32;" if shown.endswith(" ") else shown


def _list(steps: tuple[Step, ...], section: Section) -> str:
    lines = [f"**\\[{section.number}\\]**", ""] if section.number else []
    for placed in section.placed:
        said = line_of(steps[placed.at].said)
        notes = [said.note] if said.note else []
        if placed.section:
            notes.append(f"see [{placed.section}]")
        parts = [escaped(said.text)] if said.text else []
        parts += [f"*{escaped(', '.join(notes))}*"] if notes else []
        # A mark with nothing after it would underline the line above, and make a heading of it.
        lines.append(f"{'  ' * placed.level}- {' — '.join(parts) or '&#32;'}")
    return "\n".join(lines)

"""Traces as text: a tree for a terminal, in as many columns as there are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.render.columns import columns, wrapped
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    ConclusionStep,
    ConditionStep,
    CutStep,
    FactStep,
    GivenStep,
    HeadingStep,
    NoteStep,
    PatternStep,
    PresenceStep,
    RuleStep,
    SeenStep,
    Step,
)
from pow_rules.terms import pattern_text
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.sources import Source

__all__ = ["plain", "tree"]

_NARROWEST = 40
_DEEPEST = 8
"""How many levels are indented, on a wide page, before the tree goes on at the margin, under a number."""
_LEVEL = 3
_READABLE = 26
"""How many columns a text needs, with its stems, to be read."""

_ASCII = {"├─ ": "|- ", "└─ ": "`- ", "│  ": "|  ", "…": "...", "¶": "par. ", "–": "-", "—": "-", "’": "'"}


def tree(steps: tuple[Step, ...], cut: int, *, width: int = 80, ascii_only: bool | None = None) -> str:
    """Give a trace as a tree.

    Args:
        steps: the trace.
        cut: how many conclusions it leaves unexplained.
        width: the columns to fill, 40 at least.
        ascii_only: whether to keep to ASCII; None decides by what standard output can show.
    """
    if ascii_only is None:
        shown = tree(steps, cut, width=width, ascii_only=False)
        return shown if _stdout_shows(shown) else tree(steps, cut, width=width, ascii_only=True)
    lines = _Tree(steps, max(width, _NARROWEST), plain if ascii_only else str).lines()
    if cut:
        what = "conclusion is" if cut == 1 else "conclusions are"
        more = f"… {cut:,} more {what} not explained here (cut by depth or size)"
        lines.append(plain(more) if ascii_only else more)
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


@attrs.frozen(eq=False, repr=False)
class _Line:
    """What one step says: the text, and the note at the right margin."""

    text: str
    note: str = ""


class _Tree:
    def __init__(self, steps: tuple[Step, ...], width: int, spelt: Callable[[str], str]) -> None:
        self.steps = steps
        self.width = width
        self.deepest = min(_DEEPEST, (width - _READABLE) // _LEVEL)
        # Signs are spelt out before lines are laid out: some take more columns in ASCII.
        self.spelt = spelt
        self.ends = _ends(steps)
        self.sections: dict[int, int] = {}
        self.out: list[str] = []

    def lines(self) -> list[str]:
        """Give the lines: the tree, then under a number each part that stood too deep for the page."""
        waiting = [0]
        while waiting:
            root = waiting.pop(0)
            if root:
                self.out.append("")
            waiting += self.section(root)
        return self.out

    def section(self, root: int) -> list[int]:
        """Show one step and what is below it; give the steps that are to follow in sections of their own."""
        deeper: list[int] = []
        at, end = root, self.ends[root]
        base = self.steps[root].depth
        open_: list[bool] = []
        while at < end:
            level = self.steps[at].depth - base
            del open_[level:]
            is_last = self.ends[at] >= end or self.steps[self.ends[at]].depth != self.steps[at].depth
            below = self.ends[at] > at + 1
            moved = level >= self.deepest and below and isinstance(self.steps[at].said, ConclusionStep)
            if moved:
                self.sections[at] = len(self.sections) + 1
                deeper.append(at)
            self.line(at, open_, is_last=is_last, is_root=at == root, moved=moved, below=below and not moved)
            open_.append(not is_last)
            at = self.ends[at] if moved else at + 1
        return deeper

    def line(self, at: int, open_: list[bool], *, is_last: bool, is_root: bool, moved: bool, below: bool) -> None:
        said = _SAY[type(self.steps[at].said)](self.steps[at].said)
        stem = "".join("│  " if goes_on else "   " for goes_on in open_[1:])
        first = "" if is_root else stem + ("└─ " if is_last else "├─ ")
        rest = "" if is_root else stem + ("   " if is_last else "│  ")
        if below:
            rest += "│  "
        text, note = said.text, said.note
        if moved:
            note = f"{note}, see [{self.sections[at]}]" if note else f"see [{self.sections[at]}]"
        elif is_root and at in self.sections:
            text = f"[{self.sections[at]}] {text}"
        self.out += _laid_out(self.spelt(text), self.spelt(note), self.spelt(first), self.spelt(rest), self.width)


def _ends(steps: tuple[Step, ...]) -> list[int]:
    """Give for each step where the steps below it end."""
    ends = [len(steps)] * len(steps)
    stack: list[int] = []
    for at, step in enumerate(steps):
        while stack and steps[stack[-1]].depth >= step.depth:
            ends[stack.pop()] = at
        stack.append(at)
    return ends


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


def _sources(sources: tuple[Source, ...]) -> str:
    return f" by {'; '.join(map(str, sources))}" if sources else ""


def _given(said: GivenStep) -> _Line:
    return _Line(str(said.fact), f"given{_sources(said.sources)}{', also concluded' if said.concluded else ''}")


def _conclusion(said: ConclusionStep) -> _Line:
    given = f", also given{_sources(said.sources)}" if said.given else ""
    hidden = f" (1 of {said.derivations:,} derivations)" if said.derivations > said.shown else ""
    return _Line(str(said.fact), f"{' or '.join(said.hedges)}{hidden}{given}")


def _rule(said: RuleStep) -> _Line:
    rule = said.rule
    notes = ", ".join([*([rule.attribution] if rule.attribution else []), *rule.cites])
    title = f"{rule.name} ({notes})" if notes else rule.name
    return _Line(f"{title}: {rule.statement}" if rule.statement else title)


def _presence(said: PresenceStep) -> _Line:
    return _Line(str(said.presence), "there is 1" if said.count == 1 else f"the first of {said.count:,}")


def _in_role(said: FactStep | PatternStep) -> _Line:
    shown = str(said.fact) if isinstance(said, FactStep) else pattern_text(said.pattern)
    return _Line(shown, f"{said.role}, {said.note}" if said.note else said.role)


def _condition(said: ConditionStep) -> _Line:
    values = ", ".join(f"{name} = {canonical(value)}" for name, value in said.values)
    text = f"{said.condition}; {values}" if values else said.condition
    return _Line(text, "holds" if said.holds else "does not hold")


_SAY: dict[type, Callable[[Any], _Line]] = {
    GivenStep: _given,
    ConclusionStep: _conclusion,
    RuleStep: _rule,
    SeenStep: lambda said: _Line(str(said.fact), "explained above"),
    CutStep: lambda said: _Line(str(said.fact), "…"),
    AbsenceStep: lambda said: _Line(str(said.absence), "absent"),
    PresenceStep: _presence,
    AggregateStep: lambda said: _Line(str(said.aggregate)),
    HeadingStep: lambda said: _Line(said.text, said.note),
    FactStep: _in_role,
    PatternStep: _in_role,
    ConditionStep: _condition,
    NoteStep: lambda said: _Line(said.text),
}

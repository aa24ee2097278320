"""Answers of every kind of step as trees for a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from pow_rules.render.said import Line, cut_line, line_of
from pow_rules.render.sections import ends, sections
from pow_rules.render.text import tree
from pow_rules.steps import CutStep, HeadingStep, NoteStep, Step


@given(data=st.data(), width=st.integers(40, 100), cut=st.integers(0, 2))
def test_lines_fit_and_show_all(
    data: st.DataObject, width: int, cut: int, answers: st.SearchStrategy[tuple[Step, ...]]
) -> None:
    """No line is too wide, none has a character that hides, and every text is there, white space aside."""
    steps = data.draw(answers)
    shown = tree(steps, cut, width=width, ascii_only=False)
    lines = shown.split("\n")
    assert all(line.isprintable() and wcswidth(line) <= width for line in lines)
    words = "".join("".join(lines).replace("│", "").split())
    for step in steps:
        line = line_of(step.said)
        assert "".join(line.text.replace("│", "").split()) in words
    ascii_lines = tree(steps, cut, width=width, ascii_only=True).split("\n")
    assert all(line.isascii() and line.isprintable() for line in ascii_lines)


@given(data=st.data(), deepest=st.integers(1, 5))
def test_sections(data: st.DataObject, deepest: int, answers: st.SearchStrategy[tuple[Step, ...]]) -> None:
    """Each step stands once, or twice where its section begins; none stands deeper than three levels too deep."""
    steps = data.draw(answers)
    found = list(sections(steps, deepest))
    roots = [section.placed[0].at for section in found]
    assert [section.number for section in found] == list(range(len(found)))
    placed = [one for section in found for one in section.placed]
    assert sorted(one.at for one in placed) == sorted([*range(len(steps)), *roots[1:]])
    assert all(one.level <= deepest + 3 for one in placed)
    assert [one.at for one in placed if one.section] == roots[1:]
    after = ends(steps)
    for one in placed:
        assert (after[one.at] > one.at + 1) == (one.has_below or bool(one.section))


def test_what_is_said() -> None:
    """Characters that break a line, or hide, are written as escapes; wide spaces are spaces."""
    assert line_of(NoteStep("a\nb\u202ec\xa0d\u3000e")) == Line("a\\nb\\u202ec d e")
    assert line_of(HeadingStep("\ud800", "\x1b")) == Line("\\ud800", "\\x1b")


def test_what_is_cut() -> None:
    """The last line tells conclusions that are not explained from other things that a limit left out."""
    note, cut = Step(0, NoteStep("x")), Step(0, CutStep("x"))
    assert cut_line((note,), 0) == ""
    assert cut_line((note,), 1) == "… 1 more is not shown here (cut by a limit)"
    assert cut_line((note,), 2000) == "… 2,000 more are not shown here (cut by a limit)"
    assert cut_line((cut,), 1) == "… 1 more conclusion is not explained here (cut by depth or size)"
    assert cut_line((cut,), 2) == "… 2 more conclusions are not explained here (cut by depth or size)"

"""Markdown, read by a reader of CommonMark: it gives back the texts, in the tree, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pow_rules.render.markdown import escaped, markdown
from pow_rules.render.said import cut_line, line_of
from pow_rules.steps import ConclusionStep, NoteStep, Step

reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])

_LISTS = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open"}
_BLOCKS = _LISTS | {"paragraph_close", "inline"}


def read(shown: str) -> list[tuple[int, str]]:
    """Give the lines of a text as a reader sees them: how deep each is nested in lists, and its text."""
    found: list[tuple[int, str]] = []
    level = 0
    for token in reader.parse(shown):
        assert token.type in _BLOCKS, token
        level += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        if token.type == "inline":
            children = token.children or []
            marks = [child.type for child in children if child.type != "text"]
            assert marks in ([], ["em_open", "em_close"], ["strong_open", "strong_close"]), children
            found.append((level, "".join(child.content for child in children)))
    return found


def lines(steps: tuple[Step, ...]) -> list[tuple[int, str]]:
    """Give the lines that a reader is to see."""
    found: list[tuple[int, str]] = []
    for step in steps:
        line = line_of(step.said)
        found.append((step.depth + 1, " — ".join(filter(None, (line.text, line.note))) or " "))
    return found


@given(data=st.data(), cut=st.integers(0, 2))
def test_a_reader_sees_the_texts(data: st.DataObject, cut: int, answers: st.SearchStrategy[tuple[Step, ...]]) -> None:
    """Each step is a list item on its level, with its text and note as they are; nothing turns into markup."""
    steps = data.draw(answers)
    seen = read(markdown(steps, cut))
    expected = lines(steps) + ([(0, cut_line(steps, cut))] if cut else [])
    assert seen == expected


@given(st.text().filter(str.isprintable))
def test_any_text_is_read_as_it_is(shown: str) -> None:
    """A line of any characters that can be printed comes back, spaces at its ends too."""
    assert [text for _, text in read(escaped(shown))] == ([shown] if shown else [])


def test_what_is_nested_deeply_goes_on_in_another_list() -> None:
    """Lists are at most ten deep; all lines are there, and each new list has its number."""
    fact: Any = "f"
    chain = [
        Step(
            depth, NoteStep(f"note {depth}") if depth % 2 else ConclusionStep(fact, ("certain",), 1, 1, (), given=False)
        )
        for depth in range(100)
    ]
    seen = read(markdown(tuple(chain), 0))
    assert max(level for level, _ in seen) <= 10
    assert [text for _, text in seen if text.startswith("note")] == [f"note {n}" for n in range(1, 100, 2)]
    numbers = [text for level, text in seen if level == 0]
    assert numbers == [f"[{n}]" for n in range(1, len(numbers) + 1)]
    assert sum(f"see [{n}]" in text for n in range(1, len(numbers) + 1) for _, text in seen) == len(numbers)
    assert max(level for level, _ in read(markdown(tuple(Step(n, NoteStep("x")) for n in range(100)), 0))) <= 10

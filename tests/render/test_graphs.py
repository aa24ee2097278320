"""Mermaid and DOT: labels cannot break out, and the graph is that of the steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pow_rules.render import dot as as_dot
from pow_rules.render import mermaid as as_mermaid
from pow_rules.render.columns import columns
from pow_rules.render.graph import edges, nodes
from pow_rules.render.said import line_of
from pow_rules.steps import ConclusionStep, GivenStep, HeadingStep, SeenStep, Step

if TYPE_CHECKING:
    from collections.abc import Callable

Graph = tuple[dict[str, str], list[tuple[str, str]]]

_NODE = re.compile(r'  (\w+)(\(\[|\[\[|\[|\{\{)"([^"]+)"(\]\)|\]\]|\]|\}\})(:::(?:given|absent|cut))?')
_EDGE = re.compile(r"  (n\d+) --> (n\d+)")
_STRING = r'"(?:[^"\\\n]|\\["\\n])*"'
_DOT_NODE = re.compile(rf"  (n\d+|cut) \[label=({_STRING})(?:, [a-z]+=(?:[a-z]+|{_STRING}))+\];")
_DOT_EDGE = re.compile(r"  (n\d+) -> (n\d+);")
_CLASS = re.compile(r"  classDef (given|absent|cut) [a-z0-9:,. -]+")
_BREAKS = re.compile(
    r"""
    ["`<>&|\[\]{}*~$%@\\;\#\^\n]           # signs of Mermaid, Markdown or HTML
    | direction\s+[TBRL][BTRLD]            # what the lexer takes for a statement in the middle of a line
    | ﬂ° | ¶ß | ://                        # entities as they are called inside, links
    """,
    re.VERBOSE,
)


def parent(steps: tuple[Step, ...], at: int) -> int:
    """Give the step above a step."""
    return max(i for i in range(at) if steps[i].depth < steps[at].depth)


def stands_for(steps: tuple[Step, ...], at: int) -> int:
    """Give the step whose node is a step's: what it refers to, or the first that is given just so."""
    said = steps[at].said
    if isinstance(said, SeenStep) and said.at < at and not isinstance(steps[said.at].said, SeenStep):
        return said.at
    return next(i for i, step in enumerate(steps) if i == at or (isinstance(said, GivenStep) and step.said == said))


def graph_of(steps: tuple[Step, ...]) -> Graph:
    """Give the labels, white space aside, and the edges of an answer, by their definition."""
    own = [at for at in range(len(steps)) if stands_for(steps, at) == at]
    said_by = {at: line_of(steps[at].said) for at in own}
    labels = {f"n{at}": "".join(f"{line.text}{line.note}".split()) for at, line in said_by.items()}
    lines = [(stands_for(steps, at), stands_for(steps, parent(steps, at))) for at in range(1, len(steps))]
    return labels, [(f"n{below}", f"n{above}") for below, above in lines]


def read_mermaid(shown: str) -> Graph:
    """Read a flowchart strictly: every line is a node, an edge or a class, and labels hold nothing but text."""
    first, *rest = shown.split("\n")
    assert first == "flowchart BT"
    labels: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for line in rest:
        edge, node = _EDGE.fullmatch(line), _NODE.fullmatch(line)
        if node is not None:
            assert (node[2], node[4]) in {("([", "])"), ("[[", "]]"), ("[", "]"), ("{{", "}}")}
            assert not re.search(r"(style|classDef).*:\S*#.*;", line)
            labels[node[1]] = " ".join(unescaped(node[3]))
        elif edge is not None:
            found.append((edge[1], edge[2]))
        else:
            assert _CLASS.fullmatch(line), line
    return {name: "".join(label.split()) for name, label in labels.items()}, found


def unescaped(label: str) -> list[str]:
    """Give the lines of a label, in which nothing but its entities and line breaks means anything."""
    lines = label.split("<br/>")
    for line in lines:
        assert not _BREAKS.search(re.sub(r"#\d+;", "0", line)), line
        assert not re.match(r"[-+=* ]|\d{1,9}[.)]", line), line
    return [re.sub(r"#(\d+);", lambda found: chr(int(found[1])), line) for line in lines]


def read_dot(shown: str) -> Graph:
    """Read a graph strictly, by the grammar of DOT as far as it is used."""
    first, *rest, last = shown.split("\n")
    assert (first, last) == ("digraph answer {", "}")
    assert rest[:2] == ["  rankdir=BT;", '  node [fontname="Helvetica"];']
    labels: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for line in rest[2:]:
        edge, node = _DOT_EDGE.fullmatch(line), _DOT_NODE.fullmatch(line)
        if node is not None:
            labels[node[1]] = unquoted(node[2])
        else:
            assert edge is not None, line
            found.append((edge[1], edge[2]))
    return {name: "".join(label.split()) for name, label in labels.items()}, found


def unquoted(label: str) -> str:
    """Give the text of a label in quotes."""
    assert re.fullmatch(_STRING, label), label
    text = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], label[1:-1])
    assert not re.search(r"&(?!amp;)", text)
    return text.replace("&amp;", "&")


@given(data=st.data(), cut=st.integers(0, 2))
def test_mermaid(data: st.DataObject, cut: int, answers: st.SearchStrategy[tuple[Step, ...]]) -> None:
    """A flowchart has the steps' texts and edges, and nothing that Mermaid could take for something else."""
    steps = data.draw(answers)
    labels, found = read_mermaid(as_mermaid.mermaid(steps, cut))
    assert ("cut" in labels) == bool(cut)
    labels.pop("cut", None)
    assert (labels, found) == graph_of(steps)


@given(data=st.data(), cut=st.integers(0, 2))
def test_dot(data: st.DataObject, cut: int, answers: st.SearchStrategy[tuple[Step, ...]]) -> None:
    """A graph has the steps' texts and edges."""
    steps = data.draw(answers)
    labels, found = read_dot(as_dot.dot(steps, cut))
    assert ("cut" in labels) == bool(cut)
    labels.pop("cut", None)
    assert (labels, found) == graph_of(steps)


@given(st.lists(st.text().filter(str.isprintable), max_size=3).map(tuple))
def test_labels_of_any_text(lines: tuple[str, ...]) -> None:
    """Lines of any characters that can be printed come back as they are."""
    shown = as_mermaid.label(lines)
    assert shown.count('"') == 2
    assert unescaped(shown[1:-1]) == (list(lines) if any(lines) or len(lines) > 1 else [" "])
    assert unquoted(as_dot.label(lines)) == "\n".join(lines)


@pytest.mark.parametrize("label", [as_mermaid.label, as_dot.label])
def test_labels_one_by_one(label: Callable[[tuple[str, ...]], str]) -> None:
    """What means something to Mermaid or DOT stands in a label in another form."""
    shown = [label((text,)) for text in ('say "end"', "direction TB", "style: #1;", "¶ß", "- no list", "&lt;", "\\N")]
    in_mermaid = [
        '"say #34;end#34;"', '"direction#32;TB"', '"style: #35;1#59;"', '"¶#223;"', '"#45; no list"', '"#38;lt#59;"',
        '"#92;N"',
    ]  # fmt: skip
    in_dot = [
        r'"say \"end\""', '"direction TB"', '"style: #1;"', '"¶ß"', '"- no list"', '"&amp;lt;"', r'"\\N"',
    ]  # fmt: skip
    assert shown == (in_mermaid if label is as_mermaid.label else in_dot)


@given(data=st.data())
def test_nodes(data: st.DataObject, answers: st.SearchStrategy[tuple[Step, ...]]) -> None:
    """Labels are wrapped, edges end at nodes, and given facts look given."""
    steps = data.draw(answers)
    drawn = nodes(steps, 0)
    assert all(columns(line) <= 36 for node in drawn for line in node.lines)
    names = {node.name for node in drawn}
    assert all(start in names and end in names for start, end in edges(steps))
    given_ones = {f"n{stands_for(steps, i)}" for i, step in enumerate(steps) if isinstance(step.said, GivenStep)}
    assert given_ones <= {node.name for node in drawn if (node.shape, node.look) == ("fact", "given")}


def test_what_is_used_twice_has_one_node() -> None:
    """A fact given twice, and a conclusion explained above, are drawn once, with an arrow for each use."""
    fact: Any = "fact"
    conclusion: Any = ConclusionStep("conclusion", ("certain",), 1, 1, (), given=False)
    given_one = GivenStep(fact, (), concluded=False)
    said: list[Any] = [conclusion, given_one, HeadingStep("again"), given_one, SeenStep("conclusion", 0)]
    steps = tuple(Step(depth, one) for depth, one in zip((0, 1, 1, 2, 2), said, strict=True))
    assert [node.name for node in nodes(steps, 0)] == ["n0", "n1", "n2"]
    assert edges(steps) == [("n1", "n0"), ("n2", "n0"), ("n1", "n2"), ("n0", "n2")]

"""Answers in Mermaid: a flowchart, which GitHub and many editors draw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pow_rules.render.graph import GraphNode, edges, nodes

if TYPE_CHECKING:
    from pow_rules.render.graph import Shape
    from pow_rules.steps import Step

__all__ = ["label", "mermaid"]

_OUTLINES: dict[Shape, tuple[str, str]] = {
    "fact": ("([", "])"),
    "rule": ("[", "]"),
    "pattern": ("{{", "}}"),
    "words": ("[[", "]]"),
}
_LOOKS = (
    # No colours of their own: the page's theme has them, be it light or dark.
    "classDef given fill:gray,fill-opacity:0.25",
    "classDef absent stroke-dasharray:6 4",
    "classDef cut stroke-dasharray:1 4",
)

# A label is read four times: by the preprocessor, which looks for directives, entities and styles; by the lexer, which
# also takes `direction TB` in the middle of a line for a statement; as Markdown, line by line; and as HTML. Characters
# that mean something to any of them become entities, which all of them leave alone.
_SPECIAL = re.compile(
    r"[^\w ,.:'()/=?!\-\u0080-\U0010ffff]"  # all signs of ASCII but a few
    r"|(?<![^\W_])_|_(?![^\W_])|^[-= ]|^\d{1,9}[.)]| $|(?<=[wW]{3})\."  # Markdown's marks and links
    r"|:(?! \S)"  # a style: `style:#`
    r"|(?<=direction) (?= *[TBRL][BTRLD])|ﬂ|(?<=¶)ß"  # the statement, and what entities are called in between
)


def mermaid(steps: tuple[Step, ...], cut: int) -> str:
    """Give an answer as a flowchart: arrows go from what a step rests on to the step.

    Facts are stadiums, given ones filled; rules are boxes, and patterns and conditions hexagons, dashed where there
    must be no match.

    Args:
        steps: the answer.
        cut: how much it leaves out.

    >>> from pow_rules.steps import HeadingStep, NoteStep, Step
    >>> print(mermaid((Step(0, HeadingStep("#1", "a note")), Step(1, NoteStep("below it"))), cut=0))
    flowchart BT
      n0[["#35;1<br/>a note"]]
      n1[["below it"]]
      n1 --> n0
    """
    drawn = nodes(steps, cut)
    looks = {node.look for node in drawn}
    lines = ["flowchart BT", *map(_node, drawn), *(f"{start} --> {end}" for start, end in edges(steps))]
    lines += [style for style in _LOOKS if style.split()[1] in looks]
    return "\n  ".join(lines)


def label(lines: tuple[str, ...]) -> str:
    """Give the lines of a label, in quotes, so that nothing in them means anything to Mermaid.

    Args:
        lines: the lines, without characters that cannot be printed.

    >>> print(label(('say "end"', "- no list")))
    "say #34;end#34;<br/>#45; no list"
    """
    shown = "<br/>".join(_SPECIAL.sub(_entity, line) for line in lines)
    return f'"{shown or "#32;"}"'


def _entity(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}#{ord(found[0][-1])};"


def _node(node: GraphNode) -> str:
    opening, closing = _OUTLINES[node.shape]
    look = "" if node.look == "plain" else f":::{node.look}"
    return f"{node.name}{opening}{label(node.lines)}{closing}{look}"

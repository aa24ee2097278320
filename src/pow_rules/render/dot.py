"""Answers in DOT, the language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.render.graph import GraphNode, edges, nodes

if TYPE_CHECKING:
    from pow_rules.render.graph import Look, Shape
    from pow_rules.steps import Step

__all__ = ["dot", "label"]

_OUTLINES: dict[Shape, tuple[str, str]] = {
    "fact": ("box", "rounded"),
    "rule": ("box", ""),
    "pattern": ("hexagon", ""),
    "words": ("plaintext", ""),
}
_STYLES: dict[Look, str] = {"plain": "", "given": "filled", "absent": "dashed", "cut": "dotted"}


def dot(steps: tuple[Step, ...], cut: int) -> str:
    r"""Give an answer as a directed graph: arrows go from what a step rests on to the step.

    Facts have round corners, given ones are filled; rules are boxes, and patterns and conditions hexagons, dashed
    where there must be no match. In SVG, nodes have these words as classes, for a page's own styles.

    Args:
        steps: the answer.
        cut: how much it leaves out.

    >>> from pow_rules.steps import HeadingStep, NoteStep, Step
    >>> print(dot((Step(0, HeadingStep('a "quote"', "a note")), Step(1, NoteStep("below it"))), cut=0))
    digraph answer {
      rankdir=BT;
      node [fontname="Helvetica"];
      n0 [label="a \"quote\"\na note", shape=plaintext, class="words plain"];
      n1 [label="below it", shape=plaintext, class="words plain"];
      n1 -> n0;
    }
    """
    lines = ["digraph answer {", "  rankdir=BT;", '  node [fontname="Helvetica"];']
    lines += [f"  {_node(node)};" for node in nodes(steps, cut)]
    lines += [f"  {start} -> {end};" for start, end in edges(steps)]
    return "\n".join([*lines, "}"])


def label(lines: tuple[str, ...]) -> str:
    r"""Give the lines of a label, in quotes, so that nothing in them means anything to Graphviz.

    Args:
        lines: the lines, without characters that cannot be printed.

    >>> print(label((r'"\N"', "<b> &amp;")))
    "\"\\N\"\n<b> &amp;amp;"
    """
    # Graphviz reads HTML's entities in plain labels too.
    shown = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)
    return f'"{shown}"'


def _node(node: GraphNode) -> str:
    outline, corners = _OUTLINES[node.shape]
    style = ",".join(filter(None, (corners, _STYLES[node.look])))
    shown = f"{node.name} [label={label(node.lines)}, shape={outline}"
    if style:
        shown += f', style="{style}"'
    if node.look == "given":
        shown += ", fillcolor=lightgray"
    return f'{shown}, class="{node.shape} {node.look}"]'

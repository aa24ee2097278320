"""Large answers: 100,000 steps, each below the one before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pow_rules import fact
from pow_rules.steps import CutStep, HeadingStep, SeenStep, Step

if TYPE_CHECKING:
    from collections.abc import Callable

from pow_rules.render.dot import dot
from pow_rules.render.json import to_json
from pow_rules.render.markdown import markdown
from pow_rules.render.mermaid import mermaid
from pow_rules.render.text import tree

LENGTH = 100_000


@fact
class Reached:
    """reached {n}"""

    n: int


@pytest.fixture(scope="module")
def chain() -> tuple[Step, ...]:
    """Give a chain of headings, with what is explained above at its end."""
    headings = [Step(n, HeadingStep(f"heading {n}")) for n in range(LENGTH)]
    return (*headings, Step(LENGTH, SeenStep(Reached(1), 1)), Step(LENGTH, CutStep(Reached(2))))


@pytest.mark.parametrize("render", [tree, markdown])
def test_trees(render: Callable[[tuple[Step, ...], int], str], chain: tuple[Step, ...]) -> None:
    """A deep tree goes on in sections, and no line is far from the margin."""
    lines = render(chain, 1).splitlines()
    assert sum("heading " in line for line in lines) >= LENGTH
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "… 1 more conclusion is not explained here (cut by depth or size)"


@pytest.mark.parametrize("render", [mermaid, dot])
def test_graphs(render: Callable[[tuple[Step, ...], int], str], chain: tuple[Step, ...]) -> None:
    """A graph has all the nodes and edges, the last of which goes back to what is explained above."""
    shown = render(chain, 0)
    arrow = "-->" if render is mermaid else "->"
    assert shown.count(f" {arrow} ") == LENGTH + 1
    assert f"  n1 {arrow} n{LENGTH - 1}" in shown


def test_json(chain: tuple[Step, ...]) -> None:
    """JSON has all the steps."""
    steps = json.loads(to_json("explanation", chain, 1))["steps"]
    assert [step["depth"] for step in steps] == [*range(LENGTH + 1), LENGTH]

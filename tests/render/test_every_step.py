"""Every kind of step has its rendering in every form."""

from __future__ import annotations

import importlib.resources
import json
import typing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules.render import dot, graph, markdown, mermaid, text
from pow_rules.render import json as as_json
from pow_rules.render.said import SAY
from pow_rules.steps import Role, Said, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS = typing.get_args(Said)
FORMS: dict[str, Callable[[tuple[Step, ...], int], str]] = {
    "text": text.tree,
    "markdown": markdown.markdown,
    "mermaid": mermaid.mermaid,
    "dot": dot.dot,
    "json": lambda steps, cut: as_json.to_json("explanation", steps, cut),
}
"""Every form."""

schema = json.loads((importlib.resources.files("pow_rules.render") / "answer.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_in_every_form(kind: type, form: str, said: Mapping[type, st.SearchStrategy[Any]]) -> None:
    """Any step, also with nasty texts in it, alone or below another, gives a text that a file can hold."""

    @settings(max_examples=10)
    @given(said[kind], st.integers(0, 1000))
    def renders(one: Any, cut: int) -> None:
        for steps in ((Step(0, one),), (Step(0, one), Step(1, one))):
            assert FORMS[form](steps, cut).encode() is not None

    renders()


def test_every_table_has_every_kind(said: Mapping[type, st.SearchStrategy[Any]]) -> None:
    """What forms are made of knows all the kinds of step, and no other."""
    assert set(said) == set(KINDS)
    assert set(SAY) == set(KINDS)
    assert set(graph.SHAPES) == set(KINDS)
    assert set(as_json.ENCODE) == set(KINDS)


def test_the_schema_has_every_kind_and_role() -> None:
    """The schema's kinds of step and roles are those that there are."""
    names = {f"#/$defs/{name}_step" for name, _ in as_json.ENCODE.values()}
    assert {entry["$ref"] for entry in schema["$defs"]["step"]["anyOf"]} == names
    assert schema["$defs"]["role"]["enum"] == list(typing.get_args(Role))
    for name, _ in as_json.ENCODE.values():
        assert schema["$defs"][f"{name}_step"]["properties"]["type"] == {"const": name}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_without_steps(form: str) -> None:
    """No steps give an empty answer, and no error."""
    assert FORMS[form]((), 0) is not None

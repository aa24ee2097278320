"""Explanations of generated programs, in every form."""

from __future__ import annotations

import importlib.resources
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from pow_rules import Explanation, Program, Session, article
from pow_rules.render.said import line_of
from pow_rules.steps import GivenStep, SeenStep
from pow_rules.testing import vocabulary
from pow_rules.testing.strategies import facts, programs

schema = json.loads((importlib.resources.files("pow_rules.render") / "answer.schema.json").read_text("utf-8"))
validator = Draft202012Validator(schema)
reader = MarkdownIt("commonmark")


def words(shown: str) -> str:
    """Give a text without white space."""
    return "".join(shown.split())


def check(explanation: Explanation, types: Any) -> None:
    """Compare each form with the steps."""
    steps = explanation.steps
    document = json.loads(explanation.to_json())
    assert next(validator.iter_errors(document), None) is None
    assert (document["cut"], len(document["steps"])) == (explanation.cut, len(steps))
    for step, found in zip(steps, document["steps"], strict=True):
        fact = getattr(step.said, "fact", None)
        assert (fact is None) == ("fact" not in found)
        if fact is not None:
            assert type(fact) is getattr(types, found["fact"]["type"])
            assert found["fact"]["text"] == str(fact)
            assert set(found["fact"]["fields"]) == set(fact.__fact_type__.field_names)
    lines = [line_of(step.said) for step in steps]
    read = words("".join(token.content for token in reader.parse(explanation.markdown()) if token.type == "inline"))
    assert all(words(line.text) in read.replace("\\", "") for line in lines)
    given_ones = [step.said for step in steps if isinstance(step.said, GivenStep)]
    own = sum(not isinstance(step.said, SeenStep | GivenStep) for step in steps) + len(set(given_ones))
    own += bool(explanation.cut)
    assert len(re.findall(r"^  (?:n\d+|cut)[(\[{]", explanation.mermaid(), re.MULTILINE)) == own
    assert len(re.findall(r"^  (?:n\d+|cut) \[label", explanation.dot(), re.MULTILINE)) == own
    assert explanation.mermaid().count(" --> ") == explanation.dot().count(" -> ") == len(steps) - 1


@settings(max_examples=12)
@given(programs(), facts(), st.booleans(), st.none() | st.integers(1, 6))
def test_generated_programs(
    program: Program,
    givens: list[Any],
    every: bool,  # noqa: FBT001 - drawn
    size: int | None,
) -> None:
    """Every conclusion's trace renders in every form, and the JSON says the same facts."""
    session = Session(program, givens)
    for one in session.conclusions():
        check(session.explain(one, all=every, size=size), vocabulary)


def test_the_article() -> None:
    """Every trace of the article renders in every form."""
    session = article.session()
    for one in session.facts():
        check(session.explain(one, all=True), article.vocabulary)

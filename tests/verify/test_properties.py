"""Every explanation verifies; the model is that of the engine and of the naive reference."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Given, Limits, Program, Session, Source, verify
from pow_rules.rules import HEDGES
from pow_rules.testing import naive_model
from pow_rules.testing.strategies import facts, programs
from pow_rules.verification.model import Model

FEWER = settings(max_examples=10)
SOURCES = st.none() | st.builds(Source, st.sampled_from(["a paper", "a diplomat"]))


@FEWER
@given(programs(), facts(most_facts=8), st.data(), st.booleans())
def test_every_explanation_verifies(program: Program, asserted: list[Any], data: st.DataObject, every: bool) -> None:  # noqa: FBT001 - drawn
    """With the givens an explanation holds, all of it; without them it holds if they are as it says."""
    said = [Given(f, data.draw(SOURCES), hedge=data.draw(st.sampled_from(HEDGES))) for f in asserted]
    session = Session(program, said)
    for fact in session.facts()[-12:]:
        document = session.explain(fact, all=every, size=None).to_json()
        verdict = verify(document, program, session.givens())
        assert verdict, verdict
        assert (verdict.fact, verdict.is_conditional, verdict.is_complete) == (fact, False, True)
        conditional = verify(document, program)
        assert conditional.is_conditional, conditional
        assert not conditional
        assert {one.step for one in conditional.unchecked} <= set(range(verdict.steps))


@FEWER
@given(programs(), facts(), st.integers(1, 3), st.none() | st.integers(1, 8), st.booleans())
def test_what_is_cut_is_said_to_be_incomplete(
    program: Program,
    asserted: list[Any],
    depth: int,
    size: int | None,
    every: bool,  # noqa: FBT001 - drawn
) -> None:
    """An explanation that was cut holds as far as it goes, and is neither complete nor unconditional."""
    session = Session(program, asserted)
    for fact in session.facts():
        explanation = session.explain(fact, all=every, depth=depth, size=size)
        verdict = verify(explanation.to_json(), program, session.givens())
        assert not verdict.faults, verdict
        assert verdict.is_complete == (not explanation.cut)
        assert (bool(verdict), verdict.is_conditional) == (not explanation.cut, bool(explanation.cut))


@FEWER
@given(programs(), facts(most_facts=8), facts(most_facts=8))
def test_another_session(program: Program, asserted: list[Any], others: list[Any]) -> None:
    """With the givens of another session, an explanation verifies only where all that it says is so there as well."""
    session, other = Session(program, asserted), Session(program, others)
    # The last to hold rest on most.
    for fact in session.facts()[-8:]:
        document = session.explain(fact, all=True, size=None).to_json()
        verdict = verify(document, program, others)
        if fact in other and other.explain(fact, all=True, size=None).to_json() == document:
            assert verdict, verdict
        if verdict:
            assert other.derivations(fact) == session.derivations(fact)
            assert (fact in others) == (fact in asserted)


@FEWER
@given(programs(), facts(most_facts=8))
def test_the_model_is_the_reference(program: Program, asserted: list[Any]) -> None:
    """The model that absences are compared with is the naive reference engine's, derivation by derivation."""
    expected = naive_model(program, asserted)
    model = Model(program.rules, asserted, Limits())
    assert all(fact in model for fact in expected.facts)
    found = {(fact, *one) for fact, derivations in model.derivations.items() for one in derivations}
    assert found == {(d.conclusion, d.rule.name, d.premises) for d in expected.derivations}


@pytest.mark.parametrize("named", ["matcher", "engine", "log", "explain", "asking", "session", "testing"])
def test_it_is_independent(root: Any, named: str) -> None:
    """No module of the verifier imports the engine, the log or what explains."""
    for path in (root / "src/pow_rules/verification").glob("*.py"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "import" in line]
        assert not [line for line in lines if f"pow_rules.{named}" in line], path


def test_it_runs_where_sessions_are_not_made() -> None:
    """A document is verified in a process that makes no session, and from what `json` read of it."""
    program = """
import json, sys
from pow_rules import article, verify
import pow_rules.session.session as sessions
text = json.dumps(json.loads(sys.stdin.read()))
sessions.Session.__init__ = None
assert verify(text, article.program, article.reports)
assert verify(text.encode(), article.program, article.reports)
print(verify(json.loads(text), article.program, article.reports))
"""
    from pow_rules import article  # noqa: PLC0415 - only here

    session = article.session()
    document = session.explain(session.conclusions()[-1]).to_json()
    done = subprocess.run([sys.executable, "-c", program], input=document.encode(), capture_output=True, check=True)
    assert done.stdout.decode().startswith("verified: ")
    assert json.loads(document)["kind"] == "explanation"

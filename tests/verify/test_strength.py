"""What a document says of how strongly its fact may be said."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, absent, conclude, fact, rule, verify
from pow_rules.rules import HEDGES
from pow_rules.testing.strategies import facts, programs

STEADY = "that no absence or aggregate would come out otherwise without something uncertain"
FEWER = settings(max_examples=8)


@fact
class Asked:
    """asked {n}"""

    n: int


@fact
class Settled:
    """settled {n}"""

    n: int


@fact
class Shut:
    """shut {n}"""

    n: int


@fact
class Open:
    """open {n}"""

    n: int


@rule
def shuts(a: Asked) -> None:
    """What is not settled is shut."""
    absent(Settled, lambda s: s.n == a.n)
    conclude(Shut, n=a.n)


@rule
def opens(a: Asked) -> None:
    """What is not shut is open."""
    absent(Shut, lambda s: s.n == a.n)
    conclude(Open, n=a.n)


KEPT_UP = Program([shuts, opens])


@FEWER
@given(programs(), facts(most_facts=8), st.data(), st.booleans())
def test_every_strength_verifies(program: Program, asserted: list[Any], data: st.DataObject, every: bool) -> None:  # noqa: FBT001 - drawn
    """A strength holds as it is told, and no other does; only whether other steps are as weak is unchecked."""
    session = Session(program, [Given(f, hedge=data.draw(st.sampled_from(HEDGES))) for f in asserted])
    # The last to hold rest on most.
    for goal in session.facts()[-4:]:
        document = json.loads(session.explain(goal, all=every, strength=True).to_json())
        verdict = verify(document, program, session.givens())
        assert not verdict.faults, verdict
        hedge = session.strength(goal).hedge
        assert {one.what for one in verdict.unchecked} <= {"that no other step is as weak", STEADY} | {
            f"that {step['text']}" for step in document["steps"] if step["type"] == "note"
        }
        assert verify(document, program).is_conditional
        for other in HEDGES[1:]:
            if document["steps"][1]["type"] == "heading" and other != hedge:
                document["steps"][1]["note"] = other
                assert not verify(document, program, session.givens())


def told(session: Session, goal: Any) -> Any:
    """Give a document that tells the strength."""
    return json.loads(session.explain(goal, strength=True).to_json())


def test_a_strength_forged(session: Session, goals: tuple[Any, ...]) -> None:
    """What is said more surely, or owed to another step, is found."""
    document = told(session, goals[0])
    assert verify(document, session.program, session.givens()).is_conditional
    forged = [copy.deepcopy(document) for _ in range(9)]
    forged[0]["steps"][1]["note"] = "probable"
    forged[1]["steps"][1]["note"] = "certain"
    forged[2]["steps"][1:4] = [{"depth": 1, "type": "note", "text": "every step is certain"}]
    forged[3]["steps"][1:4] = [
        {"depth": 1, "type": "heading", "text": "no stronger than its weakest step", "note": "possible"}
    ]
    other = next(s for s in document["steps"][4:] if s["type"] == "conclusion")
    forged[4]["steps"][2]["fact"] = other["fact"]
    forged[5]["steps"][1]["text"] = "as strong as can be"
    forged[6]["steps"][1]["text"] = "no stronger than its weakest steps"
    forged[6]["steps"][2:2] = document["steps"][2:4]
    forged[7]["steps"].insert(4, {"depth": 2, "type": "note", "text": "… and more that are as weak"})
    unweighed = 'an absence or an aggregate of nothing could come out otherwise without "it", which is uncertain'
    forged[8]["steps"].insert(4, {"depth": 2, "type": "note", "text": unweighed})
    pointers = []
    for one in forged:
        verdict = verify(one, session.program, session.givens())
        assert not verdict
        pointers.append(verdict.faults[0].pointer)
    assert pointers[:6] == ["/steps/1/note", "/steps/1", "/steps/1/text", "/steps/1", "/steps/2", "/steps/1/text"]
    assert pointers[6:] == ["/steps/1", "/steps/4/text", "/steps/4/text"]
    assert verify(told(session, goals[3]), session.program, session.givens())


def test_a_caveat_cannot_be_dropped() -> None:
    """Where it is not noted that an absence rests on something uncertain, that is left unchecked, and said."""
    session = Session(KEPT_UP, [Given(Asked(1)), Given(Settled(1), hedge="possible")])
    document = told(session, Open(1))
    assert [step["type"] for step in document["steps"][:3]] == ["conclusion", "note", "note"]
    verdict = verify(document, KEPT_UP, session.givens())
    assert [one.what for one in verdict.unchecked] == [f"that {document['steps'][2]['text']}"]
    assert verdict.is_conditional
    del document["steps"][2]
    assert [one.what for one in verify(document, KEPT_UP, session.givens()).unchecked] == [STEADY]
    assert verify(document, KEPT_UP, [Asked(1), Settled(1)])


@pytest.mark.parametrize("number", range(4))
def test_no_change_of_a_strength_raises(number: int, session: Session, goals: tuple[Any, ...]) -> None:
    """Whatever step of it is dropped, doubled or moved, there is a verdict."""
    document = told(session, goals[number])
    steps = document["steps"]
    for at in range(1, min(len(steps), 6)):
        for changed in (
            [*steps[:at], *steps[at + 1 :]],
            [*steps[: at + 1], *steps[at:]],
            [*steps[:at], {**steps[at], "depth": steps[at]["depth"] + 1}, *steps[at + 1 :]],
        ):
            assert verify({**document, "steps": changed}, session.program, session.givens()).steps == len(changed)

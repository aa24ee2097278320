"""Documents made to be believed: each is false in one thing, and right in all others."""

from __future__ import annotations

import copy
import json
import sys
from typing import Any

import pytest

from pow_rules import Program, Session, absent, check, conclude, count, fact, most, rule, verify, where
from pow_rules.__main__ import main


@fact
class Link:
    """link {n}"""

    n: int


@fact
class Block:
    """block {n}"""

    n: int


@fact
class Reached:
    """reached {n}"""

    n: int


@fact
class Free:
    """free {n}"""

    n: int


@fact
class Links:
    """{n} links beside {block}"""

    n: int
    block: int


@fact
class Scaled:
    """scaled {x}"""

    x: float


@fact
class Power:
    """power of {n}"""

    n: int


@rule
def start(link: Link, other: Link) -> None:
    """The first link is reached."""
    where(link.n == 0)
    conclude(Reached, n=0)


@rule(hedge="probable")
def forth(r: Reached) -> None:
    """From 0 to 1."""
    where(r.n == 0)
    conclude(Reached, n=1)


@rule
def back(r: Reached) -> None:
    """From 1 to 0."""
    where(r.n == 1)
    conclude(Reached, n=0)


@rule
def free(link: Link) -> None:
    """A link is free without a block."""
    absent(Block, lambda b: b.n == link.n)
    conclude(Free, n=link.n)


@rule
def links(block: Block, link: Link) -> None:
    """Links are counted."""
    conclude(Links, n=count(Link), block=block.n + link.n * 0)


@rule
def scaled(s: Scaled) -> None:
    """What is scaled comes to 1."""
    where(s.x < 1)
    conclude(Reached, n=2)


PROGRAM = Program([start, forth, back, free, links, scaled], given=[Link, Block, Scaled])
GIVENS = [Link(0), Link(5), Block(5), Scaled(0.0)]


def document(goal: Any, **chosen: Any) -> Any:
    """Give the document of an explanation."""
    return json.loads(Session(PROGRAM, GIVENS).explain(goal, **chosen).to_json())


def steps_of(told: Any, kind: str) -> list[Any]:
    """Give the steps of a kind."""
    return [step for step in told["steps"] if step["type"] == kind]


def faults(told: Any, givens: Any, program: Program = PROGRAM) -> list[str]:
    """Give where the faults are."""
    return [fault.pointer for fault in verify(told, program, givens).faults]


@pytest.mark.parametrize("givens", [GIVENS, None])
def test_what_is_cut_is_no_way_out_of_a_circle(givens: Any) -> None:
    """A fact that is cut in one place and explained in another rests on what it is explained by."""
    told = document(Reached(1), all=True)
    first, forth_, zero, back_, seen = told["steps"][:5]
    assert (seen["type"], back_["rule"]) == ("seen", "back")
    zero = {**zero, "shown": 1, "hedges": ["certain"]}
    told["steps"] = [first, forth_, zero, back_, {"depth": 4, "type": "cut", "fact": first["fact"]}]
    told["rules"] = told["rules"][:2]
    assert faults(told, givens) == ["/steps/0", "/steps/2"]


@pytest.mark.parametrize("givens", [GIVENS, None])
def test_a_rule_stands_once(givens: Any) -> None:
    """A rule listed twice does not make two derivations of one; one that no step names is at fault."""
    told = document(Reached(0), all=True)
    at = [i for i, step in enumerate(told["steps"]) if step.get("rule") == "start"]
    assert len(at) == 2
    doubled = copy.deepcopy(told["steps"][at[0] : at[1]])
    doubled[0]["number"] = len(told["rules"])
    told["rules"].append(next(one for one in told["rules"] if one["name"] == "start"))
    told["steps"][at[1] :] = doubled
    assert faults(told, givens) == ["/rules/2/name"] or faults(told, givens) == ["/rules/3/name"]
    told = document(Free(0))
    told["rules"].append(document(Reached(1))["rules"][0])
    assert faults(told, givens) == ["/rules/1"]


def test_without_givens_a_document_must_agree_with_itself() -> None:
    """What the facts told rule out is found, and so is a fact of which two things are said."""
    told = document(Links(2, 5))
    assert verify(told, PROGRAM).is_conditional
    fewer = copy.deepcopy(told)
    aggregate = steps_of(fewer, "aggregate")[0]
    at = fewer["steps"].index(aggregate)
    aggregate |= {"value": 1, "facts": aggregate["facts"][1:], "text": aggregate["text"].replace("= 2", "= 1")}
    del fewer["steps"][at + 1]
    fewer["steps"][0]["fact"] |= {"fields": {"n": 1, "block": 5}, "text": "1 links beside 5"}
    assert faults(fewer, None) == [f"/steps/{at}/facts"]
    said = copy.deepcopy(told)
    steps_of(said, "given")[-1]["attestations"][0]["hedge"] = "possible"
    other = steps_of(said, "given")[1]
    assert any(step["fact"] == other["fact"] for step in steps_of(said, "given")[2:])
    other["attestations"][0]["hedge"] = "probable"
    assert faults(said, None)
    blocked = document(Free(0))
    blocked["steps"][2]["fact"] = {"type": "Link", "fields": {"n": 5}, "text": "link 5"}
    blocked["steps"][0]["fact"] = {"type": "Free", "fields": {"n": 5}, "text": "free 5"}
    absence = blocked["steps"][3]["pattern"]
    absence |= {"fields": {"n": 5}, "text": absence["text"].replace("0", "5")}
    assert verify(blocked, PROGRAM).is_conditional
    assert faults(blocked, GIVENS) == ["/steps/3"]


@pytest.mark.parametrize(
    ("goal", "kind"), [(Reached(1), "given"), (Link(0), "cut")], ids=["given conclusion", "concluded given"]
)
def test_without_givens_a_fact_must_be_such_as_the_program_has(goal: Any, kind: str) -> None:
    """What may not be asserted is not given, and what no rule concludes is not cut."""
    told = document(Link(0))
    told["steps"][0]["fact"] = document(goal)["steps"][0]["fact"]
    if kind == "cut":
        told |= {"cut": 1, "steps": [{"depth": 0, "type": "cut", "fact": told["steps"][0]["fact"]}]}
    assert faults(told, None) == ["/steps/0"]


def test_what_is_not_verified_is_not_true() -> None:
    """A conclusion that is only cut off holds if it holds, and the verdict on it is not true."""
    told = document(Free(0))
    told |= {"cut": 1, "rules": [], "steps": [{"depth": 0, "type": "cut", "fact": told["steps"][0]["fact"]}]}
    for givens in (GIVENS, None):
        verdict = verify(told, PROGRAM, givens)
        assert (bool(verdict), verdict.is_conditional, verdict.is_complete) == (False, True, False)


def test_no_value_is_minus_zero() -> None:
    """There is no -0.0 among the values; 0 and 0.0 are one number in JSON."""
    text = json.dumps(document(Reached(2)))
    assert text.count('"value": 0.0') == 1
    assert verify(text.replace('"value": 0.0', '"value": 0'), PROGRAM, GIVENS)
    assert faults(text.replace('"value": 0.0', '"value": -0.0'), GIVENS) == ["/steps/2/fact/fields/x/value"]


@rule
def most_of_all(link: Link) -> None:
    """An aggregate over a power that must not be computed."""
    where(most(Link, lambda other: other.n**other.n) > 3)
    conclude(Power, n=link.n)


@rule
def no_power(link: Link) -> None:
    """An absence of a power that must not be computed."""
    absent(Link, lambda other: other.n == link.n**link.n + 1)
    conclude(Power, n=link.n)


def _is_sound(one: int, other: int) -> bool:
    return 1 / (one - 9) > other


@rule
def refused(link: Link) -> None:
    """An absence that a function may refuse to tell of."""
    absent(Link, lambda other: check(_is_sound, link.n, other.n))
    conclude(Power, n=link.n)


@pytest.mark.parametrize(("made", "n"), [(most_of_all, 2**50), (no_power, 2**50), (refused, 9)])
@pytest.mark.parametrize("is_given", [True, False])
def test_what_rules_refuse_is_a_fault(made: Any, n: int, is_given: bool) -> None:  # noqa: FBT001 - a parameter
    """Whatever an aggregate or an absence raises on what stands in a document is a fault, at once."""
    program = Program([made])
    text = Session(program, [Link(2)]).explain(Power(2)).to_json()
    assert verify(text, program, [Link(2)])
    for before, after in (('"n": 2', f'"n": {n}'), ("link 2", f"link {n}"), ("power of 2", f"power of {n}")):
        text = text.replace(before, after)
    verdict = verify(text, program, [Link(2)] if is_given else None)
    assert [fault for fault in verdict.faults if "Error: " in fault.got], verdict


def test_a_closed_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard input is closed, that is told."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit) as left:
        main(["verify", "-"])
    assert left.value.code == 2
    assert "standard input is closed" in capsys.readouterr().err

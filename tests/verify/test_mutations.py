"""Every part of a document is changed: each change is found, or the document is right in what it then says.

An oracle decides which, by the session: verifier and oracle must agree both ways.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import verify
from pow_rules.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules import Session
    from pow_rules.verification.verdict import Verdict

Path = tuple[str | int, ...]
FACTS = ("given", "conclusion", "seen", "cut")


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give every part of a document, and where it is."""
    if path:
        yield path, value
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(part, (*path, key))


def with_(document: Any, path: Path, value: Any) -> Any:
    """Give a document with one part changed; it shares all other parts with the one before."""
    if not path:
        return value
    made = copy.copy(document)
    if isinstance(made, dict) and path[0] not in made:
        return {**made, path[0]: value}
    made[path[0]] = with_(made[path[0]], path[1:], value)
    return made


def without(document: Any, path: Path) -> Any:
    """Give a document with one part dropped."""
    made = copy.copy(document)
    if len(path) == 1:
        del made[path[0]]
    else:
        made[path[0]] = without(made[path[0]], path[1:])
    return made


def loosened(document: Any) -> Any:
    """Give a copy of a document of which the steps and rules can be changed."""
    return {**document, "rules": list(map(dict, document["rules"])), "steps": list(map(dict, document["steps"]))}


def other_values(value: Any) -> Iterator[Any]:
    """Give values that a leaf is changed to."""
    match value:
        case bool():
            yield from (not value, int(value), None)
        case int():
            yield from (value + 1, value - 1, -1, str(value), float(value), 10**40, value + 0.5)
        case float():
            yield from (value + 1, -value, str(value), None)
        case str():
            yield from (f"{value}x", value.upper() if value.islower() else value.lower(), "", 0, None, [value])
        case None:
            yield from (False, 0, "", "x", {})
        case _:
            yield from ({}, [], None, 0, "x")


def leaves_changed(document: Any) -> Iterator[Any]:
    """Change each part to something else of its kind and of others."""
    for path, value in paths(document):
        for other in other_values(value):
            if json.dumps(other) != json.dumps(value):
                yield with_(document, path, other)


def parts_dropped(document: Any) -> Iterator[Any]:
    """Drop each member and each entry; add one; double and swap entries."""
    for path, value in paths(document):
        yield without(document, path)
        if isinstance(value, dict):
            yield with_(document, (*path, "more"), 1)
        if isinstance(value, list):
            yield with_(document, path, [*value, None])
            for at in range(len(value)):
                yield with_(document, path, [*value[: at + 1], *value[at:]])
                yield with_(document, path, [*value[:at], *reversed(value[at : at + 2]), *value[at + 2 :]])


def steps_moved(document: Any) -> Iterator[Any]:
    """Move each step in depth, drop and double what stands below it, and put it elsewhere."""
    steps = document["steps"]
    for at, step in enumerate(steps):
        for depth in range(max(one["depth"] for one in steps) + 2):
            yield with_(document, ("steps", at, "depth"), depth)
        end = next((i for i in range(at + 1, len(steps)) if steps[i]["depth"] <= step["depth"]), len(steps))
        yield with_(document, ("steps",), [*steps[:at], *steps[end:]])
        yield with_(document, ("steps",), [*steps[:end], *steps[at:]])
        for to in range(len(steps)):
            left = [*steps[:at], *steps[at + 1 :]]
            yield with_(document, ("steps",), [*left[:to], step, *left[to:]])


def facts_swapped(document: Any) -> Iterator[Any]:
    """Put another fact of the document into each place of one, alone and everywhere at once; make circles."""
    steps = document["steps"]
    told = {json.dumps(step["fact"]): step["fact"] for step in steps if "fact" in step}
    for at, step in enumerate(steps):
        if "fact" in step:
            for fact in told.values():
                yield with_(document, ("steps", at, "fact"), fact)
                made = loosened(document)
                for other in made["steps"]:
                    if other.get("fact") == step["fact"]:
                        other["fact"] = fact
                yield made
            for other in steps:
                if "fact" in other:
                    yield with_(document, ("steps", at), {**other, "depth": step["depth"]})
            for to, other in enumerate(steps):
                if other["type"] == "conclusion":
                    seen = {"depth": step["depth"], "type": "seen", "fact": other["fact"], "at": to}
                    yield with_(document, ("steps", at), seen)
        if step["type"] == "seen":
            for to in range(len(steps) + 1):
                yield with_(document, ("steps", at, "at"), to)


def rules_changed(document: Any) -> Iterator[Any]:
    """Take another rule at each step, rename each, and say it and what it concludes more surely."""
    for at, step in enumerate(document["steps"]):
        if step["type"] == "rule":
            for number, rule in enumerate(document["rules"]):
                yield with_(document, ("steps", at), {**step, "number": number, "rule": rule["name"]})
    names = [rule["name"] for rule in document["rules"]]
    for at in range(len(names)):
        for name in (*names, "another"):
            made = loosened(with_(document, ("rules", at, "name"), name))
            for step in made["steps"]:
                if step.get("number") == at:
                    step["rule"] = name
            yield made
        for hedge in ("certain", "probable", "possible"):
            made = loosened(with_(document, ("rules", at, "hedge"), hedge))
            for step in made["steps"]:
                if "hedges" in step:
                    step["hedges"] = [hedge for _ in step["hedges"]]
            yield made


def sources_changed(document: Any) -> Iterator[Any]:
    """Drop each source with all that it says."""
    for at, step in enumerate(document["steps"]):
        for number in range(len(step.get("sources", ()))):
            made = loosened(document)
            here = made["steps"][at]
            here["sources"] = [source for i, source in enumerate(here["sources"]) if i != number]
            here["attestations"] = [
                {**said, "source": said["source"] and said["source"] - (said["source"] > number)}
                for said in here["attestations"]
                if said["source"] != number
            ]
            yield made


MUTATORS = (leaves_changed, parts_dropped, steps_moved, facts_swapped, rules_changed, sources_changed)


def some(made: list[Any], most: int) -> list[Any]:
    """Give some of many, the same each time, from all parts."""
    return made[:: len(made) // most + 1]


def verdict_on(document: Any, session: Session) -> Verdict | None:
    """Give the verdict; None for what is no document."""
    try:
        return verify(json.dumps(document), session.program, session.givens())
    except DocumentError:
        return None


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("mutate", MUTATORS)
def test_each_change_is_found_or_right(
    mutate: Any, number: int, session: Session, goals: tuple[Any, ...], oracle: Any, soak: int
) -> None:
    """Verifier and oracle agree on every document that a change makes; --soak tries all of them."""
    document = json.loads(session.explain(goals[number], all=number == 1).to_json())
    assert oracle.holds(document)
    made = list(mutate(document))
    chosen = made if soak else some(made, 30)
    for changed in chosen:
        verdict = verdict_on(changed, session)
        assert bool(verdict) == oracle.holds(changed), (verdict, changed)
        if verdict is not None:
            assert verdict == verify(changed, session.program, session.givens())


@pytest.mark.parametrize("mutate", MUTATORS)
def test_without_givens_a_change_is_found_or_said_to_be_unchecked(
    mutate: Any, session: Session, goals: tuple[Any, ...], oracle: Any
) -> None:
    """Without the givens, a document that is wrong is told so, or its verdict is conditional."""
    document = json.loads(session.explain(goals[3]).to_json())
    made = list(mutate(document))
    for changed in some(made, 40):
        try:
            verdict = verify(changed, session.program)
        except DocumentError:
            assert not oracle.holds(changed)
            continue
        assert not verdict
        assert verdict.is_conditional or not oracle.holds(changed)

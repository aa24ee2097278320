"""Whether every conclusion of a document comes down to givens: a fact may not be among its own reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pow_rules.verification.checking import Checking

__all__ = ["unexplained", "ungrounded"]


def unexplained(checking: Checking) -> set[Any]:
    """Give the facts that are cut, and not explained elsewhere.

    Args:
        checking: the document, its facts read.
    """
    steps, facts = checking.steps, checking.facts
    explained = {facts[at] for at in checking.main if steps[at]["type"] == "conclusion"}
    return {facts[at] for at in checking.main if steps[at]["type"] == "cut"} - explained


def ungrounded(checking: Checking) -> list[int]:
    """Give the conclusion steps of which no derivation shown comes down to givens and to what is left unexplained.

    Args:
        checking: the document, its facts read.
    """
    steps, facts = checking.steps, checking.facts
    given = {
        facts[at]
        for at in checking.main
        if steps[at]["type"] == "given" or (steps[at]["type"] == "conclusion" and steps[at]["given"])
    }
    # What is cut in one place may be explained in another, and rests on that then. What cannot be read is at fault
    # already, and no reason to fault what rests on it.
    known = given | unexplained(checking) | {None}
    needs: dict[int, int] = {}
    waiting: dict[Any, list[int]] = {}
    ready: list[int] = []
    for at in checking.main:
        if steps[at]["type"] == "rule":
            rests_on = {facts[i] for i in _below(checking, at)} - known
            needs[at] = len(rests_on)
            for fact in rests_on:
                waiting.setdefault(fact, []).append(at)
            if not rests_on:
                ready.append(at)
    while ready:
        fact = facts[checking.parents[ready.pop()]]
        if fact in known:
            continue
        known.add(fact)
        for at in waiting.get(fact, ()):
            needs[at] -= 1
            if not needs[at]:
                ready.append(at)
    return [at for at in checking.main if steps[at]["type"] == "conclusion" and facts[at] not in known]


def _below(checking: Checking, at: int) -> list[int]:
    """Give the steps of the facts that a rule step rests on, those below its presences and aggregates too."""
    found: list[int] = []
    for child in checking.children[at]:
        found += [child] if "fact" in checking.steps[child] else checking.children[child]
    return found

"""Whether a document agrees with itself: each rule stands once, and of each fact one thing is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.verification.comparing import told

if TYPE_CHECKING:
    from pow_rules.verification.checking import Checking

__all__ = ["check_agreement"]


def check_agreement(checking: Checking) -> None:
    """Check that a document agrees with itself.

    With the givens, what is said of a fact is compared with the model. Without them, it must be such as can be said
    in the program, and the same wherever the fact stands.

    Args:
        checking: the document, its facts read.
    """
    _check_rules(checking)
    if checking.given is None:
        _check_facts(checking)


def _check_rules(checking: Checking) -> None:
    """Check that each rule stands once, in the order in which steps name them: what a number means is then sure."""
    named = list(dict.fromkeys(step["number"] for step in checking.steps if step["type"] == "rule"))
    names: set[Any] = set()
    for at, rule in enumerate(checking.document.rules):
        name = told(rule.get("name"))
        if at >= len(named) or named[at] != at:
            checking.found.fault(f"/rules/{at}", "the rules that steps name, in the order in which they do", name)
            return
        if name in names:
            checking.found.fault(f"/rules/{at}/name", "each rule once", name)
        names.add(name)


def _check_facts(checking: Checking) -> None:
    concluded = {made.fact_type for rule in checking.program.rules for made in rule.conclusions}
    said: dict[Any, dict[str, Any]] = {}
    for at in checking.main:
        fact, step = checking.facts[at], checking.steps[at]
        if fact is None:
            continue
        claims: dict[str, Any] = {
            name: step[name] for name in ("sources", "attestations", "derivations") if name in step
        }
        match step["type"]:
            case "given":
                claims |= {"given": True, "concluded": step["concluded"]}
            case "conclusion":
                claims |= {"given": step["given"], "concluded": True}
            case _:
                claims["concluded"] = True
        if claims.get("given") and not checking.program.may_be_given(type(fact)):
            checking.found.fault(f"/steps/{at}", "a fact that the program lets one assert", told(str(fact)))
        if claims["concluded"] and type(fact) not in concluded:
            checking.found.fault(f"/steps/{at}", "a fact that some rule can conclude", told(str(fact)))
        before = said.setdefault(fact, {})
        for name, value in claims.items():
            if before.setdefault(name, value) != value:
                expected = f"{name} as it is said further up: {told(before[name])}"
                checking.found.fault(f"/steps/{at}", expected, told(value))

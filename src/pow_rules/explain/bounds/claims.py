"""Claims: how likely givens and uses of rules are said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pow_rules.log import Log, Node
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation

__all__ = ["SURE", "Claim", "Sure", "is_disputed", "of_given", "of_rule"]

Claim = tuple[float, float]
"""The least and the greatest probability."""

SURE: Claim = (1.0, 1.0)
_ANYTHING: Claim = (0.0, 1.0)


def of_given(log: Log, node: Node) -> Claim | None:
    """Give how likely a given is said to be; None for what is not given.

    One of several sources is taken to be right, and it is not known which: so the claim holds whatever any of them
    says. A source that hedges and has no number claims nothing. Who is certain and has no number says 1.

    Args:
        log: the derivation log.
        node: the row.
    """
    said = log.attestations(node)
    if said is None:
        return None
    claims = _claims(said)
    return (min(low for low, _ in claims), max(high for _, high in claims)) if claims else _ANYTHING


def is_disputed(said: tuple[Attestation, ...]) -> bool:
    """Tell whether sources claim different things of a fact."""
    return len(set(_claims(said))) > 1


def of_rule(rule: Rule) -> Claim:
    """Give how likely a rule's conclusion is said to be where its conditions hold."""
    if rule.likelihood is not None:
        return rule.likelihood.low, rule.likelihood.high
    return SURE if rule.hedge == "certain" else _ANYTHING


def _claims(said: tuple[Attestation, ...]) -> list[Claim]:
    claims: list[Claim] = []
    for one in said:
        if one.likelihood is not None:
            claims.append((one.likelihood.low, one.likelihood.high))
        elif one.hedge == "certain":
            claims.append(SURE)
    return claims


class Sure:
    """The rows that are given for sure, as a container."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def __contains__(self, node: object) -> bool:
        # Only nodes are asked for.
        found = cast("Node", node)
        return not self.log.is_hidden(found[0]) and of_given(self.log, found) == SURE

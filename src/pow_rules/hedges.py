"""Hedges: how strongly something is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation, Given

__all__ = ["HEDGES", "Hedge", "hedge_of"]

Hedge = Literal["certain", "probable", "possible"]
HEDGES: tuple[Hedge, ...] = ("certain", "probable", "possible")
"""The hedges, strongest first. They are an order, and no numbers."""


def hedge_of(said: Given | Attestation | Rule) -> Hedge:
    """Give how strongly something may be said at most: what has a number that may be less than 1 is not certain.

    Nothing more is read off a number: that it is small makes a hedge no weaker than probable.

    Args:
        said: what is said, with its hedge and its likelihood.

    >>> from pow_rules.scales import PHIA
    >>> from pow_rules.sources import Attestation
    >>> hedge_of(Attestation(None, "certain", PHIA.HIGHLY_LIKELY.value)), hedge_of(Attestation(None, "possible"))
    ('probable', 'possible')
    """
    is_numbered = said.likelihood is not None and said.likelihood.low < 1
    return "probable" if is_numbered and said.hedge == "certain" else said.hedge

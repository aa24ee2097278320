"""The ceasefire talks, as rules look at them."""

from pow_rules import any_of
from pow_rules.article.vocabulary.reported import CeasefireTalks

__all__ = ["between"]


def between(talks: CeasefireTalks, one: str, other: str) -> bool:
    """Say, in a rule, that two countries hold the talks, whichever of them is named first."""
    return any_of((talks.one == one) & (talks.other == other), (talks.one == other) & (talks.other == one))

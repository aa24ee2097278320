"""All the words of the article: its names, its fact types, and which of the types news can bring."""

from pow_rules.article.vocabulary import concluded, names, reported, undecided
from pow_rules.article.vocabulary.concluded import *  # noqa: F403 - hands on what is listed there; so below
from pow_rules.article.vocabulary.names import *  # noqa: F403
from pow_rules.article.vocabulary.reported import *  # noqa: F403
from pow_rules.article.vocabulary.undecided import *  # noqa: F403

__all__ = ["assertable"]
__all__ += concluded.__all__
__all__ += names.__all__
__all__ += reported.__all__
__all__ += undecided.__all__

_EVENTS: tuple[type, ...] = (
    concluded.Involved,
    concluded.WayClosed,
    concluded.GoesTo,
    concluded.ReturnedTo,
    concluded.HandedTo,
)

assertable: tuple[type, ...] = (
    *(getattr(reported, name) for name in reported.__all__),
    *(getattr(undecided, name) for name in undecided.__all__),
    *_EVENTS,
)
"""The fact types that a report can bring: those of the article's own reports, answers to its open questions, and
events that the rules also conclude. That an option exists, or that a state is bound, only rules conclude."""

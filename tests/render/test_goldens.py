"""One trace of the article in every form, as goldens (rewritten where UPDATE_GOLDENS is set)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from pow_rules import Explanation, Session, article

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

SUFFIXES = {"markdown": "md", "mermaid": "mmd", "dot": "dot", "to_json": "json"}


def traces() -> dict[str, Explanation]:
    """Give a trace, and one that is cut."""
    session = article.session()
    fact = next(f for f in session.conclusions() if str(f) == "Russia firmly opposes moving Ri to South Korea")
    return {"opposes": session.explain(fact), "opposes-cut": session.explain(fact, depth=1)}


@pytest.mark.parametrize("name", ["opposes", "opposes-cut"])
@pytest.mark.parametrize("form", SUFFIXES)
def test_the_article(form: str, name: str, golden: Golden) -> None:
    """A trace of the article."""
    explanation = traces()[name]
    shown = explanation.to_json(indent=2) if form == "to_json" else getattr(explanation, form)()
    golden(f"{name}.{SUFFIXES[form]}", shown)


@pytest.mark.parametrize("form", SUFFIXES)
def test_no_form_depends_on_the_order_of_assertion(form: str) -> None:
    """The reports in another order give the same text in every form."""
    session = article.session()
    other = Session(article.program, reversed(session.givens()))
    for fact, every in itertools.product(session.conclusions(), (False, True)):
        one, two = (s.explain(fact, all=every) for s in (session, other))
        assert getattr(one, form)() == getattr(two, form)()

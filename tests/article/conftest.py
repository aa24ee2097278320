"""What several test modules on the article look at its sessions with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import article

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules import Session

_WEAKEST_FIRST = ("possible", "probable", "certain")


@pytest.fixture
def session() -> Session:
    """Give a session that has heard the article's reports and nothing else."""
    return article.session()


@pytest.fixture
def strength() -> Callable[[Session, object], str]:
    """Give a plain reckoning of strength: of each chain the weakest hedge, of several chains the strongest.

    The article's program has no cycles, so plain recursion will do.
    """

    def of(session: Session, fact: object) -> str:
        assert fact in session, f"nothing says that {fact}"
        given = {given.fact for given in session.givens()}

        def rank(fact: Any) -> int:
            found = [
                min(_WEAKEST_FIRST.index(derivation.rule.hedge), *map(rank, derivation.premises))
                for derivation in session.derivations(fact)
            ]
            return len(_WEAKEST_FIRST) - 1 if fact in given else max(found)

        return _WEAKEST_FIRST[rank(fact)]

    return of

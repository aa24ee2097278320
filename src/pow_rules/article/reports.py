"""What the article reports, row by row, each fact with who says so and in which paragraph.

A source has an origin where the article says that it passes on what another has learnt, and a day where the article
names one. None has a grade: the article says of nobody how reliable he is.
"""

from datetime import date

from pow_rules import Given, Source
from pow_rules.article.vocabulary.names import NORTH_KOREA, PRESIDENT, RUSSIA, SOUTH_KOREA, UKRAINE, UNITED_STATES
from pow_rules.article.vocabulary.reported import (
    Age,
    AskedToBlock,
    CapturedBy,
    CeasefireTalks,
    ClosureFeared,
    ConsideredSinceCapture,
    DeployedTo,
    DiscussedBetween,
    ExploresTakingIn,
    FirstAnswerPositive,
    HeldBy,
    IntelligenceValue,
    InvolvementExpected,
    KeepsDeploymentSecret,
    MilitaryAid,
    Overheard,
    SeeksTransfer,
    SentTroops,
    SoldierOf,
    SpokeWith,
    ThankedForCare,
    TopPriority,
    WillingToBlock,
    WishesToGo,
)

__all__ = ["prisoners", "reports", "rows"]

prisoners: tuple[str, ...] = ("Ri", "Baek")

_INTELLIGENCE = "US intelligence"
_AIMS = ("a quick end to the war", "North Korea's denuclearisation")
_ARMIES = frozenset({NORTH_KOREA, RUSSIA})


def _said(
    by: str, paragraph: int, *facts: object, origin: str | None = None, day: date | None = None
) -> tuple[Given, ...]:
    source = Source(by, origin=origin, date=day, locator=f"¶{paragraph}")
    return tuple(Given(fact, source) for fact in facts)


rows: dict[str, tuple[Given, ...]] = {
    "G1": (
        *_said("article", 1, *(SoldierOf(p, NORTH_KOREA) for p in prisoners)),
        *_said("article", 1, *(DeployedTo(p, "Russia's Kursk region") for p in prisoners)),
        *_said("article", 1, *(CapturedBy(p, UKRAINE) for p in prisoners)),
        *_said("article", 1, *(HeldBy(p, UKRAINE) for p in prisoners)),
    ),
    "G2": _said("article", 1, *(SeeksTransfer(SOUTH_KOREA, p, SOUTH_KOREA) for p in prisoners)),
    "G3": (
        *_said("article", 3, Age("Ri", 26), Age("Baek", 21)),
        *_said("article", 3, *(SpokeWith(p, "a journalist") for p in prisoners)),
        *_said("article", 3, *(SpokeWith(p, "a South Korean lawmaker") for p in prisoners)),
        *_said("the prisoners", 3, *(WishesToGo(p, SOUTH_KOREA) for p in prisoners)),
    ),
    "G4": (
        *_said(
            "diplomatic source",
            5,
            *(DiscussedBetween(RUSSIA, NORTH_KOREA, p) for p in prisoners),
            origin="US intelligence agencies",
        ),
        *_said("diplomatic source", 5, *(Overheard(_INTELLIGENCE, RUSSIA, NORTH_KOREA, p) for p in prisoners)),
    ),
    "G5": (
        *_said("article", 5, KeepsDeploymentSecret(NORTH_KOREA, RUSSIA)),
        *_said("reports", 5, *(AskedToBlock(NORTH_KOREA, RUSSIA, p, SOUTH_KOREA) for p in prisoners)),
        *_said("reports", 5, *(WillingToBlock(RUSSIA, NORTH_KOREA, p, SOUTH_KOREA) for p in prisoners)),
    ),
    "G6": (
        *_said("article", 6, SentTroops(NORTH_KOREA, RUSSIA, more_than=12_000)),
        *_said("article", 6, ThankedForCare("Russia's ambassador", NORTH_KOREA, RUSSIA)),
    ),
    "G7": (
        *_said("sources", 2, CeasefireTalks(UNITED_STATES, RUSSIA)),
        *_said("diplomatic source", 4, CeasefireTalks(UNITED_STATES, RUSSIA)),
    ),
    "G8": _said("article", 8, *(TopPriority(PRESIDENT, aim) for aim in _AIMS)),
    "G9": _said("article", 9, *(FirstAnswerPositive(UKRAINE, SOUTH_KOREA, p) for p in prisoners)),
    "G10": _said("article", 10, MilitaryAid(UKRAINE, UNITED_STATES)),
    "G11": (
        *_said("US officials", 7, *(IntelligenceValue(UNITED_STATES, p, _ARMIES) for p in prisoners)),
        *_said("article", 7, *(ConsideredSinceCapture(UNITED_STATES, p) for p in prisoners)),
    ),
    "G12": _said("reports", 1, *(InvolvementExpected(c) for c in (UNITED_STATES, RUSSIA)), day=date(2025, 3, 5)),
    "G13": _said("diplomatic source", 4, *(ExploresTakingIn(_INTELLIGENCE, p, UNITED_STATES) for p in prisoners)),
    "G14": _said(
        "US intelligence agencies", 7, *(ClosureFeared(_INTELLIGENCE, RUSSIA, p, SOUTH_KOREA) for p in prisoners)
    ),
}
"""The givens by their row, as the page on the reading lists them."""

reports: tuple[Given, ...] = tuple(given for row in rows.values() for given in row)

"""What nobody in the article knows yet, row by row, as facts that may come to hold.

What is asked of a prisoner is asked of each. A `Choice` holds one answer, so the first row is one for each prisoner.
"""

from pow_rules import Choice, Question
from pow_rules.article.reports import prisoners
from pow_rules.article.vocabulary.names import NORTH_KOREA, PRESIDENT, RUSSIA, SOUTH_KOREA, UKRAINE, UNITED_STATES
from pow_rules.article.vocabulary.undecided import (
    Claims,
    DecidesToTakeIn,
    DoesNotObject,
    GivesAssurances,
    HandsBack,
    InsistsOnRepatriation,
    LeavesItTo,
    Opposes,
    RefusesReturn,
    StrikesDeal,
)

__all__ = ["by_row", "questions"]

by_row: dict[str, tuple[Question | Choice, ...]] = {
    "Q1": tuple(
        Choice(
            f"Does Russia firmly oppose moving {p} to South Korea in the talks, or not object?",
            (Opposes(RUSSIA, p, SOUTH_KOREA), DoesNotObject(RUSSIA, p, SOUTH_KOREA)),
        )
        for p in prisoners
    ),
    "Q2": (Question("Whom does Russia claim as its own troops?", tuple(Claims(RUSSIA, p) for p in prisoners)),),
    "Q3": (
        Question(
            "On whose repatriation does Russia insist?", tuple(InsistsOnRepatriation(RUSSIA, p) for p in prisoners)
        ),
    ),
    "Q4": (Question("Who refuses to return home?", tuple(RefusesReturn(p, NORTH_KOREA) for p in prisoners)),),
    "Q5": (
        Choice(
            "What does the US president decide?",
            (
                DecidesToTakeIn(PRESIDENT, UNITED_STATES),
                StrikesDeal(PRESIDENT, RUSSIA),
                LeavesItTo(PRESIDENT, UKRAINE, SOUTH_KOREA),
            ),
        ),
    ),
    "Q6": (Question("Does Russia give assurances?", (GivesAssurances(RUSSIA),)),),
    "Q7": (Question("Whom does Kyiv hand back to Russia?", tuple(HandsBack(UKRAINE, p, RUSSIA) for p in prisoners)),),
}
"""The open questions by their row, as the page on the reading lists them."""

questions: tuple[Question | Choice, ...] = tuple(question for row in by_row.values() for question in row)

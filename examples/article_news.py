"""The article, followed as news arrives: what each report changes, and why.

Nothing here has happened: the reports below answer questions that the article leaves open, one way or another.
"""

from pow_rules import Session, Source, article
from pow_rules.article.vocabulary import (
    PRESIDENT,
    RUSSIA,
    SOUTH_KOREA,
    UKRAINE,
    UNITED_STATES,
    Claims,
    DecidesToTakeIn,
    DoesNotObject,
    GoesTo,
    InsistsOnRepatriation,
    LeavesItTo,
)

NEWS = Source("imagined news")
PRISONERS = ("Ri", "Baek")
CLAIMS = [Claims(RUSSIA, prisoner) for prisoner in PRISONERS]
INSISTS = [InsistsOnRepatriation(RUSSIA, prisoner) for prisoner in PRISONERS]
DOES_NOT_OBJECT = [DoesNotObject(RUSSIA, prisoner, SOUTH_KOREA) for prisoner in PRISONERS]
TAKES_THEM_IN = DecidesToTakeIn(PRESIDENT, UNITED_STATES)
LEAVES_IT = LeavesItTo(PRESIDENT, UKRAINE, SOUTH_KOREA)


def hear(session: Session, headline: str, *facts: object) -> None:
    """Assert what a headline reports, and print what it changes."""
    print(f"* {headline}")
    print(session.assert_facts(facts, NEWS))
    print()


def main() -> None:
    """Follow the news from the article on, twice: to America, and to South Korea until the way there closes."""
    print("== To America ==\n")
    session = article.session()
    hear(session, "Russia claims both prisoners", *CLAIMS)
    hear(session, "Russia also insists on getting them back", *INSISTS)
    hear(session, "The US president takes them in", TAKES_THEM_IN)
    print(session.explain(GoesTo("Ri", UNITED_STATES)))

    print("\n== To South Korea, for a while ==\n")
    session = article.session()
    hear(session, "Russia lets it be known that it does not object", *DOES_NOT_OBJECT)
    hear(session, "The US president leaves it to Kyiv and Seoul", LEAVES_IT)
    print(session.explain(GoesTo("Ri", SOUTH_KOREA)))
    print()
    hear(session, "No objection in the talks, but now Russia claims them, and insists", *CLAIMS, *INSISTS)


if __name__ == "__main__":
    main()

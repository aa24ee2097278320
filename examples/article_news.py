"""The article as news arrives: what each report changes, and what follows when one is withdrawn, doubted or replaced.

The reports come in the order of the article's paragraphs. What is called imagined has not happened: it answers
questions that the article leaves open.
"""

from pow_rules import Given, Session, Source, article
from pow_rules.article.vocabulary import (
    NORTH_KOREA,
    PRESIDENT,
    RUSSIA,
    SOUTH_KOREA,
    UKRAINE,
    UNITED_STATES,
    DecidesToTakeIn,
    GoesTo,
    HandsBack,
    LeavesItTo,
    MilitaryAid,
    RefugeOption,
    RefusesReturn,
    RisksExecution,
)

NEWS = Source("imagined news")
LEAVES_IT = LeavesItTo(PRESIDENT, UKRAINE, SOUTH_KOREA)
TAKES_THEM_IN = DecidesToTakeIn(PRESIDENT, UNITED_STATES)


def in_order() -> list[tuple[Source, list[Given]]]:
    """Give the reports by paragraph, each with all that its source says there."""
    spoken: dict[Source, list[Given]] = {}
    for given in article.reports:
        if given.source is not None:
            spoken.setdefault(given.source, []).append(given)
    return sorted(spoken.items(), key=lambda item: int((item[0].locator or "¶0")[1:]))


def said(name: str, locator: str) -> list[Given]:
    """Give what a source says in a paragraph."""
    return [given for given in article.reports if given.source == Source(name, locator=locator)]


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n== {text} ==\n")


def listen() -> Session:
    """Hear the reports, one after the other, and print what each changes."""
    print("== The article, report by report ==")
    session = Session(article.program)
    for source, given in in_order():
        print(f"\n* {source}")
        print(session.assert_facts(given))
    return session


def withdraw(session: Session) -> None:
    """Have sources withdraw what they said."""
    title("Reports are withdrawn")
    print("* the sources of ¶2 withdraw: the talks are still reported by another")
    print(session.retract_facts(said("sources", "¶2")))
    print("\n* the reports of ¶5 are withdrawn: North Korea has not asked")
    print(session.retract_facts(said("reports", "¶5")))
    print("\n  Refuge in America is an option all the same:\n")
    print(session.explain(RefugeOption(UNITED_STATES, "Ri")))


def ask(session: Session) -> None:
    """Ask what would be, in both directions; the session stays as it is."""
    title("And if?")
    print("* and if Ukraine needed no American aid?")
    print(session.what_if(without=[MilitaryAid(UKRAINE, UNITED_STATES)]))
    print("\n* and if the president took them in?")
    print(session.what_if(assuming=[TAKES_THEM_IN]))


def correct(session: Session) -> None:
    """Replace one report by another, as one change."""
    title("A report is corrected")
    print("* imagined: the president leaves it to Kyiv and Seoul")
    print(session.assert_fact(LEAVES_IT, NEWS))
    print("\n* imagined: not so, he takes them in")
    with session.transaction() as correction:
        session.retract_fact(LEAVES_IT, NEWS)
        session.assert_fact(TAKES_THEM_IN, NEWS)
    print(correction.change)
    print()
    print(session.explain(GoesTo("Ri", UNITED_STATES)))


def two_futures(session: Session) -> None:
    """Follow two futures of one present, side by side."""
    title("Two futures")
    returned, stays = session.fork(), session.fork()
    print("* imagined: Kyiv hands Ri back to Russia")
    print(returned.assert_fact(HandsBack(UKRAINE, "Ri", RUSSIA), NEWS))
    print("\n* imagined: Ri refuses to go home, and Kyiv does not hand him back")
    print(stays.assert_fact(RefusesReturn("Ri", NORTH_KOREA), NEWS))
    print()
    for name, future in (("in the first", returned), ("in the second", stays), ("so far", session)):
        print(f"Ri risks execution {name}: {'yes' if RisksExecution('Ri') in future else 'no'}")


def main() -> None:
    """Hear the article, and then let each part begin with what the article says."""
    heard = listen()
    for part in (withdraw, ask, correct, two_futures):
        part(heard.fork())


if __name__ == "__main__":
    main()

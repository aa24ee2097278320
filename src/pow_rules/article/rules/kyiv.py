"""Where Ukraine stands, and what moves it."""

from pow_rules import Rule, absent, conclude, rule, where
from pow_rules.article.vocabulary.concluded import Involved, LeansTo, OpenToTalks, PositionShifts, PutsFirst
from pow_rules.article.vocabulary.names import NORTH_KOREA, PRESIDENT, SOUTH_KOREA, UKRAINE, UNITED_STATES
from pow_rules.article.vocabulary.reported import FirstAnswerPositive, HeldBy, MilitaryAid, SeeksTransfer
from pow_rules.article.vocabulary.undecided import LeavesItTo, RefusesReturn

__all__ = ["rules"]


@rule(hedge="certain", attribution="ambassador", cites=("¶9", "C12"))
def refusal_opens_talks(r: RefusesReturn, h: HeldBy) -> None:
    """If a prisoner will not go home, Kyiv is ready to talk with partners, and with Seoul before all others.

    So says its ambassador in Seoul.
    """
    where(r.home == NORTH_KOREA, h.holder == UKRAINE, h.prisoner == r.prisoner)
    conclude(OpenToTalks, holder=h.holder, prisoner=r.prisoner, first=SOUTH_KOREA)


@rule(hedge="possible", attribution="article", cites=("¶9", "C13"))
def positive_answer_leans_south(s: SeeksTransfer, f: FirstAnswerPositive) -> None:
    """Asked by Seoul, and with a positive first answer, Kyiv may lean to South Korea, as long as nothing shifts it."""
    where(s.seeker == SOUTH_KOREA, s.destination == SOUTH_KOREA)
    where(f.answerer == UKRAINE, f.asker == s.seeker, f.prisoner == s.prisoner)
    absent(PutsFirst, lambda p: p.country == f.answerer, lambda p: p.other == s.seeker)
    conclude(LeansTo, holder=f.answerer, prisoner=s.prisoner, destination=s.destination)


@rule(hedge="possible", attribution="article", cites=("¶10", "C14a"))
def aid_shifts_kyiv(m: MilitaryAid, i: Involved) -> None:
    """Kyiv needs American arms, so American involvement may shift its position.

    Once the president leaves it to Kyiv and Seoul, nothing pushes.
    """
    where(m.recipient == UKRAINE, m.donor == UNITED_STATES, i.country == m.donor)
    absent(
        LeavesItTo,
        lambda d: d.decider == PRESIDENT,
        lambda d: d.holder == m.recipient,
        lambda d: d.asker == SOUTH_KOREA,
    )
    conclude(PositionShifts, country=m.recipient)


@rule(hedge="probable", attribution="some observers", cites=("¶10", "C14b"))
def aid_puts_american_interests_first(m: MilitaryAid, i: Involved) -> None:
    """Kyiv needs American arms, so with America involved it will likely serve Washington before Seoul.

    Once the president leaves it to Kyiv and Seoul, nothing pushes.
    """
    where(m.recipient == UKRAINE, m.donor == UNITED_STATES, i.country == m.donor)
    absent(
        LeavesItTo,
        lambda d: d.decider == PRESIDENT,
        lambda d: d.holder == m.recipient,
        lambda d: d.asker == SOUTH_KOREA,
    )
    conclude(PutsFirst, country=m.recipient, favoured=m.donor, other=SOUTH_KOREA)


rules: tuple[Rule, ...] = (
    refusal_opens_talks,
    positive_answer_leans_south,
    aid_shifts_kyiv,
    aid_puts_american_interests_first,
)

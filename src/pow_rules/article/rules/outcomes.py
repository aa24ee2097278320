"""What happens to a prisoner in the end, and what he risks."""

from pow_rules import Rule, absent, conclude, rule, where
from pow_rules.article.rules.talks import between
from pow_rules.article.vocabulary.concluded import (
    FastChange,
    GoesTo,
    HandedTo,
    LeansTo,
    RefugeOption,
    ReturnedTo,
    ReturnRisk,
    RisksExecution,
    WayClosed,
    WishPassedOver,
    WorstCase,
)
from pow_rules.article.vocabulary.names import NORTH_KOREA, PRESIDENT, RUSSIA, UKRAINE, UNITED_STATES
from pow_rules.article.vocabulary.reported import CeasefireTalks, HeldBy, SoldierOf, WishesToGo
from pow_rules.article.vocabulary.undecided import DecidesToTakeIn, GivesAssurances, HandsBack, LeavesItTo, StrikesDeal

__all__ = ["rules"]


@rule(hedge="certain", attribution="article", cites=("¶7", "C6a"))
def return_carries_a_risk(s: SoldierOf, h: HeldBy) -> None:
    """For a North Korean in Ukrainian hands, the way back to Russia carries the risk of ending in North Korea."""
    where(s.country == NORTH_KOREA, h.holder == UKRAINE, h.prisoner == s.prisoner)
    conclude(ReturnRisk, prisoner=s.prisoner, via=RUSSIA, end=s.country)


@rule(hedge="possible", attribution="article", cites=("¶7", "C6"))
def returned_man_is_handed_on(m: ReturnedTo, r: ReturnRisk) -> None:
    """The risk of the way back may come true: whoever is returned to Russia is handed on to North Korea."""
    where(m.destination == r.via, m.prisoner == r.prisoner)
    conclude(HandedTo, prisoner=m.prisoner, destination=r.end)


@rule(hedge="certain", attribution="article", cites=("¶7", "C7"))
def north_korea_means_danger(m: HandedTo) -> None:
    """Whoever ends up in North Korea's hands stands in danger of being put to death."""
    # Assurances leave this as it is. The article is silent on it, so that is our reading.
    where(m.destination == NORTH_KOREA)
    conclude(RisksExecution, prisoner=m.prisoner)


@rule(hedge="certain", attribution="analysts", cites=("¶11", "C15"))
def deal_with_assurances_sends_them_home(d: StrikesDeal, g: GivesAssurances, s: SoldierOf, h: HeldBy) -> None:
    """A presidential deal with Russia, sweetened with assurances, ends in North Korea: nothing worse is in sight."""
    where(d.decider == PRESIDENT, d.partner == RUSSIA, g.giver == d.partner)
    where(s.country == NORTH_KOREA, h.holder == UKRAINE, h.prisoner == s.prisoner)
    conclude(HandedTo, prisoner=s.prisoner, destination=s.country)
    conclude(WorstCase, prisoner=s.prisoner)


@rule(hedge="possible", attribution="article", cites=("¶3", "C16"))
def another_door_passes_over_the_wish(w: WishesToGo, o: RefugeOption) -> None:
    """Once a door is open that a prisoner did not ask for, others may decide and never ask him."""
    where(o.prisoner == w.prisoner, o.host != w.destination)
    conclude(WishPassedOver, prisoner=w.prisoner)


@rule(hedge="possible", attribution="diplomatic source", cites=("¶4", "C17"))
def talks_change_things_fast(t: CeasefireTalks) -> None:
    """While Washington and Moscow negotiate a ceasefire, everything may be different within days."""
    where(between(t, UNITED_STATES, RUSSIA))
    conclude(FastChange)


@rule(hedge="possible", attribution="our reading", cites=("C18",))
def taken_in_goes_to_america(d: DecidesToTakeIn, h: HeldBy) -> None:
    """If the president decides to take the prisoners in, those whom Ukraine holds may go to America (our reading)."""
    where(d.decider == PRESIDENT, d.host == UNITED_STATES, h.holder == UKRAINE)
    conclude(GoesTo, prisoner=h.prisoner, destination=d.host)


@rule(hedge="possible", attribution="our reading", cites=("C19",))
def left_alone_goes_south(d: LeavesItTo, n: LeansTo) -> None:
    """Left to Kyiv and Seoul, with Kyiv leaning south and the way open, a prisoner may go there (our reading)."""
    where(d.decider == PRESIDENT, n.holder == d.holder, n.destination == d.asker)
    absent(WayClosed, lambda w: w.prisoner == n.prisoner, lambda w: w.destination == n.destination)
    conclude(GoesTo, prisoner=n.prisoner, destination=n.destination)


@rule(hedge="certain", attribution="our reading", cites=("C20",))
def handed_back_is_returned(b: HandsBack) -> None:
    """A prisoner whom Kyiv hands back to Russia is returned to Russia (our reading: the same event, seen from him)."""
    where(b.holder == UKRAINE, b.country == RUSSIA)
    conclude(ReturnedTo, prisoner=b.prisoner, destination=b.country)


rules: tuple[Rule, ...] = (
    return_carries_a_risk,
    returned_man_is_handed_on,
    north_korea_means_danger,
    deal_with_assurances_sends_them_home,
    another_door_passes_over_the_wish,
    talks_change_things_fast,
    taken_in_goes_to_america,
    left_alone_goes_south,
    handed_back_is_returned,
)

"""What the United States considers, and who decides there."""

from pow_rules import Rule, conclude, rule, where
from pow_rules.article.rules.talks import between
from pow_rules.article.vocabulary.concluded import (
    ConsidersQuietPlan,
    FinalSay,
    Involved,
    OutcomeTurnsOn,
    RefugeOption,
    ReturnRisk,
    WayClosed,
)
from pow_rules.article.vocabulary.names import NORTH_KOREA, PRESIDENT, RUSSIA, SOUTH_KOREA, UNITED_STATES
from pow_rules.article.vocabulary.reported import (
    AskedToBlock,
    CeasefireTalks,
    ClosureFeared,
    IntelligenceValue,
    InvolvementExpected,
)
from pow_rules.article.vocabulary.undecided import Opposes

__all__ = ["rules"]


@rule(hedge="possible", attribution="sources", cites=("¶2", "C3"))
def opposition_opens_another_door(a: AskedToBlock, o: Opposes, t: CeasefireTalks) -> None:
    """Where Russia, at North Korea's wish, firmly says no to Seoul in the talks, the US may receive the prisoner."""
    where(a.asker == NORTH_KOREA, a.asked == RUSSIA, a.destination == SOUTH_KOREA)
    where(o.actor == a.asked, o.prisoner == a.prisoner, o.destination == a.destination)
    where(between(t, UNITED_STATES, RUSSIA))
    conclude(RefugeOption, host=UNITED_STATES, prisoner=a.prisoner)


@rule(hedge="possible", attribution="reports", cites=("¶2", "C4"))
def blocked_way_opens_another_door(w: WayClosed) -> None:
    """Where Moscow blocks a prisoner's way to Seoul, bringing him to the United States becomes an option."""
    where(w.closer == RUSSIA, w.destination == SOUTH_KOREA)
    conclude(RefugeOption, host=UNITED_STATES, prisoner=w.prisoner)


@rule(hedge="certain", attribution="reports", cites=("¶7", "C8"))
def dangers_call_for_a_quiet_plan(r: ReturnRisk, f: ClosureFeared) -> None:
    """With a risk on the way back and the way south in doubt, Washington considers a plan, and keeps it quiet."""
    where(f.prisoner == r.prisoner, f.claimant == r.via, f.destination == SOUTH_KOREA)
    conclude(ConsidersQuietPlan, host=UNITED_STATES, prisoner=r.prisoner)


@rule(hedge="possible", attribution="US officials; our reading", cites=("¶7", "C9"))
def knowledge_is_a_reason(v: IntelligenceValue) -> None:
    """What a prisoner knows is a reason of its own for the US to take him in.

    That it is valuable is what officials see; that it opens the door is our reading.
    """
    where(v.observer == UNITED_STATES)
    conclude(RefugeOption, host=v.observer, prisoner=v.prisoner)


@rule(hedge="probable", attribution="reports", cites=("¶1", "C10"))
def expected_involvement_comes(e: InvolvementExpected) -> None:
    """A country that the reports expect to become involved does so."""
    conclude(Involved, country=e.country)


@rule(hedge="certain", attribution="observers", cites=("¶8", "C11a"))
def involvement_gives_the_president_the_final_say(i: Involved) -> None:
    """Once the United States is involved, its president has the last word on the prisoners."""
    where(i.country == UNITED_STATES)
    conclude(FinalSay, decider=PRESIDENT)


@rule(hedge="possible", attribution="article", cites=("¶8", "C11b"))
def final_say_makes_the_stance_count(f: FinalSay) -> None:
    """With the last word, the president's own stance may settle how it ends for them."""
    where(f.decider == PRESIDENT)
    conclude(OutcomeTurnsOn, decider=f.decider)


rules: tuple[Rule, ...] = (
    opposition_opens_another_door,
    blocked_way_opens_another_door,
    dangers_call_for_a_quiet_plan,
    knowledge_is_a_reason,
    expected_involvement_comes,
    involvement_gives_the_president_the_final_say,
    final_say_makes_the_stance_count,
)

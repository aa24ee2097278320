"""What Russia does about the prisoners, and what follows from it."""

from pow_rules import Rule, absent, conclude, rule, where
from pow_rules.article.rules.talks import between
from pow_rules.article.vocabulary.concluded import BoundToHeed, WayClosed
from pow_rules.article.vocabulary.names import NORTH_KOREA, RUSSIA, SOUTH_KOREA, UNITED_STATES
from pow_rules.article.vocabulary.reported import AskedToBlock, CeasefireTalks, SentTroops
from pow_rules.article.vocabulary.undecided import Claims, DoesNotObject, InsistsOnRepatriation, Opposes

__all__ = ["rules"]

_MANY_TROOPS = 12_000


@rule(hedge="certain", attribution="article", cites=("¶5", "¶6", "C1"))
def troops_bind_russia(a: AskedToBlock, s: SentTroops) -> None:
    """North Korea has lent Russia so many troops that Russia has to heed its request."""
    where(a.asker == NORTH_KOREA, a.asked == RUSSIA)
    # The bound itself is enough: to have sent "more than 12,000" is to have sent over 12,000.
    where(s.sender == a.asker, s.recipient == a.asked, s.more_than >= _MANY_TROOPS)
    conclude(BoundToHeed, actor=a.asked, asker=a.asker, prisoner=a.prisoner, destination=a.destination)


@rule(hedge="probable", attribution="article", cites=("¶6", "C2"))
def heeding_means_opposing(b: BoundToHeed, t: CeasefireTalks) -> None:
    """Bound by the request, Russia is expected to say a firm no to South Korea in the ceasefire talks.

    A report that Russia does not object takes this expectation away.
    """
    where(b.actor == RUSSIA, b.destination == SOUTH_KOREA)
    where(between(t, RUSSIA, UNITED_STATES))
    absent(
        DoesNotObject,
        lambda d: d.actor == b.actor,
        lambda d: d.prisoner == b.prisoner,
        lambda d: d.destination == b.destination,
    )
    conclude(Opposes, actor=b.actor, prisoner=b.prisoner, destination=b.destination)


@rule(hedge="possible", attribution="US intelligence agencies", cites=("¶7", "C5"))
def claim_and_insistence_close_the_way(c: Claims, i: InsistsOnRepatriation) -> None:
    """A Russia that both claims a prisoner for its own army and insists on getting him back may close his way south."""
    where(c.claimant == RUSSIA, i.claimant == c.claimant, i.prisoner == c.prisoner)
    conclude(WayClosed, closer=c.claimant, prisoner=c.prisoner, destination=SOUTH_KOREA)


rules: tuple[Rule, ...] = (troops_bind_russia, heeding_means_opposing, claim_and_insistence_close_the_way)

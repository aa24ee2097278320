"""What the article's program must answer: one test for each sentence of the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pow_rules import Session, article
from pow_rules.article import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Strength = Callable[[Session, object], str]

RI, BAEK = "Ri", "Baek"
RUSSIA, AMERICA, UKRAINE = "Russia", "the United States", "Ukraine"
SOUTH, NORTH = "South Korea", "North Korea"
PRESIDENT = "the US president"

TAKES_THEM_IN = v.DecidesToTakeIn(PRESIDENT, AMERICA)
LEAVES_IT = v.LeavesItTo(PRESIDENT, UKRAINE, SOUTH)
CLAIMED = tuple(v.Claims(RUSSIA, p) for p in (RI, BAEK))
INSISTED = tuple(v.InsistsOnRepatriation(RUSSIA, p) for p in (RI, BAEK))

each_prisoner = pytest.mark.parametrize("prisoner", [RI, BAEK])


def rows_behind(session: Session, fact: object) -> list[str]:
    """Give the rows whose rules conclude a fact, one for each derivation."""
    return sorted(derivation.rule.cites[-1] for derivation in session.derivations(fact))


def hedges_behind(session: Session, fact: object) -> set[str]:
    """Give the hedges of the rules that conclude a fact."""
    return {derivation.rule.hedge for derivation in session.derivations(fact)}


def without(unwanted: Iterable[type]) -> Session:
    """Make a session of the article's reports but for some fact types."""
    left_out = tuple(unwanted)
    session = Session(article.program)
    session.assert_facts([given for given in article.reports if not isinstance(given.fact, left_out)])
    return session


# With the givens alone


@each_prisoner
def test_russia_opposes(session: Session, strength: Strength, prisoner: str) -> None:
    """Russia opposes, and that is probable: the article expects it and does not report it."""
    opposes = v.Opposes(RUSSIA, prisoner, SOUTH)
    assert rows_behind(session, opposes) == ["C2"]
    assert hedges_behind(session, opposes) == {"probable"}
    assert strength(session, opposes) == "probable"


@each_prisoner
def test_two_independent_reasons_for_the_option(session: Session, strength: Strength, prisoner: str) -> None:
    """Taking a prisoner in is an option for the US (possible), for two reasons that share no premise."""
    option = v.RefugeOption(AMERICA, prisoner)
    assert rows_behind(session, option) == ["C3", "C9"]
    assert hedges_behind(session, option) == {"possible"}
    assert strength(session, option) == "possible"
    first, second = (derivation.premises for derivation in session.derivations(option))
    assert set(first).isdisjoint(second)


@pytest.mark.parametrize(("reported", "left"), [(v.AskedToBlock, "C9"), (v.IntelligenceValue, "C3")])
def test_either_reason_is_enough(reported: type, left: str) -> None:
    """Without what one reason rests on, the other one alone keeps the option open."""
    assert rows_behind(without([reported]), v.RefugeOption(AMERICA, RI)) == [left]


@each_prisoner
def test_washington_has_a_plan(session: Session, strength: Strength, prisoner: str) -> None:
    """Washington considers its quiet plan, and that is certain as reported."""
    plan = v.ConsidersQuietPlan(AMERICA, prisoner)
    assert rows_behind(session, plan) == ["C8"]
    assert hedges_behind(session, plan) == {"certain"}
    assert strength(session, plan) == "certain"


def test_president_decides(session: Session, strength: Strength) -> None:
    """The president has the final say, which is no surer than that the US becomes involved: probable."""
    final = v.FinalSay(PRESIDENT)
    assert rows_behind(session, final) == ["C11a"]
    assert hedges_behind(session, final) == {"certain"}
    assert hedges_behind(session, v.Involved(AMERICA)) == {"probable"}
    assert strength(session, final) == "probable"


def test_kyiv_shifts(session: Session, strength: Strength) -> None:
    """Kyiv's position shifts (possible), and it puts American interests first (probable)."""
    shifts, first = v.PositionShifts(UKRAINE), v.PutsFirst(UKRAINE, AMERICA, SOUTH)
    assert (rows_behind(session, shifts), strength(session, shifts)) == (["C14a"], "possible")
    assert (rows_behind(session, first), strength(session, first)) == (["C14b"], "probable")
    assert hedges_behind(session, shifts) == {"possible"}
    assert hedges_behind(session, first) == {"probable"}


def test_kyiv_does_not_lean_south(session: Session) -> None:
    """As Kyiv puts American interests first, nothing concludes that it leans to South Korea."""
    assert session.facts(v.LeansTo) == ()


@each_prisoner
def test_wish_is_passed_over(session: Session, strength: Strength, prisoner: str) -> None:
    """A prisoner's wish is passed over: possible."""
    passed = v.WishPassedOver(prisoner)
    assert rows_behind(session, passed) == ["C16"]
    assert hedges_behind(session, passed) == {"possible"}
    assert strength(session, passed) == "possible"


def test_things_change_fast(session: Session, strength: Strength) -> None:
    """The situation changes fast: possible."""
    assert rows_behind(session, v.FastChange()) == ["C17"]
    assert hedges_behind(session, v.FastChange()) == {"possible"}
    assert strength(session, v.FastChange()) == "possible"


def test_nobody_is_moved_and_nobody_risks_execution(session: Session) -> None:
    """With the givens alone nothing concludes that anybody is moved anywhere, or risks execution."""
    assert session.facts(v.Moved) == ()
    assert session.facts(v.RisksExecution) == ()
    assert session.facts(v.WorstCase) == ()


def test_only_five_rows_move_anybody() -> None:
    """Options and events are kept apart: C6, C15 and C18 to C20 alone conclude that somebody is moved."""
    moving = {
        rule.cites[-1]
        for rule in article.program.rules
        for conclusion in rule.conclusions
        if issubclass(conclusion.fact_type, v.Moved)
    }
    assert moving == {"C6", "C15", "C18", "C19", "C20"}


def test_all_that_follows_from_the_givens(session: Session) -> None:
    """The givens lead to these conclusions and to no other."""
    of_each = {
        fact
        for p in (RI, BAEK)
        for fact in (
            v.BoundToHeed(RUSSIA, NORTH, p, SOUTH),
            v.Opposes(RUSSIA, p, SOUTH),
            v.RefugeOption(AMERICA, p),
            v.ReturnRisk(p, RUSSIA, NORTH),
            v.ConsidersQuietPlan(AMERICA, p),
            v.WishPassedOver(p),
        )
    }
    of_all = {
        v.Involved(AMERICA),
        v.Involved(RUSSIA),
        v.FinalSay(PRESIDENT),
        v.OutcomeTurnsOn(PRESIDENT),
        v.PositionShifts(UKRAINE),
        v.PutsFirst(UKRAINE, AMERICA, SOUTH),
        v.FastChange(),
    }
    assert set(session.conclusions()) == of_each | of_all


# Russia's claim and its insistence


def test_claim_alone_changes_nothing(session: Session) -> None:
    """That Russia claims them is no news about South Korea, nor about anything else, by itself."""
    change = session.assert_facts(CLAIMED)
    assert set(change.asserted) == set(CLAIMED)
    assert change.concluded == ()
    assert change.withdrawn == ()


def test_insistence_alone_changes_nothing(session: Session) -> None:
    """Insistence without a claim closes no way either: the article ties the two together."""
    change = session.assert_facts(INSISTED)
    assert (change.concluded, change.withdrawn) == ((), ())


@each_prisoner
def test_claim_and_insistence_close_the_way(session: Session, strength: Strength, prisoner: str) -> None:
    """Once Russia also insists, a prisoner's way to South Korea is closed: possible."""
    session.assert_facts(CLAIMED)
    change = session.assert_facts(INSISTED)
    closed = v.WayClosed(RUSSIA, prisoner, SOUTH)
    assert closed in change.concluded
    assert rows_behind(session, closed) == ["C5"]
    assert strength(session, closed) == "possible"


def test_closed_way_is_a_third_reason(session: Session) -> None:
    """A closed way gives the US option one more reason, and moves nobody."""
    session.assert_facts([*CLAIMED, *INSISTED])
    assert rows_behind(session, v.RefugeOption(AMERICA, RI)) == ["C3", "C4", "C9"]
    assert session.facts(v.Moved) == ()


def test_claim_to_one_and_insistence_on_the_other(session: Session) -> None:
    """A claim to Ri and insistence on Baek are not about one prisoner, and close no way."""
    session.assert_facts([v.Claims(RUSSIA, RI), v.InsistsOnRepatriation(RUSSIA, BAEK)])
    assert session.facts(v.WayClosed) == ()


# Russia's answer in the talks


def test_no_objection_defeats_the_expectation(session: Session) -> None:
    """A report that Russia does not object takes away that it opposes Ri's transfer, and leaves Baek's."""
    change = session.assert_fact(v.DoesNotObject(RUSSIA, RI, SOUTH))
    assert change.withdrawn == (v.Opposes(RUSSIA, RI, SOUTH),)
    assert rows_behind(session, v.RefugeOption(AMERICA, RI)) == ["C9"]
    assert rows_behind(session, v.RefugeOption(AMERICA, BAEK)) == ["C3", "C9"]


def test_reported_objection_is_certain(session: Session, strength: Strength) -> None:
    """A report that Russia does oppose makes certain what was probable."""
    opposes = v.Opposes(RUSSIA, RI, SOUTH)
    change = session.assert_fact(opposes)
    assert (change.concluded, change.withdrawn) == ((), ())
    assert strength(session, opposes) == "certain"
    assert strength(session, v.Opposes(RUSSIA, BAEK, SOUTH)) == "probable"


# North Korea's request taken back


def test_request_taken_back(session: Session) -> None:
    """Without North Korea's request C1, C2 and C3's reason go; nothing else does."""
    other = without([v.AskedToBlock])
    gone = {type(fact) for fact in session.conclusions()} - {type(fact) for fact in other.conclusions()}
    assert gone == {v.BoundToHeed, v.Opposes}
    assert rows_behind(other, v.RefugeOption(AMERICA, RI)) == ["C9"]
    assert rows_behind(other, v.RefugeOption(AMERICA, BAEK)) == ["C9"]


def test_kyiv_shifts_without_the_request(strength: Strength) -> None:
    """Kyiv's shift rests on the expected involvement of the US, and so outlives North Korea's request."""
    other = without([v.AskedToBlock])
    assert strength(other, v.PositionShifts(UKRAINE)) == "possible"
    assert strength(other, v.PutsFirst(UKRAINE, AMERICA, SOUTH)) == "probable"
    assert v.PositionShifts(UKRAINE) not in without([v.InvolvementExpected])


# A return to Russia


def test_return_of_one(session: Session, strength: Strength) -> None:
    """Ri, returned to Russia, is handed to North Korea and risks execution, both possible; nothing happens to Baek."""
    change = session.assert_fact(v.ReturnedTo(RI, RUSSIA))
    handed, risk = v.HandedTo(RI, NORTH), v.RisksExecution(RI)
    assert set(change.concluded) == {handed, risk}
    assert change.withdrawn == ()
    assert (rows_behind(session, handed), strength(session, handed)) == (["C6"], "possible")
    assert (rows_behind(session, risk), strength(session, risk)) == (["C7"], "possible")
    assert hedges_behind(session, risk) == {"certain"}


def test_handing_back_is_a_return(session: Session, strength: Strength) -> None:
    """If Kyiv hands Baek back, Baek is returned to Russia, with all that follows from it."""
    session.assert_fact(v.HandsBack(UKRAINE, BAEK, RUSSIA))
    assert strength(session, v.ReturnedTo(BAEK, RUSSIA)) == "certain"
    assert set(session.facts(v.RisksExecution)) == {v.RisksExecution(BAEK)}


def test_reported_handover_is_a_certain_risk(session: Session, strength: Strength) -> None:
    """The risk is certain once the handover itself is reported."""
    session.assert_fact(v.HandedTo(RI, NORTH))
    assert strength(session, v.RisksExecution(RI)) == "certain"


# The president's decision


def test_president_takes_them_in(session: Session, strength: Strength) -> None:
    """The president takes them in: both go to the US, possible, and nowhere else."""
    change = session.assert_fact(TAKES_THEM_IN)
    going = {v.GoesTo(RI, AMERICA), v.GoesTo(BAEK, AMERICA)}
    assert set(change.concluded) == going
    assert set(session.facts(v.Moved)) == going
    assert {strength(session, fact) for fact in going} == {"possible"}


def test_president_leaves_it(session: Session, strength: Strength) -> None:
    """He leaves it to Kyiv and Seoul: Kyiv's shift falls, it leans south again, and both go there, possible."""
    change = session.assert_fact(LEAVES_IT)
    leaning = {v.LeansTo(UKRAINE, p, SOUTH) for p in (RI, BAEK)}
    going = {v.GoesTo(p, SOUTH) for p in (RI, BAEK)}
    assert set(change.withdrawn) == {v.PositionShifts(UKRAINE), v.PutsFirst(UKRAINE, AMERICA, SOUTH)}
    assert set(change.concluded) == leaning | going
    assert {strength(session, fact) for fact in leaning | going} == {"possible"}


@pytest.mark.parametrize("news", [(*CLAIMED, *INSISTED, LEAVES_IT), (LEAVES_IT, *CLAIMED, *INSISTED)])
def test_president_leaves_it_and_the_way_is_closed(session: Session, news: tuple[object, ...]) -> None:
    """With claim and insistence as well, in whatever order the news comes, Kyiv leans south and nobody goes there."""
    for fact in news:
        session.assert_fact(fact)
    assert set(session.facts(v.LeansTo)) == {v.LeansTo(UKRAINE, p, SOUTH) for p in (RI, BAEK)}
    assert session.facts(v.Moved) == ()


def test_way_closed_for_one(session: Session) -> None:
    """Where Russia claims and insists on Ri alone, Baek still goes to South Korea."""
    session.assert_facts([LEAVES_IT, v.Claims(RUSSIA, RI), v.InsistsOnRepatriation(RUSSIA, RI)])
    assert session.facts(v.Moved) == (v.GoesTo(BAEK, SOUTH),)


def test_deal_needs_assurances(session: Session, strength: Strength) -> None:
    """A deal with Russia sends both to North Korea only with assurances; the risk stays all the same."""
    assert session.assert_fact(v.StrikesDeal(PRESIDENT, RUSSIA)).concluded == ()
    change = session.assert_fact(v.GivesAssurances(RUSSIA))
    assert set(change.concluded) == {
        cls(p, *more)
        for p in (RI, BAEK)
        for cls, more in ((v.HandedTo, (NORTH,)), (v.WorstCase, ()), (v.RisksExecution, ()))
    }
    assert strength(session, v.RisksExecution(RI)) == "certain"


@each_prisoner
def test_refusal_opens_talks(session: Session, strength: Strength, prisoner: str) -> None:
    """A prisoner who refuses to go home makes Ukraine open to talks about him, and about nobody else."""
    change = session.assert_fact(v.RefusesReturn(prisoner, NORTH))
    assert change.concluded == (v.OpenToTalks(UKRAINE, prisoner, SOUTH),)
    assert strength(session, v.OpenToTalks(UKRAINE, prisoner, SOUTH)) == "certain"

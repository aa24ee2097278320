"""Every condition of a rule counts: news that is beside the point leads to nothing.

From each row's support, one field of one reported fact at a time is made to say something else, and then one name is
changed wherever it stands. Either way the row's conclusion must be gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Session, article, replace
from pow_rules.article import vocabulary as v
from pow_rules.article.reports import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RI = "Ri"
RUSSIA, AMERICA, UKRAINE = "Russia", "the United States", "Ukraine"
SOUTH, NORTH = "South Korea", "North Korea"
PRESIDENT = "the US president"
ELSEWHERE = "Switzerland"

CLOSED = (v.Claims(RUSSIA, RI), v.InsistsOnRepatriation(RUSSIA, RI))
LEFT = (v.LeavesItTo(PRESIDENT, UKRAINE, SOUTH),)
DEAL = (v.StrikesDeal(PRESIDENT, RUSSIA), v.GivesAssurances(RUSSIA))
OPTION = v.RefugeOption(AMERICA, RI)

CASES: dict[str, tuple[Any, tuple[Any, ...], tuple[str, ...]]] = {
    # row: its conclusion, the news it needs, and the reported rows that would give another reason
    "C1": (v.BoundToHeed(RUSSIA, NORTH, RI, SOUTH), (), ()),
    "C2": (v.Opposes(RUSSIA, RI, SOUTH), (), ()),
    "C3": (OPTION, (v.Opposes(RUSSIA, RI, SOUTH),), ("G6", "G11")),
    "C4": (OPTION, (v.WayClosed(RUSSIA, RI, SOUTH),), ("G5", "G11")),
    "C5": (v.WayClosed(RUSSIA, RI, SOUTH), CLOSED, ()),
    "C6a": (v.ReturnRisk(RI, RUSSIA, NORTH), (), ()),
    "C6": (v.HandedTo(RI, NORTH), (v.ReturnedTo(RI, RUSSIA),), ()),
    "C7": (v.RisksExecution(RI), (v.HandedTo(RI, NORTH),), ()),
    "C8": (v.ConsidersQuietPlan(AMERICA, RI), (), ()),
    "C9": (OPTION, (), ("G5",)),
    "C10": (v.Involved(AMERICA), (), ()),
    "C11a": (v.FinalSay(PRESIDENT), (), ()),
    "C11b": (v.OutcomeTurnsOn(PRESIDENT), (), ()),
    "C12": (v.OpenToTalks(UKRAINE, RI, SOUTH), (v.RefusesReturn(RI, NORTH),), ()),
    "C13": (v.LeansTo(UKRAINE, RI, SOUTH), (), ("G12",)),
    "C14a": (v.PositionShifts(UKRAINE), (), ()),
    "C14b": (v.PutsFirst(UKRAINE, AMERICA, SOUTH), (), ()),
    "C15": (v.WorstCase(RI), DEAL, ()),
    "C16": (v.WishPassedOver(RI), (), ("G5",)),
    "C17": (v.FastChange(), (), ()),
    "C18": (v.GoesTo(RI, AMERICA), (v.DecidesToTakeIn(PRESIDENT, AMERICA),), ()),
    "C19": (v.GoesTo(RI, SOUTH), LEFT, ()),
    "C20": (v.ReturnedTo(RI, RUSSIA), (v.HandsBack(UKRAINE, RI, RUSSIA),), ()),
}

# Of these fields any value will do: whoever fears it, and whatever armies he knows; C16 has a test of its own below.
ANY_WILL_DO = {(v.ClosureFeared, "observer"), (v.IntelligenceValue, "armies"), (v.WishesToGo, "destination")}

NAMES = (RUSSIA, AMERICA, UKRAINE, SOUTH, NORTH, PRESIDENT)

# Where a row holds of any country in the place of this one; in all other places it has to be that very country.
OF_ANY_COUNTRY = {("C1", SOUTH), ("C10", AMERICA), ("C16", SOUTH)}


def told(row: str) -> tuple[Any, ...]:
    """Give all that is asserted for a row: the reports but for other reasons, and its news."""
    _, news, leaving_out = CASES[row]
    left_out = {given for name in leaving_out for given in rows[name]}
    return (*dict.fromkeys(given.fact for given in article.reports if given not in left_out), *news)


def support(session: Session, fact: Any) -> Iterator[Any]:
    """Give the givens below a fact."""
    derivations = session.derivations(fact)
    if not derivations:
        yield fact
    for derivation in derivations:
        for premise in derivation.premises:
            yield from support(session, premise)


def fields(fact: Any) -> set[str]:
    """Give the names of a fact's fields, those of its base included."""
    return {name for base in type(fact).__mro__ for name in getattr(base, "__annotations__", {})}


def changed(fact: Any) -> Iterator[Any]:
    """Give copies of a fact that say something else, in one field each."""
    for name in sorted(fields(fact)):
        if (type(fact), name) not in ANY_WILL_DO:
            value = getattr(fact, name)
            yield replace(fact, **{name: value - 1 if isinstance(value, int) else ELSEWHERE})


def renamed(fact: Any, old: str) -> Any:
    """Give a fact in which a name is another one, wherever it stands."""
    return replace(fact, **{name: ELSEWHERE for name in fields(fact) if getattr(fact, name) == old})


def says(facts: Iterable[Any]) -> Session:
    """Make a session of some facts."""
    return Session(article.program, facts)


@pytest.mark.parametrize("row", CASES)
def test_every_field_counts(row: str) -> None:
    """With any one field of its support changed, a row's conclusion is gone."""
    conclusion = CASES[row][0]
    facts = told(row)
    session = says(facts)
    assert [d.rule.cites[-1] for d in session.derivations(conclusion)] == [row]
    for fact in dict.fromkeys(support(session, conclusion)):
        for other in changed(fact):
            assert conclusion not in says([other if f == fact else f for f in facts]), f"{fact} -> {other}"


@pytest.mark.parametrize("row", CASES)
def test_every_name_counts(row: str) -> None:
    """With a name of its support changed throughout, a row concludes nothing of its kind, about any country."""
    conclusion = CASES[row][0]
    facts = told(row)
    needed = list(support(says(facts), conclusion))
    for name in NAMES:
        if any(renamed(fact, name) != fact for fact in needed):
            after = says(renamed(fact, name) for fact in facts)
            found = [d for fact in after.facts(type(conclusion)) for d in after.derivations(fact)]
            assert any(row in d.rule.cites for d in found) == ((row, name) in OF_ANY_COUNTRY), name


def test_only_another_option_passes_over_a_wish() -> None:
    """A prisoner who wishes to go to the United States is not passed over by the option to go there."""
    facts = [f for f in told("C16") if f != v.WishesToGo(RI, SOUTH)]
    assert v.WishPassedOver(RI) not in says([*facts, v.WishesToGo(RI, AMERICA)])
    assert v.WishPassedOver(RI) in says([*facts, v.WishesToGo(RI, ELSEWHERE)])


def test_order_of_the_talks_does_not_matter() -> None:
    """The same follows whichever side of the talks is named first."""
    facts = [f for f in told("C1") if not isinstance(f, v.CeasefireTalks)]
    ways = [says([*facts, v.CeasefireTalks(*sides)]) for sides in ((RUSSIA, AMERICA), (AMERICA, RUSSIA))]
    first, second = (set(session.conclusions()) for session in ways)
    assert first == second
    assert v.FastChange() in first

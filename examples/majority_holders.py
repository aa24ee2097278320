"""Who controls which company: direct holdings are added up, and control is passed on through companies.

Control through summed indirect holdings is refused: the sum would depend on who controls whom, and who controls whom
on the sum. That recurses through an aggregate. The end of this example prints the error that says so.
"""

from pow_rules import Program, Session, Source, conclude, fact, rule, total, where
from pow_rules.errors import ProgramError

HALF = 50


@fact
class Holding:
    """{holder} holds {percent} % of {company}, in {lot}"""

    holder: str
    company: str
    percent: int
    lot: str


@fact
class MajorityHolder:
    """{holder} holds a majority of {company}: {percent} %"""

    holder: str
    company: str
    percent: int


@fact
class Controls:
    """{holder} controls {company}"""

    holder: str
    company: str


@rule
def lots_make_a_majority(h: Holding) -> None:
    """Whoever holds more than half of a company, all lots together, holds a majority."""
    held = total(Holding, lambda x: x.percent, lambda x: (x.holder == h.holder) & (x.company == h.company))
    where(held > HALF)
    conclude(MajorityHolder, holder=h.holder, company=h.company, percent=held)


@rule
def majority_controls(m: MajorityHolder) -> None:
    """Whoever holds a majority of a company controls it."""
    conclude(Controls, holder=m.holder, company=m.company)


@rule
def control_is_passed_on(c: Controls, m: MajorityHolder) -> None:
    """Whoever controls a company controls what it holds a majority of."""
    where(c.company == m.holder)
    conclude(Controls, holder=c.holder, company=m.company)


@rule
def controlled_holdings_count(c: Controls, h: Holding) -> None:
    """Refused: what a controlled company holds counts as a holding of whoever controls it."""
    where(c.company == h.holder)
    conclude(Holding, holder=c.holder, company=h.company, percent=h.percent, lot=h.lot)


register = Source("share register", locator="2025")
direct = [lots_make_a_majority, majority_controls, control_is_passed_on]
session = Session(Program(direct, given=[Holding]))
print(session.assert_facts([Holding("Ash", "Birch", 30, "lot 1"), Holding("Birch", "Cedar", 80, "lot 1")], register))
print("\nA second lot makes the difference:\n")
print(session.assert_fact(Holding("Ash", "Birch", 25, "lot 2"), register))
print(f"\n{session.explain(Controls('Ash', 'Cedar'))}\n")
try:
    Program([*direct, controlled_holdings_count])
except ProgramError as error:
    print(error)

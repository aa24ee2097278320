"""The README's example: two facts, one rule, and why its conclusion holds."""

from pow_rules import Program, Session, absent, conclude, fact, rule, where


@fact
class Opposes:
    """{actor} opposes moving {prisoner}"""

    actor: str
    prisoner: str


@fact
class Settled:
    """{prisoner}'s fate is settled: {outcome}"""

    prisoner: str
    outcome: str


@fact
class RefugeOption:
    """taking {prisoner} in is an option for {host}"""

    host: str
    prisoner: str


@rule(hedge="possible")
def objection_opens_another_door(o: Opposes) -> None:
    """If Russia opposes the transfer, the United States may take the prisoner in."""
    where(o.actor == "Russia")
    absent(Settled, lambda s: s.prisoner == o.prisoner)
    conclude(RefugeOption, host="the United States", prisoner=o.prisoner)


session = Session(Program([objection_opens_another_door]))
session.assert_fact(Opposes("Russia", "Ri"))
print(session.explain(RefugeOption("the United States", "Ri")))
print()
print(session.assert_fact(Settled("Ri", "he goes to South Korea")))

"""Fact types of what nobody in the article knows yet: the answers to its open questions.

What a state wants for a prisoner, or does with him, is said of each prisoner, so that news of one says nothing of the
other. What the US president decides is one decision, about all the prisoners; so are Russia's assurances, which
would be part of a deal with him.
"""

from pow_rules import fact

__all__ = [
    "Claims",
    "DecidesToTakeIn",
    "DoesNotObject",
    "GivesAssurances",
    "HandsBack",
    "InsistsOnRepatriation",
    "LeavesItTo",
    "Opposes",
    "RefusesReturn",
    "StrikesDeal",
]


@fact
class Opposes:
    """{actor} firmly opposes moving {prisoner} to {destination}"""

    actor: str
    prisoner: str
    destination: str


@fact
class DoesNotObject:
    """{actor} does not object to moving {prisoner} to {destination}"""

    actor: str
    prisoner: str
    destination: str


@fact
class Claims:
    """{claimant} claims {prisoner} as one of its own troops"""

    claimant: str
    prisoner: str


@fact
class InsistsOnRepatriation:
    """{claimant} insists on the repatriation of {prisoner}"""

    claimant: str
    prisoner: str


@fact
class RefusesReturn:
    """{prisoner} refuses to return to {home}"""

    prisoner: str
    home: str


@fact
class DecidesToTakeIn:
    """{decider} decides to bring the prisoners to {host}"""

    decider: str
    host: str


@fact
class StrikesDeal:
    """{decider} strikes a deal with {partner} over the prisoners"""

    decider: str
    partner: str


@fact
class LeavesItTo:
    """{decider} leaves the prisoners to {holder} and {asker}"""

    decider: str
    holder: str
    asker: str


@fact
class GivesAssurances:
    """{giver} gives assurances of no execution and no mistreatment"""

    giver: str


@fact
class HandsBack:
    """{holder} hands {prisoner} back to {country}"""

    holder: str
    prisoner: str
    country: str

"""Fact types of what the article reports: the givens."""

from pow_rules import fact

__all__ = [
    "Age",
    "AskedToBlock",
    "CapturedBy",
    "CeasefireTalks",
    "ClosureFeared",
    "ConsideredSinceCapture",
    "DeployedTo",
    "DiscussedBetween",
    "ExploresTakingIn",
    "FirstAnswerPositive",
    "HeldBy",
    "IntelligenceValue",
    "InvolvementExpected",
    "KeepsDeploymentSecret",
    "MilitaryAid",
    "Overheard",
    "SeeksTransfer",
    "SentTroops",
    "SoldierOf",
    "SpokeWith",
    "ThankedForCare",
    "TopPriority",
    "WillingToBlock",
    "WishesToGo",
]


@fact
class SoldierOf:
    """{prisoner} is a soldier of {country}"""

    prisoner: str
    country: str


@fact
class DeployedTo:
    """{prisoner} is deployed to {region}"""

    prisoner: str
    region: str


@fact
class CapturedBy:
    """{prisoner} is captured by {captor}"""

    prisoner: str
    captor: str


@fact
class HeldBy:
    """{prisoner} is held by {holder}"""

    prisoner: str
    holder: str


@fact
class SeeksTransfer:
    """{seeker} works to have {prisoner} moved to {destination}"""

    seeker: str
    prisoner: str
    destination: str


@fact
class Age:
    """{prisoner} is {years} years old"""

    prisoner: str
    years: int


@fact
class SpokeWith:
    """{prisoner} has spoken with {visitor}"""

    prisoner: str
    visitor: str


@fact
class WishesToGo:
    """{prisoner} wishes to go to {destination}"""

    prisoner: str
    destination: str


@fact
class DiscussedBetween:
    """{one} and {other} talk with each other about {prisoner}"""

    one: str
    other: str
    prisoner: str


@fact
class Overheard:
    """{listener} has overheard {one} and {other} talk about {prisoner}"""

    listener: str
    one: str
    other: str
    prisoner: str


@fact
class KeepsDeploymentSecret:
    """{sender} keeps its deployment to {recipient} secret"""

    sender: str
    recipient: str


@fact
class AskedToBlock:
    """{asker} asks {asked} to keep {prisoner} out of {destination}"""

    asker: str
    asked: str
    prisoner: str
    destination: str


@fact
class WillingToBlock:
    """{asked} is willing to keep {prisoner} out of {destination} for {asker}"""

    asked: str
    asker: str
    prisoner: str
    destination: str


@fact
class SentTroops:
    """{sender} has sent {recipient} more than {more_than:,} troops

    The article gives a lower bound and no figure, so the field is that bound.
    """

    sender: str
    recipient: str
    more_than: int


@fact
class ThankedForCare:
    """{speaker} thanks {carer} for the care of wounded soldiers of {army}"""

    speaker: str
    carer: str
    army: str


@fact
class CeasefireTalks:
    """{one} and {other} negotiate a ceasefire

    Neither side comes first: a rule looks for a country on both.
    """

    one: str
    other: str


@fact
class TopPriority:
    """{actor} puts {aim} first"""

    actor: str
    aim: str


@fact
class FirstAnswerPositive:
    """{answerer}'s first answer to {asker} about {prisoner} is positive"""

    answerer: str
    asker: str
    prisoner: str


@fact
class MilitaryAid:
    """{recipient} relies on military aid of {donor}"""

    recipient: str
    donor: str


@fact
class IntelligenceValue:
    """{observer} sees intelligence value in {prisoner} (armies: {armies})

    One fact for all armies: the value is one reason to want the prisoner, however many armies he knows.
    """

    observer: str
    prisoner: str
    armies: frozenset[str]


@fact
class ConsideredSinceCapture:
    """{country} has considered since the capture to bring {prisoner} over"""

    country: str
    prisoner: str


@fact
class InvolvementExpected:
    """{country} is expected to become involved"""

    country: str


@fact
class ExploresTakingIn:
    """{explorer} looks into bringing {prisoner} to {host}"""

    explorer: str
    prisoner: str
    host: str


@fact
class ClosureFeared:
    """{observer} sees {claimant} in a position to close {prisoner}'s way to {destination}

    The means it sees are a claim to the prisoner and insistence on repatriation, together.
    """

    observer: str
    claimant: str
    prisoner: str
    destination: str

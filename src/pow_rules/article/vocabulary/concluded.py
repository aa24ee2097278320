"""Fact types of what follows: positions, options, and what happens to a prisoner.

An option and the event itself are two types. `RefugeOption` moves nobody; only the kinds of `Moved` do.
"""

from pow_rules import fact

__all__ = [
    "BoundToHeed",
    "ConsidersQuietPlan",
    "FastChange",
    "FinalSay",
    "GoesTo",
    "HandedTo",
    "Involved",
    "LeansTo",
    "Moved",
    "OpenToTalks",
    "OutcomeTurnsOn",
    "PositionShifts",
    "PutsFirst",
    "RefugeOption",
    "ReturnRisk",
    "ReturnedTo",
    "RisksExecution",
    "WayClosed",
    "WishPassedOver",
    "WorstCase",
]


@fact
class BoundToHeed:
    """{actor} is bound to heed {asker}'s wish to keep {prisoner} out of {destination}"""

    actor: str
    asker: str
    prisoner: str
    destination: str


@fact
class WayClosed:
    """{closer} closes {prisoner}'s way to {destination}"""

    closer: str
    prisoner: str
    destination: str


@fact
class RefugeOption:
    """taking {prisoner} in is an option for {host}"""

    host: str
    prisoner: str


@fact
class ConsidersQuietPlan:
    """{host} considers a quiet plan to receive {prisoner}"""

    host: str
    prisoner: str


@fact
class Involved:
    """{country} becomes involved"""

    country: str


@fact
class FinalSay:
    """the final say over the prisoners is with {decider}"""

    decider: str


@fact
class OutcomeTurnsOn:
    """the outcome for the prisoners turns on the stance of {decider}"""

    decider: str


@fact
class OpenToTalks:
    """{holder} is open to talks about {prisoner} with partners, {first} first of all"""

    holder: str
    prisoner: str
    first: str


@fact
class LeansTo:
    """{holder} leans to letting {prisoner} go to {destination}"""

    holder: str
    prisoner: str
    destination: str


@fact
class PositionShifts:
    """the position of {country} shifts"""

    country: str


@fact
class PutsFirst:
    """{country} puts the interests of {favoured} before {other}'s request"""

    country: str
    favoured: str
    other: str


@fact
class FastChange:
    """the prisoners' situation changes fast"""


@fact
class ReturnRisk:
    """returning {prisoner} to {via} carries the risk of a handover to {end}"""

    prisoner: str
    via: str
    end: str


@fact(abstract=True)
class Moved:
    """{prisoner} is moved to {destination}"""

    prisoner: str
    destination: str


@fact
class GoesTo(Moved):
    """{prisoner} goes to {destination}"""


@fact
class ReturnedTo(Moved):
    """{prisoner} is returned to {destination}"""


@fact
class HandedTo(Moved):
    """{prisoner} is handed to {destination}"""


@fact
class WorstCase:
    """the worst case comes about for {prisoner}"""

    prisoner: str


@fact
class RisksExecution:
    """{prisoner} risks execution"""

    prisoner: str


@fact
class WishPassedOver:
    """{prisoner}'s own wish is passed over"""

    prisoner: str

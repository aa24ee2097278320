"""The names that the rules speak of: states, and the one person who decides for his.

The prisoners' names are not here: they are data of the reports, and no rule knows them.
"""

from typing import Final

__all__ = ["NORTH_KOREA", "PRESIDENT", "RUSSIA", "SOUTH_KOREA", "UKRAINE", "UNITED_STATES"]

NORTH_KOREA: Final = "North Korea"
PRESIDENT: Final = "the US president"
RUSSIA: Final = "Russia"
SOUTH_KOREA: Final = "South Korea"
UKRAINE: Final = "Ukraine"
UNITED_STATES: Final = "the United States"

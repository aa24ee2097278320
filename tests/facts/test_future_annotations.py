"""Fact types in a module whose annotations are strings."""

from __future__ import annotations

import datetime as dt
import enum

import pytest

from pow_rules import conclude, fact, rule
from pow_rules.errors import FactDefinitionError, FieldTypeError


class Colour(enum.Enum):
    RED = 1


@fact
class Painted:
    """{what} is {colour} since {since}"""

    what: str
    colour: Colour
    since: dt.date | None = None
    under: Painted | None = None


def test_module_names_are_found() -> None:
    """Annotations that are strings are resolved in the module, the class's own name included."""
    first = Painted("the wall", Colour.RED)
    assert str(Painted("the door", Colour.RED, dt.date(2025, 3, 5), first)) == "the door is RED since 2025-03-05"
    with pytest.raises(FieldTypeError, match=r"Painted\.under: expected Painted \| None, got 1 \(int\)"):
        Painted("the wall", Colour.RED, None, 1)  # type: ignore[arg-type]


def test_local_names_are_found() -> None:
    """Annotations that are strings are resolved in the function in which the class is made."""

    @fact
    class Person:
        name: str

    @fact
    class Meeting:
        who: frozenset[Person]
        before: Meeting | None = None

    @rule
    def met(m: Meeting) -> None:
        conclude(Person, name="Ri")

    assert met.patterns[0].fact_type is Meeting
    assert Meeting(frozenset({Person("Ri")})).before is None


def test_unknown_names_say_what_to_do() -> None:
    """A name that does not exist is reported with the class and with advice."""
    with pytest.raises(FactDefinitionError) as caught:

        @fact
        class Meeting:
            who: Nobody  # type: ignore[name-defined]  # noqa: F821

    assert str(caught.value) == (
        "Meeting: the annotation's name 'Nobody' is not known where the class is made;"
        " define it above, or in the same function"
    )


def test_names_only_for_type_checkers_say_what_to_do() -> None:
    """A name imported under TYPE_CHECKING is not there when the class is made."""
    source = (
        "from __future__ import annotations\n"
        "from typing import TYPE_CHECKING\n"
        "from pow_rules import fact\n"
        "if TYPE_CHECKING:\n"
        "    from datetime import date\n"
        "@fact\n"
        "class Meeting:\n"
        "    on: date\n"
    )
    with pytest.raises(FactDefinitionError, match=r"Meeting: the annotation's name 'date' is not known"):
        exec(source, {"__name__": "somewhere"})  # noqa: S102 - our own source

"""How a ground pattern prints, for every kind of condition that may stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import (
    Program,
    Session,
    absent,
    any_of,
    check,
    compute,
    conclude,
    count,
    fact,
    known,
    missing,
    not_,
    one_of,
    rule,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@fact
class Place:
    """{name}, {size} large"""

    name: str
    size: int


@fact
class Event:
    """{what} at {place}"""

    what: str
    place: Place
    year: int | None


@fact
class Calm:
    """{name} is calm"""

    name: str


def _later(year: int | None) -> bool:
    return year is not None and year > 2000


def _double(value: int) -> int:
    return 2 * value


CASES: dict[str, tuple[Callable[[Any, Any], list[Callable[[Any], Any]]], str]] = {
    "field": (lambda p, n: [lambda e: e.what == p.name], "no Event(what='A')"),
    "member": (lambda p, n: [lambda e: e.place.size == p.size], "no Event(place.size == 3)"),
    "fact": (lambda p, n: [lambda e: e.place == p], "no Event(place=Place(name='A', size=3))"),
    "order": (lambda p, n: [lambda e: known(e.year) > p.size], "no Event(known(year) > 3)"),
    "sum": (lambda p, n: [lambda e: known(e.year) + p.size > -p.size * 2], "no Event((known(year) + 3) > -6)"),
    "minus": (lambda p, n: [lambda e: -known(e.year) > p.size], "no Event(-known(year) > 3)"),
    "one_of": (lambda p, n: [lambda e: one_of(e.what, "x", "y")], "no Event(one_of(what, 'x', 'y'))"),
    "missing": (
        lambda p, n: [lambda e: missing(e.year), lambda e: e.place.name == p.name],
        "no Event(missing(year), place.name == 'A')",
    ),
    "not": (lambda p, n: [lambda e: not_(e.place.size < p.size)], "no Event(not_(place.size < 3))"),
    "any": (
        lambda p, n: [lambda e: any_of(e.what == p.name, (e.place.size == p.size) & (e.what == "z"))],
        "no Event((what == 'A') | ((place.size == 3) & (what == 'z')))",
    ),
    "check": (lambda p, n: [lambda e: check(_later, e.year)], "no Event(check(_later, year))"),
    "compute": (
        lambda p, n: [lambda e: compute(_double, e.place.size) == compute(_double, p.size)],
        "no Event(compute(_double, place.size) == 6)",
    ),
    "aggregate": (lambda p, n: [lambda e: e.place.size > n], "no Event(place.size > 1)"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_pattern_of_an_absence(name: str) -> None:
    """What stands outside of the pattern is printed as its value, what stands inside as it is written."""
    conditions, wanted = CASES[name]

    @rule
    def calm(p: Place) -> None:
        n = count(Place, lambda q: q.size == p.size)
        where(n >= 0)
        absent(Event, *conditions(p, n))
        conclude(Calm, name=p.name)

    session = Session(Program([calm]), [Place("A", 3)])
    (derivation,) = session.derivations(Calm("A"))
    assert str(derivation.absences[0]) == wanted
    assert wanted in " ".join(str(session.explain(Calm("A"))).split())
    blocking = Event("y" if name == "one_of" else "z", Place("A", 3), None if name == "missing" else 2024)
    if name == "field":
        blocking = Event("A", Place("A", 3), 1)
    if name == "minus":
        blocking = Event("z", Place("A", 3), -2024)
    assert session.assert_fact(blocking).withdrawn == (Calm("A"),)

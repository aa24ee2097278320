"""A program with everything in it that a document can say, a session of it, and goldens."""

from __future__ import annotations

import datetime as dt
import enum
import importlib.util
import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import (
    Given,
    Program,
    Session,
    Source,
    absent,
    any_of,
    check,
    compute,
    conclude,
    count,
    fact,
    known,
    missing,
    most,
    not_,
    one_of,
    present,
    rule,
    total,
    where,
)
from pow_rules.scales import ICD203

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path(__file__).parent / "goldens"


class Way(enum.Enum):
    ROAD = "road"
    RAIL = "rail"


@fact(abstract=True)
class Person:
    """{name}"""

    name: str


@fact
class Soldier(Person):
    """soldier {name}"""


@fact
class Diplomat(Person):
    """diplomat {name} of {country}"""

    country: str


@fact
class Asks:
    """{who} asks for {what}, {times} times"""

    who: str
    what: str
    times: int


@fact
class Settled:
    """{what} is settled"""

    what: str


@fact
class Cost:
    """{what} costs {amount} by {way}"""

    what: str
    amount: Decimal
    way: Way


@fact
class Weight:
    """{what} weighs {tons:.1f} t"""

    what: str
    tons: float | None


@fact
class Talks:
    """{parties} talk on {day} about {what}"""

    parties: frozenset[str]
    day: dt.date
    what: str


@fact
class Wanted:
    """{what} is wanted by {who}"""

    what: str
    who: str


@fact
class Pressed:
    """{what} is pressed for: {asks} requests, {most} times at most"""

    what: str
    asks: int
    most: int


@fact
class Priced:
    """{what} comes to {amount}"""

    what: str
    amount: Decimal


@fact
class Linked:
    """{one} goes with {other}"""

    one: str
    other: str


@fact
class Likely:
    """{what} comes about"""

    what: str


def _is_urgent(times: int) -> bool:
    return times > 1


def _doubled(amount: Decimal) -> Decimal:
    return amount * 2


@rule(attribution="observers", cites=("p. 1", "C2"))
def who_asks_wants(a: Asks) -> None:
    """Who asks for something wants it."""
    where(a.times**2 >= 1, any_of(a.times < 9, a.who == "everybody"))
    conclude(Wanted, what=a.what, who=a.who)


@rule(hedge="probable")
def who_goes_with_it_wants_it(w: Wanted, g: Linked) -> None:
    """Who wants something wants what goes with it."""
    where(w.what == g.one)
    conclude(Wanted, what=g.other, who=w.who)


@rule(hedge="probable", likelihood=ICD203.LIKELY)
def many_press(a: Asks) -> None:
    """What is asked for urgently, or by several, is pressed for."""
    asks = count(Asks, lambda o: o.what == a.what)
    top = most(Asks, lambda o: o.times, lambda o: o.what == a.what)
    where(check(_is_urgent, top + asks), not_(one_of(a.what, "nothing", "all")))
    conclude(Pressed, what=a.what, asks=asks, most=top)


@rule
def prices_add_up(c: Cost) -> None:
    """Prices add up, and double."""
    conclude(Priced, what=c.what, amount=compute(_doubled, total(Cost, lambda o: o.amount, lambda o: o.what == c.what)))


@rule(hedge="possible", attribution="observers")
def what_is_wanted_comes(w: Wanted, p: Pressed, t: Talks) -> None:
    """What is wanted, pressed for and talked about comes about, unless it is settled."""
    where(w.what == p.what, t.what == w.what, t.day >= dt.date(2025, 1, 1), p.asks - 1 > 0)
    present(Person, lambda x: x.name != w.who)
    present(Weight, lambda x: x.what == w.what, lambda x: known(x.tons) < 5.5)
    absent(Settled, lambda s: s.what == w.what)
    absent(Weight, lambda x: missing(x.tons), lambda x: x.what == w.what)
    conclude(Likely, what=w.what)


PROGRAM = Program(
    [who_asks_wants, who_goes_with_it_wants_it, many_press, prices_add_up, what_is_wanted_comes],
    given=[Person, Asks, Settled, Cost, Weight, Talks, Linked, Wanted],
)
PAPER = Source("the paper", locator="p. 1", reliability="C", credibility=3, date=dt.date(2025, 3, 4))
ENVOY = Source("an envoy", origin="the ministry")
GIVENS = (
    Given(Asks("Ada", "a bridge", 2), PAPER, hedge="probable", likelihood=0.6),
    Given(Asks("Ada", "a bridge", 2), ENVOY),
    Given(Asks("Ben", "a bridge", 1), PAPER),
    Given(Asks("Ben", "a road", 1)),
    Given(Linked("a road", "a bridge"), ENVOY, hedge="possible"),
    Given(Linked("a bridge", "a road")),
    Given(Wanted("a road", "Cem"), PAPER),
    Given(Soldier("Ri")),
    Given(Diplomat("Ada", "Norway")),
    Given(Weight("a bridge", 4.5)),
    Given(Weight("a road", None)),
    Given(Cost("a road", Decimal("1.5"), Way.RAIL)),
    Given(Cost("a road", Decimal(2), Way.ROAD)),
    Given(Talks(frozenset({"Norway", "Denmark"}), dt.date(2025, 3, 5), "a bridge"), ENVOY),
    Given(Settled("a tunnel")),
)
GOALS = (Likely("a bridge"), Priced("a road", Decimal(7)), Wanted("a bridge", "Cem"), Wanted("a road", "Cem"))


@pytest.fixture(scope="session")
def session() -> Session:
    """Give the session."""
    return Session(PROGRAM, GIVENS)


@pytest.fixture(scope="session")
def goals() -> tuple[object, ...]:
    """Give conclusions of the session, whose explanations have steps of every kind."""
    return GOALS


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Give the comparison of a text with the golden of that file name."""

    def compare(name: str, text: str) -> None:
        path = _FOLDER / name
        if os.environ.get("UPDATE_GOLDENS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{text}\n", encoding="utf-8")
        assert text == path.read_text(encoding="utf-8").removesuffix("\n")

    return compare


@pytest.fixture(scope="session")
def oracle(session: Session) -> Any:
    """Give what tells whether a document is right, by the session."""
    spec = importlib.util.spec_from_file_location("verify_oracle", Path(__file__).with_name("oracle.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Oracle(session)


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> int:
    """Give how many things a long hunt is to try."""
    return int(request.config.getoption("--soak"))

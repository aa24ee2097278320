# pyright: strict
"""What type checkers must accept, under their strictest settings. The tests also run it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import assert_type

from pow_rules import (
    Choice,
    Given,
    Limits,
    Program,
    Question,
    Rule,
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
    least,
    missing,
    most,
    not_,
    one_of,
    present,
    replace,
    rule,
    total,
    where,
)
from pow_rules.scales import ICD203
from pow_rules.semirings import COUNTING, Semiring


class Grade(Enum):
    """How sure a source is."""

    SURE = 1
    UNSURE = 2


@fact(abstract=True)
class Statement:
    """what {who} said"""

    who: str


@fact
class Denial(Statement):
    """{who} denies {what}"""

    what: str


@fact
class Report(Statement):
    """{who} reports {deaths} deaths"""

    deaths: int | None
    day: date = date(2025, 1, 11)
    grade: Grade = Grade.SURE
    places: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()


@fact
class Holding:
    """{owner} owns {share} of {company}"""

    owner: str
    company: str
    share: float
    price: Decimal = Decimal(0)


@fact
class Reply:
    """{who} answers: {to}"""

    who: str
    to: Denial


@fact
class Summary:
    """{who}: {number}"""

    who: str
    number: int
    share: float = 0.0
    first: date | None = None
    price: Decimal = Decimal(0)


@fact
class Nothing:
    """nothing is known"""


# ---- facts -----------------------------------------------------------------------------------------------------------

denial = Denial("Moscow", "the transfer")
assert_type(denial, Denial)
assert_type(denial.who, str)
assert_type(Denial(who="Moscow", what="it").what, str)
assert_type(Report("Kyiv", None).deaths, int | None)
assert_type(Report("Kyiv", 300, day=date(2025, 1, 12)).places, tuple[str, ...])
assert_type(replace(denial, what="the swap"), Denial)
assert_type(denial == Denial("Seoul", "it"), bool)
Holding("A", "B", 1)
Nothing()
Reply("Kyiv", to=denial)
statements: list[Statement] = [denial, Report("Kyiv", 300)]
by_fact: dict[Statement, int] = {denial: hash(denial)}
given = Given(denial, Source("Moscow", locator="¶7"))
questions = (Question("Will it be denied?", [denial]), Choice("Who speaks?", [denial, Report("Kyiv", None)]))
limits = Limits(facts=10, seconds=None)


# ---- rules -----------------------------------------------------------------------------------------------------------


@rule
def plain(d: Denial, r: Report) -> None:
    """Comparisons, connectives and arithmetic are those of plain values."""
    where(d.who == r.who, (d.what != "x") | (d.what < "y") & not_(d.who == d.what), d != Denial("a", "b"))
    where(any_of(r.day > date(2025, 1, 1), r.grade == Grade.SURE), one_of(d.who, "Moscow", "Minsk"))
    where(one_of(r.grade, Grade.SURE, Grade.UNSURE), one_of(known(r.deaths), 1, 2))
    conclude(Summary, who=d.who, number=known(r.deaths) * 2 + 1)
    conclude(Nothing)


assert_type(plain, Rule)


@rule(hedge="possible", attribution="observers", cites=("¶7", "C5"))
def absences(d: Denial) -> None:
    """Lambdas see the fields of the fact type, inherited ones included."""
    absent(Report, lambda r: r.who == d.who, lambda r: r.grade == Grade.SURE)
    absent(Nothing)
    present(Statement, lambda s: s.who != d.who)
    conclude(Reply, who="Kyiv", to=d)


assert_type(absences, Rule)


@rule
def abstract(s: Statement) -> None:
    """An abstract fact type is a pattern like any other."""
    where(s.who == "Kyiv")
    conclude(Summary, who=s.who, number=0)


@rule
def optional(r: Report) -> None:
    """What may be None is asked for with missing, and narrowed with known."""
    where(any_of(missing(r.deaths), known(r.deaths) >= 300))
    conclude(Summary, who=r.who, number=assert_type(known(r.deaths), int), first=r.day)


def weight(share: float, name: str) -> float:
    """Compute something of two values."""
    return share * len(name)


@rule
def functions(h: Holding, r: Report) -> None:
    """Functions and builtins keep their types, for arguments and for the value."""
    where(check(str.startswith, h.owner, "R"), check(lambda share: share > 0.5, h.share))
    where(compute(len, h.owner) > 3, compute(str.upper, h.owner) == "RI", compute(round, h.share, 2) < 0.3)
    where(assert_type(compute(max, known(r.deaths), 3), int) > 2, compute(len, r.places) == 2)
    conclude(
        Summary,
        who=assert_type(compute(str.strip, h.company), str),
        number=assert_type(compute(len, h.owner), int),
        share=assert_type(compute(weight, h.share, h.owner), float),
    )


@rule
def aggregates(h: Holding) -> None:
    """An aggregate has the type of the value that it is made of, and a count is an int."""
    where(count(Holding, lambda o: o.company == h.company) > 1)
    conclude(
        Summary,
        who=h.owner,
        number=assert_type(count(Holding), int),
        share=assert_type(total(Holding, lambda o: o.share, lambda o: o.owner == h.owner), float),
        first=assert_type(least(Report, lambda r: r.day), date),
        price=assert_type(most(Holding, lambda o: o.price), Decimal),
    )


@dataclass(frozen=True)
class Book:
    """Rules are values, to be kept wherever one likes."""

    rules: tuple[Rule, ...]


book = Book((plain, absences, abstract, optional, functions, aggregates))


# ---- sessions --------------------------------------------------------------------------------------------------------

session = Session(Program(book.rules, given=[Report, Denial, Holding, Nothing], questions=questions[:1]), limits=limits)
session.assert_fact(denial, Source("Moscow"))
session.assert_facts([given, Report("Kyiv", None)])
assert_type(session.facts(Denial), tuple[Denial, ...])
assert_type(session.facts(Statement, lambda s: s.who == "Moscow"), tuple[Statement, ...])
assert_type(session.facts(Report, lambda r: missing(r.deaths))[0].deaths, int | None)
assert_type(denial in session, bool)
assert_type(len(session) + session.derivation_count, int)


# ---- values ----------------------------------------------------------------------------------------------------------

longest = Semiring("letters", 0, 1, max, lambda one, other: one * other, given=lambda g: len(str(g.fact)))
assert_type(session.fold(denial, COUNTING), int)
assert_type(session.fold(denial, longest, rule=lambda r: len(r.cites)), int)
assert_type(session.strength(denial).is_complete, bool)
assert_type(session.bounds(denial, independent=[denial, given]).low, float)


@rule(hedge="probable", likelihood=ICD203.LIKELY)
def likely(r: Report) -> None:
    """A rule may have a likelihood: a band, a number, or a pair of them."""
    conclude(Nothing)

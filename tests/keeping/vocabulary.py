"""Fact types of every field kind, and a program on some of them; no tests. It is loaded by its path."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - a field's kind
import enum
from decimal import Decimal  # noqa: TC003 - as above
from typing import Any
from uuid import UUID  # noqa: TC003 - as above

from pow_rules import (
    Choice,
    Program,
    Question,
    absent,
    conclude,
    constraint,
    count,
    fact,
    rule,
    where,
)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"
    CRIMSON = "red"  # noqa: PIE796 - an alias


class Letter(enum.StrEnum):
    A = "a"
    B = "b"


class Rank(enum.IntEnum):
    ZERO = 0
    ONE = 1


class Right(enum.Flag):
    READ = 1
    WRITE = 2


@fact
class Plain:
    """{text}, {whole}, {number}, {truth}, {data}"""

    text: str
    whole: int
    number: float
    truth: bool
    data: bytes


@fact
class Special:
    """{day}, {moment}, {amount}, {key}"""

    day: dt.date
    moment: dt.datetime
    amount: Decimal
    key: UUID


@fact
class Chosen:
    """{colour}, {letter}, {rank}, {right}"""

    colour: Colour
    letter: Letter
    rank: Rank
    right: Right


@fact
class Mixed:
    """{maybe}, {either}, {any}"""

    maybe: str | None
    either: int | bool
    any: int | float | str | Letter | Decimal | None = None


@fact(abstract=True)
class Shape:
    """a shape"""


@fact
class Dot(Shape):
    """a dot at {x}"""

    x: int


@fact
class Box(Shape):
    """a box of {inner}"""

    inner: Shape | None = None


@fact
class Several:
    """{pair}, {many}, {some}, {shapes}"""

    pair: tuple[int, str | None]
    many: tuple[bool | int, ...]
    some: frozenset[Decimal | Letter]
    shapes: tuple[Shape, ...] = ()


@fact
class Edge:
    """an edge from {a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """a path from {a} to {b}"""

    a: int
    b: int


@fact
class Alone:
    """nothing leads to {a}"""

    a: int


@fact
class Busy:
    """{n} edges leave {a}"""

    a: int
    n: int


@fact
class OnlyConcluded:
    """there is a loop"""


@rule
def an_edge_is_a_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule(hedge="probable")
def paths_go_on(p: Path, e: Edge) -> None:
    """A path goes on along an edge."""
    where(p.b == e.a)
    conclude(Path, a=p.a, b=e.b)


@rule
def some_are_alone(e: Edge) -> None:
    """What nothing leads to is alone."""
    absent(Path, lambda p: p.b == e.a)
    conclude(Alone, a=e.a)


@rule
def some_are_busy(e: Edge) -> None:
    """Edges are counted."""
    conclude(Busy, a=e.a, n=count(Edge, lambda o: o.a == e.a))


@rule(hedge="possible")
def a_loop_is_there(p: Path) -> None:
    """A path to where it began is a loop."""
    where(p.a == p.b)
    conclude(OnlyConcluded)


@constraint
def no_long_way(e: Edge) -> None:
    """No edge leads from 0 to 3."""
    where(e.a == 0, e.b == 3)


RULES = [an_edge_is_a_path, paths_go_on, some_are_alone, some_are_busy, a_loop_is_there, no_long_way]
GIVEN: list[type] = [Plain, Special, Chosen, Mixed, Shape, Several, Edge, Path]
QUESTIONS = [Question("Which edges?", [Edge(7, 8)]), Choice("Which way?", [Edge(8, 9), Edge(9, 8)])]


def program(*, rules: list[Any] | None = None, given: list[type] | None = None) -> Program:
    """Make the program, or one that differs."""
    return Program(RULES if rules is None else rules, given=GIVEN if given is None else given, questions=QUESTIONS)


PROGRAM = program()


def kept(session: Any) -> Any:
    """Give all that a session must have again, as texts: `1` and `True` differ in them."""
    return repr(session.givens()), repr(session.facts()), session.derivation_count, session.strict


def explained(session: Any) -> list[str]:
    """Give the traces of all that is concluded, sorted."""
    return sorted(str(session.explain(fact, all=True)) for fact in session.conclusions())

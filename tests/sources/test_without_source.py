"""Without a source: examples, what is printed, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from pow_rules import Given, Program, Session, Source, absent, conclude, constraint, count, fact, rule, where
from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.explain.without_source import weights


@fact
class Sighted:
    """{ship} was seen in {port}"""

    ship: str
    port: str


@fact
class Denied:
    """{ship} is said not to be in {port}"""

    ship: str
    port: str


@fact
class InPort:
    """{ship} is in {port}"""

    ship: str
    port: str


@fact
class Undisputed:
    """that {ship} is in {port} is undisputed"""

    ship: str
    port: str


@rule(hedge="probable")
def seen_is_there(s: Sighted) -> None:
    """A ship that was seen in a port is there."""
    conclude(InPort, ship=s.ship, port=s.port)


@rule
def nobody_denies(i: InPort) -> None:
    """What nobody denies is undisputed."""
    absent(Denied, lambda d: (d.ship == i.ship) & (d.port == i.port))
    conclude(Undisputed, ship=i.ship, port=i.port)


@constraint
def one_port(a: InPort, b: InPort) -> None:
    """A ship is in one port."""
    where(a.ship == b.ship, a.port != b.port)


PROGRAM = Program([seen_is_there, nobody_denies, one_port], given=[Sighted, Denied, InPort])
DIVER = Source("a diver", reliability="A", credibility=2)
PAPER = Source("the paper", origin="an official", reliability="C", credibility=4)
RADIO = Source("the radio", origin="an official", reliability="F")
WAVE, GULL = Sighted("the Wave", "Oslo"), Sighted("the Gull", "Bergen")


@pytest.fixture
def session() -> Session:
    """Give what four sources say of two ships."""
    return Session(
        PROGRAM,
        [
            Given(WAVE, PAPER),
            Given(WAVE, DIVER, hedge="possible"),
            Given(GULL, PAPER),
            Given(GULL, RADIO),
            Given(Denied("the Wave", "Oslo"), Source("the owner")),
            Given(InPort("the Gull", "Bergen"), RADIO, hedge="possible"),
        ],
    )


def test_what_is_printed(session: Session) -> None:
    """What goes, falls, comes and weakens is told, each with why."""
    assert str(session.without_source("the paper")).splitlines() == [
        "without the paper               2 reports go, 0 conclusions fall, 2 facts weaken",
        "├─ weakens                                                                     2",
        "│  ├─ the Wave is in Oslo        weaker, possible, was probable; 1 origin, had 2",
        "│  └─ the Wave was seen in Oslo   weaker, possible, was certain; 1 origin, had 2",
        "└─ given by others as well                                                     1",
        "   └─ the Gull was seen in Bergen",
        "                             as before, but for the paper (C4, from an official)",
    ]
    assert str(session.without_source(RADIO)).splitlines()[2:5] == [
        "├─ no longer given, and still concluded                                        1",
        "│  └─ the Gull is in Bergen",
        "│              as before, was given by the radio (F, from an official), possible",
    ]
    assert str(session.without_source("the owner")).splitlines() == [
        "without the owner              1 report goes, 0 conclusions fall, 0 facts weaken",
        "├─ no longer given                                                             1",
        "│  └─ the Wave is said not to be in Oslo                         gone, the owner",
        "└─ comes to hold                                                               1",
        "   └─ that the Wave is in Oslo is undisputed                                 new",
    ]


def test_without_an_origin_all_that_passes_it_on_goes(session: Session) -> None:
    """All sources that pass an origin on go together, and what only they say falls."""
    answer = session.without_source(origin="an official")
    assert set(answer.change.retracted) == {GULL, InPort("the Gull", "Bergen")}
    assert set(answer.fallen) == {InPort("the Gull", "Bergen"), Undisputed("the Gull", "Bergen")}
    assert {one.fact: one.note for one in answer.weakened} == {
        WAVE: "possible, was certain; 1 origin, had 2",
        InPort("the Wave", "Oslo"): "possible, was probable; 1 origin, had 2",
    }
    assert bool(answer)
    assert repr(answer) == (
        "<WithoutSource what comes from an official: 4 reports go, 2 conclusions fall, 2 facts weaken>"
    )
    assert "by nobody_denies; gone: the Gull is in Bergen" in str(answer)


def test_grades_that_are_not_known_stay(session: Session) -> None:
    """Below a grade, what is known to be worse goes; sources without a grade stay, and are counted."""
    answer = session.without_source(below="B3")
    assert {given.source for given in answer.dropped} == {PAPER}
    assert {given.source for given in answer.ungraded} == {RADIO, Source("the owner")}
    assert str(answer).endswith("└─ 2 sources stay whose grades are not known, with 3 reports")
    answer = session.without_source(below="3")
    assert ({g.source for g in answer.dropped}, len(answer.ungraded)) == ({PAPER}, 3)
    answer = session.without_source(below="E")
    assert not answer
    assert (answer.dropped, answer.fallen, answer.weakened) == ((), (), ())
    assert str(answer).startswith("without anything graded below E")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ArgumentValueError, r"expected one of source, origin=... and below=...$"),
        ({"source": "the paper", "below": "C3"}, ArgumentValueError, r"expected one of source"),
        ({"source": 3}, ArgumentTypeError, r"source: expected a Source, or its name, got 3"),
        ({"origin": PAPER}, ArgumentTypeError, r"origin: expected the name of an origin, got Source"),
        ({"source": "the papers"}, ArgumentValueError, r"is by 'the papers'; did you mean 'the paper'\?"),
        ({"source": Source("the paper")}, ArgumentValueError, r"is by 'the paper'; .*the paper \(C4, from"),
        ({"origin": "the paper"}, ArgumentValueError, r"origin: nothing .* by 'the paper'.* a diver, an official"),
        ({"below": "C9"}, ArgumentValueError, r"below: expected a grade"),
        ({"below": 3}, ArgumentTypeError, r"below: expected a grade"),
        ({"below": "C3", "seconds": -1}, ArgumentValueError, r"seconds: expected 0 or more, or None, got -1"),
    ],
)
def test_what_is_refused(session: Session, arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    """Which sources are meant has to be clear, and there has to be one; the session stays as it was."""
    before = session.givens()
    with pytest.raises(error, match=message):
        session.without_source(**arguments)
    assert session.givens() == before


def test_origins_take_time_and_room(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where origins cannot be counted for want of time or room, that is said, and all else is told."""
    whole = session.without_source("the paper")
    for is_late in (True, False):
        if not is_late:
            monkeypatch.setattr(weights, "_MOST", 0)
        answer = session.without_source("the paper", seconds=0 if is_late else None)
        assert not answer.knows_origins
        assert [one.fact for one in answer.weakened] == [one.fact for one in whole.weakened]
        assert {one.origins for one in answer.weakened} == {((), ())}
        assert answer.weakened[0].note == "possible, was probable"
        assert "└─ origins were not compared: there was no time, or no room" in str(answer)


def test_a_strict_session_refuses_nothing_here() -> None:
    """What would contradict something once a source is gone is told all the same, and the session goes on."""
    session = Session(PROGRAM, [Given(WAVE, PAPER), Given(GULL, PAPER)], strict=True)
    assert len(session.without_source("the paper").fallen) == 4


# ---- origins ---------------------------------------------------------------------------------------------------------


def test_two_papers_that_quote_one_official_are_one(session: Session) -> None:
    """Sources of one origin are one line; another origin is another."""
    answer = session.origins(InPort("the Gull", "Bergen"))
    assert (answer.lines, answer.needed) == ((("an official",),), ("an official",))
    assert answer.passed_on_by == (("the paper", "the radio"),)
    assert str(answer).splitlines() == [
        "the Gull is in Bergen                                         1 independent line",
        "└─ needed by every derivation                  it falls if one of these is wrong",
        "   └─ an official                                 by way of the paper; the radio",
    ]
    assert session.origins(InPort("the Wave", "Oslo")).lines == (("a diver",), ("an official",))
    assert repr(answer) == "<Origins of InPort(ship='the Gull', port='Bergen'): 1 independent line>"


def test_what_nobody_signs_is_one_origin() -> None:
    """All that is said without a source counts as one origin, which is printed last."""
    session = Session(PROGRAM, [WAVE, Given(WAVE, DIVER), GULL])
    assert session.origins(InPort("the Wave", "Oslo")).lines == (("a diver",), (None,))
    assert session.origins(GULL).origins == (None,)
    assert "└─ nobody who is named" in str(session.origins(GULL))


def test_what_rests_on_nothing_has_no_origin() -> None:
    """A fact that follows without any given has no origin, and says so."""

    @rule
    def always() -> None:
        conclude(InPort, ship="the Wreck", port="Oslo")

    answer = Session(Program([always])).origins(InPort("the Wreck", "Oslo"))
    assert (answer.sets, answer.lines, answer.origins, answer.knows_lines) == (((),), (), (), True)
    assert str(answer).endswith("no origin\n└─ it follows without anybody's word")


def test_origins_say_where_they_stopped(session: Session) -> None:
    """With no time, or a limit, the answer says that it is not complete."""
    late = session.origins(WAVE, seconds=0)
    assert (late.stopped, late.knows_needed, late.knows_lines) == ("seconds", False, False)
    assert "stopped when the time was over" in str(late)
    limited = session.origins(WAVE, limit=1)
    assert (limited.stopped, len(limited.sets), limited.is_complete) == ("limit", 1, False)
    assert "1 independent line or more" in str(limited)
    for wrong in ({"limit": 0}, {"seconds": -1}):
        with pytest.raises(ArgumentValueError, match="expected"):
            session.origins(WAVE, **wrong)


def test_what_was_counted_weakens_what_counts_it() -> None:
    """A conclusion that only counts facts weakens with them."""

    @fact
    class Busy:
        """Oslo has seen {ships} ships"""

        ships: int

    @rule
    def counted() -> None:
        conclude(Busy, ships=count(Sighted, lambda s: s.port == "Oslo"))

    session = Session(Program([counted]), [Given(WAVE, DIVER), Given(WAVE, PAPER, hedge="possible")])
    (seen, busy) = sorted(session.without_source("a diver").weakened, key=lambda one: type(one.fact) is Busy)
    assert (seen.fact, busy.fact) == (WAVE, Busy(1))
    assert busy.note == "possible, was certain; 1 origin, had 2"


def test_fewer_lines_of_as_many_origins() -> None:
    """Resting on the same origins, but on fewer lines that are independent, is weaker."""

    @fact
    class Told:
        """{by} tells of {n}"""

        by: str
        n: int

    @fact
    class Known:
        """it is known"""

    @rule
    def one(t: Told) -> None:
        where(t.n == 0)
        conclude(Known)

    @rule
    def two(a: Told, b: Told) -> None:
        where(a.n + b.n == 5, a.n < b.n)
        conclude(Known)

    paper = Source("a paper", origin="a")
    said = [
        Given(Told("x", 0), paper),
        Given(Told("x", 1), Source("a")),
        Given(Told("x", 4), Source("b")),
        Given(Told("x", 2), Source("b")),
        Given(Told("x", 3), Source("c")),
    ]
    session = Session(Program([one, two]), said)
    assert len(session.origins(Known()).lines) == 2
    answer = session.without_source(paper)
    (weaker,) = [each for each in answer.weakened if each.fact == Known()]
    assert weaker.origins == (("a", "b", "c"), ("a", "b", "c"))
    assert weaker.lines == (2, 1)
    assert weaker.note == "1 independent line, had 2"


def test_what_origins_do_not_tell_is_said(session: Session) -> None:
    """Absences hang on somebody's word, too; and who is not named may be anybody."""
    answer = session.origins(Undisputed("the Gull", "Bergen"))
    assert answer.is_looking
    assert "absences and aggregates are taken as they are, whoever they hang on" in str(answer)
    assert not session.origins(GULL).is_looking

    @rule
    def none_denied() -> None:
        absent(Denied, lambda d: d.ship == "the Gull")
        conclude(Undisputed, ship="all", port="all")

    program = Program([none_denied], given=[Denied, Sighted])
    nobody = Session(program).origins(Undisputed("all", "all"))
    assert "it follows without anybody's word, with absences and aggregates as they are" in str(nobody)
    text = "whether who is not named is independent of the others is not known"
    asked = Session(program, [Given(WAVE), Given(WAVE, PAPER), Given(GULL)])
    assert text in str(asked.origins(WAVE))
    assert text not in str(asked.origins(GULL))


@pytest.mark.parametrize("wrong", [True, "x", [1]])
def test_numbers_that_are_none(session: Session, wrong: Any) -> None:
    """What is no number is refused with what was expected, in both questions."""
    with pytest.raises(ArgumentTypeError, match=r"seconds: expected a number or None, got"):
        session.without_source(below="C3", seconds=wrong)
    with pytest.raises(ArgumentTypeError, match=r"seconds: expected a number or None, got"):
        session.origins(GULL, seconds=wrong)
    with pytest.raises(ArgumentTypeError, match=r"limit: expected a number or None, got"):
        session.origins(GULL, limit=wrong)

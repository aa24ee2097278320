"""What a session tells: changes, facts, givens, conclusions, sources, and its errors."""

from __future__ import annotations

from typing import Any

import pytest

from pow_rules import (
    Change,
    Given,
    Program,
    Session,
    Source,
    absent,
    check,
    conclude,
    fact,
    one_of,
    rule,
    where,
)
from pow_rules.errors import (
    EvaluationError,
    NotAFactError,
    NotAssertableError,
    RuleError,
    SessionBusyError,
    UnknownFactError,
    UnknownFieldError,
)


@fact
class Opposes:
    """{actor} opposes moving {prisoner}"""

    actor: str
    prisoner: str


@fact
class HeldBy:
    """{prisoner} is held by {holder}"""

    prisoner: str
    holder: str


@fact
class Settled:
    """{prisoner}'s fate is settled"""

    prisoner: str


@fact
class Option:
    """taking {prisoner} in is an option"""

    prisoner: str


@fact
class Unknown:
    """nobody mentions {this}"""

    this: str


@fact(abstract=True)
class Move:
    """{prisoner} moves"""

    prisoner: str


@fact
class Flight(Move):
    """{prisoner} flies"""


@fact
class Ride(Move):
    """{prisoner} rides in a {car}"""

    car: str


@rule(hedge="possible")
def door(o: Opposes, h: HeldBy) -> None:
    """An objection opens another door."""
    where(o.prisoner == h.prisoner)
    absent(Settled, lambda s: s.prisoner == o.prisoner)
    conclude(Option, prisoner=o.prisoner)


@rule
def moved(m: Move) -> None:
    """Who moves is settled."""
    conclude(Settled, prisoner=m.prisoner)


PROGRAM = Program([door, moved], given=[Opposes, HeldBy, Settled, Move])
OPPOSES, HELD = Opposes("Russia", "Ri"), HeldBy("Ri", "Ukraine")
PRESS, ENVOY = Source("the press", locator="¶1"), Source("the envoy")


@pytest.fixture
def session() -> Session:
    """Give a session with one conclusion."""
    return Session(PROGRAM, [OPPOSES, HELD])


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_has_three_parts() -> None:
    """A change tells what is newly given, what is newly concluded and what is withdrawn."""
    session = Session(PROGRAM)
    change = session.assert_facts([OPPOSES, HELD])
    assert (change.asserted, change.concluded, change.withdrawn) == ((OPPOSES, HELD), (Option("Ri"),), ())
    change = session.assert_fact(Flight("Ri"))
    assert change.asserted == (Flight("Ri"),)
    assert change.concluded == (Settled("Ri"),)
    assert change.withdrawn == (Option("Ri"),)
    assert change


def test_a_change_prints_itself(session: Session) -> None:
    """A change prints a line for each fact, what each that fell had rested on, and says so where there is none."""
    change = session.assert_fact(Flight("Ri"))
    assert str(change) == (
        "asserted   Ri flies\n"
        "concluded  Ri's fate is settled\n"
        "withdrawn  taking Ri in is an option\n"
        "           by door; in the way: Ri's fate is settled"
    )
    assert repr(change) == "<Change: 1 asserted, 0 retracted, 1 concluded, 1 withdrawn>"
    assert str(session.assert_facts([])) == "no change"


def test_a_long_change_is_cut() -> None:
    """A change prints forty facts of a kind, and counts the rest."""
    lines = str(Session(PROGRAM).assert_facts([HeldBy(str(i), "x") for i in range(1_100)])).splitlines()
    assert len(lines) == 41
    assert lines[-1] == "asserted   ... and 1,060 more"


def test_asserting_again_is_no_change(session: Session) -> None:
    """Asserting what is given already changes nothing."""
    change = session.assert_facts([OPPOSES, HELD, OPPOSES])
    assert not change
    assert change == Session(PROGRAM).assert_facts([])
    assert len(session.givens()) == 2


def test_changes_compare_by_their_parts() -> None:
    """Two changes are equal if their parts are; a change is no set element."""
    changes = [Session(PROGRAM).assert_facts([OPPOSES, HELD]) for _ in range(2)]
    assert changes[0] == changes[1]
    assert changes[0] != Session(PROGRAM).assert_fact(OPPOSES)
    assert changes[0] != "a change"
    assert isinstance(changes[0], Change)
    with pytest.raises(TypeError):
        hash(changes[0])


def test_a_change_keeps_telling_what_it_told() -> None:
    """A change that is looked at late tells what happened then, whatever has happened since."""
    session = Session(PROGRAM)
    first = session.assert_facts([OPPOSES, HELD])
    second = session.assert_fact(Flight("Ri"))
    for i in range(3):
        session.assert_facts([Opposes("Russia", f"p{i}"), HeldBy(f"p{i}", "x"), Flight(f"p{i}")])
    assert first.concluded == (Option("Ri"),)
    assert second.withdrawn == (Option("Ri"),)
    assert second.concluded == (Settled("Ri"),)


def test_a_conclusion_that_is_asserted_later(session: Session) -> None:
    """Asserting a conclusion makes it given as well, and concludes nothing."""
    change = session.assert_fact(Settled("Ri"))
    assert change.withdrawn == (Option("Ri"),)
    change = session.assert_fact(Flight("Ri"))
    assert (change.asserted, change.concluded, change.withdrawn) == ((Flight("Ri"),), (), ())
    assert len(session.derivations(Settled("Ri"))) == 1
    assert Settled("Ri") in {given.fact for given in session.givens()}


def test_a_fact_is_given_and_concluded_in_one_call() -> None:
    """What is asserted and concluded in one call is told as asserted."""
    change = Session(PROGRAM).assert_facts([Flight("Ri"), Settled("Ri")])
    assert (set(change.asserted), change.concluded) == ({Flight("Ri"), Settled("Ri")}, ())


# ---- sources ---------------------------------------------------------------------------------------------------------


def test_facts_have_sources(session: Session) -> None:
    """A source may be named for a call, or by a Given, which goes before it."""
    session = Session(PROGRAM)
    session.assert_facts([OPPOSES, Given(HELD, ENVOY), Given(Settled("x"))], PRESS)
    assert session.sources(OPPOSES) == (PRESS,)
    assert session.sources(HELD) == (ENVOY,)
    assert session.sources(Settled("x")) == (PRESS,)
    assert session.sources(Option("Ri")) == ()
    assert session.sources(Flight("x")) == ()
    assert session.assert_fact(Flight("y"), ENVOY)
    assert session.sources(Flight("y")) == (ENVOY,)


def test_two_sources_for_a_fact() -> None:
    """A fact may be given by several sources, each told once; one that is not named is no source, and gives it too."""
    session = Session(PROGRAM, [Given(OPPOSES, PRESS)])
    session.assert_fact(OPPOSES, ENVOY)
    session.assert_fact(OPPOSES, PRESS)
    session.assert_fact(OPPOSES)
    assert set(session.sources(OPPOSES)) == {PRESS, ENVOY}
    assert len(session.sources(OPPOSES)) == 2
    assert session.assert_fact(OPPOSES, PRESS) == session.assert_facts([])
    assert session.givens() == (Given(OPPOSES, PRESS), Given(OPPOSES, ENVOY), Given(OPPOSES))
    assert len(session) == 1


def test_sources_in_any_order_print_the_same_trace() -> None:
    """The trace is the same in whatever order the sources gave the fact."""
    one = Session(PROGRAM, [Given(OPPOSES, PRESS), Given(OPPOSES, ENVOY), HELD])
    other = Session(PROGRAM, [HELD, Given(OPPOSES, ENVOY), Given(OPPOSES, PRESS)])
    assert str(one.explain(Option("Ri"))) == str(other.explain(Option("Ri")))


def test_sources_are_checked(session: Session) -> None:
    """Anything but a Source is refused, and changes nothing."""
    with pytest.raises(TypeError, match="source: expected a Source or None, got 'the press'"):
        session.assert_fact(Settled("x"), "the press")  # type: ignore[arg-type]
    assert Settled("x") not in session
    with pytest.raises(TypeError, match=r"Given\.source"):
        Given(OPPOSES, "x")  # type: ignore[arg-type]
    with pytest.raises(NotAFactError):
        Given("x")


def test_sources_and_givens_print() -> None:
    """A source prints with its locator, a Given with its source."""
    assert str(PRESS) == "the press, ¶1"
    assert str(Given(OPPOSES, PRESS)) == "Russia opposes moving Ri (the press, ¶1)"
    assert str(Given(OPPOSES)) == "Russia opposes moving Ri"


@pytest.mark.parametrize("name", ["", "  "])
def test_a_source_has_a_name(name: str) -> None:
    """A source without a name is refused."""
    with pytest.raises(ValueError, match=r"Source\.name: expected some text"):
        Source(name)


# ---- looking ---------------------------------------------------------------------------------------------------------


def test_a_session_is_a_collection(session: Session) -> None:
    """A session has a length, is looped over, and knows what it holds."""
    assert len(session) == 3
    assert set(session) == {OPPOSES, HELD, Option("Ri")} == set(session.facts())
    assert OPPOSES in session
    assert Option("Ri") in session
    assert Option("x") not in session
    assert Unknown("x") not in session
    assert "Ri" not in session
    assert repr(session) == "<Session of 3 facts>"


def test_facts_by_type(session: Session) -> None:
    """Facts are given by type, in the order in which they came to hold, and for abstract types of all subclasses."""
    session.assert_facts([HeldBy("b", "x"), HeldBy("a", "x"), Ride("a", "van"), Flight("b")])
    assert session.facts(HeldBy) == (HELD, HeldBy("b", "x"), HeldBy("a", "x"))
    assert set(session.facts(Move)) == {Ride("a", "van"), Flight("b")}
    assert session.facts(Unknown) == ()


def test_facts_by_conditions(session: Session) -> None:
    """Lambdas say which facts, as in a rule; equalities with constants use an index."""
    session.assert_facts([HeldBy(f"p{i}", "x" if i % 2 else "y") for i in range(10)])
    assert session.facts(HeldBy, lambda h: h.holder == "x", lambda h: h.prisoner > "p3") == tuple(
        HeldBy(f"p{i}", "x") for i in (5, 7, 9)
    )
    relation = session._base.relations[session.program.schema.numbers[HeldBy]]
    assert (1,) in relation.contents()
    assert list(relation.contents()[(1,)]["x"]) == [2, 4, 6, 8, 10]
    session.assert_fact(HeldBy("late", "x"))
    assert len(session.facts(HeldBy, lambda h: h.holder == "x")) == 6
    assert session.facts(HeldBy, lambda h: (h.holder == "x") & (h.prisoner == "late")) == (HeldBy("late", "x"),)
    assert (0, 1) in relation.contents()
    assert len(session.facts(HeldBy, lambda h: one_of(h.prisoner, "p1", "p2"))) == 2
    assert session.facts(HeldBy, lambda h: check(str.isdigit, h.prisoner)) == ()
    assert session.facts(HeldBy, lambda h: h.holder == "x", lambda h: h.holder == "y") == ()


def test_facts_of_abstract_types_by_conditions(session: Session) -> None:
    """A condition on an abstract type looks at all its subclasses."""
    session.assert_facts([Ride("a", "van"), Flight("b"), Flight("a")])
    assert set(session.facts(Move, lambda m: m.prisoner == "a")) == {Ride("a", "van"), Flight("a")}


def test_mistakes_in_facts(session: Session) -> None:
    """Mistakes in a query are told as those in a rule."""
    with pytest.raises(NotAFactError, match="str is no fact type"):
        session.facts(str)
    with pytest.raises(
        UnknownFieldError, match=r"facts\(HeldBy, \.\.\.\): HeldBy has no field 'prisner'; did you mean"
    ):
        session.facts(HeldBy, lambda h: h.prisner == "x")  # type: ignore[attr-defined]
    with pytest.raises(RuleError, match=r"heldBy.prisoner == 3: expected str, got 3 \(int\)"):
        session.facts(HeldBy, lambda h: h.prisoner == 3)  # type: ignore[comparison-overlap]
    with pytest.raises(RuleError, match="takes lambdas over one HeldBy"):
        session.facts(HeldBy, "x")  # type: ignore[arg-type]
    assert session.facts(HeldBy) == (HELD,)


def test_a_query_that_raises_is_an_evaluation_error(session: Session) -> None:
    """A check that raises in a query is reported as one in a rule is."""

    def broken(_: str) -> bool:
        raise KeyError("x")

    with pytest.raises(EvaluationError, match=r"broken.*KeyError"):
        session.facts(HeldBy, lambda h: check(broken, h.prisoner))


def test_givens_and_conclusions(session: Session) -> None:
    """Givens are told with their sources; a fact that is both is among both."""
    session.assert_facts([Given(Flight("Ri"), PRESS), Settled("Ri")])
    assert set(session.givens()) == {Given(OPPOSES), Given(HELD), Given(Flight("Ri"), PRESS), Given(Settled("Ri"))}
    assert session.conclusions() == (Settled("Ri"),)
    assert session.derivation_count == 1


def test_derivations_of_what_is_not_concluded(session: Session) -> None:
    """What is only given, or does not hold, has no derivations; what is no fact is an error."""
    assert session.derivations(OPPOSES) == ()
    assert session.derivations(Option("x")) == ()
    assert session.derivations(Unknown("x")) == ()
    with pytest.raises(NotAFactError):
        session.derivations("x")


def test_derivations_are_sorted() -> None:
    """Derivations come by rule name, then by premises."""

    @rule
    def a_rule(h: HeldBy) -> None:
        conclude(Option, prisoner="x")

    @rule
    def b_rule(o: Opposes) -> None:
        conclude(Option, prisoner="x")

    session = Session(Program([b_rule, a_rule]), [OPPOSES, HeldBy("b", "x"), HeldBy("a", "x")])
    found = [(d.rule.name, d.premises) for d in session.derivations(Option("x"))]
    assert found == [("a_rule", (HeldBy("a", "x"),)), ("a_rule", (HeldBy("b", "x"),)), ("b_rule", (OPPOSES,))]


# ---- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("Ri", NotAFactError, "'Ri' is no fact: its class str was not made with @fact"),
        (None, NotAFactError, "None is no fact: its class NoneType was not made with @fact"),
        (HeldBy, NotAFactError, "HeldBy is a class: a fact is an instance of it, with its fields' values"),
        (
            Option("Ri"),
            NotAssertableError,
            (
                "Option(prisoner='Ri') cannot be asserted: Option is only concluded"
                "; may be asserted: Flight, HeldBy, Opposes, Ride, Settled"
            ),
        ),
        (
            Unknown("x"),
            NotAssertableError,
            (
                "Unknown(this='x') cannot be asserted: Unknown is not in the program: no rule and no given=... names it"
                "; may be asserted: Flight, HeldBy, Opposes, Ride, Settled"
            ),
        ),
    ],
)
def test_what_cannot_be_asserted(session: Session, value: Any, error: type[Exception], message: str) -> None:
    """The message says what is wrong, and nothing of the batch is asserted."""
    with pytest.raises(error) as caught:
        session.assert_facts([Flight("x"), value])
    assert str(caught.value) == message
    assert len(session) == 3
    with pytest.raises(error):
        Session(PROGRAM, [value])


def test_one_fact_is_not_several(session: Session) -> None:
    """A fact where several are expected is a plain error, and changes nothing."""
    with pytest.raises(TypeError):
        session.assert_facts(Flight("x"))  # type: ignore[arg-type]
    assert len(session) == 3


def test_unknown_facts_cannot_be_explained(session: Session) -> None:
    """The message names near matches that hold."""
    session.assert_facts([HeldBy("Li", "Ukraine"), HeldBy("Kim", "Seoul")])
    with pytest.raises(UnknownFactError) as caught:
        session.explain(HeldBy("Rii", "Ukraine"))
    assert str(caught.value) == (
        "HeldBy(prisoner='Rii', holder='Ukraine') does not hold; near matches that hold:"
        " HeldBy(prisoner='Ri', holder='Ukraine'), HeldBy(prisoner='Li', holder='Ukraine'),"
        " HeldBy(prisoner='Kim', holder='Seoul')"
    )
    with pytest.raises(UnknownFactError) as caught:
        session.explain(Flight("x"))
    assert str(caught.value) == "Flight(prisoner='x') does not hold; no Flight holds"
    assert caught.value.__notes__ == ["why_not(...) tells why it does not"]
    with pytest.raises(
        UnknownFactError, match=r"^Unknown\(this='x'\) does not hold: no rule knows Unknown; there are: "
    ):
        session.explain(Unknown("x"))
    with pytest.raises(NotAFactError):
        session.explain("x")


@pytest.mark.parametrize("options", [{"depth": 0}, {"size": 0}, {"depth": -1}])
def test_depth_and_size_are_checked(session: Session, options: dict[str, int]) -> None:
    """A depth or size below 1 is an error."""
    with pytest.raises(ValueError, match="expected 1 or more, or None, got"):
        session.explain(Option("Ri"), **options)  # type: ignore[arg-type]


# ---- one call at a time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        len, list, repr, lambda s: OPPOSES in s, lambda s: s.facts(HeldBy), lambda s: s.assert_fact(Flight("x")),
        lambda s: s.explain(OPPOSES), lambda s: s.givens(), lambda s: s.conclusions(), lambda s: s.sources(OPPOSES),
        lambda s: s.derivations(OPPOSES), lambda s: s.derivation_count,
    ],
)  # fmt: skip
def test_a_check_must_not_use_its_session(use: Any) -> None:
    """A check that uses the session it runs in gets a SessionBusyError, which is the cause of the call's error."""
    held: list[Session] = []

    def meddles(_: str) -> bool:
        use(held[0])
        return True

    @rule
    def meddling(s: Settled) -> None:
        where(check(meddles, s.prisoner))
        conclude(Option, prisoner=s.prisoner)

    session = Session(Program([meddling, door]), [OPPOSES])
    held.append(session)
    with pytest.raises(EvaluationError, match="the session is in the middle of a call") as caught:
        session.assert_fact(Settled("x"))
    assert isinstance(caught.value.__cause__, SessionBusyError)
    assert session.facts() == (OPPOSES,)


def test_a_check_may_use_another_session(session: Session) -> None:
    """Sessions are independent: a check may look into another one."""

    @rule
    def asks(h: HeldBy) -> None:
        where(check(lambda name: Option(name) in session, h.prisoner))
        conclude(Settled, prisoner=h.prisoner)

    assert Session(Program([asks]), [HELD, HeldBy("x", "y")]).facts(Settled) == (Settled("Ri"),)


def test_facts_may_be_made_from_the_session_itself(session: Session) -> None:
    """The facts to assert may come from a generator that looks into the session."""
    names = ("Ri", "x")
    session.assert_facts(Flight(name) for name in names if Option(name) in session)
    assert session.facts(Flight) == (Flight("Ri"),)


def test_a_failing_iterable_leaves_the_session_usable(session: Session) -> None:
    """An error in the iterable that gives the facts is passed on, and changes nothing."""

    def broken() -> Any:
        yield Flight("x")
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        session.assert_facts(broken())
    assert Flight("x") not in session
    assert session.assert_fact(Flight("x"))

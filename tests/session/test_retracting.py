"""Retracting, transactions, what-if and forks: what they tell, and what they leave."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import (
    Change,
    Given,
    Program,
    Session,
    Source,
    absent,
    check,
    conclude,
    count,
    fact,
    most,
    present,
    rule,
    where,
)
from pow_rules.change import LostDerivation, Withdrawal
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    EvaluationError,
    NotAFactError,
    NotAssertableError,
    NotGivenError,
    SessionBusyError,
    SessionClosedError,
)
from pow_rules.explain.difference import difference
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
class Watched:
    """{prisoner} is watched"""

    prisoner: str


@fact
class Voices:
    """{number} voices oppose moving {prisoner}"""

    prisoner: str
    number: int


@fact
class Unknown:
    """nobody mentions {this}"""

    this: str


@rule
def door(o: Opposes, h: HeldBy) -> None:
    """An objection opens another door."""
    where(o.prisoner == h.prisoner)
    absent(Settled, lambda s: s.prisoner == o.prisoner)
    conclude(Option, prisoner=o.prisoner)


@rule
def keeps_door(o: Option) -> None:
    """Whose taking in is an option is watched."""
    conclude(Watched, prisoner=o.prisoner)


@rule
def watch(h: HeldBy) -> None:
    """Whom anybody opposes moving is watched."""
    present(Opposes, lambda o: o.prisoner == h.prisoner)
    conclude(Watched, prisoner=h.prisoner)


@rule
def voices(h: HeldBy) -> None:
    """How many voices there are."""
    number = count(Opposes, lambda o: o.prisoner == h.prisoner)
    where(number >= 1)
    conclude(Voices, prisoner=h.prisoner, number=number)


PROGRAM = Program([door, keeps_door, watch, voices], given=[Opposes, HeldBy, Settled, Watched])
RUSSIA, CHINA, HELD = Opposes("Russia", "Ri"), Opposes("China", "Ri"), HeldBy("Ri", "Ukraine")
PRESS, ENVOY = Source("the press", locator="¶1"), Source("the envoy")


@pytest.fixture
def session() -> Iterator[Session]:
    """Give a session with some conclusions."""
    with Session(PROGRAM, [RUSSIA, HELD]) as made:
        yield made


def exactly(session: Session) -> tuple[Any, ...]:
    """Give everything that a session holds, in order, with ids."""
    base = session._base
    return (
        session.facts(), session.givens(), session.conclusions(), len(session), session.derivation_count,
        [(list(r.rows), set(r.dead), dict(r.ids), dict(r.ranks)) for r in base.relations],
        [[list(column) for column in (t.conclusions, *t.premises)] for t in base.tables],
        [str(session.explain(fact, all=True)) for fact in session.facts()],
    )  # fmt: skip


def by_rows(session: Session) -> tuple[Any, ...]:
    """Give everything that a session holds, in order, by rows in place of ids."""
    base = session._base
    relations = [[r.rows[i] for i in r.live(0, len(r.rows))] for r in base.relations]
    times = [[r.clock(i) for i in r.live(0, len(r.rows))] if r._clocks else [] for r in base.relations]
    tables = [
        [
            (
                base.relations[clause.head.relation].rows[table.conclusions[f]],
                *(base.relations[p.relation].rows[c[f]] for p, c in zip(clause.patterns, table.premises, strict=True)),
            )
            for f in table.firings()
        ]
        for clause, table in zip(base.clauses, base.tables, strict=True)
    ]
    # Some of many: to explain them all takes most of the time.
    found = session.facts()
    texts = [str(session.explain(fact, all=True)) for fact in found[:: -(-len(found) // 12) or 1]]
    held = (session.facts(), session.givens(), session.conclusions(), len(session), session.derivation_count)
    return held, relations, times, tables, texts


# ---- errors ----------------------------------------------------------------------------------------------------------


def place(one: Any) -> str:
    """Give the place of a rule, as messages have it."""
    return f"{one.name} ({one.location})"


def test_what_was_not_asserted_is_told_apart(session: Session) -> None:
    """The message says whether a fact is unknown, or only concluded, and then by which rules and where."""
    before = exactly(session)
    messages = {
        HeldBy("Rii", "Ukraine"): (
            "HeldBy(prisoner='Rii', holder='Ukraine') was not asserted, and does not hold; near matches that hold:"
            " HeldBy(prisoner='Ri', holder='Ukraine')"
        ),
        Settled("Ri"): "Settled(prisoner='Ri') was not asserted, and does not hold; no Settled holds",
        Option("Ri"): (
            f"Option(prisoner='Ri') was not asserted: it is only concluded, by {place(door)}."
            " A conclusion falls with what it rests on"
        ),
        Watched("Ri"): (
            "Watched(prisoner='Ri') was not asserted: it is only concluded,"
            f" by {place(keeps_door)}, {place(watch)}. A conclusion falls with what it rests on"
        ),
    }
    for one, message in messages.items():
        with pytest.raises(NotGivenError) as caught:
            session.retract_fact(one)
        assert str(caught.value) == message
        assert isinstance(caught.value, LookupError)
        with pytest.raises(NotGivenError):
            session.what_if(without=[one])
    with pytest.raises(NotGivenError, match=r"^Unknown\(this='x'\) was not asserted, and does not hold: no rule knows"):
        session.retract_fact(Unknown("x"))
    assert exactly(session) == before


def test_what_another_source_gives(session: Session) -> None:
    """A fact that was not asserted by a source is not retracted for it; the message names those who do."""
    session.assert_fact(RUSSIA, PRESS)
    with pytest.raises(NotGivenError) as caught:
        session.retract_fact(RUSSIA, ENVOY)
    assert str(caught.value) == (
        "Opposes(actor='Russia', prisoner='Ri') was not asserted by the envoy;"
        " it was by nobody who is named, the press, ¶1"
    )
    with pytest.raises(NotGivenError, match="was not asserted by the press; it was by"):
        session.retract_fact(Given(RUSSIA, Source("the press")))
    with pytest.raises(NotGivenError, match=r"was not asserted by the envoy; it was by nobody who is named$"):
        session.retract_fact(HELD, ENVOY)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: s.retract_fact("Ri"), NotAFactError, "'Ri' is no fact"),
        (lambda s: s.retract_fact(HeldBy), NotAFactError, "HeldBy is a class"),
        (lambda s: s.retract_facts([HELD, None]), NotAFactError, "None is no fact"),
        (lambda s: s.retract_facts(HELD), ArgumentTypeError, r"expected several facts, got one, .*use retract_fact$"),
        (lambda s: s.retract_facts(Given(HELD)), ArgumentTypeError, r"expected several facts, got one, Given\("),
        (lambda s: s.assert_facts(HELD), ArgumentTypeError, r"expected several facts, got one, .*use assert_fact$"),
        (lambda s: s.retract_facts(3), ArgumentTypeError, "expected facts in a list or another iterable, got 3"),
        (lambda s: s.retract_fact([HELD]), NotAFactError, r"is no fact: its class list"),
        (lambda s: s.retract_fact(HELD, "x"), ArgumentTypeError, "source: expected a Source or None, got 'x'"),
        (lambda s: s.what_if(assuming=HELD), ArgumentTypeError, "expected several facts, got one"),
        (lambda s: s.what_if(without=HELD), ArgumentTypeError, "expected several facts, got one"),
        (lambda s: s.what_if(assuming=[Option("x")]), NotAssertableError, "is only concluded"),
    ],
)
def test_mistakes_change_nothing(session: Session, call: Any, error: type[Exception], message: str) -> None:
    """Something that is no fact, one where several are expected, several where one is: told, and nothing is done."""
    before = exactly(session)
    with pytest.raises(error, match=message):
        call(session)
    assert exactly(session) == before


def test_one_mistake_in_a_batch_retracts_nothing(session: Session) -> None:
    """A batch is retracted as a whole, or not at all."""
    before = exactly(session)
    with pytest.raises(NotGivenError):
        session.retract_facts([HELD, RUSSIA, Settled("x")])
    assert exactly(session) == before


def test_an_iterable_that_looks_or_fails(session: Session) -> None:
    """The facts may come from the session itself; an error on the way is passed on, and nothing is done."""

    def broken() -> Iterator[Any]:
        yield HELD
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        session.retract_facts(broken())
    assert HELD in session
    assert session.retract_facts(one for one in session.facts(HeldBy)).retracted == (HELD,)


# ---- sources ---------------------------------------------------------------------------------------------------------


def test_a_fact_holds_while_anybody_gives_it() -> None:
    """Retracted by one source, a fact holds on by the others, named or not; by nobody in particular, it is gone."""
    session = Session(PROGRAM, [HELD])
    session.assert_fact(RUSSIA)
    for source in (PRESS, ENVOY):
        session.assert_fact(RUSSIA, source)
    change = session.retract_fact(RUSSIA, PRESS)
    assert (change.recanted, change.retracted, change.withdrawn) == ((Given(RUSSIA, PRESS),), (), ())
    assert session.sources(RUSSIA) == (ENVOY,)
    assert session.retract_fact(Given(RUSSIA, ENVOY)).recanted == (Given(RUSSIA, ENVOY),)
    assert (session.sources(RUSSIA), session.givens()) == ((), (Given(RUSSIA), Given(HELD)))
    assert Option("Ri") in session
    session.assert_fact(RUSSIA, PRESS)
    change = session.retract_fact(RUSSIA)
    assert change.retracted == (RUSSIA,)
    assert Option("Ri") not in session
    assert session.givens() == (Given(HELD),)


def test_a_given_names_its_own_source() -> None:
    """A source named by a Given goes before that of the call; several of one fact may be retracted at once."""
    session = Session(PROGRAM, [HELD, Given(RUSSIA, PRESS), Given(RUSSIA, ENVOY), Given(CHINA, ENVOY)])
    change = session.retract_facts([Given(RUSSIA, PRESS), CHINA], ENVOY)
    assert change.retracted == (CHINA,)
    assert session.sources(RUSSIA) == (ENVOY,)
    session.assert_fact(RUSSIA, PRESS)
    assert session.retract_facts([Given(RUSSIA, PRESS), Given(RUSSIA, ENVOY)]).retracted == (RUSSIA,)


def test_retracting_twice_in_one_batch_is_retracting_once(session: Session) -> None:
    """What a batch names more than once is retracted once."""
    session.assert_fact(RUSSIA, PRESS)
    change = session.retract_facts([RUSSIA, Given(RUSSIA, PRESS), RUSSIA, HELD, HELD])
    assert change.retracted == (RUSSIA, HELD)
    assert session.facts() == ()
    session.assert_fact(Given(HELD, PRESS))
    assert session.retract_facts([Given(HELD, PRESS)] * 2).retracted == (HELD,)


@settings(max_examples=30)
@given(programs(), facts())
def test_without_its_givens_a_session_is_empty(program: Program, givens: list[Any]) -> None:
    """Retracting all givens leaves what follows from nothing."""
    session = Session(program, givens)
    session.retract_facts(session.givens())
    assert session.givens() == ()
    assert set(session.facts()) == set(Session(program).facts())


def test_retracting_and_asserting_again(session: Session) -> None:
    """What was retracted may be asserted again, and all is as it was but for the order."""
    texts = {str(session.explain(fact, all=True)) for fact in session.facts()}
    session.assert_fact(CHINA)
    session.retract_facts([RUSSIA, CHINA, HELD])
    assert len(session) == session.derivation_count == 0
    change = session.assert_facts([HELD, RUSSIA])
    assert set(change.concluded) == {Option("Ri"), Watched("Ri"), Voices("Ri", 1)}
    assert {str(session.explain(fact, all=True)) for fact in session.facts()} == texts


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_prints_what_fell_and_what_it_lost(session: Session) -> None:
    """A premise that is gone, a presence that is missing, an aggregate that is outdated: each is told in words."""
    change = session.retract_fact(RUSSIA)
    assert str(change) == (
        "retracted  Russia opposes moving Ri\n"
        "withdrawn  taking Ri in is an option\n"
        "           by door; gone: Russia opposes moving Ri\n"
        "withdrawn  Ri is watched\n"
        "           by keeps_door; gone: taking Ri in is an option\n"
        "           by watch; gone: some Opposes(prisoner='Ri')\n"
        "withdrawn  1 voices oppose moving Ri\n"
        "           by voices; was: count(Opposes(prisoner='Ri')) = 1"
    )
    assert repr(change) == "<Change: 0 asserted, 1 retracted, 0 concluded, 3 withdrawn>"
    assert change


def test_a_change_says_what_came_in_the_way(session: Session) -> None:
    """An absence that was filled is told by the fact that fills it."""
    change = session.assert_facts([Settled("Ri"), CHINA])
    assert str(change) == (
        "asserted   Ri's fate is settled\n"
        "asserted   China opposes moving Ri\n"
        "concluded  2 voices oppose moving Ri\n"
        "withdrawn  taking Ri in is an option\n"
        "           by door; in the way: Ri's fate is settled\n"
        "withdrawn  1 voices oppose moving Ri\n"
        "           by voices; was: count(Opposes(prisoner='Ri')) = 1"
    )
    (option, _) = change.withdrawals
    assert str(option) == "taking Ri in is an option\n  by door; in the way: Ri's fate is settled"


def test_the_parts_of_a_lost_support(session: Session) -> None:
    """A support that was lost tells the derivation as it was, and what it lacks, as data."""
    supports = {w.fact: w.lost for w in session.what_if(without=[RUSSIA]).withdrawals}
    (by_door,) = supports[Option("Ri")]
    assert isinstance(by_door, LostDerivation)
    assert by_door.derivation == session.derivations(Option("Ri"))[0]
    assert (by_door.gone, by_door.missing, by_door.blocking, by_door.outdated) == ((RUSSIA,), (), (), ())
    by_option, by_watch = supports[Watched("Ri")]
    assert by_option.gone == (Option("Ri"),)
    assert (by_watch.gone, by_watch.missing) == ((), by_watch.derivation.presences)
    assert by_watch.derivation in session.derivations(Watched("Ri"))
    (by_voices,) = supports[Voices("Ri", 1)]
    assert by_voices.outdated == by_voices.derivation.aggregates
    assert by_voices.derivation == session.derivations(Voices("Ri", 1))[0]
    ((by_block,),) = (w.lost for w in session.what_if(assuming=[Settled("Ri")]).withdrawals)
    assert (by_block.gone, by_block.blocking) == ((), (Settled("Ri"),))
    assert str(by_block) == "by door; in the way: Ri's fate is settled"
    (gone,) = session.what_if(without=[HELD, RUSSIA]).withdrawals[0].lost
    assert gone.gone == (RUSSIA, HELD)
    assert gone.reason == "gone: Russia opposes moving Ri; Ri is held by Ukraine"


def test_only_aggregates_that_come_to_something_else_are_outdated() -> None:
    """An aggregate over other facts that comes to the same, or over facts that came back, is not named."""

    @rule
    def both(h: HeldBy) -> None:
        last, number = most(Opposes, lambda o: o.actor), count(Settled)
        where(number >= 1)
        conclude(Voices, prisoner=last, number=number)

    session = Session(Program([both], given=[HeldBy, Opposes, Settled]), [HELD, RUSSIA, CHINA, Settled("x")])
    (fell,) = session.what_if(without=[CHINA, Settled("x")]).withdrawals
    assert [str(value) for lost in fell.lost for value in lost.outdated] == ["count(Settled()) = 1"]
    with session.transaction() as done:
        session.retract_fact(RUSSIA)
        session.assert_fact(RUSSIA)
        session.retract_fact(Settled("x"))
    (fell,) = done.change.withdrawals
    assert [str(value) for lost in fell.lost for value in lost.outdated] == ["count(Settled()) = 1"]
    session.assert_fact(Settled("x"))
    (fell,) = session.retract_facts([RUSSIA, CHINA]).withdrawals
    assert fell.lost[0].reason == "was: most(actor of Opposes()) = 'Russia'"


def test_changes_compare_by_all_their_parts(session: Session) -> None:
    """Changes are equal if what was asserted, retracted, concluded and lost is."""
    one, other = session.what_if(without=[RUSSIA]), session.fork().retract_fact(RUSSIA)
    assert one == other
    assert one.withdrawals == other.withdrawals
    assert all(isinstance(withdrawal, Withdrawal) for withdrawal in one.withdrawals)
    assert len({*one.withdrawals, *other.withdrawals}) == len(one.withdrawals)
    assert one != session.what_if(without=[HELD])
    assert one != session.what_if()
    session.assert_fact(RUSSIA, PRESS)
    assert session.what_if(without=[Given(RUSSIA, PRESS)]).recanted == (Given(RUSSIA, PRESS),)
    assert session.what_if(without=[Given(RUSSIA, PRESS)]) != session.what_if()
    assert not session.what_if()
    assert str(session.what_if()) == "no change"


def test_what_is_retracted_and_still_concluded_holds() -> None:
    """A given that is concluded as well is retracted, and not withdrawn."""
    session = Session(PROGRAM, [RUSSIA, HELD, Watched("Ri")])
    change = session.retract_fact(Watched("Ri"))
    assert (change.retracted, change.withdrawn) == ((Watched("Ri"),), ())
    assert Watched("Ri") in session
    with pytest.raises(NotGivenError, match="it is only concluded, by"):
        session.retract_fact(Watched("Ri"))
    session.assert_fact(Watched("Ri"))
    change = session.retract_facts([Watched("Ri"), HELD])
    assert set(change.retracted) == {Watched("Ri"), HELD}
    assert set(change.withdrawn) == {Watched("Ri"), Option("Ri"), Voices("Ri", 1)}


def test_a_change_stays_right() -> None:
    """A change that is first looked at late tells what happened then, whatever has happened since."""

    def play(look: Callable[[Change], object]) -> list[Change]:
        session, found = Session(PROGRAM, [RUSSIA, HELD]), list[Change]()
        found += [session.retract_fact(RUSSIA), session.assert_facts([RUSSIA, CHINA, Settled("Ri")])]
        look(found[0]), look(found[1])
        found.append(session.what_if(without=[HELD, Settled("Ri")]))
        look(found[2])
        found.append(session.retract_facts([HELD, RUSSIA]))
        look(found[3])
        session._base.compact(at_least=0)
        session.assert_facts([Opposes(str(i), "Ri") for i in range(9)])
        session.retract_facts(session.givens())
        session._base.compact(at_least=0)
        session.close()
        return found

    late, early = play(lambda change: None), play(str)
    assert late == early
    assert list(map(str, late)) == list(map(str, early))


def test_a_long_loss_is_cut() -> None:
    """A change prints forty withdrawals, and counts the rest."""
    session = Session(PROGRAM, [*(Opposes("x", f"p{i:02}") for i in range(60)),
                                *(HeldBy(f"p{i:02}", "y") for i in range(60))])  # fmt: skip
    lines = str(session.retract_facts(session.facts(HeldBy))).splitlines()
    assert "retracted  ... and 20 more" in lines
    assert lines[-1] == "withdrawn  ... and 140 more"


# ---- transactions ----------------------------------------------------------------------------------------------------


def test_a_transaction_is_kept_as_a_whole(session: Session) -> None:
    """Inside, each call takes effect and tells its own change; after it the transaction tells the whole."""
    with session.transaction() as moved:
        assert session.retract_fact(RUSSIA).withdrawn
        assert Option("Ri") not in session
        assert session.assert_fact(CHINA).concluded
        assert Option("Ri") in session
        with pytest.raises(ArgumentValueError, match="ask for it after its block"):
            _ = moved.change
    assert (moved.change.asserted, moved.change.retracted) == ((CHINA,), (RUSSIA,))
    assert (moved.change.concluded, moved.change.withdrawn) == ((), ())
    assert moved.change is moved.change


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_transaction_left_by_an_exception_is_undone(session: Session, error: type[BaseException]) -> None:
    """Whatever leaves the block, the session is exactly as before, and the exception goes on."""
    before = exactly(session)
    with pytest.raises(error), session.transaction() as undone:  # noqa: PT012 - the block is what is tested
        session.retract_facts([RUSSIA, HELD])
        session.assert_facts([CHINA, Settled("x")])
        raise error
    assert exactly(session) == before
    with pytest.raises(ArgumentValueError, match="was undone"):
        _ = undone.change
    assert session.retract_fact(RUSSIA)


def test_a_failed_call_inside_leaves_the_transaction(session: Session) -> None:
    """A call that fails is undone alone, if its error is caught inside the block."""
    with session.transaction() as kept:
        session.assert_fact(CHINA)
        with pytest.raises(NotGivenError):
            session.retract_facts([HELD, Settled("x")])
        session.retract_fact(RUSSIA)
    assert (kept.change.asserted, kept.change.retracted) == ((CHINA,), (RUSSIA,))
    assert HELD in session


def test_nested_transactions(session: Session) -> None:
    """An inner one that is undone leaves the outer one as it was before; an outer one undoes inner ones that ended."""
    before = exactly(session)
    with pytest.raises(OSError), session.transaction():  # noqa: PT012 - the block is what is tested
        session.assert_fact(CHINA)
        between = exactly(session)
        with pytest.raises(ValueError), session.transaction():  # noqa: PT012 - as above
            session.retract_facts([HELD, RUSSIA])
            raise ValueError
        assert exactly(session) == between
        with session.transaction() as inner:
            session.retract_fact(HELD)
        assert inner.change.retracted == (HELD,)
        raise OSError
    assert exactly(session) == before
    assert inner.change.retracted == (HELD,)
    with session.transaction() as outer, session.transaction():
        session.retract_fact(HELD)
    assert outer.change == inner.change or outer.change.retracted == (HELD,)
    assert not session._base.savepoints


def test_a_transaction_is_used_once(session: Session) -> None:
    """A second block on the same transaction is an error, inside the first and after it."""
    transaction = session.transaction()
    with pytest.raises(ArgumentValueError, match="no change yet"):
        _ = transaction.change
    with transaction:
        session.assert_fact(CHINA)
        with pytest.raises(ArgumentValueError, match="used once"), transaction:
            pass
    with pytest.raises(ArgumentValueError, match="used once"), transaction:
        pass
    assert transaction.change.asserted == (CHINA,)
    assert CHINA in session


def test_transactions_that_end_out_of_order(session: Session) -> None:
    """One that ends before one inside it is an error, and both are undone."""
    before = exactly(session)
    outer, inner = session.transaction(), session.transaction()
    outer.__enter__()
    session.assert_fact(CHINA)
    inner.__enter__()
    session.retract_fact(HELD)
    with pytest.raises(SessionBusyError, match="both are undone"):
        outer.__exit__(None, None, None)
    assert exactly(session) == before
    inner.__exit__(None, None, None)
    assert exactly(session) == before
    for each in (outer, inner):
        with pytest.raises(ArgumentValueError, match="was undone"):
            _ = each.change
    assert session.assert_fact(CHINA)


def test_a_block_that_is_never_ended_is_undone(session: Session) -> None:
    """A generator that is left in the middle of a block, closed or only dropped, has changed nothing."""
    before = exactly(session)

    def working() -> Iterator[None]:
        with session.transaction():
            session.retract_fact(HELD)
            yield

    for end in (lambda made: made.close(), lambda made: None):
        made = working()
        next(made)
        assert HELD not in session
        end(made)
        del made
        gc.collect()
        assert exactly(session) == before
    transaction = session.transaction()
    transaction.__enter__()
    session.retract_fact(HELD)
    assert HELD not in session
    del transaction
    gc.collect()
    assert exactly(session) == before
    assert not session._base.savepoints


def test_closing_inside_a_transaction(session: Session) -> None:
    """A session that is closed inside a block keeps what was done, and can no longer be changed."""
    with session.transaction() as kept:
        session.retract_fact(RUSSIA)
        session.close()
        with pytest.raises(SessionClosedError):
            session.assert_fact(CHINA)
    assert kept.change.retracted == (RUSSIA,)
    assert RUSSIA not in session


def test_closing_inside_a_transaction_that_is_undone(session: Session) -> None:
    """What a closed session did inside a block is undone like anything else."""
    before = exactly(session)
    with pytest.raises(OSError), session.transaction():  # noqa: PT012 - the block is what is tested
        session.retract_fact(RUSSIA)
        session.close()
        raise OSError
    assert exactly(session) == before


def test_a_closed_session_is_not_changed(session: Session) -> None:
    """A closed session can be looked at and forked; nothing else."""
    before = exactly(session)
    session.close()
    for call in (
        lambda: session.assert_fact(CHINA), lambda: session.retract_fact(HELD), lambda: session.retract_facts([]),
        lambda: session.what_if(assuming=[CHINA]), lambda: session.transaction().__enter__(),
    ):  # fmt: skip
        with pytest.raises(SessionClosedError, match="the session is closed"):
            call()
    assert exactly(session) == before
    with session.fork() as other:
        assert exactly(other) == before
        assert other.retract_fact(HELD)
    assert exactly(session) == before


def test_undone_calls_are_forgotten_by_the_matcher() -> None:
    """What a transaction retracted before it was undone joins again with what is asserted later."""
    with Session(PROGRAM, [RUSSIA, HELD, HeldBy("x", "y")]).fork() as session:
        before = exactly(session)
        with pytest.raises(OSError), session.transaction():  # noqa: PT012 - the block is what is tested
            session.retract_fact(HELD)
            raise OSError
        assert exactly(session) == before
        session.retract_fact(RUSSIA)
        assert set(session.assert_fact(CHINA).concluded) == {Option("Ri"), Watched("Ri"), Voices("Ri", 1)}


# ---- what if ---------------------------------------------------------------------------------------------------------


def test_what_if_leaves_everything() -> None:
    """Asking what would change, over and over, gives the same each time, and leaves the session as it is."""
    with Session(PROGRAM, [RUSSIA, HELD, HeldBy("x", "y")]) as session:
        before = exactly(session)
        questions: list[dict[str, Any]] = [
            {"without": [RUSSIA]}, {"assuming": [CHINA]}, {"assuming": [Settled("Ri")], "without": [HELD]},
            {"assuming": [RUSSIA], "without": [RUSSIA]}, {},
        ]  # fmt: skip
        first = [session.what_if(**question) for question in questions]
        for _ in range(3):
            assert [session.what_if(**question) for question in questions] == first
        assert exactly(session) == before
        assert not first[3]
        for question, wanted in zip(questions, first, strict=True):
            other = session.fork()
            with other.transaction() as done:
                other.retract_facts(question.get("without", ()))
                other.assert_facts(question.get("assuming", ()))
            assert (done.change.asserted, done.change.retracted) == (wanted.asserted, wanted.retracted)
            assert set(done.change.concluded) == set(wanted.concluded)
            assert set(done.change.withdrawn) == set(wanted.withdrawn)
        assert exactly(session) == before


def test_what_if_inside_a_transaction(session: Session) -> None:
    """Inside a block the question is about the state inside; the block's change knows nothing of it."""
    with session.transaction() as kept:
        session.assert_fact(CHINA)
        inside = exactly(session)
        assert session.what_if(without=[RUSSIA]).withdrawn == (Voices("Ri", 2),)
        assert exactly(session) == inside
        session.retract_fact(HELD)
    assert (kept.change.asserted, kept.change.retracted) == ((CHINA,), (HELD,))


# ---- forks -----------------------------------------------------------------------------------------------------------


def test_forks_of_forks(session: Session) -> None:
    """Each fork goes its own way: neither its parent nor its siblings see what it does."""
    sessions = [session]
    for i in range(4):
        sessions.append(sessions[-1].fork())
        sessions[-1].assert_fact(Opposes(f"actor{i}", "Ri"))
    before = list(map(exactly, sessions))
    for i, each in enumerate(sessions):
        assert len(each.facts(Opposes)) == i + 1
        other = each.fork()
        assert exactly(other) == before[i]
        other.retract_facts(other.givens())
        assert len(other) == 0
        assert list(map(exactly, sessions)) == before
    session.retract_facts(session.givens())
    assert list(map(exactly, sessions))[1:] == before[1:]
    assert type(sessions[-1]) is Session
    assert (sessions[-1].limits, sessions[-1].matcher) == (session.limits, session.matcher)


def test_a_fork_inside_a_transaction(session: Session) -> None:
    """A fork has what the block has done so far, and keeps it when the block is undone; it is in no block itself."""
    with pytest.raises(OSError), session.transaction():  # noqa: PT012 - the block is what is tested
        session.retract_fact(RUSSIA)
        inside = exactly(session)
        other = session.fork()
        session.assert_fact(CHINA)
        other.assert_fact(Settled("x"))
        other.retract_fact(Settled("x"))
        raise OSError
    assert RUSSIA in session
    assert exactly(other)[:5] == inside[:5]
    assert other.assert_fact(RUSSIA).concluded
    assert not other._base.savepoints


def test_forks_in_threads(session: Session) -> None:
    """Forks work in threads of their own while their parent is changed, and come to what each would come to alone."""
    session.assert_facts([HeldBy(f"p{i}", "x") for i in range(30)])
    rounds = 15

    def work(one: Session, name: str) -> None:
        for i in range(rounds):
            one.assert_facts([Opposes(name, f"p{i}"), Opposes(f"{name} too", f"p{i}")])
            with one.transaction():
                one.retract_fact(HeldBy(f"p{i}", "x"))
                one.assert_fact(HeldBy(f"p{i}", name))
            one.what_if(without=one.givens())
            one.retract_fact(Opposes(name, f"p{i}"))
            one.facts(HeldBy, lambda h: h.holder == "x")
            for found in one.facts(Voices)[:2]:
                one.explain(found)

    names = ["a", "b", "c"]
    alone = [session.fork() for _ in names]
    for name, one in zip(names, alone, strict=True):
        work(one, name)
    together, failures = [session.fork() for _ in names], list[BaseException]()

    def guarded(one: Session, name: str) -> None:
        try:
            work(one, name)
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=pair) for pair in zip(together, names, strict=True)]
    for thread in threads:
        thread.start()
    guarded(session, "parent")
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(map(by_rows, together)) == list(map(by_rows, alone))
    assert session.facts(Opposes, lambda o: o.actor == "parent too")


# ---- one call at a time ----------------------------------------------------------------------------------------------

_USES: list[Callable[[Session], object]] = [
    lambda s: s.retract_fact(HELD), lambda s: s.retract_facts([HELD]), lambda s: s.transaction().__enter__(),
    lambda s: s.what_if(), lambda s: s.what_if(without=[HELD]), lambda s: s.fork(), lambda s: s.close(), len,
]  # fmt: skip


@pytest.mark.parametrize("use", _USES)
@pytest.mark.parametrize("way", ["assert", "retract", "what if", "transaction"])
def test_a_check_must_not_change_its_session(use: Callable[[Session], object], way: str) -> None:
    """A check that retracts, begins a transaction, forks or asks what if gets a SessionBusyError; nothing is done."""
    held: list[Session] = []

    def meddles(_: str) -> bool:
        if held:
            use(held[0])
        return True

    @rule
    def unsettled(h: HeldBy) -> None:
        absent(Settled, lambda s: s.prisoner == h.prisoner, lambda s: check(meddles, s.prisoner))
        conclude(Option, prisoner=h.prisoner)

    @rule
    def meddling(o: Option) -> None:
        where(check(meddles, o.prisoner))
        conclude(Watched, prisoner=o.prisoner)

    program = Program([unsettled, meddling], given=[HeldBy, Settled])
    session = Session(program, [HELD, Settled("x"), HeldBy("x", "y")])
    before = exactly(session)
    with pytest.raises(EvaluationError, match="the session is in the middle of a call") as caught:  # noqa: PT012
        held.append(session)
        match way:
            case "assert":
                session.assert_fact(Settled("Ri"))
            case "retract":
                session.retract_fact(Settled("x"))
            case "what if":
                session.what_if(without=[Settled("x")])
            case _:
                with session.transaction():
                    session.assert_fact(Settled("Ri"))
    held.clear()
    assert isinstance(caught.value.__cause__, SessionBusyError)
    assert exactly(session) == before
    assert not session._base.savepoints
    assert session.retract_fact(Settled("x")).concluded == (Option("x"), Watched("x"))


def test_the_end_of_a_transaction_is_a_call(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs while a transaction ends, as a signal handler may, finds the session busy, and spoils nothing."""
    told: list[Any] = []

    def meddling(*arguments: Any) -> Change:
        with pytest.raises(SessionBusyError):
            len(session)
        told.append(arguments)
        return difference(*arguments)

    with session.transaction() as kept:
        session.retract_fact(HELD)
        monkeypatch.setattr("pow_rules.session.updates.difference", meddling)
    assert len(told) == 1
    assert kept.change.retracted == (HELD,)
    assert HELD not in session


def test_a_check_that_fails_where_a_loss_is_told() -> None:
    """What the run never looked at is not told, where a check raises for it: something else was in the way."""

    def picky(name: str) -> bool:
        if name == "b":
            raise KeyError(name)
        return True

    @rule
    def unsettled(h: HeldBy) -> None:
        absent(Settled, lambda s: check(picky, s.prisoner))
        conclude(Option, prisoner=h.prisoner)

    session = Session(Program([unsettled], given=[HeldBy, Settled]), [HELD])
    change = session.assert_facts([Settled("a"), Settled("b")])
    assert change.withdrawals[0].lost[0].blocking == (Settled("a"),)


def test_supports_that_read_alike_are_counted() -> None:
    """Derivations that lack the same, and differ in nothing that is printed, stand in one line."""

    @rule
    def unsettled(h: HeldBy) -> None:
        absent(Settled)
        conclude(Option, prisoner=h.prisoner)

    session = Session(Program([unsettled], given=[HeldBy, Settled]), [HELD, HeldBy("Ri", "the other side")])
    change = session.assert_fact(Settled("a"))
    assert str(change).splitlines()[-1] == "           by unsettled; in the way: a's fate is settled (2 derivations)"


# ---- making room -----------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    programs(), facts(most_facts=8), facts(most_facts=4), st.lists(st.integers(0, 30), max_size=8), facts(most_facts=4)
)
def test_compaction_changes_no_more_than_ids(
    program: Program, first: list[Any], second: list[Any], picks: list[int], third: list[Any]
) -> None:
    """Making room keeps facts, order, derivations, times and traces; what is done after it comes to the same."""
    sessions = [Session(program, first), Session(program, first)]
    for session in sessions:
        session.assert_facts(second)
        givens = session.givens()
        session.retract_facts(dict.fromkeys(givens[pick % len(givens)] for pick in picks if givens))
    compacted, other = sessions
    before, epoch, buried = by_rows(compacted), compacted._base.epoch, compacted._base.buried
    compacted._base.compact(at_least=0)
    assert by_rows(compacted) == before == by_rows(other)
    assert compacted._base.epoch == epoch + bool(buried)
    assert not any(relation.dead for relation in compacted._base.relations)
    changes = [str(session.assert_facts(third)) for session in sessions]
    assert changes[0] == changes[1]
    assert by_rows(compacted) == by_rows(other)
    for session in sessions:
        session.retract_facts(session.givens()[::2])
    assert by_rows(compacted) == by_rows(other)


def test_many_rounds_make_room(session: Session) -> None:
    """What holds no longer is left out before it is much more than what does."""
    for i in range(400):
        session.assert_fact(CHINA)
        session.retract_fact(CHINA)
        assert session._base.buried < 1_100
        assert session._base.epoch == 0 or i > 100
    assert session._base.epoch > 0
    assert set(session.facts()) == {RUSSIA, HELD, Option("Ri"), Watched("Ri"), Voices("Ri", 1)}

"""Limits stop a program that would run for ever, and leave the session as it was."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules import Limits, Program, Session, absent, conclude, count, fact, present, rule, where
from pow_rules.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator


@fact
class Number:
    """number {n}"""

    n: int


@fact
class Seed:
    """seed {n}"""

    n: int


@fact
class Unused:
    """nobody uses {n}"""

    n: int


@fact
class Stop:
    """stop at {n}"""

    n: int


@fact
class Calm:
    """calm {n}"""

    n: int


@fact
class Sum:
    """{a}, {b}"""

    a: int
    b: int


@rule
def sown(s: Seed) -> None:
    """Seeds are numbers."""
    conclude(Number, n=s.n)


@rule
def grows(n: Number) -> None:
    """Every number has a next one."""
    conclude(Number, n=n.n + 1)


@rule
def calm(s: Seed) -> None:
    """Seeds that nothing stops are calm."""
    absent(Stop, lambda stop: stop.n == s.n)
    conclude(Calm, n=s.n)


PROGRAM = Program([sown, grows], given=[Seed, Unused])


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off what takes longer: a limit that is not looked at would hang the tests."""

    def broken_off(*_: Any) -> None:
        raise AssertionError(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, broken_off)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(facts=5_000), "the limit of 5,000 facts was met"),
        (Limits(derivations=7_000), "the limit of 7,000 derivations was met"),
        (Limits(seconds=0.1), "the limit of 0.1 seconds was met"),
    ],
)
def test_a_program_that_makes_values_is_stopped(limits: Limits, told: str) -> None:
    """The error names the limit and the rule that grew most, and the session is as it was."""
    session = Session(PROGRAM, limits=limits)
    with at_most(5), pytest.raises(LimitError) as caught:
        session.assert_fact(Seed(1))
    message = str(caught.value)
    assert message.startswith(f"{told}; rule grows ({grows.location}) grew most: ")
    assert message.endswith(" derivations. Raise it with Limits(...)")
    assert (session.facts(), session.givens(), session.derivation_count) == ((), (), 0)
    assert session.assert_fact(Unused(1))


def test_a_limit_may_be_met_exactly() -> None:
    """A session may hold as many facts and derivations as its limits say, and not one more."""

    @rule
    def paired(a: Seed, b: Seed) -> None:
        conclude(Sum, a=a.n, b=b.n)

    program = Program([paired])
    facts = [Seed(i) for i in range(4)]
    assert len(Session(program, facts, limits=Limits(facts=20))) == 20
    assert Session(program, facts, limits=Limits(derivations=16)).derivation_count == 16
    for limits in (Limits(facts=19), Limits(derivations=15)):
        session = Session(program, facts[:3], limits=limits)
        with pytest.raises(LimitError):
            session.assert_fact(facts[3])
        assert len(session) == 12


def test_givens_count_as_facts() -> None:
    """Facts that no rule looks at are held to the limit as well."""
    session = Session(PROGRAM, limits=Limits(facts=5))
    with pytest.raises(LimitError, match="the limit of 5 facts was met"):
        session.assert_facts(Unused(i) for i in range(6))
    assert len(session) == 0


def test_a_limit_met_by_givens_blames_no_rule() -> None:
    """Where the givens alone are too many, no rule is said to have grown."""

    @rule
    def seldom(s: Seed) -> None:
        where(s.n > 100)
        conclude(Number, n=s.n)

    session = Session(Program([seldom]), limits=Limits(facts=5))
    with pytest.raises(LimitError) as caught:
        session.assert_facts(Seed(i) for i in range(6))
    assert "seldom" not in str(caught.value)


def test_what_present_needs_is_no_fact() -> None:
    """Only what users see counts as a fact or a derivation."""

    @rule
    def some(s: Seed) -> None:
        present(Unused, lambda u: u.n == s.n)
        conclude(Number, n=s.n)

    facts = [Seed(1), Unused(1)]
    whole = Session(Program([some]), facts, limits=Limits(facts=3, derivations=1))
    assert (len(whole), whole.derivation_count) == (3, 1)


def test_the_rule_that_grew_is_named_and_not_one_that_was_run_again() -> None:
    """A rule that is run again because of an absence has not grown by what it had before."""

    @rule
    def follows(c: Calm) -> None:
        where(c.n == 0)
        conclude(Number, n=1000)

    @rule
    def climbs(n: Number, s: Stop) -> None:
        conclude(Number, n=n.n + 1)

    program = Program([calm, follows, climbs])
    session = Session(program, [Seed(i) for i in range(500)], limits=Limits(facts=1_100))
    with pytest.raises(LimitError) as caught:
        session.assert_fact(Stop(499))
    assert f"; rule climbs ({climbs.location}) grew most: " in str(caught.value)
    assert len(session.facts(Calm)) == 500


def test_a_limit_counts_what_is_left() -> None:
    """What is withdrawn makes room: replacing facts does not meet a limit."""
    session = Session(Program([calm]), [Seed(i) for i in range(10)], limits=Limits(facts=25, derivations=10))
    for i in range(5):
        session.assert_fact(Stop(i))
    assert len(session) == 20
    assert session.derivation_count == 5


def stopped(program: Program, facts: list[Any]) -> None:
    """See that a run is stopped soon after its time is up."""
    session = Session(program, limits=Limits(seconds=0.05))
    started = time.monotonic()
    with at_most(2), pytest.raises(LimitError, match=r"^the limit of 0\.05 seconds was met"):
        session.assert_facts(facts)
    assert time.monotonic() - started < 1.5
    assert len(session) == 0


def test_a_cross_product_is_stopped() -> None:
    """A product of two relations that concludes much is stopped by the clock."""

    @rule
    def all_pairs(a: Seed, b: Seed) -> None:
        conclude(Sum, a=a.n, b=b.n)

    stopped(Program([all_pairs]), [Seed(i) for i in range(3_000)])


def test_a_product_is_not_found_whole_before_it_is_too_much() -> None:
    """A rule that joins freely meets the limit of derivations long before all its matches are found."""

    @rule
    def all_pairs(a: Seed, b: Seed) -> None:
        conclude(Sum, a=a.n, b=b.n)

    session = Session(Program([all_pairs]), limits=Limits(derivations=100))
    with (
        at_most(5),
        pytest.raises(LimitError, match=r"^the limit of 100 derivations was met; rule all_pairs") as caught,
    ):
        session.assert_facts(Seed(i) for i in range(3_000))
    assert "grew most" in str(caught.value)
    assert len(session) == 0


def test_a_cross_product_that_concludes_nothing_is_stopped() -> None:
    """A product of three relations that never concludes is stopped as well."""

    @rule
    def never(a: Seed, b: Seed, c: Seed) -> None:
        where(a.n + b.n + c.n < 0)
        conclude(Number, n=a.n)

    stopped(Program([never]), [Seed(i) for i in range(1_000)])


def test_an_absence_that_scans_is_stopped() -> None:
    """An absence that goes through a whole relation for each row is stopped by the clock."""

    @rule
    def none_below(s: Seed) -> None:
        absent(Unused, lambda u: u.n < s.n)
        conclude(Number, n=s.n)

    facts: list[Any] = [*(Seed(i) for i in range(30_000)), *(Unused(100_000 + i) for i in range(30_000))]
    stopped(Program([none_below]), facts)


def test_an_aggregate_that_scans_is_stopped() -> None:
    """So is an aggregate."""

    @rule
    def counted(s: Seed) -> None:
        where(count(Unused, lambda u: u.n < s.n) > 0)
        conclude(Number, n=s.n)

    facts: list[Any] = [*(Seed(i) for i in range(30_000)), *(Unused(100_000 + i) for i in range(30_000))]
    stopped(Program([counted]), facts)


def test_no_limit_is_no_limit() -> None:
    """None takes a limit away."""
    session = Session(Program([sown]), [Seed(1)], limits=Limits(facts=None, derivations=None, seconds=None))
    assert session.limits == Limits(facts=None, derivations=None)
    assert Number(1) in session


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("facts", 0, ValueError), ("facts", -1, ValueError), ("facts", 1.5, TypeError), ("facts", True, TypeError),
        ("derivations", "3", TypeError), ("seconds", 0.0, ValueError), ("seconds", float("nan"), ValueError),
    ],
)  # fmt: skip
def test_limits_are_checked(field: str, value: Any, error: type[Exception]) -> None:
    """A limit is a positive number or None."""
    with pytest.raises(error, match=rf"^Limits\.{field}: expected "):
        Limits(**{field: value})

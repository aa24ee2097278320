"""Rule coverage, against trying every combination of facts."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pow_rules import Program, Session, absent, article, check, compute, conclude, count, fact, present, rule, where
from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.explain.coverage.counting import Counting
from pow_rules.terms import Absent
from pow_rules.testing.reference import _all_hold, _fold_all, _matching, naive_model
from pow_rules.testing.strategies import facts, programs

SETTINGS = settings(max_examples=30)


@fact
class Guest:
    """{name} is a guest of {age}"""

    name: str
    age: int


@fact
class Banned:
    """{name} is banned"""

    name: str


@fact
class Late:
    """{name} is late"""

    name: str


@fact
class Enters:
    """{name} enters"""

    name: str


@fact
class Waits:
    """{name} waits"""

    name: str


@rule
def guest_enters(g: Guest) -> None:
    """A guest enters who is neither banned nor late."""
    absent(Banned, lambda b: b.name == g.name)
    absent(Late, lambda b: b.name == g.name)
    conclude(Enters, name=g.name)
    conclude(Waits, name=g.name)


@rule
def late_waits(late: Late) -> None:
    """Who is late waits."""
    conclude(Waits, name=late.name)


PROGRAM = Program([guest_enters, late_waits], given=[Guest, Banned, Late])


class _Without:
    """A rule without one of its conditions, as the reference engine reads rules."""

    def __init__(self, rule: Any, absence: Absent) -> None:
        self.conditions = tuple(c for c in rule.conditions if c is not absence)
        self.aggregates = rule.aggregates


def naive(program: Program, held: set[Any]) -> list[tuple[int, list[int]]]:
    """Count, for each rule, its derivations and what each absence blocks, over every combination of facts."""
    found: list[tuple[int, list[int]]] = []
    model = naive_model(program, held)
    for rule_ in program.rules:
        blocked: list[int] = []
        for absence in (c for c in rule_.conditions if isinstance(c, Absent)):
            without: Any = _Without(rule_, absence)
            blocked.append(0)
            choices = [[f for f in model.facts if isinstance(f, v.fact_type)] for v in rule_.patterns]
            for picked in itertools.product(*choices):
                bindings: dict[Any, Any] = {v.index: f for v, f in zip(rule_.patterns, picked, strict=True)}
                every = set(model.facts)
                if _fold_all(without, bindings, every) and _all_hold(without, bindings, every):
                    blocked[-1] += bool(_matching(absence.inner, bindings, every))
        found.append((sum(d.rule is rule_ for d in model.derivations), blocked))
    return found


@SETTINGS
@given(programs(), st.lists(facts(most_facts=12), min_size=1, max_size=2))
def test_counts_are_those_of_every_combination(program: Program, asserted: list[list[Any]]) -> None:
    """Firings and blocked matches are those of trying every combination of facts, added up over the sessions."""
    sessions = [Session(program, some) for some in asserted]
    found = program.coverage(sessions)
    wanted = [naive(program, set(some)) for some in asserted]
    for number, about in enumerate(found.rules):
        assert about.rule is program.rules[number]
        assert about.fired == sum(counts[number][0] for counts in wanted)
        for position, absence in enumerate(about.absences):
            assert absence.blocked == sum(counts[number][1][position] for counts in wanted)
    assert set(found.never_fired) == {r.rule for r in found.rules if not r.fired}
    assert found.is_full == (not found.never_fired and not found.never_blocked)
    counting = Counting(program)
    for number, about in enumerate(found.rules):
        assert bool(about.fired) == any(counting.has_fired(s._log, number) for s in sessions)
        for position, absence in enumerate(about.absences):
            assert bool(absence.blocked) == any(counting.has_blocked(s._log, number, position) for s in sessions)
    assert found.steps
    assert str(found)


@SETTINGS
@given(programs(), facts(most_facts=12), facts(most_facts=6))
def test_counts_of_a_changed_session_are_those_of_a_new_one(
    program: Program, asserted: list[Any], retracted: list[Any]
) -> None:
    """What a session counts does not depend on how it came to be."""
    session = Session(program, [*asserted, *retracted])
    gone = set(retracted) - set(asserted)
    session.retract_facts(gone)
    assert program.coverage([session]).rules == program.coverage([Session(program, asserted)]).rules


def test_an_absence_blocks_only_what_nothing_else_holds_back() -> None:
    """Of two absences that both find something, neither blocks: without the one, the other still holds it back."""
    session = Session(PROGRAM, [Guest("Ada", 30), Banned("Ada"), Late("Ada"), Guest("Ben", 30)])
    (entering, waiting) = PROGRAM.coverage([session]).rules
    assert (entering.fired, [a.blocked for a in entering.absences], waiting.fired) == (2, [0, 0], 1)
    session.retract_fact(Late("Ada"))
    found = PROGRAM.coverage([session])
    assert [a.blocked for a in found.rules[0].absences] == [1, 0]
    assert found.never_fired == (late_waits,)
    assert [str(absence) for absence in found.rules[0].absences] == ["no Banned(name=g.name)", "no Late(name=g.name)"]
    assert [(r, str(a)) for r, a in found.never_blocked] == [(guest_enters, "no Late(name=g.name)")]
    assert repr(found) == "<Coverage by 1 session: 1 of 2 rules fired, 1 of 2 absences blocked>"


def test_several_sessions_are_added_up() -> None:
    """What one session leaves out another may use."""
    sessions = [
        Session(PROGRAM, [Guest("Ada", 30), Banned("Ada")]),
        Session(PROGRAM, [Guest("Ada", 30), Late("Ada")]),
        Session(PROGRAM, [Guest("Ada", 30)]),
    ]
    assert not PROGRAM.coverage(sessions[:2]).is_full
    found = PROGRAM.coverage(iter(sessions))
    assert found.is_full
    assert found.sessions == 3
    assert [a.blocked for a in found.rules[0].absences] == [1, 1]
    assert found.text(ascii_only=True).splitlines()[0].startswith("rule coverage by 3 sessions")


def test_no_sessions() -> None:
    """Without sessions nothing fired."""
    found = PROGRAM.coverage([])
    assert found.never_fired == PROGRAM.rules
    assert found.summary == "0 of 2 rules fired, 0 of 2 absences blocked"
    assert Program([]).coverage([]).is_full


def test_what_raises_for_a_blocked_match_is_not_counted() -> None:
    """An absence keeps a rule from facts for which it would raise: these it does not block, the others it does."""

    def whole(age: int) -> bool:
        return 100 % age == 0

    @rule
    def divides(g: Guest) -> None:
        absent(Banned, lambda b: b.name == g.name)
        where(check(whole, g.age))
        conclude(Enters, name=g.name)

    program = Program([divides])
    held = [Guest("Ada", 0), Guest("Ben", 20), Guest("Cem", 7), Guest("Dan", 20)]
    session = Session(program, [*held, *(Banned(n) for n in ("Ada", "Ben", "Cem"))])
    (found,) = program.coverage([session]).rules
    assert (found.fired, found.absences[0].blocked) == (1, 1)


def test_an_absence_that_a_presence_depends_on() -> None:
    """Where `present` cannot be looked up by equality, what it finds does not depend on the absence counted."""

    @rule
    def older(g: Guest) -> None:
        present(Guest, lambda o: o.age > g.age)
        absent(Banned, lambda b: b.name == g.name)
        where(count(Late) == 0)
        conclude(Enters, name=compute(str.upper, g.name))

    program = Program([older])
    session = Session(program, [Guest("Ada", 1), Guest("Ben", 2), Guest("Cem", 3), Banned("Ada"), Banned("Cem")])
    (found,) = program.coverage([session]).rules
    assert (found.fired, found.absences[0].blocked) == (1, 1)


def test_a_rule_without_patterns() -> None:
    """A rule without patterns is blocked at most once."""

    @rule
    def quiet() -> None:
        absent(Late)
        conclude(Enters, name="all")

    @rule
    def loud() -> None:
        absent(Late)
        present(Banned)
        conclude(Enters, name="all")

    for program in (Program([rule_], given=[Late, Banned]) for rule_ in (quiet, loud)):
        sessions = [Session(program, [*late, Banned("Ada")]) for late in ([Late("Ada"), Late("Ben")], [])]
        (found,) = program.coverage(sessions).rules
        assert (found.fired, found.absences[0].blocked) == (1, 1)


def test_sessions_of_another_program() -> None:
    """Only sessions of the program itself are counted."""
    other = Program([late_waits])
    with pytest.raises(
        ArgumentValueError,
        match=r"^coverage\(sessions\): <Session of 0 facts> is of another program: expected <Program of 2 rules>"
        r" \(guest_enters, late_waits\), got one of <Program of 1 rules> \(late_waits\)$",
    ):
        PROGRAM.coverage([Session(other)])
    with pytest.raises(ArgumentTypeError, match=r"^coverage\(sessions\): expected sessions, got 'x'$"):
        PROGRAM.coverage("x")  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match=r"expected several sessions, got one: write \[<Session of 0 facts>\]$"):
        PROGRAM.coverage(Session(PROGRAM))  # type: ignore[arg-type]


def test_many_facts() -> None:
    """Of many facts, the engine joins: an absence in the middle of a join is counted without trying all pairs."""

    @rule
    def friends(g: Guest, h: Guest) -> None:
        where(g.age == h.age)
        absent(Banned, lambda b: b.name == h.name)
        conclude(Enters, name=g.name)

    program = Program([friends])
    many = 20_000
    session = Session(program, [*(Guest(f"p{i}", i // 2) for i in range(many)), Banned("p1"), Banned("p7")])
    (found,) = program.coverage([session]).rules
    assert (found.fired, found.absences[0].blocked) == (2 * many - 4, 4)


def test_the_article() -> None:
    """The article's own facts fire all of its rules but those that wait for answers; the rest is listed."""
    found = article.program.coverage([article.session()])
    assert all(r.fired for r in found.rules if r.rule not in found.never_fired)
    assert all(rule_.name in str(found) for rule_ in found.never_fired)

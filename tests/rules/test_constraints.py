"""Constraints: what may be said in one, what it is once built, and its place in a program."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from pow_rules import Program, Session, absent, conclude, count, fact, known, one_of, present, rule, where
from pow_rules.constraints import Constraint, constraint
from pow_rules.errors import (
    ArgumentValueError,
    EvaluationError,
    ProgramError,
    ProgramWarning,
    RuleError,
    UnknownFieldError,
)
from pow_rules.location import Location
from pow_rules.terms import text


@fact
class HeldBy:
    """{prisoner} is held by {holder}"""

    prisoner: str
    holder: str


@fact
class Freed:
    """{prisoner} is freed by {holder}"""

    prisoner: str
    holder: str | None


@fact
class Quiet:
    """nothing is said of {prisoner}"""

    prisoner: str


@constraint(attribution="our reading", cites=("¶1", "G1"))
def one_holder(a: HeldBy, b: HeldBy) -> None:
    """Nobody is held by two at once."""
    where(a.prisoner == b.prisoner, a.holder != b.holder)


@rule
def freed_by_his_holder(h: HeldBy) -> None:
    """Whoever is held is freed by his holder."""
    conclude(Freed, prisoner=h.prisoner, holder=h.holder)


def line_of(function: Callable[..., object], containing: str) -> int:
    """Give the line of a function's source in which a text stands."""
    lines, first = inspect.getsourcelines(function)
    return next(first + i for i, line in enumerate(lines) if containing in line)


def error_of(build: Callable[[], object], kind: type[RuleError] = RuleError) -> str:
    """Give the message of the error that building a constraint raises, from the line number on."""
    with pytest.raises(kind) as caught:
        build()
    place, _, rest = str(caught.value).partition(": ")
    assert re.fullmatch(r".*test_constraints\.py:\d+", place)
    return rest


def fault_of(*parts: Any) -> str:
    """Give the one fault of a program of some rules and constraints."""
    with pytest.raises(ProgramError) as caught:
        Program(parts)
    (found,) = caught.value.exceptions
    return str(found)


# ---- what it is --------------------------------------------------------------------------------------------------


def test_it_is_plain_data() -> None:
    """A constraint has all that it was built of, and no conclusions and no hedge."""
    assert isinstance(one_holder, Constraint)
    assert one_holder.name == "one_holder"
    assert one_holder.statement == "Nobody is held by two at once."
    assert (one_holder.attribution, one_holder.cites) == ("our reading", ("¶1", "G1"))
    assert [(v.name, v.fact_type) for v in one_holder.patterns] == [("a", HeldBy), ("b", HeldBy)]
    assert list(map(text, one_holder.conditions)) == ["a.prisoner == b.prisoner", "a.holder != b.holder"]
    assert one_holder.conclusions == ()
    assert one_holder.aggregates == ()
    assert one_holder.fact_types == (HeldBy,)
    assert isinstance(one_holder.location, Location)
    assert one_holder.location.file == __file__
    assert not hasattr(one_holder, "hedge")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one_holder.name = "another"  # type: ignore[misc]


def test_it_prints_as_a_rule_does() -> None:
    """Printed, a constraint says what it is about, and what it asks."""
    assert repr(one_holder) == "<Constraint one_holder>"
    assert str(one_holder).splitlines() == [
        "constraint one_holder: Nobody is held by two at once.",
        "  for a: HeldBy",
        "  for b: HeldBy",
        "  where a.prisoner == b.prisoner",
        "  where a.holder != b.holder",
    ]


def test_the_plain_decorator() -> None:
    """Without options a constraint has nobody who says so, and is cited nowhere."""

    @constraint
    def silent(h: HeldBy) -> None:
        pass

    assert (silent.attribution, silent.cites, silent.statement) == (None, (), "")
    assert str(silent) == "constraint silent\n  for h: HeldBy"


def test_it_takes_all_conditions_of_rules() -> None:
    """Absences, presences, aggregates and guards may stand in a constraint."""

    @constraint
    def mixed(h: HeldBy, f: Freed) -> None:
        where(known(f.holder) == h.holder, count(Quiet, lambda q: q.prisoner == h.prisoner) > 1)
        absent(Quiet, lambda q: q.prisoner == f.prisoner)
        present(Freed)

    assert mixed.fact_types == (HeldBy, Freed, Quiet)
    assert len(mixed.aggregates) == 1
    Program([mixed])


# ---- what is wrong with it ---------------------------------------------------------------------------------------


def test_conclude_is_refused() -> None:
    """A constraint that concludes something is told what it is, at the line that concludes."""

    def build() -> object:
        @constraint
        def wrong(h: HeldBy) -> None:
            where(h.holder == "Ukraine")
            conclude(Quiet, prisoner=h.prisoner)

        return wrong

    with pytest.raises(RuleError) as caught:
        build()
    said = str(caught.value)
    assert f"test_constraints.py:{line_of(build, 'conclude(')}: constraint wrong: " in said
    assert said.endswith(
        "a constraint concludes nothing, it says which facts contradict each other: leave conclude(...) out, or make it"
        " a @rule"
    )


def test_an_empty_body_is_refused() -> None:
    """A constraint that says nothing, of no fact, would be broken always."""

    def build() -> object:
        @constraint
        def empty() -> None:
            """Says nothing."""

        return empty

    assert error_of(build) == (
        "constraint empty: the constraint forbids nothing: give it facts as parameters, and say with where(...) when"
        " they contradict each other"
    )


def test_the_mistakes_of_rules_are_found() -> None:
    """Unknown fields, wrong constants, unused conditions and returned ones are told as in rules."""

    def unknown() -> object:
        @constraint
        def c(h: HeldBy) -> None:
            where(h.holdr == "Ukraine")  # type: ignore[attr-defined]

        return c

    def kinds() -> object:
        @constraint
        def c(h: HeldBy) -> None:
            where(h.holder == 3)  # type: ignore[comparison-overlap]

        return c

    def unused() -> object:
        @constraint
        def c(h: HeldBy) -> None:
            _ = h.holder == "Ukraine"

        return c

    def returned() -> object:
        @constraint  # type: ignore[arg-type]
        def c(h: HeldBy) -> bool:
            return one_of(h.holder, "Ukraine")

        return c

    def cited() -> object:
        return constraint(cites="¶1")(lambda: None)

    assert error_of(unknown, UnknownFieldError).startswith("constraint c: HeldBy has no field 'holdr'")
    assert error_of(kinds).startswith("constraint c: ")
    assert "is written and never used" in error_of(unused)
    assert error_of(returned).endswith("say it with where(...)")
    assert "not on a lambda" in error_of(cited)


@pytest.mark.parametrize("wrong", [HeldBy, one_holder, 3])
def test_it_goes_on_a_function(wrong: Any) -> None:
    """Under `@constraint` stands a function."""
    with pytest.raises(RuleError, match="@constraint goes on a function, not on"):
        constraint(wrong)


def test_options_are_checked() -> None:
    """Who says so is a string, and so is each place where it is said."""

    def named(h: HeldBy) -> None:
        pass

    with pytest.raises(RuleError, match=r"constraint named: attribution=3: expected a string"):
        constraint(attribution=3)(named)  # type: ignore[call-overload]
    with pytest.raises(RuleError, match=r"constraint named: cites='¶1': expected a tuple of strings"):
        constraint(cites="¶1")(named)


# ---- in a program ------------------------------------------------------------------------------------------------


def test_a_program_keeps_them_apart() -> None:
    """A program gives rules as rules and constraints as constraints, in the order given."""

    @constraint
    def nothing_quiet(q: Quiet) -> None:
        pass

    program = Program([nothing_quiet, freed_by_his_holder, one_holder])
    assert program.rules == (freed_by_his_holder,)
    assert program.constraints == (nothing_quiet, one_holder)
    assert program.conditionals == (freed_by_his_holder, nothing_quiet, one_holder)
    assert set(program.fact_types) == {HeldBy, Freed, Quiet}
    assert set(program.given) == {HeldBy, Freed, Quiet}
    assert [clause.name for clause in program.clauses(one_holder)] == ["one_holder"]
    assert Program([freed_by_his_holder]).constraints == ()


def test_the_description() -> None:
    """A program is described with its constraints after its rules."""
    assert Program([one_holder, freed_by_his_holder]).describe().splitlines() == [
        "1 rule and 1 constraint in 1 stratum; may be asserted: Freed, HeldBy",
        "",
        "stratum 0",
        "  freed_by_his_holder (certain)",
        "    Whoever is held is freed by his holder.",
        "    HeldBy -> Freed",
        "",
        "constraints",
        "  one_holder (our reading, ¶1, G1)",
        "    Nobody is held by two at once.",
        "    HeldBy, HeldBy -> contradiction",
    ]
    shown = Program([one_holder]).describe(plans=True)
    assert "emit contradiction by one_holder" in shown


def test_names_are_unique_among_both() -> None:
    """Neither two constraints nor a rule and a constraint may have one name."""

    def named(h: HeldBy) -> None:
        pass

    def concluding(h: HeldBy) -> None:
        conclude(Quiet, prisoner=h.prisoner)

    concluding.__name__ = "named"
    both = constraint(named), rule(concluding)
    for one, other in (both, both[::-1]):
        assert f": a {one.noun} named named is there already (" in fault_of(one, other)
        assert fault_of(one, other).endswith("): rules and constraints are told apart by their names")
    assert fault_of(both[0], both[0]).endswith(
        "a constraint named named is there already, this very one: it is given twice"
    )


def test_a_constraint_may_look_into_anything() -> None:
    """Nothing depends on a constraint, so that it may need the absence of what rests on what it joins."""

    @rule
    def quiet(h: HeldBy) -> None:
        absent(Freed, lambda f: f.prisoner == h.prisoner)
        conclude(Quiet, prisoner=h.prisoner)

    @constraint
    def told_of(h: HeldBy, q: Quiet) -> None:
        absent(Freed, lambda f: f.prisoner == h.prisoner)
        where(count(Quiet, lambda other: other.prisoner != q.prisoner) == 0)

    program = Program([told_of, quiet])
    assert program.stratum(quiet) == 1
    assert program.stratum(told_of) == 2
    assert Session(program, [HeldBy("Ri", "Ukraine")]).contradictions().count == 1


def test_one_that_cannot_be_broken_is_warned_of() -> None:
    """A constraint on facts that neither are given nor follow is probably not meant."""
    with pytest.warns(ProgramWarning, match="constraint one_holder can never be broken: no rule concludes HeldBy"):
        Program([one_holder], given=[Quiet])


def test_a_join_of_nones_is_warned_of() -> None:
    """An equality that also holds where both sides are None is told of in constraints too."""

    @constraint
    def same(a: Freed, b: Freed) -> None:
        where(a.holder == b.holder, a.prisoner != b.prisoner)

    with pytest.warns(ProgramWarning, match="constraint same: .* also holds where both are None"):
        Program([same])


def test_another_programs_constraint() -> None:
    """A program knows the strata and clauses of its own constraints only."""
    with pytest.raises(ArgumentValueError, match="is none of the program's constraints"):
        Program([freed_by_his_holder]).clauses(one_holder)


def test_too_many_facts() -> None:
    """A constraint that joins more facts than can be compiled is reported with the program's other faults."""
    names = [f"h{i}" for i in range(40)]
    scope: dict[str, Any] = {"HeldBy": HeldBy}
    exec(f"def crowd({', '.join(f'{name}: HeldBy' for name in names)}) -> None: pass", scope)  # noqa: S102 - ours
    assert "constraint crowd: it joins 40 patterns" in fault_of(constraint(scope["crowd"]))


def test_what_a_condition_raises_names_the_constraint() -> None:
    """An error in a constraint's condition stops the call, and tells of the constraint and its facts."""

    @constraint
    def by_length(h: HeldBy) -> None:
        where(count(Quiet) / count(Freed) > 1, h.holder == "Ukraine")

    session = Session(Program([by_length]))
    with pytest.raises(EvaluationError, match=r"constraint by_length: .* raised ZeroDivisionError.*for h = HeldBy"):
        session.assert_fact(HeldBy("Ri", "Ukraine"))
    assert len(session) == 0

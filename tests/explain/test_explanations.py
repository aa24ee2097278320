"""What explanations are made of, checked against plain definitions on generated programs."""

from __future__ import annotations

import itertools
import typing
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from pow_rules import Explanation, Program, Session, conclude, fact, present, rule, where
from pow_rules import steps as kinds_of_steps
from pow_rules.render import said as rendered
from pow_rules.steps import (
    AbsenceStep,
    AggregateStep,
    ConclusionStep,
    CutStep,
    GivenStep,
    PresenceStep,
    RuleStep,
    SeenStep,
    Step,
)
from pow_rules.testing.strategies import facts, programs
from pow_rules.values import canonical

FEWER = settings(max_examples=25)


@fact
class Link:
    """link {n}"""

    n: int


@fact
class Reached:
    """reached {n}"""

    n: int


@rule
def start(link: Link) -> None:
    """The first link is reached."""
    where(link.n == 0)
    conclude(Reached, n=0)


@rule
def follow(r: Reached, link: Link) -> None:
    """The next link is reached from the one before."""
    where(link.n == r.n + 1)
    conclude(Reached, n=link.n)


def explained(explanation: Explanation) -> set[Any]:
    """Give the conclusions that a trace explains."""
    return {step.said.fact for step in explanation.steps if isinstance(step.said, ConclusionStep)}


def children(explanation: Explanation, at: int) -> list[int]:
    """Give the steps directly below a step."""
    steps = explanation.steps
    found: list[int] = []
    for i in range(at + 1, len(steps)):
        if steps[i].depth <= steps[at].depth:
            break
        if steps[i].depth == steps[at].depth + 1:
            found.append(i)
    return found


def heights(session: Session) -> dict[Any, int]:
    """Give the heights by their definition, level by level."""
    height: dict[Any, int] = {given.fact: 0 for given in session.givens()}
    everything = [d for f in session.facts() for d in session.derivations(f)]
    level = 0
    while True:
        level += 1
        new = {
            d.conclusion for d in everything if d.conclusion not in height and height_of(session, d, height) is not None
        }
        if not new:
            return height
        height.update(dict.fromkeys(new, level))


def height_of(session: Session, derivation: Any, height: dict[Any, int]) -> int | None:
    """Give the height of a derivation; None if some of what it rests on has none yet."""
    needed = [*derivation.premises, *(f for a in derivation.aggregates for f in a.facts)]
    if any(f not in height for f in needed):
        return None
    found = [height[f] for f in needed]
    for presence in derivation.presences:
        matched = [height[f] for f in matching(session, presence) if f in height]
        if not matched:
            return None
        found.append(min(matched))
    return 1 + max(found, default=0)


def matching(session: Session, presence: Any) -> list[Any]:
    """Give the facts that a presence's pattern matches."""
    return [session._log.fact(node) for node in session._log.matching(presence.pattern, {})]


@FEWER
@given(
    programs(),
    facts(),
    st.one_of(st.none(), st.integers(1, 4)),
    st.one_of(st.none(), st.integers(1, 12)),
    st.booleans(),
)
def test_the_cut_is_counted_exactly(
    program: Program,
    givens: list[Any],
    depth: int | None,
    size: int | None,
    every: bool,  # noqa: FBT001 - drawn
) -> None:
    """What is cut is what the whole trace explains and this one does not."""
    session = Session(program, givens)
    for one in session.conclusions():
        whole = session.explain(one, all=every, size=None)
        assert whole.cut == 0
        part = session.explain(one, all=every, depth=depth, size=size)
        assert explained(part) <= explained(whole)
        assert part.cut == len(explained(whole) - explained(part))


def test_what_a_presence_leads_to_is_counted() -> None:
    """Conclusions below a presence are cut as those below a premise are."""

    @rule
    def somewhere(link: Link) -> None:
        """A link is reached if some lower one is."""
        present(Reached, lambda r: r.n < link.n)
        conclude(Reached, n=link.n + 100)

    session = Session(Program([start, somewhere]), [Link(0), Link(1), Link(150)])
    whole = session.explain(Reached(250), size=None)
    part = session.explain(Reached(250), depth=1)
    assert part.cut == len(explained(whole) - explained(part))
    assert session.explain(Reached(250), size=1).cut == len(
        explained(whole) - explained(session.explain(Reached(250), size=1))
    )


def test_the_conclusions_cut_below_a_cut_presence() -> None:
    """What stands behind a presence inside what is cut counts as well."""

    @fact
    class Top:
        """top"""

    @rule
    def somewhere(link: Link) -> None:
        """A link is reached if some lower one is."""
        present(Reached, lambda r: r.n < link.n)
        conclude(Reached, n=link.n + 100)

    @rule
    def topped(r: Reached) -> None:
        """The far end is the top."""
        where(r.n > 200)
        conclude(Top)

    session = Session(Program([start, somewhere, topped]), [Link(0), Link(150)])
    assert explained(session.explain(Top())) == {Top(), Reached(250), Reached(0)}
    assert session.explain(Top(), depth=1).cut == 2


@FEWER
@given(programs(), facts())
def test_the_derivation_shown_is_the_first_of_least_height(program: Program, givens: list[Any]) -> None:
    """Of all derivations one of least height is shown; ties go by the rule's name, then by the premises."""
    session = Session(program, givens)
    height = heights(session)
    for one in session.conclusions():
        ranked = sorted(
            session.derivations(one),
            key=lambda d: (height_of(session, d, height), d.rule.name, tuple(map(canonical, d.premises))),
        )
        explanation = session.explain(one)
        (at,) = children(explanation, 0)
        said = explanation.steps[at].said
        assert isinstance(said, RuleStep)
        assert said.rule is ranked[0].rule
        below = [explanation.steps[i].said for i in children(explanation, at)]
        premises = [s.fact for s in below if isinstance(s, GivenStep | ConclusionStep | SeenStep | CutStep)]
        assert tuple(premises) == ranked[0].premises
        assert [s.absence for s in below if isinstance(s, AbsenceStep)] == list(ranked[0].absences)
        assert [s.aggregate for s in below if isinstance(s, AggregateStep)] == list(ranked[0].aggregates)
        assert [s.presence for s in below if isinstance(s, PresenceStep)] == list(ranked[0].presences)


@FEWER
@given(programs(), facts())
def test_every_derivation_is_shown(program: Program, givens: list[Any]) -> None:
    """With all=True the rules below the conclusion are those of all derivations, in their order."""
    session = Session(program, givens)
    for one in session.conclusions():
        explanation = session.explain(one, all=True, size=None)
        shown = [explanation.steps[i].said for i in children(explanation, 0)]
        assert [s.rule for s in shown if isinstance(s, RuleStep)] == [d.rule for d in session.derivations(one)]


@FEWER
@given(programs(), facts(), st.booleans())
def test_a_trace_is_a_tree_that_goes_down_to_the_givens(
    program: Program,
    givens: list[Any],
    every: bool,  # noqa: FBT001 - drawn
) -> None:
    """Depths form a tree, every conclusion is explained once, and a proof never rests on itself."""
    session = Session(program, givens)
    for one in session.facts():
        steps = session.explain(one, all=every, size=None).steps
        assert steps[0].depth == 0
        for above, below in itertools.pairwise(steps):
            assert 1 <= below.depth <= above.depth + 1
        said = [step.said.fact for step in steps if isinstance(step.said, ConclusionStep)]
        assert len(said) == len(set(said))
        for at, step in enumerate(steps):
            if isinstance(step.said, SeenStep):
                referred = steps[step.said.at].said
                assert step.said.at < at
                assert isinstance(referred, ConclusionStep)
                assert referred.fact == step.said.fact
        # The fact asked for may be given, and then it may be a premise of its own derivation.
        given_too = isinstance(steps[0].said, ConclusionStep) and steps[0].said.given
        assert every or given_too or no_circle(steps)


def no_circle(steps: tuple[Step, ...]) -> bool:
    """Tell whether no fact stands below itself."""
    above: list[Any] = []
    for step in steps:
        del above[step.depth :]
        if isinstance(step.said, SeenStep) and step.said.fact in above:
            return False
        above.append(step.said.fact if isinstance(step.said, ConclusionStep) else None)
    return True


@FEWER
@given(programs(), facts(), st.booleans())
def test_every_line_fits(program: Program, givens: list[Any], every: bool) -> None:  # noqa: FBT001 - drawn
    """No line is wider than 80 columns, and none ends in a space."""
    session = Session(program, givens)
    assume(session.conclusions())
    for one in session.facts():
        explanation = session.explain(one, all=every)
        for line in str(explanation).splitlines():
            assert wcswidth(line) <= 80, line
            assert line == line.rstrip(), line
        assert explanation.text(ascii_only=True).isascii()
        assert max(map(len, explanation.text(ascii_only=True).splitlines())) <= 80


def test_explanations_are_frozen_data() -> None:
    """An explanation and its steps cannot be changed; equal ones are equal."""
    one, other = (Session(Program([start]), [Link(0)]).explain(Reached(0)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == "<Explanation of Reached(n=0): 3 steps>"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.cut = 3  # type: ignore[misc]
    for step in one.steps:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            step.depth = 3  # type: ignore[misc]
        with pytest.raises(AttributeError):
            step.said.other = 3  # type: ignore[union-attr]


def test_an_explanation_does_not_change_with_its_session() -> None:
    """What was explained stays as it was, whatever is asserted later."""
    session = Session(Program([start, follow]), [Link(0), Link(1)])
    explanation = session.explain(Reached(1))
    before = str(explanation)
    session.assert_facts([Reached(1), Reached(0)])
    assert str(explanation) == before
    assert str(session.explain(Reached(1))) != before


def test_every_step_can_be_printed() -> None:
    """There is a printer for every kind of step, and no other."""
    assert set(typing.get_args(kinds_of_steps.Said)) == set(rendered.SAY)


def test_a_chain_of_twelve_thousand_steps() -> None:
    """A deep chain explains and prints, whole and cut."""
    length = 12_000
    session = Session(Program([start, follow]), [Link(i) for i in range(length + 1)])
    explanation = session.explain(Reached(length))
    assert len(explanation.steps) >= 10_000
    assert explanation.cut == length + 1 - len(explained(explanation))
    assert (
        str(explanation).splitlines()[-1].startswith(f"… {explanation.cut:,} more conclusions are not explained here")
    )
    whole = session.explain(Reached(length), size=None)
    assert whole.cut == 0
    assert len(explained(whole)) == length + 1
    printed = str(whole)
    assert printed.startswith("reached 12000 ")
    assert printed.count("follow: ") == length
    assert max(map(len, printed.splitlines())) <= 80

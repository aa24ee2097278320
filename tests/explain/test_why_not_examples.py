"""Why not, case by case: what an answer says, the article, and what it costs in large sessions."""

from __future__ import annotations

import sys
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest

import pow_rules
from pow_rules import (
    Program,
    Session,
    absent,
    any_of,
    article,
    check,
    compute,
    conclude,
    count,
    fact,
    known,
    least,
    present,
    rule,
    where,
)
from pow_rules.article.vocabulary.concluded import GoesTo, HandedTo, RefugeOption, ReturnedTo
from pow_rules.article.vocabulary.names import NORTH_KOREA, RUSSIA, SOUTH_KOREA, UKRAINE
from pow_rules.article.vocabulary.undecided import HandsBack
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    EvaluationError,
    NotAFactError,
    RuleError,
    UnknownFieldError,
)
from pow_rules.steps import ConditionStep, FactStep, PatternStep

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from pow_rules.explain.why_not.answer import WhyNot
    from pow_rules.explain.why_not.unmet import Attempt


@fact
class Holding:
    """{holder} holds {share} of {company}"""

    holder: str
    company: str
    share: int


@fact
class Frozen:
    """{company} is frozen"""

    company: str


@fact
class Fee:
    """{company} pays a fee of {amount}"""

    company: str
    amount: float


@fact
class Controls:
    """{holder} controls {company}"""

    holder: str
    company: str


@fact
class Busy:
    """{company} has {owners} owners"""

    company: str
    owners: int


@fact
class Rate:
    """{company} is rated {rate}"""

    company: str
    rate: float


@rule
def majority_controls(h: Holding) -> None:
    """Whoever holds over half of a company that is not frozen controls it."""
    where(h.share > 50)
    absent(Frozen, lambda f: f.company == h.company)
    conclude(Controls, holder=h.holder, company=h.company)


@rule
def control_is_handed_down(c: Controls, h: Holding) -> None:
    """Whoever controls the majority holder controls the company."""
    where(h.holder == c.company, h.share > 50)
    conclude(Controls, holder=c.holder, company=h.company)


def few(owners: int) -> bool:
    """Tell whether so many owners are few."""
    if not owners:
        msg = "nobody"
        raise LookupError(msg)
    return owners < 3


@rule
def many_owners(f: Fee) -> None:
    """A company with two owners at least is busy, if there are few."""
    owners = count(Holding, lambda h: h.company == f.company)
    where(owners >= 2, check(few, owners))
    conclude(Busy, company=f.company, owners=owners)


def halved(share: int) -> float:
    """Give half of a share."""
    return share / 2


@rule
def rated(f: Fee) -> None:
    """A company is rated by half of its least share."""
    lowest = least(Holding, lambda h: h.share, lambda h: h.company == f.company)
    conclude(Rate, company=f.company, rate=compute(halved, lowest))


RULES = [majority_controls, control_is_handed_down, many_owners, rated]
PROGRAM = Program(RULES, given=[Holding, Frozen, Fee])


def only(answer: WhyNot) -> Attempt:
    """Give the only attempt of an answer."""
    (attempt,) = answer.attempts
    return attempt


# ---- what an answer says ---------------------------------------------------------------------------------------------


def test_a_missing_premise_is_the_very_fact_with_what_is_near() -> None:
    """Where a pattern leaves nothing open, the fact is told; what differs in one condition is told with its value."""

    @rule
    def fee_frees(f: Fee, z: Frozen) -> None:
        where(z.company == f.company, f.amount == 2.5)
        conclude(Busy, company=f.company, owners=1)

    session = Session(Program([fee_frees], given=[Fee, Frozen]), [Fee("X", 3.5), Frozen("X"), Fee("Y", 2.5)])
    (missing,) = only(session.why_not(Busy("X", 1))).missing
    assert (missing.name, missing.fact, missing.may_be_asserted) == ("f", Fee("X", 2.5), True)
    assert [(n.fact, n.note) for n in missing.nearly.facts] == [
        (Fee("X", 3.5), "amount is 3.5"),
        (Fee("Y", 2.5), "company is 'Y'"),
    ]
    assert session.why_not(Busy("X", 1), near=1).attempts[0].missing[0].nearly.left_out == 1
    (misfit,) = session.why_not(Busy("X", 2)).misfits
    assert "owners is 1" in misfit.reason


def test_a_comparison_that_keeps_a_fact_out_is_told_with_its_value() -> None:
    """A fact whose field fails a comparison is one that nearly meets the premise."""
    session = Session(PROGRAM, [Holding("A", "X", 50)])
    attempt = only_of(session.why_not(Controls("A", "X")), majority_controls)
    (missing,) = attempt.missing
    assert missing.fact is None
    assert "share > 50" in repr(missing.pattern)
    assert [n.note for n in missing.nearly.facts] == ["share is 50"]


def only_of(answer: WhyNot, of: Any) -> Attempt:
    """Give the attempt of one rule."""
    (attempt,) = [a for a in answer.attempts if a.rule is of]
    return attempt


def test_what_blocks_an_absence_is_told() -> None:
    """All premises are met, and one fact is in the way."""
    session = Session(PROGRAM, [Holding("A", "X", 60), Frozen("X")])
    attempt = only_of(session.why_not(Controls("A", "X")), majority_controls)
    assert not attempt.missing
    (blocked,) = attempt.blocked
    assert (blocked.facts, blocked.count) == ((Frozen("X"),), 1)
    assert str(blocked.absence) == "no Frozen(company='X')"


def test_an_aggregate_that_falls_short_is_told_with_its_value() -> None:
    """The comparison is told with the aggregate's value, and the aggregate with what it went over."""
    session = Session(PROGRAM, [Fee("X", 1.0), Holding("A", "X", 60)])
    attempt = only(session.why_not(Busy, lambda b: b.company == "X"))
    (failed,) = attempt.failed
    assert [(a.value, a.facts) for a in failed.aggregates] == [(1, (Holding("A", "X", 60),))]
    assert 1 in dict(failed.values).values()
    assert "count(" in str(session.why_not(Busy("X", 1)))


def test_a_check_that_raises_is_told_and_not_raised() -> None:
    """Asked about a rule that has not come so far, what a check raises is a part of the answer."""

    @rule
    def any_owners(f: Fee, z: Frozen) -> None:
        where(z.company == f.company, check(few, count(Holding)))
        conclude(Busy, company=f.company, owners=0)

    session = Session(Program([any_owners], given=[Fee, Frozen, Holding]), [Fee("X", 1.0)])
    attempt = only(session.why_not(Busy("X", 0)))
    assert [m.fact for m in attempt.missing] == [Frozen("X")]
    (failed,) = attempt.failed
    assert failed.reason == "it raised LookupError: nobody"
    assert "raised LookupError" in str(session.why_not(Busy("X", 0)))


def test_least_of_nothing_is_told() -> None:
    """An aggregate with nothing to choose from is what holds the rule back."""
    session = Session(PROGRAM, [Fee("X", 1.0)])
    (failed,) = only(session.why_not(Rate("X", 1.0))).failed
    assert failed.condition is None
    assert failed.reason == "there is nothing to choose from"
    session.assert_fact(Holding("A", "X", 3))
    (failed,) = only(session.why_not(Rate("X", 1.0))).failed
    assert not failed.reason
    assert 1.5 in dict(failed.values).values()


def test_a_present_without_match_is_a_missing_premise() -> None:
    """What `present` asks for is missing under no name, and what is near is told."""

    @rule
    def some_holding(f: Fee) -> None:
        present(Holding, lambda h: h.company == f.company, lambda h: h.share > 10)
        conclude(Busy, company=f.company, owners=1)

    session = Session(Program([some_holding], given=[Fee, Holding]), [Fee("X", 1.0), Holding("A", "X", 5)])
    (missing,) = only(session.why_not(Busy("X", 1))).missing
    assert missing.name == ""
    assert [n.note for n in missing.nearly.facts] == ["share is 5"]
    assert "any one is enough" in str(session.why_not(Busy("X", 1)))


def test_alternatives_and_unknown_values_are_looked_up() -> None:
    """`any_of` and `known` conditions are met by the facts that they allow."""

    @fact
    class Report:
        number: int
        about: str | None

    @rule
    def named(r: Report, f: Fee) -> None:
        where(known(r.about) == f.company, any_of(r.number == 1, r.number == 2))
        conclude(Frozen, company=f.company)

    session = Session(Program([named], given=[Report, Fee]), [Report(3, "X"), Report(1, None), Fee("X", 1.0)])
    (missing,) = only(session.why_not(Frozen("X"))).missing
    assert [(n.fact, n.note) for n in missing.nearly.facts] == [
        (Report(1, None), "about is None"),
        (Report(3, "X"), "number is 3"),
    ]


def test_a_circle_is_followed_once() -> None:
    """A question that is being answered above is referred to; nothing is printed twice."""
    session = Session(PROGRAM, [Holding("B", "X", 60), Holding("C", "B", 10)])
    answer = session.why_not(Controls("A", "X"), depth=50)
    attempt = only_of(answer, control_is_handed_down)
    (missing,) = attempt.missing
    assert (missing.name, missing.fact, missing.following) == ("c", Controls("A", "B"), "below")
    assert missing.below is not None
    assert answer.is_complete
    assert str(answer)


def test_depth_says_how_many_rules_deep_to_follow() -> None:
    """What could be followed further is counted, and said."""
    session = Session(PROGRAM, [Holding("B", "X", 60)])
    answer = session.why_not(Controls("A", "X"), depth=1)
    assert answer.cut == 1
    assert not answer.is_complete
    assert "not followed" in str(answer)
    assert str(answer).splitlines()[-1].startswith("… 1 more ")


def test_what_holds_is_pointed_at() -> None:
    """If it holds after all, so it is said, with a word on where to ask why."""
    session = Session(PROGRAM, [Holding("A", f"X{i}", 60) for i in range(5)])
    answer = session.why_not(Controls("A", "X1"))
    assert answer.holds == (Controls("A", "X1"),)
    assert "explain(...)" in str(answer)
    assert len(session.why_not(Controls).holds) == 5
    assert "and 2 more" in str(session.why_not(Controls))
    assert not answer.attempts


def test_a_type_without_rules_is_told_whether_it_may_be_asserted() -> None:
    """What no rule concludes can only be asserted, or cannot be at all."""
    session = Session(PROGRAM, [Frozen("X")])
    assert "no rule concludes Frozen; it may be asserted" in str(session.why_not(Frozen("Y")))
    session = Session(Program([majority_controls], given=[Holding]))
    assert "no rule concludes Frozen; it may not be asserted" in str(session.why_not(Frozen("Y")))
    shown = str(session.why_not(Controls("A", "X")))
    assert "missing" in shown


def test_a_type_that_the_program_does_not_know_is_told_with_near_names() -> None:
    """Where no rule knows the type, the near match of its name is told."""

    @fact
    class Control:
        holder: str

    answer = Session(PROGRAM).why_not(Control("A"))
    assert not answer.is_known
    assert "did you mean 'Controls'" in str(answer)
    assert not answer.holds


def test_wrong_questions_are_errors() -> None:
    """A question that makes no sense is refused with what was expected."""
    session = Session(PROGRAM, [Holding("A", "X", 60)])
    wrong: Any = 7
    with pytest.raises(NotAFactError):
        session.why_not(wrong)
    with pytest.raises(NotAFactError):
        session.why_not(int)
    with pytest.raises(ArgumentTypeError, match="conditions go with a fact type"):
        session.why_not(wrong_fact(), lambda c: c.holder == "A")
    with pytest.raises(UnknownFieldError, match="did you mean 'holder'"):
        session.why_not(Controls, lambda c: c.holdr == "A")  # type: ignore[attr-defined]
    with pytest.raises(RuleError):
        session.why_not(Controls, lambda _: True)
    for options in ({"depth": 0}, {"near": -1}):
        with pytest.raises(ArgumentValueError, match="or more, got"):
            session.why_not(Controls("A", "Y"), **options)
    with pytest.raises(EvaluationError, match="raised ZeroDivisionError"):
        session.why_not(Holding, lambda h: h.share / 0 == 1)


def wrong_fact() -> Any:
    """Give a fact, as if its type were not known."""
    return Controls("A", "X")


def test_no_fact_can_be_two_things() -> None:
    """Where what is met contradicts what is missing, it says that no fact can be all of it."""

    @rule
    def both(f: Fee, z: Frozen) -> None:
        where(f.company == z.company, f.amount > 2.0)
        conclude(Busy, company=f.company, owners=1)

    session = Session(Program([both], given=[Fee, Frozen]), [Frozen("X")])
    answer = session.why_not(Busy, lambda b: b.company == "X")
    (missing,) = only(answer).missing
    assert missing.is_possible
    assert repr(missing.pattern) == "Fee(company='X', amount > 2.0)"


@pytest.mark.parametrize("backwards", [True, False])
def test_what_no_facts_can_be_is_told_in_any_order_of_patterns(*, backwards: bool) -> None:
    """Two missing facts that rule each other out are not proposed, whichever pattern stands first."""

    @fact
    class Start:
        at: int

    @fact
    class Next:
        at: int

    @fact
    class End:
        at: int
        by: int

    @rule
    def forwards(s: Start, n: Next, e: End) -> None:
        where(n.at == s.at + 1, e.at == n.at - 1, s.at + e.at > 10)
        conclude(Busy, company="X", owners=s.at)

    @rule
    def from_the_end(e: End, n: Next, s: Start) -> None:
        where(n.at == s.at + 1, e.at == n.at - 1, s.at + e.at > 10)
        conclude(Busy, company="X", owners=s.at)

    session = Session(Program([from_the_end if backwards else forwards]))
    assert not all(m.is_possible for m in only(session.why_not(Busy("X", 0))).missing)


def test_what_is_known_of_a_fact_may_rule_it_out() -> None:
    """A missing fact of which some field is open is not proposed where the others are not what the rule asks for."""

    @fact
    class Start:
        at: int

    @fact
    class End:
        at: int
        by: int

    @rule
    def far_enough(s: Start, e: End) -> None:
        where(e.at == s.at, e.at > 3)
        conclude(Busy, company="X", owners=s.at)

    session = Session(Program([far_enough]), [Start(0)])
    assert [m.is_possible for m in only(session.why_not(Busy("X", 0))).missing] == [False]


def test_a_deep_chain_is_followed_without_recursion() -> None:
    """Each missing premise may be missing for another one, as deep as one likes."""

    @fact
    class Reached:
        n: int

    @rule
    def next_one(r: Reached, f: Frozen) -> None:
        where(f.company == "X")
        conclude(Reached, n=r.n + 1)

    session = Session(Program([next_one], given=[Reached, Frozen]), [Frozen("X")])
    answer = session.why_not(Reached(100_000), depth=100_000)
    assert answer.cut == 1
    steps = [s.said for s in answer.steps]
    assert [s.fact.n for s in steps if isinstance(s, FactStep) and isinstance(s.fact, Reached)][:3] == [
        100_000, 99_999, 99_998,
    ]  # fmt: skip


def test_questions_that_only_grow_are_not_followed() -> None:
    """Where each rule makes a condition twice as long, following stops, and that is counted."""

    @fact
    class Sum:
        n: int

    @rule
    def doubled(s: Sum) -> None:
        conclude(Sum, n=s.n + s.n)

    session = Session(Program([doubled], given=[Sum]))
    answer = session.why_not(Sum, lambda s: s.n > 7, depth=1_000)
    assert answer.cut == 1
    assert len(answer.steps) < 20


# ---- the article -----------------------------------------------------------------------------------------------------


def test_why_nothing_is_concluded_of_a_return() -> None:
    """Nobody has reported that Kyiv hands Baek back: that is the fact that is missing, and it is an open question."""
    session = article.session()
    answer = session.why_not(ReturnedTo("Baek", RUSSIA))
    (missing,) = only(answer).missing
    assert missing.fact == HandsBack(UKRAINE, "Baek", RUSSIA)
    assert missing.questions == ("Whom does Kyiv hand back to Russia?",)
    assert HandedTo("Baek", NORTH_KOREA) in session.what_if(assuming=[missing.fact]).concluded


def test_the_article_answers_in_its_own_words() -> None:
    """A question two rules deep is answered down to what blocks the first."""
    session = article.session()
    answer = session.why_not(GoesTo("Ri", SOUTH_KOREA))
    kinds = {type(step.said) for step in answer.steps}
    assert PatternStep in kinds
    assert "in the way" in str(answer)
    assert "cannot be both" in str(answer)
    assert session.why_not(RefugeOption, lambda r: r.prisoner == "Ri").holds


# ---- what it costs ---------------------------------------------------------------------------------------------------


def lines_run(call: Callable[[], object]) -> int:
    """Count the lines run in the library during a call."""
    here = str(FilePath(pow_rules.__file__).parent)
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(here):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def test_work_does_not_grow_with_the_session() -> None:
    """A question that indexes can answer takes as many lines in a large session as in a small one."""
    found: list[list[int]] = []
    for size in (2_000, 20_000):
        givens: list[Any] = [Holding(f"h{i}", f"h{i + 1}", 60 if i % 3 else 40) for i in range(size)]
        session = Session(PROGRAM, [*givens, *(Fee(f"h{i}", 1.0) for i in range(size))])
        asks: list[Callable[[int], WhyNot]] = [
            lambda i, s=session: s.why_not(Controls(f"h{i}", f"h{i + 1}"), depth=1),  # type: ignore[misc]
            lambda i, s=session: s.why_not(Controls(f"h{i}", f"h{i + 4}"), depth=1),  # type: ignore[misc]
            lambda i, s=session: s.why_not(Busy(f"h{i}", 2)),  # type: ignore[misc]
            lambda i, s=session: s.why_not(Rate, lambda r: r.company == f"h{i}", lambda r: r.rate < 0.5),  # type: ignore[misc]
        ]
        # The indexes are made once.
        for ask in asks:
            ask(300)
        found.append([lines_run(lambda a=ask: str(a(600))) for ask in asks])  # type: ignore[misc]
    assert found[0] == found[1]


def test_asking_changes_nothing() -> None:
    """The session holds what it held, and can be asked in the middle of a transaction."""
    session = Session(PROGRAM, [Holding("A", "X", 40), Fee("X", 1.0)])
    before = (session.facts(), session.givens(), session.derivation_count)
    with session.transaction():
        assert not session.why_not(Controls("A", "X")).holds
    assert (session.facts(), session.givens(), session.derivation_count) == before
    assert ConditionStep in {type(step.said) for step in session.why_not(Busy("X", 2)).steps}


def test_two_missing_facts_that_cannot_be_together() -> None:
    """What is known of one missing fact rules the other out, even where something of the first is open."""

    @fact
    class Left:
        """left {x}"""

        x: int

    @fact
    class Right:
        """right {y} {z}"""

        y: int
        z: int

    @fact
    class Both:
        """both {x}"""

        x: int

    @rule
    def both(a: Left, b: Right) -> None:
        """Two numbers that differ, and are both to be 0."""
        where(a.x == 0, b.y == 0, a.x != b.y)
        conclude(Both, x=a.x)

    (attempt,) = Session(Program([both])).why_not(Both(0)).attempts
    assert all(missing.fact is None for missing in attempt.missing)


def test_a_match_that_can_come_true_is_nearer() -> None:
    """Of matches with as many premises met, one is told whose missing premise some fact could meet."""

    @fact
    class Reached:
        n: int

    @fact
    class Step:
        n: int

    @rule
    def next_one(r: Reached, s: Step) -> None:
        where(s.n == r.n + 1)
        conclude(Reached, n=s.n)

    session = Session(Program([next_one], given=[Reached, Step]), [Reached(n) for n in range(5)])
    (attempt,) = session.why_not(Reached(5)).attempts
    assert [m.fact for m in attempt.met] == [Reached(4)]
    assert [m.fact for m in attempt.missing] == [Step(5)]

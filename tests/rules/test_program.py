"""Programs: what they refuse, all at once; what they warn of; how they describe themselves; that they never change."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from pow_rules import (
    Choice,
    PowRulesError,
    Program,
    Question,
    Rule,
    Session,
    absent,
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
    rule,
    total,
    where,
)
from pow_rules.errors import NotAssertableError, ProgramError, ProgramWarning, RuleError, StratificationError


@fact
class Edge:
    """{source} leads to {target}"""

    source: str
    target: str


@fact
class Path:
    """{start} reaches {target}"""

    start: str
    target: str


@fact
class Node:
    """{name} is a node"""

    name: str
    weight: int = 1


@fact
class Alone:
    """{name} is alone"""

    name: str


@fact
class Size:
    """{name} has {count} neighbours, that weigh {weight}"""

    name: str
    count: int
    weight: int


@fact
class Nick:
    """{name} is called {nick}"""

    name: str
    nick: str | None


@fact(abstract=True)
class Report:
    """{who} reports"""

    who: str


@fact
class Spoken(Report):
    """{who} says so"""


@fact
class Written(Report):
    """{who} writes so"""


@fact
class P: ...


@fact
class Q: ...


@fact
class R: ...


@rule
def start(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, start=e.source, target=e.target)


@rule(hedge="probable", attribution="observers", cites=("¶7", "C5"))
def grow(p: Path, e: Edge) -> None:
    """A path and an edge are a path."""
    where(p.target == e.source)
    conclude(Path, start=p.start, target=e.target)


@rule
def alone(n: Node) -> None:
    """What reaches nothing is alone."""
    absent(Path, lambda p: p.start == n.name)
    conclude(Alone, name=n.name)


@rule
def size(n: Node) -> None:
    """A node counts what it reaches."""
    reached = count(Path, lambda p: p.start == n.name)
    where(reached > 0)
    conclude(
        Size, name=n.name, count=reached, weight=n.weight + total(Node, lambda m: m.weight, lambda m: m.name != n.name)
    )


@rule
def known_by_report(r: Report, n: Node) -> None:
    """Who reports is no node."""
    where(r.who == n.name, check(str.isalpha, n.name), n.weight > 3, compute(len, r.who) == n.weight)
    present(Edge, lambda e: e.source == r.who)
    conclude(Alone, name=r.who)


def fault(*rules: Any, **options: Any) -> ProgramError:
    """Give the error of a program that cannot be made."""
    with pytest.raises(ProgramError) as caught:
        Program(rules, **options)
    return caught.value


def named(name: str, body: Callable[..., None]) -> Rule:
    """Make a rule of another name than its function's."""
    body.__name__ = name
    return rule(body)


# ---- faults ----------------------------------------------------------------------------------------------------------


def test_two_rules_of_one_name() -> None:
    """Two rules may not share a name; the message gives both places."""

    def other(e: Edge) -> None:
        conclude(Path, start=e.target, target=e.source)

    error = fault(start, named("start", other))
    (only,) = error.exceptions
    assert isinstance(only, RuleError)
    assert str(only).count("test_program.py:") == 2
    assert "start" in str(only)


def test_one_rule_twice() -> None:
    """The same rule given twice is a fault, too."""
    assert "a rule named start is there already, this very one: it is given twice" in str(fault(start, start))


def test_two_fact_types_of_one_name() -> None:
    """Traces could not tell two types of one name apart."""

    def make() -> type:
        @fact
        class Node:
            name: str

        return Node

    other: Any = make()

    @rule
    def both(n: Node, m: other) -> None:
        where(n.name == m.name)
        conclude(Alone, name=n.name)

    (only,) = fault(both).exceptions
    assert "two fact types are named Node" in str(only)


def test_what_is_no_rule_says_what_to_write() -> None:
    """A plain function, or a fact type, among the rules."""

    def plain(e: Edge) -> None: ...

    error = fault(plain, Edge, 3)
    assert [str(e) for e in error.exceptions] == [
        "plain is no rule: put @rule above the function",
        "Edge is no rule: put @rule above the function",
        "3 is no rule: put @rule above the function",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rules": start}, "rules: expected a list of rules, as Program([rule_1, rule_2]); got <Rule start>"),
        ({"rules": 1}, "rules: expected a list of rules, as Program([rule_1, rule_2]); got 1"),
        ({"rules": "start"}, "rules: expected a list of rules, as Program([rule_1, rule_2]); got 'start'"),
        ({"rules": [], "given": Edge}, "given: expected a list of fact types, as given=[Asked, Heard]; got Edge"),
        ({"rules": [], "questions": 1}, "questions: expected a list of questions, as questions=[Question(...)]; got 1"),
    ],
)
def test_lists_are_lists(options: dict[str, Any], says: str) -> None:
    """One rule, type or question in place of a list is a fault like others."""
    with pytest.raises(ProgramError) as caught:
        Program(**options)
    assert [str(e) for e in caught.value.exceptions] == [says]


def test_a_rule_of_another_program_has_no_stratum_here() -> None:
    """What is asked of a rule that the program does not have is an error that says so."""
    with pytest.raises(ValueError, match="<Rule grow> is none of the program's rules"):
        Program([start]).stratum(grow)


def test_given_takes_fact_types() -> None:
    """A class that is no fact type cannot be given, nor can a fact."""
    error = fault(start, given=[Edge, str, Node("a")])
    assert [str(e) for e in error.exceptions] == [
        "given=str is no fact type: put @fact above its class",
        "given=Node(name='a', weight=1) is no fact type: put @fact above its class",
    ]


def test_questions_are_questions() -> None:
    """Something else among the questions is named."""
    (only,) = fault(start, questions=["who?"]).exceptions  # type: ignore[list-item]
    assert str(only) == "questions: expected a Question or a Choice, got 'who?'"


def test_questions_whose_facts_nobody_could_assert() -> None:
    """A question over facts that `given` leaves out can never be answered."""
    asked = [Question("is it a node?", [Node("a")]), Choice("which?", [Edge("a", "b"), Alone("a")])]
    error = fault(start, given=[Edge], questions=asked)
    assert [type(e) for e in error.exceptions] == [RuleError, RuleError]
    assert "the question 'is it a node?' has the fact Node(name='a', weight=1)" in str(error)
    assert "the question 'which?' has the fact Alone(name='a')" in str(error)
    assert "given=... does not list Alone" in str(error)
    assert Program([start], questions=asked).questions == tuple(asked)
    assert set(Program([start], questions=asked).given) == {Edge, Path, Node, Alone}


def test_the_group_is_one_error_that_lists_all() -> None:
    """All faults are in one exception group, which is an error of the library and prints every one."""
    error = fault(start, start, 3, given=[str], questions=[4])  # type: ignore[list-item]
    assert isinstance(error, ExceptionGroup)
    assert isinstance(error, PowRulesError)
    assert len(error.exceptions) == 4
    assert all(isinstance(e, RuleError) for e in error.exceptions)
    assert str(error).startswith("4 faults in the program\n- ")
    assert all(str(e) in str(error) for e in error.exceptions)


def test_the_group_can_be_split() -> None:
    """`except*` and `split` give groups of the same class."""
    cycle = named("cycle", _cycle_body)
    error = fault(cycle)
    match, rest = error.split(StratificationError)
    assert isinstance(match, ProgramError)
    assert rest is None
    found: list[ExceptionGroup[Any]] = []
    try:
        raise error
    except* ValueError as group:
        found.append(group)
    assert [type(group) for group in found] == [ProgramError]


def _cycle_body(p: P) -> None:
    absent(Q)
    conclude(Q)


def _other_cycle_body(p: P) -> None:
    where(count(R) > 0)
    conclude(R)


def test_faults_of_every_sort_are_reported_together() -> None:
    """A wrong name does not hide a cycle, nor a cycle a question, nor either a rule that joins too much."""
    error = fault(
        start, start, 3, named("cycle", _cycle_body), named("other_cycle", _other_cycle_body),
        named("many", _too_many(200)), given=[Edge, P, str], questions=[Question("a node?", [Node("a")])],
    )  # fmt: skip
    shown = str(error)
    lacking = [
        word
        for word in (
            "a rule named start",
            "3 is no rule",
            "cycle (",
            "other_cycle (",
            "rule many",
            "given=str",
            "a node?",
        )
        if word not in shown
    ]
    assert not lacking, shown


def _too_many(number: int) -> Callable[..., None]:
    parameters = ", ".join(f"n{i}: Node" for i in range(number))
    names: dict[str, Any] = {"Node": Node, "conclude": conclude, "P": P}
    exec(f"def body({parameters}) -> None:\n    conclude(P)\n", names)  # noqa: S102 - our own source
    body: Callable[..., None] = names["body"]
    return body


def test_too_many_patterns() -> None:
    """Rules that join more than can be compiled are all reported, with what to do."""
    error = fault(named("many", _too_many(200)), named("more", _too_many(201)))
    assert len(error.exceptions) == 2
    assert "rule many: it joins 200 patterns, and at most" in str(error)
    assert "rule more: it joins 201 patterns, and at most" in str(error)
    assert "conclude a fact from some of them first" in str(error)


def test_as_many_patterns_as_are_allowed_can_be_run() -> None:
    """The greatest number of patterns that a program takes is one that Python can compile."""
    most_allowed = int(str(fault(named("many", _too_many(200)))).partition("at most ")[2].split()[0])
    session = Session(Program([named("many", _too_many(most_allowed))]), [Node("a")])
    assert P() in session


# ---- cycles ----------------------------------------------------------------------------------------------------------


def test_cycles_are_spelt_out(golden: Callable[[str, str], None]) -> None:
    """Each cycle through an absence or an aggregate is told rule by rule, with what each needs and concludes."""

    @rule
    def itself(n: Node) -> None:
        absent(Alone, lambda a: a.name == n.name)
        conclude(Alone, name=n.name)

    @rule
    def p_without_q() -> None:
        absent(Q)
        conclude(P)

    @rule
    def q_without_p() -> None:
        absent(P)
        conclude(Q)

    @rule
    def q_of_p(p: P) -> None:
        conclude(Q)

    @rule
    def r_of_q(q: Q) -> None:
        conclude(R)

    @rule
    def p_without_r() -> None:
        absent(R)
        conclude(P)

    @rule
    def weigh(n: Node) -> None:
        conclude(Node, name=n.name, weight=total(Node, lambda m: m.weight))

    @rule
    def some_r(q: Q) -> None:
        present(P)
        conclude(R)

    @rule
    def p_where_no_r(q: Q) -> None:
        where(least(Node, lambda n: n.weight) > 3)
        conclude(P)

    @rule
    def node_of_p(p: P) -> None:
        conclude(Node, name="p")

    @rule
    def of_reports(n: Node) -> None:
        absent(Report, lambda r: r.who == n.name)
        conclude(Written, who=n.name)

    cases = {
        "one rule": [itself],
        "two absences": [p_without_q, q_without_p],
        "three rules": [q_of_p, r_of_q, p_without_r],
        "an aggregate": [weigh],
        "least, and a longer way": [p_where_no_r, node_of_p],
        "through present": [some_r, p_without_r, q_of_p],
        "an abstract type": [of_reports],
        "two cycles": [itself, p_without_q, q_without_p],
    }
    golden("cycles.golden", "\n\n".join(f"# {name}\n{fault(*rules)}" for name, rules in cases.items()))


def test_a_cycle_of_two_absences_says_both() -> None:
    """P without Q and Q without P: each line tells of an absence."""

    @rule
    def p_without_q() -> None:
        absent(Q)
        conclude(P)

    @rule
    def q_without_p() -> None:
        absent(P)
        conclude(Q)

    error = fault(p_without_q, q_without_p)
    assert isinstance(error.exceptions[0], StratificationError)
    lines = str(error.exceptions[0]).splitlines()
    assert any("p_without_q" in line and "needs no Q and concludes P" in line for line in lines), lines
    assert any("q_without_p" in line and "needs no P and concludes Q" in line for line in lines), lines


def test_a_cycle_through_a_rule_with_two_conclusions_names_the_absence() -> None:
    """Where one rule stands twice in a circle, what it needs absent is still told."""

    @rule
    def two_at_once(p: P) -> None:
        absent(R)
        conclude(P)
        conclude(Q)

    @rule
    def r_of_q(q: Q) -> None:
        conclude(R)

    shown = str(fault(two_at_once, r_of_q))
    assert "needs no R" in shown, shown
    assert "needs R" not in shown, shown


def test_control_through_summed_holdings_is_a_cycle_through_an_aggregate() -> None:
    """The classic of recursion through a sum is refused, and says so."""

    @fact
    class Holds:
        owner: str
        company: str
        share: float

    @fact
    class Controls:
        owner: str
        company: str

    @rule
    def control(c: Controls, h: Holds) -> None:
        where(c.company == h.owner)
        where(total(Holds, lambda x: x.share, lambda x: x.company == h.company) > 0.5)
        conclude(Holds, owner=c.owner, company=h.company, share=0.0)

    (only,) = fault(control).exceptions
    assert isinstance(only, StratificationError)
    assert "control" in str(only)
    assert "takes a total over Holds and concludes Holds" in str(only)


def test_recursion_through_present_is_allowed() -> None:
    """`present` is a premise like another: a rule may need some fact of the type that it concludes."""

    @rule
    def spread(e: Edge) -> None:
        present(Alone, lambda a: a.name == e.source)
        conclude(Alone, name=e.target)

    session = Session(Program([spread]), [Edge("a", "b"), Edge("b", "c"), Edge("c", "a"), Alone("a")])
    assert {a.name for a in session.facts(Alone)} == {"a", "b", "c"}


def test_an_absence_below_recursion_is_allowed() -> None:
    """Recursion beside an absence is fine as long as the absence is of something below."""
    program = Program([start, grow, alone])
    assert [program.stratum(r) for r in (start, grow, alone)] == [0, 0, 1]


def test_strata_count_absences_and_aggregates() -> None:
    """A rule's stratum is the number of absences and aggregates that lie below it at least."""

    @rule
    def over_alone() -> None:
        where(count(Alone) > 0, most(Size, lambda s: s.count) > 0)
        conclude(P)

    @rule
    def above() -> None:
        absent(P)
        conclude(Q)

    program = Program([above, over_alone, size, alone, grow, start])
    assert [program.stratum(r) for r in (start, grow, alone, size, over_alone, above)] == [0, 0, 1, 1, 2, 3]


def test_the_stratum_of_a_rule_is_its_own() -> None:
    """What else concludes one of a rule's conclusions does not lift the rule: it looks into nothing."""

    @rule
    def two_at_once(e: Edge) -> None:
        conclude(P)
        conclude(Q)

    @rule
    def q_without_p(e: Edge) -> None:
        absent(P)
        conclude(Q)

    program = Program([two_at_once, q_without_p])
    assert [program.stratum(r) for r in program.rules] == [0, 1]


# ---- what may be asserted --------------------------------------------------------------------------------------------


def test_without_given_all_that_the_rules_mention_may_be_asserted() -> None:
    """Every type that a rule joins, looks into or concludes may be asserted; abstract ones by their subclasses."""
    program = Program([alone, known_by_report])
    assert set(program.given) == {Node, Path, Alone, Edge, Spoken, Written}
    session = Session(program, [Spoken("a"), Path("a", "b")])
    with pytest.raises(NotAssertableError, match="Nick"):
        session.assert_fact(Nick("a", None))


def test_given_limits_what_may_be_asserted() -> None:
    """Asserting a type that `given` leaves out is an error, which leaves the session as it was."""
    program = Program([start, grow], given=[Edge])
    assert program.given == (Edge,)
    assert set(program.fact_types) == {Edge, Path}
    session = Session(program)
    with pytest.raises(NotAssertableError, match="Path"):
        session.assert_facts([Edge("a", "b"), Path("a", "b")])
    assert len(session) == 0


def test_given_may_name_abstract_types() -> None:
    """An abstract type in `given` stands for its subclasses."""
    program = Program([start], given=[Edge, Report])
    assert set(program.given) == {Edge, Spoken, Written}
    assert Spoken("a") in Session(program, [Spoken("a")])


def test_subclasses_are_fixed_when_the_program_is_made() -> None:
    """A subclass that comes later is unknown to the program, and known to the next one."""

    @fact(abstract=True)
    class Sign:
        name: str

    @fact
    class Early(Sign): ...

    @rule
    def signs(s: Sign) -> None:
        conclude(Alone, name=s.name)

    program = Program([signs])

    @fact
    class Late(Sign): ...

    assert set(program.fact_types) == {Early, Alone}
    session = Session(program, [Early("a")])
    with pytest.raises(NotAssertableError, match="Late"):
        session.assert_fact(Late("b"))
    assert set(session.facts()) == {Early("a"), Alone("a")}
    assert set(Session(Program([signs]), [Late("b")]).facts(Alone)) == {Alone("b")}


# ---- warnings --------------------------------------------------------------------------------------------------------


def test_a_rule_that_nothing_feeds() -> None:
    """A rule that needs what cannot be asserted and no live rule concludes is warned of, and so are those above it."""

    @rule
    def above(a: Alone) -> None:
        conclude(P)

    @rule
    def fine(e: Edge) -> None:
        conclude(R)

    @rule
    def looking(e: Edge) -> None:
        present(Alone, lambda a: a.name == e.source)
        absent(Nick)
        conclude(Q)

    with pytest.warns(ProgramWarning) as caught:
        program = Program([alone, above, fine, looking], given=[Edge])
    assert [str(w.message) for w in caught] == list(program.warnings)
    assert all(w.filename == __file__ for w in caught)
    shown = [w.partition(": ")[2] for w in program.warnings]
    assert [w.partition(" can never fire")[0] for w in shown] == ["rule alone", "rule above", "rule looking"]
    assert shown[0] == "rule alone can never fire: no rule concludes Node, and it cannot be asserted"
    # A rule does conclude Alone; it is the one that cannot fire.
    assert all("no rule that can fire concludes Alone" in w for w in shown[1:]), shown
    assert all("test_program.py:" in w for w in program.warnings)
    described = " ".join(program.describe().split())
    assert all(w in described for w in program.warnings)


def test_rules_that_only_feed_each_other() -> None:
    """Two rules that need each other's conclusions can never fire."""

    @rule
    def q_of_p(p: P) -> None:
        conclude(Q)

    @rule
    def p_of_q(q: Q) -> None:
        conclude(P)

    with pytest.warns(ProgramWarning, match="can never fire"):
        program = Program([q_of_p, p_of_q], given=[Edge])
    assert len(program.warnings) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Program([q_of_p, p_of_q]).warnings == ()


def test_the_least_of_what_nothing_feeds() -> None:
    """`least` and `most` of none do not match: a rule that takes them of what nothing feeds can never fire."""

    @rule
    def lightest() -> None:
        where(least(Node, lambda n: n.weight) > 0)
        conclude(P)

    @rule
    def none_at_all() -> None:
        where(count(Node) == 0, total(Node, lambda n: n.weight) == 0)
        conclude(Q)

    with pytest.warns(ProgramWarning, match="rule lightest can never fire: .*Node") as caught:
        Program([lightest, none_at_all], given=[Edge])
    assert len(caught) == 1


def test_an_abstract_type_without_subclasses_feeds_nothing() -> None:
    """A pattern on an abstract type that has no concrete subclass never matches."""

    @fact(abstract=True)
    class Empty: ...

    @rule
    def nobody(e: Empty) -> None:
        conclude(P)

    with pytest.warns(ProgramWarning, match="nobody can never fire: .*Empty"):
        Program([nobody])


def test_joining_two_nones() -> None:
    """Two fields that may both be None match where they are; the warning says what to write."""

    @rule
    def same(a: Nick, b: Nick) -> None:
        where(a.nick == b.nick, a.name != b.name)
        conclude(P)

    @rule
    def inside(a: Nick) -> None:
        absent(Nick, lambda b: b.nick == a.nick, lambda b: b.name != a.name)
        conclude(Q)

    @rule
    def meant(a: Nick, b: Nick) -> None:
        where(known(a.nick) == b.nick, a.nick == "x", b.nick != a.nick, missing(a.nick) | one_of(a.nick, None, "x"))
        conclude(R)

    with pytest.warns(ProgramWarning) as caught:
        program = Program([same, inside, meant])
    assert [str(w.message).partition(": ")[2].partition(";")[0] for w in caught] == [
        "rule same: a.nick == b.nick also holds where both are None",
        "rule inside: nick.nick == a.nick also holds where both are None",
    ]
    assert all("known(...)" in w for w in program.warnings)
    found = Session(program, [Nick("a", None), Nick("b", None)])
    assert P() in found
    assert Q() not in found


def test_warnings_do_not_keep_a_program_from_running() -> None:
    """What is warned of runs all the same."""
    with pytest.warns(ProgramWarning):
        program = Program([alone, start], given=[Edge])
    assert Path("a", "b") in Session(program, [Edge("a", "b")])


# ---- describe --------------------------------------------------------------------------------------------------------


def test_describe(golden: Callable[[str, str], None]) -> None:
    """A program prints its rules by stratum, with hedge, attribution and citation."""
    program = Program([size, grow, alone, start, known_by_report], given=[Edge, Node, Report])
    assert str(program) == program.describe()
    golden("describe.golden", program.describe())


def test_describe_is_independent_of_the_order_of_the_rules() -> None:
    """The same rules in another order print the same."""
    rules = [size, grow, alone, start, known_by_report]
    assert Program(rules).describe() == Program(rules[::-1]).describe()


def test_describe_an_empty_program() -> None:
    """A program without rules, and one without anything to assert, can be described."""
    assert Program([]).describe() == "0 rules in 0 strata; may be asserted: nothing"

    @rule
    def from_the_start() -> None:
        conclude(P)

    assert Program([from_the_start]).describe() == (
        "1 rule in 1 stratum; may be asserted: P\n\nstratum 0\n  from_the_start (certain)\n    always -> P"
    )


def test_plans(golden: Callable[[str, str], None]) -> None:
    """Plans: the most bound pattern first, indexes on all that is known, what can raise last, in the order written."""

    @rule
    def triangle(a: Edge, b: Edge, c: Edge) -> None:
        where(a.target == b.source, b.target == c.source, c.target == a.source, a.source < b.source)
        conclude(Alone, name=a.source)

    @rule
    def by_constant(n: Node, e: Edge) -> None:
        where(e.source == "hub", n.name == e.target, one_of(n.weight, 1, 2), not_(e.target == "x"))
        conclude(Alone, name=n.name)

    @rule
    def risky_last(n: Node, e: Edge) -> None:
        where(check(str.isalpha, n.name), 10 // n.weight > 2, compute(len, e.source) == n.weight, n.name == e.source)
        where(n.weight > 3)
        absent(Alone, lambda a: a.name == n.name)
        conclude(P)

    @rule
    def absent_and_counted(n: Node) -> None:
        absent(Edge, lambda e: e.source == n.name, lambda e: e.target != "x")
        where(count(Path, lambda p: p.start == n.name, lambda p: p.target == "y") >= n.weight)
        conclude(Size, name=n.name, count=count(Edge), weight=0)

    @rule
    def some(n: Node) -> None:
        present(Edge, lambda e: e.source == n.name)
        present(Edge, lambda e: e.source != n.name)
        conclude(Alone, name=n.name)

    @rule
    def cross(n: Node, e: Edge) -> None:
        conclude(Path, start=n.name, target=e.target)

    @rule
    def reported(r: Report) -> None:
        conclude(Alone, name=r.who)

    @rule
    def from_the_start() -> None:
        absent(Report, lambda r: r.who == "a")
        conclude(P)

    rules = [
        start, grow, triangle, by_constant, risky_last, absent_and_counted, some, cross, reported,
        from_the_start,
    ]  # fmt: skip
    golden("plans.golden", "\n\n".join(Program([r]).describe(plans=True) for r in rules))


def plans_of(made: Rule) -> str:
    """Give the text of a rule's plans."""
    return Program([made]).describe(plans=True)


def test_keys_are_printed_as_they_are_written() -> None:
    """A key that is computed prints as in the rule, without the names of the generated code."""

    @rule
    def by_arithmetic(n: Node, m: Node) -> None:
        where(m.weight == n.weight + 1)
        conclude(Path, start=n.name, target=m.name)

    shown = plans_of(by_arithmetic)
    assert "n.weight + 1" in shown.partition("probe m in Node")[2].partition("\n")[0], shown


def test_equal_facts_are_looked_up() -> None:
    """Two patterns that are the same fact are joined by all their fields, not by going through the relation."""

    @rule
    def whole(e: Edge, p: Path, q: Path) -> None:
        where(p == q, p.start == e.source)
        conclude(Q)

    shown = plans_of(whole)
    assert "scan q" not in shown, shown
    assert "probe q in Path by start = " in shown, shown


def test_risky_conditions_come_last_in_the_order_written() -> None:
    """In every plan, what can raise stands after all that cannot, and in the order in which it was written."""

    @rule
    def risky(n: Node, e: Edge) -> None:
        where(10 // n.weight > 2, check(str.isalpha, e.source), compute(len, n.name) > 1, n.name == e.source)
        where(n.weight > 0, e.target != "x")
        absent(Alone, lambda a: a.name == n.name)
        conclude(P)

    program = Program([risky])
    plans = [plan for clause in program.clauses(risky) for plan in program.machine.plans(clause)]
    assert len(plans) == 2
    for plan in plans:
        lines = [line.strip() for line in plan.show(program.machine.relations).splitlines()]
        tests = [line for line in lines if line.startswith(("test", "without", "probe", "scan", "emit"))]
        places = [next(i for i, t in enumerate(tests) if word in t) for word in ("10 //", "isalpha", "compute(len")]
        assert places == sorted(places)
        assert places == list(range(len(tests) - 4, len(tests) - 1)), tests


# ---- a program never changes -----------------------------------------------------------------------------------------


def test_programs_are_immutable() -> None:
    """What a program is made of cannot be set, and the lists that it was given may change without it."""
    rules, given = [start, grow], [Edge]
    program: Any = Program(rules, given=given)
    before = program.describe()
    rules.clear()
    given.append(Path)
    assert program.describe() == before
    for name in ("rules", "questions", "fact_types", "given", "warnings", "schema", "machine"):
        with pytest.raises(AttributeError):
            setattr(program, name, ())
    assert isinstance(program.rules, tuple)


def test_a_program_may_come_from_iterators() -> None:
    """Rules, given types and questions may come as any iterable."""
    question = Question("is it an edge?", iter([Edge("a", "b")]))
    program = Program(iter([start, grow]), given=iter([Edge]), questions=iter([question]))
    assert program.rules == (start, grow)
    assert program.given == (Edge,)
    assert program.questions == (question,)
    assert question.facts == (Edge("a", "b"),)


def test_sessions_share_a_program_and_nothing_else() -> None:
    """Two sessions of one program do not see each other's facts."""
    program = Program([start, grow])
    one, other = Session(program, [Edge("a", "b")]), Session(program, [Edge("b", "c")])
    assert set(one.facts(Path)) == {Path("a", "b")}
    assert set(other.facts(Path)) == {Path("b", "c")}


def test_a_rule_may_be_in_two_programs() -> None:
    """A rule is data: programs do not change it."""
    text = str(start)
    for program in (Program([start]), Program([start, grow]), Program([alone, start])):
        assert Path("a", "b") in Session(program, [Edge("a", "b")])
    assert str(start) == text


def test_questions_are_checked() -> None:
    """A question needs a text and facts, a choice two different ones at least."""
    with pytest.raises(ValueError, match=r"Question\.text is empty"):
        Question("", [P()])
    with pytest.raises(ValueError, match=r"Question\.facts is empty"):
        Question("who?", [])
    with pytest.raises(ValueError, match="'who\\?' needs at least two different facts"):
        Choice("who?", [P(), P()])
    with pytest.raises(PowRulesError, match="is no fact"):
        Question("who?", ["Kyiv"])

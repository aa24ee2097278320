"""Folds: one walk over the log under any semiring, compared with all proof trees, and with plain iteration."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pow_rules import Given, Program, Session, Source, absent, conclude, count, fact, present, rule, where
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    CyclicDerivationError,
    SemiringError,
    UnknownFactError,
)
from pow_rules.hedges import HEDGES as ORDER
from pow_rules.semirings import BEST_PROOF, BOOLEAN, COUNTING, HEDGES, WHY, Semiring
from pow_rules.testing import check_semiring
from pow_rules.testing.strategies import facts, programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEWER = settings(max_examples=30)
MOST_TREES = 300


# ---- the laws --------------------------------------------------------------------------------------------------------

SHARES = st.fractions(0, 1)
SETS = st.frozensets(st.frozensets(st.sampled_from("abc"), max_size=3), max_size=3).map(
    lambda sets: WHY.plus(sets, WHY.zero)
)
VALUES: dict[Semiring[Any], st.SearchStrategy[Any]] = {
    BOOLEAN: st.booleans(),
    COUNTING: st.integers(0, 9),
    HEDGES: st.sampled_from((*ORDER, None)),
    attrs.evolve(BEST_PROOF, zero=Fraction(0), one=Fraction(1)): SHARES,
    WHY: SETS,
}


@pytest.mark.parametrize("semiring", VALUES, ids=lambda semiring: semiring.name)
def test_the_laws_hold(semiring: Semiring[Any]) -> None:
    """Each semiring of the library keeps the laws, on values drawn at random."""

    @settings(max_examples=30)
    @given(st.lists(VALUES[semiring], max_size=3))
    def holds(values: list[Any]) -> None:
        check_semiring(semiring, values)

    holds()


@settings(max_examples=30)
@given(st.lists(st.just(0.0) | st.floats(0.01, 1), max_size=3))
def test_the_laws_hold_of_floats(values: list[float]) -> None:
    """With floats they hold up to the last digits."""
    check_semiring(BEST_PROOF, values, equal=math.isclose)


def _of(name: str, **changes: Any) -> Semiring[Any]:
    parts = {"zero": 0, "one": 1, "plus": lambda a, b: a + b, "times": lambda a, b: a * b}
    return Semiring(name, **{**parts, **changes})


THIRD, TWO_THIRDS = Fraction(1, 3), Fraction(2, 3)
UNEVEN = {(THIRD, THIRD): Fraction(0), (TWO_THIRDS, TWO_THIRDS): THIRD}

BROKEN = {
    r"plus\(plus": _of("halved", plus=lambda a, b: (a + b) // 2 if a and b else a + b),
    r"plus\(a, b\) is not plus\(b, a\)": _of("first", plus=lambda a, b: a or b),
    r"plus\(zero": _of("off", zero=1),
    r"times\(one": _of("no one", one=2),
    r"times\(zero, a\) is not zero": _of("greatest", one=0, plus=max, times=max),
    r"times\(a, b\) is not": _of("left", times=lambda a, b: a * b if a in {0, 1} or b in {0, 1} else a),
    r"times\(times": _of(
        "uneven", plus=max, times=lambda a, b: UNEVEN.get((a, b), THIRD) if 0 < a < 1 > b > 0 else a * b
    ),
    r"times\(a, plus": _of("two", plus=max, times=lambda a, b: min(a * b, 2) if a > 1 < b else a * b),
    "absorptive": _of("counting", is_absorptive=True),
}
"""What is no semiring, by the law that it breaks."""


@pytest.mark.parametrize("law", BROKEN)
def test_a_broken_law_is_found(law: str) -> None:
    """What is no semiring is told apart by the same laws, which are named with the values."""
    with pytest.raises(SemiringError, match=rf"{law}.*for a = "):
        check_semiring(BROKEN[law], [THIRD, TWO_THIRDS] if "times\\(times" in law else [2, 3, 5])


@given(st.data())
def test_a_wrong_entry_is_found(data: st.DataObject) -> None:
    """Whichever entry of the table of `plus` is changed, or of `times` off its diagonal, some law breaks."""
    values = (*ORDER, None)
    name = data.draw(st.sampled_from(["plus", "times"]))
    a, b = data.draw(st.sampled_from(values)), data.draw(st.sampled_from(values))
    assume(name == "plus" or a != b)
    right = getattr(HEDGES, name)(a, b)
    wrong = data.draw(st.sampled_from([value for value in values if value != right]))

    def changed(one: Any, other: Any) -> Any:
        return wrong if (one, other) == (a, b) else getattr(HEDGES, name)(one, other)

    functions = {"plus": HEDGES.plus, "times": HEDGES.times, name: changed}
    broken: Semiring[Any] = Semiring("broken", None, "certain", **functions, is_absorptive=True)
    with pytest.raises(SemiringError):
        check_semiring(broken, values)


# ---- all proof trees -------------------------------------------------------------------------------------------------


class Trees:
    """The derivations of a session, as users see them, and all proof trees made of them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.givens: dict[Any, list[Given]] = {}
        for one in session.givens():
            self.givens.setdefault(one.fact, []).append(one)
        self.ways: dict[Any, list[tuple[Any, list[list[Any]]]]] = {}
        for one in session.facts():
            self.ways[one] = []
            for derivation in session.derivations(one):
                needed = [*derivation.premises, *(f for a in derivation.aggregates for f in a.facts)]
                # Any fact that a presence matches will do.
                some = [
                    [session._log.fact(node) for node in session._log.matching(presence.pattern, {})]
                    for presence in derivation.presences
                ]
                self.ways[one].append((derivation.rule, [*([f] for f in needed), *some]))

    def is_cyclic(self, goal: Any) -> bool:
        """Tell whether a fact that the goal may rest on may rest on itself."""
        done, path = set(), dict[Any, None]()

        def visit(one: Any) -> bool:
            if one in path:
                return True
            if one in done:
                return False
            path[one] = None
            found = any(visit(f) for _, parts in self.ways[one] for part in parts for f in part)
            del path[one]
            done.add(one)
            return found

        return visit(goal)

    def of(self, goal: Any) -> Iterator[list[Any]]:
        """Give each proof tree as the list of its leaves and rules, as often as they are used."""
        for one in self.givens.get(goal, ()):
            yield [one]
        for used, parts in self.ways[goal]:
            for picked in itertools.product(*parts):
                for below in itertools.product(*(list(self.of(f)) for f in picked)):
                    yield [used, *itertools.chain(*below)]

    def count(self, goal: Any) -> int:
        """Count the proof trees."""
        total = len(self.givens.get(goal, ()))
        for _, parts in self.ways[goal]:
            total += math.prod(sum(self.count(f) for f in part) for part in parts)
        return total

    def values(self, semiring: Semiring[Any], leaf: Callable[[Any], Any]) -> dict[Any, Any]:
        """Iterate from nothing until nothing changes, all facts at once (Kleene)."""
        values = dict.fromkeys(self.ways, semiring.zero)
        while True:
            new = {}
            for one, ways in self.ways.items():
                found = semiring.zero
                for said in self.givens.get(one, ()):
                    found = semiring.plus(found, leaf(said))
                for used, parts in ways:
                    value = leaf(used)
                    for part in parts:
                        sums = semiring.zero
                        for f in part:
                            sums = semiring.plus(sums, values[f])
                        value = semiring.times(value, sums)
                    found = semiring.plus(found, value)
                new[one] = found
            if new == values:
                return values
            values = new


HEDGED = {"one": Source("one"), "two": Source("two"), "nobody": None}


@st.composite
def givens(draw: st.DrawFn) -> list[Given]:
    """Give facts, some of them from several sources, some hedged."""
    return [
        Given(one, HEDGED[name], hedge=draw(st.sampled_from(ORDER)))
        for one in draw(facts(most_facts=10))
        for name in draw(st.lists(st.sampled_from(sorted(HEDGED)), min_size=1, max_size=2, unique=True))
    ]


def some(session: Session) -> list[Any]:
    """Give up to four of the facts, evenly picked."""
    found = session.facts()
    return list(found[:: -(-len(found) // 4) or 1])


def number_of(said: Any) -> Fraction:
    """Give a given or a rule a number of its own, that does not hang on when it was asserted."""
    text = f"{said!r}{said.hedge}"
    return Fraction(1 + sum(map(ord, text)) % 13, 14)


SHARED: Semiring[Fraction] = Semiring(
    "sum of products", Fraction(0), Fraction(1), lambda a, b: a + b, lambda a, b: a * b, given=number_of, rule=number_of
)
"""Not idempotent in anything: what is counted twice or left out shows."""


def worth_of(semiring: Semiring[Any], part: Any) -> Any:
    """Give what a given or a use of a rule is worth."""
    function = semiring.given if isinstance(part, Given) else semiring.rule
    return semiring.one if function is None else function(part)


@FEWER
@given(programs(), givens())
def test_the_value_is_the_sum_over_all_proof_trees(program: Program, said: list[Given]) -> None:
    """Where nothing goes in a circle, a semiring gives what all proof trees give, each the product of its parts."""
    session = Session(program, said)
    trees = Trees(session)
    for one in some(session):
        if trees.is_cyclic(one):
            for semiring in (COUNTING, SHARED):
                with pytest.raises(CyclicDerivationError):
                    session.fold(one, semiring)
            continue
        total = trees.count(one)
        assert session.fold(one, COUNTING) == total
        assume(total <= MOST_TREES)
        found = list(trees.of(one))
        assert len(found) == total
        for semiring in (SHARED, HEDGES, WHY, BOOLEAN):
            wanted = semiring.zero
            for tree in found:
                product = semiring.one
                for part in tree:
                    product = semiring.times(product, worth_of(semiring, part))
                wanted = semiring.plus(wanted, product)
            assert session.fold(one, semiring) == wanted


@FEWER
@given(programs(), givens())
def test_circles_settle_at_the_least_fixpoint(program: Program, said: list[Given]) -> None:
    """Absorptive semirings give what iterating over all facts from nothing gives, circles or not."""
    session = Session(program, said)
    trees = Trees(session)
    for semiring in (HEDGES, BEST_PROOF, BOOLEAN):
        worth = number_of if semiring is BEST_PROOF else partial(worth_of, semiring)
        wanted = trees.values(semiring, worth)
        for one in session.facts():
            assert session.fold(one, semiring, given=worth, rule=worth) == wanted[one]


@settings(max_examples=25)
@given(programs(most_rules=4), facts(most_facts=8))
def test_why_is_what_supports_finds(program: Program, asserted: list[Any]) -> None:
    """The witnesses are the minimal supports."""
    session = Session(program, asserted)
    for one in some(session):
        answer = session.supports(one, limit=40, seconds=None)
        assume(answer.is_complete and len(answer.sets) < 40)
        assert session.fold(one, WHY) == {frozenset(support.givens) for support in answer.sets}


@FEWER
@given(programs(), facts(), st.randoms(use_true_random=False))
def test_the_order_of_assertion_does_not_matter(program: Program, asserted: list[Any], order: Any) -> None:
    """Values hang on the facts alone."""
    session, other = Session(program, asserted), Session(program)
    for one in order.sample(asserted, len(asserted)):
        other.assert_fact(one)
    for one in some(session):
        assert session.fold(one, HEDGES) == other.fold(one, HEDGES)
        assert session.fold(one, BEST_PROOF, given=number_of, rule=number_of) == other.fold(
            one, BEST_PROOF, given=number_of, rule=number_of
        )


# ---- examples --------------------------------------------------------------------------------------------------------


@fact
class Edge:
    """an edge leads from {a} to {b}"""

    a: int
    b: int


@fact
class Path:
    """a path leads from {a} to {b}"""

    a: int
    b: int


@fact
class Mark:
    """{n} is marked"""

    n: int


@fact
class Seen:
    """{n} is seen"""

    n: int


@rule
def edge_is_path(e: Edge) -> None:
    """An edge is a path."""
    conclude(Path, a=e.a, b=e.b)


@rule(hedge="probable")
def paths_go_on(p: Path, e: Edge) -> None:
    """A path and an edge make a path."""
    where(p.b == e.a)
    conclude(Path, a=p.a, b=e.b)


PATHS = Program([edge_is_path, paths_go_on], given=[Edge])


def test_counting_counts_paths() -> None:
    """A ladder of n rungs has two to the n ways."""
    edges = [
        e for n in range(0, 60, 3) for e in (Edge(n, n + 1), Edge(n, n + 2), Edge(n + 1, n + 3), Edge(n + 2, n + 3))
    ]
    assert Session(PATHS, edges).fold(Path(0, 60), COUNTING) == 2**20


def test_a_circle_is_named() -> None:
    """Counting over a circle is an error that says so, names the facts, and tells what to do."""
    session = Session(PATHS, [Edge(0, 1), Edge(1, 2), Edge(2, 1)])
    with pytest.raises(CyclicDerivationError) as raised:
        session.fold(Path(0, 2), COUNTING)
    assert str(raised.value) == (
        "derivations go in a circle: Path(a=0, b=1) rests on Path(a=0, b=2) rests on Path(a=0, b=1)."
        " <Semiring counting> is not absorptive, and has no value for that: use one that is (BOOLEAN, HEDGES,"
        " BEST_PROOF, WHY), or ask for a fact below the circle"
    )
    assert session.fold(Edge(1, 2), COUNTING) == 1
    assert session.fold(Path(0, 2), HEDGES) == "probable"


def test_a_long_circle_is_cut() -> None:
    """Of a long circle the first facts are named, and the others counted."""
    session = Session(PATHS, [Edge(n, (n + 1) % 30) for n in range(30)])
    with pytest.raises(CyclicDerivationError, match=r"… 24 more …"):
        session.fold(Path(0, 2), COUNTING)


@rule
def itself(s: Seen, m: Mark) -> None:
    """What is seen and marked is seen."""
    where(s.n == m.n)
    conclude(Seen, n=s.n)


@rule
def marked_is_seen(m: Mark) -> None:
    """What is marked is seen."""
    conclude(Seen, n=m.n)


def test_a_fact_that_rests_on_itself() -> None:
    """The shortest circle is one, too."""
    session = Session(Program([itself, marked_is_seen], given=[Mark]), [Mark(1)])
    with pytest.raises(CyclicDerivationError, match=r"circle: Seen\(n=1\) rests on Seen\(n=1\)\."):
        session.fold(Seen(1), COUNTING)
    assert session.fold(Seen(1), WHY) == {frozenset([Mark(1)])}


def test_what_claims_to_be_absorptive_and_is_not() -> None:
    """A semiring that does not keep its word is stopped, and told so."""
    session = Session(PATHS, [Edge(0, 1), Edge(1, 2), Edge(2, 1)])
    lying = Semiring("lying", 0, 1, lambda a, b: a + b, lambda a, b: a * b, is_absorptive=True)
    with pytest.raises(SemiringError, match=r"plus\(one, a\) has to be one"):
        session.fold(Path(0, 2), lying)


def test_presences_are_sums_and_aggregates_products() -> None:
    """`present` takes any of what matches, an aggregate needs all that it counts, an absence counts for nothing."""

    @rule
    def some_mark(e: Edge) -> None:
        present(Mark, lambda m: m.n >= e.a)
        conclude(Seen, n=1)

    @rule
    def all_marks(e: Edge) -> None:
        where(count(Mark, lambda m: m.n >= e.a) > 1)
        absent(Path)
        conclude(Seen, n=2)

    # Two edges ask for the same, which must not make it twice as much.
    edges = [Edge(0, 0), Edge(0, 1)]
    session = Session(Program([some_mark, all_marks], given=[Edge, Mark, Path]), [*edges, *map(Mark, (1, 2, 3))])
    primes = {Edge(0, 0): 7, Edge(0, 1): 11, Mark(1): 2, Mark(2): 3, Mark(3): 5}
    assert session.fold(Seen(1), COUNTING, given=lambda g: primes[g.fact]) == (7 + 11) * (2 + 3 + 5)
    assert session.fold(Seen(2), COUNTING, given=lambda g: primes[g.fact]) == (7 + 11) * 2 * 3 * 5
    assert session.fold(Seen(2), COUNTING, given=lambda g: primes[g.fact], rule=lambda r: len(r.name)) == 9 * 18 * 30


def test_one_fact_matched_twice_counts_twice() -> None:
    """A rule that uses a fact in two patterns multiplies it with itself."""

    @rule
    def twice(one: Mark, other: Mark) -> None:
        where(one.n == other.n)
        conclude(Seen, n=one.n)

    session = Session(Program([twice], given=[Mark]), [Mark(1)])
    assert session.fold(Seen(1), COUNTING, given=lambda _: 3) == 9
    assert session.fold(Seen(1), BEST_PROOF, given=lambda _: 0.5) == 0.25


def test_a_fact_of_two_sources_has_two_proofs() -> None:
    """Each source of a given is one of its ways to hold; the fold is asked for each."""
    session = Session(PATHS, [Given(Edge(0, 1), Source("a")), Given(Edge(0, 1), Source("b"), hedge="possible")])
    assert session.fold(Path(0, 1), COUNTING) == 2
    assert session.fold(Path(0, 1), HEDGES) == "certain"
    asked: list[Given] = []
    session.fold(Path(0, 1), BOOLEAN, given=lambda g: bool(asked.append(g)))
    assert asked == list(session.givens())


def test_what_is_given_and_concluded_has_both() -> None:
    """The ways add up."""
    program = Program([edge_is_path], given=[Edge, Path])
    session = Session(program, [Edge(0, 1), Given(Path(0, 1), hedge="possible")])
    assert session.fold(Path(0, 1), COUNTING) == 2
    assert session.fold(Path(0, 1), WHY) == {frozenset([Edge(0, 1)]), frozenset([Path(0, 1)])}
    assert session.fold(Path(0, 1), HEDGES) == "certain"


def test_the_best_proof_needs_numbers() -> None:
    """What is hedged has to have one number; what is certain counts as 1."""
    session = Session(PATHS, [Given(Edge(0, 1), likelihood=0.7), Given(Edge(1, 2), hedge="probable"), Edge(2, 3)])
    assert session.fold(Path(0, 1), BEST_PROOF) == 0.7
    assert session.fold(Path(2, 3), BEST_PROOF) == 1
    with pytest.raises(ArgumentValueError, match=r"Edge\(a=1, b=2\) has none, it is probable; pass given="):
        session.fold(Path(1, 2), BEST_PROOF)
    with pytest.raises(ArgumentValueError, match=r"rule paths_go_on \(.*test_fold.py:\d+\) has none, it is probable"):
        session.fold(Path(0, 2), BEST_PROOF, given=lambda _: 1.0)
    session.assert_fact(Given(Edge(0, 1), likelihood=(0.2, 0.7)))
    with pytest.raises(ArgumentValueError, match=r"Edge\(a=0, b=1\) has none, it is 20-70 %"):
        session.fold(Path(0, 1), BEST_PROOF)


def test_wrong_arguments() -> None:
    """What is no semiring, function or fact that holds is refused with what was expected."""
    session = Session(PATHS, [Edge(0, 1)])
    with pytest.raises(ArgumentTypeError, match=r"expected a Semiring, as those in pow_rules\.semirings, got 1$"):
        session.fold(Edge(0, 1), 1)  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="rule: expected a function or None, got 1"):
        session.fold(Edge(0, 1), COUNTING, rule=1)  # type: ignore[arg-type]
    with pytest.raises(UnknownFactError):
        session.fold(Edge(1, 1), COUNTING)
    for name, value in (("plus", 1), ("given", 1), ("is_absorptive", 1), ("name", 1)):
        parts = {"name": "x", "zero": 0, "one": 1, "plus": max, "times": max, name: value}
        with pytest.raises(ArgumentTypeError, match=rf"Semiring.{name}: expected .*, got 1"):
            Semiring(**parts)
    assert repr(COUNTING) == "<Semiring counting>"


def test_what_the_functions_raise_goes_on() -> None:
    """An error of the caller's function is the caller's, and the session goes on."""
    session = Session(PATHS, [Edge(0, 1)])

    def failing(_: Any) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.fold(Path(0, 1), COUNTING, given=failing)
    assert session.fold(Path(0, 1), COUNTING) == 1
    assert session.assert_fact(Edge(1, 2)).concluded == (Path(1, 2), Path(0, 2))


# ---- large ones ------------------------------------------------------------------------------------------------------


@fact
class Next:
    """{n} follows"""

    n: int


@rule(hedge="probable")
def one_after_another(s: Seen, n: Next) -> None:
    """What follows what is seen is seen."""
    where(n.n == s.n + 1)
    conclude(Seen, n=n.n)


def test_deep_chains_do_not_recurse() -> None:
    """A chain of ten thousand steps is folded under each semiring."""
    session = Session(Program([one_after_another]), [Seen(0), *map(Next, range(1, 10_001))])
    goal = Seen(10_000)
    assert session.fold(goal, COUNTING) == 1
    assert session.fold(goal, HEDGES) == "probable"
    assert session.fold(goal, BEST_PROOF, rule=lambda _: 1.0) == 1
    steps = Semiring("steps", math.inf, 0, min, lambda a, b: a + b, is_absorptive=True, rule=lambda _: 1)
    assert session.fold(goal, steps) == 10_000


def test_a_large_circle_settles() -> None:
    """A thousand facts that all rest on each other settle, at the fewest steps."""
    size = 1_000

    @rule
    def round_and_round(s: Seen, n: Next) -> None:
        where(n.n == (s.n + 1) % size)
        conclude(Seen, n=n.n)

    session = Session(Program([round_and_round, marked_is_seen]), [Mark(7), *map(Next, range(size))])
    steps = Semiring("steps", math.inf, 0, min, lambda a, b: a + b, is_absorptive=True, rule=lambda _: 1)
    assert session.fold(Seen(6), steps) == size

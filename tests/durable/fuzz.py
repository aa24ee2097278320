"""Random joins and programs of every shape: `python tests/durable/fuzz.py networks|programs HOW_MANY SEED`.

A crash of the interpreter cannot be told of by a test that runs in the same one: so this runs in one of its own.
"""

from __future__ import annotations

import faulthandler
import inspect
import itertools
import random
import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

from pow_rules import Limits, Program, Session, check, conclude, fact, rule, where
from pow_rules.engine.clauses import Clause, Filter, Head, Pattern
from pow_rules.engine.expressions import Apply, Column, Constant
from pow_rules.errors import EvaluationError, LimitError, ProgramWarning

if sys.version_info < (3, 13):
    from pow_rules.engine.durable.network import Network
    from pow_rules.engine.durable.ruleset import Join, join_of, rulesets

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = (
    "t",
    "k",
    "id",
    "sid",
    "a0",
    "p0",
    "j0",
    "all",
    "dist",
    "prime",
    "run",
    "m",
    "x",
    "a1",
    "Ünicode",
    "名",
    "n" * 90,
)
_KINDS: dict[Any, tuple[Any, ...]] = {
    int: (0, 1, 2, 2**70),
    int | bool: (0, 1, False, True),
    str: ("", "a", "1", "\x00", "\ud800", '"}', "\\"),
    int | str | None: (0, "0", None),
    float: (0.0, -0.0, 1e16, float("inf")),
    tuple[int, ...]: ((), (0,), (0, 1)),
}
_LIMITS = Limits(facts=30, derivations=2_000)


class Fuse:
    """A check that raises when it is called for the n-th time."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, *_: Any) -> bool:
        self.left -= 1
        if not self.left:
            raise RuntimeError
        return True


class Shape:
    """One random program."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.fuse = Fuse()
        self.types = [self.fact_type(i) for i in range(rng.randint(1, 5))]
        self.program = Program([self.rule(i) for i in range(rng.randint(1, 6))], given=[t for t, _ in self.types])

    def fact_type(self, number: int) -> tuple[Any, dict[str, Any]]:
        rng = self.rng
        names = rng.sample(_NAMES, rng.choice((0, 1, 1, 2, 2, 3, 6)))
        kinds = {name: rng.choice((int, int, *_KINDS)) for name in names}
        return fact(type(f"T{number}", (), {"__annotations__": kinds, "__module__": __name__})), kinds

    def rule(self, number: int) -> Any:
        rng = self.rng
        size = rng.choice((0, 1, 1, 2, 2, 2, 2, 3, 3, 4)) if rng.random() < 0.98 else rng.randint(5, 16)
        chosen = [rng.choice(self.types) for _ in range(size)]
        if rng.random() < 0.3:
            chosen = chosen[:1] * size  # one relation all over

        def body(*facts: Any) -> None:
            described = list(enumerate(zip(facts, (kinds for _, kinds in chosen), strict=True)))
            columns = [(i, f, name, kind) for i, (f, kinds) in described for name, kind in kinds.items()]
            for _ in range(rng.choice((0, 1, 2, 3, 8))):
                if columns:
                    self.condition(columns)
            # Many patterns are tied to each other, but for a few of their columns: all combinations would be too many.
            for column in columns:
                if size > 3 and column[0] > 1 and rng.random() > 0.5 / len(columns):
                    self.tie(column, columns)
            if columns and rng.random() < 0.4:
                where(check(self.fuse, getattr(*rng.choice(columns)[1:3])))
            cls, kinds = rng.choice(self.types)
            values = {}
            for name, kind in kinds.items():
                same = [getattr(f, n) for _, f, n, k in columns if k == kind]
                values[name] = rng.choice(same) if same and rng.random() < 0.8 else rng.choice(_KINDS[kind])
            conclude(cls, **values)

        def made(*facts: Any) -> None:
            body(*facts)

        names = [f"f{i}" for i in range(size)]
        made.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in names]
        )
        made.__annotations__ = {n: cls for n, (cls, _) in zip(names, chosen, strict=True)}
        made.__name__ = f"rule_{number}"
        return rule(made)

    def condition(self, columns: list[tuple[int, Any, str, Any]]) -> None:
        rng = self.rng
        at, one, name, kind = rng.choice(columns)
        same = [c for c in columns if c[3] == kind]
        within = [c for c in same if c[0] == at]
        other = rng.choice(within if rng.random() < 0.25 else same)
        if rng.random() < 0.2 or (other[0], other[2]) == (at, name):
            where(getattr(one, name) == rng.choice(_KINDS[kind]))
        else:
            where(getattr(one, name) == getattr(other[1], other[2]))

    def tie(self, column: tuple[int, Any, str, Any], columns: list[tuple[int, Any, str, Any]]) -> None:
        at, one, name, kind = column
        earlier = [c for c in columns if c[0] < at and c[3] == kind]
        wanted = self.rng.choice(_KINDS[kind])
        if earlier and self.rng.random() < 0.8:
            _, other, its, _ = self.rng.choice(earlier)
            wanted = getattr(other, its)
        where(getattr(one, name) == wanted)

    def facts(self) -> list[Any]:
        rng = self.rng
        found = []
        for _ in range(rng.choice((1, 4, 10))):
            cls, kinds = rng.choice(self.types)
            found.append(cls(*(rng.choice(_KINDS[kind]) for kind in kinds.values())))
        return found


def outcome(session: Session, facts: list[Any], fuse: Fuse, at: int) -> str:
    """Give what came of a call: the change, or that it failed (a limit may be looked at before or after a check)."""
    fuse.left = at
    try:
        return str(session.assert_facts(facts))
    except (EvaluationError, LimitError):
        return "failed"


def log(session: Session) -> list[list[tuple[int, ...]]]:
    """Give the derivation log."""
    return [list(zip(table.conclusions, *table.premises, strict=True)) for table in session._base.tables]


def programs(number: int, rng: random.Random) -> tuple[int, ...]:
    """Run a program on both matchers, in several calls, some of which fail; after each the logs are compared."""
    shape = Shape(rng)
    one = Session(shape.program, limits=_LIMITS)
    other = Session(shape.program, limits=_LIMITS, matcher="durable")
    calls = failed = 0
    for _ in range(rng.randint(1, 4)):
        facts, at = shape.facts(), rng.choice((0, 0, 1, 3, 20))
        outcomes = {outcome(session, facts, shape.fuse, at) for session in (one, other)}
        if len(outcomes) > 1 or log(one) != log(other) or one.facts() != other.facts():
            msg = f"program {number}: {outcomes}"
            raise AssertionError(msg)
        calls += 1
        failed += outcomes == {"failed"}
    return calls, failed, sum(map(len, log(one)))


def networks(number: int, rng: random.Random) -> tuple[int, ...]:
    """Give rows to the networks of some joins, fetch the matches now and then, and compare with all combinations."""
    relations = rng.randint(1, 4)
    width = {relation: rng.choice((0, 1, 2, 3, 6, 30)) for relation in range(relations)}
    values = rng.choice((1, 2, 3))
    made = [clause(i, rng, width, values) for i in range(rng.choice((1, 1, 2, 4, 16)))]
    joins = [join_of(c, tuple(rng.sample(range(len(c.patterns)), len(c.patterns)))) for c in made]
    most = max(len(c.patterns) for c in made)
    rows = [
        (r, tuple(rng.randrange(values) for _ in range(width[r])))
        for r in rng.choices(range(relations), k=rng.randint(1, {1: 30, 2: 10, 3: 6, 4: 4}.get(most, 2)))
    ]
    total = 0
    for ruleset in rulesets(joins):
        network = Network(ruleset)
        ids: list[tuple[int, tuple[int, ...]]] = [(-1, ())]
        found: Counter[tuple[int, ...]] = Counter()
        for relation, row in rows:
            if relation in ruleset.columns:
                network.add(relation, row)
                ids.append((relation, row))
            if rng.random() < 0.5:
                matches = [(join, *numbers) for join, numbers in network.matches()]
                found.update(matches)
            elif rng.random() < 0.5:
                # Where it is broken off, the last match is given again.
                wished = rng.randint(1, 5)
                matches = [(join, *numbers) for join, numbers in itertools.islice(network.matches(), wished)]
                found.update(matches[: wished - 1])
        found.update((join, *numbers) for join, numbers in network.matches())
        wanted = Counter(match for i, join in enumerate(ruleset.joins) for match in combinations(i, join, ids))
        if found != wanted:
            msg = f"networks {number}: {found - wanted} too much, {wanted - found} missing"
            raise AssertionError(msg)
        if rng.random() < 0.8:
            network.close()
        total += len(wanted)
    return (len(rows), total)


def clause(number: int, rng: random.Random, width: dict[int, int], values: int) -> Clause:
    """Give a clause of some patterns and equalities."""
    size = rng.choice((1, 2, 2, 3, 4)) if rng.random() < 0.97 else rng.randint(5, 16)
    chosen = [rng.randrange(len(width)) for _ in range(size)]
    columns = [Column(slot, column) for slot, relation in enumerate(chosen) for column in range(width[relation])]
    filters = []
    for _ in range(rng.choice((0, 1, 2, 5, 40) if size < 9 else (40, 80)) if columns else 0):
        one, other = rng.choice(columns), rng.choice([*columns, Constant(rng.randrange(values))])
        keys = ((one, other), (other, one)) if isinstance(other, Column) else ((one, other),)
        filters.append(Filter(Apply("==", (one, other)), "", keys=keys))  # type: ignore[arg-type]
    patterns = tuple(Pattern(slot, relation, "") for slot, relation in enumerate(chosen))
    return Clause(number, "", 0, patterns, tuple(filters), Head(0, (), "", can_raise=False))


def combinations(number: int, join: Join, rows: list[tuple[int, tuple[int, ...]]]) -> Iterator[tuple[int, ...]]:
    """Give all combinations of rows that pass a join's tests, by trying them all."""

    def extend(chosen: dict[int, int], positions: tuple[int, ...]) -> Iterator[dict[int, int]]:
        if not positions:
            yield chosen
            return
        at = join.order.index(positions[0])
        pattern = join.clause.patterns[positions[0]]
        for i, (relation, row) in enumerate(rows):
            more = {**chosen, pattern.slot: i}
            if relation == pattern.relation and all(
                row[column] == (other.value if isinstance(other, Constant) else rows[more[other.slot]][1][other.column])
                for column, other in join.tests[at]
            ):
                yield from extend(more, positions[1:])

    for chosen in extend({}, join.order):
        yield number, *(chosen[pattern.slot] for pattern in join.clause.patterns)


def main(what: str, how_many: int, seed: int) -> str:
    """Run so many, and give the sums of their figures."""
    sums: list[int] = []
    for number in range(how_many):
        rng = random.Random(f"{seed} {number}")  # noqa: S311 - examples
        figures = (programs if what == "programs" else networks)(number, rng)
        sums = list(map(sum, zip(sums, figures, strict=True))) if sums else list(figures)
    return f"{what}: {how_many}, figures {sums}"


if __name__ == "__main__":
    faulthandler.enable()
    warnings.simplefilter("ignore", ProgramWarning)  # some of the rules are odd, as they should be
    sys.stdout.write(f"{main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))}\n")

"""How it is found what becomes of a session without some sources: by trying it, and weighing what holds on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.explain.arguments import check_seconds
from pow_rules.explain.difference import difference
from pow_rules.explain.supports.budget import Budget
from pow_rules.explain.without_source.answer import Weakened, WithoutSource
from pow_rules.explain.without_source.weights import Rests, Weights, weighed
from pow_rules.grades import bar_of, is_below, is_ungraded
from pow_rules.near import did_you_mean
from pow_rules.sources import Given, Source
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pow_rules.change import Change
    from pow_rules.engine.store import Row
    from pow_rules.log import Log
    from pow_rules.session.statements import Retraction
    from pow_rules.sources import Attestation

    Key = tuple[int, Row]
    Outcome = tuple[Change, tuple[Any, ...], Weights]

__all__ = ["Wanted", "wanted", "without"]

_FROM = "what comes from "


@attrs.frozen(eq=False, repr=False)
class Wanted:
    """Which sources are to be left out.

    Attributes:
        asked: in words.
        goes: tells whether a source is one of them.
        stays_unknown: tells whether a source stays only because its grade is not known.
        name: the parameter that names what there has to be; empty where none does.
    """

    asked: str
    goes: Callable[[Source], bool]
    stays_unknown: Callable[[Source], bool] = lambda _: False
    name: str = ""


def wanted(source: object, origin: object, below: object) -> Wanted:
    """Read what `Session.without_source` is asked.

    Args:
        source: a source, or the name of several.
        origin: the name of an origin.
        below: a grade.

    Raises:
        ArgumentValueError: for several of these, or none; or a grade that there is not.
        ArgumentTypeError: for something of another type.
    """
    if sum(value is not None for value in (source, origin, below)) != 1:
        msg = "without_source(...): expected one of source, origin=... and below=..."
        raise ArgumentValueError(msg)
    if below is not None:
        bar = bar_of(below)
        return Wanted(
            f"anything graded below {below}", lambda one: is_below(one, bar), lambda one: is_ungraded(one, bar)
        )
    if isinstance(source, Source):
        return Wanted(str(source), lambda one: one == source, name="source")
    for name, value in (("source", source), ("origin", origin)):
        if value is not None and not isinstance(value, str):
            expected = "a Source, or its name" if name == "source" else "the name of an origin"
            msg = f"{name}: expected {expected}, got {value!r}"
            raise ArgumentTypeError(msg)
    if source is not None:
        return Wanted(str(source), lambda one: one.name == source, name="source")
    return Wanted(f"{_FROM}{origin}", lambda one: one.traced_to == origin, name="origin")


def without(
    log: Log,
    which: Wanted,
    seconds: float | None,
    trial: Callable[[list[Retraction], Callable[[], Outcome]], Outcome],
) -> WithoutSource:
    """Tell what becomes of a session without some sources.

    Args:
        log: its log.
        which: the sources.
        seconds: how long to count origins; None for no end.
        trial: takes assertions back, looks, and undoes it.

    Raises:
        ArgumentTypeError: for seconds that are no number.
        ArgumentValueError: for a name that no source has, or seconds below 0.
    """
    check_seconds(seconds)
    dropped: list[tuple[Key, Attestation]] = []
    ungraded: list[tuple[Key, Attestation]] = []
    for key, said in _attestations(log):
        source = cast("Source", said.source)
        if which.goes(source):
            dropped.append((key, said))
        elif which.stays_unknown(source):
            ungraded.append((key, said))
    if which.name and not dropped:
        raise _nobody(log, which)
    relations = _above(log, {relation for (relation, _), _ in dropped})
    budget = Budget(seconds)
    before = weighed(log, relations, budget)

    def look() -> Outcome:
        found = difference(log, log.base.current)
        still = tuple(fact for fact in found.retracted if log.node(fact) is not None)
        return found, still, weighed(log, relations, budget)

    change, held, after = trial([(*key, said.source) for key, said in dropped], look)
    return WithoutSource(
        asked=which.asked,
        dropped=_in_order(log, dropped),
        change=change,
        held=held,
        weakened=tuple(_weakened(log, before, after)),
        ungraded=_in_order(log, ungraded),
        knows_origins=before.origins is not None and after.origins is not None,
    )


def _attestations(log: Log) -> Iterator[tuple[Key, Attestation]]:
    """Give all that sources say which are named."""
    for relation, givens in enumerate(log.base.givens):
        for row, attestations in givens.items():
            for said in attestations:
                if said.source is not None:
                    yield (relation, row), said


def _nobody(log: Log, which: Wanted) -> ArgumentValueError:
    """Give the error for a name that no source has."""
    sources = {cast("Source", said.source) for _, said in _attestations(log)}
    if which.name == "origin":
        there, asked = {source.traced_to for source in sources}, which.asked.removeprefix(_FROM)
    else:
        there, asked = {source.name for source in sources} | set(map(str, sources)), which.asked
    names = did_you_mean(asked, sorted(there))
    return ArgumentValueError(f"{which.name}: nothing that is given is by {asked!r}{names}")


def _above(log: Log, relations: set[int]) -> set[int]:
    """Give some relations, and all that hangs on them."""
    found, ahead = set(relations), list(relations)
    heads: dict[int, set[int]] = {}
    for clause in log.program.machine.clauses:
        for below in clause.reads | clause.tests:
            heads.setdefault(below, set()).add(clause.head.relation)
    while ahead:
        new = heads.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return {relation for relation in found if not log.is_hidden(relation)}


def _in_order(log: Log, said: list[tuple[Key, Attestation]]) -> tuple[Given, ...]:
    made = [Given(log.schema.fact(*key), one.source, hedge=one.hedge, likelihood=one.likelihood) for key, one in said]
    return tuple(sorted(made, key=lambda given: (canonical(given.fact), repr(given.source))))


def _weakened(log: Log, before: Weights, after: Weights) -> Iterator[Weakened]:
    found: list[Weakened] = []
    for key, hedges in before.hedges.items():
        now = after.hedges.get(key)
        if now is None:
            continue
        nothing: Rests = (), None
        had, has = nothing, nothing
        if before.origins is not None and after.origins is not None:
            had, has = before.origins[key], after.origins[key]
        lines = (0, 0) if had[1] is None or has[1] is None else (had[1], has[1])
        if before.is_stronger(hedges, now) or len(has[0]) < len(had[0]) or lines[1] < lines[0]:
            found.append(Weakened(log.schema.fact(*key), (hedges, now), (had[0], has[0]), lines))
    return iter(sorted(found, key=lambda one: canonical(one.fact)))

"""What contradicts what? The answer names the sides, why each of them holds, and the givens at fault.

The sets at fault are the minimal sets of givens from which a contradiction follows: the nogoods of an assumption-based
truth maintenance system (de Kleer 1986).
"""

from __future__ import annotations

import heapq
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.explain.answer import Answer
from pow_rules.explain.moment import Moment
from pow_rules.explain.why import grounds, why
from pow_rules.log import Firing
from pow_rules.sources import by_whom
from pow_rules.steps import FactStep, HeadingStep, NoteStep, RuleStep, SeenStep, Step
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.constraints import Constraint
    from pow_rules.derivation import Absence, AggregateValue, Presence
    from pow_rules.explain.explanation import Explanation
    from pow_rules.log import Log, Node

__all__ = ["AtFault", "Contradiction", "Contradictions", "contradictions", "is_contradictory"]

_TRACE_SIZE = 1_000
_MOST_SETS = 100
_FEW = 500


@attrs.frozen(eq=False, repr=False)
class _Match:
    """What a constraint matches.

    Attributes:
        moment: the log as it was when it matched.
        firings: the firings of the constraint, one for each order in which the same facts match; that shown first.
        seconds: how long to look for the sets at fault.
    """

    moment: Moment
    firings: tuple[Firing, ...]
    seconds: float | None

    def nodes(self) -> list[Node]:
        """Give the facts that match, once each, in the order of the patterns."""
        firing, log = self.firings[0], self.moment.log
        return list(dict.fromkeys(log.joined(firing)[: len(log.conditional(firing).patterns)]))

    def at_fault(self) -> AtFault:
        from pow_rules.explain.supports.answer import supports  # noqa: PLC0415 - only those who ask for it pay for it

        log = self.moment.log
        tables = log.base.tables
        found: set[frozenset[Any]] = set()
        is_complete = True
        for firing in self.firings:
            clause = firing.clause
            node = clause.head.relation, tables[clause.index].conclusions[firing.number]
            answer = supports(log, node, limit=_MOST_SETS, seconds=self.seconds)
            found.update(frozenset(support.givens) for support in answer.sets)
            is_complete &= answer.is_complete
        least = [tuple(sorted(s, key=canonical)) for s in found if not any(other < s for other in found)]
        return AtFault(tuple(sorted(least, key=lambda s: (len(s), tuple(map(canonical, s))))), is_complete)

    def said_by(self, fact: Any) -> str:
        """Tell who gives a fact, and how strongly; empty where nobody is named, and it is certain."""
        log = self.moment.log
        node = log.node(fact)
        return by_whom((None if node is None else log.attestations(node)) or ())


@attrs.frozen
class AtFault:
    """The minimal sets of givens from which a contradiction follows; without one of each, it would not.

    Absences and aggregates are held at their present values, as in `Session.supports`.

    Attributes:
        sets: the sets, the smallest first.
        is_complete: whether these are all of them, and the search was not stopped.
    """

    sets: tuple[tuple[Any, ...], ...]
    is_complete: bool


@attrs.frozen(repr=False)
class Contradiction(Answer):
    """Facts that contradict each other.

    Facts that meet a constraint in several orders contradict each other once. Traces and sets at fault are computed
    when they are first looked at, and are those of the moment at which the session was asked.

    Attributes:
        constraint: the constraint that they break.
        facts: the sides: the facts that its patterns matched, in the order of its parameters, each once.
        absences: what had to be absent for it, as ground patterns.
        presences: what had to be there without being a side by itself, as ground patterns.
        aggregates: the aggregates used, with their values and the facts they went over.
    """

    kind: ClassVar[str] = "contradiction"

    constraint: Constraint
    facts: tuple[Any, ...]
    absences: tuple[Absence, ...]
    presences: tuple[Presence, ...]
    aggregates: tuple[AggregateValue, ...]
    _match: _Match = attrs.field(eq=False)

    @cached_property
    def traces(self) -> tuple[Explanation, ...]:
        """Why each side holds that is concluded; one that is only given has no trace."""
        log, heights = self._match.moment.log, self._match.moment.heights
        return tuple(
            why(log, heights, node, every=False, depth=None, size=_TRACE_SIZE)
            for node in self._match.nodes()
            if next(iter(log.firings(node)), None) is not None
        )

    @cached_property
    def at_fault(self) -> AtFault:
        """The minimal sets of givens from which it follows."""
        return self._match.at_fault()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps: the constraint, each side with its trace below it, then the sets at fault."""
        return self._steps

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        return (Step(0, RuleStep(self.constraint)), *_moved(self._grounds[0], 0, 1), *self._fault_steps())

    @property
    def cut(self) -> int:
        """How many conclusions have no derivation in the traces."""
        return self._grounds[1]

    @cached_property
    def _grounds(self) -> tuple[tuple[Step, ...], int]:
        moment = self._match.moment
        return grounds(moment.log, moment.heights, self._match.firings[0], self, size=_TRACE_SIZE)

    def _fault_steps(self) -> Iterator[Step]:
        sets = self.at_fault.sets
        for number, givens in enumerate(sets, 1):
            if not givens:
                yield Step(1, NoteStep("no given is at fault: it follows from what is absent"))
                continue
            together = "at fault, together" if len(givens) > 1 else "at fault"
            yield Step(1, HeadingStep(together, f"set {number} of {len(sets):,}" if len(sets) > 1 else ""))
            for given in givens:
                yield Step(2, FactStep(given, "at fault", self._match.said_by(given)))
        if not self.at_fault.is_complete:
            yield Step(1, NoteStep("there may be more sets at fault: the search was stopped"))

    def __repr__(self) -> str:
        return f"<Contradiction by {self.constraint.name}: {', '.join(map(repr, self.facts))}>"


@attrs.frozen(repr=False)
class Contradictions(Answer):
    """The contradictions of a session, by the constraint's name, then by the sides in canonical form. True if any.

    It can be iterated over, and stays what it was when the session changes.

    Attributes:
        found: the contradictions; no more than the limit.
        count: how many there are in all.
    """

    kind: ClassVar[str] = "contradictions"

    found: tuple[Contradiction, ...]
    count: int

    def __iter__(self) -> Iterator[Contradiction]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, at: int) -> Contradiction:
        return self.found[at]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps: how many there are, and each of them one level below."""
        if not self.count:
            return (Step(0, HeadingStep("no contradiction")),)
        what = "1 contradiction" if self.count == 1 else f"{self.count:,} contradictions"
        said = [Step(0, HeadingStep(what, f"{len(self):,} shown" if len(self) < self.count else ""))]
        for contradiction in self.found:
            said += _moved(contradiction.steps, len(said), 1)
        return tuple(said)

    @property
    def cut(self) -> int:
        """How many contradictions are not shown, and how many conclusions have no derivation in the traces."""
        return self.count - len(self) + sum(contradiction.cut for contradiction in self.found)

    def __repr__(self) -> str:
        return f"<Contradictions: {self.count:,}>"


def is_contradictory(log: Log) -> bool:
    """Tell whether some constraint is broken."""
    return any(log.base.relations[relation].ids for relation in log.program.violated)


def contradictions(log: Log, *, limit: int | None, seconds: float | None, is_passing: bool = False) -> Contradictions:
    """Find what contradicts what.

    Args:
        log: the derivation log.
        limit: how many contradictions to tell of; None for all.
        seconds: how long to look for the sets at fault of each; None for no end.
        is_passing: whether the log is about to be rolled back: then what rests on few facts is looked up now, which is
            quicker than to keep the log for it.
    """
    if not is_contradictory(log):
        return Contradictions((), 0)
    ordered = _ordered(log)
    least = sorted(ordered) if limit is None else heapq.nsmallest(limit, ordered)
    is_now = is_passing and _rest_on_few(log, [firing for _, _, _, firings in least for firing in firings])
    moment, rules = Moment(log, is_kept=not is_now), len(log.program.rules)
    made: list[Contradiction] = []
    for _, _, _, firings in least:
        match = _Match(moment, firings, seconds)
        _, absences, presences, aggregates = log.rests_on(firings[0])
        facts = tuple(map(log.fact, match.nodes()))
        constraint = log.program.constraints[firings[0].clause.rule - rules]
        made.append(Contradiction(constraint, facts, absences, presences, aggregates, match))
        if is_now:
            _ = made[-1].traces, made[-1].steps
    return Contradictions(tuple(made), len(ordered))


def _ordered(log: Log) -> list[tuple[str, tuple[str, ...], int, tuple[Firing, ...]]]:
    """Give the matches of constraints that are of the same facts, by what they are sorted by."""
    shown: dict[Node, str] = {}
    same: dict[tuple[int, frozenset[Node]], list[tuple[tuple[str, ...], Firing]]] = {}
    for relation in log.program.violated:
        for clause in log.program.machine.by_head[relation]:
            patterns = len(log.program.conditionals[clause.rule].patterns)
            for number in log.base.tables[clause.index].firings():
                firing = Firing(clause, number)
                nodes = log.joined(firing)[:patterns]
                for node in nodes:
                    if node not in shown:
                        shown[node] = canonical(log.fact(node))
                told = tuple(shown[node] for node in nodes)
                same.setdefault((clause.rule, frozenset(nodes)), []).append((told, firing))
    found: list[tuple[str, tuple[str, ...], int, tuple[Firing, ...]]] = []
    for (number, _), firings in same.items():
        firings.sort(key=lambda pair: pair[0])
        # What stands behind the order is never compared.
        name, order = log.program.conditionals[number].name, len(found)
        found.append((name, tuple(dict.fromkeys(firings[0][0])), order, tuple(firing for _, firing in firings)))
    return found


def _rest_on_few(log: Log, firings: list[Firing]) -> bool:
    """Tell whether some firings rest on no more than a few rows."""
    seen: set[Node] = set()
    open_ = [node for firing in firings for node in (*log.joined(firing), *log.counted(firing))]
    while open_:
        node = open_.pop()
        if node in seen:
            continue
        seen.add(node)
        if len(seen) > _FEW:
            return False
        for firing in log.firings(node):
            open_ += (*log.joined(firing), *log.counted(firing))
    return True


def _moved(steps: tuple[Step, ...], at: int, deeper: int) -> Iterator[Step]:
    """Move steps behind others, and deeper."""
    for step in steps:
        said = attrs.evolve(step.said, at=step.said.at + at) if isinstance(step.said, SeenStep) else step.said
        yield Step(step.depth + deeper, said)

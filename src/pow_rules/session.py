"""Sessions: one fact base under one program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from pow_rules.change import Change
from pow_rules.engine.base import FactBase
from pow_rules.engine.matcher import TooMuch
from pow_rules.engine.matchers import MATCHERS, new_matcher
from pow_rules.engine.run import Delta, Run
from pow_rules.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    EvaluationError,
    NotAssertableError,
    SessionBusyError,
    SessionClosedError,
    UnknownFactError,
)
from pow_rules.explain.cross_check import cross_checked
from pow_rules.explain.heights import Heights
from pow_rules.explain.why import why
from pow_rules.facts import fact_type, fact_type_of
from pow_rules.kinds import is_fact_class
from pow_rules.language.body import inner_pattern
from pow_rules.language.scope import building
from pow_rules.limits import Limits
from pow_rules.log import Log
from pow_rules.near import did_you_mean, near_matches
from pow_rules.program import Program
from pow_rules.sources import Given, Source
from pow_rules.stopped import told, too_much, unavailable
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType
    from typing import Self

    from pow_rules.derivation import Derivation
    from pow_rules.engine.matcher import Matcher
    from pow_rules.engine.matchers import MatcherName
    from pow_rules.engine.store import Row
    from pow_rules.explain.cross_check import CrossCheck
    from pow_rules.explain.explanation import Explanation
    from pow_rules.log import Node

__all__ = ["Session"]

F = TypeVar("F")


class Session:
    """One fact base under one program: facts are asserted, and what follows is concluded at once.

    A session belongs to one thread at a time. Sessions share nothing but their program.

    Args:
        program: the rules.
        facts: what to assert from the start: facts, or `Given`s that name a source.
        limits: how much it may hold, and how long one call may run.
        matcher: what finds the matches of rules: `"compiled"`, or `"durable"` for the durable-rules package, which
            gives the same session, slower. A session holds nothing outside of Python with the first; with the second it
            does, until it is closed or collected.

    Raises:
        MatcherUnavailableError: if the matcher's package cannot be imported.
        NotAFactError: for something that is no fact.
        NotAssertableError: for a fact whose type the program does not let one assert.
        EvaluationError: where a `check` or `compute` raises, or arithmetic fails.
        LimitError: where a limit is met.

    >>> from pow_rules import Program, Session, conclude, fact, rule
    >>> @fact
    ... class Asked:
    ...     \"\"\"{who} is asked\"\"\"
    ...     who: str
    >>> @fact
    ... class Heard:
    ...     \"\"\"{who} has heard of it\"\"\"
    ...     who: str
    >>> @rule
    ... def asking_is_heard(a: Asked) -> None:
    ...     \"\"\"Whoever is asked has heard of it.\"\"\"
    ...     conclude(Heard, who=a.who)
    >>> session = Session(Program([asking_is_heard]))
    >>> print(session.assert_fact(Asked("Kyiv")))
    asserted   Kyiv is asked
    concluded  Kyiv has heard of it
    >>> Heard("Kyiv") in session
    True
    """

    def __init__(
        self,
        program: Program,
        facts: Iterable[Any] = (),
        *,
        limits: Limits | None = None,
        matcher: MatcherName = "compiled",
    ) -> None:
        if not isinstance(cast("object", program), Program):
            msg = f"Session(program, ...): expected a Program, got {program!r}"
            raise ArgumentTypeError(msg)
        self._program = program
        self._limits = limits if limits is not None else Limits()
        machine = program.machine
        self._base = FactBase(len(machine.relations), machine.clauses)
        self._matcher_name: MatcherName = matcher
        self._matcher = _matcher(matcher, program)
        self._is_closed = False
        self._log = Log(program, self._base)
        self._heights = Heights(self._log)
        self._assert(self._prepared(facts, None), first=True)

    def __repr__(self) -> str:
        return f"<Session of {len(self):,} facts>"

    @property
    def program(self) -> Program:
        """The rules."""
        return self._program

    @property
    def limits(self) -> Limits:
        """How much the session may hold, and how long one call may run."""
        return self._limits

    @property
    def matcher(self) -> MatcherName:
        """What finds the matches of rules."""
        return self._matcher_name

    @property
    def derivation_count(self) -> int:
        """How many derivations are recorded."""
        visible = len(self._program.schema.types)
        clauses = self._program.machine.clauses
        tables = self._settled().tables
        return sum(len(tables[c.index]) for c in clauses if c.head.relation < visible)

    # ---- asserting ---------------------------------------------------------------------------------------------

    def assert_fact(self, fact: Any, source: Source | None = None) -> Change:
        """Assert one fact, and conclude what follows.

        Args:
            fact: the fact, or a `Given`.
            source: who says so, if the fact is not a `Given` that names its own.

        Returns:
            What changed. Asserting what the same source gives already is no change.

        Raises:
            PowRulesError: as the class says; the session is then as it was before the call.
        """
        return self.assert_facts((fact,), source)

    def assert_facts(self, facts: Iterable[Any], source: Source | None = None) -> Change:
        """Assert several facts at once, and conclude what follows from all of them.

        Args:
            facts: the facts, or `Given`s that name their sources; both may be mixed.
            source: who says so, for those that do not name their own.

        Returns:
            What changed.

        Raises:
            PowRulesError: as the class says; the session is then as it was before the call.
        """
        self._settled()
        if self._is_closed:
            msg = "the session is closed: it can be looked at, and not be changed"
            raise SessionClosedError(msg)
        return self._assert(self._prepared(facts, source), first=False)

    def _prepared(self, facts: Iterable[Any], source: object) -> list[tuple[int, Row, Source | None]]:
        """Check all facts before anything is written."""
        if source is not None and not isinstance(source, Source):
            msg = f"source: expected a Source or None, got {source!r}"
            raise ArgumentTypeError(msg)
        if isinstance(facts, Given) or is_fact_class(type(facts)):
            msg = f"expected several facts, got one, {facts!r}: put it into a list, or use assert_fact"
            raise ArgumentTypeError(msg)
        schema = self._program.schema
        try:
            entries = iter(facts)
        except TypeError:
            msg = f"expected facts in a list or another iterable, got {facts!r}"
            raise ArgumentTypeError(msg) from None
        prepared: list[tuple[int, Row, Source | None]] = []
        for entry in entries:
            fact, by = (entry.fact, entry.source or source) if isinstance(entry, Given) else (entry, source)
            cls = type(fact)
            if not self._program.may_be_given(cls):
                raise self._not_assertable(fact)
            relation = schema.numbers[cls]
            prepared.append((relation, schema.row(relation, fact), by))
        return prepared

    def _not_assertable(self, fact: Any) -> NotAssertableError:
        described = fact_type_of(fact)
        names = sorted(cls.__name__ for cls in self._program.given)
        known = described.cls in self._program.fact_types
        what = "is only concluded" if known else "is not in the program: no rule and no given=... names it"
        tail = did_you_mean(described.name, names, "may be asserted")
        return NotAssertableError(f"{fact!r} cannot be asserted: {described} {what}{tail}")

    def _assert(self, prepared: Sequence[tuple[int, Row, Source | None]], *, first: bool) -> Change:
        limits = self._limits
        base = self._base
        base.begin()
        try:
            run = Run(
                self._program.machine,
                self._matcher,
                base,
                facts=limits.facts,
                derivations=limits.derivations,
                seconds=limits.seconds,
            )
            asserted: dict[tuple[int, Row], None] = {}
            for relation, row, source in prepared:
                had = base.givens[relation].get(row)
                by = () if source is None else (source,)
                if had is None:
                    asserted[relation, row] = None
                    base.give(relation, row, by)
                    run.add(relation, row)
                elif source is not None and source not in had:
                    base.give(relation, row, (*had, source))
            if first:
                run.start()
            deltas = run.fixpoint() if asserted or first else []
        except BaseException as error:
            translated = told(error, self._program, self._log, limits)
            base.rollback()
            if translated is error:
                raise
            raise translated from error.__cause__
        base.commit()
        return self._change(tuple(asserted), deltas)

    def _change(self, asserted: tuple[tuple[int, Row], ...], deltas: list[Delta]) -> Change:
        schema = self._program.schema
        visible = [delta for delta in deltas if delta.relation < len(schema.types)]
        given = frozenset(asserted)

        def facts(rows: Callable[[Delta], Sequence[Row]]) -> tuple[Any, ...]:
            return tuple(
                schema.fact(delta.relation, row)
                for delta in visible
                for row in rows(delta)
                if (delta.relation, row) not in given
            )

        return Change(
            lambda: tuple(schema.fact(relation, row) for relation, row in asserted),
            lambda: facts(lambda delta: delta.added),
            lambda: facts(lambda delta: delta.removed),
        )

    # ---- looking -----------------------------------------------------------------------------------------------

    def __contains__(self, fact: object) -> bool:
        self._settled()
        return self._log.node(fact) is not None

    def __len__(self) -> int:
        base = self._settled()
        return sum(len(base.relations[r].rows) for r in range(len(self._program.schema.types)))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.facts())

    @overload
    def facts(self, cls: None = None, /) -> tuple[Any, ...]: ...
    @overload
    def facts(self, cls: type[F], /, *conditions: Callable[[F], bool]) -> tuple[F, ...]: ...
    def facts(self, cls: type[Any] | None = None, /, *conditions: Callable[[Any], bool]) -> tuple[Any, ...]:
        """Give the facts that hold, in the order in which they came to hold.

        Args:
            cls: the fact type, abstract ones standing for all their subclasses; None for all facts.
            conditions: lambdas over a symbolic fact, as in a rule; equalities with constants use an index.

        Raises:
            NotAFactError: if `cls` is no fact type.
            RuleError: for a condition that is none.
            EvaluationError: where a condition raises.

        >>> from pow_rules import Program, Session, fact
        >>> @fact
        ... class Asked:
        ...     who: str
        >>> session = Session(Program([], given=[Asked]), [Asked("Kyiv"), Asked("Seoul")])
        >>> session.facts(Asked, lambda a: a.who == "Seoul")
        (Asked(who='Seoul'),)
        """
        self._settled()
        schema = self._program.schema
        if cls is None:
            return tuple(self._log.fact((r, i)) for r in range(len(schema.types)) for i in self._ids(r))
        fact_type(cls)
        if not conditions:
            return tuple(self._log.fact((r, i)) for r in schema.relations(cls) for i in self._ids(r))
        with building(f"facts({cls.__name__}, ...)"):
            pattern = inner_pattern(cls, conditions, "facts(...)")
        try:
            found = self._log.matching(pattern, {})
        except Exception as error:
            msg = f"facts({cls.__name__}, ...): {pattern!r} raised {type(error).__name__}: {error}"
            raise EvaluationError(msg) from error
        return tuple(self._log.fact(node) for node in found)

    def _ids(self, relation: int) -> range:
        return range(len(self._base.relations[relation].rows))

    def givens(self) -> tuple[Given, ...]:
        """Give what was asserted: one `Given` for each fact and source."""
        base, schema = self._settled(), self._program.schema
        return tuple(
            Given(schema.fact(relation, row), source)
            for relation in range(len(schema.types))
            for row, sources in base.givens[relation].items()
            for source in (sources or (None,))
        )

    def conclusions(self) -> tuple[Any, ...]:
        """Give the facts that some rule concludes, given ones among them, in the order in which they came to hold."""
        self._settled()
        nodes = ((r, i) for r in range(len(self._program.schema.types)) for i in self._ids(r))
        return tuple(self._log.fact(node) for node in nodes if next(iter(self._log.firings(node)), None) is not None)

    def sources(self, fact: Any) -> tuple[Source, ...]:
        """Give the sources that give a fact: empty where nobody is named, and for what is not given."""
        self._settled()
        node = self._log.node(fact)
        return (self._log.sources(node) or ()) if node is not None else ()

    # ---- explaining --------------------------------------------------------------------------------------------

    def derivations(self, fact: Any) -> tuple[Derivation, ...]:
        """Give every derivation of a fact, by rule name and then by premises.

        Returns:
            The derivations; none for a fact that is only given, or does not hold.

        Raises:
            NotAFactError: if it is no fact.
        """
        self._settled()
        fact_type_of(fact)
        node = self._log.node(fact)
        return () if node is None else self._log.derivations(node)

    def explain(
        self,
        fact: Any,
        *,
        all: bool = False,  # noqa: A002 - the word a user would look for
        depth: int | None = None,
        size: int | None = 10_000,
    ) -> Explanation:
        """Explain why a fact holds: a trace down to the givens, which prints itself as a tree.

        The trace depends on the facts alone, and not on the order in which they were asserted: it shows a derivation of
        least height; ties are broken by the rule's name, then by the premises.

        Args:
            fact: the fact.
            all: show every derivation, and not only one.
            depth: how many derivations deep to go; None for down to the givens.
            size: after how many steps to open no further derivation; None for never.

        Returns:
            The explanation; what was cut is counted in it.

        Raises:
            UnknownFactError: if the fact does not hold; the message names facts that nearly match.
            NotAFactError: if it is no fact.
            ArgumentValueError: for a depth or size below 1.
        """
        self._settled()
        for name, value in (("depth", depth), ("size", size)):
            if value is not None and value < 1:
                msg = f"{name}: expected 1 or more, or None, got {value!r}"
                raise ArgumentValueError(msg)
        node = self._log.node(fact)
        if node is None:
            raise self._unknown(fact)
        return why(self._log, self._heights, node, every=all, depth=depth, size=size)

    def _unknown(self, fact: Any) -> UnknownFactError:
        described = fact_type_of(fact)
        if described.cls not in self._program.schema.numbers:
            names = [cls.__name__ for cls in self._program.fact_types]
            return UnknownFactError(
                f"{fact!r} does not hold: no rule knows {described}{did_you_mean(described.name, names)}"
            )
        texts = [canonical(self._log.fact(node)) for node in self._near(fact)]
        near = near_matches(repr(fact), texts) or texts[:3]
        there = f"; near matches that hold: {', '.join(near)}" if near else f"; no {described} holds"
        return UnknownFactError(f"{fact!r} does not hold{there}")

    def _near(self, fact: Any) -> list[Node]:
        """Give facts of the same type that differ least from a fact, a hundred at most."""
        relation = self._program.schema.numbers[type(fact)]
        wanted = self._program.schema.row(relation, fact)
        rows = self._base.relations[relation].rows

        def differences(number: int) -> int:
            return sum(a != b for a, b in zip(rows[number], wanted, strict=True))

        return [(relation, number) for number in sorted(range(len(rows)), key=differences)[:100]]

    def cross_check(self, matcher: MatcherName = "durable", *, limits: Limits | None = None) -> CrossCheck:
        """Derive everything again with another matcher, and compare conclusions and every derivation.

        Args:
            matcher: the other matcher.
            limits: how much the other matcher's session may hold, and how long it may run; None for this session's.

        Returns:
            How many agreed, and what did not, each with its trace.

        Raises:
            ArgumentValueError: for the session's own matcher.
            MatcherUnavailableError: if the matcher's package cannot be imported.
            LimitError: where the other matcher's session meets a limit.
            MatcherError: if the other matcher fails.
        """
        self._settled()
        if matcher == self._matcher_name:
            other = next(name for name in MATCHERS if name != matcher)
            msg = f"matcher: {matcher!r} is the session's own, and a cross-check needs another: {other!r}"
            raise ArgumentValueError(msg)
        with Session(self._program, self.givens(), limits=limits or self._limits, matcher=matcher) as second:
            names, logs = (self._matcher_name, matcher), (self._log, second._log)
            return cross_checked(names, logs, (self._heights, second._heights))

    # ---- its end -----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Give back what the matcher holds; the session can be looked at after that, and not be changed."""
        self._settled()
        self._is_closed = True
        self._matcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- one call at a time ------------------------------------------------------------------------------------

    def _settled(self) -> FactBase:
        """Give the fact base at rest: not in the middle of a call, and with no rollback left to finish."""
        if self._base.undo is not None:
            # Looked up on the stacks, not kept in a flag: that would stay if setting it back was interrupted.
            if any(map(self._runs_in, sys._current_frames().values())):
                msg = "the session is in the middle of a call: a check or compute function must not use it"
                raise SessionBusyError(msg)
            self._base.rollback()
        return self._base

    def _runs_in(self, frame: FrameType | None) -> bool:
        while frame is not None:
            if frame.f_code is Session._assert.__code__ and frame.f_locals.get("self") is self:
                return True
            frame = frame.f_back
        return False


def _matcher(name: MatcherName, program: Program) -> Matcher:
    if name not in MATCHERS:
        msg = f"matcher: expected {' or '.join(map(repr, MATCHERS))}, got {name!r}{did_you_mean(str(name), MATCHERS)}"
        raise ArgumentValueError(msg)
    try:
        return new_matcher(name, program.machine)
    except ImportError as error:
        raise unavailable(error) from error
    except TooMuch as error:
        raise too_much(error, program) from error

"""Sessions: one fact base under one program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from pow_rules.engine.base import FactBase
from pow_rules.engine.matcher import TooMuch
from pow_rules.engine.matchers import MATCHERS, new_matcher
from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.explain.cross_check import cross_checked
from pow_rules.explain.heights import Heights
from pow_rules.limits import Limits
from pow_rules.log import Log
from pow_rules.near import did_you_mean
from pow_rules.program import Program
from pow_rules.session.attributing import Attributing
from pow_rules.session.keeping import Keeping
from pow_rules.session.statements import allowed, assertions, retractions
from pow_rules.session.stopped import too_much, unavailable
from pow_rules.session.updates import Transaction, Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    from pow_rules.change import Change
    from pow_rules.engine.matcher import Matcher
    from pow_rules.engine.matchers import MatcherName
    from pow_rules.explain.cross_check import CrossCheck
    from pow_rules.explain.smallest_change.answer import SmallestChange
    from pow_rules.session.statements import Assertion, Retraction
    from pow_rules.sources import Source

__all__ = ["Session"]

T = TypeVar("T")


class Session(Attributing, Keeping):
    """One fact base under one program: facts are asserted, and what follows is concluded at once.

    A session belongs to one thread at a time. Sessions share nothing but their program.

    Args:
        program: the rules.
        facts: what to assert from the start: facts, or `Given`s that name a source or are hedged.
        limits: how much it may hold, and how long one call may run.
        matcher: what finds the matches of rules: `"compiled"`, or `"durable"` for the durable-rules package, which
            gives the same session, slower. A session holds nothing outside of Python with the first; with the second it
            does, until it is closed or collected.
        strict: whether to refuse what would break a constraint of the program. A call that would leave a contradiction
            raises, and the session is as it was before; so is a transaction at its end, and not the calls inside it.

    Raises:
        ContradictionError: where facts would contradict each other, in a strict session.
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
        strict: bool = False,
    ) -> None:
        if not isinstance(cast("object", program), Program):
            msg = f"Session(program, ...): expected a Program, got {program!r}"
            raise ArgumentTypeError(msg)
        self._set_up(program, limits or Limits(), matcher, None, is_strict=strict)
        self._updates.start(assertions(program, facts, None, single=None), self._limits)

    def _set_up(
        self, program: Program, limits: Limits, matcher: MatcherName, base: FactBase | None, *, is_strict: bool
    ) -> None:
        self._program = program
        self._limits = limits
        machine = program.machine
        self._base = FactBase(len(machine.relations), machine.clauses) if base is None else base
        self._matcher_name: MatcherName = matcher
        self._matcher = _matcher(matcher, program)
        self._log = Log(program, self._base)
        self._heights = Heights(self._log)
        self._strengths = None
        self._updates = Updates(self._log, self._matcher, is_strict=is_strict)

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
    def strict(self) -> bool:
        """Whether it refuses what would break a constraint."""
        return self._updates.is_strict

    @property
    def derivation_count(self) -> int:
        """How many derivations are recorded."""
        return self._updates.settled().derivations

    # ---- asserting ---------------------------------------------------------------------------------------------

    def assert_fact(self, fact: Any, source: Source | None = None) -> Change:
        """Assert one fact, and conclude what follows.

        Args:
            fact: the fact, or a `Given`.
            source: who says so, if the fact is not a `Given` that names its own.

        Returns:
            What changed. Asserting what the same source says already is no change; asserting it with another hedge or
            likelihood replaces what that source said.

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
        self._updates.opened()
        return self._updates.run(assertions(self._program, facts, source), (), self._limits)

    # ---- retracting --------------------------------------------------------------------------------------------

    def retract_fact(self, fact: Any, source: Source | None = None) -> Change:
        """Withdraw the assertion of one fact, and what followed from it alone.

        A fact that is still concluded holds on, and so does one that another source still gives.

        Args:
            fact: the fact, or a `Given`, of which only the fact and the source count: without a source it is as the
                bare fact.
            source: whose assertion, if the fact is not a `Given` that names its own; None for everybody's.

        Returns:
            What changed; what fell names the support that it lost.

        Raises:
            NotGivenError: if it was not asserted, or not by that source; the message says whether it is unknown or only
                concluded, and by which rules.
            PowRulesError: as the class says; the session is then as it was before the call.

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
        ...     conclude(Heard, who=a.who)
        >>> session = Session(Program([asking_is_heard]), [Asked("Kyiv")])
        >>> print(session.retract_fact(Asked("Kyiv")))
        retracted  Kyiv is asked
        withdrawn  Kyiv has heard of it
                   by asking_is_heard; gone: Kyiv is asked
        """
        return self.retract_facts((fact,), source)

    def retract_facts(self, facts: Iterable[Any], source: Source | None = None) -> Change:
        """Withdraw the assertions of several facts at once, and what followed from them alone.

        Args:
            facts: the facts, or `Given`s that name their sources; both may be mixed. Of a `Given` only the fact and
                the source count: without a source it is as the bare fact.
            source: whose assertions, for those that do not name their own; None for everybody's.

        Returns:
            What changed.

        Raises:
            NotGivenError: if one of them was not asserted, or not by that source.
            PowRulesError: as the class says; the session is then as it was before the call.
        """
        self._updates.opened()
        return self._updates.run((), retractions(self._log, facts, source), self._limits)

    def transaction(self) -> Transaction:
        """Give a context in which several calls are kept or undone as one.

        Returns:
            The transaction, for `with`; after its block its `change` tells what all calls together changed. It is
            undone if the block is left by an exception, which goes on. Transactions may be nested. In a strict session
            facts may contradict each other inside the block; what is left at the end of the outermost one is refused
            with a `ContradictionError`, and the block is undone.

        >>> from pow_rules import Program, Session, fact
        >>> @fact
        ... class Asked:
        ...     \"\"\"{who} is asked\"\"\"
        ...     who: str
        >>> session = Session(Program([], given=[Asked]), [Asked("Kyiv")])
        >>> with session.transaction() as moved:
        ...     _ = session.retract_fact(Asked("Kyiv"))
        ...     _ = session.assert_fact(Asked("Seoul"))
        >>> print(moved.change)
        asserted   Seoul is asked
        retracted  Kyiv is asked
        """
        return Transaction(self._updates, self._log)

    # ---- what if -----------------------------------------------------------------------------------------------

    def what_if(self, *, assuming: Iterable[Any] = (), without: Iterable[Any] = ()) -> Change:
        """Tell what would change, and leave the session as it is.

        Args:
            assuming: the facts to assert, or `Given`s.
            without: the facts whose assertions to withdraw, or `Given`s.

        Returns:
            What would change.

        Raises:
            PowRulesError: what `retract_facts` and `assert_facts` would raise.
        """
        self._updates.opened()
        retracting = retractions(self._log, without, None, single=None)
        asserting = assertions(self._program, assuming, None, single=None)
        return self._updates.run(asserting, retracting, self._limits, keep=False)

    def smallest_change(
        self,
        *,
        to_hold: Any = None,
        to_fail: Any = None,
        among: Iterable[Any] | None = None,
        limit: int | None = 3,
        runs: int | None = 10_000,
        seconds: float | None = 30.0,
    ) -> SmallestChange:
        """Tell what would have to change for a conclusion to hold, or to fail, and leave the session as it is.

        The smallest sets of assertions and retractions are found by trying the smaller ones first; each that is told
        was tried, and its change is told with it. An assertion counts as one change, and so does a retraction, which
        withdraws a fact for all its sources. A `Choice` that a set touches is left with exactly one of its facts given:
        to answer it, or to answer it otherwise, counts as one change, and an answer is never taken away without another
        in its place.

        Args:
            to_hold: a fact, or several in a list, which are all to hold.
            to_fail: a fact, or several in a list, none of which is to hold.
            among: the facts that may be changed: those that are given may be retracted, the others asserted. None for
                the session's givens and the facts of the program's open questions.
            limit: of how many changes a set may be made; None for any number.
            runs: how many sets to try; None for no end.
            seconds: how long to try; None for no end.

        Returns:
            The smallest sets. It says so where there is none up to the limit, where it was stopped, and where the goal
            is reached already.

        Raises:
            ArgumentValueError: for both goals or neither, for a fact that no rule knows, for a limit or runs below 1,
                or seconds below 0.
            ArgumentTypeError: for a number that is none, or one fact as `among`.
            NotAFactError: for something that is no fact.
            NotAssertableError: for a fact of `among` that is not given, and may not be asserted.
            MatcherError: if the matcher fails. An error that a single try ends in is only told of.

        >>> from pow_rules import Program, Session, absent, conclude, fact, rule
        >>> @fact
        ... class Closed:
        ...     \"\"\"the {way} is closed\"\"\"
        ...     way: str
        >>> @fact
        ... class Reachable:
        ...     \"\"\"the island can be reached\"\"\"
        >>> @rule
        ... def by_the_bridge() -> None:
        ...     absent(Closed, lambda c: c.way == "bridge")
        ...     conclude(Reachable)
        >>> session = Session(Program([by_the_bridge]), [Closed("bridge"), Closed("tunnel")])
        >>> found = session.smallest_change(to_hold=Reachable())
        >>> [proposal.retractions for proposal in found.sets]
        [(Closed(way='bridge'),)]
        """
        from pow_rules.explain.smallest_change import answer as asked  # noqa: PLC0415 - only those who ask for it pay for it

        self._updates.opened()
        goal, wanted = asked.goal_of(to_hold, to_fail)
        candidates = None if among is None else allowed(self._log, among)
        bounds = asked.bounds_of(limit, runs, seconds)
        return asked.smallest_change(self._log, goal, wanted, candidates, bounds, self._trial)

    def _trial(
        self,
        asserting: Sequence[Assertion],
        retracting: Sequence[Retraction],
        seconds: float | None,
        look: Callable[[], T],
    ) -> T:
        """Make a change, look, and undo it; `seconds` are what it may take, if that is less than the session allows."""
        limits, own = self._limits, self._limits.seconds
        if seconds is not None and (own is None or seconds < own):
            limits = attrs.evolve(limits, seconds=seconds)
        return self._updates.trial(asserting, retracting, limits, look)

    def fork(self) -> Self:
        """Give an independent session of the same program, facts, derivations, limits, matcher and strictness.

        It is cheap: what the two have in common is shared until one of them changes it.
        """
        made = object.__new__(type(self))
        base = self._updates.settled().fork()
        made._set_up(self._program, self._limits, self._matcher_name, base, is_strict=self.strict)
        return made

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
        self._updates.settled()
        if matcher == self._matcher_name:
            other = next(name for name in MATCHERS if name != matcher)
            msg = f"matcher: {matcher!r} is the session's own, and a cross-check needs another: {other!r}"
            raise ArgumentValueError(msg)
        with Session(self._program, self.givens(), limits=limits or self._limits, matcher=matcher) as second:
            names, logs = (self._matcher_name, matcher), (self._log, second._log)
            return cross_checked(names, logs, (self._heights, second._heights))

    # ---- its end -----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Give back what the matcher and the journal hold; after that it can be looked at, and not be changed.

        Raises:
            SessionBusyError: in the middle of a call, or of a transaction that a journal is to record.
        """
        self._updates.settled()
        if self._updates.journal is not None:
            self._updates.journal.close()
        self._updates.is_closed = True
        self._matcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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

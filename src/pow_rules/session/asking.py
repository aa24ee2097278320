"""What a session is asked: which facts hold, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from pow_rules.errors import EvaluationError, UnknownFactError
from pow_rules.explain.arguments import check_count, check_seconds
from pow_rules.explain.unknown import near_facts
from pow_rules.explain.why import why
from pow_rules.facts import fact_type, fact_type_of
from pow_rules.language.body import inner_pattern
from pow_rules.language.scope import building
from pow_rules.sources import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pow_rules.derivation import Derivation
    from pow_rules.explain.contradictions import Contradictions
    from pow_rules.explain.explanation import Explanation
    from pow_rules.explain.heights import Heights
    from pow_rules.explain.strength.answer import Strength
    from pow_rules.explain.strength.strengths import Strengths
    from pow_rules.explain.supports.answer import Supports
    from pow_rules.explain.why_not.answer import WhyNot
    from pow_rules.limits import Limits
    from pow_rules.log import Log, Node
    from pow_rules.program import Program
    from pow_rules.session.updates import Updates
    from pow_rules.sources import Source

__all__ = ["Asking"]

F = TypeVar("F")


class Asking:
    """The questions of a session, all answered from its log, its plans and its facts. They change nothing."""

    _program: Program
    _limits: Limits
    _log: Log
    _heights: Heights
    _strengths: Strengths | None
    _updates: Updates

    # ---- looking -----------------------------------------------------------------------------------------------

    def __contains__(self, fact: object) -> bool:
        self._updates.settled()
        return self._log.node(fact) is not None

    def __len__(self) -> int:
        return self._updates.settled().facts

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
        self._updates.settled()
        schema = self._program.schema
        if cls is None:
            return tuple(self._log.fact(node) for r in range(len(schema.types)) for node in self._log.nodes(r))
        fact_type(cls)
        if not conditions:
            return tuple(self._log.fact(node) for r in schema.relations(cls) for node in self._log.nodes(r))
        with building(f"facts({cls.__name__}, ...)"):
            pattern = inner_pattern(cls, conditions, "facts(...)")
        try:
            found = self._log.matching(pattern, {})
        except Exception as error:
            msg = f"facts({cls.__name__}, ...): {pattern!r} raised {type(error).__name__}: {error}"
            raise EvaluationError(msg) from error
        return tuple(self._log.fact(node) for node in found)

    def givens(self) -> tuple[Given, ...]:
        """Give what was asserted, in the order in which it came to hold: one `Given` for each fact and source."""
        base, schema = self._updates.settled(), self._program.schema
        return tuple(
            Given(schema.fact(relation, row), said.source, hedge=said.hedge, likelihood=said.likelihood)
            for relation in range(len(schema.types))
            for row in sorted(base.givens[relation], key=base.relations[relation].ids.__getitem__)
            for said in base.givens[relation][row]
        )

    def conclusions(self) -> tuple[Any, ...]:
        """Give the facts that some rule concludes, given ones among them, in the order in which they came to hold."""
        self._updates.settled()
        nodes = (node for r in range(len(self._program.schema.types)) for node in self._log.nodes(r))
        return tuple(self._log.fact(node) for node in nodes if next(iter(self._log.firings(node)), None) is not None)

    def sources(self, fact: Any) -> tuple[Source, ...]:
        """Give the sources that give a fact: empty where nobody is named, and for what is not given."""
        self._updates.settled()
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
        self._updates.settled()
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
        strength: bool = False,
    ) -> Explanation:
        """Explain why a fact holds: a trace down to the givens, which prints itself as a tree.

        The trace depends on the facts alone, and not on the order in which they were asserted: it shows a derivation of
        least height; ties are broken by the rule's name, then by the premises.

        Args:
            fact: the fact.
            all: show every derivation, and not only one.
            depth: how many derivations deep to go; None for down to the givens.
            size: after how many steps to open no further derivation; None for never.
            strength: say under the first line how strongly the fact may be said, and because of which step, as
                `Session.strength` does. That is about the strongest derivation, which need not be the one shown.

        Returns:
            The explanation; what was cut is counted in it.

        Raises:
            UnknownFactError: if the fact does not hold; the message names facts that nearly match.
            NotAFactError: if it is no fact.
            ArgumentTypeError: for a number that is none.
            ArgumentValueError: for a depth or size below 1.
        """
        self._updates.settled()
        check_count("depth", depth)
        check_count("size", size)
        node = self._held(fact)
        found = why(self._log, self._heights, node, every=all, depth=depth, size=size)
        if not strength:
            return found
        from pow_rules.explain.strength.answer import with_strength  # noqa: PLC0415 - only those who ask for it pay for it

        return with_strength(found, self._strength(node))

    def _strength(self, node: Node) -> Strength:
        from pow_rules.explain.strength.answer import strength  # noqa: PLC0415 - as above
        from pow_rules.explain.strength.strengths import Strengths  # noqa: PLC0415 - as above

        if self._strengths is None:
            self._strengths = Strengths(self._log)
        return strength(self._log, self._strengths, node)

    # ---- after why ---------------------------------------------------------------------------------------------

    @overload
    def why_not(self, fact: Any, /, *, depth: int = 3, near: int = 3) -> WhyNot: ...
    @overload
    def why_not(self, cls: type[F], /, *conditions: Callable[[F], bool], depth: int = 3, near: int = 3) -> WhyNot: ...
    def why_not(self, target: Any, /, *conditions: Callable[[Any], bool], depth: int = 3, near: int = 3) -> WhyNot:
        """Tell why a fact does not hold, or why none does that some conditions describe.

        All rules that could conclude it are gone through, the nearest to firing first: which premises are met and by
        what, which are not, what would meet them and what nearly does, what blocks an absence, which condition fails
        and with what values.

        Args:
            target: a fact, or a fact type.
            conditions: with a fact type, lambdas over a symbolic fact, as in a rule.
            depth: how many rules deep to follow a missing premise that could itself be concluded.
            near: how many facts to name that nearly meet a premise.

        Returns:
            The answer. If the fact holds after all, it says so. What is cut is said, and counted where it can be.

        Raises:
            NotAFactError: if it is neither a fact nor a fact type.
            ArgumentTypeError: for conditions beside a fact, or a number that is none.
            ArgumentValueError: for a depth below 1, or `near` below 0.
            RuleError: for a condition that is none.
            EvaluationError: where one of these conditions raises; what a rule's condition raises is told.

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
        >>> print(Session(Program([asking_is_heard], given=[Asked])).why_not(Heard("Kyiv")))
        Kyiv has heard of it                                                     missing
        └─ asking_is_heard
           └─ Kyiv is asked                                     missing, may be asserted
        """
        from pow_rules.explain.why_not.answer import why_not  # noqa: PLC0415 - the questions after "why" are rarer

        self._updates.settled()
        return why_not(self._log, target, conditions, depth=depth, near=near)

    def supports(self, fact: Any, *, limit: int | None = 100, seconds: float | None = 10.0) -> Supports:
        """Give the minimal sets of givens that are each enough for a fact, the smallest first.

        Absences and aggregates are held at their present values: a support is enough as long as these stay as they are.

        Args:
            fact: the fact.
            limit: after how many sets to stop; None for all.
            seconds: after how long to stop; None for no end.

        Returns:
            The sets, which givens are in every one, in some, and in none though they matter through an absence or an
            aggregate; and whether it stopped early.

        Raises:
            UnknownFactError: if the fact does not hold.
            NotAFactError: if it is no fact.
            ArgumentTypeError: for a number that is none.
            ArgumentValueError: for a limit below 1, or seconds below 0.

        >>> from pow_rules import Program, Session, conclude, fact, rule, where
        >>> @fact
        ... class Asked:
        ...     who: str
        >>> @fact
        ... class Willing:
        ...     who: str
        >>> @fact
        ... class Helped:
        ...     pass
        >>> @rule
        ... def someone_helps(a: Asked, w: Willing) -> None:
        ...     where(a.who == w.who)
        ...     conclude(Helped)
        >>> session = Session(Program([someone_helps]), [Asked("Kyiv"), Willing("Kyiv"), Asked("Seoul")])
        >>> [support.givens for support in session.supports(Helped()).sets]
        [(Asked(who='Kyiv'), Willing(who='Kyiv'))]
        """
        from pow_rules.explain.supports.answer import supports  # noqa: PLC0415 - as above

        self._updates.settled()
        return supports(self._log, self._held(fact), limit=limit, seconds=seconds)

    def contradictions(self, *, limit: int | None = 100, seconds: float | None = 10.0) -> Contradictions:
        """Tell which facts contradict each other: what breaks the constraints of the program, both sides named.

        Nothing is changed by a contradiction: all facts stay, and all that rests on them.

        Args:
            limit: how many to tell of; None for all.
            seconds: how long to look for the sets of givens at fault of each one, when they are looked at; None for no
                end.

        Returns:
            The contradictions, by the constraint's name and then by the facts, each with the traces of its sides and
            the smallest sets of givens at fault. They stay as they are when the session changes. False if there is
            none.

        Raises:
            ArgumentTypeError: for a number that is none.
            ArgumentValueError: for a limit below 1, or seconds below 0.

        >>> from pow_rules import Program, Session, constraint, fact, where
        >>> @fact
        ... class HeldBy:
        ...     \"\"\"{prisoner} is held by {holder}\"\"\"
        ...     prisoner: str
        ...     holder: str
        >>> @constraint
        ... def one_holder(a: HeldBy, b: HeldBy) -> None:
        ...     \"\"\"Nobody is held by two at once.\"\"\"
        ...     where(a.prisoner == b.prisoner, a.holder != b.holder)
        >>> session = Session(Program([one_holder]), [HeldBy("Ri", "Ukraine"), HeldBy("Ri", "Russia")])
        >>> [contradiction.facts for contradiction in session.contradictions()]
        [(HeldBy(prisoner='Ri', holder='Russia'), HeldBy(prisoner='Ri', holder='Ukraine'))]
        """
        from pow_rules.explain.contradictions import contradictions  # noqa: PLC0415 - as above

        self._updates.settled()
        check_count("limit", limit)
        check_seconds(seconds)
        return contradictions(self._log, limit=limit, seconds=seconds)

    def _held(self, fact: Any) -> Node:
        """Give the node of a fact that holds."""
        fact_type_of(fact)
        node = self._log.node(fact)
        if node is None:
            msg = f"{fact!r} does not hold{near_facts(self._log, fact)}"
            error = UnknownFactError(msg)
            error.add_note("why_not(...) tells why it does not")
            raise error
        return node

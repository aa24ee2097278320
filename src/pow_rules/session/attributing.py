"""What a session is asked of who says so: which origins a fact rests on, and what falls without a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.session.weighing import Weighing

if TYPE_CHECKING:
    from pow_rules.explain.origins.answer import Origins
    from pow_rules.explain.without_source.answer import WithoutSource
    from pow_rules.sources import Source

__all__ = ["Attributing"]


class Attributing(Weighing):
    """The questions of a session about sources and their origins. They change nothing."""

    def origins(self, fact: Any, *, limit: int | None = 100, seconds: float | None = 10.0) -> Origins:
        """Tell which origins a fact rests on, which of them it cannot do without, and how many lines are independent.

        Two papers that quote one official are one origin. All that is said without a source counts as one origin too.

        Args:
            fact: the fact.
            limit: after how many minimal sets of origins to stop; None for all.
            seconds: after how long to stop; None for no end.

        Returns:
            The origins; absences and aggregates are held at their present values, as in `supports`. What was not
            searched is said.

        Raises:
            UnknownFactError: if the fact does not hold.
            NotAFactError: if it is no fact.
            ArgumentValueError: for a limit below 1, or seconds below 0.

        >>> from pow_rules import Given, Program, Session, Source, conclude, fact, rule
        >>> @fact
        ... class Asked:
        ...     \"\"\"{who} is asked\"\"\"
        ...     who: str
        >>> papers = [Source("a paper", origin="an official"), Source("another", origin="an official")]
        >>> session = Session(Program([], given=[Asked]), [Given(Asked("Kyiv"), paper) for paper in papers])
        >>> print(session.origins(Asked("Kyiv")))
        Kyiv is asked                                                 1 independent line
        └─ needed by every derivation                  it falls if one of these is wrong
           └─ an official                                     by way of a paper; another
        """
        from pow_rules.explain.origins.tracing import origins  # noqa: PLC0415 - only those who ask for it pay for it

        self._updates.settled()
        return origins(self._log, self._held(fact), limit=limit, seconds=seconds)

    def without_source(
        self,
        source: Source | str | None = None,
        *,
        origin: str | None = None,
        below: str | None = None,
        seconds: float | None = 10.0,
    ) -> WithoutSource:
        """Tell what would fall, and what would weaken, without a source; and leave the session as it is.

        Args:
            source: a source, just as it was given; or a name, for all sources of that name.
            origin: the name of an origin, for all that comes from it, whoever passes it on.
            below: a grade, as `"C3"`, `"C"` or `"3"`, for all sources whose reliability or credibility is worse.
                Grades that are not known (F, 6, or none) are not worse: those sources stay, and are counted.
            seconds: how long to count the origins that facts rest on before and after; None for no end.

        Returns:
            What goes, what falls with it, and what holds on with a weaker hedge or fewer origins. A strict session
            refuses nothing here: contradictions are not looked for.

        Raises:
            ArgumentValueError: for several of source, origin and below, or none; for a grade that there is not; for a
                name that no source of the session has; for seconds below 0.
            ArgumentTypeError: for something of another type.
            PowRulesError: what `retract_facts` would raise.

        >>> from pow_rules import Given, Program, Session, Source, conclude, fact, rule
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
        >>> session = Session(Program([asking_is_heard]), [Given(Asked("Kyiv"), Source("a paper"))])
        >>> session.without_source("a paper").fallen
        (Heard(who='Kyiv'),)
        """
        from pow_rules.explain.without_source import dropping  # noqa: PLC0415 - as above

        self._updates.opened()
        which = dropping.wanted(source, origin, below)
        return dropping.without(
            self._log, which, seconds, lambda back, look: self._updates.trial((), back, self._limits, look)
        )

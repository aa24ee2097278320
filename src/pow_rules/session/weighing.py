"""What a session is asked of how strongly something may be said, and how likely it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pow_rules.session.asking import Asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.explain.bounds.answer import Bounds
    from pow_rules.explain.strength.answer import Strength
    from pow_rules.rules import Rule
    from pow_rules.semirings import Semiring
    from pow_rules.sources import Given

__all__ = ["Weighing"]

T = TypeVar("T")


class Weighing(Asking):
    """The questions of a session about values: hedges, numbers, and whatever else derivations can be folded into."""

    def fold(
        self,
        fact: Any,
        semiring: Semiring[T],
        *,
        given: Callable[[Given], T] | None = None,
        rule: Callable[[Rule], T] | None = None,
    ) -> T:
        """Fold all derivations of a fact into one value, under a semiring.

        The value of a fact is the sum (`plus`) of what its givens are worth and of what its derivations are: for each
        of them the product (`times`) of the rule and all its premises, and of the facts that its aggregates went over.
        What `present` asks for is the sum over all that matches. Absences stay as they are, and count for nothing.

        Args:
            fact: the fact.
            semiring: how values are put together; see `pow_rules.semirings`.
            given: what a given is worth, asked for each fact and source; None for what the semiring says.
            rule: what a use of a rule is worth; None for what the semiring says.

        Raises:
            UnknownFactError: if the fact does not hold.
            NotAFactError: if it is no fact.
            CyclicDerivationError: where derivations go in a circle, and the semiring is not absorptive.
            SemiringError: for a semiring that is said to be absorptive, and is not.
            ArgumentTypeError: for what is no semiring, or no function.

        >>> from pow_rules import Program, Session, conclude, fact, rule
        >>> from pow_rules.semirings import COUNTING
        >>> @fact
        ... class Asked:
        ...     who: str
        >>> @fact
        ... class Known:
        ...     pass
        >>> @rule
        ... def asking_is_heard(a: Asked) -> None:
        ...     conclude(Known)
        >>> Session(Program([asking_is_heard]), [Asked("Kyiv"), Asked("Seoul")]).fold(Known(), COUNTING)
        2
        """
        from pow_rules.explain.fold.folding import fold  # noqa: PLC0415 - only those who ask for it pay for it

        self._updates.settled()
        return fold(self._log, self._held(fact), semiring, given, rule)

    def strength(self, fact: Any) -> Strength:
        """Tell how strongly a fact may be said: no stronger than the weakest step of its strongest derivation.

        Hedges are put in order, and never counted with: the least along a derivation, the greatest over derivations.
        Both rules and givens count; what several sources give is as strong as the strongest of them says. The answer
        hangs on the facts alone, and not on the order in which they were asserted.

        Args:
            fact: the fact.

        Returns:
            The hedge, and the weakest steps. It is no probability, and says nothing of how good the sources are.

        Raises:
            UnknownFactError: if the fact does not hold.
            NotAFactError: if it is no fact.

        >>> from pow_rules import Program, Session, conclude, fact, rule
        >>> @fact
        ... class Asked:
        ...     \"\"\"{who} is asked\"\"\"
        ...     who: str
        >>> @fact
        ... class Willing:
        ...     \"\"\"{who} is willing to help\"\"\"
        ...     who: str
        >>> @rule(hedge="probable")
        ... def asked_is_willing(a: Asked) -> None:
        ...     \"\"\"Whoever is asked is probably willing.\"\"\"
        ...     conclude(Willing, who=a.who)
        >>> print(Session(Program([asked_is_willing]), [Asked("Kyiv")]).strength(Willing("Kyiv")))
        Kyiv is willing to help                                                 probable
        └─ no stronger than its weakest step
           └─ Kyiv is willing to help                                           probable
              └─ asked_is_willing: Whoever is asked is probably willing.
        """
        self._updates.settled()
        return self._strength(self._held(fact))

    def bounds(self, fact: Any, *, independent: Iterable[Any] | bool = (), seconds: float | None = 10.0) -> Bounds:
        """Tell what the probability of a fact lies in, as far as the numbers of givens and rules tell.

        A given has its likelihood; one that is certain and has no number is taken to hold; one that is hedged and has
        none can have any probability, from 0 to 1: a hedge is no number. The likelihood of a rule is that of its
        conclusion where its conditions hold. Nothing is assumed of how steps hang together (Fréchet's bounds), so that
        the interval is sound, and often wide.

        Where what is uncertain is independent, the probability is exact: steps that derivations share are counted once.
        It is a range only if some number is one. The fact then holds by the derivations recorded, or not at all.

        Args:
            fact: the fact.
            independent: the givens (as facts, or `Given`s) and the rules that are independent of each other, of a rule
                each use; True for all. They have to include all uncertain ones that the fact rests on.
            seconds: how long to take; None for no end.

        Returns:
            The interval, with a ledger of all that it rests on.

        Raises:
            LikelihoodError: where uncertain steps can change an absence or an aggregate, where numbers contradict each
                other, or where something uncertain is not said to be independent; the message names the step.
            UnknownFactError: if the fact does not hold.
            NotAFactError: if it is no fact.
            ArgumentTypeError: for what cannot be independent.
            ArgumentValueError: for what is not given or in the program, or seconds below 0.
            LimitError: where it takes too long, or too much memory.
            ExtraMissingError: for independence, if the package dd is not installed.

        >>> from pow_rules import Given, Program, Session, conclude, fact, rule
        >>> from pow_rules.scales import ICD203
        >>> @fact
        ... class Asked:
        ...     \"\"\"{who} is asked\"\"\"
        ...     who: str
        >>> @fact
        ... class Willing:
        ...     \"\"\"{who} is willing to help\"\"\"
        ...     who: str
        >>> @rule(hedge="probable", likelihood=ICD203.LIKELY)
        ... def asked_is_willing(a: Asked) -> None:
        ...     conclude(Willing, who=a.who)
        >>> asked = Given(Asked("Kyiv"), hedge="probable", likelihood=0.9)
        >>> session = Session(Program([asked_is_willing]), [asked])
        >>> session.bounds(Willing("Kyiv"))
        <Bounds of Willing(who='Kyiv'): 49.5-82 %>
        >>> session.bounds(Willing("Kyiv"), independent=True)
        <Bounds of Willing(who='Kyiv'): 49.5-72 %>
        """
        from pow_rules.explain.bounds.answer import bounds  # noqa: PLC0415 - as above

        self._updates.settled()
        return bounds(self._log, self._held(fact), independent=independent, seconds=seconds)

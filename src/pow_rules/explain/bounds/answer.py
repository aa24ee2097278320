"""How likely is a fact? The answer is an interval, with a ledger of all that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.errors import ArgumentTypeError, ArgumentValueError, LimitError
from pow_rules.explain.answer import Answer
from pow_rules.explain.bounds.claims import Sure
from pow_rules.explain.bounds.exact import exact
from pow_rules.explain.bounds.independence import declared, require_declared, uncertain
from pow_rules.explain.bounds.interval import Intervals
from pow_rules.explain.bounds.ledger import Assumption, Ledger
from pow_rules.explain.bounds.steady import require_steady
from pow_rules.explain.fold.graph import Graph
from pow_rules.explain.supports.budget import Budget, SpentError
from pow_rules.scales import ICD203, Likelihood, words_for
from pow_rules.steps import HeadingStep, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.explain.bounds.claims import Claim
    from pow_rules.log import Log, Node
    from pow_rules.scales import Scale

__all__ = ["Assumption", "Bounds", "bounds"]


@attrs.frozen(repr=False)
class Bounds(Answer):
    """What the probability of a fact lies in.

    Attributes:
        fact: the fact.
        low: the least probability.
        high: the greatest probability.
        is_independent: whether uncertain steps were taken to be independent; if not, nothing was assumed of that.
        ledger: all that the numbers rest on, each an `Assumption`.
    """

    kind: ClassVar[str] = "bounds"

    fact: Any
    low: float
    high: float
    is_independent: bool
    ledger: tuple[Assumption, ...]
    # A frozen field can be read as a property can, which is all that is asked of it.
    steps: tuple[Step, ...]  # pyright: ignore[reportIncompatibleMethodOverride]

    @property
    def likelihood(self) -> Likelihood:
        """The interval, as `pow_rules.scales` has it."""
        return Likelihood(self.low, self.high)

    def word(self, scale: type[Scale] = ICD203) -> Likelihood | None:
        """Give the band of a scale that the whole interval lies in; None where there is none.

        Args:
            scale: the scale, as `ICD203` or `PHIA`.
        """
        return words_for(self.low, self.high, scale)

    @property
    def cut(self) -> int:
        """Nothing: where the ledger is not printed as a whole, a note says so."""
        return 0

    def __repr__(self) -> str:
        return f"<Bounds of {self.fact!r}: {self.likelihood}>"


def bounds(log: Log, node: Node, *, independent: object, seconds: float | None) -> Bounds:
    """Tell what the probability of a row lies in.

    Args:
        log: the derivation log.
        node: the row, which is no hidden one.
        independent: True, or the givens and rules that are independent; empty to assume nothing.
        seconds: how long to take; None for no end.

    Raises:
        ArgumentTypeError: for what cannot be independent, or a number that is none.
        ArgumentValueError: for what is not there, or seconds below 0.
        LikelihoodError: where the numbers do not tell how likely it is.
        LimitError: where it takes too long, or too much.
        ExtraMissingError: for independence without the package dd.
    """
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        msg = f"seconds: expected a number or None, got {seconds!r}"
        raise ArgumentTypeError(msg)
    if seconds is not None and not seconds >= 0:
        msg = f"seconds: expected 0 or more, or None, got {seconds!r}"
        raise ArgumentValueError(msg)
    is_all, named = declared(log, independent)
    try:
        return _Asked(log, node, Budget(seconds)).answered(is_all=is_all, named=named)
    except SpentError as spent:
        if spent.why == "seconds":
            msg = f"bounds: not found within {seconds:g} seconds; allow more with seconds="
        else:
            msg = "bounds: the derivations are too many, or too entangled, for the exact probability; without"
            msg += " independent= there is still an interval"
        raise LimitError(msg) from None


class _Asked:
    """One question."""

    def __init__(self, log: Log, node: Node, budget: Budget) -> None:
        self.log = log
        self.node = node
        self.check: Callable[[], object] = budget.check
        # What is given for sure needs no other reason.
        self.graph = Graph(log, [node], Sure(log), self.check)
        self.intervals = Intervals(log, self.check)

    def answered(self, *, is_all: bool, named: frozenset[Any]) -> Bounds:
        givens, rules = uncertain(self.log, self.graph)
        is_independent = is_all or bool(named)
        require_steady(self.log, self.graph, self.intervals, self.check, is_closed=is_independent)
        if is_independent:
            if not is_all:
                require_declared(self.log, named, givens, rules)
            low, high = exact(self.log, self.graph, self.node, self.check)
        else:
            low, high = self.interval()
        made = Ledger(self.log, self.graph, givens, rules, is_independent=is_independent)
        fact, likelihood = self.log.fact(self.node), Likelihood(low, high)
        band = words_for(low, high)
        shown = str(likelihood) if band is None else f"{likelihood}: {band}"
        steps = (Step(0, HeadingStep(str(fact), shown)), *made.steps())
        return Bounds(fact, low, high, is_independent, tuple(made.entries), steps)

    def interval(self) -> Claim:
        """Give the interval; that of each row below must be one, too."""
        for below in self.graph.nodes:
            self.check()
            if not self.log.is_hidden(below[0]):
                self.intervals.of(below)
        return self.intervals.of(self.node)

"""Rules: what a `@rule` function says, as plain data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar, overload

import attrs

from pow_rules.conditional import Conclusion, Conditional
from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.hedges import HEDGES, Hedge
from pow_rules.language.functions import Parts, read
from pow_rules.language.scope import fault
from pow_rules.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.scales import Likelihood, Scale

__all__ = ["HEDGES", "Conclusion", "Hedge", "Rule", "rule"]


@attrs.frozen(eq=False, repr=False)
class Rule(Conditional):
    """Conditions over typed facts, and what follows from them. Made by `@rule`.

    Attributes:
        name: the function's name.
        statement: the function's docstring: the rule in plain words.
        hedge: how strongly the rule is said: `certain`, `probable` or `possible`.
        likelihood: how likely its conclusion is where its conditions hold; None without a number.
        attribution: who says so, or None.
        cites: where it is said, as `("¶7", "C5")`.
        patterns: the facts that it joins, in the order of the function's parameters.
        conditions: all that must hold besides, in the order written.
        conclusions: the facts that it concludes.
        aggregates: the aggregates that its conditions and conclusions use.
        location: the file and line of the function.
    """

    noun: ClassVar[str] = "rule"

    hedge: Hedge
    likelihood: Likelihood | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of it besides, each in a line."""
        return () if self.likelihood is None else (f"likelihood {self.likelihood}",)


@overload
def rule(function: Callable[..., None], /) -> Rule: ...
@overload
def rule(
    *,
    hedge: Hedge = "certain",
    likelihood: float | tuple[float, float] | Likelihood | Scale | None = None,
    attribution: str | None = None,
    cites: Iterable[str] = (),
) -> Callable[[Callable[..., None]], Rule]: ...
def rule(
    function: Callable[..., None] | None = None,
    /,
    *,
    hedge: Hedge = "certain",
    likelihood: float | tuple[float, float] | Likelihood | Scale | None = None,
    attribution: str | None = None,
    cites: Iterable[str] = (),
) -> Rule | Callable[[Callable[..., None]], Rule]:
    """Make a rule of a function whose parameters are annotated with fact types.

    The body runs once, here, with symbolic facts. Its docstring is the rule's statement.

    Args:
        function: the rule's body.
        hedge: how strongly the rule is said: `"certain"`, `"probable"` or `"possible"`.
        likelihood: how likely the conclusion is where the conditions hold: a probability, a pair of them, or a band of
            `pow_rules.scales`; None without a number.
        attribution: who says so.
        cites: where it is said, as `("¶7", "C5")`.

    Returns:
        The `Rule`: plain data, to be put into a `Program`.

    Raises:
        RuleError: for every mistake that can be seen now; the message names file, line and rule.

    >>> from pow_rules import conclude, fact, rule, where
    >>> @fact
    ... class Asked:
    ...     who: str
    ...     whom: str
    >>> @fact
    ... class Heard:
    ...     who: str
    >>> @rule(hedge="probable", attribution="observers")
    ... def asking_is_heard(a: Asked) -> None:
    ...     \"\"\"Whoever is asked has heard of it.\"\"\"
    ...     conclude(Heard, who=a.whom)
    >>> print(asking_is_heard)
    rule asking_is_heard: Whoever is asked has heard of it.
      for a: Asked
      conclude Heard(who=a.whom)
    """
    names = sys._getframe(1).f_locals
    if function is not None:
        return _made(read(function, names, "rule", None, ()), "certain", None)
    return lambda function: _made(
        read(function, names, "rule", attribution, cites, lambda: _check(hedge, likelihood)),
        hedge,
        likelihood,
    )


def _made(parts: Parts, hedge: Hedge, likelihood: object) -> Rule:
    return Rule(*parts, HEDGES[HEDGES.index(hedge)], _likelihood(likelihood))


def _check(hedge: object, likelihood: object) -> None:
    _likelihood(likelihood)
    if not any(known == hedge for known in HEDGES):
        raise fault(f"hedge={hedge!r} is no hedge{did_you_mean(str(hedge), HEDGES)}")


def _likelihood(value: object) -> Likelihood | None:
    if value is None:
        return None
    from pow_rules.scales import likelihood_of  # noqa: PLC0415 - most rules have no number

    try:
        return likelihood_of(value)
    except (ArgumentTypeError, ArgumentValueError) as error:
        raise fault(str(error)) from None

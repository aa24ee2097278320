"""Constraints: what a `@constraint` function says must not be, as plain data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar, overload

import attrs

from pow_rules.conditional import Conditional
from pow_rules.language.functions import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Constraint", "constraint"]


@attrs.frozen(eq=False, repr=False)
class Constraint(Conditional):
    """Conditions over typed facts that are not met together if all is right. Made by `@constraint`.

    Facts that meet them contradict each other. Nothing follows from that: the facts stay, and so does all that rests on
    them; `Session.contradictions` tells of it.

    Attributes:
        name: the function's name.
        statement: the function's docstring: what must not be, or must be, in plain words.
        attribution: who says so, or None.
        cites: where it is said, as `("¶7", "C5")`.
        patterns: the facts that it joins, in the order of the function's parameters.
        conditions: all that must hold besides, in the order written.
        conclusions: none.
        aggregates: the aggregates that its conditions use.
        location: the file and line of the function.
    """

    noun: ClassVar[str] = "constraint"


@overload
def constraint(function: Callable[..., None], /) -> Constraint: ...
@overload
def constraint(
    *, attribution: str | None = None, cites: Iterable[str] = ()
) -> Callable[[Callable[..., None]], Constraint]: ...
def constraint(
    function: Callable[..., None] | None = None, /, *, attribution: str | None = None, cites: Iterable[str] = ()
) -> Constraint | Callable[[Callable[..., None]], Constraint]:
    """Make a constraint of a function whose parameters are annotated with fact types.

    The body says, as that of a rule does, which facts contradict each other, and concludes nothing. It runs once, here,
    with symbolic facts. Its docstring is the constraint's statement.

    Args:
        function: the constraint's body.
        attribution: who says so.
        cites: where it is said, as `("¶7", "C5")`.

    Returns:
        The `Constraint`: plain data, to be put into a `Program`, among the rules.

    Raises:
        RuleError: for every mistake that can be seen now, `conclude` included; the message names file, line and
            constraint.

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
    >>> print(one_holder)
    constraint one_holder: Nobody is held by two at once.
      for a: HeldBy
      for b: HeldBy
      where a.prisoner == b.prisoner
      where a.holder != b.holder
    >>> session = Session(Program([one_holder]), [HeldBy("Ri", "Ukraine"), HeldBy("Ri", "Russia")])
    >>> len(session.contradictions())
    1
    """
    names = sys._getframe(1).f_locals
    if function is not None:
        return Constraint(*read(function, names, "constraint", None, ()))
    return lambda function: Constraint(*read(function, names, "constraint", attribution, cites))

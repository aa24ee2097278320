"""Which kinds of terms may be compared, ordered and counted with, and what arithmetic makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.kinds import Kind
from pow_rules.language.scope import fault
from pow_rules.terms import text

if TYPE_CHECKING:
    from pow_rules.terms import Term

__all__ = ["arithmetic_kind", "check_comparison", "check_number"]


def check_comparison(operator: str, left: Term, right: Term) -> None:
    """Refuse a comparison that could never hold, or of values that have no order.

    Raises:
        RuleError: with what to write instead, where there is something.
    """
    if left.kind is None or right.kind is None:
        return
    shown = f"{text(left)} {operator} {text(right)}"
    if operator in ("==", "!="):
        if not left.kind.can_equal(right.kind):
            raise fault(f"{shown} compares {left.kind} with {right.kind}, which are never equal")
        return
    for term in (left, right):
        if term.kind is not None and term.kind.optional:
            raise fault(f"{shown} orders a value that may be None: write known({text(term)})")
    if not left.kind.can_order(right.kind, or_equal=operator in ("<=", ">=")):
        raise fault(f"{shown} orders {left.kind} and {right.kind}, which have no order")


def check_number(operator: str, term: Term) -> None:
    """Refuse a term that is no number for arithmetic.

    Raises:
        RuleError: with what to write instead.
    """
    if term.kind is None:
        return
    if term.kind.optional:
        raise fault(f"{operator} on {text(term)}, which may be None: write known({text(term)})")
    if not term.kind.is_number:
        raise fault(
            f"{operator} on {text(term)}, which holds {term.kind}: arithmetic is for int, float and Decimal; write"
            " compute(function, ...) for anything else"
        )


def arithmetic_kind(operator: str, left: Term, right: Term) -> Kind | None:
    """Give the kind of what an operator makes of two terms; None where it is not known.

    Raises:
        RuleError: for a Decimal and a float.
    """
    if left.kind is None or right.kind is None:
        return None
    found: dict[type, None] = {}
    for a in left.kind.atoms:
        for b in right.kind.atoms:
            for result in _results(operator, a, b):
                found[result] = None
    if not found:
        raise fault(
            f"{text(left)} {operator} {text(right)} mixes {left.kind} and {right.kind}: Decimal and float do not"
        )
    return Kind.of(*sorted(found, key=lambda t: t.__name__))


def _results(operator: str, left: type, right: type) -> tuple[type, ...]:
    if left is int and right is int:
        return {"/": (float,), "**": (int, float)}.get(operator, (int,))
    if float in (left, right):
        return (float,) if left in (int, float) and right in (int, float) else ()
    return (left if left is not int else right,)

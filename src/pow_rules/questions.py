"""Open questions: what nobody knows yet, as facts that may come to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.errors import ArgumentValueError
from pow_rules.facts import fact_type_of
from pow_rules.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Choice", "Question"]


def _facts(values: Iterable[Any]) -> tuple[Any, ...]:
    found = tuple(values)
    for value in found:
        fact_type_of(value)
    return found


def _not_empty(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not value:
        msg = f"{type(instance).__name__}.{attribute.name} is empty"
        raise ArgumentValueError(msg)


def _several(instance: Choice, _: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
    if len(set(value)) < 2:  # noqa: PLR2004 - a choice is between two at least
        msg = f"the Choice {instance.text!r} needs at least two different facts to choose from"
        raise ArgumentValueError(msg)


@attrs.frozen(repr=False)
class Question(Record):
    """An open question: any of its facts may hold, and none need to.

    Args:
        text: the question, in plain words.
        facts: the facts that may come to hold.
    """

    text: str = attrs.field(validator=_not_empty)
    facts: tuple[Any, ...] = attrs.field(converter=_facts, validator=_not_empty)


@attrs.frozen(repr=False)
class Choice(Record):
    """An open question of whose facts exactly one will hold.

    Args:
        text: the question, in plain words.
        facts: the facts to choose from, two at least.
    """

    text: str = attrs.field(validator=_not_empty)
    facts: tuple[Any, ...] = attrs.field(converter=_facts, validator=_several)

"""What a program is known by: its rules as data, its fact types, and what may be asserted.

It depends on what the program says alone: not on files, lines, hashes, the order of the rules, or the Python that runs
it. Statements, phrases, attributions and citations are for people, and are not part of it; neither is what stands in
the body of a function of `check` or `compute`, of which only the name counts.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import attrs

from pow_rules.encoding import encoded, encoded_fact
from pow_rules.facts import fact_type
from pow_rules.kinds import Atom, Kind, SetOf, TupleOf, is_fact_class
from pow_rules.storage.documents import canonical_bytes, checksum
from pow_rules.terms import Compute, Variable, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pow_rules.conditional import Conditional
    from pow_rules.program import Program

__all__ = ["Fingerprint", "TypePrint", "difference", "fingerprint"]

_DIGITS = 16


@attrs.frozen
class TypePrint:
    """What a fact type is known by: its fields with their kinds, and the abstract types that it extends."""

    fields: dict[str, str]
    extends: list[str] = attrs.Factory(list)


@attrs.frozen(kw_only=True)
class Fingerprint:
    """What a program is known by.

    Attributes:
        rules: a checksum for each rule, by name.
        constraints: one for each constraint, by name.
        fact_types: the concrete fact types, by name.
        given: the names of those that may be asserted.
        questions: a checksum for each open question, by its text.
    """

    rules: dict[str, str]
    constraints: dict[str, str]
    fact_types: dict[str, TypePrint]
    given: list[str]
    questions: dict[str, str]


_MADE: WeakKeyDictionary[Program, Fingerprint] = WeakKeyDictionary()
"""Those that were made: a program never changes."""


def fingerprint(program: Program) -> Fingerprint:
    """Give what a program is known by.

    Args:
        program: the program.

    >>> from pow_rules import Program, fact
    >>> @fact
    ... class HeldBy:
    ...     prisoner: str
    ...     holder: str | None
    >>> fingerprint(Program([], given=[HeldBy])).fact_types
    {'HeldBy': TypePrint(fields={'prisoner': 'str', 'holder': 'str | None'}, extends=[])}
    """
    made = _MADE.get(program)
    if made is None:
        made = _MADE[program] = _fingerprint(program)
    return made


def _fingerprint(program: Program) -> Fingerprint:
    types = sorted(program.fact_types, key=lambda cls: cls.__name__)
    return Fingerprint(
        rules=_digests({rule.name: _rule(rule) for rule in program.rules}),
        constraints=_digests({constraint.name: _rule(constraint) for constraint in program.constraints}),
        fact_types={cls.__name__: _type(cls) for cls in types},
        given=sorted(cls.__name__ for cls in program.given),
        questions=_digests({_sound(q.text): [type(q).__name__, *map(_fact, q.facts)] for q in program.questions}),
    )


def _digests(found: Mapping[str, Any]) -> dict[str, str]:
    return {name: checksum(canonical_bytes(found[name]))[:_DIGITS] for name in sorted(found)}


def _sound(text: str) -> str:
    """Give a text as UTF-8 can hold it."""
    return text.encode("utf-8", "backslashreplace").decode()


def _fact(fact: Any) -> Any:
    return encoded_fact(fact, texts=False)


def _type(cls: type) -> TypePrint:
    fields = {field.name: _kind(field.kind) for field in fact_type(cls).fields}
    return TypePrint(fields, [base.__name__ for base in cls.__mro__[1:] if is_fact_class(base)])


def _kind(kind: Kind) -> str:
    """Give a kind as it is written, with the members of its Enums."""
    return " | ".join(_alternative(alternative) for alternative in kind.alternatives)


def _alternative(alternative: Atom | TupleOf | SetOf) -> str:
    match alternative:
        case Atom(cls) if issubclass(cls, Enum):
            return f"{cls.__name__}({', '.join(cls.__members__)})"
        case Atom():
            return str(alternative)
        case TupleOf(items, variadic):
            return f"tuple[{', '.join([*map(_kind, items), *(['...'] if variadic else [])])}]"
        case SetOf(item):
            return f"frozenset[{_kind(item)}]"


# ---- rules as data ---------------------------------------------------------------------------------------------------


def _rule(rule: Conditional) -> Any:
    """Give what a rule or a constraint says, as data: all that what it concludes hangs on."""
    # Whatever a kind of conditional has besides is part of what it says.
    own = {field.name for field in attrs.fields(type(rule))} - _LEFT_OUT
    return {name: _data(getattr(rule, name)) for name in sorted(own)}


_LEFT_OUT = {"name", "statement", "attribution", "cites", "location", "aggregates"}
"""For people, but for the aggregates, which stand in the conditions and conclusions as well."""


def _data(part: Any) -> Any:
    """Give a part of a rule as JSON: a node by the name of its class, with all that it is compared by."""
    if isinstance(part, type):
        return ["type", part.__name__]
    if isinstance(part, Variable):
        return ["variable", part.index, part.fact_type.__name__]
    if isinstance(part, tuple):
        return [_data(item) for item in part]
    if attrs.has(type(part)) and not is_fact_class(type(part)):
        fields = [field.name for field in attrs.fields(type(part)) if field.eq]
        return [type(part).__name__, *(_data(getattr(part, name)) for name in fields)]
    if callable(part):
        return ["function", text(Compute(part, ()))]
    return _without_addresses(encoded(part, texts=False))


def _without_addresses(document: Any) -> Any:
    """Give a document without what changes from process to process: the address in how an object prints."""
    if isinstance(document, dict) and document.get("type") == "other":
        return {**document, "value": re.sub(r" at 0x[0-9a-fA-F]+", "", document["value"])}
    return document


# ---- two programs ----------------------------------------------------------------------------------------------------


def difference(before: Fingerprint, now: Fingerprint) -> list[str]:
    """Tell what differs between two programs, each in a few words; nothing if they are the same.

    Args:
        before: what one was known by.
        now: what the other is known by.
    """
    return [
        *_changes("rule", before.rules, now.rules),
        *_changes("constraint", before.constraints, now.constraints),
        *_type_changes(before.fact_types, now.fact_types),
        *_changes("question", before.questions, now.questions),
        *(f"{name} may be asserted now" for name in now.given if name not in before.given),
        *(f"{name} may not be asserted any longer" for name in before.given if name not in now.given),
    ]


def _changes(noun: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if name not in before:
            yield f"{noun} {name} was added"
        elif name not in now:
            yield f"{noun} {name} was removed"
        elif before[name] != now[name]:
            yield f"{noun} {name} was changed"


def _type_changes(before: Mapping[str, TypePrint], now: Mapping[str, TypePrint]) -> Iterator[str]:
    both = before.keys() & now.keys()
    yield from _changes("fact type", dict.fromkeys(before), dict.fromkeys(now))
    for name in sorted(both):
        old, new = before[name], now[name]
        for field in dict.fromkeys([*old.fields, *new.fields]):
            if field not in old.fields:
                yield f"fact type {name} has a new field {field}"
            elif field not in new.fields:
                yield f"fact type {name} lacks the field {field}"
            elif old.fields[field] != new.fields[field]:
                yield f"{name}.{field} holds {new.fields[field]}, and held {old.fields[field]}"
        if old.extends != new.extends:
            yield f"fact type {name} extends other types"

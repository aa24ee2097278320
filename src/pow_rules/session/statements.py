"""What users assert and retract, checked before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.errors import ArgumentTypeError, NotAssertableError, NotGivenError
from pow_rules.explain.unknown import near_facts
from pow_rules.facts import fact_type_of
from pow_rules.kinds import is_fact_class
from pow_rules.near import did_you_mean
from pow_rules.sources import Attestation, Given, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pow_rules.engine.store import Row
    from pow_rules.log import Log
    from pow_rules.program import Program

__all__ = ["Assertion", "Retraction", "allowed", "assertions", "retractions"]

Assertion = tuple[int, "Row", Attestation | None]
"""A row, by relation, and what is said of it; None for `PLAIN`: the garbage collector passes over such a tuple."""
Retraction = tuple[int, "Row", "Source | None"]
"""A row, by relation, and whose assertion is withdrawn; None: everybody's."""


def assertions(
    program: Program, facts: Iterable[Any], source: object, *, single: str | None = "assert_fact"
) -> list[Assertion]:
    """Check facts that are to be asserted.

    Args:
        program: the program.
        facts: facts, or `Given`s.
        source: who says so, for those that do not name their own.
        single: the name of what takes one fact, to tell who passes one.

    Raises:
        ArgumentTypeError: for something that is no source, or not several facts.
        NotAFactError: for something that is no fact.
        NotAssertableError: for a fact that may not be asserted.
    """
    schema, made = program.schema, list[Assertion]()
    for fact, said in _entries(facts, source, single):
        cls = type(fact)
        if not program.may_be_given(cls):
            raise _not_assertable(program, fact)
        relation = schema.numbers[cls]
        made.append((relation, schema.row(relation, fact), said))
    return made


def retractions(
    log: Log, facts: Iterable[Any], source: object, *, single: str | None = "retract_fact"
) -> list[Retraction]:
    """Check facts whose assertion is to be withdrawn.

    Args:
        log: the log of the session.
        facts: facts, or `Given`s, of which only the fact and the source count.
        source: whose assertion, for those that do not name their own; None for everybody's.
        single: the name of what takes one fact, to tell who passes one.

    Raises:
        ArgumentTypeError: for something that is no source, or not several facts.
        NotAFactError: for something that is no fact.
        NotGivenError: for a fact that was not asserted, or not by that source.
    """
    schema, made = log.schema, list[Retraction]()
    for fact, said in _entries(facts, source, single):
        by = None if said is None else said.source
        described = fact_type_of(fact)
        relation = schema.numbers.get(described.cls)
        row = None if relation is None else schema.row(relation, fact)
        if relation is None or row is None or row not in log.base.givens[relation]:
            raise _not_given(log, fact)
        if by is not None and all(given.source != by for given in log.base.givens[relation][row]):
            raise _not_given_by(fact, by, log.base.givens[relation][row])
        made.append((relation, row, by))
    return made


def allowed(log: Log, facts: Iterable[Any]) -> list[tuple[int, Row]]:
    """Check facts that may be asserted where they are not given, and retracted where they are.

    Args:
        log: the log of the session.
        facts: facts, or `Given`s, whose sources do not matter.

    Raises:
        ArgumentTypeError: for something that is not several facts.
        NotAFactError: for something that is no fact.
        NotAssertableError: for a fact that is not given, and may not be asserted.
    """
    entries = [fact for fact, _ in _entries(facts, None, None)]
    more = assertions(log.program, (fact for fact in entries if not _is_given(log, fact)), None, single=None)
    less = retractions(log, (fact for fact in entries if _is_given(log, fact)), None, single=None)
    return [(relation, row) for relation, row, _ in (*more, *less)]


def _is_given(log: Log, fact: Any) -> bool:
    relation = log.schema.numbers.get(fact_type_of(fact).cls)
    return relation is not None and log.schema.row(relation, fact) in log.base.givens[relation]


def _entries(facts: Iterable[Any], source: object, single: str | None) -> Iterator[tuple[Any, Attestation | None]]:
    if source is not None and not isinstance(source, Source):
        msg = f"source: expected a Source or None, got {source!r}"
        raise ArgumentTypeError(msg)
    if isinstance(facts, Given) or is_fact_class(type(facts)):
        msg = f"expected several facts, got one, {facts!r}: put it into a list{f', or use {single}' if single else ''}"
        raise ArgumentTypeError(msg)
    try:
        entries = iter(facts)
    except TypeError:
        msg = f"expected facts in a list or another iterable, got {facts!r}"
        raise ArgumentTypeError(msg) from None
    plain = None if source is None else Attestation(source)
    # Kept by the identity of what it is made of, which it keeps alive: many givens share what is said of them.
    made: dict[tuple[int, str, int], Attestation] = {}
    for entry in entries:
        if not isinstance(entry, Given):
            yield entry, plain
            continue
        by = entry.source or source
        if by is None and entry.likelihood is None and entry.hedge == "certain":
            yield entry.fact, None
            continue
        key = id(by), entry.hedge, id(entry.likelihood)
        said = made.get(key)
        if said is None:
            said = made[key] = Attestation(by, entry.hedge, entry.likelihood)
        yield entry.fact, said


def _not_assertable(program: Program, fact: Any) -> NotAssertableError:
    described = fact_type_of(fact)
    names = sorted(cls.__name__ for cls in program.given)
    known = described.cls in program.fact_types
    what = "is only concluded" if known else "is not in the program: no rule and no given=... names it"
    tail = did_you_mean(described.name, names, "may be asserted")
    return NotAssertableError(f"{fact!r} cannot be asserted: {described} {what}{tail}")


def _not_given(log: Log, fact: Any) -> NotGivenError:
    node = log.node(fact)
    if node is None:
        return NotGivenError(f"{fact!r} was not asserted, and does not hold{near_facts(log, fact)}")
    rules = dict.fromkeys(log.rule(firing) for firing in log.firings(node))
    names = ", ".join(sorted(f"{rule.name} ({rule.location})" for rule in rules))
    return NotGivenError(
        f"{fact!r} was not asserted: it is only concluded, by {names}. A conclusion falls with what it rests on"
    )


def _not_given_by(fact: Any, source: Source, said: tuple[Attestation, ...]) -> NotGivenError:
    there = ", ".join(sorted("nobody who is named" if one.source is None else str(one.source) for one in said))
    return NotGivenError(f"{fact!r} was not asserted by {source}; it was by {there}")

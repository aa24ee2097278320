"""What has changed since a savepoint, and what each conclusion that fell had rested on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.change import Change, LostSupport, Withdrawal
from pow_rules.errors import EvaluationError
from pow_rules.evaluate import folded
from pow_rules.log import Firing, LogBefore, derivation_of
from pow_rules.terms import Absent
from pow_rules.values import keyed

if TYPE_CHECKING:
    from pow_rules.derivation import AggregateValue, Derivation, Presence
    from pow_rules.engine.base import Savepoint
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.store import Row
    from pow_rules.log import Log, Node
    from pow_rules.lowering.schema import Schema
    from pow_rules.terms import Aggregate

__all__ = ["difference"]

Key = tuple[int, "Row"]


def difference(log: Log, point: Savepoint) -> Change:
    """Give what has changed since a savepoint; it holds good when the changes are undone, or others follow.

    Args:
        log: the log as it is now.
        point: the savepoint, still open.
    """
    asserted, retracted = _givens(log, point)
    since = _Since(log, point)
    schema = log.schema
    return Change(
        partial(_facts, schema, asserted),
        partial(_facts, schema, retracted),
        partial(_concluded, schema, since.added(), asserted),
        partial(_made, since.withdrawals()),
    )


def _concluded(schema: Schema, added: list[tuple[int, list[Row]]], asserted: list[Key]) -> tuple[Any, ...]:
    given = frozenset(asserted)
    return tuple(schema.fact(r, row) for r, rows in added for row in rows if (r, row) not in given)


def _facts(schema: Schema, keys: list[Key]) -> tuple[Any, ...]:
    return tuple(schema.fact(relation, row) for relation, row in keys)


def _givens(log: Log, point: Savepoint) -> tuple[list[Key], list[Key]]:
    """Give what is given now and was not, and what was given and is no longer."""
    first: dict[Key, bool] = {}
    for relation, row, sources in point.givens:
        first.setdefault((relation, row), sources is not None)
    now = log.base.givens
    asserted = [key for key, was in first.items() if not was and key[1] in now[key[0]]]
    return asserted, [key for key, was in first.items() if was and key[1] not in now[key[0]]]


@attrs.frozen(eq=False, repr=False)
class _Support:
    """A firing that was dropped, with all that is needed to tell of it later.

    Attributes:
        clause: its clause.
        rows: the rows it joined, with their relations, in pattern order.
        lost: which of them no longer hold, by position.
        told: the whole support, where it had to be made at once.
    """

    clause: Clause
    rows: tuple[Key, ...]
    lost: tuple[int, ...]
    told: LostSupport | None


@attrs.frozen(eq=False, repr=False)
class _Withdrawn:
    log: Log
    key: Key
    supports: list[_Support]


def _made(withdrawn: list[_Withdrawn]) -> tuple[Withdrawal, ...]:
    made: list[Withdrawal] = []
    for each in withdrawn:
        fact = each.log.schema.fact(*each.key)
        # One conclusion may be drawn twice in one way, as where a rule concludes it for either of two facts.
        supports = dict.fromkeys(
            each_support.told or _told(each.log, each_support, fact) for each_support in each.supports
        )
        made.append(Withdrawal(fact, tuple(sorted(supports, key=lambda s: s.derivation.order))))
    return tuple(made)


def _told(log: Log, support: _Support, conclusion: Any) -> LostSupport:
    """Tell of a firing without aggregates that lost a premise: rows are enough for it."""
    rule = log.program.rules[support.clause.rule]
    facts = [None if log.is_hidden(r) else log.schema.fact(r, row) for r, row in support.rows]
    bindings = {variable.index: fact for variable, fact in zip(rule.patterns, facts, strict=False)}
    derivation = derivation_of(rule, conclusion, bindings, {})
    gone = [facts[i] for i in support.lost if i < len(rule.patterns)]
    return LostSupport(derivation, tuple(dict.fromkeys(gone)), _missing(derivation, support, len(rule.patterns)))


def _missing(derivation: Derivation, support: _Support, visible: int) -> tuple[Presence, ...]:
    """Give the presences whose rows are gone: they are joined after what users see, in the order written."""
    return tuple(derivation.presences[i - visible] for i in support.lost if i >= visible)


class _Since:
    """A log beside what it was at a savepoint."""

    def __init__(self, log: Log, point: Savepoint) -> None:
        self.log = log
        self.base = log.base
        self.point = point
        self.before = LogBefore(log, point)
        self.removed: dict[int, dict[Row, int]] = {}
        for relation, number in point.removed:
            if number < point.relations[relation] and not log.is_hidden(relation):
                self.removed.setdefault(relation, {})[self.base.relations[relation].rows[number]] = number

    def added(self) -> list[tuple[int, list[Row]]]:
        """Give the rows that hold and did not before, by relation."""
        found: list[tuple[int, list[Row]]] = []
        for relation, length in sorted(self.point.relations.items()):
            if self.log.is_hidden(relation):
                continue
            held, was = self.base.relations[relation], self.removed.get(relation, {})
            rows = held.rows[length:]
            if held.dead:
                rows = [row for number, row in enumerate(rows, length) if number not in held.dead and row not in was]
            found.append((relation, rows))
        return found

    def withdrawals(self) -> list[_Withdrawn]:
        """Give the conclusions that held before and do not now, with the firings that they had."""
        dropped: dict[Node, list[Firing]] = {}
        for number, firing in self.point.dropped:
            if firing < self.point.tables[number]:
                clause = self.base.clauses[number]
                conclusion = ~self.base.tables[number].conclusions[firing]
                dropped.setdefault((clause.head.relation, conclusion), []).append(Firing(clause, firing))
        found: list[_Withdrawn] = []
        for relation, rows in sorted(self.removed.items()):
            for row, number in rows.items():
                firings = dropped.get((relation, number))
                if firings and row not in self.base.relations[relation].ids:
                    supports = [self._support(firing, (relation, number)) for firing in dict.fromkeys(firings)]
                    found.append(_Withdrawn(self.log, (relation, row), supports))
        return found

    def _support(self, firing: Firing, node: Node) -> _Support:
        joined = self.log.joined(firing)
        rows = tuple((r, self.base.relations[r].rows[number]) for r, number in joined)
        lost = tuple(i for i, (r, row) in enumerate(rows) if row not in self.base.relations[r].ids)
        rule = self.log.rule(firing)
        # What came in the way, and what aggregates were, can only be seen now.
        told = (
            None
            if lost and not rule.aggregates
            else self._seen(firing, node, _Support(firing.clause, rows, lost, None))
        )
        return _Support(firing.clause, rows, lost, told)

    def _seen(self, firing: Firing, node: Node, support: _Support) -> LostSupport:
        try:
            return self._looked_at(firing, node, support)
        except Exception as error:
            rule = self.log.rule(firing)
            msg = f"{rule.location}: rule {rule.name}: telling what it lost raised {type(error).__name__}: {error}"
            raise EvaluationError(msg) from error

    def _looked_at(self, firing: Firing, node: Node, support: _Support) -> LostSupport:
        rule = self.log.rule(firing)
        derivation = self.before.derivation(firing, node)
        bindings = self.before.bindings(firing)
        gone = [self.log.fact(self.log.joined(firing)[i]) for i in support.lost if i < len(rule.patterns)]
        if support.lost:
            missing = _missing(derivation, support, len(rule.patterns))
            return LostSupport(derivation, tuple(dict.fromkeys(gone)), missing)
        blocking: list[Any] = []
        for condition in rule.conditions:
            if isinstance(condition, Absent):
                blocking += map(self.log.fact, self.log.matching(condition.inner, bindings))
        pairs = zip(rule.aggregates, derivation.aggregates, strict=True)
        outdated = [value for aggregate, value in pairs if self._is_outdated(aggregate, value, bindings)]
        return LostSupport(derivation, blocking=tuple(dict.fromkeys(blocking)), outdated=tuple(outdated))

    def _is_outdated(self, aggregate: Aggregate, was: AggregateValue, bindings: dict[Any, Any]) -> bool:
        """Tell whether an aggregate comes to something else now, or to nothing."""
        matched = [self.log.fact(node) for node in self.log.matching(aggregate.inner, bindings)]
        if not matched and aggregate.function in ("least", "most"):
            return True
        return bool(keyed(folded(aggregate, matched, bindings)) != keyed(was.value))

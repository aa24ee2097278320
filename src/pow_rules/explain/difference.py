"""What has changed since a savepoint, and what each conclusion that fell had rested on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.change import Change, LostSupport, Withdrawal
from pow_rules.evaluate import folded, ground, holds
from pow_rules.log import derivation_of
from pow_rules.terms import Absent, can_raise
from pow_rules.values import keyed

if TYPE_CHECKING:
    from pow_rules.engine.base import Savepoint
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.store import Row
    from pow_rules.log import Log, Node
    from pow_rules.lowering.schema import Schema
    from pow_rules.terms import Aggregate, Condition, Inner

__all__ = ["difference"]

Key = tuple[int, "Row"]


def difference(log: Log, point: Savepoint) -> Change:
    """Give what has changed since a savepoint; it holds good when the changes are undone, or others follow.

    Args:
        log: the log as it is now.
        point: the savepoint, still open.
    """
    asserted, retracted = _givens(log, point)
    # Most calls only add.
    since = _Since(log, point) if point.removed or point.dropped else None
    added = _added(log, point, since.removed if since else {})
    withdrawals = since.withdrawals() if since else []
    schema = log.schema
    return Change(
        partial(_facts, schema, asserted),
        partial(_facts, schema, retracted),
        partial(_concluded, schema, added, asserted),
        partial(_made, withdrawals),
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


def _added(log: Log, point: Savepoint, removed: dict[int, dict[Row, int]]) -> list[tuple[int, list[Row]]]:
    """Give the rows that hold and did not before, by relation."""
    found: list[tuple[int, list[Row]]] = []
    for relation, length in sorted(point.relations.items()):
        if log.is_hidden(relation):
            continue
        held, was = log.base.relations[relation], removed.get(relation, {})
        rows = held.rows[length:]
        if held.dead:
            rows = [row for number, row in enumerate(rows, length) if number not in held.dead and row not in was]
        found.append((relation, rows))
    return found


@attrs.frozen(eq=False, repr=False)
class _View:
    """The rows that absences and aggregates looked into, kept for what is told later.

    Attributes:
        before: those that held before, where aggregates went over them.
        now: those that hold now, likewise.
        added: those that hold now and did not before.
    """

    before: dict[int, list[Row]]
    now: dict[int, list[Row]]
    added: dict[int, list[Row]]


@attrs.define(eq=False, repr=False)
class _Support:
    """A firing that was dropped, with all that is needed to tell of it later.

    Attributes:
        clause: its clause.
        rows: the rows it joined, with their relations, in pattern order.
        lost: which of them no longer hold, by position.
        view: what its absences and aggregates looked into, if that is to be told.
    """

    clause: Clause
    rows: list[Key]
    lost: list[int]
    view: _View

    def told(self, log: Log, conclusion: Any) -> LostSupport:
        """Tell of the firing."""
        rule = log.program.rules[self.clause.rule]
        visible = len(rule.patterns)
        facts = [None if log.is_hidden(r) else log.schema.fact(r, row) for r, row in self.rows]
        bindings: dict[Any, Any] = {v.index: fact for v, fact in zip(rule.patterns, facts, strict=False)}
        matched: dict[Aggregate, list[Any]] = {}
        for aggregate in rule.aggregates:
            matched[aggregate] = _matching(log, aggregate.inner, bindings, self.view.before)
            bindings[aggregate] = folded(aggregate, matched[aggregate], bindings)
        derivation = derivation_of(rule, conclusion, bindings, matched)
        # Presences are joined after what users see, in the order written.
        missing = tuple(derivation.presences[i - visible] for i in self.lost if i >= visible)
        gone = dict.fromkeys(facts[i] for i in self.lost if i < visible)
        if self.lost:
            return LostSupport(derivation, tuple(gone), missing)
        absent = [c.inner for c in rule.conditions if isinstance(c, Absent)]
        blocking = dict.fromkeys(f for inner in absent for f in _matching(log, inner, bindings, self.view.added))
        outdated = [
            value
            for aggregate, value in zip(rule.aggregates, derivation.aggregates, strict=True)
            if _is_outdated(log, aggregate, bindings, self.view.now)
        ]
        return LostSupport(derivation, (), (), tuple(blocking), tuple(outdated))


def _matching(log: Log, inner: Inner, bindings: dict[Any, Any], rows: dict[int, list[Row]]) -> list[Any]:
    """Give the facts that an inner pattern matches among some rows."""
    pattern, found = ground(inner, bindings), list[Any]()
    conditions = sorted(inner.conditions, key=can_raise)
    for relation in log.schema.relations(inner.variable.fact_type):
        keys = log.equalities(relation, pattern)
        for row in rows.get(relation, ()):
            if all(row[column] == value for column, value in keys.items()):
                fact = log.schema.fact(relation, row)
                if _all_hold(conditions, {**bindings, inner.variable.index: fact}):
                    found.append(fact)
    return found


def _all_hold(conditions: list[Condition], bindings: dict[Any, Any]) -> bool:
    try:
        return all(holds(condition, bindings) for condition in conditions)
    except Exception:  # noqa: BLE001 - the run never looked at this fact: another one was in the way already
        return False


def _is_outdated(log: Log, aggregate: Aggregate, bindings: dict[Any, Any], now: dict[int, list[Row]]) -> bool:
    """Tell whether an aggregate comes to something else now, or to nothing."""
    matched = _matching(log, aggregate.inner, bindings, now)
    if not matched and aggregate.function in ("least", "most"):
        return True
    return bool(keyed(folded(aggregate, matched, bindings)) != keyed(bindings[aggregate]))


@attrs.define(eq=False, repr=False)
class _Withdrawn:
    log: Log
    key: Key
    supports: list[_Support]

    def told(self) -> Withdrawal:
        """Tell of the conclusion and its supports."""
        fact = self.log.schema.fact(*self.key)
        # One conclusion may be drawn twice in one way, as where a rule concludes it for either of two facts.
        supports = dict.fromkeys(support.told(self.log, fact) for support in self.supports)
        return Withdrawal(fact, tuple(sorted(supports, key=lambda s: s.derivation.order)))


def _made(withdrawn: list[_Withdrawn]) -> tuple[Withdrawal, ...]:
    return tuple(each.told() for each in withdrawn)


class _Since:
    """A log beside what it was at a savepoint."""

    def __init__(self, log: Log, point: Savepoint) -> None:
        self.log = log
        self.base = log.base
        self.point = point
        self._view = _View({}, {}, {})
        self.removed: dict[int, dict[Row, int]] = {}
        for relation, number in point.removed:
            if number < point.relations[relation] and not log.is_hidden(relation):
                self.removed.setdefault(relation, {})[self.base.relations[relation].rows[number]] = number

    def withdrawals(self) -> list[_Withdrawn]:
        """Give the conclusions that held before and do not now, with the firings that they had."""
        if not self.removed:
            return []
        dropped: dict[Node, list[tuple[int, int]]] = {}
        clauses, tables, before = self.base.clauses, self.base.tables, self.point.tables
        for entry in self.point.dropped:
            number, firing = entry
            if firing < before[number]:
                node = (clauses[number].head.relation, ~tables[number].conclusions[firing])
                dropped.setdefault(node, []).append(entry)
        found: list[_Withdrawn] = []
        for relation, rows in sorted(self.removed.items()):
            for row, number in rows.items():
                firings = dropped.get((relation, number))
                if firings and row not in self.base.relations[relation].ids:
                    supports = [self._support(clauses[number], firing) for number, firing in dict.fromkeys(firings)]
                    found.append(_Withdrawn(self.log, (relation, row), supports))
        return found

    def _support(self, clause: Clause, firing: int) -> _Support:
        relations, rows, lost = self.base.relations, list[Key](), list[int]()
        for i, column in enumerate(self.base.tables[clause.index].premises):
            relation = clause.patterns[i].relation
            row = relations[relation].rows[column[firing]]
            rows.append((relation, row))
            if row not in relations[relation].ids:
                lost.append(i)
        # What came in the way, and what aggregates were, can only be seen now.
        if self.log.program.rules[clause.rule].aggregates:
            for tested in clause.tests:
                self._keep_all(tested)
        if not lost:
            for tested in clause.tests:
                self._keep_added(tested)
        return _Support(clause, rows, lost, self._view)

    def _keep_added(self, relation: int) -> None:
        if relation not in self._view.added:
            length = self.point.relations.get(relation)
            self._view.added[relation] = [] if length is None else self._held(relation, length)

    def _keep_all(self, relation: int) -> None:
        if relation in self._view.now:
            return
        now = self._view.now[relation] = self._held(relation, 0)
        length = self.point.relations.get(relation)
        if length is None:
            self._view.before[relation] = now
            return
        rows = self.base.relations[relation]
        removed = {n for r, n in self.point.removed if r == relation and n < length and n in rows.dead}
        kept = [rows.rows[number] for number in rows.live(0, length)]
        self._view.before[relation] = kept + [rows.rows[number] for number in sorted(removed)]

    def _held(self, relation: int, first: int) -> list[Row]:
        rows = self.base.relations[relation]
        end = len(rows.rows)
        return rows.rows[first:] if not rows.dead else [rows.rows[number] for number in rows.live(first, end)]

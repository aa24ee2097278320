"""What has changed since a savepoint, and what each conclusion that fell had rested on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.change import Change, LostDerivation, Withdrawal
from pow_rules.evaluate import folded, ground, holds
from pow_rules.log import derivation_of
from pow_rules.sources import Given
from pow_rules.terms import Absent, can_raise
from pow_rules.values import keyed

if TYPE_CHECKING:
    from pow_rules.engine.base import Savepoint
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.store import Row
    from pow_rules.log import Log, Node
    from pow_rules.sources import Attestation
    from pow_rules.terms import Aggregate, Condition, Inner

__all__ = ["difference"]

Key = tuple[int, "Row"]
Said = tuple[Key, "Attestation"]


def difference(log: Log, point: Savepoint, *, is_lasting: bool = False) -> Change:
    """Give what has changed since a savepoint; it holds good when the changes are undone, or others follow.

    Args:
        log: the log as it is now.
        point: the savepoint, still open.
        is_lasting: whether the changes are those of one call, and are never undone. What was removed by them stays
            readable by its id then, and is looked up when somebody asks.
    """
    found = _Difference(log, point)
    if not is_lasting or found.needs_all():
        found.settle()
    return Change(found)


class _Difference:
    """A log beside what it was at a savepoint."""

    def __init__(self, log: Log, point: Savepoint) -> None:
        self.log = log
        self.point = point
        base = log.base
        # The lists as they are now: where ids change, others take their place.
        self.relations, self.tables = base.relations, base.tables
        self.ends = {number: len(base.relations[number].rows) for number in point.relations}
        self.given, self.released, self.more, self.less = _givens(log, point)
        self.is_settled = False

    def settle(self) -> None:
        """Look up all that may not be there later."""
        self.is_settled = True
        _ = self.added, self.withdrawn

    def needs_all(self) -> bool:
        """Tell whether there are aggregates that were different before: what they went over can only be seen now."""
        rules, clauses = self.log.program.conditionals, self.log.base.clauses
        return any(rules[clauses[number].rule].aggregates for number in {number for number, _ in self.point.dropped})

    # ---- what is asked -----------------------------------------------------------------------------------------

    def asserted(self) -> tuple[Any, ...]:
        return tuple(self.log.schema.fact(*key) for key in self.given)

    def retracted(self) -> tuple[Any, ...]:
        return tuple(self.log.schema.fact(*key) for key in self.released)

    def attested(self) -> tuple[Given, ...]:
        return tuple(map(self._said, self.more))

    def recanted(self) -> tuple[Given, ...]:
        return tuple(map(self._said, self.less))

    def _said(self, one: tuple[Key, Attestation]) -> Given:
        key, said = one
        return Given(self.log.schema.fact(*key), said.source, hedge=said.hedge, likelihood=said.likelihood)

    def concluded(self) -> tuple[Any, ...]:
        given, schema = frozenset(self.given), self.log.schema
        return tuple(schema.fact(r, row) for r, rows in self.added for row in rows if (r, row) not in given)

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        return tuple(withdrawn.told() for withdrawn in self.withdrawn)

    # ---- what came ---------------------------------------------------------------------------------------------

    @cached_property
    def added(self) -> list[tuple[int, list[Row]]]:
        """The rows that hold and did not before, by relation."""
        found: list[tuple[int, list[Row]]] = []
        for relation in sorted(self.ends):
            if not self.log.is_hidden(relation):
                was = self.removed.get(relation, {})
                rows = self._came(relation)
                found.append((relation, [row for row in rows if row not in was] if was else rows))
        return found

    def _came(self, relation: int) -> list[Row]:
        """Give the rows that came in the place of others, or newly, and hold."""
        held, length, end = self.relations[relation], self.point.relations[relation], self.ends[relation]
        # What one call adds it does not remove again, but several calls may.
        if self.is_settled and held.dead:
            return [held.rows[number] for number in held.live(length, end)]
        return held.rows[length:end]

    # ---- what went ---------------------------------------------------------------------------------------------

    @cached_property
    def removed(self) -> dict[int, dict[Row, int]]:
        """The rows that held before and were removed, with their ids, by relation; some may have come again."""
        found: dict[int, dict[Row, int]] = {}
        for relation, number in self.point.removed:
            if number < self.point.relations[relation]:
                found.setdefault(relation, {})[self.relations[relation].rows[number]] = number
        return found

    @cached_property
    def again(self) -> dict[int, frozenset[Row]]:
        """Of the removed rows those that have come again."""
        return {relation: frozenset(self._came(relation)) & rows.keys() for relation, rows in self.removed.items()}

    @cached_property
    def withdrawn(self) -> list[_Withdrawn]:
        """The conclusions that held before and do not now, with the firings that they had."""
        dropped: dict[Node, list[tuple[int, int]]] = {}
        clauses, tables, before = self.log.base.clauses, self.tables, self.point.tables
        for entry in self.point.dropped if self.removed else ():
            number, firing = entry
            if firing < before[number]:
                node = (clauses[number].head.relation, ~tables[number].conclusions[firing])
                dropped.setdefault(node, []).append(entry)
        view = _View({}, {}, {})
        found: list[_Withdrawn] = []
        for relation, rows in sorted(self.removed.items()):
            if self.log.is_hidden(relation):
                continue
            for row, number in rows.items():
                firings = dropped.get((relation, number))
                if firings and row not in self.again[relation]:
                    lost = [self._lost(clauses[n], firing, view) for n, firing in dict.fromkeys(firings)]
                    found.append(_Withdrawn(self.log, (relation, row), lost))
        return found

    def _lost(self, clause: Clause, firing: int, view: _View) -> _Lost:
        rows, lost = list[Key](), list[int]()
        for i, column in enumerate(self.tables[clause.index].premises):
            relation, number = clause.patterns[i].relation, column[firing]
            row = self.relations[relation].rows[number]
            rows.append((relation, row))
            if self.removed.get(relation, {}).get(row) == number and row not in self.again[relation]:
                lost.append(i)
        if self.log.program.rules[clause.rule].aggregates:
            for tested in clause.tests:
                self._keep_all(tested, view)
        if not lost:
            for tested in clause.tests:
                view.added[tested] = self._came(tested) if tested in self.ends else []
        return _Lost(clause, rows, lost, view)

    def _keep_all(self, relation: int, view: _View) -> None:
        if relation in view.now:
            return
        rows = self.relations[relation]
        now = view.now[relation] = [rows.rows[number] for number in rows.live(0, len(rows.rows))]
        length = self.point.relations.get(relation)
        if length is None:
            view.before[relation] = now
            return
        removed = {n for r, n in self.point.removed if r == relation and n < length and n in rows.dead}
        kept = [rows.rows[number] for number in rows.live(0, length)]
        view.before[relation] = kept + [rows.rows[number] for number in sorted(removed)]


def _givens(log: Log, point: Savepoint) -> tuple[list[Key], list[Key], list[Said], list[Said]]:
    """Give what is given now and was not, what was given and is no longer, and what else is said, or is no longer."""
    first: dict[Key, tuple[Attestation, ...] | None] = {}
    for relation, row, said in point.givens:
        first.setdefault((relation, row), said)
    now = log.base.givens
    asserted = [key for key, was in first.items() if was is None and key[1] in now[key[0]]]
    retracted, attested, recanted = list[Key](), list[Said](), list[Said]()
    for key, was in first.items():
        if was is not None:
            said = now[key[0]].get(key[1])
            if said is None:
                retracted.append(key)
            elif said != was:
                attested += [(key, one) for one in said if one not in was]
                recanted += [(key, one) for one in was if one not in said]
    return asserted, retracted, attested, recanted


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
class _Lost:
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

    def told(self, log: Log, conclusion: Any) -> LostDerivation:
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
            return LostDerivation(derivation, tuple(gone), missing)
        absent = [c.inner for c in rule.conditions if isinstance(c, Absent)]
        blocking = dict.fromkeys(f for inner in absent for f in _matching(log, inner, bindings, self.view.added))
        outdated = [
            value
            for aggregate, value in zip(rule.aggregates, derivation.aggregates, strict=True)
            if _is_outdated(log, aggregate, bindings, self.view.now)
        ]
        return LostDerivation(derivation, (), (), tuple(blocking), tuple(outdated))


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
    lost: list[_Lost]

    def told(self) -> Withdrawal:
        """Tell of the conclusion and the derivations that it lost."""
        fact = self.log.schema.fact(*self.key)
        # One conclusion may be drawn twice in one way, as where a rule concludes it for either of two facts.
        told = dict.fromkeys(lost.told(self.log, fact) for lost in self.lost)
        return Withdrawal(fact, tuple(sorted(told, key=lambda s: s.derivation.order)))

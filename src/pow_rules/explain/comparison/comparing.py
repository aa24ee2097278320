"""How two sessions are compared: fact by fact, where they may differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.derivation import AggregateValue
from pow_rules.evaluate import folded, ground
from pow_rules.explain.comparison.answer import ChangedDerivation, Comparison, FactComparison
from pow_rules.explain.comparison.apart import apart
from pow_rules.sources import in_order
from pow_rules.terms import Absent, Present
from pow_rules.values import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.derivation import Derivation
    from pow_rules.explain.comparison.apart import Key
    from pow_rules.log import Log, Node
    from pow_rules.rules import Rule
    from pow_rules.sources import Attestation
    from pow_rules.terms import Inner

__all__ = ["Comparing"]


class Comparing:
    """Compares the facts of two logs.

    Args:
        logs: the logs, before and after.
        size: how many facts that differ to tell of; None for all.
    """

    def __init__(self, logs: tuple[Log, Log], size: int | None) -> None:
        self.logs = logs
        self.size = size
        self.apart = apart(logs)
        self.found: list[FactComparison] = []
        self.cut = 0

    # ---- all facts, or one ---------------------------------------------------------------------------------------

    def of_all(self) -> Comparison:
        """Compare all facts."""
        same = self.apart.common
        for key in self._in_order(self.apart.certain | self.apart.possible):
            if self._take(key, 0):
                same -= all(self._nodes(key))
        return Comparison(None, tuple(self.found), same, self.cut)

    def of_one(self, fact: Any) -> Comparison:
        """Compare a fact, and what it rests on: level by level, each once."""
        log = next((log for log in self.logs if type(fact) in log.schema.numbers), None)
        if log is None:
            return Comparison(fact, (FactComparison(fact, 0, (False, False), ((), ()), (), (), ()),), 0, 0)
        root: Key = (type(fact), log.schema.row(log.schema.numbers[type(fact)], fact))
        self.found.append(self._compared(root, 0))
        open_types, seen, level = self._open_types(), {root}, 0
        frontier = list(dict.fromkeys((*self._below(root), *self._concerned(self.found[0]))))
        while frontier:
            level += 1
            new = [key for key in frontier if key not in seen and key[0] in open_types]
            seen.update(new)
            below: dict[Key, None] = {}
            for key in self._in_order(k for k in new if k in self.apart.certain or k in self.apart.possible):
                if self._take(key, level) and self.found[-1].level == level:
                    below.update(dict.fromkeys(self._concerned(self.found[-1])))
            for key in new:
                below.update(dict.fromkeys(self._below(key)))
            frontier = list(below)
        return Comparison(fact, tuple(self.found), 0, self.cut)

    def _take(self, key: Key, level: int) -> bool:
        """Compare a fact that may differ; tell whether it does, and keep it if there is room."""
        is_full = self.size is not None and len(self.found) >= self.size
        if is_full and key in self.apart.certain:
            self.cut += 1
            return True
        compared = self._compared(key, level)
        if not compared:
            return False
        if is_full:
            self.cut += 1
        else:
            self.found.append(compared)
        return True

    def _in_order(self, keys: Any) -> list[Key]:
        return sorted(keys, key=lambda key: canonical(self._fact(key)))

    # ---- facts -------------------------------------------------------------------------------------------------

    def _fact(self, key: Key) -> Any:
        log = next(log for log in self.logs if key[0] in log.schema.numbers)
        return log.schema.fact(log.schema.numbers[key[0]], key[1])

    def _nodes(self, key: Key) -> tuple[Node | None, Node | None]:
        one, other = (_node(log, key) for log in self.logs)
        return one, other

    def _compared(self, key: Key, level: int) -> FactComparison:
        fact, nodes = self._fact(key), self._nodes(key)
        sides = [
            {} if node is None else {_identity(d): d for d in log.derivations(node)}
            for log, node in zip(self.logs, nodes, strict=True)
        ]
        gone, new = (
            tuple(_changed(d, self.logs[1 - i]) for told, d in sides[i].items() if told not in sides[1 - i])
            for i in (0, 1)
        )
        same = tuple(d for told, d in sides[0].items() if told in sides[1])
        said = _attestations(self.logs[0], key), _attestations(self.logs[1], key)
        holds = nodes[0] is not None, nodes[1] is not None
        return FactComparison(fact, level, holds, said, gone, new, same)

    # ---- what they rest on -------------------------------------------------------------------------------------

    def _below(self, key: Key) -> Iterator[Key]:
        """Give the facts that a fact's derivations rest on, in either log."""
        for log, node in zip(self.logs, self._nodes(key), strict=True):
            if node is None:
                continue
            for firing in log.firings(node):
                for premise in (*log.joined(firing), *log.counted(firing)):
                    if not log.is_hidden(premise[0]):
                        yield _key(log, premise)
                        continue
                    # What `present` found: the last that its own firings joined. Those before it, if any, are the
                    # rule's premises, of whatever derivation: they only say what is asked for.
                    for hidden in log.firings(premise):
                        yield _key(log, log.joined(hidden)[-1])

    def _concerned(self, compared: FactComparison) -> Iterator[Key]:
        """Give the facts that keep a derivation out of the log that does not have it."""
        for i, changed in ((1, compared.gone), (0, compared.new)):
            log = self.logs[i]
            for change in changed:
                counted = (f for _, there in change.outdated if there is not None for f in there.facts)
                for fact in (*change.blocking, *counted):
                    node = log.node(fact)
                    if node is not None:
                        yield _key(log, node)

    def _open_types(self) -> set[type]:
        """Give the fact types below which, or in which, something may differ."""
        found = {key[0] for key in (*self.apart.certain, *self.apart.possible)}
        for log in self.logs:
            types, numbers = log.schema.types, log.schema.numbers
            rests: dict[int, set[int]] = {}
            for clause in log.program.machine.clauses:
                for below in clause.reads | clause.tests:
                    rests.setdefault(below, set()).add(clause.head.relation)
            ahead = [numbers[cls] for cls in found if cls in numbers]
            reached = set(ahead)
            while ahead:
                new = rests.get(ahead.pop(), set()) - reached
                reached |= new
                ahead += new
            found |= {types[relation].cls for relation in reached if not log.is_hidden(relation)}
        return found


def _node(log: Log, key: Key) -> Node | None:
    relation = log.schema.numbers.get(key[0])
    number = None if relation is None else log.base.relations[relation].ids.get(key[1])
    return None if relation is None or number is None else (relation, number)


def _key(log: Log, node: Node) -> Key:
    relation, number = node
    return log.schema.types[relation].cls, log.base.relations[relation].rows[number]


def _attestations(log: Log, key: Key) -> tuple[Attestation, ...]:
    relation = log.schema.numbers.get(key[0])
    return in_order(() if relation is None else log.base.givens[relation].get(key[1], ()))


# ---- derivations -------------------------------------------------------------------------------------------------


def _identity(derivation: Derivation) -> tuple[Any, ...]:
    """Give what makes two derivations of a fact the same, also where their programs are two."""
    rule = derivation.rule
    told = (derivation.premises, derivation.absences, derivation.presences, derivation.aggregates)
    return (rule.name, rule.statement, rule.hedge, *told)


def _changed(derivation: Derivation, other: Log) -> ChangedDerivation:
    """Tell what a derivation lacks in a log that does not have it."""
    rule = derivation.rule
    bindings: dict[Any, Any] = {v.index: f for v, f in zip(rule.patterns, derivation.premises, strict=True)}
    bindings |= {a: told.value for a, told in zip(rule.aggregates, derivation.aggregates, strict=True)}
    lacking = dict.fromkeys(fact for fact in derivation.premises if other.node(fact) is None)
    present = [c.inner for c in rule.conditions if isinstance(c, Present)]
    absent = [c.inner for c in rule.conditions if isinstance(c, Absent)]
    missing = (
        told for inner, told in zip(present, derivation.presences, strict=True) if not _matched(other, inner, bindings)
    )
    blocking = dict.fromkeys(fact for inner in absent for fact in _matched(other, inner, bindings))
    outdated = tuple(_outdated(derivation, other, dict(bindings)))
    change = _rule_change(rule, other)
    return ChangedDerivation(derivation, tuple(lacking), tuple(missing), tuple(blocking), outdated, change)


def _outdated(
    derivation: Derivation, other: Log, bindings: dict[Any, Any]
) -> Iterator[tuple[AggregateValue, AggregateValue | None]]:
    for aggregate, told in zip(derivation.rule.aggregates, derivation.aggregates, strict=True):
        facts, there = _matched(other, aggregate.inner, bindings), None
        if facts or aggregate.function not in ("least", "most"):
            try:
                bindings[aggregate] = folded(aggregate, list(facts), bindings)
            except Exception:  # noqa: BLE001 - the other session never came to fold these facts
                return
            pattern = ground(aggregate.inner, bindings)
            there = AggregateValue(told.function, told.fact_type, pattern, told.over, bindings[aggregate], facts)
        if there != told:
            yield told, there


def _matched(log: Log, inner: Inner, bindings: dict[Any, Any]) -> tuple[Any, ...]:
    try:
        found = log.matching(inner, bindings)
    except Exception:  # noqa: BLE001 - the session never looked at these facts: another condition failed before
        return ()
    return tuple(sorted(map(log.fact, found), key=canonical))


def _rule_change(rule: Rule, other: Log) -> str:
    """Tell how a rule differs in another log's program."""
    if rule in other.program.rules:
        return ""
    there = next((r for r in other.program.rules if r.name == rule.name), None)
    if there is None:
        return f"the other program has no rule {rule.name}"
    if rule.hedge != there.hedge:
        return f"the rule is {rule.hedge} here, and {there.hedge} in the other program"
    if rule.statement != there.statement:
        return f"the other program's rule of this name says: {there.statement or 'nothing'}"
    return "" if str(rule) == str(there) else "the other program's rule of this name has another body"

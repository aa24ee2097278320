"""What stopped a run, as the errors that users see."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pow_rules.engine.codegen import Failure
from pow_rules.engine.matcher import MatcherFault, TooMuch
from pow_rules.engine.run import Exceeded
from pow_rules.errors import ContradictionError, EvaluationError, LimitError, MatcherError, MatcherUnavailableError

if TYPE_CHECKING:
    from pow_rules.limits import Limits
    from pow_rules.log import Log
    from pow_rules.program import Program

__all__ = ["refuse_contradictions", "told", "too_much", "unavailable"]

_MOST_TOLD = 10
_SECONDS = 1.0
_INSTEAD = 'use matcher="compiled", which finds the same'


def told(error: BaseException, program: Program, log: Log, limits: Limits) -> BaseException:
    """Give the error that users see for one from the engine, while the rows it is about are still there."""
    match error:
        case Failure():
            return _evaluation_error(error, program, log)
        case Exceeded():
            return _limit_error(error, program, log, limits)
        case TooMuch():
            return too_much(error, program)
        case MatcherFault():
            return MatcherError(f"{error}. The session is as it was before the call; {_INSTEAD}")
    return error


def refuse_contradictions(log: Log, *, is_passing: bool) -> None:
    """Raise if some constraint is broken, while the rows that break it are still there.

    Args:
        log: the log.
        is_passing: whether it is rolled back then, and goes on to be used.

    Raises:
        ContradictionError: naming the constraint and both sides of the first contradiction.
    """
    from pow_rules.explain.contradictions import contradictions, is_contradictory  # noqa: PLC0415 - only if there are constraints

    if not is_contradictory(log):
        return
    found = contradictions(log, limit=_MOST_TOLD, seconds=_SECONDS, is_passing=is_passing)
    first, more = found[0], found.count - 1
    constraint = first.constraint
    sides = "; ".join(map(repr, first.facts)) or "what is absent"
    others = f" (and {more:,} more contradiction{'' if more == 1 else 's'})" if more else ""
    said = f": {constraint.statement.rstrip('.')}" if constraint.statement else ""
    msg = f"{constraint.location}: constraint {constraint.name}{said}. Against it: {sides}{others}. Nothing is changed"
    raise ContradictionError(msg, found)


def too_much(error: TooMuch, program: Program) -> LimitError:
    """Give the error for more than a matcher can take."""
    if error.clause is None:
        return LimitError(f"{error}; {_INSTEAD}")
    rule = program.conditionals[error.clause.rule]
    return LimitError(f"{rule.location}: {rule.noun} {rule.name}: {error}: make two {rule.noun}s of it, or {_INSTEAD}")


def unavailable(error: ImportError) -> MatcherUnavailableError:
    """Give the error for a matcher whose package cannot be imported."""
    if sys.version_info >= (3, 13):
        reason = f"durable-rules cannot be imported on Python 3.13 and newer, and this is {sys.version.split()[0]}"
        return MatcherUnavailableError(f'matcher="durable": {reason}; {_INSTEAD}, or Python 3.11 or 3.12')
    return MatcherUnavailableError(f'matcher="durable": {error}: install durable-rules==2.0.28, or {_INSTEAD}')


def _evaluation_error(failure: Failure, program: Program, log: Log) -> EvaluationError:
    clause = failure.clause
    rule = program.conditionals[clause.rule]
    parts = [
        f"{pattern.name} = {log.fact((pattern.relation, failure.rows[pattern.slot]))!r}"
        for pattern in clause.patterns
        if pattern.slot in failure.rows and not log.is_hidden(pattern.relation)
    ]
    cause = failure.__cause__
    return EvaluationError(
        f"{rule.location}: {rule.noun} {rule.name}: {failure.label} raised {type(cause).__name__}: {cause}"
        f"; for {', '.join(parts) or 'no facts'}"
    )


def _limit_error(exceeded: Exceeded, program: Program, log: Log, limits: Limits) -> LimitError:
    base, before = log.base, log.base.current.tables
    grown: dict[str, int] = {}
    for clause in program.machine.clauses:
        table = base.tables[clause.index]
        if not log.is_hidden(clause.head.relation):
            grown[clause.name] = grown.get(clause.name, 0) + len(table) - before.get(clause.index, len(table))
    if exceeded.clause is not None:
        grown[exceeded.clause.name] = grown.get(exceeded.clause.name, 0) + exceeded.more
    name = max(grown, key=lambda n: grown[n], default="")
    rule = next((r for r in program.rules if r.name == name and grown[name] > 0), None)
    most = f"; rule {name} ({rule.location}) grew most: {grown[name]:,} derivations" if rule is not None else ""
    limit = getattr(limits, exceeded.limit)
    return LimitError(f"the limit of {limit:,} {exceeded.limit} was met{most}. Raise it with Limits(...)")

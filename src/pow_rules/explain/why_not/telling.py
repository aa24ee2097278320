"""Why-not as steps: an answer in lines, laid out with a stack of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.explain.why_not.unmet import Attempt, Missing
from pow_rules.facts import fact_type
from pow_rules.steps import AggregateStep, ConditionStep, FactStep, NoteStep, PatternStep, RuleStep, Step
from pow_rules.terms import Variable, text, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules.explain.why_not.answer import WhyNot
    from pow_rules.explain.why_not.unmet import Blocked, Failed, Misfit, Nearly
    from pow_rules.terms import Inner

__all__ = ["told"]

_LISTED = 3
_Part = Step | tuple[int, Any]
"""A step, or something that is still to be told, with its depth."""


def told(answer: WhyNot) -> tuple[Step, ...]:
    """Give an answer as steps.

    Args:
        answer: the answer.
    """
    if answer.holds:
        return tuple(_held(answer))
    steps: list[Step] = []
    seen = {id(answer)}
    open_: list[_Part] = [*reversed(list(_asked(answer)))]
    while open_:
        match open_.pop():
            case Step() as step:
                steps.append(step)
            case depth, Attempt() as attempt:
                open_ += reversed(list(_attempt(depth, attempt)))
            case depth, Missing() as missing:
                open_ += reversed(list(_missing(depth, missing, seen)))
    return tuple(steps)


def _held(answer: WhyNot) -> Iterator[Step]:
    """Tell that it holds after all."""
    if answer.fact is not None:
        yield Step(0, FactStep(answer.fact, "met", "it holds"))
        yield Step(1, NoteStep("explain(...) tells why"))
        return
    more = len(answer.holds) - _LISTED
    yield Step(0, PatternStep(answer.goal, "met", _number(len(answer.holds), "fact holds", "facts hold")))
    yield from (Step(1, FactStep(fact, "met", "it holds")) for fact in answer.holds[:_LISTED])
    if more > 0:
        yield Step(1, NoteStep(f"and {more:,} more"))
    yield Step(1, NoteStep("explain(...) tells why"))


def _asked(answer: WhyNot) -> Iterator[_Part]:
    """Tell what was asked for, and how far rules get."""
    is_fact = answer.fact is not None
    yield Step(0, FactStep(answer.fact, "missing") if is_fact else PatternStep(answer.goal, "missing"))
    name = _name(answer.goal.variable)
    if not answer.is_known:
        yield Step(1, NoteStep(f"no rule knows {name}{answer.hint}"))
        return
    yield from _nearly(1, answer.nearly)
    is_concluded = bool(answer.attempts or answer.misfits)
    if not is_concluded:
        yield Step(
            1, NoteStep(f"no rule concludes {name}; it may {'' if answer.may_be_asserted else 'not '}be asserted")
        )
    elif answer.may_be_asserted:
        yield Step(1, NoteStep("it may be asserted"))
    yield from _rules(1, answer)


def _rules(depth: int, answer: WhyNot) -> Iterator[_Part]:
    yield from ((depth, attempt) for attempt in answer.attempts)
    for misfit in answer.misfits:
        yield Step(depth, RuleStep(misfit.rule))
        yield Step(depth + 1, NoteStep(_misfit(misfit)))


def _misfit(misfit: Misfit) -> str:
    return f"it concludes {misfit.conclusion}, which can never be this: {misfit.reason}"


def _attempt(depth: int, attempt: Attempt) -> Iterator[_Part]:
    """Tell how far a rule gets: its premises in order, met or missing, then what else is in the way."""
    yield Step(depth, RuleStep(attempt.rule))
    met = {m.name: m.fact for m in attempt.met}
    missing = {m.name: m for m in attempt.missing if m.name}
    for variable in attempt.rule.patterns:
        if variable.name in met:
            yield Step(depth + 1, FactStep(met[variable.name], "met"))
        else:
            yield depth + 1, missing[variable.name]
    yield from ((depth + 1, m) for m in attempt.missing if not m.name)
    for blocked in attempt.blocked:
        yield from _blocked(depth + 1, blocked)
    for failed in attempt.failed:
        yield from _failed(depth + 1, failed)
    for condition in attempt.undecided:
        yield Step(depth + 1, NoteStep(f"only then to be seen: {text(condition)}"))
    if not attempt.is_complete:
        yield Step(
            depth + 1, NoteStep("not all facts were looked at, as there are too many: this may not be the nearest")
        )


def _missing(depth: int, missing: Missing, seen: set[int]) -> Iterator[_Part]:
    """Tell of a missing premise, what nearly meets it, and why it is missing in turn."""
    below = missing.below
    notes: list[str] = []
    if not missing.name:
        notes.append("any one is enough")
    if not missing.is_possible:
        notes.append("no fact can be all of this")
    elif missing.may_be_asserted:
        notes.append("may be asserted")
    elif not missing.following:
        notes.append("no rule concludes it")
    if missing.following == "above" or (below is not None and id(below) in seen):
        notes.append("asked above")
    elif missing.following == "cut":
        notes.append("not followed")
    yield Step(depth, _in_role(missing.fact, missing.pattern, ", ".join(notes)))
    yield from (Step(depth + 1, NoteStep(f"{v.name} is the {_name(v)} that is missing, too")) for v in _open(missing))
    yield from _nearly(depth + 1, missing.nearly)
    yield from (Step(depth + 1, NoteStep(f"an open question: {question}")) for question in missing.questions)
    if below is not None and id(below) not in seen:
        seen.add(id(below))
        yield from (Step(depth + 1, FactStep(fact, "met", "it holds")) for fact in below.holds[:_LISTED])
        yield from _rules(depth + 1, below)


def _open(missing: Missing) -> list[Variable]:
    """Give the other missing premises that a pattern mentions: those that are met are in it as values."""
    own = missing.pattern.variable.index
    nodes = (node for condition in missing.pattern.conditions for node in walk(condition, inner=False))
    return list({v.index: v for v in nodes if isinstance(v, Variable) and v.index != own}.values())


def _name(variable: Variable) -> str:
    return fact_type(variable.fact_type).name


def _in_role(fact: Any, pattern: Inner, note: str) -> FactStep | PatternStep:
    return PatternStep(pattern, "missing", note) if fact is None else FactStep(fact, "missing", note)


def _nearly(depth: int, nearly: Nearly) -> Iterator[Step]:
    yield from (Step(depth, FactStep(near.fact, "nearly", near.note)) for near in nearly.facts)
    if nearly.left_out:
        yield Step(depth, NoteStep(f"and {_number(nearly.left_out, 'fact', 'facts')} more nearly"))
    if not nearly.is_complete:
        yield Step(depth, NoteStep("not all were looked at for what is near"))


def _blocked(depth: int, blocked: Blocked) -> Iterator[Step]:
    yield Step(depth, PatternStep(blocked.absence.pattern, "in the way", "it has to be absent"))
    yield from (Step(depth + 1, FactStep(fact, "in the way")) for fact in blocked.facts)
    if blocked.count > len(blocked.facts):
        yield Step(depth + 1, NoteStep(f"and {blocked.count - len(blocked.facts):,} more"))


def _failed(depth: int, failed: Failed) -> Iterator[Step]:
    for aggregate in failed.aggregates:
        yield Step(depth, AggregateStep(aggregate))
        yield from (Step(depth + 1, FactStep(fact, "met")) for fact in aggregate.facts[:_LISTED])
        if len(aggregate.facts) > _LISTED:
            yield Step(depth + 1, NoteStep(f"and {len(aggregate.facts) - _LISTED:,} more"))
    if failed.condition is not None:
        yield Step(depth, ConditionStep(text(failed.condition), failed.values, holds=False))
        depth += 1
    if failed.reason:
        yield Step(depth, NoteStep(failed.reason))


def _number(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"

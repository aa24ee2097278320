"""Why does a fact not hold? The answer: how far each rule gets that could conclude it, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.errors import ArgumentTypeError, EvaluationError
from pow_rules.explain.answer import Answer
from pow_rules.explain.arguments import check_count
from pow_rules.explain.why_not.attempts import LIMIT, attempts, may_be_asserted, nearly
from pow_rules.explain.why_not.goals import goal_of, needs, renamed
from pow_rules.explain.why_not.lookups import Lookups, Wanted
from pow_rules.explain.why_not.telling import told
from pow_rules.explain.why_not.unmet import Missing, Nearly
from pow_rules.facts import fact_type
from pow_rules.language.body import inner_pattern
from pow_rules.language.scope import building
from pow_rules.near import did_you_mean
from pow_rules.terms import Inner, can_raise, pattern_text, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules.explain.why_not.unmet import Attempt, Misfit
    from pow_rules.log import Log, Node
    from pow_rules.steps import Step

__all__ = ["WhyNot", "why_not"]

MOST_GOALS = 100
"""How many missing premises to follow."""
MOST_NODES = 50
"""Of how many terms a condition may consist in a question that is followed."""


@attrs.frozen(eq=False, repr=False)
class WhyNot(Answer):
    """Why a fact does not hold, or why none does that some conditions describe.

    Attributes:
        goal: what was asked for, as a pattern.
        fact: the fact asked for, if it was one.
        holds: the facts that hold after all, in canonical order; if there are any, nothing else is told.
        attempts: how far each rule gets that could conclude it, the nearest first: by the number of unmet parts, then
            by premises met, then by name; last those with a premise that no fact could meet.
        misfits: conclusions of the right type that can never be it.
        nearly: the facts that hold and differ in one condition only.
        is_known: whether the program knows the fact type.
        may_be_asserted: whether the program lets one assert it.
        hint: what the type may have been meant to be, where it is not known.
        not_followed: how many missing premises, here and below, could be concluded and were not followed.
    """

    kind: ClassVar[str] = "why_not"

    goal: Inner
    fact: Any
    holds: tuple[Any, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    nearly: Nearly = attrs.field(kw_only=True)
    is_known: bool = True
    may_be_asserted: bool = False
    hint: str = ""
    not_followed: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left out, here and below: no search, and no question about a missing premise."""
        answers = _all_below(self)
        return not self.not_followed and all(a.is_complete for answer in answers for a in answer.attempts)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps, in the order in which they are printed."""
        return told(self)

    @property
    def cut(self) -> int:
        """How many missing premises could be concluded and were not followed."""
        return self.not_followed

    def __repr__(self) -> str:
        asked = pattern_text(self.goal) if self.fact is None else repr(self.fact)
        return f"<WhyNot {asked}: {'it holds' if self.holds else f'{len(self.attempts)} attempts'}>"


def _all_below(answer: WhyNot) -> list[WhyNot]:
    found = {id(answer): answer}
    open_ = [answer]
    while open_:
        below = (m.below for a in open_.pop().attempts for m in a.missing)
        new = [b for b in below if b is not None and id(b) not in found]
        found.update((id(b), b) for b in new)
        open_ += new
    return list(found.values())


def why_not(log: Log, target: Any, conditions: tuple[Callable[[Any], bool], ...], *, depth: int, near: int) -> WhyNot:
    """Tell why a fact does not hold, or why none does that some conditions describe.

    Args:
        log: the log of the session.
        target: a fact, or a fact type.
        conditions: with a fact type, lambdas over a symbolic fact.
        depth: how many rules deep to follow missing premises.
        near: how many facts to name that nearly meet a premise.

    Raises:
        NotAFactError: if the target is neither a fact nor a fact type.
        ArgumentTypeError: for conditions beside a fact, or a number that is none.
        ArgumentValueError: for a depth below 1, or `near` below 0.
        RuleError: for a condition that is none.
        EvaluationError: where a condition raises.
    """
    check_count("depth", depth, may_be_none=False)
    check_count("near", near, least=0, may_be_none=False)
    fact, goal = _goal(target, conditions)
    return _Asked(log, goal, near).answer(fact, depth)


def _goal(target: Any, conditions: tuple[Callable[[Any], bool], ...]) -> tuple[Any, Inner]:
    if not isinstance(target, type):
        goal = goal_of(target)
        if conditions:
            msg = f"why_not({target!r}, ...): conditions go with a fact type, and this is a fact"
            raise ArgumentTypeError(msg)
        return target, goal
    described = fact_type(target)
    with building(f"why_not({described.name}, ...)"):
        return None, renamed(inner_pattern(target, conditions, "why_not(...)"))


Key = tuple[type, frozenset[Any]]


class _Asked:
    """One question, and those that it leads to: why each missing premise is missing in turn.

    The questions are gone through level by level, so that each is followed as far as it can be; then the answers are
    put together from the last to the first, in the order in which they are printed.
    """

    def __init__(self, log: Log, goal: Inner, near: int) -> None:
        self.log = log
        self.goal = goal
        self.near = near
        self.found: dict[Key, WhyNot] = {}
        self.firsts: dict[Any, list[Node]] = {}
        self.done: dict[Key, WhyNot] = {}
        self.cuts: dict[Key, frozenset[Key]] = {}

    def answer(self, fact: Any, depth: int) -> WhyNot:
        """Give the answer."""
        cls = self.goal.variable.fact_type
        if not self.log.schema.relations(cls):
            names = [known.__name__ for known in self.log.program.fact_types]
            hint = did_you_mean(cls.__name__, names)
            return WhyNot(self.goal, fact, nearly=Nearly(), is_known=False, hint=hint)
        holding = self.holding()
        if holding:
            return WhyNot(self.goal, fact, holding, nearly=Nearly())
        self.explore(depth)
        root = _key(self.goal)
        self.assemble(root)
        return attrs.evolve(self.done[root], fact=fact, nearly=nearly(self.log, self.goal, self.near))

    def holding(self) -> tuple[Any, ...]:
        """Give the facts that hold after all."""
        wanted = Wanted(self.goal.variable, self.goal.conditions)
        try:
            return Lookups(self.log, LIMIT).found(wanted, {}, every=True)
        except Exception as error:
            msg = f"why_not({pattern_text(self.goal)}): a condition raised {type(error).__name__}: {error}"
            raise EvaluationError(msg) from error

    def explore(self, depth: int) -> None:
        """Find the attempts for the goal, and for the missing premises of each, level by level."""
        level = [self.goal]
        for deep in range(depth):
            below: dict[Key, Inner] = {}
            for goal in level:
                found = self.found[_key(goal)] = self.tried(goal)
                followed = (goal_below(m) for a in found.attempts for m in a.missing if m.following)
                below.update((_key(g), g) for g in followed if _is_small(g))
            room = MOST_GOALS - len(self.found)
            level = [g for key, g in below.items() if key not in self.found][:room]
            if deep + 1 == depth or not level:
                return

    def tried(self, goal: Inner) -> WhyNot:
        """Answer one question, leaving out why premises are missing in turn."""
        may = may_be_asserted(self.log, goal.variable.fact_type)
        found, misfits = attempts(self.log, goal, near=self.near, firsts=self.firsts)
        return WhyNot(goal, None, (), tuple(found), tuple(misfits), nearly=Nearly(), may_be_asserted=may)

    def assemble(self, root: Key) -> None:
        """Put the answers together, those below first."""
        path = {root: None}
        above = set[tuple[Key, Key]]()
        open_ = [(root, iter(self.children(root)))]
        while open_:
            key, children = open_[-1]
            child = next(children, None)
            if child is None:
                self.finish(key, above)
                del path[key]
                open_.pop()
            elif child in path:
                above.add((key, child))
            elif child in self.found and child not in self.done:
                path[child] = None
                open_.append((child, iter(self.children(child))))

    def children(self, key: Key) -> list[Key]:
        return [_key(goal_below(m)) for a in self.found[key].attempts for m in a.missing if m.following]

    def finish(self, key: Key, above: set[tuple[Key, Key]]) -> None:
        """Put the answers below into an answer."""
        cuts = set[Key]()

        def followed(missing: Missing) -> Missing:
            if not missing.following:
                return missing
            child = _key(goal_below(missing))
            if (key, child) in above:
                return attrs.evolve(missing, following="above")
            if child in self.done:
                cuts.update(self.cuts[child])
                return attrs.evolve(missing, following="below", below=self.done[child])
            cuts.add(child)
            return missing

        answer = self.found[key]
        tried = tuple(attrs.evolve(a, missing=tuple(map(followed, a.missing))) for a in answer.attempts)
        self.cuts[key] = frozenset(cuts)
        self.done[key] = attrs.evolve(answer, attempts=tried, not_followed=len(cuts))


def goal_below(missing: Missing) -> Inner:
    """Give the question why a premise is missing: what of its pattern is known, but for what calls functions."""
    own = missing.pattern.variable
    known = (c for c in missing.pattern.conditions if needs(c) <= {own.index} and not can_raise(c))
    return renamed(Inner(own, tuple(known)))


def _is_small(goal: Inner) -> bool:
    """Tell whether a question is to be followed: sums of sums of sums may grow with every rule, and say nothing."""
    return all(sum(1 for _ in walk(c)) <= MOST_NODES for c in goal.conditions)


def _key(goal: Inner) -> Key:
    return goal.variable.fact_type, frozenset(goal.conditions)

"""Programs: validated, stratified, immutable sets of rules."""

from __future__ import annotations

import textwrap
import warnings
from typing import TYPE_CHECKING, Any

from pow_rules.engine.components import Cycle, components, negative_cycles
from pow_rules.engine.machine import Machine
from pow_rules.errors import ProgramError, ProgramWarning, RuleError, StratificationError
from pow_rules.facts import concrete_types, fact_type
from pow_rules.kinds import is_fact_class
from pow_rules.lower import lower_rules
from pow_rules.questions import Choice, Question
from pow_rules.rules import Rule
from pow_rules.schema import Schema
from pow_rules.terms import Absent, Aggregate, walk
from pow_rules.warn import warnings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.engine.clauses import Clause

__all__ = ["Program"]


class Program:
    """A set of rules that belong together, checked as a whole. It never changes.

    Args:
        rules: the rules, each made with `@rule`; no two of one name.
        given: the fact types that may be asserted, abstract ones standing for all their subclasses. Empty: every type
            that the rules or the questions mention.
        questions: the open questions, as `Question` and `Choice`.

    Raises:
        ProgramError: an exception group of everything that is wrong, each fault a `RuleError`.

    Warns:
        ProgramWarning: for what can be run and is probably not meant, as a rule that can never fire.

    >>> from pow_rules import Program, conclude, fact, rule
    >>> @fact
    ... class Asked:
    ...     who: str
    >>> @fact
    ... class Heard:
    ...     who: str
    >>> @rule
    ... def asking_is_heard(a: Asked) -> None:
    ...     \"\"\"Whoever is asked has heard of it.\"\"\"
    ...     conclude(Heard, who=a.who)
    >>> print(Program([asking_is_heard]).describe())
    1 rule in 1 stratum; may be asserted: Asked, Heard
    <BLANKLINE>
    stratum 0
      asking_is_heard (certain)
        Whoever is asked has heard of it.
        Asked -> Heard
    """

    def __init__(
        self, rules: Iterable[Rule], *, given: Iterable[type] = (), questions: Iterable[Question | Choice] = ()
    ) -> None:
        self._rules = tuple(rules)
        self._questions = tuple(questions)
        self._given = tuple(given)
        faults = [*_odd_rules(self._rules), *_odd_types(self._given), *_odd_questions(self._questions)]
        if faults:
            raise _group(faults)
        mentioned = [t for r in self._rules for t in r.fact_types]
        asked = [type(f) for q in self._questions for f in q.facts]
        self._schema = Schema([*mentioned, *self._given, *asked])
        assertable = self._given or tuple(dict.fromkeys([*mentioned, *asked]))
        self._assertable = frozenset(c for cls in assertable for c in concrete_types(cls))
        faults = [*_namesakes(self._schema), *_unassertable(self)]
        if faults:
            raise _group(faults)
        try:
            lowered = lower_rules(self._rules, self._schema)
        except RuleError as fault:
            raise _group([fault]) from None
        cycles = negative_cycles(lowered.clauses, len(lowered.relations))
        if cycles:
            raise _group(_cycle_faults(cycles, self))
        ordered = components(lowered.clauses, len(lowered.relations))
        self._machine = Machine(lowered.relations, lowered.clauses, ordered)
        self._strata = {clause.rule: c.stratum for c in ordered for clause in c.clauses}
        self._warnings = warnings_of(self._rules, self.given)
        for warning in self._warnings:
            warnings.warn(warning, ProgramWarning, stacklevel=2)

    def __repr__(self) -> str:
        return f"<Program of {len(self._rules)} rules>"

    def __str__(self) -> str:
        return self.describe()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order given."""
        return self._rules

    @property
    def questions(self) -> tuple[Question | Choice, ...]:
        """The open questions."""
        return self._questions

    @property
    def fact_types(self) -> tuple[type, ...]:
        """Every concrete fact type that the program knows."""
        return tuple(described.cls for described in self._schema.types)

    @property
    def given(self) -> tuple[type, ...]:
        """The concrete fact types that may be asserted."""
        return tuple(cls for cls in self.fact_types if cls in self._assertable)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What can be run and is probably not meant."""
        return self._warnings

    @property
    def schema(self) -> Schema:
        """How facts are held as rows."""
        return self._schema

    @property
    def machine(self) -> Machine:
        """What the engine runs."""
        return self._machine

    def stratum(self, rule: Rule) -> int:
        """Give a rule's stratum: 0, or one more than the highest that it looks into for absences or aggregates."""
        return self._strata.get(self._rules.index(rule), 0)

    def describe(self, *, plans: bool = False) -> str:
        """Give the program's text: its rules by stratum, and its warnings.

        Args:
            plans: whether to print, under each rule, the plans by which it is matched.
        """
        strata = sorted({self.stratum(rule) for rule in self._rules})
        names = ", ".join(sorted(cls.__name__ for cls in self.given)) or "nothing"
        rules = "1 rule" if len(self._rules) == 1 else f"{len(self._rules)} rules"
        head = f"{rules} in {len(strata)} {'stratum' if len(strata) == 1 else 'strata'}; may be asserted: {names}"
        lines = _wrapped(head, "")
        for stratum in strata:
            lines += ["", f"stratum {stratum}"]
            for rule in sorted((r for r in self._rules if self.stratum(r) == stratum), key=lambda r: r.name):
                lines += self._described(rule, plans=plans)
        if self._warnings:
            lines += ["", "warnings", *(line for warning in self._warnings for line in _wrapped(warning, "  "))]
        return "\n".join(lines)

    def _described(self, rule: Rule, *, plans: bool) -> list[str]:
        notes = ", ".join([rule.hedge, *([rule.attribution] if rule.attribution else []), *rule.cites])
        lines = [f"  {rule.name} ({notes})"]
        if rule.statement:
            lines += _wrapped(rule.statement, "    ")
        lines.append(f"    {_signature(rule)}")
        if plans:
            for clause in self.clauses(rule):
                for plan in self._machine.plans(clause):
                    lines += [f"    {line}" for line in plan.show(self._machine.relations).splitlines()]
        return lines

    def clauses(self, rule: Rule) -> tuple[Clause, ...]:
        """Give the clauses that a rule became."""
        number = self._rules.index(rule)
        return tuple(clause for clause in self._machine.clauses if clause.rule == number)


def _wrapped(shown: str, indent: str) -> list[str]:
    """Wrap a text for a terminal of 80 columns; lines after the first stand two columns further in."""
    return textwrap.wrap(shown, 80, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)


def _signature(rule: Rule) -> str:
    parts = [v.fact_type.__name__ for v in rule.patterns]
    joined = {v.fact_type for v in rule.patterns}
    concluded = {c.fact_type for c in rule.conclusions}
    parts += [f"({t.__name__})" for t in rule.fact_types if t not in joined and t not in concluded]
    heads = dict.fromkeys(c.fact_type.__name__ for c in rule.conclusions)
    return f"{', '.join(parts) or 'always'} -> {', '.join(heads)}"


def _group(faults: list[RuleError]) -> ProgramError:
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return ProgramError(f"{count} in the program", faults)


def _odd_rules(rules: tuple[Any, ...]) -> list[RuleError]:
    faults: list[RuleError] = []
    seen: dict[str, Rule] = {}
    for rule in rules:
        if not isinstance(rule, Rule):
            name = getattr(rule, "__name__", repr(rule))
            faults.append(RuleError(f"{name} is no rule: put @rule above the function"))
        elif rule.name in seen:
            faults.append(
                RuleError(
                    f"{rule.location}: a rule named {rule.name} is there already ({seen[rule.name].location}):"
                    " derivations are told apart by their rules' names"
                )
            )
        else:
            seen[rule.name] = rule
    return faults


def _odd_types(given: tuple[Any, ...]) -> list[RuleError]:
    return [
        RuleError(f"given={getattr(cls, '__name__', repr(cls))} is no fact type: put @fact above its class")
        for cls in given
        if not is_fact_class(cls)
    ]


def _odd_questions(questions: tuple[Any, ...]) -> list[RuleError]:
    return [
        RuleError(f"questions: expected a Question or a Choice, got {question!r}")
        for question in questions
        if not isinstance(question, Question | Choice)
    ]


def _namesakes(schema: Schema) -> list[RuleError]:
    seen: dict[str, type] = {}
    faults: list[RuleError] = []
    for described in schema.types:
        other = seen.setdefault(described.name, described.cls)
        if other is not described.cls:
            faults.append(
                RuleError(
                    f"two fact types are named {described.name} (in {other.__module__} and {described.cls.__module__}):"
                    " traces could not tell them apart"
                )
            )
    return faults


def _unassertable(program: Program) -> list[RuleError]:
    allowed = frozenset(program.given)
    return [
        RuleError(
            f"the question {question.text!r} has the fact {value!r}, and given=... does not list"
            f" {fact_type(type(value)).name}: nobody could ever assert it"
        )
        for question in program.questions
        for value in question.facts
        if type(value) not in allowed
    ]


def _cycle_faults(cycles: list[Cycle], program: Program) -> list[RuleError]:
    faults: dict[frozenset[str], RuleError] = {}
    for cycle in cycles:
        names = frozenset(clause.name for clause in cycle.clauses)
        faults.setdefault(names, StratificationError(_spelt_out(cycle, program)))
    return list(faults.values())


def _spelt_out(cycle: Cycle, program: Program) -> str:
    """Tell a cycle rule by rule: each concludes what the next one needs, the last one by its absence."""
    rules = program.rules
    lines = ["the program is not stratified: a conclusion depends on its own absence, or on an aggregate over itself"]
    ring = list(dict.fromkeys(rules[clause.rule] for clause in cycle.clauses))
    for i, rule in enumerate(ring):
        is_last = i == len(ring) - 1
        concluded = " and ".join(dict.fromkeys(c.fact_type.__name__ for c in rule.conclusions))
        needed = _how_it_needs(ring[i - 1], rule, is_last=is_last)
        lines.append(f"    {rule.name} ({rule.location}) {needed} and concludes {concluded}")
    return "\n".join(lines)


def _how_it_needs(before: Rule, rule: Rule, *, is_last: bool) -> str:
    made = {c.fact_type for c in before.conclusions}

    def meets(cls: type) -> bool:
        return any(c in made for c in concrete_types(cls))

    if is_last:
        for node in (n for top in (*rule.conditions, *rule.aggregates) for n in walk(top)):
            if isinstance(node, Absent | Aggregate) and meets(node.inner.variable.fact_type):
                how = "needs no" if isinstance(node, Absent) else f"takes a {node.function} over"
                return f"{how} {node.inner.variable.fact_type.__name__}"
    for cls in rule.fact_types:
        if meets(cls):
            return f"needs {cls.__name__}"
    return "needs what comes before"

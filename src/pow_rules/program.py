"""Programs: validated, stratified, immutable sets of rules."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from pow_rules.engine.components import components, negative_cycles
from pow_rules.engine.machine import Machine
from pow_rules.errors import ArgumentValueError, ProgramError, ProgramWarning, RuleError
from pow_rules.facts import concrete_types
from pow_rules.faults import as_given, as_questions, as_rules, cycle_faults, lowered, namesakes, unassertable
from pow_rules.lowering.schema import Schema
from pow_rules.rules import Rule
from pow_rules.warn import warnings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.constraints import Constraint
    from pow_rules.engine.clauses import Clause
    from pow_rules.engine.components import Component
    from pow_rules.explain.coverage.answer import Coverage
    from pow_rules.questions import Choice, Question
    from pow_rules.session.asking import Asking

__all__ = ["Program"]


class Program:
    """A set of rules that belong together, checked as a whole. It never changes.

    Args:
        rules: the rules, each made with `@rule`, and the constraints, made with `@constraint`; no two of one name.
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
        self,
        rules: Iterable[Rule | Constraint],
        *,
        given: Iterable[type] = (),
        questions: Iterable[Question | Choice] = (),
    ) -> None:
        faults: list[RuleError] = []
        self._rules, self._constraints = as_rules(rules, faults)
        self._conditionals: tuple[Rule | Constraint, ...] = (*self._rules, *self._constraints)
        self._given = as_given(given, faults)
        self._questions = as_questions(questions, faults)
        mentioned = [t for c in self._conditionals for t in c.fact_types]
        asked = [type(f) for q in self._questions for f in q.facts]
        self._schema = Schema([*mentioned, *self._given, *asked])
        assertable = self._given or tuple(dict.fromkeys([*mentioned, *asked]))
        self._assertable = frozenset(c for cls in assertable for c in concrete_types(cls))
        faults += [*namesakes(self._schema), *unassertable(self._questions, self._assertable)]
        kept, lower = lowered(self._conditionals, self._schema, faults)
        cycles = negative_cycles(lower.clauses, len(lower.relations))
        faults += cycle_faults(cycles, kept, self._schema)
        if faults:
            raise _group(faults)
        ordered = components(lower.clauses, len(lower.relations))
        self._machine = Machine(lower.relations, lower.clauses, ordered)
        self._strata = _strata(ordered)
        self._violated = lower.violated
        self._warnings = warnings_of(self._conditionals, self.given)
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
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints, in the order given."""
        return self._constraints

    @property
    def conditionals(self) -> tuple[Rule | Constraint, ...]:
        """The rules, and after them the constraints: what the numbers in clauses mean."""
        return self._conditionals

    @property
    def violated(self) -> tuple[int, ...]:
        """The relations that hold what constraints match; each belongs to one constraint."""
        return self._violated

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

    def may_be_given(self, cls: type) -> bool:
        """Tell whether facts of a concrete type may be asserted."""
        return cls in self._assertable

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

    def stratum(self, rule: Rule | Constraint) -> int:
        """Give a stratum: 0, or one more than the highest that it looks into for absences or aggregates."""
        return self._strata.get(self._number(rule), 0)

    def describe(self, *, plans: bool = False) -> str:
        """Give the program's text: its rules by stratum, its constraints, and its warnings.

        Args:
            plans: whether to print, under each rule and constraint, the plans by which it is matched.
        """
        strata = sorted({self.stratum(rule) for rule in self._rules})
        names = ", ".join(sorted(cls.__name__ for cls in self.given)) or "nothing"
        rules = _counted(self._rules, "rule")
        if self._constraints:
            rules += f" and {_counted(self._constraints, 'constraint')}"
        head = f"{rules} in {len(strata)} {'stratum' if len(strata) == 1 else 'strata'}; may be asserted: {names}"
        lines = _wrapped(head, "")
        for stratum in strata:
            lines += ["", f"stratum {stratum}"]
            for rule in sorted((r for r in self._rules if self.stratum(r) == stratum), key=lambda r: r.name):
                lines += self._described(rule, plans=plans)
        if self._constraints:
            lines += ["", "constraints"]
            for constraint in sorted(self._constraints, key=lambda c: c.name):
                lines += self._described(constraint, plans=plans)
        if self._warnings:
            lines += ["", "warnings", *(line for warning in self._warnings for line in _wrapped(warning, "  "))]
        return "\n".join(lines)

    def _described(self, rule: Rule | Constraint, *, plans: bool) -> list[str]:
        said = [rule.attribution] if rule.attribution else []
        notes = ", ".join([*(_strength(rule) if isinstance(rule, Rule) else []), *said, *rule.cites])
        lines = [f"  {rule.name} ({notes})" if notes else f"  {rule.name}"]
        if rule.statement:
            lines += _wrapped(rule.statement, "    ")
        lines.append(f"    {_signature(rule)}")
        if plans:
            for clause in self.clauses(rule):
                for plan in self._machine.plans(clause):
                    lines += [f"    {line}" for line in plan.show(self._machine.relations).splitlines()]
        return lines

    def coverage(self, sessions: Iterable[Asking]) -> Coverage:
        """Tell which rules never fired in some sessions, which absences never blocked, and how often the others did.

        Sessions are looked at as they are now; what several have is added up. A rule fires once for each derivation. An
        absence blocks a match of the rule's patterns if all else holds that the rule asks for, and only it does not.

        Args:
            sessions: sessions of this program.

        Raises:
            ArgumentTypeError: for what is no session.
            ArgumentValueError: for a session of another program.
            SessionBusyError: in the middle of a call of one of the sessions.
        """
        from pow_rules.explain.coverage.answer import coverage  # noqa: PLC0415 - only tests of rules ask for it

        return coverage(self, sessions)

    def clauses(self, rule: Rule | Constraint) -> tuple[Clause, ...]:
        """Give the clauses that a rule or constraint became."""
        number = self._number(rule)
        return tuple(clause for clause in self._machine.clauses if clause.rule == number)

    def _number(self, rule: Rule | Constraint) -> int:
        if rule not in self._conditionals:
            msg = f"{rule!r} is none of the program's {rule.noun}s"
            raise ArgumentValueError(msg)
        return self._conditionals.index(rule)


def _counted(values: tuple[object, ...], noun: str) -> str:
    return f"1 {noun}" if len(values) == 1 else f"{len(values)} {noun}s"


def _wrapped(shown: str, indent: str) -> list[str]:
    """Wrap a text for a terminal of 80 columns; lines after the first stand two columns further in."""
    from textwrap import wrap  # noqa: PLC0415 - only printing needs it

    return wrap(shown, 80, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)


def _strength(rule: Rule) -> list[str]:
    return [rule.hedge] if rule.likelihood is None else [rule.hedge, str(rule.likelihood)]


def _signature(rule: Rule | Constraint) -> str:
    parts = [v.fact_type.__name__ for v in rule.patterns]
    joined = {v.fact_type for v in rule.patterns}
    concluded = {c.fact_type for c in rule.conclusions}
    parts += [f"({t.__name__})" for t in rule.fact_types if t not in joined and t not in concluded]
    heads = dict.fromkeys(c.fact_type.__name__ for c in rule.conclusions)
    return f"{', '.join(parts) or 'always'} -> {', '.join(heads) or 'contradiction'}"


def _strata(ordered: Iterable[Component]) -> dict[int, int]:
    """Give the stratum of each rule and constraint, by its number: its own, whatever else concludes what it does."""
    of_relation: dict[int, int] = {}
    strata: dict[int, int] = {}
    for component in ordered:
        of_relation.update(dict.fromkeys(component.relations, component.stratum))
        for clause in component.clauses:
            levels = [of_relation.get(r, 0) for r in clause.reads] + [of_relation.get(r, 0) + 1 for r in clause.tests]
            strata[clause.rule] = max(strata.get(clause.rule, 0), *levels, 0)
    return strata


def _group(faults: list[RuleError]) -> ProgramError:
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return ProgramError(f"{count} in the program", faults)

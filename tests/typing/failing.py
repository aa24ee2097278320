# pyright: strict
"""What type checkers must refuse.

A wrong line ends in the code that mypy must give there, and the rule that basedpyright must: `# E: <code> | <rule>`.
A `-` says that this one sees nothing wrong. No other line may have an error.
"""

from __future__ import annotations

from pow_rules import (
    Limits,
    Program,
    Session,
    Source,
    absent,
    check,
    compute,
    conclude,
    count,
    fact,
    known,
    least,
    not_,
    one_of,
    present,
    rule,
    total,
    where,
)


@fact(abstract=True)
class Statement:
    """what {who} said"""

    who: str


@fact
class Denial(Statement):
    """{who} denies {what}"""

    what: str


@fact
class Prisoner:
    """{name} is {age}"""

    name: str
    age: int
    number: int | None = None


# ---- facts -----------------------------------------------------------------------------------------------------------

Prisoner("Ri", "26")  # E: arg-type | reportArgumentType
Prisoner("Ri")  # E: call-arg | reportCallIssue
Prisoner("Ri", 26, 1, 2)  # E: call-arg | reportCallIssue
Prisoner(nam="Ri", age=26)  # E: call-arg | reportCallIssue
Denial("Moscow")  # E: call-arg | reportCallIssue
ri = Prisoner("Ri", 26)
ri.age = 27  # E: misc | reportAttributeAccessIssue
ri.height = 180  # E: attr-defined | reportAttributeAccessIssue
print(ri.agee)  # E: attr-defined | reportAttributeAccessIssue
print(ri < ri)  # E: operator | reportOperatorIssue
source = Source("Moscow", "¶7")  # E: call-arg | reportCallIssue
limits = Limits(facts="10")  # E: arg-type | reportArgumentType


# ---- rules -----------------------------------------------------------------------------------------------------------


@rule
def fields(p: Prisoner, s: Statement, d: Denial) -> None:
    """A field must exist, and be of a type that can be compared."""
    where(p.nme == "Ri")  # E: attr-defined | reportAttributeAccessIssue
    where(s.what == "it")  # E: attr-defined | reportAttributeAccessIssue
    where(p.age == "26")  # E: comparison-overlap | reportUnnecessaryComparison
    where(p.age < "26")  # E: operator | reportOperatorIssue
    where(p.number > 3)  # E: operator | reportOptionalOperand
    where(p.name)  # E: arg-type | reportArgumentType
    where(not_(p.name))  # E: arg-type | reportArgumentType
    where(p.name + 1 == "Ri")  # E: operator | reportOperatorIssue
    where(one_of(p.nme, "Ri"))  # E: attr-defined | reportAttributeAccessIssue
    conclude(Denial, who=d.who, what="it")


@rule
def conclusions(p: Prisoner) -> None:
    """A conclusion has the fields of its type, and no others."""
    conclude(Denial, who=p.name)  # E: call-arg | reportCallIssue
    conclude(Denial, who=p.name, what="it", why="so")  # E: call-arg | reportCallIssue
    conclude(Denial, who=p.name, wat="it")  # E: call-arg | reportCallIssue
    conclude(Denial, who=p.name, what=p.age)  # E: arg-type | reportArgumentType
    conclude(Prisoner, name=p.name, age=p.number)  # E: arg-type | reportArgumentType
    conclude(Prisoner, name=p.name, age=known(p.name))  # E: arg-type | reportArgumentType


@rule
def lambdas(p: Prisoner) -> None:
    """The lambdas of an absence or an aggregate see the fields of the fact type, and give conditions."""
    absent(Denial, lambda d: d.whoo == p.name)  # E: attr-defined | reportAttributeAccessIssue
    absent(Denial, lambda d: d.who)  # E: arg-type | reportArgumentType
    present(Statement, lambda s: s.what == "it")  # E: attr-defined | reportAttributeAccessIssue
    where(count(Denial, lambda d: d.wat == "it") > 1)  # E: attr-defined | reportAttributeAccessIssue
    where(count(Denial) > "1")  # E: operator | reportOperatorIssue
    where(total(Prisoner, lambda q: q.agee) > 1)  # E: attr-defined | reportAttributeAccessIssue
    where(least(Prisoner, lambda q: q.age) == "x")  # E: comparison-overlap | reportUnnecessaryComparison
    conclude(Denial, who=total(Prisoner, lambda q: q.age), what="it")  # E: arg-type | reportArgumentType


def older(age: int, than: int) -> bool:
    """Compare two ages."""
    return age > than


@rule
def functions(p: Prisoner) -> None:
    """A function takes the arguments that it is given, and gives what is made of it."""
    where(check(older, p.age))  # E: arg-type | reportArgumentType
    where(check(older, p.age, "26"))  # E: arg-type | reportArgumentType
    where(check(older, p.age, 26, 27))  # E: arg-type | reportArgumentType
    where(check(len, p.name))  # E: arg-type | reportArgumentType
    where(compute(len, p.age) > 1)  # E: arg-type | reportArgumentType
    where(compute(len, p.name) > "1")  # E: operator | reportOperatorIssue
    conclude(Denial, who=compute(len, p.name), what="it")  # E: arg-type | reportArgumentType


@rule(hedge="maybe")  # E: call-overload | reportArgumentType
def hedged(p: Prisoner) -> None:
    """A hedge is one of three words."""
    conclude(Denial, who=p.name, what="it")


@rule  # E: arg-type | reportArgumentType
def returning(p: Prisoner) -> bool:
    """A rule returns nothing."""
    return p.age > 1


@fact(abstrakt=True)  # E: call-overload | reportCallIssue
class Misspelt:
    """a misspelt option"""


# ---- sessions --------------------------------------------------------------------------------------------------------

session = Session(Program([fields, conclusions]))
Program([fields, older])  # E: list-item | reportArgumentType
Session([fields])  # E: arg-type | reportArgumentType
session.facts(Denial, lambda d: d.wat == "it")  # E: attr-defined | reportAttributeAccessIssue
session.facts(Denial, lambda d: d.who)  # E: arg-type | reportArgumentType
print(session.facts(Denial)[0].age)  # E: attr-defined | reportAttributeAccessIssue
session.assert_fact(ri, "Moscow")  # E: arg-type | reportArgumentType

"""Who may read which document, and whether a second, independent matcher finds the same.

Groups are in groups, grants are passed on to members, and a ban takes them away again. Access is what one wants to be
sure of: after each change, all of it is derived again by durable-rules, and compared.
"""

from pow_rules import Program, Session, absent, conclude, count, fact, rule, where
from pow_rules.errors import MatcherUnavailableError


@fact
class InGroup:
    """{member} is in {group}"""

    member: str
    group: str


@fact
class Person:
    """{name} is a person"""

    name: str


@fact
class Grant:
    """{group} may read {document}"""

    group: str
    document: str


@fact
class Ban:
    """{name} is banned from {document}"""

    name: str
    document: str


@fact
class Belongs:
    """{member} belongs to {group}"""

    member: str
    group: str


@fact
class MayRead:
    """{name} may read {document}"""

    name: str
    document: str


@fact
class WidelyRead:
    """{document} has {readers} readers"""

    document: str
    readers: int


@rule
def members_belong(i: InGroup) -> None:
    """Who is in a group belongs to it."""
    conclude(Belongs, member=i.member, group=i.group)


@rule
def groups_in_groups(b: Belongs, i: InGroup) -> None:
    """Who belongs to a group belongs to the groups that it is in."""
    where(b.group == i.member)
    conclude(Belongs, member=b.member, group=i.group)


@rule
def grants_are_passed_on(p: Person, b: Belongs, g: Grant) -> None:
    """A person may read what a group of theirs may read, unless banned from it."""
    where(p.name == b.member, b.group == g.group)
    absent(Ban, lambda x: (x.name == p.name) & (x.document == g.document))
    conclude(MayRead, name=p.name, document=g.document)


@rule
def many_readers(g: Grant) -> None:
    """A document with three readers or more is widely read."""
    readers = count(MayRead, lambda m: m.document == g.document)
    where(readers >= 3)  # noqa: PLR2004 - the rule's sentence says what it is
    conclude(WidelyRead, document=g.document, readers=readers)


def second_opinion(session: Session) -> str:
    """Say whether the other matcher finds the same."""
    try:
        return str(session.cross_check())
    except MatcherUnavailableError as error:
        return f"no second opinion: {error}"


program = Program(
    [members_belong, groups_in_groups, grants_are_passed_on, many_readers], given=[InGroup, Person, Grant, Ban]
)
session = Session(
    program,
    [
        *map(Person, ["Ada", "Ben", "Cem"]),
        InGroup("Ada", "editors"),
        InGroup("Ben", "editors"),
        InGroup("Cem", "authors"),
        InGroup("editors", "authors"),
        Grant("authors", "the draft"),
        Grant("editors", "the reviews"),
    ],
)
print(session.explain(MayRead("Ada", "the draft")))
print()
print(second_opinion(session))
print("\nBen is banned:\n")
print(session.assert_fact(Ban("Ben", "the draft")))
print()
print(second_opinion(session))

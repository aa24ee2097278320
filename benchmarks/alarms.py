"""The rules whose facts come and go. They are imported where they run: another engine's memory must not be counted."""

from __future__ import annotations

from pow_rules import Program, absent, conclude, fact, rule, where

__all__ = ["PROGRAMS", "Alarm", "Alerted", "Link", "Member", "Silence"]


@fact
class Member:
    """{number} is a member of group {group}"""

    number: int
    group: int


@fact
class Link:
    """{start} passes an alarm on to {end}"""

    start: int
    end: int


@fact
class Alarm:
    """there is an alarm at {place}"""

    place: int


@fact
class Silence:
    """group {group} is not alerted"""

    group: int


@fact
class Alerted:
    """{number} is alerted"""

    number: int


@rule
def group_is_alerted(m: Member, a: Alarm) -> None:
    """An alarm alerts all members of its group."""
    where(m.group == a.place)
    conclude(Alerted, number=m.number)


@rule
def first_is_alerted(a: Alarm) -> None:
    """An alarm alerts whoever is there."""
    conclude(Alerted, number=a.place)


@rule
def next_is_alerted(n: Alerted, link: Link) -> None:
    """Who is alerted passes it on."""
    where(n.number == link.start)
    conclude(Alerted, number=link.end)


@rule
def alerted_unless_silent(m: Member) -> None:
    """Every member of a group is alerted, unless there is to be silence."""
    absent(Silence, lambda s: s.group == m.group)
    conclude(Alerted, number=m.number)


_passed_on = Program([first_is_alerted, next_is_alerted], given=[Alarm, Link])
PROGRAMS = {
    "join": Program([group_is_alerted], given=[Member, Alarm]),
    "chain": _passed_on,
    "ring": _passed_on,
    "absence": Program([alerted_unless_silent], given=[Member, Silence]),
}
"""Named as in the workloads of the script."""

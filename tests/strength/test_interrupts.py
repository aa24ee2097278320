"""Interrupts: whatever line they come at, the session is as it was, and answers as before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pow_rules
from pow_rules import Given, Program, Session, Source, absent, conclude, fact, rule, where
from pow_rules.semirings import WHY

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

LIBRARY = Path(pow_rules.__file__).parent


class Interrupt:
    """A trace function that raises at one line of the library."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines = 0

    def __call__(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        """Follow what is called in the library."""
        return self.line if Path(frame.f_code.co_filename).is_relative_to(LIBRARY) else None

    def line(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        """Count a line, and raise at the right one."""
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise KeyboardInterrupt
        return self.line

    def run(self, call: Callable[[], Any]) -> None:
        """Make a call under this trace function."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            call()
        finally:
            sys.settrace(before)


@fact
class Place:
    """place {n} is reached"""

    n: int


@fact
class Road:
    """a road leads from {a} to {b}"""

    a: int
    b: int


@fact
class Closed:
    """place {n} is closed"""

    n: int


@rule(hedge="probable", likelihood=0.9)
def roads_lead_on(p: Place, r: Road) -> None:
    """Roads lead from place to place."""
    where(p.n == r.a)
    absent(Closed, lambda c: c.n == r.b)
    conclude(Place, n=r.b)


SAID = [
    Place(0),
    Given(Road(0, 1), Source("a"), hedge="possible", likelihood=0.5),
    Road(0, 2),
    Road(2, 1),
    Road(1, 2),
    Road(2, 3),
]


def asked(session: Session) -> tuple[str, ...]:
    """Give all answers that are about values."""
    goal = Place(3)
    return (
        str(session.strength(goal)),
        str(session.explain(goal, strength=True)),
        str(session.bounds(goal)),
        str(session.bounds(goal, independent=True)),
        str(sorted(sorted(map(str, one)) for one in session.fold(goal, WHY))),
    )


def test_an_interrupt_at_any_line_leaves_the_session_as_it_was() -> None:
    """After an interrupt the answers are those of a session that was never interrupted, also after a change."""
    program = Program([roads_lead_on], given=[Place, Road, Closed])
    wanted = asked(Session(program, SAID))
    other = Session(program, [*SAID, Road(0, 3)])
    counter = Interrupt(0)
    counter.run(lambda: asked(Session(program, SAID)))
    session = Session(program, SAID)
    begin = Interrupt(0)
    begin.run(lambda: Session(program, SAID))
    for at in range(1, counter.lines - begin.lines, max(1, (counter.lines - begin.lines) // 40)):
        session = Session(program, SAID)
        with pytest.raises(KeyboardInterrupt):
            Interrupt(at).run(lambda: asked(session))  # noqa: B023 - called at once
        assert asked(session) == wanted
        session.assert_fact(Road(0, 3))
        assert asked(session) == asked(other)

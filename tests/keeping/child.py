"""A process that is killed: `python child.py JOURNAL SEED AT`.

It takes up the journal, or begins it, and makes random calls, the same for the same seed and number of calls before.
Before each it waits for a line to read; after each that returned it prints how many there were. At the `AT`-th line of
the library that is run within the calls, it kills itself; 0 is never.
"""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pow_rules
from pow_rules import Given, Session, Source

if TYPE_CHECKING:
    from types import FrameType

CALLS = 8
_HOME = str(Path(pow_rules.__file__).parent)


def vocabulary() -> Any:
    """Give the module of the fact types."""
    spec = importlib.util.spec_from_file_location("keeping_vocabulary", Path(__file__).with_name("vocabulary.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def call(session: Session, words: Any, chance: random.Random) -> None:
    """Make one call that changes the session: an assertion, a retraction, or several in a transaction."""

    def some() -> list[Given]:
        sources = [None, Source("a paper"), Source("the ministry")]
        return [Given(words.Edge(chance.randrange(4), chance.randrange(40)), chance.choice(sources)) for _ in range(3)]

    given = session.givens()
    way = chance.randrange(3)
    if way == 0 and given:
        session.retract_facts(chance.sample(given, min(len(given), 2)))
    elif way == 1:
        with session.transaction():
            session.assert_facts(some())
            session.retract_fact(session.givens()[0])
            session.assert_facts(some())
    else:
        session.assert_facts([*some(), words.Edge(5, chance.randrange(10**9))])


def states(words: Any, seed: int) -> list[Any]:
    """Give what a session must be after each number of calls."""
    session = Session(words.PROGRAM)
    found = [words.kept(session)]
    for number in range(CALLS):
        call(session, words, random.Random(f"{seed} {number}"))
        found.append(words.kept(session))
    return found


class Killer:
    """Kills the process at the n-th line of the library that is run."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.seen = 0

    def __call__(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self.local if frame.f_code.co_filename.startswith(_HOME) else None

    def local(self, _frame: FrameType, event: str, _arg: Any) -> Any:
        """Count a line."""
        self.seen += event == "line"
        if self.seen == self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.local


def main(path: str, seed: int, at: int) -> None:
    """Make the calls."""
    words = vocabulary()
    session = Session.load(path, words.PROGRAM) if Path(path).exists() else Session(words.PROGRAM)
    with session.journal(path, sync=False):
        done = Path(path).read_bytes().count(b"\n") - 1
        killer = Killer(at)
        for number in range(done, done + CALLS):
            sys.stdin.readline()
            sys.settrace(killer if at else None)
            call(session, words, random.Random(f"{seed} {number}"))
            sys.settrace(None)
            print(number + 1, flush=True)  # noqa: T201 - it is read by the test


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

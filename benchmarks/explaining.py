"""What it takes to explain one deep conclusion: to find a proof of least height, and to print it.

- closure: the path along a whole chain, in a session that holds all paths;
- road: the last place of a road, in a session that holds little else.

No other engine of the suite can explain. Each measurement has a process of its own.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from measure import chain, in_a_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules import Session

__all__ = ["Explained", "explain_all", "explain_table"]

FULL = {"closure": (125, 250, 500, 1_000, 1_450), "road": (1_000, 10_000, 100_000)}
QUICK = {"closure": (30,), "road": (100,)}


class Explained(NamedTuple):
    """What explaining took, in seconds.

    Attributes:
        shape: `closure` or `road`.
        height: how many derivations high the conclusion is.
        derivations: how many the session holds.
        first: to explain for the first time, which makes what later ones look up.
        again: to explain another conclusion, one step less high.
        printed: to make the text.
        lines: how many lines it has.
    """

    shape: str
    height: int
    derivations: int
    first: float
    again: float
    printed: float
    lines: int


def explain_all(rounds: int, *, is_quick: bool) -> list[Explained]:
    """Measure all sizes, and give medians."""
    found = []
    for shape, heights in (QUICK if is_quick else FULL).items():
        for height in heights:
            runs = [Explained(*in_a_process(__file__, shape, str(height))) for _ in range(rounds)]
            times = [
                statistics.median(column)
                for column in zip(*((run.first, run.again, run.printed) for run in runs), strict=True)
            ]
            found.append(runs[0]._replace(**dict(zip(("first", "again", "printed"), times, strict=True))))
    return found


def explain_table(found: list[Explained]) -> Iterator[str]:
    """Give the table."""
    yield "| session | height | derivations | explain, the first time | explain | print | lines |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for e in found:
        times = " | ".join(f"{seconds * 1000:,.1f} ms" for seconds in (e.first, e.again, e.printed))
        yield f"| {e.shape} | {e.height:,} | {e.derivations:,} | {times} | {e.lines:,} |"


def _closure(height: int) -> tuple[Session, Any, Any]:
    from workloads.closure import program  # noqa: PLC0415 - a process that only starts others does without

    from pow_rules import Session  # noqa: PLC0415 - as above

    built = program()
    edge, path = built.types["edge"], built.types["path"]
    session = Session(built.program, [edge(*pair) for pair in chain(height)])
    return session, path(0, height), path(1, height)


def _road(height: int) -> tuple[Session, Any, Any]:
    from pow_rules import Program, Session, conclude, fact, rule, where  # noqa: PLC0415 - as above

    @fact
    class Road:
        """a road leads from {start} to {end}"""

        start: int
        end: int

    @fact
    class Home:
        """{place} is home"""

        place: int

    @fact
    class Reached:
        """{place} can be reached"""

        place: int

    @rule
    def home_is_reached(h: Home) -> None:
        """Home is reached."""
        conclude(Reached, place=h.place)

    @rule
    def next_is_reached(r: Reached, road: Road) -> None:
        """What a road leads to is reached."""
        where(r.place == road.start)
        conclude(Reached, place=road.end)

    facts: list[Any] = [Home(1), *(Road(i, i + 1) for i in range(1, height))]
    return Session(Program([home_is_reached, next_is_reached]), facts), Reached(height), Reached(height - 1)


def measure(shape: str, height: int) -> Explained:
    """Make the session, and explain."""
    session, deep, other = (_closure if shape == "closure" else _road)(height)
    begin = time.process_time()
    first = session.explain(deep, size=None)
    explained = time.process_time()
    session.explain(other, size=None)
    again = time.process_time()
    text = first.text(ascii_only=False)
    printed = time.process_time()
    lines = text.count("\n") + 1
    return Explained(
        shape, height, session.derivation_count, explained - begin, again - explained, printed - again, lines
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        print(*explain_table(explain_all(1 if "--quick" in sys.argv else 5, is_quick="--quick" in sys.argv)), sep="\n")

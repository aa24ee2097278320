"""One session, two matchers: what it takes to find the joins by compiled plans, and by durable-rules.

Each measurement runs in a process of its own, and the matchers take turns, so that neither has the quieter machine.
The clock runs from the first assertion to the fixpoint; what a matcher makes when it first needs it (the functions of
its plans, or its networks) is inside, imports and the building of the program are outside.

Both must make the same facts and the same log, entry by entry, or the script fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import statistics
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from measure import Pairs, chain, family, in_a_process, in_turns, megabytes, scattered

if TYPE_CHECKING:
    from collections.abc import Callable

    from pow_rules import Program, Session
    from pow_rules.engine.matchers import MatcherName

MATCHERS: tuple[MatcherName, ...] = ("compiled", "durable")


class Measured(NamedTuple):
    """What one run gave: seconds, MB before and in all, facts, derivations, and a digest of facts and log."""

    seconds: float
    before: float
    megabytes: float
    facts: int
    derivations: int
    log: str


class Workload(NamedTuple):
    """Which rules run on which pairs, and whether these are asserted one after another."""

    rules: str
    pairs: Callable[[], Pairs]
    one_by_one: bool = False


ARTICLE = Workload("article", list)
WORKLOADS = {
    "closure, chain of 50": Workload("closure", lambda: chain(50)),
    "closure, chain of 100": Workload("closure", lambda: chain(100)),
    "closure, chain of 200": Workload("closure", lambda: chain(200)),
    "closure, chain of 400": Workload("closure", lambda: chain(400)),
    "same generation, 600 people": Workload("generation", lambda: family(600)),
    "triangles, 200 nodes, 1,600 edges": Workload("triangles", lambda: scattered(200, 1_600)),
    "pairs, 1,000 calls of one fact": Workload("pairs", lambda: chain(1_000), one_by_one=True),
    "pairs, 10,000 facts, none fits": Workload("pairs", lambda: [(2 * i, 2 * i + 1) for i in range(10_000)]),
    "successors by arithmetic, 400 facts": Workload("successors", lambda: chain(400)),
    "the article": ARTICLE,
}
QUICK = {
    "closure, chain of 20": Workload("closure", lambda: chain(20)),
    "same generation, 80 people": Workload("generation", lambda: family(80)),
    "triangles, 30 nodes, 100 edges": Workload("triangles", lambda: scattered(30, 100)),
    "pairs, 20 calls of one fact": Workload("pairs", lambda: chain(20), one_by_one=True),
    "successors by arithmetic, 20 facts": Workload("successors", lambda: chain(20)),
    "the article": ARTICLE,
}


def run(matcher: MatcherName, workload: Workload) -> Measured:
    """Run a workload with one matcher."""
    from pow_rules import Session  # noqa: PLC0415 - a process that only starts others does without

    program, facts = _program_and_facts(workload)
    with Session(program, matcher=matcher) as session:
        before = megabytes()
        begin = time.perf_counter()
        if workload.one_by_one:
            for fact in facts:
                session.assert_fact(fact)
        else:
            session.assert_facts(facts)
        seconds = time.perf_counter() - begin
        peak = megabytes()
        return Measured(seconds, before, peak, len(session), session.derivation_count, _digest(session))


def _program_and_facts(workload: Workload) -> tuple[Program, list[Any]]:
    if workload is ARTICLE:
        from pow_rules import article  # noqa: PLC0415 - as above

        return article.program, list(article.reports)
    from edges import PROGRAMS, Edge  # noqa: PLC0415 - as above

    return PROGRAMS[workload.rules], [Edge(start, end) for start, end in workload.pairs()]


def _digest(session: Session) -> str:
    """Give one text for all facts and all derivations, in the order in which they were recorded."""
    from pow_rules.values import canonical  # noqa: PLC0415 - as above

    tables = session._base.tables  # noqa: SLF001 - the order of the log shows nowhere else
    columns = [column.tolist() for table in tables for column in (table.conclusions, *table.premises)]
    # Not `repr` of the facts: a set prints its items in another order in each process.
    text = "\n".join([*map(canonical, session.facts()), repr(columns)])
    return hashlib.sha256(text.encode()).hexdigest()


def compare(workload: str, rounds: int) -> str:
    """Give the line of the table for a workload.

    Raises:
        SystemExit: if the logs are not the same.
    """
    results: dict[str, list[Measured]] = {matcher: [] for matcher in MATCHERS}
    for matcher in in_turns(MATCHERS, rounds):
        results[matcher].append(Measured(*in_a_process(__file__, matcher, workload)))
    if len({(m.facts, m.derivations, m.log) for runs in results.values() for m in runs}) != 1:
        sys.exit(f"{workload}: the matchers do not agree: {results}")
    seconds = {matcher: statistics.median(m.seconds for m in runs) for matcher, runs in results.items()}
    peaks = {matcher: statistics.median(m.megabytes for m in runs) for matcher, runs in results.items()}
    grown = statistics.median(m.megabytes - m.before for m in results["durable"])
    facts, derivations = results["compiled"][0].facts, results["compiled"][0].derivations
    cells = [workload, f"{facts:,}", f"{derivations:,}"]
    cells += [f"{seconds[matcher]:.4f} s, {peaks[matcher]:.0f} MB" for matcher in MATCHERS]
    ratio, memory = seconds["durable"] / seconds["compiled"], peaks["durable"] / peaks["compiled"]
    return f"| {' | '.join(cells)} | {ratio:.0f}, {memory:.1f} | {grown * 1000 / facts:.1f} KB |"


def main() -> None:
    """Compare the matchers, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, help="how often each matcher runs each workload (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="small workloads, to see that it works")
    parser.add_argument("--child", nargs=2, metavar=("MATCHER", "WORKLOAD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        matcher, workload = options.child
        print(json.dumps(run(matcher, (WORKLOADS | QUICK)[workload])))
        return
    if sys.version_info >= (3, 13):
        sys.exit("durable-rules cannot be imported on Python 3.13 and newer: run this with 3.11 or 3.12")
    rounds = options.rounds or (1 if options.quick else 5)
    packages = f"durable-rules {version('durable-rules')}"
    print(f"CPython {platform.python_version()}, {packages}, {platform.machine()}, {os.cpu_count()} processors;")
    print(f"medians of {rounds}; facts and logs were the same with both, entry by entry.")
    print("durable / compiled above 1: the compiled matcher is faster, smaller. The last column is what the assertions")
    print("took in memory with durable-rules, for each fact that holds.")
    print()
    print("| workload | facts | derivations | compiled | durable | durable / compiled: time, memory | a fact |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for workload in QUICK if options.quick else WORKLOADS:
        print(compare(workload, rounds), flush=True)


if __name__ == "__main__":
    main()

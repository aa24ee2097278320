"""Recursive rules to their fixpoint: pow_rules, which keeps every derivation, beside CLIPS, which keeps none.

Each measurement runs in a process of its own, and the engines take turns, so that neither has the quieter machine.
The clock runs from the first assertion to the fixpoint; imports and the building of rules are outside of it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from measure import Pairs, chain, family, in_a_process, in_turns, megabytes, scattered

if TYPE_CHECKING:
    from collections.abc import Callable


class Measured(NamedTuple):
    """What one run of one engine gave: seconds, MB, facts concluded, and how often a rule fired."""

    seconds: float
    megabytes: float
    conclusions: int
    firings: int


# ---- workloads -------------------------------------------------------------------------------------------------------


class Workload(NamedTuple):
    """Which rules run on which pairs."""

    rules: str
    pairs: Callable[[], Pairs]


WORKLOADS = {
    "chain, 1,000 edges": Workload("closure", lambda: chain(1_000)),
    "random, 300 nodes, 893 edges": Workload("closure", lambda: scattered(300, 893)),
    "random, 1,000 nodes, 1,998 edges": Workload("closure", lambda: scattered(1_000, 1_998)),
    "same generation, 600 people": Workload("generation", lambda: family(600)),
    "same generation, 1,200 people": Workload("generation", lambda: family(1_200)),
}
QUICK = {
    "chain, 200 edges": Workload("closure", lambda: chain(200)),
    "random, 100 nodes, 300 edges": Workload("closure", lambda: scattered(100, 300)),
    "same generation, 240 people": Workload("generation", lambda: family(240)),
}


# ---- engines ---------------------------------------------------------------------------------------------------------


def with_pow_rules(workload: Workload) -> Measured:
    """Run it in pow_rules."""
    from edges import PROGRAMS, Edge  # noqa: PLC0415 - the other engine's memory must not be counted

    from pow_rules import Session  # noqa: PLC0415 - as above

    session = Session(PROGRAMS[workload.rules])
    pairs = workload.pairs()
    begin = time.perf_counter()
    session.assert_facts([Edge(start, end) for start, end in pairs])
    seconds = time.perf_counter() - begin
    return Measured(seconds, megabytes(), len(session) - len(pairs), session.derivation_count)


CLIPS = {
    "closure": """
        (defrule first (edge (start ?x) (end ?y)) => (assert (path (start ?x) (end ?y))))
        (defrule further (path (start ?x) (end ?y)) (edge (start ?y) (end ?z)) => (assert (path (start ?x) (end ?z))))
    """,
    "generation": """
        (defrule siblings (edge (start ?p) (end ?x)) (edge (start ?p) (end ?y)) => (assert (path (start ?x) (end ?y))))
        (defrule cousins (edge (start ?a) (end ?x)) (path (start ?a) (end ?b)) (edge (start ?b) (end ?y))
          => (assert (path (start ?x) (end ?y))))
    """,
}


def with_clipspy(workload: Workload) -> Measured:
    """Run it in CLIPS, as its users write it."""
    import clips  # noqa: PLC0415 - as above

    environment = clips.Environment()
    for construct in ("edge", "path"):
        environment.build(f"(deftemplate {construct} (slot start (type INTEGER)) (slot end (type INTEGER)))")
    for construct in CLIPS[workload.rules].split("(defrule")[1:]:
        environment.build(f"(defrule{construct}")
    edge = environment.find_template("edge")
    pairs = workload.pairs()
    begin = time.perf_counter()
    for start, end in pairs:
        edge.assert_fact(start=start, end=end)
    firings = environment.run()
    seconds = time.perf_counter() - begin
    peak = megabytes()
    return Measured(seconds, peak, sum(1 for _ in environment.find_template("path").facts()), firings)


ENGINES = {"pow_rules": with_pow_rules, "clipspy": with_clipspy}


# ---- the comparison --------------------------------------------------------------------------------------------------


def compare(workload: str, rounds: int) -> str:
    """Give the line of the table for a workload.

    Raises:
        SystemExit: if the engines do not agree.
    """
    results: dict[str, list[Measured]] = {engine: [] for engine in ENGINES}
    for engine in in_turns(ENGINES, rounds):
        results[engine].append(Measured(*in_a_process(__file__, engine, workload)))
    if len({(m.conclusions, m.firings) for runs in results.values() for m in runs}) != 1:
        sys.exit(f"{workload}: the engines do not agree: {results}")
    seconds = {engine: statistics.median(m.seconds for m in runs) for engine, runs in results.items()}
    peaks = {engine: statistics.median(m.megabytes for m in runs) for engine, runs in results.items()}
    cells = [workload, f"{results['pow_rules'][0].conclusions:,}", f"{results['pow_rules'][0].firings:,}"]
    cells += [f"{seconds[engine]:.3f} s, {peaks[engine]:.0f} MB" for engine in ENGINES]
    ratio, memory = seconds["clipspy"] / seconds["pow_rules"], peaks["clipspy"] / peaks["pow_rules"]
    return f"| {' | '.join(cells)} | {ratio:.2f}, {memory:.2f} |"


def main() -> None:
    """Compare the engines, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, help="how often each engine runs each workload (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="small workloads, to see that it works")
    parser.add_argument("--child", nargs=2, metavar=("ENGINE", "WORKLOAD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        engine, workload = options.child
        print(json.dumps(ENGINES[engine]((WORKLOADS | QUICK)[workload])))
        return
    rounds = options.rounds or (1 if options.quick else 5)
    print(f"CPython {platform.python_version()}, clipspy {version('clipspy')}, {os.cpu_count()} processors;")
    print(f"medians of {rounds}; conclusions and firings were the same in both engines.")
    print("clipspy / pow_rules above 1: pow_rules is faster, smaller.")
    print()
    print("| workload | conclusions | derivations | pow_rules | clipspy | clipspy / pow_rules: time, memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    for workload in QUICK if options.quick else WORKLOADS:
        print(compare(workload, rounds), flush=True)


if __name__ == "__main__":
    main()

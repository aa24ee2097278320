"""Measures pow_rules beside other engines, and writes what came out to docs/benchmarks.md; a part of it is printed.

Each run has a process of its own; the engines take turns, and must come to the same conclusions. The clock starts when
the facts are there as plain Python objects, and stops at the fixpoint. To build the rules is told apart.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engines import ENGINES
from explaining import explain_all
from lookups import count_lookups
from memory import measure_memory
from news import measure_article
from outcome import Outcome, setting
from report import write_report
from results import Case, Disagreement
from rounds import Manner, run_workload
from updates import measure_updates
from workloads import WORKLOADS

_ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure, and write."""
    options = _options()
    try:
        if options.read is not None:
            outcome = Outcome.read(options.read)
            outcome.check()
            measure_again(outcome, options)
            print(write_report(outcome, options.output or _ROOT / "docs"))
        else:
            measure(options)
    except Disagreement as error:
        sys.exit(str(error))


def measure_again(outcome: Outcome, options: argparse.Namespace) -> None:
    """Measure some workloads again, or what is no workload, as it was measured, and keep that in place of what was.

    Raises:
        Disagreement: if engines come to different conclusions.
    """
    kept = outcome.setting
    manner = Manner(list(ENGINES), kept["rounds"], kept["limit"], kept["is_quick"])
    for name in options.only or ():
        cases = run_workload(WORKLOADS[name], manner)
        show(cases)
        at = next(i for i, case in enumerate(outcome.cases) if case.workload == name)
        others = [case for case in outcome.cases if case.workload != name]
        outcome.cases = [*others[:at], *cases, *others[at:]]
    if options.others:
        measure_others(outcome, manner, counts_lookups=not options.no_lookups)
    if options.only or options.others:
        outcome.write(options.keep or options.read)


def measure(options: argparse.Namespace) -> None:
    """Measure, and write unless it is a part of the suite.

    Raises:
        Disagreement: if engines come to different conclusions.
    """
    rounds = options.rounds or (1 if options.quick else 5)
    manner = Manner(options.engine or list(ENGINES), rounds, options.limit, options.quick)
    outcome = Outcome(setting(manner))
    for name in options.only or WORKLOADS:
        cases = run_workload(WORKLOADS[name], manner)
        show(cases)
        outcome.cases += cases
    if not (options.only or options.engine) or options.output is not None:
        if not options.only:
            measure_others(outcome, manner, counts_lookups=not options.no_lookups)
        # The short form is not to write over what was measured at length.
        folder = options.output or _ROOT / ("build/short" if options.quick else "docs")
        outcome.write(options.keep or _ROOT / "build" / ("short" if options.quick else "") / "benchmarks.json")
        print(write_report(outcome, folder))


def measure_others(outcome: Outcome, manner: Manner, *, counts_lookups: bool) -> None:
    """Measure what is not a workload that all engines run."""
    rounds, is_quick = manner.rounds, manner.is_quick
    print("single-fact updates, explaining, the article, memory, look-ups", flush=True)
    outcome.updates, outcome.missed, outcome.beside = measure_updates(manner)
    outcome.explained = explain_all(min(rounds, 3), is_quick=is_quick)
    outcome.article = measure_article(rounds if is_quick else 2 * rounds + 1)
    outcome.memory = measure_memory(is_quick=is_quick)
    if counts_lookups:
        outcome.lookups = count_lookups(is_quick=is_quick)


def show(cases: list[Case]) -> None:
    """Print what was measured, briefly."""
    for size in dict.fromkeys(case.size for case in cases):
        row = [case for case in cases if case.size == size]
        ran = [case for case in row if case.runs]
        if not ran:
            continue
        print(f"{row[0].workload}, {size:,}: {ran[0].conclusions:,} conclusions, firings: {ran[0].runs[0].firings}")
        for case in row:
            if not case.runs:
                print(f"  {case.engine:16} {case.skipped}")
                continue
            line = f"  {case.engine:16} {case.seconds:8.3f} s  {case.peak:7.0f} MB  build {case.built:.3f} s"
            line += f"  x{case.seconds / ran[0].seconds:.2f} time, x{case.peak / ran[0].peak:.2f} memory"
            print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the short form: smallest sizes, one round")
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="one workload (may be repeated)")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="one engine (may be repeated)")
    parser.add_argument("--rounds", type=int, help="how often each engine runs (5; with --quick 1)")
    parser.add_argument("--limit", type=int, default=20, help="how many seconds one run may take (20)")
    parser.add_argument("--no-lookups", action="store_true", help="do not count look-ups: it needs the store's insides")
    parser.add_argument("--output", type=Path, help="the folder for the report (docs; with --quick build/short)")
    parser.add_argument(
        "--keep", type=Path, help="where to keep the numbers (benchmarks.json in build, or build/short)"
    )
    parser.add_argument(
        "--read",
        type=Path,
        metavar="KEPT",
        help="write a report of kept numbers; with --only or --others, measure these again",
    )
    parser.add_argument("--others", action="store_true", help="with --read: what is no workload (updates, memory, ...)")
    return parser.parse_args()


if __name__ == "__main__":
    main()

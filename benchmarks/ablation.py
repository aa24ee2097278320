"""What each part of the engine's speed is worth: the same sessions with one part left out.

Each run has a process of its own, in turns, and the clock counts processor time. The parts are those of which
`docs/explanation/speed.md` tells; they are left out by replacing what does them in this process alone.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from measure import in_a_process, in_turns, megabytes
from workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["VARIANTS", "compare"]

CASES = {"closure-chain": 800, "closure-random": 1_000, "same-generation": 1_100, "points-to": 400, "wide": 40}
QUICK = {"closure-random": 40, "wide": 4}


def _as_it_is() -> None:
    pass


def _row_by_row() -> None:
    from pow_rules.engine import batches  # noqa: PLC0415 - each process leaves out one part

    vars(batches).update(_MANY=sys.maxsize)


def _no_shared_joins() -> None:
    from pow_rules.engine import codegen  # noqa: PLC0415 - as above

    def never(*_: object) -> None:
        return None

    vars(codegen).update(sharing=never)


def _each_plan_compiled() -> None:
    from pow_rules.engine import codegen  # noqa: PLC0415 - as above

    vars(codegen).update(_code=vars(codegen)["_code"].__wrapped__)


def _collecting() -> None:
    gc.disable = lambda: None


VARIANTS: dict[str, Callable[[], None]] = {
    "as it is": _as_it_is,
    "large buckets row by row": _row_by_row,
    "no joins shared by new rows": _no_shared_joins,
    "every plan compiled by itself": _each_plan_compiled,
    "the cyclic collector not paused": _collecting,
}


def measure(variant: str, workload_name: str, size: int) -> list[float]:
    """Give seconds to make a session, seconds to the fixpoint, and the most MB held."""
    VARIANTS[variant]()
    from pow_rules import Session  # noqa: PLC0415 - as above

    workload = WORKLOADS[workload_name]
    program, types = workload.program()
    facts = [types[name](*row) for name, rows in workload.facts(size).items() for row in rows]
    begin = time.process_time()
    session = Session(program)
    made = time.process_time()
    session.assert_facts(facts)
    return [made - begin, time.process_time() - made, megabytes()]


def compare(workload: str, size: int, rounds: int) -> list[str]:
    """Give the lines of the table for a workload: seconds, and as a part of what it takes as it is."""
    found: dict[str, list[list[float]]] = {variant: [] for variant in VARIANTS}
    for variant in in_turns(VARIANTS, rounds):
        found[variant].append(in_a_process(__file__, variant, workload, str(size)))
    seconds = {variant: statistics.median(made + run for made, run, _ in runs) for variant, runs in found.items()}
    whole = seconds["as it is"]
    return [
        f"| {workload}, {size:,} | {variant} | {taken:.3f} s | {taken / whole:.2f} |"
        for variant, taken in seconds.items()
    ]


def main() -> None:
    """Compare, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (7)")
    parser.add_argument("--quick", action="store_true", help="small sessions, to see that it works")
    parser.add_argument("--child", nargs=3, metavar=("VARIANT", "WORKLOAD", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        variant, workload, size = options.child
        print(json.dumps(measure(variant, workload, int(size))))
        return
    print("| workload | | session and fixpoint | as a part |")
    print("| --- | --- | ---: | ---: |")
    for workload, size in (QUICK if options.quick else CASES).items():
        print(*compare(workload, size, 1 if options.quick else options.rounds), sep="\n", flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"a run failed: {error}")

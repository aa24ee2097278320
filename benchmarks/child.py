"""One measurement: one engine runs one workload, in this process, and prints what came out as JSON.

The clock counts processor time, of all threads: what else is running on the machine then disturbs it less.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

from engines import ENGINES, Engine
from measure import held, megabytes
from results import Measured
from workloads import WORKLOADS


def measure(engine_name: str, workload_name: str, size: int, limit: int, *, is_read: bool) -> Measured:
    """Run an engine.

    Args:
        engine_name: which one.
        workload_name: on what.
        size: in which size.
        limit: after how many seconds of building and running, on the wall, an alarm kills the process.
        is_read: whether to read the conclusions, to be compared with those of others.

    Returns:
        What came out.
    """
    workload = WORKLOADS[workload_name]
    facts = workload.facts(size)
    engine = ENGINES[engine_name]()
    if hasattr(signal, "alarm"):
        signal.alarm(limit)
    begin = time.process_time()
    engine.build(workload)
    built = time.process_time() - begin
    before = held()
    begin = time.process_time()
    engine.run(facts)
    seconds = time.process_time() - begin
    peak = megabytes()
    if hasattr(signal, "alarm"):
        signal.alarm(0)
    given = sum(map(len, facts.values()))
    found = _read(engine, workload.concluded) if is_read else (None, None)
    return Measured(built, seconds, before, peak, given, engine.firings, *found)


def _read(engine: Engine, relations: tuple[str, ...]) -> tuple[int, int]:
    """Give the number of rows in some relations, and a number that depends on the rows, and not on their order."""
    conclusions, digests = 0, dict.fromkeys(sorted(relations), 0)
    for relation in digests:
        for row in engine.rows(relation):
            conclusions += 1
            # The hash of numbers is the same in each process.
            digests[relation] = (digests[relation] + hash(row)) % 2**64
    return conclusions, hash(tuple(digests.values())) % 2**64


if __name__ == "__main__":
    name, of, number, seconds_at_most, reading = sys.argv[1:]
    result = measure(name, of, int(number), int(seconds_at_most), is_read=reading == "read")
    print(json.dumps(result), flush=True)
    # Some packages have threads that do not stop, and what they hold need not be given back piece by piece.
    os._exit(0)

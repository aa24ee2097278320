"""Runs every engine on every size of a workload: in turns, each run in a process of its own, and compares them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines import ENGINES, missing
from results import Case, Measured, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workloads import Workload

__all__ = ["Manner", "TooSlow", "run_workload"]

_CHILD = Path(__file__).parent / "child.py"
_LONG = 3.0
"""A run is long that takes more seconds."""


class TooSlow(Exception):  # noqa: N818 - it says what it is
    """A run took longer than it may."""


@dataclass(frozen=True)
class Manner:
    """How to measure.

    Attributes:
        engines: which ones.
        rounds: how often each runs on each size; slow ones at most twice.
        limit: how many seconds one run may take.
        is_quick: whether to run the smallest sizes only.
    """

    engines: Sequence[str]
    rounds: int
    limit: int
    is_quick: bool = False


def run_workload(workload: Workload, manner: Manner) -> list[Case]:
    """Run a workload in all its sizes.

    Raises:
        Disagreement: if the engines do not come to the same conclusions.
    """
    cases: list[Case] = []
    for size in (workload.quick,) if manner.is_quick else workload.sizes:
        found = _run_size(workload, size, manner, cases)
        check(found, counts_firings=workload.counts_firings)
        cases += found
    return cases


def _run_size(workload: Workload, size: int, manner: Manner, before: list[Case]) -> list[Case]:
    cases = {engine: Case(workload.name, size, engine) for engine in manner.engines}
    for turn in range(manner.rounds):
        # In turns, and whoever was the first one is the last one in the next round.
        for engine in list(cases)[:: -1 if turn % 2 else 1]:
            case = cases[engine]
            if not turn:
                case.skipped = _why_not(workload, engine, before, list(cases.values()), manner.limit)
            if case.skipped or _has_enough(case):
                continue
            try:
                case.runs.append(in_a_process(engine, workload.name, size, manner.limit, is_read=not turn))
            except TooSlow:
                case.skipped, case.runs = f"over {manner.limit} s", []
        _say(workload, size, turn)
    return list(cases.values())


def _has_enough(case: Case) -> bool:
    """Tell whether more rounds would take too long: long runs are made fewer times, and those of slow engines too."""
    is_long = any(run.seconds > _LONG for run in case.runs)
    most = (3 if is_long else sys.maxsize) if ENGINES[case.engine].main else (1 if is_long else 2)
    return len(case.runs) >= most


def _why_not(workload: Workload, engine: str, before: list[Case], now: list[Case], limit: int) -> str:
    """Say why an engine is not run, if so: it cannot, or a smaller size says that it would take too long."""
    absent = missing(engine)
    if absent is not None:
        return absent
    if engine in workload.unable:
        return workload.unable[engine]
    earlier = [case for case in before if case.engine == engine]
    if not earlier:
        return ""
    if earlier[-1].skipped:
        return f"not tried: over {limit} s expected"
    smaller = next(_work(case) for case in before if case.runs and case.size == earlier[-1].size)
    larger = next((_work(case) for case in now if case.runs), smaller)
    return f"not tried: over {limit} s expected" if earlier[-1].seconds * larger / smaller > limit else ""


def _work(case: Case) -> int:
    """Give the number of derivations or, if nobody counts them, of conclusions."""
    return case.runs[0].firings or case.conclusions


def in_a_process(engine: str, workload: str, size: int, limit: int, *, is_read: bool) -> Measured:
    """Make one run in a process of its own; see `child`.

    Raises:
        TooSlow: if it takes longer than it may.
        CalledProcessError: if it fails.
    """
    command = [sys.executable, str(_CHILD), engine, workload, str(size), str(limit), "read" if is_read else ""]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=False, encoding="utf-8")
    if hasattr(signal, "SIGALRM") and run.returncode == -signal.SIGALRM:
        raise TooSlow
    run.check_returncode()
    return Measured(*json.loads(run.stdout))


def _say(workload: Workload, size: int, turn: int) -> None:
    """Show how far it is."""
    if sys.stderr.isatty():
        print(f"\r{workload.name}, {workload.label(size)}, round {turn + 1}   ", end="", file=sys.stderr, flush=True)

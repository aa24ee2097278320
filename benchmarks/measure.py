"""What the benchmarks share: graphs, a process of its own for each run, and the memory that it held."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Pairs", "chain", "family", "held", "in_a_process", "in_turns", "megabytes", "scattered"]

Pairs = list[tuple[int, int]]


def chain(edges: int) -> Pairs:
    """Give a path, one edge after the other."""
    return [(i, i + 1) for i in range(edges)]


def scattered(nodes: int, edges: int) -> Pairs:
    """Give a random graph, the same every time."""
    rng = random.Random(f"{nodes} {edges}")
    found: dict[tuple[int, int], None] = {}
    while len(found) < edges:
        found[rng.randrange(nodes), rng.randrange(nodes)] = None
    return list(found)


def family(people: int) -> Pairs:
    """Give (parent, child) for eight generations of equal size, each child with two parents."""
    size = people // 8
    rng = random.Random(people)
    children = range(size, size * 8)
    return [
        (p, child)
        for child in children
        for p in rng.sample(range(child - child % size - size, child - child % size), 2)
    ]


def megabytes() -> float:
    """Give the most memory that this process has held."""
    # Not `ru_maxrss` where there is something better: on Linux it begins with what the process held that started this.
    found = _status("VmHWM")
    if found is not None:
        return found
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def held() -> float:
    """Give the memory that this process holds now or, where that is not told, the most that it has held."""
    found = _status("VmRSS")
    return megabytes() if found is None else found


def _status(name: str) -> float | None:
    """Give a line of what Linux tells of this process, in MB."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(f"{name}:")]
    return found[0] if found else None


def in_a_process(script: str, *arguments: str) -> list[Any]:
    """Run a script in a process of its own, and give the list that it prints as JSON."""
    run = subprocess.run(
        [sys.executable, script, "--child", *arguments], stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    found: list[Any] = json.loads(run.stdout)
    return found


def in_turns(contestants: Iterable[str], rounds: int) -> Iterator[str]:
    """Give each contestant once for each round; whoever went second goes first in the next."""
    for turn in range(rounds):
        yield from sorted(contestants, reverse=turn % 2 == 0)

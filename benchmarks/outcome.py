"""All that one run of the suite measured, as it is kept in a file, and read again to write the report."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engines import ENGINES, missing, versions
from explaining import Explained
from lookups import Counted
from memory import Taken
from results import Case, check
from workloads import WORKLOADS

if TYPE_CHECKING:
    from pathlib import Path

    from rounds import Manner

__all__ = ["Outcome", "setting"]


@dataclass
class Outcome:
    """What was measured.

    Attributes:
        setting: where and how: machine, versions, rounds.
        cases: the engines on the workloads.
        updates: the tables of single-fact updates, in Markdown.
        missed: which parts of the time of building an update took more than.
        beside: what asserting and retracting one fact take, as multiples of what CLIPS with `logical` takes.
        explained: what explaining takes.
        article: what the article takes, in seconds.
        memory: what conclusions and derivations take.
        lookups: what was counted.
    """

    setting: dict[str, Any]
    cases: list[Case] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    beside: dict[str, dict[str, float]] = field(default_factory=dict)
    explained: list[Explained] = field(default_factory=list)
    article: dict[str, float] = field(default_factory=dict)
    memory: list[Taken] = field(default_factory=list)
    lookups: list[Counted] = field(default_factory=list)

    @property
    def engines(self) -> list[str]:
        """The engines that ran anything, in their order."""
        return [name for name in ENGINES if any(case.engine == name and case.runs for case in self.cases)]

    def of(self, workload: str) -> dict[int, dict[str, Case]]:
        """Give the cases of a workload, by size and engine."""
        found: dict[int, dict[str, Case]] = {}
        for case in self.cases:
            if case.workload == workload:
                found.setdefault(case.size, {})[case.engine] = case
        return found

    def check(self) -> None:
        """Compare the engines.

        Raises:
            Disagreement: if they came to different conclusions.
        """
        for name, workload in WORKLOADS.items():
            for row in self.of(name).values():
                check(list(row.values()), counts_firings=workload.counts_firings)

    def write(self, path: Path) -> None:
        """Keep it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {**vars(self), "cases": [case.as_json() for case in self.cases]}
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Outcome:
        """Read what was kept."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        for name, kind in (("explained", Explained), ("memory", Taken), ("lookups", Counted)):
            kept[name] = [kind(*found) for found in kept[name]]
        kept["cases"] = [Case.of_json(case) for case in kept["cases"]]
        return cls(**kept)


def setting(manner: Manner) -> dict[str, Any]:
    """Tell where and how it is measured."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{platform.system()} on {platform.machine()}, {_processor()}, {os.cpu_count()} processors",
        "versions": versions(),
        "missing": {name: why for name in manner.engines if (why := missing(name)) is not None},
        "rounds": manner.rounds,
        "limit": manner.limit,
        "is_quick": manner.is_quick,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - line by line
            found = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        found = []
    return found[0] if found else platform.processor() or "processor not told"

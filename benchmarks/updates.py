"""Single-fact updates for the report: what `change` measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from change import FULL, KINDS, QUICK, TARGETS, WORKLOADS, Result, change_table, compare, engine_table
from engines import missing

if TYPE_CHECKING:
    from rounds import Manner

__all__ = ["measure_updates"]

Beside = dict[str, dict[str, float]]


def measure_updates(manner: Manner) -> tuple[list[str], list[str], Beside]:
    """Measure all workloads of `change`.

    Args:
        manner: how. In the short form parts of the time of building say nothing, and have no targets.

    Returns:
        The tables, in Markdown; which targets were missed; and, for each workload and kind of update, how many times as
        long as in CLIPS it takes.
    """
    engines = ["pow_rules"] + ["clipspy"] * ("clipspy" in manner.engines and missing("clipspy") is None)
    size, name = (QUICK, "quick") if manner.is_quick else (FULL, "full")
    results = {workload: compare(workload, manner.rounds, name, engines) for workload in WORKLOADS}
    targets = {} if manner.is_quick else TARGETS
    lines = [
        f"{size.groups * 10:,} conclusions in groups of ten; a change touches the ten of one group. 1/n is the n-th",
        "part of the time of building that session.",
        "",
        *change_table(results, targets),
    ]
    if len(engines) > 1:
        lines += ["", *engine_table(results)]
    return lines, list(_missed(results, targets)), _beside(results) if len(engines) > 1 else {}


def _beside(results: dict[str, Result]) -> Beside:
    found: Beside = {}
    for workload, result in results.items():
        ours, theirs = (result.seconds[engine] for engine in ("pow_rules", "clipspy"))
        stands = result.conclusions["clipspy"][2] != result.conclusions["pow_rules"][2]
        kinds = ("assert",) if stands else ("assert", "retract")
        found[workload] = {kind: ours[kind] / theirs[kind] for kind in kinds}
    return found


def _missed(results: dict[str, Result], targets: dict[str, float]) -> list[str]:
    return [
        f"{KINDS[kind]} ({workload})"
        for kind, target in targets.items()
        for workload, result in results.items()
        if result.seconds["pow_rules"][kind] / result.seconds["pow_rules"]["build"] > target
    ]

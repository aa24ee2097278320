"""The workloads, one module for one kind."""

from __future__ import annotations

from workloads.closure import CHAIN, RANDOM, SCALE_FREE
from workloads.deep import DEEP
from workloads.generation import GENERATION
from workloads.ownership import OWNERSHIP
from workloads.points_to import POINTS_TO
from workloads.separation import SEPARATION
from workloads.triangles import TRIANGLES
from workloads.wide import WIDE
from workloads.workload import Facts, Row, Workload

__all__ = ["WORKLOADS", "Facts", "Row", "Workload"]

WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (
        CHAIN, RANDOM, SCALE_FREE, GENERATION, POINTS_TO, TRIANGLES, OWNERSHIP, SEPARATION, WIDE, DEEP,
    )
}  # fmt: skip
"""By name."""

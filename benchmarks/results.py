"""What measurements give, and whether the engines agree."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

__all__ = ["Case", "Disagreement", "Measured", "check"]


class Measured(NamedTuple):
    """One run of one engine.

    Attributes:
        built: seconds to make rules.
        seconds: seconds from the first fact to the fixpoint.
        before: MB that the process held when the clock started.
        peak: MB that the process held at most.
        given: how many facts were given.
        firings: how often rules fired, if the engine tells.
        conclusions: how many there are, if they were read.
        digest: a number that depends on the conclusions, and not on their order, if they were read.
    """

    built: float
    seconds: float
    before: float
    peak: float
    given: int
    firings: int | None
    conclusions: int | None
    digest: int | None


@dataclass
class Case:
    """All runs of one engine on one size of one workload.

    Attributes:
        workload: the workload's name.
        size: its size.
        engine: the engine's name.
        runs: what came out.
        skipped: why there are no runs, where there are none.
    """

    workload: str
    size: int
    engine: str
    runs: list[Measured] = field(default_factory=list)
    skipped: str = ""

    @property
    def seconds(self) -> float:
        """The median of the seconds."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def built(self) -> float:
        """The median of the seconds of building."""
        return statistics.median(run.built for run in self.runs)

    @property
    def peak(self) -> float:
        """The median of the peaks, in MB."""
        return statistics.median(run.peak for run in self.runs)

    @property
    def grown(self) -> float:
        """The median of what was added to what the process held before, in MB."""
        return statistics.median(run.peak - run.before for run in self.runs)

    @property
    def conclusions(self) -> int:
        """How many there are."""
        return next(run.conclusions for run in self.runs if run.conclusions is not None)

    def as_json(self) -> dict[str, Any]:
        """Give what can be written to a file."""
        return asdict(self)

    @classmethod
    def of_json(cls, found: dict[str, Any]) -> Case:
        """Read what was written."""
        return cls(**{**found, "runs": [Measured(*run) for run in found["runs"]]})


class Disagreement(Exception):  # noqa: N818 - it says what it is
    """Engines came to different conclusions."""


def check(cases: list[Case], *, counts_firings: bool) -> None:
    """Compare what all engines concluded from the same facts.

    Args:
        cases: those of one workload and size.
        counts_firings: whether those that count firings must have the same number.

    Raises:
        Disagreement: if they differ.
    """
    runs = [(case.engine, run) for case in cases for run in case.runs]
    read = {(run.conclusions, run.digest) for _, run in runs if run.digest is not None}
    told = {run.firings for _, run in runs if run.firings is not None} if counts_firings else set()
    if len(read) > 1 or len(told) > 1:
        lines = dict.fromkeys(
            f"  {engine}: {run.conclusions} conclusions, digest {run.digest}, firings: {run.firings}"
            for engine, run in runs
        )
        msg = "\n".join([f"{cases[0].workload}, {cases[0].size}: the engines do not agree", *lines])
        raise Disagreement(msg)

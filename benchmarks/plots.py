"""Pictures of time and memory against size, as SVG, the same for the same numbers.

Grey and middle tones on nothing: they can be read on a white page and on a dark one.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from engines import ENGINES
from tables import derivations
from workloads import WORKLOADS

if TYPE_CHECKING:
    from pathlib import Path

    from outcome import Outcome

__all__ = ["can_plot", "plot"]

_GREY = "#7d7d7d"
_COLOURS = ("#d1495b", "#2f7fd1", "#17929e", "#8a63d2", "#b8790f", "#3d9140", "#c25fa8", "#7d7d7d")
_WIDE = 30
"""An axis on which the largest number is that many times the smallest has only powers of ten on it."""
_MARKS = "osD^vP<>"
_SETTING: Any = {
    "svg.hashsalt": "pow_rules",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": _GREY,
    "axes.labelcolor": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlecolor": _GREY,
    "grid.color": _GREY,
    "grid.alpha": 0.25,
    "text.color": _GREY,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
}


def can_plot() -> bool:
    """Tell whether matplotlib is there."""
    return find_spec("matplotlib") is not None


def plot(outcome: Outcome, folder: Path) -> dict[str, str]:
    """Make a picture for each workload, and give the names of the files."""
    import matplotlib as mpl  # noqa: PLC0415 - it may not be there

    mpl.use("svg")
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    with mpl.rc_context(_SETTING):
        for workload in dict.fromkeys(case.workload for case in outcome.cases):
            made[workload] = f"{workload}.svg"
            _one(outcome, workload, folder / made[workload])
    return made


def _one(outcome: Outcome, workload: str, path: Path) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above
    from matplotlib.ticker import LogLocator  # noqa: PLC0415 - as above

    figure = Figure(figsize=(8.4, 3.6))
    figure.subplots_adjust(left=0.08, right=0.98, bottom=0.3, top=0.9, wspace=0.25)
    left, right = figure.subplots(1, 2)
    for (engine, colour), mark in zip(zip(ENGINES, _COLOURS, strict=True), _MARKS, strict=True):
        rows = [
            (derivations(row), row[engine])
            for row in outcome.of(workload).values()
            if engine in row and row[engine].runs and derivations(row)
        ]
        if not rows:
            continue
        look = {"color": colour, "marker": mark, "markersize": 4, "linewidth": 1.3, "label": engine}
        left.plot([number for number, _ in rows], [case.seconds for _, case in rows], **look)
        right.plot([number for number, _ in rows], [case.peak for _, case in rows], **look)
    for axes, name in ((left, "seconds to the fixpoint"), (right, "peak memory, MB")):
        axes.set(xscale="log", yscale="log", xlabel="derivations", ylabel=name)
        axes.grid(visible=True)
        for axis in (axes.xaxis, axes.yaxis):
            low, high = axis.get_view_interval()
            axis.set_major_locator(LogLocator(subs=(1,) if high > _WIDE * low else (1, 2, 5)))
            axis.set_major_formatter("{x:,.10g}")
        axes.minorticks_off()
    figure.suptitle(WORKLOADS[workload].title, color=_GREY, fontsize=10)
    handles: Any = left.get_legend_handles_labels()
    if handles[0]:
        figure.legend(*handles, loc="lower center", ncols=4, frameon=False)
    figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})

"""The tables of the report that compare engines, line by line, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engines import ENGINES
from growth import exponent, geometric_mean
from workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outcome import Outcome
    from results import Case

__all__ = [
    "Ratios",
    "exponent_of",
    "first_engine",
    "growth_table",
    "largest",
    "ratios",
    "size_table",
    "slower_lines",
    "summary_table",
    "workload_table",
]


def first_engine() -> str:
    """Give the engine that the others are compared with."""
    return next(iter(ENGINES))


class Ratios(NamedTuple):
    """One engine beside the first one, for each workload that both ran, in the largest size that both ran.

    Attributes:
        time: seconds of it, for each second of the first one.
        memory: peaks, in the same way.
        grown: what was added to what the process held before, in the same way.
    """

    time: dict[str, float]
    memory: dict[str, float]
    grown: dict[str, float]


def ratios(outcome: Outcome, engine: str) -> Ratios:
    """Compare an engine with the first one."""
    found = Ratios({}, {}, {})
    for workload in WORKLOADS:
        both = [
            (row[first_engine()], row[engine])
            for row in outcome.of(workload).values()
            if all(name in row and row[name].runs for name in (first_engine(), engine))
        ]
        if both:
            ours, theirs = both[-1]
            found.time[workload] = theirs.seconds / ours.seconds
            found.memory[workload] = theirs.peak / ours.peak
            found.grown[workload] = max(theirs.grown, 0.1) / max(ours.grown, 0.1)
    return found


def summary_table(outcome: Outcome) -> Iterator[str]:
    """Give a line for each engine: means over the workloads, and the smallest ratio."""
    yield "| beside compiled | workloads | time | least time | peak memory | least memory | memory added |"
    yield "| --- | ---: | ---: | --- | ---: | --- | ---: |"
    for engine in outcome.engines[1:]:
        found = ratios(outcome, engine)
        cells = [engine, str(len(found.time)), f"{geometric_mean(found.time.values()):.2f}", _least(found.time)]
        cells += [f"{geometric_mean(found.memory.values()):.2f}", _least(found.memory)]
        cells.append(f"{geometric_mean(found.grown.values()):.2f}")
        yield f"| {' | '.join(cells)} |"


def slower_lines(outcome: Outcome) -> Iterator[str]:
    """Say beside whom the first engine takes longer or more, and where."""
    for what, number in (("takes longer", 0), ("takes more memory", 1)):
        found = []
        for engine in outcome.engines[1:]:
            by_workload = ratios(outcome, engine)[number]
            losses = [f"{workload} {ratio:.2f}" for workload, ratio in by_workload.items() if ratio < 1]
            found += [f"{engine} ({', '.join(losses)})"] * bool(losses)
        yield f"- {first_engine()} {what} than: {'; '.join(found) or 'none'}."


def _least(by_workload: dict[str, float]) -> str:
    workload = min(by_workload, key=by_workload.__getitem__)
    return f"{by_workload[workload]:.2f} ({workload})"


def largest(outcome: Outcome, workload: str) -> tuple[int, dict[str, Case]]:
    """Give the largest size of a workload that was run, with its cases."""
    found = outcome.of(workload)
    size = max(found)
    return size, found[size]


def derivations(row: dict[str, Case]) -> int | None:
    """Give how many derivations the first engine recorded."""
    case = row.get(first_engine())
    return case.runs[0].firings if case is not None and case.runs else None


def workload_table(outcome: Outcome, workload: str) -> Iterator[str]:
    """Give the table of the largest size: all engines, with all that was measured."""
    _, row = largest(outcome, workload)
    number, ours = derivations(row), row.get(first_engine())
    yield "| engine | build | time | derivations a second | peak memory | added | time / compiled | memory / compiled |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for engine, case in row.items():
        if not case.runs:
            yield f"| {engine} | {case.skipped} | | | | | | |"
            continue
        cells = [engine, seconds(case.built), seconds(case.seconds)]
        cells.append(f"{number / case.seconds:,.0f}" if number else "")
        cells += [f"{case.peak:,.0f} MB", f"{case.grown:,.0f} MB"]
        cells += (
            [f"{case.seconds / ours.seconds:.2f}", f"{case.peak / ours.peak:.2f}"]
            if ours is not None and ours.runs and engine != first_engine()
            else ["", ""]
        )
        yield f"| {' | '.join(cells)} |"


def size_table(outcome: Outcome, workload: str) -> Iterator[str]:
    """Give the table of all sizes: what each took, and how it grows."""
    sizes = outcome.of(workload)
    title = WORKLOADS[workload].size
    yield f"| {title} | {' | '.join(f'{size:,}' for size in sizes)} | exponent |"
    yield f"| --- |{' ---: |' * (len(sizes) + 1)}"
    yield f"| conclusions | {' | '.join(_conclusions(row) for row in sizes.values())} | |"
    yield f"| derivations | {' | '.join(f'{derivations(row) or 0:,}' for row in sizes.values())} | |"
    for engine in ENGINES:
        row = [cases[engine] for cases in sizes.values() if engine in cases]
        if any(case.runs for case in row):
            cells = [seconds(case.seconds) if case.runs else case.skipped for case in row]
            yield f"| {engine} | {' | '.join(cells)} | {_exponent(outcome, workload, engine)} |"


def _conclusions(row: dict[str, Case]) -> str:
    return next((f"{case.conclusions:,}" for case in row.values() if case.runs), "")


def exponent_of(outcome: Outcome, workload: str, engine: str) -> float | None:
    """Give how an engine's seconds grow with the derivations of the first one."""
    points = [
        (float(number), row[engine].seconds)
        for row in outcome.of(workload).values()
        if engine in row and row[engine].runs and (number := derivations(row))
    ]
    return exponent(points)


def _exponent(outcome: Outcome, workload: str, engine: str) -> str:
    found = exponent_of(outcome, workload, engine)
    return "" if found is None else f"{found:.2f}"


def growth_table(outcome: Outcome) -> Iterator[str]:
    """Give the exponents: of seconds for each engine, and of what was looked up in the first one."""
    times = " | ".join(f"{engine}, time" for engine in outcome.engines)
    yield f"| exponent of | {times} | compiled, look-ups and rows |"
    yield f"| --- |{' ---: |' * (len(outcome.engines) + 1)}"
    for workload in dict.fromkeys(case.workload for case in outcome.cases):
        counted = [(float(c.derivations), float(c.lookups + c.rows)) for c in outcome.lookups if c.workload == workload]
        found = exponent(counted)
        cells = [workload, *(_exponent(outcome, workload, engine) for engine in outcome.engines)]
        yield f"| {' | '.join([*cells, '' if found is None else f'{found:.2f}'])} |"


def seconds(time: float) -> str:
    """Print a time."""
    return f"{time:.2f} s" if time >= 1 else f"{time * 1000:.0f} ms" if time >= 1 / 100 else f"{time * 1000:.1f} ms"

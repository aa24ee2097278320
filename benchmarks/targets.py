"""What is aimed at, beside what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from growth import exponent, geometric_mean
from memory import MOST_FOR_A_CONCLUSION, MOST_FOR_A_DERIVATION, conclusion_bytes, derivation_bytes
from tables import exponent_of, first_engine, ratios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outcome import Outcome

__all__ = ["target_table"]

_TWICE, _FORTY, _LEVEL = 2, 40, 1
_NO_SLOWER = 0.05
"""By how much exponents of two engines may differ and still count as the same: they are fitted through four points."""


def target_table(outcome: Outcome) -> Iterator[str]:
    """Give a line for each target."""
    yield "| target | found | |"
    yield "| --- | --- | --- |"
    for target, found, is_met in _targets(outcome):
        yield f"| {target} | {found} | {'met' if is_met else 'missed'} |"


def _targets(outcome: Outcome) -> Iterator[tuple[str, str, bool]]:
    for engine, most, memory in (
        ("clipspy", _TWICE, _TWICE),
        ("clingo", _LEVEL, None),
        ("durable-rules", _FORTY, None),
    ):
        if engine in outcome.engines:
            found = ratios(outcome, engine)
            mean = geometric_mean(found.time.values())
            yield f"{most} times as fast as {engine}, geometric mean of the largest sizes", f"{mean:.2f}", mean >= most
            if memory is not None:
                mean = geometric_mean(found.memory.values())
                yield f"1/{memory} of the memory of {engine}, in the same way", f"1/{mean:.2f}", mean >= memory
    if "clipspy" in outcome.engines:
        yield from _against_clips(outcome)
    yield from _growth(outcome)
    for kind, most in (("assert", _TWICE), ("retract", 5)):
        beside = {workload: found[kind] for workload, found in outcome.beside.items() if kind in found}
        if beside:
            said = ", ".join(f"{workload} {ratio:.1f}" for workload, ratio in beside.items())
            target = f"to {kind} one fact at most {most} times what CLIPS with `logical` takes"
            yield target, said, max(beside.values()) <= most
    if outcome.article.get("attrs and hypothesis"):
        part = outcome.article["article"] / outcome.article["attrs and hypothesis"]
        yield "the article no slower than importing attrs and hypothesis", f"{part:.2f} of it", part <= 1
    if outcome.memory:
        derivation = derivation_bytes(outcome.memory)
        conclusion = max(conclusion_bytes(taken, derivation)[1] for taken in outcome.memory)
        for what, most, taken in (
            ("conclusion", MOST_FOR_A_CONCLUSION, conclusion),
            ("derivation", MOST_FOR_A_DERIVATION, derivation[1]),
        ):
            yield f"at most {most} bytes a {what}, look-ups included", f"{taken:.0f}", taken <= most


def _against_clips(outcome: Outcome) -> Iterator[tuple[str, str, bool]]:
    slower = [
        f"{name} {size:,}: {row['clipspy'].seconds / row[first_engine()].seconds:.2f}"
        for name in dict.fromkeys(case.workload for case in outcome.cases)
        for size, row in outcome.of(name).items()
        if all(engine in row and row[engine].runs for engine in ("clipspy", first_engine()))
        and row["clipspy"].seconds < row[first_engine()].seconds
    ]
    yield "slower than clipspy nowhere, in no size", ", ".join(slower) or "nowhere", not slower


def _growth(outcome: Outcome) -> Iterator[tuple[str, str, bool]]:
    worse = []
    for workload in dict.fromkeys(case.workload for case in outcome.cases):
        ours, theirs = (exponent_of(outcome, workload, engine) for engine in (first_engine(), "clipspy"))
        if ours is not None and theirs is not None and ours > theirs + _NO_SLOWER:
            worse.append(f"{workload} {ours:.2f} to {theirs:.2f}")
    if "clipspy" in outcome.engines:
        yield "in seconds, no worse exponent than clipspy's", ", ".join(worse) or "none", not worse
    counted: dict[str, list[tuple[float, float]]] = {}
    for each in outcome.lookups:
        counted.setdefault(each.workload, []).append((float(each.derivations + each.rows), float(each.lookups)))
    steep = {name: found for name, points in counted.items() if (found := exponent(points)) is not None}
    if steep:
        most = max(steep, key=steep.__getitem__)
        target = "look-ups grow no more than in proportion to derivations and rows gone through"
        yield target, f"to the power {steep[most]:.2f} at most ({most})", steep[most] <= 1 + _NO_SLOWER

"""Writes what was measured to a page in Markdown, with pictures beside it. Its numbers come from the run alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explaining import explain_table
from lookups import lookup_table
from memory import memory_table
from news import article_table
from plots import can_plot, plot
from tables import growth_table, largest, size_table, slower_lines, summary_table, workload_table
from targets import target_table
from workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outcome import Outcome

__all__ = ["write_report"]


def write_report(outcome: Outcome, folder: Path) -> Path:
    """Write the page and the pictures, and give the path of the page."""
    pictures = plot(outcome, folder / "benchmarks") if can_plot() else {}
    path = folder / "benchmarks.md"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(_page(outcome, pictures)) + "\n", encoding="utf-8")
    return path


def _page(outcome: Outcome, pictures: dict[str, str]) -> Iterator[str]:
    yield from _head(outcome)
    yield from ("", "## In short", "")
    yield from summary_table(outcome)
    yield from ("", *_meaning(), "", *slower_lines(outcome))
    if not outcome.setting["is_quick"]:
        yield from ("", "## Targets", "", *target_table(outcome))
        if outcome.missed:
            yield from (
                "",
                f"Updates that took more than their part of the time of building: {'; '.join(outcome.missed)}.",
            )
    yield from ("", "## How it is measured", "", *_manner(outcome))
    if not pictures:
        yield from ("", "Pictures were left out: matplotlib is not installed.")
    for workload in dict.fromkeys(case.workload for case in outcome.cases):
        yield from ("", *_workload(outcome, workload, pictures.get(workload)))
    yield from ("", "## Growth", "", *_growth(outcome))
    for title, said, table in _others(outcome):
        yield from ("", f"## {title}", "", said, "", *table)


def _head(outcome: Outcome) -> Iterator[str]:
    setting = outcome.setting
    yield "# Benchmarks"
    yield ""
    how = "python benchmarks/run.py --quick" if setting["is_quick"] else "make bench"
    yield f"<!-- Written by `{how}`: what is changed here by hand is lost. -->"
    yield ""
    yield f"`{how}` wrote this page. What is run, and how to add to it, is told beside the"
    yield "[scripts](../benchmarks/README.md)."
    yield ""
    packages = ", ".join(f"{name} {version}" for name, version in setting["versions"].items())
    yield f"- {setting['python']}; {setting['machine']}."
    yield f"- {packages}."
    for engine, why in setting["missing"].items():
        yield f"- Left out: {engine} ({why})."


def _meaning() -> Iterator[str]:
    yield "Geometric means over the workloads below, each in the largest size that both ran. Above 1: compiled, which"
    yield "is pow_rules as it is, is faster or smaller. Memory is the peak of the process, the interpreter included;"
    yield "added is what came to what the process held before. compiled and `clipspy logical` keep what conclusions"
    yield "rest on, and compiled can explain them; the others keep conclusions alone."


def _manner(outcome: Outcome) -> Iterator[str]:
    setting = outcome.setting
    number = setting["rounds"]
    rounds = "one round" if number == 1 else f"{number} rounds (up to three of long runs, and two of slow engines)"
    yield f"- Each run has a process of its own. The engines take turns, in {rounds}."
    yield "  Medians are shown."
    yield "- The clock counts processor time, of all threads. It starts when the facts are there as plain Python"
    yield "  objects, and stops at the fixpoint. To make rules, templates or tables is told apart, as build; imports"
    yield "  are outside, and so is reading conclusions."
    yield "- All engines must come to the same conclusions: they are counted, and summed up in a number that depends on"
    yield "  each. Those that count firings must have as many as pow_rules has derivations, except where rules have an"
    yield "  absence or an aggregate. Otherwise nothing is written."
    yield f"- A run that takes more than {setting['limit']} s is ended; sizes that can be expected to are not tried."
    yield "- Each engine's rules are written as its users write them. clingo only grounds; it reads facts as text, and"
    yield "  so does egglog."


def _workload(outcome: Outcome, name: str, picture: str | None) -> Iterator[str]:
    workload = WORKLOADS[name]
    size, row = largest(outcome, name)
    yield f"## {workload.title[0].upper()}{workload.title[1:]}"
    yield ""
    given = next((case.runs[0].given for case in row.values() if case.runs), 0)
    yield f"`{name}`; below: {workload.label(size)}, {given:,} facts given."
    yield ""
    yield from workload_table(outcome, name)
    yield ""
    yield from size_table(outcome, name)
    if picture is not None:
        yield from ("", f"![time and memory against derivations: {workload.title}](benchmarks/{picture})")


def _growth(outcome: Outcome) -> Iterator[str]:
    yield "How the time grows with the number of derivations: the power that fits best, from small sizes to large ones."
    yield "1 is in proportion. What small sizes take in any case makes it smaller."
    yield ""
    yield from growth_table(outcome)
    if outcome.lookups:
        yield ""
        yield "Seconds depend on the machine and its caches. What compiled looks up does not: the look-ups in its"
        yield "indexes, and the rows found there or gone through, counted on small sizes. They grow in proportion to"
        yield "derivations where the last column does not grow."
        yield ""
        yield from lookup_table(outcome.lookups)


def _others(outcome: Outcome) -> Iterator[tuple[str, str, list[str]]]:
    if outcome.updates:
        yield "Single-fact updates", "One fact more or less in a large base; see the scripts' page.", outcome.updates
    if outcome.explained:
        said = "A proof of least height for one conclusion, down to the givens; no other engine here can give one."
        yield "Explaining one deep conclusion", said, list(explain_table(outcome.explained))
    if outcome.article:
        said = "The news article that comes with the package, from nothing to a text that explains each conclusion."
        yield "The article", said, list(article_table(outcome.article))
    if outcome.memory:
        said = (
            "Bytes beyond the values, after the assertions, and then after a first retraction, which makes the\n"
            "reverse look-ups. The derivations have two premises (one in the first step of a closure)."
        )
        yield "Memory", said, list(memory_table(outcome.memory))

"""What a change costs in a large session, beside what it cost to build it; and beside CLIPS, with `logical` rules.

There are 10,000 groups of ten, and each of the 100,000 has one conclusion. One fact more, or one less, touches the ten
conclusions of one group:

- join: an alarm is joined with the ten members of its group;
- chain: an alarm is passed on from one to the next, by a recursive rule;
- ring: the same, and the last passes it on to the first, so that the ten conclusions also support each other;
- absence: a call for silence takes the ten conclusions away, and without it they come back.

Each measurement runs in a process of its own, and the engines take turns. The clock counts processor time; facts are
made, and rules are built, outside of it. A `Change` is made in the call; its facts, and what those that fell had rested
on, are made when they are read, and that has a line of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
import tracemalloc
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from measure import in_a_process, in_turns, megabytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pow_rules import Change, Session

P = ParamSpec("P")
T = TypeVar("T")

_TEN = 10


class Size(NamedTuple):
    """How many groups there are, and how often each kind of change is made."""

    groups: int
    times: int
    forks: int


FULL, QUICK = Size(10_000, 100, 5), Size(300, 10, 3)
WORKLOADS = ("join", "chain", "ring", "absence")


Facts = list[tuple[str, tuple[int, ...]]]
"""Facts, as templates and values."""


class Inputs(NamedTuple):
    """A workload's facts.

    Attributes:
        base: what is there from the beginning, first what is not changed.
        present: those of the base that are withdrawn.
        spare: those that are asserted.
    """

    base: Facts
    present: Facts
    spare: Facts


def inputs(workload: str, size: Size) -> Inputs:
    """Make the facts of a workload: every group has its conclusions, and a few groups more are there to be changed."""
    groups = range(size.groups + size.times)
    base: Facts
    present: Facts
    if workload in {"join", "absence"}:
        base = [("member", (g * _TEN + i, g)) for g in groups for i in range(_TEN)]
    else:
        links = _TEN if workload == "ring" else _TEN - 1
        base = [("link", (g * _TEN + i, g * _TEN + (i + 1) % _TEN)) for g in groups for i in range(links)]
    if workload == "absence":
        present = [("silence", (g,)) for g in groups[size.groups :]]
        return Inputs(base + present, present, [("silence", (g,)) for g in groups[: size.times]])
    alarms: Facts = [("alarm", (g if workload == "join" else g * _TEN,)) for g in groups]
    present, spare = alarms[: size.groups], alarms[size.groups :]
    # Not the first ones: what was asserted early must be as cheap to withdraw as what came last.
    step = size.groups // size.times
    return Inputs(base + present, present[step // 2 :: step][: size.times], spare)


# ---- engines ---------------------------------------------------------------------------------------------------------

Seconds = dict[str, float]
"""For each kind of change: the median of what it took."""


class Measured(NamedTuple):
    """What one run of one engine gave: seconds by kind of change, peak memory, and how many conclusions there were.

    Attributes:
        seconds: for each kind of change, the median of what it took.
        megabytes: the most memory that the process held, with the forks left out.
        conclusions: how many there were at first, after all assertions, and after all withdrawals.
    """

    seconds: Seconds
    megabytes: float
    conclusions: list[int]


class Clock:
    """Takes the processor time of changes: long and short ones are then disturbed alike by what else is running."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = {}

    def take(self, name: str, call: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
        """Take the time of one call, and give what it gives."""
        begin = time.process_time()
        found = call(*args, **named)
        self._taken.setdefault(name, []).append(time.process_time() - begin)
        return found

    def medians(self) -> Seconds:
        """Give the median for each kind."""
        return {name: statistics.median(taken) for name, taken in self._taken.items()}


def with_pow_rules(workload: str, size: Size) -> Measured:
    """Run it in pow_rules."""
    from alarms import Alerted  # noqa: PLC0415 - the other engine's memory must not be counted

    build, present, spare = _prepared(workload, size)
    clock = Clock()
    session = clock.take("build", build)
    conclusions = [len(session.facts(Alerted))]
    for i, fact in enumerate(spare):
        change = clock.take("assert" if i else "assert, the first", session.assert_fact, fact)
        clock.take("read what was asserted", _read, change)
    conclusions.append(len(session.facts(Alerted)))
    for i, fact in enumerate(present):
        change = clock.take("retract" if i else "retract, the first", session.retract_fact, fact)
        clock.take("read what was retracted", _read, change)
    conclusions.append(len(session.facts(Alerted)))
    peak = megabytes()
    for gone, there in zip(present, spare, strict=True):
        _read(clock.take("what_if, assuming", session.what_if, assuming=[gone]))
        _read(clock.take("what_if, without", session.what_if, without=[there]))
    for gone, there in list(zip(present, spare, strict=True))[: size.forks]:
        clock.take("fork and assert", lambda f: session.fork().assert_fact(f), gone)
        clock.take("assert after a fork", session.assert_fact, gone)
        clock.take("fork and retract", lambda f: session.fork().retract_fact(f), there)
        clock.take("retract after a fork", session.retract_fact, there)
    return Measured(clock.medians(), peak, conclusions)


def _prepared(workload: str, size: Size) -> tuple[Callable[[], Session], list[Any], list[Any]]:
    from alarms import PROGRAMS, Alarm, Link, Member, Silence  # noqa: PLC0415 - as above

    from pow_rules import Session  # noqa: PLC0415 - as above

    types = {"member": Member, "link": Link, "alarm": Alarm, "silence": Silence}
    base, present, spare = ([types[name](*values) for name, values in facts] for facts in inputs(workload, size))
    return lambda: Session(PROGRAMS[workload], base), present, spare


def _read(change: Change) -> int:
    found = len(change.concluded) + len(change.withdrawn)
    if found != _TEN:
        sys.exit(f"ten conclusions were to change, and {found} did")
    return found


def lookups(workload: str, size: Size) -> list[float]:
    """Give the bytes that the first retraction leaves for each conclusion: it makes what later ones look up."""
    build, present, _ = _prepared(workload, size)
    session = build()
    tracemalloc.start()
    session.retract_fact(present[0])
    return [tracemalloc.get_traced_memory()[0] / (size.groups * _TEN)]


TEMPLATES = {"member": ("number", "group"), "link": ("start", "end"), "alarm": ("place",), "silence": ("group",)}
_PASSED_ON = """
    (defrule first (logical (alarm (place ?n))) => (assert (alerted (number ?n))))
    (defrule further (logical (alerted (number ?n)) (link (start ?n) (end ?m))) => (assert (alerted (number ?m))))
"""
CLIPS = {
    "join": """
        (defrule group (logical (member (number ?n) (group ?g)) (alarm (place ?g))) => (assert (alerted (number ?n))))
    """,
    "chain": _PASSED_ON,
    "ring": _PASSED_ON,
    "absence": """
        (defrule unless (logical (member (number ?n) (group ?g)) (not (silence (group ?g))))
          => (assert (alerted (number ?n))))
    """,
}


def with_clipspy(workload: str, size: Size) -> Measured:
    """Run it in CLIPS, as its users write it."""
    import clips  # noqa: PLC0415 - as above

    environment = clips.Environment()
    for name, slots in {**TEMPLATES, "alerted": ("number",)}.items():
        environment.build(f"(deftemplate {name} {' '.join(f'(slot {slot} (type INTEGER))' for slot in slots)})")
    for construct in CLIPS[workload].split("(defrule")[1:]:
        environment.build(f"(defrule{construct}")
    templates = {name: environment.find_template(name) for name in TEMPLATES}
    facts = inputs(workload, size)
    base, spare = (
        [(templates[name], dict(zip(TEMPLATES[name], values, strict=True))) for name, values in part]
        for part in (facts.base, facts.spare)
    )

    def asserted(part: list[tuple[clips.Template, dict[str, int]]]) -> list[clips.Fact]:
        made = [template.assert_fact(**slots) for template, slots in part]
        environment.run()
        return made

    def retracted(fact: clips.Fact) -> None:
        fact.retract()
        environment.run()

    def alerted() -> int:
        return sum(1 for _ in environment.find_template("alerted").facts())

    clock = Clock()
    made = dict(zip(facts.base, clock.take("build", asserted, base), strict=True))
    conclusions = [alerted()]
    for i, one in enumerate(spare):
        clock.take("assert" if i else "assert, the first", asserted, [one])
    conclusions.append(alerted())
    for i, fact in enumerate(facts.present):
        clock.take("retract" if i else "retract, the first", retracted, made[fact])
    conclusions.append(alerted())
    return Measured(clock.medians(), megabytes(), conclusions)


ENGINES = {"pow_rules": with_pow_rules, "clipspy": with_clipspy}


# ---- the comparison --------------------------------------------------------------------------------------------------

_SMALL, _FORK = 1 / 1_000, 1 / 4
TARGETS = {
    "assert": _SMALL,
    "retract": _SMALL,
    "what_if, assuming": _SMALL,
    "what_if, without": _SMALL,
    "fork and assert": _FORK,
    "fork and retract": _FORK,
}
"""What a change may take at most, as a part of building the session of 100,000 facts."""
KINDS = {
    "build": "build",
    "assert, the first": "assert one, the first time",
    "assert": "assert one",
    "read what was asserted": "read what that changed",
    "retract, the first": "retract one, the first time",
    "retract": "retract one",
    "read what was retracted": "read what that changed",
    "what_if, assuming": "what_if assuming one",
    "what_if, without": "what_if without one",
    "fork and assert": "fork, and assert one there",
    "assert after a fork": "then the first assertion here",
    "fork and retract": "fork, and retract one there",
    "retract after a fork": "then the first retraction here",
}


class Result(NamedTuple):
    """What all rounds of one workload came to, by engine, and bytes of look-ups for each conclusion."""

    seconds: dict[str, Seconds]
    megabytes: dict[str, float]
    conclusions: dict[str, list[int]]
    lookups: float


def compare(workload: str, rounds: int, size: str, engines: Collection[str] = ENGINES.keys()) -> Result:
    """Run a workload in both engines, or in those that are named.

    Raises:
        SystemExit: if the engines do not agree.
    """
    runs: dict[str, list[Measured]] = {engine: [] for engine in engines}
    for engine in in_turns(engines, rounds):
        runs[engine].append(Measured(*in_a_process(__file__, engine, workload, size)))
    conclusions = {engine: found[0].conclusions for engine, found in runs.items()}
    # Conclusions that support each other in a ring are left standing by `logical`: that is shown, and no mistake here.
    agreed = 2 if workload == "ring" else 3
    if len({tuple(run.conclusions[:agreed]) for found in runs.values() for run in found}) != 1:
        sys.exit(f"{workload}: the engines do not agree: {conclusions}")
    seconds = {
        # The quickest build: what disturbs a long call more than a short one must not make changes look cheap.
        engine: {
            kind: (min if kind == "build" else statistics.median)(run.seconds[kind] for run in found)
            for kind in found[0].seconds
        }
        for engine, found in runs.items()
    }
    peaks = {engine: statistics.median(run.megabytes for run in found) for engine, found in runs.items()}
    return Result(seconds, peaks, conclusions, in_a_process(__file__, "lookups", workload, size)[0])


def change_table(results: dict[str, Result], targets: dict[str, float]) -> Iterator[str]:
    """Give the table of what each change takes in pow_rules."""
    yield f"| in pow_rules | at most | {' | '.join(results)} |"
    yield f"| --- | --- |{' --- |' * len(results)}"
    for kind, title in KINDS.items():
        target = targets.get(kind)
        cells = [title, "" if target is None else _part(target)]
        for result in results.values():
            seconds = result.seconds["pow_rules"]
            part = seconds[kind] / seconds["build"]
            missed = " (missed)" if target is not None and part > target else ""
            cells.append(_time(seconds[kind]) + ("" if kind == "build" else f", {_part(part)}{missed}"))
        yield f"| {' | '.join(cells)} |"
    made = " | ".join(f"{result.lookups:.0f} bytes" for result in results.values())
    yield f"| look-ups that the first retraction makes, for each conclusion | | {made} |"


def engine_table(results: dict[str, Result]) -> Iterator[str]:
    """Give the table of both engines."""
    yield "| workload | | pow_rules | clipspy | clipspy / pow_rules |"
    yield "| --- | --- | --- | --- | --- |"
    for workload, result in results.items():
        for kind in ("build", "assert", "retract"):
            times = [result.seconds[engine][kind] for engine in ENGINES]
            cells = [_time(seconds) for seconds in times]
            ratio = f"{times[1] / times[0]:.2f}"
            standing = result.conclusions["clipspy"][2] - result.conclusions["pow_rules"][2]
            if kind == "retract" and standing:
                cells[1] += ", and the ten stand"
                ratio = ""
            yield f"| {workload} | {KINDS[kind]} | {' | '.join(cells)} | {ratio} |"
        ours, theirs = (result.megabytes[engine] for engine in ENGINES)
        yield f"| {workload} | peak memory | {ours:.0f} MB | {theirs:.0f} MB | {theirs / ours:.2f} |"


def _part(part: float) -> str:
    return f"1/{1 / part:,.0f}" if part <= 1 / _TEN else f"1/{1 / part:.1f}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.3g} ms"  # noqa: PLR2004 - how it is printed


def main() -> None:
    """Measure, and print two tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, help="how often each engine runs each workload (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="small sessions, to see that it works")
    parser.add_argument("--child", nargs=3, metavar=("ENGINE", "WORKLOAD", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        engine, workload, name = options.child
        size = QUICK if name == "quick" else FULL
        print(json.dumps(lookups(workload, size) if engine == "lookups" else ENGINES[engine](workload, size)))
        return
    rounds = options.rounds or (1 if options.quick else 5)
    size = QUICK if options.quick else FULL
    results = {workload: compare(workload, rounds, "quick" if options.quick else "full") for workload in WORKLOADS}
    print(f"CPython {platform.python_version()}, clipspy {version('clipspy')}, {os.cpu_count()} processors;")
    print(f"the quickest build and medians of {rounds} runs, each with {size.times} changes of each kind and", end=" ")
    print(f"{size.forks} forks.")
    print("1/n: the n-th part of the time of building the session. clipspy / pow_rules above 1: pow_rules is faster,")
    print(f"smaller. Both had the same conclusions, {size.groups * _TEN:,} at first, except where some still stand.")
    print()
    print(*change_table(results, {} if options.quick else TARGETS), sep="\n")
    print()
    print(*engine_table(results), sep="\n")


if __name__ == "__main__":
    main()

"""What conclusions and derivations take in memory, beyond the values, by `tracemalloc` in a process for each session.

The values are made before memory is traced. So are the facts that are asserted: there are few of them.

- product: `n` values on the left and `n` on the right are joined through `m` in the middle: `n * n` conclusions, and
  `m` derivations for each. Two runs that differ in `m` alone tell what a derivation takes, and what a conclusion takes
  without any.
- closure: sessions of the suite. What is left for each conclusion after taking that for each derivation
  includes the indexes that rules look conclusions up by.

All is measured twice: after the assertions, and after a first retraction, which makes the reverse look-ups (from a
premise to what rests on it, from a conclusion to what holds it up) that later ones use.
"""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any, NamedTuple

from measure import in_a_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pow_rules import Program

__all__ = ["MOST_FOR_A_CONCLUSION", "MOST_FOR_A_DERIVATION", "Taken", "measure_memory", "memory_table"]

MOST_FOR_A_CONCLUSION, MOST_FOR_A_DERIVATION = 180, 40
"""The targets, in bytes, after a first retraction."""
_ONE, _MANY = 1, 11

FULL = {
    "product": (300, 360, 417),
    "closure-chain": (400, 800),
    "closure-random": (500, 700),
}
QUICK = {"product": (40,), "closure-chain": (40,)}


class Taken(NamedTuple):
    """What one session takes, in bytes: after the assertions, and after a first retraction."""

    workload: str
    size: int
    conclusions: int
    derivations: int
    before: float
    after: float


def measure_memory(*, is_quick: bool) -> list[Taken]:
    """Measure all sessions; a product gives two, one with many derivations."""
    found: list[Taken] = []
    for workload, sizes in (QUICK if is_quick else FULL).items():
        for size in sizes:
            middles = (_ONE, _MANY) if workload == "product" else (_ONE,)
            found += [Taken(*in_a_process(__file__, workload, str(size), str(middle))) for middle in middles]
    return found


def derivation_bytes(found: list[Taken]) -> tuple[float, float]:
    """Give what a derivation with two premises takes, before and after: the most that any pair of products tells."""
    products = [taken for taken in found if taken.workload == "product"]
    before, after = zip(
        *(
            ((many.before - one.before) / extra, (many.after - one.after) / extra)
            for one, many in zip(products[::2], products[1::2], strict=True)
            for extra in [many.derivations - one.derivations]
        ),
        strict=True,
    )
    return max(before), max(after)


def conclusion_bytes(taken: Taken, derivation: tuple[float, float]) -> tuple[float, float]:
    """Give what is left for a conclusion of a session, before and after."""
    return (
        (taken.before - taken.derivations * derivation[0]) / taken.conclusions,
        (taken.after - taken.derivations * derivation[1]) / taken.conclusions,
    )


def memory_table(found: list[Taken]) -> Iterator[str]:
    """Give the table."""
    derivation = derivation_bytes(found)
    yield "| session | conclusions | derivations | in all | a conclusion, without its derivations | a derivation |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for taken in found:
        name = f"{taken.workload}, {taken.size:,}"
        conclusion = conclusion_bytes(taken, derivation)
        cells = [name, f"{taken.conclusions:,}", f"{taken.derivations:,}"]
        cells.append(f"{taken.before / 1e6:.1f} MB, then {taken.after / 1e6:.1f} MB")
        cells.append(f"{conclusion[0]:.0f}, then {conclusion[1]:.0f}")
        cells.append(f"{derivation[0]:.1f}, then {derivation[1]:.1f}" if taken.workload == "product" else "")
        yield f"| {' | '.join(cells)} |"


# ---- in a process ----------------------------------------------------------------------------------------------------


def measure(workload: str, size: int, middle: int) -> Taken:
    """Make a session, and retract a fact."""
    from pow_rules import Session  # noqa: PLC0415 - a process that only starts others does without

    program, facts = _product(size, middle) if workload == "product" else _of_the_suite(workload, size)
    # What is made once, as the functions of the plans, is made by a small session before.
    Session(program, facts[:1])
    session = Session(program)
    gc.collect()
    tracemalloc.start()
    session.assert_facts(facts)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    conclusions, derivations = len(session) - len(facts), session.derivation_count
    session.retract_fact(facts[-1])
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    return Taken(workload, size, conclusions, derivations, before, after)


def _of_the_suite(workload: str, size: int) -> tuple[Program, list[Any]]:
    from workloads import WORKLOADS  # noqa: PLC0415 - as above

    program, types = WORKLOADS[workload].program()
    facts = WORKLOADS[workload].facts(size)
    return program, [types[name](*row) for name, rows in facts.items() for row in rows]


def _product(size: int, middle: int) -> tuple[Program, list[Any]]:
    from pow_rules import Program, conclude, fact, rule, where  # noqa: PLC0415 - as above

    @fact
    class Left:
        """{start} leads to {middle}"""

        start: int
        middle: int

    @fact
    class Right:
        """{middle} leads to {end}"""

        middle: int
        end: int

    @fact
    class Joined:
        """{start} and {end} are joined"""

        start: int
        end: int

    @rule
    def joined(left: Left, right: Right) -> None:
        """What both lead to the same is joined."""
        where(left.middle == right.middle)
        conclude(Joined, start=left.start, end=right.end)

    facts: list[Any] = [Left(i, j) for j in range(middle) for i in range(size)]
    facts += [Right(j, i) for j in range(middle) for i in range(size)]
    # One more, to be retracted.
    return Program([joined]), [*facts, Left(size, 0)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
    else:
        print(*memory_table(measure_memory(is_quick="--quick" in sys.argv)), sep="\n")

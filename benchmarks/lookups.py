"""Counts what pow_rules looks up: the look-ups in indexes, and the rows that are found there or gone through.

Unlike seconds, these numbers are the same in every run. They are counted by dicts that take the place of those in
relations; that makes sessions slow, so it is done on small sizes, and nowhere else.

A look-up is a `get`, a `setdefault`, an `[...]` or an `in`; the rows of a look-up are all of the bucket that it finds.
To enter a row into an index is counted as one look-up. The rows that a round begins with are counted as gone through.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence, Sized
from typing import Any, NamedTuple

from measure import in_a_process

__all__ = ["Counted", "count_lookups", "lookup_table"]


_MANY_RULES = {"deep", "wide"}
"""Left out of the short form: it takes long to make so many rules."""


class Counted(NamedTuple):
    """What one run counted.

    Attributes:
        workload: which one.
        size: in which size.
        derivations: how many were found.
        lookups: how often something was looked up.
        rows: how many rows were found there, or gone through.
    """

    workload: str
    size: int
    derivations: int
    lookups: int
    rows: int


class _Counts:
    lookups = 0
    rows = 0


class _CountingDict(dict[Any, Any]):
    """Counts each look-up, and the rows in the bucket that it finds."""

    def _found(self, found: Any) -> Any:  # noqa: ANN401 - whatever a dict holds
        _Counts.lookups += 1
        if isinstance(found, Sized) and not isinstance(found, tuple):
            _Counts.rows += len(found)
        return found

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as above
        return self._found(super().get(key, default))

    def setdefault(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as above
        return self._found(super().setdefault(key, default))

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - as above
        return self._found(super().__getitem__(key))

    def __contains__(self, key: object) -> bool:
        _Counts.lookups += 1
        return super().__contains__(key)


class _CountingSequence(Sequence[Any]):
    """Counts the rows of a part of a relation each time that it is gone through."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - as above
        return self._rows[at]

    def __iter__(self) -> Iterator[Any]:
        _Counts.rows += len(self._rows)
        return iter(self._rows)


def _count() -> None:
    """Make relations count. This is the one place of the suite that knows how they are made inside."""
    from pow_rules.engine.store import Relation  # noqa: PLC0415 - a process that only starts others does without

    made, index, enter = Relation.__init__, Relation.index, Relation.enter
    live, every = Relation.live, Relation.all

    def init(self: Relation, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as above
        made(self, *arguments, **named)
        self.ids = _CountingDict(self.ids)

    def counting_index(self: Relation, columns: tuple[int, ...]) -> dict[Any, Any]:
        found = index(self, columns)
        if not isinstance(found, _CountingDict):
            found = self.contents()[columns] = _CountingDict(found)
            _Counts.lookups += self.entered
        return found

    def counting_enter(self: Relation, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as above
        before, first = (_Counts.lookups, _Counts.rows), self.entered
        enter(self, *arguments, **named)
        _Counts.lookups, _Counts.rows = before
        _Counts.lookups += (self.entered - first) * len(self.contents())

    def counting_live(self: Relation, first: int, end: int) -> _CountingSequence:
        return _CountingSequence(live(self, first, end))

    def counting_all(self: Relation) -> _CountingSequence:
        return _CountingSequence(every(self))

    counting = {
        "__init__": init,
        "index": counting_index,
        "enter": counting_enter,
        "live": counting_live,
        "all": counting_all,
    }
    for name, function in counting.items():
        setattr(Relation, name, function)


def measure(workload: str, size: int) -> Counted:
    """Run a workload in this process, and count."""
    from workloads import WORKLOADS  # noqa: PLC0415 - as below

    from pow_rules import Session  # noqa: PLC0415 - as below

    _count()

    program, types = WORKLOADS[workload].program()
    session = Session(program)
    facts = [types[name](*row) for name, rows in WORKLOADS[workload].facts(size).items() for row in rows]
    _Counts.lookups = _Counts.rows = 0
    session.assert_facts(facts)
    return Counted(workload, size, session.derivation_count, _Counts.lookups, _Counts.rows)


def count_lookups(*, is_quick: bool) -> list[Counted]:
    """Count on the smaller sizes of all workloads, each in a process of its own."""
    from workloads import WORKLOADS  # noqa: PLC0415 - as above

    return [
        Counted(*in_a_process(__file__, name, str(size)))
        for name, workload in WORKLOADS.items()
        for size in ((workload.quick,) if is_quick else (workload.quick, *workload.sizes[:3]))
        if not (is_quick and name in _MANY_RULES)
    ]


def lookup_table(found: list[Counted]) -> Iterator[str]:
    """Give the table: by workload, from small to large."""
    yield "| workload | size | derivations | look-ups | rows | look-ups and rows, for each derivation |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for c in found:
        each = (c.lookups + c.rows) / c.derivations
        yield f"| {c.workload} | {c.size:,} | {c.derivations:,} | {c.lookups:,} | {c.rows:,} | {each:.2f} |"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        print(*lookup_table(count_lookups(is_quick="--quick" in sys.argv)), sep="\n")

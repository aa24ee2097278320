"""CLIPS, through clipspy: a template for each relation, a `defrule` for each rule; facts are asserted one by one.

With `logical`, all conditions of a rule are inside of `(logical ...)`, as one writes it for conclusions that are to go
when what they rest on goes. Only then does CLIPS keep some of what pow_rules keeps.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from workloads.workload import Facts, Row, Workload

__all__ = ["Clips", "Logical"]

_RULE = re.compile(r"\(defrule (?P<name>\S+)(?P<declared> \(declare .*?\)\))? (?P<conditions>.*?)\s*=>", re.DOTALL)
_VALUE = re.compile(r" (-?\d+)\)")


class Clips:
    """A CLIPS environment."""

    packages: ClassVar[tuple[str, ...]] = ("clipspy",)
    main: ClassVar[bool] = True

    def __init__(self) -> None:
        import clips

        self.firings: int | None = None
        self._environment = clips.Environment()
        self._columns: Mapping[str, tuple[str, ...]] = {}
        self._saved: dict[str, list[Row]] | None = None

    def build(self, workload: Workload) -> None:
        """Make templates and rules."""
        self._columns = workload.columns
        for name, columns in workload.columns.items():
            slots = " ".join(f"(slot {column} (type INTEGER))" for column in columns)
            self._environment.build(f"(deftemplate {name} {slots})")
        for construct in self.constructs(workload.clips):
            self._environment.build(construct)

    def constructs(self, rules: str) -> Iterator[str]:
        """Give each rule."""
        return (f"(defrule{rule}" for rule in rules.split("(defrule")[1:])

    def run(self, facts: Facts) -> None:
        """Assert the facts, and run until no rule can fire."""
        for name, rows in facts.items():
            assert_fact = self._environment.find_template(name).assert_fact
            columns = self._columns[name]
            for row in rows:
                assert_fact(**dict(zip(columns, row, strict=True)))
        self.firings = self._environment.run()

    def rows(self, relation: str) -> Iterable[Row]:
        """Give the slots of a template's facts: all are saved and read, which is quicker than to ask for each."""
        if self._saved is None:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "facts"
                self._environment.save_facts(str(path))
                self._saved = {}
                for line in path.read_text(encoding="ascii").splitlines():
                    self._saved.setdefault(line[1 : line.index(" ")], []).append(tuple(map(int, _VALUE.findall(line))))
        return self._saved.get(relation, ())


class Logical(Clips):
    """A CLIPS environment whose rules are `logical`."""

    def constructs(self, rules: str) -> Iterator[str]:
        """Give each rule, with its conditions inside of `logical`."""
        for construct in super().constructs(rules):
            yield _RULE.sub(r"(defrule \g<name>\g<declared> (logical \g<conditions>) =>", construct)

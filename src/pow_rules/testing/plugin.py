"""What `--rule-coverage` does in a run of pytest: see `pytest_pow_rules` for the options."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

from pow_rules.location import Location
from pow_rules.program import Program
from pow_rules.testing.watching import Told, Watching, as_told, told_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RuleCoverage"]

_MOST_LISTED = 50
_SENT = "pow_rules.rule_coverage"


class RuleCoverage:
    """Watches all sessions of a test run, in all its processes, and tells at the end what they never used.

    Args:
        config: the run's configuration.
        names: the programs to tell of, as `MODULE:PROGRAM`; none for all that had sessions.
    """

    def __init__(self, config: pytest.Config, names: tuple[str, ...]) -> None:
        self.config = config
        self.names = names
        self.named: dict[str, Told] = {}
        self.faults: dict[str, None] = {}
        self.lost = 0
        self.watching = Watching()
        self.watching.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self) -> None:
        """Find the programs named, once the tests' modules can be imported; watch only these from now on."""
        for name in self.names:
            try:
                self.named[name] = told_of(_program(name))
            except Exception as error:  # noqa: BLE001 - whatever importing a user's module raises: told at the end
                self.faults[f"--rule-coverage={name}: {type(error).__name__}: {error}"] = None
        if self.names:
            self.watching.only = frozenset(self.named.values())

    # ---- processes ---------------------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what was seen to the process that started this one; there, see whether the run fails."""
        sent: dict[str, Any] | None = getattr(self.config, "workeroutput", None)
        if sent is not None:
            sent[_SENT] = (self.watching.plain(), list(self.named.items()), list(self.faults))
            return
        fails = self.faults or (self.config.getoption("rule_coverage_fail") and self._never_fired())
        if fails and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker of pytest-xdist saw."""
        sent = getattr(node, "workeroutput", {}).get(_SENT)
        if sent is None:
            self.lost += 1
            return
        plain, named, faults = sent
        self.watching.add(plain)
        for name, rules in named:
            self.named[name] = as_told(rules)
        self.faults.update(dict.fromkeys(faults))

    def pytest_unconfigure(self) -> None:
        """Watch no longer."""
        self.watching.stop()

    # ---- what is told ------------------------------------------------------------------------------------------

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what was never used."""
        terminalreporter.section("rule coverage")
        for line in self.lines():
            terminalreporter.line(line)

    def lines(self) -> Iterator[str]:
        """Give what is told, line by line."""
        yield from self.faults
        if self.lost:
            yield f"what {self.lost} of the workers saw is missing: they ended before they could send it"
        programs = self._programs()
        for name, told in programs[:_MOST_LISTED]:
            yield from self._lines(name, told)
        if len(programs) > _MOST_LISTED:
            yield (
                f"and {len(programs) - _MOST_LISTED:,} more programs: name those that matter,"
                " as in --rule-coverage=shop.rules:program"
            )
        if not programs and not self.faults:
            yield "no session was made"

    def _programs(self) -> list[tuple[str, Told]]:
        if self.names:
            return list(self.named.items())
        return sorted((_described(told), told) for told in self.watching.seen if told)

    def _lines(self, name: str, told: Told) -> Iterator[str]:
        seen = self.watching.of(told)
        rules = [f"{Location(file, line)}: {rule}" for rule, file, line, _ in told]
        unfired = [rule for rule, fired in zip(rules, seen.fired, strict=True) if not fired]
        pairs = [
            (f"{rule}: {absence}", was)
            for rule, (*_, absences), blocked in zip(rules, told, seen.blocked, strict=True)
            for absence, was in zip(absences, blocked, strict=True)
        ]
        unblocked = [line for line, was in pairs if not was]
        said = f"{len(told) - len(unfired):,} of {_count(len(told), 'rule')} fired"
        if pairs:
            said += f", {len(pairs) - len(unblocked):,} of {_count(len(pairs), 'absence')} blocked"
        yield f"{name}: {said}"
        for heading, listed in (("never fired", unfired), ("never blocked", unblocked)):
            if listed:
                yield f"  {heading}:"
                yield from (f"    {line}" for line in listed)

    def _never_fired(self) -> bool:
        return not all(all(self.watching.of(told).fired) for _, told in self._programs())


def _program(name: str) -> Program:
    """Give the program named `MODULE:PROGRAM`."""
    module, _, attribute = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in attribute.split("."):
        found = getattr(found, part)
    if not isinstance(found, Program):
        raise TypeError(f"expected a Program, got {found!r}")
    return found


def _described(told: Told) -> str:
    files = {file for _, file, _, _ in told}
    more = f" and {_count(len(files) - 1, 'more file')}" if len(files) > 1 else ""
    _, file, line, _ = told[0]
    return f"program of {_count(len(told), 'rule')}, the first at {Location(file, line)}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""The pytest plugin of pow_rules: `--rule-coverage`.

It stands beside the package, and imports it only where it is asked to work: pytest imports its plugins in every run,
and before pytest-cov starts to measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["pytest_addoption", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("pow_rules", "rules of pow_rules")
    group.addoption(
        "--rule-coverage",
        action="append",
        nargs="?",
        const="",
        metavar="MODULE:PROGRAM",
        help="tell which rules never fired in any session, and which absences never blocked; only of the programs named"
        " (may be repeated), or of all that had sessions",
    )
    group.addoption(
        "--rule-coverage-fail",
        action="store_true",
        help="fail the run if a rule never fired; needs --rule-coverage",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start to watch, if that is asked for."""
    asked: Sequence[str] | None = config.getoption("rule_coverage")
    if asked is None:
        if config.getoption("rule_coverage_fail"):
            msg = "--rule-coverage-fail needs --rule-coverage"
            raise pytest.UsageError(msg)
        return
    names = tuple(dict.fromkeys(name for name in asked if name))
    for name in names:
        module, colon, attribute = name.partition(":")
        if not (colon and all(map(str.isidentifier, (*module.split("."), *attribute.split("."))))):
            msg = (
                f"--rule-coverage={name}: expected MODULE:PROGRAM, as in --rule-coverage=shop.rules:program;"
                " a path for pytest stands before the option, or after another one"
            )
            raise pytest.UsageError(msg)

    from pow_rules.testing.plugin import RuleCoverage  # noqa: PLC0415 - see above

    config.pluginmanager.register(RuleCoverage(config, names), "pow_rules.rule_coverage")

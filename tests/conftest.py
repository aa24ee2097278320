"""What all tests share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from pow_rules import Session

# The two files that the type checkers read are no test modules: one of them is wrong on purpose.
collect_ignore = ["typing/failing.py", "typing/passing.py"]

# How long an example takes says nothing about the code on a machine that does other things besides. On CI the examples
# are the same every time, so that what is said of a change is about the change. An example is a whole program more
# often than not, so that there are few; for a long hunt there is `--soak`.
_SLOW = (HealthCheck.too_slow,)
settings.register_profile(
    "short", deadline=None, suppress_health_check=_SLOW, derandomize="CI" in os.environ, max_examples=50
)
settings.load_profile("short")

_LONGEST = "test_short_form"
"""The test that takes longest; several workers are done together if it comes first."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--soak`."""
    parser.addoption("--soak", type=int, default=0, metavar="N", help="try N examples of every property")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest test first, and give every property as many examples as `--soak` says."""
    items.sort(key=lambda item: item.name != _LONGEST)
    soak = config.getoption("--soak")
    for test in {item.obj for item in items if isinstance(item, pytest.Function)} if soak else ():
        if is_hypothesis_test(test):
            # There is no public way to change the settings of a test that has its own.
            before = getattr(test, "_hypothesis_internal_use_settings", None)
            test._hypothesis_internal_use_settings = settings(before, max_examples=soak)


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the folder of the project."""
    return Path(__file__).parent.parent


NO_DURABLE = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="durable-rules cannot be imported on Python 3.13 and newer"
)


@pytest.fixture(scope="module", params=["compiled", pytest.param("durable", marks=NO_DURABLE)])
def matcher(request: pytest.FixtureRequest) -> Iterator[str]:
    """Make a matcher the one that sessions have by default, and give its name: what uses it runs on each of them."""
    defaults = Session.__init__.__kwdefaults__
    assert defaults is not None
    before, defaults["matcher"] = defaults["matcher"], request.param
    yield request.param
    defaults["matcher"] = before

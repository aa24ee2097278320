"""What all tests share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pow_rules import Session

# The two files that the type checkers read are no test modules: one of them is wrong on purpose.
collect_ignore = ["typing/failing.py", "typing/passing.py"]

# How long an example takes says nothing about the code on a machine that does other things besides. On CI the examples
# are the same every time, so that what is said of a change is about the change. For a long hunt:
# HYPOTHESIS_PROFILE=soak make test.
_SLOW = (HealthCheck.too_slow,)
settings.register_profile("short", deadline=None, suppress_health_check=_SLOW, derandomize="CI" in os.environ)
settings.register_profile("soak", deadline=None, suppress_health_check=_SLOW, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--soak`."""
    parser.addoption("--soak", type=int, default=0, metavar="N", help="run N generated programs on every matcher")


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

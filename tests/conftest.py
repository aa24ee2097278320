"""What all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The two files that the type checkers read are no test modules: one of them is wrong on purpose.
collect_ignore = ["typing/failing.py", "typing/passing.py"]

# How long an example takes says nothing about the code on a machine that does other things besides. On CI the examples
# are the same every time, so that what is said of a change is about the change. For a long hunt:
# HYPOTHESIS_PROFILE=soak make test.
_SLOW = (HealthCheck.too_slow,)
settings.register_profile("short", deadline=None, suppress_health_check=_SLOW, derandomize="CI" in os.environ)
settings.register_profile("soak", deadline=None, suppress_health_check=_SLOW, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the folder of the project."""
    return Path(__file__).parent.parent

"""Every test here runs on every matcher."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def every_matcher(matcher: str) -> None:
    """Run each test once for each matcher."""

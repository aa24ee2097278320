"""What the tests on rules share: the comparison with golden files."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def normalised(text: str) -> str:
    """Leave out what changes when a file is edited or moved: its folder, line numbers, addresses."""
    text = re.sub(r"(?:[\w./\\-]*[/\\])?(\w+\.py):\d+", r"\1:LINE", text)
    return re.sub(r" at 0x[0-9a-fA-F]+", " at ADDRESS", text)


@pytest.fixture(scope="session")
def plain() -> Callable[[str], str]:
    """Give the function that leaves out of a text what changes when a file is edited or moved."""
    return normalised


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str], None]:
    """Give the comparison of a text with a golden file beside the tests; `UPDATE_GOLDENS=1` writes it anew."""

    def compare(name: str, text: str) -> None:
        path = HERE / name
        shown = normalised(text).rstrip() + "\n"
        if os.environ.get("UPDATE_GOLDENS"):
            path.write_text(shown, encoding="utf-8")
        assert shown == path.read_text(encoding="utf-8"), f"{name}: UPDATE_GOLDENS=1 writes it anew"

    return compare

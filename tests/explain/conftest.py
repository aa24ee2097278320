"""Golden texts: compared with a file beside the tests, or written to it where UPDATE_GOLDENS is set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from wcwidth import wcswidth

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path(__file__).parent / "goldens"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Give the comparison of a text with the golden of that name."""

    def compare(name: str, text: str) -> None:
        assert not [line for line in text.splitlines() if wcswidth(line) > 80]
        path = _FOLDER / f"{name}.txt"
        if os.environ.get("UPDATE_GOLDENS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{text}\n", encoding="utf-8")
        assert text == path.read_text(encoding="utf-8").removesuffix("\n")

    return compare

"""The code in the documentation runs, and prints what the documentation says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document(name: str, run_markdown: Callable[[Path], int]) -> None:
    """Every block of Python runs, and prints what stands below it."""
    run_markdown(ROOT / name)


def test_readme_has_code(run_markdown: Callable[[Path], int]) -> None:
    """The README's example is really found: a block that runs, and its output."""
    assert run_markdown(ROOT / "README.md") >= 2

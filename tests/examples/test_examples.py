"""Every example runs, and prints what is written down beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
NEEDS_DURABLE = {"second_opinion"}


@pytest.mark.parametrize("name", NAMES)
def test_example(name: str) -> None:
    """The example ends well, complains of nothing, and its output is `<name>.out`.

    Where durable-rules cannot be imported, an example that needs it ends well too, and says so in its output.
    """
    run = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py")],
        capture_output=True,
        cwd=ROOT,  # where files are named relative to, in errors that are printed
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    if name in NEEDS_DURABLE and sys.version_info >= (3, 13):
        assert "durable-rules cannot be imported on Python 3.13 and newer" in run.stdout
        return
    assert run.stdout == (EXAMPLES / f"{name}.out").read_text(encoding="utf-8")


def test_each_has_its_output() -> None:
    """There are examples; each has its `.out`, and no `.out` is left over."""
    assert NAMES
    assert sorted(path.stem for path in EXAMPLES.glob("*.out")) == NAMES

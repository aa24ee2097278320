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


@pytest.mark.parametrize("name", NAMES)
def test_example(name: str) -> None:
    """The example ends well, complains of nothing, and its output is `<name>.out`."""
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
    assert run.stdout == (EXAMPLES / f"{name}.out").read_text(encoding="utf-8")


def test_each_has_its_output() -> None:
    """There are examples; each has its `.out`, and no `.out` is left over."""
    assert NAMES
    assert sorted(path.stem for path in EXAMPLES.glob("*.out")) == NAMES

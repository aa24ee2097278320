"""Nothing crashes the interpreter: random joins and programs, run in interpreters of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 13):
    pytest.skip("durable-rules cannot be imported on Python 3.13 and newer", allow_module_level=True)


@pytest.mark.parametrize(("what", "how_many"), [("networks", 250), ("programs", 25)])
def test_no_crash(what: str, how_many: int) -> None:
    """Networks of any shape find what trying all rows finds, and programs give the same log on both matchers."""
    fuzz = Path(__file__).with_name("fuzz.py")
    done = subprocess.run(
        [sys.executable, str(fuzz), what, str(how_many), "1"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{what}: ")

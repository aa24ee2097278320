"""Two type checkers accept what is right in the words of the library, and refuse what is wrong, line by line."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
PASSING, FAILING = HERE / "passing.py", HERE / "failing.py"

Found = dict[Path, dict[int, set[str]]]
"""For each file, the codes of the errors on each line."""


def _marked(column: int) -> dict[int, str]:
    marked = {}
    for number, line in enumerate(FAILING.read_text(encoding="utf-8").splitlines(), 1):
        if marker := re.search(r"# E: ([\w-]+) \| ([\w-]+)$", line):
            marked[number] = marker[column]
    return {number: code for number, code in marked.items() if code != "-"}


def _mypy(root: Path) -> Found:
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", str(PASSING), str(FAILING)]
    run = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    found: Found = defaultdict(lambda: defaultdict(set))
    for line in run.stdout.splitlines():
        error = json.loads(line)
        if error["severity"] == "error":
            found[root / error["file"]][error["line"]].add(error["code"])
    return found


def _basedpyright(root: Path) -> Found:
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]
    run = subprocess.run(
        [*command, str(PASSING), str(FAILING)], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 1, run.stdout + run.stderr
    found: Found = defaultdict(lambda: defaultdict(set))
    for error in json.loads(run.stdout)["generalDiagnostics"]:
        if error["severity"] == "error":
            found[Path(error["file"])][error["range"]["start"]["line"] + 1].add(error["rule"])
    return found


@pytest.mark.parametrize(("checker", "column"), [(_mypy, 1), (_basedpyright, 2)], ids=["mypy", "basedpyright"])
def test_what_checkers_say(root: Path, checker: Callable[[Path], Found], column: int) -> None:
    """Neither checker has anything to say about right code, types asserted included.

    In wrong code, each finds an error, of the code that is marked, on every marked line and on no other.
    """
    errors, marked = checker(root), _marked(column)
    assert errors.get(PASSING, {}) == {}
    found = errors[FAILING]
    assert sorted(found) == sorted(marked)
    wrong = {line: (code, found[line]) for line, code in marked.items() if code not in found[line]}
    assert wrong == {}


def test_passing_runs() -> None:
    """What the checkers accept can also be built: every rule in the file is made when it runs."""
    assert len(runpy.run_path(str(PASSING))["book"].rules) == 6

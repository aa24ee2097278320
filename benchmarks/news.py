"""What the article takes as a whole process: to import, build, assert and explain, beside a process that only imports.

That other process imports attrs and hypothesis, and does nothing with them. They take turns.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["article_table", "measure_article"]

STEPS = {
    "import": "import pow_rules",
    "build": "build: import the article's fact types, rules and reports",
    "assert": "assert: a session that has heard the reports",
    "explain": "explain: a text with every derivation for each conclusion",
}
_WHOLE = {
    "python": "pass",
    "article": """from pow_rules import article
session = article.session()
for conclusion in session.conclusions():
    session.explain(conclusion, all=True).text(ascii_only=False)
""",
    "attrs and hypothesis": "import attrs, hypothesis",
}
"""What each whole process does."""


def measure_article(rounds: int) -> dict[str, float]:
    """Give medians, in seconds: of the steps, and of whole processes.

    All processes find their modules compiled, as where a program is run a second time.
    """
    whole = {name: code for name, code in _WHOLE.items() if "hypothesis" not in code or find_spec("hypothesis")}
    taken: dict[str, list[float]] = {name: [] for name in (*STEPS, *whole)}
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(-1, rounds):
            for name, code in list(whole.items())[:: -1 if turn % 2 else 1]:
                begin = time.perf_counter()
                subprocess.run([sys.executable, "-c", code], check=True, env=environment)
                if turn >= 0:
                    taken[name].append(time.perf_counter() - begin)
            command = [sys.executable, __file__, "--child"]
            steps = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8", env=environment)
            for name, seconds in zip(STEPS, json.loads(steps.stdout), strict=True):
                if turn >= 0:
                    taken[name].append(seconds)
    return {name: statistics.median(times) for name, times in taken.items()}


def article_table(found: dict[str, float]) -> Iterator[str]:
    """Give the table."""
    yield "| | |"
    yield "| --- | ---: |"
    for name, title in STEPS.items():
        yield f"| {title} | {found[name] * 1000:,.1f} ms |"
    yield f"| the whole process of these | {found['article'] * 1000:,.1f} ms |"
    yield f"| a process that does nothing | {found['python'] * 1000:,.1f} ms |"
    if "attrs and hypothesis" in found:
        yield f"| a process that only imports attrs and hypothesis | {found['attrs and hypothesis'] * 1000:,.1f} ms |"
        yield f"| the article, as a part of that | {found['article'] / found['attrs and hypothesis']:.2f} |"


def run() -> list[float]:
    """Take the steps, in this process."""
    times = [time.perf_counter()]
    import pow_rules  # noqa: F401, PLC0415 - it is what is measured

    times.append(time.perf_counter())
    from pow_rules import article  # noqa: PLC0415 - as above

    times.append(time.perf_counter())
    session = article.session()
    times.append(time.perf_counter())
    for conclusion in session.conclusions():
        session.explain(conclusion, all=True).text(ascii_only=False)
    times.append(time.perf_counter())
    return [after - before for before, after in itertools.pairwise(times)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(run()))
    else:
        print(*article_table(measure_article(1 if "--quick" in sys.argv else 9)), sep="\n")

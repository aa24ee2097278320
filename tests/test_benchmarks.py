"""The benchmark suite works: its short form runs, compares, and reports. How long anything took is not looked at."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
ENGINES = ["compiled", "naive", "sqlite", *(["durable-rules"] if sys.version_info < (3, 13) else [])]
"""What is there without the extra `bench`."""
WORKLOADS = {
    "closure-chain", "closure-random", "closure-scale-free", "deep", "ownership", "points-to", "same-generation",
    "separation", "triangles", "wide",
}  # fmt: skip
SECTIONS = ["In short", "Growth", "Single-fact updates", "Explaining one deep conclusion", "The article", "Memory"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the suite."""
    command = [sys.executable, ROOT / "benchmarks" / "run.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, encoding="utf-8")


def pictures(folder: Path) -> dict[str, bytes]:
    """Give what is in each picture, by its name."""
    return {path.stem: path.read_bytes() for path in folder.glob("benchmarks/*.svg")}


def test_short_form(tmp_path: Path) -> None:
    """It reports every workload; of the same numbers it makes the same report; of doctored numbers it makes none."""
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    chosen = [part for engine in ENGINES for part in ("--engine", engine)]
    ran = run("--quick", *chosen, "--output", first, "--keep", tmp_path / "kept.json")
    assert ran.returncode == 0, ran.stdout + ran.stderr

    page = (first / "benchmarks.md").read_text(encoding="utf-8")
    assert all(f"\n`{name}`; below: " in page for name in WORKLOADS)
    assert all(f"\n## {title}\n" in page for title in SECTIONS)
    kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    assert {case["engine"] for case in kept["cases"] if case["runs"]} == set(ENGINES)
    assert {case["workload"] for case in kept["cases"]} == WORKLOADS
    assert all(case["skipped"] or case["runs"] for case in kept["cases"])
    if importlib.util.find_spec("matplotlib") is None:
        assert "Pictures were left out" in page
    else:
        assert set(pictures(first)) == WORKLOADS

    ran = run("--read", tmp_path / "kept.json", "--output", second)
    assert ran.returncode == 0, ran.stderr
    assert (second / "benchmarks.md").read_text(encoding="utf-8") == page
    assert pictures(second) == pictures(first)

    next(case for case in kept["cases"] if case["engine"] == "naive")["runs"][0][-1] = 12345
    (tmp_path / "kept.json").write_text(json.dumps(kept), encoding="utf-8")
    ran = run("--read", tmp_path / "kept.json", "--output", third)
    assert ran.returncode == 1
    assert "closure-chain, 40: the engines do not agree" in ran.stderr
    assert "digest 12345" in ran.stderr
    assert not third.exists()


@pytest.fixture(scope="module")
def results() -> Any:
    """Give the module that compares results."""
    spec = importlib.util.spec_from_file_location("benchmark_results", ROOT / "benchmarks" / "results.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[spec.name] = made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def cases(results: Any, **changed: int | None) -> list[Any]:
    """Give one run of two engines, that of the second with some parts changed."""
    same = results.Measured(0.0, 0.1, 20.0, 30.0, given=40, firings=820, conclusions=820, digest=7)
    runs = {"compiled": same, "clipspy": same._replace(**changed)}
    return [results.Case("closure-chain", 40, engine, [one]) for engine, one in runs.items()]


def test_agreement(results: Any) -> None:
    """Engines that conclude the same agree, and those that do not count firings agree with all that do."""
    results.check(cases(results), counts_firings=True)
    results.check(cases(results, firings=None), counts_firings=True)
    results.check(cases(results, conclusions=None, digest=None), counts_firings=True)
    results.check(cases(results, firings=821), counts_firings=False)


@pytest.mark.parametrize("what", ["firings", "conclusions", "digest"])
def test_disagreement(results: Any, what: str) -> None:
    """A run with other conclusions is told from the others, and so is one with fewer firings."""
    with pytest.raises(results.Disagreement, match="the engines do not agree") as caught:
        results.check(cases(results, **{what: 819}), counts_firings=True)
    assert "clipspy: " in str(caught.value)
    assert "819" in str(caught.value)

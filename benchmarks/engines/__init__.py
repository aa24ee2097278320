"""The engines, one module for each."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from engines.clingo import Clingo
from engines.clips import Clips, Logical
from engines.compiled import Compiled
from engines.durable import Durable
from engines.egglog import Egglog
from engines.engine import Engine
from engines.naive import Naive
from engines.sqlite import Sqlite

__all__ = ["ENGINES", "Engine", "missing", "versions"]

ENGINES: dict[str, type[Engine]] = {
    "compiled": Compiled,
    "clipspy": Clips,
    "clipspy logical": Logical,
    "clingo": Clingo,
    "egglog": Egglog,
    "sqlite": Sqlite,
    "durable-rules": Durable,
    "naive": Naive,
}
"""By name; the first is what the others are compared with."""


def missing(name: str) -> str | None:
    """Say why an engine cannot run here, if so."""
    for package in ENGINES[name].packages:
        if package == "durable-rules" and sys.version_info >= (3, 13):
            return "cannot be imported on Python 3.13 and newer"
        try:
            version(package)
        except PackageNotFoundError:
            return "not installed"
    return None


def versions() -> dict[str, str]:
    """Give the version of each package that is there."""
    return {
        package: version(package)
        for name, engine in ENGINES.items()
        if missing(name) is None
        for package in engine.packages
    }

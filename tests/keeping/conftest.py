"""What the tests on files share: the vocabulary and its strategies, loaded by their paths."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest


def _loaded(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"keeping_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Before it is run, so that one can import the other.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Words(SimpleNamespace):
    """The names of both; what fails is shown without all of them."""

    def __repr__(self) -> str:
        return "words"


_VOCABULARY = _loaded("vocabulary")
_STRATEGIES = _loaded("strategies")


@pytest.fixture(scope="session")
def words() -> Any:
    """Give the vocabulary: its fact types, its program, and its strategies."""
    return Words(**{**vars(_STRATEGIES), **vars(_VOCABULARY)})

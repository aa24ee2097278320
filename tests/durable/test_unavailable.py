"""Where the package cannot be imported, all but the second matcher works, and it says what to do."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest

from pow_rules import Program, Session, fact
from pow_rules.errors import ArgumentValueError, MatcherError, MatcherUnavailableError
from pow_rules.session.stopped import unavailable


@fact
class Asked:
    """{who} is asked"""

    who: str


PROGRAM = Program([], given=[Asked])


@pytest.mark.parametrize(
    "name",
    [
        "durable_rules_engine",
        # Where the first is not there, the second is never asked for.
        pytest.param("durable.engine", marks=pytest.mark.skipif(sys.version_info >= (3, 13), reason="not installed")),
    ],
)
def test_without_the_package(name: str) -> None:
    """A session over the package, and a cross-check with it, say what to do instead; everything else works."""
    text = """
        import sys
        from pow_rules import *
        sys.modules[sys.argv[1]] = None
        sys.version_info = (3, 12, 0)
        @fact
        class Edge:
            a: int
        @rule
        def loops(e: Edge) -> None:
            conclude(Edge, a=e.a)
        program = Program([loops], given=[Edge])
        session = Session(program, [Edge(1)])
        for make in lambda: Session(program, matcher="durable"), session.cross_check:
            try:
                make()
            except ImportError as error:
                print(type(error).__name__, error)
        session.assert_fact(Edge(2))
        session.close()
        print(session.explain(Edge(2)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text), name], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = (
        f'MatcherUnavailableError matcher="durable": import of {name} halted; None in sys.modules:'
        ' install durable-rules==2.0.28, or use matcher="compiled", which finds the same'
    )
    assert done.stdout.splitlines()[:2] == [said, said]
    assert done.stdout.splitlines()[2].startswith("Edge(a=2)")


@pytest.mark.parametrize("version", [(3, 13, 0), (3, 14, 2), (4, 0, 0)])
def test_on_a_newer_python(version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Python for which there is no such package, that is what is said, and which Python would do."""
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(sys, "version", f"{'.'.join(map(str, version))} (main, Jan  1 2026)")
    error = unavailable(ImportError("undefined symbol: PyEval_CallObject"))
    assert isinstance(error, MatcherUnavailableError)
    assert isinstance(error, ImportError)
    assert isinstance(error, MatcherError)
    assert str(error) == (
        'matcher="durable": durable-rules cannot be imported on Python 3.13 and newer, and this is'
        f' {".".join(map(str, version))}; use matcher="compiled", which finds the same, or Python 3.11 or 3.12'
    )


@pytest.mark.skipif(sys.version_info < (3, 13), reason="here the package can be imported")
def test_on_this_newer_python() -> None:
    """Where the package cannot be had, asking for it says so."""
    with pytest.raises(MatcherUnavailableError, match=r"cannot be imported on Python 3\.13 and newer, and this is"):
        Session(PROGRAM, matcher="durable")
    with pytest.raises(MatcherUnavailableError, match=r"cannot be imported on Python 3\.13 and newer, and this is"):
        Session(PROGRAM).cross_check()


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("durabel", "; did you mean 'durable'? (there are: compiled, durable)"),
        ("Compiled", "; did you mean 'compiled'? (there are: compiled, durable)"),
        ("rete", "; there are: compiled, durable"),
        ("", "; there are: compiled, durable"),
        (None, "; there are: compiled, durable"),
        (True, "; there are: compiled, durable"),
        ([], "; there are: compiled, durable"),
        ({"durable"}, "; did you mean 'durable'? (there are: compiled, durable)"),
    ],
)
def test_an_unknown_matcher(name: Any, tail: str) -> None:
    """A name that is none is refused, with the nearest one, hashable or not."""
    said = f"matcher: expected 'compiled' or 'durable', got {name!r}{tail}"
    with pytest.raises(ArgumentValueError) as caught:
        Session(PROGRAM, matcher=name)
    assert str(caught.value) == said
    with pytest.raises(ArgumentValueError) as caught:
        Session(PROGRAM).cross_check(name)
    assert str(caught.value) == said

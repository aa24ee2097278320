"""`python -m pow_rules explain` and `verify`: a document is written, and checked."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from pow_rules import article
from pow_rules.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

GOAL = "Russia becomes involved"


def test_what_is_explained_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each conclusion is listed, and its document is verified; --all shows every derivation."""
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out.splitlines()
    session = article.session()
    assert listed == [str(fact) for fact in session.conclusions()]
    for every in (False, True):
        path = tmp_path / "document.json"
        for phrase, fact in zip(listed, session.conclusions(), strict=True):
            assert main(["explain", phrase, "--json", *["--all"] * every]) == 0
            path.write_text(capsys.readouterr().out, encoding="utf-8")
            assert json.loads(path.read_text("utf-8")) == json.loads(session.explain(fact, all=every).to_json())
            assert main(["verify", str(path)]) == 0
            assert capsys.readouterr().out.startswith(f"verified: {phrase} (")


def test_a_trace_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json the trace is printed, in ASCII if asked."""
    assert main(["explain", GOAL]) == 0
    assert "└─ expected_involvement_comes" in capsys.readouterr().out
    for arguments in (["explain", GOAL, "--ascii"], ["--ascii", "explain", GOAL]):
        assert main(arguments) == 0
        shown = capsys.readouterr().out
        assert shown.isascii()
        assert "`- expected_involvement_comes" in shown
    assert main(["explain", GOAL, "--json", "--ascii"]) == 0
    shown = capsys.readouterr().out
    assert shown.isascii()
    session = article.session()
    fact = next(fact for fact in session.conclusions() if str(fact) == GOAL)
    assert json.loads(shown) == json.loads(session.explain(fact).to_json())


def test_what_does_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The status is 1 for a fault, and for what is incomplete; `-` is standard input."""
    session = article.session()
    fact = next(fact for fact in session.conclusions() if str(fact) == GOAL)
    document = session.explain(fact).to_json()
    path = tmp_path / "document.json"
    path.write_text(document.replace('"probable"', '"certain"'), encoding="utf-8")
    assert main(["verify", str(path)]) == 1
    assert capsys.readouterr().out.startswith("not verified, ")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document.encode())))
    assert main(["verify", "-"]) == 0
    cut = session.explain(session.conclusions()[-2], depth=1).to_json()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(cut.encode())))
    status = main(["verify", "-", "--ascii"])
    shown = capsys.readouterr().out
    assert status == (1 if "incomplete" in shown else 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify"], "the following arguments are required: FILE"),
        (["verify", "no/such.json"], "no/such.json cannot be read: No such file or directory"),
        (
            ["explain", "Russia gets involved"],
            "no conclusion reads 'Russia gets involved'; did you mean 'Russia becomes",
        ),
    ],
)
def test_what_cannot_be_read(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The status is 2 for a command line or a file that cannot be read, and it is told why."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_no_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The status is 2 for what is no document, and it is told where."""
    path = tmp_path / "document.json"
    path.write_text('{"schema": 1}', encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["verify", str(path)])
    assert left.value.code == 2
    assert f"{path}: /schema: expected" in capsys.readouterr().err

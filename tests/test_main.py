"""`python -m pow_rules`: the report on the article."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from pow_rules import article
from pow_rules.__main__ import main

if TYPE_CHECKING:
    import pytest

LINES_AT_LEAST = 250


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Give what the program prints."""
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_the_report_has_givens_conclusions_and_questions(capsys: pytest.CaptureFixture[str]) -> None:
    """Every given, every conclusion and every question is in it, and no line is too long for a terminal."""
    shown = printed(capsys)
    flat = " ".join(shown.split())
    session = article.session()
    for given in session.givens():
        assert str(given.fact) in flat
        assert str(given.source) in flat
    for conclusion in session.conclusions():
        # What is concluded of both prisoners alike is shown once, for the first.
        assert str(conclusion) in flat or str(conclusion).replace("Baek", "Ri") in flat
    for question in article.questions:
        assert question.text in flat
    lines = shown.splitlines()
    assert len(lines) > LINES_AT_LEAST
    assert max(map(len, lines)) <= 80


def test_the_last_line_is_the_verdict_of_the_second_matcher(capsys: pytest.CaptureFixture[str]) -> None:
    """The report ends with one line that says whether durable-rules found the same, or that it could not be asked."""
    last = printed(capsys).splitlines()[-1]
    derivations = article.session().derivation_count
    if sys.version_info < (3, 13):
        assert last == f"durable-rules found the same {derivations} joins"
    else:
        assert "nothing was found a second time" in last


def test_ascii_keeps_to_ascii_and_to_the_width(capsys: pytest.CaptureFixture[str]) -> None:
    """With --ascii, nothing but ASCII is printed, and still in 80 columns."""
    shown = printed(capsys, "--ascii")
    assert shown.isascii()
    assert "par. 5" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_ascii_only_when_the_encoding_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that cannot show the tree's lines gets them in ASCII, one that can gets them as they are."""
    for encoding, wanted in (("ascii", False), ("latin-1", False), ("utf-8", True)):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        assert main([]) == 0
        assert ("└─" in raw.getvalue().decode(encoding)) == wanted


def test_rules_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    """With --rules, the program's rules are printed, and no report; both ways."""
    assert printed(capsys, "--rules").splitlines()[0].startswith("23 rules in 3 strata")
    assert printed(capsys, "--rules", "--ascii").isascii()


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`python -m pow_rules | head -1` says nothing of a broken pipe."""
    with subprocess.Popen(
        [sys.executable, "-m", "pow_rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() in (0, 1)

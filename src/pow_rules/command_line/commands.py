"""What `python -m pow_rules` can do besides its report: give an explanation as a document, and check one."""

from __future__ import annotations

import json
import sys
from argparse import SUPPRESS
from pathlib import Path
from typing import TYPE_CHECKING

from pow_rules import article
from pow_rules.errors import DocumentError
from pow_rules.near import near_matches
from pow_rules.render.text import plain
from pow_rules.verification.verifying import verify

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["add_commands", "in_ascii", "run"]

_EXPLAIN = "explain one of the article's conclusions"
_VERIFY = "check an explanation in its JSON form"


def add_commands(parser: ArgumentParser) -> None:
    """Add the commands to a parser.

    Args:
        parser: the parser; `command` is None in what it gives where there is no command on the line.
    """
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    explain = commands.add_parser("explain", help=_EXPLAIN, description=f"{_EXPLAIN.capitalize()}.")
    explain.add_argument("phrase", nargs="?", help="the conclusion, as the report prints it; all are listed without")
    explain.add_argument("--all", action="store_true", help="show every derivation, and not only one")
    explain.add_argument("--json", action="store_true", help="print it in its JSON form")
    explain.add_argument("--ascii", action="store_true", default=SUPPRESS, help="print ASCII only")
    check = commands.add_parser("verify", help=_VERIFY, description=f"{_VERIFY.capitalize()}.")
    check.add_argument("file", metavar="FILE", help="the file that it is in; - for standard input")
    check.add_argument("--ascii", action="store_true", default=SUPPRESS, help="print ASCII only")


def run(chosen: Namespace, parser: ArgumentParser) -> tuple[str, int]:
    """Run a command.

    Args:
        chosen: the command line, parsed.
        parser: what parsed it, to tell what is wrong with it.

    Returns:
        What to print, and the exit status.

    Raises:
        SystemExit: with status 2, for a conclusion that there is not, and for a file that cannot be read.
    """
    if chosen.command == "verify":
        return _verify(chosen.file, parser)
    return _explain(chosen, parser), 0


def _explain(chosen: Namespace, parser: ArgumentParser) -> str:
    session = article.session()
    # What was printed in ASCII may be typed in ASCII.
    known = {shown: fact for fact in session.conclusions() for shown in (plain(str(fact)), str(fact))}
    if chosen.phrase is None:
        return "\n".join(str(fact) for fact in session.conclusions())
    if chosen.phrase not in known:
        near = near_matches(chosen.phrase, known)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        parser.error(f"no conclusion reads {chosen.phrase!r}{hint} (explain without a phrase lists them)")
    explanation = session.explain(known[chosen.phrase], all=chosen.all)
    return explanation.to_json(indent=2) if chosen.json else explanation.text(ascii_only=chosen.ascii or None)


def in_ascii(shown: str, chosen: Namespace) -> str:
    """Give what a command prints in ASCII."""
    if chosen.command == "explain" and chosen.json and chosen.phrase is not None:
        return json.dumps(json.loads(shown), indent=2)
    return plain(shown)


def _verify(name: str, parser: ArgumentParser) -> tuple[str, int]:
    try:
        if name == "-" and sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - it may be closed
            parser.error("standard input is closed")
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        verdict = verify(data, article.program, article.reports)
    except OSError as error:
        parser.error(f"{name} cannot be read: {error.strerror}")
    except DocumentError as error:
        parser.error(f"{name}: {error}")
    return str(verdict), 0 if verdict else 1

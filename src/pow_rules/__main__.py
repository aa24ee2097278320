"""The main job: what the article's rules conclude, and why.

`python -m pow_rules` prints the givens with who reported them and where, every conclusion with its strength, its
origins and its trace, the open questions, and whether a second matcher finds the same.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pow_rules import article
from pow_rules.command_line.commands import add_commands, in_ascii, run
from pow_rules.command_line.report import Report
from pow_rules.render.text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_DOES = "What the article's rules conclude, and why."


def _shown(*, rules: bool, ascii_only: bool) -> str:
    if rules:
        described = article.program.describe()
        return plain(described) if ascii_only else described
    return "\n".join(Report(ascii_only=ascii_only).lines())


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report, in ASCII where standard output cannot show more.

    Args:
        arguments: the command line, without the program's name.

    Returns:
        The exit status: 0, or 1 if the reader of the output went away, or a document is not verified.

    Raises:
        SystemExit: with status 2, for a command line or a file that cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m pow_rules", description=_DOES)
    parser.add_argument("--ascii", action="store_true", help="print ASCII only, whatever the terminal can show")
    parser.add_argument("--rules", action="store_true", help="print the rules by stratum, and no report")
    add_commands(parser)
    chosen = parser.parse_args(arguments)
    status = 0
    if chosen.command is None:
        shown = _shown(rules=chosen.rules, ascii_only=chosen.ascii)
        shown = shown if _can_show(shown) else _shown(rules=chosen.rules, ascii_only=True)
    else:
        shown, status = run(chosen, parser)
        shown = in_ascii(shown, chosen) if chosen.ascii or not _can_show(shown) else shown
    try:
        print(shown)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`| head`): nothing to say about it, here or at exit.
        sys.stdout = None
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())

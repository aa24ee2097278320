"""The main job: what the article's rules conclude, and why.

`python -m pow_rules` prints the givens with who reported them and where, every conclusion with its trace, and the open
questions.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wcwidth import wrap

from pow_rules import article
from pow_rules.questions import Choice
from pow_rules.render.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pow_rules.session import Session

_WIDTH = 80
_DOES = "What the article's rules conclude, and why."


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield title
    yield "=" * len(title)


def _item(text: str, indent: str = "  ") -> Iterator[str]:
    lead = "- "
    for i, line in enumerate(wrap(text, _WIDTH - len(indent) - len(lead))):
        yield f"{indent}{lead if i == 0 else ' ' * len(lead)}{line}"


def _givens(session: Session) -> Iterator[str]:
    """Give the reports, by who says so and where."""
    by_source: dict[str, list[str]] = {}
    for given in session.givens():
        by_source.setdefault(str(given.source), []).append(str(given.fact))
    for source in sorted(by_source, key=lambda s: (_paragraph(s), s)):
        yield ""
        yield source
        for said in by_source[source]:
            yield from _item(said)


def _paragraph(source: str) -> int:
    digits = "".join(c for c in source.rpartition("¶")[2] if c.isdigit())
    return int(digits) if digits else 0


def _conclusions(session: Session) -> Iterator[str]:
    for conclusion in session.conclusions():
        yield ""
        yield from str(session.explain(conclusion, all=True).text(width=_WIDTH, ascii_only=False)).splitlines()


def _questions() -> Iterator[str]:
    for question in article.questions:
        yield ""
        what = "exactly one of" if isinstance(question, Choice) else "any of"
        yield from wrap(question.text, _WIDTH)
        yield f"  {what}"
        for possible in question.facts:
            yield from _item(str(possible), "    ")


def report() -> Iterator[str]:
    """Give the lines of the report on the article."""
    session = article.session()
    conclusions = session.conclusions()
    yield from wrap(
        f"A news article of March 2025 on two prisoners of war, as {len(article.program.rules)} rules:"
        f" {len(session.givens())} reports, {len(conclusions)} conclusions, {session.derivation_count} derivations.",
        _WIDTH,
    )
    yield from _heading("What is reported, by whom, and in which paragraph")
    yield from _givens(session)
    yield from _heading("What follows, how surely it is said, and why")
    yield from _conclusions(session)
    yield from _heading("What nobody knows yet")
    yield from _questions()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report, in ASCII where standard output cannot show more.

    Args:
        arguments: the command line, without the program's name.

    Returns:
        The exit status: 0, or 1 if the reader of the output went away.
    """
    parser = argparse.ArgumentParser(prog="python -m pow_rules", description=_DOES)
    parser.add_argument("--ascii", action="store_true", help="print ASCII only, whatever the terminal can show")
    parser.add_argument("--rules", action="store_true", help="print the rules by stratum, and no report")
    chosen = parser.parse_args(arguments)
    shown = article.program.describe() if chosen.rules else "\n".join(report())
    try:
        shown.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        chosen.ascii = True
    try:
        print(plain(shown) if chosen.ascii else shown)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`| head`): nothing to say about it, here or at exit.
        sys.stdout = None
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The main job: what the article's rules conclude, and why.

`python -m pow_rules` prints the givens with who reported them and where, every conclusion with its trace, the open
questions, and whether a second matcher finds the same.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pow_rules import article
from pow_rules.errors import MatcherUnavailableError
from pow_rules.questions import Choice
from pow_rules.render.columns import wrapped
from pow_rules.render.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH = 80
_DOES = "What the article's rules conclude, and why."


class _Report:
    """The report on the article, line by line.

    Args:
        ascii_only: whether to keep to ASCII. Signs are spelt out before lines are laid out: some take more columns so.
    """

    def __init__(self, *, ascii_only: bool) -> None:
        self.ascii_only = ascii_only
        self.session = article.session()

    def lines(self) -> Iterator[str]:
        """Give all lines."""
        conclusions = self.session.conclusions()
        yield from self.wrapped(
            f"A news article of March 2025 on two prisoners of war, as {len(article.program.rules)} rules:"
            f" {len(self.session.givens())} reports, {len(conclusions)} conclusions,"
            f" {self.session.derivation_count} derivations.",
        )
        yield from self.heading("What is reported, by whom, and in which paragraph")
        yield from self.givens()
        yield from self.heading("What follows, how surely each step is said, and why")
        yield from self.wrapped(
            "The word at the right is the hedge of that step alone. A conclusion is no surer than the least sure step"
            " that it rests on."
        )
        for conclusion in conclusions:
            trace = self.session.explain(conclusion, all=True)
            yield from ("", *trace.text(width=_WIDTH, ascii_only=self.ascii_only).splitlines())
        yield from self.heading("What nobody knows yet")
        yield from self.questions()
        yield from self.heading("Whether a second matcher finds the same")
        yield from self.wrapped(self.verdict())

    def verdict(self) -> str:
        """Derive everything again with the other matcher, and tell whether it agrees."""
        try:
            checked = self.session.cross_check()
        except MatcherUnavailableError:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            return f"durable-rules does not run on Python {version}: nothing was found a second time"
        # All of it where they do not agree; in one line where they do.
        return checked.verdict if checked else str(checked)

    def wrapped(self, text: str, first: str = "") -> Iterator[str]:
        spelt = plain(text) if self.ascii_only else text
        for i, line in enumerate(wrapped(spelt, _WIDTH - len(first))):
            yield (first if i == 0 else " " * len(first)) + line

    def heading(self, title: str) -> Iterator[str]:
        yield from ("", title, "=" * len(title))

    def givens(self) -> Iterator[str]:
        """Give the reports, by who says so and where."""
        by_source: dict[str, list[str]] = {}
        for given in self.session.givens():
            by_source.setdefault(str(given.source), []).append(str(given.fact))
        for source in sorted(by_source, key=lambda s: (_paragraph(s), s)):
            yield ""
            yield from self.wrapped(source)
            for said in by_source[source]:
                yield from self.wrapped(said, "  - ")

    def questions(self) -> Iterator[str]:
        """Give the open questions, each with the facts that may come to hold."""
        for question in article.questions:
            yield ""
            yield from self.wrapped(question.text)
            yield "  exactly one of" if isinstance(question, Choice) else "  any of"
            for possible in question.facts:
                yield from self.wrapped(str(possible), "    - ")


def _paragraph(source: str) -> int:
    digits = "".join(c for c in source.rpartition("¶")[2] if c.isdigit())
    return int(digits) if digits else 0


def _shown(*, rules: bool, ascii_only: bool) -> str:
    if rules:
        described = article.program.describe()
        return plain(described) if ascii_only else described
    return "\n".join(_Report(ascii_only=ascii_only).lines())


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
        The exit status: 0, or 1 if the reader of the output went away.
    """
    parser = argparse.ArgumentParser(prog="python -m pow_rules", description=_DOES)
    parser.add_argument("--ascii", action="store_true", help="print ASCII only, whatever the terminal can show")
    parser.add_argument("--rules", action="store_true", help="print the rules by stratum, and no report")
    chosen = parser.parse_args(arguments)
    shown = _shown(rules=chosen.rules, ascii_only=chosen.ascii)
    try:
        print(shown if _can_show(shown) else _shown(rules=chosen.rules, ascii_only=True))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (`| head`): nothing to say about it, here or at exit.
        sys.stdout = None
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

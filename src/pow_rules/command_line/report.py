"""The report on the article, line by line: what is reported, what follows, how strongly, and on whose word."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from pow_rules import article
from pow_rules.article.reports import prisoners
from pow_rules.errors import MatcherUnavailableError
from pow_rules.explain.explanation import Explanation
from pow_rules.questions import Choice
from pow_rules.render.columns import wrapped
from pow_rules.render.said import line_of
from pow_rules.render.text import plain
from pow_rules.steps import HeadingStep, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pow_rules.explain.origins.answer import Origins
    from pow_rules.explain.strength.answer import Strength, WeakStep

__all__ = ["Report", "by_whom", "how_strong"]

_WIDTH = 80
_GUIDE = """\
Under each conclusion stand the steps than which it is no stronger, with the strength that this leaves it, and the \
origins of the reports that are enough for it. Lines of origins are independent where they share none; a source that \
passes on another's word adds none.

Below that is the trace. The word at the right of a fact is the hedge of the one step that concludes it: how surely \
that step is said, and not the fact."""


class Report:
    """The report on the article, line by line.

    Args:
        ascii_only: whether to keep to ASCII. Signs are spelt out before lines are laid out: some take more columns so.
    """

    def __init__(self, *, ascii_only: bool) -> None:
        self.ascii_only = ascii_only
        self.session = article.session()

    def lines(self) -> Iterator[str]:
        """Give all lines."""
        yield from self.wrapped(
            f"A news article of March 2025 on two prisoners of war, as {len(article.program.rules)} rules:"
            f" {len(self.session.givens())} reports, {len(self.session.conclusions())} conclusions,"
            f" {self.session.derivation_count} derivations.",
        )
        yield from self.heading("What is reported, by whom, and in which paragraph")
        yield from self.givens()
        yield from self.heading("What follows, how strongly, on whose word, and why")
        for paragraph in _GUIDE.splitlines():
            yield from self.wrapped(paragraph)
        yield from self.conclusions()
        yield from self.heading("What nobody knows yet")
        yield from self.questions()
        yield from self.heading("Whether a second matcher finds the same")
        yield from self.wrapped(self.verdict())

    def conclusions(self) -> Iterator[str]:
        """Give the conclusions with their traces; where two prisoners' are alike step by step, only the first."""
        alike: dict[object, tuple[Explanation, list[str]]] = {}
        for fact in self.session.conclusions():
            explained = self.explained(fact)
            name, key = _but_for_the_name(explained)
            alike.setdefault(key, (explained, []))[1].append(name)
        for explained, names in alike.values():
            yield ""
            yield from explained.text(width=_WIDTH, ascii_only=self.ascii_only).splitlines()
            if others := names[1:]:
                yield from self.wrapped(f"The same is concluded of {_joined(others, 'and')}, step by step.")

    def explained(self, fact: Any) -> Explanation:
        """Explain a conclusion, with its strength and its origins under the first line of the trace."""
        trace = self.session.explain(fact, all=True)
        strength, origins = self.session.strength(fact), self.session.origins(fact)
        lines = "1 independent line" if len(origins.lines) == 1 else f"{len(origins.lines)} independent lines"
        told = (HeadingStep(how_strong(strength), strength.hedge), HeadingStep(by_whom(origins), lines))
        steps = (trace.steps[0], *(Step(1, said) for said in told), *trace.steps[1:])
        return Explanation(fact, steps, trace.cut)

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
        """Give a text in lines; the first begins with something, and the others stand below what follows it."""
        spelt = plain(text) if self.ascii_only else text
        for i, line in enumerate(wrapped(spelt, _WIDTH - len(first))):
            yield (first if i == 0 else " " * len(first)) + line

    def heading(self, title: str) -> Iterator[str]:
        """Give a heading, underlined."""
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


def how_strong(strength: Strength) -> str:
    """Name the weakest steps, by the rules that take them.

    Args:
        strength: how strongly a fact may be said.
    """
    named = list(dict.fromkeys(_step(weak) for weak in strength.weakest))
    caveat = f"; {strength.unweighed}" if strength.unweighed else ""
    if not named:
        return f"every step is certain{caveat}"
    more = "" if strength.is_complete else ", and more"
    steps = "step" if len(named) == 1 else "steps"
    return f"no stronger than its weakest {steps}: {_joined(named, 'and')}{more}{caveat}"


def by_whom(origins: Origins) -> str:
    """Name the origins that a fact rests on: what all lines need once, and then what they differ in.

    Args:
        origins: the origins.
    """
    needed = _joined(_names(origins.needed), "and")
    rests = [[name for name in line if name not in origins.needed] for line in origins.sets]
    if all(len(rest) == 1 for rest in rests):
        others = _joined(_names(name for rest in rests for name in rest), "or")
    else:
        others = f"; or {'with ' if needed else ''}".join(_joined(_names(rest), "and") for rest in rests)
    return f"origins: {', with '.join(part for part in (needed, others) if part) or 'none'}"


def _step(weak: WeakStep) -> str:
    return (
        str(weak.fact) if weak.rule is None else " ".join([weak.rule.name, *(f"({c})" for c in weak.rule.cites[-1:])])
    )


def _names(origins: Iterable[str | None]) -> list[str]:
    return sorted((name or "somebody unnamed" for name in origins), key=str.casefold)


def _joined(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _but_for_the_name(explained: Explanation) -> tuple[str, object]:
    """Give whom a conclusion is about, and its trace without the name; as it is where it is about nobody, or more."""
    lines = [(step.depth, line_of(step.said)) for step in explained.steps]
    named = [name for name in prisoners if re.search(rf"\b{name}\b", lines[0][1].text)]
    if len(named) != 1:
        return "", explained
    bare = re.compile(rf"\b{named[0]}\b")
    return named[0], tuple((depth, bare.sub("…", line.text), bare.sub("…", line.note)) for depth, line in lines)


def _paragraph(source: str) -> int:
    found = re.search(r"¶(\d+)", source)
    return int(found[1]) if found else 0

"""Runs the Python in Markdown files, and compares what it prints.

A file is one program, run from top to bottom in one namespace. Its fenced blocks are told apart by what follows the
opening fence:

```python          is run; if it starts with `>>>`, as a doctest, its output standing in the block itself
```text output     is what the Python block above it must have printed, space at the ends of lines aside;
                   a line of nothing but `...` stands for any number of lines
anything else      is only shown

A block that prints must have its output shown before the next Python block starts: what nobody reads is not printed,
or not checked. Markdown shows only the first word after a fence to its colouring, so `text output` renders as plain
text. To write the fence of a Python block in another way (`py`, `python3`, `python title=...`) is an error, because it
would silently not be run.

A page that needs durable-rules says so in a comment, `<!-- needs durable-rules -->`, and is skipped where that cannot
be imported.
"""

from __future__ import annotations

import io
import re
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest
from sybil import Document, Example, Region
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.example import SybilFailure
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_fences = RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))
_doctests = DocTestStringParser(DocTestEvaluator())

_NEEDS_DURABLE = "<!-- needs durable-rules -->"


class Blocks:
    """The blocks of one file: a parser for Sybil, and what the last Python block printed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.printed: str | None = None

    def __call__(self, document: Document) -> Iterator[Region]:
        # Classes take their module's name from here, as they do in a script.
        document.namespace["__name__"] = self.name
        for region in _fences(document):
            source = region.lexemes["source"]
            match region.lexemes["info"].split():
                case ["python"] if source.lstrip().startswith(">>>"):
                    for example in _doctests(source, self.name):
                        example.adjust(region, source)
                        yield example
                case ["python"]:
                    region.parsed, region.evaluator = source, self.run
                    yield region
                case ["text", "output"]:
                    region.parsed, region.evaluator = source, self.compare
                    yield region
                case [("py" | "python3" | "pycon" | "python" | "output"), *_] | [_, "output", *_]:
                    what = document.line_column(region.start)
                    msg = f"{self.name}, {what}: write ```python or ```text output, not ```{region.lexemes['info']}"
                    raise ValueError(msg)
                case _:
                    pass

    def run(self, example: Example) -> str | None:
        """Run a Python block; its printed output waits to be compared."""
        unread = self.unread()
        source = "\n" * (example.line + example.parsed.line_offset) + example.parsed
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(source, self.name, "exec", dont_inherit=True), example.namespace)  # noqa: S102 - its purpose
        self.printed = printed.getvalue()
        return unread

    def compare(self, example: Example) -> str | None:
        """Compare an output block with what was printed."""
        if self.printed is None:
            return "an output block, and no Python block above it that it could belong to"
        expected, printed = _lines(example.parsed), _lines(self.printed)
        self.printed = None
        pattern = "".join("(?:.*\n)*" if line == "..." else re.escape(line + "\n") for line in expected)
        if re.fullmatch(pattern, "".join(line + "\n" for line in printed)):
            return None
        return "\n".join(["expected:", *expected, "", "printed:", *printed])

    def unread(self) -> str | None:
        """Say what was printed and is not shown."""
        return f"printed above, and no ```text output block shows it:\n{self.printed}" if self.printed else None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


@pytest.fixture
def run_markdown(root: Path) -> Callable[[Path], int]:
    """Give the function that runs a file, and tells how many blocks and doctest examples there were."""

    def run(path: Path) -> int:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        if _NEEDS_DURABLE in path.read_text(encoding="utf-8") and sys.version_info >= (3, 13):
            pytest.skip("durable-rules cannot be imported on Python 3.13 and newer")
        blocks = Blocks(name)
        document = Document.parse(str(path), blocks)
        examples = list(document.examples())
        for example in examples:
            example.evaluate()
        unread = blocks.unread()
        if unread is not None:
            raise SybilFailure(examples[-1], unread)
        return len(examples)

    return run

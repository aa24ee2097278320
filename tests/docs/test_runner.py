"""The runner of the documentation's code notices what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sybil.example import SybilFailure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[[Path], int]

GOOD = """\
# A page

```python
names = ["Ri", "Baek"]
for name in names:
    print(name, "  ")
```

It prints:

```text output
Ri
Baek
```

```console
$ not run
```

```python
print(len(names), *range(3), sep="\\n")
```

```text output
2
...
2
```

```python
>>> names[0]
'Ri'
>>> len(names)
2

```

```text
only shown
```
"""


@pytest.fixture
def run(tmp_path: Path, run_markdown: Run) -> Callable[[str], int]:
    """Give the runner for the text of a page."""

    def run_text(text: str) -> int:
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")
        return run_markdown(page)

    return run_text


def test_good(run: Callable[[str], int]) -> None:
    """A page that is right passes, with every block run."""
    assert run(GOOD) == 6


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("Ri\nBaek\n```", "Ri\nKim\n```", "printed:\nRi\nBaek"),
        ("2\n...\n2", "2\n...\n3", "printed:\n2\n0\n1\n2"),
        ("'Ri'", "'Kim'", "Got:\n    'Ri'"),
        ("```text output\n2", "```text\n2", "printed above, and no"),
        ("```python\nprint(len", "```\nprint(len", "no Python block above it"),
    ],
)
def test_bad(run: Callable[[str], int], right: str, wrong: str, message: str) -> None:
    """Output that differs, that nothing shows, or that nothing printed, fails."""
    bad = GOOD.replace(right, wrong)
    assert bad != GOOD
    with pytest.raises(SybilFailure) as failure:
        run(bad)
    assert message in str(failure.value)


def test_unread_at_the_end(run: Callable[[str], int]) -> None:
    """What the last block prints must be shown as well."""
    with pytest.raises(SybilFailure, match="printed above, and no"):
        run("```python\nprint(1)\n```\n")


def test_exception(run: Callable[[str], int]) -> None:
    """A block that raises fails, and the traceback has the line of the page."""
    with pytest.raises(ZeroDivisionError) as failure:
        run("# A page\n\n```python\nx = 1\nx / 0\n```\n")
    assert (str(failure.traceback[-1].path), failure.traceback[-1].lineno + 1) == ("page.md", 5)


@pytest.mark.parametrize("info", ["py", "python3", "pycon", "python title=x", "output", "console output"])
def test_odd_fence(run: Callable[[str], int], info: str) -> None:
    """A fence that looks like one of the two kinds and is not is an error, not a block that is passed over."""
    with pytest.raises(ValueError, match="write ```python or ```text output, not"):
        run(GOOD.replace("```python\nnames", f"```{info}\nnames"))

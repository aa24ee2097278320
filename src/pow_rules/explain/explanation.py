"""Explanations: why a fact holds, as data that prints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.render.text import tree

if TYPE_CHECKING:
    from pow_rules.steps import Step

__all__ = ["Explanation"]


@attrs.frozen(eq=True, repr=False)
class Explanation:
    """Why a fact holds, as flat steps in the order in which they are printed.

    Printing it gives the trace as a tree.

    Attributes:
        fact: the fact explained.
        steps: the trace.
        cut: how many conclusions have no derivation in the trace because of `depth` or `size`.
    """

    fact: Any
    steps: tuple[Step, ...]
    cut: int

    def __repr__(self) -> str:
        return f"<Explanation of {self.fact!r}: {len(self.steps)} steps>"

    def __str__(self) -> str:
        return self.text()

    def text(self, *, width: int = 80, ascii_only: bool | None = None) -> str:
        """Give the trace as a tree.

        Args:
            width: the columns to fill, 40 at least.
            ascii_only: whether to keep to ASCII; None decides by what standard output can show.
        """
        return tree(self.steps, self.cut, width=width, ascii_only=ascii_only)

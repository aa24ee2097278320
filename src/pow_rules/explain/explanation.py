"""Explanations: why a fact holds, as data that prints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from pow_rules.explain.answer import Answer

if TYPE_CHECKING:
    from pow_rules.steps import Step

__all__ = ["Explanation"]


@attrs.frozen(eq=True, repr=False)
class Explanation(Answer):
    """Why a fact holds, as flat steps in the order in which they are printed.

    Printing it gives the trace as a tree.

    Attributes:
        fact: the fact explained.
        steps: the trace.
        cut: how many conclusions have no derivation in the trace because of `depth` or `size`.
    """

    kind: ClassVar[str] = "explanation"

    fact: Any
    # A frozen field can be read as a property can, which is all that is asked of it.
    steps: tuple[Step, ...]  # pyright: ignore[reportIncompatibleMethodOverride]
    cut: int  # pyright: ignore[reportIncompatibleMethodOverride]

    def __repr__(self) -> str:
        return f"<Explanation of {self.fact!r}: {len(self.steps)} steps>"

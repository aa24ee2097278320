"""Answers: frozen data that prints itself, in several forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pow_rules.render.text import tree

if TYPE_CHECKING:
    from pow_rules.steps import Step

__all__ = ["Answer"]


class Answer:
    """What a question is answered with. It prints itself as a tree; every form is made of its steps.

    Attributes:
        kind: what the answer is, as JSON names it.
    """

    __slots__ = ()

    kind: ClassVar[str]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The answer as flat steps, in the order in which they are printed."""
        raise NotImplementedError

    @property
    def cut(self) -> int:
        """How much is not shown, because of a limit."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()

    def text(self, *, width: int = 80, ascii_only: bool | None = None) -> str:
        """Give the answer as a tree.

        Args:
            width: the columns to fill, 40 at least.
            ascii_only: whether to keep to ASCII; None decides by what standard output can show.
        """
        return tree(self.steps, self.cut, width=width, ascii_only=ascii_only)

    def markdown(self) -> str:
        """Give the answer in Markdown, as nested lists."""
        from pow_rules.render.markdown import markdown  # noqa: PLC0415 - only those who ask for it pay for it

        return markdown(self.steps, self.cut)

    def mermaid(self) -> str:
        """Give the answer as a Mermaid flowchart."""
        from pow_rules.render.mermaid import mermaid  # noqa: PLC0415 - as above

        return mermaid(self.steps, self.cut)

    def dot(self) -> str:
        """Give the answer as a graph in the language of Graphviz."""
        from pow_rules.render.dot import dot  # noqa: PLC0415 - as above

        return dot(self.steps, self.cut)

    def to_json(self, *, indent: int | None = None) -> str:
        """Give the answer as JSON, of the schema in `pow_rules/render/answer.schema.json`.

        Args:
            indent: by how many spaces to indent; None for one line.
        """
        from pow_rules.render.json import to_json  # noqa: PLC0415 - as above

        return to_json(self.kind, self.steps, self.cut, indent=indent)

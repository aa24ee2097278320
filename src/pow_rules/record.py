"""Plain data that users are given, and how it prints."""

from __future__ import annotations

import attrs

__all__ = ["Record"]


class Record:
    """A base for attrs classes: their representation is the call that would make them.

    attrs can write the method as well, and takes as long for it as for all the rest of a class, in every process that
    imports the library.

    >>> @attrs.frozen(repr=False)
    ... class Page(Record):
    ...     number: int
    ...     title: str | None = None
    >>> Page(7)
    Page(number=7, title=None)
    """

    __slots__ = ()

    def __repr__(self: attrs.AttrsInstance) -> str:
        fields = attrs.fields_dict(type(self))
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in fields)})"

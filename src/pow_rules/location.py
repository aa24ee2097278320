"""Where in the user's own code a mistake was written."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from types import FrameType, FunctionType

__all__ = ["Location", "here", "of_function", "user_frame"]

# The article and the generated test programs are users of the library that happen to live in it.
_USERS = ("pow_rules.article", "pow_rules.testing")


@attrs.frozen(repr=False)
class Location:
    """A line of a file, printed as `file:line`, relative to the working directory where possible."""

    file: str
    line: int

    def __str__(self) -> str:
        try:
            short = os.path.relpath(self.file)
        except ValueError:  # another drive
            short = self.file
        return f"{self.file if short.startswith('..') else short}:{self.line}"


def _is_ours(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__", "")
    return name.split(".", 1)[0] == "pow_rules" and not name.startswith(_USERS)


def user_frame() -> FrameType:
    """Give the innermost running frame that is not part of the library."""
    frame = sys._getframe(1)
    while _is_ours(frame) and frame.f_back is not None:
        frame = frame.f_back
    return frame


def here() -> Location:
    """Give the line of the user's code that is being run."""
    frame = user_frame()
    return Location(frame.f_code.co_filename, frame.f_lineno)


def of_function(function: FunctionType) -> Location:
    """Give the line where a function is defined."""
    code = function.__code__
    return Location(code.co_filename, code.co_firstlineno)

"""Files that are written as a whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from pow_rules.errors import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["file_path", "write_all", "write_whole"]

_OWN = 0o600
_ANYBODY = 0o666


def file_path(path: str | PathLike[str]) -> str:
    """Give a path as a string, checked to be one.

    Raises:
        ArgumentTypeError: if it is no path.
        ArgumentValueError: if no file can be there.
    """
    try:
        made = os.fspath(path)
    except TypeError:
        made = None
    if not isinstance(made, str):
        text = ", as text" if isinstance(made, bytes) else ""
        msg = f"path: expected a path{text}, got {path!r}"
        raise ArgumentTypeError(msg)
    try:
        is_possible = bool(made) and b"\0" not in os.fsencode(made)
    except UnicodeEncodeError:
        is_possible = False
    if not is_possible:
        msg = f"path: expected the path of a file, got {path!r}"
        raise ArgumentValueError(msg)
    return made


def write_whole(path: str, data: bytes) -> None:
    """Write a file so that a crash at any point leaves the old one or the new one.

    It is written beside its place, forced to the disk, and put there in one step. What it replaces keeps its
    permissions; a link goes on pointing to the file.

    Args:
        path: the file.
        data: all that is to be in it.

    Raises:
        ArgumentValueError: where there is something that is no file.
        OSError: if it cannot be written; what was there is there still.
    """
    place = Path(os.path.realpath(path))
    mode = _mode(path, place)
    beside = place.with_name(f".{place.name[:100]}.{token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    # Secret until it has the permissions of the file that it takes the place of.
    try:
        opened = os.open(beside, flags, _ANYBODY if mode is None else _OWN)
    except OSError as error:
        # Nobody has asked for the file beside it.
        error.filename = path
        raise
    try:
        try:
            write_all(opened, data)
            if mode is not None:
                beside.chmod(mode)
            os.fsync(opened)
        finally:
            os.close(opened)
        beside.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    _sync_folder(place.parent)


def write_all(opened: int, data: bytes) -> None:
    """Write all of some bytes: the system may take them in parts."""
    left = memoryview(data)
    while left:
        left = left[os.write(opened, left) :]


def _sync_folder(folder: Path) -> None:
    """Force a folder's entries to the disk, where the system can do that."""
    directory = getattr(os, "O_DIRECTORY", None)
    if directory is None:
        return
    # Some file systems know no such thing, and keep the order by themselves.
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY | directory)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _mode(path: str, place: Path) -> int | None:
    """Give the permissions of the file that is there, or None."""
    try:
        found = place.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found):
        what = "a folder" if stat.S_ISDIR(found) else "a device, or something else"
        msg = f"path: expected a file, and {path} is {what}"
        raise ArgumentValueError(msg)
    return stat.S_IMODE(found)

"""JSON read strictly, written in one form, and sealed with a checksum."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pow_rules.kinds import described

__all__ = ["Flaw", "UnreadableError", "canonical_bytes", "checksum", "hooks", "parsed", "path_of"]


class UnreadableError(Exception):
    """A text is no JSON that could have been written here (internal: the caller says in which file)."""

    def __init__(self, what: str, line: int | None = None, where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.where = where


class Flaw:
    """Stands in a document where something was that JSON does not have."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __repr__(self) -> str:
        return self.what


def parsed(text: str) -> Any:
    """Give the document that a text is.

    Args:
        text: JSON, each key once in its object, without `NaN` and the like.

    Raises:
        UnreadableError: if it is none.

    >>> parsed('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    >>> parsed('[{"a": 1, "a": 2}]')
    Traceback (most recent call last):
        ...
    pow_rules.storage.documents.UnreadableError: the key 'a' stands twice
    """
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        raise UnreadableError(f"no JSON: {error.msg} (column {error.colno})", error.lineno) from None
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except ValueError:
        return _parsed(text, has_long_ints=True)


def _parsed(text: str, *, has_long_ints: bool = False) -> Any:
    flaws: list[Flaw] = []
    found = json.loads(text, **hooks(flaws, has_long_ints=has_long_ints))
    if flaws:
        where, first = _first(found)
        raise UnreadableError(first.what, None, where)
    return found


def hooks(flaws: list[Flaw], *, has_long_ints: bool = True) -> dict[str, Any]:
    """Give what `json` is to be told, so that flaws stand where it would let something pass, or fail without a place.

    Args:
        flaws: where to put the flaws that are found.
        has_long_ints: whether to look for ints of more digits than Python reads, which takes time.
    """

    def flaw(what: str) -> Flaw:
        flaws.append(Flaw(what))
        return flaws[-1]

    def pairs(found: list[tuple[str, Any]]) -> Any:
        made = dict(found)
        if len(made) == len(found):
            return made
        last = {key: number for number, (key, _) in enumerate(found)}
        twice = next(key for number, (key, _) in enumerate(found) if last[key] != number)
        return flaw(f"the key {described(twice).removesuffix(' (str)')} stands twice")

    def integer(digits: str) -> Any:
        try:
            return int(digits)
        except ValueError:  # more than Python reads
            return flaw(f"a number of {len(digits):,} digits")

    def constant(name: str) -> Flaw:
        return flaw(f"{name} is no value")

    made: dict[str, Any] = {"object_pairs_hook": pairs, "parse_constant": constant}
    return made | {"parse_int": integer} if has_long_ints else made


def _first(document: Any) -> tuple[str, Flaw]:
    """Give the first flaw in a document, and where it is."""
    ahead: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while ahead:
        path, here = ahead.pop()
        if isinstance(here, Flaw):
            return path_of(path), here
        if isinstance(here, dict | list):
            parts = here.items() if isinstance(here, dict) else enumerate(here)
            ahead += reversed([((*path, step), part) for step, part in parts])
    raise AssertionError(document)


def path_of(steps: tuple[str | int, ...], root: str = "$") -> str:
    """Give a path into a document as text.

    >>> path_of(("givens", 3, "fact"))
    '$.givens[3].fact'
    """
    return root + "".join(_step(step) for step in steps)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() and len(step) < 80 else f"[{described(step).removesuffix(' (str)')}]"  # noqa: PLR2004 - about a line


def canonical_bytes(document: Any) -> bytes:
    """Give the one form of a document: keys sorted, no spaces, ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def checksum(data: bytes) -> str:
    """Give what tells accidental damage to some bytes."""
    return hashlib.sha256(data).hexdigest()

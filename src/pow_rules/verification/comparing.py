"""JSON values compared exactly, and told in messages."""

from __future__ import annotations

import json
from typing import Any

from pow_rules.values import show

__all__ = ["below", "difference", "step_of", "told"]

_LONGEST = 100


def below(pointer: str, key: str | int) -> str:
    """Give the JSON pointer of what stands in an object or an array under a key.

    >>> below("/steps", 3), below("", "a/b")
    ('/steps/3', '/a~1b')
    """
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def step_of(pointer: str) -> int | None:
    """Give the number of the step that a pointer leads into.

    >>> step_of("/steps/3/fact"), step_of("/rules/3")
    (3, None)
    """
    head, _, rest = pointer.removeprefix("/").partition("/")
    number = rest.partition("/")[0]
    return int(number) if head == "steps" and number.isdecimal() else None


def difference(expected: Any, got: Any, pointer: str = "") -> tuple[str, str, str] | None:
    """Give where two JSON values first differ, what was expected there, and what there is; None if nowhere.

    Args:
        expected: what is right.
        got: what is there.
        pointer: where it stands.

    >>> difference({"a": [1, True]}, {"a": [1, 1]})
    ('/a/1', 'true', '1')
    >>> difference({"a": 1}, {"a": 1, "b": 2})
    ('/b', 'nothing', '2')
    """
    if type(expected) is dict and type(got) is dict:
        for key, value in expected.items():
            if key not in got:
                return below(pointer, key), told(value), "nothing"
            found = difference(value, got[key], below(pointer, key))
            if found is not None:
                return found
        more = next((key for key in got if key not in expected), None)
        return None if more is None else (below(pointer, more), "nothing", told(got[more]))
    if type(expected) is list and type(got) is list:
        for at, (one, other) in enumerate(zip(expected, got, strict=False)):
            found = difference(one, other, below(pointer, at))
            if found is not None:
                return found
        at = min(len(expected), len(got))
        if len(expected) == len(got):
            return None
        entries = [told(values[at]) if len(values) > at else "nothing" for values in (expected, got)]
        return below(pointer, at), entries[0], entries[1]
    return None if _is_same(expected, got) else (pointer, told(expected), told(got))


def _is_same(expected: Any, got: Any) -> bool:
    if type(expected) is float and type(got) in (float, int):
        # Where a float stands, it stands as such: other writers print 1.0 as 1. No value is -0.0.
        return bool(expected == got) and str(got) != "-0.0"
    if type(expected) is not type(got):
        return False
    # Halves of a surrogate pair that stand side by side are one character after they were read.
    return bool(expected == got) or (type(expected) is str and _paired(expected) == _paired(got))


def _paired(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def told(value: Any) -> str:
    """Give a JSON value as a message tells it: in one line, and cut where it is long.

    >>> told({"a": None}), told("x" * 200)[-5:]
    ('{"a": null}', 'xx...')
    """
    try:
        shown = show(json.dumps(value, ensure_ascii=False))
    except Exception:  # noqa: BLE001 - whatever a hostile document holds must not hide what is told of it
        return f"a value that cannot be shown ({type(value).__name__})"
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."

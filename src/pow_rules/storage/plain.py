"""Texts without quotation marks, as in a cell of CSV: what they mean hangs on the field."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import attrs

from pow_rules.decoding import DecodingError
from pow_rules.kinds import described
from pow_rules.storage.documents import Flaw, hooks

__all__ = ["Plain", "from_cell", "is_nothing", "shown", "truths_of", "unfit"]

_NOTHING = ("", "null", "~")
_TRUTHS = {"true": True, "false": False}
_MORE_TRUTHS = _TRUTHS | {"yes": True, "no": False, "on": True, "off": False}


@attrs.frozen(repr=False)
class Plain:
    """A text without quotation marks: what it means depends on the field.

    Attributes:
        text: the text.
        is_yaml: whether it stands in YAML, where more words mean true, false or nothing.
    """

    text: str
    is_yaml: bool = False

    def __repr__(self) -> str:
        # Messages show arrays and objects that hold some.
        return repr(self.text)


def shown(value: Any) -> str:
    """Give a value as messages tell it, cut where it is long."""
    if isinstance(value, Plain):
        return described(value.text).removesuffix(" (str)")
    return f"{value} (number)"[:80] if type(value) is Decimal else described(value)


def unfit(expected: str, value: Any) -> DecodingError:
    """Give what is to be said of a value that is none of those expected."""
    return DecodingError(f"expected {expected}, got {'nothing' if value == Plain('') else shown(value)}")


def is_nothing(value: Any) -> bool:
    """Tell whether a value is a text that means None, where the field may hold that."""
    return isinstance(value, Plain) and (value.text == "" or (value.is_yaml and value.text.lower() in _NOTHING))


def truths_of(value: Plain) -> dict[str, bool]:
    """Give the words for true and false where a text stands."""
    return _MORE_TRUTHS if value.is_yaml else _TRUTHS


def from_cell(value: Plain) -> Any:
    """Give the JSON that stands in a cell: what holds several values has no other form there."""
    try:
        found = json.loads(value.text, parse_float=Decimal, **hooks([]))
    except (ValueError, RecursionError):
        raise unfit("JSON, as it holds several values", value) from None
    if isinstance(found, Flaw):
        raise DecodingError(found.what)
    return found

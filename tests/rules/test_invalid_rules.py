"""Every mistake that can be seen when a rule is built is reported then, in words that say what to write."""

import importlib.util
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pow_rules.errors import PowRulesError, RuleError, SymbolError, UnknownFieldError

_PATH = Path(__file__).with_name("invalid_rules.py")
_SPEC = importlib.util.spec_from_file_location("invalid_rules", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
TABLE: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = _MODULE.TABLE
NAMES = sorted(TABLE)

# What is said of no rule: there is none yet, or the mistake is one of its function as a whole.
_NO_RULE = {
    "a_rule_on_a_class", "a_rule_on_a_rule", "a_rule_made_of_a_lambda", "conclude_outside_of_a_rule",
    "one_of_outside_of_a_rule", "where_outside_of_a_rule",
}  # fmt: skip


def error_of(name: str) -> BaseException | None:
    """Give what building a rule of the table raises."""
    try:
        TABLE[name][0]()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error
    return None


def test_the_messages(golden: Callable[[str, str], None]) -> None:
    """Each invalid rule gets its message, as in the golden file."""
    lines = []
    for name in NAMES:
        error = error_of(name)
        lines.append(f"{name}: {type(error).__name__}: {error}" if error is not None else f"{name}: NOTHING IS RAISED")
    golden("invalid_rules.golden", "\n".join(lines))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_rule_error(name: str) -> None:
    """Every mistake is raised when the rule is built, as a `RuleError`, which is a `ValueError`."""
    error = error_of(name)
    assert isinstance(error, RuleError), repr(error)
    assert isinstance(error, PowRulesError)
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_where(name: str) -> None:
    """Every message begins with the file, the line of the mistake, and the rule."""
    error = error_of(name)
    source, first = inspect.getsourcelines(TABLE[name][0])
    marked = [first + i for i, line in enumerate(source) if "# here" in line]
    if not marked:
        assert name in {"a_rule_on_a_class", "a_rule_on_a_rule"}
        return
    found = re.match(r"(\S+):(\d+): (rule r: )?", str(error))
    assert found is not None, str(error)
    assert Path(found[1]).name == "invalid_rules.py"
    assert int(found[2]) == marked[0], str(error)
    assert (found[3] is None) == (name in _NO_RULE), str(error)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what(name: str) -> None:
    """Every message names what is wrong (field, value, expected, near match) and what to write instead."""
    message = str(error_of(name))
    lacking = [word for word in TABLE[name][1] if word not in message]
    assert not lacking, f"lacks {lacking}: {message}"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_short_and_shows_no_machinery(name: str) -> None:
    """A message is one line that can be read, without the library's own classes or addresses."""
    message = str(error_of(name))
    assert "\n" not in message
    assert len(message) < 450
    for inside in ("Symbol)", "Atom(", "Kind(", "Variable(", " object at 0x"):
        assert inside not in message, message


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (
            ("and_between_conditions", "an_f_string", "len_of_a_field", "int_of_a_field", "a_field_as_a_key"),
            SymbolError,
        ),
        (("an_unknown_field", "an_unknown_field_in_the_conclusion", "a_method_of_a_field"), UnknownFieldError),
    ],
)
def test_leaves_also_are_the_builtin_that_one_expects(names: tuple[str, ...], kind: type[Any]) -> None:
    """A symbol used as a value is a `TypeError`, an unknown field an `AttributeError`."""
    builtin = TypeError if kind is SymbolError else AttributeError
    for name in names:
        error = error_of(name)
        assert isinstance(error, kind)
        assert isinstance(error, builtin)


def test_a_failed_rule_leaves_nothing_behind(plain: Callable[[str], str]) -> None:
    """After a mistake, the next rule is built as if nothing had happened."""
    first = [plain(str(error_of(name))) for name in NAMES]
    assert [plain(str(error_of(name))) for name in reversed(NAMES)][::-1] == first


def test_the_table_is_long_enough() -> None:
    """The table covers the mistakes that the design lists, and more."""
    assert len(TABLE) > 100

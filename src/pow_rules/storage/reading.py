"""Facts that people write into files."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pow_rules.errors import ArgumentTypeError, ArgumentValueError
from pow_rules.facts import fact_type
from pow_rules.near import did_you_mean
from pow_rules.program import Program
from pow_rules.sources import Given, Source

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["read_facts"]


def read_facts(
    path: str | PathLike[str], program: Program, *, cls: type | None = None, source: Source | None = None
) -> tuple[Given, ...]:
    r"""Read facts from a file that somebody has written: JSON, JSON Lines, CSV, or YAML with the extra `yaml`.

    How the file's name ends says what it is: `.json`, `.jsonl` or `.ndjson`, `.csv`, `.yaml` or `.yml`. The rows of CSV
    are all of one fact type: that which the file is named after, or `cls`. A saved session and a journal are read as
    well, also those of another program.

    Args:
        path: the file.
        program: the program that the facts are for: only what it lets one assert is read.
        cls: the fact type of all rows, which then need not name it.
        source: who says so, for the rows that name nobody.

    Returns:
        The facts with their sources, in the order of the file, for `Session(program, ...)` or `assert_facts`.

    Raises:
        FactFileError: an exception group of everything that is wrong, each fault a `FileFormatError` with its line.
        ArgumentTypeError: for what is no path, program, fact type or source.
        ArgumentValueError: for a fact type that may not be asserted, and another kind of file.
        ExtraMissingError: for YAML, where PyYAML is not installed.
        OSError: if the file cannot be read.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from pow_rules import Program, fact
    >>> @fact
    ... class HeldBy:
    ...     prisoner: str
    ...     holder: str
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "HeldBy.csv"
    ...     _ = path.write_text("prisoner,holder,source.name\nRi,Ukraine,the ministry\n")
    ...     read_facts(path, Program([], given=[HeldBy]))
    (Given(fact=HeldBy(prisoner='Ri', holder='Ukraine'), source=Source(name='the ministry')),)
    """
    from pow_rules.storage.atomic import file_path  # noqa: PLC0415 - only those who read files pay for it
    from pow_rules.storage.hand_written import facts_of_file  # noqa: PLC0415 - as above

    if not isinstance(cast("object", program), Program):
        msg = f"read_facts(path, program): expected a Program, got {program!r}"
        raise ArgumentTypeError(msg)
    if source is not None and not isinstance(cast("object", source), Source):
        msg = f"source: expected a Source or None, got {source!r}"
        raise ArgumentTypeError(msg)
    if cls is not None:
        _check_type(cls, program)
    return facts_of_file(file_path(path), program, cls, source)


def _check_type(cls: type, program: Program) -> None:
    if not isinstance(cast("object", cls), type):
        msg = f"cls: expected a fact type or None, got {cls!r}"
        raise ArgumentTypeError(msg)
    name = fact_type(cls).name
    if not program.may_be_given(cls):
        names = [given.__name__ for given in program.given]
        msg = f"cls: {name} may not be asserted{did_you_mean(name, names, 'may be asserted')}"
        raise ArgumentValueError(msg)

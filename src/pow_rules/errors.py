"""Every error of the library: one root, and leaves that also are the builtin a caller would expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pow_rules.explain.contradictions import Contradictions

__all__ = [
    "ArgumentTypeError",
    "ArgumentValueError",
    "ContradictionError",
    "CyclicDerivationError",
    "DocumentError",
    "EvaluationError",
    "ExtraMissingError",
    "FactDefinitionError",
    "FactFileError",
    "FieldTypeError",
    "FieldValueError",
    "FileFormatError",
    "FrozenFactError",
    "JournalError",
    "LikelihoodError",
    "LimitError",
    "MatcherError",
    "MatcherUnavailableError",
    "NotAFactError",
    "NotAssertableError",
    "NotGivenError",
    "PowRulesError",
    "ProgramError",
    "ProgramWarning",
    "RuleError",
    "SemiringError",
    "SessionBusyError",
    "SessionClosedError",
    "StratificationError",
    "SymbolError",
    "UnknownFactError",
    "UnknownFieldError",
]


_LISTED = 100


class PowRulesError(Exception):
    """The root of every error that pow_rules raises on purpose."""


class FactDefinitionError(PowRulesError, TypeError):
    """A class cannot be a fact type: its fields, bases or phrase are not what `@fact` needs."""


class FieldTypeError(PowRulesError, TypeError):
    """A value is not of the kind that its field is annotated with."""


class FieldValueError(PowRulesError, ValueError):
    """A value has the right type for its field and still cannot be held (NaN, an inexact float)."""


class NotAFactError(PowRulesError, TypeError):
    """Something that is not an instance of a `@fact` class was given as a fact."""


class RuleError(PowRulesError, ValueError):
    """A rule or a query is not well formed; the message names rule, file and line."""


class SymbolError(RuleError, TypeError):
    """A symbol was used as if it were a value (`and`, `if`, `in`, an f-string, `len()`...)."""


class UnknownFieldError(RuleError, AttributeError):
    """A fact type has no field of that name."""


class StratificationError(RuleError):
    """A conclusion depends on its own absence, or on an aggregate over itself."""


class ProgramError(ExceptionGroup[RuleError], PowRulesError):
    """Everything that is wrong with a program, as one group of `RuleError`s.

    Its text lists every fault, so that printing the error is enough to see them all.
    """

    def __str__(self) -> str:
        lines = [f"- {fault}" for fault in self.exceptions]
        return "\n".join([self.message, *lines])

    def derive(self, excs: Sequence[Any], /) -> ProgramError:  # type: ignore[override] # parts are RuleErrors
        """Give the group for a part of the faults, as `except*` and `split` need it."""
        return ProgramError(self.message, excs)


class ProgramWarning(UserWarning):
    """A program can be run, and probably does not do what was meant."""


class NotAssertableError(PowRulesError, ValueError):
    """A fact's type is not among those that the program lets one assert."""


class ArgumentTypeError(PowRulesError, TypeError):
    """A function of the library was called with something of the wrong type."""


class ArgumentValueError(PowRulesError, ValueError):
    """A function of the library was called with a value that makes no sense there."""


class FrozenFactError(PowRulesError, AttributeError):
    """A field of a fact was to be set or deleted: facts never change."""


class NotGivenError(PowRulesError, LookupError):
    """A fact was to be retracted that was not asserted, or not by that source."""


class ContradictionError(PowRulesError, ValueError):
    """A call would have left facts that contradict each other in a strict session; it is as it was before the call.

    Attributes:
        contradictions: what contradicts what, and why; the first ten, where there are more.
    """

    def __init__(self, message: str, contradictions: Contradictions) -> None:
        super().__init__(message, contradictions)
        self.contradictions = contradictions

    def __str__(self) -> str:
        return str(self.args[0])


class DocumentError(PowRulesError, ValueError):
    """A document is no JSON, or not of the form that it must have; the message says where, and what was expected."""


class EvaluationError(PowRulesError, RuntimeError):
    """A condition or a computed value of a rule raised, or gave what cannot be held."""


class LimitError(PowRulesError, RuntimeError):
    """A run was stopped by one of its `Limits`; the session is as it was before the call."""


class MatcherError(PowRulesError, RuntimeError):
    """What a matcher is made of has failed; the session is as it was before the call."""


class MatcherUnavailableError(MatcherError, ImportError):
    """The matcher asked for needs a package that cannot be imported here."""


class SessionClosedError(PowRulesError, ValueError):
    """A session was to be changed after it was closed."""


class SessionBusyError(PowRulesError, RuntimeError):
    """A session was used while one of its own calls was still running."""


class UnknownFactError(PowRulesError, LookupError):
    """An explanation was asked for a fact that does not hold."""


class CyclicDerivationError(PowRulesError, ValueError):
    """Derivations go in a circle, and were to be folded in a semiring that has no value for that."""


class SemiringError(PowRulesError, ValueError):
    """A semiring does not keep the laws of one; the message names the law, and values that break it."""


class LikelihoodError(PowRulesError, ValueError):
    """How likely a fact is cannot be said from the numbers that there are; the message names the step."""


class ExtraMissingError(PowRulesError, ImportError):
    """What was asked for needs a package that is not installed; the message says which."""


class FileFormatError(PowRulesError, ValueError):
    """A file is not what it should be: damaged, of another program, or with something in it that cannot be read.

    Attributes:
        what: what is wrong: what was expected, and what is there.
        file: the file.
        line: the line, from 1, or None where it has no lines of its own.
        where: where in it: a path into the JSON, as `"$.body.givens[3]"`, or a field; empty for the file as a whole.
    """

    def __init__(self, what: str, file: str = "", line: int | None = None, where: str = "") -> None:
        super().__init__(what, file, line, where)
        self.what = what
        self.file = file
        self.line = line
        self.where = where

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.where, self.what) if part)


class FactFileError(ExceptionGroup[FileFormatError], PowRulesError, ValueError):
    """Everything that is wrong with a file of facts, as one group of `FileFormatError`s.

    Its text lists the faults, up to a hundred, so that printing the error is enough to see them.
    """

    def __str__(self) -> str:
        lines = [f"- {fault}" for fault in self.exceptions[:_LISTED]]
        more = len(self.exceptions) - len(lines)
        return "\n".join([self.message, *lines, *([f"- and {more:,} more"] if more else [])])

    def derive(self, excs: Sequence[Any], /) -> FactFileError:  # type: ignore[override] # parts are FileFormatErrors
        """Give the group for a part of the faults, as `except*` and `split` need it."""
        return FactFileError(self.message, excs)


class JournalError(PowRulesError, OSError):
    """A journal cannot be written, or is not this session's to write; the session is as it was before the call."""

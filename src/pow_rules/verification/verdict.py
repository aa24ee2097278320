"""What came of checking a document: what is wrong with it, and what could not be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from pow_rules.record import Record
from pow_rules.values import show
from pow_rules.verification.comparing import difference, step_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Fault", "Findings", "Unchecked", "Verdict"]

_SHOWN = 20


@attrs.frozen(repr=False)
class Fault(Record):
    """Something in a document that is not so.

    Attributes:
        step: the number of the step, counted from 0; None for what stands outside of the steps.
        pointer: where it is, as a JSON pointer (RFC 6901).
        expected: what should be there.
        got: what is there.
    """

    step: int | None
    pointer: str
    expected: str
    got: str

    def __str__(self) -> str:
        return show(f"{_place(self.step, self.pointer)}: expected {self.expected}, got {self.got}")


@attrs.frozen(repr=False)
class Unchecked(Record):
    """Something that a document says and that could not be checked.

    Attributes:
        step: the number of the step, counted from 0; None for what stands outside of the steps.
        pointer: where it is, as a JSON pointer (RFC 6901).
        what: what would have to be so.
    """

    step: int | None
    pointer: str
    what: str

    def __str__(self) -> str:
        return show(f"{_place(self.step, self.pointer)}: {self.what}")


@attrs.frozen(repr=False)
class Verdict(Record):
    """Whether an explanation's document holds. It is true only where nothing is wrong and nothing is left unchecked.

    Printing it gives one line, and one more for each fault and for each thing that was not checked.

    Attributes:
        fact: the fact that the document explains; None where it cannot be read.
        steps: how many steps it has.
        is_complete: whether it explains all conclusions down to the givens, and leaves out none.
        faults: what is wrong.
        unchecked: what it says that could not be checked.
    """

    fact: Any
    steps: int
    is_complete: bool
    faults: tuple[Fault, ...]
    unchecked: tuple[Unchecked, ...]

    def __bool__(self) -> bool:
        return not (self.faults or self.unchecked)

    @property
    def is_conditional(self) -> bool:
        """Whether nothing is wrong, and something could not be checked: it holds if that is so, and only then."""
        return bool(self.unchecked) and not self.faults

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        about = "a fact that cannot be read" if self.fact is None else str(self.fact)
        steps = "1 step" if self.steps == 1 else f"{self.steps:,} steps"
        if self.faults:
            what = "1 fault" if len(self.faults) == 1 else f"{len(self.faults):,} faults"
            yield f"not verified, {what}: {about} ({steps})"
        elif self.unchecked:
            yield f"verified only if what was not checked is so: {about} ({steps})"
        else:
            yield f"verified: {about} ({steps})"
        if not self.is_complete:
            yield "incomplete: not every conclusion is explained down to the givens"
        yield from _listed("fault", self.faults)
        yield from _listed("not checked", self.unchecked)


class Findings:
    """Faults, and what is not checked, as they are found."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.unchecked: list[Unchecked] = []

    def fault(self, pointer: str, expected: str, got: str) -> None:
        """Note that something is not as it should be."""
        self.faults.append(Fault(step_of(pointer), pointer, expected, got))

    def leave(self, pointer: str, what: str) -> None:
        """Note what cannot be checked."""
        self.unchecked.append(Unchecked(step_of(pointer), pointer, what))

    def in_order(self) -> tuple[tuple[Fault, ...], tuple[Unchecked, ...]]:
        """Give what was found in the order of the document, what stands outside of the steps first."""
        return tuple(sorted(self.faults, key=_step)), tuple(sorted(self.unchecked, key=_step))

    def same(self, pointer: str, expected: Any, got: Any) -> bool:
        """Compare two JSON values, and note where they first differ; tell whether they do not."""
        found = difference(expected, got, pointer)
        if found is not None:
            self.fault(*found)
        return found is None


def _step(one: Fault | Unchecked) -> int:
    return -1 if one.step is None else one.step


def _place(step: int | None, pointer: str) -> str:
    return pointer or "the document" if step is None else f"step {step} ({pointer})"


def _listed(lead: str, entries: tuple[Fault, ...] | tuple[Unchecked, ...]) -> Iterator[str]:
    for entry in entries[:_SHOWN]:
        yield f"- {lead}: {entry}"
    if len(entries) > _SHOWN:
        yield f"- {lead}: {len(entries) - _SHOWN:,} more"

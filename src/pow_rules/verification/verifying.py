"""`verify`: an explanation re-checked, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pow_rules.errors import ArgumentTypeError, DocumentError, NotAssertableError
from pow_rules.facts import fact_type_of
from pow_rules.kinds import is_fact_class
from pow_rules.limits import Limits
from pow_rules.program import Program
from pow_rules.sources import PLAIN, Attestation, Given

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.sources import Source
    from pow_rules.verification.verdict import Verdict

__all__ = ["verify"]

_SECONDS = 60.0


def verify(
    document: str | bytes | dict[str, Any],
    program: Program,
    givens: Iterable[Any] | None = None,
    *,
    limits: Limits | None = None,
) -> Verdict:
    """Check an explanation in its JSON form, step by step, without the engine and without a session.

    Each rule must be the program's, word for word, and fire on the facts named below it: its conditions are evaluated
    on these. What is given must be so in `givens`, with just these sources. What is absent, counted or said of all
    facts is compared with a model, which is computed from the givens by trying every rule on every fact.

    Args:
        document: what `Explanation.to_json` gave, as text or bytes, or what `json.loads` made of it.
        program: the program that the explanation is about.
        givens: all that was asserted, as facts or `Given`s, as `Session.givens` gives them. None if that is not known:
            the verdict is then conditional, and lists what it could not check.
        limits: how much the model may hold, and how long it may take; None for 60 seconds. Where a limit is met, the
            verdict is conditional.

    Returns:
        The verdict, with every fault and where it is: true where nothing is wrong, and nothing is left unchecked.

    Raises:
        DocumentError: for what is no JSON, or not the outline of an explanation; the message says where.
        ArgumentTypeError: for a document, a program or givens of another type.
        NotAFactError: for a given that is no fact.
        NotAssertableError: for a given that the program does not let one assert.

    >>> from pow_rules import Program, Session, conclude, fact, rule, verify
    >>> @fact
    ... class Asked:
    ...     \"\"\"{who} is asked\"\"\"
    ...     who: str
    >>> @fact
    ... class Heard:
    ...     \"\"\"{who} has heard of it\"\"\"
    ...     who: str
    >>> @rule
    ... def asking_is_heard(a: Asked) -> None:
    ...     conclude(Heard, who=a.who)
    >>> program = Program([asking_is_heard])
    >>> session = Session(program, [Asked("Kyiv")])
    >>> document = session.explain(Heard("Kyiv")).to_json()
    >>> print(verify(document, program, session.givens()))
    verified: Kyiv has heard of it (3 steps)
    >>> print(verify(document, program, [Asked("Seoul")]))
    not verified, 1 fault: Kyiv has heard of it (3 steps)
    - fault: step 2 (/steps/2): expected a fact that is given, got "Kyiv is asked"
    """
    # Only those who ask for it pay for it.
    from pow_rules.verification.checking import Checking  # noqa: PLC0415
    from pow_rules.verification.document import read  # noqa: PLC0415
    from pow_rules.verification.grounding import unexplained  # noqa: PLC0415
    from pow_rules.verification.verdict import Verdict  # noqa: PLC0415

    if not isinstance(cast("object", program), Program):
        msg = f"verify(document, program, ...): expected a Program, got {program!r}"
        raise ArgumentTypeError(msg)
    given = None if givens is None else _asserted(program, givens)
    try:
        checking = Checking(read(document), program, given, limits or Limits(seconds=_SECONDS))
        checking.check()
    except RecursionError:
        msg = "the document is nested too deeply"
        raise DocumentError(msg) from None
    faults, unchecked = checking.found.in_order()
    is_complete = not checking.document.cut and not unexplained(checking)
    return Verdict(checking.facts[0], len(checking.steps), is_complete, faults, unchecked)


def _asserted(program: Program, givens: Iterable[Any]) -> dict[Any, tuple[Attestation, ...]]:
    """Give what is said of each given fact: one thing for each source, the last that it said."""
    if isinstance(givens, Given) or is_fact_class(type(givens)):
        msg = f"givens: expected several facts, got one, {givens!r}: put it into a list"
        raise ArgumentTypeError(msg)
    try:
        entries = iter(givens)
    except TypeError:
        msg = f"givens: expected facts in a list or another iterable, got {givens!r}"
        raise ArgumentTypeError(msg) from None
    said: dict[Any, dict[Source | None, Attestation]] = {}
    for entry in entries:
        fact = entry.fact if isinstance(entry, Given) else entry
        if not program.may_be_given(fact_type_of(fact).cls):
            names = ", ".join(sorted(cls.__name__ for cls in program.given)) or "nothing"
            msg = f"givens: {fact!r} cannot be asserted in this program (may be asserted: {names})"
            raise NotAssertableError(msg)
        one = Attestation(entry.source, entry.hedge, entry.likelihood) if isinstance(entry, Given) else PLAIN
        said.setdefault(fact, {})[one.source] = one
    return {fact: tuple(by_source.values()) for fact, by_source in said.items()}

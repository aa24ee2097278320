"""How origins are found: as minimal supports, with origins in the place of givens."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from pow_rules.explain.arguments import check_count, check_seconds
from pow_rules.explain.influence import tests
from pow_rules.explain.origins.answer import Origins
from pow_rules.explain.origins.packing import packed
from pow_rules.explain.supports.budget import Budget, SpentError
from pow_rules.explain.supports.cone import Cone
from pow_rules.explain.supports.minimal import Minimal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pow_rules.explain.origins.answer import Line
    from pow_rules.explain.supports.budget import Why
    from pow_rules.log import Log, Node
    from pow_rules.sources import Attestation

__all__ = ["in_line", "origin_of", "origins"]


def origin_of(said: Attestation) -> str | None:
    """Give the name of the origin of what is said; None where no source is named."""
    return None if said.source is None else said.source.traced_to


def in_line(names: Iterable[str | None]) -> Line:
    """Give origins in order, the unknown one last."""
    return tuple(sorted(names, key=lambda name: (name is None, name or "")))


def origins(log: Log, node: Node, *, limit: int | None, seconds: float | None) -> Origins:
    """Give the origins that a row rests on.

    Args:
        log: the derivation log.
        node: the row.
        limit: after how many minimal sets of origins to stop; None for all.
        seconds: after how long to stop; None for no end.

    Raises:
        ArgumentTypeError: for a number that is none.
        ArgumentValueError: for a limit below 1, or seconds below 0.
    """
    check_count("limit", limit)
    check_seconds(seconds)
    # As for supports: many sets, and no cycles.
    is_collecting = gc.isenabled()
    try:
        gc.disable()
        return _found(log, node, Budget(seconds), limit)
    finally:
        if is_collecting:
            gc.enable()


class _OriginCone(Cone):
    """A cone in which only origins are given: what they say follows from each of them by itself.

    Attributes:
        names: the origins, by number.
        passing: by origin, the names of the sources that say what it says.
    """

    def __init__(self, log: Log, node: Node, budget: Budget) -> None:
        super().__init__(log, (node,), budget)
        numbers: dict[str | None, int] = {}
        self.passing: dict[str | None, set[str]] = {}
        for number in sorted(self.given):
            for said in log.attestations(self.nodes[number]) or ():
                name = origin_of(said)
                origin = numbers.setdefault(name, len(self.nodes) + len(numbers))
                self.passing.setdefault(name, set()).update(() if said.source is None else (said.source.name,))
                self.options[number].append(len(self.heads))
                self.heads.append(number)
                self.bodies.append(frozenset((origin,)))
        self.names = {origin: name for name, origin in numbers.items()}
        self.options += [[] for _ in numbers]
        self.given = set(self.names)


def _found(log: Log, node: Node, budget: Budget, limit: int | None) -> Origins:
    search: Minimal | None = None
    names: dict[int, str | None] = {}
    passing: dict[str | None, set[str]] = {}
    why: Why | None = None
    sets: list[Line] = []
    is_looking = False
    try:
        cone = _OriginCone(log, node, budget)
        is_looking = any(next(tests(clause), None) for clause in {firing.clause for firing in cone.firings})
        names, passing = cone.names, cone.passing
        search = Minimal(cone, lambda number: (0, f"{names[number] is None:d}{names[number]}"), budget)
        for numbers in search.sets():
            sets.append(in_line(names[number] for number in numbers))
            if len(sets) == limit:
                break
        why = search.why or ("limit" if search.total != len(sets) else None)
    except SpentError as spent:
        why = spent.why
    sets.sort(key=lambda line: (len(line), [(name is None, name or "") for name in line]))
    needed = () if search is None else in_line(names[number] for number in search.always)
    lines, is_most = packed(sets, budget)
    some = in_line({name for line in (needed, *sets) for name in line})
    return Origins(
        fact=log.fact(node),
        origins=some,
        needed=needed,
        lines=tuple(lines),
        sets=tuple(sets),
        passed_on_by=tuple(tuple(sorted(passing[name])) for name in some),
        knows_needed=search is not None and search.knows_always,
        # Where all share an origin, no two lines are independent, however many there are.
        knows_lines=bool(lines and needed) or (why is None and is_most),
        stopped=why,
        is_looking=is_looking,
    )

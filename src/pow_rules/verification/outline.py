"""Which step stands below which: the tree that the depths make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pow_rules.verification.comparing import told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pow_rules.verification.verdict import Findings

__all__ = ["outlined"]

_MAY_HOLD = {
    "": ("given", "conclusion", "cut"),
    "conclusion": ("rule",),
    "rule": ("given", "conclusion", "seen", "cut", "presence", "aggregate", "absence"),
    "presence": ("given", "conclusion", "seen", "cut"),
    "aggregate": ("given", "conclusion", "seen", "cut"),
    "heading": ("given", "conclusion", "note"),
    "note": ("note",),
}
"""What may stand one level below a step of each kind, and first; below the others nothing may."""


def outlined(steps: Sequence[Mapping[str, Any]], found: Findings) -> tuple[list[int], list[list[int]]] | None:
    """Find what stands below what.

    Args:
        steps: the steps.
        found: where to note what is wrong.

    Returns:
        Of each step, the number of the one that it stands below (-1 for the first), and of each, the numbers of those
        one level below it. None where the depths make no tree, or something stands where it must not.
    """
    parents: list[int] = []
    children: list[list[int]] = [[] for _ in steps]
    above: list[int] = []
    for at, step in enumerate(steps):
        depth = step["depth"]
        if depth > len(above) or (depth == 0) != (at == 0):
            expected = "0" if at == 0 else f"from 1 to {len(above)}"
            found.fault(f"/steps/{at}/depth", expected, told(depth))
            return None
        del above[depth:]
        parents.append(above[-1] if above else -1)
        if above:
            children[above[-1]].append(at)
        above.append(at)
    misplaced = [at for at in range(len(steps)) if _is_misplaced(steps, parents[at], at, found)]
    return None if misplaced else (parents, children)


def _is_misplaced(steps: Sequence[Mapping[str, Any]], above: int, at: int, found: Findings) -> bool:
    kind = steps[at]["type"]
    over = "" if above < 0 else steps[above]["type"]
    # The strength of the first fact, if it is told.
    allowed = (*_MAY_HOLD.get(over, ()), *(("heading", "note") if at == 1 else ()))
    if kind not in allowed:
        where = f"below {over}" if over else "as the first step"
        found.fault(f"/steps/{at}/type", f"{' or '.join(allowed) or 'nothing'} {where}", told(kind))
    return kind not in allowed

"""The families of minimal sets that meet some needs: the least solution of their equations, component by component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pow_rules.explain.supports.families import EMPTY, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pow_rules.explain.supports.families import Families
    from pow_rules.explain.supports.horn import Needs

__all__ = ["solved"]

Option = frozenset[int]


def solved(needs: Needs, families: Families, singles: dict[int, int], bound: int) -> int:
    """Give the family of the minimal sets that meet all demands.

    Args:
        needs: what is needed.
        families: where the families are made.
        singles: the variable of each given that is left.
        bound: how large sets may be.
    """
    known = {item: families.single(variable) for item, variable in singles.items()}

    def either(options: Iterable[Option]) -> int:
        found = EMPTY
        for option in options:
            if all(known.get(item, EMPTY) != EMPTY for item in option):
                found = families.union(found, every(option))
        return found

    def every(option: Iterable[int]) -> int:
        return _product(families, [known[item] for item in option], bound)

    for component in _components(needs.options):
        _settle(needs.options, component, known, either)
    return _product(families, [either(options) for options in needs.demands], bound)


def _product(families: Families, parts: list[int], bound: int) -> int:
    # The lowest first, so that what comes above is put on top of it.
    found = families.product(UNIT, UNIT, bound)
    for part in sorted(parts, key=lambda family: (-families.variables[family], family)):
        found = families.product(part, found, bound)
    return found


def _settle(
    options: dict[int, set[Option]], component: list[int], known: dict[int, int], either: Callable[[set[Option]], int]
) -> None:
    """Settle rows that need each other, round by round: each again once something that it needs has grown."""
    inside = frozenset(component)
    users: dict[int, set[int]] = {}
    for row in component:
        for item in (item for option in options[row] for item in option if item in inside):
            users.setdefault(item, set()).add(row)
    waiting = dict.fromkeys(component)
    while waiting:
        row = next(iter(waiting))
        del waiting[row]
        found = either(options[row])
        if found != known.get(row, EMPTY):
            known[row] = found
            waiting.update(dict.fromkeys(users.get(row, ())))


def _components(options: dict[int, set[Option]]) -> list[list[int]]:
    """Group the rows that need each other; each group comes after those that it needs (Tarjan 1972)."""
    found: list[list[int]] = []
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    for root in options:
        if root in index:
            continue
        stack = [(root, _below(options, root))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while stack:
            row, below = stack[-1]
            if below:
                item = below.pop()
                if item not in index:
                    index[item] = low[item] = len(index)
                    path.append(item)
                    on_path.add(item)
                    stack.append((item, _below(options, item)))
                elif item in on_path:
                    low[row] = min(low[row], index[item])
                continue
            stack.pop()
            if stack:
                low[stack[-1][0]] = min(low[stack[-1][0]], low[row])
            if low[row] == index[row]:
                found.append([])
                while row in on_path:
                    found[-1].append(path.pop())
                    on_path.discard(found[-1][-1])
    return found


def _below(options: dict[int, set[Option]], row: int) -> list[int]:
    return [item for option in options[row] for item in option if item >= 0]

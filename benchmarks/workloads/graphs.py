"""Graphs that several workloads run on; each is the same every time."""

from __future__ import annotations

import random

from measure import Pairs, chain, family, scattered

__all__ = ["Pairs", "chain", "family", "scale_free", "scattered"]


def scale_free(nodes: int) -> Pairs:
    """Give a graph in which few nodes have many edges: a new node is joined with two, the likelier the more they have.

    Half of the edges lead away from the new node, and half lead to it.
    """
    rng = random.Random(nodes)
    ends = [0, 1]
    found: dict[tuple[int, int], None] = {(0, 1): None}
    for node in range(2, nodes):
        for other in {rng.choice(ends), rng.choice(ends)}:
            found[(node, other) if rng.random() < 1 / 2 else (other, node)] = None
            ends += [node, other]
    return list(found)

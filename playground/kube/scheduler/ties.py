"""Which of several equally good nodes is taken: the one that Go's container/heap has at its root.

The scheduler makes a heap of the scored list, higher totals first, and takes the root. Building it, a parent stays
above equal children and a left child comes before an equal right one; so the root is the first of the best in the
pre-order of the implicit binary tree over the list (pkg/scheduler/schedule_one.go, nodeScoreHeap; container/heap).
"""

from __future__ import annotations

import numpy as np

from playground.kube.scheduler.table import IntArray, Rows

LAST = np.iinfo(np.int64).max


class Preorder:
    """Places of list indices in the pre-order. Which of two indices comes first does not depend on the length."""

    def __init__(self) -> None:
        self._ranks = np.zeros(0, dtype=np.int64)

    def ranks(self, length: int) -> IntArray:
        """Return ranks for at least `length` indices: comparable with each other, not dense."""
        if len(self._ranks) < length:
            self._ranks = preorder(1 << length.bit_length())
        return self._ranks


def preorder(length: int) -> IntArray:
    """Return the pre-order places of the indices 0..length-1, where the children of i are 2i+1 and 2i+2."""
    index = np.arange(1, length + 1, dtype=np.int64)
    depth = np.floor(np.log2(index)).astype(np.int64)
    height = int(depth.max(initial=0))
    # The way from the root, as bits (0 left, 1 right) written from the top: a prefix comes before what it begins.
    way = (index - (1 << depth)) << (height - depth)
    ranks = np.empty(length, dtype=np.int64)
    ranks[np.lexsort((depth, way))] = np.arange(length, dtype=np.int64)
    return ranks


def best_five(totals: IntArray, ranks: IntArray) -> list[int]:
    """Return up to five indices, best total first, equal ones by rank; the first wins. `totals` is not empty."""
    wanted = min(5, len(totals))
    chosen: list[int] = []
    level = int(totals.max())
    while True:
        chosen += _first(np.flatnonzero(totals == level), ranks, wanted - len(chosen))
        if len(chosen) == wanted:
            return chosen
        level = int(totals[totals < level].max())


def _first(indices: Rows, ranks: IntArray, count: int) -> list[int]:
    """The `count` indices of lowest rank, in order. One after the other: numpy's partition is slow on ties."""
    own = ranks[indices]
    found: list[int] = []
    for _ in range(min(count, len(own))):
        nearest = int(own.argmin())
        found.append(int(indices[nearest]))
        own[nearest] = LAST
    return found

"""Slow start: what is to be made is begun in batches of 1, 2, 4 and so on; where one fails, no other batch is begun.

After slowStartBatch of pkg/controller/controller_utils.go and its copies. A batch is begun at once, each item in a
goroutine of its own. The last of them runs first and then the others in order: so Go's scheduler goes about it, and so
pods appear in recordings of real clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Sequence[Item]) -> list[list[Item]]:
    """Return the batches, each in the order in which its items run."""
    found: list[list[Item]] = []
    start, size = 0, 1
    while start < len(items):
        batch = items[start : start + size]
        found.append([batch[-1], *batch[:-1]])
        start, size = start + size, size * 2
    return found


def in_batches(items: Sequence[Item]) -> list[Item]:
    """Return the items in the order in which they run."""
    return [item for batch in batches(items) for item in batch]

"""The order of a merged list when the patch says one: the patch's order first, other items where they stood between.

Source: normalizeElementOrder and mergeSortedSlice in k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def in_order(
    items: Sequence[Any], wanted: Sequence[Any], before: Sequence[Any], key: Callable[[Any], Any]
) -> list[Any]:
    """Return the items sorted. `wanted` and `before` are keys: the patch's order and the one the list had."""
    listed = [item for item in items if key(item) in wanted]
    others = [item for item in items if key(item) not in wanted]
    result = sorted(listed, key=lambda item: wanted.index(key(item)))
    others.sort(key=lambda item: before.index(key(item)) if key(item) in before else len(before))
    start = 0
    for item in others:
        place = before.index(key(item)) if key(item) in before else len(before)
        while start < len(result):
            other = key(result[start])
            if other in before and before.index(other) > place:
                break
            start += 1
        result.insert(start, item)
        start += 1
    return result

"""Sets of completion indexes as intervals, written "0,2-5,9". After indexed_job_utils.go and success_policy.go."""

from __future__ import annotations

from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]  # first and last index of each, in order, none touching the next

NONE: Intervals = ()


def of(indexes: Iterable[int]) -> Intervals:
    """Return the intervals of some indexes."""
    return merged(NONE, tuple((index, index) for index in sorted(indexes)))


def merged(left: Intervals, right: Intervals) -> Intervals:
    """Return what is in either."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(left + right):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def total(intervals: Intervals) -> int:
    """Return how many indexes there are."""
    return sum(last - first + 1 for first, last in intervals)


def has(intervals: Intervals, index: int) -> bool:
    """Tell whether an index is in."""
    return any(first <= index <= last for first, last in intervals)


def text(intervals: Intervals) -> str:
    """Return them as a status shows them; two neighbours are listed, three or more are a span."""
    parts: list[str] = []
    for first, last in intervals:
        parts.append(str(first))
        if last == first + 1:
            parts.append(str(last))
        elif last > first:
            parts[-1] += f"-{last}"
    return ",".join(parts)


def parse(written: str, completions: int) -> Intervals:
    """Return the intervals of a text; what cannot be read, or is no index of the Job, is left out."""
    found: list[tuple[int, int]] = []
    for part in written.split(",") if written else ():
        limits = part.split("-")
        try:
            first, last = int(limits[0]), int(limits[-1])
        except ValueError:
            continue
        if first >= completions:
            break
        found.append((first, min(last, completions - 1)))
    return merged(NONE, tuple(found))


def pending(taken: Intervals, count: int, completions: int) -> list[int]:
    """Return the lowest *count* indexes below *completions* that are not taken (firstPendingIndexes)."""
    found: list[int] = []
    candidate = 0
    for first, last in (*taken, (completions, completions)):
        free = range(candidate, min(first, completions))
        found += free[: count - len(found)]
        candidate = max(candidate, last + 1)
    return found


def common(left: Intervals, right: Intervals) -> int:
    """Return how many indexes are in both."""
    return sum(
        max(0, min(last, end) - max(first, start) + 1) for first, last in left for start, end in right if start <= last
    )

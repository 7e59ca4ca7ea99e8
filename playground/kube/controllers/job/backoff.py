"""How long a Job waits before it replaces failed pods: 10 s, doubled by each failure in a row, at most 10 minutes.

After backoff_utils.go. A success ends the row. Of the Job as a whole the row is remembered here; with
backoffLimitPerIndex each index has its own, which its pods' annotations carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.controllers.job.pods import failures_of, finished_at, ignored_failures_of
from playground.kube.objects.frozen import Object
from playground.kube.objects.meta import Key

FIRST: Final = 10.0  # seconds
MOST: Final = 600.0


@dataclass(frozen=True, slots=True)
class Row:
    """Failures since the last success, and when the last of them was."""

    failures: int = 0
    last: float | None = None

    def after(self, succeeded: Sequence[Object], failed: Sequence[Object]) -> Row:
        """Return the row when some more pods have ended."""
        ends = sorted(map(finished_at, failed))
        if not succeeded:
            return Row(self.failures + len(ends), ends[-1]) if ends else self
        success = max(map(finished_at, succeeded))
        later = [end for end in ends if end > success]
        return Row(len(later), later[-1] if later else None)

    def remaining(self, now: float) -> float:
        """Return the seconds to wait; 0 when pods may be made."""
        if self.failures == 0 or self.last is None:
            return 0.0
        delay = min(FIRST * 2.0 ** min(self.failures - 1, 60), MOST)
        return max(0.0, delay - (now - self.last))


NO_FAILURES: Final = Row()


def of_index(pod: Object | None) -> Row:
    """Return the row of an index whose last failed pod is *pod*."""
    if pod is None:
        return NO_FAILURES
    return Row(failures_of(pod) + ignored_failures_of(pod) + 1, finished_at(pod))


class Rows:
    """The rows of all Jobs, by namespace and name."""

    def __init__(self) -> None:
        self._rows: dict[Key, Row] = {}

    def get(self, key: Key) -> Row:
        """Return a Job's row."""
        return self._rows.get(key, NO_FAILURES)

    def put(self, key: Key, row: Row) -> None:
        """Remember a Job's row."""
        self._rows[key] = row

    def drop(self, key: Key) -> None:
        """Forget a Job's row."""
        self._rows.pop(key, None)

    def state(self) -> list[list[Any]]:
        """Return them as JSON."""
        return [[*key, row.failures, row.last] for key, row in self._rows.items()]

    def restore(self, state: Sequence[Sequence[Any]]) -> None:
        """Become what `state` described."""
        self._rows = {(namespace, name): Row(failures, last) for namespace, name, failures, last in state}

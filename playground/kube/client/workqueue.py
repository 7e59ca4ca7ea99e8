"""A work queue: keys wait once, in order; later, at a time; or after a failure, for twice as long each time.

After k8s.io/client-go/util/workqueue (queue.go, delaying_queue.go, default_rate_limiters.go). Each key carries the
change that brought it in, so that what is written about it can name its cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any, Final

from playground.kube.store import Change

Item = tuple[str, ...]  # a key: ("default", "web") and whatever else a controller puts in line

BASE_DELAY: Final = 0.005  # seconds
MAX_DELAY: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a key is in line: a revision and the person's command behind it. Empty for what only time brought."""

    revision: int | None = None
    command: int | None = None

    @classmethod
    def of(cls, change: Change) -> Cause:
        """Return the cause that a change is."""
        return cls(change.revision, change.command)


NO_CAUSE: Final = Cause()


class WorkQueue:
    """Keys to work on. Times are seconds since 1970 on the cluster's clock."""

    def __init__(self, base: float = BASE_DELAY, most: float = MAX_DELAY) -> None:
        self._base, self._most = base, most
        self._ready: dict[Item, Cause] = {}  # in order of arrival
        self._later: dict[Item, tuple[float, Cause]] = {}
        self._heap: list[tuple[float, Item]] = []  # of _later; entries that no longer hold are skipped
        self._failures: dict[Item, int] = {}

    def __len__(self) -> int:
        return len(self._ready)

    def __contains__(self, item: Item) -> bool:
        return item in self._ready

    def add(self, item: Item, cause: Cause = NO_CAUSE) -> None:
        """Put a key in line; one that is in line keeps its place and its cause."""
        self._ready.setdefault(item, cause)

    def add_at(self, item: Item, time: float, cause: Cause = NO_CAUSE) -> None:
        """Put a key in line at a time; of several times for one key the earliest holds."""
        known = self._later.get(item)
        if known is None or time < known[0]:
            self._later[item] = (time, cause)
            heappush(self._heap, (time, item))

    def add_after_failure(self, item: Item, now: float, cause: Cause = NO_CAUSE) -> None:
        """Put a key in line after its back-off: 5 ms, doubled by each failure since `forget`, at most 1000 s."""
        self.add_at(item, now + self.backoff(item), cause)

    def backoff(self, item: Item) -> float:
        """Count a failure and return the seconds to wait for it."""
        failures = self._failures.get(item, 0)
        self._failures[item] = failures + 1
        return min(self._base * 2.0 ** min(failures, 60), self._most)

    def failures(self, item: Item) -> int:
        """Return how often a key failed since it was forgotten."""
        return self._failures.get(item, 0)

    def forget(self, item: Item) -> None:
        """Forget a key's failures."""
        self._failures.pop(item, None)

    def take(self, now: float) -> tuple[Item, Cause] | None:
        """Take the next key out of the line; those whose time has come join it first."""
        while self._heap and self._heap[0][0] <= now:
            time, item = heappop(self._heap)
            due = self._later.get(item)
            if due is not None and due[0] == time:
                del self._later[item]
                self._ready.setdefault(item, due[1])
        if not self._ready:
            return None
        item = next(iter(self._ready))
        return item, self._ready.pop(item)

    def next_at(self) -> float | None:
        """Return when the next key that waits for its time joins the line; None without any."""
        while self._heap:
            time, item = self._heap[0]
            due = self._later.get(item)
            if due is not None and due[0] == time:
                return time
            heappop(self._heap)
        return None

    def state(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "ready": [[list(item), cause.revision, cause.command] for item, cause in self._ready.items()],
            "later": [[list(item), time, cause.revision, cause.command] for item, (time, cause) in self._later.items()],
            "failures": [[list(item), count] for item, count in self._failures.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become what `state` described."""
        self._ready = {tuple(item): Cause(revision, command) for item, revision, command in state["ready"]}
        self._later = {tuple(item): (time, Cause(rev, command)) for item, time, rev, command in state["later"]}
        self._heap = [(time, item) for item, (time, _) in self._later.items()]
        heapify(self._heap)
        self._failures = {tuple(item): count for item, count in state["failures"]}

"""The scheduling queue: active, back-off, unschedulable and gated pods, and which happenings wake which of them.

After pkg/scheduler/backend/queue/{scheduling_queue,active_queue,backoff_queue}.go. The caller tells the time (seconds).
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from playground.kube.scheduler.events import Action, Event, Happening, Hint
from playground.kube.scheduler.pods import Pod

FLUSH_AFTER: Final = 300.0  # seconds without success after which a refused pod is tried again anyhow

Hints = Mapping[str, tuple[tuple[Event, Hint], ...]]  # plugin -> what may undo its refusals


@dataclass(slots=True)
class Waiting:
    """A pod in the queue, and what is known of its tries.

    since: when it was last put into the queue. attempts: tries so far. failures: those that ended in a refusal; faults:
    those that broke. plugins: who refused it the last time. gate: the plugin that holds it back, "" for none.
    cause, command: the change that made it worth a try.
    """

    pod: Pod
    since: float
    order: int
    attempts: int = 0
    failures: int = 0
    faults: int = 0
    plugins: frozenset[str] = frozenset()
    gate: str = ""
    cause: int | None = None
    command: int | None = None
    where: str = ""  # active, backoff, unschedulable; "" when taken out or held back


@dataclass(slots=True)
class Backoff:
    """How long a pod waits after its n-th refusal: initial, doubled each time, up to highest. Seconds."""

    initial: float = 1.0
    highest: float = 10.0

    def after(self, failures: int) -> float:
        """Return the seconds to wait."""
        if failures <= 0:
            return 0.0
        return min(self.initial * 2.0 ** min(failures - 1, 60), self.highest)


@dataclass(slots=True)
class Queue:
    """Pods that have no node. `key`: a pod's place in the active queue, smallest first."""

    key: Callable[[Pod], int]
    hints: Mapping[str, Hints]  # by profile name
    backoff: Backoff = field(default_factory=Backoff)
    _pods: dict[str, Waiting] = field(default_factory=dict)
    _active: list[tuple[int, float, int, str]] = field(default_factory=list)
    _backoff: list[tuple[float, int, str]] = field(default_factory=list)  # after refusals
    _faulty: list[tuple[float, int, str]] = field(default_factory=list)  # after faults
    _refused: dict[str, None] = field(default_factory=dict)  # uids, in order of refusal
    _refusers: Counter[str] = field(default_factory=Counter)  # plugin -> refused pods that wait for its happenings
    _interested: dict[tuple[str, Action], frozenset[str]] = field(default_factory=dict)
    _count: int = 0

    def __contains__(self, uid: str) -> bool:
        return uid in self._pods

    def get(self, uid: str) -> Waiting | None:
        """Return a pod that waits, wherever it is."""
        return self._pods.get(uid)

    def all(self) -> Iterable[Waiting]:
        """Return all pods that wait, in order of arrival."""
        return self._pods.values()

    # Coming and going

    def add(self, pod: Pod, now: float, gate: str, by: tuple[int | None, int | None]) -> None:
        """Take in a pod that was never tried: to the active queue, or held back by a gate."""
        self._count += 1
        waiting = Waiting(pod, now, self._count, gate=gate, cause=by[0], command=by[1])
        self._pods[pod.uid] = waiting
        if not gate:
            self._activate(waiting)

    def remove(self, uid: str) -> None:
        """Forget a pod: it is bound or gone."""
        waiting = self._pods.pop(uid, None)
        if waiting is not None:
            self._no_longer_refused(waiting)
            waiting.where = ""

    def take(self, now: float) -> Waiting | None:
        """Take out the next pod to try: the first of the active queue, else one whose back-off is not over.

        A refused pod need not wait out its back-off while there is nothing else to do; one that ran into a fault does.
        """
        self._flush(now)
        waiting = self._first_active() or self._first_backing_off()
        if waiting is not None:
            waiting.where = ""
            waiting.attempts += 1
        return waiting

    def put_back(self, waiting: Waiting, now: float, plugins: frozenset[str]) -> None:
        """Take back a pod that found no node; `plugins` refused it, none: it was a fault or there are no nodes."""
        waiting.plugins, waiting.since = plugins, now
        self._pods[waiting.pod.uid] = waiting
        if plugins:
            waiting.failures, waiting.faults = waiting.failures + 1, 0
            self._note_refused(waiting)
            return
        waiting.faults += 1
        self._back_off(waiting)

    # What happens

    def happened(self, event: Happening, now: float, by: tuple[int | None, int | None]) -> None:
        """Wake the refused pods that this may help, by the hints of the plugins that refused them."""
        if not any(self._refusers[plugin] for plugin in self._plugins_for(event)):
            return
        for uid in list(self._refused):
            waiting = self._pods[uid]
            if self._is_worth(waiting, event):
                self._wake(waiting, now, by)

    def updated(self, pod: Pod, event: Happening, now: float, gate: str, by: tuple[int | None, int | None]) -> None:
        """Take over a waiting pod's new object; it is tried again if the change may help it."""
        waiting = self._pods[pod.uid]
        waiting.pod = pod
        if gate:
            waiting.gate = gate
            if waiting.where in ("active", "backoff"):
                waiting.where = ""
            return
        if waiting.gate:
            waiting.gate = ""
            waiting.since, (waiting.cause, waiting.command) = now, by
            self._activate(waiting)
        elif waiting.where == "unschedulable" and self._is_worth(waiting, event):
            self._wake(waiting, now, by)
        elif waiting.where == "active":
            self._activate(waiting)

    def next_at(self, now: float) -> float | None:
        """Return when something here falls due without anything happening; None: never."""
        times = [self.due(first) for heap in (self._backoff, self._faulty) if (first := self._peek(heap)) is not None]
        times += [self._pods[uid].since + FLUSH_AFTER for uid in islice(self._refused, 1)]
        return max(min(times), now) if times else None

    # State

    def state(self) -> dict[str, Any]:
        """Return everything as JSON, but for the pods' objects."""
        names = ("since", "order", "attempts", "failures", "faults", "gate", "cause", "command", "where")
        return {
            "count": self._count,
            "refused": list(self._refused),
            "pods": {
                uid: {**{name: getattr(item, name) for name in names}, "plugins": sorted(item.plugins)}
                for uid, item in self._pods.items()
            },
        }

    def restore(self, state: Mapping[str, Any], pods: Mapping[str, Pod]) -> None:
        """Take up what `state` gave; `pods`: the pods by uid."""
        self._count = state["count"]
        self._pods = {
            uid: Waiting(pods[uid], **{**item, "plugins": frozenset(item["plugins"])})
            for uid, item in state["pods"].items()
            if uid in pods
        }
        self._refused.clear()
        self._refusers.clear()
        for uid in state["refused"]:
            if uid in self._pods:
                self._note_refused(self._pods[uid])
        self._active, self._backoff, self._faulty = [], [], []
        for waiting in self._pods.values():
            if waiting.where == "active":
                self._activate(waiting)
            elif waiting.where == "backoff":
                self._back_off(waiting)

    # Inside

    def _activate(self, waiting: Waiting) -> None:
        waiting.where = "active"
        heapq.heappush(self._active, (self.key(waiting.pod), waiting.since, waiting.order, waiting.pod.uid))

    def _back_off(self, waiting: Waiting) -> None:
        waiting.where = "backoff"
        heap = self._faulty if waiting.faults else self._backoff
        heapq.heappush(heap, (self.due(waiting), waiting.order, waiting.pod.uid))

    def due(self, waiting: Waiting) -> float:
        """Return when a pod's back-off ends."""
        return waiting.since + self.backoff.after(waiting.faults or waiting.failures)

    def _wake(self, waiting: Waiting, now: float, by: tuple[int | None, int | None]) -> None:
        self._no_longer_refused(waiting)
        waiting.cause, waiting.command = by
        if self.due(waiting) > now:
            self._back_off(waiting)
        else:
            self._activate(waiting)

    def _note_refused(self, waiting: Waiting) -> None:
        waiting.where = "unschedulable"
        self._refused[waiting.pod.uid] = None
        self._refusers.update(waiting.plugins)

    def _no_longer_refused(self, waiting: Waiting) -> None:
        if waiting.pod.uid in self._refused:
            del self._refused[waiting.pod.uid]
            self._refusers.subtract(waiting.plugins)

    def _plugins_for(self, event: Happening) -> frozenset[str]:
        """The plugins of any profile that want to hear of such a happening."""
        key = (event.resource, event.actions)
        found = self._interested.get(key)
        if found is None:
            found = self._interested[key] = frozenset(
                plugin
                for hints in self.hints.values()
                for plugin, wanted in hints.items()
                if any(item.resource == event.resource and item.actions & event.actions for item, _ in wanted)
            )
        return found

    def _is_worth(self, waiting: Waiting, event: Happening) -> bool:
        hints = self.hints.get(waiting.pod.shape.spec.get("schedulerName") or "", {})
        for plugin in sorted(waiting.plugins):
            for wanted, hint in hints.get(plugin, ()):
                if wanted.resource == event.resource and wanted.actions & event.actions and hint(waiting.pod, event):
                    return True
        return False

    def _first_active(self) -> Waiting | None:
        """Pop the first entry that still holds; pods that moved on left theirs behind."""
        while self._active:
            key, since, _, uid = heapq.heappop(self._active)
            waiting = self._pods.get(uid)
            if waiting is None or waiting.where != "active":
                continue
            if (key, since) == (self.key(waiting.pod), waiting.since):
                return waiting
        return None

    def _first_backing_off(self) -> Waiting | None:
        first = self._peek(self._backoff)
        if first is not None:
            heapq.heappop(self._backoff)
        return first

    def _peek(self, heap: list[tuple[float, int, str]]) -> Waiting | None:
        """Return the pod whose back-off ends first, dropping entries that no longer hold."""
        while heap:
            due, _, uid = heap[0]
            waiting = self._pods.get(uid)
            if waiting is not None and waiting.where == "backoff" and due == self.due(waiting):
                return waiting
            heapq.heappop(heap)
        return None

    def _flush(self, now: float) -> None:
        """Bring back those whose back-off is over, and those that were refused long ago.

        The real one looks for the latter every half minute; here they come back on the second.
        """
        for heap in (self._backoff, self._faulty):
            while (first := self._peek(heap)) is not None and self.due(first) <= now:
                heapq.heappop(heap)
                self._activate(first)
        for uid in list(self._refused):
            if now - self._pods[uid].since < FLUSH_AFTER:
                break
            self._wake(self._pods[uid], now, (None, None))

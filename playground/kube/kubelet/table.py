"""All pods on all nodes, when each is to be looked at next, and which object each waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from playground.kube.kubelet.worker import Worker

Wanted = tuple[str, str, str]  # resource, namespace, name


class Table:
    """The workers. One heap holds the next moment of every pod; entries that no longer hold are skipped."""

    def __init__(self) -> None:
        self.workers: dict[str, Worker] = {}
        self.by_node: dict[str, dict[str, None]] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._order = 0
        self._wanting: dict[Wanted, dict[str, None]] = {}

    def add(self, worker: Worker) -> None:
        """Take in a pod."""
        self.workers[worker.uid] = worker
        self.by_node.setdefault(worker.node, {})[worker.uid] = None
        self.wants(worker, None)

    def remove(self, uid: str) -> Worker | None:
        """Forget a pod, and return what was known of it."""
        worker = self.workers.pop(uid, None)
        if worker is not None:
            self.by_node[worker.node].pop(uid, None)
            wanted, worker.wants = worker.wants, None
            self.wants(worker, wanted)
        return worker

    def on(self, node: str) -> list[Worker]:
        """Return the pods of a node, in the order in which they came."""
        return [self.workers[uid] for uid in self.by_node.get(node, ())]

    def wants(self, worker: Worker, before: Wanted | None) -> None:
        """Keep in mind which object a pod waits for; *before*: what it waited for until now."""
        if before is not None and before in self._wanting:
            self._wanting[before].pop(worker.uid, None)
            if not self._wanting[before]:
                del self._wanting[before]
        if worker.wants is not None:
            self._wanting.setdefault(worker.wants, {})[worker.uid] = None

    def waiting_for(self, wanted: Wanted) -> list[Worker]:
        """Return the pods that wait for an object."""
        return [self.workers[uid] for uid in self._wanting.get(wanted, ())]

    def push(self, worker: Worker) -> None:
        """Put a pod's next moment on the heap."""
        if worker.due is not None:
            self._order += 1
            heappush(self._heap, (worker.due, self._order, worker.uid))

    def due(self, now: float) -> Iterator[str]:
        """Return the pods whose moment has come, in order."""
        while self._heap and self._heap[0][0] <= now:
            time, _, uid = heappop(self._heap)
            if self._holds(time, uid):
                yield uid

    def next_at(self) -> float | None:
        """Return the next moment of any pod."""
        while self._heap:
            time, _, uid = self._heap[0]
            if self._holds(time, uid):
                return time
            heappop(self._heap)
        return None

    def heap(self) -> list[tuple[float, str]]:
        """Return what the heap holds, in order."""
        return [(time, uid) for time, _, uid in sorted(self._heap) if self._holds(time, uid)]

    def fill(self, heap: list[Any], workers: Mapping[str, Worker]) -> None:
        """Hold these pods and this heap, and nothing else."""
        self.workers.clear()
        self.by_node.clear()
        self._wanting.clear()
        for worker in workers.values():
            self.add(worker)
        self._heap = [(time, place, uid) for place, (time, uid) in enumerate(heap)]
        heapify(self._heap)
        self._order = len(self._heap)

    def _holds(self, time: float, uid: str) -> bool:
        worker = self.workers.get(uid)
        return worker is not None and worker.due == time

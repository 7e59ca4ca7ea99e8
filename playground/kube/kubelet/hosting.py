"""What runs on the nodes, for those who ask: memory for node-pressure eviction, use for metrics, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from playground.kube.client.workqueue import Cause
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects.frozen import Map
from playground.kube.runtime.capacity import Performance
from playground.kube.runtime.protocol import Container, Request, Response
from playground.kube.store import By


@dataclass(frozen=True, slots=True)
class Usage:
    """What a pod uses: CPU in cores, memory in bytes."""

    cpu: float
    memory: int


class Hosting:
    """The pods of all nodes as others may see them: eviction's Host, and the Pods of traffic and metrics."""

    def __init__(
        self,
        workers: Mapping[str, Worker],
        by_node: Mapping[str, Iterable[str]],
        evict: Callable[[str, str, Cause], None],
        disturbed: Callable[[Worker, Box, float], None],
    ) -> None:
        """See through the actor's tables; *evict* and *disturbed* tell it what was done."""
        self._workers, self._by_node = workers, by_node
        self._evict, self._disturbed = evict, disturbed

    def active(self, node: str) -> list[Map]:
        """Return the pods of a node that have anything running, by namespace and name."""
        found = [self._workers[uid] for uid in self._by_node.get(node, ())]
        running = [worker for worker in found if any(box.alive for box in worker.boxes)]
        return [worker.pod for worker in sorted(running, key=lambda worker: worker.key)]

    def memory(self, uid: str, at: float) -> Mapping[str, int]:
        """Return the bytes in use by each container of a pod at a time."""
        worker = self._workers.get(uid)
        if worker is None:
            return {}
        return {box.name: box.run.memory(at) for box in worker.boxes if box.alive and box.run is not None}

    def changes_at(self, node: str, now: float) -> float | None:
        """Return when the slope of some container's memory on a node changes next by itself."""
        times = (
            box.run.changes_at(now)
            for uid in self._by_node.get(node, ())
            for box in self._workers[uid].boxes
            if box.alive and box.run is not None
        )
        return min((time for time in times if time is not None), default=None)

    def evict(self, uid: str, message: str, by: By) -> None:
        """End a pod for lack of memory."""
        if uid in self._workers:
            self._evict(uid, message, Cause(by.cause, by.command))

    def uses(self, uid: str, now: float) -> Mapping[str, Usage]:
        """Return what each container of a pod uses, by its name."""
        worker = self._workers.get(uid)
        running = ((box, box.run) for box in worker.boxes) if worker is not None else ()
        return {box.name: Usage(run.cpu(now), run.memory(now)) for box, run in running if box.alive and run is not None}

    def usage(self, uid: str, now: float) -> Usage | None:
        """Return what a pod uses; None when nothing of it runs."""
        uses = list(self.uses(uid, now).values())
        if not uses:
            return None
        return Usage(sum(each.cpu for each in uses), sum(each.memory for each in uses))

    def load(self, uid: str, requests: float, now: float) -> None:
        """So many requests a second reach a pod from now on."""
        worker, run = self._workers.get(uid), self._server(uid)
        if worker is None or run is None:
            return
        run.load(requests, now)
        box = next(box for box in worker.boxes if box.run is run)
        self._disturbed(worker, box, now)

    def performance(self, uid: str, now: float) -> Performance | None:
        """Return what becomes of the requests to a pod; None when nothing of it runs."""
        run = self._server(uid)
        return run.performance(now) if run is not None else None

    def performance_changes_at(self, uid: str, now: float) -> float | None:
        """Return when that changes next by itself, without anything being written."""
        run = self._server(uid)
        return run.changes_at(now) if run is not None else None

    def _server(self, uid: str) -> Container | None:
        """Return the container that a pod's load goes to: the first main one with ports, else the first that runs."""
        worker = self._workers.get(uid)
        alive = [box for box in worker.mains() if box.alive] if worker is not None else []
        chosen = next((box for box in alive if box.spec.get("ports")), alive[0] if alive else None)
        return chosen.run if chosen is not None else None

    def listens(self, uid: str, port: int, now: float) -> bool:
        """Tell whether a container of a pod takes connections on a port."""
        return self._listener(uid, port, now) is not None

    def answer(self, uid: str, request: Request, now: float) -> Response:
        """Answer one request to a pod; status 0 when nobody listens there."""
        run = self._listener(uid, request.port, now)
        return run.answer(request, now) if run is not None else Response(0)

    def _listener(self, uid: str, port: int, now: float) -> Container | None:
        worker = self._workers.get(uid)
        for box in worker.boxes if worker is not None else ():
            if box.alive and box.run is not None and box.run.accepts(port, now):
                return box.run
        return None

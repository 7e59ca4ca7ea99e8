"""The kubelet's events: about pods and their containers, from the node that says it, and not more than are let through.

After pkg/kubelet/events/event.go, container/ref.go, and client-go/tools/record/events_cache.go (EventSourceObjectSpam-
Filter: 25 events about one object, then one every 5 minutes).
"""

from __future__ import annotations

from playground.kube.apiserver import ApiServer
from playground.kube.client.controller import Context
from playground.kube.kubelet.timing import EVENT_BURST, EVENT_REFILL
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.store import By

NAME = "kubelet"


def by_of(worker: Worker) -> By:
    """Return who writes about a pod, and because of what."""
    return By(NAME, worker.cause.revision, worker.cause.command)


class Recorder:
    """Says what happens to pods."""

    def __init__(self, context: Context) -> None:
        self._api: ApiServer = context.api
        self._clock, self._machines = context.clock, context.machines

    def reaches(self, node: str) -> bool:
        """Tell whether a node's kubelet is heard by the API server."""
        machine = self._machines.get(node)
        return machine is None or machine.reachable

    def tell(self, worker: Worker, reason: str, message: str, *, box: Box | None = None, warning: bool = False) -> None:
        """Record an event about a pod, or about one of its containers."""
        if not self._spend(worker) or not self.reaches(worker.node):
            return
        self._api.record_event(
            worker.pod,
            reason,
            message,
            by=by_of(worker),
            warning=warning,
            host=worker.node,
            field=box.field if box is not None else "",
        )

    def next_token(self, worker: Worker, now: float) -> float:
        """Return when the next event about a pod would be let through."""
        tokens = min(EVENT_BURST, worker.tokens + (now - worker.tokens_at) / EVENT_REFILL)
        return now if tokens >= 1 else worker.tokens_at + (1 - worker.tokens) * EVENT_REFILL

    def _spend(self, worker: Worker) -> bool:
        now = self._clock.now
        tokens = min(EVENT_BURST, worker.tokens + (now - worker.tokens_at) / EVENT_REFILL)
        spent = tokens >= 1 - 1e-9
        worker.tokens, worker.tokens_at = tokens - 1 if spent else tokens, now
        return spent

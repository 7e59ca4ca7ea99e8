"""Everything the scheduler writes, through the API server: bindings, conditions, nominations, evictions, events."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, Protocol

from playground.kube.apiserver import DeleteOptions
from playground.kube.objects.frozen import Map, Object
from playground.kube.scheduler.pods import Pod
from playground.kube.store import By, Change

NOTE_LIMIT: Final = 1024  # bytes of an event's message (pkg/apis/core/validation, NoteLengthLimit)


class Api(Protocol):
    """The part of the API server that the scheduler uses."""

    @property
    def revision(self) -> int:
        """The newest revision."""

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> list[Change]:
        """What happened after a revision; raises Compacted."""

    def objects(self, resource: str) -> list[Map]:
        """All objects of a resource."""

    def bind(self, namespace: str, name: str, node: str, *, by: By) -> Any: ...

    def set_pod_condition(
        self, namespace: str, name: str, condition: Object, *, by: By, nominated: str | None = None
    ) -> Any: ...

    def record_event(self, about: Object, reason: str, message: str, *, by: By, warning: bool = False) -> Any: ...

    def update(self, obj: Object, *, by: By) -> Any: ...

    def delete(self, resource: str, name: str, namespace: str | None, *, by: By, options: DeleteOptions) -> Any: ...


class Writes:
    """The scheduler's pen. `by.actor` is the pod's schedulerName. Raises ApiError where the API server refuses."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def bind(self, pod: Pod, node: str, by: By) -> None:
        """Bind a pod and say so."""
        self._api.bind(pod.namespace, pod.name, node, by=by)
        words = f"Successfully assigned {pod.namespace}/{pod.name} to {node}"
        self._api.record_event(pod.object, "Scheduled", words, by=by)

    def refuse(self, pod: Pod, reason: str, message: str, nominated: str | None, by: By) -> None:
        """Say why a pod stays pending: an event, its condition, and the node it is nominated to ("" for none any more,
        None to leave that as it is)."""
        self._api.record_event(pod.object, "FailedScheduling", shortened(message), by=by, warning=True)
        condition = {**_head(pod, "PodScheduled"), "status": "False", "reason": reason, "message": message}
        self._api.set_pod_condition(pod.namespace, pod.name, condition, nominated=nominated, by=by)

    def skip(self, pod: Pod, by: By) -> None:
        """Say that a pod is not looked at, since it is being deleted."""
        words = f"skip schedule deleting pod: {pod.namespace}/{pod.name}"
        self._api.record_event(pod.object, "FailedScheduling", words, by=by, warning=True)

    def evict(self, victim: Pod, preemptor: Pod, node: str, by: By) -> None:
        """Make a victim go: condition, deletion with its own grace period, event (framework/preemption/executor.go)."""
        condition = {
            **_head(victim, "DisruptionTarget"),
            "status": "True",
            "reason": "PreemptionByScheduler",
            "message": f"{by.actor}: preempting to accommodate a higher priority pod",
        }
        self._api.set_pod_condition(victim.namespace, victim.name, condition, by=by)
        self._api.delete("pods", victim.name, victim.namespace, by=by, options=DeleteOptions())
        self._api.record_event(victim.object, "Preempted", f"Preempted by pod {preemptor.uid} on node {node}", by=by)

    def denominate(self, pod: Pod, by: By) -> None:
        """Take back a pod's nomination and nothing else."""
        conditions = (pod.object.get("status") or {}).get("conditions") or ()
        present = next((item for item in conditions if item["type"] == "PodScheduled"), None)
        if present is not None:
            self._api.set_pod_condition(pod.namespace, pod.name, present, nominated="", by=by)

    def update(self, obj: Object, by: By) -> None:
        """Write an object back: a claim with the node chosen for it, a volume with its claim."""
        self._api.update(obj, by=by)


def _head(pod: Pod, kind: str) -> dict[str, object]:
    """Return how a condition begins: its type, and which generation of the pod it is about."""
    generation = pod.object["metadata"].get("generation")
    return {"type": kind, "observedGeneration": generation} if generation else {"type": kind}


def shortened(message: str) -> str:
    """Cut a message to what an event may hold."""
    if len(message.encode()) <= NOTE_LIMIT:
        return message
    return message.encode()[: NOTE_LIMIT - 4].decode(errors="ignore") + " ..."

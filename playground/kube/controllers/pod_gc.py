"""Pods that nobody looks after any more: of nodes that are gone, never scheduled, out of service, or ended long ago.

After pkg/controller/podgc/gc_controller.go, which looks around every 20 s. Here a look is due at such a moment only if
something has happened that it may find. A node is gone when it was missing in a look and still is 40 s later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.meta import Key
from playground.kube.store import By, Change

Json = dict[str, Any]
Maps = list[Map]

PERIOD: Final = 20.0  # seconds
QUARANTINE: Final = 40.0
_LOOK: Final = ("look",)
_OUT_OF_SERVICE: Final = "node.kubernetes.io/out-of-service"


class PodGarbageCollector(Controller):
    """One key: it is time to look around."""

    name = "pod-garbage-collector-controller"

    def __init__(self, context: Context) -> None:
        self._ended: set[Key] = set()
        self._origin = context.clock.now  # looks are multiples of the period after it
        self._missing: dict[str, float] = {}  # node -> when its quarantine is over
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch pods and nodes."""
        return {"nodes": self._node_changed, "pods": self._pod_changed}

    def _node_changed(self, change: Change) -> None:
        name = change.key[1]
        if change.type == "DELETED":
            concerned = bool(self.informers.cache("pods").by("node", name))
        else:
            concerned = _is_out_of_service(change.object) and any(
                meta.deleting(pod) for pod in self.informers.cache("pods").by("node", name)
            )
        if concerned:
            self._look_soon(change)

    def _pod_changed(self, change: Change) -> None:
        pod = change.object
        if change.type == "DELETED":
            self._ended.discard(change.key)
            return
        node = pod["spec"].get("nodeName")
        if pods.is_over(pod):
            self._ended.add(change.key)
            if len(self._ended) > self.context.settings.terminated_pod_gc_threshold > 0:
                self._look_soon(change)
        found = self.informers.cache("nodes").get("", node) if node else None
        if meta.deleting(pod) and (not node or (found is not None and _is_out_of_service(found))):
            self._look_soon(change)
        if node and found is None:
            self._look_soon(change)

    def _look_soon(self, change: Change | None, cause: Cause | None = None) -> None:
        """Be due at the next multiple of the period."""
        looks = (self.clock.now - self._origin) // PERIOD + 1
        because = Cause.of(change) if change is not None else cause or Cause()
        self.queue.add_at(_LOOK, self._origin + looks * PERIOD, because)

    def sync(self, item: Item, by: By) -> None:
        """Look around (gc)."""
        del item
        everything = self.informers.cache("pods").list()
        self._remove_ended(by)
        self._remove_terminating(everything, by)
        self._remove_orphaned(everything, by)
        for pod in everything:
            if meta.deleting(pod) and not pod["spec"].get("nodeName"):
                self._remove(pod, None, by)

    def failed(self, item: Item, error: ApiError, cause: Cause) -> None:
        """What failed is tried again with the next look."""
        del item, error
        self._look_soon(None, cause)

    def _remove_ended(self, by: By) -> None:
        """Remove the oldest of the ended pods that are too many, evicted ones first (gcTerminated)."""
        threshold = self.context.settings.terminated_pod_gc_threshold
        many = len(self._ended) - threshold
        if threshold <= 0 or many <= 0:
            return
        cache = self.informers.cache("pods")
        found = [pod for key in self._ended if (pod := cache.get(*key)) is not None]
        for pod in sorted(found, key=_age)[:many]:
            self._remove(pod, None, by)

    def _remove_terminating(self, everything: Iterable[Map], by: By) -> None:
        """Remove pods that are to go from nodes that are out of service (gcTerminating)."""
        nodes = self.informers.cache("nodes")
        found = []
        for pod in everything:
            if meta.deleting(pod):
                node = nodes.get("", pod["spec"].get("nodeName") or "")
                if node is not None and _is_out_of_service(node):
                    found.append(pod)
        for pod in sorted(found, key=_age):
            self._remove(pod, None, by)

    def _remove_orphaned(self, everything: Maps, by: By) -> None:
        """Remove the pods of nodes that have been missing for long enough (gcOrphaned)."""
        nodes, now = self.informers.cache("nodes"), self.clock.now
        orphans = [pod for pod in everything if (at := pod["spec"].get("nodeName")) and nodes.get("", at) is None]
        names = {pod["spec"]["nodeName"] for pod in orphans}
        gone = {name for name, over in self._missing.items() if over < now and name in names}
        self._missing = {name: self._missing.get(name, now + QUARANTINE) for name in sorted(names) if name not in gone}
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "DeletionByPodGC",
            "message": "PodGC: node no longer exists",
        }
        for pod in orphans:
            if pod["spec"]["nodeName"] in gone:
                self._remove(pod, condition, by)
        if self._missing:
            self._look_soon(None, Cause(by.cause, by.command))

    def _remove(self, pod: Map, condition: Json | None, by: By) -> None:
        """Mark a pod as failed, if it has not ended, and delete it at once (markFailedAndDeletePod)."""
        namespace, name = meta.key(pod)
        try:
            if not pods.is_over(pod):
                self.api.set_status("pods", namespace, name, self._failed(pod, condition), by=by)
            self.api.delete("pods", name, namespace, by=by, options=DeleteOptions(grace=0))
        except ApiError as error:
            if error.code != 404:
                raise

    def _failed(self, pod: Map, condition: Json | None) -> Json:
        status = dict(pod.get("status") or {})
        generation = pod["metadata"].get("generation", 0)
        status |= {"phase": "Failed"} | ({"observedGeneration": generation} if generation else {})
        if condition is not None:
            kept = [each for each in status.get("conditions") or () if each["type"] != condition["type"]]
            seen = {"observedGeneration": generation} if generation else {}
            status["conditions"] = [*kept, {**condition, **seen, "lastTransitionTime": self.clock.stamp()}]
        return status

    def own_state(self) -> Json:
        """Return when looks are due and which nodes are missing."""
        return {"origin": self._origin, "missing": dict(self._missing)}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._origin, self._missing = state["origin"], dict(state["missing"])


def _is_out_of_service(node: Object) -> bool:
    """Tell whether somebody has said that a node that is not ready will not come back."""
    taints = (node.get("spec") or {}).get("taints") or ()
    return any(taint["key"] == _OUT_OF_SERVICE for taint in taints) and not pods.is_ready(node)


def _age(pod: Object) -> tuple[bool, str, str, str]:
    """Evicted pods come first, then the oldest (byEvictionAndCreationTimestamp)."""
    evicted = (pod.get("status") or {}).get("reason") == "Evicted"
    return not evicted, pod["metadata"]["creationTimestamp"], meta.name(pod), meta.namespace(pod)

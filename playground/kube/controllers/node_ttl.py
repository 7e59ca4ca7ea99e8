"""The TTL controller: tells each node, by an annotation, how long its kubelet may keep Secrets in memory.

After pkg/controller/ttl/ttl_controller.go: the larger the cluster, the longer. The step is reconsidered as nodes come
and go, and a node learns of it when it changes next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Item
from playground.kube.objects import meta
from playground.kube.objects.frozen import put
from playground.kube.store import By, Change

ANNOTATION: Final = "node.alpha.kubernetes.io/ttl"
# Smallest and largest number of nodes of each step, and its seconds. Steps overlap, so that none flips to and fro.
STEPS: Final = (
    (0, 100, 0),
    (90, 500, 15),
    (450, 1000, 30),
    (900, 2000, 60),
    (1800, 10000, 300),
    (9000, 1 << 62, 600),
)


class NodeTtl(Controller):
    """Items of its queue: (name,) of a node."""

    name = "ttl-controller"

    def __init__(self, context: Context) -> None:
        self._step, self._count = 0, 0
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch nodes."""
        return {"nodes": self._changed}

    def sync(self, item: Item, by: By) -> None:
        """Write the annotation where it is not as wanted."""
        node = self.informers.cache("nodes").get("", item[0])
        wanted = str(STEPS[self._step][2])
        if node is not None and meta.annotations(node).get(ANNOTATION) != wanted:
            fresh = self.api.get("nodes", item[0]).object
            annotations = {**meta.annotations(fresh), ANNOTATION: wanted}
            self.api.set_node(put(fresh, ("metadata", "annotations"), annotations), by=by)

    def own_state(self) -> dict[str, Any]:
        """Return the step and the number of nodes."""
        return {"step": self._step, "count": self._count}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._step, self._count = state["step"], state["count"]

    def _changed(self, change: Change) -> None:
        if change.type == "DELETED":
            self._count -= 1
        else:
            self._count += change.type == "ADDED"
            self.enqueue((change.key[1],), change)
        least, most, _ = STEPS[self._step]
        self._step += (self._count > most) - (self._count < least)

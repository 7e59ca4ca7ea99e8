"""When a node was last seen alive, and what is said of one that has fallen silent.

After tryUpdateNodeHealth in pkg/controller/nodelifecycle/node_lifecycle_controller.go. The real controller looks at all
Leases every 5 s and remembers when it saw one renewed; that time is worked out here from when the node beat.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from playground.kube.apiserver.leases import NAMESPACE, RESOURCE
from playground.kube.client.controller import Context
from playground.kube.client.pods import condition
from playground.kube.clock import seconds_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, EMPTY_LIST, Object

Json = dict[str, Any]

STARTUP_GRACE: Final = 60.0  # for a node whose kubelet has never said anything
KINDS: Final = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


class Health:
    """What is known of all nodes' signs of life. *first*: when each was seen first, or was last forgiven."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._start = context.clock.now
        self.first: dict[str, float] = {}

    def tick(self, time: float) -> float:
        """Return the first look at nodes at or after a time; looks are a period apart, from the controller's start."""
        period = self._context.settings.node_monitor_period
        return self._start + ceil((time - self._start) / period - 1e-9) * period

    def due(self, node: Object) -> float:
        """Return the look at which a node counts as silent, if it gives no sign of life until then."""
        name, now = meta.name(node), self._context.clock.now
        grace = self._context.settings.node_monitor_grace_period
        seen = self.first.get(name, self.tick(now))
        ready = condition(node, "Ready")
        if ready is None:
            grace, seen = STARTUP_GRACE, seconds_of(meta.metadata(node)["creationTimestamp"])
        last = max((at for at in self._signs(name, ready) if at <= now), default=None)
        return self.tick((seen if last is None else max(seen, self.tick(last))) + grace)

    def beats(self, node: str) -> bool:
        """Tell whether a node beats, so that it needs no look."""
        return self._context.heartbeats.beating(node)

    def state(self) -> list[Any]:
        """Return what is known, as JSON."""
        return [self._start, self.first]

    def restore(self, state: list[Any]) -> None:
        """Take up what `state` gave."""
        self._start, self.first = state[0], dict(state[1])

    def _signs(self, name: str, ready: Mapping[str, Any] | None) -> list[float]:
        signs = []
        beat = self._context.heartbeats.last(name, self._context.clock.now)
        if beat is not None:
            signs.append(beat)
        lease = self._context.informers.cache(RESOURCE).get(NAMESPACE, name)
        renewed = (lease.get("spec") or EMPTY).get("renewTime") if lease is not None else None
        told = (ready or EMPTY).get("lastHeartbeatTime")
        return signs + [seconds_of(stamp) for stamp in (renewed, told) if stamp]


def silent_conditions(node: Object, now: str) -> list[Json]:
    """Return the conditions of a node that has fallen silent: Unknown, those that it never had, too."""
    known = (node.get("status") or EMPTY).get("conditions") or EMPTY_LIST
    told = [_silent(old, now) if old["type"] in KINDS else dict(old) for old in known]
    there = {old["type"] for old in known}
    born = meta.metadata(node)["creationTimestamp"]
    return told + [
        {
            "type": kind,
            "status": "Unknown",
            "lastHeartbeatTime": born,
            "lastTransitionTime": now,
            "reason": "NodeStatusNeverUpdated",
            "message": "Kubelet never posted node status.",
        }
        for kind in KINDS
        if kind not in there
    ]


def ready_of(node: Object) -> str | None:
    """Return the status of a node's Ready condition; None when there is none."""
    found = condition(node, "Ready")
    return None if found is None else found["status"]


def _silent(old: Object, now: str) -> Json:
    if old["status"] == "Unknown":
        return dict(old)
    told = {"reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
    return {**old, "status": "Unknown", "lastTransitionTime": now, **told}

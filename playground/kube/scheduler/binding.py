"""Between the choice of a node and the binding: PreBind, and pods that wait for their volumes.

After pkg/scheduler/framework/plugins/volumebinding/binder.go (BindPodVolumes, checkBindings).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.clock import Clock
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.profile import Profile
from playground.kube.scheduler.queue import Waiting
from playground.kube.scheduler.writes import Writes
from playground.kube.store import By, Change

TIMEOUT: Final = 600.0  # seconds (bindTimeoutSeconds)
OF_VOLUMES: Final = frozenset({"persistentvolumeclaims", "persistentvolumes"})


@dataclass(slots=True)
class Pending:
    """A pod placed on a node whose volumes are not bound yet."""

    waiting: Waiting
    node: str
    until: float


class Binder:
    """Pods whose binding is under way. They count on their nodes meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: dict[str, Pending] = {}
        self._look: list[str] = []  # uids to look at again, since a volume or claim changed

    def ready(self, waiting: Waiting, node: str, profile: Profile, writes: Writes, by: By) -> bool:
        """Run the PreBind plugins and write what they want written; True when the pod may be bound now."""
        pod = waiting.pod
        is_ready = True
        for plugin in profile.binds:
            needed = plugin.pre_bind(pod, node)
            for obj in needed.writes:
                writes.update(obj, by)
            is_ready &= needed.ready
        if is_ready:
            self._pending.pop(pod.uid, None)
        elif pod.uid not in self._pending:
            self._pending[pod.uid] = Pending(waiting, node, self._clock.now + TIMEOUT)
        return is_ready

    def due(self) -> tuple[Waiting, str, bool] | None:
        """Return a pod to go on with, its node, and whether its time is over; None when there is none."""
        for uid, pending in self._pending.items():
            if self._clock.now >= pending.until:
                del self._pending[uid]
                return pending.waiting, pending.node, True
        while self._look:
            found = self._pending.get(self._look.pop(0))
            if found is not None:
                return found.waiting, found.node, False
        return None

    def happened(self, change: Change) -> None:
        """Note what may let a pod go on, or that it is gone."""
        if change.resource in OF_VOLUMES:
            self._look = list(self._pending)
        elif change.resource == "pods" and change.type == "DELETED" and self._pending:
            self._pending.pop(change.object["metadata"]["uid"], None)

    def node_of(self, uid: str) -> str:
        """Return the node of a pod that waits here."""
        return self._pending[uid].node

    def next_at(self) -> float | None:
        """Return when the first wait is over."""
        return min((pending.until for pending in self._pending.values()), default=None)

    def state(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            uid: {"node": item.node, "until": item.until, "cause": item.waiting.cause, "command": item.waiting.command}
            for uid, item in self._pending.items()
        }

    def restore(self, state: Mapping[str, Any], pods: Mapping[str, Pod]) -> list[str]:
        """Take up what `state` gave; returns the uids."""
        for uid, item in state.items():
            if uid in pods:
                waiting = Waiting(pods[uid], self._clock.now, 0, cause=item["cause"], command=item["command"])
                self._pending[uid] = Pending(waiting, item["node"], item["until"])
        self._look = list(self._pending)
        return list(self._pending)

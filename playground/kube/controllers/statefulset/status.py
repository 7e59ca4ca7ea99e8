"""A StatefulSet's status: counts of its pods, and when an update is complete.

After pkg/controller/statefulset/stateful_set_control.go (computeReplicaStatus) and stateful_set_utils.go
(inconsistentStatus, completeRollingUpdate).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.client.pods import is_available
from playground.kube.controllers.statefulset.identity import is_created, is_running_and_ready, replicas_of, revision_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Json = dict[str, Any]

COMPARED: Final = (
    "replicas", "currentReplicas", "readyReplicas", "updatedReplicas", "currentRevision", "availableReplicas",
    "updateRevision",
)  # fmt: skip
ALWAYS: Final = frozenset({"replicas", "availableReplicas", "collisionCount"})  # written even when they are 0


@dataclass(slots=True)
class Counts:
    """How many pods there are, and of which kinds."""

    replicas: int = 0
    ready: int = 0
    available: int = 0
    current: int = 0
    updated: int = 0

    @classmethod
    def of(cls, pods: Iterable[Object], current: str, updated: str, min_ready: int, now: float) -> Counts:
        """Count pods; *current* and *updated* are names of revisions."""
        counts = cls()
        for pod in pods:
            if is_running_and_ready(pod):
                counts.ready += 1
                counts.available += is_available(pod, min_ready, now)
            if is_created(pod):
                counts.replicas += 1
                counted = not meta.deleting(pod)
                counts.current += counted and revision_of(pod) == current
                counts.updated += counted and revision_of(pod) == updated
        return counts


def status_of(statefulset: Object, counts: Counts, current: str, updated: str, collisions: int) -> Json:
    """Return the status; an update that has reached every pod makes its revision the current one."""
    total = replicas_of(statefulset)
    done = counts.updated == counts.ready == counts.replicas == total
    if done and statefulset["spec"]["updateStrategy"]["type"] == "RollingUpdate":
        counts.current, current = counts.updated, updated
    status = {
        "observedGeneration": meta.metadata(statefulset).get("generation") or 0,
        "replicas": counts.replicas,
        "readyReplicas": counts.ready,
        "currentReplicas": counts.current,
        "updatedReplicas": counts.updated,
        "currentRevision": current,
        "updateRevision": updated,
        "collisionCount": collisions,
        "availableReplicas": counts.available,
    }
    return {field: value for field, value in status.items() if value or field in ALWAYS}


def is_news(status: Mapping[str, Any], statefulset: Object) -> bool:
    """Tell whether a status says something that the set's own does not."""
    known = statefulset.get("status") or EMPTY
    if status.get("observedGeneration", 0) > (known.get("observedGeneration") or 0):
        return True
    return any((status.get(field) or 0) != (known.get(field) or 0) for field in COMPARED)

"""VolumeZone: a volume with zone or region labels is used only where the node has the same
(plugins/volumezone/volume_zone.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from playground.kube.scheduler import volumes
from playground.kube.scheduler.events import Action, Event, Hint, always
from playground.kube.scheduler.framework import Code, Handle, PreFilterResult, Reads, Status
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Rows

NAME: Final = "VolumeZone"
REASON: Final = "node(s) had no available volume zone"
LABELS: Final = (
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
)
BETA: Final = {
    "topology.kubernetes.io/zone": "failure-domain.beta.kubernetes.io/zone",
    "topology.kubernetes.io/region": "failure-domain.beta.kubernetes.io/region",
}

Want = tuple[tuple[str, frozenset[str]], ...]


class VolumeZone:
    """Refuses nodes outside the zones of the pod's volumes."""

    name = NAME
    reads = Reads.NODE

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table
        self._objects = handle.objects

    def pre_filter(self, pod: Pod) -> PreFilterResult | None:
        """Refuse a pod with a claim that has neither a volume nor a class that waits for the pod."""
        for claim in volumes.claims(self._objects, pod.shape):
            name = volumes.volume_name(claim)
            if name and self._objects.get(volumes.VOLUMES, "", name) is None:
                return _refusal(f'persistentvolume "{name}" not found')
            if not name and not volumes.waits_for_consumer(self._objects, claim):
                return _refusal("PersistentVolume had no name")
        return None

    def filter_want(self, shape: Shape) -> Want | None:
        """Return the labels a node must have one of the values of; None when no volume has any."""
        wanted: list[tuple[str, frozenset[str]]] = []
        for claim in volumes.claims(self._objects, shape):
            volume = self._objects.get(volumes.VOLUMES, "", volumes.volume_name(claim)) or {}
            labels = (volume.get("metadata") or {}).get("labels") or {}
            wanted += [(key, frozenset(labels[key].split("__"))) for key in LABELS if key in labels]
        return tuple(wanted) or None

    def filter_rows(self, want: Want, rows: Rows) -> IntArray:
        """1 where a label has another value. A node without any of the four labels is in a cluster of one zone."""
        nodes = self._table.rows
        return np.array([_elsewhere(want, nodes[row].labels) for row in rows], dtype=np.int64)

    def explain(self, _want: Want, _verdict: int) -> Status:
        """There is one reason."""
        return Status(Code.UNRESOLVABLE, (REASON,), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """Anything that may change labels or bindings."""
        return (
            (Event(volumes.CLASSES, Action.ADD), always),
            (Event("nodes", Action.ADD | Action.UPDATE_NODE_LABEL), always),
            (Event(volumes.CLAIMS, Action.ADD | Action.UPDATE), always),
            (Event(volumes.VOLUMES, Action.ADD | Action.UPDATE), always),
        )


def _elsewhere(want: Want, labels: Mapping[str, str]) -> bool:
    if not any(key in labels for key in LABELS):
        return False
    for key, values in want:
        value = labels.get(key, labels.get(BETA.get(key, "")))
        if value not in values:
            return True
    return False


def _refusal(reason: str) -> PreFilterResult:
    return PreFilterResult(Status(Code.UNRESOLVABLE, (reason,), NAME))


def new(_args: Mapping[str, Any], handle: Handle) -> VolumeZone:
    """Make the plugin."""
    return VolumeZone(handle)

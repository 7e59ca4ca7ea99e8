"""NodeVolumeLimits: a CSI driver attaches only so many volumes to a node (plugins/nodevolumelimits/csi.go).

Limits stand in CSINode objects; a node without one, or a driver without a count, has no limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from playground.kube.scheduler import volumes
from playground.kube.scheduler.events import Action, Event, Hint, always
from playground.kube.scheduler.framework import Code, Handle, Status
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray, Node

NAME: Final = "NodeVolumeLimits"
REASON: Final = "node(s) exceed max volume count"


class Attached(NamedTuple):
    """A volume that a driver has to attach."""

    driver: str
    handle: str


class NodeVolumeLimits:
    """Refuses nodes on which a driver would have too many volumes."""

    name = NAME

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table
        self._objects = handle.objects

    def filter_want(self, shape: Shape) -> frozenset[Attached] | None:
        """Return the CSI volumes of the pod, None without any or while no node has a limit."""
        if not self._objects.list(volumes.CSI_NODES):
            return None
        return self._attached(shape) or None

    def filter_all(self, want: frozenset[Attached]) -> IntArray:
        """1 where a limit would be passed."""
        return np.array([self._is_over(node, want) for node in self._table.rows], dtype=np.int64)

    def explain(self, _want: frozenset[Attached], _verdict: int) -> Status:
        """There is one reason."""
        return Status(Code.UNSCHEDULABLE, (REASON,), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A pod that left, a claim that came, a CSINode that changed."""
        return (
            (Event("assigned", Action.DELETE), always),
            (Event(volumes.CLAIMS, Action.ADD), always),
            (Event(volumes.CSI_NODES, Action.ADD | Action.UPDATE), always),
        )

    def _is_over(self, node: Node, want: frozenset[Attached]) -> int:
        limits = self._limits(node.name)
        if not limits:
            return 0
        there = {item for pod in node.pods.values() for item in self._attached(pod.shape)}
        for driver, limit in limits.items():
            fresh = [item for item in want - there if item.driver == driver]
            if fresh and sum(item.driver == driver for item in there) + len(fresh) > limit:
                return 1
        return 0

    def _limits(self, node: str) -> dict[str, int]:
        csi_node = self._objects.get(volumes.CSI_NODES, "", node) or {}
        drivers = (csi_node.get("spec") or {}).get("drivers") or ()
        counts = {item["name"]: (item.get("allocatable") or {}).get("count") for item in drivers}
        return {driver: count for driver, count in counts.items() if count is not None}

    def _attached(self, shape: Shape) -> frozenset[Attached]:
        """The CSI volumes of a pod: those of its bound claims."""
        found = set()
        for claim in volumes.claims(self._objects, shape):
            volume = self._objects.get(volumes.VOLUMES, "", volumes.volume_name(claim)) or {}
            csi = (volume.get("spec") or {}).get("csi")
            if csi:
                found.add(Attached(csi["driver"], csi["volumeHandle"]))
        return frozenset(found)


def new(_args: Mapping[str, Any], handle: Handle) -> NodeVolumeLimits:
    """Make the plugin."""
    return NodeVolumeLimits(handle)

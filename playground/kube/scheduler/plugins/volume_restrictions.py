"""VolumeRestrictions: a disk that only one pod may write to, and claims that only one pod may use
(plugins/volumerestrictions/volume_restrictions.go)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from playground.kube.scheduler import volumes
from playground.kube.scheduler.events import Action, Event, Hint, always
from playground.kube.scheduler.framework import Code, Handle, Status
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray

NAME: Final = "VolumeRestrictions"
REASON_DISK: Final = "node(s) had no available disk"
REASON_ONCE_POD: Final = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
DISK, ONCE_POD = 1, 2  # verdicts
ONCE_POD_MODE: Final = "ReadWriteOncePod"


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk named in the pod itself. Two pods may share it only if both just read, where that is allowed at all."""

    kind: str
    identity: str
    read_only: bool

    def conflicts(self, other: Disk) -> bool:
        """Tell whether two pods cannot use the disk on one node."""
        if (self.kind, self.identity) != (other.kind, other.identity):
            return False
        return self.kind == "awsElasticBlockStore" or not (self.read_only and other.read_only)


@dataclass(frozen=True, slots=True)
class Want:
    """The pod's disks, and the claims (by name) that nobody else may use."""

    namespace: str
    disks: tuple[Disk, ...]
    claims: frozenset[str]


class VolumeRestrictions:
    """Refuses nodes whose pods use the disk, and all nodes while any pod uses the claim."""

    name = NAME

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table
        self._objects = handle.objects

    def filter_want(self, shape: Shape) -> Want | None:
        """Return disks and exclusive claims, None without either."""
        exclusive = frozenset(
            claim["metadata"]["name"]
            for claim in volumes.claims(self._objects, shape)
            if ONCE_POD_MODE in (claim["spec"].get("accessModes") or ())
        )
        disks = disks_of(shape)
        return Want(shape.namespace, disks, exclusive) if disks or exclusive else None

    def filter_all(self, want: Want) -> IntArray:
        """DISK on nodes with a conflicting disk; ONCE_POD everywhere else while an exclusive claim is in use."""
        verdicts = np.zeros(len(self._table), dtype=np.int64)
        for row, pod in self._table.pods():
            if any(mine.conflicts(other) for mine in want.disks for other in disks_of(pod.shape)):
                verdicts[row] = DISK
            elif want.claims and pod.namespace == want.namespace:
                used = {item.name for item in volumes.claim_names(pod.shape)}
                if used & want.claims:
                    verdicts[verdicts == 0] = ONCE_POD
        return verdicts

    def explain(self, _want: Want, verdict: int) -> Status:
        """Say which of the two rules it was."""
        return Status(Code.UNSCHEDULABLE, (REASON_DISK if verdict == DISK else REASON_ONCE_POD,), NAME)

    def events(self) -> tuple[tuple[Event, Hint], ...]:
        """A pod that left, a node that came, a claim that changed."""
        return (
            (Event("assigned", Action.DELETE), always),
            (Event("nodes", Action.ADD), always),
            (Event(volumes.CLAIMS, Action.ADD | Action.UPDATE), always),
        )


def disks_of(shape: Shape) -> tuple[Disk, ...]:
    """Return the disks a pod names itself, parsed once per shape."""
    found: tuple[Disk, ...] | None = shape.parsed.get(NAME)
    if found is None:
        found = shape.parsed[NAME] = tuple(_read(shape.spec))
    return found


def _read(spec: Mapping[str, Any]) -> Iterator[Disk]:
    for volume in spec.get("volumes") or ():
        if disk := volume.get("gcePersistentDisk"):
            yield Disk("gcePersistentDisk", disk["pdName"], bool(disk.get("readOnly")))
        elif disk := volume.get("awsElasticBlockStore"):
            yield Disk("awsElasticBlockStore", disk["volumeID"], bool(disk.get("readOnly")))
        elif disk := volume.get("iscsi"):
            yield Disk("iscsi", disk["iqn"], bool(disk.get("readOnly")))
        elif disk := volume.get("rbd"):
            pool = disk.get("pool") or "rbd"
            for monitor in disk.get("monitors") or ():  # sharing one monitor is enough to be the same cluster
                yield Disk("rbd", f"{monitor}/{pool}/{disk['image']}", bool(disk.get("readOnly")))


def new(_args: Mapping[str, Any], handle: Handle) -> VolumeRestrictions:
    """Make the plugin."""
    return VolumeRestrictions(handle)

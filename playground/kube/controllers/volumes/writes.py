"""What the volume controller writes: bindings, phases, and what is told about them.

After pkg/controller/volume/persistentvolume/pv_controller.go (bind, unbindVolume, updateClaimStatus…).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object, drop, put
from playground.kube.store import By

Json = dict[str, Any]

CLAIMS: Final = "persistentvolumeclaims"
VOLUMES: Final = "persistentvolumes"
CLASSES: Final = "storageclasses.storage.k8s.io"
BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER: Final = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
PROVISIONER: Final = "volume.kubernetes.io/storage-provisioner"
OLD_PROVISIONER: Final = "volume.beta.kubernetes.io/storage-provisioner"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"


def annotated(obj: Map, *names: str, value: str = "yes") -> Map:
    """Return an object with annotations."""
    for name in names:
        obj = put(obj, ("metadata", "annotations", name), value)
    return obj


def reference(claim: Object) -> Json:
    """Return what a volume says of its claim."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "name": meta.name(claim),
        "namespace": meta.namespace(claim),
        "resourceVersion": claim["metadata"]["resourceVersion"],
        "uid": meta.uid(claim),
    }


@dataclass(frozen=True, slots=True)
class Pen:
    """The writes. Every one returns the object as it then is, and writes nothing that changes nothing."""

    api: ApiServer
    clock: Clock

    def bind(self, volume: Map, claim: Map, by: By) -> None:
        """Bind both for good: volume, its phase, claim, its status. Each step may find itself done already."""
        volume = self._bind_volume(volume, claim, by)
        volume = self.volume_phase(volume, "Bound", by)
        claim = self._bind_claim(claim, meta.name(volume), by)
        self.claim_status(claim, "Bound", volume, by)

    def _bind_volume(self, volume: Map, claim: Map, by: By) -> Map:
        holder = volume["spec"].get("claimRef") or EMPTY
        if holder.get("uid") == meta.uid(claim):
            return volume
        bound = put(volume, ("spec", "claimRef"), reference(claim))
        if not holder:
            bound = annotated(bound, BOUND_BY_CONTROLLER)
        return self.api.update(bound, by=by).object

    def _bind_claim(self, claim: Map, volume: str, by: By) -> Map:
        bound = claim
        if claim["spec"].get("volumeName") != volume:
            bound = annotated(put(bound, ("spec", "volumeName"), volume), BOUND_BY_CONTROLLER)
        if BIND_COMPLETED not in meta.annotations(bound):
            bound = annotated(bound, BIND_COMPLETED)
        return claim if bound is claim else self.api.update(bound, by=by).object

    def unbind(self, volume: Map, by: By) -> None:
        """Take a volume's claim off; one that a person has set keeps its name."""
        if BOUND_BY_CONTROLLER in meta.annotations(volume):
            freed = drop(drop(volume, ("spec", "claimRef")), ("metadata", "annotations", BOUND_BY_CONTROLLER))
        else:
            freed = drop(volume, ("spec", "claimRef", "uid"))
        self.volume_phase(self.api.update(freed, by=by).object, "Available", by)

    def volume_phase(self, volume: Map, phase: str, by: By, message: str = "") -> Map:
        """Set a volume's phase."""
        status = volume.get("status") or EMPTY
        if status.get("phase") == phase:
            return volume
        told = {**status, "phase": phase, "lastPhaseTransitionTime": self.clock.stamp(), "message": message}
        told = {key: value for key, value in told.items() if value}
        return self.api.set_status(VOLUMES, "", meta.name(volume), told, by=by)

    def claim_status(self, claim: Map, phase: str, volume: Object | None, by: By) -> Map:
        """Set a claim's phase, and what its volume gives it."""
        status: Mapping[str, Any] = claim.get("status") or EMPTY
        told = {key: value for key, value in status.items() if key not in {"accessModes", "capacity"}}
        told["phase"] = phase
        if volume is not None:
            told["accessModes"] = volume["spec"].get("accessModes")
            known = status.get("phase") == phase and status.get("capacity")
            told["capacity"] = status["capacity"] if known else volume["spec"].get("capacity")
        if told == status:
            return claim
        return self.api.set_status(CLAIMS, meta.namespace(claim), meta.name(claim), told, by=by)

"""The volume controller: binds claims and volumes, asks provisioners for volumes, and reclaims what is released.

After pkg/controller/volume/persistentvolume/{pv_controller,pv_controller_base}.go. The real one looks at everything
again every 15 s, and so a waiting claim finds a new volume only then; here that look is due only after such a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube import errors
from playground.kube.apiserver import DeleteOptions
from playground.kube.client import pods
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.volumes import matching
from playground.kube.controllers.volumes.ephemeral import claims_of
from playground.kube.controllers.volumes.writes import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    CLASSES,
    OLD_PROVISIONER,
    PROVISIONED_BY,
    PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    Pen,
    annotated,
)
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object, put
from playground.kube.store import By, Change

Json = dict[str, Any]

PERIOD: Final = 15.0  # seconds
_DEFAULT: Final = "storageclass.kubernetes.io/is-default-class"
_LATER: Final = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)


class PersistentVolumeController(Controller):
    """Keys: ("claim", namespace, name), ("volume", name)."""

    name = "persistentvolume-controller"

    def __init__(self, context: Context) -> None:
        self._origin = context.clock.now
        self._pen = Pen(context.api, context.clock)
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch claims, volumes and classes."""
        return {CLASSES: self._class_changed, VOLUMES: self._volume_changed, CLAIMS: self._claim_changed}

    def _class_changed(self, change: Change) -> None:
        if change.type != "DELETED":
            self._look_again(change)

    def _claim_changed(self, change: Change) -> None:
        volume = change.object["spec"].get("volumeName")
        if change.type != "DELETED":
            self.enqueue(("claim", *change.key), change)
        elif volume:
            self.enqueue(("volume", volume), change)

    def _volume_changed(self, change: Change) -> None:
        holder = change.object["spec"].get("claimRef")
        if change.type == "DELETED":
            if holder:
                self.enqueue(("claim", holder["namespace"], holder["name"]), change)
            return
        self.enqueue(("volume", change.key[1]), change)
        if _phase(change.object) == "Available" and not holder:
            self._look_again(change)

    def _look_again(self, change: Change) -> None:
        """Look at the claims that wait with the next look at everything."""
        looks = (self.clock.now - self._origin) // PERIOD + 1
        for claim in self.informers.cache(CLAIMS).list():
            if _phase(claim) != "Bound":
                self.queue.add_at(("claim", *meta.key(claim)), self._origin + looks * PERIOD, Cause.of(change))

    def sync(self, item: Item, by: By) -> None:
        """Bring one claim or one volume further."""
        if item[0] == "volume":
            volume = self._volume(item[1])
            if volume is not None:
                self._sync_volume(volume, by)
            return
        claim = self.informers.cache(CLAIMS).get(item[1], item[2])
        if claim is None:
            return
        if BIND_COMPLETED in meta.annotations(claim):
            self._sync_bound(claim, by)
        elif claim["spec"].get("volumeName"):
            self._sync_named(claim, by)
        else:
            self._sync_unbound(claim, by)

    # Claims.

    def _sync_unbound(self, claim: Map, by: By) -> None:
        """Find a volume for a claim, or have one made (syncUnboundClaim)."""
        storage_class = self._class(matching.class_of(claim))
        delayed = (storage_class or EMPTY).get("volumeBindingMode") == "WaitForFirstConsumer"
        volume = matching.find(claim, self.informers.cache(VOLUMES).list(), delayed=delayed)
        if volume is not None:
            self._pen.bind(volume, claim, by)
        elif self._gets_default_class(claim, by):
            return
        elif delayed and SELECTED_NODE not in meta.annotations(claim):
            self._tell_of_consumers(claim, by)
            self._pen.claim_status(claim, "Pending", None, by)
        elif matching.class_of(claim):
            self._provision(claim, storage_class, by)
        else:
            told = "no persistent volumes available for this claim and no storage class is set"
            self.api.record_event(claim, "FailedBinding", told, by=by)
            self._pen.claim_status(claim, "Pending", None, by)

    def _sync_named(self, claim: Map, by: By) -> None:
        """Bind a claim to the volume that it names, if it may have it."""
        volume = self._volume(claim["spec"]["volumeName"])
        problem = ""
        if volume is not None and not volume["spec"].get("claimRef"):
            problem = matching.mismatch(volume, claim)
            if problem:
                told = f'Cannot bind to requested volume "{meta.name(volume)}": {problem}'
                self.api.record_event(claim, "VolumeMismatch", told, by=by, warning=True)
        elif volume is not None and not matching.is_held(volume, claim):
            problem = f'volume "{meta.name(volume)}" already bound to a different claim.'
            self.api.record_event(claim, "FailedBinding", problem, by=by, warning=True)
            if BOUND_BY_CONTROLLER in meta.annotations(claim):
                raise errors.internal_error(problem)
        if volume is None or problem:
            self._pen.claim_status(claim, "Pending", None, by)
        else:
            self._pen.bind(volume, claim, by)

    def _sync_bound(self, claim: Map, by: By) -> None:
        """See that a bound claim has its volume still (syncBoundClaim)."""
        named = claim["spec"].get("volumeName")
        volume = self._volume(named) if named else None
        if not named:
            self._lose(
                claim,
                "ClaimLost",
                "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!",
                by,
            )
        elif volume is None:
            self._lose(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!", by)
        elif (volume["spec"].get("claimRef") or {"uid": meta.uid(claim)}).get("uid") == meta.uid(claim):
            self._pen.bind(volume, claim, by)
        else:
            told = "Two claims are bound to the same volume, this one is bound incorrectly"
            self._lose(claim, "ClaimMisbound", told, by)

    def _lose(self, claim: Map, reason: str, told: str, by: By) -> None:
        if _phase(claim) != "Lost":
            lost = self._pen.claim_status(claim, "Lost", None, by)
            self.api.record_event(lost, reason, told, by=by, warning=True)

    def _gets_default_class(self, claim: Map, by: By) -> bool:
        """Give a claim without a class the default one, if there is one by now (assignDefaultStorageClass)."""
        if "storageClassName" in claim["spec"] or matching.class_of(claim):
            return False
        defaults = [
            each for each in self.informers.cache(CLASSES).list() if meta.annotations(each).get(_DEFAULT) == "true"
        ]
        if not defaults:
            return False
        newest = max(defaults, key=lambda each: (each["metadata"]["creationTimestamp"], _backwards(meta.name(each))))
        self.api.update(put(claim, ("spec", "storageClassName"), meta.name(newest)), by=by)
        return True

    def _tell_of_consumers(self, claim: Map, by: By) -> None:
        reason, told = "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        waiting = [
            meta.name(pod)
            for pod in self.informers.cache("pods").list(meta.namespace(claim))
            if not pod["spec"].get("nodeName") and not pods.is_over(pod) and meta.name(claim) in claims_of(pod)
        ]
        if waiting:
            reason, many = "WaitForPodScheduled", "s" if len(waiting) > 1 else ""
            told = f"waiting for pod{many} {','.join(waiting)} to be scheduled"
        self.api.record_event(claim, reason, told, by=by)

    def _provision(self, claim: Map, storage_class: Map | None, by: By) -> None:
        """Ask the class's provisioner for a volume (provisionClaimOperationExternal)."""
        if storage_class is None:
            told = f'storageclass.storage.k8s.io "{matching.class_of(claim)}" not found'
            self.api.record_event(claim, "ProvisioningFailed", told, by=by, warning=True)
            return
        provisioner = storage_class["provisioner"]
        if provisioner == "kubernetes.io/no-provisioner":
            return
        if meta.annotations(claim).get(PROVISIONER) != provisioner:
            claim = self.api.update(annotated(claim, OLD_PROVISIONER, PROVISIONER, value=provisioner), by=by).object
        self.api.record_event(claim, "ExternalProvisioning", _LATER.format(provisioner), by=by)

    # Volumes.

    def _sync_volume(self, volume: Map, by: By) -> None:
        """Bring a volume to where its claim says that it is (syncVolume)."""
        holder = volume["spec"].get("claimRef")
        if not holder or not holder.get("uid"):
            self._pen.volume_phase(volume, "Available", by)
            return
        claim = self.informers.cache(CLAIMS).get(holder["namespace"], holder["name"])
        if claim is None or meta.uid(claim) != holder["uid"]:
            self._release(volume, by)
        elif not claim["spec"].get("volumeName"):
            if matching.mode(claim) == matching.mode(volume):
                self.queue.add(("claim", *meta.key(claim)), Cause(by.cause, by.command))
            else:
                self._tell_mismatch(volume, claim, by)
        elif claim["spec"]["volumeName"] == meta.name(volume):
            self._pen.volume_phase(volume, "Bound", by)
        elif PROVISIONED_BY in meta.annotations(volume) and _policy(volume) == "Delete":
            self._release(volume, by)
        else:
            self._pen.unbind(volume, by)

    def _tell_mismatch(self, volume: Map, claim: Map, by: By) -> None:
        why, name = "due to incompatible volumeMode.", meta.name(claim)
        told = f'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{name}" {why}'
        self.api.record_event(volume, "VolumeMismatch", told, by=by, warning=True)
        told = f'Cannot bind PersistentVolume "{meta.name(volume)}" to requested PersistentVolumeClaim {why}'
        self.api.record_event(claim, "VolumeMismatch", told, by=by, warning=True)

    def _release(self, volume: Map, by: By) -> None:
        """A volume whose claim is gone is released, and then whatever its policy says (reclaimVolume)."""
        if _phase(volume) not in {"Released", "Failed"}:
            volume = self._pen.volume_phase(volume, "Released", by)
        policy = _policy(volume)
        if policy == "Recycle":
            self.api.record_event(volume, "VolumeRecycled", "Volume recycled", by=by)
            self._pen.unbind(volume, by)
        elif policy == "Delete" and PROVISIONED_BY not in meta.annotations(volume) and not meta.deleting(volume):
            self._delete(volume, by)

    def _delete(self, volume: Map, by: By) -> None:
        """Delete a volume that a person has made, which only directories under /tmp let (deleteVolumeOperation)."""
        path = (volume["spec"].get("hostPath") or EMPTY).get("path")
        if path is not None and path.startswith("/tmp/"):  # noqa: S108  a name that the rule is about
            self.api.delete(VOLUMES, meta.name(volume), by=by, options=DeleteOptions())
        elif _phase(volume) != "Failed":
            told = f"host_path deleter only supports /tmp/.+ but received provided {path}"
            if path is None:
                why = "no deletable volume plugin matched"
                told = f'error getting deleter volume plugin for volume "{meta.name(volume)}": {why}'
            failed = self._pen.volume_phase(volume, "Failed", by, told)
            self.api.record_event(failed, "VolumeFailedDelete", told, by=by, warning=True)

    def _volume(self, name: str) -> Map | None:
        return self.informers.cache(VOLUMES).get("", name)

    def _class(self, name: str) -> Map | None:
        return self.informers.cache(CLASSES).get("", name) if name else None

    def own_state(self) -> Json:
        """Return when looks at everything are due."""
        return {"origin": self._origin}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._origin = state["origin"]


def _phase(obj: Object) -> str:
    return str((obj.get("status") or EMPTY).get("phase") or "")


def _policy(volume: Object) -> str:
    return str(volume["spec"].get("persistentVolumeReclaimPolicy") or "Retain")


def _backwards(name: str) -> tuple[int, ...]:
    """Return a key that puts the first name of the alphabet last."""
    return tuple(-ord(letter) for letter in name)

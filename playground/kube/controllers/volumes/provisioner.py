"""A provisioner of our own: directories of a node as volumes, made when a claim asks for one, gone with it.

It does what the hostpath and local-path provisioners of minikube and kind do, with the words of
sig-storage-lib-external-provisioner. A class that waits for its first consumer gets volumes that only its node can use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.client.controller import Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Item
from playground.kube.controllers.volumes.writes import (
    CLAIMS,
    CLASSES,
    PROVISIONED_BY,
    PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    reference,
)
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map
from playground.kube.store import By, Change

Json = dict[str, Any]

NAME: Final = "drydock.local/hostpath"
_ROOT: Final = "/tmp/hostpath-provisioner"  # noqa: S108  where minikube has it; nothing is written there
_HOSTNAME: Final = "kubernetes.io/hostname"


class Provisioner(Controller):
    """Keys: ("claim", namespace, name), ("volume", name)."""

    name = NAME

    def handlers(self) -> Mapping[str, Handler]:
        """Watch claims that ask for a volume, and volumes that are released."""
        return {CLAIMS: self._claim_changed, VOLUMES: self._volume_changed}

    def _claim_changed(self, change: Change) -> None:
        if change.type != "DELETED" and _asks(change.object):
            self.enqueue(("claim", *change.key), change)

    def _volume_changed(self, change: Change) -> None:
        if change.type != "DELETED" and _is_left(change.object):
            self.enqueue(("volume", change.key[1]), change)

    def sync(self, item: Item, by: By) -> None:
        """Make or delete one volume."""
        if item[0] == "volume":
            volume = self.informers.cache(VOLUMES).get("", item[1])
            if volume is not None and _is_left(volume) and not meta.deleting(volume):
                self.api.delete(VOLUMES, item[1], by=by, options=DeleteOptions())
            return
        claim = self.informers.cache(CLAIMS).get(item[1], item[2])
        if claim is not None and _asks(claim):
            self._make(claim, by)

    def _make(self, claim: Map, by: By) -> None:
        name = f"pvc-{meta.uid(claim)}"
        storage_class = self.informers.cache(CLASSES).get("", claim["spec"].get("storageClassName") or "")
        if storage_class is None or self.informers.cache(VOLUMES).get("", name) is not None:
            return
        told = f'External provisioner is provisioning volume for claim "{"/".join(meta.key(claim))}"'
        self.api.record_event(claim, "Provisioning", told, by=by)
        try:
            self.api.create(_volume(name, claim, storage_class, self._hostname(claim)), by=by)
        except ApiError as error:
            told = f'failed to provision volume with StorageClass "{meta.name(storage_class)}": {error.message}'
            self.api.record_event(claim, "ProvisioningFailed", told, by=by, warning=True)
            raise
        self.api.record_event(claim, "ProvisioningSucceeded", f"Successfully provisioned volume {name}", by=by)

    def _hostname(self, claim: Map) -> str:
        """Return the label of the node that the scheduler has chosen, "" when none is chosen or it has none."""
        node = self.informers.cache("nodes").get("", meta.annotations(claim).get(SELECTED_NODE, ""))
        return meta.labels(node).get(_HOSTNAME, "") if node is not None else ""


def _volume(name: str, claim: Map, storage_class: Map, hostname: str) -> Json:
    """Return the volume for a claim; with a *hostname* only that node can use it."""
    spec = claim["spec"]
    made: Json = {
        "accessModes": spec["accessModes"],
        "capacity": {"storage": spec["resources"]["requests"]["storage"]},
        "claimRef": reference(claim),
        "hostPath": {"path": f"{_ROOT}/{meta.namespace(claim)}/{meta.name(claim)}", "type": ""},
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
        "storageClassName": meta.name(storage_class),
        "volumeMode": spec.get("volumeMode", "Filesystem"),
    }
    if hostname:
        here = {"key": _HOSTNAME, "operator": "In", "values": [hostname]}
        made["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}}
    metadata = {"name": name, "annotations": {PROVISIONED_BY: NAME}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": made}


def _asks(claim: Map) -> bool:
    """Tell whether a claim waits for a volume of ours."""
    return meta.annotations(claim).get(PROVISIONER) == NAME and not claim["spec"].get("volumeName")


def _is_left(volume: Map) -> bool:
    """Tell whether a volume of ours is to be deleted, since its claim is gone."""
    ours = meta.annotations(volume).get(PROVISIONED_BY) == NAME
    released = (volume.get("status") or EMPTY).get("phase") == "Released"
    return ours and released and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"

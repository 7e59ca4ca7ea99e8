"""Claims that pods use and volumes that are bound stay until they are let go, though they are being deleted.

After pkg/controller/volume/pvcprotection and pvprotection. Admission adds the finalizers; here they are taken off.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground.kube.apiserver.protection import FINALIZERS
from playground.kube.client import pods
from playground.kube.client.controller import Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Item
from playground.kube.controllers.volumes.ephemeral import claims_of
from playground.kube.controllers.volumes.writes import CLAIMS, VOLUMES
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, put
from playground.kube.store import By, Change


class _Protection(Controller):
    """Takes the finalizer off what is being deleted and not in use; adds it to what lacks it. Keys: object keys."""

    resource: str

    def handlers(self) -> Mapping[str, Handler]:
        """Watch the objects that are protected."""
        return {self.resource: self._changed}

    def _changed(self, change: Change) -> None:
        if change.type != "DELETED":
            held = FINALIZERS[self.resource] in (change.object["metadata"].get("finalizers") or ())
            if held == meta.deleting(change.object):
                self.enqueue(change.key, change)

    def sync(self, item: Item, by: By) -> None:
        """Bring one object's finalizers up to date."""
        found = self.informers.cache(self.resource).get(item[0], item[1])
        if found is None:
            return
        finalizer, finalizers = FINALIZERS[self.resource], list(found["metadata"].get("finalizers") or ())
        if meta.deleting(found):
            if finalizer in finalizers and not self.in_use(found):
                finalizers.remove(finalizer)
                self.api.update(put(found, ("metadata", "finalizers"), finalizers), by=by)
        elif finalizer not in finalizers:
            self.api.update(put(found, ("metadata", "finalizers"), [*finalizers, finalizer]), by=by)

    def in_use(self, obj: Map) -> bool:
        """Tell whether an object must stay."""
        raise NotImplementedError


class ClaimProtection(_Protection):
    """A claim stays while a pod that runs somewhere uses it."""

    name = "persistentvolumeclaim-protection-controller"
    resource = CLAIMS

    def handlers(self) -> Mapping[str, Handler]:
        """Watch claims, and the pods that let them go."""
        return {**super().handlers(), "pods": self._pod_changed}

    def _pod_changed(self, change: Change) -> None:
        if change.object["spec"].get("volumes") and (change.type == "DELETED" or pods.is_over(change.object)):
            for name in claims_of(change.object):
                claim = self.informers.cache(CLAIMS).get(change.key[0], name)
                if claim is not None and meta.deleting(claim):
                    self.enqueue((change.key[0], name), change)

    def in_use(self, obj: Map) -> bool:
        """Tell whether a pod that has a node and has not ended uses the claim."""
        return any(
            pod["spec"].get("nodeName") and not pods.is_over(pod) and meta.name(obj) in claims_of(pod)
            for pod in self.informers.cache("pods").list(meta.namespace(obj))
        )


class VolumeProtection(_Protection):
    """A volume stays while it is bound."""

    name = "persistentvolume-protection-controller"
    resource = VOLUMES

    def in_use(self, obj: Map) -> bool:
        """Tell whether the volume is bound."""
        return bool((obj.get("status") or EMPTY).get("phase") == "Bound")

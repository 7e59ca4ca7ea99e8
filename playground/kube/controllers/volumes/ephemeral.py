"""Claims that pods bring with them: one for each ephemeral volume, owned by its pod.

After pkg/controller/volume/ephemeral/controller.go and k8s.io/component-helpers/storage/ephemeral.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playground.kube import errors
from playground.kube.client.controller import Controller
from playground.kube.client.informers import Handler
from playground.kube.client.owners import controller_ref
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.client.workqueue import Item
from playground.kube.controllers.volumes.writes import CLAIMS
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.store import By, Change


class EphemeralVolumes(Controller):
    """Keys: a pod's namespace and name."""

    name = "ephemeral_volume"

    def handlers(self) -> Mapping[str, Handler]:
        """Watch pods, and claims that go away under them."""
        return {"pods": self._pod_changed, CLAIMS: self._claim_changed}

    def _pod_changed(self, change: Change) -> None:
        volumes = change.object["spec"].get("volumes")
        if change.type == "ADDED" and volumes and any(each.get("ephemeral") for each in volumes):
            self.enqueue(change.key, change)

    def _claim_changed(self, change: Change) -> None:
        owner = meta.owner(change.object)
        if change.type == "DELETED" and owner is not None and owner["kind"] == "Pod":
            self.enqueue((change.key[0], owner["name"]), change)

    def sync(self, item: Item, by: By) -> None:
        """See that a pod has the claims of its ephemeral volumes."""
        pod = self.informers.cache("pods").get(item[0], item[1])
        if pod is None or meta.deleting(pod):
            return
        for volume in pod["spec"].get("volumes") or ():
            if volume.get("ephemeral"):
                self._see_to(pod, volume, by)

    def _see_to(self, pod: Map, volume: Object, by: By) -> None:
        name = claim_name(pod, volume)
        claim = self.informers.cache(CLAIMS).get(meta.namespace(pod), name)
        problem = ""
        if claim is None:
            problem = self._create(pod, name, volume["ephemeral"]["volumeClaimTemplate"], by)
        elif (meta.owner(claim) or EMPTY).get("uid") != meta.uid(pod):
            full = f"{meta.namespace(pod)}/"
            problem = f"PVC {full}{name} was not created for pod {full}{meta.name(pod)} (pod is not owner)"
        if problem:
            told = f"ephemeral volume {volume['name']}: {problem}"
            self.api.record_event(pod, "FailedBinding", told, by=by, warning=True)
            raise errors.internal_error(told)

    def _create(self, pod: Map, name: str, template: Object, by: By) -> str:
        """Create a claim; return what is against it, or ""."""
        given = template.get("metadata") or EMPTY
        metadata: dict[str, Any] = {"name": name, "ownerReferences": [controller_ref(pod)]}
        metadata |= {field: given[field] for field in ("labels", "annotations") if given.get(field)}
        made = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": template["spec"]}
        try:
            self.api.create(made, namespace=meta.namespace(pod), by=by)
        except ApiError as error:
            return "" if is_namespace_ending(error) else f"create PVC {name}: {error.message}"
        return ""


def claim_name(pod: Object, volume: Object) -> str:
    """Return the name of an ephemeral volume's claim."""
    return f"{meta.name(pod)}-{volume['name']}"


def claims_of(pod: Object) -> Iterator[str]:
    """Yield the names of the claims that a pod uses."""
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            yield volume["persistentVolumeClaim"]["claimName"]
        elif volume.get("ephemeral"):
            yield claim_name(pod, volume)

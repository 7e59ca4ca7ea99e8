"""Claims and volumes of a pod, as the four volume plugins read them from the scheduler's watches.

After pkg/scheduler/framework/plugins/volumebinding/binder.go and k8s.io/component-helpers/storage/volume.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from playground.kube import quantity
from playground.kube.objects import meta
from playground.kube.scheduler.framework import Objects
from playground.kube.scheduler.pods import Shape
from playground.kube.selectors import LabelSelector, NodeSelector

Object = Mapping[str, Any]

CLAIMS: Final = "persistentvolumeclaims"
VOLUMES: Final = "persistentvolumes"
CLASSES: Final = "storageclasses.storage.k8s.io"
CSI_NODES: Final = "csinodes.storage.k8s.io"

BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"
OLD_CLASS: Final = "volume.beta.kubernetes.io/storage-class"


class ClaimName(NamedTuple):
    """A claim that a pod uses; `ephemeral` ones are made for the pod by a controller."""

    name: str
    ephemeral: bool


def claim_names(shape: Shape) -> tuple[ClaimName, ...]:
    """Return the claims of a pod's volumes."""
    found = []
    for volume in shape.spec.get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            found.append(ClaimName(volume["persistentVolumeClaim"]["claimName"], ephemeral=False))
        elif volume.get("ephemeral"):
            found.append(ClaimName(f"{shape.name}-{volume['name']}", ephemeral=True))
    return tuple(found)


def claims(objects: Objects, shape: Shape) -> Iterator[Object]:
    """Yield the claims of a pod that exist."""
    for item in claim_names(shape):
        claim = objects.get(CLAIMS, shape.namespace, item.name)
        if claim is not None:
            yield claim


def is_bound(claim: Object) -> bool:
    """Tell whether a claim is bound to its volume for good."""
    return bool(volume_name(claim)) and BIND_COMPLETED in meta.annotations(claim)


def volume_name(claim: Object) -> str:
    """Return the name of the volume a claim names, or ""."""
    name: str = (claim.get("spec") or {}).get("volumeName") or ""
    return name


def class_name(claim_or_volume: Object) -> str:
    """Return the storage class a claim or a volume names, or ""."""
    old = meta.annotations(claim_or_volume).get(OLD_CLASS)
    name: str = old or (claim_or_volume.get("spec") or {}).get("storageClassName") or ""
    return name


def waits_for_consumer(objects: Objects, claim: Object) -> bool:
    """Tell whether a claim is bound only when a pod that uses it has a node."""
    storage_class = objects.get(CLASSES, "", class_name(claim))
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def node_fits(volume: Object, labels: Mapping[str, str], name: str) -> bool:
    """Tell whether a volume can be used on a node, by the volume's node affinity."""
    required = ((volume.get("spec") or {}).get("nodeAffinity") or {}).get("required")
    return required is None or NodeSelector.of(required).matches(labels, name)


def can_bind(volume: Object, claim: Object) -> bool:
    """Tell whether a volume without a node in mind could serve a claim: free or kept for it, and large enough.

    After k8s.io/component-helpers/storage/volume/pv_helpers.go (FindMatchingVolume, CheckAccessModes).
    """
    spec, wanted = volume.get("spec") or {}, claim.get("spec") or {}
    holder = spec.get("claimRef")
    if holder and (holder.get("namespace"), holder.get("name")) != (meta.namespace(claim), meta.name(claim)):
        return False
    if holder and holder.get("uid") and holder["uid"] != meta.uid(claim):
        return False
    phase = (volume.get("status") or {}).get("phase") or "Available"
    if meta.deleting(volume) or (not holder and phase not in ("Available", "Pending")):
        return False
    if (spec.get("volumeMode") or "Filesystem") != (wanted.get("volumeMode") or "Filesystem"):
        return False
    if class_name(volume) != class_name(claim) or not set(wanted.get("accessModes") or ()) <= set(spec["accessModes"]):
        return False
    selector = wanted.get("selector")
    if selector and not LabelSelector.of(selector).matches(meta.labels(volume)):
        return False
    return capacity(volume) >= request(claim)


def capacity(volume: Object) -> int:
    """Return the bytes of a volume."""
    return quantity.value(((volume.get("spec") or {}).get("capacity") or {}).get("storage") or 0)


def request(claim: Object) -> int:
    """Return the bytes that a claim asks for."""
    resources = (claim.get("spec") or {}).get("resources") or {}
    return quantity.value((resources.get("requests") or {}).get("storage") or 0)

"""Which volume suits a claim.

After k8s.io/component-helpers/storage/volume/pv_helpers.go (FindMatchingVolume), pv_controller.go
(checkVolumeSatisfyClaim) and index.go of pkg/controller/volume/persistentvolume.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from playground.kube import quantity
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.selectors import LabelSelector

OLD_CLASS: Final = "volume.beta.kubernetes.io/storage-class"


def find(claim: Object, volumes: Iterable[Map], *, delayed: bool) -> Map | None:
    """Return the volume that is kept for a claim, else the smallest free one, of those with the fewest access modes.

    *delayed*: only what is kept for it, since a free one is chosen together with the node.
    """
    wanted = set(claim["spec"].get("accessModes") or ())
    by_modes: dict[tuple[str, ...], list[Map]] = {}
    for volume in volumes:
        modes = tuple(sorted(volume["spec"].get("accessModes") or ()))
        if wanted <= set(modes):
            by_modes.setdefault(modes, []).append(volume)
    for modes in sorted(by_modes, key=lambda each: (len(each), each)):
        found = _best(claim, by_modes[modes], delayed=delayed)
        if found is not None:
            return found
    return None


def _best(claim: Object, volumes: Iterable[Map], *, delayed: bool) -> Map | None:
    best: Map | None = None
    for volume in volumes:
        holder = volume["spec"].get("claimRef")
        if (holder and not is_held(volume, claim)) or meta.deleting(volume):
            continue
        if capacity(volume) < request(claim) or mode(volume) != mode(claim) or attributes(volume) != attributes(claim):
            continue
        if holder:
            return volume
        if not delayed and _is_free(volume, claim) and (best is None or capacity(volume) < capacity(best)):
            best = volume
    return best


def _is_free(volume: Object, claim: Object) -> bool:
    if (volume.get("status") or EMPTY).get("phase") != "Available" or class_of(volume) != class_of(claim):
        return False
    selector = claim["spec"].get("selector")
    return not selector or LabelSelector.of(selector).matches(meta.labels(volume))


def mismatch(volume: Object, claim: Object) -> str:
    """Return why the volume that a claim names does not suit it, or ""."""
    if meta.deleting(volume):
        return f'the volume is marked for deletion "{meta.name(volume)}"'
    if capacity(volume) < request(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if attributes(volume) != attributes(claim):
        return "volumeAttributesClassName does not match"
    if mode(volume) != mode(claim):
        return "incompatible volumeMode"
    if not set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ()):
        return "incompatible accessMode"
    return ""


def is_held(volume: Object, claim: Object) -> bool:
    """Tell whether a volume is kept for a claim, by name or for good (IsVolumeBoundToClaim)."""
    holder = volume["spec"].get("claimRef")
    if not holder or (holder.get("namespace"), holder.get("name")) != meta.key(claim):
        return False
    return not holder.get("uid") or bool(holder["uid"] == meta.uid(claim))


def class_of(claim_or_volume: Object) -> str:
    """Return the storage class that a claim or a volume names, or ""."""
    old = meta.annotations(claim_or_volume).get(OLD_CLASS)
    return str(old or claim_or_volume["spec"].get("storageClassName") or "")


def attributes(claim_or_volume: Object) -> str:
    """Return the class of attributes that a claim or a volume names, or ""."""
    return str(claim_or_volume["spec"].get("volumeAttributesClassName") or "")


def mode(claim_or_volume: Object) -> str:
    """Return Filesystem or Block."""
    return str(claim_or_volume["spec"].get("volumeMode") or "Filesystem")


def capacity(volume: Object) -> int:
    """Return the bytes of a volume."""
    return quantity.value((volume["spec"].get("capacity") or EMPTY).get("storage") or 0)


def request(claim: Object) -> int:
    """Return the bytes that a claim asks for."""
    asked = (claim["spec"].get("resources") or EMPTY).get("requests") or EMPTY
    return quantity.value(asked.get("storage") or 0)

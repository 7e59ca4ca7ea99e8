"""What is said of volumes and of the claims on them."""

from __future__ import annotations

from typing import Final

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, spec, status, who
from playground.kube.narration.world import World
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map
from playground.kube.store import Change

_PROVISIONER: Final = "volume.kubernetes.io/storage-provisioner"
_NOTES: Final = {
    "volume.kubernetes.io/selected-node": "chose {value} for {claim}: the pod that waits for it goes there",
    _PROVISIONER: "asked {value} to make a volume for {claim}",
}


def tell_claim(change: Change, world: World) -> str:
    """Say what a change of a PersistentVolumeClaim was."""
    volume, phase = spec(change.object).get("volumeName"), status(change.object).get("phase")
    name = capital(called(change.object))
    owner = _stateful(change, world)
    if owner is not None:
        number = meta.name(change.object).rpartition("-")[2]
        return f"{capital(called(owner))} created {called(change.object)} for its pod {meta.name(owner)}-{number}."
    for key, told in _NOTES.items():
        value = meta.annotations(change.object).get(key)
        if change.type == "MODIFIED" and value and value != meta.annotations(change.previous or EMPTY).get(key):
            return f"{who(change)} {told.format(claim=called(change.object), value=value)}."
    if change.type == "MODIFIED" and phase != status(change.previous).get("phase"):
        return f"{name} is {str(phase).lower()}{f' to volume {volume}' if phase == 'Bound' and volume else ''}."
    if change.type == "MODIFIED" and volume and not spec(change.previous).get("volumeName"):
        return f"{who(change)} gave {called(change.object)} the volume {volume}."
    return plain.tell(change)


def is_quiet(change: Change) -> bool:
    """Tell whether a change of a claim is one step of its binding, which another change tells."""
    before, now = (meta.annotations(obj).get(_PROVISIONER) for obj in (change.previous or EMPTY, change.object))
    return before != now


def _stateful(change: Change, world: World) -> Map | None:
    """The StatefulSet that made a claim: the claim's name ends with the name of its pod."""
    if change.type != "ADDED" or change.actor != "statefulset-controller":
        return None
    place, name = meta.namespace(change.object), meta.name(change.object)
    for owner in world.all("statefulsets.apps"):
        found = name.rpartition(f"-{meta.name(owner)}-")
        if meta.namespace(owner) == place and found[1] and found[2].isdecimal():
            return owner
    return None


def tell_volume(change: Change, world: World) -> str:
    """Say what a change of a PersistentVolume was."""
    del world
    phase, claim = status(change.object).get("phase"), spec(change.object).get("claimRef")
    if change.type == "MODIFIED" and phase != status(change.previous).get("phase"):
        to = f" to claim {claim.get('name')}" if phase == "Bound" and claim else ""
        return f"{capital(called(change.object))} is {str(phase).lower()}{to}."
    if change.type == "ADDED" and claim:
        return f"{who(change)} made {called(change.object)} for claim {claim.get('name')}."
    if change.type == "MODIFIED" and claim and not spec(change.previous).get("claimRef"):
        return f"{who(change)} kept {called(change.object)} for claim {claim.get('name')}."
    return plain.tell(change)

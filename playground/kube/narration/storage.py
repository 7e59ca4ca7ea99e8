"""What is said of volumes and of the claims on them."""

from __future__ import annotations

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, spec, status, who
from playground.kube.narration.world import World
from playground.kube.store import Change


def tell_claim(change: Change, world: World) -> str:
    """Say what a change of a PersistentVolumeClaim was."""
    del world
    volume, phase = spec(change.object).get("volumeName"), status(change.object).get("phase")
    name = capital(called(change.object))
    if change.type == "MODIFIED" and phase != status(change.previous).get("phase"):
        return f"{name} is {str(phase).lower()}{f' to volume {volume}' if phase == 'Bound' and volume else ''}."
    if change.type == "MODIFIED" and volume and not spec(change.previous).get("volumeName"):
        return f"{who(change)} gave {called(change.object)} the volume {volume}."
    return plain.tell(change)


def tell_volume(change: Change, world: World) -> str:
    """Say what a change of a PersistentVolume was."""
    del world
    phase, claim = status(change.object).get("phase"), spec(change.object).get("claimRef")
    if change.type == "MODIFIED" and phase != status(change.previous).get("phase"):
        to = f" to claim {claim.get('name')}" if phase == "Bound" and claim else ""
        return f"{capital(called(change.object))} is {str(phase).lower()}{to}."
    if change.type == "MODIFIED" and claim and not spec(change.previous).get("claimRef"):
        return f"{who(change)} kept {called(change.object)} for claim {claim.get('name')}."
    return plain.tell(change)

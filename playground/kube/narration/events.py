"""What is said of Events: they are words already, so they are quoted."""

from __future__ import annotations

from typing import Final

from playground.kube.narration import plain
from playground.kube.narration.plain import who
from playground.kube.narration.world import World
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.store import Change

_TOLD: Final = frozenset(
    {"FailedAttachVolume", "FailedBinding", "FailedMount", "FailedPostStartHook", "FailedPreStopHook"}
    | {"ProvisioningFailed", "Unhealthy"}
)


def tell(change: Change, world: World) -> str:
    """Quote an Event with the object it is about."""
    del world
    if change.type == "DELETED":
        return plain.tell(change)
    event = change.object
    about = event.get("involvedObject") or {}
    times = event.get("count") or 1
    again = f", for the {plain.th(times)} time" if times > 1 else ""
    kind = str(about.get("kind", "object"))
    name = f"{kind.lower() if kind in {'Pod', 'Node'} else kind} {about.get('name', '')}"
    return f"{who(change)} noted on {name}{again}: {event.get('reason', '')}, {event.get('message', '').rstrip(' .')}."


def is_story(event: Object) -> bool:
    """Tell whether an Event says for the first time what nothing else tells: a mount, a probe, a creation failed."""
    if (event.get("count") or 1) > 1:
        return False
    reason, about = event.get("reason"), (event.get("involvedObject") or EMPTY).get("kind")
    if reason == "FailedCreate":
        return about not in {"ReplicaSet", "ReplicationController"}
    return reason in _TOLD or (reason == "Killing" and "failed" in (event.get("message") or ""))

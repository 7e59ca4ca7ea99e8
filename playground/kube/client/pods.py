"""Questions that everybody asks of pods. After pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.clock import seconds_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Json = Mapping[str, Any]


def phase(pod: Object) -> str:
    """Return status.phase, or ""."""
    return (pod.get("status") or EMPTY).get("phase") or ""


def condition(obj: Object, kind: str) -> Json | None:
    """Return a condition of an object's status by type."""
    for item in (obj.get("status") or EMPTY).get("conditions") or ():
        if item["type"] == kind:
            found: Json = item
            return found
    return None


def is_ready(pod: Object) -> bool:
    """Tell whether the pod's Ready condition is True."""
    ready = condition(pod, "Ready")
    return ready is not None and ready["status"] == "True"


def ready_since(pod: Object) -> float | None:
    """Return since when a pod is ready, in seconds since 1970; None when it is not."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True" or not ready.get("lastTransitionTime"):
        return None
    return seconds_of(ready["lastTransitionTime"])


def is_available(pod: Object, min_ready_seconds: int, now: float) -> bool:
    """Tell whether a pod has been ready for so long (IsPodAvailable)."""
    if not is_ready(pod):
        return False
    if min_ready_seconds == 0:
        return True
    since = ready_since(pod)
    return since is not None and since + min_ready_seconds <= now


def is_over(pod: Object) -> bool:
    """Tell whether a pod has ended: Succeeded or Failed."""
    return phase(pod) in {"Succeeded", "Failed"}


def is_active(pod: Object) -> bool:
    """Tell whether a pod has neither ended nor is on its way out (IsPodActive)."""
    return not is_over(pod) and not meta.deleting(pod)

"""Questions asked of a Job's pods. After tracking_utils.go, indexed_job_utils.go and backoff_utils.go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from playground.kube.client.pods import condition, is_over, is_ready, phase, ready_since
from playground.kube.clock import seconds_of
from playground.kube.controllers.job.spec import JobSpec
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Json = Mapping[str, Any]

FINALIZER: Final = "batch.kubernetes.io/job-tracking"
INDEX: Final = "batch.kubernetes.io/job-completion-index"
FAILURES: Final = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURES: Final = "batch.kubernetes.io/job-index-ignored-failure-count"

_MOST: Final = 2**31 - 1
_PHASES: Final = {"Pending": 0, "Unknown": 1, "Running": 2}


def is_tracked(pod: Object) -> bool:
    """Tell whether a pod is not yet counted: it bears the tracking finalizer."""
    return FINALIZER in (meta.metadata(pod).get("finalizers") or ())


def is_failed(pod: Object, spec: JobSpec) -> bool:
    """Tell whether a pod counts as failed: it is, or it is being deleted before it could succeed."""
    if phase(pod) == "Failed":
        return True
    return not spec.replaces_only_failed and meta.deleting(pod) and phase(pod) != "Succeeded"


def is_terminating(pod: Object) -> bool:
    """Tell whether a pod is on its way out and has not ended."""
    return meta.deleting(pod) and not is_over(pod)


def index_of(pod: Object) -> int | None:
    """Return a pod's completion index, None without a valid one."""
    return _count(meta.annotations(pod).get(INDEX))


def failures_of(pod: Object) -> int:
    """Return how many pods of its index had failed when a pod was made."""
    return _count(meta.annotations(pod).get(FAILURES)) or 0


def ignored_failures_of(pod: Object) -> int:
    """Return how many more had failed in ways that the failure policy ignores."""
    return _count(meta.annotations(pod).get(IGNORED_FAILURES)) or 0


def _count(written: str | None) -> int | None:
    try:
        number = int(written or "")
    except ValueError:
        return None
    return number if 0 <= number <= _MOST else None


def finished_at(pod: Object) -> float:
    """Return when a pod ended (getFinishedTime).

    The last container's end; else since when it is not ready; else when its deletion began; else its creation.
    """
    ended = _containers_end(pod)
    if ended is not None:
        return ended
    ready = condition(pod, "Ready")
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return seconds_of(ready["lastTransitionTime"])
    metadata = meta.metadata(pod)
    if meta.deleting(pod):
        return seconds_of(metadata["deletionTimestamp"]) - (metadata.get("deletionGracePeriodSeconds") or 0)
    return seconds_of(metadata["creationTimestamp"])


def _containers_end(pod: Object) -> float | None:
    status = pod.get("status") or EMPTY
    ended = _latest_end(None, status.get("containerStatuses") or (), lambda _: True)
    sidecars = {item["name"] for item in pod["spec"].get("initContainers") or () if _is_sidecar(item)}
    return _latest_end(ended, status.get("initContainerStatuses") or (), lambda name: name in sidecars)


def _latest_end(latest: float | None, statuses: Iterable[Json], counts: Callable[[str], bool]) -> float | None:
    for status in statuses:
        if not counts(status["name"]):
            continue
        end = ((status.get("state") or EMPTY).get("terminated") or EMPTY).get("finishedAt")
        if not end:
            return None
        latest = max(latest or 0.0, seconds_of(end))
    return latest


def _is_sidecar(container: Json) -> bool:
    return container.get("restartPolicy") == "Always"


def restarts(pod: Object) -> int:
    """Return how often the pod's containers were started again, all together."""
    status = pod.get("status") or EMPTY
    return sum(
        item.get("restartCount", 0)
        for kind in ("initContainerStatuses", "containerStatuses")
        for item in status.get(kind) or ()
    )


def removal_order(pod: Object) -> tuple[Any, ...]:
    """Return what sorts active pods by who has to go first (controller.ActivePods).

    Without a node, not running, not ready, ready for a shorter time, restarted more often, younger.
    """
    since = ready_since(pod)
    regular, sidecar = _most_restarts(pod)
    return (
        bool(pod["spec"].get("nodeName")),
        _PHASES.get(phase(pod), 0),
        is_ready(pod),
        0.0 if since is None else -since,
        -regular,
        -sidecar,
        -seconds_of(meta.metadata(pod)["creationTimestamp"]),
    )


def _most_restarts(pod: Object) -> tuple[int, int]:
    """Return the restarts of the container and of the sidecar that was started again most often."""
    status = pod.get("status") or EMPTY
    sidecars = {item["name"] for item in pod["spec"].get("initContainers") or () if _is_sidecar(item)}
    regular = (item.get("restartCount", 0) for item in status.get("containerStatuses") or ())
    others = status.get("initContainerStatuses") or ()
    sidecar = (item.get("restartCount", 0) for item in others if item["name"] in sidecars)
    return max(regular, default=0), max(sidecar, default=0)

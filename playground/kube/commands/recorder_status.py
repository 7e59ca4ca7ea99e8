"""The statuses that the recordings' fake kubelet wrote, as tests/golden/README.md describes them.

Only shapes live here; when they are written is recorder.py's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Json = Mapping[str, Any]

UNREADY: Final = "ContainersNotReady"
CRASHING: Final = {"reason": "CrashLoopBackOff", "message": "back-off 10s restarting failed container"}
BAD: Final = "bad"  # an image with this in its name cannot be pulled
KILLED: Final = 143


def ready(pod: Json) -> bool:
    """Whether a pod's Ready condition is True."""
    return any(item["type"] == "Ready" and item["status"] == "True" for item in _conditions(pod))


def marked_unready(pod: Json) -> bool:
    """Whether somebody else (the node controller) said that a pod is not ready whose containers are."""
    states = {item["type"]: item["status"] for item in _conditions(pod)}
    return states.get("Ready") == "False" and states.get("ContainersReady") == "True"


def started(pod: Json, now: str, addresses: tuple[str, str], *, is_ready: bool) -> dict[str, Any]:
    """The status of a pod that came up; one whose image is bad stays Pending. *addresses*: of its host, its own."""
    host, ip = addresses
    containers = [_container(each, now, is_ready=is_ready) for each in pod["spec"]["containers"]]
    bad = any(BAD in each["image"] for each in pod["spec"]["containers"])
    fresh = [_condition("Initialized", "True", now), *_readiness(pod, now, is_ready=is_ready and not bad)]
    return {
        **pod["status"],
        "phase": "Pending" if bad else "Running",
        "conditions": _merged(pod, fresh, first=True),
        "hostIP": host,
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "startTime": now,
        "containerStatuses": containers,
    }


def with_readiness(pod: Json, now: str, *, is_ready: bool) -> dict[str, Any]:
    """The status of a running pod whose containers became ready or unready. A reason that was there stays there."""
    containers = [{**each, "ready": is_ready} for each in pod["status"].get("containerStatuses") or ()]
    conditions = _merged(pod, _readiness(pod, now, is_ready=is_ready))
    return {**pod["status"], "conditions": conditions, "containerStatuses": containers}


def with_ready_condition(pod: Json, now: str) -> dict[str, Any]:
    """The status of a pod whose Ready condition alone becomes True again."""
    return {**pod["status"], "conditions": _merged(pod, [_condition("Ready", "True", now)])}


def crashed(pod: Json, now: str, *, waits: bool) -> dict[str, Any]:
    """The status after a container's crash: it waits for its restart, or runs again at once."""
    containers = []
    for each in pod["status"]["containerStatuses"]:
        last = {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": now, "finishedAt": now}}
        again = {**each, "lastState": last, "restartCount": each["restartCount"] + 1}
        if waits:
            again |= {"state": {"waiting": CRASHING}, "ready": False, "started": False}
        containers.append(again)
    conditions = _merged(pod, _readiness(pod, now, is_ready=False)) if waits else pod["status"]["conditions"]
    return {**pod["status"], "conditions": conditions, "containerStatuses": containers}


def restarted(pod: Json, now: str) -> dict[str, Any]:
    """The status when the container of a crashed pod runs again."""
    status = with_readiness(pod, now, is_ready=True)
    running = {"state": {"running": {"startedAt": now}}, "started": True}
    return {**status, "containerStatuses": [{**each, **running} for each in status["containerStatuses"]]}


def ended(pod: Json, now: str, exit_code: int, host: str, *, is_success: bool) -> dict[str, Any]:
    """The status of a pod that ended by itself or was stopped; one that had never started has no address."""
    reason = "PodCompleted" if is_success else "PodFailed"
    end = {"exitCode": exit_code, "reason": "Completed" if exit_code == 0 else "Error", "finishedAt": now}
    known = pod["status"].get("containerStatuses") or [_container(each, now, is_ready=False) for each in _wanted(pod)]
    containers = [
        {**each, "state": {"terminated": {**end, "startedAt": _since(each, now)}}, "ready": False, "started": False}
        for each in known
    ]
    fresh = [_condition(kind, "False", now, {"reason": reason}) for kind in ("Ready", "ContainersReady")]
    if not pod["status"].get("startTime"):
        fresh.insert(0, _condition("Initialized", "True", now))
    return {
        "startTime": now,
        "hostIP": host,
        **pod["status"],
        "phase": "Succeeded" if is_success else "Failed",
        "conditions": _merged(pod, fresh, first=not pod["status"].get("startTime")),
        "containerStatuses": containers,
    }


def _wanted(pod: Json) -> Sequence[Json]:
    return pod["spec"]["containers"]  # type: ignore[no-any-return]


def _conditions(pod: Json) -> Sequence[Json]:
    return pod["status"].get("conditions") or ()


def _since(container: Json, now: str) -> str:
    running = container["state"].get("running")
    return running["startedAt"] if running else now


def _container(wanted: Json, now: str, *, is_ready: bool) -> dict[str, Any]:
    bad = BAD in wanted["image"]
    message = f'Back-off pulling image "{wanted["image"]}"'
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": message}}
    return {
        "name": wanted["name"],
        "state": waiting if bad else {"running": {"startedAt": now}},
        "lastState": {},
        "ready": is_ready and not bad,
        "restartCount": 0,
        "image": wanted["image"],
        "imageID": "",
        "started": not bad,
    }


def _readiness(pod: Json, now: str, *, is_ready: bool) -> list[dict[str, Any]]:
    """The conditions Ready and ContainersReady."""
    words: dict[str, str] = {}
    if not is_ready:
        names = " ".join(each["name"] for each in _wanted(pod))
        words = {"reason": UNREADY, "message": f"containers with unready status: [{names}]"}
    return [_condition(kind, "True" if is_ready else "False", now, words) for kind in ("Ready", "ContainersReady")]


def _condition(kind: str, status: str, now: str, words: Json | None = None) -> dict[str, Any]:
    told = {"type": kind, "status": status, "lastProbeTime": None, "lastTransitionTime": now}
    return {**told, **(words or {})}


def _merged(pod: Json, fresh: list[dict[str, Any]], *, first: bool = False) -> list[dict[str, Any]]:
    """The pod's conditions with new ones laid over them, as a strategic merge patch does it."""
    laid = {item["type"]: item for item in fresh}
    kept = [{**item, **laid.pop(item["type"])} if item["type"] in laid else dict(item) for item in _conditions(pod)]
    new = [item for item in fresh if item["type"] in laid]
    return [*new, *kept] if first else [*kept, *new]

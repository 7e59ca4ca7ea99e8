"""What the READY, STATUS and RESTARTS columns say of a pod. Source: pkg/printers/internalversion/printers.go."""

from collections.abc import Mapping
from typing import Any

from playground.kube.kubectl.durations import ago

Fields = Mapping[str, Any]


def ready(pod: Fields) -> str:
    """`1/2`: ready containers, sidecars among them, of all."""
    sidecars = {item["name"] for item in pod["spec"].get("initContainers") or [] if _is_sidecar(item)}
    statuses = _statuses(pod, "containerStatuses")
    statuses += [status for status in _statuses(pod, "initContainerStatuses") if status.get("name") in sidecars]
    total = len(pod["spec"].get("containers") or []) + len(sidecars)
    return f"{sum(bool(status.get('ready')) for status in statuses)}/{total}"


def restarts(pod: Fields, now: float) -> str:
    """`2 (5m ago)`: of the init containers while they are at work, else of sidecars and main containers."""
    inits = _statuses(pod, "initContainerStatuses")
    if _initializing(pod) and not _initialized(pod):
        statuses = inits
    else:
        sidecars = {item["name"] for item in pod["spec"].get("initContainers") or [] if _is_sidecar(item)}
        statuses = [item for item in inits if item.get("name") in sidecars] + _statuses(pod, "containerStatuses")
    count = sum(status.get("restartCount") or 0 for status in statuses)
    ends = [((status.get("lastState") or {}).get("terminated") or {}).get("finishedAt") for status in statuses]
    last = max((end for end in ends if end), default=None)
    return f"{count} ({ago(last, now)} ago)" if count and last else str(count)


def status(pod: Fields) -> str:
    """The word under STATUS: the phase, or the more telling reason of a container."""
    state = pod.get("status") or {}
    reason: str = state.get("reason") or state.get("phase") or ""
    for condition in state.get("conditions") or []:
        if condition.get("type") == "PodScheduled" and condition.get("reason") == "SchedulingGated":
            reason = "SchedulingGated"
    initializing = _initializing(pod)
    reason = initializing or reason
    if not initializing or _initialized(pod):
        reason = _running(pod, reason)
    if pod["metadata"].get("deletionTimestamp"):
        if state.get("reason") == "NodeLost":
            return "Unknown"
        return reason if state.get("phase") in {"Succeeded", "Failed"} else "Terminating"
    return reason


def _initializing(pod: Fields) -> str:
    """`Init:1/3`, or why an init container does not get on; "" once all are done."""
    containers = {item["name"]: item for item in pod["spec"].get("initContainers") or []}
    for index, state in enumerate(_statuses(pod, "initContainerStatuses")):
        details = state.get("state") or {}
        ended, waiting = details.get("terminated"), details.get("waiting") or {}
        if ended is not None and not ended.get("exitCode"):
            continue
        if _is_sidecar(containers.get(state.get("name") or "", {})) and state.get("started"):
            continue
        if ended is not None:
            return f"Init:{_ended(ended)}"
        if waiting.get("reason") not in {None, "", "PodInitializing"}:
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(containers)}"
    return ""


def _initialized(pod: Fields) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(item.get("type") == "Initialized" and item.get("status") == "True" for item in conditions)


def _running(pod: Fields, reason: str) -> str:
    running, failed = False, ""
    for state in reversed(_statuses(pod, "containerStatuses")):
        details = state.get("state") or {}
        waiting, ended = details.get("waiting") or {}, details.get("terminated")
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif ended is not None:
            reason = _ended(ended)
            failed = reason if ended.get("exitCode") else failed
        elif state.get("ready") and details.get("running") is not None:
            running = True
    if reason != "Completed":
        return reason
    conditions = (pod.get("status") or {}).get("conditions") or []
    up = any(item.get("type") == "Ready" and item.get("status") == "True" for item in conditions)
    if running and up:
        return "Running"
    return failed or ("NotReady" if running else reason)


def _ended(state: Fields) -> str:
    if state.get("reason"):
        return str(state["reason"])
    return f"Signal:{state['signal']}" if state.get("signal") else f"ExitCode:{state.get('exitCode') or 0}"


def _is_sidecar(container: Fields) -> bool:
    return container.get("restartPolicy") == "Always"


def _statuses(pod: Fields, name: str) -> list[Fields]:
    found: list[Fields] = (pod.get("status") or {}).get(name) or []
    return list(found)

"""A pod's status as its kubelet writes it: phase, conditions, addresses, containers.

After generateAPIPodStatus and getPhase in pkg/kubelet/kubelet_pods.go, pkg/kubelet/status/{generate.go,
status_manager.go}. Conditions that others own stay, and come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.kubelet.container_status import container_status
from playground.kube.kubelet.restarts import should_restart
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects.frozen import EMPTY, EMPTY_LIST, List, Map

Json = dict[str, Any]
Condition = tuple[str, str, str, str]  # type, status, reason, message

_OWN: Final = frozenset({"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"})
_OVER: Final = frozenset({"Succeeded", "Failed"})
# What of a status is made anew; everything else in it is somebody else's and stays.
_MADE: Final = frozenset(
    {"observedGeneration", "phase", "conditions", "message", "reason", "hostIP", "hostIPs", "podIP", "podIPs",
     "startTime", "initContainerStatuses", "containerStatuses", "qosClass"}
)  # fmt: skip


def status_of(worker: Worker, pod: Map, stamp: str) -> Map:
    """Return a pod's status as of now (*stamp*). *pod*: the newest state of the object that is known."""
    old = pod.get("status") or EMPTY
    boxes = worker.boxes
    initializing = bool(worker.spec.get("initContainers"))
    over = worker.stage == "stopped"
    phase = old["phase"] if old.get("phase") in _OVER else _phase(worker, over=over)
    status: Json = {}
    generation = pod["metadata"].get("generation")
    if generation:
        status["observedGeneration"] = generation
    status["phase"] = phase
    status["conditions"] = List(_conditions(worker, pod, old, phase, stamp))
    if phase == "Failed" and over and worker.why is not None:
        status["reason"], status["message"] = worker.why
    elif phase == old.get("phase"):
        status |= {name: old[name] for name in ("message", "reason") if old.get(name)}
    if worker.host_ip:
        status["hostIP"], status["hostIPs"] = worker.host_ip, List([Map({"ip": worker.host_ip})])
    if worker.ip:
        status["podIP"], status["podIPs"] = worker.ip, List([Map({"ip": worker.ip})])
    status["startTime"] = worker.started_at
    if initializing:
        status["initContainerStatuses"] = List(
            [container_status(worker, box, initializing=True) for box in boxes if box.kind != "main"]
        )
    mains = [box for box in boxes if box.kind == "main"]
    if len(mains) > 1:
        mains.sort(key=lambda box: box.name)
    status["containerStatuses"] = List([container_status(worker, box, initializing=initializing) for box in mains])
    status["qosClass"] = old.get("qosClass") or "BestEffort"
    for name, value in old.items():
        if name not in _MADE:
            status[name] = value
    return Map(status)


def rejected(worker: Worker, pod: Map, reason: str, message: str) -> Map:
    """Return the status of a pod that its node did not take (rejectPod)."""
    old = pod.get("status") or EMPTY
    others = [item for item in old.get("conditions") or () if item["type"] not in _OWN]
    told: Json = {"phase": "Failed", "message": f"Pod was rejected: {message}", "reason": reason}
    status = {**told, "startTime": worker.started_at, "qosClass": old.get("qosClass") or "BestEffort"}
    return Map({**status, "conditions": List(others)} if others else status)


def _phase(worker: Worker, *, over: bool) -> str:
    """Return the phase that the containers make (getPhase)."""
    if worker.why is not None and over:
        return "Failed"
    pending = any(_pending(box) for box in worker.boxes if box.kind == "init")
    failed = any(_gave_up(worker, box) for box in worker.boxes if box.kind == "init")
    if failed:
        return "Failed" if over or not _alive(worker.boxes) else "Pending"
    mains = [box for box in worker.boxes if box.kind == "main"]
    sidecars = [box for box in worker.boxes if box.kind == "sidecar"]
    begun = any(box.run is not None or box.ended for box in mains)
    unready = any(not box.started and not _ended(box) for box in sidecars)
    waiting = any(not box.alive and _ended(box) is None for box in mains)
    if over and (pending or waiting) and not begun:
        return "Failed"
    if pending or (unready and not begun) or waiting:
        return "Failed" if over else "Pending"
    if _alive(mains) or _alive(sidecars):
        return "Running"
    endings = [ended["exitCode"] for box in mains if (ended := _ended(box)) is not None]
    if not over and any(should_restart(worker.spec, box) for box in mains):
        return "Running"
    return "Succeeded" if all(code == 0 for code in endings) else "Failed"


def _ended(box: Box) -> Mapping[str, Any] | None:
    """Return how a container ended that does not run."""
    return None if box.alive else box.ended or box.last


def _alive(boxes: Iterable[Box]) -> bool:
    return any(box.alive for box in boxes)


def _pending(box: Box) -> bool:
    return box.alive or _ended(box) is None or (box.ended is None and box.waiting is None)


def _gave_up(worker: Worker, box: Box) -> bool:
    ended = _ended(box)
    return ended is not None and ended["exitCode"] != 0 and not should_restart(worker.spec, box)


def _conditions(worker: Worker, pod: Map, old: Mapping[str, Any], phase: str, stamp: str) -> list[Map]:
    """Return all conditions, those of others first; the time of transition moves only when the status does."""
    before = old.get("conditions") or EMPTY_LIST
    found = [item for item in before if item["type"] not in _OWN]
    known = {item["type"]: item for item in before}
    if worker.condition is not None and worker.stage == "stopped" and worker.condition["type"] not in known:
        found.append(worker.condition)
    generation = pod["metadata"].get("generation")
    for kind, status, reason, message in _own(worker, found, phase):
        condition: Json = {"type": kind, "status": status, "lastProbeTime": None}
        if generation:
            condition["observedGeneration"] = generation
        if reason:
            condition["reason"] = reason
        if message:
            condition["message"] = message
        was = known.get(kind)
        same = was is not None and was["status"] == status and was.get("lastTransitionTime")
        condition["lastTransitionTime"] = was["lastTransitionTime"] if was is not None and same else stamp
        found.append(Map(condition))
    return found


def _own(worker: Worker, others: list[Map], phase: str) -> list[Condition]:
    """Return the kubelet's own conditions in the order in which it writes them."""
    sandbox = "True" if worker.stage == "running" or (worker.stage == "stopping" and worker.sandboxes) else "False"
    status, reason, message = _containers_ready(worker, phase)
    ready = (status, reason, message) if status == "False" else _gates(worker, others)
    return [
        ("PodReadyToStartContainers", sandbox, "", ""),
        ("Initialized", *_initialized(worker, phase)),
        ("Ready", *ready),
        ("ContainersReady", status, reason, message),
        ("PodScheduled", "True", "", ""),
    ]


def _containers_ready(worker: Worker, phase: str) -> tuple[str, str, str]:
    if phase == "Succeeded":
        return "False", "PodCompleted", ""
    if phase == "Failed":
        return "False", "PodFailed", ""
    unready = [box.name for box in worker.boxes if box.kind != "init" and not box.ready]
    if unready:
        return "False", "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"
    return "True", "", ""


def _gates(worker: Worker, others: list[Map]) -> tuple[str, str, str]:
    """Return whether the pod's readiness gates are passed."""
    gates = worker.spec.get("readinessGates")
    if not gates:
        return "True", "", ""
    known = {item["type"]: item["status"] for item in others}
    told = []
    for gate in gates:
        kind = gate["conditionType"]
        if kind not in known:
            told.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif known[kind] != "True":
            told.append(f'the status of pod readiness gate "{kind}" is not "True", but {known[kind]}')
    return ("False", "ReadinessGatesNotReady", ", ".join(told)) if told else ("True", "", "")


def _initialized(worker: Worker, phase: str) -> tuple[str, str, str]:
    if phase == "Succeeded":
        return "True", "PodCompleted", ""
    if any(box.run is not None for box in worker.boxes if box.kind == "main"):
        return "True", "", ""
    lacking = [
        box.name
        for box in worker.boxes
        if (box.kind == "init" and not box.ready) or (box.kind == "sidecar" and not (box.started and box.alive))
    ]
    if lacking:
        return "False", "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(lacking)}]"
    return "True", "", ""

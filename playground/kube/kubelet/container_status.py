"""What a pod's status says of one container. After convertToAPIContainerStatuses in pkg/kubelet/kubelet_pods.go."""

from __future__ import annotations

from typing import Any, Final

from playground.kube.clock import stamp_of
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects.frozen import EMPTY, List, Map
from playground.kube.runtime.protocol import Ending

Json = dict[str, Any]

_PREFIX: Final = "containerd://"


def container_id(box: Box) -> str:
    """Return the id of a container's newest run, as a status has it."""
    return f"{_PREFIX}{box.id}"


def terminated(box: Box, ending: Ending) -> Json:
    """Return state.terminated of a run that ended."""
    record: Json = {"exitCode": ending.code, "reason": ending.why}
    started = box.run.started_at if box.run is not None else ending.at
    record |= {"startedAt": stamp_of(started), "finishedAt": stamp_of(ending.at), "containerID": container_id(box)}
    return record


def lost(message: str) -> Json:
    """Return state.terminated of a container that nobody could find any more."""
    return {
        "exitCode": 137,
        "reason": "ContainerStatusUnknown",
        "message": message,
        "startedAt": None,
        "finishedAt": None,
    }


def container_status(worker: Worker, box: Box, *, initializing: bool) -> Map:
    """Return the status of a container. *initializing*: the pod has init containers, which its first reason names."""
    state, last = _state(box, "PodInitializing" if initializing else "ContainerCreating")
    status: Json = {
        "name": box.name,
        "state": state,
        "lastState": Map({"terminated": Map(last)}) if last else EMPTY,
        "ready": box.ready,
        "restartCount": box.restarts,
        "image": box.image or box.spec.get("image") or "",
        "imageID": box.image_id,
    }
    if box.id:
        status["containerID"] = container_id(box)
    status["started"] = box.started and box.alive
    if box.id:
        _resources(box, status)
    mounts = box.spec.get("volumeMounts")
    if mounts:
        status["volumeMounts"] = List([_mount(mount) for mount in mounts])
    return Map(status)


def _state(box: Box, first: str) -> tuple[Map, Json | None]:
    """Return state, and lastState.terminated."""
    if box.alive and box.run is not None:
        return Map({"running": Map({"startedAt": stamp_of(box.run.started_at)})}), box.last
    if box.waiting is not None:
        reason, message = box.waiting
        waiting = {"reason": reason, "message": message} if message else {"reason": reason}
        return Map({"waiting": Map(waiting)}), box.ended or box.last
    if box.ended is not None:
        return Map({"terminated": Map(box.ended)}), box.last
    return Map({"waiting": Map({"reason": first})}), box.last


def _resources(box: Box, status: Json) -> None:
    """What the container was given."""
    resources = box.spec.get("resources")
    if resources and resources.get("requests"):
        status["allocatedResources"] = resources["requests"]
    status["resources"] = resources or EMPTY


def _mount(mount: Map) -> Map:
    shown: Json = {"name": mount["name"], "mountPath": mount["mountPath"]}
    if mount.get("readOnly"):
        shown |= {"readOnly": True, "recursiveReadOnly": "Disabled"}
    return Map(shown)

"""Taking over pods whose containers are gone: the machine was off, or this kubelet knows nothing of what ran.

After a start of the real kubelet on a machine that was off: its runtime lists containers that ended with code 255 and
reason Unknown, their pods get a new sandbox, and everything in them runs again, init containers first.
"""

from __future__ import annotations

from playground.kube.clock import stamp_of
from playground.kube.kubelet.restarts import should_restart
from playground.kube.kubelet.worker import Worker
from playground.kube.objects.frozen import Object


def adopt(worker: Worker, status: Object, now: float) -> None:
    """Take over a pod whose containers are gone: the machine was off, or the kubelet knows nothing of what it ran."""
    worker.started_at = status.get("startTime") or ""
    worker.sandboxes = 1
    listed = (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ()))
    known = {item["name"]: item for item in listed}
    for box in worker.boxes:
        item = known.get(box.name)
        if item is None or not item.get("containerID"):
            continue
        box.restarts, box.image, box.image_id = item["restartCount"], item["image"], item["imageID"]
        box.id = item["containerID"].partition("://")[2]
        state = item["state"]
        last = (item.get("lastState") or {}).get("terminated")
        box.last = dict(last) if last else None
        if "terminated" in state:
            box.ended = dict(state["terminated"])
        elif "running" in state:
            unknown = {"exitCode": 255, "reason": "Unknown", "startedAt": state["running"]["startedAt"]}
            box.ended = {**unknown, "finishedAt": stamp_of(now), "containerID": item["containerID"]}
        elif box.last is not None:
            box.ended, box.last = box.last, None
    if any(should_restart(worker.spec, box) for box in worker.mains()):
        for box in worker.boxes:
            if box.kind == "init" and box.ended is not None:
                box.last, box.ended = box.ended, None
    else:
        worker.initialized = True

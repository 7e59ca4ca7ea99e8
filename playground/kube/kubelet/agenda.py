"""What of a pod is to be started now, and when anything about it happens next by itself.

After computePodActions and computeInitContainerActions in pkg/kubelet/kuberuntime. The second question is what
stands here in place of the real kubelet's loops: every moment that anything in a worker waits for is named below.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.kube.kubelet import prober
from playground.kube.kubelet.restarts import should_restart
from playground.kube.kubelet.worker import Box, Worker


def comes_back(worker: Worker, box: Box) -> bool:
    """Tell whether a container that is ended because of a probe is started again."""
    policy = box.spec.get("restartPolicy") or worker.spec.get("restartPolicy") or "Always"
    return policy != "Never"


def wanted(worker: Worker) -> Iterator[Box]:
    """Return the containers that should be running and are not, in the order in which they are started."""
    if not worker.initialized:
        inits = list(worker.inits())
        for place, box in enumerate(inits):
            if box.kind == "init" and box.ready:
                continue
            if box.kind == "sidecar" and box.alive and box.started:
                continue
            if not box.alive and should_restart(worker.spec, box):
                yield box
            went_on = box.kind == "sidecar" and any(later.run is not None for later in inits[place + 1 :])
            if not went_on:
                return
        worker.initialized = True
    for box in worker.boxes:
        if box.kind != "init" and not box.alive and should_restart(worker.spec, box):
            yield box


def times(worker: Worker, now: float) -> Iterator[float]:
    """Return every moment at which something about a pod happens by itself."""
    if worker.stage == "stopped":
        return
    if worker.deadline is not None and worker.stage != "stopping":
        yield worker.deadline
    if worker.stage == "volumes" and worker.retry_at is not None:
        yield worker.retry_at
    elif worker.stage == "sandbox":
        yield worker.sandbox_at
    if worker.pull is not None:
        yield worker.pull.ends
    elif worker.busy_until > now:
        yield worker.busy_until
    for box in worker.boxes:
        yield from _box_times(worker, box, now)


def _box_times(worker: Worker, box: Box, now: float) -> Iterator[float]:
    if box.run is not None and box.ended is None:
        ending = box.run.ending()
        if ending is not None:
            yield ending.at
        if box.killing is not None:
            yield box.killing.until
        if box.checks and (due := prober.next_due(box)) is not None:
            yield due
    elif worker.stage == "running":
        if box.notice is not None:
            yield box.notice[0]
        if box.not_before > now:
            yield box.not_before

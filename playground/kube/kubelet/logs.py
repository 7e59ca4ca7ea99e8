"""What a container has written: which run's lines, from where to where, and what is said when there are none.

After validateContainerLogStatus in pkg/kubelet/kubelet_pods.go and pkg/kubelet/kuberuntime/logs.
"""

from __future__ import annotations

from datetime import UTC, datetime

from playground.kube import errors
from playground.kube.apiserver.core import LogOptions
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.runtime.protocol import Container, Line

_WHY = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


def text(worker: Worker, container: str, options: LogOptions, now: float) -> str:
    """Return the wanted part of a container's output. Raises ApiError BadRequest in the kubelet's words."""
    box = worker.box(container)
    if box is None:
        raise errors.bad_request(f'container "{container}" in pod "{worker.key[1]}" is not available')
    run, until = _run(worker, box, now, previous=options.previous)
    since = max(run.started_at, options.since) if options.since is not None else run.started_at
    lines = [line for line in run.lines(run.started_at, until) if line.at >= since]
    if options.tail is not None:
        lines = lines[-options.tail :] if options.tail else []
    whole = "".join(_shown(line, stamped=options.timestamps) for line in lines)
    if options.limit is not None:
        whole = whole.encode()[: options.limit].decode("utf-8", "ignore")
    return whole


def _run(worker: Worker, box: Box, now: float, *, previous: bool) -> tuple[Container, float]:
    """Return the run whose output is meant, and up to when it wrote."""
    who = f'container "{box.name}" in pod "{worker.key[1]}"'
    waits = box.waiting is not None and not box.alive
    if previous:
        run = box.run if waits else box.before
        if run is None or (waits and box.ended is None):
            raise errors.bad_request(f"previous terminated {who} not found")
        ending = run.ending()
        return run, min(now, ending.at) if ending is not None else now
    if box.run is not None:
        return box.run, now if box.alive else box.finished
    if box.ended is not None:
        raise errors.bad_request(f"{who} is terminated")
    first = "PodInitializing" if worker.spec.get("initContainers") else "ContainerCreating"
    reason = box.waiting[0] if box.waiting else first
    raise errors.bad_request(f"{who} is waiting to start: {_WHY.get(reason, reason)}")


def _shown(line: Line, *, stamped: bool) -> str:
    if not stamped:
        return f"{line.text}\n"
    whole = int(line.at)
    nanos = round((line.at - whole) * 1e9)
    stamp = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{nanos:09d}Z {line.text}\n"

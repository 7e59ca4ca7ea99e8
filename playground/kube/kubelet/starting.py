"""Starting one container: its image, its configuration, the container itself, its postStart hook.

After startContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go and EnsureImageExists in
images/image_manager.go.
"""

from __future__ import annotations

from typing import Final, Literal

from playground.kube.client.controller import Context
from playground.kube.kubelet import hooks, prober
from playground.kube.kubelet.backoff import holds, longer
from playground.kube.kubelet.container_status import container_id
from playground.kube.kubelet.ending import Ender
from playground.kube.kubelet.environment import Environment
from playground.kube.kubelet.images import Images, full_name, image_id, is_valid, pulled_words
from playground.kube.kubelet.sources import Lacking
from playground.kube.kubelet.timing import NOTICE, PULL_STABLE, RETRY, STABLE
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.runtime.protocol import Runtime

Result = Literal["done", "failed", "pulling"]

_CANNOT: Final = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create "
    "failed: unable to start container process: error during container init: "
)
_NEVER: Final = 'Container image "{}" is not present with pull policy of Never'
_PRESENT: Final = 'Container image "{}" already present on machine and can be accessed by the pod'


class Starter:
    """Starts containers."""

    def __init__(
        self, context: Context, runtime: Runtime, images: Images, environment: Environment, ender: Ender
    ) -> None:
        self._machines, self._runtime = context.machines, runtime
        self._images, self._environment = images, environment
        self._ender, self._recorder = ender, ender.recorder

    def start(self, worker: Worker, box: Box, now: float) -> Result:
        """Start a container. *pulling*: it goes on when the image is there."""
        image: str = box.spec.get("image") or ""
        policy = box.spec.get("imagePullPolicy") or "IfNotPresent"
        if not is_valid(image):
            told = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": '
            self._recorder.tell(worker, "InspectFailed", f"{told}invalid reference format", box=box, warning=True)
            return self._failed(worker, box, ("InvalidImageName", f"{told}invalid reference format"), now)
        if policy != "Always" and self._images.has(worker.node, image, now):
            self._recorder.tell(worker, "Pulled", _PRESENT.format(image), box=box)
            return self._create(worker, box, now)
        if policy == "Never":
            self._recorder.tell(worker, "ErrImageNeverPull", _NEVER.format(image), box=box, warning=True)
            return self._failed(worker, box, ("ErrImageNeverPull", _NEVER.format(image)), now)
        delay = worker.pulls.get(image)
        if delay is not None and holds(delay, now, delay.since, now, PULL_STABLE):
            box.notice = (now, "ImagePullBackOff", f'Back-off pulling image "{image}": {delay.why}')
            box.not_before = delay.since + delay.seconds
            return "failed"
        self._recorder.tell(worker, "Pulling", f'Pulling image "{image}"', box=box)
        worker.pull = self._images.pull(worker, box, image, now)
        return "pulling"

    def pulled(self, worker: Worker, now: float) -> Result:
        """A pull has ended: the container starts, or the pull is tried again after its back-off."""
        pull, worker.pull = worker.pull, None
        box = worker.box(pull.box) if pull else None
        if pull is None or box is None:
            return "failed"
        if not pull.error:
            worker.pulls.pop(pull.image, None)
            self._recorder.tell(worker, "Pulled", pulled_words(pull), box=box)
            return self._create(worker, box, now)
        told = f'Failed to pull image "{pull.image}": {pull.error}'
        self._recorder.tell(worker, "Failed", told, box=box, warning=True)
        why = f"ErrImagePull: {pull.error}"
        delay = worker.pulls[pull.image] = longer(worker.pulls.get(pull.image), now, now, PULL_STABLE, why)
        self._failed(worker, box, ("ErrImagePull", pull.error), now)
        box.not_before = now + delay.seconds
        box.notice = (now + NOTICE, "ImagePullBackOff", f'Back-off pulling image "{pull.image}": {why}')
        return "failed"

    def noticed(self, worker: Worker, box: Box, now: float) -> None:
        """The next look at a container that could not be started: it waits for its back-off."""
        if box.notice is None or box.notice[0] > now:
            return
        _, reason, message = box.notice
        box.notice, box.waiting = None, (reason, message)
        if reason == "ImagePullBackOff":
            self._recorder.tell(worker, "BackOff", f'Back-off pulling image "{box.spec["image"]}"', box=box)
            self._recorder.tell(worker, "Failed", "Error: ImagePullBackOff", box=box, warning=True)

    def _failed(self, worker: Worker, box: Box, waiting: tuple[str, str], now: float) -> Result:
        """A container could not be started: it waits, and is tried again with the pod's next sync."""
        box.waiting, box.notice, box.not_before = waiting, None, now + RETRY
        told = waiting[1] if waiting[0] == "CreateContainerConfigError" else waiting[0]
        self._recorder.tell(worker, "Failed", f"Error: {told}", box=box, warning=True)
        heard = self._recorder.next_token(worker, now)
        if heard > box.not_before:
            box.not_before = prober.tick(now, RETRY, heard)
        return "failed"

    def _create(self, worker: Worker, box: Box, now: float) -> Result:
        """Create the container and start it."""
        fresh = box.run is None and box.ended is None and box.last is None
        restarts = box.restarts
        box.restarts = restarts if fresh else restarts + 1
        try:
            start = self._environment.start(worker, box)
        except Lacking as lack:
            box.restarts, worker.wants = restarts, lack.what
            return self._failed(worker, box, ("CreateContainerConfigError", lack.message), now)
        image: str = box.spec["image"]
        if not fresh:
            box.crash = longer(box.crash, box.finished, now, STABLE)
        box.before, box.last = box.run or box.before, box.ended or box.last
        box.ended = box.waiting = box.notice = box.killing = None
        box.id, box.image = box.container_id(worker.uid), full_name(image)
        found = self._images.known(image)
        box.image_id = image_id(image, found.digest) if found else ""
        box.run = self._runtime.create(start, now)
        self._recorder.tell(worker, "Created", "Container created", box=box)
        if self._cannot_run(worker, box, now):
            return "failed"
        self._recorder.tell(worker, "Started", "Container started", box=box)
        if worker.uid in self._machines.failing:
            box.run.disturb("fail-probes", now)
        prober.begin(box, now)
        return self._post_start(worker, box, now)

    def _cannot_run(self, worker: Worker, box: Box, now: float) -> bool:
        """A program that is not there: the container ends before it ran."""
        ending = box.run.ending() if box.run is not None else None
        if ending is None or ending.at > now or ending.why != "ContainerCannotRun":
            return False
        told = f"{_CANNOT}{ending.message or 'unable to start'}: unknown"
        self._recorder.tell(worker, "Failed", f"Error: {told}", box=box, warning=True)
        box.ended = {
            "exitCode": ending.code,
            "reason": "StartError",
            "message": told,
            "startedAt": "1970-01-01T00:00:00Z",
            "finishedAt": None,
            "containerID": container_id(box),
        }
        box.finished = now
        self._ender.ended(worker, box, now)
        box.waiting = ("RunContainerError", told)
        return True

    def _post_start(self, worker: Worker, box: Box, now: float) -> Result:
        hook = hooks.hook_of(box, "postStart")
        if hook is None:
            return "done"
        seconds, error = hooks.run(worker, box, hook, now)
        if error:
            self._recorder.tell(worker, "FailedPostStartHook", "PostStartHook failed", box=box, warning=True)
            self._ender.begin(worker, box, now, worker.grace, "FailedPostStartHook")
            box.notice = (now, "PostStartHookError", error)
        worker.busy_until = max(worker.busy_until, now + seconds)
        return "done"

"""One look at a pod: what ended, what its probes say, what has to be started or ended next, and when to look again.

After SyncPod and SyncTerminatingPod in pkg/kubelet/kubelet.go and computePodActions in kuberuntime_manager.go. A
look does all that is due; afterwards `due` is the next moment at which anything about the pod happens by itself.
"""

from __future__ import annotations

from math import inf
from typing import Final

from playground.kube.client.controller import Context
from playground.kube.clock import seconds_of
from playground.kube.kubelet import agenda, prober
from playground.kube.kubelet.addresses import Addresses
from playground.kube.kubelet.admission import Admission
from playground.kube.kubelet.ending import Ender, grace_of
from playground.kube.kubelet.prober import Prober
from playground.kube.kubelet.recorder import Recorder
from playground.kube.kubelet.reporting import Reporter
from playground.kube.kubelet.restarts import should_restart
from playground.kube.kubelet.starting import Starter
from playground.kube.kubelet.timing import MOUNT_RETRY, MOUNT_RETRY_MAX, RETRY, SANDBOX
from playground.kube.kubelet.volumes import Volumes
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects import meta

_DEADLINE: Final = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
_SANDBOX_CHANGED: Final = "Pod sandbox changed, it will be killed and re-created."
_NO_ADDRESS: Final = (
    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: "
    'plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: '
)


class Syncer:
    """Brings pods to what is wanted of them."""

    def __init__(
        self,
        context: Context,
        reporter: Reporter,
        starter: Starter,
        ender: Ender,
        volumes: Volumes,
        *,
        addresses: Addresses,
        admission: Admission,
    ) -> None:
        self._clock, self._reporter, self._starter, self._ender = context.clock, reporter, starter, ender
        self._volumes, self._addresses, self._admission = volumes, addresses, admission
        self._recorder: Recorder = ender.recorder
        self._prober = Prober(ender.recorder)

    def sync(self, worker: Worker, now: float) -> None:
        """Do all that is due about a pod."""
        if meta.deleting(worker.pod):
            self._delete(worker, now)
        if worker.stage == "new" and not self._admit(worker, now):
            return
        if worker.changed:
            self._respec(worker, now)
        if worker.stage not in {"stopping", "stopped"}:
            self._ender.advance(worker, now)
            self._check_deadline(worker, now)
        if worker.stage == "volumes":
            self._mount(worker, now)
        if worker.stage == "sandbox" and now >= worker.sandbox_at:
            self._set_up(worker, now)
        if worker.stage == "running":
            self._run(worker, now)
        if worker.stage == "stopping":
            self._stop(worker, now)
        self._reporter.report(worker)
        worker.due = self.next_at(worker, now)

    def _delete(self, worker: Worker, now: float) -> None:
        """Somebody deleted the pod, or has less patience than before."""
        grace = float(worker.pod["metadata"].get("deletionGracePeriodSeconds") or 0)
        if worker.stage == "stopping" and grace < worker.grace:
            worker.grace = grace
            self._ender.shorten(worker, now)
        worker.started_at = worker.started_at or self._clock.stamp()
        self.stop(worker, now, grace)

    def stop(self, worker: Worker, now: float, grace: float, why: tuple[str, str] | None = None) -> None:
        """Begin to end a pod for good. *why*: reason and message of a pod that fails because of it."""
        if worker.stage in {"stopping", "stopped"}:
            return
        running = worker.stage == "running"
        worker.stage, worker.grace, worker.stopped_at, worker.why = "stopping", grace, now, why
        worker.pull = worker.retry_at = worker.wants = None
        if running:
            for box in worker.boxes:
                box.notice = None
                if box.killing is not None:
                    box.killing.until = min(box.killing.until, now + grace)
                self._ender.begin(worker, box, now, grace)

    def _admit(self, worker: Worker, now: float) -> bool:
        worker.started_at = (worker.pod.get("status") or {}).get("startTime") or self._clock.stamp()
        refusal = self._admission.refuse(worker)
        if refusal is not None:
            worker.stage, worker.due = "stopped", None
            self._recorder.tell(worker, refusal[0], refusal[1], warning=True)
            self._reporter.reject(worker, *refusal)
            return False
        worker.host_ip = self._reporter.host_ip(worker.node)
        worker.stage = "volumes"
        self._set_deadline(worker)
        return True

    def _respec(self, worker: Worker, now: float) -> None:
        """The pod's spec is another one: a container whose image changed is started anew."""
        worker.changed = False
        self._set_deadline(worker)
        for box in worker.boxes:
            if box.alive and box.run is not None and box.run.start.image != box.spec.get("image"):
                title = "Container" if box.kind == "main" else "Init container"
                again = ", will be restarted" if box.kind == "main" else ""
                grace = float(worker.spec.get("terminationGracePeriodSeconds", 30))
                self._ender.begin(worker, box, now, grace, f"{title} {box.name} definition changed{again}")

    @staticmethod
    def _set_deadline(worker: Worker) -> None:
        """Read activeDeadlineSeconds, which counts from the pod's startTime."""
        seconds = worker.spec.get("activeDeadlineSeconds")
        worker.deadline = None
        if seconds is not None and worker.started_at:
            worker.deadline = seconds_of(worker.started_at) + float(seconds)

    def _check_deadline(self, worker: Worker, now: float) -> None:
        if worker.deadline is not None and now >= worker.deadline:
            self._recorder.tell(worker, *_DEADLINE)
            self.stop(worker, now, float(worker.spec.get("terminationGracePeriodSeconds", 30)), _DEADLINE)

    def _mount(self, worker: Worker, now: float) -> None:
        if worker.retry_at is not None and now < worker.retry_at:
            return
        lack = self._volumes.missing(worker)
        if lack is None:
            worker.retry_at = worker.wants = None
            worker.retries = 0
            worker.stage, worker.sandbox_at = "sandbox", now + SANDBOX
            return
        self._recorder.tell(worker, "FailedMount", lack.message, warning=True)
        if lack.mounting:
            worker.retry_at = now + min(MOUNT_RETRY * 2.0**worker.retries, MOUNT_RETRY_MAX)
            worker.retries = min(worker.retries + 1, 20)
        else:
            worker.retry_at, worker.wants = self._retry(worker, now), lack.what

    def _retry(self, worker: Worker, now: float) -> float:
        """Return the next try of a sync that failed: no sooner than anything of it would be heard."""
        return max(now + RETRY, prober.tick(now, RETRY, self._recorder.next_token(worker, now)))

    def _set_up(self, worker: Worker, now: float) -> None:
        """The sandbox is there: the pod has an address."""
        if worker.spec.get("hostNetwork"):
            worker.ip = worker.host_ip
        elif not worker.ip:
            address = self._addresses.take(worker.node)
            if address is None:
                prefix = self._addresses.prefix(worker.node)
                told = f"{_NO_ADDRESS}{prefix}.1-{prefix}.254"
                self._recorder.tell(worker, "FailedCreatePodSandBox", told, warning=True)
                worker.sandbox_at = self._retry(worker, now)
                return
            worker.ip = address
        if worker.sandboxes:
            self._recorder.tell(worker, "SandboxChanged", _SANDBOX_CHANGED)
        worker.sandboxes += 1
        worker.stage = "running"

    def release(self, worker: Worker) -> None:
        """A pod runs no more: its address and what it had booked are free."""
        if worker.ip and not worker.spec.get("hostNetwork"):
            self._addresses.release(worker.node, worker.ip)
        self._admission.release(worker)

    def _run(self, worker: Worker, now: float) -> None:
        """Probes, then what has to be started; a pod with nothing left to run is ended."""
        for box in worker.boxes:
            self._starter.noticed(worker, box, now)
            if box.alive and box.checks and box.killing is None:
                self._probe(worker, box, now)
        if worker.pull is not None:
            if now < worker.pull.ends:
                return
            self._starter.pulled(worker, now)
        self._start(worker, now)
        self._ender.advance(worker, now)
        if self._is_over(worker):
            self.stop(worker, now, float(worker.spec.get("terminationGracePeriodSeconds", 30)))

    def _probe(self, worker: Worker, box: Box, now: float) -> None:
        kind = self._prober.take(worker, box, now, ending=False)
        if not kind:
            return
        title = "Container" if box.kind == "main" else "Init container"
        again = ", will be restarted" if box.kind == "main" and agenda.comes_back(worker, box) else ""
        told = f"{title} {box.name} failed {kind} probe{again}"
        self._ender.begin(worker, box, now, grace_of(worker, box, kind), told)
        self._ender.advance(worker, now)

    def _start(self, worker: Worker, now: float) -> None:
        """Start what may be started, one after the other, until an image or a hook holds it up."""
        tried: set[str] = set()
        while worker.busy_until <= now:
            self._ender.advance(worker, now)
            box = next((box for box in agenda.wanted(worker) if box.name not in tried and box.not_before <= now), None)
            if box is None:
                return
            tried.add(box.name)
            if self._starter.start(worker, box, now) == "pulling":
                return

    @staticmethod
    def _is_over(worker: Worker) -> bool:
        """Tell whether nothing of a pod runs or will run."""
        failed = (box for box in worker.boxes if box.kind == "init" and box.ended and box.ended["exitCode"] != 0)
        if any(not should_restart(worker.spec, box) for box in failed):
            return True
        if not worker.initialized:
            return False
        return not any(box.alive or should_restart(worker.spec, box) for box in worker.mains())

    def _stop(self, worker: Worker, now: float) -> None:
        for box in worker.boxes:
            if box.alive:
                self._prober.take(worker, box, now, ending=True)
        self._ender.advance(worker, now)
        if any(box.alive for box in worker.boxes):
            return
        worker.stage = "stopped"
        self._reporter.close(worker)
        self.release(worker)

    def next_at(self, worker: Worker, now: float) -> float | None:
        """Return when something about a pod happens next."""
        at = min(agenda.times(worker, now), default=inf)
        return None if at == inf else max(at, now + 0.001)

"""Ending containers: the preStop hook, the turn of sidecars, SIGTERM, SIGKILL; and what is noted of one that ended.

After killContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go, kuberuntime_termination_order.go, and
doBackOff in kuberuntime_manager.go.
"""

from __future__ import annotations

from math import inf
from typing import Final

from playground.kube.clock import stamp_of
from playground.kube.kubelet import hooks
from playground.kube.kubelet.backoff import holds
from playground.kube.kubelet.container_status import terminated
from playground.kube.kubelet.images import duration
from playground.kube.kubelet.recorder import Recorder
from playground.kube.kubelet.restarts import should_restart
from playground.kube.kubelet.timing import LEAST_GRACE, NOTICE, STABLE
from playground.kube.kubelet.worker import Box, Killing, Worker
from playground.kube.objects.frozen import EMPTY

_TAIL_LINES: Final = 80
_TAIL_BYTES: Final = 2048


def grace_of(worker: Worker, box: Box, kind: str) -> float:
    """Return the seconds a container gets when one of its probes wants it gone."""
    own = (box.spec.get(f"{kind}Probe") or EMPTY).get("terminationGracePeriodSeconds")
    return float(own if own is not None else worker.spec.get("terminationGracePeriodSeconds", 30))


class Ender:
    """Ends containers."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def begin(self, worker: Worker, box: Box, now: float, grace: float, message: str = "") -> None:
        """Begin to end a container; one that is being ended already goes on as it was begun."""
        if not box.alive or box.killing is not None:
            return
        self.recorder.tell(worker, "Killing", message or f"Stopping container {box.name}", box=box)
        until, hook = now, hooks.hook_of(box, "preStop")
        if hook is not None and grace > 0:
            seconds, error = hooks.run(worker, box, hook, now)
            if error:
                self.recorder.tell(worker, "FailedPreStopHook", "PreStopHook failed", box=box, warning=True)
            until = now + min(seconds, grace)
        box.killing = Killing(now, grace, "hook", until)

    def shorten(self, worker: Worker, now: float) -> None:
        """The pod got less time than it was promised."""
        limit = max(now, worker.stopped_at + worker.grace)
        for box in worker.boxes:
            if box.killing is not None:
                box.killing.until = min(box.killing.until, limit)
                box.killing.left = min(box.killing.left, max(0.0, limit - now))

    def advance(self, worker: Worker, now: float) -> None:
        """Take every container that is being ended as far as it has come, and note those that have ended."""
        while self._round(worker, now):
            pass

    def _round(self, worker: Worker, now: float) -> bool:
        moved = False
        for box in worker.boxes:
            if box.alive and box.killing is not None:
                moved |= self._step(worker, box, box.killing, now)
            if box.alive and box.run is not None:
                ending = box.run.ending()
                if ending is not None and ending.at <= now:
                    box.ended = terminated(box, ending)
                    box.finished = ending.at
                    self.ended(worker, box, now)
                    moved = True
        return moved

    def _step(self, worker: Worker, box: Box, killing: Killing, now: float) -> bool:
        """Take one container one step further; False when nothing is due."""
        if killing.doing == "hook" and now >= killing.until:
            killing.left -= int(now - killing.began)
            killing.doing, killing.began, killing.until = "turn", now, now + max(0.0, killing.left)
            return True
        if killing.doing == "turn" and (now >= killing.until or not _must_wait(worker, box)):
            left = max(LEAST_GRACE, killing.left - int(now - killing.began))
            killing.doing, killing.left, killing.until = "term", left, now + left
            if box.run is not None:
                box.run.signal("SIGTERM", now)
            return True
        if killing.doing == "term" and now >= killing.until:
            killing.doing, killing.until = "kill", inf
            if box.run is not None:
                box.run.signal("SIGKILL", now)
            return True
        return False

    def ended(self, worker: Worker, box: Box, now: float) -> None:
        """A container has ended: it has no probes any more, and a back-off if it shall run again."""
        box.killing, box.started = None, False
        for check in box.checks.values():
            check.due = None
        box.not_before = 0.0
        self._message(box)
        if worker.stage in {"stopping", "stopped"} or not should_restart(worker.spec, box):
            box.notice = None
            return
        if box.crash is not None and holds(box.crash, box.finished, box.finished, now, STABLE):
            told = f"Back-off restarting failed container {box.name} in pod {worker.describe()}"
            self.recorder.tell(worker, "BackOff", told, box=box, warning=True)
            wait = f"back-off {duration(box.crash.seconds)} restarting failed container={box.name}"
            box.not_before = box.finished + box.crash.seconds
            box.notice = (now + NOTICE, "CrashLoopBackOff", f"{wait} pod={worker.describe()}")

    @staticmethod
    def _message(box: Box) -> None:
        """The end of its output as the message of a container that failed, where it asks for that."""
        if box.ended is None or box.run is None:
            return
        if box.ended.get("finishedAt") is None:
            box.ended["finishedAt"] = stamp_of(box.finished)
        policy = box.spec.get("terminationMessagePolicy")
        if policy != "FallbackToLogsOnError" or box.ended["exitCode"] == 0 or "message" in box.ended:
            return
        lines = [line.text for line in box.run.lines(box.run.started_at, box.finished)][-_TAIL_LINES:]
        text = "".join(f"{line}\n" for line in lines)[-_TAIL_BYTES:]
        if text:
            box.ended["message"] = text


def _must_wait(worker: Worker, box: Box) -> bool:
    """Tell whether a sidecar waits for the containers it serves: the main ones, and the sidecars after it."""
    if worker.stage != "stopping" or box.kind != "sidecar":
        return False
    later = False
    for other in worker.boxes:
        if other is box:
            later = True
        elif other.alive and (other.kind == "main" or (later and other.kind == "sidecar")):
            return True
    return False

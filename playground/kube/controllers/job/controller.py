"""The Job controller's syncs: when they come and what they do in order. After job_controller.go.

Changes of pods and of a status are waited for a second, so that a sync sees several at once; a new Job or a new spec
is looked at right away. Pods that are left with a tracking finalizer when their Job is over or gone lose it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.owners import Claims
from playground.kube.client.workqueue import Cause, Item
from playground.kube.clock import seconds_of
from playground.kube.controllers.dependents import claimable, concerned, controller_of
from playground.kube.controllers.job import ending, managing, spec
from playground.kube.controllers.job.backoff import Rows
from playground.kube.controllers.job.managing import Outcome, untrack
from playground.kube.controllers.job.pods import FINALIZER, is_tracked
from playground.kube.controllers.job.status import condition
from playground.kube.controllers.job.tracking import Tracking
from playground.kube.controllers.job.work import Work, begin
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.selectors import LabelSelector, parse_labels
from playground.kube.store import By, Change

JOBS: Final = "jobs.batch"
BATCH: Final = 1.0  # seconds that changes of pods wait for one another
RETRY: Final = (1.0, 60.0)  # seconds before the first and before any later try

# What is in line: a Job, a pod without one, all pods that a Job's selector matched.
_JOB, _POD, _PODS = "job", "pod", "pods"


class JobController(Controller):
    """Runs pods to completion."""

    name = "job-controller"
    retry = RETRY

    def __init__(self, context: Context) -> None:
        self._rows = Rows()
        self._jobs = context.informers.cache(JOBS)
        self._pods = context.informers.cache("pods")
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Jobs and pods."""
        return {JOBS: self._job_changed, "pods": self._pod_changed}

    def sync(self, item: Item, by: By) -> None:
        """Bring a Job on, or take the finalizer off pods that no Job counts any more."""
        kind, namespace, name = item
        if kind == _JOB:
            self._sync_job(namespace, name, by)
            return
        if kind == _POD:
            pod = self._pods.get(namespace, name)
            found = [] if pod is None else [pod]
        else:
            selector = parse_labels(name)
            found = [pod for pod in self._pods.list(namespace) if selector.matches(meta.labels(pod))]
        for pod in found:
            self._release(pod, by)

    # What changes bring into line.

    def _job_changed(self, change: Change) -> None:
        job, key = change.object, change.key
        if change.type == "DELETED":
            self._rows.drop(key)
            self._release_all(job, change)
        elif change.previous is not None and spec.is_finished(job):
            self._release_all(job, change)
            return
        if change.previous is None or change.type == "DELETED" or _generation(change.previous) != _generation(job):
            self.enqueue((_JOB, *key), change)
        else:
            self._later(key, BATCH, Cause.of(change))
        self._deadline_changed(change)

    def _deadline_changed(self, change: Change) -> None:
        """A deadline that was moved is a new time to look at the Job."""
        started = (change.object.get("status") or {}).get("startTime")
        seconds = change.object["spec"].get("activeDeadlineSeconds")
        before = change.previous["spec"].get("activeDeadlineSeconds") if change.previous is not None else seconds
        if started and seconds is not None and seconds != before:
            self.queue.add_at((_JOB, *change.key), seconds_of(started) + seconds, Cause.of(change))

    def _pod_changed(self, change: Change) -> None:
        pod = change.object
        if is_tracked(pod) and (change.type != "DELETED") and self._is_nobodys(pod):
            self.enqueue((_POD, *change.key), change)
        for job in concerned(change, "Job", self._jobs):
            if not spec.is_finished(job):
                self._later(meta.key(job), BATCH, Cause.of(change))

    def _is_nobodys(self, pod: Map) -> bool:
        """Tell whether no sync of a Job will take a pod's finalizer off."""
        if meta.owner(pod) is None:
            return True
        job = controller_of(pod, "Job", self._jobs)
        return meta.deleting(pod) and (job is None or spec.is_finished(job))

    def _release_all(self, job: Map, change: Change) -> None:
        self.enqueue((_PODS, meta.namespace(job), str(LabelSelector.of(job["spec"].get("selector")))), change)

    def _later(self, key: tuple[str, str], seconds: float, cause: Cause) -> None:
        self.queue.add_at((_JOB, *key), self.clock.now + seconds, cause)

    # What a sync does.

    def _release(self, pod: Map, by: By) -> None:
        """Take the finalizer off a pod, if no Job counts it (handleSingleOrphanPod)."""
        owner = meta.owner(pod)
        if owner is not None:
            if (owner["kind"], owner["apiVersion"]) != ("Job", "batch/v1"):
                return
            job = controller_of(pod, "Job", self._jobs)
            if job is not None and (spec.is_foreign(job) or not spec.is_finished(job)):
                return
        untrack(self.api, pod, by)

    def _sync_job(self, namespace: str, name: str, by: By) -> None:
        job = self._jobs.get(namespace, name)
        if job is None:
            self._rows.drop((namespace, name))
            return
        if spec.is_foreign(job):
            return
        if spec.is_finished(job):
            self._rows.drop((namespace, name))
            return
        selector = LabelSelector.of(job["spec"].get("selector"))
        claims = Claims(self.api, "pods", job, selector, (FINALIZER,))
        pods = claims.claim(claimable(job, self._pods), by)
        work = begin(job, pods, self.clock.now, by, self._rows.get((namespace, name)))
        if work.status.started is None and not work.spec.suspended:
            work.status.started = self.clock.now
        error = self._bring_on(work)
        self._count(work)
        if error is not None:
            raise error

    def _bring_on(self, work: Work) -> ApiError | None:
        """Decide whether the Job is over; make and delete pods; return what was refused."""
        work.finish = ending.decide(work)
        if work.finish is not None:
            outcome = managing.delete_active(self.api, work)
            if work.active:  # what could not be deleted still has to be waited for
                work.finish = None
            return outcome.error
        cause, at = Cause(work.by.cause, work.by.command), ending.deadline(work)
        if at is not None:
            self.queue.add_at((_JOB, *work.key), at, cause)
        outcome = Outcome() if work.spec.deleting else managing.manage(self.api, work)
        if outcome.wait:
            self._later(work.key, max(outcome.wait, BATCH), cause)
        work.finish = ending.completed(work)
        if work.finish is None and not work.spec.deleting:
            self._tell_suspension(work)
        return outcome.error

    def _count(self, work: Work) -> None:
        status, shown = work.status, (work.active, work.ready, work.terminating)
        work.flush |= shown != (status.active, status.ready, status.terminating)
        status.active, status.ready, status.terminating = shown
        tracking = Tracking(self.api, work)
        try:
            finished = tracking.run()
        finally:
            if tracking.noted:
                self._rows.put(work.key, work.row)
        if finished:
            self._rows.drop(work.key)
            self._tell_end(work)

    def _tell_suspension(self, work: Work) -> None:
        """Bring the condition Suspended to what is so; a Job that goes on starts its time anew."""
        suspended = work.spec.suspended
        word = "Suspended" if suspended else "Resumed"
        status = "True" if suspended else "False"
        message = f"Job {word.lower()}"
        if work.status.ensure(condition("Suspended", f"Job{word}", message, work.now, status)):
            work.flush = True
            work.status.started = None if suspended else work.now
            self.api.record_event(work.job, word, message, by=work.by)

    def _tell_end(self, work: Work) -> None:
        """Tell on the Job how it ended."""
        end = work.finish
        if end is None:
            return
        if end["type"] != "Complete":
            self.api.record_event(work.job, end["reason"], end["message"], by=work.by, warning=True)
            return
        if work.spec.completions is not None and work.status.succeeded > work.spec.completions:
            message = "Too many succeeded pods running after completion count reached"
            self.api.record_event(work.job, "TooManySucceededPods", message, by=work.by, warning=True)
        self.api.record_event(work.job, "Completed", "Job completed", by=work.by)

    def own_state(self) -> dict[str, Any]:
        """Return the failures in a row."""
        return {"rows": self._rows.state()}

    def restore_own(self, state: Mapping[str, Any]) -> None:
        """Take up what `own_state` gave."""
        self._rows.restore(state["rows"])


def _generation(job: Map) -> int:
    return meta.metadata(job).get("generation") or 0

"""What one sync of a Job knows and finds out. After syncJobCtx and the first part of syncJob, job_controller.go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.kube.client.pods import is_active, is_ready, phase
from playground.kube.controllers.job import indexes, spec, status
from playground.kube.controllers.job.backoff import NO_FAILURES, Row
from playground.kube.controllers.job.indexes import Intervals
from playground.kube.controllers.job.pods import (
    failures_of,
    finished_at,
    ignored_failures_of,
    index_of,
    is_failed,
    is_terminating,
    is_tracked,
)
from playground.kube.controllers.job.policies import judge
from playground.kube.controllers.job.spec import JobSpec
from playground.kube.controllers.job.status import Status
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.store import By

Json = Mapping[str, Any]
Maps = list[Map]


@dataclass(slots=True)
class Work:
    """A Job, its pods, and what comes of them. Its counts follow what the sync does."""

    job: Map
    pods: Maps
    now: float
    by: By
    spec: JobSpec
    status: Status
    running: Maps  # the pods that were active when the sync began
    active: int
    ready: int
    terminating: int
    succeeded: int = 0
    failed: int = 0
    counted: Intervals = indexes.NONE  # indexes that the status has as completed
    done: Intervals = indexes.NONE  # those, and what has succeeded since
    broken: Intervals | None = None  # failed indexes; None without backoffLimitPerIndex
    waiting: dict[int, Map] = field(default_factory=dict)  # index -> the failed pod that waits for its replacement
    row: Row = NO_FAILURES
    finish: Json | None = None  # the condition that ends the Job
    flush: bool = False  # the status has changes that are not written yet

    @property
    def key(self) -> tuple[str, str]:
        """The Job's namespace and name."""
        return meta.key(self.job)


def begin(job: Map, pods: Maps, now: float, by: By, row: Row) -> Work:
    """Return the work of a sync: all pods looked at, nothing done yet. *row*: the failures so far."""
    running = [pod for pod in pods if is_active(pod)]
    work = Work(
        job=job,
        pods=pods,
        now=now,
        by=by,
        spec=spec.read(job),
        status=status.read(job),
        running=running,
        active=len(running),
        ready=sum(map(is_ready, running)),
        terminating=sum(map(is_terminating, pods)),
    )
    succeeded = [pod for pod in fresh_pods(work, work.status.uncounted_succeeded) if phase(pod) == "Succeeded"]
    failed = [pod for pod in fresh_pods(work, work.status.uncounted_failed) if is_failed(pod, work.spec)]
    counting = sum(judge(work.spec.failure_rules, pod).counts for pod in failed)
    work.succeeded = work.status.succeeded + len(succeeded) + len(work.status.uncounted_succeeded)
    work.failed = work.status.failed + counting + len(work.status.uncounted_failed)
    work.row = row.after(succeeded, failed)
    if work.spec.indexed:
        _look_at_indexes(work)
    return work


def fresh_pods(work: Work, uncounted: Sequence[str]) -> Maps:
    """Return the pods that are not counted yet and not about to be (getValidPodsWithFilter)."""
    known = frozenset(uncounted)
    fresh = [pod for pod in work.pods if is_tracked(pod) and meta.uid(pod) not in known]
    return [pod for pod in fresh if valid_index(work, pod) is not None] if work.spec.indexed else fresh


def valid_index(work: Work, pod: Map) -> int | None:
    """Return a pod's index if the Job has it."""
    index = index_of(pod)
    return index if index is not None and index < work.spec.size else None


def _look_at_indexes(work: Work) -> None:
    work.pods.sort(key=lambda pod: -1 if (index := index_of(pod)) is None else index)
    work.counted = indexes.parse(work.status.completed_indexes, work.spec.size)
    tracked = [(index, pod) for pod in work.pods if is_tracked(pod) and (index := valid_index(work, pod)) is not None]
    succeeded = {index for index, pod in tracked if phase(pod) == "Succeeded"}
    work.done = indexes.merged(work.counted, indexes.of(succeeded))
    work.succeeded = indexes.total(work.done)
    if work.spec.backoff_limit_per_index is not None:
        failed = {index for index, pod in tracked if _has_failed_for_good(work, pod)}
        known = indexes.parse(work.status.failed_indexes or "", work.spec.size)
        work.broken = indexes.merged(known, indexes.of(failed))
        work.waiting = _waiting(work, tracked)


def _has_failed_for_good(work: Work, pod: Map) -> bool:
    """Tell whether a pod's index gets no more pods (isIndexFailed)."""
    if not is_failed(pod, work.spec):
        return False
    verdict = judge(work.spec.failure_rules, pod)
    if verdict.action == "FailIndex":
        return True
    return verdict.counts and failures_of(pod) >= (work.spec.backoff_limit_per_index or 0)


def _waiting(work: Work, tracked: Sequence[tuple[int, Map]]) -> dict[int, Map]:
    """Return the failed pods that stay until their replacement has taken over the count of failures."""
    settled = {index_of(pod) for pod in work.running}
    waiting: dict[int, Map] = {}
    for index, pod in tracked:
        over = indexes.has(work.done, index) or indexes.has(work.broken or indexes.NONE, index) or index in settled
        if not over and is_failed(pod, work.spec) and _is_later(pod, waiting.get(index)):
            waiting[index] = pod
    return waiting


def _is_later(pod: Map, than: Map | None) -> bool:
    if than is None:
        return True
    failures, before = (failures_of(item) + ignored_failures_of(item) for item in (pod, than))
    return failures >= before and finished_at(pod) >= finished_at(than)

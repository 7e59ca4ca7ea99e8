"""Counting pods that have ended, each exactly once. After trackJobStatusAndRemoveFinalizers, job_controller.go.

The uids of ended pods are written into the status; then their finalizers are taken off; then the counters rise by
those whose finalizer is gone. A Job that is over gets its last condition when nothing is left uncounted or on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver import ApiServer
from playground.kube.client.pods import phase
from playground.kube.clock import stamp_of
from playground.kube.controllers.job import ending, indexes
from playground.kube.controllers.job.managing import untrack
from playground.kube.controllers.job.pods import index_of, is_failed, is_tracked
from playground.kube.controllers.job.policies import judge
from playground.kube.controllers.job.status import condition
from playground.kube.controllers.job.work import Work, valid_index
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map

Json = Mapping[str, Any]
Maps = list[Map]

MOST: Final = 500  # uids that a status holds at a time


class Tracking:
    """One sync's counting. *noted*: the status has been written with the uids of what has ended."""

    def __init__(self, api: ApiServer, work: Work) -> None:
        self._api, self._work = api, work
        self.noted = False
        self._tracked = {meta.uid(pod): None for pod in work.pods if is_tracked(pod)}  # in the order of the pods
        self._fresh_indexes: list[int] = []
        self._full = False

    def run(self) -> bool:
        """Count what has ended and write the status; answer whether the Job is finished. Raises ApiError."""
        work = self._work
        work.flush |= work.status.count_untracked(self._tracked)
        counted = self._take_in()
        if work.spec.indexed:
            self._write_indexes()
        self._announce_end()
        if work.flush:
            self._write()
            self.noted, work.flush = True, False
        self._untrack(counted)
        finished = not self._full and self._finish()
        if work.flush or finished:
            self._write()
        return finished

    def _take_in(self) -> Maps:
        """Return the pods whose finalizer may go; those that count are noted in the status."""
        status, found = self._work.status, []
        for pod in self._work.pods:
            if not is_tracked(pod) or not self._may_go(pod):
                continue
            found.append(pod)
            self._note(pod)
            if len(self._fresh_indexes) + len(status.uncounted_succeeded) + len(status.uncounted_failed) >= MOST:
                self._full = True  # the rest is for the next sync
                break
        return found

    def _may_go(self, pod: Map) -> bool:
        """Tell whether a pod is done with (canRemoveFinalizer)."""
        work = self._work
        if work.spec.deleting or work.finish is not None or phase(pod) == "Succeeded":
            return True
        if not is_failed(pod, work.spec):
            return False
        index = index_of(pod)
        waiting = work.waiting.get(index) if index is not None else None
        return waiting is None or meta.uid(waiting) != meta.uid(pod)

    def _note(self, pod: Map) -> None:
        """Note a pod that has ended, unless it is noted."""
        work, status, uid = self._work, self._work.status, meta.uid(pod)
        if phase(pod) == "Succeeded" and uid not in status.uncounted_failed:
            if work.spec.indexed:  # the index is enough: it succeeds once
                index = valid_index(work, pod)
                if index is not None and not indexes.has(work.counted, index):
                    self._fresh_indexes.append(index)
                    work.flush = True
            elif uid not in status.uncounted_succeeded:
                status.uncounted_succeeded.append(uid)
                work.flush = True
        elif self._is_failure(pod) and uid not in status.uncounted_failed:
            status.uncounted_failed.append(uid)
            work.flush = True

    def _is_failure(self, pod: Map) -> bool:
        """Tell whether a pod counts as failed. When a Job has failed, so have all its pods that still ran."""
        work = self._work
        over = work.finish is not None and work.finish["type"] != ending.SUCCESS
        if not (over or is_failed(pod, work.spec)) or (work.spec.indexed and valid_index(work, pod) is None):
            return False
        return judge(work.spec.failure_rules, pod).counts

    def _write_indexes(self) -> None:
        work, status = self._work, self._work.status
        work.done = indexes.merged(work.done, indexes.of(self._fresh_indexes))
        completed, failed = indexes.text(work.done), None if work.broken is None else indexes.text(work.broken)
        work.flush |= (completed, failed) != (status.completed_indexes, status.failed_indexes)
        status.completed_indexes, status.failed_indexes = completed, failed
        status.succeeded = indexes.total(work.done)

    def _announce_end(self) -> None:
        """Add the condition that says how the Job will end, and keep the one that it ends with."""
        work = self._work
        decided = work.finish
        if decided is None or decided["type"] not in {ending.FAILURE, ending.SUCCESS}:
            return
        failing = decided["type"] == ending.FAILURE
        if failing or work.status.find(ending.SUCCESS) is None:
            work.status.conditions.append(decided)
            work.flush = True
        kind = "Failed" if failing else "Complete"
        work.finish = condition(kind, decided["reason"], decided["message"], work.now)

    def _untrack(self, pods: Maps) -> None:
        """Take the finalizers off and count. What could be done is written even where something failed."""
        work, failure = self._work, None
        for pod in pods:
            try:
                untrack(self._api, pod, work.by)
            except ApiError as error:
                failure = failure or error
            else:
                self._tracked.pop(meta.uid(pod), None)
        work.flush |= work.status.count_untracked(self._tracked)
        if failure is not None:
            if work.flush:
                self._write()
            raise failure

    def _finish(self) -> bool:
        """Add the last condition when nothing is left to wait for."""
        work, status = self._work, self._work.status
        if work.finish is None or status.uncounted_succeeded or status.uncounted_failed or work.terminating > 0:
            return False
        status.ensure(work.finish)
        if work.finish["type"] == "Complete":
            status.completed = stamp_of(work.now)
        return True

    def _write(self) -> None:
        work = self._work
        namespace, name = work.key
        work.job = self._api.set_status(
            "jobs.batch", namespace, name, work.status.json(), by=work.by, version=meta.resource_version(work.job)
        )

"""Jobs that have ended go when their ttlSecondsAfterFinished are over.

After pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.kube.apiserver import DeleteOptions
from playground.kube.apiserver.options import Preconditions
from playground.kube.client.controller import Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.clock import seconds_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.store import By, Change

JOBS: Final = "jobs.batch"


def expires_at(job: Object) -> float | None:
    """Return when a Job is to go, in seconds since 1970; None for one that has not ended or goes anyhow."""
    seconds = job["spec"].get("ttlSecondsAfterFinished")
    if seconds is None or meta.deleting(job):
        return None
    for item in (job.get("status") or EMPTY).get("conditions") or ():
        if item["type"] in {"Complete", "Failed"} and item["status"] == "True" and item.get("lastTransitionTime"):
            return seconds_of(item["lastTransitionTime"]) + float(seconds)
    return None


class TtlAfterFinished(Controller):
    """Deletes Jobs, dependents in the foreground. A key is (namespace, name)."""

    name = "ttl-after-finished-controller"

    def handlers(self) -> Mapping[str, Handler]:
        """Watch all Jobs."""
        return {JOBS: self._changed}

    def sync(self, item: Item, by: By) -> None:
        """Delete a Job whose time is over; come back for one whose time is not. Raises ApiError."""
        job = self.informers.cache(JOBS).get(item[0], item[1])
        at = expires_at(job) if job is not None else None
        if job is None or at is None:
            return
        if at > self.clock.now:
            self.queue.add_at(item, at, Cause(by.cause, by.command))
            return
        options = DeleteOptions(propagation="Foreground", preconditions=Preconditions(uid=meta.uid(job)))
        self.api.delete(JOBS, item[1], item[0], by=by, options=options)

    def _changed(self, change: Change) -> None:
        if change.type != "DELETED" and expires_at(change.object) is not None:
            self.enqueue(change.key, change)

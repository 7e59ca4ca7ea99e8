"""The CronJob controller as an actor: what it watches, and one sync.

After pkg/controller/cronjob/cronjob_controllerv2.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import time_zones
from playground.kube.apiserver.validation.cron_schedule import Schedule, ScheduleError
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.cronjob import schedules
from playground.kube.controllers.cronjob.running import Run
from playground.kube.controllers.dependents import controller_of
from playground.kube.errors import ApiError
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.store import By, Change

Maps = list[Map]

NAME: Final = "cronjob-controller"
CRONJOBS: Final = "cronjobs.batch"
JOBS: Final = "jobs.batch"
KIND: Final = "CronJob"


class CronJobController(Controller):
    """Makes the Jobs of all CronJobs. A key is (namespace, name)."""

    name = NAME

    def __init__(self, context: Context) -> None:
        self._cronjobs, self._jobs = context.informers.cache(CRONJOBS), context.informers.cache(JOBS)
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch the CronJobs and all Jobs."""
        return {CRONJOBS: self._cronjob_changed, JOBS: self._job_changed}

    def sync(self, item: Item, by: By) -> None:
        """Bring one CronJob along. Raises ApiError."""
        cronjob = self._cronjobs.get(item[0], item[1])
        if cronjob is None:
            return
        run = Run(self.api, cronjob, self._children(cronjob), self.clock.now, by)
        run.remove_old_jobs()
        failure = None
        try:
            run.see_to_jobs()
            run.start_what_is_due()
        except ApiError as error:
            failure = error
        if run.changed:
            version = meta.resource_version(cronjob)
            self.api.set_status(CRONJOBS, item[0], item[1], run.status(), by=by, version=version)
        if failure is not None:
            raise failure
        if run.wakes_at is not None:
            self.queue.add_at(item, run.wakes_at, Cause())

    def _children(self, cronjob: Map) -> Maps:
        """Return the Jobs whose controller has the CronJob's name."""
        name = meta.name(cronjob)
        found = self._jobs.list(meta.namespace(cronjob))
        return [job for job in found if (owner := meta.owner(job)) is not None and owner["name"] == name]

    def _cronjob_changed(self, change: Change) -> None:
        """Look at once; a new schedule is looked at when its time comes."""
        before, now = change.previous, change.object
        if change.type == "MODIFIED" and before is not None and _plan(before) != _plan(now):
            schedule = _readable(now)
            at = schedules.wakes_at(now, schedule, self.clock.now) if schedule is not None else None
            if at is not None:
                self.queue.add_at(change.key, at, Cause.of(change))
            return
        self.enqueue(change.key, change)

    def _job_changed(self, change: Change) -> None:
        before, now = change.previous, change.object
        if before is not None and meta.owner(before) != meta.owner(now):
            former = controller_of(before, KIND, self._cronjobs)
            if former is not None:
                self.enqueue(meta.key(former), change)
        cronjob = controller_of(now, KIND, self._cronjobs)
        if cronjob is not None:
            self.enqueue(meta.key(cronjob), change)


def _plan(cronjob: Map) -> tuple[Any, Any]:
    return cronjob["spec"]["schedule"], cronjob["spec"].get("timeZone")


def _readable(cronjob: Map) -> Schedule | None:
    if time_zones.complaint(cronjob["spec"].get("timeZone") or ""):
        return None
    try:
        return schedules.read(cronjob)
    except ScheduleError:
        return None

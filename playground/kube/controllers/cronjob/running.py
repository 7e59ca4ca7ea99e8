"""One look at a CronJob and its Jobs: old ones go, the status follows them, and what is due is started.

After syncCronJob and cleanupFinishedJobs of pkg/controller/cronjob/cronjob_controllerv2.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from playground.kube import errors
from playground.kube.apiserver import ApiServer, DeleteOptions
from playground.kube.apiserver.validation import time_zones
from playground.kube.apiserver.validation.cron_schedule import Schedule, ScheduleError
from playground.kube.client.owners import controller_ref, is_controlled_by
from playground.kube.client.podcontrol import is_namespace_ending
from playground.kube.clock import stamp_of
from playground.kube.controllers.cronjob import schedules
from playground.kube.errors import ApiError, quote
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Map, Object
from playground.kube.store import By

Json = dict[str, Any]
Maps = Sequence[Map]

JOBS: Final = "jobs.batch"
ANNOTATION: Final = "batch.kubernetes.io/cronjob-scheduled-timestamp"
MISSED_MANY: Final = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
STILL_RUNS: Final = "Not starting job because prior execution is running and concurrency policy is Forbid"
ZONE_INSIDE: Final = (
    "CRON_TZ or TZ used in schedule {} is not officially supported, see "
    "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
)


class Run:
    """What one sync knows and changes. Methods that write raise ApiError."""

    def __init__(self, api: ApiServer, cronjob: Map, jobs: Maps, now: float, by: By) -> None:
        self._api, self._cronjob, self._jobs, self._now, self._by = api, cronjob, jobs, now, by
        status = cronjob.get("status") or EMPTY
        self._rest = {key: value for key, value in status.items() if key != "active"}
        self._active: list[Json] = list(status.get("active") or ())
        self.changed = False
        self.wakes_at: float | None = None

    def status(self) -> Json:
        """Return the status as it shall be."""
        return {**({"active": self._active} if self._active else {}), **self._rest}

    def remove_old_jobs(self) -> None:
        """Delete the oldest finished Jobs over the history limits."""
        for condition, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            keep = self._cronjob["spec"].get(limit)
            ended = sorted((job for job in self._jobs if finish_of(job) == condition), key=_age_order)
            for job in ended[: max(0, len(ended) - keep)] if keep is not None else ():
                self._delete(job)

    def see_to_jobs(self) -> None:
        """Bring the list of active Jobs and the last success up to date."""
        for job in self._jobs:
            listed, ended = self._is_active(meta.uid(job)), finish_of(job)
            if not ended and not listed:
                message = f"Saw a job that the controller did not create or forgot: {meta.name(job)}"
                self._tell("UnexpectedJob", message, warning=True)
            elif ended:
                if listed:
                    self._forget(meta.uid(job))
                    self._tell("SawCompletedJob", f"Saw completed job: {meta.name(job)}, condition: {ended}")
                self._note_success(job, ended)
        known = {meta.uid(job) for job in self._jobs}
        for reference in [item for item in self._active if item["uid"] not in known]:
            if not self._exists(reference):
                self._tell("MissingJob", f"Active job went missing: {reference['name']}")
                self._forget(reference["uid"])

    def start_what_is_due(self) -> None:
        """Create the Job whose time has come, if any, and say when to look again."""
        spec = self._cronjob["spec"]
        if meta.deleting(self._cronjob) or self._has_unknown_zone() or spec.get("suspend"):
            return
        schedule = self._schedule()
        if schedule is None:
            return
        try:
            found = schedules.due(self._cronjob, schedule, self._now, deadline=True)
        except schedules.NeverTwice as error:
            self._tell("InvalidSchedule", f"invalid schedule: {spec['schedule']} : {error}", warning=True)
            return
        if found.last is not None:
            if found.missed > schedules.MANY:
                self._tell("TooManyMissedTimes", MISSED_MANY, warning=True)
            if self._may_start(found.last) and not self._start(found.last):
                return
        self.wakes_at = schedules.wakes_at({**self._cronjob, "status": self.status()}, schedule, self._now)

    def _has_unknown_zone(self) -> bool:
        name = self._cronjob["spec"].get("timeZone") or ""
        complaint = time_zones.complaint(name)
        if complaint:
            self._tell("UnknownTimeZone", f"invalid timeZone: {quote(name)}: {complaint}", warning=True)
        return bool(complaint)

    def _schedule(self) -> Schedule | None:
        text = self._cronjob["spec"]["schedule"]
        if "TZ" in text:
            self._tell("UnsupportedSchedule", ZONE_INSIDE.format(quote(text)), warning=True)
        try:
            return schedules.read(self._cronjob)
        except ScheduleError as error:
            self._tell("UnparseableSchedule", f"unparseable schedule: {quote(text)} : {error}", warning=True)
            return None

    def _may_start(self, moment: int) -> bool:
        """Tell whether the Job of a moment is to be made: not too late, not made before, not beside another."""
        spec = self._cronjob["spec"]
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and moment + deadline < self._now:
            when = datetime.fromtimestamp(moment, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            self._tell("MissSchedule", f"Missed scheduled time to start a job: {when}", warning=True)
            return False
        name = self._job_name(moment)
        if any(item["name"] == name for item in self._active) or self._rest.get("lastScheduleTime") == stamp_of(moment):
            return False
        if spec.get("concurrencyPolicy") == "Forbid" and self._active:
            self._tell("JobAlreadyActive", STILL_RUNS)
            return False
        return True

    def _start(self, moment: int) -> bool:
        """Create the Job of a moment; False when one of that name is there that needs nothing more."""
        if self._cronjob["spec"].get("concurrencyPolicy") == "Replace":
            self._replace()
        try:
            job = self._api.create(self._job(moment), by=self._by).object
            self._tell("SuccessfulCreate", f"Created job {meta.name(job)}")
        except ApiError as error:
            if error.reason != "AlreadyExists":
                if not is_namespace_ending(error):
                    self._tell("FailedCreate", f"Error creating job: {error.message}", warning=True)
                raise
            job = self._api.get(JOBS, self._job_name(moment), meta.namespace(self._cronjob)).object
            if not is_controlled_by(job, self._cronjob) or self._is_active(meta.uid(job)):
                return False
        self._active.append(_reference(job))
        self._rest["lastScheduleTime"] = stamp_of(moment)
        self.changed = True
        return True

    def _replace(self) -> None:
        """Delete the Jobs that run still."""
        for reference in list(self._active):
            try:
                job = self._api.get(JOBS, reference["name"], reference["namespace"]).object
            except ApiError as error:
                self._tell("FailedGet", f"Get job: {error.message}", warning=True)
                raise
            if not self._delete(job):
                raise errors.plain(f"could not replace job {meta.namespace(job)}/{meta.name(job)}")

    def _job_name(self, moment: int) -> str:
        return f"{meta.name(self._cronjob)}-{moment // 60}"

    def _job(self, moment: int) -> Json:
        spec = self._cronjob["spec"]
        template = spec["jobTemplate"]
        told = schedules.told_in_zone(moment, spec.get("timeZone") or "")
        metadata: Json = {
            "name": self._job_name(moment),
            "namespace": meta.namespace(self._cronjob),
            "annotations": {**meta.annotations(template), ANNOTATION: told},
            "ownerReferences": [controller_ref(self._cronjob)],
        }
        if meta.labels(template):
            metadata["labels"] = dict(meta.labels(template))
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}

    def _delete(self, job: Object) -> bool:
        """Delete a Job in the background and forget it. A refusal is told and answered with False."""
        options = DeleteOptions(propagation="Background")
        try:
            self._api.delete(JOBS, meta.name(job), meta.namespace(job), by=self._by, options=options)
        except ApiError as error:
            self._tell("FailedDelete", f"Deleted job: {error.message}", warning=True)
            return False
        self._forget(meta.uid(job))
        self._tell("SuccessfulDelete", f"Deleted job {meta.name(job)}")
        return True

    def _note_success(self, job: Object, ended: str) -> None:
        completed = (job.get("status") or EMPTY).get("completionTime")
        if ended == "Complete" and completed and completed > (self._rest.get("lastSuccessfulTime") or ""):
            self._rest["lastSuccessfulTime"] = completed
            self.changed = True

    def _is_active(self, uid: str) -> bool:
        return any(item["uid"] == uid for item in self._active)

    def _forget(self, uid: str) -> None:
        self._active = [item for item in self._active if item["uid"] != uid]
        self.changed = True

    def _exists(self, reference: Object) -> bool:
        try:
            self._api.get(JOBS, reference["name"], reference["namespace"])
        except ApiError as error:
            if error.code != 404:
                raise
            return False
        return True

    def _tell(self, reason: str, message: str, *, warning: bool = False) -> None:
        self._api.record_event(self._cronjob, reason, message, by=self._by, warning=warning)


def finish_of(job: Object) -> str:
    """Return "Complete" or "Failed" for a Job that has ended, "" for one that has not."""
    conditions: Iterable[Object] = (job.get("status") or EMPTY).get("conditions") or ()
    ends = (item["type"] for item in conditions if item["type"] in {"Complete", "Failed"} and item["status"] == "True")
    return next(ends, "")


def _age_order(job: Object) -> tuple[bool, str, str]:
    started = (job.get("status") or EMPTY).get("startTime") or ""
    return not started, started, meta.name(job)


def _reference(job: Object) -> Json:
    """Return the reference that stands for a Job in the list of active ones."""
    metadata = meta.metadata(job)
    fields = {field: metadata[field] for field in ("namespace", "name", "uid", "resourceVersion")}
    return {"kind": "Job", "apiVersion": "batch/v1", **fields}

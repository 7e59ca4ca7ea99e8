"""Rules of CronJobs. Source: pkg/apis/batch/validation/validation.go, v1.36. Reading a schedule is cron_schedule's."""

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import cron_schedule, field, names, time_zones
from playground.kube.apiserver.validation.counts import nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.job_spec import validate_job_spec
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
CONCURRENCY: Final = ("Allow", "Forbid", "Replace")
# A Job's name is the CronJob's, a dash and ten digits; it becomes a label of at most 63 bytes.
MAX_NAME: Final = 52
ZONE_PART: Final = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")


def validate_cron_job(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing. The status has none."""
    if old is not None:
        if subresource == "status":
            return []
        errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
        return errors + _validate_spec(obj["spec"], old["spec"])
    errors = validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"], None)
    name = obj["metadata"].get("name") or ""
    if names.size(name) > MAX_NAME:
        errors.append(field.invalid(METADATA.child("name"), name, f"must be no more than {MAX_NAME} characters"))
    return errors


def _validate_spec(spec: Fields, old: Fields | None) -> list[FieldError]:
    errors = _validate_schedule(SPEC.child("schedule"), spec, old)
    errors += nonnegative(SPEC, spec, "startingDeadlineSeconds")
    zone = spec.get("timeZone")
    if zone is not None and (old is None or old.get("timeZone") != zone):
        errors += _validate_time_zone(SPEC.child("timeZone"), zone)
    policy = spec["concurrencyPolicy"]
    if policy not in CONCURRENCY:
        errors.append(field.not_supported(SPEC.child("concurrencyPolicy"), policy, CONCURRENCY))
    errors += _validate_job_template(SPEC.child("jobTemplate", "spec"), spec["jobTemplate"]["spec"])
    return errors + nonnegative(SPEC, spec, "successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def _validate_schedule(path: Path, spec: Fields, old: Fields | None) -> list[FieldError]:
    schedule = spec.get("schedule") or ""
    if not schedule:
        return [field.required(path)]
    errors: list[FieldError] = []
    try:
        cron_schedule.parse(schedule)
    except cron_schedule.ScheduleError as error:
        errors.append(field.invalid(path, schedule, str(error)))
    if "TZ" not in schedule:
        return errors
    if old is None or "TZ" not in old["schedule"]:
        says = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        errors.append(field.invalid(path, schedule, says))
    elif spec.get("timeZone") is not None:
        errors.append(field.invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"))
    return errors


def _validate_time_zone(path: Path, zone: str) -> list[FieldError]:
    if not zone:
        return [field.invalid(path, zone, "timeZone must be nil or non-empty string")]
    for part in zone.split("/"):
        if part in {".", ".."} or part.startswith("-") or not ZONE_PART.fullmatch(part):
            return [field.invalid(path, zone, f"unknown time zone {zone}")]
    errors: list[FieldError] = []
    if zone.lower() == "local":
        says = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        errors.append(field.invalid(path, zone, says))
    complaint = time_zones.complaint(zone)
    return [*errors, field.invalid(path, zone, complaint)] if complaint else errors


def _validate_job_template(path: Path, job: Fields) -> list[FieldError]:
    errors = validate_job_spec(path, job)
    if job.get("selector") is not None:
        shown = marshal("*metav1.LabelSelector", job["selector"])
        errors.append(field.invalid(path.child("selector"), shown, "`selector` will be auto-generated"))
    if job.get("manualSelector"):
        errors.append(field.not_supported(path.child("manualSelector"), True, ["nil", "false"]))
    return errors

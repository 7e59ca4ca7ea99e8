"""What a CronJob's schedule means now: the last time that a Job was due, how many were missed, when to look again.

After mostRecentScheduleTime and nextScheduleTimeDuration of pkg/controller/cronjob/utils.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from playground.kube.apiserver.validation import cron_schedule
from playground.kube.apiserver.validation.cron_schedule import Schedule
from playground.kube.clock import seconds_of
from playground.kube.controllers.cronjob.times import next_after
from playground.kube.controllers.cronjob.zones import zone
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

PADDING: Final = 0.1  # seconds after the time at which the controller wakes
MANY: Final = 100


class NeverTwice(ValueError):
    """A schedule that makes no sense, such as the 31st of February."""

    def __init__(self) -> None:
        super().__init__("time difference between two schedules is less than 1 second")


@dataclass(frozen=True, slots=True)
class Due:
    """The time from which was looked, the last time that passed since then, and how many did, roughly."""

    since: float
    last: int | None = None
    missed: int = 0


def read(cronjob: Object) -> Schedule:
    """Return the schedule in the CronJob's time zone; raises ScheduleError."""
    spec = cronjob["spec"]
    if spec.get("timeZone") is None or "TZ" in spec["schedule"]:
        return cron_schedule.parse(spec["schedule"])
    return cron_schedule.parse(f"TZ={spec['timeZone']} {spec['schedule']}")


def due(cronjob: Object, schedule: Schedule, now: float, *, deadline: bool) -> Due:
    """Return what is due. With *deadline*, what is too late by startingDeadlineSeconds is not looked at.

    Raises NeverTwice.
    """
    since = _since(cronjob)
    seconds = cronjob["spec"].get("startingDeadlineSeconds")
    if deadline and seconds is not None:
        since = max(since, now - seconds)
    first = next_after(schedule, since)
    if first is None:
        raise NeverTwice
    if now < first:
        return Due(since)
    second = next_after(schedule, first)
    if second is None:
        raise NeverTwice
    if now < second:
        return Due(since, first)
    between = second - first
    missed = int(now - first) // between + 1
    # A schedule need not be regular: from one step further back each time is looked up.
    last, at = None, next_after(schedule, first + (missed - 2) * between)
    while at is not None and at <= now:
        last, at = at, next_after(schedule, at)
    return Due(since, last, missed)


def wakes_at(cronjob: Object, schedule: Schedule, now: float) -> float | None:
    """Return when to look again, a little after the next time; None when there is none."""
    try:
        found = due(cronjob, schedule, now, deadline=False)
    except NeverTwice:
        start = now
    else:
        start = found.last if found.last is not None else now if found.missed else found.since
    at = next_after(schedule, start)
    return None if at is None else at + PADDING


def told_in_zone(moment: int, name: str) -> str:
    """Return a moment as clocks of a zone show it: "2026-01-01T01:00:00+01:00"."""
    east = zone(name).offset(moment)
    text = datetime.fromtimestamp(moment, timezone(timedelta(seconds=east)) if east else UTC).isoformat()
    return text.replace("+00:00", "Z") if not east else text


def _since(cronjob: Object) -> float:
    last = (cronjob.get("status") or EMPTY).get("lastScheduleTime")
    return seconds_of(last or meta.metadata(cronjob)["creationTimestamp"])

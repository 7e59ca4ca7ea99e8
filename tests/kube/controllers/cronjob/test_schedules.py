"""What is due."""

from typing import Any

import pytest

from playground.kube.apiserver.validation.cron_schedule import ScheduleError, parse
from playground.kube.clock import seconds_of
from playground.kube.controllers.cronjob.schedules import Due, NeverTwice, due, read, told_in_zone, wakes_at

MIDNIGHT = 1_767_225_600


def cronjob(schedule: str, last: str | None = None, **spec: Any) -> dict[str, Any]:
    """A CronJob made at midnight."""
    told = {"lastScheduleTime": last} if last else {}
    metadata = {"creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"metadata": metadata, "spec": {"schedule": schedule, **spec}, "status": told}


def found(obj: dict[str, Any], seconds: float, *, deadline: bool = True) -> Due:
    return due(obj, read(obj), MIDNIGHT + seconds, deadline=deadline)


def test_before_the_first_time_nothing_is_due() -> None:
    assert found(cronjob("*/5 * * * *"), 299) == Due(MIDNIGHT)


def test_one_time_or_several() -> None:
    assert found(cronjob("*/5 * * * *"), 300) == Due(MIDNIGHT, MIDNIGHT + 300)
    assert found(cronjob("*/5 * * * *"), 1000) == Due(MIDNIGHT, MIDNIGHT + 900, 3)


def test_the_last_time_counts_from_the_one_before() -> None:
    last = "2026-01-01T00:10:00Z"
    assert found(cronjob("*/5 * * * *", last), 600) == Due(seconds_of(last))


def test_an_irregular_schedule_is_looked_up() -> None:
    obj = cronjob("30 6-16/4 * * 1-5")
    monday = 4 * 86_400  # the 5th
    assert found(obj, monday + 12 * 3600).last == MIDNIGHT + monday + 10 * 3600 + 1800


def test_a_deadline_cuts_off_the_past() -> None:
    obj = cronjob("0 * * * *", startingDeadlineSeconds=100)
    assert found(obj, 7300).last is None
    assert found(obj, 7300, deadline=False).last == MIDNIGHT + 7200


def test_the_controller_wakes_a_little_late() -> None:
    obj = cronjob("*/5 * * * *")
    assert wakes_at(obj, read(obj), MIDNIGHT) == MIDNIGHT + 300.1
    assert wakes_at(obj, read(obj), MIDNIGHT + 1000) == MIDNIGHT + 1200.1


def test_what_makes_no_sense_never_wakes() -> None:
    obj = cronjob("0 0 30 2 *")
    with pytest.raises(NeverTwice):
        found(obj, 1)
    assert wakes_at(obj, read(obj), MIDNIGHT) is None


def test_the_zone_is_the_specs_unless_the_schedule_has_one() -> None:
    assert read(cronjob("0 0 * * *", timeZone="Asia/Tokyo")).zone == "Asia/Tokyo"
    assert read(cronjob("CRON_TZ=UTC 0 0 * * *", timeZone="Asia/Tokyo")) == parse("CRON_TZ=UTC 0 0 * * *")
    with pytest.raises(ScheduleError):
        read(cronjob("nonsense"))


def test_times_are_told_as_clocks_show_them() -> None:
    assert told_in_zone(MIDNIGHT, "") == "2026-01-01T00:00:00Z"
    assert told_in_zone(MIDNIGHT, "Asia/Kolkata") == "2026-01-01T05:30:00+05:30"
    assert told_in_zone(MIDNIGHT, "America/New_York") == "2025-12-31T19:00:00-05:00"

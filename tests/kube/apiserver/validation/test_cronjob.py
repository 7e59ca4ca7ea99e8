"""Rules of CronJobs."""

from typing import Any

import pytest

from .support import changed, refusals, stored
from .workloads import cron_job

TZ = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
BOTH = "cannot use both timeZone field and TZ or CRON_TZ in schedule"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({}, []),
        ({"timeZone": "Europe/Berlin"}, []),
        ({"schedule": ""}, ["spec.schedule: Required value"]),
        (
            {"schedule": "* *"},
            ['spec.schedule: Invalid value: "* *": expected exactly 5 fields, found 2: [* *]'],
        ),
        ({"schedule": "TZ=UTC 0 * * * *"}, [f'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": {TZ}']),
        ({"timeZone": ""}, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']),
        ({"timeZone": "Moon"}, ['spec.timeZone: Invalid value: "Moon": unknown time zone Moon']),
        ({"timeZone": "../UTC"}, ['spec.timeZone: Invalid value: "../UTC": unknown time zone ../UTC']),
        (
            {"timeZone": "Local"},
            [
                (
                    'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in '
                    "https://www.iana.org/time-zones"
                )
            ],
        ),
        (
            {"concurrencyPolicy": "Queue"},
            [
                'spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"',
            ],
        ),
        (
            {"startingDeadlineSeconds": -1, "successfulJobsHistoryLimit": -2, "failedJobsHistoryLimit": -3},
            [
                "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
                "spec.successfulJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
                "spec.failedJobsHistoryLimit: Invalid value: -3: must be greater than or equal to 0",
            ],
        ),
    ],
)
def test_the_spec_is_well_formed(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(cron_job(**spec)) == told


def test_a_name_leaves_room_for_the_jobs_names() -> None:
    assert refusals(changed(cron_job(), "metadata", "name", to="c" * 52)) == []
    long = "c" * 53
    says = f'metadata.name: Invalid value: "{long}": must be no more than 52 characters'
    assert refusals(changed(cron_job(), "metadata", "name", to=long)) == [says]


def test_jobs_find_their_own_selectors() -> None:
    job = ("spec", "jobTemplate", "spec")
    given = changed(
        changed(cron_job(), *job, "selector", to={"matchLabels": {"a": "b"}}), *job, "manualSelector", to=True
    )
    assert refusals(given) == [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ]


def test_a_zone_in_the_schedule_stays_where_it_was() -> None:
    old = stored(cron_job(schedule="TZ=UTC 0 * * * *"))
    assert refusals(changed(old, "spec", "schedule", to="TZ=UTC 1 * * * *"), old) == []
    both = changed(old, "spec", "timeZone", to="UTC")
    assert refusals(both, old) == [f'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": {BOTH}']


def test_a_zone_that_is_not_touched_is_not_looked_at() -> None:
    old = stored(cron_job(timeZone="Moon"))
    assert refusals(old, old) == []


def test_the_status_has_no_rules() -> None:
    old = stored(cron_job())
    assert refusals(changed(old, "status", to={"active": []}), old, "status") == []

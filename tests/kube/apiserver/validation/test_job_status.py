"""Rules of a Job's status."""

from typing import Any

import pytest

from .support import changed, defaulted, refusals, stored
from .workloads import UID, job

START, END = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"


def true(*kinds: str) -> list[dict[str, str]]:
    return [{"type": kind, "status": "True"} for kind in kinds]


DONE: dict[str, Any] = {
    "startTime": START,
    "completionTime": END,
    "succeeded": 1,
    "conditions": true("SuccessCriteriaMet", "Complete"),
}


def update(new: dict[str, Any], old: dict[str, Any] | None = None, **spec: Any) -> list[str]:
    before = changed(stored(defaulted(job(**spec))), "metadata", "uid", to=UID)
    before = changed(before, "status", to=old or {})
    return refusals(changed(before, "status", to=new), before, "status")


def test_a_job_completes_with_its_criteria_and_times() -> None:
    assert update(DONE, {"startTime": START}) == []


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (
            {**DONE, "completionTime": None},
            ["status.completionTime: Required value: completionTime is required for Complete jobs"],
        ),
        (
            {**DONE, "conditions": true("Complete")},
            [
                (
                    "status.conditions: Invalid value: "
                    "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
                )
            ],
        ),
        ({**DONE, "active": 1}, ["status.active: Invalid value: 1: active>0 is invalid for finished job"]),
        (
            {**DONE, "terminating": 1},
            ["status.terminating: Invalid value: 1: terminating>0 is invalid for finished job"],
        ),
        (
            {**DONE, "completionTime": "2025-01-01T00:00:00Z"},
            ['status.completionTime: Invalid value: "2025-01-01T00:00:00Z": must be equal to or after `startTime`'],
        ),
        (
            {"startTime": START, "completionTime": END},
            [
                (
                    f'status.completionTime: Invalid value: "{END}": '
                    "cannot set completionTime when there is no Complete=True condition"
                )
            ],
        ),
        (
            {"startTime": START, "conditions": true("Failed")},
            [
                (
                    "status.conditions: Invalid value: "
                    "cannot set Failed=True condition without the FailureTarget=true condition"
                )
            ],
        ),
        (
            {"startTime": START, "conditions": true("SuccessCriteriaMet", "FailureTarget")},
            ["status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"],
        ),
        (
            {"startTime": START, "ready": 2, "active": 1},
            ["status.ready: Invalid value: 2: cannot set more ready pods than active"],
        ),
        (
            {"startTime": START, "completedIndexes": "0"},
            [
                (
                    'status.completedIndexes: Invalid value: "0": '
                    "cannot set non-empty completedIndexes when non-indexed completion mode"
                )
            ],
        ),
        (
            {"startTime": START, "uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["a", ""]}},
            [
                'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
                'status.uncountedTerminatedPods.failed[1]: Invalid value: "": must not be empty',
            ],
        ),
    ],
)
def test_what_is_said_together_fits(status: dict[str, Any], told: list[str]) -> None:
    assert update(status, {"startTime": START}) == told


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (
            {"startTime": START, "succeeded": 1, "completionTime": None},
            [
                "status.conditions: Invalid value: cannot disable the terminal Complete=True condition",
                "status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition",
            ],
        ),
        ({**DONE, "succeeded": 0}, ["status.succeeded: Invalid value: 0: cannot decrease the succeeded counter"]),
        (
            {**DONE, "completionTime": "2026-01-02T00:00:00Z"},
            ['status.completionTime: Invalid value: "2026-01-02T00:00:00Z": field is immutable'],
        ),
        (
            {**DONE, "startTime": "2025-01-01T00:00:00Z"},
            [
                (
                    'status.startTime: Invalid value: "2025-01-01T00:00:00Z": '
                    "field is immutable for unsuspended job once set"
                )
            ],
        ),
    ],
)
def test_what_has_happened_is_not_taken_back(new: dict[str, Any], told: list[str]) -> None:
    assert update(new, DONE) == told


def test_lists_of_indexes_are_read_where_they_change() -> None:
    spec: dict[str, Any] = {"completions": 5, "completionMode": "Indexed", "backoffLimitPerIndex": 1}
    assert update({"completedIndexes": "0-1", "failedIndexes": "3"}, **spec) == []
    assert update({"completedIndexes": "7", "failedIndexes": "1,1"}, **spec) == [
        'status.completedIndexes: Invalid value: "7": error parsing completedIndexes: too large index: "7"',
        (
            'status.failedIndexes: Invalid value: "1,1": '
            "error parsing failedIndexes: non-increasing order, previous: 1, current: 1"
        ),
    ]
    assert update({"completedIndexes": "0-3", "failedIndexes": "2"}, **spec) == [
        'status.failedIndexes: Invalid value: "2": failedIndexes and completedIndexes overlap at index: 2'
    ]
    assert update({"completedIndexes": "7"}, {"completedIndexes": "7"}, **spec) == []

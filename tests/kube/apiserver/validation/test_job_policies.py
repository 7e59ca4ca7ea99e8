"""Rules of a Job's policies of failure and success."""

from typing import Any

import pytest

from .support import refusals
from .workloads import job

RULE = "spec.podFailurePolicy.rules[0]"


def failing(**rule: Any) -> dict[str, Any]:
    return job(podFailurePolicy={"rules": [{"action": "FailJob", **rule}]})


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"onExitCodes": {"operator": "In", "values": [1, 2]}}, []),
        ({"onPodConditions": [{"type": "DisruptionTarget"}]}, []),
        ({}, [f"{RULE}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"]),
        (
            {"onExitCodes": {"operator": "In", "values": [1]}, "onPodConditions": [{"type": "A"}]},
            [f"{RULE}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"],
        ),
        (
            {"action": "", "onExitCodes": {"operator": "In", "values": [1]}},
            [f'{RULE}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]'],
        ),
        (
            {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1]}},
            [f'{RULE}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set'],
        ),
        (
            {"onExitCodes": {"operator": "Like", "values": [1]}},
            [f'{RULE}.onExitCodes.operator: Unsupported value: "Like": supported values: "In", "NotIn"'],
        ),
        (
            {"onExitCodes": {"operator": "In", "values": []}},
            [f"{RULE}.onExitCodes.values: Invalid value: []: at least one value is required"],
        ),
        (
            {"onExitCodes": {"operator": "In", "values": [2, 0, 2]}},
            [
                f"{RULE}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
                f"{RULE}.onExitCodes.values[2]: Duplicate value: 2",
                f"{RULE}.onExitCodes.values: Invalid value: [2,0,2]: must be ordered",
            ],
        ),
        (
            {"onExitCodes": {"operator": "In", "values": [1], "containerName": "z"}},
            [
                (
                    f'{RULE}.onExitCodes.containerName: Invalid value: "z": '
                    "must be one of the container or initContainer names in the pod template"
                )
            ],
        ),
        (
            {"onPodConditions": [{"type": "A", "status": "Yes"}]},
            [
                (
                    f'{RULE}.onPodConditions[0].status: Unsupported value: "Yes": supported values: '
                    '"False", "True", "Unknown"'
                )
            ],
        ),
    ],
)
def test_a_rule_of_failure_is_about_codes_or_conditions(rule: dict[str, Any], told: list[str]) -> None:
    assert refusals(failing(**rule)) == told


def test_at_most_twenty_rules() -> None:
    rule = {"action": "Ignore", "onPodConditions": [{"type": "A"}]}
    assert refusals(job(podFailurePolicy={"rules": [rule] * 21})) == [
        "spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items"
    ]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([{"succeededIndexes": "0-1,3", "succeededCount": 2}], []),
        (
            [],
            [
                (
                    "spec.successPolicy.rules: Required value: "
                    "at least one rules must be specified when the successPolicy is specified"
                )
            ],
        ),
        (
            [{}],
            [
                (
                    "spec.successPolicy.rules[0]: Required value: "
                    "at least one of succeededCount or succeededIndexes must be specified"
                )
            ],
        ),
        (
            [{"succeededIndexes": "9"}],
            [
                (
                    'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "9": '
                    'error parsing succeededIndexes: too large index: "9"'
                )
            ],
        ),
        (
            [{"succeededCount": 6}],
            [
                (
                    "spec.successPolicy.rules[0].succeededCount: Invalid value: 6: "
                    "must be less than or equal to 5 (the number of specified completions)"
                )
            ],
        ),
        (
            [{"succeededIndexes": "1", "succeededCount": 2}],
            [
                (
                    "spec.successPolicy.rules[0].succeededCount: Invalid value: 2: must be less than or equal to 1 "
                    "(the number of indexes in the specified succeededIndexes field)"
                )
            ],
        ),
    ],
)
def test_success_is_named_by_index_or_count(rules: list[dict[str, Any]], told: list[str]) -> None:
    assert refusals(job(completions=5, completionMode="Indexed", successPolicy={"rules": rules})) == told


def test_success_policies_are_for_indexed_jobs() -> None:
    assert refusals(job(successPolicy={"rules": [{"succeededCount": 1}]})) == [
        (
            'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: '
            "requires indexed completion mode"
        )
    ]

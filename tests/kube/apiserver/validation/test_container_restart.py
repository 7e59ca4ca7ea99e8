"""Rules of a container's own restart policy and of resizing."""

from typing import Any

import pytest

from .support import pod, pod_of, refusals

C = "spec.containers[0]"
RULE = {"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}


@pytest.mark.parametrize(
    ("container", "told"),
    [
        ({"restartPolicy": "Never", "restartPolicyRules": [RULE]}, []),
        (
            {"restartPolicy": "always"},
            [f'{C}.restartPolicy: Unsupported value: "always": supported values: "Always", "Never", "OnFailure"'],
        ),
        (
            {"restartPolicyRules": [RULE]},
            [f"{C}.restartPolicy: Required value: must specify restartPolicy when restart rules are used"],
        ),
        (
            {"restartPolicy": "Never", "restartPolicyRules": [{"action": "Stop"}]},
            [
                (
                    f'{C}.restartPolicyRules[0].action: Unsupported value: "Stop": '
                    'supported values: "Restart", "RestartAllContainers"'
                ),
                f"{C}.restartPolicyRules[0].exitCodes: Required value: must be specified",
            ],
        ),
        (
            {"restartPolicy": "Never", "restartPolicyRules": [{**RULE, "exitCodes": {"operator": "Is"}}]},
            [f'{C}.restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"'],
        ),
        (
            {"restartPolicy": "Never", "restartPolicyRules": [RULE] * 21},
            [f"{C}.restartPolicyRules: Too many: 21: must have at most 20 items"],
        ),
    ],
)
def test_what_is_wrong_with_a_restart_policy(container: dict[str, Any], told: list[str]) -> None:
    assert refusals(pod_of(**container)) == told


def test_rules_of_an_init_container_need_a_policy_first() -> None:
    init = {"name": "i", "image": "a", "restartPolicyRules": [{}]}
    assert refusals(pod(initContainers=[init])) == [
        "spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used"
    ]


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ([{"resourceName": "cpu", "restartPolicy": "NotRequired"}], []),
        (
            [{"resourceName": "cpu", "restartPolicy": "NotRequired"}] * 2,
            [f'{C}.resizePolicy[1]: Duplicate value: "cpu"'],
        ),
        (
            [{"resourceName": "gpu", "restartPolicy": ""}],
            [
                f'{C}.resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
                f"{C}.resizePolicy: Required value",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_resize_policy(policies: list[dict[str, Any]], told: list[str]) -> None:
    assert refusals(pod_of(resizePolicy=policies)) == told


def test_a_pod_that_never_restarts_is_not_restarted_by_a_resize() -> None:
    policy = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]
    given = pod(restartPolicy="Never", containers=[{"name": "c", "image": "a", "resizePolicy": policy}])
    assert refusals(given) == [
        (
            f'{C}.resizePolicy: Invalid value: "RestartContainer": '
            f"must be 'NotRequired' when pod `restartPolicy` is 'Never'"
        )
    ]

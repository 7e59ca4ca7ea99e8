"""Rules of a pod's status."""

from typing import Any

import pytest

from .support import NAME_PART, SUBDOMAIN, changed, pod, refusals, stored

ENDED = {"containerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 1}}}]}
RUNNING = {"containerStatuses": [{"name": "c", "state": {"running": {}}}]}
STAYS = ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"]


def write(status: dict[str, Any], before: dict[str, Any] | None = None, **spec: Any) -> list[str]:
    old = changed(stored(pod(**spec)), "status", to=before or {})
    return refusals(changed(old, "status", to=status), old, "status")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"phase": "Running", "conditions": [{"type": "Ready"}, {"type": "example.com/a"}]}, []),
        ({"conditions": [{"type": "a b"}]}, [f'status.conditions[0].Type: Invalid value: "a b": {NAME_PART}']),
        ({"nominatedNodeName": "N"}, [f'status.nominatedNodeName: Invalid value: "N": {SUBDOMAIN}']),
        ({"qosClass": "Burstable"}, ['status.qosClass: Invalid value: "Burstable": field is immutable']),
        (
            {"observedGeneration": -1},
            ["status.observedGeneration: Invalid value: -1: must be a non-negative integer"],
        ),
        (
            {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]},
            [
                (
                    'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: '
                    "may specify no more than one IP for each IP family"
                )
            ],
        ),
        (
            {"hostIP": "10.0.0.1", "hostIPs": [{"ip": "10.0.0.2"}]},
            ['status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'],
        ),
    ],
)
def test_what_is_wrong_with_a_status(status: dict[str, Any], told: list[str]) -> None:
    assert write(status) == told


def test_a_bound_pod_is_nominated_nowhere() -> None:
    assert write({"nominatedNodeName": "m"}, nodeName="n") == [
        "status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node"
    ]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"restartPolicy": "Always"}, []),
        ({"restartPolicy": "OnFailure"}, []),
        ({"restartPolicy": "Never"}, STAYS),
        ({"restartPolicy": "Always", "containers": [{"name": "c", "image": "a", "restartPolicy": "Never"}]}, STAYS),
    ],
)
def test_a_container_that_ended_runs_again_only_by_its_policy(spec: dict[str, Any], told: list[str]) -> None:
    assert write(RUNNING, ENDED, **spec) == told


@pytest.mark.parametrize(("codes", "told"), [([1], []), ([2], STAYS)])
def test_a_rule_by_exit_code_overrides_the_policy(codes: list[int], told: list[str]) -> None:
    rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": codes}}
    container = {"name": "c", "image": "a", "restartPolicy": "Never", "restartPolicyRules": [rule]}
    assert write(RUNNING, ENDED, containers=[container]) == told


def test_a_rule_that_restarts_all_lets_every_container_run_again() -> None:
    rule = {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [9]}}
    other = {"name": "d", "image": "a", "restartPolicy": "Never", "restartPolicyRules": [rule]}
    containers = [{"name": "c", "image": "a"}, other]
    assert write(RUNNING, ENDED, restartPolicy="Never", containers=containers) == []

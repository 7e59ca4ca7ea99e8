"""Rules of HorizontalPodAutoscalers."""

from typing import Any

import pytest

from .support import changed, refusals, stored

TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def autoscaler(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"scaleTargetRef": dict(TARGET), "maxReplicas": 5, **spec},
    }


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({}, []),
        (
            {"maxReplicas": 0, "minReplicas": None},
            [
                "spec.maxReplicas: Required value: must be set and greater than 0",
                "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
            ],
        ),
        (
            {"minReplicas": 0},
            [
                "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
                (
                    "spec.metrics: Forbidden: "
                    "must specify at least one Object or External metric to support scaling to zero "
                    "replicas"
                ),
            ],
        ),
        ({"minReplicas": 6}, ["spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`"]),
        (
            {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "", "name": "a/b"}},
            [
                "spec.scaleTargetRef.kind: Required value",
                "spec.scaleTargetRef.name: Invalid value: \"a/b\": may not contain '/'",
            ],
        ),
        (
            {"scaleTargetRef": {**TARGET, "apiVersion": "v1"}},
            ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
        ),
        ({"scaleTargetRef": {"apiVersion": "v1", "kind": "ReplicationController", "name": "web"}}, []),
        (
            {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 3601, "selectPolicy": "Mean"}}},
            [
                (
                    "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: "
                    "must be less than or equal to 3600"
                ),
                (
                    'spec.behavior.scaleDown.selectPolicy: Unsupported value: "Mean": '
                    'supported values: "Disabled", "Max", "Min"'
                ),
            ],
        ),
        (
            {"behavior": {"scaleUp": {"policies": []}}},
            ["spec.behavior.scaleUp.policies: Required value: must specify at least one Policy"],
        ),
        (
            {"behavior": {"scaleUp": {"policies": [{"type": "Jump", "value": 0, "periodSeconds": 1801}]}}},
            [
                (
                    'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Jump": supported values: '
                    '"Percent", "Pods"'
                ),
                "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
                (
                    "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: "
                    "must be less than or equal to 1800"
                ),
            ],
        ),
    ],
)
def test_an_autoscaler_is_well_formed(spec: dict[str, Any], told: list[str]) -> None:
    assert refusals(autoscaler(**spec)) == told


def test_who_scales_to_zero_already_may_go_on() -> None:
    external = {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "1"}}}
    old = stored(autoscaler(minReplicas=0, metrics=[external]))
    assert refusals(changed(old, "spec", "maxReplicas", to=7), old) == []


def test_a_status_counts_from_zero() -> None:
    old = stored(autoscaler())
    assert refusals(changed(old, "status", to={"desiredReplicas": -1}), old, "status") == [
        "status.desiredReplicas: Invalid value: -1: must be greater than or equal to 0"
    ]

"""Rules of a HorizontalPodAutoscaler's metrics."""

from typing import Any

import pytest

from .support import changed, refusals, stored
from .test_hpa import autoscaler

PLACE = "spec.metrics[0]"
CPU = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}
TYPES = '"ContainerResource", "External", "Object", "Pods", "Resource"'


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ({"type": "Resource", "resource": CPU}, []),
        ({"type": "ContainerResource", "containerResource": {**CPU, "container": "app"}}, []),
        (
            {"type": "Resource"},
            [f"{PLACE}.resource: Required value: must populate information for the given metric source"],
        ),
        (
            {"type": "Magic"},
            [f'{PLACE}.type: Unsupported value: "Magic": supported values: {TYPES}'] * 2,
        ),
        (
            {"type": "Resource", "resource": {"target": {"type": "Utilization"}}},
            [
                f"{PLACE}.resource.name: Required value: must specify a resource name",
                (
                    f"{PLACE}.resource.target.averageUtilization: Required value: "
                    "must set either a target raw value or a target utilization"
                ),
            ],
        ),
        (
            {"type": "Pods", "pods": {"metric": {}, "target": {"type": "AverageValue"}}},
            [
                f"{PLACE}.pods.metric.name: Required value: must specify a metric name",
                f"{PLACE}.pods.target.averageValue: Required value: must specify a positive target averageValue",
            ],
        ),
        (
            {"type": "Resource", "resource": CPU, "pods": {"metric": {"name": "q"}, "target": {"averageValue": "1"}}},
            [
                f"{PLACE}.pods.target.type: Required value: must specify a metric target type",
                f'{PLACE}.pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
                f"{PLACE}.pods: Forbidden: must populate the given metric source only",
            ],
        ),
        (
            {"type": "ContainerResource", "containerResource": CPU},
            [f"{PLACE}.containerResource.container: Required value: must specify a container"],
        ),
    ],
)
def test_a_metric_says_what_it_is_and_what_it_should_be(metric: dict[str, Any], told: list[str]) -> None:
    assert refusals(autoscaler(metrics=[metric])) == told


def test_an_object_without_a_group_may_be_measured() -> None:
    target = {"type": "Value", "value": "1"}
    measured = {"metric": {"name": "hits"}, "describedObject": {"kind": "Service", "name": "web", "apiVersion": "v1"}}
    assert refusals(autoscaler(metrics=[{"type": "Object", "object": {**measured, "target": target}}])) == []


def test_a_bad_version_that_was_there_may_stay() -> None:
    described = {"kind": "Service", "name": "web", "apiVersion": "a/b/c"}
    source = {"metric": {"name": "hits"}, "describedObject": described, "target": {"type": "Value", "value": "1"}}
    metric = {"type": "Object", "object": source}
    says = 'describedObject.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'
    assert refusals(autoscaler(metrics=[metric])) == [f"{PLACE}.object.{says}"]
    old = stored(autoscaler(metrics=[metric]))
    assert refusals(changed(old, "spec", "maxReplicas", to=9), old) == []

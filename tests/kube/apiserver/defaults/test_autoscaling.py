"""What the API server fills in in HorizontalPodAutoscalers."""

from typing import Any

from playground.kube.apiserver.defaults.autoscaling import default_horizontal_pod_autoscaler

PERCENT = {"type": "Percent", "value": 100, "periodSeconds": 15}


def filled(**spec: Any) -> dict[str, Any]:
    obj = {"spec": spec}
    default_horizontal_pod_autoscaler(obj)
    return obj["spec"]


def test_the_cpu_is_to_be_used_at_80_percent() -> None:
    target = {"type": "Utilization", "averageUtilization": 80}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": target}}
    assert filled() == {"minReplicas": 1, "metrics": [metric]}


def test_both_directions_have_rules_once_one_has() -> None:
    behavior = filled(behavior={"scaleUp": {"policies": [PERCENT]}, "scaleDown": {"selectPolicy": "Min"}})["behavior"]
    assert behavior == {
        "scaleUp": {"policies": [PERCENT], "stabilizationWindowSeconds": 0, "selectPolicy": "Max"},
        "scaleDown": {"selectPolicy": "Min", "policies": [PERCENT]},
    }


def test_scaling_up_is_by_pods_too() -> None:
    up = filled(behavior={})["behavior"]["scaleUp"]
    assert up["policies"] == [{"type": "Pods", "value": 4, "periodSeconds": 15}, PERCENT]

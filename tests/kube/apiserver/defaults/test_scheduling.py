"""What the API server fills in in PriorityClasses."""

from typing import Any

from playground.kube.apiserver.defaults.scheduling import default_priority_class


def test_pods_may_preempt() -> None:
    obj: dict[str, Any] = {"value": 1}
    default_priority_class(obj)
    assert obj["preemptionPolicy"] == "PreemptLowerPriority"

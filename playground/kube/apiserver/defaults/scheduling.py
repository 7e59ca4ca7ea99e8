"""Defaults of scheduling.k8s.io/v1: PriorityClass. Source: pkg/apis/scheduling/v1/defaults.go, v1.36."""

from playground.kube.apiserver.defaults.unset import Fields, fill


def default_priority_class(obj: Fields) -> None:
    """Pods of the class may preempt."""
    fill(obj, preemptionPolicy="PreemptLowerPriority")

"""Rules of a ReplicaSet, and what controllers ask of a pod template."""

from .support import changed, refusals, stored
from .workloads import NEGATIVE, replica_set

POD = ("spec", "template", "spec")


def test_pods_restart_for_ever() -> None:
    assert refusals(replica_set()) == []
    assert refusals(changed(replica_set(), *POD, "restartPolicy", to="Never")) == [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'
    ]
    assert refusals(changed(replica_set(), *POD, "activeDeadlineSeconds", to=10)) == [
        "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"
    ]


def test_numbers_are_not_negative() -> None:
    assert refusals(replica_set(replicas=-1, minReadySeconds=-1)) == [
        f"spec.replicas: Invalid value: -1: {NEGATIVE}",
        f"spec.minReadySeconds: Invalid value: -1: {NEGATIVE}",
    ]


def test_the_selector_stays() -> None:
    old = stored(replica_set())
    new = changed(old, "spec", "selector", to={"matchExpressions": [{"key": "app", "operator": "Exists"}]})
    assert refusals(new, old) == [
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable'
    ]


def test_a_status_counts_within_itself() -> None:
    old = stored(replica_set())
    new = changed(old, "status", to={"replicas": 1, "fullyLabeledReplicas": 2, "availableReplicas": 1})
    assert refusals(new, old, "status") == [
        "status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas",
        "status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas",
    ]

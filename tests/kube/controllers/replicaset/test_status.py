"""The status of a ReplicaSet as it is written."""

from __future__ import annotations

from typing import Any

from playground.kube.controllers.replicaset.facts import Counts
from playground.kube.controllers.replicaset.status import status_of

STAMP = "2026-01-01T00:00:00Z"
THREE = Counts(replicas=3, labelled=3, ready=2, available=1, terminating=0)


def owner(status: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"metadata": {"generation": 4}, "spec": {"replicas": 5}, "status": status or {"replicas": 0}}


def test_numbers_that_are_zero_are_left_out_but_for_two() -> None:
    none = Counts(0, 0, 0, 0, 0)
    assert status_of(owner(), none, None, STAMP, terminating=True) == {
        "replicas": 0,
        "terminatingReplicas": 0,
        "observedGeneration": 4,
    }
    assert status_of(owner(), none, None, STAMP, terminating=False) == {"replicas": 0, "observedGeneration": 4}


def test_a_status_that_is_as_it_should_be_is_not_written() -> None:
    status = status_of(owner(), THREE, None, STAMP, terminating=True)
    assert status == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 2,
        "availableReplicas": 1,
        "terminatingReplicas": 0,
        "observedGeneration": 4,
    }
    assert status_of(owner(status), THREE, None, "later", terminating=True) is None


def test_a_refusal_is_told_once_and_taken_back() -> None:
    failed = status_of(owner(), THREE, "no room", STAMP, terminating=True)
    assert failed is not None
    assert failed["conditions"] == [
        {
            "type": "ReplicaFailure",
            "status": "True",
            "lastTransitionTime": STAMP,
            "reason": "FailedCreate",
            "message": "no room",
        }
    ]
    assert status_of(owner(failed), THREE, "still no room", "later", terminating=True) is None
    cleared = status_of(owner(failed), THREE, None, "later", terminating=True)
    assert cleared is not None
    assert "conditions" not in cleared


def test_a_refused_deletion_has_a_reason_of_its_own() -> None:
    failed = status_of({**owner(), "spec": {"replicas": 1}}, THREE, "no", STAMP, terminating=True)
    assert failed is not None
    assert failed["conditions"][0]["reason"] == "FailedDelete"

"""What is asked of a Job's pods."""

from __future__ import annotations

from typing import Any

from playground.kube.clock import START, stamp_of
from playground.kube.controllers.job.pods import finished_at, index_of, removal_order, restarts


def pod(*, node: str = "n", phase: str = "Running", ready: float | None = 0.0, age: float = 0.0, **status: Any) -> Any:
    """A pod that became ready so long after the start; None: it is not."""
    stamp = stamp_of(START + (ready or 0.0))
    condition = {"type": "Ready", "status": "False" if ready is None else "True", "lastTransitionTime": stamp}
    return {
        "metadata": {"creationTimestamp": stamp_of(START - age)},
        "spec": {"nodeName": node} if node else {},
        "status": {"phase": phase, "conditions": [condition], **status},
    }


def test_pods_that_matter_least_go_first() -> None:
    in_order = [
        pod(node="", phase="Pending", ready=None),
        pod(phase="Pending", ready=None),
        pod(ready=None),
        pod(ready=9.0),
        pod(ready=5.0, containerStatuses=[{"name": "c", "restartCount": 2}]),
        pod(ready=5.0),
        pod(ready=5.0, age=60.0),
    ]
    shuffled = in_order[::-1]
    assert sorted(shuffled, key=removal_order) == in_order


def test_a_pod_ended_with_its_last_container_and_its_sidecars() -> None:
    def terminated(name: str, after: float) -> dict[str, Any]:
        return {"name": name, "state": {"terminated": {"finishedAt": stamp_of(START + after)}}}

    found = pod(containerStatuses=[terminated("a", 3), terminated("b", 5)], initContainerStatuses=[terminated("s", 9)])
    assert finished_at(found) == START + 5
    found["spec"]["initContainers"] = [{"name": "s", "restartPolicy": "Always"}]
    assert finished_at(found) == START + 9


def test_else_when_it_became_unready_or_its_deletion_began_or_it_was_made() -> None:
    assert finished_at(pod(ready=None)) == START
    gone = pod(age=100.0)
    assert finished_at(gone) == START - 100
    gone["metadata"] |= {"deletionTimestamp": stamp_of(START + 40), "deletionGracePeriodSeconds": 30}
    assert finished_at(gone) == START + 10


def test_an_index_is_a_whole_number() -> None:
    def index(text: str) -> int | None:
        return index_of({"metadata": {"annotations": {"batch.kubernetes.io/job-completion-index": text}}})

    assert [index(text) for text in ("3", "-1", "x", "")] == [3, None, None, None]


def test_restarts_of_all_containers_add_up() -> None:
    assert restarts(pod(containerStatuses=[{"restartCount": 2}], initContainerStatuses=[{"restartCount": 1}])) == 3

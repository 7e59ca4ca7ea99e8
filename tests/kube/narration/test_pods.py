"""Sentences about pods: why made, where put, what their containers do, why they go."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.store import By
from tests.kube.narration.support import Stage, node, pod, workload


def running(**more: Any) -> dict[str, Any]:
    """The status of a container that runs."""
    return {"name": "web", "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}, **more}


AGAIN = running(
    restartCount=2,
    lastState={"terminated": {"exitCode": 137, "reason": "OOMKilled"}},
    state={"running": {"startedAt": "2026-01-01T00:01:00Z"}},
)


def ready(status: str) -> dict[str, str]:
    """The condition Ready."""
    return {"type": "Ready", "status": status}


def test_a_replicaset_says_what_it_wants_and_has() -> None:
    stage = Stage()
    owner = stage.create("deployment-controller", workload("ReplicaSet", "web-1", replicas=3))
    stage.create("replicaset-controller", pod("web-1-a"), owner)
    stage.create("replicaset-controller", pod("web-1-b"), owner)
    assert stage.said()[1:] == [
        "ReplicaSet web-1 created pod web-1-a because it wants 3 and has 0.",
        "ReplicaSet web-1 created pod web-1-b because it wants 3 and has 1.",
    ]


def test_a_pod_too_many_is_told_to_stop_with_the_count_of_that_moment() -> None:
    stage = Stage()
    owner = stage.create("kubectl", workload("ReplicaSet", "web-1", replicas=2))
    stage.create("kubectl", node("node-1"))
    for name in ("a", "b"):
        stage.create("replicaset-controller", pod(name), owner)
    stage.cluster.advance(0)
    stage.patch("kubectl", "replicasets.apps", "web-1", {"spec": {"replicas": 1}})
    stage.said()
    stage.cluster.api.delete("pods", "b", "default", by=By("replicaset-controller"))
    assert stage.said() == [
        "ReplicaSet web-1 told pod b to stop because it wants 1 and has 2; it has 30 s to end.",
    ]


def test_the_scheduler_puts_a_pod_on_a_node_or_says_why_not() -> None:
    stage = Stage()
    stage.create("kubectl", pod("a"))
    stage.cluster.advance(0)
    stage.create("kubectl", node("node-1"))
    stage.cluster.advance(20)
    said = stage.said()
    assert said[:2] == [
        "You created pod a.",
        "The scheduler found no node for pod a: no nodes available to schedule pods.",
    ]
    assert said[-1] == "The scheduler put pod a on node-1."


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([{"containerStatuses": [running()]}], "Pod a: container web runs."),
        (
            [{"containerStatuses": [running()]}, {"containerStatuses": [AGAIN]}],
            (
                "Pod a: container web ended with exit code 137 (OOMKilled) and "
                "container web runs again, started 3 times in all."
            ),
        ),
        (
            [{"containerStatuses": [running(state={"waiting": {"reason": "CrashLoopBackOff"}})]}],
            "Pod a: container web ended too often and waits before it is started again.",
        ),
        ([{"phase": "Succeeded"}], "Pod a: it has succeeded."),
        ([{"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}],
         "Pod a: it has failed (The node was low on resource: memory)."),
        ([{"conditions": [ready("True")]}], "Pod a: it is ready."),
        ([{"conditions": [ready("True")]}, {"conditions": [ready("False")]}],
         "Pod a: it is no longer ready."),
    ],
)  # fmt: skip
def test_what_containers_do_is_told(steps: list[dict[str, Any]], sentence: str) -> None:
    stage = Stage()
    stage.create("kubectl", pod("a"))
    for fields in steps:
        stage.said()
        stage.status("kubelet", "pods", "a", **fields)
    assert stage.said() == [sentence]


def test_a_pod_whose_owner_is_gone_goes_because_of_that() -> None:
    stage = Stage()
    owner = stage.create("kubectl", workload("ReplicaSet", "web-1", replicas=1))
    stage.create("kubectl", node("node-1"))
    stage.create("replicaset-controller", pod("a"), owner)
    stage.cluster.advance(0)
    stage.cluster.delete("replicasets", "web-1")
    stage.said()
    stage.cluster.api.delete("pods", "a", "default", by=By("generic-garbage-collector"))
    assert stage.said() == [
        "generic-garbage-collector told pod a to stop because ReplicaSet web-1 is gone; it has 30 s to end.",
    ]

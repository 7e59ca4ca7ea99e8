"""What a Deployment says of itself: numbers, availability, progress, failures."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.store import By
from tests.kube import clusters
from tests.kube.controllers.workloads import condition, deployment, scaled, template, with_image, workshop


def web(cluster: Cluster) -> Any:
    """The Deployment as it stands."""
    return cluster.get("deployment", "web")


def reasons(cluster: Cluster, after: int = 0) -> list[str]:
    """Each reason of Progressing in the order in which it was written."""
    found: list[str] = []
    for _, obj in clusters.written(cluster, "deployments.apps", after):
        reason = condition(obj, "Progressing")[1]
        if reason and found[-1:] != [reason]:
            found.append(reason)
    return found


def test_a_rollout_is_told_from_its_beginning_to_its_end() -> None:
    cluster = workshop()
    cluster.apply(deployment())
    cluster.run_until_quiet()
    assert web(cluster)["status"] == {
        "observedGeneration": 1,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
        "conditions": web(cluster)["status"]["conditions"],
    }
    assert reasons(cluster) == ["NewReplicaSetCreated", "ReplicaSetUpdated", "NewReplicaSetAvailable"]
    assert condition(web(cluster), "Available") == ("True", "MinimumReplicasAvailable")


def test_what_no_longer_serves_makes_a_deployment_unavailable() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=1, template=template(ready_after="2")))
    cluster.advance(2)
    assert condition(web(cluster), "Available") == ("False", "MinimumReplicasUnavailable")
    assert web(cluster)["status"]["unavailableReplicas"] == 1
    cluster.run_until_quiet()
    assert [item["type"] for item in web(cluster)["status"]["conditions"]] == ["Available", "Progressing"]


def test_a_deadline_that_passes_is_told_once_and_progress_takes_it_back() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=2, progressDeadlineSeconds=5))
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"template": template("bad:2")}})
    cluster.advance(5)
    assert condition(web(cluster), "Progressing") == ("True", "ReplicaSetUpdated")
    cluster.advance(2)
    assert condition(web(cluster), "Progressing") == ("False", "ProgressDeadlineExceeded")
    version = web(cluster)["metadata"]["resourceVersion"]
    cluster.advance(100)
    assert web(cluster)["metadata"]["resourceVersion"] == version
    with_image(cluster, "nginx:3")
    cluster.run_until_quiet()
    assert condition(web(cluster), "Progressing") == ("True", "NewReplicaSetAvailable")


def test_a_deadline_is_met_in_the_last_second_without_looking_again_and_again() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=1, progressDeadlineSeconds=10, template=template("bad:1")))
    cluster.advance(9.5)
    cluster.patch("deployment", "web", {"metadata": {"annotations": {"touched": "yes"}}})
    turns = 0
    while cluster.clock.now < 1767225600.0 + 11 and cluster.step():
        turns += 1
    assert condition(web(cluster), "Progressing") == ("False", "ProgressDeadlineExceeded")
    assert turns < 30


def test_a_deployment_whose_pods_fail_after_its_rollout_waits_for_nothing() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=1, progressDeadlineSeconds=5))
    cluster.run_until_quiet()
    only = clusters.pods(cluster)[0]["metadata"]["name"]
    clusters.kubelet(cluster).set_ready("default", only, is_ready=False, by=By("test"))
    cluster.advance(60)
    assert condition(web(cluster), "Available") == ("False", "MinimumReplicasUnavailable")
    assert condition(web(cluster), "Progressing") == ("True", "NewReplicaSetAvailable")
    assert cluster.next_at() is None


def test_without_a_deadline_nothing_is_said_of_progress() -> None:
    cluster = workshop()
    cluster.apply(deployment(progressDeadlineSeconds=2**31 - 1))
    cluster.run_until_quiet()
    assert condition(web(cluster), "Progressing") == ("", "")


def test_the_failure_of_a_set_is_the_deployments_too() -> None:
    cluster = workshop()
    hard = {"pods": "1"}
    cluster.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": hard}})
    cluster.apply(deployment())
    cluster.advance(5)
    assert condition(web(cluster), "ReplicaFailure") == ("True", "FailedCreate")
    cluster.delete("resourcequota", "q")
    cluster.advance(60)
    assert condition(web(cluster), "ReplicaFailure") == ("", "")
    assert web(cluster)["status"]["readyReplicas"] == 3


def test_a_deployment_of_no_pods_is_available_and_complete() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=0))
    cluster.run_until_quiet()
    assert condition(web(cluster), "Available") == ("True", "MinimumReplicasAvailable")
    assert condition(web(cluster), "Progressing") == ("True", "NewReplicaSetAvailable")
    scaled(cluster, 2)
    cluster.run_until_quiet()
    assert web(cluster)["status"]["readyReplicas"] == 2

"""Which Deployments are looked at, and whose ReplicaSets are theirs."""

from __future__ import annotations

from playground.kube.controllers.deployment.controller import MAX_RETRIES, PATIENCE
from tests.kube import clusters
from tests.kube.controllers.workloads import deployment, of_image, replica_set, sets, template, with_image, workshop


def test_a_matching_orphan_is_adopted_with_its_pods() -> None:
    cluster = workshop()
    old = replica_set("old", 2)
    old["metadata"]["labels"] = {"app": "web"}
    cluster.apply(old)
    cluster.run_until_quiet()
    pods = {pod["metadata"]["uid"] for pod in clusters.pods(cluster)}
    cluster.apply(deployment(replicas=2))
    cluster.run_until_quiet()
    assert cluster.get("rs", "old")["metadata"]["ownerReferences"][0]["name"] == "web"
    assert cluster.get("rs", "old")["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1"
    assert {pod["metadata"]["uid"] for pod in clusters.pods(cluster)} == pods
    assert len(cluster.list("replicasets")) == 1


def test_a_set_that_comes_to_match_is_adopted_and_scaled_down() -> None:
    cluster = workshop()
    labels = {"app": "web", "in": "yes"}
    cluster.apply(replica_set("other", 2, template=template("nginx:0")))
    cluster.apply(deployment(replicas=1, selector={"matchLabels": labels}, template=template(labels=labels)))
    cluster.run_until_quiet()
    assert "ownerReferences" not in cluster.get("rs", "other")["metadata"]
    cluster.patch("rs", "other", {"metadata": {"labels": labels}})
    cluster.run_until_quiet()
    assert cluster.get("rs", "other")["metadata"]["ownerReferences"][0]["name"] == "web"
    assert cluster.get("rs", "other")["spec"]["replicas"] == 0


def test_a_set_whose_labels_no_longer_match_is_released_and_made_anew() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=1))
    cluster.run_until_quiet()
    name = of_image(cluster, "nginx:1")["metadata"]["name"]
    cluster.patch("rs", name, {"metadata": {"labels": {"app": "loose"}}})
    cluster.run_until_quiet()
    assert "ownerReferences" not in cluster.get("rs", name)["metadata"]
    assert len(cluster.list("replicasets")) == 2
    assert cluster.get("deployment", "web")["status"]["readyReplicas"] == 1


def test_a_deleted_set_is_made_anew() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=1))
    cluster.run_until_quiet()
    before = of_image(cluster, "nginx:1")["metadata"]
    cluster.delete("rs", before["name"])
    cluster.run_until_quiet()
    after = of_image(cluster, "nginx:1")["metadata"]
    assert (after["name"], after["uid"] == before["uid"]) == (before["name"], False)


def test_a_deployment_on_its_way_out_only_counts() -> None:
    cluster = workshop()
    cluster.apply({**deployment(replicas=1), "metadata": {"name": "web", "finalizers": ["example.com/wait"]}})
    cluster.run_until_quiet()
    cluster.delete("deployment", "web")
    with_image(cluster, "nginx:2")
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 1}
    observed = cluster.get("deployment", "web")
    assert observed["status"]["observedGeneration"] == observed["metadata"]["generation"]


def test_without_a_controller_of_replica_sets_a_rollout_waits_a_moment_and_goes_as_far_as_it_can() -> None:
    cluster = clusters.running("deployment-controller")
    cluster.apply(deployment())
    cluster.advance(PATIENCE * 3)
    assert sets(cluster) == {"nginx:1": 3}
    assert cluster.get("deployment", "web")["status"]["unavailableReplicas"] == 3
    assert cluster.run_until_quiet(patience=5)


def test_after_many_refusals_in_a_row_a_deployment_waits_for_a_change() -> None:
    cluster = workshop()
    hard = {"count/replicasets.apps": "0"}
    cluster.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": hard}})
    cluster.apply(deployment(progressDeadlineSeconds=2**31 - 1))
    cluster.advance(3600)
    told = cluster.list("events", fields="reason=ReplicaSetCreateError")
    assert sum(event["count"] for event in told) == MAX_RETRIES + 1
    cluster.delete("resourcequota", "q")
    cluster.advance(3600)
    assert cluster.list("replicasets") == []
    cluster.patch("deployment", "web", {"spec": {"replicas": 1}})
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 1}


def test_a_cluster_restored_in_the_middle_of_a_rollout_goes_on_alike() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=4))
    cluster.run_until_quiet()
    with_image(cluster, "nginx:2")
    for _ in range(7):
        cluster.step()
    other = clusters.again(cluster)
    for each in (cluster, other):
        each.run_until_quiet()
    assert cluster.snapshot() == other.snapshot()
    assert sets(other) == {"nginx:1": 0, "nginx:2": 4}

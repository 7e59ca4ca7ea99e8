"""ReplicaSets in a running cluster: pods made, adopted, released, replaced and deleted."""

from __future__ import annotations

from typing import Any

from playground.kube.apiserver import DeleteOptions
from tests.kube import clusters
from tests.kube.controllers.workloads import (
    PERSON,
    bare_pod,
    condition,
    replica_set,
    scaled,
    set_ready,
    template,
    workshop,
)


def statuses(cluster: Any, after: int = 0) -> list[dict[str, Any]]:
    """Each status that was written, without times and generation."""
    found: list[dict[str, Any]] = []
    for _, obj in clusters.written(cluster, "replicasets.apps", after):
        kept = {key: value for key, value in obj["status"].items() if key not in {"observedGeneration", "conditions"}}
        if not found or found[-1] != kept:
            found.append(kept)
    return found


def test_pods_are_made_and_counted_one_by_one() -> None:
    cluster = workshop()
    before = cluster.revision
    cluster.apply(replica_set())
    cluster.run_until_quiet()
    assert statuses(cluster, before) == [
        {"replicas": 0},
        {"replicas": 0, "terminatingReplicas": 0},
        {"replicas": 3, "fullyLabeledReplicas": 3, "terminatingReplicas": 0},
        *(
            {
                "replicas": 3,
                "fullyLabeledReplicas": 3,
                "readyReplicas": ready,
                "availableReplicas": ready,
                "terminatingReplicas": 0,
            }
            for ready in (1, 2, 3)
        ),
    ]
    made = clusters.pods(cluster)
    assert {pod["metadata"]["generateName"] for pod in made} == {"rs-"}
    assert clusters.events(cluster, "rs") == [f"SuccessfulCreate: Created pod: {name}" for name in created(cluster)]


def created(cluster: Any) -> list[str]:
    """The names of the pods in the order in which they were made."""
    return [obj["metadata"]["name"] for kind, obj in clusters.written(cluster, "pods") if kind == "ADDED"]


def test_what_is_written_names_the_command_behind_it() -> None:
    cluster = workshop()
    cluster.apply(replica_set())
    cluster.advance(0)
    made = [change for change in cluster.changes_since(0) if change.resource == "pods" and change.type == "ADDED"]
    command = next(change for change in cluster.changes_since(0) if change.resource == "replicasets.apps")
    assert {(change.actor, change.cause, change.command) for change in made} == {
        ("replicaset-controller", command.revision, command.command)
    }


def test_orphans_that_match_are_adopted_before_any_is_made() -> None:
    cluster = workshop()
    for name in ("a", "b"):
        cluster.apply(bare_pod(name))
    cluster.apply(bare_pod("other", labels={"app": "api"}))
    cluster.run_until_quiet()
    cluster.apply(replica_set())
    cluster.run_until_quiet()
    owned = [pod["metadata"]["name"] for pod in clusters.pods(cluster) if pod["metadata"].get("ownerReferences")]
    assert len(owned) == 3
    assert {"a", "b"} <= set(owned)
    assert cluster.get("rs", "rs")["status"]["readyReplicas"] == 3


def test_a_pod_that_comes_to_match_is_adopted_and_the_surplus_deleted() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=1))
    cluster.apply(bare_pod("late", labels={"app": "api"}))
    cluster.run_until_quiet()
    cluster.patch("pod", "late", {"metadata": {"labels": {"app": "web"}}})
    cluster.run_until_quiet()
    assert len(clusters.pods(cluster)) == 1
    assert clusters.pods(cluster)[0]["metadata"]["ownerReferences"][0]["name"] == "rs"


def test_a_pod_of_another_owner_is_left_alone() -> None:
    cluster = workshop()
    owner = {"apiVersion": "v1", "kind": "Fake", "name": "x", "uid": "x", "controller": True}
    cluster.apply(bare_pod("taken", ownerReferences=[owner]))
    cluster.apply(replica_set(replicas=1))
    cluster.run_until_quiet()
    assert cluster.get("pod", "taken")["metadata"]["ownerReferences"] == [owner]
    assert cluster.get("rs", "rs")["status"]["replicas"] == 1


def test_a_pod_whose_labels_no_longer_match_is_released_and_replaced() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=1))
    cluster.run_until_quiet()
    name = clusters.pods(cluster)[0]["metadata"]["name"]
    cluster.patch("pod", name, {"metadata": {"labels": {"app": "debug"}}})
    cluster.run_until_quiet()
    assert "ownerReferences" not in cluster.get("pod", name)["metadata"]
    assert len(clusters.pods(cluster, labels="app=web")) == 1


def test_a_pod_that_ended_is_replaced_but_not_deleted() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=1))
    cluster.run_until_quiet()
    name = clusters.pods(cluster)[0]["metadata"]["name"]
    status = {**cluster.get("pod", name)["status"], "phase": "Failed"}
    cluster.api.set_status("pods", "default", name, status, by=PERSON)
    cluster.run_until_quiet()
    assert cluster.get("pod", name)["status"]["phase"] == "Failed"
    assert len(clusters.pods(cluster)) == 2
    assert cluster.get("rs", "rs")["status"]["readyReplicas"] == 1


def test_unready_pods_go_first_whatever_they_cost() -> None:
    cluster = workshop()
    cluster.apply(replica_set())
    cluster.run_until_quiet()
    lame, cheap = (pod["metadata"]["name"] for pod in clusters.pods(cluster)[:2])
    cluster.patch("pod", cheap, {"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "-9"}}})
    set_ready(cluster, lame, ready=False)
    scaled(cluster, 2, "rs", "rs")
    cluster.run_until_quiet()
    assert {pod["metadata"]["name"] for pod in clusters.pods(cluster)} >= {cheap}
    scaled(cluster, 1, "rs", "rs")
    cluster.run_until_quiet()
    assert cheap not in {pod["metadata"]["name"] for pod in clusters.pods(cluster)}


def test_a_ready_pod_is_available_after_min_ready_seconds() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=1, minReadySeconds=10))
    cluster.advance(5)
    assert cluster.get("rs", "rs")["status"].get("availableReplicas") is None
    assert cluster.get("rs", "rs")["status"]["readyReplicas"] == 1
    cluster.advance(7)
    assert cluster.get("rs", "rs")["status"]["availableReplicas"] == 1


def test_a_pod_on_its_way_out_is_counted_apart_until_it_ended() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=2))
    cluster.run_until_quiet()
    scaled(cluster, 1, "rs", "rs")
    cluster.advance(0)
    status = cluster.get("rs", "rs")["status"]
    assert (status["replicas"], status["terminatingReplicas"]) == (1, 1)
    cluster.run_until_quiet()
    assert cluster.get("rs", "rs")["status"]["terminatingReplicas"] == 0


def test_a_quota_stops_the_batch_and_is_tried_again_later() -> None:
    cluster = workshop()
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "2"}}}
    cluster.apply(quota)
    cluster.apply(replica_set(replicas=5))
    cluster.advance(10)
    found = cluster.get("rs", "rs")
    assert found["status"]["replicas"] == 2
    assert condition(found, "ReplicaFailure") == ("True", "FailedCreate")
    assert any(told.startswith("FailedCreate: Error creating: pods ") for told in clusters.events(cluster, "rs"))
    cluster.patch("resourcequota", "q", {"spec": {"hard": {"pods": "9"}}})
    cluster.advance(0)
    assert len(clusters.pods(cluster)) == 2
    cluster.advance(60)
    found = cluster.get("rs", "rs")
    assert (found["status"]["readyReplicas"], condition(found, "ReplicaFailure")) == (5, ("", ""))


def test_a_replica_set_on_its_way_out_makes_and_adopts_nothing() -> None:
    cluster = workshop()
    cluster.apply({**replica_set(replicas=1), "metadata": {"name": "rs", "finalizers": ["example.com/wait"]}})
    cluster.run_until_quiet()
    cluster.delete("rs", "rs")
    cluster.delete("pod", clusters.pods(cluster)[0]["metadata"]["name"], grace=0)
    cluster.apply(bare_pod("orphan"))
    cluster.run_until_quiet()
    assert [pod["metadata"]["name"] for pod in clusters.pods(cluster)] == ["orphan"]
    assert "ownerReferences" not in cluster.get("pod", "orphan")["metadata"]


def test_another_template_changes_new_pods_only() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=1))
    cluster.run_until_quiet()
    cluster.apply(replica_set(replicas=2, template=template("nginx:2", {"app": "web", "tier": "front"})))
    cluster.run_until_quiet()
    assert sorted(pod["spec"]["containers"][0]["image"] for pod in clusters.pods(cluster)) == ["nginx:1", "nginx:2"]
    assert cluster.get("rs", "rs")["status"]["fullyLabeledReplicas"] == 1


def test_many_missing_pods_are_made_five_hundred_at_a_time() -> None:
    cluster = workshop(nodes=0)
    cluster.apply(replica_set(replicas=501))
    before = cluster.revision
    while not any(change.resource == "replicasets.apps" for change in cluster.changes_since(before)):
        cluster.step()
    assert len(clusters.pods(cluster)) == 500
    cluster.advance(0)
    assert len(clusters.pods(cluster)) == 501


def test_pods_of_a_namespace_that_ends_are_not_complained_about() -> None:
    cluster = workshop()
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    cluster.apply(replica_set(replicas=1), namespace="shop")
    cluster.run_until_quiet()
    cluster.api.delete("namespaces", "shop", by=PERSON)
    name = clusters.pods(cluster, "shop")[0]["metadata"]["name"]
    cluster.api.delete("pods", name, "shop", by=PERSON, options=DeleteOptions(grace=0))
    cluster.advance(30)
    assert clusters.pods(cluster, "shop") == []
    assert condition(cluster.get("rs", "rs", namespace="shop"), "ReplicaFailure") == ("", "")


def test_of_pods_that_nothing_tells_apart_the_first_goes_first_after_a_restoration_too() -> None:
    cluster = workshop()
    cluster.apply(replica_set(replicas=4))
    cluster.run_until_quiet()
    names = created(cluster)
    for each in (cluster, clusters.again(cluster)):
        scaled(each, 2, "rs", "rs")
        each.run_until_quiet()
        assert {pod["metadata"]["name"] for pod in clusters.pods(each)} == set(names[2:])


def test_a_restored_cluster_goes_on_as_the_one_that_was_saved() -> None:
    cluster = workshop()
    cluster.apply(replica_set(minReadySeconds=5))
    cluster.advance(2)
    other = clusters.again(cluster)
    for each in (cluster, other):
        each.advance(2)
        scaled(each, 1, "rs", "rs")
        each.advance(30)
    assert cluster.snapshot() == other.snapshot()

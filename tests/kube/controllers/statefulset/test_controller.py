"""The StatefulSet controller in a cluster."""

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.controllers.statefulset.controller import StatefulSetController
from playground.kube.store import By
from tests.kube.clusters import again, events, kubelet, pods, running, written
from tests.kube.controllers.sets import images, names, revisions, statefulset, status


def started(replicas: int = 3, **spec: Any) -> Cluster:
    """A cluster whose StatefulSet is up."""
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(replicas, **spec))
    assert cluster.run_until_quiet()
    return cluster


def scale(cluster: Cluster, replicas: int) -> None:
    cluster.patch("sts", "db", {"spec": {"replicas": replicas}})


def test_pods_come_up_one_after_the_other() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(3))
    cluster.advance(0.5)
    assert names(cluster) == ["db-0"]
    cluster.advance(1)
    assert names(cluster) == ["db-0", "db-1"]
    cluster.run_until_quiet()
    assert names(cluster) == ["db-0", "db-1", "db-2"]
    assert events(cluster, "db") == [
        f"SuccessfulCreate: Create Pod db-{number} in StatefulSet db successful" for number in range(3)
    ]


def test_a_pod_bears_its_identity() -> None:
    cluster = started(1)
    pod = cluster.get("pod", "db-0")
    revision = status(cluster, "sts", "db")["updateRevision"]
    assert pod["metadata"]["labels"] == {
        "app": "db",
        "apps.kubernetes.io/pod-index": "0",
        "controller-revision-hash": revision,
        "statefulset.kubernetes.io/pod-name": "db-0",
    }
    assert pod["metadata"]["generateName"] == "db-"
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-0", "db")


def test_parallel_pods_come_up_at_once() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(3, podManagementPolicy="Parallel"))
    cluster.advance(0)
    assert names(cluster) == ["db-0", "db-1", "db-2"]


def test_the_first_ordinal_can_be_chosen() -> None:
    assert names(started(2, ordinals={"start": 5})) == ["db-5", "db-6"]


def test_scaling_down_goes_from_the_top_and_waits_for_each() -> None:
    cluster = started(3)
    scale(cluster, 1)
    cluster.advance(0.1)
    assert [pod["metadata"]["name"] for pod in pods(cluster) if "deletionTimestamp" in pod["metadata"]] == ["db-2"]
    cluster.run_until_quiet()
    assert names(cluster) == ["db-0"]


def test_scaling_down_is_held_up_by_a_lower_pod_that_is_not_ready() -> None:
    cluster = started(3)
    kubelet(cluster).set_ready("default", "db-0", is_ready=False, by=By("kubelet"))
    scale(cluster, 1)
    cluster.run_until_quiet()
    assert names(cluster) == ["db-0", "db-1", "db-2"]
    kubelet(cluster).set_ready("default", "db-0", is_ready=True, by=By("kubelet"))
    cluster.run_until_quiet()
    assert names(cluster) == ["db-0"]


def test_an_update_replaces_pods_from_the_top() -> None:
    cluster = started(3)
    before = cluster.revision
    cluster.apply(statefulset(3, "nginx:2"))
    cluster.run_until_quiet()
    made = [pod["metadata"]["name"] for how, pod in written(cluster, "pods", before) if how == "ADDED"]
    assert made == ["db-2", "db-1", "db-0"]
    told = status(cluster, "sts", "db")
    assert told["currentRevision"] == told["updateRevision"]
    assert told["currentReplicas"] == told["updatedReplicas"] == 3


def test_a_partition_holds_lower_pods_back() -> None:
    cluster = started(3)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    cluster.apply(statefulset(3, "nginx:2", updateStrategy=rolling))
    cluster.run_until_quiet()
    assert images(cluster) == {"db-0": "nginx:1", "db-1": "nginx:1", "db-2": "nginx:2"}
    told = status(cluster, "sts", "db")
    assert (told["currentReplicas"], told["updatedReplicas"]) == (2, 1)
    cluster.delete("pod", "db-0")  # comes back as it was
    cluster.run_until_quiet()
    assert images(cluster)["db-0"] == "nginx:1"


def test_on_delete_waits_for_somebody_to_delete() -> None:
    cluster = started(2, updateStrategy={"type": "OnDelete"})
    cluster.apply(statefulset(2, "nginx:2", updateStrategy={"type": "OnDelete"}))
    cluster.run_until_quiet()
    assert set(images(cluster).values()) == {"nginx:1"}
    cluster.delete("pod", "db-0")
    cluster.run_until_quiet()
    assert images(cluster) == {"db-0": "nginx:2", "db-1": "nginx:1"}


def test_a_pod_that_ended_is_made_anew_under_its_name() -> None:
    cluster = started(2)
    uid = cluster.get("pod", "db-1")["metadata"]["uid"]
    cluster.patch("pod", "db-1", {"status": {"phase": "Failed"}}, subresource="status")
    cluster.run_until_quiet()
    assert cluster.get("pod", "db-1")["metadata"]["uid"] != uid
    assert "SuccessfulDelete: Delete Pod db-1 in StatefulSet db successful" in events(cluster, "db")


def test_the_next_pod_waits_until_the_last_is_available() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(2, minReadySeconds=10))
    cluster.advance(9)
    assert names(cluster) == ["db-0"]
    assert status(cluster, "sts", "db")["availableReplicas"] == 0
    cluster.advance(3)
    assert names(cluster) == ["db-0", "db-1"]


def test_history_is_kept_within_its_limit() -> None:
    cluster = started(1, revisionHistoryLimit=1)
    for number in (2, 3, 4):
        cluster.apply(statefulset(1, f"nginx:{number}", revisionHistoryLimit=1))
        cluster.run_until_quiet()
    assert revisions(cluster) == {3: "nginx:3", 4: "nginx:4"}


def test_going_back_numbers_the_old_revision_anew() -> None:
    cluster = started(1)
    for image in ("nginx:2", "nginx:1"):
        cluster.apply(statefulset(1, image))
        cluster.run_until_quiet()
    assert revisions(cluster) == {2: "nginx:2", 3: "nginx:1"}


def test_a_refusal_is_told_and_tried_again() -> None:
    cluster = running(StatefulSetController)
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "1"}}}
    cluster.apply(quota)
    cluster.apply(statefulset(2))
    cluster.advance(5)
    refused = 'pods "db-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    assert f"FailedCreate: Create Pod db-1 in StatefulSet db failed error: {refused}" in events(cluster, "db")
    cluster.delete("quota", "q")
    cluster.run_until_quiet()
    assert names(cluster) == ["db-0", "db-1"]


def test_an_orphan_with_its_name_and_labels_is_adopted() -> None:
    cluster = running(StatefulSetController)
    labels = {"app": "db"}
    spec = {"containers": [{"name": "c", "image": "nginx:1"}]}
    for name in ("db-0", "other"):
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec})
    cluster.apply(statefulset(1))
    cluster.run_until_quiet()
    assert cluster.get("pod", "db-0")["metadata"]["ownerReferences"][0]["name"] == "db"
    assert "ownerReferences" not in cluster.get("pod", "other")["metadata"]


def test_a_restored_cluster_goes_on_alike() -> None:
    cluster = running(StatefulSetController)
    cluster.apply(statefulset(3, minReadySeconds=5))
    cluster.advance(4)
    other = again(cluster)
    for each in (cluster, other):
        each.run_until_quiet()
    assert cluster.revision == other.revision
    assert cluster.get("sts", "db") == other.get("sts", "db")

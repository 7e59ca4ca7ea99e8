"""Pods of gone nodes, of nodes out of service and too many ended ones are removed, at the looks of every 20 s."""

from __future__ import annotations

from typing import Any

from playground.kube.client.controller import Settings
from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.controllers.pod_gc import PERIOD, QUARANTINE, PodGarbageCollector
from playground.kube.objects.frozen import Map
from playground.kube.programs import Profile
from playground.kube.store import By

BY = By("kubelet")


def cluster_of(*pods: str, threshold: int = 12500) -> Cluster:
    """A cluster with node n1 and running pods on it."""
    settings = Settings(terminated_pod_gc_threshold=threshold)
    cluster = Cluster(profile=Profile("gc", {PodGarbageCollector.name: PodGarbageCollector}, settings=settings))
    cluster.api.create(nodes.node("n1", {}), by=BY)
    for name in pods:
        add(cluster, name)
    cluster.advance(0)
    return cluster


def add(cluster: Cluster, name: str, phase: str = "Running", **metadata: Any) -> None:
    """Create a pod on n1."""
    spec = {"nodeName": "n1", "containers": [{"name": "c", "image": "nginx:1"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **metadata}, "spec": spec})
    cluster.api.set_status("pods", "default", name, {"phase": phase}, by=BY)


def names(cluster: Cluster) -> list[str]:
    """The names of all pods."""
    return [pod["metadata"]["name"] for pod in cluster.list("pods")]


def last(cluster: Cluster, name: str) -> Map:
    """The last status that a pod had."""
    found: Map = [change.object for change in cluster.changes_since(0) if change.key[1] == name][-1]["status"]
    return found


def test_pods_of_a_node_that_is_gone_fail_with_the_look_after_its_quarantine() -> None:
    cluster = cluster_of("p")
    cluster.advance(5)
    cluster.delete("node", "n1")
    cluster.advance(PERIOD - 5 + QUARANTINE + PERIOD - 1)
    assert names(cluster) == ["p"]
    cluster = Cluster.restore(cluster.snapshot(), cluster.profile)
    cluster.advance(1)
    assert names(cluster) == []
    status = last(cluster, "p")
    assert (status["phase"], status["observedGeneration"]) == ("Failed", 1)
    assert status["conditions"] == [
        {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "DeletionByPodGC",
            "message": "PodGC: node no longer exists",
            "observedGeneration": 1,
            "lastTransitionTime": cluster.clock.stamp(),
        }
    ]
    assert cluster.run_until_quiet()


def test_a_node_that_comes_back_in_time_keeps_its_pods() -> None:
    cluster = cluster_of("p")
    cluster.delete("node", "n1")
    cluster.advance(PERIOD + 1)
    cluster.api.create(nodes.node("n1", {}), by=BY)
    cluster.advance(10 * PERIOD)
    assert names(cluster) == ["p"]


def test_terminating_pods_of_a_node_out_of_service_are_removed() -> None:
    cluster = cluster_of("p", "q")
    cluster.delete("pod", "p")
    cluster.advance(PERIOD)
    assert names(cluster) == ["p", "q"]
    taint = {"key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"}
    cluster.patch("node", "n1", {"spec": {"taints": [taint]}})
    cluster.advance(PERIOD)
    assert names(cluster) == ["p", "q"], "the node is ready"
    unready = [{"type": "Ready", "status": "Unknown"}]
    cluster.api.set_status("nodes", "", "n1", {"conditions": unready}, by=BY)
    cluster.advance(PERIOD)
    assert names(cluster) == ["q"]


def test_the_oldest_of_too_many_ended_pods_go_evicted_ones_first() -> None:
    cluster = cluster_of(threshold=2)
    for number in range(4):
        add(cluster, f"p{number}", "Succeeded")
        cluster.advance(1)
    cluster.api.set_status("pods", "default", "p3", {"phase": "Failed", "reason": "Evicted"}, by=BY)
    cluster.advance(PERIOD)
    assert names(cluster) == ["p1", "p2"]


def test_a_deleted_pod_without_a_node_is_marked_as_failed() -> None:
    cluster = cluster_of()
    spec = {"nodeSelector": {"no": "such"}, "containers": [{"name": "c", "image": "nginx:1"}]}
    metadata = {"name": "p", "finalizers": ["example.com/hold"]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    cluster.delete("pod", "p")
    cluster.advance(PERIOD)
    assert cluster.get("pod", "p")["status"]["phase"] == "Failed"
    assert cluster.run_until_quiet()


def test_a_cluster_where_all_is_well_has_no_looks() -> None:
    cluster = cluster_of("p")
    assert cluster._loop.actors[PodGarbageCollector.name].next_at() is None

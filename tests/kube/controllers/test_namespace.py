"""A namespace that is deleted is emptied after five seconds, pods first, and tells what holds it up."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.commands.recorder import Recorder
from playground.kube.controllers.namespace import SETTLE, NamespaceController
from playground.kube.controllers.serviceaccount import RootCertificatePublisher, ServiceAccountsController
from tests.kube.clusters import again, running

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "x"},
    "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
}


def with_namespace(*objects: dict[str, Any]) -> Cluster:
    """A cluster with the namespace x and something in it."""
    cluster = running(NamespaceController, ServiceAccountsController, RootCertificatePublisher)
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}})
    for each in objects:
        cluster.apply(each)
    cluster.advance(2)
    return cluster


def there(cluster: Cluster) -> bool:
    """Whether the namespace x is still there."""
    return any(each["metadata"]["name"] == "x" for each in cluster.list("namespaces"))


def conditions(cluster: Cluster) -> dict[str, str]:
    """The namespace's conditions that are true, and what they say."""
    found = cluster.get("namespace", "x")["status"].get("conditions", ())
    return {each["type"]: each["message"] for each in found if each["status"] == "True"}


def config_map(**metadata: Any) -> dict[str, Any]:
    """A ConfigMap in the namespace."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "x", **metadata}}


def test_an_empty_namespace_goes_after_five_seconds() -> None:
    cluster = with_namespace(config_map())
    cluster.delete("namespace", "x")
    cluster.advance(SETTLE - 1)
    assert len(cluster.list("configmaps", namespace="x")) == 2
    cluster = again(cluster)
    cluster.advance(1)
    assert not there(cluster)
    assert cluster.list("configmaps", namespace="x") == []
    assert cluster.run_until_quiet()


def test_everything_else_waits_for_the_pods() -> None:
    cluster = with_namespace(config_map(), POD)
    cluster.delete("namespace", "x")
    cluster.advance(SETTLE)
    assert "deletionTimestamp" in cluster.get("pod", "p", namespace="x")["metadata"]
    found = cluster.get("namespace", "x")["status"]["conditions"]
    assert [each["status"] for each in found] == ["False"] * 5
    cluster.advance(SETTLE - 1)
    assert len(cluster.list("configmaps", namespace="x")) == 2
    cluster.advance(1)
    assert not there(cluster)


def test_finalizers_of_others_hold_it_up_and_are_named() -> None:
    cluster = with_namespace(config_map(finalizers=["example.com/hold"]))
    cluster.delete("namespace", "x")
    cluster.advance(SETTLE)
    assert conditions(cluster) == {
        "NamespaceContentRemaining": "Some resources are remaining: configmaps. has 1 resource instances",
        "NamespaceFinalizersRemaining": (
            "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
        ),
    }
    cluster.patch("configmap", "c", {"metadata": {"finalizers": None}}, namespace="x", how="merge")
    cluster.advance(8)
    assert not there(cluster)


def test_a_pod_that_never_ends_is_a_failure_once_its_time_is_over() -> None:
    cluster = with_namespace(POD)
    node = cluster.get("pod", "p", namespace="x")["spec"]["nodeName"]
    kubelet = cluster._loop.actors[Recorder.name]
    assert isinstance(kubelet, Recorder)
    kubelet.stop_node(node)
    cluster.delete("namespace", "x")
    cluster.advance(120)
    told = "unexpected items still remain in namespace: x for gvr: /v1, Resource=pods"
    assert conditions(cluster)["NamespaceDeletionContentFailure"] == (
        f"Failed to delete all resource types, 1 remaining: failed to delete pods for namespace: x, err: {told}"
    )

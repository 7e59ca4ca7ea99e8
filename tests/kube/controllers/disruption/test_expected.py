"""How many pods a budget counts on."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.cluster import Cluster
from playground.kube.controllers.disruption.expected import Expected, Uncountable, expected
from playground.kube.objects.frozen import Map, freeze
from playground.kube.store import By
from tests.kube.clusters import running

OWNERS = {
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "Deployment": "apps/v1",
    "ReplicationController": "v1",
    "DaemonSet": "apps/v1",
    "Job": "batch/v1",
}


def owner(cluster: Cluster, kind: str, name: str, replicas: int = 3, above: Map | None = None) -> Map:
    """An object that owns pods, itself owned by *above*."""
    labels = {"app": name}
    pod = {"containers": [{"name": "c", "image": "web:1"}], "restartPolicy": "Never" if kind == "Job" else "Always"}
    spec: dict[str, Any] = {"template": {"metadata": {"labels": labels}, "spec": pod}}
    if kind not in {"DaemonSet", "Job"}:
        spec["replicas"] = replicas
    if kind != "Job":
        spec["selector"] = labels if kind == "ReplicationController" else {"matchLabels": labels}
    metadata: dict[str, Any] = {"name": name, "namespace": "default"}
    if above is not None:
        metadata["ownerReferences"] = [reference(above)]
    obj = {"apiVersion": OWNERS[kind], "kind": kind, "metadata": metadata, "spec": spec}
    made: Map = cluster.api.create(obj, by=By("test")).object
    cluster.advance(0)
    return made


def reference(obj: Map) -> dict[str, Any]:
    """The owner reference of a controller."""
    metadata = obj["metadata"]
    names = {"name": metadata["name"], "uid": metadata["uid"]}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], **names, "controller": True}


def pod(name: str, of: dict[str, Any] | None = None) -> Map:
    """A pod with an owner reference."""
    found: Map = freeze(
        {"metadata": {"name": name, "namespace": "default", **({"ownerReferences": [of]} if of else {})}}
    )
    return found


def counted(cluster: Cluster, pods: list[Map], **spec: Any) -> Expected:
    """What a budget counts on."""
    return expected({"spec": spec}, pods, cluster.informers, cluster.api)


@pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet", "ReplicationController"])
def test_a_share_is_of_what_the_owner_is_meant_to_have(kind: str) -> None:
    cluster = running()
    made = owner(cluster, kind, "web", 7)
    pods = [pod("a", reference(made)), pod("b", reference(made))]
    assert counted(cluster, pods, minAvailable="34%") == Expected(7, 3)
    assert counted(cluster, pods, maxUnavailable="34%") == Expected(7, 4)
    assert counted(cluster, pods, maxUnavailable=9) == Expected(7, 0)


def test_pods_of_several_replicasets_of_one_deployment_count_it_once() -> None:
    cluster = running()
    above = owner(cluster, "Deployment", "web", 5)
    sets = [owner(cluster, "ReplicaSet", name, 4, above) for name in ("old", "new")]
    pods = [pod(f"p{number}", reference(each)) for number, each in enumerate(sets)]
    assert counted(cluster, pods, maxUnavailable=1) == Expected(5, 4)


def test_a_number_counts_the_pods_that_are_there() -> None:
    assert counted(running(), [pod("a"), pod("b")], minAvailable=5) == Expected(2, 5)


def test_pods_without_an_owner_are_left_out_of_a_share() -> None:
    assert counted(running(), [pod("a")], maxUnavailable=1) == Expected(0, 0, unmanaged=True)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("Job", "jobs.batch does not implement the scale subresource"),
        ("DaemonSet", "daemonsets.apps does not implement the scale subresource"),
    ],
)
def test_owners_without_replicas_cannot_be_counted(kind: str, why: str) -> None:
    cluster = running()
    made = owner(cluster, kind, "web")
    with pytest.raises(Uncountable, match=why):
        counted(cluster, [pod("a", reference(made))], maxUnavailable=1)


def test_neither_can_owners_that_nobody_knows() -> None:
    cluster = running()
    gone = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "gone", "uid": "u", "controller": True}
    with pytest.raises(Uncountable, match='found no controllers for pod "a"'):
        counted(cluster, [pod("a", gone)], maxUnavailable=1)
    odd = {"apiVersion": "example.com/v1", "kind": "Odd", "name": "odd", "uid": "u", "controller": True}
    with pytest.raises(Uncountable, match=r'no matches for kind "Odd" in version "example\.com/v1"'):
        counted(cluster, [pod("a", odd)], maxUnavailable=1)


def test_a_share_that_is_none_is_told() -> None:
    with pytest.raises(Uncountable, match="invalid value for IntOrString"):
        counted(running(), [], maxUnavailable="many")

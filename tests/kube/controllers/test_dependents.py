"""Whom a dependent's change concerns."""

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.controllers.dependents import claimable, concerned
from playground.kube.objects import meta
from playground.kube.store import By
from tests.kube.clusters import running
from tests.kube.controllers.sets import statefulset

BY = By("test")


def shop() -> Cluster:
    """Two sets that want the same pods."""
    cluster = running()
    for name in ("one", "two"):
        cluster.apply({**statefulset(), "metadata": {"name": name}})
    return cluster


def pod(cluster: Cluster, owner: str = "", **labels: str) -> None:
    """A pod, of a set or of nobody."""
    metadata: dict[str, Any] = {"name": "p", "labels": labels}
    if owner:
        found = cluster.get("sts", owner)
        reference = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": owner, "uid": meta.uid(found)}
        metadata["ownerReferences"] = [{**reference, "controller": True}]
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    cluster.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, by=BY)


def told(cluster: Cluster) -> list[str]:
    """Who is concerned by what was last done to a pod, the scheduler apart."""
    cluster.advance(0)
    people = {"test", "kubectl"}
    change = [each for each in cluster.changes_since(0) if each.resource == "pods" and each.actor in people][-1]
    owners = concerned(change, "StatefulSet", cluster.informers.cache("statefulsets.apps"))
    return [meta.name(owner) for owner in owners]


def test_an_orphan_concerns_all_who_would_have_it() -> None:
    cluster = shop()
    pod(cluster, app="db")
    assert told(cluster) == ["one", "two"]


def test_an_orphan_is_looked_at_again_when_its_labels_change() -> None:
    cluster = shop()
    pod(cluster, app="other")
    assert told(cluster) == []
    cluster.patch("pod", "p", {"metadata": {"annotations": {"a": "b"}}})
    assert told(cluster) == []
    cluster.patch("pod", "p", {"metadata": {"labels": {"app": "db"}}})
    assert told(cluster) == ["one", "two"]
    cluster.delete("pod", "p", grace=0)
    assert told(cluster) == []


def test_a_pod_that_is_owned_concerns_its_owner_only() -> None:
    cluster = shop()
    pod(cluster, owner="two", app="db")
    assert told(cluster) == ["two"]
    pods = cluster.informers.cache("pods")
    assert [len(claimable(cluster.get("sts", name), pods)) for name in ("one", "two")] == [0, 1]


def test_who_lost_a_pod_is_told() -> None:
    cluster = shop()
    pod(cluster, owner="two", app="none")
    cluster.patch("pod", "p", {"metadata": {"ownerReferences": None}}, how="merge")
    assert told(cluster) == ["two"]


def test_an_owner_made_anew_is_not_the_same() -> None:
    cluster = shop()
    pod(cluster, owner="two", app="db")
    cluster.delete("sts", "two")
    cluster.apply({**statefulset(), "metadata": {"name": "two"}})
    assert told(cluster) == []

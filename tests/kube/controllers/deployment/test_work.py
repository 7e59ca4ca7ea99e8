"""Steps of a rollout where controllers run side by side: they wait for what others are about to write, for a moment."""

from __future__ import annotations

from typing import Any

from playground.kube.client.controller import Settings
from playground.kube.cluster import Cluster
from tests.kube import clusters
from tests.kube.controllers.workloads import deployment, rolling, scaled, sets, with_image


def beside(replicas: int, strategy: dict[str, Any]) -> Cluster:
    """A Deployment with all its pods ready, in a cluster whose controllers run side by side."""
    settings = Settings(side_by_side=True)
    cluster = clusters.running("deployment-controller", "replicaset-controller", nodes=4, settings=settings)
    cluster.apply(deployment(replicas=replicas, strategy=strategy))
    assert cluster.run_until_quiet()
    return cluster


def counts(cluster: Cluster, after: int, resource: str = "deployments.apps") -> list[tuple[int, int, int]]:
    """The distinct numbers in statuses since a revision: replicas, those updated, those on their way out."""
    told = [change.object["status"] for change in cluster.changes_since(after) if change.resource == resource]
    fields = ("replicas", "updatedReplicas", "terminatingReplicas")
    found = [tuple(status.get(field, 0) for field in fields) for status in told]
    return [one for one, before in zip(found, [None, *found], strict=False) if one != before]


def test_a_new_replicaset_grows_again_when_its_first_pods_are_counted() -> None:
    cluster = beside(3, rolling(2, 3))
    before = cluster.revision
    with_image(cluster, "nginx:2")
    cluster.advance(0.1)
    assert counts(cluster, before) == [(3, 3, 0), (5, 2, 0), (2, 2, 3), (3, 3, 3)]
    assert cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 0, "nginx:2": 3}


def test_a_rollout_goes_on_after_a_moment_without_the_controller_of_replicasets() -> None:
    cluster = beside(4, rolling(1, 1))
    cluster._loop.stop("replicaset-controller")
    with_image(cluster, "nginx:2")
    assert cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3, "nginx:2": 2}


def test_recreate_makes_new_pods_when_the_old_ones_are_removed() -> None:
    cluster = beside(3, {"type": "Recreate"})
    before = cluster.revision
    with_image(cluster, "nginx:2")
    assert cluster.run_until_quiet()
    changes = [change for change in cluster.changes_since(before) if change.resource == "pods"]
    kinds = [change.type for change in changes if change.type != "MODIFIED"]
    assert kinds == ["DELETED"] * 3 + ["ADDED"] * 3


def test_recreate_waits_only_a_moment_for_pods_that_nobody_removes() -> None:
    cluster = beside(1, {"type": "Recreate"})
    old = clusters.pods(cluster)[0]
    cluster.patch("pod", old["metadata"]["name"], {"metadata": {"finalizers": ["test/held"]}})
    with_image(cluster, "nginx:2")
    assert cluster.run_until_quiet()
    assert len(clusters.pods(cluster)) == 2
    assert sets(cluster) == {"nginx:1": 0, "nginx:2": 1}


def test_a_size_given_by_hand_is_taken_back_before_its_pods_are_counted() -> None:
    cluster = beside(2, rolling(1, 1))
    before = cluster.revision
    scaled(cluster, 5, "replicaset", clusters.pods(cluster)[0]["metadata"]["ownerReferences"][0]["name"])
    cluster.advance(0.1)
    told = [
        change.object["status"] for change in cluster.changes_since(before) if change.resource == "deployments.apps"
    ]
    assert [(status["replicas"], status.get("unavailableReplicas", 0)) for status in told] == [
        (2, 3),
        (2, 0),
        (5, 0),
        (2, 0),
    ]


def test_a_deployment_that_waits_goes_on_where_it_was_saved() -> None:
    cluster = beside(4, rolling(1, 1))
    cluster._loop.stop("replicaset-controller")
    with_image(cluster, "nginx:2")
    cluster.advance(0.007)  # one moment for what was asked before, and some of the next
    actor = cluster._loop.actors["deployment-controller"]
    state = actor.state()
    actor.restore(state)
    assert actor.state() == state
    assert state["own"]["held"]
    assert cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3, "nginx:2": 2}

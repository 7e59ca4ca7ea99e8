"""Rolling updates, step by step, in a running cluster."""

from __future__ import annotations

from playground.kube.cluster import Cluster
from tests.kube import clusters
from tests.kube.controllers.workloads import deployment, rolling, set_ready, sets, template, with_image, workshop


def up(replicas: int, surge: int | str, missing: int | str) -> Cluster:
    """A Deployment with all its pods ready."""
    cluster = workshop(nodes=4)
    cluster.apply(deployment(replicas=replicas, strategy=rolling(surge, missing)))
    assert cluster.run_until_quiet()
    return cluster


def scalings(cluster: Cluster) -> list[str]:
    """What was scaled, "up 0 3", in order; old and new ReplicaSets are told apart by direction."""
    words = [told.split() for told in clusters.events(cluster, "web")]
    return [f"{word[2]} {word[-3]} {word[-1]}" for word in words if word[0] == "ScalingReplicaSet:"]


def test_one_pod_more_at_a_time_where_none_may_be_missing() -> None:
    cluster = up(3, 1, 0)
    with_image(cluster, "nginx:2")
    cluster.run_until_quiet()
    assert scalings(cluster) == ["up 0 3", "up 0 1", "down 3 2", "up 1 2", "down 2 1", "up 2 3", "down 1 0"]
    assert sets(cluster) == {"nginx:1": 0, "nginx:2": 3}


def test_one_pod_less_at_a_time_where_none_may_be_too_many() -> None:
    cluster = up(2, 0, 1)
    with_image(cluster, "nginx:2")
    cluster.run_until_quiet()
    assert scalings(cluster) == ["up 0 2", "down 2 1", "up 0 1", "down 1 0", "up 1 2"]


def test_ten_pods_with_three_more_and_two_less() -> None:
    cluster = up(10, 3, 2)
    with_image(cluster, "nginx:2")
    cluster.advance(0)
    assert sets(cluster) == {"nginx:1": 8, "nginx:2": 5}
    assert scalings(cluster)[1:] == ["up 0 3", "down 10 8", "up 3 5"]
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 0, "nginx:2": 10}


def test_pods_on_their_way_out_make_room_at_once() -> None:
    cluster = up(3, 0, 1)
    with_image(cluster, "nginx:2")
    cluster.advance(0)
    assert len(clusters.pods(cluster)) == 4


def test_a_rollout_that_hangs_keeps_what_serves() -> None:
    cluster = up(4, 1, 1)
    cluster.patch("deployment", "web", {"spec": {"template": template("nginx:2", never_ready="true")}})
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3, "nginx:2": 2}
    assert cluster.get("deployment", "web")["status"]["availableReplicas"] == 3


def test_a_third_template_first_takes_away_what_never_served() -> None:
    cluster = up(4, 1, 1)
    cluster.patch("deployment", "web", {"spec": {"template": template("nginx:2", never_ready="true")}})
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"template": template("nginx:3", never_ready="true")}})
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3, "nginx:2": 0, "nginx:3": 2}


def test_old_pods_that_are_not_ready_go_first() -> None:
    cluster = up(4, 1, 0)
    lame = clusters.pods(cluster)[2]["metadata"]["name"]
    set_ready(cluster, lame, ready=False)
    with_image(cluster, "nginx:2")
    cluster.advance(0)
    marked = [pod["metadata"]["name"] for pod in clusters.pods(cluster) if pod["metadata"].get("deletionTimestamp")]
    assert marked == []
    cluster.advance(1.1)
    marked = [pod["metadata"]["name"] for pod in clusters.pods(cluster) if pod["metadata"].get("deletionTimestamp")]
    assert marked == [lame]

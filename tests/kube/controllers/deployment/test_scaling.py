"""Scaling and pausing, in the middle of rollouts and otherwise."""

from __future__ import annotations

import pytest

from playground.kube.cluster import Cluster
from tests.kube import clusters
from tests.kube.controllers.workloads import (
    condition,
    deployment,
    of_image,
    rolling,
    scaled,
    sets,
    template,
    with_image,
    workshop,
)


def stuck(replicas: int, surge: int | str, missing: int | str) -> Cluster:
    """A rollout whose new pods never serve."""
    cluster = workshop(nodes=4)
    cluster.apply(deployment(replicas=replicas, strategy=rolling(surge, missing)))
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"template": template("bad:2")}})
    cluster.run_until_quiet()
    return cluster


@pytest.mark.parametrize(
    ("before", "limits", "after", "expected"),
    [
        (10, (3, 2), 15, {"nginx:1": 11, "bad:2": 7}),
        (10, (3, 2), 5, {"nginx:1": 3, "bad:2": 5}),
        (10, (3, 2), 0, {"nginx:1": 0, "bad:2": 0}),
        (4, (2, 1), 7, {"nginx:1": 4, "bad:2": 5}),
        (5, ("50%", "50%"), 11, {"nginx:1": 6, "bad:2": 11}),
    ],
)
def test_a_stuck_rollout_is_scaled_in_proportion(
    before: int, limits: tuple[int | str, int | str], after: int, expected: dict[str, int]
) -> None:
    cluster = stuck(before, *limits)
    scaled(cluster, after)
    cluster.run_until_quiet()
    assert sets(cluster) == expected


def test_scaling_without_a_rollout_scales_the_only_set() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=2))
    cluster.run_until_quiet()
    for size in (5, 1, 0, 3):
        scaled(cluster, size)
        cluster.run_until_quiet()
        assert sets(cluster) == {"nginx:1": size}
        annotations = of_image(cluster, "nginx:1")["metadata"]["annotations"]
        assert annotations["deployment.kubernetes.io/desired-replicas"] == str(size)


def test_a_set_scaled_by_hand_is_set_right() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=2))
    cluster.run_until_quiet()
    scaled(cluster, 5, "rs", of_image(cluster, "nginx:1")["metadata"]["name"])
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 2}


def test_a_paused_deployment_makes_no_new_set_and_goes_on_when_resumed() -> None:
    cluster = workshop()
    cluster.apply(deployment())
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"paused": True}})
    with_image(cluster, "nginx:2")
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3}
    assert condition(cluster.get("deployment", "web"), "Progressing") == ("Unknown", "DeploymentPaused")
    cluster.patch("deployment", "web", {"spec": {"paused": None}})
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 0, "nginx:2": 3}
    assert condition(cluster.get("deployment", "web"), "Progressing") == ("True", "NewReplicaSetAvailable")


def test_a_deployment_that_is_paused_from_the_start_waits() -> None:
    cluster = workshop()
    cluster.apply(deployment(paused=True))
    cluster.run_until_quiet()
    assert sets(cluster) == {}
    assert clusters.pods(cluster) == []


def test_a_paused_rollout_is_scaled_in_proportion() -> None:
    cluster = stuck(4, 1, 1)
    assert sets(cluster) == {"nginx:1": 3, "bad:2": 2}
    cluster.patch("deployment", "web", {"spec": {"paused": True}})
    scaled(cluster, 8)
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 5, "bad:2": 4}


def test_being_paused_is_not_being_stuck() -> None:
    cluster = workshop()
    cluster.apply(deployment(progressDeadlineSeconds=30))
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"template": template("bad:2")}})
    cluster.advance(10)
    cluster.patch("deployment", "web", {"spec": {"paused": True}})
    cluster.advance(100)
    assert condition(cluster.get("deployment", "web"), "Progressing") == ("Unknown", "DeploymentPaused")

"""Recreate: no old and new pods side by side."""

from __future__ import annotations

from tests.kube import clusters
from tests.kube.controllers.workloads import deployment, sets, template, with_image, workshop

RECREATE = {"type": "Recreate"}


def test_new_pods_come_when_the_last_old_one_has_ended() -> None:
    cluster = workshop()
    cluster.apply(deployment(strategy=RECREATE))
    cluster.run_until_quiet()
    with_image(cluster, "nginx:2")
    cluster.advance(0.4)
    assert sets(cluster) == {"nginx:1": 0}
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 0, "nginx:2": 3}
    alive: dict[str, str] = {}
    together = []
    for change in cluster.changes_since(0):
        if change.resource == "pods":
            alive.pop(change.key[1], None)
            if change.type != "DELETED" and change.object["status"]["phase"] not in {"Succeeded", "Failed"}:
                alive[change.key[1]] = change.object["spec"]["containers"][0]["image"]
            together.append(set(alive.values()))
    assert {"nginx:2"} in together
    assert {"nginx:1", "nginx:2"} not in together


def test_a_stuck_rollout_is_taken_back() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=2, strategy=RECREATE))
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"template": template("bad:2")}})
    cluster.run_until_quiet()
    assert cluster.get("deployment", "web")["status"].get("availableReplicas") is None
    with_image(cluster, "nginx:1")
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 2, "bad:2": 0}
    assert cluster.get("deployment", "web")["status"]["availableReplicas"] == 2
    assert len(clusters.pods(cluster)) == 2

"""The new ReplicaSet: its name, labels, revision; names that are taken; refusals."""

from __future__ import annotations

from playground.kube import kubectl
from playground.kube.cluster import Cluster
from tests.kube import clusters
from tests.kube.controllers.workloads import (
    condition,
    deployment,
    of_image,
    replica_set,
    sets,
    template,
    with_image,
    workshop,
)

REVISION = "deployment.kubernetes.io/revision"


def rollout(cluster: Cluster, line: str) -> str:
    """What `kubectl rollout ...` prints."""
    done = kubectl.run(cluster.handle, ["rollout", *line.split()], {}, now=cluster.clock.now)
    return done.stdout + done.stderr


def test_the_set_is_named_and_labelled_by_the_hash_of_its_template() -> None:
    cluster = workshop()
    cluster.apply(deployment())
    cluster.advance(0)
    made = of_image(cluster, "nginx:1")
    digest = made["metadata"]["labels"]["pod-template-hash"]
    assert made["metadata"]["name"] == f"web-{digest}"
    assert made["spec"]["selector"] == {"matchLabels": {"app": "web", "pod-template-hash": digest}}
    assert {pod["metadata"]["labels"]["pod-template-hash"] for pod in clusters.pods(cluster)} == {digest}
    assert cluster.get("deployment", "web")["metadata"]["annotations"][REVISION] == "1"
    assert cluster.get("deployment", "web")["metadata"]["generation"] == 1


def test_a_template_that_comes_back_is_the_same_set_with_a_new_revision() -> None:
    cluster = workshop()
    cluster.apply(deployment())
    cluster.run_until_quiet()
    for image in ("nginx:2", "nginx:1"):
        with_image(cluster, image)
        cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3, "nginx:2": 0}
    annotations = of_image(cluster, "nginx:1")["metadata"]["annotations"]
    assert annotations[REVISION] == "3"
    assert annotations["deployment.kubernetes.io/revision-history"] == "1"
    assert cluster.get("deployment", "web")["metadata"]["annotations"][REVISION] == "3"


def test_an_undone_rollout_is_the_revision_before_with_its_cause() -> None:
    cluster = workshop()
    web = deployment()
    for number in (1, 2):
        web["metadata"]["annotations"] = {"kubernetes.io/change-cause": f"change {number}"}
        web["spec"]["template"] = template(f"nginx:{number}")
        cluster.apply(web)
        cluster.run_until_quiet()
    assert rollout(cluster, "undo deployment/web") == "deployment.apps/web rolled back\n"
    cluster.run_until_quiet()
    assert sets(cluster) == {"nginx:1": 3, "nginx:2": 0}
    assert rollout(cluster, "history deployment/web").splitlines()[1:4] == [
        "REVISION  CHANGE-CAUSE",
        "2         change 2",
        "3         change 1",
    ]
    words = rollout(cluster, "history deployment/web --revision=3")
    assert words.startswith(
        "deployment.apps/web with revision #3\nPod Template:\n  Labels:\tapp=web\n\tpod-template-hash="
    )
    assert "  Annotations:\tkubernetes.io/change-cause: change 1\n" in words
    assert rollout(cluster, "undo deployment/web --to-revision=7") == (
        "error: unable to find specified revision 7 in history\n"
    )


def test_a_name_that_is_taken_by_a_stranger_is_a_collision() -> None:
    cluster = workshop()
    cluster.apply(deployment())
    cluster.advance(0)
    name = of_image(cluster, "nginx:1")["metadata"]["name"]
    cluster = workshop()
    stranger = replica_set(name, 0, selector={"matchLabels": {"app": "x"}}, template=template("x", {"app": "x"}))
    cluster.apply(stranger)
    cluster.apply(deployment())
    cluster.run_until_quiet()
    assert cluster.get("deployment", "web")["status"]["collisionCount"] == 1
    assert cluster.get("deployment", "web")["status"]["readyReplicas"] == 3
    assert of_image(cluster, "nginx:1")["metadata"]["name"] != name


def test_two_deployments_with_the_same_selector_leave_each_other_alone() -> None:
    cluster = workshop()
    for name in ("web", "api"):
        cluster.apply(deployment(name, replicas=2))
    cluster.run_until_quiet()
    assert [each["spec"]["replicas"] for each in cluster.list("replicasets")] == [2, 2]
    assert len(clusters.pods(cluster)) == 4


def test_a_refused_set_is_told_and_made_when_it_can_be() -> None:
    cluster = workshop()
    hard = {"count/replicasets.apps": "0"}
    cluster.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": hard}})
    cluster.apply(deployment())
    cluster.advance(1)
    assert condition(cluster.get("deployment", "web"), "Progressing") == ("False", "ReplicaSetCreateError")
    assert clusters.events(cluster, "web")[0].startswith("ReplicaSetCreateError: Failed to create new replica set")
    cluster.delete("resourcequota", "q")
    cluster.patch("deployment", "web", {"metadata": {"labels": {"touched": "yes"}}})
    cluster.run_until_quiet()
    assert cluster.get("deployment", "web")["status"]["readyReplicas"] == 3


def test_annotations_of_the_deployment_reach_its_set_but_not_the_applied_text() -> None:
    cluster = workshop()
    web = deployment()
    web["metadata"]["annotations"] = {"team": "a"}
    cluster.apply(web)
    cluster.run_until_quiet()
    web["metadata"]["annotations"] = {"team": "b"}
    cluster.apply(web)
    cluster.run_until_quiet()
    assert set(of_image(cluster, "nginx:1")["metadata"]["annotations"]) == {
        "team",
        REVISION,
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
    }
    assert of_image(cluster, "nginx:1")["metadata"]["annotations"]["team"] == "b"
    assert len(cluster.list("replicasets")) == 1


def test_min_ready_seconds_reach_the_set_without_a_rollout() -> None:
    cluster = workshop()
    cluster.apply(deployment())
    cluster.run_until_quiet()
    cluster.patch("deployment", "web", {"spec": {"minReadySeconds": 3}})
    cluster.run_until_quiet()
    assert of_image(cluster, "nginx:1")["spec"]["minReadySeconds"] == 3
    assert len(cluster.list("replicasets")) == 1

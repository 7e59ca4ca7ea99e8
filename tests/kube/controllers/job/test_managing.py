"""Making and deleting pods where something is in the way."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.controllers.job import JobController
from playground.kube.controllers.job.managing import at_once
from playground.kube.controllers.job.pods import FINALIZER, INDEX
from playground.kube.objects import meta
from tests.kube.clusters import events, pods, running, written
from tests.kube.controllers.job.jobs import job, status

NEVER = {"finish": "never:1"}


def quota(count: int) -> dict[str, Any]:
    """Room for so many pods."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "quota"},
        "spec": {"hard": {"pods": str(count)}},
    }


def bare(name: str, index: int | None = None, **metadata: Any) -> dict[str, Any]:
    """A pod labelled app=job that nobody made."""
    annotations = {"fake/finish": "never:1"} | ({} if index is None else {INDEX: str(index)})
    told = {"name": name, "labels": {"app": "job"}, "annotations": annotations, **metadata}
    spec = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": told, "spec": spec}


def started(*objects: Any) -> Cluster:
    """A cluster with these."""
    cluster = running(JobController)
    cluster.apply(list(objects))
    return cluster


def adopting(**spec: Any) -> Any:
    """A Job that takes any pod labelled app=job."""
    made: Any = job(fake=NEVER, manualSelector=True, selector={"matchLabels": {"app": "job"}}, **spec)
    made["spec"]["template"]["metadata"]["labels"] = {"app": "job"}
    return made


def test_a_refused_pod_is_tried_again_after_one_two_and_four_seconds() -> None:
    cluster = started(quota(1), job(completions=3, parallelism=3, fake=NEVER))
    begin = cluster.clock.now
    cluster.advance(20)
    refused = {
        change.time - begin: None
        for change in cluster.changes_since(0)
        if change.resource == "events" and change.object["reason"] == "FailedCreate"
    }
    gaps = [later - earlier for earlier, later in pairwise(refused)]
    assert gaps[0] == 1.0
    assert max(gaps) >= 4.0  # changes of pods bring tries of their own in between
    assert (len(pods(cluster)), status(cluster)["active"]) == (1, 1)
    assert any(told.startswith("FailedCreate: Error creating: pods ") for told in events(cluster, "job"))
    cluster.apply(quota(9))
    cluster.advance(60)
    assert len(pods(cluster)) == 3


def test_orphans_that_fit_are_taken_in_and_tracked() -> None:
    cluster = started(bare("orphan"), adopting(completions=2, parallelism=2))
    cluster.advance(5)
    taken = cluster.get("pod", "orphan")
    assert taken["metadata"]["finalizers"] == [FINALIZER]
    owner = meta.owner(taken)
    assert owner is not None
    assert owner["name"] == "job"
    assert len(pods(cluster)) == 2


def test_pods_of_the_same_index_without_one_or_beyond_the_last_are_deleted() -> None:
    some = [bare("one", 0), bare("two", 0), bare("none"), bare("beyond", 7)]
    cluster = started(*some, adopting(completions=2, parallelism=2, completionMode="Indexed"))
    cluster.advance(10)
    assert sorted(pod["metadata"]["annotations"][INDEX] for pod in pods(cluster)) == ["0", "1"]
    gone = [meta.name(obj) for kind, obj in written(cluster, "pods") if kind == "DELETED"]
    assert {"none", "beyond"} < set(gone)
    assert len(gone) == 3


def test_a_pod_that_no_longer_fits_is_let_go() -> None:
    cluster = started(adopting())
    cluster.advance(3)
    (pod,) = pods(cluster)
    cluster.patch("pod", meta.name(pod), {"metadata": {"labels": {"app": None}}})
    cluster.advance(3)
    left = cluster.get("pod", meta.name(pod))
    assert (meta.owner(left), left["metadata"].get("finalizers")) == (None, None)
    assert len(pods(cluster, labels="app=job")) == 1


def test_names_of_indexed_pods_are_cut_to_fit() -> None:
    name = "j" * 60
    cluster = started(job(name, completions=1, completionMode="Indexed"))
    cluster.advance(0)
    (pod,) = pods(cluster)
    assert pod["metadata"]["generateName"] == "j" * 55 + "-0-"


def test_of_what_is_started_at_once_the_last_one_is_first() -> None:
    assert at_once([1, 2, 3]) == [3, 1, 2]
    assert at_once([]) == []

"""Jobs that have ended go when their time is over."""

from playground.kube.cluster import Cluster
from playground.kube.controllers.ttl_after_finished import JOBS, TtlAfterFinished
from playground.kube.store import By
from tests.kube.clusters import again, running
from tests.kube.controllers.sets import template

BY = By("test")


def finished(ttl: int | None) -> Cluster:
    """A cluster with a Job that ends now."""
    cluster = running(TtlAfterFinished)
    rest = {} if ttl is None else {"ttlSecondsAfterFinished": ttl}
    spec = {"template": template("job", restartPolicy="Never"), **rest}
    cluster.apply({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": spec})
    condition = {"type": "Complete", "status": "True", "lastTransitionTime": cluster.clock.stamp()}
    cluster.api.set_status(JOBS, "default", "j", {"conditions": [condition]}, by=BY)
    return cluster


def test_a_job_goes_when_its_time_is_over() -> None:
    cluster = finished(30)
    cluster.advance(29)
    assert len(cluster.list("jobs")) == 1
    cluster = again(cluster)
    cluster.advance(2)
    last = [change for change in cluster.changes_since(0) if change.resource == JOBS][-1]
    assert last.actor == TtlAfterFinished.name
    assert last.object["metadata"]["finalizers"] == ["foregroundDeletion"]


def test_a_longer_time_given_meanwhile_holds() -> None:
    cluster = finished(30)
    cluster.advance(20)
    cluster.patch("job", "j", {"spec": {"ttlSecondsAfterFinished": 100}})
    cluster.advance(60)
    assert "deletionTimestamp" not in cluster.get("job", "j")["metadata"]


def test_a_job_without_a_time_stays() -> None:
    cluster = finished(None)
    cluster.advance(1000)
    assert len(cluster.list("jobs")) == 1

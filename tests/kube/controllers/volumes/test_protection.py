"""What is in use stays, though it is being deleted, until it is let go."""

from __future__ import annotations

from tests.kube.clusters import again
from tests.kube.controllers.volumes.support import claim, phase, pod, storing, volume


def test_a_claim_stays_while_a_pod_uses_it() -> None:
    cluster = storing()
    volume(cluster, "v")
    claim(cluster, "c")
    pod(cluster, "p", "c")
    cluster.delete("pvc", "c")
    cluster.advance(0)
    assert "deletionTimestamp" in cluster.get("pvc", "c")["metadata"]
    cluster = again(cluster)
    cluster.delete("pod", "p", grace=0)
    cluster.advance(0)
    assert cluster.list("pvc") == []


def test_a_bound_volume_stays_until_its_claim_is_gone() -> None:
    cluster = storing()
    volume(cluster, "v")
    claim(cluster, "c")
    cluster.delete("pv", "v")
    cluster.advance(0)
    assert phase(cluster, "pv", "v") == "Bound"
    cluster.delete("pvc", "c")
    cluster.advance(0)
    assert cluster.list("pv") == []


def test_what_nobody_uses_goes_at_once_and_by_the_controllers_hand() -> None:
    cluster = storing()
    claim(cluster, "c")
    cluster.delete("pvc", "c")
    cluster.advance(0)
    last = [change for change in cluster.changes_since(0) if change.resource == "persistentvolumeclaims"][-1]
    assert (last.type, last.actor) == ("DELETED", "persistentvolumeclaim-protection-controller")


def test_a_finalizer_that_somebody_took_off_is_put_back() -> None:
    cluster = storing()
    volume(cluster, "v")
    cluster.patch("pv", "v", {"metadata": {"finalizers": None}}, how="merge")
    cluster.advance(0)
    assert cluster.get("pv", "v")["metadata"]["finalizers"] == ["kubernetes.io/pv-protection"]

"""A pod's ephemeral volume has a claim that the pod owns."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.controllers.garbage_collector import GarbageCollector
from playground.kube.controllers.volumes.ephemeral import EphemeralVolumes, claims_of
from playground.kube.programs import Profile
from tests.kube.clusters import events
from tests.kube.controllers.volumes.support import PROFILE, bound, claim, storage_class

TEMPLATE = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "1Gi"}},
    },
}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p"},
    "spec": {
        "volumes": [{"name": "v", "ephemeral": {"volumeClaimTemplate": TEMPLATE}}],
        "containers": [{"name": "c", "image": "nginx:1"}],
    },
}


def with_ephemeral() -> Cluster:
    """A cluster with a class, and a garbage collector."""
    own = {EphemeralVolumes.name: EphemeralVolumes, GarbageCollector.name: GarbageCollector}
    cluster = Cluster(profile=Profile("ephemeral", {**PROFILE.controllers, **own}))
    storage_class(cluster)
    return cluster


def test_the_claim_comes_and_goes_with_its_pod() -> None:
    cluster = with_ephemeral()
    cluster.apply(POD)
    cluster.advance(0)
    assert bound(cluster, "p-v").startswith("pvc-")
    assert cluster.get("pvc", "p-v")["metadata"]["labels"] == {"a": "b"}
    assert list(claims_of(cluster.get("pod", "p"))) == ["p-v"]
    cluster.delete("pod", "p")
    cluster.advance(0)
    assert cluster.list("pvc") == []
    assert cluster.list("pv") == []


def test_somebody_elses_claim_of_that_name_is_not_taken() -> None:
    cluster = with_ephemeral()
    claim(cluster, "p-v", storageClassName="fast")
    cluster.apply(POD)
    cluster.advance(0)
    told = "PVC default/p-v was not created for pod default/p (pod is not owner)"
    assert f"FailedBinding: ephemeral volume v: {told}" in events(cluster, "p")

"""The claims of a StatefulSet's pods: made, kept, handed over."""

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.controllers.statefulset.controller import StatefulSetController
from playground.kube.objects.frozen import Map
from tests.kube.clusters import events, running
from tests.kube.controllers.sets import names, statefulset

CLAIM = {
    "metadata": {"name": "data", "labels": {"tier": "db"}},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def started(replicas: int = 2, **spec: Any) -> Cluster:
    """A cluster whose parallel StatefulSet has claims, which nobody binds."""
    cluster = running(StatefulSetController)
    cluster.apply(wanted(replicas, **spec))
    cluster.run_until_quiet()
    return cluster


def wanted(replicas: int, **spec: Any) -> dict[str, Any]:
    return statefulset(replicas, volumeClaimTemplates=[CLAIM], podManagementPolicy="Parallel", **spec)


def owners(cluster: Cluster, name: str) -> list[tuple[str, str]]:
    claim: Map = cluster.get("pvc", name)
    return [(owner["kind"], owner["name"]) for owner in claim["metadata"].get("ownerReferences", ())]


def test_every_pod_has_its_own_claims() -> None:
    cluster = started(2)
    assert [claim["metadata"]["name"] for claim in cluster.list("pvc")] == ["data-db-0", "data-db-1"]
    assert cluster.get("pvc", "data-db-0")["metadata"]["labels"] == {"tier": "db", "app": "db"}
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}}
    assert volume in cluster.get("pod", "db-1")["spec"]["volumes"]
    assert "SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success" in events(cluster, "db")


def test_claims_outlive_their_pods() -> None:
    cluster = started(2)
    cluster.patch("sts", "db", {"spec": {"replicas": 0}})
    cluster.run_until_quiet()
    assert names(cluster) == []
    assert len(cluster.list("pvc")) == 2
    assert owners(cluster, "data-db-1") == []


def test_a_claim_that_goes_with_the_set_is_the_sets() -> None:
    cluster = started(1, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete", "whenScaled": "Retain"})
    assert owners(cluster, "data-db-0") == [("StatefulSet", "db")]


def test_a_claim_that_goes_on_scaling_down_becomes_the_pods() -> None:
    policy = {"whenDeleted": "Retain", "whenScaled": "Delete"}
    cluster = started(2, persistentVolumeClaimRetentionPolicy=policy)
    assert owners(cluster, "data-db-1") == []
    cluster.patch("sts", "db", {"spec": {"replicas": 1}})
    cluster.advance(0)
    assert owners(cluster, "data-db-1") == [("Pod", "db-1")]
    assert owners(cluster, "data-db-0") == []


def test_a_change_of_the_policy_reaches_claims_that_are_there() -> None:
    cluster = started(1)
    cluster.apply(wanted(1, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete", "whenScaled": "Delete"}))
    cluster.run_until_quiet()
    assert owners(cluster, "data-db-0") == [("StatefulSet", "db")]
    cluster.patch("sts", "db", {"spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain"}}})
    cluster.run_until_quiet()
    assert owners(cluster, "data-db-0") == []


def test_a_pod_waits_until_the_old_claim_of_its_name_is_gone() -> None:
    policy = {"whenDeleted": "Retain", "whenScaled": "Delete"}
    cluster = started(2, persistentVolumeClaimRetentionPolicy=policy)
    for replicas in (1, 2):
        cluster.patch("sts", "db", {"spec": {"replicas": replicas}})
        cluster.run_until_quiet()
    assert names(cluster) == ["db-0"]  # nothing collects the claim of the pod that is gone
    cluster.delete("pvc", "data-db-1")
    cluster.patch("sts", "db", {"metadata": {"annotations": {"look": "again"}}})
    cluster.run_until_quiet()
    assert names(cluster) == ["db-0", "db-1"]


def test_somebody_elses_claim_is_left_to_them() -> None:
    cluster = started(1)
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "u", "controller": True}
    cluster.patch("pvc", "data-db-0", {"metadata": {"ownerReferences": [owner]}})
    cluster.apply(wanted(1, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete", "whenScaled": "Retain"}))
    cluster.run_until_quiet()
    assert owners(cluster, "data-db-0") == [("ConfigMap", "c")]

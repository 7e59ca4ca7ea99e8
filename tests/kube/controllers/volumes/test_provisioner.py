"""A claim of our class gets a volume of its own, at once or on its pod's node, and the volume goes with the claim."""

from __future__ import annotations

from playground.kube.controllers.volumes.provisioner import NAME
from tests.kube.clusters import events
from tests.kube.controllers.volumes.support import bound, claim, pod, storage_class, storing


def test_a_volume_is_made_at_once() -> None:
    cluster = storing()
    storage_class(cluster)
    claim(cluster, "c", storageClassName="fast")
    uid = cluster.get("pvc", "c")["metadata"]["uid"]
    made = cluster.get("pv", f"pvc-{uid}")
    assert bound(cluster, "c") == f"pvc-{uid}"
    assert made["metadata"]["annotations"]["pv.kubernetes.io/provisioned-by"] == NAME
    assert made["spec"]["capacity"] == {"storage": "1Gi"}
    assert "nodeAffinity" not in made["spec"]
    told = events(cluster, "c")
    assert 'Provisioning: External provisioner is provisioning volume for claim "default/c"' in told
    assert f"ProvisioningSucceeded: Successfully provisioned volume pvc-{uid}" in told
    assert any(each.startswith("ExternalProvisioning: Waiting for a volume to be created either by") for each in told)


def test_a_volume_for_the_first_consumer_is_of_its_node() -> None:
    cluster = storing()
    storage_class(cluster, volumeBindingMode="WaitForFirstConsumer")
    claim(cluster, "c", storageClassName="fast")
    assert cluster.list("pv") == []
    pod(cluster, "p", "c")
    made = cluster.get("pv", bound(cluster, "c"))
    [term] = made["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["n1"]}]
    assert cluster.get("pod", "p")["spec"]["nodeName"] == "n1"


def test_the_volume_goes_with_its_claim() -> None:
    cluster = storing()
    storage_class(cluster)
    claim(cluster, "c", storageClassName="fast")
    cluster.delete("pvc", "c")
    cluster.advance(0)
    assert cluster.list("pv") == []
    assert cluster.run_until_quiet()


def test_a_retained_volume_stays() -> None:
    cluster = storing()
    storage_class(cluster, reclaimPolicy="Retain")
    claim(cluster, "c", storageClassName="fast")
    cluster.delete("pvc", "c")
    cluster.advance(0)
    assert [each["status"]["phase"] for each in cluster.list("pv")] == ["Released"]


def test_another_provisioners_classes_are_not_ours() -> None:
    cluster = storing()
    cluster.apply(
        {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "x"}, "provisioner": "a.b/c"}
    )
    claim(cluster, "c", storageClassName="x")
    assert cluster.list("pv") == []
    assert cluster.get("pvc", "c")["metadata"]["annotations"]["volume.kubernetes.io/storage-provisioner"] == "a.b/c"

"""Claims find their volumes, keep them, and let them go as the volume's policy says."""

from __future__ import annotations

from playground.kube.controllers.volumes.binder import PERIOD
from playground.kube.objects.frozen import drop, put
from tests.kube.clusters import again, events
from tests.kube.controllers.volumes.support import BY, bound, claim, phase, pod, storage_class, storing, volume


def test_a_claim_is_bound_to_the_smallest_volume_that_suits_it() -> None:
    cluster = storing()
    volume(cluster, "large", "5Gi")
    volume(cluster, "small", "500Mi")
    volume(cluster, "right", "2Gi")
    claim(cluster, "c")
    assert bound(cluster, "c") == "right"
    assert cluster.get("pvc", "c")["status"] == {
        "phase": "Bound",
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "2Gi"},
    }
    assert [phase(cluster, "pv", name) for name in ("large", "right", "small")] == ["Available", "Bound", "Available"]
    assert cluster.get("pv", "right")["spec"]["claimRef"]["name"] == "c"
    annotations = cluster.get("pvc", "c")["metadata"]["annotations"]
    assert (
        annotations["pv.kubernetes.io/bind-completed"] == annotations["pv.kubernetes.io/bound-by-controller"] == "yes"
    )


def test_a_claim_without_a_volume_waits_and_finds_one_with_the_next_look() -> None:
    cluster = storing()
    claim(cluster, "c")
    assert phase(cluster, "pvc", "c") == "Pending"
    told = "no persistent volumes available for this claim and no storage class is set"
    assert events(cluster, "c") == [f"FailedBinding: {told}"]
    cluster.advance(PERIOD + 1)
    volume(cluster, "v")
    assert bound(cluster, "c") == ""
    cluster = again(cluster)
    cluster.advance(PERIOD - 1)
    assert bound(cluster, "c") == "v"
    assert cluster.run_until_quiet()


def test_labels_modes_and_classes_are_heeded() -> None:
    cluster = storing()
    volume(cluster, "blue", labels={"color": "blue"})
    volume(cluster, "many", accessModes=["ReadWriteMany"])
    volume(cluster, "block", volumeMode="Block")
    volume(cluster, "classy", storageClassName="special")
    claim(cluster, "red", selector={"matchLabels": {"color": "red"}})
    claim(cluster, "blue", selector={"matchLabels": {"color": "blue"}})
    claim(cluster, "many", accessModes=["ReadWriteMany"])
    claim(cluster, "block", volumeMode="Block")
    claim(cluster, "classy", storageClassName="special")
    assert [bound(cluster, name) for name in ("red", "blue", "many", "block", "classy")] == [
        "", "blue", "many", "block", "classy",
    ]  # fmt: skip


def test_a_volume_kept_for_a_claim_is_for_no_other() -> None:
    cluster = storing()
    volume(cluster, "kept", claimRef={"namespace": "default", "name": "mine"})
    claim(cluster, "other")
    claim(cluster, "mine")
    assert (bound(cluster, "other"), bound(cluster, "mine")) == ("", "kept")


def test_a_claim_that_names_its_volume_gets_it_or_is_told_why_not() -> None:
    cluster = storing()
    volume(cluster, "v")
    volume(cluster, "w")
    claim(cluster, "small", "5Gi", volumeName="v")
    assert events(cluster, "small") == [
        'VolumeMismatch: Cannot bind to requested volume "v": requested PV is too small'
    ]
    claim(cluster, "right", volumeName="w")
    assert bound(cluster, "right") == "w"
    claim(cluster, "late", volumeName="w")
    assert events(cluster, "late") == ['FailedBinding: volume "w" already bound to a different claim.']


def test_a_retained_volume_is_released_and_serves_nobody_else() -> None:
    cluster = storing()
    volume(cluster, "v")
    claim(cluster, "c")
    cluster.delete("pvc", "c")
    cluster.advance(0)
    assert phase(cluster, "pv", "v") == "Released"
    claim(cluster, "d")
    cluster.advance(PERIOD)
    assert bound(cluster, "d") == ""
    freed = drop(cluster.get("pv", "v"), ("spec", "claimRef"))
    cluster.api.update(freed, by=BY)
    cluster.advance(PERIOD)
    assert bound(cluster, "d") == "v"


def test_a_volume_that_cannot_be_deleted_has_failed() -> None:
    cluster = storing()
    volume(cluster, "v", persistentVolumeReclaimPolicy="Delete")
    volume(cluster, "w", persistentVolumeReclaimPolicy="Delete", hostPath={"path": "/tmp/w"})
    claim(cluster, "c", volumeName="v")
    claim(cluster, "d", volumeName="w")
    for name in ("c", "d"):
        cluster.delete("pvc", name)
    cluster.advance(0)
    assert [(each["metadata"]["name"], each["status"]["phase"]) for each in cluster.list("pv")] == [("v", "Failed")]
    told = "host_path deleter only supports /tmp/.+ but received provided /data"
    assert events(cluster, "v") == [f"VolumeFailedDelete: {told}"]


def test_a_claim_whose_volume_is_gone_is_lost() -> None:
    cluster = storing()
    volume(cluster, "v")
    claim(cluster, "c")
    cluster.api.update(put(cluster.get("pv", "v"), ("metadata", "finalizers"), []), by=BY)
    cluster.api.core.store.delete("persistentvolumes", ("", "v"), BY)
    cluster.advance(0)
    assert phase(cluster, "pvc", "c") == "Lost"
    assert events(cluster, "c") == ["ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!"]


def test_a_claim_without_a_class_gets_the_default_one_that_comes_later() -> None:
    cluster = storing()
    claim(cluster, "c", storageClassName=None)
    storage_class(cluster, is_default=True)
    cluster.advance(PERIOD)
    assert cluster.get("pvc", "c")["spec"]["storageClassName"] == "fast"
    assert bound(cluster, "c").startswith("pvc-")


def test_a_claim_of_an_unknown_class_is_told_so() -> None:
    cluster = storing()
    claim(cluster, "c", storageClassName="slow")
    assert events(cluster, "c") == ['ProvisioningFailed: storageclass.storage.k8s.io "slow" not found']


def test_a_claim_that_waits_for_its_consumer_says_for_whom() -> None:
    cluster = storing()
    storage_class(cluster, volumeBindingMode="WaitForFirstConsumer")
    cluster.patch("node", "n1", {"spec": {"unschedulable": True}})
    claim(cluster, "c", storageClassName="fast")
    assert events(cluster, "c") == ["WaitForFirstConsumer: waiting for first consumer to be created before binding"]
    pod(cluster, "p", "c")
    cluster.patch("pvc", "c", {"metadata": {"labels": {"a": "b"}}})
    cluster.advance(0)
    assert events(cluster, "c")[-1] == "WaitForPodScheduled: waiting for pod p to be scheduled"


def test_a_free_volume_is_chosen_together_with_the_node() -> None:
    cluster = storing()
    storage_class(cluster, volumeBindingMode="WaitForFirstConsumer")
    volume(cluster, "v", storageClassName="fast")
    claim(cluster, "c", storageClassName="fast")
    assert bound(cluster, "c") == ""
    pod(cluster, "p", "c")
    assert bound(cluster, "c") == "v"
    assert cluster.get("pod", "p")["spec"]["nodeName"] == "n1"

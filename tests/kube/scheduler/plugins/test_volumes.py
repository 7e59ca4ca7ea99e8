"""The volume plugins: bound and unbound claims, where volumes can be used, who may use them."""

from __future__ import annotations

from typing import Any

from tests.kube.scheduler.support import HOST, TESTER, ZONE, add, cluster, condition, node, node_of, pod

Object = dict[str, Any]


def claim(
    name: str, *, storage_class: str = "", volume: str = "", modes: tuple[str, ...] = ("ReadWriteOnce",)
) -> Object:
    spec: Object = {
        "accessModes": list(modes),
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": storage_class,
    }
    metadata: Object = {"name": name, "namespace": "default"}
    if volume:
        spec["volumeName"] = volume
        metadata["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


def volume(
    name: str,
    *,
    storage_class: str = "",
    on: str = "",
    zone: str = "",
    size: str = "1Gi",
    mode: str = "ReadWriteOnce",
) -> Object:
    spec: Object = {
        "capacity": {"storage": size},
        "accessModes": [mode],
        "storageClassName": storage_class,
        "hostPath": {"path": "/data"},
    }
    if on:
        expression = {"key": HOST, "operator": "In", "values": [on]}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    labels = {ZONE: zone} if zone else {}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "labels": labels}, "spec": spec}


def waiting_class(provisioner: str = "kubernetes.io/no-provisioner") -> Object:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "local"},
        "provisioner": provisioner,
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def using(name: str, claim_name: str) -> Object:
    return pod(name, volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": claim_name}}])


def test_a_claim_that_is_missing_or_unbound_keeps_its_pod_waiting_with_the_real_words() -> None:
    made = cluster(node("n1"), claim("unbound"), using("a", "missing"), using("b", "unbound"))
    made.advance(0)
    assert condition(made, "a")["message"] == (
        '0/1 nodes are available: persistentvolumeclaim "missing" not found. not found'
    )
    assert condition(made, "b")["message"] == (
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
    )


def test_a_bound_volume_draws_its_pod_to_where_it_can_be_used() -> None:
    made = cluster(node("n1"), node("n2"), volume("disk", on="n2"), claim("data", volume="disk"), using("web", "data"))
    made.advance(0)
    assert node_of(made, "web") == "n2"
    failed = made.scheduler.decide(made.get("pods", "web")).summary.reasons
    assert failed == {"node(s) didn't match PersistentVolume's node affinity": 1}


def test_a_volume_with_a_zone_is_used_in_that_zone() -> None:
    objects = [volume("disk", zone="b"), claim("data", volume="disk"), using("web", "data")]
    made = cluster(node("n1", zone="a"), node("n2", zone="b"), *objects)
    made.advance(0)
    assert node_of(made, "web") == "n2"


def test_a_waiting_claim_gets_the_smallest_volume_of_the_node_and_the_pod_is_bound_when_the_claim_is() -> None:
    volumes = [
        volume("large", storage_class="local", on="n2", size="9Gi"),
        volume("small", storage_class="local", on="n2"),
    ]
    made = cluster(
        node("n1"), node("n2"), waiting_class(), *volumes, claim("data", storage_class="local"), using("web", "data")
    )
    made.advance(0)
    assert made.get("pv", "small")["spec"]["claimRef"]["name"] == "data"
    assert node_of(made, "web") is None
    stored = made.get("pvc", "data")
    annotated = {**stored["metadata"], "annotations": {"pv.kubernetes.io/bind-completed": "yes"}}
    made.api.update({**stored, "metadata": annotated, "spec": {**stored["spec"], "volumeName": "small"}}, by=TESTER)
    made.advance(0)
    assert node_of(made, "web") == "n2"


def test_without_a_volume_or_a_provisioner_no_node_will_do() -> None:
    made = cluster(node("n1"), waiting_class(), claim("data", storage_class="local"), using("web", "data"))
    made.advance(0)
    assert "1 node(s) didn't find available persistent volumes to bind" in condition(made, "web")["message"]


def test_a_claim_to_be_provisioned_learns_the_node_and_the_pod_gives_up_after_ten_minutes() -> None:
    made = cluster(
        node("n1"), waiting_class("example.com/disks"), claim("data", storage_class="local"), using("web", "data")
    )
    made.advance(0)
    assert made.get("pvc", "data")["metadata"]["annotations"]["volume.kubernetes.io/selected-node"] == "n1"
    made.advance(600)
    assert condition(made, "web")["message"] == "binding volumes: context deadline exceeded"


def test_a_claim_for_one_pod_only_keeps_all_others_out() -> None:
    alone = claim("data", volume="disk", modes=("ReadWriteOncePod",))
    made = cluster(node("n1"), node("n2"), volume("disk", mode="ReadWriteOncePod"), alone, using("first", "data"))
    made.advance(0)
    add(made, using("second", "data"))
    made.advance(0)
    assert node_of(made, "first") is not None
    assert "2 node has pod using PersistentVolumeClaim with the same name" in condition(made, "second")["message"]

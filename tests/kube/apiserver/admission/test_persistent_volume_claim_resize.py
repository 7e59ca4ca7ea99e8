"""PersistentVolumeClaimResize: who may grow."""

from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.objects.frozen import Map, put
from tests.kube.apiserver.manifests import BY, created, refusal


def storage_class(name: str, *, default: bool = False, **fields: Any) -> dict[str, Any]:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    metadata = {"name": name, "annotations": annotations}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": metadata,
        "provisioner": "p",
    } | fields


def claim(**spec: Any) -> dict[str, Any]:
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": asked}


def grown(api: ApiServer, obj: Map) -> Map:
    return api.update(put(obj, ("spec", "resources", "requests", "storage"), "2Gi"), by=BY).object


def test_only_a_bound_claim_of_a_class_that_allows_it_grows(api: ApiServer) -> None:
    api.create(storage_class("fast", allowVolumeExpansion=True), by=BY)
    api.create(storage_class("slow"), by=BY)
    fast, slow = (
        api.update(
            put(
                created(api, claim(storageClassName=name) | {"metadata": {"name": name}}), ("status", "phase"), "Bound"
            ),
            subresource="status",
            by=BY,
        ).object
        for name in ("fast", "slow")
    )
    assert grown(api, fast)["spec"]["resources"]["requests"]["storage"] == "2Gi"
    assert "the storageclass that provisions the pvc must support resize" in refusal(lambda: grown(api, slow)).message

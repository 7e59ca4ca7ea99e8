"""DefaultStorageClass: a claim without a class gets the default one."""

from typing import Any

from playground.kube.apiserver import ApiServer
from tests.kube.apiserver.manifests import BY, created


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


def test_a_claim_without_a_class_gets_the_default_one(api: ApiServer) -> None:
    api.create(storage_class("slow"), by=BY)
    api.create(storage_class("fast", default=True), by=BY)
    assert created(api, claim())["spec"]["storageClassName"] == "fast"


def test_no_class_at_all_can_be_asked_for(api: ApiServer) -> None:
    api.create(storage_class("fast", default=True), by=BY)
    assert created(api, claim(storageClassName=""))["spec"]["storageClassName"] == ""

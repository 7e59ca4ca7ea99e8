"""StorageObjectInUseProtection: claims stay while pods use them."""

from typing import Any

from playground.kube.apiserver import ApiServer
from tests.kube.apiserver.manifests import BY, created, pod

PROTECTED = "kubernetes.io/pvc-protection"


def claim() -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": spec}


def test_a_new_claim_is_protected(api: ApiServer) -> None:
    assert created(api, claim())["metadata"]["finalizers"] == [PROTECTED]


def test_a_claim_that_nobody_uses_goes_at_once(api: ApiServer) -> None:
    created(api, claim())
    gone = api.delete("persistentvolumeclaims", "data", "shop", by=BY).object
    assert (gone["kind"], api.objects("persistentvolumeclaims")) == ("PersistentVolumeClaim", [])


def test_a_claim_in_use_stays(api: ApiServer) -> None:
    created(api, claim())
    created(api, pod(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]))
    api.bind("shop", "web", "n1", by=BY)
    waiting = api.delete("persistentvolumeclaims", "data", "shop", by=BY).object
    assert waiting["metadata"]["finalizers"] == [PROTECTED]
    assert "deletionTimestamp" in waiting["metadata"]


def test_a_volume_is_protected_and_goes_while_it_is_free(api: ApiServer) -> None:
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}
    made = api.create({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv"}, "spec": spec}, by=BY)
    assert made.object["metadata"]["finalizers"] == ["kubernetes.io/pv-protection"]
    api.delete("persistentvolumes", "pv", by=BY)
    assert api.objects("persistentvolumes") == []

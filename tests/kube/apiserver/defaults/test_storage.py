"""What the API server fills in in StorageClasses."""

from typing import Any

from playground.kube.apiserver.defaults.storage import default_storage_class


def test_volumes_are_made_at_once_and_go_with_their_claims() -> None:
    obj: dict[str, Any] = {"provisioner": "x"}
    default_storage_class(obj)
    assert obj == {"provisioner": "x", "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}

"""Defaults of storage.k8s.io/v1: StorageClass. Source: pkg/apis/storage/v1/defaults.go, v1.36."""

from playground.kube.apiserver.defaults.unset import Fields, fill


def default_storage_class(obj: Fields) -> None:
    """Volumes go with their claims and are made at once."""
    fill(obj, reclaimPolicy="Delete", volumeBindingMode="Immediate")

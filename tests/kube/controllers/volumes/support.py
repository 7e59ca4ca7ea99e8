"""Claims, volumes and classes for tests."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.controllers.volumes.binder import PersistentVolumeController
from playground.kube.controllers.volumes.protection import ClaimProtection, VolumeProtection
from playground.kube.controllers.volumes.provisioner import NAME, Provisioner
from playground.kube.programs import Profile
from playground.kube.store import By

Json = dict[str, Any]

BY = By("test")
PROFILE = Profile(
    "volumes",
    {each.name: each for each in (PersistentVolumeController, Provisioner, ClaimProtection, VolumeProtection)},
)


def storing() -> Cluster:
    """A cluster with all that concerns volumes, and node n1."""
    cluster = Cluster(profile=PROFILE)
    cluster.api.create(nodes.node("n1", {}), by=BY)
    return cluster


def claim(cluster: Cluster, name: str, size: str = "1Gi", **spec: Any) -> None:
    """Create a claim, without a class unless one is given."""
    usual = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, "storageClassName": ""}
    made = {key: value for key, value in {**usual, **spec}.items() if value is not None}
    cluster.apply({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": made})
    cluster.advance(0)


def volume(cluster: Cluster, name: str, size: str = "1Gi", labels: Json | None = None, **spec: Any) -> None:
    """Create a volume by hand."""
    usual = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": size}, "hostPath": {"path": "/data"}}
    metadata = {"name": name, "labels": labels or {}}
    head = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata}
    cluster.apply({**head, "spec": {**usual, **spec}})
    cluster.advance(0)


def storage_class(cluster: Cluster, name: str = "fast", *, is_default: bool = False, **fields: Any) -> None:
    """Create a class of our provisioner."""
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if is_default else {}
    head = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass"}
    cluster.apply({**head, "metadata": {"name": name, "annotations": annotations}, "provisioner": NAME, **fields})
    cluster.advance(0)


def pod(cluster: Cluster, name: str, of: str) -> None:
    """Create a pod that uses a claim."""
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": of}}]
    spec = {"volumes": volumes, "containers": [{"name": "c", "image": "nginx:1"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
    cluster.advance(0)


def phase(cluster: Cluster, kind: str, name: str) -> str:
    """An object's phase."""
    return str(cluster.get(kind, name)["status"]["phase"])


def bound(cluster: Cluster, name: str) -> str:
    """The name of a claim's volume, "" unless it is bound."""
    found = cluster.get("persistentvolumeclaim", name)
    return str(found["spec"]["volumeName"]) if found["status"]["phase"] == "Bound" else ""

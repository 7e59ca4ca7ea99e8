"""ConfigMaps that own each other, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.kube.apiserver import DeleteOptions
from playground.kube.cluster import Cluster
from playground.kube.controllers.garbage_collector import GarbageCollector
from playground.kube.programs import Profile
from playground.kube.store import By

Json = dict[str, Any]

BY = By("test")
PROFILE = Profile("garbage", {GarbageCollector.name: GarbageCollector})
NOBODY = "00000000-0000-4000-8000-000000000000"


def collecting() -> Cluster:
    """A cluster with a garbage collector and nothing else."""
    return Cluster(profile=PROFILE)


def reference(cluster: Cluster, owner: str, *, blocking: bool = False) -> Json:
    """An owner reference to a ConfigMap of the default namespace."""
    uid = cluster.get("configmap", owner)["metadata"]["uid"]
    return {"apiVersion": "v1", "kind": "ConfigMap", "name": owner, "uid": uid, "blockOwnerDeletion": blocking}


def add(
    cluster: Cluster,
    name: str,
    *owners: str | Json,
    blocking: bool = False,
    namespace: str = "default",
    finalizers: Sequence[str] = (),
) -> None:
    """Create a ConfigMap; owners are names of others or whole references."""
    references = [each if isinstance(each, dict) else reference(cluster, each, blocking=blocking) for each in owners]
    metadata = {"name": name, "namespace": namespace, "ownerReferences": references, "finalizers": list(finalizers)}
    cluster.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}, by=BY)


def delete(cluster: Cluster, name: str, propagation: str = "Background") -> None:
    """Delete a ConfigMap, and let everything happen that follows."""
    cluster.api.delete("configmaps", name, "default", by=BY, options=DeleteOptions(propagation=propagation))
    cluster.advance(0)


def names(cluster: Cluster, namespace: str = "default") -> list[str]:
    """The names of the ConfigMaps."""
    return [each["metadata"]["name"] for each in cluster.list("configmaps", namespace=namespace)]


def owners(cluster: Cluster, name: str) -> list[str]:
    """The names of an object's owners."""
    return [each["name"] for each in cluster.get("configmap", name)["metadata"].get("ownerReferences", ())]

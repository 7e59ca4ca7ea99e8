"""What tests of Deployments and ReplicaSets share: their manifests, and a cluster in which they run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.objects.frozen import Map
from playground.kube.store import By
from tests.kube import clusters

Json = Mapping[str, Any]
PERSON = By("test")


def workshop(nodes: int = 3, seed: int = 0) -> Cluster:
    """A cluster that rolls Deployments out and keeps the number of pods."""
    return clusters.running("deployment-controller", "replicaset-controller", nodes=nodes, seed=seed)


def template(image: str = "nginx:1", labels: Json | None = None, **annotations: str) -> dict[str, Any]:
    """A pod template; annotations such as never_ready="true" tell the recorder's kubelet what becomes of the pods."""
    fakes = {f"fake/{word.replace('_', '-')}": text for word, text in annotations.items()}
    metadata = {"labels": {"app": "web"} if labels is None else dict(labels), "annotations": fakes}
    return {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": image}]}}


def deployment(name: str = "web", replicas: int = 3, image: str = "nginx:1", **spec: Any) -> dict[str, Any]:
    """A Deployment of pods labelled app=web."""
    body = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template(image), **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}


def replica_set(name: str = "rs", replicas: int = 3, **spec: Any) -> dict[str, Any]:
    """A ReplicaSet of pods labelled app=web."""
    return {**deployment(name, replicas, **spec), "kind": "ReplicaSet"}


def rolling(surge: int | str, missing: int | str) -> dict[str, Any]:
    """A strategy: how many pods may be too many, and how many may be missing."""
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": missing}}


def bare_pod(name: str, **metadata: Any) -> dict[str, Any]:
    """A pod that nobody controls, labelled app=web."""
    shape = template()
    head = {"name": name, "labels": {"app": "web"}, **metadata}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": head, "spec": shape["spec"]}


def with_image(cluster: Cluster, image: str, name: str = "web") -> None:
    """Give a Deployment's pods another image."""
    cluster.patch("deployment", name, {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}})


def scaled(cluster: Cluster, replicas: int, kind: str = "deployment", name: str = "web") -> None:
    """Give a workload another size."""
    cluster.patch(kind, name, {"spec": {"replicas": replicas}})


def sets(cluster: Cluster) -> dict[str, int]:
    """The size of each ReplicaSet by its image."""
    found = cluster.list("replicasets")
    return {each["spec"]["template"]["spec"]["containers"][0]["image"]: each["spec"]["replicas"] for each in found}


def of_image(cluster: Cluster, image: str) -> Map:
    """The ReplicaSet of an image."""
    for each in cluster.list("replicasets"):
        if each["spec"]["template"]["spec"]["containers"][0]["image"] == image:
            return each
    raise LookupError(image)


def condition(obj: Json, kind: str) -> tuple[str, str]:
    """A condition's status and reason; two empty words without one."""
    for item in (obj.get("status") or {}).get("conditions") or ():
        if item["type"] == kind:
            return item["status"], item.get("reason", "")
    return "", ""


def set_ready(cluster: Cluster, name: str, *, ready: bool) -> None:
    """Make a pod's containers ready or unready."""
    clusters.kubelet(cluster).set_ready("default", name, is_ready=ready, by=PERSON)
    cluster.advance(0)

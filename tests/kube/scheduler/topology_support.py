"""Small clusters for the tests of topology: nodes, pods and other objects in a Table, without an API server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.objects.frozen import freeze
from playground.kube.scheduler.framework import Handle
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.table import Table

Object = Mapping[str, Any]
HOST = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"


class FakeObjects:
    """What the scheduler's other watches would know."""

    def __init__(self) -> None:
        self.version = 0
        self._kept: dict[str, dict[tuple[str, str], Object]] = {}

    def put(self, resource: str, obj: Object) -> None:
        """Add or replace an object."""
        self.version += 1
        metadata = obj["metadata"]
        self._kept.setdefault(resource, {})[metadata.get("namespace", ""), metadata["name"]] = obj

    def list(self, resource: str, namespace: str | None = None) -> list[Object]:
        """All objects of a resource, or those of one namespace."""
        found = sorted(self._kept.get(resource, {}).items())
        return [obj for (space, _), obj in found if namespace in (None, space)]

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """One object."""
        return self._kept.get(resource, {}).get((namespace, name))


class World:
    """A table and what is around it."""

    def __init__(self) -> None:
        self.table = Table()
        self.objects = FakeObjects()
        self.handle = Handle(self.table, self.objects)
        self._reader = PodReader()
        self._made = 0

    def node(self, name: str, *, taints: list[Object] | None = None, cpu: str = "4", **labels: str) -> None:
        """Add or replace a node; the labels host and zone stand for the well-known ones."""
        self.table.add_node(node_object(name, labels, taints or [], cpu))

    def namespace(self, name: str, **labels: str) -> None:
        """Add a namespace."""
        self.objects.put("namespaces", freeze({"metadata": {"name": name, "labels": labels}}))

    def pod(self, manifest: Object | None = None, **fields: Any) -> Pod:
        """Read a pod: a whole manifest, or the fields of pod_object()."""
        self._made += 1
        return self._reader.read(freeze(manifest or pod_object(f"p{self._made}", **fields)))

    def place(self, node: str, manifest: Object | None = None, **fields: Any) -> Pod:
        """Put a pod on a node."""
        pod = self.pod(manifest, **fields)
        self.table.add_pod(pod, node)
        return pod

    def row(self, node: str) -> int:
        """The row of a node."""
        found = self.table.find(node)
        assert found is not None
        return found.row


def node_object(name: str, labels: Mapping[str, str], taints: list[Object], cpu: str) -> Object:
    """Make a Node."""
    known = {"host": HOST, "zone": ZONE}
    written = {known.get(key, key): value for key, value in labels.items()}
    metadata = {"name": name, "labels": written}
    spec, status = {"taints": taints}, {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "110"}}
    found: Object = freeze({"metadata": metadata, "spec": spec, "status": status})
    return found


def pod_object(
    name: str,
    *,
    labels: Mapping[str, str] | None = None,
    namespace: str = "default",
    terminating: bool = False,
    owner: Object | None = None,
    status: Object | None = None,
    **spec: Any,
) -> dict[str, Any]:
    """Make a Pod; other fields go into spec."""
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": namespace,
        "uid": f"uid-{name}",
        "labels": dict(labels or {}),
    }
    if terminating:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:30Z"
    if owner:
        metadata["ownerReferences"] = [{**owner, "controller": True, "uid": "uid-owner"}]
    containers = [
        {"name": "c", "image": "registry.example/app:v1", "resources": {"requests": {"cpu": spec.pop("cpu", "1")}}}
    ]
    return {"metadata": metadata, "spec": {"containers": containers, **spec}, "status": dict(status or {})}


def spread(key: str = ZONE, skew: int = 1, when: str = "DoNotSchedule", **more: Any) -> dict[str, Any]:
    """Make a topologySpreadConstraint; without a labelSelector it selects app=web."""
    selector = {"matchLabels": {"app": "web"}}
    return {"topologyKey": key, "maxSkew": skew, "whenUnsatisfiable": when, "labelSelector": selector, **more}


def term(key: str = HOST, app: str = "web", **more: Any) -> dict[str, Any]:
    """Make a pod affinity term for pods with app=<app>."""
    return {"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}, **more}


def near(*terms: Object) -> dict[str, Any]:
    """spec.affinity with required pod affinity."""
    return {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


def apart(*terms: Object) -> dict[str, Any]:
    """spec.affinity with required pod anti-affinity."""
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


def preferred(kind: str, *weighted: tuple[int, Object]) -> dict[str, Any]:
    """spec.affinity with preferred terms; `kind` is podAffinity or podAntiAffinity."""
    terms = [{"weight": weight, "podAffinityTerm": wanted} for weight, wanted in weighted]
    return {kind: {"preferredDuringSchedulingIgnoredDuringExecution": terms}}

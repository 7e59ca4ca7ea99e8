"""Nodes, pods and clusters for the scheduler's tests, in as few words as possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube import Cluster
from playground.kube.objects.frozen import freeze
from playground.kube.programs import SCHEDULING
from playground.kube.scheduler import config
from playground.kube.scheduler.columns import Columns
from playground.kube.scheduler.cycle import Scheduling, Visit
from playground.kube.scheduler.framework import Handle
from playground.kube.scheduler.nominated import Nominator
from playground.kube.scheduler.pods import Pod, PodReader
from playground.kube.scheduler.profile import build
from playground.kube.scheduler.table import Table
from playground.kube.scheduler.trace import Decision
from playground.kube.scheduler.views import Views
from playground.kube.store import By

Object = dict[str, Any]
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
TESTER = By("tester")
ALL_NODES = {
    "apiVersion": "kubescheduler.config.k8s.io/v1",
    "kind": "KubeSchedulerConfiguration",
    "percentageOfNodesToScore": 100,
}


def node(
    name: str,
    *,
    cpu: str = "4",
    memory: str = "8Gi",
    pods: str = "110",
    zone: str = "",
    taints: list[Object] | None = None,
    labels: Mapping[str, str] | None = None,
    images: list[Object] | None = None,
    unschedulable: bool = False,
) -> Object:
    """Return a node."""
    offered = {"cpu": cpu, "memory": memory, "pods": pods}
    all_labels = {HOST: name, **({ZONE: zone} if zone else {}), **(labels or {})}
    spec: Object = {"taints": taints} if taints else {}
    if unschedulable:
        spec["unschedulable"] = True
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": all_labels},
        "spec": spec,
        "status": {"capacity": offered, "allocatable": offered, "images": images or []},
    }


def pod(
    name: str, *, cpu: str = "", memory: str = "", labels: Mapping[str, str] | None = None, uid: str = "", **spec: Any
) -> Object:
    """Return a pod with one container; `spec` goes into its spec."""
    requests = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value}
    container: Object = {"name": "c", "image": "example/app:v1"}
    if requests:
        container["resources"] = {"requests": requests}
    metadata = {"name": name, "namespace": "default", "labels": dict(labels or {}), **({"uid": uid} if uid else {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container], **spec}}


class Bench:
    """The default profile on a table of its own, without an API server."""

    def __init__(self, *nodes: Mapping[str, Any], profile: config.ProfileConfig | None = None) -> None:
        self.table, self.objects, self.nominator = Table(), Views(), Nominator()
        self.reader = PodReader()
        self.handle = Handle(self.table, self.objects)
        self.profile = build(profile or config.default().profiles[0], self.handle)
        self.scheduling = Scheduling(self.profile, Columns(self.table), self.objects, self.nominator)
        self._made = 0
        for item in nodes:
            self.table.add_node(freeze(item))

    def read(self, obj: Object) -> Pod:
        """Return the Pod of an object; it gets a uid."""
        self._made += 1
        metadata = {**obj["metadata"], "uid": obj["metadata"].get("uid") or f"uid-{self._made}"}
        return self.reader.read(freeze({**obj, "metadata": metadata}))

    def place(self, obj: Object, where: str) -> Pod:
        """Count a pod on a node."""
        found = self.read(obj)
        self.table.add_pod(found, where)
        return found

    def decide(self, obj: Object, *, start: int = 0, percentage: int = 100) -> Decision:
        """Decide about a pod, with the full trace."""
        return self.scheduling.decide(self.read(obj), 0.0, Visit(start, percentage), full=True)[0]


def cluster(*objects: Object, config: Mapping[str, Any] | None = ALL_NODES, seed: int = 0) -> Cluster:
    """Return a cluster with these objects; its nodes are ready."""
    made = Cluster(profile=SCHEDULING, seed=seed, config=config)
    for obj in objects:
        add(made, obj)
    return made


def add(to: Cluster, obj: Object) -> Any:
    """Create an object; a new node's taint for not being ready is taken away."""
    created = to.api.create(obj, by=TESTER).object
    if obj["kind"] != "Node":
        return created
    return to.api.update({**created, "spec": obj["spec"]}, by=TESTER).object


def node_of(at: Cluster, name: str) -> str | None:
    """Return the node of a pod."""
    found: str | None = at.get("pods", name)["spec"].get("nodeName")
    return found


def condition(at: Cluster, name: str) -> dict[str, Any]:
    """Return a pod's condition PodScheduled."""
    listed = (at.get("pods", name).get("status") or {}).get("conditions") or ()
    return dict(next((item for item in listed if item["type"] == "PodScheduled"), {}))


def events(at: Cluster, reason: str) -> list[str]:
    """Return the messages of the events with a reason."""
    return [item["message"] for item in at.list("events") if item["reason"] == reason]

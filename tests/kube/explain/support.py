"""Clusters for tests of explanations: short manifests, and how a claimed change is carried out on a fork."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver import DeleteOptions
from playground.kube.cluster import Cluster
from playground.kube.explain import Change, Explanation, Kind
from playground.kube.programs import SCHEDULING
from playground.kube.store import By

Json = dict[str, Any]
TESTER = By("tester")
ZONE = "topology.kubernetes.io/zone"
HOSTNAME = "kubernetes.io/hostname"
GPU = {"key": "gpu", "value": "true", "effect": "NoSchedule"}
PATIENCE = 700.0  # seconds: longer than the scheduler's flush of refused pods, twice


def node(name: str, cpu: str = "2", *, labels: Mapping[str, str] | None = None, pods: str = "110", **spec: Any) -> Json:
    """A node with `cpu` and 4Gi of memory."""
    amounts = {"cpu": cpu, "memory": "4Gi", "pods": pods}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {HOSTNAME: name, **(labels or {})}},
        "spec": spec,
        "status": {"capacity": amounts, "allocatable": amounts},
    }


def pod(
    name: str,
    cpu: str | None = "500m",
    *,
    memory: str | None = None,
    labels: Mapping[str, str] | None = None,
    ports: list[Json] | None = None,
    **spec: Any,
) -> Json:
    """A pod with one container."""
    requests = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value is not None}
    container: Json = {"name": "app", "image": "nginx", "resources": {"requests": requests}}
    if ports:
        container["ports"] = ports
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": dict(labels or {})},
        "spec": {"containers": [container], **spec},
    }


def on(node_name: str, what: Json) -> Json:
    """The pod, put on a node by hand."""
    what["spec"]["nodeName"] = node_name
    return what


def cluster_of(*objects: Json, wait: float = 1.0) -> Cluster:
    """A cluster in which these objects were applied one after the other, and the scheduler did what it could."""
    cluster = Cluster(profile=SCHEDULING)
    for obj in objects:
        cluster.apply(obj)
        cluster.advance(0)
    cluster.advance(wait)
    return cluster


def explained(cluster: Cluster, name: str = "web") -> Explanation:
    """The explanation of a pod in the namespace default."""
    return cluster.explain(name)


def carry_out(cluster: Cluster, change: Change) -> None:
    """Make the calls of a change, and let the scheduler work."""
    for call in change.operations:
        place = call.namespace or None
        if call.verb == "delete":
            cluster.api.delete(call.resource, call.name, place, by=TESTER, options=DeleteOptions(grace=0))
        elif call.verb == "create":
            assert call.body is not None
            cluster.api.create(call.body, namespace=place, by=TESTER)
        else:
            cluster.api.patch(
                call.resource, call.name, place, call.body, type="merge", subresource=call.subresource, by=TESTER
            )
    cluster.advance(PATIENCE)


def placed_by(cluster: Cluster, change: Change, name: str = "web") -> str:
    """The node on which the pod is once the change is carried out on a fork; "" when it still waits."""
    fork = cluster.fork()
    carry_out(fork, change)
    found: str = fork.get("pod", name)["spec"].get("nodeName", "")
    return found


def assert_all_hold(cluster: Cluster, found: Explanation, name: str = "web") -> None:
    """Every claimed change places the pod, on the named node if there is one."""
    for change in found.changes:
        where = placed_by(cluster, change, name)
        assert where, change.sentence
        assert where in change.nodes, change.sentence
        assert change.node is None or where == change.node, change.sentence


def of_kind(found: Explanation, *kinds: Kind) -> Change:
    """The first change of exactly these kinds."""
    wanted = sorted(kinds)
    for change in found.changes:
        if sorted(step.kind for step in change.steps) == wanted:
            return change
    raise AssertionError([change.sentence for change in found.changes])

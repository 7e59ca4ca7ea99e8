"""Services and their pods without a kubelet: the tests say which pods are ready."""

from __future__ import annotations

from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.commands import nodes
from playground.kube.controllers.endpoints import EndpointsController
from playground.kube.controllers.endpointslice import EndpointSliceController
from playground.kube.programs import Profile
from playground.kube.store import By

Json = dict[str, Any]

BY = By("kubelet")
PROFILE = Profile(
    "serving", {EndpointSliceController.name: EndpointSliceController, EndpointsController.name: EndpointsController}
)


def serving(**service: Any) -> Cluster:
    """A cluster with node n1 in zone a and a Service "web" that selects app=web; *service* is more of its spec."""
    cluster = Cluster(profile=PROFILE)
    cluster.api.create(nodes.node("n1", {"zone": "a"}), by=BY)
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}], **service}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec})
    cluster.advance(0)
    return cluster


def add(cluster: Cluster, name: str, app: str = "web", node: str = "n1", **spec: Any) -> None:
    """Create a pod on a node."""
    containers = [{"name": "c", "image": "nginx:1", "ports": [{"name": "http", "containerPort": 8000}]}]
    made = {"nodeName": node, "containers": containers, **spec}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": app}}, "spec": made})


def set_ready(cluster: Cluster, name: str, *addresses: str, is_ready: bool = True, phase: str = "Running") -> None:
    """Write a pod's status, as its kubelet would."""
    stamp = cluster.clock.stamp()
    ready = {"type": "Ready", "status": "True" if is_ready else "False", "lastTransitionTime": stamp}
    ips = [{"ip": address} for address in addresses]
    status = {"phase": phase, "conditions": [ready], "podIP": addresses[0], "podIPs": ips}
    cluster.api.set_status("pods", "default", name, status, by=BY)
    cluster.advance(0)


def slices(cluster: Cluster) -> list[Json]:
    """The EndpointSlices."""
    return [dict(each) for each in cluster.list("endpointslices")]


def endpoints(cluster: Cluster) -> dict[str, Json]:
    """All endpoints of all slices by the pod's name."""
    return {each["targetRef"]["name"]: each for found in slices(cluster) for each in found.get("endpoints", ())}


def subsets(cluster: Cluster) -> list[Json]:
    """The subsets of the Endpoints object."""
    return list(cluster.get("endpoints", "web").get("subsets", ()))

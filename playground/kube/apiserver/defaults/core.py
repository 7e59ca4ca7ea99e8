"""Defaults of core/v1, but for pods. In place, on a private plain copy.

Source: pkg/apis/core/v1/defaults.go, zz_generated.defaults.go and conversion.go, v1.36.
"""

from typing import Final

from playground.kube.apiserver.defaults import claim
from playground.kube.apiserver.defaults.pod import default_volume_source, round_up
from playground.kube.apiserver.defaults.pod_template import default_pod_template
from playground.kube.apiserver.defaults.unset import Fields, child, fill, fill_empty, items
from playground.kube.apiserver.validation import encoded

AFFINITY_SECONDS: Final = 10800
OF_CLUSTER: Final = frozenset({"ClusterIP", "NodePort", "LoadBalancer"})
LIMIT_KINDS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def default_service(service: Fields) -> None:
    """Type, affinity, ports and traffic policies."""
    spec = child(service, "spec")
    fill_empty(spec, sessionAffinity="None", type="ClusterIP")
    _session_affinity(spec)
    for port in items(spec, "ports"):
        fill_empty(port, protocol="TCP", targetPort=port.get("port") or 0)
    kind = spec["type"]
    if kind in {"NodePort", "LoadBalancer"} or (kind == "ClusterIP" and spec.get("externalIPs")):
        fill_empty(spec, externalTrafficPolicy="Cluster")
    if kind in OF_CLUSTER:
        fill(spec, internalTrafficPolicy="Cluster")
    if kind == "LoadBalancer":
        fill(spec, allocateLoadBalancerNodePorts=True)
    status = child(service, "status", "loadBalancer")
    for point in items(status, "ingress") if kind == "LoadBalancer" else ():
        if point.get("ip"):
            fill(point, ipMode="VIP")


def _session_affinity(spec: Fields) -> None:
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if client.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": AFFINITY_SECONDS}}


def default_replication_controller(controller: Fields) -> None:
    """One replica; selector and labels are those of the template."""
    spec = child(controller, "spec")
    fill(spec, replicas=1)
    if spec.get("template") is None:
        return
    default_pod_template(spec)
    labels = spec["template"]["metadata"].get("labels")
    if labels:
        fill_empty(spec, selector=dict(labels))
        fill_empty(child(controller, "metadata"), labels=dict(labels))


def default_secret(secret: Fields) -> None:
    """Opaque, if nothing is said; `stringData` is written into `data`."""
    fill_empty(secret, type="Opaque")
    plain = secret.pop("stringData", None) or {}
    for key, text in plain.items():
        child(secret, "data")[key] = encoded.encode(text)


def default_namespace(space: Fields) -> None:
    """Each namespace can be selected by its name."""
    meta = child(space, "metadata")
    if meta.get("name"):
        child(meta, "labels")["kubernetes.io/metadata.name"] = meta["name"]
    fill_empty(child(space, "status"), phase="Active")


def default_node(node: Fields) -> None:
    """What a node has is what pods may have, unless it says otherwise; `podCIDR` is the first of `podCIDRs`."""
    status, spec = child(node, "status"), child(node, "spec")
    if status.get("allocatable") is None and status.get("capacity") is not None:
        status["allocatable"] = dict(status["capacity"])
    for kind in ("capacity", "allocatable"):
        round_up(status.get(kind) or {})
    first, listed = spec.get("podCIDR"), spec.get("podCIDRs") or []
    if first and listed[:1] != [first]:
        spec["podCIDRs"] = [first]
    elif listed:
        spec["podCIDR"] = listed[0]


def default_persistent_volume(volume: Fields) -> None:
    """Kept when released, used as a file system."""
    spec = child(volume, "spec")
    fill_empty(child(volume, "status"), phase="Pending")
    fill_empty(spec, persistentVolumeReclaimPolicy="Retain")
    fill(spec, volumeMode="Filesystem")
    round_up(spec.get("capacity") or {})
    default_volume_source(spec)


def default_persistent_volume_claim(obj: Fields) -> None:
    """Waiting, for a file system."""
    fill_empty(child(obj, "status"), phase="Pending")
    claim.default_claim_spec(child(obj, "spec"))
    for kind in ("capacity", "allocatedResources"):
        round_up(obj["status"].get(kind) or {})


def default_endpoints(endpoints: Fields) -> None:
    """Ports are TCP."""
    for subset in items(endpoints, "subsets"):
        for port in items(subset, "ports"):
            fill_empty(port, protocol="TCP")


def default_limit_range(limits: Fields) -> None:
    """For containers: the default is the maximum, and what is requested is the default, else the minimum."""
    for limit in items(child(limits, "spec"), "limits"):
        for kind in LIMIT_KINDS:
            round_up(limit.get(kind) or {})
        if limit.get("type") != "Container":
            continue
        default = {**(limit.get("max") or {}), **(limit.get("default") or {})}
        request = {**(limit.get("min") or {}), **default, **(limit.get("defaultRequest") or {})}
        limit |= {name: value for name, value in (("default", default), ("defaultRequest", request)) if value}


def default_resource_quota(quota: Fields) -> None:
    """No quantity is finer than a thousandth."""
    round_up(child(quota, "spec").get("hard") or {})
    status = child(quota, "status")
    for kind in ("hard", "used"):
        round_up(status.get(kind) or {})

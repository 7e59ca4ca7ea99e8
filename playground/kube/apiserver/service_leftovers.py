"""What a Service loses when its type changes: fields that the old type gave it and that nobody changed with the type.

Source: dropTypeDependentFields in pkg/registry/core/service/strategy.go. What was changed with the type stays, so that
validation can refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Spec = Mapping[str, Any]


def drop(service: dict[str, Any], before: Spec) -> None:
    """Take them away, in place; *before* is the stored spec."""
    spec = service["spec"]
    if before.get("type") != "ExternalName" and spec.get("type") == "ExternalName":
        _drop_addresses(spec, before)
    if needs_ports(before) and not needs_ports(spec) and _chosen(spec) <= _chosen(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    for name, needs in _FIELDS.items():
        if needs(before) and not needs(spec) and spec.get(name) == before.get(name):
            spec.pop(name, None)
    if spec.get("type") != "LoadBalancer" and (service.get("status") or {}).get("loadBalancer"):
        service["status"] = {**service["status"], "loadBalancer": {}}


def needs_ports(spec: Spec) -> bool:
    """Tell whether a Service of this kind has node ports."""
    return spec.get("type") == "NodePort" or (
        _is_balanced(spec) and spec.get("allocateLoadBalancerNodePorts") is not False
    )


def needs_health_check(spec: Spec) -> bool:
    """Tell whether a Service of this kind has a port for health checks."""
    return _is_balanced(spec) and spec.get("externalTrafficPolicy") == "Local"


def _drop_addresses(spec: dict[str, Any], before: Spec) -> None:
    if all(spec.get(name) == before.get(name) for name in ("clusterIP", "clusterIPs")):
        spec.pop("clusterIP", None)
        spec.pop("clusterIPs", None)
    for name in ("ipFamilies", "ipFamilyPolicy"):
        if spec.get(name) == before.get(name):
            spec.pop(name, None)


def _chosen(spec: Spec) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def _is_balanced(spec: Spec) -> bool:
    return spec.get("type") == "LoadBalancer"


def _is_reached_from_outside(spec: Spec) -> bool:
    return spec.get("type") in {"LoadBalancer", "NodePort"} or (
        spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs"))
    )


_FIELDS: Mapping[str, Callable[[Spec], bool]] = {
    "healthCheckNodePort": needs_health_check,
    "allocateLoadBalancerNodePorts": _is_balanced,
    "loadBalancerClass": _is_balanced,
    "externalTrafficPolicy": _is_reached_from_outside,
}

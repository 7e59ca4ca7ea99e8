"""Rules of where a Service's traffic may go: external and internal policy, health check port, distribution.

Source: validateServiceExternalTrafficPolicy and its neighbours in pkg/apis/core/validation/validation.go,
pkg/api/service/util.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Spec = Mapping[str, Any]

SPEC: Final = Path("spec")
POLICIES: Final = ("Cluster", "Local")
DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
OF_CLUSTER: Final = frozenset({"ClusterIP", "NodePort", "LoadBalancer"})


def is_external(spec: Spec) -> bool:
    """Whether traffic from outside can come in."""
    kind = spec.get("type")
    return kind in {"NodePort", "LoadBalancer"} or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def needs_health_check(spec: Spec) -> bool:
    """Whether a load balancer must find out which nodes have a pod."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def validate_policies(spec: Spec) -> list[FieldError]:
    """All of them, in the order of the real checks."""
    errors = _external(spec) + _health_check(spec)
    internal, at = spec.get("internalTrafficPolicy"), SPEC.child("internalTrafficPolicy")
    if internal is None and spec.get("type") in OF_CLUSTER:
        errors.append(field.required(at))
    if internal is not None and internal not in POLICIES:
        errors.append(field.not_supported(at, internal, POLICIES))
    wanted = spec.get("trafficDistribution")
    if wanted is not None and wanted not in DISTRIBUTIONS:
        errors.append(field.not_supported(SPEC.child("trafficDistribution"), wanted, DISTRIBUTIONS))
    return errors


def _external(spec: Spec) -> list[FieldError]:
    policy, at = spec.get("externalTrafficPolicy") or "", SPEC.child("externalTrafficPolicy")
    if not is_external(spec):
        says = "may only be set for externally-accessible services"
        return [field.invalid(at, field.typed(policy), says)] if policy else []
    if not policy:
        return [field.required(at)]
    return [] if policy in POLICIES else [field.not_supported(at, policy, POLICIES)]


def _health_check(spec: Spec) -> list[FieldError]:
    port, at = spec.get("healthCheckNodePort") or 0, SPEC.child("healthCheckNodePort")
    if not needs_health_check(spec):
        says = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        return [field.invalid(at, port, says)] if port else []
    if not port:
        return [field.required(at)]
    return [field.invalid(at, port, says) for says in names.is_port_number(port)]


def validate_update(spec: Spec, before: Spec) -> list[FieldError]:
    """The port of the health check stays."""
    if not (needs_health_check(spec) and needs_health_check(before)):
        return []
    if (spec.get("healthCheckNodePort") or 0) == (before.get("healthCheckNodePort") or 0):
        return []
    return [field.forbidden(SPEC.child("healthCheckNodePort"), "field is immutable")]

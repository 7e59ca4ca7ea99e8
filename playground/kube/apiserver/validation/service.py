"""Rules of a Service: when it is created, replaced, or given a load balancer.

Source: ValidateServiceCreate, ValidateServiceUpdate and validateService in pkg/apis/core/validation/validation.go,
v1.36 (RelaxedServiceNameValidation is on: a name may begin with a digit).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import (
    addresses,
    checks,
    field,
    golang,
    load_balancer,
    metadata,
    names,
    service_ips,
    service_traffic,
)
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
PORTS: Final = SPEC.child("ports")
TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
AFFINITIES: Final = ("ClientIP", "None")
PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
MAX_AFFINITY_SECONDS: Final = 86400
HINTS: Final = "service.kubernetes.io/topology-aware-hints"
MODE: Final = "service.kubernetes.io/topology-mode"


def validate_service(service: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write of a Service; `old` is nothing on create."""
    if old is None:
        errors = metadata.validate_object_meta(service["metadata"], METADATA, names.is_dns1123_label)
        return errors + _validate(service, None)
    errors = metadata.validate_object_meta_update(service["metadata"], old["metadata"], METADATA)
    spec, before = service.get("spec") or {}, old.get("spec") or {}
    if subresource == "status":
        return errors + load_balancer.validate_status(service, old)
    errors += service_ips.validate_update(spec, before)
    errors += load_balancer.validate_class(spec, before)
    errors += service_traffic.validate_update(spec, before)
    return errors + _validate(service, old)


def _validate(service: Values, old: Values | None) -> list[FieldError]:
    spec = service.get("spec") or {}
    before = (old or {}).get("spec") or {}
    errors = _topology_annotations(service["metadata"].get("annotations") or {})
    errors += _by_type(spec)
    errors += _ports(spec)
    errors += metadata.validate_labels(spec.get("selector"), SPEC.child("selector"))
    errors += _session_affinity(spec)
    errors += service_ips.validate_cluster_ips(spec, before)
    errors += _external_ips(spec.get("externalIPs") or [], before.get("externalIPs") or [])
    errors += checks.one_of(SPEC.child("type"), spec.get("type") or "", TYPES)
    errors += _node_ports(spec)
    errors += load_balancer.validate_source_ranges(service, old)
    errors += load_balancer.validate_node_ports(spec)
    errors += load_balancer.validate_class(spec, None)
    return errors + service_traffic.validate_policies(spec)


def _topology_annotations(annotations: Mapping[str, str]) -> list[FieldError]:
    if MODE not in annotations or annotations.get(HINTS, annotations[MODE]) == annotations[MODE]:
        return []
    says = f"must match annotations[{HINTS}] when both are specified"
    return [field.invalid(METADATA.child("annotations").key(MODE), annotations[MODE], says)]


def _by_type(spec: Values) -> list[FieldError]:
    kind, headless = spec.get("type"), service_ips.is_headless(spec)
    errors: list[FieldError] = []
    if not spec.get("ports") and not headless and kind != "ExternalName":
        errors.append(field.required(PORTS))
    if kind in {"LoadBalancer", "NodePort"} and headless:
        at = SPEC.child("clusterIPs").index(0)
        errors.append(field.invalid(at, "None", f"may not be set to 'None' for {kind} services"))
    return errors + (_external_name(spec) if kind == "ExternalName" else [])


def _external_name(spec: Values) -> list[FieldError]:
    says = "may not be set for ExternalName services"
    given = [name for name in ("clusterIPs", "ipFamilies") if spec.get(name)]
    given += ["ipFamilyPolicy"] if spec.get("ipFamilyPolicy") is not None else []
    errors = [field.forbidden(SPEC.child(name), says) for name in given]
    target = (spec.get("externalName") or "").removesuffix(".")
    return errors + checks.required_named(SPEC.child("externalName"), target, names.is_dns1123_subdomain)


def _ports(spec: Values) -> list[FieldError]:
    ports = spec.get("ports") or []
    errors: list[FieldError] = []
    taken: set[str] = set()
    for position, port in enumerate(ports):
        errors += _port(port, taken, PORTS.index(position), name_needed=len(ports) > 1)
    return errors


def _port(port: Values, taken: set[str], path: Path, *, name_needed: bool) -> list[FieldError]:
    name, number = port.get("name") or "", port.get("port") or 0
    errors: list[FieldError] = []
    if name:
        errors += checks.named(path.child("name"), name, names.is_dns1123_label)
        errors += [field.duplicate(path.child("name"), name)] if name in taken else []
        taken.add(name)
    elif name_needed:
        errors.append(field.required(path.child("name")))
    errors += [field.invalid(path.child("port"), number, says) for says in names.is_port_number(number)]
    errors += checks.one_of(path.child("protocol"), port.get("protocol") or "", PROTOCOLS)
    errors += checks.port_number_or_name(path.child("targetPort"), port.get("targetPort", 0))
    protocol = port.get("appProtocol")
    if protocol is not None:
        errors += checks.named(path.child("appProtocol"), protocol, names.is_qualified_name)
    return errors


def _session_affinity(spec: Values) -> list[FieldError]:
    affinity, config = spec.get("sessionAffinity") or "", spec.get("sessionAffinityConfig")
    errors = checks.one_of(SPEC.child("sessionAffinity"), affinity, AFFINITIES)
    at = SPEC.child("sessionAffinityConfig")
    if affinity == "ClientIP":
        return errors + _client_ip(config, at)
    if affinity == "None" and config is not None:
        errors.append(field.forbidden(at, "must not be set when session affinity is None"))
    return errors


def _client_ip(config: Values | None, path: Path) -> list[FieldError]:
    says = "when session affinity type is ClientIP"
    if config is None:
        return [field.required(path, says)]
    if config.get("clientIP") is None:
        return [field.required(path.child("clientIP"), says)]
    seconds, at = config["clientIP"].get("timeoutSeconds"), path.child("clientIP", "timeoutSeconds")
    if seconds is None:
        return [field.required(at, says)]
    if 0 < seconds <= MAX_AFFINITY_SECONDS:
        return []
    return [field.invalid(at, seconds, f"must be greater than 0 and less than {MAX_AFFINITY_SECONDS}")]


def _external_ips(given: Sequence[str], before: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, address in enumerate(given):
        at = SPEC.child("externalIPs").index(position)
        found = addresses.is_ip(at, address, before)
        errors += found or addresses.forbidden_for_endpoints(at, address)
    return errors


def _node_ports(spec: Values) -> list[FieldError]:
    """Where node ports may stand at all; and no node port, nor port, twice for one protocol."""
    ports = list(enumerate(spec.get("ports") or []))
    errors: list[FieldError] = []
    if spec.get("type") == "ClusterIP":
        says = "may not be used when `type` is 'ClusterIP'"
        given = [position for position, port in ports if port.get("nodePort")]
        errors += [field.forbidden(PORTS.index(position).child("nodePort"), says) for position in given]
    taken: set[tuple[str, int]] = set()
    for position, port in ports:
        key = (port.get("protocol") or "", port.get("nodePort") or 0)
        if key[1] and key in taken:
            errors.append(field.duplicate(PORTS.index(position).child("nodePort"), key[1]))
        taken.add(key)
    taken.clear()
    for position, port in ports:
        key = (port.get("protocol") or "", port.get("port") or 0)
        if key in taken:
            shown = golang.marshal("core.ServicePort", {"protocol": key[0], "port": key[1]})
            errors.append(field.duplicate(PORTS.index(position), shown))
        taken.add(key)
    return errors

"""Rules of what only a Service of type LoadBalancer has.

Source: validateLoadBalancerClassField, validateService and ValidateLoadBalancerStatus in
pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

SPEC: Final = Path("spec")
CLASS: Final = SPEC.child("loadBalancerClass")
RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
ONLY: Final = "may only be used when `type` is 'LoadBalancer'"
IP_MODES: Final = ("Proxy", "VIP")


def _balanced(spec: Values) -> bool:
    return spec.get("type") == "LoadBalancer"


def validate_class(spec: Values, before: Values | None) -> list[FieldError]:
    """Which implementation serves it; set once. `before` is nothing where changes are not the question."""
    name = spec.get("loadBalancerClass")
    errors: list[FieldError] = []
    if before is not None and _balanced(before) and _balanced(spec) and name != before.get("loadBalancerClass"):
        shown = None if name is None else field.typed(name)
        errors.append(field.invalid(CLASS, shown, "may not change once set"))
    if name is None:
        return errors
    if not _balanced(spec):
        return [*errors, field.forbidden(CLASS, ONLY)]
    return errors + checks.named(CLASS, name, names.is_qualified_name)


def validate_node_ports(spec: Values) -> list[FieldError]:
    """Whether node ports are taken for it."""
    given = spec.get("allocateLoadBalancerNodePorts")
    if given is not None and not _balanced(spec):
        return [field.forbidden(SPEC.child("allocateLoadBalancerNodePorts"), ONLY)]
    if given is None and _balanced(spec):
        return [field.required("allocateLoadBalancerNodePorts")]
    return []


def validate_source_ranges(service: Values, old: Values | None) -> list[FieldError]:
    """From where traffic is let in: a field, or the older annotation."""
    spec, before = service.get("spec") or {}, (old or {}).get("spec") or {}
    ranges = spec.get("loadBalancerSourceRanges") or []
    path = SPEC.child("LoadBalancerSourceRanges")
    if ranges:
        known = [text.strip() for text in before.get("loadBalancerSourceRanges") or []]
        errors = [] if _balanced(spec) else [field.forbidden(path, ONLY)]
        for position, text in enumerate(ranges):
            errors += addresses.is_cidr(path.index(position), text.strip(), known)
        return errors
    written = _annotation(service)
    if written is None:
        return []
    path = Path("metadata.annotations").key(RANGES)
    errors = [] if _balanced(spec) else [field.forbidden(path, ONLY)]
    unchanged = old is not None and (_annotation(old) or "") == written
    for text in [] if unchanged or not written.strip() else written.strip().split(","):
        errors += addresses.is_cidr(path, text.strip())
    return errors


def _annotation(service: Values) -> str | None:
    text: str | None = (service["metadata"].get("annotations") or {}).get(RANGES)
    return text


def validate_status(service: Values, old: Values) -> list[FieldError]:
    """The status of a Service: where its balancer listens."""
    spec = service.get("spec") or {}
    now = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    before = ((old.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    path = Path("status.loadBalancer.ingress")
    if now and not _balanced(spec):
        return [field.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")]
    return validate_ingresses(now, before, path)


def validate_ingresses(now: Sequence[Values], before: Sequence[Values], path: Path) -> list[FieldError]:
    """Each place where a balancer listens: an address with its mode, or a name."""
    known = [point["ip"] for point in before if point.get("ip")]
    errors: list[FieldError] = []
    for position, point in enumerate(now):
        at = path.index(position)
        ip, host = point.get("ip") or "", point.get("hostname") or ""
        errors += addresses.is_ip(at.child("ip"), ip, known) if ip else []
        errors += _ip_mode(point.get("ipMode"), ip, at.child("ipMode"))
        if host:
            errors += checks.named(at.child("hostname"), host, names.is_dns1123_subdomain)
        if host and addresses.family(host):
            errors.append(field.invalid(at.child("hostname"), host, "must be a DNS name, not an IP address"))
    return errors


def _ip_mode(mode: str | None, ip: str, path: Path) -> list[FieldError]:
    if mode is None:
        return [field.required(path, "must be specified when `ip` is set")] if ip else []
    if not ip:
        return [field.forbidden(path, "may not be specified when `ip` is not set")]
    return [] if mode in IP_MODES else [field.not_supported(path, mode, IP_MODES)]

"""Rules of EndpointSlices. Source: pkg/apis/discovery/validation/validation.go, v1.36."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, names
from playground.kube.apiserver.validation.equality import equal
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import validate_object_meta
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
ADDRESS_TYPES: Final = ("FQDN", "IPv4", "IPv6")
PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
MAX_ADDRESSES: Final = 100
MAX_PORTS: Final = 20_000
MAX_ENDPOINTS: Final = 1_000
MAX_HINTS: Final = 8
HINTS: Final = (("forZones", names.is_label_value), ("forNodes", names.is_dns1123_subdomain))


def validate_endpoint_slice(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing: the address type stays. Endpoints that did not change may stay."""
    del subresource
    kind, path = obj.get("addressType") or "", Path("addressType")
    errors = validate_object_meta(obj["metadata"], Path("metadata"))
    errors += checks.one_of(path, kind, ADDRESS_TYPES)
    errors += _validate_ports(Path("ports"), obj.get("ports") or [])
    endpoints = obj.get("endpoints") or []
    if old is None or not equal("[]discovery.Endpoint", endpoints, old.get("endpoints") or []):
        errors += _validate_endpoints(Path("endpoints"), endpoints, kind)
    if old is not None:
        errors += checks.immutable(path, kind, old.get("addressType") or "", field.typed(kind))
    return errors


def _validate_ports(path: Path, ports: Sequence[Fields]) -> list[FieldError]:
    if len(ports) > MAX_PORTS:
        return [field.too_many(path, len(ports), MAX_PORTS)]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, port in enumerate(ports):
        place, name, app = path.index(position), port.get("name") or "", port.get("appProtocol")
        if name:
            errors += checks.named(place.child("name"), name, names.is_dns1123_label)
        if name in seen:
            errors.append(field.duplicate(place.child("name"), name))
        seen.add(name)
        errors += checks.one_of(place.child("protocol"), port.get("protocol") or "", PROTOCOLS)
        if app is not None:
            errors += checks.named(place.child("appProtocol"), app, names.is_qualified_name)
    return errors


def _validate_endpoints(path: Path, endpoints: Sequence[Fields], kind: str) -> list[FieldError]:
    if len(endpoints) > MAX_ENDPOINTS:
        return [field.too_many(path, len(endpoints), MAX_ENDPOINTS)]
    errors: list[FieldError] = []
    for position, endpoint in enumerate(endpoints):
        place, node, host = path.index(position), endpoint.get("nodeName"), endpoint.get("hostname")
        errors += _validate_addresses(place.child("addresses"), endpoint.get("addresses") or [], kind)
        if node is not None:
            errors += checks.named(place.child("nodeName"), node, names.is_dns1123_subdomain)
        if host is not None:
            errors += checks.named(place.child("hostname"), host, names.is_dns1123_label)
        errors += _validate_hints(place.child("hints"), endpoint.get("hints") or {})
    return errors


def _validate_addresses(path: Path, texts: Sequence[str], kind: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not texts:
        errors.append(field.required(path, "must contain at least 1 address"))
    elif len(texts) > MAX_ADDRESSES:
        errors.append(field.too_many(path, len(texts), MAX_ADDRESSES))
    for position, text in enumerate(texts):
        if kind == "FQDN":
            errors += _validate_domain(path.index(position), text)
        elif kind in ADDRESS_TYPES:
            errors += _validate_address(path, position, text, kind)
    return errors


def _validate_address(path: Path, position: int, text: str, kind: str) -> list[FieldError]:
    check = addresses.is_ip if kind == "IPv4" else addresses.is_canonical_ip
    errors: list[FieldError] = check(path.index(position), text)
    if errors:
        return errors
    if kind != f"IPv{addresses.family(text)}":
        errors.append(field.invalid(path, text, f"must be an {kind} address"))
    return errors + addresses.forbidden_for_endpoints(path.index(position), text)


def _validate_domain(path: Path, text: str) -> list[FieldError]:
    if not text:
        return [field.required(path)]
    domain = text.removesuffix(".")
    complaints = names.is_dns1123_subdomain(domain)
    if complaints:
        return [field.invalid(path, domain, ",".join(complaints))]
    labels = domain.split(".")
    if len(labels) < 2:
        says = "should be a domain with at least two segments separated by dots"
        return [field.invalid(path, domain, says)]
    bad = [(label, names.is_dns1123_label(label)) for label in labels]
    return [field.invalid(path, label, ",".join(says)) for label, says in bad if says][:1]


def _validate_hints(path: Path, hints: Fields) -> list[FieldError]:
    errors: list[FieldError] = []
    for name, check in HINTS:
        place, given = path.child(name), hints.get(name) or []
        if len(given) > MAX_HINTS:
            return [*errors, field.too_many(place, len(given), MAX_HINTS)]
        targets = [item.get("name") or "" for item in given]
        for position, target in enumerate(targets):
            at = place.index(position).child("name")
            if target in targets[:position]:
                errors.append(field.duplicate(at, target))
            errors += checks.named(at, target, check)
    return errors

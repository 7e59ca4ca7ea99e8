"""Rules of Endpoints, the older list of a Service's pods.

Source: ValidateEndpoints in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, metadata, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SUBSETS: Final = Path("subsets")
PROTOCOLS: Final = ("SCTP", "TCP", "UDP")


def validate_endpoints(endpoints: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write; subsets that were stored as they are stay allowed."""
    del subresource
    errors: list[FieldError] = []
    if old is not None:
        errors += metadata.validate_object_meta_update(endpoints["metadata"], old["metadata"], METADATA)
    errors += metadata.validate_object_meta(endpoints["metadata"], METADATA)
    if old is not None and checks.same(endpoints.get("subsets"), old.get("subsets")):
        return errors
    for position, subset in enumerate(endpoints.get("subsets") or []):
        errors += _subset(subset, SUBSETS.index(position))
    return errors


def _subset(subset: Values, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if not subset.get("addresses") and not subset.get("notReadyAddresses"):
        errors.append(field.required(path, "must specify `addresses` or `notReadyAddresses`"))
    for kind in ("addresses", "notReadyAddresses"):
        for position, address in enumerate(subset.get(kind) or []):
            errors += _address(address, path.child(kind).index(position))
    ports = subset.get("ports") or []
    for position, port in enumerate(ports):
        errors += _port(port, path.child("ports").index(position), name_needed=len(ports) > 1)
    return errors


def _address(address: Values, path: Path) -> list[FieldError]:
    ip, host, node = address.get("ip") or "", address.get("hostname") or "", address.get("nodeName")
    errors = addresses.is_ip(path.child("ip"), ip)
    errors += checks.named(path.child("hostname"), host, names.is_dns1123_label) if host else []
    if node is not None:
        errors += checks.named(path.child("nodeName"), node, names.is_dns1123_subdomain)
    if not addresses.family(ip):
        return [*errors, field.invalid(path.child("ip"), ip, "must be a valid IP address")]
    return errors + addresses.forbidden_for_endpoints(path.child("ip"), ip)


def _port(port: Values, path: Path, *, name_needed: bool) -> list[FieldError]:
    name, number = port.get("name") or "", port.get("port") or 0
    errors: list[FieldError] = []
    if name:
        errors += checks.named(path.child("name"), name, names.is_dns1123_label)
    elif name_needed:
        errors.append(field.required(path.child("name")))
    errors += [field.invalid(path.child("port"), number, says) for says in names.is_port_number(number)]
    errors += checks.one_of(path.child("protocol"), port.get("protocol") or "", PROTOCOLS)
    protocol = port.get("appProtocol")
    if protocol is not None:
        errors += checks.named(path.child("appProtocol"), protocol, names.is_qualified_name)
    return errors

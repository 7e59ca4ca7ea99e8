"""Rules of NetworkPolicies. Source: pkg/apis/networking/validation/validation.go, v1.36."""

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import (
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
POLICY_TYPES: Final = ("Ingress", "Egress")
DIRECTIONS: Final = (("ingress", "from"), ("egress", "to"))


def validate_network_policy(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing. Blocks the stored policy has already may stay as they are."""
    del subresource
    if old is None:
        return validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"], ())
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    return errors + _validate_spec(obj["spec"], list(_blocks(old["spec"])))


def _blocks(spec: Fields) -> Iterator[str]:
    for direction, peers in DIRECTIONS:
        for rule in spec.get(direction) or []:
            for peer in rule.get(peers) or []:
                block = peer.get("ipBlock") or {}
                yield from [block.get("cidr") or "", *(block.get("except") or [])]


def _validate_spec(spec: Fields, known: Collection[str]) -> list[FieldError]:
    errors = validate_label_selector(spec.get("podSelector") or {}, SPEC.child("podSelector"))
    for direction, peers in DIRECTIONS:
        for position, rule in enumerate(spec.get(direction) or []):
            path = SPEC.child(direction).index(position)
            for index, port in enumerate(rule.get("ports") or []):
                errors += _validate_port(path.child("ports").index(index), port)
            for index, peer in enumerate(rule.get(peers) or []):
                errors += _validate_peer(path.child(peers).index(index), peer, known)
    types = spec.get("policyTypes") or []
    place = SPEC.child("policyTypes")
    if len(types) > len(POLICY_TYPES):
        return [*errors, field.invalid(place, types, "may not specify more than two policyTypes")]
    bad = [(index, name) for index, name in enumerate(types) if name not in POLICY_TYPES]
    return errors + [field.not_supported(place.index(index), name, POLICY_TYPES) for index, name in bad]


def _validate_port(path: Path, entry: Fields) -> list[FieldError]:
    protocol, port, end = entry.get("protocol"), entry.get("port"), entry.get("endPort")
    errors: list[FieldError] = []
    if protocol is not None and protocol not in PROTOCOLS:
        errors.append(field.not_supported(path.child("protocol"), protocol, PROTOCOLS))
    if isinstance(port, int):
        errors += checks.port_number_or_name(path.child("port"), port)
        if end is not None:
            if end < port:
                # The message shows the first port, not the last: so it is in the real server.
                errors.append(field.invalid(path.child("endPort"), port, "must be greater than or equal to `port`"))
            errors += checks.port_number_or_name(path.child("endPort"), end)
        return errors
    if end is not None:
        why = "specified" if port is None else "numeric"
        says = f"may not be specified when `port` is {'not ' if port is None else 'non-'}{why}"
        errors.append(field.invalid(path.child("endPort"), end, says))
    return errors + (checks.named(path.child("port"), port, names.is_port_name) if port is not None else [])


def _validate_peer(path: Path, peer: Fields, known: Collection[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("podSelector", "namespaceSelector"):
        errors += validate_label_selector(peer.get(name), path.child(name))
    given = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(name) is not None]
    if "ipBlock" in given:
        errors += _validate_block(path.child("ipBlock"), peer["ipBlock"], known)
    if not given:
        errors.append(field.required(path, "must specify a peer"))
    elif len(given) > 1 and "ipBlock" in given:
        errors.append(field.forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _validate_block(path: Path, block: Fields, known: Collection[str]) -> list[FieldError]:
    cidr = block.get("cidr") or ""
    if not cidr:
        return [field.required(path.child("cidr"))]
    errors = addresses.is_cidr(path.child("cidr"), cidr, known)
    whole = _network(cidr)
    if whole is None:
        return errors
    for position, text in enumerate(block.get("except") or []):
        place = path.child("except").index(position)
        errors += addresses.is_cidr(place, text, known)
        part = _network(text)
        if part is not None and not _is_inside(part, whole):
            errors.append(field.invalid(place, text, "must be a strict subset of `cidr`"))
    return errors


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_inside(part: Network, whole: Network) -> bool:
    return part.version == whole.version and part.network_address in whole and part.prefixlen > whole.prefixlen

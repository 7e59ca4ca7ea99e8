"""Rules of a pod's names and network: host ports, DNS, aliases, host name.

Source: validatePodHostNetworkDeps, validatePodDNSConfig, ValidateHostAliases and validatePodHostName in
pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

DNS_POLICIES: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
MAX_NAMESERVERS: Final = 3
MAX_SEARCHES: Final = 32
MAX_SEARCH_CHARACTERS: Final = 2048
MAX_HOSTNAME_OVERRIDE: Final = 64


def validate_host_ports(spec: Values, path: Path, *, in_pod: bool) -> list[FieldError]:
    """On the node's network a container's port is the node's port. In a template hostPort may still be missing."""
    if not spec.get("hostNetwork"):
        return []
    errors: list[FieldError] = []
    for position, container in enumerate(spec.get("containers") or []):
        for place, port in enumerate(container.get("ports") or []):
            host = port.get("hostPort") or 0
            if (in_pod or host) and host != (port.get("containerPort") or 0):
                at = path.child("containers").index(position).child("ports").index(place).child("hostPort")
                errors.append(field.invalid(at, host, "must match `containerPort` when `hostNetwork` is true"))
    return errors


def validate_dns_config(spec: Values, path: Path) -> list[FieldError]:
    """Name servers, search paths and options; with policy None at least one server."""
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [field.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            says = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [field.required(path.child("nameservers"), says)]
    if config is None:
        return []
    errors = _name_servers(config.get("nameservers") or [], path.child("nameservers"))
    errors += _searches(config.get("searches") or [], path.child("searches"))
    for position, option in enumerate(config.get("options") or []):
        if not option.get("name"):
            errors.append(field.required(path.child("options").index(position), "must not be empty"))
    return errors


def _name_servers(servers: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(servers) > MAX_NAMESERVERS:
        errors.append(field.invalid(path, list(servers), f"must not have more than {MAX_NAMESERVERS} nameservers"))
    for position, server in enumerate(servers):
        errors += addresses.is_ip(path.index(position), server)
    return errors


def _searches(searches: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(searches) > MAX_SEARCHES:
        errors.append(field.invalid(path, list(searches), f"must not have more than {MAX_SEARCHES} search paths"))
    if names.size(" ".join(searches)) > MAX_SEARCH_CHARACTERS:
        says = f"must not have more than {MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list"
        errors.append(field.invalid(path, list(searches), says))
    for position, search in enumerate(searches):
        if search != ".":
            bare = search.removesuffix(".")
            errors += checks.named(path.index(position), bare, names.is_dns1123_subdomain_with_underscore)
    return errors


def validate_host_aliases(aliases: Sequence[Values], path: Path) -> list[FieldError]:
    """Lines of the pod's /etc/hosts."""
    errors: list[FieldError] = []
    for position, alias in enumerate(aliases):
        at = path.index(position)
        errors += addresses.is_ip(at.child("ip"), alias.get("ip") or "")
        for place, name in enumerate(alias.get("hostnames") or []):
            errors += checks.named(at.child("hostnames").index(place), name, names.is_dns1123_subdomain)
    return errors


def validate_hostname_override(spec: Values, path: Path) -> list[FieldError]:
    """A host name of the pod's own choice, against all other rules of naming."""
    name = spec.get("hostnameOverride")
    if name is None:
        return []
    at = path.child("hostnameOverride")
    others = {"setHostnameAsFQDN": "setHostnameAsFQDN", "hostNetwork": "hostNetwork"}
    errors = [
        field.forbidden(at, f"may not be specified when {shown} is true")
        for key, shown in others.items()
        if spec.get(key)
    ]
    if names.size(name) > MAX_HOSTNAME_OVERRIDE:
        errors.append(field.too_long(at, MAX_HOSTNAME_OVERRIDE))
    return errors + checks.named(at, name, names.is_dns1123_subdomain)

"""The addresses and ports a Service is given: cluster IPs of 10.96.0.0/16, node ports of 30000-32767.

Source: pkg/registry/core/service/storage/{alloc,storage}.go, pkg/registry/core/service/strategy.go. Free ones are
found by looking at the Services there are, so there is no table of allocations to keep.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import service_families, service_leftovers
from playground.kube.apiserver.core import Core
from playground.kube.apiserver.service_leftovers import needs_health_check, needs_ports
from playground.kube.apiserver.validation.field import invalid
from playground.kube.errors import FieldError
from playground.kube.objects.frozen import Object, thaw

SUBNET = ipaddress.ip_network("10.96.0.0/16")
_STATIC = 256  # the lower part of the subnet is left for addresses people choose
PORTS = range(30000, 32768)
_CLUSTER_TYPES = ("ClusterIP", "NodePort", "LoadBalancer")


def begin_create(core: Core, service: dict[str, Any]) -> None:
    """Give a new Service what it needs, in place; raises ApiError when a chosen address or port is taken."""
    _normalize(service["spec"], None)
    _set_families(service, {})
    _allocate(core, service, set(), set())


def begin_update(core: Core, service: dict[str, Any], old: Object) -> None:
    """Keep what was allocated unless the new Service says otherwise, and allocate what is missing, in place."""
    spec, before = service["spec"], old["spec"]
    _keep_allocated(spec, before)
    _normalize(spec, before)
    _set_families(service, before)
    service_leftovers.drop(service, before)
    own_ips = set(before.get("clusterIPs") or ())
    _allocate(core, service, own_ips, _node_ports(before))


def _needs_ip(spec: Mapping[str, Any]) -> bool:
    return spec.get("type") in _CLUSTER_TYPES


def _keep_allocated(spec: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Take over addresses and ports that the new version does not mention (patchAllocatedValues)."""
    if _needs_ip(before) and _needs_ip(spec):
        if not spec.get("clusterIP") and before.get("clusterIP"):
            spec["clusterIP"] = before["clusterIP"]
        if not spec.get("clusterIPs") and spec.get("clusterIP") == before.get("clusterIP"):
            spec["clusterIPs"] = thaw(before.get("clusterIPs") or [])
    if needs_ports(before) and needs_ports(spec):
        given = {port.get("name"): port.get("nodePort") for port in before.get("ports") or ()}
        used = _node_ports(before) & _node_ports(spec)
        for port in spec.get("ports") or ():
            kept = given.get(port.get("name"))
            if not port.get("nodePort") and kept and kept not in used:
                port["nodePort"] = kept
    if needs_health_check(before) and needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = before.get("healthCheckNodePort")


def _normalize(spec: dict[str, Any], before: Mapping[str, Any] | None) -> None:
    """Keep clusterIP and clusterIPs the same thing, as clients of both kinds expect (normalizeClusterIPs)."""
    one, many = spec.get("clusterIP"), spec.get("clusterIPs")
    if before is None:
        if one and not many:
            spec["clusterIPs"] = [one]
        return
    if one != before.get("clusterIP") and many == before.get("clusterIPs"):
        spec.pop("clusterIPs", None)
        if one:
            spec["clusterIPs"] = [one]
    if spec.get("type") == "ExternalName":
        spec.pop("clusterIP", None)
        spec.pop("clusterIPs", None)


def _set_families(service: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Fill in IP families; raises ApiError for those this cluster does not have, before any other rule is looked at."""
    problems = service_families.settle(service["spec"], before)
    if problems:
        raise errors.invalid("Service", "", service["metadata"].get("name", ""), problems)


def _allocate(core: Core, service: dict[str, Any], own_ips: set[str], own_ports: set[int]) -> None:
    """Give addresses and node ports; what the Service has of its own already is not taken."""
    spec = service["spec"]
    problems: list[FieldError] = []
    if _needs_ip(spec) and spec.get("clusterIP") != "None":
        problems += _give_ip(core, spec, own_ips)
    if needs_ports(spec):
        problems += _give_ports(core, spec, own_ports)
    if needs_health_check(spec):
        _give_health_check(core, spec, own_ports)
    if problems:
        raise errors.invalid("Service", "", service["metadata"].get("name", ""), problems)


def _give_ip(core: Core, spec: dict[str, Any], own: set[str]) -> list[FieldError]:
    taken = {ip for other in core.store.list("services") for ip in other["spec"].get("clusterIPs") or ()} - own
    chosen = spec.get("clusterIP")
    if chosen:
        return _chosen_ip_problems(spec, chosen, taken)
    size = SUBNET.num_addresses - _STATIC - 2
    start = core.names.below(size)
    for step in range(size):
        address = str(SUBNET[_STATIC + 1 + (start + step) % size])
        if address not in taken:
            spec["clusterIP"], spec["clusterIPs"] = address, [address]
            return []
    return [
        FieldError("InternalError", "spec.clusterIPs", "Internal error: failed to allocate a serviceIP: range is full")
    ]


def _chosen_ip_problems(spec: Mapping[str, Any], chosen: str, taken: set[str]) -> list[FieldError]:
    try:
        address = ipaddress.ip_address(chosen)
    except ValueError:
        return []  # validation says it better
    why = ""
    if address not in SUBNET:
        why = "the provided network does not match the current range"
    elif chosen in taken:
        why = "provided IP is already allocated"
    told = f"failed to allocate IP {chosen}: {why}"
    return [invalid("spec.clusterIPs", list(spec.get("clusterIPs") or ()), told)] if why else []


def _give_ports(core: Core, spec: dict[str, Any], own: set[int]) -> list[FieldError]:
    taken = {port for other in core.store.list("services") for port in _node_ports(other["spec"])} - own
    problems = []
    for index, port in enumerate(spec.get("ports") or ()):
        wanted = port.get("nodePort")
        if wanted:
            problems += _chosen_port_problems(index, wanted, taken)
            continue
        start = core.names.below(len(PORTS))
        order = (PORTS[(start + step) % len(PORTS)] for step in range(len(PORTS)))
        free = next((number for number in order if number not in taken), None)
        if free is None:
            problems.append(
                FieldError("InternalError", f"spec.ports[{index}].nodePort", "Internal error: range is full")
            )
            continue
        port["nodePort"] = free
        taken.add(free)
    return problems


def _give_health_check(core: Core, spec: dict[str, Any], own: set[int]) -> None:
    """The port at which a node says whether it has an endpoint (allocHealthCheckNodePort)."""
    taken = {port for other in core.store.list("services") for port in _node_ports(other["spec"])} - own
    taken |= {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}
    wanted = spec.get("healthCheckNodePort")
    if wanted:
        why = "" if wanted in own else _not_free(wanted, taken)
        if why:
            raise errors.plain(f"failed to allocate requested HealthCheck NodePort {wanted}: {why}")
        return
    start = core.names.below(len(PORTS))
    order = (PORTS[(start + step) % len(PORTS)] for step in range(len(PORTS)))
    spec["healthCheckNodePort"] = next((number for number in order if number not in taken), 0)


def _chosen_port_problems(index: int, wanted: int, taken: set[int]) -> list[FieldError]:
    why = _not_free(wanted, taken)
    return [invalid(f"spec.ports[{index}].nodePort", wanted, why)] if why else []


def _not_free(wanted: int, taken: set[int]) -> str:
    """Why a chosen port cannot be had; '' when it can."""
    if wanted not in PORTS:
        span = f"{PORTS.start}-{PORTS.stop - 1}"
        return f"provided port is not in the valid range. The range of valid ports is {span}"
    return "provided port is already allocated" if wanted in taken else ""


def _node_ports(spec: Mapping[str, Any]) -> set[int]:
    ports = {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}
    return ports | {spec["healthCheckNodePort"]} if spec.get("healthCheckNodePort") else ports

"""IP families of a Service, in a cluster that has IPv4 only: what is filled in, and what is refused first of all.

Source: initIPFamilyFields in pkg/registry/core/service/storage/alloc.go.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from playground.kube.apiserver.validation import service_ips
from playground.kube.apiserver.validation.field import Path, invalid, typed
from playground.kube.errors import FieldError

Spec = Mapping[str, Any]

FAMILIES = ("IPv4", "IPv6")
OURS = FAMILIES[0]
SINGLE, PREFER, REQUIRE = "SingleStack", "PreferDualStack", "RequireDualStack"
_POLICY = Path("spec").child("ipFamilyPolicy")
_FAMILY = Path("spec").child("ipFamilies")
_IPS = Path("spec").child("clusterIPs")


def settle(spec: dict[str, Any], before: Spec) -> list[FieldError]:
    """Fill in policy and families, in place; `before` is the stored spec, empty on create.

    Answers what has to be refused. Each step's errors stand alone: the real one stops at the first step that has any.
    """
    if spec.get("type") == "ExternalName" or _keeps_preferred(spec, before):
        return []
    everywhere = spec.get("clusterIP") == "None" and not spec.get("selector")
    policy = before.get("ipFamilyPolicy") or (REQUIRE if everywhere else SINGLE)
    spec.setdefault("ipFamilyPolicy", policy)
    found = service_ips.validate_cluster_ips(spec, before) or [*_reduced(spec, before), *_too_many(spec), *_infer(spec)]
    if found:
        return found
    if everywhere:
        families = spec.setdefault("ipFamilies", [OURS])
        if len(families) == 1 and spec["ipFamilyPolicy"] != SINGLE:
            families.append(next(family for family in FAMILIES if family != families[0]))
        return []
    found = list(_not_here(spec))
    if not found and not spec.get("ipFamilies"):
        spec["ipFamilies"] = [OURS]
    return found


def _keeps_preferred(spec: Spec, before: Spec) -> bool:
    """Whether an update leaves a Service that prefers two families as it is."""
    same = ("type", "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")
    return bool(before) and spec.get("ipFamilyPolicy") == PREFER and all(spec.get(k) == before.get(k) for k in same)


def _reduced(spec: dict[str, Any], before: Spec) -> Iterator[FieldError]:
    """On update: going to one family lets the second go; keeping two and dropping one is refused."""
    for name, what in (("clusterIPs", "cluster IP"), ("ipFamilies", "IP family")):
        had, has = list(before.get(name) or ()), list(spec.get(name) or ())
        if spec["ipFamilyPolicy"] == SINGLE:
            if len(had) > 1 and had == has:
                spec[name] = has[:1]
        elif len(had) > 1 and has == had[:1]:
            yield invalid(
                _POLICY, typed(spec["ipFamilyPolicy"]), f"must be 'SingleStack' to release the secondary {what}"
            )


def _too_many(spec: Spec) -> Iterator[FieldError]:
    """One family, and two of something."""
    if spec["ipFamilyPolicy"] != SINGLE:
        return
    for name, what in (("clusterIPs", "cluster IPs"), ("ipFamilies", "IP families")):
        if len(spec.get(name) or ()) == len(FAMILIES):
            says = f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified"
            yield invalid(_POLICY, typed(SINGLE), says)


def _infer(spec: dict[str, Any]) -> Iterator[FieldError]:
    """The families of the addresses somebody chose."""
    families: list[str] = list(spec.get("ipFamilies") or ())
    ips = list(spec.get("clusterIPs") or ())
    for position, ip in enumerate(ips):
        if ip == "None":
            break
        if position >= len(families):
            family = FAMILIES[ipaddress.ip_address(ip).version == 6]
            if family != OURS:
                yield invalid(_IPS.index(position), ips, f"{family} is not configured on this cluster")
            else:
                families.append(family)
    if families:
        spec["ipFamilies"] = families


def _not_here(spec: Spec) -> Iterator[FieldError]:
    """What a cluster with one family cannot give."""
    if spec["ipFamilyPolicy"] == REQUIRE:
        yield invalid(_POLICY, typed(REQUIRE), "this cluster is not configured for dual-stack services")
    for position, family in enumerate(spec.get("ipFamilies") or ()):
        if family != OURS:
            yield invalid(_FAMILY.index(position), typed(family), "not configured on this cluster")

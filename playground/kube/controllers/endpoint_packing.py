"""How endpoints are spread over slices: what stays, what is filled up, what is made and what goes.

After k8s.io/endpointslice (reconciler.go, utils.go). Slices are few and full rather than many and even, and a change
touches as few of them as it can. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY_LIST, Map, Object

Json = dict[str, Any]
MOST: Final = 100  # endpoints in a slice
PortsKey = tuple[Any, ...]
Endpoints = dict[tuple[Any, ...], Map]  # by who they are, in the order in which they are to be placed


@dataclass(slots=True)
class Plan:
    """What shall become of a Service's slices of one family: new slices, new contents by name, what goes."""

    create: list[Json] = field(default_factory=list)
    update: dict[str, Json] = field(default_factory=dict)
    delete: list[Map] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """The endpoints that share a set of ports."""

    ports: list[Json]
    wanted: Endpoints = field(default_factory=dict)


def plan_of(existing: list[Map], groups: Mapping[PortsKey, Group], template: Json) -> Plan:
    """Compare the slices of one family with the endpoints that are wanted (reconcileByAddressType, finalize).

    *template*: a new slice without endpoints and ports. The groups are emptied.
    """
    plan = Plan()
    for key, group in groups.items():
        mine = [old for old in existing if ports_key(old.get("ports")) == key]
        _pack(plan, mine, group.wanted, {**template, "ports": group.ports})
    plan.delete += [old for old in existing if ports_key(old.get("ports")) not in groups]
    if len(plan.delete) == len(existing) and not plan.create:
        _keep_placeholder(plan, template)
    while plan.delete and plan.create:
        plan.update[meta.name(plan.delete.pop(0))] = plan.create.pop()
    return plan


def _keep_placeholder(plan: Plan, template: Json) -> None:
    """A Service has always a slice, if only an empty one."""
    only = plan.delete[0] if len(plan.delete) == 1 else None
    empty = only is not None and not only.get("endpoints") and not only.get("ports")
    if only is not None and empty and meta.labels(only) == template["metadata"]["labels"]:
        plan.delete.clear()
    else:
        plan.create.append(dict(template))


def identity(endpoint: Object) -> tuple[Any, ...]:
    """Return what makes an endpoint the same one as before (EndpointSet's hash)."""
    target = endpoint.get("targetRef") or {}
    return (*endpoint["addresses"], endpoint.get("hostname"), target.get("uid"))


def ports_key(ports: Any) -> PortsKey:
    """Return what tells sets of ports apart (NewPortMapKey)."""
    return tuple(sorted(tuple(sorted((str(key), str(value)) for key, value in port.items())) for port in ports or ()))


def _pack(plan: Plan, existing: list[Map], wanted: Endpoints, template: Json) -> None:
    """Place the wanted endpoints of one set of ports (reconcileByPortMapping)."""
    labels = template["metadata"]["labels"]
    unchanged, updated = [], []
    for old in existing:
        kept, changed = _kept(old, wanted)
        if not kept and old.get("endpoints"):
            plan.delete.append(old)
        elif changed or meta.labels(old) != labels:
            updated.append(_update(plan, old, kept, template))
        else:
            unchanged.append(old)
    for content in sorted(updated, key=lambda each: -len(each["endpoints"])):
        _fill(content["endpoints"], wanted)
    while wanted:
        room = _closest(unchanged, len(wanted)) if len(wanted) < MOST else None
        if room is None:
            plan.create.append({**template, "endpoints": []})
            _fill(plan.create[-1]["endpoints"], wanted)
        else:
            unchanged.remove(room)
            _fill(_update(plan, room, list(room.get("endpoints") or ()), template)["endpoints"], wanted)


def _update(plan: Plan, old: Map, endpoints: list[Map], template: Json) -> Json:
    """Plan a slice's new content; its annotations stay."""
    metadata = {**template["metadata"], "annotations": dict(meta.annotations(old))}
    content = plan.update[meta.name(old)] = {**template, "metadata": metadata, "endpoints": endpoints}
    return content


def _kept(old: Object, wanted: Endpoints) -> tuple[list[Map], bool]:
    """Return what is still wanted of a slice, as it is now wanted, and whether that differs from what it has."""
    kept = []
    before = old.get("endpoints") or EMPTY_LIST
    for endpoint in before:
        found = wanted.pop(identity(endpoint), None)
        if found is not None:
            kept.append(found)
    return kept, kept != before


def _fill(endpoints: list[Map], wanted: Endpoints) -> None:
    while wanted and len(endpoints) < MOST:
        endpoints.append(wanted.pop(next(iter(wanted))))


def _closest(slices: list[Map], more: int) -> Map | None:
    """Return the slice that so many more endpoints leave the least room in (getSliceToFill)."""
    best, least = None, MOST
    for each in slices:
        left = MOST - more - len(each.get("endpoints") or ())
        if 0 <= left < least:
            best, least = each, left
    return best

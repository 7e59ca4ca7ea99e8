"""metadata.managedFields: who owns which fields, after an update or an apply.

Source: k8s.io/apimachinery/pkg/util/managedfields/internal, sigs.k8s.io/structured-merge-diff/merge/update.go. Merging
an applied configuration is patch/apply.py's part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from playground.kube import errors
from playground.kube.apiserver import field_sets
from playground.kube.apiserver.field_sets import Set
from playground.kube.apiserver.strategies import STRATEGIES
from playground.kube.clock import seconds_of
from playground.kube.errors import ApiError
from playground.kube.objects import schema
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.objects.kinds import Resource
from playground.kube.objects.schema import FieldType

# Fields nobody owns: the server sets them (stripmeta.go).
_OWNERLESS: Set = {
    "f:apiVersion": {".": {}},
    "f:kind": {".": {}},
    "f:metadata": {
        ".": {},
        **{
            f"f:{name}": {".": {}}
            for name in (
                "creationTimestamp", "generation", "managedFields", "name", "namespace",
                "resourceVersion", "selfLink", "uid",
            )
        },
    },
}  # fmt: skip


class Manager(NamedTuple):
    """Who wrote in which way; the same name may manage by Apply and by Update."""

    name: str
    operation: str  # Apply or Update
    api_version: str
    subresource: str = ""


@dataclass(slots=True)
class Managed:
    """The owners of an object's fields: manager -> set, and when each last took something."""

    sets: dict[Manager, Set]
    times: dict[Manager, str]


def read(entries: Sequence[Mapping[str, Any]] | None) -> Managed:
    """Return what metadata.managedFields tells."""
    managed = Managed({}, {})
    for entry in entries or ():
        manager = Manager(
            entry.get("manager", ""),
            entry.get("operation", ""),
            entry.get("apiVersion", ""),
            entry.get("subresource", ""),
        )
        managed.sets[manager] = field_sets.decode(entry.get("fieldsV1") or {})
        if entry.get("time"):
            managed.times[manager] = entry["time"]
    return managed


def write(managed: Managed) -> list[dict[str, Any]]:
    """Return metadata.managedFields: first who applies, then by time, then by name."""
    entries = []
    for manager, members in managed.sets.items():
        entry: dict[str, Any] = {
            "manager": manager.name,
            "operation": manager.operation,
            "apiVersion": manager.api_version,
        }
        if manager in managed.times:
            entry["time"] = managed.times[manager]
        entry |= {"fieldsType": "FieldsV1", "fieldsV1": _shared(json.dumps(field_sets.encode(members)))}
        if manager.subresource:
            entry["subresource"] = manager.subresource
        entries.append(entry)
    return sorted(entries, key=_order)


def _order(entry: Mapping[str, Any]) -> tuple[str, float, str, str, str]:
    when = seconds_of(entry["time"]) if "time" in entry else 0.0
    return entry["operation"], when, entry["manager"], entry["apiVersion"], entry.get("subresource", "")


@lru_cache(maxsize=4096)
def _shared(text: str) -> Map:
    """Return a FieldsV1 that all objects written alike share: thousands of pods have the same few."""
    found: Map = freeze(json.loads(text))
    return found


def after_update(resource: Resource, new: Object, old: Object, manager: Manager, now: str) -> list[dict[str, Any]]:
    """Return the managedFields of `new`, which `manager` made of `old` by a plain write.

    Whoever changes a field takes it from its owners; fields that went away have no owner.
    """
    managed = _before(new, old, manager)
    change = field_sets.compare(_visible(old, resource, manager), _visible(new, resource, manager), root_type(resource))
    taken = field_sets.difference(field_sets.union(change.added, change.modified), _OWNERLESS)
    lost = field_sets.union(taken, change.removed)
    if not lost:
        return write(managed)
    managed.sets = {
        who: rest for who, members in managed.sets.items() if (rest := field_sets.difference(members, lost))
    }
    if taken:
        managed.sets[manager] = field_sets.union(managed.sets.get(manager, {}), taken)
        managed.times[manager] = now
    return write(managed)


def _before(new: Object, old: Object, manager: Manager) -> Managed:
    """Return the owners to start from. A writer may set managedFields itself; leaving it out loses nothing."""
    given = new["metadata"].get("managedFields")
    if given == [{}]:
        return Managed({}, {})
    if given and not manager.subresource:
        return read(given)
    return read((old.get("metadata") or {}).get("managedFields"))


def root_type(resource: Resource) -> FieldType:
    """Return the type of a whole object, as a field would have it."""
    return FieldType("object", ref=schema.of(resource.api_version, resource.kind).name)


def _visible(obj: Object, resource: Resource, manager: Manager) -> Object:
    """Return the parts this way of writing can change: the others are reset by the strategy and so not owned."""
    if manager.subresource:
        part = "status" if manager.subresource == "status" else "spec"
        return {key: obj[key] for key in ("metadata", part) if key in obj}
    hidden = {"apiVersion", "kind"} | ({"status"} if STRATEGIES[resource.qualified].status else set())
    return {key: item for key, item in obj.items() if key not in hidden}


def owned(resource: Resource, config: Object) -> Set:
    """Return the fields that an applied configuration wants to own."""
    return field_sets.difference(field_sets.set_of(config, root_type(resource)), _OWNERLESS)


def conflict(conflicts: Mapping[Manager, Set]) -> ApiError:
    """Return the refusal of an apply that would change what others own."""
    listed = sorted(
        (_told(manager), path) for manager, members in conflicts.items() for path in field_sets.paths(members)
    )
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {who}", "field": path} for who, path in listed
    ]
    if len(listed) == 1:
        who, path = listed[0]
        return errors.apply_conflict(f"Apply failed with 1 conflict: conflict with {who}: {path}", causes)
    lines = []
    for who in dict.fromkeys(who for who, _ in listed):
        lines += [f"conflicts with {who}:", *(f"- {path}" for other, path in listed if other == who)]
    return errors.apply_conflict(f"Apply failed with {len(listed)} conflicts: " + "\n".join(lines), causes)


def _told(manager: Manager) -> str:
    told = errors.quote(manager.name)
    if manager.subresource:
        told += f" with subresource {errors.quote(manager.subresource)}"
    return f"{told} using {manager.api_version}" if manager.operation == "Update" else told

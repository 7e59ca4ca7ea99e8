"""Objects other than pods and nodes, as the scheduler's watches know them: what plugins read as framework.Objects."""

from __future__ import annotations

from typing import Final

from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.meta import Key
from playground.kube.store import Change

Objects = list[Object]

# What plugins read, by qualified plural.
WATCHED: Final = (
    "namespaces",
    "services",
    "replicationcontrollers",
    "replicasets.apps",
    "statefulsets.apps",
    "poddisruptionbudgets.policy",
    "persistentvolumes",
    "persistentvolumeclaims",
    "storageclasses.storage.k8s.io",
    "csinodes.storage.k8s.io",
)


class Views:
    """The newest state of each watched object. `version` grows when more than a status changed."""

    def __init__(self) -> None:
        self.version = 0
        self._objects: dict[str, dict[Key, Map]] = {resource: {} for resource in WATCHED}
        self._sorted: dict[str, Objects] = {}

    def take(self, change: Change) -> None:
        """Take over a change of a watched resource."""
        objects = self._objects[change.resource]
        if change.type == "DELETED":
            objects.pop(change.key, None)
        else:
            objects[change.key] = change.object
        self._sorted.pop(change.resource, None)
        if change.previous is None or change.type == "DELETED" or _matters(change.previous, change.object):
            self.version += 1

    def put(self, resource: str, key: Key, obj: Map) -> None:
        """Take over an object that was there before the watch began."""
        self._objects[resource][key] = obj
        self._sorted.pop(resource, None)
        self.version += 1

    def list(self, resource: str, namespace: str | None = None) -> Objects:
        """Return all objects of a resource, or of one namespace, by namespace and name."""
        found = self._sorted.get(resource)
        if found is None:
            objects = self._objects.get(resource, {})
            found = self._sorted[resource] = [objects[key] for key in sorted(objects)]
        if namespace is None:
            return found
        return [item for item in found if item["metadata"].get("namespace") == namespace]

    def get(self, resource: str, namespace: str, name: str) -> Map | None:
        """Return one object, or None."""
        return self._objects.get(resource, {}).get((namespace, name))


def _matters(old: Object, new: Object) -> bool:
    """Tell whether anything but metadata's numbers and the status differs; budgets' and claims' statuses matter too."""
    if old.get("kind") != "ReplicaSet" and old.get("status") != new.get("status"):
        return True
    before, after = old["metadata"], new["metadata"]
    same = all(before.get(name) == after.get(name) for name in ("labels", "annotations", "deletionTimestamp"))
    return not same or any(old.get(name) != new.get(name) for name in new if name not in ("metadata", "status"))

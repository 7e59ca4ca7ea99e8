"""Shared informers: one watch for all programs, one cache of each resource, and handlers told of every change in order.

After k8s.io/client-go/informers and tools/cache. A cache holds what the watch has told so far: while the watch is cut
it stays as it was, and `revision` says up to where it goes. Objects are the store's own, frozen and shared.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, Protocol

from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.objects.meta import Key
from playground.kube.store import Change, Compacted, undo

Handler = Callable[[Change], None]
IndexOf = Callable[[Map], Iterable[str]]
Maps = list[Map]

NAME: Final = "informers"


class Reading(Protocol):
    """The part of the API server that informers read."""

    @property
    def revision(self) -> int:
        """The newest revision."""

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> list[Change]:
        """What happened after a revision; raises Compacted."""

    def objects(self, resource: str) -> list[Map]:
        """All objects of a resource."""


def _by_controller(obj: Map) -> Iterable[str]:
    owner = meta.owner(obj)
    return (owner["uid"],) if owner else ()


def _by_node(obj: Map) -> Iterable[str]:
    node = (obj.get("spec") or {}).get("nodeName")
    return (node,) if node else ()


def _orphans(obj: Map) -> Iterable[str]:
    return () if meta.owner(obj) else (meta.namespace(obj),)


def _by_hash(obj: Map) -> Iterable[str]:
    found = meta.labels(obj).get(HASH)
    return (f"{meta.namespace(obj)}/{found}",) if found else ()


# What caches can be asked by: "controller" is the uid of the owner that controls, "node" a pod's nodeName, "orphans"
# the namespace of what nothing controls, "hash" the namespace and the pod-template-hash label: "default/7d9f8c6b5".
HASH: Final = "pod-template-hash"
INDEXES: Final[Mapping[str, IndexOf]] = {
    "controller": _by_controller,
    "node": _by_node,
    "orphans": _orphans,
    "hash": _by_hash,
}
_INDEXED: Final[Mapping[str, tuple[str, ...]]] = {
    "pods": ("controller", "node", "orphans", "hash"),
    "replicasets.apps": ("controller", "orphans"),
    "controllerrevisions.apps": ("controller", "orphans"),
}
_USUAL: Final = ("controller",)


class Cache:
    """All objects of one resource as the watch has told them. Answers come by namespace and name."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self._objects: dict[Key, Map] = {}
        self._keys: list[Key] = []
        self._indexes: dict[str, dict[str, set[Key]]] = {name: {} for name in _INDEXED.get(resource, _USUAL)}

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, namespace: str, name: str) -> Map | None:
        """Return one object, or None. What belongs to the cluster has the namespace ""."""
        return self._objects.get((namespace, name))

    def list(self, namespace: str | None = None) -> Maps:
        """Return all objects, or those of a namespace."""
        keys = self._keys
        if namespace is not None:
            keys = keys[bisect_left(keys, (namespace, "")) : bisect_left(keys, (namespace + "\0", ""))]
        return [self._objects[key] for key in keys]

    def by(self, index: str, value: str) -> Maps:
        """Return what an index has under a value: by("controller", uid), by("node", name)."""
        return [self._objects[key] for key in sorted(self._indexes[index].get(value, ()))]

    def put(self, key: Key, obj: Map) -> None:
        """Take in a new state of an object."""
        old = self._objects.get(key)
        if old is None:
            insort(self._keys, key)
        self._objects[key] = obj
        if old is not None and _indexed_alike(old, obj):
            return
        for name, table in self._indexes.items():
            before = tuple(INDEXES[name](old)) if old is not None else ()
            after = tuple(INDEXES[name](obj))
            if before != after:
                _unindex(table, before, key)
                for value in after:
                    table.setdefault(value, set()).add(key)

    def drop(self, key: Key) -> None:
        """Forget an object."""
        old = self._objects.pop(key, None)
        if old is None:
            return
        del self._keys[bisect_left(self._keys, key)]
        for name, table in self._indexes.items():
            _unindex(table, INDEXES[name](old), key)


def _indexed_alike(old: Map, obj: Map) -> bool:
    """Tell at a glance that all that indexes read is as it was: a new status leaves these parts the same objects."""
    before, after = old["metadata"], obj["metadata"]
    return (
        old.get("spec") is obj.get("spec")
        and before.get("ownerReferences") is after.get("ownerReferences")
        and before.get("labels") is after.get("labels")
    )


def _unindex(table: dict[str, set[Key]], values: Iterable[str], key: Key) -> None:
    for value in values:
        keys = table[value]
        keys.discard(key)
        if not keys:
            del table[value]


class Informers:
    """The caches and their handlers. It is an actor: in its turn it takes in all that happened since."""

    name = NAME

    def __init__(self, api: Reading, revision: int | None = None) -> None:
        """Start with what the API server has, or (as of an earlier *revision*) where another left off."""
        self._api = api
        self._caches: dict[str, Cache] = {}
        self._handlers: dict[str, dict[str, Handler]] = {}  # who -> resource -> handler
        self._routes: dict[str, list[Handler]] = {}
        self.revision = api.revision if revision is None else revision

    def cache(self, resource: str) -> Cache:
        """Return the cache of a resource ("pods", "replicasets.apps"), filled on first asking."""
        found = self._caches.get(resource)
        if found is None:
            found = self._caches[resource] = Cache(resource)
            for key, obj in objects_at(self._api, resource, self.revision).items():
                found.put(key, obj)
        return found

    def attach(self, who: str, handlers: Mapping[str, Handler]) -> None:
        """Tell *who* of every change of these resources from now on, and first of each object there is as ADDED.

        Handlers that *who* had before are forgotten: a program that starts anew lists anew.
        """
        self._handlers[who] = dict(handlers)
        self._route()
        for resource, handler in handlers.items():
            for obj in self.cache(resource).list():
                handler(_listed(resource, obj))

    def detach(self, who: str) -> None:
        """Tell *who* nothing more."""
        self._handlers.pop(who, None)
        self._route()

    def turn(self) -> bool:
        """Take in what happened: caches first, then the handlers in the order in which they came. Never counts as work:
        whoever was told something has something to do in its own turn."""
        newest = self._api.revision
        if newest == self.revision:
            return False
        try:
            changes = self._api.changes(self.revision)
        except Compacted:
            changes = self._relisted()
        self.revision = newest
        for change in changes:
            self._take(change)
        return False

    def next_at(self) -> float | None:
        """Informers wait for nothing."""
        return None

    def state(self) -> dict[str, Any]:
        """Return up to which revision everybody has been told; the caches follow from it."""
        return {"revision": self.revision}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken. The caches are made as of that revision."""
        if state["revision"] != self.revision:
            self.revision = state["revision"]
            for resource, cache in self._caches.items():
                _refill(cache, objects_at(self._api, resource, self.revision))

    def _take(self, change: Change) -> None:
        cache = self._caches.get(change.resource)
        if cache is not None:
            if change.type == "DELETED":
                cache.drop(change.key)
            else:
                cache.put(change.key, change.object)
        for handler in self._routes.get(change.resource, ()):
            handler(change)

    def _route(self) -> None:
        self._routes = {}
        for handlers in self._handlers.values():
            for resource, handler in handlers.items():
                self._routes.setdefault(resource, []).append(handler)

    def _relisted(self) -> list[Change]:
        """What must have happened when the log no longer tells, by comparing what is listed with what was known."""
        found: list[Change] = []
        for resource, cache in self._caches.items():
            listed = {meta.key(obj): obj for obj in self._api.objects(resource)}
            known = {meta.key(obj): obj for obj in cache.list()}
            for key, obj in known.items():
                if key not in listed or meta.uid(listed[key]) != meta.uid(obj):
                    found.append(_change("DELETED", resource, obj, obj))
            for key, obj in listed.items():
                before = known.get(key)
                if before is None or meta.uid(before) != meta.uid(obj):
                    found.append(_listed(resource, obj))
                elif before != obj:
                    found.append(_change("MODIFIED", resource, obj, before))
        return found


def _refill(cache: Cache, objects: Mapping[Key, Map]) -> None:
    for obj in cache.list():
        cache.drop(meta.key(obj))
    for key, obj in objects.items():
        cache.put(key, obj)


def objects_at(api: Reading, resource: str, revision: int) -> dict[Key, Map]:
    """Return a resource's objects as of a revision; as they are now where the log does not reach back so far."""
    objects = {meta.key(obj): obj for obj in api.objects(resource)}
    try:
        later = api.changes(revision, (resource,))
    except Compacted:
        return objects
    undo(objects, later)
    return objects


def _listed(resource: str, obj: Map) -> Change:
    return _change("ADDED", resource, obj, None)


def _change(kind: Any, resource: str, obj: Map, previous: Map | None) -> Change:
    return Change(meta.resource_version(obj), kind, resource, meta.key(obj), obj, previous, 0.0, NAME, None, None)

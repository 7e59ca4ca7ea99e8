"""What there was at the moment of a change: all objects, by resource and key, by uid, and by who controls them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from playground.kube.objects import meta
from playground.kube.objects.frozen import Map
from playground.kube.objects.kinds import RESOURCES
from playground.kube.objects.meta import Key
from playground.kube.store import Change

Maps = list[Map]


class Past(Protocol):
    """Where the world is read from: the API server."""

    @property
    def revision(self) -> int:
        """The newest revision."""

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> list[Change]:
        """What happened after a revision; raises Compacted."""

    def objects(self, resource: str) -> Maps:
        """All objects of a resource."""


class World:
    """All objects as of one revision, moved on change by change."""

    def __init__(self, past: Past, revision: int) -> None:
        """Make the world of a revision: what there is now, with all later changes undone. Raises Compacted."""
        self._objects: dict[str, dict[Key, Map]] = {}
        self._by_uid: dict[str, Map] = {}
        self._owned: dict[str, dict[Key, Map]] = {}  # pods by the uid of their controller
        for resource in RESOURCES:
            for obj in past.objects(resource.qualified):
                self._put(resource.qualified, meta.key(obj), obj)
        for change in reversed(past.changes(revision)):
            if change.previous is None:
                self._drop(change.resource, change.key)
            else:
                self._put(change.resource, change.key, change.previous)

    def move(self, change: Change) -> None:
        """Take in a change."""
        if change.type == "DELETED":
            self._drop(change.resource, change.key)
        else:
            self._put(change.resource, change.key, change.object)

    def get(self, resource: str, key: Key) -> Map | None:
        """Return an object, or None."""
        return self._objects.get(resource, {}).get(key)

    def by_uid(self, uid: str) -> Map | None:
        """Return the object with a uid, or None."""
        return self._by_uid.get(uid)

    def pods_of(self, owner: Map) -> Maps:
        """Return the pods that an object controls."""
        return list(self._owned.get(meta.uid(owner), {}).values())

    def controller(self, obj: Map) -> Map | None:
        """Return the object that controls another, or None where there is none any more."""
        reference = meta.owner(obj)
        return self._by_uid.get(reference["uid"]) if reference else None

    def all(self, resource: str) -> Maps:
        """Return all objects of a resource."""
        return list(self._objects.get(resource, {}).values())

    def _put(self, resource: str, key: Key, obj: Map) -> None:
        self._objects.setdefault(resource, {})[key] = obj
        if uid := meta.uid(obj):
            self._by_uid[uid] = obj
        if resource == "pods":
            self._disown(key, obj)
            if reference := meta.owner(obj):
                self._owned.setdefault(reference["uid"], {})[key] = obj

    def _drop(self, resource: str, key: Key) -> None:
        obj = self._objects.get(resource, {}).pop(key, None)
        if obj is None:
            return
        self._by_uid.pop(meta.uid(obj), None)
        if resource == "pods":
            self._disown(key, obj)

    def _disown(self, key: Key, obj: Map) -> None:
        for reference in meta.metadata(obj).get("ownerReferences") or ():
            self._owned.get(reference["uid"], {}).pop(key, None)

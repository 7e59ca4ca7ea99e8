"""The objects and their log. Only the API server writes here; what is stored is immutable and shared."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection
from typing import Any

from playground.kube.clock import Clock
from playground.kube.objects.frozen import EMPTY, Map, Object, freeze
from playground.kube.objects.meta import Key
from playground.kube.objects.meta import key as key_of
from playground.kube.store.change import By, Change, Type, change_of
from playground.kube.store.errors import Conflict, Exists, Missing
from playground.kube.store.log import Log

Maps = list[Map]
Changes = list[Change]
Keys = list[Key]

_FIRST = 1  # etcd starts there, and a resourceVersion of "0" would mean "any"


class Store:
    """Objects by resource and key, a revision that every write raises by one, and the changes since compaction."""

    def __init__(self, clock: Clock) -> None:
        self.revision = _FIRST
        self._clock = clock
        self._objects: dict[str, dict[Key, Map]] = {}
        self._sorted: dict[str, Keys] = {}  # keys in order, once somebody has listed
        self._log = Log()

    @property
    def compacted(self) -> int:
        """Return the revision up to which the log is forgotten; 0 when it is whole."""
        return self._log.compacted

    def get(self, resource: str, key: Key) -> Map | None:
        """Return the object, or None."""
        table = self._objects.get(resource)
        return table.get(key) if table else None

    def list(self, resource: str, namespace: str | None = None) -> Maps:
        """Return all objects, or those of one namespace, ordered by namespace and name."""
        table = self._objects.get(resource)
        if not table:
            return []
        keys = self._keys(resource, table)
        if namespace is not None:
            keys = keys[bisect_left(keys, (namespace, "")) : bisect_left(keys, (namespace + "\0", ""))]
        return [table[key] for key in keys]

    def count(self, resource: str) -> int:
        """Return how many objects there are."""
        return len(self._objects.get(resource, ()))

    def create(self, resource: str, key: Key, obj: Object, by: By) -> Map:
        """Store a new object and return it with its resourceVersion; raises Exists."""
        table = self._objects.setdefault(resource, {})
        if key in table:
            raise Exists(resource, key)
        stored = self._stamped(obj)
        table[key] = stored
        if resource in self._sorted:
            insort(self._sorted[resource], key)
        self._record("ADDED", resource, key, (stored, None), by)
        return stored

    def update(self, resource: str, key: Key, obj: Object, by: By, expected: int | None = None) -> Map:
        """Replace an object and return it with its resourceVersion.

        An object equal to the stored one is not written again, as in etcd3's GuaranteedUpdate.
        Raises Missing, or Conflict when it is not at the revision `expected`.
        """
        previous = self._expect(resource, key, expected)
        if obj == previous:
            return previous
        stored = self._stamped(obj)
        self._objects[resource][key] = stored
        self._record("MODIFIED", resource, key, (stored, previous), by)
        return stored

    def delete(self, resource: str, key: Key, by: By, final: Object | None = None, expected: int | None = None) -> Map:
        """Remove an object and return its last state, `final` if given, with the deletion's resourceVersion.

        Raises Missing, or Conflict when it is not at the revision `expected`.
        """
        previous = self._expect(resource, key, expected)
        gone = self._stamped(previous if final is None else final)
        del self._objects[resource][key]
        if resource in self._sorted:
            keys = self._sorted[resource]
            del keys[bisect_left(keys, key)]
        self._record("DELETED", resource, key, (gone, previous), by)
        return gone

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> Changes:
        """Return the changes after a revision, oldest first; raises Compacted when the log does not reach back."""
        return self._log.after(after, resources, limit)

    def compact(self, revision: int) -> None:
        """Forget changes up to and with a revision; the objects stay."""
        self._log.compact(min(revision, self.revision))

    def fork(self) -> Store:
        """Return a store that starts from here and goes its own way; it shares all objects and the clock."""
        return self.fork_on(self._clock)

    def fork_on(self, clock: Clock) -> Store:
        """Return a fork that takes its times from another clock."""
        twin = Store(clock)
        twin.revision = self.revision
        twin._objects = {resource: dict(table) for resource, table in self._objects.items()}
        twin._sorted = {resource: list(keys) for resource, keys in self._sorted.items()}
        twin._log = self._log.fork()
        return twin

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON: the objects at compaction, and the changes since."""
        base = {resource: dict(table) for resource, table in self._objects.items()}
        changes = self._log.after(self.compacted, None, None)
        for change in reversed(changes):
            if change.previous is None:
                del base[change.resource][change.key]
            else:
                base.setdefault(change.resource, {})[change.key] = change.previous
        return {
            "revision": self.revision,
            "compacted": self.compacted,
            "objects": {resource: [table[key] for key in sorted(table)] for resource, table in base.items() if table},
            "changes": [change.record() for change in changes],
        }

    def restore(self, state: Object) -> None:
        """Become what state() described."""
        self._objects = {
            resource: {key_of(obj): freeze(obj) for obj in objects} for resource, objects in state["objects"].items()
        }
        self._sorted = {}
        self._log = Log()
        self._log.compact(state["compacted"])
        self.revision = state["revision"]
        for record in state["changes"]:
            namespace, name = record["key"]
            table = self._objects.setdefault(record["resource"], {})
            change = change_of(record, table.get((namespace, name)))
            self._log.append(change)
            if change.type == "DELETED":
                del table[change.key]
            else:
                table[change.key] = change.object

    def _keys(self, resource: str, table: dict[Key, Map]) -> Keys:
        keys = self._sorted.get(resource)
        if keys is None:
            keys = self._sorted[resource] = sorted(table)
        return keys

    def _expect(self, resource: str, key: Key, expected: int | None) -> Map:
        table = self._objects.get(resource)
        found = table.get(key) if table else None
        if found is None:
            raise Missing(resource, key)
        if expected is not None:
            actual = int(found["metadata"]["resourceVersion"])
            if actual != expected:
                raise Conflict(resource, key, expected, actual)
        return found

    def _stamped(self, obj: Object) -> Map:
        """Take the next revision and return the object frozen, with it as resourceVersion."""
        self.revision += 1
        whole: Map = freeze(obj)
        metadata = Map({**(whole.get("metadata") or EMPTY), "resourceVersion": str(self.revision)})
        return Map({**whole, "metadata": metadata})

    def _record(self, kind: Type, resource: str, key: Key, states: tuple[Map, Map | None], by: By) -> None:
        self._log.append(
            Change(
                self.revision,
                kind,
                resource,
                key,
                states[0],
                states[1],
                self._clock.now,
                by.actor,
                by.cause,
                by.command,
            )
        )

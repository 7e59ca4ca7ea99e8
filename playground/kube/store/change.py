"""One line of the log: what changed, when, by whom and because of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playground.kube.objects.frozen import Map, freeze
from playground.kube.objects.meta import Key
from playground.kube.store.delta import diff, patched

Type = Literal["ADDED", "MODIFIED", "DELETED"]


@dataclass(frozen=True, slots=True)
class By:
    """Who writes: an actor; the revision it reacts to; the number of the person's command behind it all."""

    actor: str
    cause: int | None = None
    command: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One write. A deletion's `object` is the last state, with the deletion's own, higher resourceVersion."""

    revision: int
    type: Type
    resource: str  # qualified: "pods", "deployments.apps"
    key: Key
    object: Map
    previous: Map | None
    time: float  # seconds since 1970, virtual
    actor: str
    cause: int | None
    command: int | None

    def record(self) -> dict[str, Any]:
        """Return it as JSON: what was added as a whole, what was changed as edits of what was there before."""
        record = {
            "revision": self.revision,
            "type": self.type,
            "resource": self.resource,
            "key": list(self.key),
            "time": self.time,
            "actor": self.actor,
            "cause": self.cause,
            "command": self.command,
        }
        if self.previous is None:
            return record | {"object": self.object}
        return record | {"edits": list(diff(self.previous, self.object))}


def change_of(record: Mapping[str, Any], previous: Map | None) -> Change:
    """Return the change that record() described; `previous` is the object before it."""
    fields = dict(record)
    obj = freeze(fields.pop("object")) if previous is None else patched(previous, fields.pop("edits"))
    namespace, name = fields.pop("key")
    return Change(**fields, key=(namespace, name), object=obj, previous=previous)


def undo(objects: dict[Key, Map], changes: Sequence[Change]) -> None:
    """Take a resource's objects back to before these changes of theirs, which are given oldest first."""
    for change in reversed(changes):
        if change.previous is None:
            objects.pop(change.key, None)
        else:
            objects[change.key] = change.previous

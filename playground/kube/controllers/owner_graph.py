"""Who owns what, by uid: the garbage collector's picture of all objects.

After pkg/controller/garbagecollector/graph_builder.go. It follows from the caches alone, so nothing of it is saved. An
owner that nobody has seen has no node, though dependents may name its uid.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from playground.kube.objects import kinds
from playground.kube.objects.frozen import EMPTY_LIST, Map, Object

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


class Node(NamedTuple):
    """An object as the graph knows it."""

    resource: str
    namespace: str
    name: str
    uid: str


Nodes = list[Node]


class OwnerGraph:
    """Nodes by uid, and the dependents of each uid."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._dependents: dict[str, set[Node]] = {}

    def node(self, uid: str) -> Node | None:
        """Return the object with a uid, if it has been seen."""
        return self._nodes.get(uid)

    def add(self, node: Node) -> None:
        """Take in an object."""
        self._nodes[node.uid] = node

    def drop(self, node: Node) -> None:
        """Forget an object. Those that name it as an owner stay linked to its uid."""
        self._nodes.pop(node.uid, None)

    def link(self, node: Node, references: Iterable[Object]) -> None:
        """Take in who owns an object."""
        for reference in references:
            self._dependents.setdefault(reference["uid"], set()).add(node)

    def unlink(self, node: Node, references: Iterable[Object]) -> None:
        """Forget who owned an object."""
        for reference in references:
            dependents = self._dependents.get(reference["uid"])
            if dependents is not None:
                dependents.discard(node)
                if not dependents:
                    del self._dependents[reference["uid"]]

    def unsorted(self, uid: str) -> Iterable[Node]:
        """Return those that name a uid as an owner, in no order."""
        return self._dependents.get(uid, ())

    def dependents(self, uid: str) -> Nodes:
        """Return those that name a uid as an owner, by resource, namespace and name."""
        return sorted(self._dependents.get(uid, ()))


def references(metadata: Object) -> Any:
    """Return the owner references of an object's metadata."""
    return metadata.get("ownerReferences") or EMPTY_LIST


def owner_resource(reference: Object) -> kinds.Resource | None:
    """Return the resource that an owner reference is about, None for one that is not served."""
    found = kinds.by_kind(reference["apiVersion"], reference["kind"])
    return found if found is not None and found.plural else None


def is_blocking(reference: Object) -> bool:
    """Tell whether an owner that goes in the foreground waits for who has this reference."""
    return bool(reference.get("blockOwnerDeletion"))


def waits_for(obj: Map | None, finalizer: str) -> bool:
    """Tell whether an object is being deleted and a finalizer of the garbage collector holds it."""
    if obj is None:
        return False
    metadata = obj["metadata"]
    return "deletionTimestamp" in metadata and finalizer in (metadata.get("finalizers") or ())

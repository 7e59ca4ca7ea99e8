"""The garbage collector: what has lost all its owners goes; orphans are let go; owners may wait for their dependents.

After pkg/controller/garbagecollector/{garbagecollector,graph_builder,operations}.go. A change costs a look at its owner
references and finalizers; only what may have to be deleted, or may now go, is put in line and read from the API server.
Owners of kinds that are not served are never taken for gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from playground.kube.apiserver import DeleteOptions, Preconditions
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Cause, Item
from playground.kube.controllers.owner_graph import (
    FOREGROUND,
    ORPHAN,
    Node,
    OwnerGraph,
    is_blocking,
    owner_resource,
    references,
    waits_for,
)
from playground.kube.errors import ApiError
from playground.kube.objects import kinds, meta
from playground.kube.objects.frozen import Map, Object
from playground.kube.store import By, Change

_IGNORED = frozenset({"bindings", "events"})


class GarbageCollector(Controller):
    """Keys: what is to be done, and with which node.

    "delete": delete it if it may go. "finish": let it go if it waited in the foreground and nobody blocks it any more.
    "orphan": let its dependents go free. "report": tell that the owner with the uid behind is in another namespace.
    """

    name = "garbage-collector-controller"

    def __init__(self, context: Context) -> None:
        self._graph = OwnerGraph()
        super().__init__(context)

    def handlers(self) -> Mapping[str, Handler]:
        """Watch everything that can own or be owned."""
        return {item.qualified: self._seen for item in kinds.RESOURCES if item.qualified not in _IGNORED}

    def sync(self, item: Item, by: By) -> None:
        """Work one key off."""
        what, node = item[0], Node(*item[1:5])
        if what == "report":
            self._report(node, item[5], by)
            return
        latest = self._read(node)
        if latest is None:
            return
        if what == "orphan":
            self._orphan(node, latest, by)
        elif waits_for(latest, FOREGROUND):
            self._finish_foreground(node, latest, by, again=what == "delete")
        elif what == "delete" and not meta.deleting(latest) and references(latest["metadata"]):
            self._collect(node, latest, by)

    # What changes tell.

    def _seen(self, change: Change) -> None:
        metadata = change.object["metadata"]
        if change.type == "MODIFIED" and change.previous is not None:
            before = change.previous["metadata"]
            owners, owned = metadata.get("ownerReferences"), before.get("ownerReferences")
            if owners is not owned and owners != owned:
                self._owners_changed(change)
            if "deletionTimestamp" in metadata and metadata.get("finalizers"):
                self._deletion_began(change)
            return
        node = Node(change.resource, *change.key, metadata["uid"])
        if change.type == "ADDED":
            self._added(node, change)
        else:
            self._deleted(node, change)

    def _added(self, node: Node, change: Change) -> None:
        metadata = change.object["metadata"]
        self._graph.add(node)
        if owners := metadata.get("ownerReferences"):
            self._graph.link(node, owners)
            self._doubt(node, owners, change)
        for dependent in self._graph.dependents(node.uid):
            if node.namespace and dependent.namespace != node.namespace:
                self._invalid(dependent, node.uid, change)
        if "deletionTimestamp" in metadata:
            self._deletion_began(change)

    def _owners_changed(self, change: Change) -> None:
        node = Node(change.resource, *change.key, meta.uid(change.object))
        old = references(change.previous["metadata"]) if change.previous is not None else ()
        new = references(change.object["metadata"])
        self._graph.unlink(node, old)
        self._graph.link(node, new)
        known = {reference["uid"] for reference in old}
        self._doubt(node, [reference for reference in new if reference["uid"] not in known], change)
        blocked = {reference["uid"] for reference in new if is_blocking(reference)}
        self._recheck([each for each in old if is_blocking(each) and each["uid"] not in blocked], change)

    def _deletion_began(self, change: Change) -> None:
        node = Node(change.resource, *change.key, meta.uid(change.object))
        before = change.previous if change.type == "MODIFIED" else None
        if waits_for(change.object, ORPHAN) and not waits_for(before, ORPHAN):
            self.enqueue(("orphan", *node), change)
        elif waits_for(change.object, FOREGROUND) and not waits_for(before, FOREGROUND):
            for dependent in self._graph.dependents(node.uid):
                self.enqueue(("delete", *dependent), change)
            self.enqueue(("delete", *node), change)

    def _deleted(self, node: Node, change: Change) -> None:
        self._graph.drop(node)
        owners = references(change.object["metadata"])
        self._graph.unlink(node, owners)
        for dependent in self._graph.dependents(node.uid):
            self.enqueue(("delete", *dependent), change)
        self._recheck(owners, change)

    def _doubt(self, node: Node, owners: Iterable[Object], change: Change) -> None:
        """Put in line who names an owner that was never seen, is another than it says, or is on its way out."""
        for reference in owners:
            owner = self._graph.node(reference["uid"])
            if owner is not None and owner.namespace and owner.namespace != node.namespace:
                self._invalid(node, owner.uid, change)
            elif owner is None or not _is_meant(reference, owner) or waits_for(self._cached(owner), FOREGROUND):
                self.enqueue(("delete", *node), change)

    def _invalid(self, node: Node, owner: str, change: Change) -> None:
        self.enqueue(("report", *node, owner), change)
        self.enqueue(("delete", *node), change)

    def _recheck(self, owners: Iterable[Object], change: Change) -> None:
        """Put in line the owners that wait in the foreground."""
        for reference in owners:
            owner = self._graph.node(reference["uid"])
            if owner is not None and waits_for(self._cached(owner), FOREGROUND):
                self.enqueue(("finish", *owner), change)

    # What is done about it.

    def _collect(self, node: Node, latest: Map, by: By) -> None:
        """Delete what has no owner left, or take the owners off that are gone (attemptToDeleteItem)."""
        solid: list[Object] = []
        dangling: list[Object] = []
        waiting: list[Object] = []
        for reference in references(latest["metadata"]):
            resource = owner_resource(reference)
            if resource is None or (resource.namespaced and not node.namespace):
                return
            owner = self._owner(node, resource, reference)
            (dangling if owner is None else waiting if waits_for(owner, FOREGROUND) else solid).append(reference)
        if solid:
            if dangling or waiting:
                self._take_owners_off(node, [reference["uid"] for reference in (*dangling, *waiting)], by)
        elif waiting and (dependents := self._graph.dependents(node.uid)):
            if any(waits_for(self._cached(dependent), FOREGROUND) for dependent in dependents):
                self._unblock(node, latest, by)  # there may be a cycle
            self._delete(node, "Foreground", by)
        else:
            self._delete(node, _policy(latest), by)

    def _finish_foreground(self, node: Node, latest: Map, by: By, *, again: bool) -> None:
        """Let an owner go that nobody blocks; else see to those who do, if *again* (processDeletingDependentsItem)."""
        if not any(self._blocks(each, node.uid) for each in self._graph.unsorted(node.uid)):
            self._remove_finalizer(node, latest, FOREGROUND, by)
            return
        for dependent in self._graph.dependents(node.uid) if again else ():
            if self._blocks(dependent, node.uid) and not waits_for(self._cached(dependent), FOREGROUND):
                self.queue.add(("delete", *dependent), Cause(by.cause, by.command))

    def _orphan(self, node: Node, latest: Map, by: By) -> None:
        """Let all dependents go free, then the owner (attemptToOrphanWorker)."""
        for dependent in self._graph.dependents(node.uid):
            self._take_owners_off(dependent, [node.uid], by)
        self._remove_finalizer(node, latest, ORPHAN, by)

    def _report(self, node: Node, owner: str, by: By) -> None:
        """Tell that a reference leads into another namespace (reportInvalidNamespaceOwnerRef)."""
        found = self._cached(node)
        if found is None:
            return
        metadata = {"namespace": node.namespace, "name": node.name, "uid": node.uid}
        about = {"apiVersion": found["apiVersion"], "kind": found["kind"], "metadata": metadata}
        for reference in references(found["metadata"]):
            if reference["uid"] == owner:
                where = f"namespace: {node.namespace}, name: {reference['name']}, uid: {owner}"
                told = f"ownerRef [{reference['apiVersion']}/{reference['kind']}, {where}]"
                told += f' does not exist in namespace "{node.namespace}"'
                self.api.record_event(about, "OwnerRefInvalidNamespace", told, by=by, warning=True)
                return

    def _delete(self, node: Node, propagation: str, by: By) -> None:
        options = DeleteOptions(propagation=propagation, preconditions=Preconditions(uid=node.uid))
        try:
            self.api.delete(node.resource, node.name, node.namespace, by=by, options=options)
        except ApiError as error:
            if error.code != 404:
                raise

    def _take_owners_off(self, node: Node, owners: Iterable[str], by: By) -> None:
        gone = [{"$patch": "delete", "uid": uid} for uid in owners]
        self._patch(node, {"ownerReferences": gone, "uid": node.uid}, "strategic", by)

    def _unblock(self, node: Node, latest: Map, by: By) -> None:
        blocking = [each for each in references(latest["metadata"]) if is_blocking(each)]
        freed = [{**reference, "blockOwnerDeletion": False} for reference in blocking]
        self._patch(node, {"ownerReferences": freed, "uid": node.uid}, "strategic", by)

    def _remove_finalizer(self, node: Node, latest: Map, finalizer: str, by: By) -> None:
        metadata = latest["metadata"]
        kept = [name for name in metadata.get("finalizers") or () if name != finalizer]
        self._patch(node, {"resourceVersion": metadata["resourceVersion"], "finalizers": kept}, "merge", by)

    def _patch(self, node: Node, metadata: dict[str, Any], how: str, by: By) -> None:
        try:
            self.api.patch(node.resource, node.name, node.namespace, {"metadata": metadata}, type=how, by=by)
        except ApiError as error:
            if error.code != 404:
                raise

    # Reading.

    def _read(self, node: Node) -> Map | None:
        """Return the object as the API server has it; None when it is gone, or another has its name."""
        try:
            found = self.api.get(node.resource, node.name, node.namespace).object
        except ApiError as error:
            if error.code == 404:
                return None
            raise
        return found if meta.uid(found) == node.uid else None

    def _owner(self, node: Node, resource: kinds.Resource, reference: Object) -> Map | None:
        namespace = node.namespace if resource.namespaced else ""
        return self._read(Node(resource.qualified, namespace, reference["name"], reference["uid"]))

    def _cached(self, node: Node) -> Map | None:
        found = self.informers.cache(node.resource).get(node.namespace, node.name)
        return found if found is not None and meta.uid(found) == node.uid else None

    def _blocks(self, node: Node, owner: str) -> bool:
        found = self._cached(node)
        return found is not None and any(
            reference["uid"] == owner and is_blocking(reference) for reference in references(found["metadata"])
        )


def _is_meant(reference: Object, owner: Node) -> bool:
    """Tell whether a reference names its owner as it is (ownerReferenceMatchesCoordinates)."""
    resource = owner_resource(reference)
    return resource is not None and (resource.qualified, reference["name"]) == (owner.resource, owner.name)


def _policy(latest: Map) -> str:
    """Return how to delete: as finalizers that are there already say, else in the background."""
    finalizers = latest["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"

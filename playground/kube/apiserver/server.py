"""The API server: one method per verb, each a door to the module that does it and checks what it is given.

Everything it knows is in the store, the clock and the names, so it can be made anew over copies of them at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from playground.kube import errors
from playground.kube.apiserver import (
    binding,
    conditions,
    contents,
    creating,
    deletion,
    event_recording,
    eviction,
    leases,
    listing,
    patching,
    scale,
    updating,
)
from playground.kube.apiserver.bodies import Body, draft_of
from playground.kube.apiserver.core import Core, existing, named, resource_of
from playground.kube.apiserver.listing import Listed, Page
from playground.kube.apiserver.options import Answer, DeleteOptions, Options
from playground.kube.apiserver.patching import PatchType
from playground.kube.apiserver.selection import Selection
from playground.kube.apiserver.updating import Target
from playground.kube.apiserver.watching import ObjectWatch, WatchOptions
from playground.kube.clock import Clock
from playground.kube.names import Names
from playground.kube.objects import meta
from playground.kube.objects.frozen import List, Map, Object
from playground.kube.objects.kinds import Resource
from playground.kube.store import By, Change, Store

_OPTIONS = Options()
_DELETE = DeleteOptions()
_WATCH = WatchOptions()
Word = str | Resource


class ApiServer:
    """The verbs. A resource is given as "pods", "deployments.apps", or a Resource; refusals are raised as ApiError."""

    def __init__(self, store: Store, clock: Clock, names: Names, core: Core | None = None) -> None:
        """Serve what is in the store; *core* says more of the cluster around it (see Core)."""
        self.core = core or Core(store, clock, names)

    # Reading. Stored objects are frozen and shared: nothing is copied.

    @property
    def revision(self) -> int:
        """Return the newest revision."""
        return self.core.store.revision

    def changes(self, after: int, resources: Collection[str] | None = None, limit: int | None = None) -> list[Change]:
        """Return what happened after a revision, for actors inside; raises Compacted."""
        return self.core.store.changes(after, resources, limit)

    def objects(self, resource: str, namespace: str | None = None) -> list[Map]:
        """Return all objects of a resource by namespace and name, for actors inside."""
        return self.core.store.list(resource, namespace)

    def get(self, resource: Word, name: str, namespace: str | None = None, *, subresource: str = "") -> Answer:
        """Return one object, or its Scale."""
        found = named(resource)
        if subresource == "scale":
            return scale.get_scale(self.core, found, name, _place(found, namespace))
        return Answer(leases.beaten(self.core, found, existing(self.core, found, name, _place(found, namespace))))

    def list(
        self,
        resource: Word,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_: str = "",
        resource_version: str = "",
        exact: bool = False,
    ) -> Map:
        """Return a List object: metadata.resourceVersion, continue and remainingItemCount, and the items."""
        found = named(resource)
        wanted = Selection.of(found, namespace, label_selector, field_selector)
        listed = listing.list_objects(self.core, wanted, Page(limit, continue_, resource_version, exact))
        return _list_object(found, leases.all_beaten(self.core, found, listed))

    def watch(
        self,
        resource: Word,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
        options: WatchOptions = _WATCH,
    ) -> ObjectWatch:
        """Return a watch; its poll() gives the events since the last one."""
        wanted = Selection.of(named(resource), namespace, label_selector, field_selector)
        return ObjectWatch(self.core, wanted, options)

    # Writing.

    def create(
        self,
        obj: Body,
        *,
        namespace: str | None = None,
        by: By,
        options: Options = _OPTIONS,
        resource: Word | None = None,
    ) -> Answer:
        """Create an object; `resource` is needed for a body that does not say what it is."""
        found = _of(obj, resource)
        return creating.create(self.core, obj, found, _place(found, namespace, obj), by, options)

    def update(
        self,
        obj: Body,
        *,
        subresource: str = "",
        by: By,
        options: Options = _OPTIONS,
        target: Target | None = None,
    ) -> Answer:
        """Replace an object; `target` says where to when the body alone shall not."""
        if subresource == "scale" or (target is not None and target.subresource == "scale"):
            return self._put_scale(obj, target, by, options)
        if target is None:
            found = _of(obj, None)
            target = Target(found, _place(found, None, obj), meta.name(_mapping(obj)), subresource)
        return updating.update(self.core, obj, target, by, options)

    def _put_scale(self, obj: Body, target: Target | None, by: By, options: Options) -> Answer:
        if target is None:
            raise TypeError("a Scale does not say what it scales: give a target")
        draft = draft_of(obj, scale.kind(), options)
        return scale.put_scale(self.core, draft.object, target, by, options)

    def patch(
        self,
        resource: Word,
        name: str,
        namespace: str | None,
        patch: Any,
        *,
        type: str,  # noqa: A002  the word of the API
        subresource: str = "",
        by: By,
        options: Options = _OPTIONS,
    ) -> Answer:
        """Change an object by a patch of type json, merge, strategic or apply."""
        found = named(resource)
        kind: PatchType = _PATCH_TYPES[type]
        target = Target(found, _place(found, namespace), name, subresource)
        return patching.patch(self.core, patch, target, kind, by, options)

    def delete(
        self, resource: Word, name: str, namespace: str | None = None, *, by: By, options: DeleteOptions = _DELETE
    ) -> Answer:
        """Begin or finish a deletion: the answer is the object while it waits, a Status when it is gone."""
        found = named(resource)
        return deletion.delete(self.core, found, name, _place(found, namespace), by, options)

    def delete_collection(
        self,
        resource: Word,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
        by: By,
        options: DeleteOptions = _DELETE,
    ) -> Map:
        """Delete what is selected; return the List of what was there."""
        found = named(resource)
        wanted = Selection.of(found, namespace, label_selector, field_selector)
        listed = listing.list_objects(self.core, wanted, Page())
        for item in listed.items:
            deletion.delete(self.core, found, meta.name(item), meta.namespace(item), by, options)
        return _list_object(found, listed)

    def evict(self, namespace: str, name: str, *, by: By, options: DeleteOptions = _DELETE) -> Answer:
        """Delete a pod if its disruption budget allows."""
        return eviction.evict(self.core, namespace, name, by, options)

    # The fast doors of actors inside.

    def bind(self, namespace: str, name: str, node: str, *, by: By) -> Map:
        """Give a pod its node; raises ApiError NotFound or Conflict."""
        return binding.bind(self.core, namespace, name, node, by)

    def set_pod_condition(
        self, namespace: str, name: str, condition: Object, *, nominated: str | None = None, by: By
    ) -> Map:
        """Set a condition of a pod; `nominated` "" clears the nominated node, None leaves it."""
        return conditions.set_pod_condition(self.core, namespace, name, condition, by, nominated)

    def set_status(
        self, resource: str, namespace: str, name: str, status: Object, *, by: By, version: int | None = None
    ) -> Map:
        """Replace an object's status without reading or validating it; raises ApiError NotFound or Conflict."""
        return conditions.set_status(self.core, resource, (namespace, name), status, by, version)

    def set_content(
        self, resource: str, namespace: str, name: str, obj: Object, *, by: By, version: int | None = None
    ) -> Map:
        """Replace an object but for its metadata's own part, without validating it; raises NotFound or Conflict."""
        return contents.set_content(self.core, resource, (namespace, name), obj, by, version)

    def set_node(self, node: Object, *, by: By) -> Map:
        """Write a node's labels, annotations or taints as they stand in `node`, without reading or validating it.

        Raises ApiError NotFound, or Conflict when it is not the newest version that was changed.
        """
        return conditions.set_node(self.core, meta.name(node), node, by)

    def record_event(
        self,
        about: Object,
        reason: str,
        message: str,
        *,
        by: By,
        warning: bool = False,
        host: str = "",
        field: str = "",
    ) -> Map | None:
        """Record an event about an object in the actor's name; the same one again raises its count.

        None: nothing is written, because the actor has said too much about this object.

        *host*: the node that says it. *field*: the part of the object it is about, such as spec.containers{web}.
        """
        note = event_recording.Note("Warning" if warning else "Normal", reason, message, by.actor, host, field)
        return event_recording.record_event(self.core, about, note, by)


_PATCH_TYPES: dict[str, PatchType] = {"json": "json", "merge": "merge", "strategic": "strategic", "apply": "apply"}


def _mapping(obj: Body) -> Object:
    if isinstance(obj, bytes):
        raise errors.bad_request("a body that is text needs its resource beside it")
    return obj


def _of(obj: Body, resource: Word | None) -> Resource:
    return named(resource) if resource is not None else resource_of(_mapping(obj))


def _place(resource: Resource, namespace: str | None, obj: Body = b"") -> str:
    """Return the namespace a request is about: the one given, the object's own, or "default"."""
    if not resource.namespaced:
        return ""
    own = "" if isinstance(obj, bytes) else meta.namespace(obj)
    return namespace or own or "default"


def _list_object(resource: Resource, listed: Listed) -> Map:
    metadata: dict[str, Any] = {"resourceVersion": str(listed.revision)}
    if listed.continue_:
        metadata["continue"] = listed.continue_
    if listed.remaining is not None:
        metadata["remainingItemCount"] = listed.remaining
    head = {"kind": resource.list_kind, "apiVersion": resource.api_version, "metadata": Map(metadata)}
    return Map({**head, "items": List(listed.items)})

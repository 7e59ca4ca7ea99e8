"""The end of an object: it leaves the store once nobody holds it back any more.

Source: pkg/registry/generic/registry/store.go (ShouldDeleteDuringUpdate, deleteWithoutFinalizers). When a deletion
begins, and with how much grace, is deletion.py's part.
"""

from __future__ import annotations

from playground.kube.apiserver.core import Core, key_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.objects.kinds import Resource
from playground.kube.store import By


def is_due(resource: Resource, new: Object, old: Object) -> bool:
    """Tell whether an update leaves nothing that keeps a deleted object: finalizers or grace."""
    metadata = new["metadata"]
    if not metadata.get("deletionTimestamp") or metadata.get("finalizers"):
        return False
    if resource.qualified == "namespaces":
        return not (new.get("spec") or {}).get("finalizers")
    return not meta.metadata(old).get("deletionGracePeriodSeconds")


def remove(core: Core, resource: Resource, final: Object, by: By, *, dry_run: bool) -> Map:
    """Take an object out of the store and return its last state."""
    if dry_run:
        dry: Map = freeze(final)
        return dry
    return core.store.delete(resource.qualified, key_of(resource, *reversed(meta.key(final))), by, final=final)

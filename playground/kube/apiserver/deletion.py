"""The verbs delete and delete_collection: preconditions, grace, propagation, finalizers.

Source: k8s.io/apiserver/pkg/registry/rest/delete.go, pkg/registry/generic/registry/store.go (Delete,
deletionFinalizers...), pkg/registry/core/{pod,namespace}: CheckGracefulDelete and the namespace's own Delete.
"""

from __future__ import annotations

from typing import Any

from playground.kube import errors
from playground.kube.apiserver import protection, removal
from playground.kube.apiserver.admission import registry
from playground.kube.apiserver.admission.plugin import Request
from playground.kube.apiserver.core import Core, existing, key_of
from playground.kube.apiserver.options import Answer, DeleteOptions, Preconditions, check_delete
from playground.kube.clock import seconds_of, stamp_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object, freeze
from playground.kube.objects.kinds import Resource
from playground.kube.store import By

ORPHAN = "orphan"
FOREGROUND = "foregroundDeletion"
# Kinds that orphan their dependents unless told otherwise (DefaultGarbageCollectionPolicy in their strategies).
_ORPHANING = frozenset({"jobs.batch", "replicationcontrollers"})
# Kinds whose deletion is answered with the object itself and not with a Status (ReturnDeletedObject in their storage).
_RETURNED = frozenset(
    {
        "csidrivers.storage.k8s.io",
        "csinodes.storage.k8s.io",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "podtemplates",
        "resourcequotas",
        "serviceaccounts",
        "storageclasses.storage.k8s.io",
        "volumeattachments.storage.k8s.io",
    }
)


def delete(core: Core, resource: Resource, name: str, namespace: str, by: By, options: DeleteOptions) -> Answer:
    """Begin or finish a deletion. The answer is the object while it waits for its end, and mostly a Status afterwards.

    Raises ApiError: NotFound, Conflict for a precondition, Forbidden for a namespace that never goes.
    """
    check_delete(options)
    registry.admit(Request(core, "DELETE", resource, namespace, name, by))
    old = existing(core, resource, name, namespace)
    check_preconditions(resource, old, options.preconditions)
    if resource.qualified == "namespaces":
        waiting = _namespace_waiting(core, old)
    else:
        waiting = _waiting(core, resource, old, options)
    if waiting is not old and not options.dry_run and _is_written(resource, waiting):
        waiting = core.store.update(resource.qualified, key_of(resource, name, namespace), waiting, by)
    if not _can_go(resource, waiting):
        return Answer(waiting)
    gone = removal.remove(core, resource, waiting, by, dry_run=options.dry_run)
    return Answer(gone if resource.qualified in _RETURNED else status_of(resource, gone))


def check_preconditions(resource: Resource, obj: Object, wanted: Preconditions) -> None:
    """Refuse when the object is not the one that was meant; raises ApiError Conflict."""
    metadata = obj["metadata"]
    uid, version = metadata.get("uid", ""), metadata.get("resourceVersion", "")
    why = ""
    if wanted.uid and wanted.uid != uid:
        why = (
            f"the UID in the precondition ({wanted.uid}) does not match the UID in record ({uid}). "
            "The object might have been deleted and then recreated"
        )
    elif wanted.resource_version and wanted.resource_version != version:
        why = (
            f"the ResourceVersion in the precondition ({wanted.resource_version}) does not match the ResourceVersion "
            f"in record ({version}). The object might have been modified"
        )
    if why:
        qualified = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
        raise errors.conflict(qualified, meta.name(obj), why)


def _is_written(resource: Resource, waiting: Object) -> bool:
    """Tell whether the beginning of a deletion is written by itself: a pod's is even when its end follows at once."""
    return resource.qualified == "pods" or not _can_go(resource, waiting)


def _can_go(resource: Resource, obj: Object) -> bool:
    """Tell whether nothing holds the object back: no finalizer and no grace."""
    metadata = obj["metadata"]
    if resource.qualified == "namespaces" and (obj.get("spec") or {}).get("finalizers"):
        return False
    return not metadata.get("finalizers") and not metadata.get("deletionGracePeriodSeconds")


def _waiting(core: Core, resource: Resource, old: Map, options: DeleteOptions) -> Map:
    """Return the object as it waits for its end; the same object when its deletion goes on as it was begun."""
    metadata: dict[str, Any] = dict(old["metadata"])
    running = metadata.get("deletionGracePeriodSeconds")
    if running and (options.grace is None or options.grace >= running):
        return old
    released = protection.released(core, resource, old)
    finalizers = [name for name in _finalizers(resource, old, options) if name != released]
    metadata.pop("finalizers", None)
    if finalizers:
        metadata["finalizers"] = finalizers
    if running:
        _shorten(metadata, options.grace or 0)
    elif resource.qualified == "pods" and not metadata.get("deletionTimestamp"):
        _begin(core, metadata, _grace(old, options))
    elif finalizers and running is None:
        _begin(core, metadata, 0)
    waiting: Map = freeze({**old, "metadata": metadata})
    return waiting


def _begin(core: Core, metadata: dict[str, Any], grace: int) -> None:
    """Set when the object shall be gone. Whoever acts on it acts otherwise from now on, so its generation goes up."""
    if metadata.get("generation"):
        metadata["generation"] += 1
    metadata["deletionTimestamp"] = stamp_of(core.clock.now + grace)
    metadata["deletionGracePeriodSeconds"] = grace


def _shorten(metadata: dict[str, Any], grace: int) -> None:
    """Bring the end nearer: it counts from when the deletion began."""
    began = seconds_of(metadata["deletionTimestamp"]) - metadata["deletionGracePeriodSeconds"]
    metadata["deletionTimestamp"] = stamp_of(began + grace)
    metadata["deletionGracePeriodSeconds"] = grace


def _grace(pod: Object, options: DeleteOptions) -> int:
    """Return the seconds a pod gets to end; one that runs nowhere, or has ended, gets none (CheckGracefulDelete)."""
    ended = (pod.get("status") or {}).get("phase") in {"Failed", "Succeeded"}
    if not pod["spec"].get("nodeName") or ended:
        return 0
    period = options.grace if options.grace is not None else pod["spec"].get("terminationGracePeriodSeconds", 0)
    return int(period) if period >= 0 else 1


def _finalizers(resource: Resource, old: Object, options: DeleteOptions) -> list[str]:
    """Return the finalizers a deletion leaves: the propagation policy is carried out by whoever watches for them."""
    current = list(old["metadata"].get("finalizers") or ())
    orphan, foreground = _policy(resource, current, options)
    kept = [name for name in current if name not in {ORPHAN, FOREGROUND}]
    if orphan:
        kept.append(ORPHAN)
    if foreground:
        kept.append(FOREGROUND)
    return current if set(kept) == set(current) else kept


def _policy(resource: Resource, current: list[str], options: DeleteOptions) -> tuple[bool, bool]:
    """Tell whether dependents are orphaned, and whether they go before their owner."""
    if options.orphan_dependents is not None:
        return options.orphan_dependents, False
    if options.propagation:
        return options.propagation == "Orphan", options.propagation == "Foreground"
    if ORPHAN in current or FOREGROUND in current:
        return ORPHAN in current, ORPHAN not in current
    return resource.qualified in _ORPHANING, False


def _namespace_waiting(core: Core, old: Map) -> Map:
    """Return a namespace that is Terminating until it is empty and its finalizers are gone."""
    if meta.deleting(old):
        return old
    metadata = {**old["metadata"], "deletionTimestamp": core.clock.stamp()}
    status = {**(old.get("status") or {}), "phase": "Terminating"}
    waiting: Map = freeze({**old, "metadata": metadata, "status": status})
    return waiting


def status_of(resource: Resource, gone: Object) -> Map:
    """Return the Status that tells an object is no more."""
    details = {"name": meta.name(gone), "group": resource.group, "kind": resource.plural, "uid": meta.uid(gone)}
    told = {key: value for key, value in details.items() if value}
    status: Map = freeze({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": told})
    return status

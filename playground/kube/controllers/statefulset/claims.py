"""The claims of a StatefulSet's pods: made from templates, kept or given away by the retention policy.

After pkg/controller/statefulset/stateful_pod_control.go and stateful_set_utils.go. Whoever owns a claim takes it along
when it goes: nobody, the set (whenDeleted: Delete), or the pod of a number that is no longer wanted (whenScaled).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from playground.kube.client.owners import controller_ref
from playground.kube.controllers.statefulset.identity import claim_name, ordinal_of, ordinals
from playground.kube.objects import meta
from playground.kube.objects.frozen import Map, Object, put

Json = dict[str, Any]
References = list[Json]

DELETE: Final = "Delete"
RETAIN: Final = "Retain"


def templates_of(statefulset: Object) -> tuple[Object, ...]:
    """Return spec.volumeClaimTemplates."""
    return tuple(statefulset["spec"].get("volumeClaimTemplates") or ())


def claims_of(statefulset: Object, pod: Object) -> Iterator[Json]:
    """Give the claims that a pod needs, not yet created."""
    chosen = (statefulset["spec"].get("selector") or {}).get("matchLabels") or {}
    for template in templates_of(statefulset):
        metadata: Json = {
            "name": claim_name(statefulset, template, ordinal_of(pod)),
            "namespace": meta.namespace(statefulset),
            "labels": {**meta.labels(template), **chosen},
            "annotations": dict(meta.annotations(template)),
        }
        filled = {key: value for key, value in metadata.items() if value}
        yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": filled, "spec": template["spec"]}


def policy_of(statefulset: Object) -> tuple[str, str]:
    """Return what becomes of claims (when scaled, when deleted): Retain or Delete."""
    policy = statefulset["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get("whenScaled") or RETAIN, policy.get("whenDeleted") or RETAIN


def has_stale_reference(claim: Object, owner: Object) -> bool:
    """Tell whether a claim names an owner of this name that was another object."""
    first = next((item for item in _references(claim) if _names(item, owner)), None)
    return first is not None and first["uid"] != meta.uid(owner)


def has_conflicting_controller(claim: Object, statefulset: Object, pod: Object) -> bool:
    """Tell whether somebody else controls a claim that the policy would give away."""
    if policy_of(statefulset) == (RETAIN, RETAIN):
        return False
    for reference in _references(claim):
        ours = next((owner for owner in (statefulset, pod) if _names(reference, owner)), None)
        if ours is not None and reference["uid"] != meta.uid(ours):
            return True
        if ours is None and reference.get("controller"):
            return True
    return False


def is_up_to_date(claim: Object, statefulset: Object, pod: Object) -> bool:
    """Tell whether a claim's owners are those that the policy asks for. What somebody else owns stays as it is."""
    if has_stale_reference(claim, statefulset) or has_stale_reference(claim, pod):
        return True
    uids = {item["uid"] for item in _references(claim)}
    owned = meta.uid(statefulset) in uids, meta.uid(pod) in uids
    if has_conflicting_controller(claim, statefulset, pod):
        return not any(owned)
    ours = {meta.uid(statefulset), meta.uid(pod)}
    if any(item["uid"] in ours and not item.get("controller") for item in _references(claim)):
        return False
    return owned == _wanted_owners(statefulset, pod)


def with_owners(claim: Map, statefulset: Object, pod: Object) -> Map:
    """Return a claim with the owners that the policy asks for."""
    conflicting = has_conflicting_controller(claim, statefulset, pod)
    kept = [item for item in _references(claim) if not _names(item, statefulset) and not _names(item, pod)]
    if not conflicting:
        wanted = zip((statefulset, pod), _wanted_owners(statefulset, pod), strict=True)
        kept += [controller_ref(owner) for owner, owns in wanted if owns]
    return put(claim, ["metadata", "ownerReferences"], kept)


def _wanted_owners(statefulset: Object, pod: Object) -> tuple[bool, bool]:
    """Return whether the set shall own the claim, and whether the pod shall."""
    scaled, deleted = policy_of(statefulset)
    surplus = ordinal_of(pod) not in ordinals(statefulset)
    if scaled != DELETE:
        return deleted == DELETE, False
    return deleted == DELETE and not surplus, surplus


def _references(claim: Object) -> References:
    return list(meta.metadata(claim).get("ownerReferences") or ())


def _names(reference: Object, owner: Object) -> bool:
    """Tell whether a reference names an object of this kind and name, whichever it was."""
    named = reference["apiVersion"], reference["kind"], reference["name"]
    return named == (owner["apiVersion"], owner["kind"], meta.name(owner))

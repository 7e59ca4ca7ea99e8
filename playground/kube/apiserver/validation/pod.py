"""Rules of a Pod: when it is created, replaced, resized, or its status or ephemeral containers are written.

Source: ValidatePodCreate, ValidatePodUpdate, ValidatePodStatusUpdate, ValidatePodResize and
ValidatePodEphemeralContainersUpdate in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import (
    checks,
    containers,
    field,
    golang,
    metadata,
    pod_annotations,
    pod_resize,
    pod_spec,
    pod_status,
    pod_update,
)
from playground.kube.apiserver.validation.field import FieldError, Path

Pod = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")


def validate_pod(pod: Pod, old: Pod | None, subresource: str) -> list[FieldError]:
    """All rules of a write of a pod; `old` is nothing on create."""
    if old is None:
        return _create(pod)
    if subresource == "status":
        return pod_status.validate_pod_status_update(pod, old)
    if subresource == "ephemeralcontainers":
        return _ephemeral_update(pod, old)
    if subresource == "resize":
        return pod_resize.refuse_resize(old) or _resize(pod, old)
    return _update(pod, old)


def _create(pod: Pod) -> list[FieldError]:
    meta, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    errors = _metadata_and_spec(pod)
    if spec.get("ephemeralContainers"):
        errors.append(field.forbidden(SPEC.child("ephemeralContainers"), "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        says = "cannot be set until all schedulingGates have been cleared"
        errors.append(field.forbidden(SPEC.child("nodeName"), says))
    errors += pod_annotations.seccomp_matches(meta, spec, SPEC)
    return errors + pod_annotations.app_armor_matches(meta, spec, SPEC)


def _update(new: Pod, old: Pod) -> list[FieldError]:
    errors = metadata.validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    errors += _metadata_and_spec(new)
    errors += pod_annotations.annotation_updates(new, old, METADATA.child("annotations"))
    return errors + pod_update.validate_spec_update(new.get("spec") or {}, old.get("spec") or {}, SPEC)


def _resize(new: Pod, old: Pod) -> list[FieldError]:
    errors = metadata.validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + _metadata_and_spec(new) + pod_resize.validate_resize(new, old, SPEC)


def _metadata_and_spec(pod: Pod) -> list[FieldError]:
    meta, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    annotations = meta.get("annotations") or {}
    errors = metadata.validate_object_meta(meta, METADATA)
    errors += pod_annotations.validate_pod_annotations(annotations, spec, METADATA.child("annotations"))
    name = meta.get("name") or ""
    errors += pod_spec.validate_pod_spec(spec, SPEC, pod_name=name, annotations=annotations, in_pod=True)
    errors += [] if spec.get("serviceAccountName") else _tokens_without_account(spec)
    for kind in ("containers", "initContainers"):
        for position, container in enumerate(spec.get(kind) or []):
            errors += containers.image_padding(container, SPEC.child(kind).index(position))
    return errors


def _tokens_without_account(spec: Mapping[str, Any]) -> list[FieldError]:
    """Without a service account there is nobody to give a token of."""
    errors: list[FieldError] = []
    for position, volume in enumerate(spec.get("volumes") or []):
        for place, source in enumerate((volume.get("projected") or {}).get("sources") or []):
            if source.get("serviceAccountToken") is not None:
                at = SPEC.child("volumes").index(position).child("projected", "sources").index(place)
                says = "must not be specified when serviceAccountName is not set"
                errors.append(field.forbidden(at.child("serviceAccountToken"), says))
    return errors


def _ephemeral_update(new: Pod, old: Pod) -> list[FieldError]:
    """Ephemeral containers may be added, never changed or removed."""
    if pod_annotations.MIRROR in (old["metadata"].get("annotations") or {}):
        return [field.forbidden("[]", "static pods do not support ephemeral containers")]
    errors = metadata.validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    errors += _metadata_and_spec(new)
    errors += pod_annotations.annotation_updates(new, old, METADATA.child("annotations"))
    path = SPEC.child("ephemeralContainers")
    now = {one.get("name"): one for one in (new.get("spec") or {}).get("ephemeralContainers") or []}
    for before in (old.get("spec") or {}).get("ephemeralContainers") or []:
        name = field.go_quote(before.get("name") or "")
        after = now.get(before.get("name"))
        if after is None:
            errors.append(field.forbidden(path, f"existing ephemeral containers {name} may not be removed\n"))
        elif not checks.same_struct("core.EphemeralContainer", after, before):
            changes = golang.diff("core.EphemeralContainer", before, after)
            errors.append(field.forbidden(path, f"existing ephemeral containers {name} may not be changed\n{changes}"))
    return errors

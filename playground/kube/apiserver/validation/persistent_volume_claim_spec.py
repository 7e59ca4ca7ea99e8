"""Rules of what a claim asks for: used by claims, by ephemeral volumes and by a StatefulSet's claim templates.

Source: ValidatePersistentVolumeClaimSpec in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, metadata, names
from playground.kube.apiserver.validation.field import FieldError, Path, Raw

Values = Mapping[str, Any]

ACCESS_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES: Final = ("Block", "Filesystem")
TEMPLATE_META: Final = frozenset({"annotations", "labels"})
META_FIELDS: Final = (
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
)
# The real one passes a path as the bad value, and a path marshals to nothing.
NOTHING: Final = Raw("{}")


def validate_claim_template(template: Values, path: Path) -> list[FieldError]:
    """The claim of an ephemeral volume: only labels and annotations of metadata may be set."""
    meta = template.get("metadata") or {}
    at = path.child("metadata")
    errors = metadata.validate_annotations(meta.get("annotations"), at.child("annotations"))
    errors += metadata.validate_labels(meta.get("labels"), at.child("labels"))
    extra = [name for name in META_FIELDS if meta.get(name) and name not in TEMPLATE_META]
    errors += [field.forbidden(at.child(name), "cannot be set") for name in extra]
    return errors + validate_claim_spec(template.get("spec") or {}, path.child("spec"))


def validate_claim_spec(spec: Values, path: Path) -> list[FieldError]:
    """Access modes, size, class and source of a claim."""
    modes = spec.get("accessModes") or []
    errors = [] if modes else [field.required(path.child("accessModes"), "at least 1 access mode is required")]
    errors += metadata.validate_label_selector(spec.get("selector"), path.child("selector"))
    errors += validate_access_modes(modes, path.child("accessModes"))
    errors += _storage(spec, path.child("resources").key("storage"))
    errors += _class(spec.get("storageClassName"), path.child("storageClassName"))
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        errors.append(field.not_supported(path.child("volumeMode"), mode, VOLUME_MODES))
    errors += _data_sources(spec, path)
    return errors + _class(spec.get("volumeAttributesClassName"), path.child("volumeAttributesClassName"))


def validate_access_modes(modes: list[str], path: Path) -> list[FieldError]:
    """Known modes; ReadWriteOncePod stands alone."""
    errors = [field.not_supported(path, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    others = any(mode in ACCESS_MODES and mode != "ReadWriteOncePod" for mode in modes)
    if "ReadWriteOncePod" in modes and others:
        errors.append(field.forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return errors


def _storage(spec: Values, path: Path) -> list[FieldError]:
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    return [field.required(path)] if size is None else checks.positive_quantity(path, size)


def _class(name: str | None, path: Path) -> list[FieldError]:
    return checks.named(path, name, names.is_dns1123_subdomain) if name else []


def _data_sources(spec: Values, path: Path) -> list[FieldError]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    errors: list[FieldError] = []
    if source is not None:
        errors += _data_source(source, path.child("dataSource"))
    if reference is None:
        return errors
    errors += _data_source(reference, path.child("dataSourceRef"))
    space = reference.get("namespace")
    if space:
        errors += checks.named(path.child("dataSourceRef", "namespace"), space, names.is_dns1123_label)
        says = "may not be specified when dataSourceRef.namespace is specified"
        return errors + ([] if source is None else [field.invalid(path, NOTHING, says)])
    if source is not None and any(source.get(key) != reference.get(key) for key in ("apiGroup", "kind", "name")):
        errors.append(field.invalid(path, NOTHING, "must match dataSourceRef"))
    return errors


def _data_source(source: Values, path: Path) -> list[FieldError]:
    errors = checks.required_fields(source, path, "name", "kind")
    group, kind = source.get("apiGroup") or "", source.get("kind") or ""
    if not group and kind != "PersistentVolumeClaim":
        says = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        errors.append(field.invalid(path, kind, says))
    return errors + (checks.named(path.child("apiGroup"), group, names.is_dns1123_subdomain) if group else [])

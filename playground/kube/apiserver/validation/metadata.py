"""Rules of an object's metadata: names, labels, annotations, owners, finalizers; and of label selectors.

Source: k8s.io/apimachinery/pkg/api/validation/objectmeta.go, pkg/apis/meta/v1/validation/validation.go and
ValidateObjectMeta in pkg/apis/core/validation/validation.go, v1.36. Maps are read in sorted order; Go's is random.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, golang, names
from playground.kube.apiserver.validation.field import FieldError, Path

Meta = Mapping[str, Any]

MAX_ANNOTATIONS_BYTES: Final = 256 * 1024
MAX_FIELD_MANAGER_BYTES: Final = 128
MAX_SUBRESOURCE_BYTES: Final = 256
STANDARD_FINALIZERS: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})
IMMUTABLE_META: Final = (
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)
# These are plain strings in Go: what is missing prints as an empty string, not as null.
TEXTS: Final = frozenset({"name", "namespace", "uid"})
IN_OPERATORS: Final = frozenset({"In", "NotIn"})
EXISTS_OPERATORS: Final = frozenset({"Exists", "DoesNotExist"})


def validate_object_meta(
    meta: Meta, path: Path, check: names.Check = names.is_dns1123_subdomain, *, namespaced: bool = True
) -> list[FieldError]:
    """Rules for a new object's metadata; `check` is the rule for names of its kind."""
    errors: list[FieldError] = []
    prefix = meta.get("generateName") or ""
    if prefix:
        complaints = check(names.mask_trailing_dash(prefix))
        errors += [field.invalid(path.child("generateName"), prefix, says) for says in complaints]
    name = meta.get("name") or ""
    if name:
        errors += checks.named(path.child("name"), name, check)
    else:
        errors.append(field.required(path.child("name"), "name or generateName is required"))
    errors += _validate_namespace(meta.get("namespace") or "", path.child("namespace"), namespaced=namespaced)
    errors += checks.not_negative(path.child("generation"), meta.get("generation") or 0)
    errors += validate_labels(meta.get("labels"), path.child("labels"))
    errors += validate_annotations(meta.get("annotations"), path.child("annotations"))
    errors += _validate_owner_references(meta.get("ownerReferences") or [], path.child("ownerReferences"))
    errors += _validate_finalizers(meta.get("finalizers") or [], path.child("finalizers"))
    errors += validate_managed_fields(meta.get("managedFields") or [], path.child("managedFields"))
    return errors + _validate_short_finalizers(meta, path)


def _validate_namespace(namespace: str, path: Path, *, namespaced: bool) -> list[FieldError]:
    if not namespaced:
        return [field.forbidden(path, "not allowed on this type")] if namespace else []
    return checks.required_named(path, namespace, names.is_dns1123_label)


def validate_object_meta_update(new: Meta, old: Meta, path: Path) -> list[FieldError]:
    """Rules for the metadata of an object that is replaced: most of it may not change."""
    errors: list[FieldError] = []
    if old.get("deletionTimestamp"):
        errors += _validate_no_new_finalizers(new, old, path.child("finalizers"))
    if not new.get("resourceVersion"):
        errors.append(field.invalid(path.child("resourceVersion"), "", "must be specified for an update"))
    generation = new.get("generation") or 0
    if generation < (old.get("generation") or 0):
        errors.append(field.invalid(path.child("generation"), generation, "must not be decremented"))
    for name in IMMUTABLE_META:
        missing = "" if name in TEXTS else None
        shown = _shown(name, new.get(name, missing))
        errors += checks.immutable(path.child(name), new.get(name, missing), old.get(name, missing), shown)
    errors += validate_labels(new.get("labels"), path.child("labels"))
    errors += validate_annotations(new.get("annotations"), path.child("annotations"))
    errors += _validate_owner_references(new.get("ownerReferences") or [], path.child("ownerReferences"))
    errors += validate_managed_fields(new.get("managedFields") or [], path.child("managedFields"))
    return errors + _validate_short_finalizers(new, path)


def _shown(name: str, value: Any) -> field.Raw | None:
    """A UID is a named string type and a time marshals as JSON, so neither is quoted by %q."""
    return field.Raw(field.go_json(value)) if name not in {"name", "namespace"} else None


def validate_labels(labels: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    """Each key a qualified name, each value a label value; errors stand at the map itself."""
    errors: list[FieldError] = []
    for key in sorted(labels or {}):
        errors += checks.named(path, key, names.is_qualified_name)
        errors += checks.named(path, (labels or {})[key], names.is_label_value)
    return errors


def validate_annotations(annotations: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    """Keys are qualified names in any case; all together at most 256 KiB."""
    errors: list[FieldError] = []
    for key in sorted(annotations or {}):
        errors += [field.invalid(path, key, says) for says in names.is_qualified_name(key.lower())]
    total = sum(names.size(key) + names.size(value) for key, value in (annotations or {}).items())
    if total > MAX_ANNOTATIONS_BYTES:
        errors.append(field.too_long(path, MAX_ANNOTATIONS_BYTES))
    return errors


def _validate_owner_references(references: Sequence[Meta], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    first = ""
    for reference in references:
        errors += _validate_owner_reference(reference, path)
        if not reference.get("controller"):
            continue
        current = f"{reference.get('kind', '')}/{reference.get('name', '')}"
        if first:
            says = (
                "Only one reference can have Controller set to true. "
                f'Found "true" in references for {first} and {current}'
            )
            errors.append(field.invalid(path, golang.marshal("[]metav1.OwnerReference", references), says))
        first = first or current
    return errors


def _validate_owner_reference(reference: Meta, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    api_version, kind = reference.get("apiVersion") or "", reference.get("kind") or ""
    group, _, version = api_version.rpartition("/")
    if not version or "/" in group:
        errors.append(field.invalid(path.child("apiVersion"), api_version, "version must not be empty"))
    for name, value in (("kind", kind), ("name", reference.get("name")), ("uid", reference.get("uid"))):
        if not value:
            errors.append(field.invalid(path.child(name), "", "must not be empty"))
    if (api_version, kind) == ("v1", "Event"):
        shown = golang.marshal("metav1.OwnerReference", reference)
        errors.append(field.invalid(path, shown, "/v1, Kind=Event is disallowed from being an owner"))
    return errors


def _validate_finalizers(finalizers: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for finalizer in finalizers:
        errors += checks.named(path, finalizer, names.is_qualified_name)
    if {"orphan", "foregroundDeletion"} <= set(finalizers):
        says = "finalizer orphan and foregroundDeletion cannot be both set"
        errors.append(field.invalid(path, list(finalizers), says))
    return errors


def _validate_no_new_finalizers(new: Meta, old: Meta, path: Path) -> list[FieldError]:
    extra = sorted(set(new.get("finalizers") or []) - set(old.get("finalizers") or []))
    if not extra:
        return []
    listed = ", ".join(field.go_quote(name) for name in extra)
    says = "no new finalizers can be added if the object is being deleted, found new finalizers "
    return [field.forbidden(path, f"{says}[]string{{{listed}}}")]


def _validate_short_finalizers(meta: Meta, path: Path) -> list[FieldError]:
    """A finalizer without a domain must be one of Kubernetes' own."""
    return [
        field.invalid(path.child("finalizers").index(position), name, SHORT_FINALIZER)
        for position, name in enumerate(meta.get("finalizers") or [])
        if "/" not in name and name not in STANDARD_FINALIZERS
    ]


SHORT_FINALIZER: Final = "name is neither a standard finalizer name nor is it fully qualified"


def validate_managed_fields(entries: Sequence[Meta], path: Path) -> list[FieldError]:
    """Who owns which fields: operation, format, and lengths."""
    errors: list[FieldError] = []
    for position, entry in enumerate(entries):
        at = path.index(position)
        if entry.get("operation") not in {"Apply", "Update"}:
            shown = field.typed(entry.get("operation") or "")
            errors.append(field.invalid(at.child("operation"), shown, "must be `Apply` or `Update`"))
        if entry.get("fieldsType") not in {None, "", "FieldsV1"}:
            errors.append(field.invalid(at.child("fieldsType"), entry["fieldsType"], "must be `FieldsV1`"))
        errors += validate_field_manager(entry.get("manager") or "", at.child("manager"))
        if names.size(entry.get("subresource") or "") > MAX_SUBRESOURCE_BYTES:
            errors.append(field.too_long(at.child("subresource"), MAX_SUBRESOURCE_BYTES))
    return errors


def validate_field_manager(manager: str, path: Path) -> list[FieldError]:
    """The name of a field manager: at most 128 bytes, all printable."""
    errors = [field.too_long(path, MAX_FIELD_MANAGER_BYTES)] if names.size(manager) > MAX_FIELD_MANAGER_BYTES else []
    for position, rune in enumerate(manager):
        if not rune.isprintable():
            says = f"invalid character U+{ord(rune):04X} (at position {names.size(manager[:position])})"
            errors.append(field.invalid(path, manager, says))
    return errors


def validate_label_selector(selector: Meta | None, path: Path) -> list[FieldError]:
    """A selector of matchLabels and matchExpressions; none at all is fine."""
    if selector is None:
        return []
    errors = validate_labels(selector.get("matchLabels"), path.child("matchLabels"))
    for position, requirement in enumerate(selector.get("matchExpressions") or []):
        errors += _validate_requirement(requirement, path.child("matchExpressions").index(position))
    return errors


def _validate_requirement(requirement: Meta, path: Path) -> list[FieldError]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    errors = validate_operator(operator, values, path)
    errors += checks.named(path.child("key"), requirement.get("key") or "", names.is_qualified_name)
    for position, value in enumerate(values):
        errors += checks.named(path.child("values").index(position), value, names.is_label_value)
    return errors


def validate_operator(operator: str, values: Sequence[str], path: Path) -> list[FieldError]:
    """In and NotIn need values, Exists and DoesNotExist forbid them."""
    if operator in IN_OPERATORS:
        says = "must be specified when `operator` is 'In' or 'NotIn'"
        return [] if values else [field.required(path.child("values"), says)]
    if operator in EXISTS_OPERATORS:
        says = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        return [field.forbidden(path.child("values"), says)] if values else []
    return [field.invalid(path.child("operator"), field.typed(operator), "not a valid selector operator")]

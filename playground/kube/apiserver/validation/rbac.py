"""Rules of roles and role bindings; nobody enforces roles here. Source: pkg/apis/rbac/validation, v1.36."""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.metadata import (
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
ROLE_REF: Final = Path("roleRef")
GROUP: Final = "rbac.authorization.k8s.io"
SUBJECTS: Final = ("ServiceAccount", "User", "Group")


def validate_role(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for a Role."""
    del subresource
    return _validate_metadata(obj, namespaced=True) + _validate_rules(obj, namespaced=True) + _validate_update(obj, old)


def validate_cluster_role(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for a ClusterRole, which may also gather the rules of others."""
    del subresource
    errors = _validate_metadata(obj, namespaced=False) + _validate_rules(obj, namespaced=False)
    return errors + _validate_aggregation(obj.get("aggregationRule")) + _validate_update(obj, old)


def validate_role_binding(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for a RoleBinding."""
    del subresource
    return _validate_binding(obj, old, namespaced=True)


def validate_cluster_role_binding(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for a ClusterRoleBinding."""
    del subresource
    return _validate_binding(obj, old, namespaced=False)


def _validate_metadata(obj: Object, *, namespaced: bool) -> list[FieldError]:
    return validate_object_meta(obj["metadata"], METADATA, names.is_path_segment, namespaced=namespaced)


def _validate_update(obj: Object, old: Object | None) -> list[FieldError]:
    return [] if old is None else validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)


def _validate_rules(obj: Object, *, namespaced: bool) -> list[FieldError]:
    rules = obj.get("rules") or []
    paths = [Path("rules").index(position) for position in range(len(rules))]
    pairs = zip(paths, rules, strict=True)
    return [error for path, rule in pairs for error in _validate_rule(path, rule, namespaced=namespaced)]


def _validate_rule(path: Path, rule: Fields, *, namespaced: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    if not rule.get("verbs"):
        errors.append(field.required(path.child("verbs"), "verbs must contain at least one value"))
    urls, place = rule.get("nonResourceURLs"), path.child("nonResourceURLs")
    if urls:
        if namespaced:
            errors.append(field.invalid(place, urls, "namespaced rules cannot apply to non-resource URLs"))
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            says = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(field.invalid(place, urls, says))
        return errors
    for name, word in (("apiGroups", "api group"), ("resources", "resource")):
        if not rule.get(name):
            errors.append(field.required(path.child(name), f"resource rules must supply at least one {word}"))
    return errors


def _validate_aggregation(rule: Fields | None) -> list[FieldError]:
    if rule is None:
        return []
    path, selectors = Path("aggregationRule.clusterRoleSelectors"), rule.get("clusterRoleSelectors") or []
    errors: list[FieldError] = []
    if not selectors:
        says = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        errors.append(field.required(path, says))
    for position, selector in enumerate(selectors):
        complaints = validate_label_selector(selector, path.index(position))
        errors += complaints
        if complaints:
            # The real message shows the selector it failed to make, which is nothing.
            errors.append(field.invalid(path.index(position), None, "invalid label selector."))
    return errors


def _validate_binding(obj: Object, old: Object | None, *, namespaced: bool) -> list[FieldError]:
    errors = _validate_metadata(obj, namespaced=namespaced)
    role = obj.get("roleRef") or {}
    if role.get("apiGroup") != GROUP:
        errors.append(field.not_supported(ROLE_REF.child("apiGroup"), role.get("apiGroup") or "", [GROUP]))
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    if role.get("kind") not in kinds:
        errors.append(field.not_supported(ROLE_REF.child("kind"), role.get("kind") or "", kinds))
    errors += checks.required_named(ROLE_REF.child("name"), role.get("name") or "", names.is_path_segment)
    for position, subject in enumerate(obj.get("subjects") or []):
        errors += _validate_subject(Path("subjects").index(position), subject, namespaced=namespaced)
    errors += _validate_update(obj, old)
    if old is not None and old.get("roleRef") != obj.get("roleRef"):
        errors.append(field.invalid(ROLE_REF, marshal("rbac.RoleRef", role), "cannot change roleRef"))
    return errors


def _validate_subject(path: Path, subject: Fields, *, namespaced: bool) -> list[FieldError]:
    name, kind, group = subject.get("name") or "", subject.get("kind") or "", subject.get("apiGroup") or ""
    errors = [] if name else [field.required(path.child("name"))]
    if kind not in SUBJECTS:
        return [*errors, field.not_supported(path.child("kind"), kind, SUBJECTS)]
    if kind != "ServiceAccount":
        return errors if group == GROUP else [*errors, field.not_supported(path.child("apiGroup"), group, [GROUP])]
    if name:
        errors += checks.named(path.child("name"), name, names.is_dns1123_subdomain)
    if group:
        errors.append(field.not_supported(path.child("apiGroup"), group, [""]))
    if not namespaced and not subject.get("namespace"):
        errors.append(field.required(path.child("namespace")))
    return errors

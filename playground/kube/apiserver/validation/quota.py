"""Rules of a ResourceQuota: what it counts, and of which pods.

Source: ValidateResourceQuota and its updates in pkg/apis/core/validation/validation.go; pkg/apis/core/helper, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import field, golang, metadata, resource_names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
STATUS: Final = Path("status")
COMPUTE: Final = frozenset({"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"})
# Which standard resources each scope can narrow down.
SCOPES: Final[Mapping[str, frozenset[str]]] = {
    "Terminating": COMPUTE,
    "NotTerminating": COMPUTE,
    "BestEffort": frozenset({"pods"}),
    "NotBestEffort": COMPUTE,
    "PriorityClass": COMPUTE,
    "CrossNamespacePodAffinity": COMPUTE,
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
ONLY_EXISTS: Final = frozenset(SCOPES) - {"PriorityClass", "VolumeAttributesClass"}
CONFLICTS: Final = (frozenset({"BestEffort", "NotBestEffort"}), frozenset({"Terminating", "NotTerminating"}))
MUST_EXIST: Final = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def validate_resource_quota(quota: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write of the quota or of its status."""
    if old is None:
        errors = metadata.validate_object_meta(quota["metadata"], METADATA)
        return errors + _spec(quota.get("spec") or {}) + _status(quota.get("status") or {})
    errors = metadata.validate_object_meta_update(quota["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        if not quota["metadata"].get("resourceVersion"):
            errors.append(field.required("resourceVersion"))
        return errors + _status(quota.get("status") or {})
    spec = quota.get("spec") or {}
    errors += _spec(spec)
    scopes = spec.get("scopes")
    if set(scopes or []) != set((old.get("spec") or {}).get("scopes") or []):
        errors.append(field.invalid(SPEC.child("scopes"), scopes, "field is immutable"))
    return errors


def _amounts(amounts: Mapping[str, str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in sorted(amounts):
        at = path.key(name)
        errors += resource_names.validate_quota_resource_name(name, at)
        errors += resource_names.validate_quantity(name, amounts[name], at)
    return errors


def _status(status: Values) -> list[FieldError]:
    errors = _amounts(status.get("hard") or {}, STATUS.child("hard"))
    return errors + _amounts(status.get("used") or {}, STATUS.child("used"))


def _spec(spec: Values) -> list[FieldError]:
    hard = sorted(spec.get("hard") or {})
    errors = _amounts(spec.get("hard") or {}, SPEC.child("hard"))
    errors += _scopes(spec.get("scopes") or [], hard)
    return errors + (_selector(spec, hard) if spec.get("scopeSelector") is not None else [])


def _scopes(scopes: Sequence[str], hard: Sequence[str]) -> list[FieldError]:
    path, shown = SPEC.child("scopes"), list(scopes)
    errors: list[FieldError] = []
    for scope in scopes:
        if scope not in SCOPES:
            errors.append(field.invalid(path, shown, "unsupported scope"))
        says = "unsupported scope applied to resource"
        errors += [field.invalid(path, shown, says) for name in hard if not _fits(scope, name)]
    conflicts = [pair for pair in CONFLICTS if pair <= set(scopes)]
    return errors + [field.invalid(path, shown, "conflicting scopes") for _ in conflicts]


def _fits(scope: str, resource: str) -> bool:
    """A scope fits what is not standard, and an unknown scope fits all: it is refused for itself."""
    standard = resource in resource_names.QUOTA or resource_names.is_quota_huge_pages(resource)
    return not standard or scope not in SCOPES or resource in SCOPES[scope]


def _selector(spec: Values, hard: Sequence[str]) -> list[FieldError]:
    selector = spec["scopeSelector"]
    path = SPEC.child("scopeSelector", "matchExpressions")
    requirements = selector.get("matchExpressions") or []
    errors: list[FieldError] = []
    for requirement in requirements:
        scope = requirement.get("scopeName") or ""
        if scope not in SCOPES:
            errors.append(field.invalid(path.child("scopeName"), field.typed(scope), "unsupported scope"))
        shown = golang.marshal("core.ScopeSelector", selector)
        says = "unsupported scope applied to resource"
        errors += [field.invalid(path, shown, says) for name in hard if not _fits(scope, name)]
        errors += _operator(scope, requirement.get("operator") or "", requirement.get("values") or [], path)
    named = {requirement.get("scopeName") for requirement in requirements}
    conflicts = [pair for pair in CONFLICTS if pair <= named]
    return errors + [field.invalid(path, spec.get("scopes"), "conflicting scopes") for _ in conflicts]


def _operator(scope: str, operator: str, values: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    at, shown = path.child("operator"), field.typed(operator)
    if scope in ONLY_EXISTS and operator != "Exists":
        errors.append(field.invalid(at, shown, MUST_EXIST))
    if operator in {"In", "NotIn"}:
        says = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        return errors if values else [*errors, field.required(path.child("values"), says)]
    if operator in {"Exists", "DoesNotExist"}:
        says = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
        return [*errors, field.invalid(path.child("values"), list(values), says)] if values else errors
    return [*errors, field.invalid(at, shown, "not a valid selector operator")]

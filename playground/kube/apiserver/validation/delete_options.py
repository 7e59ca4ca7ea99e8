"""Rules of the options of a request: of a deletion (its body) and of a write (its query).

Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, v1.36.
"""

from typing import Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import validate_field_manager
from playground.kube.objects.frozen import Object

PROPAGATION: Final = ("Foreground", "Background", "Orphan")
FIELD_VALIDATION: Final = ("", "Ignore", "Strict", "Warn")
UNSAFE: Final = "ignoreStoreReadErrorWithClusterBreakingPotential"
UNSAFE_ALONE: Final = ("dryRun", "propagationPolicy", "orphanDependents", "gracePeriodSeconds", "preconditions")


def validate_delete_options(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """How dependents go, and whether it is only tried."""
    del old, subresource
    policy, path = obj.get("propagationPolicy"), Path("propagationPolicy")
    errors: list[FieldError] = []
    if policy is not None and obj.get("orphanDependents") is not None:
        says = "orphanDependents and deletionPropagation cannot be both set"
        errors.append(field.invalid(path, field.typed(policy), says))
    if policy is not None and policy not in PROPAGATION:
        errors.append(field.not_supported(path, policy, [*PROPAGATION, "nil"]))
    errors += _validate_dry_run(obj)
    if obj.get(UNSAFE):
        given = [name for name in UNSAFE_ALONE if obj.get(name) is not None and obj.get(name) != []]
        errors += [field.invalid(Path(UNSAFE), True, f"cannot be set together with .{name}") for name in given]
    return errors


def validate_write_options(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """CreateOptions and UpdateOptions: who writes, whether it is only tried, and what happens to unknown fields."""
    del old, subresource
    errors = validate_field_manager(obj.get("fieldManager") or "", Path("fieldManager")) + _validate_dry_run(obj)
    chosen = obj.get("fieldValidation") or ""
    if chosen not in FIELD_VALIDATION:
        errors.append(field.not_supported(Path("fieldValidation"), chosen, FIELD_VALIDATION))
    return errors


def validate_patch_options(obj: Object, old: Object | None, subresource: str, *, apply: bool) -> list[FieldError]:
    """PatchOptions: server-side apply needs a manager, and it alone may be forced."""
    errors: list[FieldError] = []
    if apply and not obj.get("fieldManager"):
        errors.append(field.required(Path("fieldManager"), "is required for apply patch"))
    if not apply and obj.get("force") is not None:
        errors.append(field.forbidden(Path("force"), "may not be specified for non-apply patch"))
    return errors + validate_write_options(obj, old, subresource)


def _validate_dry_run(obj: Object) -> list[FieldError]:
    asked = obj.get("dryRun") or []
    return [] if all(name == "All" for name in asked) else [field.not_supported(Path("dryRun"), asked, ["All"])]

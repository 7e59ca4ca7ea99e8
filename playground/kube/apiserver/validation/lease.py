"""Rules of Leases. Source: pkg/apis/coordination/validation/validation.go, v1.36.

The fields of coordinated leader election never get here: their gate is off, so the defaulter drops them.
"""

from typing import Final

from playground.kube.apiserver.validation import checks, field
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")


def validate_lease(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing."""
    del subresource
    errors = (
        validate_object_meta(obj["metadata"], METADATA)
        if old is None
        else validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    )
    spec = obj.get("spec") or {}
    duration, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
    if duration is not None and duration <= 0:
        errors.append(field.invalid(SPEC.child("leaseDurationSeconds"), duration, "must be greater than 0"))
    return errors + checks.not_negative(SPEC.child("leaseTransitions"), transitions or 0)

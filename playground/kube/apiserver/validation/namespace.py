"""Rules of a Namespace: a DNS label as its name, known finalizers, and a phase that fits its deletion.

Source: ValidateNamespace and its updates in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, metadata, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
FINALIZERS: Final = Path("spec.finalizers")
PHASE: Final = Path("status.Phase")


def validate_namespace(space: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write: of the whole, of the status, or of the finalizers ("finalize")."""
    if old is None:
        return _validate(space)
    update = metadata.validate_object_meta_update(space["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return update + _phase(space)
    if subresource == "finalize":
        return update + _finalizers(space, indexed=True)
    return _validate(space) + update


def _validate(space: Values) -> list[FieldError]:
    errors = metadata.validate_object_meta(space["metadata"], METADATA, names.is_dns1123_label, namespaced=False)
    return errors + _finalizers(space, indexed=False)


def _finalizers(space: Values, *, indexed: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, name in enumerate((space.get("spec") or {}).get("finalizers") or []):
        path = FINALIZERS.index(position) if indexed else FINALIZERS
        errors += checks.named(path, name, names.is_qualified_name)
        if "/" not in name and name not in metadata.STANDARD_FINALIZERS:
            errors.append(field.invalid(path, name, metadata.SHORT_FINALIZER))
    return errors


def _phase(space: Values) -> list[FieldError]:
    phase = (space.get("status") or {}).get("phase") or ""
    deleted = bool(space["metadata"].get("deletionTimestamp"))
    wanted = "Terminating" if deleted else "Active"
    if phase == wanted:
        return []
    says = f"may only be '{wanted}' if `deletionTimestamp` is {'not ' if deleted else ''}empty"
    return [field.invalid(PHASE, field.typed(phase), says)]

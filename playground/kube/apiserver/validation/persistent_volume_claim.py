"""Rules of a PersistentVolumeClaim: what it asks for stays, but for its size once it is bound.

Source: ValidatePersistentVolumeClaim and its updates in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation import checks, field, golang, metadata, names, resource_names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.persistent_volume_claim_spec import validate_claim_spec
from playground.kube.quantity import Quantity

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
STATUS: Final = Path("status")
CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
KIND: Final = "core.PersistentVolumeClaimSpec"
IMMUTABLE: Final = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)
RESIZE_STATES: Final = (
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
)


def validate_persistent_volume_claim(claim: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write of the claim or of its status."""
    if old is None:
        return _validate(claim)
    errors = metadata.validate_object_meta_update(claim["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return errors + _status(claim)
    return errors + _validate(claim) + _update(claim, old)


def _validate(claim: Values) -> list[FieldError]:
    errors = metadata.validate_object_meta(claim["metadata"], METADATA)
    return errors + validate_claim_spec(claim.get("spec") or {}, SPEC)


def _annotation(claim: Values) -> str | None:
    value: str | None = (claim["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    return value


def _update(claim: Values, old: Values) -> list[FieldError]:
    errors: list[FieldError] = []
    new, before = dict(claim.get("spec") or {}), dict(old.get("spec") or {})
    if not before.get("volumeName"):
        before["volumeName"] = new.get("volumeName")
    if _moved_from_annotation(claim, old):
        new.pop("storageClassName", None)
    else:
        errors += _annotation_kept(claim, old)
        if _class_given_late(new, before, _annotation(old)):
            new["storageClassName"] = before.get("storageClassName")
    if (claim.get("status") or {}).get("phase") == "Bound":
        _let_bound_change(new, before)
    if not checks.same_struct(KIND, new, before):
        errors.append(field.forbidden(SPEC, f"{IMMUTABLE}\n{golang.diff(KIND, before, new)}"))
    return errors + _shrunk(claim, old) + _late(claim, old)


def _moved_from_annotation(claim: Values, old: Values) -> bool:
    """The class may move from the old annotation into its field."""
    written, now = _annotation(old), _annotation(claim)
    before, after = _class(old), _class(claim)
    return written is not None and before is None and after == written and now in {None, written}


def _class(claim: Values) -> str | None:
    name: str | None = (claim.get("spec") or {}).get("storageClassName")
    return name


def _class_given_late(new: Values, before: Values, written: str | None) -> bool:
    """A claim without a class may be given one, once."""
    name = new.get("storageClassName")
    return name is not None and before.get("storageClassName") is None and written in {None, name}


def _annotation_kept(claim: Values, old: Values) -> list[FieldError]:
    now = _annotation(claim) or ""
    if now == (_annotation(old) or ""):
        return []
    return [field.invalid(METADATA.child("annotations", CLASS_ANNOTATION), now, "field is immutable")]


def _let_bound_change(new: dict[str, Any], before: Values) -> None:
    """A bound claim may ask for more, and for another class of attributes: both are put back before comparing."""
    requests = (new.get("resources") or {}).get("requests")
    if requests is not None:
        stored = ((before.get("resources") or {}).get("requests") or {}).get("storage")
        new["resources"] = {**new["resources"], "requests": {**requests, "storage": stored}}
    new["volumeAttributesClassName"] = before.get("volumeAttributesClassName")


def _size(holder: Values, *fields: str) -> Quantity:
    for name in fields:
        holder = holder.get(name) or {}
    return quantity.parse(holder.get("storage") or "0")


def _shrunk(claim: Values, old: Values) -> list[FieldError]:
    """A size may be taken back only while nothing of it was granted."""
    now = _size(claim, "spec", "resources", "requests")
    if now >= _size(old, "spec", "resources", "requests") or now > _size(old, "status", "capacity"):
        return []
    path = SPEC.child("resources", "requests", "storage")
    return [field.forbidden(path, "field can not be less than status.capacity")]


def _late(claim: Values, old: Values) -> list[FieldError]:
    """The mode of the volume; and the class of attributes, which cannot be taken away once it holds."""
    spec, before = claim.get("spec") or {}, old.get("spec") or {}
    mode = spec.get("volumeMode")
    shown = None if mode is None else field.typed(mode)
    errors = checks.immutable(Path("volumeMode"), mode, before.get("volumeMode"), shown)
    name, current = spec.get("volumeAttributesClassName"), "currentVolumeAttributesClassName"
    changed = name != before.get("volumeAttributesClassName")
    if not changed or name or (old.get("status") or {}).get(current) is None:
        return errors
    what = "nil" if name is None else "empty string"
    says = f"update to {what} is forbidden when status.{current} is not nil"
    return [*errors, field.forbidden(SPEC.child("volumeAttributesClassName"), says)]


def _status(claim: Values) -> list[FieldError]:
    errors = [] if claim["metadata"].get("resourceVersion") else [field.required("resourceVersion")]
    if not (claim.get("spec") or {}).get("accessModes"):
        errors.append(field.required("Spec.accessModes"))
    status = claim.get("status") or {}
    for name in sorted(status.get("capacity") or {}):
        errors += basic_quantity(status["capacity"][name], STATUS.child("capacity").key(name))
    states, path = status.get("allocatedResourceStatuses") or {}, STATUS.child("allocatedResourceStatuses")
    for name in sorted(states):
        errors += _resource(name, path)
        if states[name] not in RESIZE_STATES:
            errors.append(field.not_supported(path, name, sorted(RESIZE_STATES)))
    granted, path = status.get("allocatedResources") or {}, STATUS.child("allocatedResources")
    for name in sorted(granted):
        found = _resource(name, path) or basic_quantity(granted[name], path.key(name))
        errors += found or resource_names.validate_quantity("storage", granted[name], path.key(name))
    return errors


def basic_quantity(value: str, path: Path) -> list[FieldError]:
    """A quantity of zero or more, in the words of volumes."""
    whole = quantity.parse(value).value()
    return [field.invalid(path, whole, "must be a valid resource quantity")] if whole < 0 else []


def _resource(name: str, path: Path) -> list[FieldError]:
    errors = checks.named(path, name, names.is_qualified_name)
    if not errors and resource_names.is_native(name) and name != "storage":
        errors.append(field.not_supported(path, name, ("storage",)))
    return errors

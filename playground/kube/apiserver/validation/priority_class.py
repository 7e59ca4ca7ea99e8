"""Rules of PriorityClasses. Source: pkg/apis/scheduling/validation and pkg/apis/scheduling/v1/helpers.go, v1.36."""

from typing import Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.counts import count
from playground.kube.apiserver.validation.equality import validate_immutable
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

METADATA: Final = Path("metadata")
SYSTEM_PREFIX: Final = "system-"
HIGHEST_FOR_USERS: Final = 1_000_000_000
SYSTEM_CLASSES: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
PREEMPTION: Final = ("PreemptLowerPriority", "Never")


def validate_priority_class(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing: value and preemption stay as they are."""
    del subresource
    if old is None:
        errors = validate_object_meta(obj["metadata"], METADATA, namespaced=False)
        return errors + _validate_value(obj) + _validate_preemption(obj)
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if count(obj, "value") != count(old, "value"):
        errors.append(field.forbidden(Path("value"), "may not be changed in an update."))
    path = Path("preemptionPolicy")
    return errors + validate_immutable(path, "*string", obj.get("preemptionPolicy"), old.get("preemptionPolicy"))


def _validate_value(obj: Object) -> list[FieldError]:
    name, value = obj["metadata"].get("name") or "", count(obj, "value")
    if not name.startswith(SYSTEM_PREFIX):
        says = f"maximum allowed value of a user defined priority is {HIGHEST_FOR_USERS}"
        return [field.forbidden(Path("value"), says)] if value > HIGHEST_FOR_USERS else []
    complaint = _system_complaint(name, value, default=bool(obj.get("globalDefault")))
    says = f"priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: {complaint}"
    return [field.forbidden(METADATA.child("name"), says)] if complaint else []


def _system_complaint(name: str, value: int, *, default: bool) -> str:
    known = SYSTEM_CLASSES.get(name)
    if known is None:
        return f"{name} is not a known system priority class"
    if known != value:
        return f"value of {name} PriorityClass must be {known}"
    return f"globalDefault of {name} PriorityClass must be false" if default else ""


def _validate_preemption(obj: Object) -> list[FieldError]:
    policy, path = obj.get("preemptionPolicy"), Path("preemptionPolicy")
    if policy is None or policy in PREEMPTION:
        return []
    return [field.not_supported(path, policy, PREEMPTION)] if policy else [field.required(path)]

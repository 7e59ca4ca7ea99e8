"""Rules of StorageClasses. Source: pkg/apis/storage/validation/validation.go, v1.36."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.equality import validate_immutable
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
RECLAIM: Final = ("Delete", "Retain")
BINDING_MODES: Final = ("Immediate", "WaitForFirstConsumer")
MAX_PARAMETERS: Final = 512
MAX_PARAMETERS_BYTES: Final = 256 * 1024
IMMUTABLE: Final = (
    ("parameters", "map:string"),
    ("provisioner", "string"),
    ("reclaimPolicy", "*string"),
    ("volumeBindingMode", "*string"),
)


def validate_storage_class(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing: how volumes are made stays as it is."""
    del subresource
    errors = validate_object_meta(obj["metadata"], METADATA, namespaced=False)
    provisioner = (obj.get("provisioner") or "").lower()
    errors += checks.required_named(Path("provisioner"), provisioner, names.is_qualified_name)
    errors += _validate_parameters(Path("parameters"), obj.get("parameters") or {})
    reclaim, mode = obj.get("reclaimPolicy"), obj.get("volumeBindingMode")
    if reclaim and reclaim not in RECLAIM:
        errors.append(field.not_supported(Path("reclaimPolicy"), reclaim, RECLAIM))
    if mode not in BINDING_MODES:
        path = Path("volumeBindingMode")
        errors.append(field.required(path) if mode is None else field.not_supported(path, mode, BINDING_MODES))
    errors += _validate_topologies(Path("allowedTopologies"), obj.get("allowedTopologies") or [])
    if old is not None:
        errors += validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
        for name, kind in IMMUTABLE:
            errors += validate_immutable(Path(name), kind, obj.get(name), old.get(name))
    return errors


def _validate_parameters(path: Path, parameters: Mapping[str, str]) -> list[FieldError]:
    if len(parameters) > MAX_PARAMETERS:
        return [field.too_long(path, MAX_PARAMETERS)]
    errors = [field.invalid(path, "", "field can not be empty.")] if "" in parameters else []
    if sum(names.size(key) + names.size(value) for key, value in parameters.items()) > MAX_PARAMETERS_BYTES:
        errors.append(field.too_long(path, MAX_PARAMETERS_BYTES))
    return errors


def _validate_topologies(path: Path, terms: Sequence[Fields]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: list[dict[str, set[str]]] = []
    for position, term in enumerate(terms):
        place, chosen = path.index(position).child("matchLabelExpressions"), {}
        for index, requirement in enumerate(term.get("matchLabelExpressions") or []):
            key = requirement.get("key") or ""
            errors += _validate_requirement(place.index(index), requirement)
            if key in chosen:
                errors.append(field.duplicate(place.index(index).child("key"), key))
            chosen[key] = set(requirement.get("values") or [])
        errors += [field.duplicate(place, "") for earlier in seen if earlier == chosen]
        seen.append(chosen)
    return errors


def _validate_requirement(path: Path, requirement: Fields) -> list[FieldError]:
    values, place = requirement.get("values") or [], path.child("values")
    errors = [] if values else [field.required(place)]
    for position, value in enumerate(values):
        if value in values[:position]:
            errors.append(field.duplicate(place.index(position), value))
    return errors + checks.named(path.child("key"), requirement.get("key") or "", names.is_qualified_name)

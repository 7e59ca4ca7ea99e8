"""Rules of RuntimeClasses. Source: pkg/apis/node/validation/validation.go, v1.36."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.metadata import (
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from playground.kube.apiserver.validation.resources import validate_requirements
from playground.kube.apiserver.validation.tolerations import validate_tolerations
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
HANDLER: Final = Path("handler")
TOLERATION_KEYS: Final = ("key", "operator", "value", "effect")


def validate_runtime_class(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing: the handler stays."""
    del subresource
    errors = validate_object_meta(obj["metadata"], METADATA, namespaced=False)
    errors += checks.required_named(HANDLER, obj.get("handler") or "", names.is_dns1123_label)
    overhead, scheduling = obj.get("overhead"), obj.get("scheduling")
    if overhead is not None:
        errors += validate_requirements({"limits": overhead.get("podFixed")}, Path("overhead"))
    if scheduling is not None:
        path = Path("scheduling")
        errors += validate_labels(scheduling.get("nodeSelector"), path.child("nodeSelector"))
        errors += _validate_tolerations(path.child("tolerations"), scheduling.get("tolerations") or [])
    if old is not None:
        errors += validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
        errors += checks.immutable(HANDLER, obj.get("handler") or "", old.get("handler") or "")
    return errors


def _validate_tolerations(path: Path, tolerations: Sequence[Fields]) -> list[FieldError]:
    errors = validate_tolerations(tolerations, path)
    seen = set()
    for position, toleration in enumerate(tolerations):
        key = tuple(toleration.get(name) or "" for name in TOLERATION_KEYS)
        if key in seen:
            errors.append(field.duplicate(path.index(position), marshal("core.Toleration", toleration)))
        seen.add(key)
    return errors

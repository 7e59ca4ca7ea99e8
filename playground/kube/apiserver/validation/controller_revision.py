"""Rules of ControllerRevisions: a remembered template, never changed. Source: pkg/apis/apps/validation, v1.36."""

from typing import Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.checks import IMMUTABLE
from playground.kube.apiserver.validation.counts import nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path, Raw, go_json
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

METADATA: Final = Path("metadata")
DATA: Final = Path("data")


def validate_controller_revision(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`) and replacing: the data stays."""
    del subresource
    data = obj.get("data")
    errors = [] if old is None else validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    errors += validate_object_meta(obj["metadata"], METADATA)
    errors += nonnegative(Path(), obj, "revision")
    if old is not None:
        changed = data != old.get("data")
        return errors + ([field.invalid(DATA, Raw(go_json(data)), IMMUTABLE)] if changed else [])
    if data is None:
        errors.append(field.required(DATA, "data is mandatory"))
    elif not isinstance(data, dict):
        errors.append(field.required(DATA, "data must be a valid JSON object"))
    return errors

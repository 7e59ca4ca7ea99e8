"""Rules of the Scale subresource. Source: pkg/apis/autoscaling/validation/validation.go (ValidateScale), v1.36."""

from typing import Final

from playground.kube.apiserver.validation.counts import nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.metadata import validate_object_meta
from playground.kube.objects.frozen import Object

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")


def validate_scale(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """A number of replicas not below zero; the object scaled is then checked by its own kind's rules."""
    del old, subresource
    return validate_object_meta(obj["metadata"], METADATA) + nonnegative(SPEC, obj.get("spec") or {}, "replicas")

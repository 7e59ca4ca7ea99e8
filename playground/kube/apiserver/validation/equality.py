"""Whether two values mean the same to Kubernetes, and the rule that a struct never changes.

Source: k8s.io/apimachinery/pkg/api/equality/semantic.go, pkg/api/validation/objectmeta.go (ValidateImmutableField).
"""

from typing import Any

from playground.kube.apiserver.validation.checks import IMMUTABLE
from playground.kube.apiserver.validation.field import FieldError, Path, invalid
from playground.kube.apiserver.validation.golang import marshal, shape


def equal(kind: str, one: object, other: object) -> bool:
    """Compare two values of an internal type (see golang.marshal): zero values and quantities count by meaning."""
    return one == other or _bare(shape(kind, one)) == _bare(shape(kind, other))


def _bare(value: Any) -> Any:
    """Take empty lists and maps for absent ones."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()} or None
    if isinstance(value, list):
        return [_bare(item) for item in value] or None
    return value


def validate_immutable(path: Path, kind: str, new: object, old: object) -> list[FieldError]:
    """Refuse a value of an internal type that differs from the old one."""
    return [] if equal(kind, new, old) else [invalid(path, marshal(kind, new), IMMUTABLE)]

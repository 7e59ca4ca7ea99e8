"""Rules of the Binding subresource. Source: pkg/apis/core/validation/validation.go (ValidatePodBinding), v1.36.

The real server does not wrap these errors in a 422: its answer is a 500 with the errors' text as its message.
"""

from typing import Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.objects.frozen import Object

TARGET: Final = Path("target")


def validate_binding(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """A pod is bound to a node, which has a name."""
    del old, subresource
    target = obj.get("target") or {}
    errors: list[FieldError] = []
    if target.get("kind") not in {None, "", "Node"}:
        errors.append(field.not_supported(TARGET.child("kind"), field.Raw(field.go_quote(target["kind"])), KINDS))
    if not target.get("name"):
        errors.append(field.required(TARGET.child("name")))
    return errors


KINDS: Final = ("Node", "<empty>")

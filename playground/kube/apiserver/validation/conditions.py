"""Rules of status conditions, and reading them. Source: apimachinery's pkg/apis/meta/v1/validation, v1.36."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Fields = Mapping[str, Any]
STATUSES: Final = ("False", "True", "Unknown")
REASON: Final = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
REASON_SAYS: Final = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
    "characters or '_,:', and must end with an alphanumeric character or '_'"
)
REASON_EXAMPLES: Final = ("my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")
MAX_REASON: Final = 1024
MAX_MESSAGE: Final = 32 * 1024


def is_true(status: Fields, kind: str) -> bool:
    """Whether a condition of this type stands at True."""
    return _has(status, kind, "True")


def is_false(status: Fields, kind: str) -> bool:
    """Whether a condition of this type stands at False; absent is neither."""
    return _has(status, kind, "False")


def _has(status: Fields, kind: str, value: str) -> bool:
    return any(item.get("type") == kind and item.get("status") == value for item in status.get("conditions") or [])


def validate_conditions(path: Path, conditions: Sequence[Fields]) -> list[FieldError]:
    """Conditions of the shared type (metav1.Condition): each type once, each well formed."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, condition in enumerate(conditions):
        kind = condition.get("type") or ""
        if kind in seen:
            errors.append(field.duplicate(path.index(position).child("type"), kind))
        seen.add(kind)
        errors += _validate_condition(path.index(position), condition)
    return errors


def _validate_condition(path: Path, condition: Fields) -> list[FieldError]:
    errors = checks.named(path.child("type"), condition.get("type") or "", names.is_qualified_name)
    status = condition.get("status") or ""
    if status not in STATUSES:
        errors.append(field.not_supported(path.child("status"), status, STATUSES))
    generation = condition.get("observedGeneration") or 0
    if generation < 0:
        says = "must be greater than or equal to zero"
        errors.append(field.invalid(path.child("observedGeneration"), generation, says))
    if not condition.get("lastTransitionTime"):
        errors.append(field.required(path.child("lastTransitionTime")))
    errors += checks.required_named(path.child("reason"), condition.get("reason") or "", _reason)
    for name, most in (("reason", MAX_REASON), ("message", MAX_MESSAGE)):
        if names.size(condition.get(name) or "") > most:
            errors.append(field.too_long(path.child(name), most))
    return errors


def _reason(reason: str) -> list[str]:
    return [] if re.fullmatch(REASON, reason) else [names.pattern(REASON_SAYS, REASON, *REASON_EXAMPLES)]

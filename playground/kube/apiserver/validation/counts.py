"""Rules on whole numbers that many kinds share: not below zero, not above another count, not going back.

Source: pkg/apis/core/validation/validation.go (ValidateNonnegativeField, IsDecremented), v1.36.
"""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation import checks
from playground.kube.apiserver.validation.field import FieldError, Path, invalid

Fields = Mapping[str, Any]


def count(fields: Fields, name: str) -> int:
    """Return a number that is zero when left out."""
    return fields.get(name) or 0


def nonnegative(path: Path, fields: Fields, *names: str) -> list[FieldError]:
    """Refuse each of the fields that is below zero, in the order of `names`."""
    return [error for name in names for error in checks.not_negative(path.child(name), count(fields, name))]


def not_above(path: Path, fields: Fields, limit: str, says: str, *names: str) -> list[FieldError]:
    """Refuse each of the fields that is above the field `limit`."""
    most = count(fields, limit)
    return [invalid(path.child(name), count(fields, name), says) for name in names if count(fields, name) > most]


def not_decremented(path: Path, fields: Fields, old: Fields, name: str) -> list[FieldError]:
    """Refuse a counter that went back, or that was taken away."""
    before, now = old.get(name), fields.get(name)
    if before is None or (now is not None and now >= before):
        return []
    return [invalid(path.child(name), now or 0, "cannot be decremented")]

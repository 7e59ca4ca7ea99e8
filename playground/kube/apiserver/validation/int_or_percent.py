"""Rules on fields that hold a number or a percentage: maxSurge, maxUnavailable, minAvailable.

Source: pkg/apis/apps/validation/validation.go (ValidatePositiveIntOrPercent, IsNotMoreThan100Percent), v1.36.
How a percentage of a total is rounded is the matter of playground.kube.intstr.
"""

from playground.kube.apiserver.validation import checks, names
from playground.kube.apiserver.validation.field import FieldError, Path, invalid
from playground.kube.apiserver.validation.go_numbers import atoi

IntOrPercent = int | str


def validate_int_or_percent(path: Path, value: IntOrPercent) -> list[FieldError]:
    """A number not below zero, or text such as `25%`."""
    if isinstance(value, str):
        return checks.named(path, value, names.is_percent)
    return checks.not_negative(path, value)


def validate_at_most_100_percent(path: Path, value: IntOrPercent) -> list[FieldError]:
    """A percentage is not above 100; a number may be anything."""
    if isinstance(value, str) and not names.is_percent(value) and amount(value) > 100:
        return [invalid(path, value, "must not be greater than 100%")]
    return []


def amount(value: IntOrPercent) -> int:
    """The number without its sign of percent; text that is neither counts as zero."""
    if not isinstance(value, str):
        return value
    if not names.is_percent(value):
        return int(value.removesuffix("%"))
    try:
        return atoi(value)
    except ValueError:
        return 0

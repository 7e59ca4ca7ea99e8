"""Small rules that every kind uses: numbers, names at a path, immutability, quantities. Each answers a list of errors.

Source: k8s.io/apimachinery/pkg/api/validation/generic.go and pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation import field, golang, names
from playground.kube.apiserver.validation.field import FieldError, Path, Raw

ZERO: Final = quantity.parse("0")
NOT_NEGATIVE: Final = "must be greater than or equal to 0"
POSITIVE: Final = "must be greater than zero"
IMMUTABLE: Final = "field is immutable"
FILE_MODE: Final = "must be a number between 0 and 0777 (octal), both inclusive"
MAX_FILE_MODE: Final = 0o777

Values = Mapping[str, Any]


def named(path: Path, value: str, check: names.Check) -> list[FieldError]:
    """One error for each complaint of `check` about the text at `path`."""
    return [field.invalid(path, value, says) for says in check(value)]


def required_named(path: Path, value: str, check: names.Check) -> list[FieldError]:
    """The same, but an empty text is an error of its own."""
    return named(path, value, check) if value else [field.required(path)]


def required_fields(values: Values, path: Path, *fields: str) -> list[FieldError]:
    """An error for each of the fields that is empty."""
    return [field.required(path.child(name)) for name in fields if not values.get(name)]


def not_negative(path: Path, value: int) -> list[FieldError]:
    """Zero or more."""
    return [field.invalid(path, value, NOT_NEGATIVE)] if value < 0 else []


def positive(path: Path, value: int) -> list[FieldError]:
    """One or more."""
    return [] if value > 0 else [field.invalid(path, value, POSITIVE)]


def immutable(path: Path, new: object, old: object, shown: Raw | None = None) -> list[FieldError]:
    """Equal to what it was. `shown` is how Go prints the new value, where it is a struct."""
    if same(new, old):
        return []
    return [field.invalid(path, new if shown is None else shown, IMMUTABLE)]


def same(left: object, right: object) -> bool:
    """apiequality.Semantic.DeepEqual for plain data: nothing, an empty list and an empty map are all one."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return all(same(left.get(key), right.get(key)) for key in {*left, *right})
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right or (not left and not right and _empty(left) and _empty(right))


def _empty(value: object) -> bool:
    return value is None or value == [] or value == {}


def one_of(path: Path, value: str, supported: Collection[str], *, needed: bool = True) -> list[FieldError]:
    """One of an enumeration, listed as given; empty means missing if it is needed."""
    if value in supported:
        return []
    if needed and not value:
        return [field.required(path)]
    return [field.not_supported(path, value, supported)]


def file_mode(path: Path, mode: int | None) -> list[FieldError]:
    """Permission bits of a file."""
    if mode is None or 0 <= mode <= MAX_FILE_MODE:
        return []
    return [field.invalid(path, mode, FILE_MODE)]


def port_number_or_name(path: Path, port: int | str) -> list[FieldError]:
    """A port given by number or by the name of a container's port."""
    if isinstance(port, int):
        return [field.invalid(path, port, says) for says in names.is_port_number(port)]
    return named(path, port, names.is_port_name)


def not_negative_quantity(path: Path, value: str) -> list[FieldError]:
    """A quantity of zero or more."""
    parsed = quantity.parse(value)
    return [field.invalid(path, str(parsed), NOT_NEGATIVE)] if parsed < ZERO else []


def positive_quantity(path: Path, value: str) -> list[FieldError]:
    """A quantity of more than zero."""
    parsed = quantity.parse(value)
    return [] if parsed > ZERO else [field.invalid(path, str(parsed), POSITIVE)]


def relative_path(path: Path, target: str) -> list[FieldError]:
    """A path below where it stands: not absolute, and never upwards."""
    errors = [field.invalid(path, target, "must be a relative path")] if target.startswith("/") else []
    return errors + no_backsteps(path, target)


def no_backsteps(path: Path, target: str) -> list[FieldError]:
    """A path without `..`."""
    if ".." in target.split("/"):
        return [field.invalid(path, target, "must not contain '..'")]
    return []


def local_path(path: Path, target: str) -> list[FieldError]:
    """A relative path whose first part does not look like the kubelet's own (`..data`)."""
    errors = relative_path(path, target)
    if target.startswith("..") and not target.startswith("../"):
        errors.append(field.invalid(path, target, "must not start with '..'"))
    return errors


def same_struct(kind: str, left: object, right: object) -> bool:
    """Semantic.DeepEqual for two values of an internal type: what is missing equals its zero value."""
    return left == right or same(golang.shape(kind, left), golang.shape(kind, right))

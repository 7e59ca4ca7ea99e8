"""Rules of a LimitRange: its numbers must leave room for a pod that meets them all.

Source: ValidateLimitRange in pkg/apis/core/validation/validation.go, v1.36. Maps are read in sorted order.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation import field, metadata, names, resource_names
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.quantity import Quantity

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
LIMITS: Final = Path("spec.limits")
TYPES: Final = frozenset({"Pod", "Container", "PersistentVolumeClaim"})
KINDS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
MAX_MILLI_VALUE: Final = (2**63 - 1) // 1000
# (greater, lesser, where it stands, which is shown, what is said) for pairs that may not be the wrong way round.
ORDER: Final = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    (
        "min",
        "defaultRequest",
        "defaultRequest",
        "defaultRequest",
        "min value {} is greater than default request value {}",
    ),
    (
        "defaultRequest",
        "max",
        "defaultRequest",
        "defaultRequest",
        "default request value {} is greater than max value {}",
    ),
    (
        "defaultRequest",
        "default",
        "defaultRequest",
        "defaultRequest",
        "default request value {} is greater than default limit value {}",
    ),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)


def validate_limit_range(limits: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write; an update is told no more than a create."""
    del old, subresource
    errors = metadata.validate_object_meta(limits["metadata"], METADATA)
    seen: set[str] = set()
    for position, limit in enumerate((limits.get("spec") or {}).get("limits") or []):
        kind, path = limit.get("type") or "", LIMITS.index(position)
        errors += _type(kind, path.child("type"))
        if kind in seen:
            errors.append(field.duplicate(path.child("type"), field.typed(kind)))
        seen.add(kind)
        errors += _limit(limit, kind, path)
    return errors


def _type(kind: str, path: Path) -> list[FieldError]:
    shown = field.typed(kind)
    errors = [field.invalid(path, shown, says) for says in names.is_qualified_name(kind)]
    if errors or "/" in kind or kind in TYPES:
        return errors
    return [field.invalid(path, shown, "must be a standard limit type or fully qualified")]


def _limit(limit: Values, kind: str, path: Path) -> list[FieldError]:
    known: dict[str, Mapping[str, str]] = {}
    errors: list[FieldError] = []
    for name in KINDS:
        amounts = limit.get(name) or {}
        if kind == "Pod" and name in {"default", "defaultRequest"}:
            says = "may not be specified when `type` is 'Pod'"
            errors += [field.forbidden(path.child(name), says)] if amounts else []
            continue
        if name == "maxLimitRequestRatio":
            errors += _claim_size(limit, kind, path)
        known[name] = amounts
        for resource in sorted(amounts):
            errors += _resource(kind, resource, path.child(name).key(resource))
    for resource in sorted({resource for amounts in known.values() for resource in amounts}):
        given = {name: quantity.parse(known[name][resource]) for name in known if resource in known[name]}
        errors += _one(resource, given, path)
    return errors


def _resource(kind: str, resource: str, path: Path) -> list[FieldError]:
    if kind in {"Pod", "Container"}:
        return resource_names.validate_container_resource_name(resource, path)
    return resource_names.validate_resource_name(resource, path)


def _claim_size(limit: Values, kind: str, path: Path) -> list[FieldError]:
    sizes = (limit.get("min") or {}, limit.get("max") or {})
    if kind != "PersistentVolumeClaim" or any("storage" in amounts for amounts in sizes):
        return []
    says = "either minimum or maximum storage value is required, but neither was provided"
    return [field.required(path.child("limits"), says)]


def _one(resource: str, given: Mapping[str, Quantity], path: Path) -> list[FieldError]:
    """All numbers for one resource against each other."""
    errors: list[FieldError] = []
    for greater, lesser, where, shown, says in ORDER:
        if greater in given and lesser in given and given[greater] > given[lesser]:
            told = says.format(given[greater], given[lesser])
            errors.append(field.invalid(path.child(where).key(resource), str(given[shown]), told))
    errors += _ratio(given, path.child("maxLimitRequestRatio").key(resource))
    fixed = not resource_names.may_overcommit(resource) and "default" in given and "defaultRequest" in given
    if fixed and given["default"] != given["defaultRequest"]:
        default, request = given["default"], given["defaultRequest"]
        says = f"default value {default} must equal to defaultRequest value {request} in {resource}"
        errors.append(field.invalid(path.child("defaultRequest").key(resource), str(request), says))
    return errors


def _ratio(given: Mapping[str, Quantity], path: Path) -> list[FieldError]:
    ratio = given.get("maxLimitRequestRatio")
    if ratio is None:
        return []
    errors: list[FieldError] = []
    if ratio < quantity.parse("1"):
        errors.append(field.invalid(path, str(ratio), f"ratio {ratio} is less than 1"))
    if "min" not in given or "max" not in given:
        return errors
    possible, asked = _quotient(given["max"], given["min"]), ratio.value() * 1.0
    if _small(ratio, given["min"], given["max"]):
        possible, asked = _quotient_milli(given["max"], given["min"]), ratio.milli() / 1000
    if asked > possible:
        says = f"ratio {ratio} is greater than max/min = {_go_float(possible)}"
        errors.append(field.invalid(path, str(ratio), says))
    return errors


def _small(*amounts: Quantity) -> bool:
    return all(amount.value() < MAX_MILLI_VALUE for amount in amounts)


def _quotient(most: Quantity, least: Quantity) -> float:
    return _divide(most.value(), least.value())


def _quotient_milli(most: Quantity, least: Quantity) -> float:
    return _divide(most.milli(), least.milli())


def _divide(most: int, least: int) -> float:
    """Go divides floats by zero without complaint."""
    if least:
        return most / least
    return float("nan") if not most else float("inf")


def _go_float(number: float) -> str:
    return {"inf": "+Inf", "nan": "NaN"}.get(str(number), f"{number:f}")

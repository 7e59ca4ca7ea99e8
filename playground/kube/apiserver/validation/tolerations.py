"""Rules of tolerations and of the effects of taints.

Source: ValidateTolerations and validateTaintEffect in pkg/apis/core/validation/validation.go, v1.36
(TaintTolerationComparisonOperators is off by default).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Toleration = Mapping[str, Any]

EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def validate_tolerations(tolerations: Sequence[Toleration], path: Path) -> list[FieldError]:
    """Each toleration of a pod."""
    errors: list[FieldError] = []
    for position, toleration in enumerate(tolerations):
        errors += _validate_toleration(toleration, path.index(position))
    return errors


def _validate_toleration(toleration: Toleration, path: Path) -> list[FieldError]:
    key, operator = toleration.get("key") or "", toleration.get("operator") or ""
    effect = toleration.get("effect") or ""
    errors = checks.named(path.child("key"), key, names.is_qualified_name) if key else []
    if not key and operator != "Exists":
        says = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        errors.append(field.invalid(path.child("operator"), field.typed(operator), says))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        says = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(field.invalid(path.child("effect"), field.typed(effect), says))
    errors += _validate_operator(operator, toleration.get("value") or "", path.child("operator"))
    return errors + (validate_effect(effect, path.child("effect")) if effect else [])


def _validate_operator(operator: str, value: str, path: Path) -> list[FieldError]:
    if operator in {"", "Equal"}:
        complaints = names.is_label_value(value)
        return [field.invalid(path, value, ";".join(complaints))] if complaints else []
    if operator == "Exists":
        says = "value must be empty when `operator` is 'Exists'"
        return [field.invalid(path, value, says)] if value else []
    compares = ("Lt", "Gt") if operator in {"Lt", "Gt"} else ()
    return [field.not_supported(path, operator, ("Equal", "Exists", *compares))]


def validate_effect(effect: str, path: Path) -> list[FieldError]:
    """What a taint does."""
    return [] if effect in EFFECTS else [field.not_supported(path, effect, EFFECTS)]


def only_added(new: Sequence[Toleration], old: Sequence[Toleration], path: Path) -> list[FieldError]:
    """A running pod may be given more tolerations, and other seconds, but none may go or change."""
    kept = [_without_seconds(toleration) for toleration in new]
    if any(_without_seconds(toleration) not in kept for toleration in old):
        return [field.forbidden(path, "existing toleration can not be modified except its tolerationSeconds")]
    return validate_tolerations(new, path)


def _without_seconds(toleration: Toleration) -> dict[str, Any]:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds" and value}

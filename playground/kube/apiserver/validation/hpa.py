"""Rules of HorizontalPodAutoscalers. Their metrics' rules are in hpa_metrics.

Source: pkg/apis/autoscaling/validation/validation.go, the strategy in pkg/registry/autoscaling, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field
from playground.kube.apiserver.validation.counts import count, nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.hpa_metrics import validate_metrics, validate_object_reference
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
STATUS: Final = Path("status")
SELECT: Final = ("Disabled", "Max", "Min")
POLICIES: Final = ("Percent", "Pods")
MAX_WINDOW: Final = 3600  # seconds
MAX_PERIOD: Final = 1800  # seconds


def validate_horizontal_pod_autoscaler(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status."""
    if old is None:
        return validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"], {})
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return errors + nonnegative(STATUS, obj.get("status") or {}, "currentReplicas", "desiredReplicas")
    return errors + _validate_spec(obj["spec"], old["spec"])


def _validate_spec(spec: Fields, old: Fields) -> list[FieldError]:
    errors = _validate_bounds(spec, 0 if old.get("minReplicas") == 0 else 1)
    errors += _validate_target(SPEC.child("scaleTargetRef"), spec["scaleTargetRef"], old.get("scaleTargetRef") or {})
    errors += validate_metrics(SPEC.child("metrics"), spec, old)
    behavior = spec.get("behavior") or {}
    for name in ("scaleUp", "scaleDown"):
        if behavior.get(name) is not None:
            errors += _validate_rules(SPEC.child("behavior", name), behavior[name])
    return errors


def _validate_bounds(spec: Fields, lowest: int) -> list[FieldError]:
    """Scaling to zero is behind a gate that is off; who has it already keeps it."""
    errors: list[FieldError] = []
    least, most = spec.get("minReplicas"), count(spec, "maxReplicas")
    if least is not None and least < lowest:
        says = f"must be greater than or equal to {lowest}"
        errors.append(field.invalid(SPEC.child("minReplicas"), least, says))
    path = SPEC.child("maxReplicas")
    if most == 0:
        errors.append(field.required(path, "must be set and greater than 0"))
    elif most < 0:
        errors.append(field.invalid(path, most, "must be greater than or equal to 1"))
    if least is not None and most < least:
        errors.append(field.invalid(path, most, "must be greater than or equal to `minReplicas`"))
    return errors


def _validate_target(path: Path, target: Fields, old: Fields) -> list[FieldError]:
    unchanged = bool(old) and all((target.get(name) or "") == (old.get(name) or "") for name in ("apiVersion", "kind"))
    core = target.get("kind") == "ReplicationController"
    return validate_object_reference(path, target, any_version=unchanged, core_allowed=core)


def _validate_rules(path: Path, rules: Fields) -> list[FieldError]:
    errors: list[FieldError] = []
    window, place = rules.get("stabilizationWindowSeconds"), path.child("stabilizationWindowSeconds")
    if window is not None and window < 0:
        errors.append(field.invalid(place, window, "must be greater than or equal to zero"))
    if window is not None and window > MAX_WINDOW:
        errors.append(field.invalid(place, window, f"must be less than or equal to {MAX_WINDOW}"))
    select = rules.get("selectPolicy")
    if select is not None and select not in SELECT:
        errors.append(field.not_supported(path.child("selectPolicy"), select, SELECT))
    policies = rules.get("policies") or []
    if not policies:
        errors.append(field.required(path.child("policies"), "must specify at least one Policy"))
    for position, policy in enumerate(policies):
        errors += _validate_policy(path.child("policies").index(position), policy)
    if rules.get("tolerance") is not None:
        errors += checks.not_negative_quantity(path.child("tolerance"), rules["tolerance"])
    return errors


def _validate_policy(path: Path, policy: Fields) -> list[FieldError]:
    errors: list[FieldError] = []
    if policy.get("type") not in POLICIES:
        errors.append(field.not_supported(path.child("type"), policy.get("type") or "", POLICIES))
    for name in ("value", "periodSeconds"):
        errors += checks.positive(path.child(name), count(policy, name))
    if count(policy, "periodSeconds") > MAX_PERIOD:
        says = f"must be less than or equal to {MAX_PERIOD}"
        errors.append(field.invalid(path.child("periodSeconds"), policy["periodSeconds"], says))
    return errors

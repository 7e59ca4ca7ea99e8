"""Rules of PodDisruptionBudgets. Source: pkg/apis/policy/validation/validation.go, v1.36.

The metadata has no rules of its own here: the general ones, which every kind gets, are enough.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.conditions import validate_conditions
from playground.kube.apiserver.validation.counts import nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.int_or_percent import validate_at_most_100_percent, validate_int_or_percent
from playground.kube.apiserver.validation.metadata import validate_label_selector
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
SPEC: Final = Path("spec")
STATUS: Final = Path("status")
EVICTION_POLICIES: Final = ("AlwaysAllow", "IfHealthyBudget")


def validate_pod_disruption_budget(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """The same rules for creating and replacing; others for the status."""
    del old
    if subresource == "status":
        return _validate_status(obj.get("status") or {})
    spec: Fields = obj.get("spec") or {}
    errors: list[FieldError] = []
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        shown = marshal("policy.PodDisruptionBudgetSpec", spec)
        errors.append(field.invalid(SPEC, shown, "minAvailable and maxUnavailable cannot be both set"))
    for name in ("minAvailable", "maxUnavailable"):
        if spec.get(name) is not None:
            errors += validate_int_or_percent(SPEC.child(name), spec[name])
            errors += validate_at_most_100_percent(SPEC.child(name), spec[name])
    errors += validate_label_selector(spec.get("selector"), SPEC.child("selector"))
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in EVICTION_POLICIES:
        errors.append(field.not_supported(SPEC.child("unhealthyPodEvictionPolicy"), policy, EVICTION_POLICIES))
    return errors


def _validate_status(status: Fields) -> list[FieldError]:
    errors = validate_conditions(STATUS.child("conditions"), status.get("conditions") or [])
    counts = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    return errors + nonnegative(STATUS, status, *counts)

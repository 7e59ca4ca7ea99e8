"""Rules of Deployments. Source: pkg/apis/apps/validation/validation.go, v1.36."""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation.counts import count, nonnegative, not_above, not_decremented
from playground.kube.apiserver.validation.field import FieldError, Path, forbidden, invalid, not_supported, required
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.int_or_percent import (
    amount,
    validate_at_most_100_percent,
    validate_int_or_percent,
)
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.apiserver.validation.replicaset import validate_selector_and_template, validate_selector_unchanged
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA, SPEC, STATUS = Path("metadata"), Path("spec"), Path("status")
STRATEGIES = ("Recreate", "RollingUpdate")


def validate_deployment(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status."""
    if old is None:
        return validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"])
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return errors + _validate_status(obj.get("status") or {}, old.get("status") or {})
    errors += _validate_spec(obj["spec"])
    return errors + validate_selector_unchanged(obj["spec"], old["spec"])


def _validate_spec(spec: Fields) -> list[FieldError]:
    errors = nonnegative(SPEC, spec, "replicas")
    errors += validate_selector_and_template(spec)
    errors += _validate_strategy(SPEC.child("strategy"), spec["strategy"])
    errors += nonnegative(SPEC, spec, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= count(spec, "minReadySeconds"):
        errors.append(invalid(SPEC.child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds"))
    return errors


def _validate_strategy(path: Path, strategy: Fields) -> list[FieldError]:
    rolling, rolling_path = strategy.get("rollingUpdate"), path.child("rollingUpdate")
    if strategy["type"] not in STRATEGIES:
        return [not_supported(path, marshal("*apps.DeploymentStrategy", strategy), STRATEGIES)]
    if strategy["type"] == "Recreate":
        says = "may not be specified when strategy `type` is 'Recreate'"
        return [] if rolling is None else [forbidden(rolling_path, says)]
    if rolling is None:
        return [required(rolling_path, "this should be defaulted and never be nil")]
    return _validate_rolling_update(rolling_path, rolling)


def _validate_rolling_update(path: Path, rolling: Fields) -> list[FieldError]:
    unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
    errors = validate_int_or_percent(path.child("maxUnavailable"), unavailable)
    errors += validate_int_or_percent(path.child("maxSurge"), surge)
    if amount(unavailable) == 0 and amount(surge) == 0:
        errors.append(invalid(path.child("maxUnavailable"), unavailable, "may not be 0 when `maxSurge` is 0"))
    return errors + validate_at_most_100_percent(path.child("maxUnavailable"), unavailable)


def _validate_status(status: Fields, old: Fields) -> list[FieldError]:
    replicas = ("updatedReplicas", "readyReplicas", "availableReplicas")
    errors = nonnegative(
        STATUS,
        status,
        "observedGeneration",
        "replicas",
        *replicas,
        "unavailableReplicas",
        "terminatingReplicas",
        "collisionCount",
    )
    errors += not_above(STATUS, status, "replicas", "cannot be greater than status.replicas", *replicas)
    errors += not_above(STATUS, status, "readyReplicas", "cannot be greater than readyReplicas", "availableReplicas")
    return errors + not_decremented(STATUS, status, old, "collisionCount")

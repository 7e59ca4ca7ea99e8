"""Rules of DaemonSets. Source: pkg/apis/apps/validation/validation.go, v1.36.

The template's generation, an annotation in v1, is counted by the server itself and so is always right.
"""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.counts import nonnegative, not_decremented
from playground.kube.apiserver.validation.field import FieldError, Path, invalid, not_supported, required
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.int_or_percent import (
    amount,
    validate_at_most_100_percent,
    validate_int_or_percent,
)
from playground.kube.apiserver.validation.metadata import (
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from playground.kube.apiserver.validation.pod_template import validate_pod_template
from playground.kube.apiserver.validation.replicaset import validate_selector_unchanged
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA, SPEC, STATUS = Path("metadata"), Path("spec"), Path("status")
STRATEGIES = ("RollingUpdate", "OnDelete")
STATUS_COUNTS = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)


def validate_daemon_set(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status."""
    if old is None:
        return validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"])
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        status, old_status = obj.get("status") or {}, old.get("status") or {}
        errors += nonnegative(STATUS, status, *STATUS_COUNTS)
        return errors + not_decremented(STATUS, status, old_status, "collisionCount")
    errors += validate_selector_unchanged(obj["spec"], old["spec"])
    return errors + _validate_spec(obj["spec"])


def _validate_spec(spec: Fields) -> list[FieldError]:
    selector, template = spec.get("selector"), SPEC.child("template")
    errors = validate_label_selector(selector, SPEC.child("selector"))
    if use.selector_is_readable(selector):
        errors += use.validate_selector_matches(template, selector, use.template_labels(spec))
    errors += use.validate_selector_not_empty(SPEC.child("selector"), selector, "daemonset")
    errors += validate_pod_template(spec["template"], template)
    errors += use.validate_restarts_always(template.child("spec"), use.template_pod(spec))
    errors += use.validate_no_deadline(template.child("spec"), use.template_pod(spec), "DaemonSet")
    errors += nonnegative(SPEC, spec, "minReadySeconds")
    errors += _validate_strategy(SPEC.child("updateStrategy"), spec["updateStrategy"])
    return errors + nonnegative(SPEC, spec, "revisionHistoryLimit")


def _validate_strategy(path: Path, strategy: Fields) -> list[FieldError]:
    if strategy["type"] not in STRATEGIES:
        return [not_supported(path, marshal("*apps.DaemonSetUpdateStrategy", strategy), STRATEGIES)]
    if strategy["type"] == "OnDelete":
        return []
    rolling = strategy.get("rollingUpdate")
    if rolling is None:
        return [required(path.child("rollingUpdate"))]
    return _validate_rolling_update(path.child("rollingUpdate"), rolling)


def _validate_rolling_update(path: Path, rolling: Fields) -> list[FieldError]:
    """Either the old pod goes first or the new one comes first, never both."""
    values = [(path.child(name), rolling[name]) for name in ("maxUnavailable", "maxSurge")]
    errors = [error for place, value in values for error in validate_int_or_percent(place, value)]
    errors += [error for place, value in values for error in validate_at_most_100_percent(place, value)]
    (unavailable_path, unavailable), (surge_path, surge) = values
    if amount(unavailable) and amount(surge):
        errors.append(invalid(surge_path, surge, "may not be set when maxUnavailable is non-zero"))
    if not amount(unavailable) and not amount(surge):
        errors.append(required(unavailable_path, "cannot be 0 when maxSurge is 0"))
    return errors

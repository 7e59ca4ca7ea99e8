"""Rules of a Job's policies: which failures count, when it has succeeded, when a pod is replaced.

Source: pkg/apis/batch/validation/validation.go, v1.36.
"""

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.counts import count
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.job_indexes import count_indexes

Fields = Mapping[str, Any]
ACTIONS: Final = ("Count", "FailIndex", "FailJob", "Ignore")
OPERATORS: Final = ("In", "NotIn")
STATUSES: Final = ("False", "True", "Unknown")
REPLACEMENTS: Final = ("Failed", "TerminatingOrFailed")
MAX_RULES: Final = 20
MAX_EXIT_CODES: Final = 255
MAX_PATTERNS: Final = 20
MAX_INDEXES_BYTES: Final = 64 * 1024


def unshown(path: Path, says: str) -> FieldError:
    """An invalid value that the message does not repeat."""
    return FieldError("FieldValueInvalid", str(path), f"Invalid value: {says}")


def _chosen(path: Path, value: str, allowed: Collection[str]) -> list[FieldError]:
    if value in allowed:
        return []
    if value:
        return [field.not_supported(path, value, allowed)]
    listed = " ".join(field.go_quote(name) for name in allowed)
    return [field.required(path, f"valid values: [{listed}]")]


def validate_pod_replacement_policy(path: Path, spec: Fields) -> list[FieldError]:
    """With a failure policy a pod is replaced only once it has failed."""
    policy = spec.get("podReplacementPolicy")
    if policy is None:
        return []
    allowed = REPLACEMENTS if spec.get("podFailurePolicy") is None else ("Failed",)
    return [] if policy in allowed else [field.not_supported(path, policy, allowed)]


def validate_pod_failure_policy(path: Path, spec: Fields) -> list[FieldError]:
    """At most 20 rules, each about exit codes or about pod conditions."""
    rules, place = spec["podFailurePolicy"].get("rules") or [], path.child("rules")
    errors = [field.too_many(place, len(rules), MAX_RULES)] if len(rules) > MAX_RULES else []
    pod = use.template_pod(spec)
    containers = {item.get("name") for kind in ("containers", "initContainers") for item in pod.get(kind) or []}
    for position, rule in enumerate(rules):
        errors += _validate_action(place.index(position).child("action"), rule.get("action") or "", spec)
        errors += _validate_failure_rule(place.index(position), rule, containers)
    return errors


def _validate_action(path: Path, action: str, spec: Fields) -> list[FieldError]:
    if action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        return [field.invalid(path, field.typed(action), "requires the backoffLimitPerIndex to be set")]
    return _chosen(path, action, ACTIONS)


def _validate_failure_rule(path: Path, rule: Fields, containers: Collection[str | None]) -> list[FieldError]:
    errors: list[FieldError] = []
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes is not None:
        errors += _validate_exit_codes(path.child("onExitCodes"), codes, containers)
    errors += _validate_conditions(path.child("onPodConditions"), conditions)
    if codes is not None and conditions:
        errors.append(unshown(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not conditions:
        errors.append(unshown(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return errors


def _validate_conditions(path: Path, patterns: list[Fields]) -> list[FieldError]:
    errors = [field.too_many(path, len(patterns), MAX_PATTERNS)] if len(patterns) > MAX_PATTERNS else []
    for position, pattern in enumerate(patterns):
        place = path.index(position)
        errors += checks.named(place.child("type"), pattern.get("type") or "", names.is_qualified_name)
        errors += _chosen(place.child("status"), pattern.get("status") or "", STATUSES)
    return errors


def _validate_exit_codes(path: Path, codes: Fields, containers: Collection[str | None]) -> list[FieldError]:
    operator, values = codes.get("operator") or "", codes.get("values") or []
    errors = _chosen(path.child("operator"), operator, OPERATORS)
    container = codes.get("containerName")
    if container is not None and container not in containers:
        says = "must be one of the container or initContainer names in the pod template"
        errors.append(field.invalid(path.child("containerName"), container, says))
    place = path.child("values")
    if not values:
        errors.append(field.invalid(place, codes.get("values"), "at least one value is required"))
    elif len(values) > MAX_EXIT_CODES:
        errors.append(field.too_many(place, len(values), MAX_EXIT_CODES))
    for position, value in enumerate(values):
        if operator == "In" and value == 0:
            errors.append(field.invalid(place.index(position), value, "must not be 0 for the In operator"))
        if value in values[:position]:
            errors.append(field.duplicate(place.index(position), value))
    if any(left > right for left, right in pairwise(values)):
        errors.append(field.invalid(place, values, "must be ordered"))
    return errors


def validate_success_policy(path: Path, spec: Fields) -> list[FieldError]:
    """One to 20 rules, each naming indexes, a count of them, or both."""
    rules, place = spec["successPolicy"].get("rules") or [], path.child("rules")
    errors: list[FieldError] = []
    if not rules:
        errors.append(field.required(place, "at least one rules must be specified when the successPolicy is specified"))
    if len(rules) > MAX_RULES:
        errors.append(field.too_many(place, len(rules), MAX_RULES))
    for position, rule in enumerate(rules):
        errors += _validate_success_rule(place.index(position), rule, count(spec, "completions"))
    return errors


def _validate_success_rule(path: Path, rule: Fields, completions: int) -> list[FieldError]:
    errors: list[FieldError] = []
    wanted, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    if wanted is None and indexes is None:
        says = "at least one of succeededCount or succeededIndexes must be specified"
        errors.append(field.required(path, says))
    total = 0
    if indexes is not None:
        place = path.child("succeededIndexes")
        if names.size(indexes) > MAX_INDEXES_BYTES:
            errors.append(field.too_long(place, MAX_INDEXES_BYTES))
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            errors.append(field.invalid(place, indexes, f"error parsing succeededIndexes: {error}"))
    if wanted is not None:
        named = None if indexes is None else total
        errors += _validate_succeeded_count(path.child("succeededCount"), wanted, completions, named)
    return errors


def _validate_succeeded_count(path: Path, wanted: int, completions: int, named: int | None) -> list[FieldError]:
    errors = checks.not_negative(path, wanted)
    if wanted > completions:
        says = f"must be less than or equal to {completions} (the number of specified completions)"
        errors.append(field.invalid(path, wanted, says))
    if named is not None and wanted > named:
        says = f"must be less than or equal to {named} (the number of indexes in the specified succeededIndexes field)"
        errors.append(field.invalid(path, wanted, says))
    return errors

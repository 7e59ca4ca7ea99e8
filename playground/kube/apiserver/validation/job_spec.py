"""Rules of a Job's spec, which a CronJob's template shares. Policies of failure and success are in job_policies.

Source: pkg/apis/batch/validation/validation.go (validateJobSpec), v1.36.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.counts import count, nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.job_policies import (
    validate_pod_failure_policy,
    validate_pod_replacement_policy,
    validate_success_policy,
)
from playground.kube.apiserver.validation.pod_template import validate_pod_template

Fields = Mapping[str, Any]
MODES: Final = ("NonIndexed", "Indexed")
MAX_PARALLELISM_INDEXED: Final = 100_000
MAX_FAILED_INDEXES: Final = 100_000
MANY_COMPLETIONS: Final = 100_000
MAX_WITH_MANY: Final = 10_000
MAX_MANAGED_BY: Final = 63
INDEXED_ONLY: Final = "requires indexed completion mode"
HTTP_PATH: Final = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"


def is_indexed(spec: Fields) -> bool:
    """Whether each pod has a number of its own."""
    return spec.get("completionMode") == "Indexed"


def validate_job_spec(path: Path, spec: Fields) -> list[FieldError]:
    """All rules but those of the selector, which a CronJob's Jobs do not have yet."""
    errors = nonnegative(path, spec, "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit")
    errors += nonnegative(path, spec, "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes")
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        errors.append(field.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"))
    if spec.get("managedBy") is not None:
        errors += _validate_managed_by(path.child("managedBy"), spec["managedBy"])
    errors += _validate_mode(path, spec)
    if spec.get("podFailurePolicy") is not None:
        errors += validate_pod_failure_policy(path.child("podFailurePolicy"), spec)
    if spec.get("successPolicy") is not None:
        errors += _validate_success_policy(path.child("successPolicy"), spec)
    errors += validate_pod_replacement_policy(path.child("podReplacementPolicy"), spec)
    errors += validate_pod_template(spec["template"], path.child("template"))
    return errors + _validate_restart_policy(path.child("template", "spec", "restartPolicy"), spec)


def _validate_success_policy(path: Path, spec: Fields) -> list[FieldError]:
    if is_indexed(spec):
        return validate_success_policy(path, spec)
    return [field.invalid(path, marshal("batch.SuccessPolicy", spec["successPolicy"]), INDEXED_ONLY)]


def _validate_managed_by(path: Path, value: str) -> list[FieldError]:
    errors = validate_domain_prefixed_path(path, value)
    if names.size(value) > MAX_MANAGED_BY:
        errors.append(field.too_long(path, MAX_MANAGED_BY))
    return errors


def validate_domain_prefixed_path(path: Path, value: str) -> list[FieldError]:
    """A text such as `acme.io/foo`. Source: IsDomainPrefixedPath in apimachinery's util/validation."""
    if not value:
        return [field.required(path)]
    host, _, rest = value.partition("/")
    if not host or not rest:
        return [field.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = checks.named(path, host, names.is_dns1123_subdomain)
    if not re.fullmatch(HTTP_PATH, rest):
        errors.append(field.invalid(path, rest, names.pattern("Invalid path", HTTP_PATH)))
    return errors


def _validate_mode(path: Path, spec: Fields) -> list[FieldError]:
    mode = spec.get("completionMode")
    if mode == "Indexed":
        return _validate_indexed(path, spec) + _validate_many_completions(path, spec)
    if mode is not None and mode not in MODES:
        return [field.not_supported(path.child("completionMode"), mode, MODES)]
    return [
        field.invalid(path.child(name), spec[name], INDEXED_ONLY)
        for name in ("backoffLimitPerIndex", "maxFailedIndexes")
        if spec.get(name) is not None
    ]


def _validate_indexed(path: Path, spec: Fields) -> list[FieldError]:
    errors = []
    completions, most_failed = spec.get("completions"), spec.get("maxFailedIndexes")
    if completions is None:
        errors.append(field.required(path.child("completions"), "when completion mode is Indexed"))
    if count(spec, "parallelism") > MAX_PARALLELISM_INDEXED:
        says = f"must be less than or equal to {MAX_PARALLELISM_INDEXED} when completion mode is Indexed"
        errors.append(field.invalid(path.child("parallelism"), spec["parallelism"], says))
    if completions is not None and most_failed is not None and most_failed > completions:
        says = "must be less than or equal to completions"
        errors.append(field.invalid(path.child("maxFailedIndexes"), most_failed, says))
    if most_failed is not None and most_failed > MAX_FAILED_INDEXES:
        says = f"must be less than or equal to {MAX_FAILED_INDEXES}"
        errors.append(field.invalid(path.child("maxFailedIndexes"), most_failed, says))
    return errors


def _validate_many_completions(path: Path, spec: Fields) -> list[FieldError]:
    """Above 100,000 completions the status would grow too long, so failures are bounded more tightly."""
    if count(spec, "completions") <= MANY_COMPLETIONS or spec.get("backoffLimitPerIndex") is None:
        return []
    errors = []
    if spec.get("maxFailedIndexes") is None:
        says = f"must be specified when completions is above {MANY_COMPLETIONS}"
        errors.append(field.required(path.child("maxFailedIndexes"), says))
    says = (
        f"must be less than or equal to {MAX_WITH_MANY} when completions are above {MANY_COMPLETIONS} "
        "and used with backoff limit per index"
    )
    return errors + [
        field.invalid(path.child(name), spec[name], says)
        for name in ("parallelism", "maxFailedIndexes")
        if count(spec, name) > MAX_WITH_MANY
    ]


def _validate_restart_policy(path: Path, spec: Fields) -> list[FieldError]:
    policy = use.template_pod(spec).get("restartPolicy") or ""
    if policy in {"", "Always"}:
        return [field.required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in {"OnFailure", "Never"}:
        return [field.not_supported(path, policy, ["OnFailure", "Never"])]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        says = 'only "Never" is supported when podFailurePolicy is specified'
        return [field.invalid(path, field.typed(policy), says)]
    return []

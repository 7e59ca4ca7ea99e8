"""Rules of how one container is restarted and resized.

Source: validateContainerRestartPolicy, validateInitContainerRestartPolicy and validateResizePolicy in
pkg/apis/core/validation/validation.go, v1.36 (ContainerRestartRules is on by default).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

POLICIES: Final = ("Always", "Never", "OnFailure")
ACTIONS: Final = ("Restart", "RestartAllContainers")
OPERATORS: Final = ("In", "NotIn")
RESIZED: Final = ("cpu", "memory")
RESIZE_POLICIES: Final = ("NotRequired", "RestartContainer")
MAX_RULES: Final = 20
MAX_EXIT_CODES: Final = 255
NEEDS_POLICY: Final = "must specify restartPolicy when restart rules are used"


def validate_restart_policy(container: Values, path: Path) -> list[FieldError]:
    """A container's own restart policy, and rules by exit code."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    at = path.child("restartPolicy")
    if policy is None:
        errors = [field.required(at, NEEDS_POLICY)] if rules else []
    else:
        errors = [] if policy in POLICIES else [field.not_supported(at, policy, POLICIES)]
    if len(rules) > MAX_RULES:
        errors.append(field.too_many(path.child("restartPolicyRules"), len(rules), MAX_RULES))
    for position, rule in enumerate(rules):
        errors += _rule(rule, path.child("restartPolicyRules").index(position))
    return errors


def validate_init_restart_policy(container: Values, path: Path) -> list[FieldError]:
    """The same for an init container: without a policy its rules are not looked at."""
    if container.get("restartPolicy") is not None:
        return validate_restart_policy(container, path)
    return [field.required(path.child("restartPolicy"), NEEDS_POLICY)] if container.get("restartPolicyRules") else []


def _rule(rule: Values, path: Path) -> list[FieldError]:
    action, codes = rule.get("action") or "", rule.get("exitCodes")
    errors = [] if action in ACTIONS else [field.not_supported(path.child("action"), action, ACTIONS)]
    at = path.child("exitCodes")
    if codes is None:
        return [*errors, field.required(at, "must be specified")]
    operator, values = codes.get("operator") or "", codes.get("values") or []
    if operator not in OPERATORS:
        errors.append(field.not_supported(at.child("operator"), operator, OPERATORS))
    if len(values) > MAX_EXIT_CODES:
        errors.append(field.too_many(at.child("values"), len(values), MAX_EXIT_CODES))
    return errors


def validate_resize_policy(policies: Sequence[Values], pod_restart_policy: str, path: Path) -> list[FieldError]:
    """What happens to a container whose resources change in place."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, policy in enumerate(policies):
        resource, action = policy.get("resourceName") or "", policy.get("restartPolicy") or ""
        if resource in seen:
            errors.append(field.duplicate(path.index(position), field.typed(resource)))
        seen.add(resource)
        errors += _known(resource, RESIZED, path) + _known(action, RESIZE_POLICIES, path)
        if pod_restart_policy == "Never" and action != "NotRequired":
            says = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            errors.append(field.invalid(path, field.typed(action), says))
    return errors


def _known(value: str, supported: tuple[str, ...], path: Path) -> list[FieldError]:
    if value in supported:
        return []
    return [field.not_supported(path, value, supported) if value else field.required(path)]

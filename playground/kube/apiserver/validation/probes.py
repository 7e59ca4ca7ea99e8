"""Rules of probes and of lifecycle hooks: what is done, and how often.

Source: validateProbe, validateHandler and validateLifecycle in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
PROBE_HANDLERS: Final = HANDLERS[:4]
HOOK_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "sleep")
SCHEMES: Final = ("HTTP", "HTTPS")
NUMBERS: Final = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def validate_probes(container: Values, grace: int | None, path: Path) -> list[FieldError]:
    """The three probes of a container. `grace` is the pod's grace period in seconds."""
    errors: list[FieldError] = []
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(name)
        if probe is not None:
            errors += _probe(name, probe, grace, path.child(name))
    return errors


def _probe(name: str, probe: Values, grace: int | None, path: Path) -> list[FieldError]:
    errors = _handler(probe, PROBE_HANDLERS, grace, path)
    for number in NUMBERS:
        errors += checks.not_negative(path.child(number), probe.get(number) or 0)
    own = probe.get("terminationGracePeriodSeconds")
    at = path.child("terminationGracePeriodSeconds")
    if own is not None and own <= 0:
        errors.append(field.invalid(at, own, "must be greater than 0"))
    if name == "readinessProbe":
        says = "must not be set for readinessProbes"
        return errors if own is None else [*errors, field.invalid(at, own, says)]
    successes = probe.get("successThreshold") or 0
    if successes != 1:
        errors.append(field.invalid(path.child("successThreshold"), successes, "must be 1"))
    return errors


def _handler(handler: Values, kinds: tuple[str, ...], grace: int | None, path: Path) -> list[FieldError]:
    """Exactly one way of acting; the first one given is checked, the others are too many."""
    given = [kind for kind in kinds if handler.get(kind) is not None]
    if not given:
        return [field.required(path, "must specify a handler type")]
    first, *others = given
    says = "may not specify more than 1 handler type"
    return _action(first, handler[first], grace, path.child(first)) + [
        field.forbidden(path.child(other), says) for other in others
    ]


def _action(kind: str, action: Values, grace: int | None, path: Path) -> list[FieldError]:
    if kind == "exec":
        return checks.required_fields(action, path, "command")
    if kind == "httpGet":
        return _http_get(action, path)
    if kind == "sleep":
        return _sleep(action.get("seconds") or 0, grace, path)
    return checks.port_number_or_name(path.child("port"), action.get("port", 0))


def _http_get(action: Values, path: Path) -> list[FieldError]:
    errors = checks.required_fields(action, path, "path")
    errors += checks.port_number_or_name(path.child("port"), action.get("port", 0))
    scheme = action.get("scheme") or ""
    if scheme not in SCHEMES:
        errors.append(field.not_supported(path.child("scheme"), scheme, SCHEMES))
    for header in action.get("httpHeaders") or []:
        errors += checks.named(path.child("httpHeaders"), header.get("name") or "", names.is_http_header_name)
    return errors


def _sleep(seconds: int, grace: int | None, path: Path) -> list[FieldError]:
    if grace is None or 0 <= seconds <= grace:
        return []
    says = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
    return [field.invalid(path, seconds, says)]


def validate_lifecycle(lifecycle: Values | None, grace: int | None, path: Path) -> list[FieldError]:
    """The hooks after a container's start and before its stop (stop signals are off by default)."""
    errors: list[FieldError] = []
    for name in ("postStart", "preStop"):
        hook = (lifecycle or {}).get(name)
        if hook is not None:
            errors += _handler(hook, HOOK_HANDLERS, grace, path.child(name))
    return errors

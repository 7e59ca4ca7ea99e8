"""Rules of an Event of core/v1: it lies in the namespace of what it tells of.

Source: legacyValidateEvent in pkg/apis/core/validation/events.go, v1.36. The metadata has no rules of its own there.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

INVOLVED: Final = Path("involvedObject.namespace")
ELSEWHERE: Final = "does not match event.namespace"
# What an event with an eventTime must state, and how long it may be in bytes.
TEXTS: Final = (("reportingInstance", 128), ("action", 128), ("reason", 128))
MAX_MESSAGE: Final = 1024


def validate_event(event: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write: the same for new and changed events."""
    del old, subresource
    space = event["metadata"].get("namespace") or ""
    of = (event.get("involvedObject") or {}).get("namespace") or ""
    errors = _timed(event, space, of) if event.get("eventTime") else _plain(space, of)
    return errors + checks.named(Path("namespace"), space, names.is_dns1123_subdomain)


def _plain(space: str, of: str) -> list[FieldError]:
    allowed = {of} if of else {"", "default"}
    return [] if space in allowed else [field.invalid(INVOLVED, of, ELSEWHERE)]


def _timed(event: Values, space: str, of: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not of and space not in {"default", "kube-system"}:
        errors.append(field.invalid(INVOLVED, of, ELSEWHERE))
    reporter, path = event.get("reportingComponent") or "", Path("reportingComponent")
    errors += [] if reporter else [field.required(path)]
    errors += checks.named(path, reporter, names.is_qualified_name)
    for name, limit in TEXTS:
        text = event.get(name) or ""
        errors += [] if text else [field.required(name)]
        errors += _too_long(name, text, limit)
    return errors + _too_long("message", event.get("message") or "", MAX_MESSAGE)


def _too_long(name: str, text: str, limit: int) -> list[FieldError]:
    if names.size(text) <= limit:
        return []
    return [field.invalid(name, "", f"can have at most {limit} characters")]

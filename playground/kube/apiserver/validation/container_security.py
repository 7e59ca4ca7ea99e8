"""Rules of a container's security context.

Source: ValidateSecurityContext in pkg/apis/core/validation/validation.go, v1.36 (privileged containers are allowed).
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import field, golang, names, security
from playground.kube.apiserver.validation.field import FieldError, Path

PROC_MOUNTS: Final = ("Default", "Unmasked")


def validate_security_context(context: Mapping[str, Any] | None, path: Path, *, host_users: bool) -> list[FieldError]:
    """User, profiles and privileges. `host_users` tells that the pod shares the node's user namespace."""
    if context is None:
        return []
    errors: list[FieldError] = []
    for name in ("runAsUser", "runAsGroup"):
        number = context.get(name)
        complaints = [] if number is None else names.is_user_or_group_id(number)
        errors += [field.invalid(path.child(name), number, says) for says in complaints]
    errors += _proc_mount(context.get("procMount"), path.child("procMount"), host_users=host_users)
    errors += security.seccomp(context.get("seccompProfile"), path.child("seccompProfile"))
    errors += _escalation(context, path)
    errors += security.windows(context.get("windowsOptions"), path.child("windowsOptions"))
    return errors + security.app_armor(context.get("appArmorProfile"), path.child("appArmorProfile"))


def _proc_mount(kind: str | None, path: Path, *, host_users: bool) -> list[FieldError]:
    if kind is None:
        return []
    errors = [] if kind in PROC_MOUNTS else [field.not_supported(path, kind, PROC_MOUNTS)]
    if host_users and kind == "Unmasked":
        errors.append(field.invalid(path, field.typed(kind), "`hostUsers` must be false to use `Unmasked`"))
    return errors


def _escalation(context: Mapping[str, Any], path: Path) -> list[FieldError]:
    """Who may not gain privileges cannot have all of them."""
    if context.get("allowPrivilegeEscalation") is not False:
        return []
    added = (context.get("capabilities") or {}).get("add") or []
    reasons = ["`privileged` to true"] if context.get("privileged") else []
    reasons += ["`capabilities.Add` CAP_SYS_ADMIN" for capability in added if capability == "CAP_SYS_ADMIN"]
    shown = golang.marshal("core.SecurityContext", context) if reasons else None
    return [field.invalid(path, shown, f"cannot set `allowPrivilegeEscalation` to false and {why}") for why in reasons]

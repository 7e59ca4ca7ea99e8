"""Rules of security profiles that pods and containers share: seccomp, AppArmor, Windows options.

Source: validateSeccompProfileField, ValidateAppArmorProfileField and validateWindowsSecurityContextOptions in
pkg/apis/core/validation/validation.go, v1.36.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, golang, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

PROFILE_TYPES: Final = ("Localhost", "RuntimeDefault", "Unconfined")
MAX_PROFILE_PATH: Final = 4095
MAX_GMSA_BYTES: Final = 64 * 1024
MAX_DOMAIN: Final = 256
MAX_USER: Final = 104
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
NET_BIOS: Final = re.compile(r"""[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}""")
DNS_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
DNS_DOMAIN: Final = re.compile(rf"{DNS_LABEL}(?:\.{DNS_LABEL})*")
BAD_USER: Final = re.compile(r'["/\\:;|=,+*?<>@\[\]]')


def seccomp(profile: Values | None, path: Path) -> list[FieldError]:
    """Which system calls are allowed."""
    if profile is None:
        return []
    kind, name = profile.get("type") or "", profile.get("localhostProfile")
    at = path.child("localhostProfile")
    errors = _profile_type(kind, path.child("type"), "seccompProfile")
    if kind != "Localhost":
        shown = golang.marshal("core.SeccompProfile", profile)
        says = "can only be set when seccomp type is Localhost"
        return errors if name is None else [*errors, field.invalid(at, shown, says)]
    if name is None:
        return [*errors, field.required(at, "must be set when seccomp type is Localhost")]
    return errors + checks.relative_path(at, name)


def _profile_type(kind: str, path: Path, of: str) -> list[FieldError]:
    if not kind:
        return [field.required(path, f"type is required when {of} is set")]
    return [] if kind in PROFILE_TYPES else [field.not_supported(path, kind, PROFILE_TYPES)]


def app_armor(profile: Values | None, path: Path) -> list[FieldError]:
    """Which files may be touched."""
    if profile is None:
        return []
    kind, name = profile.get("type") or "", profile.get("localhostProfile")
    at = path.child("localhostProfile")
    if kind == "Localhost":
        return _local_profile(name, at)
    errors = _profile_type(kind, path.child("type"), "appArmorProfile")
    if not errors and name is not None:
        errors.append(field.invalid(at, field.typed(name), "can only be set when AppArmor type is Localhost"))
    return errors


def _local_profile(name: str | None, path: Path) -> list[FieldError]:
    if name is None:
        return [field.required(path, "must be set when AppArmor type is Localhost")]
    errors = []
    if name != name.strip():
        errors.append(field.invalid(path, name, "must not be padded with whitespace"))
    elif not name:
        errors.append(field.required(path, "must be set when AppArmor type is Localhost"))
    if names.size(name) > MAX_PROFILE_PATH:
        errors.append(field.too_long(path, MAX_PROFILE_PATH))
    return errors


def windows(options: Values | None, path: Path) -> list[FieldError]:
    """Credentials and user of a container on Windows."""
    if options is None:
        return []
    errors: list[FieldError] = []
    name, credentials = options.get("gmsaCredentialSpecName"), options.get("gmsaCredentialSpec")
    if name is not None:
        at = path.child("gmsaCredentialSpecName")
        errors += [field.invalid(at, field.typed(name), says) for says in names.is_dns1123_subdomain(name)]
    at = path.child("gmsaCredentialSpec")
    if credentials == "":
        errors.append(field.invalid(at, "", "gmsaCredentialSpec cannot be an empty string"))
    elif credentials is not None and names.size(credentials) > MAX_GMSA_BYTES:
        errors.append(field.invalid(at, field.typed(credentials), "gmsaCredentialSpec size must be under 64 KiB"))
    user, at = options.get("runAsUserName"), path.child("runAsUserName")
    complaints = [] if user is None else _user_complaints(user)
    return errors + [field.invalid(at, field.typed(user or ""), f"runAsUserName{says}") for says in complaints]


def _user_complaints(text: str) -> list[str]:
    if not text:
        return [" cannot be an empty string"]
    if CONTROL.search(text):
        return [" cannot contain control characters"]
    if text.count("\\") > 1:
        return [" cannot contain more than one backslash"]
    domain, slash, user = text.rpartition("\\")
    complaints = []
    if names.size(domain) >= MAX_DOMAIN:
        complaints.append(f"'s Domain length must be under {MAX_DOMAIN} characters")
    if slash and not (NET_BIOS.fullmatch(domain) or DNS_DOMAIN.fullmatch(domain)):
        complaints.append("'s Domain doesn't match the NetBios nor the DNS format")
    if not user:
        complaints.append("'s User cannot be empty")
    elif names.size(user) > MAX_USER:
        complaints.append(f"'s User length must not be longer than {MAX_USER} characters")
    if user and not user.strip(". "):
        complaints.append("'s User cannot contain only periods or spaces")
    if BAD_USER.search(user):
        complaints.append("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
    return complaints

"""Rules of a pod's security context, and of what fits its operating system.

Source: validatePodSpecSecurityContext, validateSysctls, validateLinux, validateWindows, validateWindowsHostProcessPod
and validateHostUsers in pkg/apis/core/validation/validation.go, v1.36.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import field, names, security
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]
Containers = Sequence[tuple[Values, Path]]

SYSCTL_SEGMENT: Final = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
SYSCTL: Final = rf"({SYSCTL_SEGMENT}[\./])*{SYSCTL_SEGMENT}"
SYSCTL_PATTERN: Final = re.compile(SYSCTL)
MAX_SYSCTL: Final = 253
IPC_SYSCTLS: Final = frozenset(
    {
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
    }
)
FS_GROUP_CHANGES: Final = ("Always", "OnRootMismatch")
SELINUX_CHANGES: Final = ("MountOption", "Recursive")
GROUP_POLICIES: Final = ("Merge", "Strict")
NO_WINDOWS: Final = "cannot be set for a windows pod"
# In the order of the real checks. "@" marks a field of the pod's spec, the others are of its security context.
WINDOWS_POD: Final = (
    "appArmorProfile",
    "seLinuxOptions",
    "@hostUsers",
    "@hostPID",
    "@hostIPC",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "@shareProcessNamespace",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
)
WINDOWS_CONTAINER: Final = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)
# These are plain in Go: false or empty is the same as nothing.
PLAIN: Final = frozenset({"@hostPID", "@hostIPC", "sysctls"})


def validate_pod_security_context(spec: Values, path: Path) -> list[FieldError]:
    """Users, groups, sysctls and profiles of the pod as a whole."""
    context = spec.get("securityContext")
    if context is None:
        return []
    errors: list[FieldError] = []
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        if context.get(name) is not None:
            errors += _identity(path.child(name), context[name])
    for position, group in enumerate(context.get("supplementalGroups") or []):
        errors += _identity(path.child("supplementalGroups").index(position), group)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        says = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(field.invalid(path.child("shareProcessNamespace"), True, says))
    errors += _sysctls(spec, context.get("sysctls") or [], path.child("sysctls"))
    errors += _choice(context, "fsGroupChangePolicy", FS_GROUP_CHANGES, path)
    errors += security.seccomp(context.get("seccompProfile"), path.child("seccompProfile"))
    errors += security.windows(context.get("windowsOptions"), path.child("windowsOptions"))
    errors += security.app_armor(context.get("appArmorProfile"), path.child("appArmorProfile"))
    errors += _choice(context, "supplementalGroupsPolicy", GROUP_POLICIES, path)
    return errors + _choice(context, "seLinuxChangePolicy", SELINUX_CHANGES, path)


def _identity(path: Path, number: int) -> list[FieldError]:
    return [field.invalid(path, number, says) for says in names.is_user_or_group_id(number)]


def _choice(context: Values, name: str, supported: tuple[str, ...], path: Path) -> list[FieldError]:
    value = context.get(name)
    if value is None or value in supported:
        return []
    return [field.not_supported(path.child(name), value, supported)]


def _sysctls(spec: Values, sysctls: Sequence[Values], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, sysctl in enumerate(sysctls):
        name, at = sysctl.get("name") or "", path.index(position).child("name")
        if not name:
            errors.append(field.required(at))
        elif names.size(name) > MAX_SYSCTL or not SYSCTL_PATTERN.fullmatch(name):
            says = f"must have at most {MAX_SYSCTL} characters and match regex ^{SYSCTL}$"
            errors.append(field.invalid(at, name, says))
        elif name in seen:
            errors.append(field.duplicate(at, name))
        seen.add(name)
        errors += _host_sysctl(spec, name, at)
    return errors


def _host_sysctl(spec: Values, name: str, path: Path) -> list[FieldError]:
    """A sysctl of a namespace that the pod shares with its node would change the node."""
    dotted = _dotted(name)
    if spec.get("hostNetwork") and dotted.startswith("net."):
        return [field.invalid(path, name, "may not be specified when 'hostNetwork' is true")]
    if spec.get("hostIPC") and (dotted in IPC_SYSCTLS or dotted.startswith("fs.mqueue.")):
        return [field.invalid(path, name, "may not be specified when 'hostIPC' is true")]
    return []


def _dotted(name: str) -> str:
    """A sysctl may be written with slashes; then dots and slashes change places."""
    first = re.search(r"[./]", name)
    if first is None or first[0] == ".":
        return name
    return name.translate({ord("/"): ".", ord("."): "/"})


def validate_host_users(spec: Values, containers: Containers, path: Path) -> list[FieldError]:
    """A pod with a user namespace of its own shares no other namespace with the node."""
    if spec.get("hostUsers") is not False:
        return []
    says = "when `hostUsers` is false"
    shared = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    errors = [field.forbidden(path.child(shown), says) for name, shown in shared if spec.get(name)]
    devices = [at.child("volumeDevices") for container, at in containers if container.get("volumeDevices")]
    return errors + [field.forbidden(at, says) for at in devices]


def validate_host_process(spec: Values, containers: Containers, path: Path) -> list[FieldError]:
    """On Windows either all containers are processes of the host, or none."""
    whole = _host_process(spec)
    errors: list[FieldError] = []
    count = 0
    for container, at in containers:
        own = _host_process(container)
        if whole is not None and own is not None and whole != own:
            says = f"pod hostProcess value must be identical if both are specified, was {str(whole).lower()}"
            errors.append(field.invalid(at.child("securityContext", "windowsOptions", "hostProcess"), own, says))
        count += bool(whole if own is None else own)
    if not count:
        return errors
    if count != len(containers):
        says = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        errors.append(field.invalid(path, "", says))
    if not spec.get("hostNetwork"):
        says = "hostNetwork must be true if pod contains any hostProcess containers"
        errors.append(field.invalid(path.child("hostNetwork"), bool(spec.get("hostNetwork")), says))
    return errors


def _host_process(holder: Values) -> bool | None:
    options = (holder.get("securityContext") or {}).get("windowsOptions") or {}
    value: bool | None = options.get("hostProcess")
    return value


def validate_os(spec: Values, containers: Containers, path: Path) -> list[FieldError]:
    """The operating system, and which security settings make no sense there."""
    system = spec.get("os")
    if system is None:
        return []
    name, at = system.get("name") or "", path.child("os")
    if not name:
        return [field.required(at.child("name"))]
    if name == "linux":
        return _linux(spec, containers, path)
    if name == "windows":
        return _windows(spec, containers, path)
    return [field.not_supported(at, name, ("linux", "windows"))]


def _linux(spec: Values, containers: Containers, path: Path) -> list[FieldError]:
    holders = [(spec, path), *containers]
    return [
        field.forbidden(at.child("securityContext", "windowsOptions"), "windows options cannot be set for a linux pod")
        for holder, at in holders
        if (holder.get("securityContext") or {}).get("windowsOptions") is not None
    ]


def _windows(spec: Values, containers: Containers, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    context = spec.get("securityContext")
    for name in WINDOWS_POD if context is not None else ():
        holder, at = (spec, path) if name.startswith("@") else (context or {}, path.child("securityContext"))
        value = holder.get(name.lstrip("@"))
        if value if name in PLAIN else value is not None:
            errors.append(field.forbidden(at.child(name.lstrip("@")), NO_WINDOWS))
    for container, at in containers:
        own = container.get("securityContext") or {}
        given = [name for name in WINDOWS_CONTAINER if own.get(name) is not None]
        errors += [field.forbidden(at.child("securityContext", name), NO_WINDOWS) for name in given]
    return errors

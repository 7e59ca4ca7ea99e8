"""Rules of containers: what all kinds share, then regular, init and ephemeral ones.

Source: validateContainerCommon, validateContainers, validateInitContainers and validateEphemeralContainers in
pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.apiserver.validation import (
    checks,
    container_env,
    container_restart,
    container_security,
    field,
    mounts,
    names,
    probes,
    resources,
    volumes,
)
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
INIT_FORBIDDEN: Final = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
EPHEMERAL_FORBIDDEN: Final = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)
NOT_EPHEMERAL: Final = "cannot be set for an Ephemeral Container"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a container's rules need to know of its pod."""

    volumes: Mapping[str, Values]
    claim_names: Collection[str]
    restart_policy: str
    grace: int | None
    host_users: bool


def validate_containers(containers: Sequence[Values], around: Surroundings, path: Path) -> list[FieldError]:
    """The regular containers: at least one, with names of their own."""
    if not containers:
        return [field.required(path)]
    errors: list[FieldError] = []
    taken: set[str] = set()
    for position, container in enumerate(containers):
        at = path.index(position)
        errors += _common(container, around, at)
        errors += _take_name(container, taken, at)
        errors += probes.validate_lifecycle(container.get("lifecycle"), around.grace, at.child("lifecycle"))
        errors += probes.validate_probes(container, around.grace, at)
        errors += container_restart.validate_restart_policy(container, at)
    return errors + host_port_conflicts(containers, path)


def validate_init_containers(
    containers: Sequence[Values], regular: Sequence[Values], around: Surroundings, path: Path
) -> list[FieldError]:
    """The init containers; those with restartPolicy Always are sidecars and may have probes and hooks."""
    errors: list[FieldError] = []
    taken = {container.get("name") or "" for container in regular}
    for position, container in enumerate(containers):
        at = path.index(position)
        errors += _common(container, around, at)
        errors += container_restart.validate_init_restart_policy(container, at)
        errors += _take_name(container, taken, at, keep_empty=False)
        errors += host_port_conflicts([container], path)
        if container.get("restartPolicy") == "Always":
            errors += probes.validate_lifecycle(container.get("lifecycle"), around.grace, at.child("lifecycle"))
            errors += probes.validate_probes(container, around.grace, at)
        else:
            errors += _plain_init(container, at)
    return errors


def _plain_init(container: Values, path: Path) -> list[FieldError]:
    """An init container that ends: nobody probes it, and a resize cannot restart it."""
    says = "may not be set for init containers without restartPolicy=Always"
    given = [name for name in INIT_FORBIDDEN if container.get(name) is not None]
    errors = [field.forbidden(path.child(name), says) for name in given]
    for position, policy in enumerate(container.get("resizePolicy") or []):
        if policy.get("restartPolicy") == "RestartContainer":
            at = path.child("resizePolicy").index(position).child("restartPolicy")
            says = "must not be set to 'RestartContainer' for non-sidecar initContainers"
            errors.append(field.invalid(at, field.typed("RestartContainer"), says))
    return errors


def validate_ephemeral_containers(spec: Values, around: Surroundings, path: Path) -> list[FieldError]:
    """The containers added to a running pod."""
    others = [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]
    targets = {container.get("name") or "" for container in others}
    taken = set(targets)
    errors: list[FieldError] = []
    for position, container in enumerate(spec.get("ephemeralContainers") or []):
        at = path.index(position)
        errors += _common(container, around, at) + image_padding(container, at)
        errors += _take_name(container, taken, at)
        target = container.get("targetContainerName") or ""
        if target and target not in targets:
            errors.append(field.not_found(at.child("targetContainerName"), target))
        given = [name for name in EPHEMERAL_FORBIDDEN if container.get(name)]
        errors += [field.forbidden(at.child(name), NOT_EPHEMERAL) for name in given]
        errors += _ephemeral_mounts(container, at.child("volumeMounts"))
    return errors


def _ephemeral_mounts(container: Values, path: Path) -> list[FieldError]:
    return [
        field.forbidden(path.index(position).child(name), NOT_EPHEMERAL)
        for position, mount in enumerate(container.get("volumeMounts") or [])
        for name in ("subPath", "subPathExpr")
        if mount.get(name)
    ]


def _take_name(container: Values, taken: set[str], path: Path, *, keep_empty: bool = True) -> list[FieldError]:
    name = container.get("name") or ""
    if name in taken:
        return [field.duplicate(path.child("name"), name)]
    if name or keep_empty:
        taken.add(name)
    return []


def _common(container: Values, around: Surroundings, path: Path) -> list[FieldError]:
    errors = checks.required_named(path.child("name"), container.get("name") or "", names.is_dns1123_label)
    errors += checks.required_fields(container, path, "image")
    policy = container.get("terminationMessagePolicy") or ""
    errors += checks.one_of(path.child("terminationMessagePolicy"), policy, MESSAGE_POLICIES)
    errors += _ports(container.get("ports") or [], path.child("ports"))
    errors += container_env.validate_env(container.get("env") or [], path.child("env"))
    errors += container_env.validate_env_from(container.get("envFrom") or [], path.child("envFrom"))
    errors += mounts.validate_mounts(container, around.volumes, path.child("volumeMounts"))
    errors += mounts.validate_devices(container, around.volumes, path.child("volumeDevices"))
    errors += volumes.pull_policy(container.get("imagePullPolicy") or "", path.child("imagePullPolicy"))
    errors += resources.validate_requirements(
        container.get("resources") or {}, path.child("resources"), around.claim_names
    )
    errors += container_restart.validate_resize_policy(
        container.get("resizePolicy") or [], around.restart_policy, path.child("resizePolicy")
    )
    return errors + container_security.validate_security_context(
        container.get("securityContext"), path.child("securityContext"), host_users=around.host_users
    )


def _ports(ports: Sequence[Values], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    taken: set[str] = set()
    for position, port in enumerate(ports):
        at = path.index(position)
        errors += _port_name(port.get("name") or "", taken, at.child("name"))
        number, host = port.get("containerPort") or 0, port.get("hostPort") or 0
        if number == 0:
            errors.append(field.required(at.child("containerPort")))
        else:
            errors += checks.port_number_or_name(at.child("containerPort"), number)
        errors += checks.port_number_or_name(at.child("hostPort"), host) if host else []
        errors += checks.one_of(at.child("protocol"), port.get("protocol") or "", PROTOCOLS)
    return errors


def _port_name(name: str, taken: set[str], path: Path) -> list[FieldError]:
    if not name:
        return []
    errors = checks.named(path, name, names.is_port_name)
    if not errors and name in taken:
        errors.append(field.duplicate(path, name))
    if not errors:
        taken.add(name)
    return errors


def host_port_conflicts(containers: Sequence[Values], path: Path) -> list[FieldError]:
    """No two containers want the same port of the node."""
    errors: list[FieldError] = []
    taken: set[str] = set()
    for position, container in enumerate(containers):
        for place, port in enumerate(container.get("ports") or []):
            if not port.get("hostPort"):
                continue
            key = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if key in taken:
                at = path.index(position).child("ports").index(place).child("hostPort")
                errors.append(field.duplicate(at, key))
            taken.add(key)
    return errors


def image_padding(container: Values, path: Path) -> list[FieldError]:
    """In a pod, not in a template, an image may have no spaces around it."""
    image = container.get("image") or ""
    says = "must not have leading or trailing whitespace"
    return [field.invalid(path.child("image"), image, says)] if image != image.strip() else []

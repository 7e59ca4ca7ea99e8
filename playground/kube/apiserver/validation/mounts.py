"""Rules of what a container mounts: volumes as directories (volumeMounts) or as block devices (volumeDevices).

Source: ValidateVolumeMounts, ValidateVolumeDevices and their helpers in pkg/apis/core/validation/validation.go, v1.36.
Some errors stand at the list and not at its item, as in the real one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

PROPAGATIONS: Final = ("Bidirectional", "HostToContainer", "None")
READ_ONLY_MODES: Final = ("Disabled", "Enabled", "IfPossible")


def validate_mounts(container: Values, volumes: Mapping[str, Values], path: Path) -> list[FieldError]:
    """The container's volumeMounts; `volumes` are the valid volumes of the pod."""
    errors: list[FieldError] = []
    devices = {device.get("name", ""): device.get("devicePath", "") for device in container.get("volumeDevices") or []}
    mounted: set[str] = set()
    for position, mount in enumerate(container.get("volumeMounts") or []):
        name, target = mount.get("name") or "", mount.get("mountPath") or ""
        at = path.index(position)
        if not name:
            errors.append(field.required(at.child("name")))
        if name not in volumes:
            errors.append(field.not_found(at.child("name"), name))
        if not target:
            errors.append(field.required(at.child("mountPath")))
        if target in mounted:
            errors.append(field.invalid(at.child("mountPath"), target, "must be unique"))
        mounted.add(target)
        if name in devices:
            errors.append(field.invalid(at.child("name"), name, "must not already exist in volumeDevices"))
        if target in devices.values():
            says = "must not already exist as a path in volumeDevices"
            errors.append(field.invalid(at.child("mountPath"), target, says))
        errors += _sub_paths(mount, path, at) + _propagation(mount, container, path.child("mountPropagation"))
        errors += _recursive_read_only(mount, path.child("recursiveReadOnly"))
    return errors


def _sub_paths(mount: Values, path: Path, at: Path) -> list[FieldError]:
    plain, expression = mount.get("subPath") or "", mount.get("subPathExpr") or ""
    errors = checks.relative_path(path.child("subPath"), plain) if plain else []
    if not expression:
        return errors
    if plain:
        says = "subPathExpr and subPath are mutually exclusive"
        errors.append(field.invalid(at.child("subPathExpr"), expression, says))
    return errors + checks.relative_path(path.child("subPathExpr"), expression)


def _propagation(mount: Values, container: Values, path: Path) -> list[FieldError]:
    mode = mount.get("mountPropagation")
    if mode is None:
        return []
    errors = [] if mode in PROPAGATIONS else [field.not_supported(path, mode, PROPAGATIONS)]
    privileged = (container.get("securityContext") or {}).get("privileged")
    if mode == "Bidirectional" and not privileged:
        says = "Bidirectional mount propagation is available only to privileged containers"
        errors.append(field.forbidden(path, says))
    return errors


def _recursive_read_only(mount: Values, path: Path) -> list[FieldError]:
    mode = mount.get("recursiveReadOnly")
    if mode in {None, "Disabled"}:
        return []
    if mode not in READ_ONLY_MODES:
        return [field.not_supported(path, mode, READ_ONLY_MODES)]
    errors = []
    if not mount.get("readOnly"):
        errors.append(field.forbidden(path, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation") not in {None, "None"}:
        errors.append(field.forbidden(path, "may only be specified when mountPropagation is None or not specified"))
    return errors


def validate_devices(container: Values, volumes: Mapping[str, Values], path: Path) -> list[FieldError]:
    """The container's volumeDevices."""
    errors: list[FieldError] = []
    mounts = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or []}
    seen_names: set[str] = set()
    seen_paths: set[str] = set()
    for position, device in enumerate(container.get("volumeDevices") or []):
        at = path.index(position)
        errors += _device_name(device.get("name") or "", seen_names, volumes, at.child("name"))
        errors += _device_path(device.get("devicePath") or "", seen_paths, at.child("devicePath"))
        errors += _device_against_mounts(device, mounts, at)
    return errors


def _device_name(name: str, seen: set[str], volumes: Mapping[str, Values], path: Path) -> list[FieldError]:
    errors = [] if name else [field.required(path)]
    if name in seen:
        errors.append(field.invalid(path, name, "must be unique"))
    volume = volumes.get(name)
    if volume is None:
        errors.append(field.not_found(path, name))
    elif volume.get("persistentVolumeClaim") is None and volume.get("ephemeral") is None:
        says = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        errors.append(field.invalid(path, name, says))
    if name:
        seen.add(name)
    return errors


def _device_path(target: str, seen: set[str], path: Path) -> list[FieldError]:
    errors = [] if target else [field.required(path)]
    if target in seen:
        errors.append(field.invalid(path, target, "must be unique"))
    if checks.no_backsteps(path, target):
        errors.append(field.invalid(path, target, "can not contain backsteps ('..')"))
    else:
        seen.add(target)
    return errors


def _device_against_mounts(device: Values, mounts: Mapping[str, str], path: Path) -> list[FieldError]:
    name, target = device.get("name") or "", device.get("devicePath") or ""
    errors = []
    if name in mounts:
        errors.append(field.invalid(path.child("name"), name, "must not already exist in volumeMounts"))
    if target in mounts.values():
        says = "must not already exist as a path in volumeMounts"
        errors.append(field.invalid(path.child("devicePath"), target, says))
    return errors


def validate_file_keys(spec: Values, containers: Sequence[tuple[Values, Path]]) -> list[FieldError]:
    """Environment variables read from files: the volume must be there, and be an emptyDir."""
    by_name = {volume.get("name", ""): volume for volume in spec.get("volumes") or []}
    errors: list[FieldError] = []
    for container, path in containers:
        for position, variable in enumerate(container.get("env") or []):
            reference = (variable.get("valueFrom") or {}).get("fileKeyRef")
            if reference is None:
                continue
            at = path.child("env").index(position).child("valueFrom", "fileKeyRef", "volumeName")
            name = reference.get("volumeName") or ""
            if name not in by_name:
                errors.append(field.not_found(at, name))
            elif by_name[name].get("emptyDir") is None:
                errors.append(field.invalid(at, name, "referenced volume must be of type emptyDir"))
    return errors

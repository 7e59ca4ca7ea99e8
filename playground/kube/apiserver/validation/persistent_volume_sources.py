"""Rules of what a persistent volume is made of, where they differ from a pod's own volumes.

Source: the validate…PersistentVolumeSource functions of pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names, volume_sources
from playground.kube.apiserver.validation.field import FieldError, Path

Source = Mapping[str, Any]

CSI_SECRETS: Final = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)


def glusterfs(source: Source, path: Path) -> list[FieldError]:
    """A Gluster volume; its endpoints may lie in another namespace."""
    errors = checks.required_fields(source, path, "endpoints", "path")
    space, at = source.get("endpointsNamespace"), path.child("endpointsNamespace")
    if space is None:
        return errors
    if not space:
        says = "if the endpointnamespace is set, it must be a valid namespace name"
        return [*errors, field.invalid(at, "", says)]
    return errors + checks.named(at, space, names.is_dns1123_label)


def iscsi(source: Source, path: Path) -> list[FieldError]:
    """A block device over TCP, without the hint that a pod's volume gets."""
    errors = volume_sources.iscsi(source, path, hint="")
    errors += volume_sources.secret_ref(source, path, "name")
    return errors + volume_sources.iscsi_initiator(source, path, hint="")


def cinder(source: Source, path: Path) -> list[FieldError]:
    """A disk of OpenStack."""
    errors = checks.required_fields(source, path, "volumeID")
    return errors + volume_sources.secret_ref(source, path, "name", "namespace")


def azure_file(source: Source, path: Path) -> list[FieldError]:
    """A share of Microsoft's cloud."""
    errors = checks.required_fields(source, path, "secretName", "shareName")
    return errors + ([field.required(path.child("secretNamespace"))] if source.get("secretNamespace") == "" else [])


def storage_os(source: Source, path: Path) -> list[FieldError]:
    """A StorageOS volume."""
    bare = {key: value for key, value in source.items() if key != "secretRef"}
    return volume_sources.storage_os(bare, path) + volume_sources.secret_ref(source, path, "name", "namespace")


def csi(source: Source, path: Path) -> list[FieldError]:
    """A volume of a CSI driver."""
    errors = volume_sources.csi_driver(path.child("driver"), source.get("driver") or "")
    errors += checks.required_fields(source, path, "volumeHandle")
    for name in CSI_SECRETS:
        if source.get(name) is not None:
            errors += _secret(source[name], path.child(name))
    return errors


def _secret(reference: Source, path: Path) -> list[FieldError]:
    name, space = reference.get("name") or "", reference.get("namespace") or ""
    errors = checks.required_named(path.child("name"), name, names.is_dns1123_subdomain)
    return errors + checks.required_named(path.child("namespace"), space, names.is_dns1123_label)

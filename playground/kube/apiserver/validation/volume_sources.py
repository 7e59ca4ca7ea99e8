"""Rules of what a volume is made of, where pods and persistent volumes say the same. One function per source.

Source: the validate…VolumeSource functions of pkg/apis/core/validation/validation.go, v1.36.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Source = Mapping[str, Any]
Check = Callable[[Source, Path], list[FieldError]]

HOST_PATH_TYPES: Final = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
ISCSI_NAMES: Final = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$"),
    "eui": re.compile(r"^eui.[A-Za-z0-9]{16}$"),
    "naa": re.compile(r"^naa.[A-Za-z0-9]{32}$"),
}
MAX_LUN: Final = 255
MAX_PARTITION: Final = 255
MAX_TENANT: Final = 64
MAX_CSI_DRIVER: Final = 63
AZURE_CACHING: Final = ("None", "ReadOnly", "ReadWrite")
AZURE_KINDS: Final = ("Dedicated", "Managed", "Shared")
AZURE_MANAGED_URI: Final = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
)
AZURE_BLOB_URI: Final = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


def needs(*fields: str) -> Check:
    """A check that only asks for some fields."""
    return partial(_needs, fields)


def _needs(fields: tuple[str, ...], source: Source, path: Path) -> list[FieldError]:
    return checks.required_fields(source, path, *fields)


def host_path(source: Source, path: Path) -> list[FieldError]:
    """A file or directory of the node."""
    if not source.get("path"):
        return [field.required(path.child("path"))]
    errors = checks.no_backsteps(path.child("path"), source["path"])
    kind = source.get("type")
    if kind is not None and kind not in HOST_PATH_TYPES:
        errors.append(field.not_supported(path.child("type"), kind, HOST_PATH_TYPES))
    return errors


def local(source: Source, path: Path) -> list[FieldError]:
    """A disk of the node, for persistent volumes only."""
    if not source.get("path"):
        return [field.required(path.child("path"))]
    return checks.no_backsteps(path.child("path"), source["path"])


def git_repo(source: Source, path: Path) -> list[FieldError]:
    """A repository, cloned: no longer run by any kubelet, but still described."""
    errors = checks.required_fields(source, path, "repository")
    return errors + checks.relative_path(path.child("directory"), source.get("directory") or "")


def gce_disk(source: Source, path: Path) -> list[FieldError]:
    """A disk of Google's cloud."""
    return checks.required_fields(source, path, "pdName") + _partition(source, path)


def aws_disk(source: Source, path: Path) -> list[FieldError]:
    """A disk of Amazon's cloud."""
    return checks.required_fields(source, path, "volumeID") + _partition(source, path)


def _partition(source: Source, path: Path) -> list[FieldError]:
    partition = source.get("partition") or 0
    if 0 <= partition <= MAX_PARTITION:
        return []
    return [field.invalid(path.child("partition"), partition, names.in_range(1, MAX_PARTITION))]


def nfs(source: Source, path: Path) -> list[FieldError]:
    """A directory served over the network."""
    errors = checks.required_fields(source, path, "server", "path")
    target = source.get("path") or ""
    if not target.startswith("/"):
        errors.append(field.invalid(path.child("path"), target, "must be an absolute path"))
    return errors


def iscsi(source: Source, path: Path, *, hint: str = " starting with iqn, eui, or naa") -> list[FieldError]:
    """A block device over TCP. `hint` is what a pod's volume is told more than a persistent one."""
    errors = checks.required_fields(source, path, "targetPortal")
    iqn = source.get("iqn") or ""
    errors += _iscsi_name(path.child("iqn"), iqn, hint) if iqn else [field.required(path.child("iqn"))]
    lun = source.get("lun") or 0
    if not 0 <= lun <= MAX_LUN:
        errors.append(field.invalid(path.child("lun"), lun, names.in_range(0, MAX_LUN)))
    chap = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    if chap and source.get("secretRef") is None:
        errors.append(field.required(path.child("secretRef")))
    return errors


def iscsi_initiator(source: Source, path: Path, *, hint: str = " starting with iqn, eui, or naa") -> list[FieldError]:
    """The name under which the node calls, where one is given."""
    initiator = source.get("initiatorName")
    return [] if initiator is None else _iscsi_name(path.child("initiatorname"), initiator, hint)


def _iscsi_name(path: Path, name: str, hint: str) -> list[FieldError]:
    pattern = ISCSI_NAMES.get(name[:3])
    if pattern is None:
        return [field.invalid(path, name, f"must be valid format{hint}")]
    return [] if pattern.search(name) else [field.invalid(path, name, "must be valid format")]


def iscsi_of_pod(source: Source, path: Path) -> list[FieldError]:
    """A pod's iSCSI volume."""
    return iscsi(source, path) + iscsi_initiator(source, path)


def fibre_channel(source: Source, path: Path) -> list[FieldError]:
    """A block device on a storage network."""
    wwns, wwids = source.get("targetWWNs") or [], source.get("wwids") or []
    at = path.child("targetWWNs")
    errors = []
    if not wwns and not wwids:
        errors.append(field.required(at, "must specify either targetWWNs or wwids, but not both"))
    if wwns and wwids:
        errors.append(field.invalid(at, list(wwns), "targetWWNs and wwids can not be specified simultaneously"))
    lun = source.get("lun")
    if wwns and lun is None:
        errors.append(field.required(path.child("lun"), "lun is required if targetWWNs is specified"))
    elif wwns and not 0 <= (lun or 0) <= MAX_LUN:
        errors.append(field.invalid(path.child("lun"), lun, names.in_range(0, MAX_LUN)))
    return errors


def quobyte(source: Source, path: Path) -> list[FieldError]:
    """A Quobyte volume."""
    says = "must be a host:port pair or multiple pairs separated by commas"
    registry = source.get("registry") or ""
    errors = []
    if not registry:
        errors.append(field.required(path.child("registry"), says))
    elif names.size(source.get("tenant") or "") > MAX_TENANT:
        errors.append(
            field.required(path.child("tenant"), "must be a UUID and may not exceed a length of 64 characters")
        )
    else:
        pairs = registry.split(",")
        bad = [pair for pair in pairs if not re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*):[^:\[\]]*", pair)]
        errors += [field.invalid(path.child("registry"), registry, says) for _ in bad]
    return errors + checks.required_fields(source, path, "volume")


def flocker(source: Source, path: Path) -> list[FieldError]:
    """A Flocker dataset."""
    name, uuid = source.get("datasetName") or "", source.get("datasetUUID") or ""
    errors = []
    if not name and not uuid:
        errors.append(field.required(path, "one of datasetName and datasetUUID is required"))
    if name and uuid:
        errors.append(
            field.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously")
        )
    if "/" in name:
        errors.append(field.invalid(path.child("datasetName"), name, "must not contain '/'"))
    return errors


def flex(source: Source, path: Path) -> list[FieldError]:
    """A volume of a driver that the administrator installed."""
    errors = checks.required_fields(source, path, "driver")
    for key in sorted(source.get("options") or {}):
        normalized = "." + key.partition("/")[0].lower()
        if normalized.endswith((".kubernetes.io", ".k8s.io")):
            says = "kubernetes.io and k8s.io namespaces are reserved"
            errors.append(field.invalid(path.child("options").key(key), key, says))
    return errors


def azure_disk(source: Source, path: Path) -> list[FieldError]:
    """A disk of Microsoft's cloud."""
    errors = checks.required_fields(source, path, "diskName", "diskURI")
    caching, kind, uri = source.get("cachingMode"), source.get("kind"), source.get("diskURI") or ""
    if caching is not None and caching not in AZURE_CACHING:
        errors.append(field.not_supported(path.child("cachingMode"), caching, AZURE_CACHING))
    if kind is not None and kind not in AZURE_KINDS:
        errors.append(field.not_supported(path.child("kind"), kind, AZURE_KINDS))
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        errors.append(field.not_supported(path.child("diskURI"), uri, (AZURE_MANAGED_URI,)))
    if kind not in {None, "Managed"} and not uri.startswith("https://"):
        errors.append(field.not_supported(path.child("diskURI"), uri, (AZURE_BLOB_URI,)))
    return errors


def cinder(source: Source, path: Path) -> list[FieldError]:
    """A disk of OpenStack."""
    return checks.required_fields(source, path, "volumeID") + secret_ref(source, path, "name")


def storage_os(source: Source, path: Path) -> list[FieldError]:
    """A StorageOS volume."""
    errors = checks.required_named(path.child("volumeName"), source.get("volumeName") or "", names.is_dns1123_label)
    space = source.get("volumeNamespace") or ""
    errors += checks.named(path.child("volumeNamespace"), space, names.is_dns1123_label) if space else []
    return errors + secret_ref(source, path, "name")


def secret_ref(source: Source, path: Path, *fields: str) -> list[FieldError]:
    """The named parts of `secretRef`, where there is one."""
    reference = source.get("secretRef")
    return [] if reference is None else checks.required_fields(reference, path.child("secretRef"), *fields)


def csi_driver(path: Path, driver: str) -> list[FieldError]:
    """The name of a CSI driver: a DNS name in any case, at most 63 bytes."""
    if not driver:
        return [field.required(path)]
    errors = [field.too_long(path, MAX_CSI_DRIVER)] if names.size(driver) > MAX_CSI_DRIVER else []
    return errors + [field.invalid(path, driver, says) for says in names.is_dns1123_subdomain(driver.lower())]


def csi(source: Source, path: Path) -> list[FieldError]:
    """A pod's own CSI volume."""
    errors = csi_driver(path.child("driver"), source.get("driver") or "")
    reference = source.get("nodePublishSecretRef")
    if reference is None:
        return errors
    name = reference.get("name") or ""
    if not name:
        return [*errors, field.required(path.child("nodePublishSecretRef", "name"))]
    return errors + checks.named(path.child("name"), name, names.is_dns1123_subdomain)


def keys_to_paths(source: Source, path: Path) -> list[FieldError]:
    """The mode and the chosen keys of a ConfigMap or Secret."""
    errors = checks.file_mode(path.child("defaultMode"), source.get("defaultMode"))
    for position, item in enumerate(source.get("items") or []):
        errors += key_to_path(item, path.child("items").index(position))
    return errors


def key_to_path(item: Source, path: Path) -> list[FieldError]:
    """One key and the file it becomes."""
    errors = checks.required_fields(item, path, "key", "path")
    errors += checks.local_path(path.child("path"), item.get("path") or "")
    return errors + checks.file_mode(path.child("mode"), item.get("mode"))


def secret(source: Source, path: Path) -> list[FieldError]:
    """The keys of a Secret as files."""
    return checks.required_fields(source, path, "secretName") + keys_to_paths(source, path)


def config_map(source: Source, path: Path) -> list[FieldError]:
    """The keys of a ConfigMap as files."""
    return checks.required_fields(source, path, "name") + keys_to_paths(source, path)

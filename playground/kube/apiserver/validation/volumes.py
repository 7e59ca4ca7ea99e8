"""Rules of a pod's volumes: their names, one source each, and the projected ones.

Source: ValidateVolumes, validateVolumeSource and validateProjectionSources in
pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation import checks, downward, field, names, volume_sources
from playground.kube.apiserver.validation import persistent_volume_claim_spec as claims
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.volume_sources import Check, needs

Values = Mapping[str, Any]

TWO_TYPES: Final = "may not specify more than 1 volume type"
MAX_ISCSI: Final = 64
MIN_TOKEN_SECONDS: Final = 600
MAX_TOKEN_SECONDS: Final = 2**32


@dataclass(frozen=True, slots=True)
class Kind:
    """One volume type: its field, its rule, and where the real messages name the field in another way."""

    key: str
    check: Check
    path: str = ""
    second: str = ""


def validate_volumes(
    volumes: Sequence[Values], pod_name: str, path: Path, *, in_pod: bool
) -> tuple[dict[str, Values], list[FieldError]]:
    """The valid volumes by name, and the errors of the others. `in_pod`: not in a template."""
    errors: list[FieldError] = []
    valid: dict[str, Values] = {}
    created = {f"{pod_name}-{volume.get('name', '')}" for volume in volumes if pod_name and _has(volume, "ephemeral")}
    for position, volume in enumerate(volumes):
        at = path.index(position)
        name = volume.get("name") or ""
        found = _source(volume, pod_name, at, in_pod=in_pod)
        found += checks.required_named(at.child("name"), name, names.is_dns1123_label)
        if name in valid:
            found.append(field.duplicate(at.child("name"), name))
        if not found:
            valid[name] = volume
        errors += found
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in created:
            says = "must not reference a PVC that gets created for an ephemeral volume"
            errors.append(field.invalid(at.child("persistentVolumeClaim", "claimName"), claim, says))
    return valid, errors


def _has(volume: Values, key: str) -> bool:
    return volume.get(key) is not None


def _source(volume: Values, pod_name: str, path: Path, *, in_pod: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    found = _has(volume, "emptyDir")
    if found:
        errors += _empty_dir(volume["emptyDir"], path.child("emptyDir"))
    for kind in KINDS:
        if not _has(volume, kind.key):
            continue
        if found:
            errors.append(field.forbidden(path.child(kind.second or kind.key), TWO_TYPES))
        else:
            found = True
            errors += kind.check(volume[kind.key], path.child(kind.path or kind.key))
            errors += _of_pod(kind.key, volume, pod_name, path) if kind.key in OF_POD else []
            if kind.key == "image" and in_pod:
                errors += checks.required_fields(volume["image"], path.child("image"), "reference")
    return errors if found else [field.required(path, "must specify a volume type")]


OF_POD: Final = frozenset({"iscsi", "ephemeral"})


def _of_pod(key: str, volume: Values, pod_name: str, path: Path) -> list[FieldError]:
    """What these types ask of the volume's name."""
    name = volume.get("name") or ""
    if key == "iscsi":
        portal = f"{name}:{volume['iscsi'].get('targetPortal') or ''}"
        if volume["iscsi"].get("initiatorName") is None or names.size(portal) <= MAX_ISCSI:
            return []
        says = (
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
            "if iscsi.initiatorName is specified."
        )
        return [field.invalid(path.child("name"), name, says)]
    claim = f"{pod_name}-{name}"
    complaints = names.is_dns1123_subdomain(claim) if pod_name and name else []
    return [field.invalid(path.child("name"), name, f"PVC name {field.go_quote(claim)}: {says}") for says in complaints]


def _empty_dir(source: Values, path: Path) -> list[FieldError]:
    limit = source.get("sizeLimit")
    if limit is None or quantity.parse(limit) >= quantity.parse("0"):
        return []
    return [field.forbidden(path.child("sizeLimit"), "SizeLimit field must be a valid resource quantity")]


def _image(source: Values, path: Path) -> list[FieldError]:
    return pull_policy(source.get("pullPolicy") or "", path.child("pullPolicy"))


def pull_policy(policy: str, path: Path) -> list[FieldError]:
    """When an image is pulled."""
    return checks.one_of(path, policy, ("Always", "IfNotPresent", "Never"))


def _ephemeral(source: Values, path: Path) -> list[FieldError]:
    template = source.get("volumeClaimTemplate")
    if template is None:
        return [field.required(path.child("volumeClaimTemplate"))]
    return claims.validate_claim_template(template, path.child("volumeClaimTemplate"))


def projected(source: Values, path: Path) -> list[FieldError]:
    """Several sources in one directory; no two of them may write the same file."""
    errors = checks.file_mode(path.child("defaultMode"), source.get("defaultMode"))
    taken: set[str] = set()
    for position, part in enumerate(source.get("sources") or []):
        at = path.child("sources").index(position)
        given = [key for key in PROJECTIONS if part.get(key) is not None]
        for key in given:
            errors += PROJECTIONS[key](part[key], path, at.child(key), taken)
        if len(given) > 1:
            errors.append(field.forbidden(at, "may not specify more than 1 volume type per source"))
    return errors


def _keys(source: Values, volume: Path, path: Path, taken: set[str]) -> list[FieldError]:
    name = source.get("name") or ""
    errors = checks.required_fields(source, path, "name")
    for position, item in enumerate(source.get("items") or []):
        errors += volume_sources.key_to_path(item, path.child("items").index(position))
        errors += _take(item.get("path") or "", name, volume, taken)
    return errors


def _take(target: str, shown: str, volume: Path, taken: set[str]) -> list[FieldError]:
    if not target:
        return []
    if target in taken:
        return [field.invalid(volume, shown, "conflicting duplicate paths")]
    taken.add(target)
    return []


def _downward(source: Values, volume: Path, path: Path, taken: set[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for item in source.get("items") or []:
        target = item.get("path") or ""
        errors += downward.volume_file(item, path) + _take(target, target, volume, taken)
    return errors


def _token(source: Values, volume: Path, path: Path, taken: set[str]) -> list[FieldError]:
    """A token of the pod's service account. Its path is not compared with the others, as in the real one."""
    del taken
    seconds = source.get("expirationSeconds") or 0
    at = path.child("expirationSeconds")
    errors = []
    if seconds < MIN_TOKEN_SECONDS:
        errors.append(field.invalid(at, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > MAX_TOKEN_SECONDS:
        errors.append(field.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    if not source.get("path"):
        return [*errors, field.required(volume.child("path"))]
    return errors + checks.local_path(volume.child("path"), source["path"])


PROJECTIONS: Final = {"secret": _keys, "configMap": _keys, "downwardAPI": _downward, "serviceAccountToken": _token}


# In the order the real one looks: a volume with two types is told of the later ones.
KINDS: Final = (
    Kind("hostPath", volume_sources.host_path),
    Kind("gitRepo", volume_sources.git_repo),
    Kind("gcePersistentDisk", volume_sources.gce_disk, path="persistentDisk"),
    Kind("awsElasticBlockStore", volume_sources.aws_disk),
    Kind("secret", volume_sources.secret),
    Kind("nfs", volume_sources.nfs),
    Kind("iscsi", volume_sources.iscsi_of_pod),
    Kind("glusterfs", needs("endpoints", "path")),
    Kind("flocker", volume_sources.flocker),
    Kind("persistentVolumeClaim", needs("claimName")),
    Kind("rbd", needs("monitors", "image")),
    Kind("cinder", volume_sources.cinder),
    Kind("cephfs", needs("monitors"), second="cephFS"),
    Kind("quobyte", volume_sources.quobyte),
    Kind("downwardAPI", downward.volume, second="downwarAPI"),
    Kind("fc", volume_sources.fibre_channel),
    Kind("flexVolume", volume_sources.flex),
    Kind("configMap", volume_sources.config_map),
    Kind("azureFile", needs("secretName", "shareName")),
    Kind("vsphereVolume", needs("volumePath")),
    Kind("photonPersistentDisk", needs("pdID")),
    Kind("portworxVolume", needs("volumeID")),
    Kind("azureDisk", volume_sources.azure_disk),
    Kind("storageos", volume_sources.storage_os),
    Kind("projected", projected),
    Kind("scaleIO", needs("gateway", "system", "volumeName")),
    Kind("csi", volume_sources.csi),
    Kind("ephemeral", _ephemeral),
    Kind("image", _image),
)

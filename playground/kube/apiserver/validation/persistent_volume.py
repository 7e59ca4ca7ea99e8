"""Rules of a PersistentVolume: size, modes, one source, and where it can be reached from.

Source: ValidatePersistentVolumeSpec and ValidatePersistentVolumeUpdate in pkg/apis/core/validation/validation.go;
pkg/volume/validation/pv_validation.go, v1.36.
"""

import posixpath
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import affinity, checks, field, golang, metadata, names, volume_sources
from playground.kube.apiserver.validation import persistent_volume_sources as sources
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.persistent_volume_claim import basic_quantity
from playground.kube.apiserver.validation.persistent_volume_claim_spec import VOLUME_MODES, validate_access_modes
from playground.kube.apiserver.validation.volume_sources import needs
from playground.kube.apiserver.validation.volumes import TWO_TYPES, Kind

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
RECLAIM_POLICIES: Final = ("Delete", "Recycle", "Retain")
MOUNT_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
SOURCE_KIND: Final = "core.PersistentVolumeSource"
BETA_LABELS: Final = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
KINDS: Final = (
    Kind("hostPath", volume_sources.host_path),
    Kind("gcePersistentDisk", volume_sources.gce_disk, path="persistentDisk"),
    Kind("awsElasticBlockStore", volume_sources.aws_disk),
    Kind("glusterfs", sources.glusterfs),
    Kind("flocker", volume_sources.flocker),
    Kind("nfs", volume_sources.nfs),
    Kind("rbd", needs("monitors", "image")),
    Kind("quobyte", volume_sources.quobyte),
    Kind("cephfs", needs("monitors"), second="cephFS"),
    Kind("iscsi", sources.iscsi),
    Kind("cinder", sources.cinder),
    Kind("fc", volume_sources.fibre_channel),
    Kind("flexVolume", volume_sources.flex),
    Kind("azureFile", sources.azure_file),
    Kind("vsphereVolume", needs("volumePath")),
    Kind("photonPersistentDisk", needs("pdID")),
    Kind("portworxVolume", needs("volumeID")),
    Kind("azureDisk", volume_sources.azure_disk),
    Kind("scaleIO", needs("gateway", "system", "volumeName")),
    Kind("local", volume_sources.local),
    Kind("storageos", sources.storage_os),
    Kind("csi", sources.csi),
)
# Types whose plugin understands the old annotation with mount options.
MOUNTABLE: Final = frozenset(
    {
        "gcePersistentDisk",
        "awsElasticBlockStore",
        "glusterfs",
        "nfs",
        "rbd",
        "quobyte",
        "iscsi",
        "cinder",
        "cephfs",
        "azureFile",
        "vsphereVolume",
        "azureDisk",
        "photonPersistentDisk",
    }
)


def validate_persistent_volume(volume: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write of the volume or of its status."""
    if old is None:
        return _validate(volume) + _mount_options(volume)
    if subresource == "status":
        errors = metadata.validate_object_meta_update(volume["metadata"], old["metadata"], METADATA)
        missing = not volume["metadata"].get("resourceVersion")
        return errors + ([field.required("resourceVersion")] if missing else [])
    # The real server looks at the whole twice, and tells twice.
    return _validate(volume) + _mount_options(volume) + _validate(volume) + _update(volume, old)


def _validate(volume: Values) -> list[FieldError]:
    errors = metadata.validate_object_meta(volume["metadata"], METADATA, namespaced=False)
    spec = volume.get("spec") or {}
    modes = spec.get("accessModes") or []
    errors += [] if modes else [field.required(SPEC.child("accessModes"))]
    errors += validate_access_modes(modes, SPEC.child("accessModes"))
    errors += _capacity(spec.get("capacity") or {}, SPEC.child("capacity"))
    policy = spec.get("persistentVolumeReclaimPolicy") or ""
    if policy:
        errors += checks.one_of(SPEC.child("persistentVolumeReclaimPolicy"), policy, RECLAIM_POLICIES)
    errors += _node_affinity(spec.get("nodeAffinity"), SPEC.child("nodeAffinity"))
    errors += _sources(spec, volume["metadata"].get("name") or "")
    return errors + _classes(spec)


def _capacity(capacity: Mapping[str, str], path: Path) -> list[FieldError]:
    errors = [] if capacity else [field.required(path)]
    if set(capacity) != {"storage"}:
        shown = golang.marshal("map:quantity", capacity or None)
        errors.append(field.not_supported(path, shown, ("storage",)))
    for name in sorted(capacity):
        errors += basic_quantity(capacity[name], path.key(name))
        errors += checks.positive_quantity(path.key(name), capacity[name])
    return errors


def _node_affinity(given: Values | None, path: Path) -> list[FieldError]:
    if given is None:
        return []
    if given.get("required") is None:
        return [field.required(path.child("required"), "must specify required node constraints")]
    return affinity.validate_node_selector(given["required"], path.child("required"))


def _sources(spec: Values, name: str) -> list[FieldError]:
    errors: list[FieldError] = []
    found = False
    for kind in KINDS:
        source = spec.get(kind.key)
        if source is None:
            continue
        if found and kind.key != "flexVolume":
            errors.append(field.forbidden(SPEC.child(kind.second or kind.key), TWO_TYPES))
            continue
        found = True
        errors += _portal(source, name) if kind.key == "iscsi" else []
        errors += kind.check(source, SPEC.child(kind.path or kind.key))
        if kind.key == "local" and spec.get("nodeAffinity") is None:
            errors.append(field.required(SPEC.child("nodeAffinity"), "Local volume requires node affinity"))
    if not found:
        errors.append(field.required(SPEC, "must specify a volume type"))
    root = spec.get("hostPath") is not None and posixpath.normpath(spec["hostPath"].get("path") or ".") in {"/", "//"}
    if root and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        says = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(field.forbidden(SPEC.child("persistentVolumeReclaimPolicy"), says))
    return errors


def _portal(source: Values, name: str) -> list[FieldError]:
    portal = source.get("targetPortal") or ""
    if source.get("initiatorName") is None or names.size(f"{name}:{portal}") <= 64:
        return []
    says = (
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
        "if iscsi.initiatorName is specified."
    )
    return [field.invalid(SPEC.child("iscsi", "targetportal"), portal, says)]


def _classes(spec: Values) -> list[FieldError]:
    errors: list[FieldError] = []
    if spec.get("storageClassName"):
        errors += checks.named(SPEC.child("storageClassName"), spec["storageClassName"], names.is_dns1123_subdomain)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        errors.append(field.not_supported(SPEC.child("volumeMode"), mode, VOLUME_MODES))
    name, path = spec.get("volumeAttributesClassName"), SPEC.child("volumeAttributesClassName")
    if name is None:
        return errors
    if name:
        errors += checks.named(path, name, names.is_dns1123_subdomain)
    else:
        errors.append(field.required(path, "an empty string is disallowed"))
    if spec.get("csi") is None:
        says = "has to be specified when using volumeAttributesClassName"
        errors.append(field.required(SPEC.child("csi"), says))
    return errors


def _mount_options(volume: Values) -> list[FieldError]:
    spec = volume.get("spec") or {}
    if MOUNT_OPTIONS not in (volume["metadata"].get("annotations") or {}) or any(
        spec.get(key) is not None for key in MOUNTABLE
    ):
        return []
    says = "may not specify mount options for this volume type"
    return [field.forbidden(METADATA.child("annotations", MOUNT_OPTIONS), says)]


def _update(volume: Values, old: Values) -> list[FieldError]:
    """Source, mode and reach stay as they are."""
    spec, before = _without_new_secret(volume.get("spec") or {}, old.get("spec") or {}), old.get("spec") or {}
    errors: list[FieldError] = []
    if not checks.same_struct(SOURCE_KIND, spec, before):
        changes = golang.diff(SOURCE_KIND, before, spec)
        says = f"spec.persistentvolumesource is immutable after creation\n{changes}"
        errors.append(field.forbidden(SPEC.child("persistentvolumesource"), says))
    mode = spec.get("volumeMode")
    shown = None if mode is None else field.typed(mode)
    errors += checks.immutable(Path("volumeMode"), mode, before.get("volumeMode"), shown)
    if before.get("nodeAffinity") is not None:
        errors += _reach_kept(spec.get("nodeAffinity"), before["nodeAffinity"])
    name = "volumeAttributesClassName"
    if before.get(name) is not None and spec.get(name) is None:
        errors.append(field.forbidden(SPEC.child(name), "update from non-nil value to nil is forbidden"))
    return errors


def _without_new_secret(spec: Values, before: Values) -> Values:
    """A CSI volume may be given the secret for expanding later."""
    key, source = "controllerExpandSecretRef", spec.get("csi")
    late = source is not None and before.get("csi") is not None and before["csi"].get(key) is None
    if not late or source is None:
        return spec
    return {**spec, "csi": {name: value for name, value in source.items() if name != key}}


def _reach_kept(new: Values | None, old: Values) -> list[FieldError]:
    if checks.same(new, old) or checks.same(new, _renewed(old, new)):
        return []
    shown = golang.marshal("*core.VolumeNodeAffinity", new)
    says = "field is immutable, except for updating from beta label to GA"
    return [field.invalid(Path("nodeAffinity"), shown, says)]


def _renewed(old: Values, new: Values | None) -> Values:
    """The old terms, with a beta label replaced where the new terms have its successor."""
    keys = {
        requirement.get("key")
        for term in ((new or {}).get("required") or {}).get("nodeSelectorTerms") or []
        for requirement in term.get("matchExpressions") or []
    }
    terms = [
        {**term, "matchExpressions": [_renew(one, keys) for one in term.get("matchExpressions") or []]}
        for term in (old.get("required") or {}).get("nodeSelectorTerms") or []
    ]
    return {"required": {"nodeSelectorTerms": terms}}


def _renew(requirement: Values, keys: set[Any]) -> Values:
    successor = BETA_LABELS.get(requirement.get("key") or "")
    return {**requirement, "key": successor} if successor in keys and successor else requirement

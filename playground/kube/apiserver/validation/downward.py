"""Rules of the downward API: which fields of a pod and which resources of a container may be read, and how.

Source: validateObjectFieldSelector and validateContainerResourceFieldSelector in
pkg/apis/core/validation/validation.go; pkg/apis/core/pods/helpers.go; pkg/fieldpath, v1.36.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.validation import checks, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

ENV_FIELDS: Final = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS: Final = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
KNOWN_FIELDS: Final = frozenset(
    {*ENV_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.host"}
)
RESOURCES: Final = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
HUGE_PAGES: Final = ("limits.hugepages-", "requests.hugepages-")
SUBSCRIPT: Final = re.compile(r"(.+?)\['(.*)'\]", re.DOTALL)
CPU_DIVISORS: Final = frozenset({"1m", "1"})
BYTE_DIVISORS: Final = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def field_ref(reference: Mapping[str, Any], supported: Sequence[str], path: Path) -> list[FieldError]:
    """A field of the pod, by path; labels and annotations also by key: `metadata.labels['app']`."""
    for name in ("apiVersion", "fieldPath"):
        if not reference.get(name):
            return [field.required(path.child(name))]
    label: str = reference["fieldPath"]
    fault = _fault(reference["apiVersion"], label)
    if fault:
        return [field.invalid(path.child("fieldPath"), label, f"error converting fieldPath: {fault}")]
    subscripted = SUBSCRIPT.fullmatch(label)
    if subscripted:
        key = subscripted[2].lower() if subscripted[1] == "metadata.annotations" else subscripted[2]
        return checks.named(path, key, names.is_qualified_name)
    internal = "spec.nodeName" if label == "spec.host" else label
    return [] if internal in supported else [field.not_supported(path.child("fieldPath"), internal, supported)]


def _fault(version: str, label: str) -> str:
    if version != "v1":
        return f"unsupported pod version: {version}"
    subscripted = SUBSCRIPT.fullmatch(label)
    if subscripted:
        known = subscripted[1] in {"metadata.annotations", "metadata.labels"}
        return "" if known else f"field label does not support subscript: {label}"
    return "" if label in KNOWN_FIELDS else f"field label not supported: {label}"


def resource_field_ref(reference: Mapping[str, Any], path: Path, *, in_volume: bool) -> list[FieldError]:
    """A request or limit of a container; a volume must say of which container."""
    resource = reference.get("resource") or ""
    errors: list[FieldError] = []
    if in_volume and not reference.get("containerName"):
        errors.append(field.required(path.child("containerName")))
    elif not resource:
        errors.append(field.required(path.child("resource")))
    elif resource not in RESOURCES and not resource.startswith(HUGE_PAGES):
        errors.append(field.not_supported(path.child("resource"), resource, RESOURCES))
    return errors + _divisor(resource, str(reference.get("divisor") or "0"), path.child("divisor"))


def _divisor(resource: str, divisor: str, path: Path) -> list[FieldError]:
    canonical = str(quantity.parse(divisor))
    if canonical == "0":
        return []
    if resource in {"limits.cpu", "requests.cpu"}:
        says = "only divisor's values 1m and 1 are supported with the cpu resource"
        return [] if canonical in CPU_DIVISORS else [field.invalid(path, resource, says)]
    of = _bytes_resource(resource)
    if not of or canonical in BYTE_DIVISORS:
        return []
    says = f"only divisor's values {', '.join(BYTE_DIVISORS)} are supported with the {of} resource"
    return [field.invalid(path, resource, says)]


def _bytes_resource(resource: str) -> str:
    if resource.startswith(HUGE_PAGES):
        return "hugepages"
    return {"memory": "memory", "ephemeral-storage": "local ephemeral storage"}.get(resource.partition(".")[2], "")


def volume_file(item: Mapping[str, Any], path: Path) -> list[FieldError]:
    """A file of a downwardAPI volume."""
    errors = checks.required_fields(item, path, "path")
    errors += checks.local_path(path.child("path"), item.get("path") or "")
    by_field, by_resource = item.get("fieldRef"), item.get("resourceFieldRef")
    if by_field is not None:
        errors += field_ref(by_field, VOLUME_FIELDS, path.child("fieldRef"))
        if by_resource is not None:
            says = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(field.invalid(path, "resource", says))
    elif by_resource is not None:
        errors += resource_field_ref(by_resource, path.child("resourceFieldRef"), in_volume=True)
    else:
        errors.append(field.required(path, "one of fieldRef and resourceFieldRef is required"))
    return errors + checks.file_mode(path.child("mode"), item.get("mode"))


def volume(source: Mapping[str, Any], path: Path) -> list[FieldError]:
    """A downwardAPI volume; the errors of its files stand at the volume, as in the real one."""
    errors = checks.file_mode(path.child("defaultMode"), source.get("defaultMode"))
    for item in source.get("items") or []:
        errors += volume_file(item, path)
    return errors

"""Short readers for metadata. They take any object, frozen or plain, and never raise on what is absent."""

from collections.abc import Mapping
from typing import Any

from playground.kube.objects.frozen import EMPTY, EMPTY_LIST, Object

Key = tuple[str, str]  # (namespace, or "" for what belongs to the cluster; name)


def metadata(obj: Object) -> Mapping[str, Any]:
    """Return the metadata, or an empty map."""
    return obj.get("metadata") or EMPTY


def name(obj: Object) -> str:
    """Return metadata.name, or ""."""
    return metadata(obj).get("name") or ""


def namespace(obj: Object) -> str:
    """Return metadata.namespace, or ""."""
    return metadata(obj).get("namespace") or ""


def key(obj: Object) -> Key:
    """Return (namespace, name)."""
    meta = obj.get("metadata") or EMPTY
    return meta.get("namespace") or "", meta.get("name") or ""


def uid(obj: Object) -> str:
    """Return metadata.uid, or ""."""
    return (obj.get("metadata") or EMPTY).get("uid") or ""


def resource_version(obj: Object) -> int:
    """Return metadata.resourceVersion as a number, 0 when there is none."""
    return int(metadata(obj).get("resourceVersion") or 0)


def labels(obj: Object) -> Mapping[str, str]:
    """Return metadata.labels, or an empty map."""
    return (obj.get("metadata") or EMPTY).get("labels") or EMPTY


def annotations(obj: Object) -> Mapping[str, str]:
    """Return metadata.annotations, or an empty map."""
    return metadata(obj).get("annotations") or EMPTY


def owner(obj: Object) -> Object | None:
    """Return the owner reference with `controller: true`, or None."""
    for reference in (obj.get("metadata") or EMPTY).get("ownerReferences") or EMPTY_LIST:
        if reference.get("controller"):
            found: Object = reference
            return found
    return None


def deleting(obj: Object) -> bool:
    """Tell whether deletion has begun: a deletionTimestamp is set."""
    return bool(metadata(obj).get("deletionTimestamp"))

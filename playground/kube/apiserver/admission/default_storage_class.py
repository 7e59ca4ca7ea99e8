"""DefaultStorageClass: a claim that names no class gets the default one; of several, the newest.

Source: plugin/pkg/admission/storage/storageclass/setdefault/admission.go, pkg/volume/util/storageclass.go.
"""

from __future__ import annotations

from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object

_MARK = "storageclass.kubernetes.io/is-default-class"
_OLD_MARK = "storageclass.beta.kubernetes.io/is-default-class"
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def admit(request: Request) -> None:
    """Set the class of a claim that names none."""
    if not request.is_for("persistentvolumeclaims"):
        return
    claim = request.draft()
    if "storageClassName" in claim["spec"] or _OLD_CLASS in meta.annotations(claim):
        return
    defaults = [item for item in request.core.store.list("storageclasses.storage.k8s.io") if is_default(item)]
    if defaults:
        newest = min(meta.name(item) for item in defaults if _age(item) == max(map(_age, defaults)))
        claim["spec"]["storageClassName"] = newest


def is_default(storage_class: Object) -> bool:
    """Tell whether a class is marked as the default one."""
    annotations = meta.annotations(storage_class)
    return "true" in {annotations.get(_MARK), annotations.get(_OLD_MARK)}


def _age(storage_class: Object) -> str:
    stamp: str = meta.metadata(storage_class).get("creationTimestamp", "")
    return stamp


PLUGIN = Plugin("DefaultStorageClass", ("CREATE",), admit=admit)

"""PersistentVolumeClaimResize: only a bound claim of a class that allows it may grow.

Source: plugin/pkg/admission/storage/persistentvolume/resize/admission.go.
"""

from __future__ import annotations

from playground.kube import quantity
from playground.kube.apiserver.admission.plugin import Plugin, Request
from playground.kube.objects.frozen import Object, find

_UNSUPPORTED = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)
_SIZE = ("spec", "resources", "requests", "storage")


def validate(request: Request) -> None:
    """Refuse to grow what cannot; raises ApiError."""
    if not request.is_for("persistentvolumeclaims") or request.old is None:
        return
    old, new = find(request.old, _SIZE), find(request.draft(), _SIZE)
    if old is None or new is None or quantity.parse(new) <= quantity.parse(old):
        return
    if (request.old.get("status") or {}).get("phase") != "Bound":
        raise request.forbidden("Only bound persistent volume claims can be expanded")
    if not _expandable(request, request.draft()):
        raise request.forbidden(_UNSUPPORTED)


def _expandable(request: Request, claim: Object) -> bool:
    name = claim["spec"].get("storageClassName") or ""
    storage_class = request.core.store.get("storageclasses.storage.k8s.io", ("", name)) if name else None
    return bool(storage_class and storage_class.get("allowVolumeExpansion"))


PLUGIN = Plugin("PersistentVolumeClaimResize", ("UPDATE",), validate=validate)
